blocked = Du bist hier für das Erstellen von Bildern gesperrt. Falls das ein Irrtum ist, wende dich an das Moderationsteam.
blocked-until = Du bist hier für das Erstellen von Bildern gesperrt. Die Sperre endet { $ends }.
role-not-allowed = Bilder erstellen kann hier nur, wer eine dieser Rollen hat: { $roles }. Wenn du eine brauchst, frag das Moderationsteam.
prompt-blocked = Dieser Prompt ist nach den Regeln hier nicht erlaubt, deshalb habe ich ihn nicht abgeschickt. Bitte beschreibe etwas anderes.
model-not-offered-here = Dieses Modell gibt es auf diesem Server nicht. Zur Auswahl stehen: { $models }.
no-model-offered-here = Auf diesem Server gibt es kein Modell, das das kann.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } Bild
   *[other] { $count } Bilder
}
limit-member-day = Auf diesem Server kannst du { $allowed } pro Tag erstellen. Du hast noch { $left } übrig, und dieser Auftrag braucht { $needed }. Das Limit wird { $resets } zurückgesetzt.
limit-user-day = Du kannst auf allen Servern zusammen { $allowed } pro Tag erstellen. Du hast noch { $left } übrig, und dieser Auftrag braucht { $needed }. Das Limit wird { $resets } zurückgesetzt.
limit-server-month = Dieser Server kann { $allowed } pro Monat ausgeben. Er hat noch { $left } übrig, und dieser Auftrag kostet etwa { $needed }. Das Limit wird { $resets } zurückgesetzt.
limit-budget-day = Mein Budget für alle zusammen beträgt { $allowed } pro Tag. Ich habe noch { $left } übrig, und dieser Auftrag kostet etwa { $needed }. Das Budget wird { $resets } zurückgesetzt.
limit-budget-month = Mein Budget für alle zusammen beträgt { $allowed } pro Monat. Ich habe noch { $left } übrig, und dieser Auftrag kostet etwa { $needed }. Das Budget wird { $resets } zurückgesetzt.
