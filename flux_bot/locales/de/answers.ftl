# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Von dir wartet schon ein Bild. Bitte lass es erst fertig werden und versuche es dann noch einmal.
   *[other] Von dir warten schon { $limit } Bilder. Bitte lass erst ein paar davon fertig werden und versuche es dann noch einmal.
}
unavailable = Der Bilddienst ist gerade nicht verfügbar. { told } Bitte versuche es später noch einmal.
stopping = Ich werde gerade neu gestartet. Bitte versuche es in einer Minute noch einmal.
one-image-please = Bitte gib genau ein Bild zum Bearbeiten an: Hänge es als `{ cmd-edit.image }` an oder füge seine Adresse als `{ cmd-edit.image_url }` ein.
not-an-image = „{ $filename }“ ist kein Bild, das ich bearbeiten kann. Bitte hänge eine PNG-, JPEG- oder WebP-Datei an.
image-too-large = Dieses Bild ist zum Bearbeiten zu groß. Bitte hänge eines mit höchstens { $mebibytes } MiB an.
not-a-link = Das ist kein Weblink. Nimm einen, der mit https:// beginnt und keine Leerzeichen enthält, oder lade das Bild hoch.
link-too-long = Dieser Link ist länger als { $limit } Zeichen. Nimm einen kürzeren oder lade das Bild hoch.
link-with-password = Dieser Link enthält einen Benutzernamen oder ein Passwort. Nimm einen Link ohne beides oder lade das Bild hoch.
link-not-public = Dieser Link führt zu keiner öffentlichen Website. Nimm einen, den alle öffnen können, oder lade das Bild hoch.
link-expired = Dieser Discord-Link ist abgelaufen. Kopiere ihn neu oder wähle „{ menu-edit-image }“ unter „Apps“ im Menü der Nachricht mit dem Bild.
empty-prompt = Der Prompt ist leer. Bitte beschreibe das Bild, das du möchtest.
prompt-too-long = Der Prompt ist länger als { $limit } Zeichen. Bitte kürze ihn.
size-not-taken = { $model } kann keine Bilder in der Größe „{ $typed }“ machen. Möglich ist: { $takes }.
pixel-rule-range = ein Format wie 16:9 oder BREITExHÖHE mit Seiten von { $smallest } bis { $largest } in Schritten von { $step }
pixel-rule-open = ein Format wie 16:9 oder BREITExHÖHE mit Seiten ab { $smallest } in Schritten von { $step }
no-such-model-generate = Es gibt kein Modell „{ $typed }“, das Bilder macht. Zur Auswahl stehen: { $names }.
no-such-model-edit = Es gibt kein Modell „{ $typed }“, das Bilder verändert. Zur Auswahl stehen: { $names }.
no-channel = Ich kann nicht erkennen, aus welchem Kanal das kam. Bitte versuche es in einem anderen.
no-picture-there = In dieser Nachricht kann ich kein Bild sehen. Speichere es und hänge es stattdessen bei /{ cmd-edit } an.
no-words-there = In dieser Nachricht kann ich keinen Text sehen. Kopiere ihn stattdessen in /{ cmd-imagine }.
source-lost = Das Ausgangsbild ist nicht mehr zu finden. Bitte hänge es bei /{ cmd-edit } an.
picture-lost = Dieses Bild ist nicht mehr zu finden: Seine Nachricht ist weg, und der Bilddienst hat es nicht mehr. Mit /{ cmd-imagine } machst du ein neues.
job-forgotten = Ich weiß nicht mehr, wie dieses Bild entstanden ist: Alte Aufträge werden vergessen. Um es zu verändern, wähle „{ menu-edit-image }“ unter „Apps“ im Menü dieser Nachricht; mit /{ cmd-imagine } machst du ein neues.
job-unknown = So ein Bild hast du nicht. Wähle eines aus der Liste, die beim Tippen erscheint.
not-finished = Dieses Bild ist noch nicht fertig. /{ cmd-jobs } zeigt, wie weit es ist.
not-yours-to-delete = Das kann nur löschen, wer den Auftrag gegeben hat oder hier Nachrichten verwalten darf.
not-yours-to-cancel = Das kann nur abbrechen, wer den Auftrag gegeben hat oder hier Nachrichten verwalten darf.
too-late-to-cancel = Zum Abbrechen ist es zu spät: Das Ergebnis ist da oder schon unterwegs.
forgotten-form = Es hat zu lange gedauert, oder ich wurde zwischendurch neu gestartet: Ich weiß nicht mehr, welches Bild du gemeint hast. Bitte wähle noch einmal „{ menu-edit-image }“.
you-wrote = Du hast geschrieben: { $prompt }

# --- something broke ---

unexpected = Bei mir ist etwas schiefgegangen. Bitte versuche es noch einmal; wenn es dabei bleibt, nenne dem Betreiber `{ $reference }`.
maybe-saved = Die Verbindung zu meiner Datenbank ist abgerissen, gerade als ich deinen Auftrag gespeichert habe. Falls das noch geklappt hat, kommt das Bild von selbst: Bitte warte ein paar Minuten, bevor du es noch einmal versuchst. Wenn es dabei bleibt, nenne dem Betreiber `{ $reference }`.

# --- done ---

undelivered-results = { $count ->
    [one] 📬 Das Ergebnis eines früheren Auftrags konnte nicht zugestellt werden. Nichts ist verloren: Hol es hier ab.
   *[other] 📬 Die Ergebnisse von { $count } früheren Aufträgen konnten nicht zugestellt werden. Nichts ist verloren: Hol sie hier ab.
}
undelivered-results-more = 📬 Die Ergebnisse von mehr als { $count } früheren Aufträgen konnten nicht zugestellt werden. Nichts ist verloren: Hol die ersten { $count } hier ab und den Rest nach deinem nächsten Befehl.
fetching = 📬 Dein Ergebnis wird geholt …
nothing-undelivered = Dieses Ergebnis wurde schon zugestellt.
saved = 📬 Ich habe dir { $count ->
    [one] das Original
   *[other] die Originale
} als Direktnachricht geschickt.
saved-message = Hier { $count ->
    [one] ist das Original
   *[other] sind die Originale
} zu: { $prompt }
save-refused = Ich darf dir keine Direktnachrichten schicken. Erlaube sie in den Privatsphäre-Einstellungen dieses Servers oder lade direkt von hier herunter: { $links }
save-refused-no-links = Ich darf dir keine Direktnachrichten schicken. Erlaube sie in den Privatsphäre-Einstellungen dieses Servers und versuche es noch einmal.
