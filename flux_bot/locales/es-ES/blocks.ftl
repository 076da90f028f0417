block-ends = El bloqueo termina { $ends }.
block-without-end = El bloqueo es indefinido.
block-without-reason = no indicado
block-of-erased = un usuario que ha borrado sus datos

# --- /block and /unblock ---

block-done = 🚫 { $user } ya no puede crear imágenes en este servidor. { $ends } Las imágenes que ya están en curso se publicarán de todos modos.
block-done-everywhere = 🚫 { $user } ya no puede crear imágenes en ningún sitio. { $ends } Las imágenes que ya están en curso se publicarán de todos modos.
unblock-done = ✅ { $user } puede volver a crear imágenes en este servidor.
unblock-done-everywhere = ✅ { $user } ya no tiene un bloqueo global. Los bloqueos de cada servidor se mantienen.
blocks-of-servers = Esto solo funciona en un servidor.
blocks-not-allowed = Solo pueden hacerlo los miembros con el permiso *Aislar temporalmente a miembros*.
blocks-not-everywhere = Solo el responsable del bot puede usar la opción «{ cmd-block.everywhere }». Omítela para que se aplique a este servidor.
block-yourself = No puedes bloquearte a ti mismo.
block-a-bot = Los bots no pueden crear imágenes, así que no hay nada que bloquear.
block-no-duration = No entiendo la duración «{ $typed }». Escribe un número y m, h, d o w para minutos, horas, días o semanas, por ejemplo 12h o 3d; como máximo, diez años. Si la omites, el bloqueo es indefinido.
not-blocked = { $user } no tiene ningún bloqueo en este servidor.
not-blocked-everywhere = { $user } no tiene ningún bloqueo global.
block-duration-minute = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
block-duration-hour = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
block-duration-day = { $count ->
    [one] { $count } día
   *[other] { $count } días
}
block-duration-week = { $count ->
    [one] { $count } semana
   *[other] { $count } semanas
}

# --- /blocked ---

blocked-title = ### Bloqueos en este servidor ({ $page }/{ $pages })
blocked-title-everywhere = ### Bloqueos globales ({ $page }/{ $pages })
blocked-nobody = No hay nadie bloqueado en este servidor.
blocked-nobody-everywhere = No hay nadie con un bloqueo global.
blocked-line = **{ $number }** { $user } · bloqueo impuesto { $when } por { $moderator } · { $ends } Motivo: { $reason }
blocked-unblock = Desbloquear
blocked-option = { $number } · Motivo: { $reason }

# --- /why ---

why-allowed = ### { $user } puede crear imágenes aquí
why-not-allowed = ### { $user } no puede crear imágenes aquí
why-no-member = { $user } no es miembro de este servidor.
why-blocked = Bloqueo impuesto { $when } por { $moderator }. { $ends } Motivo: { $reason }
why-blocked-everywhere = Bloqueo global impuesto por el responsable del bot. { $ends }
why-role = Necesita uno de estos roles: { $roles }
why-no-model = Este servidor no ofrece ningún modelo que cree imágenes.
why-models = Modelos disponibles: { $models }
why-member-day = Imágenes usadas hoy en este servidor: { $used } de { $allowed } (disponibles: { $left }). El límite se restablece { $resets }
why-user-day = Imágenes usadas hoy en todos los servidores: { $used } de { $allowed } (disponibles: { $left }). El límite se restablece { $resets }
why-server-month = Créditos usados por este servidor este mes: { $used } de { $allowed } (disponibles: { $left }). El límite se restablece { $resets }
why-no-limits = No se aplica ningún límite.
why-budget = El presupuesto del bot se ha agotado. Se restablece { $resets }
why-private = En este canal, solo ve el resultado quien lo pide.
why-spoiler = En este canal, los resultados son spoilers.

# --- in the server's log ---

log-block = 🚫 { $moderator } ha bloqueado a { $user }. { $ends } Motivo: { $reason }
log-unblock = ✅ { $moderator } ha desbloqueado a { $user }.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Moderar**: /{ cmd-block } impide que alguien cree imágenes, /{ cmd-blocked } muestra quién está bloqueado y /{ cmd-why } indica qué norma se lo impide a un miembro.
