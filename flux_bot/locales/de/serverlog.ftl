# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 Ein Prompt von { $user } in { $channel } wurde wegen ||{ $word }|| abgelehnt.
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 Ein Prompt von { $user } in { $channel } wurde wegen ||{ $word }|| abgelehnt, das der Betreiber des Bots auf allen Servern gesperrt hat.
log-removed = 🗑️ { $moderator } hat eine Nachricht aus { $channel } entfernt. Auftrag von: { $user }.
log-cancelled = ✋ { $moderator } hat einen Auftrag in { $channel } abgebrochen. Auftrag von: { $user }.
log-made-private = 🔒 { $moderator } hat einen Auftrag in { $channel } auf privat gestellt. Auftrag von: { $user }.
# Shown instead of $user if the request was deleted.
log-unknown-user = nicht mehr bekannt
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 Ich lehne Aufträge ab, weil das Monatslimit dieses Servers erreicht ist: noch { $left } von { $allowed } übrig. Es wird { $resets } zurückgesetzt.
# Below the entries, in small print.
log-more = { $more ->
    [one] und { $more } weiterer Eintrag
   *[other] und { $more } weitere Einträge
}
