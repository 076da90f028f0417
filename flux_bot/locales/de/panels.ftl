# --- Info ---

info-title = ### So ist das Bild entstanden
info-prompt = Prompt
info-prompt-attached = Der vollständige Prompt steht in der angehängten Datei.
info-model = Modell
info-size = Größe
info-count = Bilder
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Dauer
info-cost = Kosten
info-requested = Beauftragt
info-requested-by = { $when } von { $user }
info-parent = Entstanden aus
info-children = Daraus entstanden
info-link = [Bild { $number }]({ $url })
info-job = Auftrag
info-task = Task
info-trace = Trace
info-operator = Details für den Betreiber des Bots: { $details }
info-command = Um es noch einmal zu erstellen, füge diesen Befehl ein:

# --- /jobs ---

jobs-title = ### Deine Bilder
jobs-none = Gerade ist nichts in Arbeit oder in der Warteschlange. Mit /{ cmd-imagine } erstellst du ein Bild, mit /{ cmd-history } siehst du deine bisherigen.
jobs-undelivered = **Nicht zugestellt**: Hol { $count ->
    [one] es
   *[other] sie
} hier ab.
jobs-running = **In Arbeit**
jobs-queued = **In der Warteschlange**
jobs-finished = **Gerade fertig geworden**
jobs-running-line = { $since } begonnen: { $prompt }
jobs-queued-line = Platz { $place }: { $prompt }
jobs-of-group = zusammen angefordert: Wer eins abbricht, bricht alle ab
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, fehlgeschlagen: { $prompt }
jobs-link = [ansehen]({ $url })
jobs-more = { $count ->
    [one] … und 1 weiteres
   *[other] … und { $count } weitere
}

# --- /history ---

history-title = ### Deine Bilder, Seite { $page } von { $pages }
history-search-title = ### Deine Bilder mit „{ $search }“, Seite { $page } von { $pages }
history-none = Du hast noch keine Bilder. Mit /{ cmd-imagine } erstellst du eines.
history-none-found = Keines deiner Bilder hat „{ $search }“ im Prompt. Mit /{ cmd-history } ohne Suche siehst du alle.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · nicht mehr verfügbar
history-pick = Wähle ein Bild zum Ansehen oder Bearbeiten
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Deine Standardeinstellungen
preferences-saved = Änderungen werden automatisch gespeichert.
preferences-reset-done = Zurückgesetzt: Es gelten wieder die Standardwerte.
preferences-model = Modell für /{ cmd-imagine }
preferences-edit-model = Modell für /{ cmd-edit }
preferences-size = Format für /{ cmd-imagine }
preferences-count = Anzahl für /{ cmd-imagine }
preferences-default = Standard: { $value }
number-of-pictures = { $count ->
    [one] ein Bild
   *[other] { $count } Bilder
}
preferences-private-on = Privat: an
preferences-private-off = Privat: aus
preferences-ping-on = Benachrichtigen: an
preferences-ping-off = Benachrichtigen: aus
preferences-hint = *Privat*: Nur du siehst deine Bilder. *Benachrichtigen*: Du bekommst einen Ping, wenn ein Bild fertig ist.
preferences-reset = Auf Standard zurücksetzen
