mention-empty = Diga com palavras o que você quer: descreva uma imagem ou responda a uma das minhas com o que deve mudar.
mention-no-picture = Não vejo nenhuma imagem na mensagem que você respondeu. Responda a uma das minhas imagens ou anexe a imagem à sua mensagem.
mention-not-here = Não posso escrever em { $channel }, então não comecei sua imagem. Mande o mesmo texto aqui: basta uma mensagem direta.
mention-not-private = Pelas suas preferências, só você vê suas imagens, então eu teria que mandar esta por mensagem direta, mas não posso. Libere as mensagens nas configurações de privacidade deste servidor ou use /{ cmd-imagine }.
mention-gone = Sua mensagem com a instrução sumiu, então não sei mais o que mudar. Escreva de novo.
mention-which = Qual destas imagens devo mudar? Você também pode começar pelo número, por exemplo “2: de noite”.
mention-not-your-list = Só quem escreveu a instrução pode escolher a imagem.
help-messages = 💬 **Ou é só escrever**: mencione-me e diga o que você quer ver, ou responda a uma das minhas imagens com o que deve mudar.
