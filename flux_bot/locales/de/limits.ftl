blocked = Du darfst hier keine Bilder mehr erstellen, weil du gesperrt wurdest. Wenn du das für einen Irrtum hältst, frag das Moderationsteam.
blocked-until = Du darfst hier gerade keine Bilder erstellen, weil du gesperrt wurdest. Die Sperre endet { $ends }.
role-not-allowed = Bilder erstellen kann hier nur, wer eine dieser Rollen hat: { $roles }. Wenn du eine brauchst, frag das Moderationsteam.
prompt-blocked = Dieser Prompt ist nach den Regeln hier nicht erlaubt, deshalb habe ich ihn nicht abgeschickt. Bitte beschreibe etwas anderes.
model-not-offered-here = Dieses Modell ist auf diesem Server nicht verfügbar. Zur Auswahl stehen: { $models }.
no-model-offered-here = Keines der Modelle, die auf diesem Server verfügbar sind, kann das. Wenn du eins brauchst, frag die Serververwaltung.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
}
limit-member-day = Auf diesem Server kannst du { $allowed } pro Tag erstellen. Du hast noch { $left } übrig, für diesen Auftrag bräuchtest du aber { $needed }. Das Limit wird { $resets } zurückgesetzt.
limit-user-day = Du kannst auf allen Servern zusammen { $allowed } pro Tag erstellen. Du hast noch { $left } übrig, für diesen Auftrag bräuchtest du aber { $needed }. Das Limit wird { $resets } zurückgesetzt.
limit-server-month = Dieser Server darf { $allowed } pro Monat ausgeben. Davon sind noch { $left } übrig, dieser Auftrag kostet aber etwa { $needed }. Das Limit wird { $resets } zurückgesetzt.
limit-zero = Die Serververwaltung hat dein Limit auf null gesetzt, deshalb kannst du hier keine Bilder erstellen. Wenn du das für ein Versehen hältst, frag sie.
limit-budget-day = Mein Budget für alle zusammen beträgt { $allowed } pro Tag. Davon sind noch { $left } übrig, dieser Auftrag kostet aber etwa { $needed }. Das Budget wird { $resets } zurückgesetzt.
limit-budget-month = Mein Budget für alle zusammen beträgt { $allowed } pro Monat. Davon sind noch { $left } übrig, dieser Auftrag kostet aber etwa { $needed }. Das Budget wird { $resets } zurückgesetzt.
