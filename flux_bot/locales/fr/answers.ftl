# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Tu as déjà une image en attente. Laisse-la se terminer, puis réessaie.
   *[other] Tu as déjà { $limit } images en attente. Laisses-en quelques-unes se terminer, puis réessaie.
}
unavailable = Le service d’images n’est pas disponible pour le moment. { told } Réessaie plus tard.
stopping = Je suis en train de redémarrer. Réessaie dans une minute.
one-image-please = Donne exactement une image à modifier : joins-la avec `{ cmd-edit.image }` ou colle son adresse dans `{ cmd-edit.image_url }`.
not-an-image = « { $filename } » n’est pas une image que je peux modifier. Joins un fichier PNG, JPEG ou WebP.
image-too-large = Cette image est trop lourde pour être modifiée. Joins-en une de { $mebibytes } Mio au maximum.
not-a-link = Ce n’est pas un lien web. Utilise un lien qui commence par https:// et ne contient pas d’espaces, ou envoie plutôt l’image.
link-too-long = Ce lien dépasse { $limit } caractères. Utilise un lien plus court ou envoie plutôt l’image.
link-with-password = Ce lien contient un nom d’utilisateur ou un mot de passe. Utilise un lien qui n’en contient pas ou envoie plutôt l’image.
link-not-public = Ce lien ne mène pas à un site public. Utilise un lien que tout le monde peut ouvrir ou envoie plutôt l’image.
link-expired = Ce lien Discord a expiré. Copie-le à nouveau, ou choisis « { menu-edit-image } » sous Applications, dans le menu du message qui contient l’image.
empty-prompt = Le prompt est vide. Décris l’image que tu veux.
prompt-too-long = Le prompt dépasse { $limit } caractères. Raccourcis-le.
size-not-taken = { $model } ne prend pas en charge la taille « { $typed } ». Indique plutôt : { $takes }.
pixel-rule-range = un format comme 16:9, ou LARGEURxHAUTEUR avec des côtés de { $smallest } à { $largest } par pas de { $step }
pixel-rule-open = un format comme 16:9, ou LARGEURxHAUTEUR avec des côtés d’au moins { $smallest } par pas de { $step }
no-such-model-generate = Aucun modèle « { $typed } » ne crée d’images. Choisis parmi : { $names }.
no-such-model-edit = Aucun modèle « { $typed } » ne modifie d’images. Choisis parmi : { $names }.
no-channel = Je n’arrive pas à savoir de quel salon cela vient. Réessaie dans un autre.
no-picture-there = Je ne vois pas d’image dans ce message. Enregistre-la et joins-la plutôt à /{ cmd-edit }.
no-words-there = Je ne vois pas de texte dans ce message. Copie-le plutôt dans /{ cmd-imagine }.
source-lost = L’image de départ est introuvable. Joins-la à /{ cmd-edit }.
picture-lost = Cette image est introuvable : son message a disparu, et le service d’images ne l’a plus. /{ cmd-imagine } en crée une nouvelle.
job-forgotten = Je ne sais plus comment cette image a été créée : les anciennes demandes sont oubliées. Pour la modifier, choisis « { menu-edit-image } » sous Applications, dans le menu de ce message ; /{ cmd-imagine } en crée une nouvelle.
job-unknown = Cette image n’est pas parmi les tiennes. Choisis-en une dans la liste qui s’affiche pendant que tu tapes.
not-finished = Cette image n’est pas encore terminée. /{ cmd-jobs } montre où elle en est.
not-yours-to-delete = Seule la personne qui a fait la demande, ou qui peut gérer les messages ici, peut supprimer ceci.
not-yours-to-cancel = Seule la personne qui a fait la demande, ou qui peut gérer les messages ici, peut annuler ceci.
too-late-to-cancel = Il est trop tard pour annuler : le résultat est là ou sur le point d’arriver.
forgotten-form = Cela a pris trop de temps, ou j’ai redémarré entre-temps : je ne sais plus de quelle image il s’agissait. Choisis à nouveau « { menu-edit-image } ».
you-wrote = Tu avais écrit : { $prompt }

# --- something broke ---

unexpected = Quelque chose s’est mal passé de mon côté. Réessaie ; si cela continue, transmets `{ $reference }` au responsable du bot.
maybe-saved = La connexion à ma base de données a été coupée au moment où j’enregistrais ta demande. Si elle a bien été enregistrée, l’image arrivera toute seule : attends quelques minutes avant de la redemander. Si cela continue, transmets `{ $reference }` au responsable du bot.

# --- done ---

undelivered-results = { $count ->
    [one] 📬 Le résultat d’une demande précédente n’a pas pu être remis. Rien n’est perdu : récupère-le ici.
   *[other] 📬 Les résultats de { $count } demandes précédentes n’ont pas pu être remis. Rien n’est perdu : récupère-les ici.
}
undelivered-results-more = 📬 Les résultats de plus de { $count } demandes précédentes n’ont pas pu être remis. Rien n’est perdu : récupère les { $count } premiers ici, et le reste après ta prochaine commande.
fetching = 📬 Je récupère ton résultat…
nothing-undelivered = Ce résultat a déjà été remis.
saved = 📬 Je t’ai envoyé { $count ->
    [one] l’original
   *[other] les originaux
} en message privé.
saved-message = Voici { $count ->
    [one] l’original
   *[other] les originaux
} de : { $prompt }
save-refused = Je ne peux pas t’envoyer de messages privés. Autorise-les dans les paramètres de confidentialité de ce serveur, ou télécharge directement d’ici : { $links }
save-refused-no-links = Je ne peux pas t’envoyer de messages privés. Autorise-les dans les paramètres de confidentialité de ce serveur et réessaie.
