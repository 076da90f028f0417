# Vary, Star, and the list below a result's buttons.

button-vary = Variar
button-star = Favoritar
button-unstar = Remover dos favoritos
result-more = Mais
# In small print; $parent as in result-rerolled.
result-varied = Variações de { $parent }
starred = ⭐ Adicionada aos favoritos: a imagem fica no seu /{ cmd-history } mesmo quando os pedidos antigos são excluídos.
unstarred = Removida dos favoritos. Quando ficar antiga, a imagem será excluída como os seus outros pedidos.
not-yours-to-star = Só quem fez o pedido pode favoritar a imagem, porque ela fica salva no histórico dessa pessoa. Para ter uma cópia, use “{ button-save }”.

# --- /history ---

button-starred = Só favoritas
button-all = Todas as imagens
history-starred-title = ### Suas imagens favoritas, página { $page } de { $pages }
history-starred-search-title = ### Suas imagens favoritas com “{ $search }”, página { $page } de { $pages }
history-none-starred = Você ainda não tem imagens favoritas. Escolha “{ button-star }” na lista abaixo de uma das suas imagens.
history-none-starred-found = Nenhuma das suas imagens favoritas tem “{ $search }” no prompt.
