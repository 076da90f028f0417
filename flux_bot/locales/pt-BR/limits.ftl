blocked = Você foi bloqueado e não pode criar imagens aqui. Se acha que é um engano, fale com um moderador.
blocked-until = Você foi bloqueado e não pode criar imagens aqui. O bloqueio termina { $ends }.
role-not-allowed = Aqui, só membros com um destes cargos podem criar imagens: { $roles }. Se você precisa de um, fale com um moderador.
prompt-blocked = Este prompt não é permitido aqui, então não o enviei. Descreva outra coisa.
model-not-offered-here = Este servidor não oferece esse modelo. Escolha um destes: { $models }.
no-model-offered-here = Nenhum dos modelos disponíveis neste servidor pode fazer isso. Se precisar, fale com quem gerencia o servidor.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } imagem
   *[other] { $count } imagens
}
limit-member-day = Neste servidor, você pode criar { $allowed } por dia. Disponível: { $left }; este pedido precisa de { $needed }. O limite é renovado { $resets }.
limit-user-day = Você pode criar { $allowed } por dia, somando todos os servidores. Disponível: { $left }; este pedido precisa de { $needed }. O limite é renovado { $resets }.
limit-server-month = Este servidor pode gastar { $allowed } por mês. Disponível: { $left }; este pedido custa cerca de { $needed }. O limite é renovado { $resets }.
limit-zero = Quem gerencia este servidor definiu seu limite como zero, então você não pode criar imagens aqui. Se achar que é um engano, fale com essas pessoas.
limit-budget-day = Meu orçamento para todo mundo é de { $allowed } por dia. Disponível: { $left }; este pedido custa cerca de { $needed }. O orçamento é renovado { $resets }.
limit-budget-month = Meu orçamento para todo mundo é de { $allowed } por mês. Disponível: { $left }; este pedido custa cerca de { $needed }. O orçamento é renovado { $resets }.
