blocked = Aquí no puedes crear imágenes porque te han bloqueado. Si crees que es un error, habla con un moderador.
blocked-until = Aquí no puedes crear imágenes porque te han bloqueado. El bloqueo termina { $ends }.
role-not-allowed = Aquí solo pueden crear imágenes los miembros con alguno de estos roles: { $roles }. Si necesitas uno, habla con un moderador.
prompt-blocked = Este prompt no está permitido aquí, así que no lo he enviado. Describe otra cosa.
model-not-offered-here = Este servidor no ofrece ese modelo. Elige uno de estos: { $models }.
no-model-offered-here = Ninguno de los modelos disponibles en este servidor puede hacer esto. Si lo necesitas, pregunta a quien gestiona el servidor.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } imagen
   *[other] { $count } imágenes
}
limit-member-day = En este servidor puedes crear { $allowed } al día. Disponible: { $left }; esta solicitud necesita { $needed }. El límite se restablece { $resets }.
limit-user-day = Puedes crear { $allowed } al día, sumando todos los servidores. Disponible: { $left }; esta solicitud necesita { $needed }. El límite se restablece { $resets }.
limit-server-month = Este servidor puede gastar { $allowed } al mes. Disponible: { $left }; esta solicitud cuesta alrededor de { $needed }. El límite se restablece { $resets }.
limit-zero = Quienes gestionan este servidor han puesto tu límite a cero, así que no puedes crear imágenes aquí. Si crees que es un error, pregúntales.
limit-budget-day = Mi presupuesto para todos es de { $allowed } al día. Disponible: { $left }; esta solicitud cuesta alrededor de { $needed }. El presupuesto se restablece { $resets }.
limit-budget-month = Mi presupuesto para todos es de { $allowed } al mes. Disponible: { $left }; esta solicitud cuesta alrededor de { $needed }. El presupuesto se restablece { $resets }.
