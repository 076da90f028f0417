cmd-imagine = imagine
    .description = Créer une image avec des mots
    .prompt = prompt
    .prompt-description = Ce que l’image doit montrer
    .model = modèle
    .model-description = Qui la peint
    .size = taille
    .size-description = Son format, par exemple 16:9, ou sa taille en pixels
    .count = nombre
    .count-description = Combien d’images, de 1 à 4
    .private = privé
    .private-description = Le résultat n’est visible que par moi

cmd-edit = modifier
    .description = Modifier une image
    .prompt = prompt
    .prompt-description = Ce qu’il faut changer ; sinon, un formulaire le demande
    .image = image
    .image-description = L’image à modifier ; sinon, un formulaire la demande
    .image_url = image_url
    .image_url-description = Ou son adresse : celle d’une pièce jointe ou d’une image publique
    .model = modèle
    .model-description = Qui la modifie
    .size = taille
    .size-description = Le format du résultat ; par défaut celui de l’image jointe, sinon carré
    .private = privé
    .private-description = Le résultat n’est visible que par moi

cmd-show = afficher
    .description = Republier ici une de mes images terminées
    .job = image
    .job-description = Tape un mot de son prompt

cmd-jobs = demandes
    .description = Mes images en cours, en attente ou tout juste terminées

cmd-history = historique
    .description = Parcourir mes images
    .search = recherche
    .search-description = Seulement celles dont le prompt contient ces mots

cmd-preferences = préférences
    .description = Mes choix par défaut : modèle, taille, nombre d’images, confidentialité et notifications

menu-edit-image = Modifier l’image
menu-remix-prompt = Remixer le prompt
