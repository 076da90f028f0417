# --- Info ---

info-title = ### 이미지 정보
info-prompt = 프롬프트
info-prompt-attached = 전체 프롬프트는 첨부 파일에 있어요.
info-model = 모델
info-size = 크기
info-count = 이미지 수
info-seed = { $count ->
   *[other] 시드
}
info-time = 걸린 시간
info-cost = 비용
info-requested = 요청
info-requested-by = { $when }({ $user })
info-parent = 바탕이 된 이미지
info-children = 이 이미지로 만든 이미지
info-link = [이미지 { $number }]({ $url })
info-job = 요청 ID
info-task = 작업 ID
info-trace = 추적 ID
info-operator = 봇 운영자용 정보: { $details }
info-command = 다시 만들려면 아래 명령어를 붙여 넣으세요:

# --- /jobs ---

jobs-title = ### 내 이미지
jobs-none = 만드는 중이거나 대기 중인 이미지가 없어요. /{ cmd-imagine } 명령어로 이미지를 만들거나, /{ cmd-history } 명령어로 지금까지 만든 이미지를 볼 수 있어요.
jobs-undelivered = { $count ->
   *[other] **전달하지 못함**: 결과 { $count }건을 여기서 받아 주세요.
}
jobs-running = **만드는 중**
jobs-queued = **대기 중**
jobs-finished = **방금 완성**
jobs-running-line = { $since }에 시작: { $prompt }
jobs-queued-line = { $place }번째: { $prompt }
jobs-of-group = 함께 요청한 이미지: 하나를 취소하면 모두 취소돼요
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when } 실패: { $prompt }
jobs-link = [보기]({ $url })
jobs-more = … 외 { $count }건

# --- /history ---

history-title = ### 내 이미지, { $page }/{ $pages }페이지
history-search-title = ### “{ $search }” 검색 결과, { $page }/{ $pages }페이지
history-none = 아직 이미지가 없어요. /{ cmd-imagine } 명령어로 만들어 보세요.
history-none-found = 검색어 “{ $search }”에 맞는 이미지가 없어요. 검색어 없이 /{ cmd-history } 명령어를 사용하면 전부 볼 수 있어요.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · 더 이상 볼 수 없음
history-pick = 보거나 편집할 이미지를 선택하세요
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### 내 기본 설정
preferences-saved = 변경 사항은 자동으로 저장돼요.
preferences-reset-done = 모두 기본값으로 되돌렸어요.
preferences-model = /{ cmd-imagine } 모델
preferences-edit-model = /{ cmd-edit } 모델
preferences-size = /{ cmd-imagine } 비율
preferences-count = /{ cmd-imagine } 이미지 수
preferences-default = 기본값: { $value }
number-of-pictures = { $count ->
   *[other] { $count }장
}
preferences-private-on = 비공개: 켜짐
preferences-private-off = 비공개: 꺼짐
preferences-ping-on = 완성 알림: 켜짐
preferences-ping-off = 완성 알림: 꺼짐
preferences-hint = *비공개*: 내 이미지를 나만 볼 수 있어요. *완성 알림*: 이미지가 완성되면 알려 줘요.
preferences-reset = 기본값으로 되돌리기
