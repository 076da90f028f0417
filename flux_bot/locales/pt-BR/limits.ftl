blocked = Você foi bloqueado e não pode criar imagens aqui. Se acha que é um engano, fale com um moderador.
blocked-until = Você foi bloqueado e não pode criar imagens aqui. O bloqueio termina { $ends }.
role-not-allowed = Aqui, só quem tem um destes cargos pode criar imagens: { $roles }. Se você precisa de um, fale com um moderador.
prompt-blocked = As regras daqui não permitem este prompt, então não o enviei. Descreva outra coisa.
model-not-offered-here = Este servidor não oferece esse modelo. Escolha um destes: { $models }.
no-model-offered-here = Este servidor não oferece nenhum modelo que faça isso.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } imagem
   *[other] { $count } imagens
}
limit-member-day = Neste servidor, você pode criar { $allowed } por dia. Você ainda tem { $left }, e este pedido precisa de { $needed }. O limite é renovado { $resets }.
limit-user-day = Você pode criar { $allowed } por dia, somando todos os servidores. Você ainda tem { $left }, e este pedido precisa de { $needed }. O limite é renovado { $resets }.
limit-server-month = Este servidor pode gastar { $allowed } por mês. Ele ainda tem { $left }, e este pedido custa cerca de { $needed }. O limite é renovado { $resets }.
limit-budget-day = Meu orçamento para todo mundo é de { $allowed } por dia. Ainda tenho { $left }, e este pedido custa cerca de { $needed }. O orçamento é renovado { $resets }.
limit-budget-month = Meu orçamento para todo mundo é de { $allowed } por mês. Ainda tenho { $left }, e este pedido custa cerca de { $needed }. O orçamento é renovado { $resets }.
