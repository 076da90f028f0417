# Vary, Star, and the list below a result's buttons.

button-vary = Varier
button-star = Ajouter aux favoris
button-unstar = Retirer des favoris
result-more = Plus d’options
# In small print; $parent as in result-rerolled.
result-varied = Variantes d’{ $parent }
starred = ⭐ Ajoutée aux favoris : elle reste dans ton /{ cmd-history }, même quand les anciennes demandes sont supprimées.
unstarred = Retirée des favoris. Elle sera supprimée comme tes autres demandes quand elle sera ancienne.
not-yours-to-star = Seul l’auteur de la demande peut ajouter cette image aux favoris, car elle est alors conservée dans son historique. Pour en garder une copie, utilise « { button-save } ».

# --- /history ---

button-starred = Favoris seulement
button-all = Toutes les images
history-starred-title = ### Tes images favorites, page { $page } sur { $pages }
history-starred-search-title = ### Tes images favorites avec « { $search } », page { $page } sur { $pages }
history-none-starred = Tu n’as pas encore de favoris. Choisis « { button-star } » dans la liste sous l’une de tes images.
history-none-starred-found = Aucune de tes images favorites n’a « { $search } » dans son prompt.
