# /privacy: what is stored about a user, the export of it, and erasing it.

# --- the panel ---

privacy-title = **Was ich über dich speichere**
privacy-nothing = Nichts.
privacy-requests = { $count ->
    [one] einen Auftrag, { $since }: Prompt, Links zu den Bildern und wo sie gepostet wurden
   *[other] { $count } Aufträge, den ältesten { $since }: Prompts, Links zu den Bildern und wo sie gepostet wurden
}
privacy-starred = { $count ->
    [one] einer davon hat deinen Stern
   *[other] { $count } davon haben deinen Stern
}
privacy-undelivered = { $count ->
    [one] ein Ergebnis, das ich nicht zustellen konnte
   *[other] { $count } Ergebnisse, die ich nicht zustellen konnte
}
privacy-costs = { $count ->
    [one] einen Eintrag, was deine Bilder gekostet haben, ohne Prompt
   *[other] { $count } Einträge, was deine Bilder gekostet haben, ohne Prompts
}
privacy-blocks = { $count ->
    [one] eine Sperre durch die Moderation
   *[other] { $count } Sperren durch die Moderation
}
privacy-preferences = deine /{ cmd-preferences }
privacy-progress = Ich lösche gerade die Nachrichten mit deinen Ergebnissen: { $done } von { $total } erledigt.
privacy-kept = { $count ->
    [one] Aufträge werden einen Tag nach ihrem Ende gelöscht, außer du gibst ihnen einen Stern.
   *[other] Aufträge werden { $count } Tage nach ihrem Ende gelöscht, außer du gibst ihnen einen Stern.
}
privacy-kept-forever = Aufträge bleiben gespeichert, bis du sie löschst.
privacy-costs-kept = Einstellungen und Kosten bleiben gespeichert, bis du sie löschst.
privacy-shared = Prompts und Bilder, die du bearbeitest, gehen an den Bilddienst von Ace Data Cloud. Die Ergebnisse werden auf Discord gepostet.
privacy-contact = Fragen? So erreichst du den Betreiber dieses Bots: { $contact }
privacy-policy = [Datenschutzerklärung]({ $url })

# --- the export ---

button-export = Meine Daten exportieren
privacy-exported = { $count ->
    [one] Hier ist alles, was ich über dich speichere. Nur du siehst diese Nachricht.
   *[other] Hier ist alles, was ich über dich speichere, in { $count } Dateien. Nur du siehst diese Nachricht.
}
privacy-export-busy = Es wird gerade schon ein Export vorbereitet. Bitte versuche es in einer Minute noch einmal.
privacy-export-too-large = Deine Daten sind zu groß für Discord. Der Betreiber dieses Bots kann sie dir schicken.

# --- erasing ---

button-erase-all = Meine Daten löschen …
form-privacy = Alle meine Daten löschen
privacy-word = LÖSCHEN
form-privacy-word = Tippe zur Bestätigung { privacy-word }
form-privacy-word-hint = Aufträge, Sterne, Einstellungen, Ergebnisse; Laufendes wird abgebrochen. Endgültig.
form-privacy-messages = Meine Nachrichten mit deinen Ergebnissen
form-privacy-keep = Auf Discord lassen
form-privacy-delete = Auch löschen
privacy-wrong-word = Es wurde nichts gelöscht: Das Wort zur Bestätigung ist „{ privacy-word }“.
privacy-erased = **Deine Daten sind gelöscht.**
privacy-erased-messages = { $count ->
    [one] Jetzt lösche ich noch eine Nachricht mit deinen Ergebnissen und melde mich per Direktnachricht, wenn ich fertig bin.
   *[other] Jetzt lösche ich noch { $count } Nachrichten mit deinen Ergebnissen, etwa eine pro Sekunde, und melde mich per Direktnachricht, wenn ich fertig bin. /{ cmd-privacy } zeigt, wie weit ich bin.
}
privacy-erased-rest = Was ausgegeben wurde, bleibt als Summe ohne deinen Namen erhalten. Die Limits von heute und Sperren gelten weiter. Gespeicherte oder erneut gepostete Kopien bleiben, wo sie sind.

# --- the report ---

privacy-report = **Ich bin mit dem Löschen der Nachrichten mit deinen Ergebnissen fertig**: { $done } von { $total } gelöscht.
privacy-report-gone = { $count ->
    [one] Eine war schon weg oder nur für dich sichtbar.
   *[other] { $count } waren schon weg oder nur für dich sichtbar.
}
privacy-report-refused = { $count ->
    [one] Eine durfte ich nicht löschen, zum Beispiel weil ich nicht mehr auf dem Server bin. Die Moderation dort kann sie entfernen.
   *[other] { $count } durfte ich nicht löschen, zum Beispiel weil ich nicht mehr auf dem Server bin. Die Moderation dort kann sie entfernen.
}
