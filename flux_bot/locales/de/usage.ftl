# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### Dein Verbrauch
usage-today = **Heute**: { $use }
usage-this-month = **Diesen Monat**: { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count ->
    [one] { $count } Bild · { $cost }
   *[other] { $count } Bilder · { $cost }
}
usage-limit-member-day = Bilder heute auf diesem Server: noch { $left } von { $allowed } übrig, wird { $when } zurückgesetzt
usage-limit-user-day = Bilder heute auf allen Servern: noch { $left } von { $allowed } übrig, wird { $when } zurückgesetzt
usage-no-limits = Für dich gilt hier kein Limit.
usage-note = -# Tage und Monate beginnen um Mitternacht ({ $zone }). Bilder, die noch entstehen, zählen mit ihren voraussichtlichen Kosten.

# --- for managers: the server ---

usage-server-title = ### Dieser Server
usage-limit-server-month = Credits dieses Servers in diesem Monat: noch { $left } von { $allowed } übrig, wird { $when } zurückgesetzt
usage-last-days = **Die letzten { $count } Tage**: { $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }: { $use }
usage-models = **Modelle**
# Also in the chart, so it should be short.
usage-other-models = { $count ->
    [one] { $count } weiteres Modell
   *[other] { $count } weitere Modelle
}
usage-members = **Mitglieder**
usage-other-members = Weitere Mitglieder
usage-erased = Mitglieder, die ihre Daten gelöscht haben
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = Balkendiagramm der Bilder pro Tag und Modell vom { $first } bis zum { $last }. Bilder pro Tag: { $days }. Bilder pro Modell: { $models }.
usage-no-chart = -# Das Diagramm lässt sich gerade nicht zeichnen; hier sind die Zahlen.

# --- for the operator: the bot ---

usage-bot-title = ### Budgets des Bots
usage-limit-budget-day = Credits heute: noch { $left } von { $allowed } übrig, wird { $when } zurückgesetzt
usage-limit-budget-month = Credits in diesem Monat: noch { $left } von { $allowed } übrig, wird { $when } zurückgesetzt

# --- in /help ---

help-usage = 📊 **Überblick behalten**: /{ cmd-usage } zeigt, was du verbraucht hast und was noch übrig ist.
help-privacy = 🗂️ **Deine Daten**: /{ cmd-privacy } zeigt, was ich über dich speichere, und exportiert oder löscht es.
