# --- while it is being made ---

status-painting = 🎨 **Wird erstellt**, { $since } begonnen.
status-editing = 🎨 **Wird bearbeitet**, { $since } begonnen.
usual-unknown = Das kann bis zu zwei Minuten dauern.
usual = { $model } braucht meist etwa { $duration }.
slow = Das dauert länger als sonst. Sobald das Ergebnis da ist, poste ich es.
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
status-queued = ⏳ **In der Warteschlange**, Platz { $place }. Startet automatisch; diese Nachricht wird dann aktualisiert.
status-busy = ⏳ **Wartet**: Der Bilddienst ist ausgelastet. Startet automatisch; diese Nachricht wird dann aktualisiert.
cancelled = **Abgebrochen.** Das hat nichts gekostet.
cancelled-paid = **Abgebrochen**, aber der Bilddienst hatte schon angefangen. Es wird trotzdem berechnet, das Ergebnis verworfen.
cancel-question = Der Bilddienst arbeitet schon daran, deshalb wird das Bild auf jeden Fall berechnet. Möchtest du das Ergebnis nur für dich behalten oder verwerfen?
cancel-question-other = Der Bilddienst arbeitet schon daran, deshalb wird das Bild auf jeden Fall berechnet. Soll nur { $user } das Ergebnis bekommen, oder soll es verworfen werden?
cancel-question-private = Der Bilddienst arbeitet schon daran, deshalb wird das Bild auf jeden Fall berechnet. Möchtest du das Ergebnis behalten oder verwerfen?
cancel-kept = 🔒 **Privat.** Nur du bekommst das Ergebnis.
cancel-kept-other = 🔒 **Privat.** Das Ergebnis bekommt nur, wer den Auftrag gestartet hat.

# --- the result ---

result-ready = { $count ->
    [one] { $user }, dein Bild ist fertig!
   *[other] { $user }, deine Bilder sind fertig!
}
result-edited = { $user }, dein bearbeitetes Bild ist fertig!
result-rerolled = Neue Version von { $parent }
result-remixed = Remix von { $parent }
result-edited-from = Bearbeitete Version von { $parent }
parent-link = [einem früheren Bild]({ $url })
parent-plain = einem früheren Bild
result-shown = Ein Bild von { $user }, erstellt { $when }
fewer-pictures = Der Bilddienst hat nur { $got } von { $requested } Bildern geliefert, obwohl ich die fehlenden noch einmal angefordert habe.
shrunk = Wegen Discords Upload-Limit verkleinert. In voller Größe: { $links }
original-link = [Original { $number }]({ $url })
links-attached = { $count ->
    [one] Der Link steht in der angehängten Datei.
   *[other] Die Links stehen in der angehängten Datei.
}
unfetched = { $count ->
    [one] Dieses Bild ließ sich nicht in Discord laden. Du findest es noch mindestens ein paar Wochen lang hier:
   *[other] Diese Bilder ließen sich nicht in Discord laden. Du findest sie noch mindestens ein paar Wochen lang hier:
}
picture-link = [Bild { $number }]({ $url })
alt-one-of = Bild { $number } von { $count }: { $prompt }
alt-source = Das Ausgangsbild

# --- failures: what happened, what it cost, what to do ---

free = Das hat nichts gekostet.
operator-notified = Der Betreiber des Bots wurde benachrichtigt.
operator-not-notified = Bitte sag dem Betreiber des Bots Bescheid.
failure-bad_request = Der Bilddienst hat diesen Auftrag nicht angenommen. { free } Bitte ändere ihn und versuche es noch einmal.
failure-bad_source = Der Bilddienst konnte mit dem Bild, das du bearbeiten wolltest, nichts anfangen. { free } Bitte versuche es mit einem anderen, am besten als PNG oder JPEG.
failure-forbidden = Der Sicherheitsfilter des Bilddienstes hat diesen Prompt abgelehnt. { free } Bitte formuliere ihn um und versuche es noch einmal.
failure-too_many_requests = Der Bilddienst ist gerade überlastet. { free } Bitte versuche es in ein paar Minuten noch einmal.
failure-api_error = Beim Bilddienst ist ein Fehler aufgetreten. { free } Beim nächsten Versuch klappt es oft.
failure-timeout = Der Bilddienst hat zu lange gebraucht und abgebrochen. { free } Beim nächsten Versuch klappt es oft.
failure-unreachable = Der Bilddienst ist gerade nicht erreichbar. { free } Bitte versuche es später noch einmal.
failure-outcome_unknown = Beim Senden deines Auftrags ist die Verbindung zum Bilddienst abgebrochen, und es ist kein Bild gekommen. Möglicherweise wurde der Auftrag trotzdem berechnet, deshalb wurde er nicht noch einmal gesendet. Wenn du das Bild noch möchtest, starte den Auftrag bitte noch einmal.
failure-overdue = Der Bilddienst hat den Auftrag angenommen, aber nie ein Ergebnis geschickt. Fehlgeschlagene Bilder werden nicht berechnet. Bitte versuche es noch einmal.
failure-model_rejected = Der Bilddienst bietet dieses Modell nicht mehr an. { free } Bitte nimm ein anderes.
failure-size_rejected = Der Bilddienst hat dieses Format bei diesem Modell nicht angenommen. { free } Das Modell unterstützt { $shapes }. Bitte wähle ein anderes Format.
failure-no_token = Der Bilddienst ist nicht richtig eingerichtet. { free } { $operator }
failure-invalid_token = Der Bilddienst verweigert diesem Bot gerade den Zugang. { free } { $operator }
failure-token_expired = Der Bilddienst akzeptiert diesen Bot nicht mehr. { free } { $operator }
failure-token_mismatched = Der Bilddienst kennt diesen Bot nicht. { free } { $operator }
failure-used_up = Der Bilddienst ist gerade nicht verfügbar. { free } { $operator } Bitte versuche es später noch einmal.
failure-disabled = Der Bilddienst ist für diesen Bot gerade gesperrt. { free } { $operator }
failure-no_api = Der Bilddienst ist nicht erreichbar. { free } { $operator }
failure-api_not_implemented = Der Bilddienst kann das gerade nicht. { free } { $operator }
failure-unexpected = Der Bilddienst konnte dieses Bild nicht erstellen. { free } Bitte versuche es später noch einmal.
failure-said = Meldung des Dienstes: { $message }

# --- costs ---

cost-credits = { $credits ->
    [one] { $credits } Credit
   *[other] { $credits } Credits
}
cost-with-money = { $cost } ({ $money })
cost-about = etwa { $cost }

# --- buttons: at most 80 characters, better one word ---

button-reroll = Neu generieren
button-remix = Remix
button-edit = Bearbeiten
button-save = Speichern
button-info = Info
button-delete = Entfernen
button-retry = Erneut versuchen
button-reword = Prompt ändern
button-switch = Mit { $model } versuchen
button-reshape = Format ändern
button-source = Anderes Bild nehmen
button-cancel = Abbrechen
button-keep = Privat behalten
button-keep-waiting = Behalten
button-discard = Verwerfen
button-show = Hier zeigen
button-fetch = Abholen: { $prompt }
button-refresh = Aktualisieren
button-previous = Zurück
button-next = Weiter

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 quadratisch
shape-16-9 = 16:9 Breitbild
shape-9-16 = 9:16 Handyformat
shape-3-2 = 3:2 Querformat
shape-2-3 = 2:3 Hochformat
shape-4-3 = 4:3 Querformat, klassisch
shape-3-4 = 3:4 Hochformat, klassisch
shape-5-4 = 5:4 fast quadratisch, quer
shape-4-5 = 4:5 fast quadratisch, hochkant
shape-21-9 = 21:9 sehr breit
shape-9-21 = 9:21 sehr hoch
