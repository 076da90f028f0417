too-many-variations = 이미지가 { $limit }장을 넘어요. 중괄호 안의 선택지나 각각의 장수, 모델 수를 줄여 주세요. 비용은 들지 않았어요.
too-many-at-once = { $more ->
   *[other] 지금은 { $more }장만 더 대기열에 넣을 수 있는데, 이 요청은 { $needed }장이에요.
} 장수를 줄이거나, 몇 장이 완성될 때까지 기다려 주세요. 비용은 들지 않았어요.
compare-twice = { $model } 모델을 두 번 선택했어요. 비교할 모델을 서로 다르게 선택해 주세요.
group-none-failed = 이미 모든 이미지가 완성되어 다시 시도할 것이 없어요.
group-not-yours = 여기서 한 장을 골라 이어 가는 건 요청한 사람만 할 수 있어요. 이미지를 편집하려면 이 메시지의 메뉴에서 앱 > ‘{ menu-edit-image }’ 항목을 선택해 주세요.
group-status = 🎨 { $since }부터 **만드는 중**이에요. { $total }장 중 { $done }장이 완성됐어요.
group-ready = ✅ 완성: { $names }
group-to-come = ⏳ 남음: { $names }
group-failed = ⚠️ 실패: { $names }
group-models = 모델 { $count }개
group-cancel-question = 이미지 서비스가 이미 일부 작업을 시작해서 어느 쪽이든 비용이 청구돼요. 결과를 나만 볼 수 있게 받을까요, 아니면 모두 버릴까요?
group-cancel-question-other = 이미지 서비스가 이미 일부 작업을 시작해서 어느 쪽이든 비용이 청구돼요. 결과를 { $user } 님에게만 보낼까요, 아니면 모두 버릴까요?
group-cancel-question-private = 이미지 서비스가 이미 일부 작업을 시작해서 어느 쪽이든 비용이 청구돼요. 결과를 받을까요, 아니면 모두 버릴까요?
group-alt = 이미지 { $count }장 중 { $number }번째, { $name }: { $prompt }
group-pick = 한 장을 골라 이어 가기
button-reroll-all = 모두 리롤
button-retry-failed = 실패한 것만 다시 시도
group-all-failed = { $count ->
   *[other] 이미지 { $count }장 모두 만들지 못했어요.
}
group-failed-free = { $count ->
   *[other] 실패한 이미지는 비용이 들지 않았어요.
}
group-one-failed = ⚠️ { $name }: { $reason }
group-reason-bad_request = 이미지 서비스가 요청을 받아들이지 않았어요
group-reason-forbidden = 안전 필터가 거부했어요
group-reason-timeout = 시간이 너무 오래 걸렸어요
group-reason-model_rejected = 더 이상 제공되지 않는 모델이에요
group-reason-size_rejected = 이 모델은 이 비율을 지원하지 않아요
group-reason-outcome_unknown = 연결이 끊겼어요(비용이 청구됐을 수 있어요)
group-reason-other = 이미지 서비스에 오류가 났어요
group-erase-ask = **이 이미지들을 모두 완전히 삭제할까요?** 프롬프트, 링크, 모든 이미지가 담긴 결과 메시지가 삭제되고 내 /{ cmd-history }에서도 사라져요. 되돌릴 수 없어요. 저장했거나 다시 올린 사본은 그대로 남아요.
group-prompts-attached = { $count ->
   *[other] 전체 프롬프트는 첨부 파일에 있어요.
}
form-models = 비교할 모델(2~4개)
