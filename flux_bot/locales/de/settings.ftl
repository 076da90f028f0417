settings-title = ### Einstellungen dieses Servers
settings-saved-at-once = Änderungen werden automatisch gespeichert und gelten sofort.
settings-last-changed = Zuletzt geändert { $when } von { $user }
settings-ask-reset = Alle Einstellungen dieses Servers auf allen Seiten auf Standard zurücksetzen? Auch die gesperrten Wörter und der Protokollkanal werden entfernt.
settings-back = Zurück

settings-page-models = 🎨 Modelle
settings-page-limits = 📊 Limits
settings-page-words = 🚫 Gesperrte Wörter
settings-page-channels = 📺 Kanäle
settings-page-roles = 👥 Rollen
settings-page-log = 📜 Protokollkanal
settings-page-language = 🌐 Sprache

setting-models = Verfügbare Modelle
setting-default-model = Standardmodell für /{ cmd-imagine }
setting-default-size = Standardformat für /{ cmd-imagine }
setting-pictures-per-member = Bilder pro Mitglied und Tag
setting-role-limits = Bilder pro Tag für bestimmte Rollen
setting-exempt-roles = Rollen ohne Tageslimit
setting-credits-per-month = Credits pro Monat
setting-blocked-words = Gesperrte Wörter
setting-spoiler-channels = Ergebnisse als Spoiler
setting-private-channels = Nur private Ergebnisse
setting-allowed-roles = Wer Bilder erstellen darf
setting-log-channel = Protokollkanal
setting-language = Sprache öffentlicher Nachrichten

settings-all-models = Alle Modelle
settings-everybody = Alle
settings-none = Keine
settings-no-limit = Kein Limit
settings-usual = Standard
settings-entries = { $count ->
    [0] keine Einträge
    [one] { $count } Eintrag
   *[other] { $count } Einträge
}
settings-more = und { $count } weitere
settings-language-of-server = die Sprache des Servers
settings-language-own = Die Sprache des Servers ({ $language })

settings-models-hint = Wenn du keine Modelle auswählst, sind alle verfügbar. Die Standards der Mitglieder haben Vorrang, sofern ihr Modell verfügbar ist.
settings-limits-hint = Hat ein Mitglied mehrere dieser Rollen, zählt das höchste Limit. Rollenlimits gelten nur, wenn es auch ein Limit pro Mitglied gibt.
settings-words-hint = Prompts mit einem dieser Wörter oder Ausdrücke werden abgelehnt. Welches Wort es war, steht nur im Protokollkanal.
settings-channels-hint = Das gilt auch in den Threads dieser Kanäle. Private Ergebnisse sieht nur, wer sie angefordert hat.
settings-roles-hint = Das gilt auch für Buttons, Formulare und Nachrichtenmenüs, die Discords Seite „Integrationen“ nicht erfasst.
settings-log-hint = Hier stehen geänderte Einstellungen, abgelehnte Prompts, Sperren und Eingriffe der Moderation.
settings-language-hint = Private Nachrichten erscheinen immer in der Sprache des Mitglieds.

settings-number = Anzahl
settings-number-hint = Eine ganze Zahl von 0 bis { $most }; ohne Eingabe gibt es kein Limit
settings-for-roles = Rollen
settings-edit-words = Liste bearbeiten
settings-words-form-hint = Ein Wort oder Ausdruck pro Zeile; * am Anfang oder Ende steht für beliebige Buchstaben

settings-gone = Das gibt es nicht mehr: { $names }
settings-remove-gone = Entfernen
settings-log-failed = Seit { $since } kann ich in { $channel } nicht mehr schreiben. Prüfe dort meine Berechtigungen und wähle den Kanal dann noch einmal aus.
settings-log-not-allowed = In { $channel } darf ich nicht schreiben. Gib mir dort *Kanal anzeigen* und *Nachrichten senden*.

settings-of-servers = Einstellungen gehören zu einem Server, deshalb geht das nur auf einem Server.
settings-not-allowed = Nur wer die Berechtigung *Server verwalten* hat, kann die Einstellungen dieses Servers sehen und ändern.
settings-not-a-number = Bitte gib eine ganze Zahl von 0 bis { $most } ein oder lass das Feld leer, wenn es kein Limit geben soll. Es wurde nichts gespeichert.
settings-no-roles = Bitte wähle mindestens eine Rolle aus, die es auf diesem Server gibt. Es wurde nichts gespeichert.
settings-too-many-roles = Höchstens { $limit } Rollen können ein eigenes Limit haben. Es wurde nichts gespeichert.
settings-too-many-words = Die Liste hat { $count } Einträge, erlaubt sind { $limit }. Es wurde nichts gespeichert.
settings-word-too-long = Dieser Eintrag hat mehr als { $limit } Zeichen: { $word }. Es wurde nichts gespeichert.
settings-word-without-letters = Dieser Eintrag enthält weder Buchstaben noch Ziffern und würde nie passen: { $word }. Es wurde nichts gespeichert.
settings-words-too-long = Die ganze Liste darf höchstens { $limit } Zeichen haben. Es wurde nichts gespeichert.
settings-words-changed = Jemand anderes hat die Liste inzwischen geändert, deshalb wurde nichts gespeichert. Öffne das Formular noch einmal: Es enthält deine und die neuen Einträge.
settings-no-log-channel = Diesen Kanal kann ich nicht als Protokollkanal verwenden. Bitte wähle einen anderen. Es wurde nichts gespeichert.
settings-gone-meanwhile = Deine Auswahl gibt es nicht mehr. Bitte öffne /{ cmd-settings } noch einmal. Es wurde nichts gespeichert.
settings-private-here = In diesem Kanal sind Ergebnisse privat, deshalb kann ich dieses hier nicht für alle posten.

settings-changed = ⚙️ { $user } hat *{ $setting }* geändert: { $old } → { $new }

help-settings = 🛠️ **Server verwalten**: Mit /{ cmd-settings } legst du Modelle, Limits, gesperrte Wörter, Kanäle, Rollen, das Protokoll und die Sprache fest.
