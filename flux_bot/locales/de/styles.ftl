style-none = Kein Stil
style-label = { $name }: { $description }
no-such-style = Den Stil „{ $typed }“ gibt es nicht. Wähle einen aus der Liste, die beim Tippen erscheint.
several-styles = Zu „{ $typed }“ passen mehrere Stile, zum Beispiel { $names }. Welchen meinst du?
prompt-too-long-for-style = Mit diesem Stil darf der Prompt höchstens { $limit } Zeichen haben. Bitte kürze ihn oder nimm einen anderen Stil.
info-style = Stil
info-final-prompt = Prompt mit Stil
preferences-style = Stil für /{ cmd-imagine }
help-styles = 🖌️ **Stil wählen**: Die Option „{ cmd-imagine.style }“ von /{ cmd-imagine } bietet Aquarell, Pixelkunst und mehr. Wer einen Server verwaltet, kann mit /{ cmd-style } eigene Stile hinzufügen.

form-style = Stil
form-style-add = Neuer Stil
form-style-edit = Stil ändern
form-style-name = Name
form-style-description = Beschreibung
form-style-template = Vorlage
form-style-template-hint = Am besten auf Englisch. { $placeholder } steht für den eingegebenen Text.

style-example = ein Fuchs im Schnee
style-saved = 💾 **Gespeichert**: { $name }. Du findest den Stil jetzt in der Option „{ cmd-imagine.style }“ von /{ cmd-imagine }.
style-preview = Vorschau: Aus „{ $example }“ wird

styles-of-servers = Stile gehören zu einem Server, deshalb geht das nur auf einem Server.
styles-not-allowed = Nur wer die Berechtigung *Server verwalten* hat, kann die Stile dieses Servers ändern.
style-without-name = Der Name braucht mindestens einen Buchstaben, eine Ziffer oder ein Symbol. Es wurde nichts gespeichert.
style-name-too-long = Der Name ist länger als { $limit } Zeichen. Es wurde nichts gespeichert.
style-description-too-long = Die Beschreibung ist länger als { $limit } Zeichen. Es wurde nichts gespeichert.
style-template-too-long = Die Vorlage ist länger als { $limit } Zeichen und lässt zu wenig Platz für den Prompt. Es wurde nichts gespeichert.
style-without-prompt = Die Vorlage muss { $placeholder } genau einmal enthalten: Dort steht später der eingegebene Text. Es wurde nichts gespeichert.
style-name-taken = Einen Stil mit diesem Namen gibt es schon. Bitte wähle einen anderen. Es wurde nichts gespeichert.
too-many-styles = Dieser Server hat schon { $limit } eigene Stile, mehr sind nicht möglich. Entferne zuerst einen.
style-gone = Dieser Stil wurde inzwischen entfernt, deshalb sind deine Änderungen nicht gespeichert. Du kannst ihn noch als neuen Stil speichern.
no-such-own-style = Dieser Server hat keinen eigenen Stil „{ $typed }“. Wähle einen aus der Liste, die beim Tippen erscheint.

button-style-remove = Stil entfernen
style-remove-ask = Den Stil { $name } von diesem Server entfernen? Bilder, die damit entstanden sind, lassen sich weiterhin neu erstellen.
style-removed = Der Stil { $name } wurde entfernt.
