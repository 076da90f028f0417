# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = ¿Quitar de aquí este mensaje para todos?
remove-ask-own = ¿Quitar de aquí este mensaje para todos? La imagen se conserva en tu /{ cmd-history }, donde también puedes borrarla para siempre.
removed = Se ha quitado el mensaje.
removed-own = Se ha quitado el mensaje. La imagen sigue en tu /{ cmd-history }.
remove-again = No he podido quitar el mensaje. Elige otra vez «{ button-delete }» en ese mensaje.
not-yours-to-remove = Solo quien hizo la solicitud o un moderador puede quitar esto.

# --- Delete for good ---

button-erase = Borrar para siempre
erase-ask = **¿Borrar esto para siempre?** Se borrarán el prompt, los enlaces y mi mensaje con el resultado, y la imagen desaparecerá de tu /{ cmd-history }. No se puede deshacer. Las copias guardadas o publicadas de nuevo se quedan donde están.
erased = Borrado para siempre.
erased-message-left = Borrado para siempre, salvo el mensaje con el resultado, que no puedo borrar: tendrás que quitarlo o descartarlo tú.
erase-too-early = Esto no se puede borrar para siempre mientras se está creando o publicando. Inténtalo de nuevo dentro de un momento.
not-yours-to-erase = Solo quien hizo la solicitud puede borrar esto para siempre.
job-erased = Esta solicitud se ha borrado, así que ya no sé cómo se creó esta imagen.
