# --- Info ---

info-title = ### So ist es entstanden
info-prompt = Prompt
info-prompt-attached = Der ganze Prompt steht in der angehängten Datei.
info-model = Modell
info-size = Größe
info-count = Anzahl
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Dauer
info-asked = Angefragt
info-asked-by = { $when } von { $user }
info-parent = Entstanden aus
info-children = Daraus entstanden
info-link = [Bild { $number }]({ $url })
info-job = Auftrag
info-task = Task
info-trace = Trace
info-command = Um es noch einmal machen zu lassen, füge das hier ein:

# --- /jobs ---

jobs-title = ### Deine Bilder
jobs-none = Gerade ist nichts in Arbeit, und nichts wartet. /{ cmd-imagine } macht ein Bild, /{ cmd-history } zeigt die, die es schon gibt.
jobs-undelivered = **Nicht zugestellt**: Hol { $count ->
    [one] es
   *[other] sie
} hier ab.
jobs-running = **In Arbeit**
jobs-queued = **In der Warteschlange**
jobs-finished = **Gerade fertig geworden**
jobs-running-line = { $since } begonnen: { $prompt }
jobs-queued-line = Platz { $place }: { $prompt }
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, fehlgeschlagen: { $prompt }
jobs-link = [zeigen]({ $url })
jobs-more = … und noch { $count } mehr

# --- /history ---

history-title = ### Deine Bilder, Seite { $page } von { $pages }
history-search-title = ### Deine Bilder mit „{ $search }“, Seite { $page } von { $pages }
history-none = Du hast noch keine Bilder. /{ cmd-imagine } macht eines.
history-none-found = Keines deiner Bilder hat „{ $search }“ im Prompt. /{ cmd-history } ohne Suchwörter zeigt alle.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · nicht mehr verfügbar
history-pick = Wähle eines, um es groß zu sehen oder zu verändern
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Das gilt, wenn du nichts anderes angibst
preferences-saved = Jeder Klick wird gleich gespeichert.
preferences-model = Modell für /{ cmd-imagine }
preferences-edit-model = Modell für /{ cmd-edit }
preferences-size = Format für /{ cmd-imagine }
preferences-count = Anzahl für /{ cmd-imagine }
preferences-default = Standard: { $value }
preferences-pictures = { $count ->
    [one] ein Bild
   *[other] { $count } Bilder
}
preferences-private-on = Privat: an
preferences-private-off = Privat: aus
preferences-ping-on = Anpingen: an
preferences-ping-off = Anpingen: aus
preferences-hint = *Privat*: Nur du siehst deine Bilder. *Anpingen*: Du bekommst eine Benachrichtigung, wenn ein Bild fertig ist.
preferences-reset = Zurücksetzen
