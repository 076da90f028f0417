cmd-imagine = imaginar
    .description = Cria uma imagem a partir de uma descrição
    .prompt = prompt
    .prompt-description = O que a imagem deve mostrar; “carro { "{" }vermelho|azul{ "}" }” cria uma de cada cor
    .model = modelo
    .model-description = O modelo que você quer usar
    .size = tamanho
    .size-description = O formato, como 16:9, ou o tamanho em pixels
    .count = quantidade
    .count-description = Quantas imagens, de 1 a 4
    .style = estilo
    .style-description = O estilo da imagem, como aquarela, ou “sem estilo”
    .private = privado
    .private-description = Só você vê o resultado

cmd-compare = comparar
    .description = Compara modelos: um prompt, uma imagem de cada um
    .prompt = prompt
    .prompt-description = O que a imagem deve mostrar
    .model1 = modelo1
    .model1-description = O primeiro modelo
    .model2 = modelo2
    .model2-description = O segundo modelo
    .model3 = modelo3
    .model3-description = Um terceiro modelo, se quiser
    .model4 = modelo4
    .model4-description = Um quarto modelo, se quiser
    .size = tamanho
    .size-description = O formato, como 16:9; cada modelo usa o mais próximo que aceita
    .style = estilo
    .style-description = O estilo da imagem, como aquarela, ou “sem estilo”
    .private = privado
    .private-description = Só você vê o resultado

cmd-edit = editar
    .description = Edita uma imagem
    .prompt = prompt
    .prompt-description = O que você quer mudar; se omitir, um formulário será aberto
    .image = imagem
    .image-description = A imagem que você quer editar; se omitir, você poderá enviá-la em um formulário
    .image_url = url_imagem
    .image_url-description = Ou um link para ela: um anexo do Discord ou qualquer imagem pública
    .model = modelo
    .model-description = O modelo que você quer usar
    .size = tamanho
    .size-description = O formato do resultado; por padrão, o da imagem anexada ou, sem anexo, quadrado
    .private = privado
    .private-description = Só você vê o resultado

cmd-show = mostrar
    .description = Publica de novo aqui uma das suas imagens prontas
    .job = imagem
    .job-description = Digite uma palavra do prompt dela

cmd-jobs = pedidos
    .description = Mostra seus pedidos em andamento, na fila e recém-concluídos

cmd-history = histórico
    .description = Mostra suas imagens
    .search = buscar
    .search-description = Só as imagens com estas palavras no prompt
    .starred = favoritas
    .starred-description = Só as imagens que você favoritou

cmd-preferences = preferências
    .description = Define seus padrões: modelo, formato, número de imagens, estilo, privacidade e avisos

cmd-usage = uso
    .description = Mostra o que você usou e o que resta dos seus limites

cmd-style = estilo
    .description = Gerencia os estilos próprios deste servidor

cmd-style-add = adicionar
    .description = Adiciona um estilo a este servidor

cmd-style-edit = editar
    .description = Edita um estilo deste servidor
    .name = nome
    .name-description = O nome do estilo

cmd-style-remove = remover
    .description = Remove um estilo deste servidor
    .name = nome
    .name-description = O nome do estilo

cmd-block = bloquear
    .description = Impede alguém de criar imagens neste servidor
    .user = usuário
    .user-description = Quem; se a pessoa saiu do servidor, cole o ID dela
    .duration = duração
    .duration-description = Por quanto tempo, como 12h, 3d ou 2w; se omitir, o bloqueio é por tempo indeterminado
    .reason = motivo
    .reason-description = Por quê; outros moderadores podem ver
    .everywhere = global
    .everywhere-description = Em todos os servidores; só para o responsável pelo bot

cmd-unblock = desbloquear
    .description = Permite que alguém volte a criar imagens
    .user = usuário
    .user-description = Quem; se a pessoa saiu do servidor, cole o ID dela
    .everywhere = global
    .everywhere-description = Em todos os servidores; só para o responsável pelo bot

cmd-blocked = bloqueios
    .description = Mostra quem está bloqueado neste servidor
    .everywhere = global
    .everywhere-description = Em todos os servidores; só para o responsável pelo bot

cmd-why = porquê
    .description = Mostra se um membro pode criar imagens aqui e qual regra o impede
    .user = usuário
    .user-description = O membro

cmd-settings = configurações
    .description = Define as regras deste servidor: modelos, limites, palavras bloqueadas, canais e cargos

cmd-help = ajuda
    .description = Mostra o que posso fazer aqui e ajuda você a começar

cmd-privacy = privacidade
    .description = Mostra o que eu guardo sobre você; dá para exportar ou excluir

menu-edit-image = Editar imagem
menu-remix-prompt = Remixar prompt

# --- models, at most 100 characters; keep their names as they are ---
model-flux-dev = FLUX.1 dev: rápido e barato
model-flux-pro = FLUX.1 pro: mais detalhes
model-flux-pro-1-1 = FLUX 1.1 pro: mais detalhes
model-flux-pro-1-1-ultra = FLUX 1.1 pro ultra: as maiores imagens
model-flux-2-klein = FLUX.2 klein: o mais rápido
model-flux-2-flex = FLUX.2 flex: ótimo para imagens com texto
model-flux-2-pro = FLUX.2 pro: o mais versátil
model-flux-2-max = FLUX.2 max: a máxima qualidade
model-flux-kontext-pro = FLUX Kontext pro: edita imagens
model-flux-kontext-max = FLUX Kontext max: edita com o máximo de detalhes
