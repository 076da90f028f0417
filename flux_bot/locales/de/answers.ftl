# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Du hast schon ein Bild in der Warteschlange. Bitte warte, bis es fertig ist, und versuche es dann noch einmal.
   *[other] Du hast schon { $limit } Bilder in der Warteschlange. Bitte warte, bis eines davon fertig ist, und versuche es dann noch einmal.
}
too-many-requests = Ich bin schon mit { $limit } Abfragen deiner fertigen Bilder beschäftigt. Bitte warte, bis eine davon erledigt ist, und versuche es dann noch einmal.
unavailable = Der Bilddienst ist gerade nicht verfügbar. { $operator } Bitte versuche es später noch einmal.
stopping = Ich starte gerade neu. Bitte versuche es in einer Minute noch einmal.
one-image-needed = Bitte gib genau ein Bild zum Bearbeiten an: Hänge es bei `{ cmd-edit.image }` an oder füge bei `{ cmd-edit.image_url }` einen Link dazu ein, aber nicht beides.
not-an-image = „{ $filename }“ ist kein Bild, das ich bearbeiten kann. Bitte hänge eine PNG-, JPEG- oder WebP-Datei an.
image-too-large = Dieses Bild ist zum Bearbeiten zu groß. Bitte hänge eines mit höchstens { $mebibytes } MiB an.
not-a-link = Das ist kein Weblink. Nimm einen, der mit https:// beginnt und keine Leerzeichen enthält, oder lade das Bild stattdessen hoch.
link-too-long = Dieser Link ist länger als { $limit } Zeichen. Nimm einen kürzeren oder lade das Bild stattdessen hoch.
link-with-password = Dieser Link enthält einen Benutzernamen oder ein Passwort. Nimm einen Link ohne Zugangsdaten oder lade das Bild stattdessen hoch.
link-not-public = Dieser Link führt zu keiner öffentlichen Website. Nimm einen, den alle öffnen können, oder lade das Bild stattdessen hoch.
link-expired = Dieser Discord-Link ist abgelaufen. Kopiere einen neuen oder wähle im Menü der Nachricht mit dem Bild unter „Apps“ den Eintrag „{ menu-edit-image }“.
empty-prompt = Der Prompt ist leer. Bitte beschreibe das Bild, das du möchtest.
prompt-too-long = Der Prompt ist länger als { $limit } Zeichen. Bitte kürze ihn.
size-not-supported = { $model } unterstützt die Größe „{ $typed }“ nicht. Es unterstützt { $supported }.
pixel-rule-range = ein Format wie 16:9 oder BREITExHÖHE mit Seiten von { $smallest } bis { $largest } in Schritten von { $step }
pixel-rule-open = ein Format wie 16:9 oder BREITExHÖHE mit Seiten ab { $smallest } in Schritten von { $step }
no-such-model-generate = Es gibt kein Modell „{ $typed }“ zum Erstellen von Bildern. Zur Auswahl stehen: { $names }.
no-such-model-edit = Es gibt kein Modell „{ $typed }“ zum Bearbeiten von Bildern. Zur Auswahl stehen: { $names }.
no-channel = Ich kann nicht erkennen, aus welchem Kanal das kam. Bitte versuche es in einem anderen Kanal noch einmal.
no-picture-found = In dieser Nachricht sehe ich kein Bild. Falls doch eines da ist, speichere es und hänge es bei /{ cmd-edit } an.
no-text-found = In dieser Nachricht sehe ich keinen Text. Falls doch welcher da ist, kopiere ihn in /{ cmd-imagine }.
source-lost = Das Ausgangsbild ist nicht mehr verfügbar. Bitte hänge es bei /{ cmd-edit } an.
picture-lost = Dieses Bild ist nicht mehr verfügbar: Die Nachricht ist weg, und auch beim Bilddienst liegt es nicht mehr. Mit /{ cmd-imagine } kannst du ein neues erstellen.
job-deleted = Ich weiß nicht mehr, wie dieses Bild entstanden ist, weil alte Aufträge gelöscht werden. Zum Bearbeiten wähle im Menü dieser Nachricht unter „Apps“ den Eintrag „{ menu-edit-image }“; ein neues erstellst du mit /{ cmd-imagine }.
job-unknown = Dieses Bild habe ich nicht gefunden. Wähle eines aus der Liste, die beim Tippen erscheint.
not-finished = Dieses Bild ist noch nicht fertig. Den Stand siehst du mit /{ cmd-jobs }.
search-replaced = Du hast inzwischen eine neue Suche gestartet, deshalb habe ich diese abgebrochen.
not-yours-to-cancel = Das kann nur abbrechen, wer den Auftrag gestartet hat oder hier moderiert.
too-late-to-cancel = Zum Abbrechen ist es zu spät: Das Ergebnis ist schon da oder wird gerade gepostet.
expired-form = Dieses Formular ist abgelaufen, deshalb weiß ich nicht mehr, welches Bild du gemeint hast. Bitte wähle noch einmal „{ menu-edit-image }“.
other-version = Das stammt aus einer anderen Version von mir, deshalb weiß ich nicht, was es tun soll. Bitte nimm stattdessen einen Befehl wie /{ cmd-jobs } oder /{ cmd-history }.

# --- something broke ---

unexpected = Bei mir ist etwas schiefgelaufen. Bitte versuche es noch einmal. Wenn es weiterhin passiert, gib dem Betreiber des Bots diesen Code: `{ $reference }`
maybe-saved = Beim Speichern deines Auftrags ist die Verbindung zu meiner Datenbank abgebrochen. Falls er noch gespeichert wurde, wird das Bild automatisch gepostet. Bitte warte deshalb ein paar Minuten, bevor du es noch einmal versuchst. Wenn es weiterhin passiert, gib dem Betreiber des Bots diesen Code: `{ $reference }`

# --- done ---

undelivered-results = { $count ->
    [one] 📬 Das Ergebnis eines früheren Auftrags konnte nicht zugestellt werden. Nichts ist verloren: Hol es hier ab.
   *[other] 📬 Die Ergebnisse von { $count } früheren Aufträgen konnten nicht zugestellt werden. Nichts ist verloren: Hol sie hier ab.
}
undelivered-results-more = 📬 Die Ergebnisse von mehr als { $count } früheren Aufträgen konnten nicht zugestellt werden. Nichts ist verloren: Hol die ersten { $count } hier ab und den Rest nach deinem nächsten Befehl.
fetching = 📬 Ich hole dein Ergebnis …
nothing-undelivered = Dieses Ergebnis wurde bereits zugestellt.
saved = 📬 Ich habe dir { $count ->
    [one] das Original
   *[other] die Originale
} als Direktnachricht geschickt.
saved-message = Hier { $count ->
    [one] ist das Original
   *[other] sind die Originale
} zu: { $prompt }
save-refused = Ich kann dir keine Direktnachrichten schicken. Erlaube sie in den Privatsphäre-Einstellungen dieses Servers. Direkter Download: { $links }
save-refused-no-links = Ich kann dir keine Direktnachrichten schicken. Erlaube sie in den Privatsphäre-Einstellungen dieses Servers und versuche es noch einmal.
