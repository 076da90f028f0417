not-yours-to-retry = Seule la personne à l’origine de la demande peut utiliser ce bouton.
