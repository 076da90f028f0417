# --- what was asked can't be done ---

too-many-queued = { $limit ->
   *[other] 이미 대기 중인 이미지가 { $limit }장 있어요. 하나가 완성된 뒤에 다시 시도해 주세요.
}
too-many-requests = 완성된 이미지를 불러오는 요청이 이미 { $limit }건 진행 중이에요. 하나가 끝난 뒤에 다시 시도해 주세요.
unavailable = 지금은 이미지 서비스를 사용할 수 없어요. { $operator } 나중에 다시 시도해 주세요.
stopping = 봇을 다시 시작하는 중이에요. 1분 뒤에 다시 시도해 주세요.
one-image-needed = 편집할 이미지를 하나만 넣어 주세요. `{ cmd-edit.image }` 옵션에 첨부하거나 `{ cmd-edit.image_url }` 옵션에 링크를 붙여 넣되, 둘 중 하나만 사용해 주세요.
not-an-image = “{ $filename }” 파일은 편집할 수 있는 이미지가 아니에요. PNG, JPEG, WebP 파일 중 하나를 첨부해 주세요.
image-too-large = 이미지가 너무 커서 편집할 수 없어요. { $mebibytes } MiB 이하의 이미지를 첨부해 주세요.
not-a-link = 웹 링크가 아니에요. https://로 시작하고 공백이 없는 링크를 사용하거나 이미지를 직접 올려 주세요.
link-too-long = 링크가 { $limit }자를 넘어요. 더 짧은 링크를 사용하거나 이미지를 직접 올려 주세요.
link-with-password = 링크에 사용자 이름이나 비밀번호가 들어 있어요. 그런 정보가 없는 링크를 사용하거나 이미지를 직접 올려 주세요.
link-not-public = 공개된 웹사이트 링크가 아니에요. 누구나 열 수 있는 링크를 사용하거나 이미지를 직접 올려 주세요.
link-expired = 이 Discord 링크는 만료됐어요. 링크를 새로 복사하거나, 이미지가 있는 메시지의 메뉴에서 앱 > ‘{ menu-edit-image }’ 항목을 선택해 주세요.
empty-prompt = 프롬프트가 비어 있어요. 원하는 이미지를 설명해 주세요.
prompt-too-long = 프롬프트가 { $limit }자를 넘어요. 줄여 주세요.
size-not-supported = { $model } 모델은 “{ $typed }” 크기를 지원하지 않아요. 사용할 수 있는 크기: { $supported }.
pixel-rule-range = 16:9 같은 비율, 또는 가로x세로(각 변은 { $smallest }~{ $largest }픽셀, { $step }의 배수)
pixel-rule-open = 16:9 같은 비율, 또는 가로x세로(각 변은 { $smallest }픽셀 이상, { $step }의 배수)
no-such-model-generate = 이미지를 만드는 “{ $typed }” 모델은 없어요. 다음 중에서 선택해 주세요: { $names }.
no-such-model-edit = 이미지를 편집하는 “{ $typed }” 모델은 없어요. 다음 중에서 선택해 주세요: { $names }.
no-channel = 어느 채널에서 온 요청인지 알 수 없어요. 다른 채널에서 다시 시도해 주세요.
no-picture-found = 그 메시지에서 이미지를 찾지 못했어요. 이미지가 있다면 저장한 뒤 /{ cmd-edit } 명령어에 첨부해 주세요.
no-text-found = 그 메시지에서 텍스트를 찾지 못했어요. 텍스트가 있다면 복사해서 /{ cmd-imagine } 명령어에 넣어 주세요.
source-lost = 편집할 이미지를 더 이상 찾을 수 없어요. /{ cmd-edit } 명령어에 다시 첨부해 주세요.
picture-lost = 이 이미지를 더 이상 찾을 수 없어요. 메시지가 사라졌고 이미지 서비스에도 남아 있지 않아요. /{ cmd-imagine } 명령어로 새로 만들 수 있어요.
job-deleted = 오래된 요청은 자동으로 지워지기 때문에 이 이미지의 생성 정보가 남아 있지 않아요. 편집하려면 이 메시지의 메뉴에서 앱 > ‘{ menu-edit-image }’ 항목을 선택하고, 새로 만들려면 /{ cmd-imagine } 명령어를 사용해 주세요.
job-unknown = 이미지를 찾지 못했어요. 입력할 때 나타나는 목록에서 선택해 주세요.
not-finished = 아직 완성되지 않은 이미지예요. /{ cmd-jobs } 명령어로 진행 상황을 확인할 수 있어요.
search-replaced = 새로운 검색을 시작해서 이 검색은 중단됐어요.
not-yours-to-cancel = 요청한 사람이나 관리자만 취소할 수 있어요.
too-late-to-cancel = 취소하기엔 늦었어요. 결과가 이미 나왔거나 곧 올라올 거예요.
expired-form = 입력 창이 만료되어 어떤 이미지인지 알 수 없어요. ‘{ menu-edit-image }’ 항목을 다시 선택해 주세요.
other-version = 다른 버전의 봇이 만든 항목이라 처리할 수 없어요. 대신 /{ cmd-jobs }, /{ cmd-history } 같은 명령어를 사용해 주세요.

# --- something broke ---

unexpected = 봇에 문제가 생겼어요. 다시 시도해 주세요. 문제가 계속되면 봇 운영자에게 이 코드를 알려 주세요: `{ $reference }`
maybe-saved = 요청을 저장하는 도중 데이터베이스 연결이 끊겼어요. 저장됐다면 이미지가 자동으로 올라오니, 다시 요청하기 전에 몇 분만 기다려 주세요. 문제가 계속되면 봇 운영자에게 이 코드를 알려 주세요: `{ $reference }`

# --- done ---

undelivered-results = { $count ->
   *[other] 📬 이전 요청 { $count }건의 결과를 전달하지 못했어요. 결과는 보관되어 있으니 여기서 받아 주세요.
}
undelivered-results-more = 📬 이전 요청 { $count }건 이상의 결과를 전달하지 못했어요. 결과는 보관되어 있으니 먼저 { $count }건을 여기서 받아 주세요. 나머지는 다음에 명령어를 사용한 뒤에 받을 수 있어요.
fetching = 📬 결과를 가져오는 중이에요…
nothing-undelivered = 이미 전달된 결과예요.
saved = { $count ->
   *[other] 📬 원본을 DM으로 보냈어요.
}
saved-message = { $count ->
   *[other] 원본 이미지예요: { $prompt }
}
save-refused = DM을 보낼 수 없어요. 이 서버의 개인정보 보호 설정에서 DM을 허용하거나 여기서 다운로드해 주세요: { $links }
save-refused-no-links = DM을 보낼 수 없어요. 이 서버의 개인정보 보호 설정에서 DM을 허용한 뒤 다시 시도해 주세요.
