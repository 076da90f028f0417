cmd-imagine = imagine
    .description = Crée une image à partir d’une description
    .prompt = prompt
    .prompt-description = Ce que l’image doit montrer ; « voiture { "{" }rouge|bleue{ "}" } » donne deux images
    .model = modèle
    .model-description = Le modèle à utiliser
    .size = taille
    .size-description = Le format, par exemple 16:9, ou la taille en pixels
    .count = nombre
    .count-description = Combien d’images, de 1 à 4
    .style = style
    .style-description = Le style de l’image, par exemple aquarelle, ou « Aucun style »
    .private = privé
    .private-description = Résultat visible uniquement par toi

cmd-compare = comparer
    .description = Compare des modèles : un prompt, une image par modèle
    .prompt = prompt
    .prompt-description = Ce que l’image doit montrer
    .model1 = modèle1
    .model1-description = Le premier modèle
    .model2 = modèle2
    .model2-description = Le deuxième modèle
    .model3 = modèle3
    .model3-description = Un troisième modèle, si tu veux
    .model4 = modèle4
    .model4-description = Un quatrième modèle, si tu veux
    .size = taille
    .size-description = Le format, par exemple 16:9 ; chaque modèle prend le plus proche qu’il accepte
    .style = style
    .style-description = Le style de l’image, par exemple aquarelle, ou « Aucun style »
    .private = privé
    .private-description = Résultat visible uniquement par toi

cmd-edit = modifier
    .description = Modifie une image
    .prompt = prompt
    .prompt-description = Ce qu’il faut changer ; sans cette option, un formulaire te le demandera
    .image = image
    .image-description = L’image à modifier ; sans cette option, un formulaire te la demandera
    .image_url = image_url
    .image_url-description = Ou son lien : une pièce jointe Discord ou n’importe quelle image publique
    .model = modèle
    .model-description = Le modèle à utiliser
    .size = taille
    .size-description = Le format du résultat ; par défaut celui de l’image jointe, sinon carré
    .private = privé
    .private-description = Résultat visible uniquement par toi

cmd-show = afficher
    .description = Republie ici l’une de tes images terminées
    .job = image
    .job-description = Tape un mot de son prompt

cmd-jobs = demandes
    .description = Affiche tes demandes en cours, en attente et tout juste terminées

cmd-history = historique
    .description = Parcours tes images
    .search = recherche
    .search-description = Uniquement les images dont le prompt contient ces mots
    .starred = favoris
    .starred-description = Uniquement tes images favorites

cmd-preferences = préférences
    .description = Tes réglages par défaut : modèle, taille, nombre d’images, style, confidentialité et notifications

cmd-usage = consommation
    .description = Affiche ce que tu as utilisé et ce qu’il te reste avant d’atteindre tes limites

cmd-style = style
    .description = Gère les styles de ce serveur

cmd-style-add = ajouter
    .description = Ajoute un style à ce serveur

cmd-style-edit = modifier
    .description = Modifie un style de ce serveur
    .name = nom
    .name-description = Le nom du style

cmd-style-remove = retirer
    .description = Retire un style de ce serveur
    .name = nom
    .name-description = Le nom du style

cmd-block = bloquer
    .description = Empêche quelqu’un de créer des images sur ce serveur
    .user = membre
    .user-description = Qui ; si la personne a quitté le serveur, colle son ID d’utilisateur
    .duration = durée
    .duration-description = Combien de temps, par exemple 12h, 3d ou 2w ; sans durée, le blocage est illimité
    .reason = raison
    .reason-description = Pourquoi ; visible par les autres modérateurs
    .everywhere = partout
    .everywhere-description = Sur tous les serveurs ; réservé au responsable du bot

cmd-unblock = débloquer
    .description = Laisse quelqu’un créer des images à nouveau
    .user = membre
    .user-description = Qui ; si la personne a quitté le serveur, colle son ID d’utilisateur
    .everywhere = partout
    .everywhere-description = Sur tous les serveurs ; réservé au responsable du bot

cmd-blocked = blocages
    .description = Affiche qui est bloqué sur ce serveur
    .everywhere = partout
    .everywhere-description = Sur tous les serveurs ; réservé au responsable du bot

cmd-why = pourquoi
    .description = Vérifie si un membre peut créer des images ici ou quelle règle l’en empêche
    .user = membre
    .user-description = Le membre

cmd-settings = paramètres
    .description = Définis les règles de ce serveur : modèles, limites, mots bloqués, salons et rôles

cmd-help = aide
    .description = Découvre ce que je peux faire ici et lance-toi

cmd-privacy = confidentialité
    .description = Affiche les données que je conserve sur toi ; exporte-les ou efface-les

menu-edit-image = Modifier l’image
menu-remix-prompt = Remixer le prompt

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev : rapide et économique
model-flux-pro = FLUX.1 pro : des détails plus fins
model-flux-pro-1-1 = FLUX 1.1 pro : des détails plus fins
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra : les plus grandes images
model-flux-2-klein = FLUX.2 klein : le plus rapide
model-flux-2-flex = FLUX.2 flex : à l’aise avec le texte dans les images
model-flux-2-pro = FLUX.2 pro : le plus polyvalent
model-flux-2-max = FLUX.2 max : la meilleure qualité
model-flux-kontext-pro = FLUX Kontext pro : modifie les images
model-flux-kontext-max = FLUX Kontext max : modifie les images avec les détails les plus fins
