# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **저장된 내 정보**
privacy-nothing = 저장된 정보가 없어요.
privacy-requests = 요청 { $count }건(가장 오래된 것은 { $since }): 프롬프트, 이미지 링크, 올린 위치
privacy-starred = 그중 별표한 요청 { $count }건
privacy-undelivered = 전달하지 못한 결과 { $count }건
privacy-costs = 이미지 비용 기록 { $count }건(프롬프트 제외)
privacy-blocks = 관리자의 차단 { $count }건
privacy-preferences = /{ cmd-preferences } 명령어로 저장한 설정
privacy-progress = 결과 메시지를 삭제하고 있어요: { $total }개 중 { $done }개 완료.
privacy-kept = 요청은 별표하지 않으면 끝난 지 { $count }일 뒤에 삭제돼요.
privacy-kept-forever = 요청은 직접 삭제할 때까지 보관돼요.
privacy-costs-kept = 설정과 비용 기록은 직접 삭제할 때까지 보관돼요.
privacy-shared = 프롬프트와 편집할 이미지는 Ace Data Cloud의 이미지 서비스로 전송돼요. 결과는 Discord에 올라가요.
privacy-contact = 궁금한 점은 봇 운영자에게 문의해 주세요: { $contact }
privacy-policy = [개인정보 처리방침]({ $url })

# --- the export ---

button-export = 내 데이터 내보내기
privacy-exported = { $count ->
    [1] 저장된 내 정보 전체예요. 이 메시지는 나만 볼 수 있어요.
   *[other] 저장된 내 정보 전체예요. 파일 { $count }개로 나뉘어 있어요. 이 메시지는 나만 볼 수 있어요.
}
privacy-export-busy = 이미 내보내기를 준비하고 있어요. 1분 뒤에 다시 시도해 주세요.
privacy-export-too-large = 데이터가 너무 커서 Discord로 보낼 수 없어요. 봇 운영자에게 요청하면 받을 수 있어요.

# --- erasing ---

button-erase-all = 내 데이터 삭제…
form-privacy = 내 데이터 모두 삭제
privacy-word = 삭제
form-privacy-word = 확인하려면 “{ privacy-word }”를 입력해 주세요
form-privacy-word-hint = 요청, 별표, 설정, 결과를 삭제하고 진행 중인 이미지를 취소해요. 되돌릴 수 없어요.
form-privacy-messages = 내 결과 메시지
form-privacy-keep = Discord에 남겨 두기
form-privacy-delete = 함께 삭제하기
privacy-wrong-word = 아무것도 삭제하지 않았어요. 입력할 단어는 “{ privacy-word }”예요.
privacy-erased = **데이터를 삭제했어요.**
privacy-erased-messages = 이제 결과 메시지 { $count }개를 1초에 하나 정도씩 삭제하고, 끝나면 DM으로 알려 드릴게요. 진행 상황은 /{ cmd-privacy } 명령어로 볼 수 있어요.
privacy-erased-rest = 비용은 이름 없이 합계로만 남아요. 오늘의 한도와 차단은 계속 적용돼요. 저장했거나 다시 올린 사본은 그대로 남아요.

# --- the report ---

privacy-report = **결과 메시지 삭제를 마쳤어요**: { $total }개 중 { $done }개를 삭제했어요.
privacy-report-gone = { $count }개는 이미 사라졌거나 나만 볼 수 있던 메시지예요.
privacy-report-refused = { $count }개는 봇이 더 이상 그 서버에 없는 등의 이유로 Discord가 삭제를 허용하지 않았어요. 그 서버의 관리자가 삭제할 수 있어요.
