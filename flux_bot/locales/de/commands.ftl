cmd-imagine = imagine
    .description = Ein Bild aus Worten machen
    .prompt = prompt
    .prompt-description = Was das Bild zeigen soll
    .model = modell
    .model-description = Wer es malt
    .size = größe
    .size-description = Das Format, etwa 16:9, oder die Größe in Pixeln
    .count = anzahl
    .count-description = Wie viele Bilder, 1 bis 4
    .private = privat
    .private-description = Nur ich sehe das Ergebnis

cmd-edit = bearbeiten
    .description = Ein Bild verändern
    .prompt = prompt
    .prompt-description = Was sich ändern soll; ohne Angabe fragt ein Formular danach
    .image = bild
    .image-description = Das Bild, das verändert werden soll; ohne Angabe fragt ein Formular danach
    .image_url = bild_url
    .image_url-description = Oder seine Adresse: die eines Anhangs oder eines öffentlichen Bildes
    .model = modell
    .model-description = Wer es verändert
    .size = größe
    .size-description = Das Format des Ergebnisses; ohne Angabe das des angehängten Bildes, sonst quadratisch
    .private = privat
    .private-description = Nur ich sehe das Ergebnis

cmd-show = zeigen
    .description = Eines meiner fertigen Bilder hier noch einmal posten
    .job = bild
    .job-description = Tippe ein Wort aus seinem Prompt

cmd-jobs = aufträge
    .description = Was von mir gerade entsteht, wartet oder eben fertig wurde

cmd-history = verlauf
    .description = Meine Bilder durchsehen
    .search = suche
    .search-description = Nur die, deren Prompt diese Wörter enthält

cmd-preferences = einstellungen
    .description = Meine Vorgaben für Modell, Größe, Anzahl, Privatsphäre und Pings

menu-edit-image = Bild bearbeiten
menu-remix-prompt = Prompt remixen
