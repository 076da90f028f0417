cmd-imagine = imaginar
    .description = Crea una imagen a partir de palabras
    .prompt = prompt
    .prompt-description = Qué se ve en la imagen
    .model = modelo
    .model-description = Con qué modelo se crea
    .size = tamaño
    .size-description = El formato, como 16:9, o el tamaño en píxeles
    .count = cantidad
    .count-description = Cuántas imágenes, de 1 a 4
    .private = privado
    .private-description = Solo tú verás el resultado

cmd-edit = editar
    .description = Cambia una imagen
    .prompt = prompt
    .prompt-description = Qué hay que cambiar; si no lo pones, te lo pregunta un formulario
    .image = imagen
    .image-description = La imagen que quieres cambiar; si no la pones, te la pide un formulario
    .image_url = url_imagen
    .image_url-description = O su dirección: la de un archivo adjunto o de cualquier imagen pública
    .model = modelo
    .model-description = Con qué modelo se cambia
    .size = tamaño
    .size-description = El formato del resultado; si no lo pones, el de la imagen adjunta o, si no hay, cuadrado
    .private = privado
    .private-description = Solo tú verás el resultado

cmd-show = mostrar
    .description = Publica de nuevo aquí una de tus imágenes terminadas
    .job = imagen
    .job-description = Escribe una palabra de su prompt

cmd-jobs = solicitudes
    .description = Tus imágenes en curso, en espera y recién terminadas

cmd-history = historial
    .description = Explora tus imágenes
    .search = buscar
    .search-description = Solo las que tengan estas palabras en el prompt

cmd-preferences = preferencias
    .description = Tu modelo, tamaño y número de imágenes por defecto, privacidad y avisos

menu-edit-image = Editar imagen
menu-remix-prompt = Hacer remix del prompt
