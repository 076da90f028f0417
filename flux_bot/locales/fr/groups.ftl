too-many-variations = Ça ferait plus de { $limit } images. Indique moins d’alternatives entre accolades, moins d’images pour chacune ou moins de modèles. Rien n’a été facturé.
too-many-at-once = { $more ->
    [one] Pour le moment, tu ne peux mettre qu’une image de plus dans la file d’attente, et il en faudrait { $needed }.
   *[other] Pour le moment, tu ne peux mettre que { $more } images de plus dans la file d’attente, et il en faudrait { $needed }.
} Demandes-en moins ou attends que certaines soient prêtes. Rien n’a été facturé.
compare-twice = Tu as choisi { $model } deux fois. Choisis des modèles différents.
group-none-failed = Toutes ces images sont arrivées entre-temps : il n’y a rien à réessayer.
group-not-yours = Seul l’auteur de la demande peut continuer ici avec une de ces images. Pour en modifier une, choisis « { menu-edit-image } » sous Applications, dans le menu de ce message.
group-status = 🎨 **Création en cours**, lancée { $since }. Images prêtes : { $done } sur { $total }.
group-ready = ✅ Prêtes : { $names }
group-to-come = ⏳ À venir : { $names }
group-failed = ⚠️ Échec : { $names }
group-models = { $count } modèles
group-cancel-question = Le service d’images a déjà commencé à créer certaines de ces images : elles seront facturées dans tous les cas. Veux-tu garder les résultats rien que pour toi ou tous les supprimer ?
group-cancel-question-other = Le service d’images a déjà commencé à créer certaines de ces images : elles seront facturées dans tous les cas. Faut-il envoyer les résultats uniquement à { $user } ou tous les supprimer ?
group-cancel-question-private = Le service d’images a déjà commencé à créer certaines de ces images : elles seront facturées dans tous les cas. Veux-tu garder les résultats ou tous les supprimer ?
group-alt = Image { $number } sur { $count }, { $name } : { $prompt }
group-pick = Continuer avec une image…
button-reroll-all = Tout régénérer
button-retry-failed = Réessayer les échecs
group-all-failed = { $count ->
    [one] L’image n’a pas pu être créée.
   *[other] Aucune des { $count } images n’a pu être créée.
}
group-failed-free = { $count ->
    [one] L’échec n’a rien coûté.
   *[other] Les échecs n’ont rien coûté.
}
group-one-failed = ⚠️ { $name } : { $reason }
group-reason-bad_request = demande refusée par le service d’images
group-reason-forbidden = refusée par le filtre de sécurité
group-reason-timeout = a pris trop de temps
group-reason-model_rejected = ce modèle n’est plus proposé
group-reason-size_rejected = ce modèle n’accepte pas ce format
group-reason-outcome_unknown = connexion coupée ; peut-être facturée quand même
group-reason-other = erreur du service d’images
group-erase-ask = **Supprimer définitivement toutes ces images ?** Leurs prompts, leurs liens et mon message avec toutes les images seront supprimés, et elles disparaîtront de ton /{ cmd-history }. C’est irréversible. Les copies enregistrées ou republiées restent où elles sont.
group-prompts-attached = { $count ->
    [one] Le prompt complet se trouve dans le fichier joint.
   *[other] Les prompts complets se trouvent dans le fichier joint.
}
form-models = Modèles à comparer, de 2 à 4
