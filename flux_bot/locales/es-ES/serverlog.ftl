# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 Se ha bloqueado un prompt de { $user } en { $channel } por ||{ $word }||.
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 Se ha bloqueado un prompt de { $user } en { $channel } por ||{ $word }||, que el responsable del bot bloquea en todos los servidores.
log-removed = 🗑️ { $moderator } ha quitado un mensaje de { $channel }. Solicitud de: { $user }.
log-cancelled = ✋ { $moderator } ha cancelado una solicitud en { $channel }. Solicitud de: { $user }.
log-made-private = 🔒 { $moderator } ha hecho privada una solicitud en { $channel }. Solicitud de: { $user }.
# Shown instead of $user if the request was deleted.
log-unknown-user = usuario desconocido
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 Estoy rechazando solicitudes porque se ha alcanzado el presupuesto mensual de este servidor. Disponible: { $left } de { $allowed }. El presupuesto se restablece { $resets }.
# Below the entries, in small print.
log-more = { $more ->
    [one] y { $more } entrada más
   *[other] y { $more } entradas más
}
