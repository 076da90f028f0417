# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **O que eu guardo sobre você**
privacy-nothing = Nada.
privacy-requests = { $count ->
    [one] { $count } pedido, feito { $since }: o prompt, os links das imagens e onde foi publicado
   *[other] { $count } pedidos, o mais antigo feito { $since }: os prompts, os links das imagens e onde foram publicados
}
privacy-starred = { $count ->
    [one] { $count } deles está nos seus favoritos
   *[other] { $count } deles estão nos seus favoritos
}
privacy-undelivered = { $count ->
    [one] { $count } resultado que não consegui entregar
   *[other] { $count } resultados que não consegui entregar
}
privacy-costs = { $count ->
    [one] { $count } registro do custo das suas imagens, sem o prompt
   *[other] { $count } registros do custo das suas imagens, sem os prompts
}
privacy-blocks = { $count ->
    [one] { $count } bloqueio aplicado por um moderador
   *[other] { $count } bloqueios aplicados por moderadores
}
privacy-preferences = as suas /{ cmd-preferences }
privacy-progress = Estou excluindo as mensagens com os seus resultados: { $done } de { $total }.
privacy-kept = { $count ->
    [one] Os pedidos são excluídos { $count } dia depois de terminarem, a não ser que você os adicione aos favoritos.
   *[other] Os pedidos são excluídos { $count } dias depois de terminarem, a não ser que você os adicione aos favoritos.
}
privacy-kept-forever = Os pedidos ficam guardados até você excluí-los.
privacy-costs-kept = As preferências e os custos ficam guardados até você excluir seus dados.
privacy-shared = Os prompts e as imagens que você edita são enviados ao serviço de imagens da Ace Data Cloud. Os resultados são publicados no Discord.
privacy-contact = Dúvidas? Fale com o responsável pelo bot: { $contact }
privacy-policy = [Política de privacidade]({ $url })

# --- the export ---

button-export = Exportar meus dados
privacy-exported = { $count ->
    [one] Aqui está tudo o que eu guardo sobre você. Só você vê esta mensagem.
   *[other] Aqui está tudo o que eu guardo sobre você, em { $count } arquivos. Só você vê esta mensagem.
}
privacy-export-busy = Uma exportação já está sendo preparada. Tente de novo daqui a um minuto.
privacy-export-too-large = Seus dados são grandes demais para o Discord. O responsável pelo bot pode enviá-los para você.

# --- erasing ---

button-erase-all = Excluir meus dados…
form-privacy = Excluir todos os meus dados
privacy-word = EXCLUIR
form-privacy-word = Digite { privacy-word } para confirmar
form-privacy-word-hint = Exclui de vez pedidos, favoritos, preferências e resultados; cancela o que está em andamento.
form-privacy-messages = Minhas mensagens com os seus resultados
form-privacy-keep = Deixar no Discord
form-privacy-delete = Excluir também
privacy-wrong-word = Nada foi excluído: a palavra a digitar é “{ privacy-word }”.
privacy-erased = **Seus dados foram excluídos.**
privacy-erased-messages = { $count ->
    [one] Agora estou excluindo { $count } mensagem com os seus resultados e aviso por mensagem direta quando terminar.
   *[other] Agora estou excluindo { $count } mensagens com os seus resultados, mais ou menos uma por segundo, e aviso por mensagem direta quando terminar. O /{ cmd-privacy } mostra o andamento.
}
privacy-erased-rest = O que foi gasto fica registrado como um total, sem o seu nome. Os limites de hoje e os bloqueios continuam valendo. Cópias salvas ou publicadas de novo ficam onde estão.

# --- the report ---

privacy-report = **Terminei de excluir as mensagens com os seus resultados**: { $done } de { $total } excluídas.
privacy-report-gone = { $count ->
    [one] { $count } já não existia ou só você podia ver.
   *[other] { $count } já não existiam ou só você podia ver.
}
privacy-report-refused = { $count ->
    [one] O Discord não me deixou excluir { $count }, por exemplo porque não estou mais nesse servidor. Um moderador de lá pode removê-la.
   *[other] O Discord não me deixou excluir { $count }, por exemplo porque não estou mais nesses servidores. Um moderador de lá pode removê-las.
}
