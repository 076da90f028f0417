too-many-variations = Isso dá mais de { $limit } imagens. Use menos alternativas entre chaves, menos imagens de cada uma ou menos modelos. Nada foi cobrado.
too-many-at-once = { $more ->
    [one] No momento você só pode colocar mais uma imagem na fila, e você pediu { $needed }.
   *[other] No momento você só pode colocar mais { $more } imagens na fila, e você pediu { $needed }.
} Peça menos ou espere algumas ficarem prontas. Nada foi cobrado.
compare-twice = Você escolheu { $model } duas vezes. Escolha modelos diferentes para comparar.
group-none-failed = Todas estas imagens já estão prontas, então não há nada para tentar de novo.
group-not-yours = Só quem pediu estas imagens pode continuar com uma delas aqui. Para editar uma imagem, escolha “{ menu-edit-image }” em Apps, no menu desta mensagem.
group-status = 🎨 **Criando as imagens**: começou { $since }, { $done } de { $total } prontas.
group-ready = ✅ Prontas: { $names }
group-to-come = ⏳ Pendentes: { $names }
group-failed = ⚠️ Com falha: { $names }
group-models = { $count } modelos
group-cancel-question = O serviço de imagens já começou algumas delas, então elas serão cobradas de qualquer forma. Você quer os resultados só para você ou prefere descartar todos?
group-cancel-question-other = O serviço de imagens já começou algumas delas, então elas serão cobradas de qualquer forma. Os resultados devem ir só para { $user } ou ser todos descartados?
group-cancel-question-private = O serviço de imagens já começou algumas delas, então elas serão cobradas de qualquer forma. Você quer manter os resultados ou prefere descartar todos?
group-alt = Imagem { $number } de { $count }, { $name }: { $prompt }
group-pick = Continuar com uma…
button-reroll-all = Gerar todas de novo
button-retry-failed = Tentar de novo as que falharam
group-all-failed = { $count ->
    [one] Não foi possível criar a imagem.
   *[other] Não foi possível criar nenhuma das { $count } imagens.
}
group-failed-free = { $count ->
    [one] A que falhou não foi cobrada.
   *[other] As que falharam não foram cobradas.
}
group-one-failed = ⚠️ { $name }: { $reason }
group-reason-bad_request = o serviço de imagens não aceitou o pedido
group-reason-forbidden = recusada pelo filtro de segurança
group-reason-timeout = demorou demais
group-reason-model_rejected = este modelo não é mais oferecido
group-reason-size_rejected = este modelo não aceita o formato
group-reason-outcome_unknown = a conexão caiu; pode ter sido cobrada
group-reason-other = o serviço de imagens falhou
group-erase-ask = **Excluir todas estas imagens de vez?** Os prompts, os links e a minha mensagem com todas as imagens serão excluídos, e elas vão sumir do seu /{ cmd-history }. Não dá para desfazer. Cópias salvas ou publicadas de novo continuam onde estão.
group-prompts-attached = { $count ->
    [one] O prompt completo está no arquivo anexado.
   *[other] Os prompts completos estão no arquivo anexado.
}
form-models = Modelos para comparar, de 2 a 4
