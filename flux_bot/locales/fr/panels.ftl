# --- Info ---

info-title = ### Comment l’image a été créée
info-prompt = Prompt
info-prompt-attached = Le prompt complet se trouve dans le fichier joint.
info-model = Modèle
info-size = Taille
info-count = Images
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Durée
info-cost = Coût
info-requested = Demandée
info-requested-by = { $when } par { $user }
info-parent = Créée à partir de
info-children = Images dérivées
info-link = [image { $number }]({ $url })
info-job = ID de demande
info-task = ID de tâche
info-trace = ID de trace
info-operator = Informations pour le responsable du bot : { $details }
info-command = Pour la recréer, colle cette commande :

# --- /jobs ---

jobs-title = ### Tes images
jobs-none = Rien n’est en cours ni dans la file d’attente. Utilise /{ cmd-imagine } pour créer une image ou /{ cmd-history } pour voir les précédentes.
jobs-undelivered = **Non livré** : récupère-{ $count ->
    [one] le
   *[other] les
} ici.
jobs-running = **En cours**
jobs-queued = **Dans la file d’attente**
jobs-finished = **Tout juste terminées**
jobs-running-line = lancée { $since } : { $prompt }
jobs-queued-line = position { $place } : { $prompt }
jobs-of-group = demandées ensemble : en annuler une les annule toutes
jobs-finished-line = { $when } : { $prompt }
jobs-failed-line = { $when }, échec : { $prompt }
jobs-link = [voir]({ $url })
jobs-more = { $count ->
    [one] … et 1 autre
   *[other] … et { $count } autres
}

# --- /history ---

history-title = ### Tes images, page { $page } sur { $pages }
history-search-title = ### Tes images avec « { $search } », page { $page } sur { $pages }
history-none = Tu n’as pas encore d’images. Utilise /{ cmd-imagine } pour en créer une.
history-none-found = Aucune de tes images n’a « { $search } » dans son prompt. Utilise /{ cmd-history } sans recherche pour toutes les voir.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · plus disponible
history-pick = Choisis une image pour la voir ou la modifier
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Tes réglages par défaut
preferences-saved = Les modifications sont enregistrées automatiquement.
preferences-reset-done = C’est fait : tous les réglages sont revenus à leur valeur par défaut.
preferences-model = Modèle pour /{ cmd-imagine }
preferences-edit-model = Modèle pour /{ cmd-edit }
preferences-size = Format pour /{ cmd-imagine }
preferences-count = Nombre d’images pour /{ cmd-imagine }
preferences-default = Par défaut : { $value }
number-of-pictures = { $count ->
    [one] une image
   *[other] { $count } images
}
preferences-private-on = Privé : activé
preferences-private-off = Privé : désactivé
preferences-ping-on = Me notifier : activé
preferences-ping-off = Me notifier : désactivé
preferences-hint = *Privé* : tes images ne sont visibles que par toi. *Me notifier* : tu reçois une notification quand une image est prête.
preferences-reset = Réinitialiser
