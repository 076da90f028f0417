# --- Info ---

info-title = ### Como foi criada
info-prompt = Prompt
info-prompt-attached = O prompt completo está no arquivo anexado.
info-model = Modelo
info-size = Tamanho
info-count = Quantidade
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Duração
info-cost = Custo
info-requested = Pedido feito
info-requested-by = { $when } por { $user }
info-parent = Criada a partir de
info-children = Imagens derivadas
info-link = [imagem { $number }]({ $url })
info-job = ID do pedido
info-task = ID da tarefa
info-trace = ID de rastreamento
info-operator = Dados para o responsável pelo bot: { $details }
info-command = Para criar de novo, cole este comando:

# --- /jobs ---

jobs-title = ### Suas imagens
jobs-none = Você não tem nada em andamento nem na fila. Use /{ cmd-imagine } para criar uma imagem ou /{ cmd-history } para ver as anteriores.
jobs-undelivered = **Não foi possível entregar**: receba { $count ->
    [one] a imagem
   *[other] as imagens
} aqui.
jobs-running = **Em andamento**
jobs-queued = **Na fila**
jobs-finished = **Recém-concluídas**
jobs-running-line = começou { $since }: { $prompt }
jobs-queued-line = posição { $place }: { $prompt }
jobs-of-group = pedidas juntas: cancelar uma cancela todas
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, falhou: { $prompt }
jobs-link = [ver]({ $url })
jobs-more = … e mais { $count }

# --- /history ---

history-title = ### Suas imagens, página { $page } de { $pages }
history-search-title = ### Suas imagens com “{ $search }”, página { $page } de { $pages }
history-none = Você ainda não tem imagens. Use /{ cmd-imagine } para criar uma.
history-none-found = Nenhuma das suas imagens tem “{ $search }” no prompt. Use /{ cmd-history } sem busca para ver todas.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · não está mais disponível
history-pick = Escolha uma imagem para ver ou editar
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Seus padrões
preferences-saved = As alterações são salvas automaticamente.
preferences-reset-done = Pronto: os padrões foram restaurados.
preferences-model = Modelo para /{ cmd-imagine }
preferences-edit-model = Modelo para /{ cmd-edit }
preferences-size = Formato para /{ cmd-imagine }
preferences-count = Número de imagens para /{ cmd-imagine }
preferences-default = Padrão: { $value }
number-of-pictures = { $count ->
    [one] uma imagem
   *[other] { $count } imagens
}
preferences-private-on = Privado: sim
preferences-private-off = Privado: não
preferences-ping-on = Me avisar: sim
preferences-ping-off = Me avisar: não
preferences-hint = *Privado*: só você vê suas imagens. *Me avisar*: você recebe uma notificação quando uma imagem fica pronta.
preferences-reset = Restaurar padrões
