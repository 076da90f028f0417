not-yours-to-retry = Só quem fez o pedido pode usar este botão.
