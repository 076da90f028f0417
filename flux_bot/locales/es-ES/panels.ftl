# --- Info ---

info-title = ### Cómo se creó
info-prompt = Prompt
info-prompt-attached = El prompt completo está en el archivo adjunto.
info-model = Modelo
info-size = Tamaño
info-count = Cantidad
info-seed = { $count ->
    [one] Semilla
   *[other] Semillas
}
info-time = Duración
info-cost = Coste
info-requested = Solicitado
info-requested-by = { $when } por { $user }
info-parent = Creada a partir de
info-children = Imágenes derivadas
info-link = [imagen { $number }]({ $url })
info-job = ID de solicitud
info-task = ID de tarea
info-trace = ID de seguimiento
info-operator = Datos para el responsable del bot: { $details }
info-command = Para volver a crearla, pega este comando:

# --- /jobs ---

jobs-title = ### Tus imágenes
jobs-none = No tienes nada en curso ni en cola. Usa /{ cmd-imagine } para crear una imagen o /{ cmd-history } para ver las anteriores.
jobs-undelivered = **Sin entregar**: { $count ->
    [one] recógela
   *[other] recógelas
} aquí.
jobs-running = **En curso**
jobs-queued = **En cola**
jobs-finished = **Recién terminadas**
jobs-running-line = desde { $since }: { $prompt }
jobs-queued-line = puesto { $place }: { $prompt }
jobs-of-group = pedidas juntas: si cancelas una, se cancelan todas
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, falló: { $prompt }
jobs-link = [ver]({ $url })
jobs-more = … y { $count } más

# --- /history ---

history-title = ### Tus imágenes, página { $page } de { $pages }
history-search-title = ### Tus imágenes con «{ $search }», página { $page } de { $pages }
history-none = Todavía no tienes imágenes. Usa /{ cmd-imagine } para crear una.
history-none-found = Ninguna de tus imágenes tiene «{ $search }» en el prompt. Usa /{ cmd-history } sin búsqueda para verlas todas.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · ya no disponible
history-pick = Elige una imagen para verla o editarla
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Tus valores por defecto
preferences-saved = Los cambios se guardan automáticamente.
preferences-reset-done = Listo: se han restablecido los valores por defecto.
preferences-model = Modelo para /{ cmd-imagine }
preferences-edit-model = Modelo para /{ cmd-edit }
preferences-size = Formato para /{ cmd-imagine }
preferences-count = Número de imágenes para /{ cmd-imagine }
preferences-default = Por defecto: { $value }
number-of-pictures = { $count ->
    [one] una imagen
   *[other] { $count } imágenes
}
preferences-private-on = Privado: sí
preferences-private-off = Privado: no
preferences-ping-on = Avisarme: sí
preferences-ping-off = Avisarme: no
preferences-hint = *Privado*: solo tú ves tus imágenes. *Avisarme*: recibes una notificación cuando una imagen está lista.
preferences-reset = Restablecer valores
