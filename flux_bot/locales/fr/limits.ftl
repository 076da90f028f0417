blocked = Tu ne peux pas créer d’images ici, car tu as été bloqué. Si tu penses que c’est une erreur, adresse-toi à un modérateur.
blocked-until = Tu ne peux pas créer d’images ici, car tu as été bloqué. Le blocage prend fin { $ends }.
role-not-allowed = Ici, seuls les membres qui ont l’un de ces rôles peuvent créer des images : { $roles }. S’il t’en faut un, adresse-toi à un modérateur.
prompt-blocked = Les règles d’ici n’autorisent pas ce prompt, je ne l’ai donc pas envoyé. Décris autre chose.
model-not-offered-here = Ce serveur ne propose pas ce modèle. Choisis parmi : { $models }.
no-model-offered-here = Ce serveur ne propose aucun modèle capable de faire ça.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } image
   *[other] { $count } images
}
limit-member-day = Sur ce serveur, tu peux créer { $allowed } par jour. Il te reste { $left }, et cette demande nécessite { $needed }. La limite sera réinitialisée { $resets }.
limit-user-day = Tu peux créer { $allowed } par jour, tous serveurs confondus. Il te reste { $left }, et cette demande nécessite { $needed }. La limite sera réinitialisée { $resets }.
limit-server-month = Ce serveur peut dépenser { $allowed } par mois. Il lui reste { $left }, et cette demande coûte environ { $needed }. La limite sera réinitialisée { $resets }.
limit-budget-day = Mon budget pour tout le monde est de { $allowed } par jour. Il me reste { $left }, et cette demande coûte environ { $needed }. Le budget sera réinitialisé { $resets }.
limit-budget-month = Mon budget pour tout le monde est de { $allowed } par mois. Il me reste { $left }, et cette demande coûte environ { $needed }. Le budget sera réinitialisé { $resets }.
