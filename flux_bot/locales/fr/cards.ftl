# --- while it is being made ---

status-painting = 🎨 **Création en cours**, lancée { $since }.
status-editing = 🎨 **Modification en cours**, lancée { $since }.
usual-unknown = Cela prend en général une à deux minutes.
usual = { $model } met en général environ { $duration }.
slow = C’est plus long que d’habitude, mais ça avance. Le résultat arrivera tout seul.
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
status-queued = ⏳ **Dans la file d’attente**, position { $place }. Ça démarrera tout seul ; ce message changera à ce moment-là.
status-busy = ⏳ **En attente** : le service d’images est occupé. Ça démarrera tout seul ; ce message changera à ce moment-là.
cancelled = **Annulé.** Cela n’a rien coûté.
cancelled-paid = **Annulé**, mais le service d’images avait déjà commencé : c’est payé, et le résultat sera jeté.

# --- the result ---

result-ready = { $count ->
    [one] { $user }, ton image est prête.
   *[other] { $user }, tes images sont prêtes.
}
result-edited = { $user }, ton image modifiée est prête.
result-rerolled = Relance d’{ $parent }
result-remixed = Remix d’{ $parent }
result-edited-from = Modification d’{ $parent }
parent-link = [une image précédente]({ $url })
parent-plain = une image précédente
result-shown = Une image de { $user }, créée { $when }
fewer-pictures = Le service d’images n’a produit que { $got } des { $asked } images.
shrunk = Réduit pour respecter la limite d’envoi de Discord : { $links }
original-link = [original { $number }]({ $url })
links-attached = { $count ->
    [one] L’adresse se trouve dans le fichier joint.
   *[other] Les adresses se trouvent dans le fichier joint.
}
unfetched = { $count ->
    [one] Cette image n’a pas pu être chargée dans Discord ; tu la trouveras ici, pendant quelques semaines au moins :
   *[other] Ces images n’ont pas pu être chargées dans Discord ; tu les trouveras ici, pendant quelques semaines au moins :
}
picture-link = [Image { $number }]({ $url })
alt-one-of = Image { $number } sur { $count } : { $prompt }
alt-source = L’image de départ

# --- failures: what happened, what it cost, what to do ---

free = Cela n’a rien coûté.
told = Le responsable du bot a été prévenu.
failure-bad_request = Le service d’images n’a pas accepté cette demande. { free } Modifie-la et réessaie.
failure-forbidden = Le filtre de sécurité du service d’images a refusé ce prompt. { free } Reformule-le et réessaie.
failure-too_many_requests = Le service d’images est débordé pour le moment. { free } Réessaie dans quelques minutes.
failure-api_error = Le service d’images a rencontré un problème pendant la création. { free } Il suffit souvent de réessayer.
failure-timeout = Le service d’images a mis trop de temps et a abandonné. { free } Il suffit souvent de réessayer.
failure-unreachable = Le service d’images est injoignable pour le moment. { free } Réessaie plus tard.
failure-outcome_unknown = La connexion au service d’images a été coupée pendant l’envoi de ta demande, et aucune image n’est arrivée. La demande a peut-être été facturée : elle n’a donc pas été envoyée une seconde fois. Refais-la si tu veux toujours cette image.
failure-overdue = Le service d’images a accepté la demande, mais n’a jamais envoyé de résultat. Les images ratées ne sont pas facturées. Réessaie.
failure-no_token = Le service d’images est mal configuré. { free } { told }
failure-invalid_token = Le service d’images refuse l’accès à ce bot pour le moment. { free } { told }
failure-token_expired = Le service d’images n’accepte plus ce bot. { free } { told }
failure-token_mismatched = Le service d’images ne reconnaît pas ce bot. { free } { told }
failure-used_up = Le service d’images n’est pas disponible pour le moment. { free } { told } Réessaie plus tard.
failure-disabled = Le service d’images est fermé à ce bot pour le moment. { free } { told }
failure-no_api = Le service d’images est introuvable. { free } { told }
failure-api_not_implemented = Le service d’images ne peut pas faire cela pour le moment. { free } { told }
failure-unexpected = Le service d’images n’a pas pu créer cette image. { free } Réessaie plus tard.
failure-said = Son message : { $message }

# --- buttons: at most 80 characters, better one word ---

button-reroll = Relancer
button-remix = Remixer
button-edit = Modifier
button-save = Enregistrer
button-info = Infos
button-delete = Supprimer
button-retry = Réessayer
button-reword = Changer le prompt
button-cancel = Annuler
button-show = Afficher ici
button-fetch = Récupérer : { $prompt }
button-refresh = Actualiser
button-previous = Précédent
button-next = Suivant

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 carré
shape-16-9 = 16:9 large
shape-9-16 = 9:16 haut
shape-3-2 = 3:2 paysage
shape-2-3 = 2:3 portrait
shape-4-3 = 4:3 paysage, classique
shape-3-4 = 3:4 portrait, classique
shape-5-4 = 5:4 presque carré, en largeur
shape-4-5 = 4:5 presque carré, en hauteur
shape-21-9 = 21:9 très large
shape-9-21 = 9:21 très haut

# --- models, at most 100 characters; keep their names as they are ---

model-flux-dev = FLUX.1 dev : rapide et économique
model-flux-pro = FLUX.1 pro : des détails plus fins
model-flux-pro-1-1 = FLUX 1.1 pro : des détails plus fins
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra : les plus grandes images
model-flux-2-flex = FLUX.2 flex : à l’aise avec le texte dans les images
model-flux-2-pro = FLUX.2 pro : le plus polyvalent
model-flux-2-max = FLUX.2 max : la meilleure qualité
model-flux-kontext-pro = FLUX Kontext pro : modifie les images
model-flux-kontext-max = FLUX Kontext max : modifie les images avec les détails les plus fins
