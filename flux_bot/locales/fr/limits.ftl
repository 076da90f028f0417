blocked = Un blocage t’empêche de créer des images ici. Si tu penses que c’est une erreur, parles-en à un modérateur.
blocked-until = Un blocage t’empêche de créer des images ici. Il prend fin { $ends }.
role-not-allowed = Ici, seuls les membres qui ont l’un de ces rôles peuvent créer des images : { $roles }. S’il t’en faut un, parles-en à un modérateur.
prompt-blocked = Les règles n’autorisent pas ce prompt ici, je ne l’ai donc pas envoyé. Décris autre chose.
model-not-offered-here = Ce serveur ne propose pas ce modèle. Choisis parmi : { $models }.
no-model-offered-here = Aucun des modèles proposés sur ce serveur ne peut faire ça. Si tu en as besoin, demande à quelqu’un qui gère le serveur.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } image
   *[other] { $count } images
}
limit-member-day = Sur ce serveur, tu peux créer { $allowed } par jour. Il te reste { $left }, mais cette demande porte sur { $needed }. La limite sera réinitialisée { $resets }.
limit-user-day = Tu peux créer { $allowed } par jour, tous serveurs confondus. Il te reste { $left }, mais cette demande porte sur { $needed }. La limite sera réinitialisée { $resets }.
limit-server-month = Ce serveur peut dépenser { $allowed } par mois. Il lui reste { $left }, mais cette demande coûte environ { $needed }. La limite sera réinitialisée { $resets }.
limit-zero = Les responsables de ce serveur ont fixé ta limite à zéro : tu ne peux donc pas créer d’images ici. Si tu penses que c’est une erreur, demande-leur.
limit-budget-day = Mon budget pour l’ensemble des utilisateurs est de { $allowed } par jour. Il me reste { $left }, mais cette demande coûte environ { $needed }. Le budget sera réinitialisé { $resets }.
limit-budget-month = Mon budget pour l’ensemble des utilisateurs est de { $allowed } par mois. Il me reste { $left }, mais cette demande coûte environ { $needed }. Le budget sera réinitialisé { $resets }.
