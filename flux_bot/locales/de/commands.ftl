cmd-imagine = imagine
    .description = Erstelle ein Bild aus einer Beschreibung
    .prompt = prompt
    .prompt-description = Was das Bild zeigen soll; „{ "{" }rotes|blaues{ "}" } Auto“ ergibt zwei Bilder
    .model = modell
    .model-description = Das gewünschte Modell
    .size = größe
    .size-description = Das Format, z. B. 16:9, oder die Größe in Pixeln
    .count = anzahl
    .count-description = Wie viele Bilder, 1 bis 4
    .style = stil
    .style-description = Der Stil des Bildes, z. B. Aquarell, oder „Kein Stil“
    .private = privat
    .private-description = Nur du siehst das Ergebnis

cmd-compare = vergleichen
    .description = Vergleiche Modelle: ein Prompt, von jedem ein Bild
    .prompt = prompt
    .prompt-description = Was das Bild zeigen soll
    .model1 = modell1
    .model1-description = Das erste Modell
    .model2 = modell2
    .model2-description = Das zweite Modell
    .model3 = modell3
    .model3-description = Ein drittes Modell, wenn du magst
    .model4 = modell4
    .model4-description = Ein viertes Modell, wenn du magst
    .size = größe
    .size-description = Das Format, z. B. 16:9; jedes Modell nimmt das ähnlichste, das es unterstützt
    .style = stil
    .style-description = Der Stil des Bildes, z. B. Aquarell, oder „Kein Stil“
    .private = privat
    .private-description = Nur du siehst das Ergebnis

cmd-edit = bearbeiten
    .description = Bearbeite ein Bild
    .prompt = prompt
    .prompt-description = Was sich ändern soll; ohne Angabe fragt ein Formular danach
    .image = bild
    .image-description = Das Bild, das bearbeitet werden soll; ohne Angabe fragt ein Formular danach
    .image_url = bild_url
    .image_url-description = Oder ein Link dazu: ein Discord-Anhang oder ein beliebiges öffentliches Bild
    .model = modell
    .model-description = Das gewünschte Modell
    .size = größe
    .size-description = Das Format des Ergebnisses; ohne Angabe das des angehängten Bildes, sonst quadratisch
    .private = privat
    .private-description = Nur du siehst das Ergebnis

cmd-show = zeigen
    .description = Poste eines deiner fertigen Bilder hier noch einmal
    .job = bild
    .job-description = Tippe ein Wort aus seinem Prompt

cmd-jobs = aufträge
    .description = Sieh dir deine laufenden, wartenden und gerade fertig gewordenen Aufträge an

cmd-history = verlauf
    .description = Sieh dir deine bisherigen Bilder an
    .search = suche
    .search-description = Nur Bilder, deren Prompt diese Wörter enthält
    .starred = stern
    .starred-description = Nur Bilder, denen du einen Stern gegeben hast

cmd-preferences = einstellungen
    .description = Lege Standards für Modell, Größe, Anzahl und Stil fest, dazu Privatsphäre und Benachrichtigungen

cmd-usage = verbrauch
    .description = Sieh nach, was du verbraucht hast und was von deinen Limits noch übrig ist

cmd-style = stil
    .description = Verwalte die eigenen Stile dieses Servers

cmd-style-add = hinzufügen
    .description = Füge diesem Server einen Stil hinzu

cmd-style-edit = ändern
    .description = Ändere einen Stil dieses Servers
    .name = name
    .name-description = Der Name des Stils

cmd-style-remove = entfernen
    .description = Entferne einen Stil dieses Servers
    .name = name
    .name-description = Der Name des Stils

cmd-block = sperren
    .description = Sperre jemanden auf diesem Server für das Erstellen von Bildern
    .user = nutzer
    .user-description = Wen; hat jemand den Server verlassen, füge die Nutzer-ID ein
    .duration = dauer
    .duration-description = Wie lange, zum Beispiel 12h, 3d oder 2w; ohne Angabe unbegrenzt
    .reason = grund
    .reason-description = Warum; sichtbar für andere im Moderationsteam
    .everywhere = überall
    .everywhere-description = Auf allen Servern; nur für den Betreiber des Bots

cmd-unblock = entsperren
    .description = Lass jemanden wieder Bilder erstellen
    .user = nutzer
    .user-description = Wen; hat jemand den Server verlassen, füge die Nutzer-ID ein
    .everywhere = überall
    .everywhere-description = Auf allen Servern; nur für den Betreiber des Bots

cmd-blocked = gesperrte
    .description = Sieh nach, wer auf diesem Server gesperrt ist
    .everywhere = überall
    .everywhere-description = Auf allen Servern; nur für den Betreiber des Bots

cmd-why = warum
    .description = Sieh nach, ob ein Mitglied hier Bilder erstellen kann oder welche Regel das verhindert
    .user = nutzer
    .user-description = Das Mitglied

cmd-settings = servereinstellungen
    .description = Lege die Regeln dieses Servers fest: Modelle, Limits, gesperrte Wörter, Kanäle und Rollen

cmd-help = hilfe
    .description = Erfahre, was ich hier für dich tun kann, und leg gleich los

cmd-privacy = datenschutz
    .description = Sieh nach, was ich über dich speichere; exportiere oder lösche deine Daten

menu-edit-image = Bild bearbeiten
menu-remix-prompt = Prompt remixen

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev: schnell und günstig
model-flux-pro = FLUX.1 pro: feinere Details
model-flux-pro-1-1 = FLUX 1.1 pro: feinere Details
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra: die größten Bilder
model-flux-2-klein = FLUX.2 klein: das schnellste
model-flux-2-flex = FLUX.2 flex: gut für Text in Bildern
model-flux-2-pro = FLUX.2 pro: der Allrounder
model-flux-2-max = FLUX.2 max: die höchste Qualität
model-flux-kontext-pro = FLUX Kontext pro: bearbeitet Bilder
model-flux-kontext-max = FLUX Kontext max: bearbeitet Bilder mit den feinsten Details
