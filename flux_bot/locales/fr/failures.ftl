not-yours-to-retry = Seul l’auteur de la demande peut utiliser ce bouton.
