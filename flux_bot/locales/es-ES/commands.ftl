cmd-imagine = imaginar
    .description = Crea una imagen a partir de una descripción
    .prompt = prompt
    .prompt-description = Qué debe mostrar la imagen; «coche { "{" }rojo|azul{ "}" }» crea una de cada color
    .model = modelo
    .model-description = El modelo que quieres usar
    .size = tamaño
    .size-description = El formato, como 16:9, o el tamaño en píxeles
    .count = cantidad
    .count-description = Cuántas imágenes, de 1 a 4
    .style = estilo
    .style-description = El estilo de la imagen, como acuarela, o «sin estilo»
    .private = privado
    .private-description = Solo tú puedes ver el resultado

cmd-compare = comparar
    .description = Compara modelos: un prompt, una imagen de cada uno
    .prompt = prompt
    .prompt-description = Qué debe mostrar la imagen
    .model1 = modelo1
    .model1-description = El primer modelo
    .model2 = modelo2
    .model2-description = El segundo modelo
    .model3 = modelo3
    .model3-description = Un tercer modelo, si quieres
    .model4 = modelo4
    .model4-description = Un cuarto modelo, si quieres
    .size = tamaño
    .size-description = El formato, como 16:9; cada modelo usa el más parecido que admita
    .style = estilo
    .style-description = El estilo de la imagen, como acuarela, o «sin estilo»
    .private = privado
    .private-description = Solo tú puedes ver el resultado

cmd-edit = editar
    .description = Edita una imagen
    .prompt = prompt
    .prompt-description = Qué quieres cambiar; si lo omites, se abrirá un formulario
    .image = imagen
    .image-description = La imagen que quieres editar; si la omites, podrás subirla en un formulario
    .image_url = url_imagen
    .image_url-description = O un enlace a ella: un archivo adjunto de Discord o cualquier imagen pública
    .model = modelo
    .model-description = El modelo que quieres usar
    .size = tamaño
    .size-description = El formato del resultado; por defecto, el de la imagen adjunta o, si no hay, cuadrado
    .private = privado
    .private-description = Solo tú puedes ver el resultado

cmd-show = mostrar
    .description = Vuelve a publicar aquí una de tus imágenes terminadas
    .job = imagen
    .job-description = Escribe una palabra de su prompt

cmd-jobs = solicitudes
    .description = Muestra tus solicitudes en curso, en cola y recién terminadas

cmd-history = historial
    .description = Explora tus imágenes
    .search = buscar
    .search-description = Solo las imágenes con estas palabras en el prompt
    .starred = destacadas
    .starred-description = Solo las imágenes que has destacado

cmd-preferences = preferencias
    .description = Elige tus valores por defecto: modelo, formato, número de imágenes, estilo, privacidad y avisos

cmd-usage = uso
    .description = Muestra lo que has usado y lo que te queda de tus límites

cmd-style = estilo
    .description = Gestiona los estilos propios de este servidor

cmd-style-add = añadir
    .description = Añade un estilo a este servidor

cmd-style-edit = editar
    .description = Edita un estilo de este servidor
    .name = nombre
    .name-description = El nombre del estilo

cmd-style-remove = quitar
    .description = Quita un estilo de este servidor
    .name = nombre
    .name-description = El nombre del estilo

cmd-block = bloquear
    .description = Impide que alguien cree imágenes en este servidor
    .user = usuario
    .user-description = Quién; si ya no está en el servidor, pega su ID de usuario
    .duration = duración
    .duration-description = Cuánto tiempo, como 12h, 3d o 2w; si la omites, el bloqueo es indefinido
    .reason = motivo
    .reason-description = Por qué; otros moderadores pueden verlo
    .everywhere = global
    .everywhere-description = En todos los servidores; solo para el responsable del bot

cmd-unblock = desbloquear
    .description = Permite que alguien vuelva a crear imágenes
    .user = usuario
    .user-description = Quién; si ya no está en el servidor, pega su ID de usuario
    .everywhere = global
    .everywhere-description = En todos los servidores; solo para el responsable del bot

cmd-blocked = bloqueos
    .description = Muestra quién está bloqueado en este servidor
    .everywhere = global
    .everywhere-description = En todos los servidores; solo para el responsable del bot

cmd-why = porqué
    .description = Averigua si un miembro puede crear imágenes aquí y qué norma se lo impide
    .user = usuario
    .user-description = El miembro

cmd-settings = ajustes
    .description = Define las normas de este servidor: modelos, límites, palabras bloqueadas, canales y roles

cmd-help = ayuda
    .description = Muestra lo que puedo hacer aquí y te ayuda a empezar

cmd-privacy = privacidad
    .description = Muestra lo que guardo sobre ti; puedes exportarlo o borrarlo

menu-edit-image = Editar imagen
menu-remix-prompt = Remezclar el prompt

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev: rápido y barato
model-flux-pro = FLUX.1 pro: más detalle
model-flux-pro-1-1 = FLUX 1.1 pro: más detalle
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra: las imágenes más grandes
model-flux-2-klein = FLUX.2 klein: el más rápido
model-flux-2-flex = FLUX.2 flex: ideal para imágenes con texto
model-flux-2-pro = FLUX.2 pro: el todoterreno
model-flux-2-max = FLUX.2 max: la máxima calidad
model-flux-kontext-pro = FLUX Kontext pro: edita imágenes
model-flux-kontext-max = FLUX Kontext max: edita con el máximo detalle
