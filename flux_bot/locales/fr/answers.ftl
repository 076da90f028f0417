# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Tu as déjà une image dans la file d’attente. Attends qu’elle soit prête, puis réessaie.
   *[other] Tu as déjà { $limit } images dans la file d’attente. Attends que l’une d’elles soit prête, puis réessaie.
}
too-many-requests = Je récupère déjà d’anciennes images pour { $limit } de tes demandes. Attends que l’une d’elles aboutisse, puis réessaie.
unavailable = Le service d’images n’est pas disponible pour le moment. { $operator } Réessaie plus tard.
stopping = Je redémarre. Réessaie dans une minute.
one-image-needed = Indique une seule image à modifier : joins-la avec `{ cmd-edit.image }` ou colle son lien dans `{ cmd-edit.image_url }`, mais pas les deux.
not-an-image = « { $filename } » n’est pas une image que je peux modifier. Joins un fichier PNG, JPEG ou WebP.
image-too-large = Cette image est trop lourde pour être modifiée. Joins-en une de { $mebibytes } Mio au maximum.
not-a-link = Ce n’est pas un lien web. Utilise un lien qui commence par https:// et ne contient pas d’espace, ou envoie plutôt l’image.
link-too-long = Ce lien dépasse { $limit } caractères. Utilises-en un plus court ou envoie plutôt l’image.
link-with-password = Ce lien contient un nom d’utilisateur ou un mot de passe. Utilise un lien sans identifiants ou envoie plutôt l’image.
link-not-public = Ce lien ne mène pas à un site public. Utilise un lien que tout le monde peut ouvrir ou envoie plutôt l’image.
link-expired = Ce lien Discord a expiré. Copies-en un nouveau ou, dans le menu du message qui contient l’image, choisis « { menu-edit-image } » sous Applications.
empty-prompt = Le prompt est vide. Décris l’image que tu veux.
prompt-too-long = Le prompt dépasse { $limit } caractères. Raccourcis-le.
size-not-supported = { $model } ne prend pas en charge la taille « { $typed } ». Il accepte { $supported }.
pixel-rule-range = un format comme 16:9, ou LARGEURxHAUTEUR avec des côtés de { $smallest } à { $largest } par pas de { $step }
pixel-rule-open = un format comme 16:9, ou LARGEURxHAUTEUR avec des côtés d’au moins { $smallest } par pas de { $step }
no-such-model-generate = Il n’y a pas de modèle « { $typed } » pour créer des images. Choisis parmi : { $names }.
no-such-model-edit = Il n’y a pas de modèle « { $typed } » pour modifier des images. Choisis parmi : { $names }.
no-channel = Je n’arrive pas à savoir de quel salon ça vient. Réessaie dans un autre salon.
no-picture-found = Je ne vois pas d’image dans ce message. S’il y en a une, enregistre-la et joins-la à /{ cmd-edit }.
no-text-found = Je ne vois pas de texte dans ce message. S’il y en a un, copie-le dans /{ cmd-imagine }.
source-lost = L’image d’origine n’est plus disponible. Joins-la à /{ cmd-edit }.
picture-lost = Cette image n’est plus disponible : son message a disparu et le service d’images ne l’a plus. Utilise /{ cmd-imagine } pour en créer une nouvelle.
job-deleted = Je ne sais plus comment cette image a été créée, car les anciennes demandes sont supprimées. Pour la modifier, choisis « { menu-edit-image } » sous Applications, dans le menu de ce message. Pour en créer une nouvelle, utilise /{ cmd-imagine }.
job-unknown = Je n’ai pas trouvé cette image. Choisis-en une dans la liste qui s’affiche pendant que tu tapes.
not-finished = Cette image n’est pas encore prête. Utilise /{ cmd-jobs } pour voir où elle en est.
search-replaced = Tu as lancé une nouvelle recherche entre-temps : j’ai donc interrompu celle-ci.
not-yours-to-cancel = Seuls l’auteur de la demande et les modérateurs peuvent l’annuler.
too-late-to-cancel = Il est trop tard pour annuler : le résultat est prêt ou sur le point d’être publié.
expired-form = Ce formulaire a expiré et je ne sais plus de quelle image il s’agissait. Choisis à nouveau « { menu-edit-image } ».
other-version = Cet élément vient d’une autre version de moi-même et je ne sais pas à quoi il sert. Utilise plutôt une commande comme /{ cmd-jobs } ou /{ cmd-history }.

# --- something broke ---

unexpected = Un problème est survenu de mon côté. Réessaie. Si ça continue, donne ce code au responsable du bot : `{ $reference }`
maybe-saved = J’ai perdu la connexion à ma base de données pendant l’enregistrement de ta demande. Si elle a bien été enregistrée, l’image sera publiée automatiquement : attends donc quelques minutes avant de la redemander. Si ça continue, donne ce code au responsable du bot : `{ $reference }`

# --- done ---

undelivered-results = { $count ->
    [one] 📬 Le résultat d’une demande précédente n’a pas pu être livré. Rien n’est perdu : récupère-le ici.
   *[other] 📬 Les résultats de { $count } demandes précédentes n’ont pas pu être livrés. Rien n’est perdu : récupère-les ici.
}
undelivered-results-more = 📬 Les résultats de plus de { $count } demandes précédentes n’ont pas pu être livrés. Rien n’est perdu : récupère les { $count } premiers ici et le reste après ta prochaine commande.
fetching = 📬 Récupération du résultat…
nothing-undelivered = Ce résultat a déjà été livré.
saved = 📬 Je t’ai envoyé { $count ->
    [one] l’original
   *[other] les originaux
} en message privé.
saved-message = Voici { $count ->
    [one] l’original
   *[other] les originaux
} de : { $prompt }
save-refused = Je ne peux pas t’envoyer de messages privés. Autorise-les dans les paramètres de confidentialité de ce serveur. Téléchargement direct : { $links }
save-refused-no-links = Je ne peux pas t’envoyer de messages privés. Autorise-les dans les paramètres de confidentialité de ce serveur et réessaie.
