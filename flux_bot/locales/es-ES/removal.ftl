# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = ¿Quitar este mensaje para todos?
remove-ask-own = ¿Quitar este mensaje para todos? La imagen se queda en tu /{ cmd-history }, donde también puedes borrarla para siempre.
removed = Mensaje quitado.
removed-own = Mensaje quitado. La imagen sigue en tu /{ cmd-history }.
remove-again = No he podido quitar el mensaje. Vuelve a elegir «{ button-delete }» en él.
not-yours-to-remove = Solo quien hizo la solicitud o un moderador puede quitar esto.

# --- Delete for good ---

button-erase = Borrar para siempre
erase-ask = **¿Borrar esto para siempre?** Se borran el prompt, los enlaces y mi mensaje con el resultado, y desaparece de tu /{ cmd-history }. No se puede deshacer. Las copias guardadas o mostradas de nuevo se quedan donde están.
erased = Borrado para siempre.
erased-message-left = Borrado para siempre, salvo el mensaje con el resultado, que no puedo borrar. Quítalo o descártalo tú.
erase-too-early = No se puede borrar para siempre mientras se está creando o publicando. Inténtalo de nuevo en un momento.
not-yours-to-erase = Solo quien hizo la solicitud puede borrar esto para siempre.
job-erased = Esta solicitud se ha borrado, así que ya no sé cómo se creó esta imagen.
