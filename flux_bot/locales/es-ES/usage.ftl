# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### Tu uso
usage-today = **Hoy**: { $use }
usage-this-month = **Este mes**: { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count ->
    [one] { $count } imagen · { $cost }
   *[other] { $count } imágenes · { $cost }
}
usage-limit-member-day = Imágenes disponibles hoy en este servidor: { $left } de { $allowed }; el límite se restablece { $when }
usage-limit-user-day = Imágenes disponibles hoy en todos los servidores: { $left } de { $allowed }; el límite se restablece { $when }
usage-no-limits = Aquí no tienes ningún límite.
usage-note = -# Los días y los meses empiezan a medianoche ({ $zone }). Las imágenes en curso se cuentan con su coste previsto.

# --- for managers: the server ---

usage-server-title = ### Este servidor
usage-limit-server-month = Créditos disponibles este mes para el servidor: { $left } de { $allowed }; el límite se restablece { $when }
usage-last-days = **Últimos { $count } días**: { $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }: { $use }
usage-models = **Modelos**
# Also in the chart, so it should be short.
usage-other-models = { $count ->
    [one] { $count } modelo más
   *[other] { $count } modelos más
}
usage-members = **Miembros**
usage-other-members = Otros miembros
usage-erased = Usuarios que han borrado sus datos
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = Gráfico de barras de las imágenes creadas cada día con cada modelo, del { $first } al { $last }. Imágenes por día: { $days }. Imágenes por modelo: { $models }.
usage-no-chart = -# Ahora mismo no se puede dibujar el gráfico; estos son los datos.

# --- for the operator: the bot ---

usage-bot-title = ### Presupuestos del bot
usage-limit-budget-day = Créditos disponibles hoy: { $left } de { $allowed }; el presupuesto se restablece { $when }
usage-limit-budget-month = Créditos disponibles este mes: { $left } de { $allowed }; el presupuesto se restablece { $when }

# --- in /help ---

help-usage = 📊 **Llevar la cuenta**: /{ cmd-usage } muestra lo que has usado y lo que te queda.
help-privacy = 🗂️ **Tus datos**: /{ cmd-privacy } muestra lo que guardo sobre ti, y permite exportarlo o borrarlo.
