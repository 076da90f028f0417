style-none = Aucun style
style-label = { $name } : { $description }
no-such-style = Il n’y a pas de style « { $typed } ». Choisis-en un dans la liste qui s’affiche pendant que tu tapes.
several-styles = Plusieurs styles correspondent à « { $typed } », par exemple { $names }. Lequel veux-tu ?
prompt-too-long-for-style = Avec ce style, le prompt peut compter { $limit } caractères au maximum. Raccourcis-le ou choisis un autre style.
info-style = Style
info-final-prompt = Prompt avec le style
preferences-style = Style pour /{ cmd-imagine }
help-styles = 🖌️ **Choisir un style** : l’option « { cmd-imagine.style } » de /{ cmd-imagine } propose aquarelle, pixel art et bien d’autres. Si tu gères un serveur, tu peux y ajouter les tiens avec /{ cmd-style }.

form-style = Style
form-style-add = Nouveau style
form-style-edit = Modifier le style
form-style-name = Nom
form-style-description = Description
form-style-template = Gabarit
form-style-template-hint = En anglais si possible. { $placeholder } représente le texte saisi.

style-example = un renard dans la neige
style-saved = 💾 **Enregistré** : { $name }. Tu le trouveras dans l’option « { cmd-imagine.style } » de /{ cmd-imagine }.
style-preview = Aperçu : « { $example } » devient

styles-of-servers = Un style appartient à un serveur : cette commande ne fonctionne donc que sur un serveur.
styles-not-allowed = Seules les personnes qui ont la permission *Gérer le serveur* peuvent modifier les styles de ce serveur.
style-without-name = Le nom doit contenir au moins une lettre, un chiffre ou un symbole. Rien n’a été enregistré.
style-name-too-long = Le nom dépasse { $limit } caractères. Rien n’a été enregistré.
style-description-too-long = La description dépasse { $limit } caractères. Rien n’a été enregistré.
style-template-too-long = Le gabarit dépasse { $limit } caractères et laisse trop peu de place au prompt. Rien n’a été enregistré.
style-without-prompt = Le gabarit doit contenir { $placeholder } exactement une fois, là où ira le texte saisi. Rien n’a été enregistré.
style-name-taken = Il y a déjà un style de ce nom. Choisis-en un autre. Rien n’a été enregistré.
too-many-styles = Ce serveur a déjà { $limit } styles personnalisés, c’est le maximum. Retires-en d’abord un.
style-gone = Ce style a été retiré entre-temps, tes modifications ne sont donc pas enregistrées. Tu peux encore l’enregistrer comme nouveau style.
no-such-own-style = Ce serveur n’a pas de style personnalisé nommé « { $typed } ». Choisis-en un dans la liste qui s’affiche pendant que tu tapes.

button-style-remove = Retirer le style
style-remove-ask = Retirer le style { $name } de ce serveur ? Les images créées avec lui pourront toujours être recréées.
style-removed = Le style { $name } a été retiré.
