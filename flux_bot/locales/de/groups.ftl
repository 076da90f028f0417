too-many-variations = Das ergibt mehr als { $limit } Bilder. Nimm weniger Alternativen in geschweiften Klammern, jeweils weniger Bilder oder weniger Modelle. Es wurde nichts berechnet.
too-many-at-once = { $more ->
    [one] Du kannst gerade noch ein Bild in die Warteschlange stellen, hierfür wären es aber { $needed }.
   *[other] Du kannst gerade noch { $more } Bilder in die Warteschlange stellen, hierfür wären es aber { $needed }.
} Nimm weniger oder warte, bis einige fertig sind. Es wurde nichts berechnet.
compare-twice = Du hast { $model } zweimal gewählt. Nimm zum Vergleichen verschiedene Modelle.
group-none-failed = Inzwischen sind alle diese Bilder da, es gibt also nichts zu wiederholen.
group-not-yours = Nur wer diese Bilder in Auftrag gegeben hat, kann hier mit einem davon weitermachen. Um ein Bild zu bearbeiten, wähle im Menü dieser Nachricht unter „Apps“ den Eintrag „{ menu-edit-image }“.
group-status = 🎨 **Wird erstellt**, { $since } begonnen: { $done } von { $total } fertig.
group-ready = ✅ Fertig: { $names }
group-to-come = ⏳ Kommt noch: { $names }
group-failed = ⚠️ Fehlgeschlagen: { $names }
group-models = { $count } Modelle
group-cancel-question = Der Bilddienst arbeitet schon an einigen dieser Bilder, deshalb werden sie auf jeden Fall berechnet. Möchtest du die Ergebnisse nur für dich behalten oder alle verwerfen?
group-cancel-question-other = Der Bilddienst arbeitet schon an einigen dieser Bilder, deshalb werden sie auf jeden Fall berechnet. Soll nur { $user } die Ergebnisse bekommen, oder sollen alle verworfen werden?
group-cancel-question-private = Der Bilddienst arbeitet schon an einigen dieser Bilder, deshalb werden sie auf jeden Fall berechnet. Möchtest du die Ergebnisse behalten oder alle verwerfen?
group-alt = Bild { $number } von { $count }, { $name }: { $prompt }
group-pick = Mit einem Bild weitermachen …
button-reroll-all = Alle neu generieren
button-retry-failed = Fehlgeschlagene wiederholen
group-all-failed = { $count ->
    [one] Das Bild konnte nicht erstellt werden.
   *[other] Keines der { $count } Bilder konnte erstellt werden.
}
group-failed-free = { $count ->
    [one] Der Fehlversuch hat nichts gekostet.
   *[other] Die Fehlversuche haben nichts gekostet.
}
group-one-failed = ⚠️ { $name }: { $reason }
group-reason-bad_request = vom Bilddienst nicht angenommen
group-reason-forbidden = vom Sicherheitsfilter abgelehnt
group-reason-timeout = hat zu lange gedauert
group-reason-model_rejected = dieses Modell wird nicht mehr angeboten
group-reason-size_rejected = dieses Modell unterstützt das Format nicht
group-reason-outcome_unknown = die Verbindung ist abgebrochen; möglicherweise trotzdem berechnet
group-reason-other = Fehler beim Bilddienst
group-erase-ask = **Alle diese Bilder endgültig löschen?** Ihre Prompts, ihre Links und meine Nachricht mit allen Bildern werden gelöscht, und sie verschwinden aus deinem /{ cmd-history }. Das lässt sich nicht rückgängig machen. Gespeicherte oder erneut gepostete Kopien bleiben, wo sie sind.
group-prompts-attached = { $count ->
    [one] Der vollständige Prompt steht in der angehängten Datei.
   *[other] Die vollständigen Prompts stehen in der angehängten Datei.
}
form-models = Modelle im Vergleich, 2 bis 4
