# --- while it is being made ---

status-painting = 🎨 { $since }부터 **만드는 중**이에요.
status-editing = 🎨 { $since }부터 **편집하는 중**이에요.
usual-unknown = 최대 2분 정도 걸릴 수 있어요.
usual = { $model } 모델은 보통 { $duration } 정도 걸려요.
slow = 평소보다 오래 걸리고 있어요. 완성되면 결과를 올릴게요.
duration-seconds = { $seconds }초
duration-minutes = { $minutes }분
status-queued = ⏳ **대기 중**, { $place }번째예요. 차례가 되면 자동으로 시작되고 이 메시지도 업데이트돼요.
status-busy = ⏳ **대기 중**: 이미지 서비스가 붐비고 있어요. 여유가 생기면 자동으로 시작되고 이 메시지도 업데이트돼요.
cancelled = **취소했어요.** 비용은 들지 않았어요.
cancelled-paid = **취소했어요.** 하지만 이미지 서비스가 이미 작업을 시작해서 비용은 그대로 청구되고, 결과는 버려져요.
cancel-question = 이미지 서비스가 이미 작업을 시작해서 어느 쪽이든 비용이 청구돼요. 결과를 나만 볼 수 있게 받을까요, 아니면 버릴까요?
cancel-question-other = 이미지 서비스가 이미 작업을 시작해서 어느 쪽이든 비용이 청구돼요. 결과를 { $user } 님에게만 보낼까요, 아니면 버릴까요?
cancel-question-private = 이미지 서비스가 이미 작업을 시작해서 어느 쪽이든 비용이 청구돼요. 결과를 받을까요, 아니면 버릴까요?
cancel-kept = 🔒 **비공개로 바꿨어요.** 결과는 나만 받아요.
cancel-kept-other = 🔒 **비공개로 바꿨어요.** 결과는 요청한 사람만 받아요.

# --- the result ---

result-ready = { $count ->
   *[other] { $user } 님, 이미지가 완성됐어요.
}
result-edited = { $user } 님, 이미지 편집이 끝났어요.
result-rerolled = { $parent }를 리롤한 결과
result-remixed = { $parent }를 리믹스한 결과
result-edited-from = { $parent }를 편집한 결과
parent-link = [이전 이미지]({ $url })
parent-plain = 이전 이미지
result-shown = { $user } 님의 이미지, { $when } 생성
fewer-pictures = 부족한 만큼 다시 요청했지만, 요청한 { $requested }장 중 { $got }장만 만들어졌어요.
shrunk = Discord 업로드 용량 제한에 맞춰 크기를 줄였어요. 원래 크기로 보기: { $links }
original-link = [원본 { $number }]({ $url })
links-attached = { $count ->
   *[other] 링크는 첨부 파일에 있어요.
}
unfetched = { $count ->
   *[other] 이미지를 Discord로 불러오지 못했어요. 적어도 몇 주 동안은 여기서 볼 수 있어요:
}
picture-link = [이미지 { $number }]({ $url })
alt-one-of = 이미지 { $count }장 중 { $number }번째: { $prompt }
alt-source = 편집 전 이미지

# --- failures: what happened, what it cost, what to do ---

free = 비용은 들지 않았어요.
operator-notified = 봇 운영자에게 알렸어요.
operator-not-notified = 봇 운영자에게 알려 주세요.
failure-bad_request = 이미지 서비스가 이 요청을 받아들이지 않았어요. { free } 내용을 바꿔서 다시 시도해 주세요.
failure-bad_source = 이미지 서비스가 편집할 이미지를 처리하지 못했어요. { free } 다른 이미지로 다시 시도해 주세요. PNG나 JPEG 파일이 가장 잘 처리돼요.
failure-forbidden = 이미지 서비스의 안전 필터가 이 프롬프트를 거부했어요. { free } 표현을 바꿔서 다시 시도해 주세요.
failure-too_many_requests = 지금 이미지 서비스가 너무 붐비고 있어요. { free } 몇 분 뒤에 다시 시도해 주세요.
failure-api_error = 만드는 도중 이미지 서비스에 오류가 났어요. { free } 다시 시도하면 해결되는 경우가 많아요.
failure-timeout = 시간이 너무 오래 걸려 이미지 서비스가 작업을 중단했어요. { free } 다시 시도하면 해결되는 경우가 많아요.
failure-unreachable = 지금 이미지 서비스에 연결할 수 없어요. { free } 나중에 다시 시도해 주세요.
failure-outcome_unknown = 요청을 보내는 도중 이미지 서비스와의 연결이 끊겨 이미지를 받지 못했어요. 비용이 이미 청구됐을 수 있어서 다시 보내지 않았어요. 이미지가 필요하면 다시 요청해 주세요.
failure-overdue = 이미지 서비스가 요청을 받고도 결과를 보내지 않았어요. 실패한 이미지는 비용이 청구되지 않아요. 다시 시도해 주세요.
failure-model_rejected = 이미지 서비스에서 더 이상 이 모델을 제공하지 않아요. { free } 다른 모델을 사용해 주세요.
failure-size_rejected = 이미지 서비스가 이 모델에서는 이 비율을 받아들이지 않았어요. { free } 이 모델은 { $shapes } 비율을 지원해요. 다른 비율을 선택해 주세요.
failure-no_token = 이미지 서비스 설정이 잘못되어 있어요. { free } { $operator }
failure-invalid_token = 지금은 이미지 서비스가 이 봇의 접속을 막고 있어요. { free } { $operator }
failure-token_expired = 이미지 서비스가 더 이상 이 봇의 접속을 허용하지 않아요. { free } { $operator }
failure-token_mismatched = 이미지 서비스가 이 봇을 인식하지 못했어요. { free } { $operator }
failure-used_up = 지금은 이미지 서비스를 사용할 수 없어요. { free } { $operator } 나중에 다시 시도해 주세요.
failure-disabled = 지금은 이미지 서비스가 이 봇의 사용을 막고 있어요. { free } { $operator }
failure-no_api = 이미지 서비스에 연결할 수 없어요. { free } { $operator }
failure-api_not_implemented = 지금은 이미지 서비스가 이 작업을 지원하지 않아요. { free } { $operator }
failure-unexpected = 이미지 서비스가 이 이미지를 만들지 못했어요. { free } 나중에 다시 시도해 주세요.
failure-said = 서비스가 보낸 메시지: { $message }

# --- costs ---

cost-credits = { $credits } 크레딧
cost-with-money = { $cost } ({ $money })
cost-about = 약 { $cost }

# --- buttons: at most 80 characters, preferably one word ---

button-reroll = 리롤
button-remix = 리믹스
button-edit = 편집
button-save = 저장
button-info = 정보
button-delete = 메시지 삭제
button-retry = 다시 시도
button-reword = 프롬프트 수정
button-switch = { $model } 모델로 다시 시도
button-reshape = 비율 변경
button-source = 다른 이미지 사용
button-cancel = 취소
button-keep = 비공개로 받기
button-keep-waiting = 받기
button-discard = 버리기
button-show = 여기에 올리기
button-fetch = 받기: { $prompt }
button-refresh = 새로 고침
button-previous = 이전
button-next = 다음

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 정사각형
shape-16-9 = 16:9 와이드
shape-9-16 = 9:16 긴 세로형
shape-3-2 = 3:2 가로형
shape-2-3 = 2:3 세로형
shape-4-3 = 4:3 클래식 가로형
shape-3-4 = 3:4 클래식 세로형
shape-5-4 = 5:4 정사각형에 가까운 가로형
shape-4-5 = 4:5 정사각형에 가까운 세로형
shape-21-9 = 21:9 울트라와이드
shape-9-21 = 9:21 아주 긴 세로형
