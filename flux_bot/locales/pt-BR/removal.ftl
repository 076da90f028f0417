# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = Remover esta mensagem daqui para todos?
remove-ask-own = Remover esta mensagem daqui para todos? A imagem continua no seu /{ cmd-history }, onde você também pode excluí-la de vez.
removed = Mensagem removida.
removed-own = Mensagem removida. A imagem continua no seu /{ cmd-history }.
remove-again = Não consegui remover a mensagem. Escolha “{ button-delete }” de novo nessa mensagem.
not-yours-to-remove = Só quem fez o pedido ou um moderador pode remover isto.

# --- Delete for good ---

button-erase = Excluir de vez
erase-ask = **Excluir isto de vez?** O prompt, os links e a minha mensagem com o resultado serão excluídos, e a imagem vai sumir do seu /{ cmd-history }. Não dá para desfazer. Cópias salvas ou publicadas de novo continuam onde estão.
erased = Excluído de vez.
erased-message-left = Excluído de vez, menos a mensagem com o resultado, que não consigo excluir: você vai ter que removê-la ou dispensá-la.
erase-too-early = Não dá para excluir de vez enquanto a imagem está sendo criada ou publicada. Tente de novo daqui a pouco.
not-yours-to-erase = Só quem fez o pedido pode excluir isto de vez.
job-erased = Este pedido foi excluído, então não sei mais como esta imagem foi criada.
