# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **Ce que je conserve sur toi**
privacy-nothing = Rien.
privacy-requests = { $count ->
    [one] une demande ({ $since }) : son prompt, les liens vers ses images et l’endroit où elles ont été publiées
   *[other] { $count } demandes, la plus ancienne { $since } : leurs prompts, les liens vers leurs images et l’endroit où elles ont été publiées
}
privacy-starred = { $count ->
    [one] { $count } d’entre elles est dans tes favoris
   *[other] { $count } d’entre elles sont dans tes favoris
}
privacy-undelivered = { $count ->
    [one] { $count } résultat que je n’ai pas pu te livrer
   *[other] { $count } résultats que je n’ai pas pu te livrer
}
privacy-costs = { $count ->
    [one] { $count } ligne sur le coût de tes images, sans le prompt
   *[other] { $count } lignes sur le coût de tes images, sans les prompts
}
privacy-blocks = { $count ->
    [one] { $count } blocage par la modération
   *[other] { $count } blocages par la modération
}
privacy-preferences = tes /{ cmd-preferences }
privacy-progress = Je supprime les messages contenant tes résultats : { $done } sur { $total }.
privacy-kept = { $count ->
    [one] Les demandes sont supprimées { $count } jour après leur fin, sauf celles que tu ajoutes à tes favoris.
   *[other] Les demandes sont supprimées { $count } jours après leur fin, sauf celles que tu ajoutes à tes favoris.
}
privacy-kept-forever = Les demandes sont conservées jusqu’à ce que tu les supprimes.
privacy-costs-kept = Les préférences et les coûts sont conservés jusqu’à ce que tu les effaces.
privacy-shared = Les prompts et les images que tu modifies sont envoyés au service d’images d’Ace Data Cloud. Les résultats sont publiés sur Discord.
privacy-contact = Des questions ? Tu peux joindre le responsable du bot ici : { $contact }
privacy-policy = [Politique de confidentialité]({ $url })

# --- the export ---

button-export = Exporter mes données
privacy-exported = { $count ->
    [one] Voici tout ce que je conserve sur toi. Ce message n’est visible que par toi.
   *[other] Voici tout ce que je conserve sur toi, en { $count } fichiers. Ce message n’est visible que par toi.
}
privacy-export-busy = Un export est déjà en préparation. Réessaie dans une minute.
privacy-export-too-large = Tes données sont trop volumineuses pour Discord. Le responsable du bot peut te les envoyer.

# --- erasing ---

button-erase-all = Effacer mes données…
form-privacy = Effacer toutes mes données
privacy-word = EFFACER
form-privacy-word = Tape { privacy-word } pour confirmer
form-privacy-word-hint = Efface demandes, favoris, préférences et résultats, annule les images en cours. Irréversible.
form-privacy-messages = Messages du bot avec tes résultats
form-privacy-keep = Les laisser sur Discord
form-privacy-delete = Les supprimer aussi
privacy-wrong-word = Rien n’a été effacé : le mot à taper est « { privacy-word } ».
privacy-erased = **Tes données ont été effacées.**
privacy-erased-messages = { $count ->
    [one] Je supprime maintenant { $count } message contenant tes résultats, et je te préviendrai par message privé quand ce sera fini.
   *[other] Je supprime maintenant { $count } messages contenant tes résultats, environ un par seconde, et je te préviendrai par message privé quand ce sera fini. /{ cmd-privacy } montre où j’en suis.
}
privacy-erased-rest = Le total des dépenses est conservé, sans ton nom. Les limites du jour et les blocages restent en vigueur. Les copies enregistrées ou republiées restent où elles sont.

# --- the report ---

privacy-report = **La suppression des messages contenant tes résultats est terminée** : { $done } sur { $total }.
privacy-report-gone = { $count ->
    [one] { $count } n’existait déjà plus, ou n’était visible que par toi.
   *[other] { $count } n’existaient déjà plus, ou n’étaient visibles que par toi.
}
privacy-report-refused = { $count ->
    [one] Discord ne m’a pas laissé en supprimer { $count }, par exemple parce que je ne suis plus sur ce serveur. Un modérateur peut le retirer.
   *[other] Discord ne m’a pas laissé en supprimer { $count }, par exemple parce que je ne suis plus sur ces serveurs. Un modérateur peut les retirer.
}
