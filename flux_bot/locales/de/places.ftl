place-server = Auf diesem Server bin ich nicht verfügbar: Mein Betreiber hat mich nur für bestimmte Server freigegeben.
place-members = Außerhalb von Servern bin ich nur für Mitglieder bestimmter Server da, und du bist anscheinend auf keinem davon.
place-user-install = Als App, die du nur für dich selbst hinzufügst, bin ich nicht verfügbar. Nutze mich bitte auf einem Server, zu dem ich hinzugefügt wurde.
place-unknown = Ich konnte nicht rechtzeitig prüfen, ob du mich hier nutzen darfst. Bitte versuche es gleich noch einmal.
