settings-title = ### Ajustes de este servidor
settings-saved-at-once = Los cambios se guardan automáticamente y se aplican al momento.
settings-last-changed = Último cambio: { $when }, por { $user }
settings-ask-reset = ¿Restablecer los valores por defecto de todos los ajustes de este servidor, en todas las páginas? También se quitarán las palabras bloqueadas y el canal de registro.
settings-back = Volver

settings-page-models = 🎨 Modelos
settings-page-limits = 📊 Límites
settings-page-words = 🚫 Palabras bloqueadas
settings-page-channels = 📺 Canales
settings-page-roles = 👥 Roles
settings-page-log = 📜 Canal de registro
settings-page-language = 🌐 Idioma

setting-models = Modelos disponibles
setting-default-model = Modelo por defecto para /{ cmd-imagine }
setting-default-size = Formato por defecto para /{ cmd-imagine }
setting-pictures-per-member = Imágenes por miembro y día
setting-role-limits = Imágenes al día para algunos roles
setting-exempt-roles = Roles sin límite diario
setting-credits-per-month = Créditos del servidor al mes
setting-blocked-words = Palabras bloqueadas
setting-spoiler-channels = Resultados como spoiler
setting-private-channels = Solo resultados privados
setting-allowed-roles = Quién puede crear imágenes
setting-log-channel = Canal de registro
setting-language = Idioma de los mensajes públicos

settings-all-models = Todos los modelos
settings-everybody = Todo el mundo
settings-none = Ninguno
settings-no-limit = Sin límite
settings-usual = El del bot
settings-entries = { $count ->
    [0] ninguna entrada
    [one] { $count } entrada
   *[other] { $count } entradas
}
settings-more = y { $count } más
settings-language-of-server = el idioma del servidor
settings-language-own = El idioma del servidor ({ $language })

settings-models-hint = Si no eliges ninguno, todos los modelos están disponibles. Los valores por defecto de cada miembro tienen prioridad, siempre que su modelo esté disponible.
settings-limits-hint = Si un miembro tiene varios de estos roles, cuenta el límite más alto. Los límites por rol solo se aplican si hay un límite por miembro.
settings-words-hint = Los prompts con una de estas palabras o frases se rechazan. La palabra concreta solo aparece en el canal de registro.
settings-channels-hint = Esto también se aplica en los hilos de esos canales. Los resultados privados solo los ve quien los ha pedido.
settings-roles-hint = A diferencia de la página Integraciones de Discord, esto también se aplica a los botones, los formularios y los menús de mensajes. También se aplica a quienes gestionan el servidor y a su propietario.
settings-log-hint = Ahí publico los cambios de ajustes, los prompts bloqueados, los bloqueos de usuarios y las acciones de los moderadores. Elige un canal que solo pueda leer tu equipo.
settings-language-hint = Los mensajes privados siempre están en el idioma de cada miembro.

settings-number = Número
settings-number-hint = Un número entero de 0 a { $most }; déjalo vacío para no poner límite
settings-for-roles = Roles
settings-edit-words = Editar la lista
settings-words-form-hint = Una palabra o frase por línea o entre comas; * al principio o al final: cualquier serie de letras

settings-gone = Ya no existen: { $names }
settings-remove-gone = Quitarlos
settings-log-failed = No puedo escribir en { $channel } desde { $since }. Revisa mis permisos en ese canal y vuelve a elegirlo.
settings-log-not-allowed = No puedo escribir en { $channel }. Necesito allí los permisos *Ver canal* y *Enviar mensajes*.

settings-of-servers = Los ajustes pertenecen a un servidor, así que esto solo funciona en uno.
settings-not-allowed = Solo quien tiene el permiso *Gestionar servidor* puede ver o cambiar los ajustes de este servidor.
settings-not-a-number = Escribe un número entero de 0 a { $most } o deja el campo vacío para no poner límite. No se ha guardado nada.
settings-no-roles = Elige al menos un rol que exista en este servidor. No se ha guardado nada.
settings-too-many-roles = Como máximo { $limit } roles pueden tener un límite propio. No se ha guardado nada.
settings-too-many-words = La lista tiene { $count } entradas y el máximo es { $limit }. No se ha guardado nada.
settings-word-too-long = Esta entrada tiene más de { $limit } caracteres: { $word }. No se ha guardado nada.
settings-word-never-matches = Esta entrada no contiene ninguna palabra ni símbolo, así que nunca coincidiría con nada: { $word }. No se ha guardado nada.
settings-words-too-long = La lista completa puede tener como máximo { $limit } caracteres. No se ha guardado nada.
settings-words-changed = Mientras tanto, otra persona ha cambiado la lista, así que no se ha guardado nada. Abre otra vez el formulario: contiene tus entradas y las suyas.
settings-no-log-channel = No puedo usar ese canal como canal de registro. Elige otro. No se ha guardado nada.
settings-gone-meanwhile = Lo que has elegido ya no existe. Abre otra vez /{ cmd-settings }. No se ha guardado nada.
settings-private-here = En este canal los resultados son privados, así que no puedo publicar este aquí para todos.

settings-changed = ⚙️ { $user } ha cambiado *{ $setting }*: { $old } → { $new }
settings-changed-list = ⚙️ { $user } ha cambiado *{ $setting }*. Añadido: { $added }. Quitado: { $removed }.

help-settings = 🛠️ **Gestionar este servidor**: en /{ cmd-settings } están los modelos, los límites, las palabras bloqueadas, los canales, los roles, el registro y el idioma.
