block-ends = O bloqueio termina { $ends }.
block-without-end = O bloqueio é por tempo indeterminado.
block-without-reason = não informado
block-of-erased = um usuário que excluiu os próprios dados

# --- /block and /unblock ---

block-done = 🚫 { $user } não pode mais criar imagens neste servidor. { $ends } As imagens que já estão em andamento ainda serão publicadas.
block-done-everywhere = 🚫 { $user } não pode mais criar imagens em lugar nenhum. { $ends } As imagens que já estão em andamento ainda serão publicadas.
unblock-done = ✅ { $user } pode criar imagens neste servidor de novo.
unblock-done-everywhere = ✅ { $user } não tem mais um bloqueio global. Os bloqueios de cada servidor continuam valendo.
blocks-of-servers = Isso só funciona em um servidor.
blocks-not-allowed = Só membros com a permissão *Castigar membros* podem fazer isso.
blocks-not-everywhere = Só o responsável pelo bot pode usar a opção “{ cmd-block.everywhere }”. Omita-a para que valha neste servidor.
block-yourself = Você não pode bloquear a si mesmo.
block-a-bot = Bots não podem criar imagens, então não há o que bloquear.
block-no-duration = Não entendi a duração “{ $typed }”. Digite um número e m, h, d ou w para minutos, horas, dias ou semanas, como 12h ou 3d; no máximo dez anos. Se você omitir, o bloqueio é por tempo indeterminado.
not-blocked = { $user } não tem nenhum bloqueio neste servidor.
not-blocked-everywhere = { $user } não tem nenhum bloqueio global.
block-duration-minute = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
block-duration-hour = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
block-duration-day = { $count ->
    [one] { $count } dia
   *[other] { $count } dias
}
block-duration-week = { $count ->
    [one] { $count } semana
   *[other] { $count } semanas
}

# --- /blocked ---

blocked-title = ### Bloqueios neste servidor ({ $page }/{ $pages })
blocked-title-everywhere = ### Bloqueios globais ({ $page }/{ $pages })
blocked-nobody = Ninguém está bloqueado neste servidor.
blocked-nobody-everywhere = Ninguém tem um bloqueio global.
blocked-line = **{ $number }** { $user } · bloqueio aplicado { $when } por { $moderator } · { $ends } Motivo: { $reason }
blocked-unblock = Desbloquear
blocked-option = { $number } · Motivo: { $reason }

# --- /why ---

why-allowed = ### { $user } pode criar imagens aqui
why-not-allowed = ### { $user } não pode criar imagens aqui
why-no-member = { $user } não é membro deste servidor.
why-blocked = Bloqueio aplicado { $when } por { $moderator }. { $ends } Motivo: { $reason }
why-blocked-everywhere = Bloqueio global aplicado pelo responsável pelo bot. { $ends }
why-role = Precisa de um destes cargos: { $roles }
why-no-model = Este servidor não oferece nenhum modelo que crie imagens.
why-models = Modelos disponíveis: { $models }
why-member-day = Imagens usadas hoje neste servidor: { $used } de { $allowed } (disponíveis: { $left }). O limite é renovado { $resets }
why-user-day = Imagens usadas hoje em todos os servidores: { $used } de { $allowed } (disponíveis: { $left }). O limite é renovado { $resets }
why-server-month = Créditos usados por este servidor neste mês: { $used } de { $allowed } (disponíveis: { $left }). O limite é renovado { $resets }
why-no-limits = Nenhum limite se aplica.
why-budget = O orçamento do bot acabou. Ele é renovado { $resets }
why-private = Neste canal, só quem pediu vê o resultado.
why-spoiler = Neste canal, os resultados são spoilers.

# --- in the server's log ---

log-block = 🚫 { $moderator } bloqueou { $user }. { $ends } Motivo: { $reason }
log-unblock = ✅ { $moderator } desbloqueou { $user }.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Moderar**: /{ cmd-block } impede alguém de criar imagens, /{ cmd-blocked } mostra quem está bloqueado e /{ cmd-why } mostra qual regra impede um membro de criá-las.
