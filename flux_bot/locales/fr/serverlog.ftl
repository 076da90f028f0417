# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 Un prompt de { $user } dans { $channel } a été refusé à cause de ||{ $word }||.
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 Un prompt de { $user } dans { $channel } a été refusé à cause de ||{ $word }||, que le responsable du bot bloque sur tous les serveurs.
log-removed = 🗑️ { $moderator } a retiré un message dans { $channel }. Demande de : { $user }.
log-cancelled = ✋ { $moderator } a annulé une demande dans { $channel }. Demande de : { $user }.
log-made-private = 🔒 { $moderator } a rendu privée une demande dans { $channel }. Demande de : { $user }.
# Shown instead of $user if the request was deleted.
log-unknown-user = auteur inconnu
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 Je refuse des demandes, car la limite mensuelle de ce serveur est atteinte : il reste { $left } sur { $allowed }. Elle sera réinitialisée { $resets }.
# Below the entries, in small print.
log-more = { $more ->
    [one] et { $more } autre entrée
   *[other] et { $more } autres entrées
}
