settings-title = ### Paramètres de ce serveur
settings-saved-at-once = Les modifications sont enregistrées automatiquement et s’appliquent tout de suite.
settings-last-changed = Dernière modification { $when } par { $user }
settings-ask-reset = Réinitialiser tous les paramètres de ce serveur, sur toutes les pages ? Les mots bloqués et le salon de logs seront aussi retirés.
settings-back = Retour

settings-page-models = 🎨 Modèles
settings-page-limits = 📊 Limites
settings-page-words = 🚫 Mots bloqués
settings-page-channels = 📺 Salons
settings-page-roles = 👥 Rôles
settings-page-log = 📜 Salon de logs
settings-page-language = 🌐 Langue

setting-models = Modèles proposés
setting-default-model = Modèle par défaut de /{ cmd-imagine }
setting-default-size = Format par défaut de /{ cmd-imagine }
setting-pictures-per-member = Images par membre et par jour
setting-role-limits = Images par jour pour certains rôles
setting-exempt-roles = Rôles sans limite quotidienne
setting-credits-per-month = Crédits du serveur par mois
setting-blocked-words = Mots bloqués
setting-spoiler-channels = Résultats en spoiler
setting-private-channels = Résultats privés uniquement
setting-allowed-roles = Qui peut créer des images
setting-log-channel = Salon de logs
setting-language = Langue des messages publics

settings-all-models = Tous les modèles
settings-everybody = Tout le monde
settings-none = Aucun
settings-no-limit = Pas de limite
settings-usual = Par défaut
settings-entries = { $count ->
    [0] aucune entrée
    [one] { $count } entrée
   *[other] { $count } entrées
}
settings-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
settings-language-of-server = la langue du serveur
settings-language-own = La langue du serveur ({ $language })

settings-models-hint = Si tu n’en choisis aucun, tous les modèles sont proposés. Les réglages par défaut des membres sont prioritaires, tant que leur modèle est proposé.
settings-limits-hint = Si un membre a plusieurs de ces rôles, c’est la limite la plus élevée qui compte. Les limites par rôle ne s’appliquent que s’il y a une limite par membre.
settings-words-hint = Les prompts qui contiennent l’un de ces mots ou l’une de ces expressions sont refusés. Le mot en cause n’apparaît que dans le salon de logs.
settings-channels-hint = Cela vaut aussi dans les fils de ces salons. Un résultat privé n’est visible que par la personne qui l’a demandé.
settings-roles-hint = Cela concerne aussi les boutons, les formulaires et les menus de message, que la page « Intégrations » de Discord ne couvre pas. Cela vaut aussi pour les responsables et le propriétaire du serveur.
settings-log-hint = J’y publie les paramètres modifiés, les prompts refusés, les blocages et les actions de modération. Choisis un salon que seule ton équipe peut lire.
settings-language-hint = Les messages privés sont toujours dans la langue du membre.

settings-number = Nombre
settings-number-hint = Un nombre entier de 0 à { $most } ; laisse vide pour ne pas fixer de limite
settings-for-roles = Rôles
settings-edit-words = Modifier la liste
settings-words-form-hint = Un mot ou une expression par ligne, ou des virgules ; * au début ou à la fin : n’importe quoi

settings-gone = Ces éléments n’existent plus : { $names }
settings-remove-gone = Retirer
settings-log-failed = Je ne peux plus publier dans { $channel } (premier échec { $since }). Vérifie mes permissions dans ce salon, puis choisis-le à nouveau.
settings-log-not-allowed = Je n’ai pas le droit de publier dans { $channel }. Donne-moi les permissions *Voir le salon* et *Envoyer des messages* dans ce salon.

settings-of-servers = Les paramètres appartiennent à un serveur : cela ne fonctionne donc que sur un serveur.
settings-not-allowed = Seules les personnes qui ont la permission *Gérer le serveur* peuvent voir et modifier les paramètres de ce serveur.
settings-not-a-number = Saisis un nombre entier de 0 à { $most }, ou laisse le champ vide pour ne pas fixer de limite. Rien n’a été enregistré.
settings-no-roles = Choisis au moins un rôle qui existe sur ce serveur. Rien n’a été enregistré.
settings-too-many-roles = Au plus { $limit } rôles peuvent avoir leur propre limite. Rien n’a été enregistré.
settings-too-many-words = La liste a { $count } entrées, mais le maximum est { $limit }. Rien n’a été enregistré.
settings-word-too-long = Cette entrée dépasse { $limit } caractères : { $word }. Rien n’a été enregistré.
settings-word-never-matches = Cette entrée ne contient ni mot ni symbole et ne correspondrait jamais : { $word }. Rien n’a été enregistré.
settings-words-too-long = La liste entière peut avoir au plus { $limit } caractères. Rien n’a été enregistré.
settings-words-changed = Quelqu’un d’autre a modifié la liste entre-temps, rien n’a donc été enregistré. Rouvre le formulaire : il contient tes entrées et les siennes.
settings-no-log-channel = Je ne peux pas utiliser ce salon comme salon de logs. Choisis-en un autre. Rien n’a été enregistré.
settings-gone-meanwhile = Ce que tu as choisi n’existe plus. Rouvre /{ cmd-settings }. Rien n’a été enregistré.
settings-private-here = Dans ce salon, les résultats sont privés : je ne peux donc pas publier celui-ci ici pour tout le monde.

settings-changed = ⚙️ { $user } a modifié *{ $setting }* : { $old } → { $new }
settings-changed-list = ⚙️ { $user } a modifié *{ $setting }*. Ajouts : { $added }. Suppressions : { $removed }.

help-settings = 🛠️ **Gérer ce serveur** : /{ cmd-settings } regroupe les modèles, les limites, les mots bloqués, les salons, les rôles, le salon de logs et la langue.
