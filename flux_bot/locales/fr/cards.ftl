# --- while it is being made ---

status-painting = 🎨 **Création en cours**, lancée { $since }.
status-editing = 🎨 **Modification en cours**, lancée { $since }.
usual-unknown = Ça peut prendre jusqu’à deux minutes.
usual = { $model } met généralement environ { $duration }.
slow = C’est plus long que d’habitude. Je publierai le résultat dès qu’il sera prêt.
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
status-queued = ⏳ **Dans la file d’attente**, position { $place }. Démarrage automatique ; ce message sera alors mis à jour.
status-busy = ⏳ **En attente** : le service d’images est occupé. Démarrage automatique ; ce message sera alors mis à jour.
cancelled = **Annulé.** Ça n’a rien coûté.
cancelled-paid = **Annulé**, mais le service d’images avait déjà commencé : l’image est facturée quand même, sans être publiée.
cancel-question = Le service d’images a déjà commencé : l’image sera facturée dans tous les cas. Veux-tu garder le résultat rien que pour toi ou le supprimer ?
cancel-question-other = Le service d’images a déjà commencé : l’image sera facturée dans tous les cas. Faut-il envoyer le résultat uniquement à { $user } ou le supprimer ?
cancel-question-private = Le service d’images a déjà commencé : l’image sera facturée dans tous les cas. Veux-tu garder le résultat ou le supprimer ?
cancel-kept = 🔒 **Privé.** Le résultat ne sera visible que par toi.
cancel-kept-other = 🔒 **Privé.** Le résultat sera envoyé uniquement à l’auteur de la demande.

# --- the result ---

result-ready = { $count ->
    [one] { $user }, ton image est prête !
   *[other] { $user }, tes images sont prêtes !
}
result-edited = { $user }, ton image modifiée est prête !
result-rerolled = Nouvelle version d’{ $parent }
result-remixed = Remix d’{ $parent }
result-edited-from = Version modifiée d’{ $parent }
parent-link = [une image précédente]({ $url })
parent-plain = une image précédente
result-shown = Une image de { $user }, créée { $when }
fewer-pictures = Le service d’images n’a créé que { $got } des { $requested } images, bien que j’aie redemandé celles qui manquaient.
shrunk = Taille réduite pour respecter la limite d’envoi de Discord. En taille réelle : { $links }
original-link = [original { $number }]({ $url })
links-attached = { $count ->
    [one] Le lien se trouve dans le fichier joint.
   *[other] Les liens se trouvent dans le fichier joint.
}
unfetched = { $count ->
    [one] Cette image n’a pas pu être chargée dans Discord. Tu la trouveras ici pendant au moins quelques semaines :
   *[other] Ces images n’ont pas pu être chargées dans Discord. Tu les trouveras ici pendant au moins quelques semaines :
}
picture-link = [Image { $number }]({ $url })
alt-one-of = Image { $number } sur { $count } : { $prompt }
alt-source = L’image d’origine

# --- failures: what happened, what it cost, what to do ---

free = Ça n’a rien coûté.
operator-notified = Le responsable du bot a été prévenu.
operator-not-notified = Préviens le responsable du bot, s’il te plaît.
failure-bad_request = Le service d’images n’a pas accepté cette demande. { free } Modifie-la et réessaie.
failure-bad_source = Le service d’images n’a pas pu utiliser l’image à modifier. { free } Essaie avec une autre, de préférence en PNG ou en JPEG.
failure-forbidden = Le filtre de sécurité du service d’images a refusé ce prompt. { free } Reformule-le et réessaie.
failure-too_many_requests = Le service d’images est surchargé pour le moment. { free } Réessaie dans quelques minutes.
failure-api_error = Le service d’images a rencontré un problème pendant la création. { free } Il suffit souvent de réessayer.
failure-timeout = Le service d’images a mis trop de temps et a abandonné. { free } Il suffit souvent de réessayer.
failure-unreachable = Le service d’images est injoignable pour le moment. { free } Réessaie plus tard.
failure-outcome_unknown = La connexion au service d’images a été coupée pendant l’envoi de ta demande, et aucune image n’est arrivée. La demande a peut-être été facturée, elle n’a donc pas été renvoyée. Si tu veux toujours cette image, redemande-la.
failure-overdue = Le service d’images a accepté la demande, mais n’a jamais envoyé de résultat. Les images ratées ne sont pas facturées. Réessaie.
failure-model_rejected = Le service d’images ne propose plus ce modèle. { free } Choisis-en un autre.
failure-size_rejected = Le service d’images n’a pas accepté ce format pour ce modèle. { free } Le modèle accepte { $shapes }. Choisis un autre format.
failure-no_token = Le service d’images est mal configuré. { free } { $operator }
failure-invalid_token = Le service d’images refuse l’accès à ce bot pour le moment. { free } { $operator }
failure-token_expired = Le service d’images n’accepte plus ce bot. { free } { $operator }
failure-token_mismatched = Le service d’images ne reconnaît pas ce bot. { free } { $operator }
failure-used_up = Le service d’images n’est pas disponible pour le moment. { free } { $operator } Réessaie plus tard.
failure-disabled = Le service d’images bloque ce bot pour le moment. { free } { $operator }
failure-no_api = Le service d’images est injoignable. { free } { $operator }
failure-api_not_implemented = Le service d’images ne peut pas faire ça pour le moment. { free } { $operator }
failure-unexpected = Le service d’images n’a pas pu créer cette image. { free } Réessaie plus tard.
failure-said = Réponse du service : { $message }

# --- costs ---

cost-credits = { $credits ->
    [one] { $credits } crédit
   *[other] { $credits } crédits
}
cost-with-money = { $cost } ({ $money })
cost-about = environ { $cost }

# --- buttons: at most 80 characters, better one word ---

button-reroll = Régénérer
button-remix = Remixer
button-edit = Modifier
button-save = Enregistrer
button-info = Infos
button-delete = Retirer
button-retry = Réessayer
button-reword = Changer le prompt
button-switch = Réessayer avec { $model }
button-reshape = Changer le format
button-source = Choisir une autre image
button-cancel = Annuler
button-keep = Garder en privé
button-keep-waiting = Garder
button-discard = Supprimer
button-show = Afficher ici
button-fetch = Récupérer : { $prompt }
button-refresh = Actualiser
button-previous = Précédent
button-next = Suivant

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 carré
shape-16-9 = 16:9 grand écran
shape-9-16 = 9:16 format téléphone
shape-3-2 = 3:2 paysage
shape-2-3 = 2:3 portrait
shape-4-3 = 4:3 paysage classique
shape-3-4 = 3:4 portrait classique
shape-5-4 = 5:4 presque carré, paysage
shape-4-5 = 4:5 presque carré, portrait
shape-21-9 = 21:9 panoramique
shape-9-21 = 9:21 vertical très étroit
