# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] Você já tem uma imagem na fila. Espere ela ficar pronta e tente de novo.
   *[other] Você já tem { $limit } imagens na fila. Espere alguma ficar pronta e tente de novo.
}
too-many-requests = Ainda estou atendendo a { $limit } pedidos seus de imagens anteriores. Espere um deles terminar e tente de novo.
unavailable = O serviço de imagens não está disponível agora. { $operator } Tente de novo mais tarde.
stopping = Estou reiniciando. Tente de novo daqui a um minuto.
one-image-needed = Preciso de uma só imagem para editar: anexe em `{ cmd-edit.image }` ou cole o link em `{ cmd-edit.image_url }`, mas não os dois.
not-an-image = “{ $filename }” não é uma imagem que eu possa editar. Anexe um arquivo PNG, JPEG ou WebP.
image-too-large = Essa imagem é grande demais para editar. Anexe uma de até { $mebibytes } MiB.
not-a-link = Isso não é um link da web. Use um que comece com https:// e não tenha espaços, ou envie a imagem.
link-too-long = Esse link tem mais de { $limit } caracteres. Use um mais curto ou envie a imagem.
link-with-password = Esse link contém um nome de usuário ou uma senha. Use um link sem esses dados ou envie a imagem.
link-not-public = Esse link não leva a um site público. Use um que qualquer pessoa possa abrir ou envie a imagem.
link-expired = Esse link do Discord expirou. Copie o link de novo ou, no menu da mensagem com a imagem, escolha “{ menu-edit-image }” em Apps.
empty-prompt = O prompt está vazio. Descreva a imagem que você quer.
prompt-too-long = O prompt tem mais de { $limit } caracteres. Encurte-o.
size-not-supported = { $model } não aceita o tamanho “{ $typed }”. Opções: { $supported }.
pixel-rule-range = um formato como 16:9, ou LARGURAxALTURA com cada lado de { $smallest } a { $largest }, de { $step } em { $step }
pixel-rule-open = um formato como 16:9, ou LARGURAxALTURA com cada lado de { $smallest } ou mais, de { $step } em { $step }
no-such-model-generate = Não existe um modelo “{ $typed }” para criar imagens. Escolha um destes: { $names }.
no-such-model-edit = Não existe um modelo “{ $typed }” para editar imagens. Escolha um destes: { $names }.
no-channel = Não consigo saber de qual canal isso veio. Tente em outro canal.
no-picture-found = Não vejo nenhuma imagem nessa mensagem. Se houver uma, salve e anexe no /{ cmd-edit }.
no-text-found = Não vejo nenhum texto nessa mensagem. Se houver, copie para o /{ cmd-imagine }.
source-lost = A imagem original não está mais disponível. Anexe a imagem no /{ cmd-edit }.
picture-lost = Esta imagem não está mais disponível: a mensagem dela sumiu, e o serviço de imagens não a tem mais. Use /{ cmd-imagine } para criar outra.
job-deleted = Não sei mais como esta imagem foi criada, porque os pedidos antigos são excluídos. Para editá-la, escolha “{ menu-edit-image }” em Apps, no menu desta mensagem. Para criar outra, use /{ cmd-imagine }.
job-unknown = Não encontrei essa imagem. Escolha uma da lista que aparece enquanto você digita.
not-finished = Esta imagem ainda não está pronta. Use /{ cmd-jobs } para acompanhar.
search-replaced = Você começou outra busca, então interrompi esta.
not-yours-to-cancel = Só quem fez o pedido ou um moderador pode cancelar isto.
too-late-to-cancel = É tarde demais para cancelar: o resultado já está pronto ou prestes a ser publicado.
expired-form = Este formulário expirou e não sei mais a qual imagem você se referia. Escolha “{ menu-edit-image }” de novo.
other-version = Isto é de outra versão do bot e não funciona nesta. Em vez disso, use um comando como /{ cmd-jobs } ou /{ cmd-history }.

# --- something broke ---

unexpected = Algo deu errado do meu lado. Tente de novo. Se continuar acontecendo, informe este código ao responsável pelo bot: `{ $reference }`
maybe-saved = Perdi a conexão com meu banco de dados enquanto salvava seu pedido. Se ele foi salvo, a imagem será publicada automaticamente, então espere alguns minutos antes de pedir de novo. Se continuar acontecendo, informe este código ao responsável pelo bot: `{ $reference }`

# --- done ---

undelivered-results = { $count ->
    [one] 📬 Não foi possível entregar o resultado de um pedido anterior. Nada se perdeu: receba-o aqui.
   *[other] 📬 Não foi possível entregar os resultados de { $count } pedidos anteriores. Nada se perdeu: receba-os aqui.
}
undelivered-results-more = 📬 Não foi possível entregar os resultados de mais de { $count } pedidos anteriores. Nada se perdeu: receba aqui os primeiros { $count } e o restante depois do seu próximo comando.
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
save-refused = Não consigo enviar mensagens diretas para você. Libere as mensagens nas configurações de privacidade deste servidor ou baixe por aqui: { $links }
save-refused-no-links = Não consigo enviar mensagens diretas para você. Libere as mensagens nas configurações de privacidade deste servidor e tente de novo.
