mention-empty = Diga com palavras o que você quer: descreva uma imagem ou responda a uma das minhas dizendo o que deve mudar.
mention-no-picture = Não vejo nenhuma imagem na mensagem a que você respondeu. Responda a uma das minhas imagens ou anexe a imagem à sua mensagem.
mention-not-here = Não posso escrever em { $channel }, então não comecei a criar sua imagem. Envie o mesmo texto aqui: basta uma mensagem direta.
mention-not-private = Pelas suas preferências, só você vê suas imagens, então eu teria que enviar esta por mensagem direta, mas não posso. Libere as mensagens diretas nas configurações de privacidade deste servidor ou use /{ cmd-imagine }.
mention-gone = Sua mensagem com a instrução sumiu, então não sei mais o que mudar. Escreva de novo.
mention-which = Qual destas imagens você quer mudar? Da próxima vez, também pode começar pelo número, por exemplo “2: mude para noite”.
mention-not-your-list = Só quem escreveu a instrução pode escolher a imagem.
help-messages = 💬 **Ou é só escrever**: me mencione e diga o que você quer ver, ou responda a uma das minhas imagens dizendo o que deve mudar.
