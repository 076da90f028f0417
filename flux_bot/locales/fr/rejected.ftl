button-revise = Modifier
expired-draft = Je n’ai plus cette demande, mais ton prompt n’est pas perdu : copie-le depuis le fichier de ce message et relance la commande.
sent-already = Cette demande est déjà en route.
show-several = Plusieurs de tes images correspondent. Laquelle veux-tu ?
