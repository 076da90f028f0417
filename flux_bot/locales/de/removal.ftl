# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = Diese Nachricht hier für alle entfernen?
remove-ask-own = Diese Nachricht hier für alle entfernen? Das Bild bleibt in deinem /{ cmd-history }; dort kannst du es auch endgültig löschen.
removed = Entfernt.
removed-own = Entfernt. In deinem /{ cmd-history } ist das Bild noch da.
remove-again = Ich konnte die Nachricht nicht entfernen. Wähle dort bitte noch einmal „{ button-delete }“.
not-yours-to-remove = Das kann nur entfernen, wer den Auftrag gestartet hat oder hier moderiert.

# --- Delete for good ---

button-erase = Endgültig löschen
erase-ask = **Endgültig löschen?** Prompt, Links und meine Nachricht mit dem Ergebnis werden gelöscht, und das Bild verschwindet aus deinem /{ cmd-history }. Das lässt sich nicht rückgängig machen. Gespeicherte oder erneut gepostete Kopien bleiben, wo sie sind.
erased = Endgültig gelöscht.
erased-message-left = Endgültig gelöscht, bis auf die Nachricht mit dem Ergebnis: Die kann ich nicht löschen. Bitte entferne oder verwirf sie selbst.
erase-too-early = Solange das Bild noch entsteht oder gepostet wird, lässt es sich nicht endgültig löschen. Bitte versuche es gleich noch einmal.
not-yours-to-erase = Das kann nur endgültig löschen, wer den Auftrag gestartet hat.
job-erased = Dieser Auftrag wurde gelöscht. Deshalb weiß ich nicht mehr, wie dieses Bild entstanden ist.
