# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **Was ich über dich speichere**
privacy-nothing = Nichts.
privacy-requests = { $count ->
    [one] { $count } Auftrag ({ $since }): der Prompt, die Links zu den Bildern und wo sie gepostet wurden
   *[other] { $count } Aufträge, der älteste { $since }: die Prompts, die Links zu den Bildern und wo sie gepostet wurden
}
privacy-starred = { $count } davon mit Stern
privacy-undelivered = { $count ->
    [one] { $count } Ergebnis, das ich nicht zustellen konnte
   *[other] { $count } Ergebnisse, die ich nicht zustellen konnte
}
privacy-costs = { $count ->
    [one] { $count } Eintrag zu den Kosten deiner Bilder, ohne Prompt
   *[other] { $count } Einträge zu den Kosten deiner Bilder, ohne Prompts
}
privacy-blocks = { $count ->
    [one] { $count } Sperre durch die Moderation
   *[other] { $count } Sperren durch die Moderation
}
privacy-preferences = deine /{ cmd-preferences }
privacy-progress = Ich lösche gerade die Nachrichten mit deinen Ergebnissen: { $done } von { $total } erledigt.
privacy-kept = { $count ->
    [one] Aufträge werden einen Tag nach ihrem Abschluss gelöscht, es sei denn, du markierst sie mit einem Stern.
   *[other] Aufträge werden { $count } Tage nach ihrem Abschluss gelöscht, es sei denn, du markierst sie mit einem Stern.
}
privacy-kept-forever = Aufträge bleiben gespeichert, bis du sie löschst.
privacy-costs-kept = Einstellungen und Kosten bleiben gespeichert, bis du sie löschst.
privacy-shared = Prompts und Bilder, die du bearbeitest, gehen an den Bilddienst von Ace Data Cloud. Die Ergebnisse werden auf Discord gepostet.
privacy-contact = Fragen? So erreichst du den Betreiber des Bots: { $contact }
privacy-policy = [Datenschutzerklärung]({ $url })

# --- the export ---

button-export = Meine Daten exportieren
privacy-exported = { $count ->
    [one] Hier ist alles, was ich über dich speichere. Nur du siehst diese Nachricht.
   *[other] Hier ist alles, was ich über dich speichere, in { $count } Dateien. Nur du siehst diese Nachricht.
}
privacy-export-busy = Es wird gerade schon ein Export vorbereitet. Bitte versuche es in einer Minute noch einmal.
privacy-export-too-large = Deine Daten sind zu umfangreich für Discord. Der Betreiber des Bots kann sie dir schicken.

# --- erasing ---

button-erase-all = Meine Daten löschen …
form-privacy = Alle meine Daten löschen
privacy-word = LÖSCHEN
form-privacy-word = Gib zur Bestätigung { privacy-word } ein
form-privacy-word-hint = Löscht endgültig Aufträge, Sterne, Einstellungen und Ergebnisse; Laufendes wird abgebrochen.
form-privacy-messages = Nachrichten des Bots mit deinen Ergebnissen
form-privacy-keep = Auf Discord lassen
form-privacy-delete = Auch löschen
privacy-wrong-word = Es wurde nichts gelöscht: Gib zur Bestätigung „{ privacy-word }“ ein.
privacy-erased = **Deine Daten sind gelöscht.**
privacy-erased-messages = { $count ->
    [one] Jetzt lösche ich noch eine Nachricht mit deinen Ergebnissen und melde mich per Direktnachricht, wenn ich fertig bin.
   *[other] Jetzt lösche ich noch { $count } Nachrichten mit deinen Ergebnissen, etwa eine pro Sekunde, und melde mich per Direktnachricht, wenn ich fertig bin. /{ cmd-privacy } zeigt, wie weit ich bin.
}
privacy-erased-rest = Was ausgegeben wurde, bleibt als Summe ohne deinen Namen gespeichert. Die heutigen Limits und alle Sperren gelten weiter. Gespeicherte oder erneut gepostete Kopien bleiben, wo sie sind.

# --- the report ---

privacy-report = **Das Löschen der Nachrichten mit deinen Ergebnissen ist abgeschlossen**: { $done } von { $total } gelöscht.
privacy-report-gone = { $count ->
    [one] Eine war schon weg oder nur für dich sichtbar.
   *[other] { $count } waren schon weg oder nur für dich sichtbar.
}
privacy-report-refused = { $count ->
    [one] Eine durfte ich nicht löschen, zum Beispiel weil ich nicht mehr auf dem Server bin. Die Moderation dort kann sie entfernen.
   *[other] { $count } durfte ich nicht löschen, zum Beispiel weil ich nicht mehr auf den Servern bin. Die Moderation dort kann sie entfernen.
}
