# /privacy: what is stored about a user, the export of it, and erasing it.

# --- the panel ---

privacy-title = **O que eu guardo sobre você**
privacy-nothing = Nada.
privacy-requests = { $count ->
    [one] { $count } pedido, de { $since }: o prompt, os links das imagens e onde foi publicado
   *[other] { $count } pedidos, o mais antigo de { $since }: os prompts, os links das imagens e onde foram publicados
}
privacy-starred = { $count ->
    [one] { $count } deles tem a sua estrela
   *[other] { $count } deles têm a sua estrela
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
    [one] { $count } bloqueio da moderação
   *[other] { $count } bloqueios da moderação
}
privacy-preferences = as suas /{ cmd-preferences }
privacy-progress = Estou apagando as mensagens com os seus resultados: { $done } de { $total }.
privacy-kept = { $count ->
    [one] Os pedidos são apagados { $count } dia depois de terminarem, a não ser que você dê uma estrela.
   *[other] Os pedidos são apagados { $count } dias depois de terminarem, a não ser que você dê uma estrela.
}
privacy-kept-forever = Os pedidos ficam guardados até você apagar.
privacy-costs-kept = As preferências e os custos ficam guardados até você apagar.
privacy-shared = Os prompts e as imagens que você edita são enviados ao serviço de imagens da Ace Data Cloud. Os resultados são publicados no Discord.
privacy-contact = Dúvidas? Fale com quem opera este bot: { $contact }
privacy-policy = [Política de privacidade]({ $url })

# --- the export ---

button-export = Exportar meus dados
privacy-exported = { $count ->
    [one] Aqui está tudo o que eu guardo sobre você. Só você vê esta mensagem.
   *[other] Aqui está tudo o que eu guardo sobre você, em { $count } arquivos. Só você vê esta mensagem.
}
privacy-export-busy = Já tem uma exportação sendo preparada. Tente de novo daqui a um minuto.
privacy-export-too-large = Seus dados são grandes demais para o Discord. Quem opera este bot pode enviar para você.

# --- erasing ---

button-erase-all = Apagar meus dados…
form-privacy = Apagar todos os meus dados
privacy-word = APAGAR
form-privacy-word = Digite { privacy-word } para confirmar
form-privacy-word-hint = Pedidos, estrelas, preferências e resultados; o que está em andamento é cancelado. É definitivo.
form-privacy-messages = Minhas mensagens com os seus resultados
form-privacy-keep = Deixar no Discord
form-privacy-delete = Apagar também
privacy-wrong-word = Nada foi apagado: a palavra a digitar é “{ privacy-word }”.
privacy-erased = **Seus dados foram apagados.**
privacy-erased-messages = { $count ->
    [one] Agora estou apagando { $count } mensagem com os seus resultados e aviso por mensagem direta quando terminar.
   *[other] Agora estou apagando { $count } mensagens com os seus resultados, mais ou menos uma por segundo, e aviso por mensagem direta quando terminar. O /{ cmd-privacy } mostra o andamento.
}
privacy-erased-rest = O que foi gasto fica como uma soma, sem o seu nome. Os limites de hoje e os bloqueios continuam valendo. Cópias salvas ou publicadas de novo ficam onde estão.

# --- the report ---

privacy-report = **Terminei de apagar as mensagens com os seus resultados**: { $done } de { $total } apagadas.
privacy-report-gone = { $count ->
    [one] { $count } já não existia ou só você via.
   *[other] { $count } já não existiam ou só você via.
}
privacy-report-refused = { $count ->
    [one] O Discord não me deixou apagar { $count }, por exemplo porque não estou mais naquele servidor. A moderação de lá pode remover.
   *[other] O Discord não me deixou apagar { $count }, por exemplo porque não estou mais naqueles servidores. A moderação de lá pode remover.
}
