block-ends = El bloqueo termina { $ends }.
block-without-end = El bloqueo no tiene fin.
block-without-reason = no indicado
block-of-erased = alguien que ha borrado sus datos

# --- /block and /unblock ---

block-done = 🚫 { $user } ya no puede crear imágenes en este servidor. { $ends } Las imágenes que ya están en marcha se publicarán.
block-done-everywhere = 🚫 { $user } ya no puede crear imágenes en ningún sitio. { $ends } Las imágenes que ya están en marcha se publicarán.
unblock-done = ✅ { $user } puede volver a crear imágenes en este servidor.
unblock-done-everywhere = ✅ { $user } ya no tiene un bloqueo general. Los bloqueos de cada servidor se mantienen.
blocks-of-servers = Esto solo funciona en un servidor.
blocks-not-allowed = Solo pueden hacerlo los miembros con el permiso *Moderar miembros*.
blocks-not-everywhere = La opción «{ cmd-block.everywhere }» es solo para quien gestiona este bot. Quítala para que se aplique a este servidor.
block-yourself = No puedes bloquearte a ti mismo.
block-a-bot = Los bots no pueden crear imágenes, así que no hay nada que bloquear.
block-no-duration = No entiendo la duración «{ $typed }». Escribe un número y m, h, d o w para minutos, horas, días o semanas, por ejemplo 12h o 3d; como máximo, diez años. Si no pones nada, el bloqueo no tiene fin.
not-blocked = { $user } no está en la lista de bloqueos de este servidor.
not-blocked-everywhere = { $user } no tiene ningún bloqueo general.

# --- /blocked ---

blocked-title = ### Bloqueos en este servidor ({ $page }/{ $pages })
blocked-title-everywhere = ### Bloqueos generales ({ $page }/{ $pages })
blocked-nobody = No hay nadie bloqueado en este servidor.
blocked-nobody-everywhere = No hay nadie con un bloqueo general.
blocked-line = **{ $number }** { $user } · bloqueo { $when } por { $moderator } · { $ends } Motivo: { $reason }
blocked-unblock = Desbloquear
blocked-option = { $number } · Motivo: { $reason }

# --- /why ---

why-allowed = ### { $user } puede crear imágenes aquí
why-not-allowed = ### { $user } no puede crear imágenes aquí
why-no-member = { $user } no es miembro de este servidor.
why-blocked = Bloqueo { $when } por { $moderator }. { $ends } Motivo: { $reason }
why-blocked-everywhere = Bloqueo general de quien gestiona este bot. { $ends }
why-role = Necesita uno de estos roles: { $roles }
why-no-model = Este servidor no ofrece ningún modelo que cree imágenes.
why-models = Modelos disponibles: { $models }
why-member-day = Imágenes de hoy en este servidor: { $used } de { $allowed } usadas, quedan { $left }. Se restablece { $resets }
why-user-day = Imágenes de hoy en todos los servidores: { $used } de { $allowed } usadas, quedan { $left }. Se restablece { $resets }
why-server-month = Créditos de este servidor este mes: { $used } de { $allowed } usados, quedan { $left }. Se restablece { $resets }
why-no-limits = No se aplica ningún límite.
why-budget = El presupuesto de quien gestiona el bot se ha agotado. Se restablece { $resets }
why-private = En este canal, solo ve el resultado quien lo pide.
why-spoiler = En este canal, los resultados son spoilers.

# --- in the server's log ---

log-block = 🚫 { $moderator } ha bloqueado a { $user }. { $ends } Motivo: { $reason }
log-unblock = ✅ { $moderator } ha desbloqueado a { $user }.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Modera**: /{ cmd-block } impide que alguien cree imágenes, /{ cmd-blocked } muestra los bloqueos y /{ cmd-why } dice qué norma se lo impide a alguien.
