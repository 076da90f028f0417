place-server = Je ne suis pas disponible sur ce serveur : la personne qui me gère n’a autorisé que certains serveurs.
place-members = En dehors des serveurs, je ne suis disponible que pour les membres de certains d’entre eux, et tu ne sembles faire partie d’aucun.
place-user-install = Je ne suis pas disponible comme application installée sur un compte personnel. Utilise-moi sur un serveur qui m’a ajouté.
place-unknown = Je n’ai pas pu vérifier à temps si tu peux m’utiliser ici. Réessaie dans un instant.
