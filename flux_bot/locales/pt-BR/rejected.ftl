button-revise = Alterar
expired-draft = Não tenho mais este pedido, mas o seu prompt não se perdeu: copie-o do arquivo desta mensagem e use o comando de novo.
sent-already = Este pedido já está a caminho.
show-several = Várias das suas imagens correspondem. Qual delas você quer?
