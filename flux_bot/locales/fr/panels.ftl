# --- Info ---

info-title = ### Comment l’image a été créée
info-prompt = Prompt
info-prompt-attached = Le prompt complet se trouve dans le fichier joint.
info-model = Modèle
info-size = Taille
info-count = Nombre
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Durée
info-asked = Demandé
info-asked-by = { $when } par { $user }
info-parent = Créée à partir de
info-children = A servi à créer
info-link = [image { $number }]({ $url })
info-job = N° de demande
info-task = Tâche
info-trace = Trace
info-command = Pour la redemander, colle ceci :

# --- /jobs ---

jobs-title = ### Tes images
jobs-none = Rien en cours ni en attente. /{ cmd-imagine } crée une image, /{ cmd-history } montre celles que tu as déjà.
jobs-undelivered = **Pas encore remis** : récupère-{ $count ->
    [one] le
   *[other] les
} ici.
jobs-running = **En cours**
jobs-queued = **Dans la file d’attente**
jobs-finished = **Tout juste terminées**
jobs-running-line = lancée { $since } : { $prompt }
jobs-queued-line = position { $place } : { $prompt }
jobs-finished-line = { $when } : { $prompt }
jobs-failed-line = { $when }, échec : { $prompt }
jobs-link = [afficher]({ $url })
jobs-more = … et { $count } de plus

# --- /history ---

history-title = ### Tes images, page { $page } sur { $pages }
history-search-title = ### Tes images avec « { $search } », page { $page } sur { $pages }
history-none = Tu n’as pas encore d’images. /{ cmd-imagine } en crée une.
history-none-found = Aucune de tes images n’a « { $search } » dans son prompt. /{ cmd-history } sans mots les montre toutes.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · plus disponible
history-pick = Choisis-en une pour la voir en grand ou la modifier
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Ce que tu obtiens si tu ne précises rien
preferences-saved = Chaque clic est enregistré aussitôt.
preferences-model = Modèle pour /{ cmd-imagine }
preferences-edit-model = Modèle pour /{ cmd-edit }
preferences-size = Format pour /{ cmd-imagine }
preferences-count = Nombre pour /{ cmd-imagine }
preferences-default = Par défaut : { $value }
preferences-pictures = { $count ->
    [one] une image
   *[other] { $count } images
}
preferences-private-on = Privé : oui
preferences-private-off = Privé : non
preferences-ping-on = Me notifier : oui
preferences-ping-off = Me notifier : non
preferences-hint = *Privé* : tes images ne sont visibles que par toi. *Me notifier* : tu reçois une notification quand une image est prête.
preferences-reset = Réinitialiser
