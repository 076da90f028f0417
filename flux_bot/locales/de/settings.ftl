settings-title = ### Einstellungen dieses Servers
settings-saved-at-once = Änderungen werden automatisch gespeichert und gelten sofort.
settings-last-changed = Zuletzt geändert { $when } von { $user }
settings-ask-reset = Alle Einstellungen dieses Servers auf Standard zurücksetzen, auch die auf den anderen Seiten? Die gesperrten Wörter und der Log-Kanal werden dabei ebenfalls entfernt.
settings-back = Zurück

settings-page-models = 🎨 Modelle
settings-page-limits = 📊 Limits
settings-page-words = 🚫 Gesperrte Wörter
settings-page-channels = 📺 Kanäle
settings-page-roles = 👥 Rollen
settings-page-log = 📜 Log-Kanal
settings-page-language = 🌐 Sprache

setting-models = Verfügbare Modelle
setting-default-model = Standardmodell für /{ cmd-imagine }
setting-default-size = Standardformat für /{ cmd-imagine }
setting-pictures-per-member = Bilder pro Mitglied und Tag
setting-role-limits = Bilder pro Tag für bestimmte Rollen
setting-exempt-roles = Rollen ohne Tageslimit
setting-credits-per-month = Credits des Servers pro Monat
setting-blocked-words = Gesperrte Wörter
setting-spoiler-channels = Ergebnisse als Spoiler
setting-private-channels = Nur private Ergebnisse
setting-allowed-roles = Wer Bilder erstellen darf
setting-log-channel = Log-Kanal
setting-language = Sprache öffentlicher Nachrichten

settings-all-models = Alle Modelle
settings-everybody = Alle
settings-none = Nichts festgelegt
settings-no-limit = Kein Limit
settings-usual = Standard
settings-entries = { $count ->
    [0] keine Einträge
    [one] { $count } Eintrag
   *[other] { $count } Einträge
}
settings-more = { $count ->
    [one] und noch { $count }
   *[other] und { $count } weitere
}
settings-language-of-server = die Sprache des Servers
settings-language-own = Die Sprache des Servers ({ $language })

settings-models-hint = Wenn du keine Modelle auswählst, sind alle verfügbar. Die eigenen Standards der Mitglieder haben Vorrang, sofern ihr Modell verfügbar ist.
settings-limits-hint = Hat ein Mitglied mehrere dieser Rollen, zählt das höchste Limit. Rollenlimits gelten nur, wenn es auch ein Limit pro Mitglied gibt.
settings-words-hint = Prompts mit einem dieser Wörter oder Ausdrücke werden abgelehnt. Welches Wort es war, steht nur im Log-Kanal.
settings-channels-hint = Das gilt auch in den Threads dieser Kanäle. Private Ergebnisse sieht nur, wer sie angefordert hat.
settings-roles-hint = Anders als Discords Seite „Integrationen“ gilt das auch für Buttons, Formulare und Nachrichtenmenüs. Das gilt auch für die Serververwaltung und den Besitzer.
settings-log-hint = Dort poste ich geänderte Einstellungen, abgelehnte Prompts, Sperren und Aktionen der Moderation. Wähle einen Kanal, den nur dein Team lesen kann.
settings-language-hint = Private Nachrichten erscheinen immer in der Sprache des Mitglieds.

settings-number = Anzahl
settings-number-hint = Eine ganze Zahl von 0 bis { $most }; leer lassen, wenn es kein Limit geben soll
settings-for-roles = Rollen
settings-edit-words = Liste bearbeiten
settings-words-form-hint = Ein Wort oder Ausdruck pro Zeile oder mit Kommas; * am Anfang oder Ende: beliebige Buchstaben

settings-gone = Nicht mehr vorhanden: { $names }
settings-remove-gone = Entfernen
settings-log-failed = In { $channel } kann ich nicht mehr posten (erster Fehler { $since }). Prüfe dort meine Berechtigungen und wähle den Kanal dann noch einmal aus.
settings-log-not-allowed = In { $channel } darf ich nichts posten. Gib mir dort die Berechtigungen *Kanal ansehen* und *Nachrichten senden*.

settings-of-servers = Einstellungen gehören zu einem Server, deshalb geht das nur auf einem Server.
settings-not-allowed = Nur wer die Berechtigung *Server verwalten* hat, kann die Einstellungen dieses Servers sehen und ändern.
settings-not-a-number = Bitte gib eine ganze Zahl von 0 bis { $most } ein oder lass das Feld leer, wenn es kein Limit geben soll. Es wurde nichts gespeichert.
settings-no-roles = Bitte wähle mindestens eine Rolle aus, die es auf diesem Server gibt. Es wurde nichts gespeichert.
settings-too-many-roles = Höchstens { $limit } Rollen können ein eigenes Limit haben. Es wurde nichts gespeichert.
settings-too-many-words = Die Liste hat { $count } Einträge, erlaubt sind { $limit }. Es wurde nichts gespeichert.
settings-word-too-long = Dieser Eintrag hat mehr als { $limit } Zeichen: { $word }. Es wurde nichts gespeichert.
settings-word-never-matches = Dieser Eintrag enthält weder ein Wort noch ein Symbol und würde nie passen: { $word }. Es wurde nichts gespeichert.
settings-words-too-long = Die ganze Liste darf höchstens { $limit } Zeichen haben. Es wurde nichts gespeichert.
settings-words-changed = Jemand anderes hat die Liste inzwischen geändert, deshalb wurde nichts gespeichert. Öffne das Formular noch einmal: Es enthält deine und die neuen Einträge.
settings-no-log-channel = Diesen Kanal kann ich nicht als Log-Kanal verwenden. Bitte wähle einen anderen. Es wurde nichts gespeichert.
settings-gone-meanwhile = Was du ausgewählt hast, gibt es nicht mehr. Bitte öffne /{ cmd-settings } noch einmal. Es wurde nichts gespeichert.
settings-private-here = In diesem Kanal sind Ergebnisse privat, deshalb kann ich dieses hier nicht für alle posten.

settings-changed = ⚙️ { $user } hat *{ $setting }* geändert: { $old } → { $new }
settings-changed-list = ⚙️ { $user } hat *{ $setting }* geändert. Hinzugefügt: { $added }. Entfernt: { $removed }.

help-settings = 🛠️ **Server verwalten**: Mit /{ cmd-settings } legst du Modelle, Limits, gesperrte Wörter, Kanäle, Rollen, den Log-Kanal und die Sprache fest.
