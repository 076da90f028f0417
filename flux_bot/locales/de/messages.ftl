mention-empty = Schreib mir, was du möchtest: Beschreibe ein Bild oder antworte auf eines meiner Bilder und schreib, was sich ändern soll.
mention-no-picture = In der Nachricht, auf die du geantwortet hast, sehe ich kein Bild. Antworte auf eines meiner Bilder oder hänge das Bild an deine Nachricht an.
mention-not-here = In { $channel } darf ich nicht schreiben, deshalb habe ich mit deinem Bild nicht angefangen. Schick mir denselben Text einfach hier als Direktnachricht.
mention-not-private = Laut deinen Einstellungen siehst nur du deine Bilder. Dieses müsste ich dir also als Direktnachricht schicken, aber das darf ich nicht. Erlaube Direktnachrichten in den Privatsphäre-Einstellungen dieses Servers oder nimm /{ cmd-imagine }.
mention-gone = Deine Nachricht mit der Anweisung ist weg, deshalb weiß ich nicht mehr, was sich ändern soll. Bitte schreib sie noch einmal.
mention-which = Welches dieser Bilder soll ich ändern? Du kannst die Nummer auch gleich davorschreiben, zum Beispiel „2: bei Nacht“.
mention-not-your-list = Nur wer die Anweisung geschrieben hat, kann das Bild auswählen.
help-messages = 💬 **Oder einfach schreiben**: Erwähne mich und beschreib, was du sehen möchtest, oder antworte auf eines meiner Bilder und schreib, was sich ändern soll.
