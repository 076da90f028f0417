too-many-variations = Ce prompt donne plus de { $limit } images. Mets moins d’alternatives entre accolades, ou moins d’images pour chacune. Rien n’a été débité.
