settings-title = ### Configurações deste servidor
settings-saved-at-once = As alterações são salvas automaticamente e valem na hora.
settings-last-changed = Última alteração: { $when }, por { $user }
settings-ask-reset = Restaurar os padrões de todas as configurações deste servidor, em todas as páginas? As palavras bloqueadas e o canal de registro também serão removidos.
settings-back = Voltar

settings-page-models = 🎨 Modelos
settings-page-limits = 📊 Limites
settings-page-words = 🚫 Palavras bloqueadas
settings-page-channels = 📺 Canais
settings-page-roles = 👥 Cargos
settings-page-log = 📜 Canal de registro
settings-page-language = 🌐 Idioma

setting-models = Modelos disponíveis
setting-default-model = Modelo padrão para /{ cmd-imagine }
setting-default-size = Formato padrão para /{ cmd-imagine }
setting-pictures-per-member = Imagens por membro por dia
setting-role-limits = Imagens por dia para alguns cargos
setting-exempt-roles = Cargos sem limite diário
setting-credits-per-month = Créditos do servidor por mês
setting-blocked-words = Palavras bloqueadas
setting-spoiler-channels = Resultados como spoiler
setting-private-channels = Só resultados privados
setting-allowed-roles = Quem pode criar imagens
setting-log-channel = Canal de registro
setting-language = Idioma das mensagens públicas

settings-all-models = Todos os modelos
settings-everybody = Todo mundo
settings-none = Nenhum
settings-no-limit = Sem limite
settings-usual = Padrão do bot
settings-entries = { $count ->
    [0] nenhum item
    [one] { $count } item
   *[other] { $count } itens
}
settings-more = e mais { $count }
settings-language-of-server = o idioma do servidor
settings-language-own = O idioma do servidor ({ $language })

settings-models-hint = Se você não escolher nenhum, todos os modelos ficam disponíveis. Os padrões de cada membro têm prioridade, desde que o modelo dele esteja disponível.
settings-limits-hint = Se um membro tiver vários desses cargos, vale o maior limite. Os limites por cargo só valem se houver um limite por membro.
settings-words-hint = Prompts com uma dessas palavras ou frases são recusados. A palavra exata só aparece no canal de registro.
settings-channels-hint = Isto também vale nos tópicos desses canais. Só quem pediu vê os resultados privados.
settings-roles-hint = Ao contrário da página Integrações do Discord, isto também vale para botões, formulários e menus de mensagens. Vale também para quem gerencia o servidor e para o dono.
settings-log-hint = Publico lá as alterações nas configurações, os prompts bloqueados, os bloqueios de usuários e as ações dos moderadores. Escolha um canal que só a sua equipe possa ler.
settings-language-hint = Mensagens privadas aparecem sempre no idioma de cada membro.

settings-number = Número
settings-number-hint = Um número inteiro de 0 a { $most }; deixe vazio para não ter limite
settings-for-roles = Cargos
settings-edit-words = Editar a lista
settings-words-form-hint = Uma palavra ou frase por linha ou entre vírgulas; * no começo ou no fim: quaisquer letras

settings-gone = Não existem mais: { $names }
settings-remove-gone = Remover
settings-log-failed = Não consigo escrever em { $channel }. A primeira falha foi { $since }. Confira minhas permissões lá e escolha o canal de novo.
settings-log-not-allowed = Não posso escrever em { $channel }. Preciso das permissões *Ver canal* e *Enviar mensagens* lá.

settings-of-servers = As configurações pertencem a um servidor, então isto só funciona em um.
settings-not-allowed = Só quem tem a permissão *Gerenciar servidor* pode ver ou alterar as configurações deste servidor.
settings-not-a-number = Digite um número inteiro de 0 a { $most } ou deixe o campo vazio para não ter limite. Nada foi salvo.
settings-no-roles = Escolha pelo menos um cargo que exista neste servidor. Nada foi salvo.
settings-too-many-roles = No máximo { $limit } cargos podem ter um limite próprio. Nada foi salvo.
settings-too-many-words = A lista tem { $count } itens, mas o máximo é { $limit }. Nada foi salvo.
settings-word-too-long = Este item tem mais de { $limit } caracteres: { $word }. Nada foi salvo.
settings-word-never-matches = Este item não tem nenhuma palavra nem símbolo, então nunca seria encontrado: { $word }. Nada foi salvo.
settings-words-too-long = A lista inteira pode ter no máximo { $limit } caracteres. Nada foi salvo.
settings-words-changed = Outra pessoa alterou a lista nesse meio-tempo, então nada foi salvo. Abra o formulário de novo: ele contém os seus itens e os dela.
settings-no-log-channel = Não posso usar esse canal como canal de registro. Escolha outro. Nada foi salvo.
settings-gone-meanwhile = O que você escolheu não existe mais. Abra /{ cmd-settings } de novo. Nada foi salvo.
settings-private-here = Neste canal os resultados são privados, então não posso publicar este aqui para todos.

settings-changed = ⚙️ { $user } alterou *{ $setting }*: { $old } → { $new }
settings-changed-list = ⚙️ { $user } alterou *{ $setting }*. Adicionado: { $added }. Removido: { $removed }.

help-settings = 🛠️ **Gerenciar este servidor**: em /{ cmd-settings } ficam os modelos, os limites, as palavras bloqueadas, os canais, os cargos, o registro e o idioma.
