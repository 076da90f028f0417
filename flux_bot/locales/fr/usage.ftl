# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### Ta consommation
usage-today = **Aujourd’hui** : { $use }
usage-this-month = **Ce mois-ci** : { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count ->
    [one] { $count } image · { $cost }
   *[other] { $count } images · { $cost }
}
usage-limit-member-day = Images restantes aujourd’hui sur ce serveur : { $left } sur { $allowed }, réinitialisation { $when }
usage-limit-user-day = Images restantes aujourd’hui, tous serveurs confondus : { $left } sur { $allowed }, réinitialisation { $when }
usage-no-limits = Tu n’as aucune limite ici.
usage-note = -# Les jours et les mois commencent à minuit ({ $zone }). Les images en cours comptent pour leur coût prévu.

# --- for managers: the server ---

usage-server-title = ### Ce serveur
usage-limit-server-month = Crédits restants ce mois-ci pour ce serveur : { $left } sur { $allowed }, réinitialisation { $when }
usage-last-days = **{ $count } derniers jours** : { $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name } : { $use }
usage-models = **Modèles**
# Also in the chart, so it should be short.
usage-other-models = { $count ->
    [one] { $count } autre modèle
   *[other] { $count } autres modèles
}
usage-members = **Membres**
usage-other-members = Autres membres
usage-erased = Membres qui ont effacé leurs données
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = Histogramme des images créées par jour et par modèle, du { $first } au { $last }. Images par jour : { $days }. Images par modèle : { $models }.
usage-no-chart = -# Impossible de tracer le graphique pour l’instant ; voici les chiffres.

# --- for the operator: the bot ---

usage-bot-title = ### Budgets du bot
usage-limit-budget-day = Crédits restants aujourd’hui : { $left } sur { $allowed }, réinitialisation { $when }
usage-limit-budget-month = Crédits restants ce mois-ci : { $left } sur { $allowed }, réinitialisation { $when }

# --- in /help ---

help-usage = 📊 **Suivre ta consommation** : /{ cmd-usage } montre ce que tu as utilisé et ce qu’il te reste.
help-privacy = 🗂️ **Tes données** : /{ cmd-privacy } montre ce que je conserve sur toi, et permet de l’exporter ou de l’effacer.
