# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = Retirer ce message pour tout le monde ?
remove-ask-own = Retirer ce message pour tout le monde ? L’image reste dans ton /{ cmd-history }, où tu peux aussi la supprimer définitivement.
removed = Message retiré.
removed-own = Message retiré. L’image est toujours dans ton /{ cmd-history }.
remove-again = Je n’ai pas pu retirer le message. Choisis à nouveau « { button-delete } » sous ce message.
not-yours-to-remove = Seuls l’auteur de la demande et les modérateurs peuvent le retirer.

# --- Delete for good ---

button-erase = Supprimer définitivement
erase-ask = **Supprimer définitivement ?** Le prompt, les liens et mon message avec le résultat seront supprimés, et l’image disparaîtra de ton /{ cmd-history }. C’est irréversible. Les copies enregistrées ou republiées restent où elles sont.
erased = Supprimé définitivement.
erased-message-left = Supprimé définitivement, sauf le message avec le résultat, que je ne peux pas supprimer. Retire-le ou masque-le toi-même.
erase-too-early = Impossible de supprimer définitivement une image en cours de création ou de publication. Réessaie dans un instant.
not-yours-to-erase = Seul l’auteur de la demande peut la supprimer définitivement.
job-erased = Cette demande a été supprimée : je ne sais plus comment cette image a été créée.
