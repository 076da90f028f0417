block-ends = O bloqueio termina { $ends }.
block-without-end = O bloqueio não tem prazo.
block-without-reason = não informado
block-of-erased = alguém que apagou os próprios dados

# --- /block and /unblock ---

block-done = 🚫 { $user } não pode mais criar imagens neste servidor. { $ends } As imagens que já estão em andamento ainda serão publicadas.
block-done-everywhere = 🚫 { $user } não pode mais criar imagens em lugar nenhum. { $ends } As imagens que já estão em andamento ainda serão publicadas.
unblock-done = ✅ { $user } pode criar imagens neste servidor de novo.
unblock-done-everywhere = ✅ O bloqueio geral de { $user } foi removido. Os bloqueios de cada servidor continuam valendo.
blocks-of-servers = Isso só funciona em um servidor.
blocks-not-allowed = Só membros com a permissão *Moderar membros* podem fazer isso.
blocks-not-everywhere = A opção “{ cmd-block.everywhere }” é só para quem administra este bot. Deixe-a de fora para agir neste servidor.
block-yourself = Você não pode bloquear a si mesmo.
block-a-bot = Bots não podem criar imagens, então não há o que bloquear.
block-no-duration = Não entendi a duração “{ $typed }”. Digite um número e m, h, d ou w para minutos, horas, dias ou semanas, como 12h ou 3d; no máximo dez anos. Sem duração, o bloqueio não tem prazo.
not-blocked = { $user } não tem bloqueio neste servidor.
not-blocked-everywhere = { $user } não tem bloqueio geral.

# --- /blocked ---

blocked-title = ### Bloqueios neste servidor ({ $page }/{ $pages })
blocked-title-everywhere = ### Bloqueios gerais ({ $page }/{ $pages })
blocked-nobody = Não há ninguém bloqueado neste servidor.
blocked-nobody-everywhere = Não há ninguém com bloqueio geral.
blocked-line = **{ $number }** { $user } · bloqueio { $when } por { $moderator } · { $ends } Motivo: { $reason }
blocked-unblock = Desbloquear
blocked-option = { $number } · Motivo: { $reason }

# --- /why ---

why-allowed = ### { $user } pode criar imagens aqui
why-not-allowed = ### { $user } não pode criar imagens aqui
why-no-member = { $user } não é membro deste servidor.
why-blocked = Bloqueio { $when } por { $moderator }. { $ends } Motivo: { $reason }
why-blocked-everywhere = Bloqueio geral por quem administra este bot. { $ends }
why-role = Precisa de um destes cargos: { $roles }
why-no-model = Este servidor não oferece nenhum modelo que crie imagens.
why-models = Modelos disponíveis: { $models }
why-member-day = Imagens hoje neste servidor: { $used } de { $allowed } usadas, restam { $left }. Reinicia { $resets }
why-user-day = Imagens hoje em todos os servidores: { $used } de { $allowed } usadas, restam { $left }. Reinicia { $resets }
why-server-month = Créditos deste servidor neste mês: { $used } de { $allowed } usados, restam { $left }. Reinicia { $resets }
why-no-limits = Nenhum limite se aplica.
why-budget = O orçamento de quem administra o bot acabou. Reinicia { $resets }
why-private = Neste canal, só quem pediu vê o resultado.
why-spoiler = Neste canal, os resultados são spoilers.

# --- in the server's log ---

log-block = 🚫 { $moderator } bloqueou { $user }. { $ends } Motivo: { $reason }
log-unblock = ✅ { $moderator } desbloqueou { $user }.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Modere**: /{ cmd-block } impede alguém de criar imagens, /{ cmd-blocked } lista os bloqueios e /{ cmd-why } mostra qual regra impede alguém.
