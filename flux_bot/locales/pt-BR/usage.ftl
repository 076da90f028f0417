# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### Seu uso
usage-today = **Hoje**: { $use }
usage-this-month = **Este mês**: { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count ->
    [one] { $count } imagem · { $cost }
   *[other] { $count } imagens · { $cost }
}
usage-limit-member-day = Imagens disponíveis hoje neste servidor: { $left } de { $allowed }; o limite é renovado { $when }
usage-limit-user-day = Imagens disponíveis hoje em todos os servidores: { $left } de { $allowed }; o limite é renovado { $when }
usage-no-limits = Você não tem nenhum limite aqui.
usage-note = -# Os dias e os meses começam à meia-noite ({ $zone }). As imagens em andamento entram na conta com o custo previsto.

# --- for managers: the server ---

usage-server-title = ### Este servidor
usage-limit-server-month = Créditos disponíveis neste mês para o servidor: { $left } de { $allowed }; o limite é renovado { $when }
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
usage-erased = Usuários que excluíram os próprios dados
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = Gráfico de barras das imagens criadas a cada dia com cada modelo, de { $first } a { $last }. Imagens por dia: { $days }. Imagens por modelo: { $models }.
usage-no-chart = -# Não dá para desenhar o gráfico agora; estes são os dados.

# --- for the operator: the bot ---

usage-bot-title = ### Orçamentos do bot
usage-limit-budget-day = Créditos disponíveis hoje: { $left } de { $allowed }; o orçamento é renovado { $when }
usage-limit-budget-month = Créditos disponíveis neste mês: { $left } de { $allowed }; o orçamento é renovado { $when }

# --- in /help ---

help-usage = 📊 **Acompanhar seu uso**: /{ cmd-usage } mostra o que você usou e o que ainda resta.
help-privacy = 🗂️ **Seus dados**: /{ cmd-privacy } mostra o que guardo sobre você e permite exportar ou excluir.
