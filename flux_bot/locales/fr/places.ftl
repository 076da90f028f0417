place-server = Je ne suis pas disponible sur ce serveur : le responsable du bot n’a autorisé que certains serveurs.
place-members = En dehors des serveurs, je ne suis disponible que pour les membres de certains serveurs, et tu ne sembles être membre d’aucun d’entre eux.
place-user-install = Je ne suis pas disponible comme application ajoutée à un compte personnel. Utilise-moi sur un serveur où j’ai été ajouté.
place-unknown = Je n’ai pas pu vérifier à temps si tu as le droit de m’utiliser ici. Réessaie dans un instant.
