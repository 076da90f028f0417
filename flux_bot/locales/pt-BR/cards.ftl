# --- while it is being made ---

status-painting = 🎨 **Criando a imagem**: começou { $since }.
status-editing = 🎨 **Editando a imagem**: começou { $since }.
usual-unknown = Pode levar até dois minutos.
usual = { $model } costuma levar cerca de { $duration }.
slow = Está demorando mais que o normal. Vou publicar o resultado assim que ficar pronto.
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
status-queued = ⏳ **Na fila**, posição { $place }. Vai começar automaticamente, e esta mensagem será atualizada.
status-busy = ⏳ **Em espera**: o serviço de imagens está ocupado. Vai começar automaticamente, e esta mensagem será atualizada.
cancelled = **Cancelado.** Nada foi cobrado.
cancelled-paid = **Cancelado**, mas o serviço de imagens já tinha começado. O pedido será cobrado de qualquer forma, e o resultado será descartado.
cancel-question = O serviço de imagens já começou, então haverá cobrança de qualquer forma. Você quer o resultado só para você ou prefere descartá-lo?
cancel-question-other = O serviço de imagens já começou, então haverá cobrança de qualquer forma. O resultado deve ir só para { $user } ou ser descartado?
cancel-question-private = O serviço de imagens já começou, então haverá cobrança de qualquer forma. Você quer manter o resultado ou prefere descartá-lo?
cancel-kept = 🔒 **Privado.** Só você vai receber o resultado.
cancel-kept-other = 🔒 **Privado.** Só quem fez o pedido vai receber o resultado.

# --- the result ---

result-ready = { $count ->
    [one] { $user }, sua imagem está pronta.
   *[other] { $user }, suas imagens estão prontas.
}
result-edited = { $user }, sua imagem editada está pronta.
result-rerolled = Gerado de novo a partir de { $parent }
result-remixed = Remix de { $parent }
result-edited-from = Editado a partir de { $parent }
parent-link = [uma imagem anterior]({ $url })
parent-plain = uma imagem anterior
result-shown = Uma imagem de { $user }, criada { $when }
fewer-pictures = O serviço de imagens só criou { $got } das { $requested } imagens, mesmo depois de eu pedir de novo as que faltavam.
shrunk = Tamanho reduzido por causa do limite de upload do Discord. Em tamanho original: { $links }
original-link = [original { $number }]({ $url })
links-attached = { $count ->
    [one] O link está no arquivo anexado.
   *[other] Os links estão no arquivo anexado.
}
unfetched = { $count ->
    [one] Não foi possível carregar esta imagem no Discord. Ela fica disponível aqui por pelo menos algumas semanas:
   *[other] Não foi possível carregar estas imagens no Discord. Elas ficam disponíveis aqui por pelo menos algumas semanas:
}
picture-link = [Imagem { $number }]({ $url })
alt-one-of = Imagem { $number } de { $count }: { $prompt }
alt-source = A imagem original

# --- failures: what happened, what it cost, what to do ---

free = Nada foi cobrado.
operator-notified = O responsável pelo bot já foi avisado.
operator-not-notified = Por favor, avise o responsável pelo bot.
failure-bad_request = O serviço de imagens não aceitou este pedido. { free } Altere o pedido e tente de novo.
failure-bad_source = O serviço de imagens não conseguiu usar a imagem que você queria editar. { free } Tente com outra, de preferência em PNG ou JPEG.
failure-forbidden = O filtro de segurança do serviço de imagens recusou este prompt. { free } Reformule e tente de novo.
failure-too_many_requests = O serviço de imagens está sobrecarregado no momento. { free } Tente de novo em alguns minutos.
failure-api_error = O serviço de imagens falhou ao criar a imagem. { free } Tentar de novo costuma resolver.
failure-timeout = O serviço de imagens demorou demais e cancelou o pedido. { free } Tentar de novo costuma resolver.
failure-unreachable = Não é possível acessar o serviço de imagens no momento. { free } Tente de novo mais tarde.
failure-outcome_unknown = A conexão com o serviço de imagens caiu durante o envio do seu pedido, e nenhuma imagem chegou. Pode ter havido cobrança, por isso o pedido não foi enviado outra vez. Se ainda quiser a imagem, peça de novo.
failure-overdue = O serviço de imagens aceitou o pedido, mas não enviou nenhum resultado. Imagens que falham não são cobradas. Tente de novo.
failure-model_rejected = O serviço de imagens não oferece mais este modelo. { free } Use outro.
failure-size_rejected = O serviço de imagens não aceitou este formato para este modelo. { free } O modelo aceita { $shapes }. Escolha outro.
failure-no_token = O serviço de imagens não está configurado corretamente. { free } { $operator }
failure-invalid_token = O serviço de imagens está recusando este bot no momento. { free } { $operator }
failure-token_expired = O serviço de imagens não aceita mais este bot. { free } { $operator }
failure-token_mismatched = O serviço de imagens não reconhece este bot. { free } { $operator }
failure-used_up = O serviço de imagens não está disponível agora. { free } { $operator } Tente de novo mais tarde.
failure-disabled = O serviço de imagens está bloqueado para este bot no momento. { free } { $operator }
failure-no_api = Não é possível acessar o serviço de imagens. { free } { $operator }
failure-api_not_implemented = O serviço de imagens não consegue fazer isso no momento. { free } { $operator }
failure-unexpected = O serviço de imagens não conseguiu criar esta imagem. { free } Tente de novo mais tarde.
failure-said = Resposta do serviço: { $message }

# --- costs ---

cost-credits = { $credits ->
    [one] { $credits } crédito
   *[other] { $credits } créditos
}
cost-with-money = { $cost } ({ $money })
cost-about = cerca de { $cost }

# --- buttons: at most 80 characters, better one word ---

button-reroll = Gerar de novo
button-remix = Remix
button-edit = Editar
button-save = Salvar
button-info = Info
button-delete = Remover
button-retry = Tentar de novo
button-reword = Alterar o prompt
button-switch = Tentar de novo com { $model }
button-reshape = Alterar o formato
button-source = Usar outra imagem
button-cancel = Cancelar
button-keep = Manter privado
button-keep-waiting = Manter
button-discard = Descartar
button-show = Mostrar aqui
button-fetch = Receber: { $prompt }
button-refresh = Atualizar
button-previous = Anterior
button-next = Próxima

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 quadrado
shape-16-9 = 16:9 panorâmico
shape-9-16 = 9:16 vertical alongado
shape-3-2 = 3:2 horizontal
shape-2-3 = 2:3 vertical
shape-4-3 = 4:3 horizontal clássico
shape-3-4 = 3:4 vertical clássico
shape-5-4 = 5:4 quase quadrado, horizontal
shape-4-5 = 4:5 quase quadrado, vertical
shape-21-9 = 21:9 ultrapanorâmico
shape-9-21 = 9:21 vertical muito alongado
