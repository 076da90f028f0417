# --- while it is being made ---

status-painting = 🎨 **Creando la imagen** desde { $since }.
status-editing = 🎨 **Editando la imagen** desde { $since }.
usual-unknown = Puede tardar hasta dos minutos.
usual = { $model } suele tardar alrededor de { $duration }.
slow = Está tardando más de lo habitual. Publicaré el resultado en cuanto esté listo.
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
status-queued = ⏳ **En cola**, puesto { $place }. Empezará automáticamente y este mensaje se actualizará.
status-busy = ⏳ **En espera**: el servicio de imágenes está ocupado. Empezará automáticamente y este mensaje se actualizará.
cancelled = **Cancelado.** No se ha cobrado nada.
cancelled-paid = **Cancelado**, pero el servicio de imágenes ya había empezado, así que se cobrará de todos modos y el resultado se descartará.
cancel-question = El servicio de imágenes ya ha empezado, así que se cobrará de todos modos. ¿Quieres el resultado solo para ti o prefieres descartarlo?
cancel-question-other = El servicio de imágenes ya ha empezado, así que se cobrará de todos modos. ¿Quieres que el resultado le llegue solo a { $user } o prefieres descartarlo?
cancel-question-private = El servicio de imágenes ya ha empezado, así que se cobrará de todos modos. ¿Quieres conservar el resultado o prefieres descartarlo?
cancel-kept = 🔒 **Privado.** Solo tú recibirás el resultado.
cancel-kept-other = 🔒 **Privado.** Solo recibirá el resultado quien hizo la solicitud.

# --- the result ---

result-ready = { $count ->
    [one] { $user }, tu imagen está lista.
   *[other] { $user }, tus imágenes están listas.
}
result-edited = { $user }, tu imagen editada está lista.
result-rerolled = Regenerado a partir de { $parent }
result-remixed = Remix de { $parent }
result-edited-from = Editado a partir de { $parent }
parent-link = [una imagen anterior]({ $url })
parent-plain = una imagen anterior
result-shown = Una imagen de { $user }, creada { $when }
fewer-pictures = El servicio de imágenes solo ha creado { $got } de las { $requested } imágenes, aunque he vuelto a pedir las que faltaban.
shrunk = Tamaño reducido por el límite de subida de Discord. A tamaño completo: { $links }
original-link = [original { $number }]({ $url })
links-attached = { $count ->
    [one] El enlace está en el archivo adjunto.
   *[other] Los enlaces están en el archivo adjunto.
}
unfetched = { $count ->
    [one] No se ha podido cargar esta imagen en Discord. Puedes verla aquí durante al menos unas semanas:
   *[other] No se han podido cargar estas imágenes en Discord. Puedes verlas aquí durante al menos unas semanas:
}
picture-link = [Imagen { $number }]({ $url })
alt-one-of = Imagen { $number } de { $count }: { $prompt }
alt-source = La imagen original

# --- failures: what happened, what it cost, what to do ---

free = No se ha cobrado nada.
operator-notified = Ya se ha avisado al responsable del bot.
operator-not-notified = Por favor, avisa al responsable del bot.
failure-bad_request = El servicio de imágenes no ha aceptado esta solicitud. { free } Cámbiala e inténtalo de nuevo.
failure-bad_source = El servicio de imágenes no ha podido usar la imagen que querías editar. { free } Prueba con otra, a ser posible en PNG o JPEG.
failure-forbidden = El filtro de seguridad del servicio de imágenes ha rechazado este prompt. { free } Reformúlalo e inténtalo de nuevo.
failure-too_many_requests = El servicio de imágenes está saturado en este momento. { free } Inténtalo de nuevo dentro de unos minutos.
failure-api_error = El servicio de imágenes ha fallado al crear la imagen. { free } Volver a intentarlo suele funcionar.
failure-timeout = El servicio de imágenes ha tardado demasiado y ha cancelado la solicitud. { free } Volver a intentarlo suele funcionar.
failure-unreachable = No se puede conectar con el servicio de imágenes en este momento. { free } Inténtalo de nuevo más tarde.
failure-outcome_unknown = Se ha cortado la conexión con el servicio de imágenes mientras se enviaba tu solicitud y no ha llegado ninguna imagen. Es posible que se haya cobrado, así que no se ha enviado otra vez. Si todavía la quieres, vuelve a pedirla.
failure-overdue = El servicio de imágenes aceptó la solicitud, pero no llegó a enviar ningún resultado. Las imágenes fallidas no se cobran. Inténtalo de nuevo.
failure-model_rejected = El servicio de imágenes ya no ofrece este modelo. { free } Prueba con otro.
failure-size_rejected = El servicio de imágenes no ha aceptado este formato con este modelo. { free } El modelo admite { $shapes }. Elige otro.
failure-no_token = El servicio de imágenes no está bien configurado. { free } { $operator }
failure-invalid_token = El servicio de imágenes está rechazando a este bot en este momento. { free } { $operator }
failure-token_expired = El servicio de imágenes ya no acepta a este bot. { free } { $operator }
failure-token_mismatched = El servicio de imágenes no reconoce a este bot. { free } { $operator }
failure-used_up = El servicio de imágenes no está disponible ahora mismo. { free } { $operator } Inténtalo de nuevo más tarde.
failure-disabled = El servicio de imágenes está bloqueado para este bot en este momento. { free } { $operator }
failure-no_api = No se puede acceder al servicio de imágenes. { free } { $operator }
failure-api_not_implemented = El servicio de imágenes no puede hacer esto en este momento. { free } { $operator }
failure-unexpected = El servicio de imágenes no ha podido crear esta imagen. { free } Inténtalo de nuevo más tarde.
failure-said = Respuesta del servicio: { $message }

# --- costs ---

cost-credits = { $credits ->
    [one] { $credits } crédito
   *[other] { $credits } créditos
}
cost-with-money = { $cost } ({ $money })
cost-about = aprox. { $cost }

# --- buttons: at most 80 characters, better one word ---

button-reroll = Regenerar
button-remix = Remix
button-edit = Editar
button-save = Guardar
button-info = Info
button-delete = Quitar
button-retry = Reintentar
button-reword = Cambiar el prompt
button-switch = Reintentar con { $model }
button-reshape = Cambiar el formato
button-source = Usar otra imagen
button-cancel = Cancelar
button-keep = Conservar en privado
button-keep-waiting = Conservar
button-discard = Descartar
button-show = Mostrar aquí
button-fetch = Recoger: { $prompt }
button-refresh = Actualizar
button-previous = Anterior
button-next = Siguiente

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 cuadrado
shape-16-9 = 16:9 panorámico
shape-9-16 = 9:16 vertical alargado
shape-3-2 = 3:2 horizontal
shape-2-3 = 2:3 vertical
shape-4-3 = 4:3 horizontal clásico
shape-3-4 = 3:4 vertical clásico
shape-5-4 = 5:4 casi cuadrado, horizontal
shape-4-5 = 4:5 casi cuadrado, vertical
shape-21-9 = 21:9 ultrapanorámico
shape-9-21 = 9:21 vertical muy alargado
