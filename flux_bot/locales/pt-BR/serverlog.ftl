# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 Um prompt de { $user } em { $channel } foi bloqueado por causa de ||{ $word }||.
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 Um prompt de { $user } em { $channel } foi bloqueado por causa de ||{ $word }||, que o responsável pelo bot bloqueia em todos os servidores.
log-removed = 🗑️ { $moderator } removeu uma mensagem de { $channel }. Pedido de: { $user }.
log-cancelled = ✋ { $moderator } cancelou um pedido em { $channel }. Pedido de: { $user }.
log-made-private = 🔒 { $moderator } tornou privado um pedido em { $channel }. Pedido de: { $user }.
# Shown instead of $user if the request was deleted.
log-unknown-user = usuário desconhecido
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 Estou recusando pedidos porque o orçamento mensal deste servidor foi atingido. Disponível: { $left } de { $allowed }. O orçamento é renovado { $resets }.
# Below the entries, in small print.
log-more = { $more ->
    [one] e mais { $more } registro
   *[other] e mais { $more } registros
}
