style-none = Sin estilo
style-label = { $name }: { $description }
no-such-style = No hay ningún estilo «{ $typed }». Elige uno de la lista que aparece mientras escribes.
several-styles = Varios estilos coinciden con «{ $typed }», como { $names }. ¿A cuál te refieres?
prompt-too-long-for-style = Con este estilo, el prompt puede tener como máximo { $limit } caracteres. Acórtalo o usa otro estilo.
info-style = Estilo
info-final-prompt = Prompt con el estilo
preferences-style = Estilo para /{ cmd-imagine }
help-styles = 🖌️ **Elegir un estilo**: la opción «{ cmd-imagine.style }» de /{ cmd-imagine } ofrece acuarela, pixel art y muchos más. Quien gestiona un servidor puede añadir estilos propios con /{ cmd-style }.

form-style = Estilo
form-style-add = Nuevo estilo
form-style-edit = Editar el estilo
form-style-name = Nombre
form-style-description = Descripción
form-style-template = Plantilla
form-style-template-hint = Si puede ser, en inglés. { $placeholder } se sustituye por el texto que escriba cada persona.

style-example = un zorro en la nieve
style-saved = 💾 **Guardado**: { $name }. Ya está en la opción «{ cmd-imagine.style }» de /{ cmd-imagine }.
style-preview = Vista previa: «{ $example }» se convierte en:

styles-of-servers = Los estilos pertenecen a un servidor, así que este comando solo funciona en uno.
styles-not-allowed = Solo quien tiene el permiso *Gestionar servidor* puede cambiar los estilos de este servidor.
style-without-name = El nombre debe tener al menos una letra, una cifra o un símbolo. No se ha guardado nada.
style-name-too-long = El nombre tiene más de { $limit } caracteres. No se ha guardado nada.
style-description-too-long = La descripción tiene más de { $limit } caracteres. No se ha guardado nada.
style-template-too-long = La plantilla tiene más de { $limit } caracteres y no deja espacio suficiente para el prompt. No se ha guardado nada.
style-without-prompt = La plantilla debe contener { $placeholder } exactamente una vez, donde irá el texto del usuario. No se ha guardado nada.
style-name-taken = Ya hay un estilo con ese nombre. Elige otro. No se ha guardado nada.
too-many-styles = Este servidor ya tiene { $limit } estilos propios, que es el máximo. Quita uno primero.
style-gone = Mientras tanto, alguien ha quitado este estilo, así que tus cambios no se han guardado. Todavía puedes guardarlo como estilo nuevo.
no-such-own-style = Este servidor no tiene ningún estilo propio llamado «{ $typed }». Elige uno de la lista que aparece mientras escribes.

button-style-remove = Quitar el estilo
style-remove-ask = ¿Quitar el estilo { $name } de este servidor? Las imágenes creadas con él se podrán seguir regenerando.
style-removed = Se ha quitado el estilo { $name }.
