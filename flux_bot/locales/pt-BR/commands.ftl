cmd-imagine = imaginar
    .description = Cria uma imagem a partir de palavras
    .prompt = prompt
    .prompt-description = O que aparece na imagem
    .model = modelo
    .model-description = Qual modelo cria a imagem
    .size = tamanho
    .size-description = O formato, como 16:9, ou o tamanho em pixels
    .count = quantidade
    .count-description = Quantas imagens, de 1 a 4
    .private = privado
    .private-description = Só você vê o resultado

cmd-edit = editar
    .description = Altera uma imagem
    .prompt = prompt
    .prompt-description = O que mudar; se ficar em branco, um formulário pergunta
    .image = imagem
    .image-description = A imagem a alterar; se ficar em branco, um formulário pede
    .image_url = url_imagem
    .image_url-description = Ou o endereço dela: de um anexo ou de qualquer imagem pública
    .model = modelo
    .model-description = Qual modelo altera a imagem
    .size = tamanho
    .size-description = O formato do resultado; em branco, o mesmo da imagem anexada ou, sem anexo, quadrado
    .private = privado
    .private-description = Só você vê o resultado

cmd-show = mostrar
    .description = Publica de novo, aqui, uma das suas imagens prontas
    .job = imagem
    .job-description = Digite uma palavra do prompt dela

cmd-jobs = pedidos
    .description = Suas imagens em andamento, em espera e recém-concluídas

cmd-history = histórico
    .description = Explora suas imagens
    .search = buscar
    .search-description = Só as que têm estas palavras no prompt

cmd-preferences = preferências
    .description = Seu modelo, tamanho e número de imagens padrão, privacidade e avisos

menu-edit-image = Editar imagem
menu-remix-prompt = Remixar prompt
