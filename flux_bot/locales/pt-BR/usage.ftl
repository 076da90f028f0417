# /usage: what somebody has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### Seu uso
usage-today = **Hoje**: { $use }
usage-this-month = **Este mês**: { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count ->
    [one] { $count } imagem · { $cost }
   *[other] { $count } imagens · { $cost }
}
usage-limit-member-day = Restam para você neste servidor hoje: { $left } de { $allowed } imagens; renova { $when }
usage-limit-user-day = Restam para você em todos os servidores hoje: { $left } de { $allowed } imagens; renova { $when }
usage-no-limits = Você não tem nenhum limite aqui.
usage-note = -# Os dias e os meses começam à meia-noite ({ $zone }). As imagens em andamento contam com o custo previsto.

# --- for managers: the server ---

usage-server-title = ### Este servidor
usage-limit-server-month = Restam para o servidor este mês: { $left } de { $allowed } créditos; renova { $when }
usage-last-days = **Últimos { $count } dias**: { $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }: { $use }
usage-models = **Modelos**
# Also in the chart, so it should be short.
usage-other-models = { $count ->
    [one] { $count } outro modelo
   *[other] { $count } outros modelos
}
usage-members = **Membros**
usage-other-members = Outros membros
usage-erased = Usuários que apagaram seus dados
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = Gráfico de barras das imagens criadas a cada dia com cada modelo, de { $first } a { $last }. Imagens por dia: { $days }. Imagens por modelo: { $models }.
usage-no-chart = -# Não dá para desenhar o gráfico agora; estes são os números.

# --- for the operator: the bot ---

usage-bot-title = ### Orçamentos do bot
usage-limit-budget-day = Restam hoje: { $left } de { $allowed } créditos; renova { $when }
usage-limit-budget-month = Restam este mês: { $left } de { $allowed } créditos; renova { $when }

# --- in /help ---

help-usage = 📊 **Acompanhar seu uso**: /{ cmd-usage } mostra o que você usou e o que ainda resta.
