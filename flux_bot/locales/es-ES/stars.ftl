# Vary, Star, and the list below a result's buttons.

button-vary = Variar
button-star = Destacar
button-unstar = Quitar de destacadas
result-more = Más
# In small print; $parent as in result-rerolled.
result-varied = Variaciones de { $parent }
starred = ⭐ Destacada: se conserva en tu /{ cmd-history } aunque se borren las solicitudes antiguas.
unstarred = Ya no está destacada. Cuando sea antigua, se borrará como tus demás solicitudes.
not-yours-to-star = Solo quien hizo la solicitud puede destacar la imagen, porque así se conserva en su propio historial. Para quedarte con una copia, usa «{ button-save }».

# --- /history ---

button-starred = Solo destacadas
button-all = Todas las imágenes
history-starred-title = ### Tus imágenes destacadas, página { $page } de { $pages }
history-starred-search-title = ### Tus imágenes destacadas con «{ $search }», página { $page } de { $pages }
history-none-starred = Todavía no tienes imágenes destacadas. Elige «{ button-star }» en la lista que hay debajo de una de tus imágenes.
history-none-starred-found = Ninguna de tus imágenes destacadas tiene «{ $search }» en el prompt.
