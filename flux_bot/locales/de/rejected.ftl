button-revise = Ändern
expired-draft = Diesen Auftrag habe ich nicht mehr, aber dein Prompt ist nicht verloren: Kopiere ihn aus der Datei in dieser Nachricht und nutze den Befehl noch einmal.
sent-already = Dieser Auftrag ist schon unterwegs.
show-several = Das passt auf mehrere deiner Bilder. Welches meinst du?
