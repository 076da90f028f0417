button-revise = Alterar
expired-draft = Não tenho mais este pedido, mas o seu prompt não se perdeu: copie-o do arquivo desta mensagem e use o comando de novo.
sent-already = Este pedido já foi enviado.
show-several = Várias das suas imagens correspondem à busca. Qual delas você quer?
