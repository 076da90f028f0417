# Vary, Star, and the list below a result's buttons.

button-vary = Variieren
button-star = Mit Stern markieren
button-unstar = Stern entfernen
result-more = Mehr
# In small print; $parent as in result-rerolled.
result-varied = Varianten von { $parent }
starred = ⭐ Mit Stern markiert: Das Bild bleibt in deinem /{ cmd-history }, auch wenn ältere Aufträge gelöscht werden.
unstarred = Der Stern ist weg. Das Bild wird wie deine anderen gelöscht, sobald es alt genug ist.
not-yours-to-star = Einen Stern kann nur vergeben, wer den Auftrag gestartet hat, denn er bewahrt das Bild im eigenen Verlauf auf. Für eine Kopie nimm „{ button-save }“.

# --- /history ---

button-starred = Nur mit Stern
button-all = Alle Bilder
history-starred-title = ### Deine Bilder mit Stern, Seite { $page } von { $pages }
history-starred-search-title = ### Deine Bilder mit Stern und „{ $search }“, Seite { $page } von { $pages }
history-none-starred = Du hast noch keine Bilder mit Stern. Wähle „{ button-star }“ in der Liste unter einem deiner Bilder.
history-none-starred-found = Keines deiner Bilder mit Stern hat „{ $search }“ im Prompt.
