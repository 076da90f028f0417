# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 A prompt by { $user } in { $channel } was blocked because of ||{ $word }||.
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 A prompt by { $user } in { $channel } was blocked because of ||{ $word }||, which my operator blocks in all servers.
log-removed = 🗑️ { $moderator } removed a message from { $channel }. Requested by: { $user }.
log-cancelled = ✋ { $moderator } cancelled a request in { $channel }. Requested by: { $user }.
log-made-private = 🔒 { $moderator } made a request in { $channel } private. Requested by: { $user }.
# Shown instead of $user if the request was deleted.
log-unknown-user = unknown
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 I’m refusing requests because this server’s monthly limit is reached: { $left } left of { $allowed }. It resets { $resets }.
# Below the entries, in small print.
log-more = { $more ->
    [one] and { $more } more entry
   *[other] and { $more } more entries
}
