block-ends = Le blocage prend fin { $ends }.
block-without-end = Le blocage est illimité.
block-without-reason = non précisée
block-of-erased = une personne qui a effacé ses données

# --- /block and /unblock ---

block-done = 🚫 { $user } ne peut plus créer d’images sur ce serveur. { $ends } Les images déjà en cours seront quand même publiées.
block-done-everywhere = 🚫 { $user } ne peut plus créer d’images nulle part. { $ends } Les images déjà en cours seront quand même publiées.
unblock-done = ✅ { $user } peut de nouveau créer des images sur ce serveur.
unblock-done-everywhere = ✅ Le blocage général de { $user } est levé. Les blocages propres à un serveur restent en place.
blocks-of-servers = Ça ne fonctionne que sur un serveur.
blocks-not-allowed = Seuls les membres qui ont la permission *Exclure temporairement des membres* peuvent faire ça.
blocks-not-everywhere = L’option « { cmd-block.everywhere } » est réservée au responsable du bot. Retire-la pour agir sur ce serveur.
block-yourself = Tu ne peux pas te bloquer toi-même.
block-a-bot = Les bots ne peuvent pas créer d’images, il n’y a donc rien à bloquer.
block-no-duration = Je ne comprends pas la durée « { $typed } ». Tape un nombre suivi de m, h, d ou w pour minutes, heures, jours ou semaines, par exemple 12h ou 3d ; dix ans au maximum. Sans durée, le blocage est illimité.
not-blocked = Il n’y a pas de blocage pour { $user } sur ce serveur.
not-blocked-everywhere = Il n’y a pas de blocage général pour { $user }.
block-duration-minute = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
block-duration-hour = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
block-duration-day = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
block-duration-week = { $count ->
    [one] { $count } semaine
   *[other] { $count } semaines
}

# --- /blocked ---

blocked-title = ### Blocages sur ce serveur ({ $page }/{ $pages })
blocked-title-everywhere = ### Blocages généraux ({ $page }/{ $pages })
blocked-nobody = Personne n’est bloqué sur ce serveur.
blocked-nobody-everywhere = Il n’y a aucun blocage général.
blocked-line = **{ $number }** { $user } · blocage par { $moderator } { $when } · { $ends } Raison : { $reason }
blocked-unblock = Débloquer
blocked-option = { $number } · Raison : { $reason }

# --- /why ---

why-allowed = ### { $user } peut créer des images ici
why-not-allowed = ### { $user } ne peut pas créer d’images ici
why-no-member = { $user } n’est pas membre de ce serveur.
why-blocked = Blocage par { $moderator } { $when }. { $ends } Raison : { $reason }
why-blocked-everywhere = Blocage général par le responsable du bot. { $ends }
why-role = Il faut l’un de ces rôles : { $roles }
why-no-model = Ce serveur ne propose aucun modèle qui crée des images.
why-models = Modèles proposés : { $models }
why-member-day = Images aujourd’hui sur ce serveur : { $used } sur { $allowed }, il en reste { $left }. Réinitialisation { $resets }
why-user-day = Images aujourd’hui, tous serveurs confondus : { $used } sur { $allowed }, il en reste { $left }. Réinitialisation { $resets }
why-server-month = Crédits de ce serveur ce mois-ci : { $used } sur { $allowed }, il en reste { $left }. Réinitialisation { $resets }
why-no-limits = Aucune limite ne s’applique.
why-budget = Le budget du bot est épuisé. Réinitialisation { $resets }
why-private = Dans ce salon, les résultats sont privés.
why-spoiler = Dans ce salon, les résultats sont publiés en spoiler.

# --- in the server's log ---

log-block = 🚫 { $moderator } a bloqué { $user }. { $ends } Raison : { $reason }
log-unblock = ✅ { $moderator } a débloqué { $user }.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Modérer** : /{ cmd-block } empêche quelqu’un de créer des images, /{ cmd-blocked } liste les blocages et /{ cmd-why } indique quelle règle empêche quelqu’un d’en créer.
