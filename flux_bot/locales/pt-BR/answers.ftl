# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Você já tem uma imagem em espera. Deixe que ela termine e peça de novo.
   *[other] Você já tem { $limit } imagens em espera. Deixe que algumas terminem e peça de novo.
}
unavailable = O serviço de imagens não está disponível agora. { told } Tente de novo mais tarde.
stopping = Estou reiniciando. Peça de novo daqui a um minuto.
one-image-please = Indique só uma imagem para editar: anexe em `{ cmd-edit.image }` ou cole o endereço em `{ cmd-edit.image_url }`.
not-an-image = “{ $filename }” não é uma imagem que eu consiga editar. Anexe um arquivo PNG, JPEG ou WebP.
image-too-large = Essa imagem é grande demais para editar. Anexe uma de até { $mebibytes } MiB.
not-a-link = Isso não é um link da web. Use um que comece com https:// e não tenha espaços, ou envie a imagem.
link-too-long = Esse link tem mais de { $limit } caracteres. Use um mais curto ou envie a imagem.
link-with-password = Esse link contém um nome de usuário ou uma senha. Use um link sem esses dados ou envie a imagem.
link-not-public = Esse link não leva a um site público. Use um que qualquer pessoa possa abrir ou envie a imagem.
link-expired = Esse link do Discord expirou. Copie o link de novo ou escolha “{ menu-edit-image }” em Apps, no menu da mensagem com a imagem.
empty-prompt = O prompt está vazio. Descreva a imagem que você quer.
prompt-too-long = O prompt tem mais de { $limit } caracteres. Encurte o texto.
size-not-taken = { $model } não aceita o tamanho “{ $typed }”. Use { $takes }.
pixel-rule-range = um formato como 16:9, ou LARGURAxALTURA com cada lado de { $smallest } a { $largest }, em passos de { $step }
pixel-rule-open = um formato como 16:9, ou LARGURAxALTURA com cada lado de { $smallest } ou mais, em passos de { $step }
no-such-model-generate = Não existe um modelo “{ $typed }” que crie imagens. Escolha um destes: { $names }.
no-such-model-edit = Não existe um modelo “{ $typed }” que altere imagens. Escolha um destes: { $names }.
no-channel = Não consigo saber de qual canal isso veio. Tente em outro.
no-picture-there = Não vejo nenhuma imagem nessa mensagem. Se houver uma, salve e anexe em /{ cmd-edit }.
no-words-there = Não vejo nenhum texto nessa mensagem. Se houver, copie para /{ cmd-imagine }.
source-lost = A imagem que foi alterada não foi mais encontrada. Anexe a imagem em /{ cmd-edit }.
picture-lost = Esta imagem não foi mais encontrada: a mensagem dela sumiu, e o serviço de imagens não a tem mais. Use /{ cmd-imagine } para criar outra.
job-forgotten = Não sei mais como esta imagem foi feita: pedidos antigos são esquecidos. Para alterá-la, escolha “{ menu-edit-image }” em Apps, no menu desta mensagem; para criar outra, use /{ cmd-imagine }.
job-unknown = Você não tem essa imagem. Escolha uma da lista que aparece enquanto você digita.
not-finished = Esta imagem ainda não está pronta. Use /{ cmd-jobs } para ver como ela está.
not-yours-to-delete = Só quem fez o pedido ou quem pode gerenciar mensagens aqui pode excluir isto.
not-yours-to-cancel = Só quem fez o pedido ou quem pode gerenciar mensagens aqui pode cancelar isto.
too-late-to-cancel = É tarde demais para cancelar: o resultado já chegou ou está chegando.
forgotten-form = Demorou demais ou eu reiniciei nesse meio-tempo, e não sei mais a qual imagem você se referia. Escolha “{ menu-edit-image }” outra vez.
you-wrote = Você escreveu: { $prompt }

# --- something broke ---

unexpected = Algo deu errado do meu lado. Tente de novo; se continuar, informe este código ao responsável pelo bot: `{ $reference }`.
maybe-saved = A conexão com meu banco de dados caiu bem na hora em que eu salvava seu pedido. Se ele foi salvo, a imagem vai chegar sozinha: espere alguns minutos antes de pedir de novo. Se continuar, informe este código ao responsável pelo bot: `{ $reference }`.

# --- done ---

undelivered-results = { $count ->
    [one] 📬 Não foi possível entregar o resultado de um pedido anterior. Nada se perdeu: é só receber aqui.
   *[other] 📬 Não foi possível entregar os resultados de { $count } pedidos anteriores. Nada se perdeu: é só receber aqui.
}
undelivered-results-more = 📬 Não foi possível entregar os resultados de mais de { $count } pedidos anteriores. Nada se perdeu: receba aqui os primeiros { $count }, e o restante depois do seu próximo comando.
fetching = 📬 Buscando seu resultado…
nothing-undelivered = Este resultado já foi entregue.
saved = 📬 Enviei { $count ->
    [one] o original
   *[other] os originais
} para você por mensagem direta.
saved-message = Aqui { $count ->
    [one] está o original
   *[other] estão os originais
} de: { $prompt }
save-refused = Não posso enviar mensagens diretas para você. Permita-as nas configurações de privacidade deste servidor ou baixe por aqui: { $links }
save-refused-no-links = Não posso enviar mensagens diretas para você. Permita-as nas configurações de privacidade deste servidor e tente de novo.
