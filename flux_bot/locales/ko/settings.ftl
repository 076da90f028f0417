settings-title = ### 이 서버의 설정
settings-saved-at-once = 변경 사항은 자동으로 저장되고 바로 적용돼요.
settings-last-changed = 마지막 변경: { $when }({ $user })
settings-ask-reset = 이 서버의 설정을 모든 페이지에서 기본값으로 되돌릴까요? 금지어와 로그 채널도 지워져요.
settings-back = 뒤로

settings-page-models = 🎨 모델
settings-page-limits = 📊 한도
settings-page-words = 🚫 금지어
settings-page-channels = 📺 채널
settings-page-roles = 👥 역할
settings-page-log = 📜 로그 채널
settings-page-language = 🌐 언어

setting-models = 사용할 수 있는 모델
setting-default-model = /{ cmd-imagine } 기본 모델
setting-default-size = /{ cmd-imagine } 기본 비율
setting-pictures-per-member = 멤버당 하루 이미지 수
setting-role-limits = 역할별 하루 이미지 수
setting-exempt-roles = 하루 한도가 없는 역할
setting-credits-per-month = 서버 전체의 한 달 크레딧 한도
setting-blocked-words = 금지어
setting-spoiler-channels = 결과를 스포일러로 표시할 채널
setting-private-channels = 비공개 결과만 허용할 채널
setting-allowed-roles = 이미지를 만들 수 있는 사람
setting-log-channel = 로그 채널
setting-language = 공개 메시지 언어

settings-all-models = 모든 모델
settings-everybody = 모두
settings-none = 없음
settings-no-limit = 한도 없음
settings-usual = 기본값
settings-entries = { $count ->
    [0] 항목 없음
   *[other] 항목 { $count }개
}
settings-more = 외 { $count }개
settings-language-of-server = 서버 언어
settings-language-own = 서버 언어({ $language })

settings-models-hint = 모델을 선택하지 않으면 모두 사용할 수 있어요. 멤버가 직접 정한 기본값은 그 모델을 사용할 수 있는 한 우선 적용돼요.
settings-limits-hint = 멤버에게 해당 역할이 여러 개 있으면 가장 높은 한도가 적용돼요. 역할별 한도는 멤버당 한도가 있을 때만 적용돼요.
settings-words-hint = 이 단어나 문구가 들어간 프롬프트는 차단돼요. 어떤 단어 때문인지는 로그 채널에만 표시돼요.
settings-channels-hint = 채널의 스레드에도 적용돼요. 비공개 결과는 요청한 사람만 볼 수 있어요.
settings-roles-hint = Discord의 ‘연동’ 페이지로는 제한할 수 없는 버튼, 입력 창, 메시지 메뉴에도 적용돼요. 서버 관리자와 소유자에게도 적용돼요.
settings-log-hint = 설정 변경, 차단된 프롬프트, 사용자 차단, 관리자의 조치를 로그 채널에 올려요. 운영진만 읽을 수 있는 채널을 선택해 주세요.
settings-language-hint = 비공개 메시지는 항상 멤버 자신의 언어로 표시돼요.

settings-number = 개수
settings-number-hint = 0부터 { $most }까지의 정수. 비워 두면 한도 없음
settings-for-roles = 역할
settings-edit-words = 목록 편집
settings-words-form-hint = 한 줄에 단어나 문구 하나 또는 쉼표로 구분. 앞이나 뒤의 *는 임의의 글자를 뜻해요

settings-gone = 더 이상 없는 항목: { $names }
settings-remove-gone = 제거
settings-log-failed = { $since }부터 { $channel } 채널에 메시지를 보내지 못하고 있어요. 그 채널에서 봇의 권한을 확인한 다음 채널을 다시 선택해 주세요.
settings-log-not-allowed = { $channel } 채널에 메시지를 보낼 권한이 없어요. 그 채널에서 봇에게 *채널 보기*와 *메시지 보내기* 권한을 주세요.

settings-of-servers = 설정은 서버마다 따로 관리되어 서버 안에서만 사용할 수 있는 기능이에요.
settings-not-allowed = *서버 관리하기* 권한이 있는 멤버만 이 서버의 설정을 보고 바꿀 수 있어요.
settings-not-a-number = 0부터 { $most }까지의 정수를 입력하거나, 한도를 없애려면 비워 두세요. 아무것도 저장되지 않았어요.
settings-no-roles = 이 서버에 있는 역할을 하나 이상 선택해 주세요. 아무것도 저장되지 않았어요.
settings-too-many-roles = 따로 한도를 둘 수 있는 역할은 { $limit }개까지예요. 아무것도 저장되지 않았어요.
settings-too-many-words = 목록에 항목이 { $count }개 있는데, { $limit }개까지만 가능해요. 아무것도 저장되지 않았어요.
settings-word-too-long = { $limit }자가 넘는 항목이 있어요: { $word }. 아무것도 저장되지 않았어요.
settings-word-never-matches = 단어나 기호가 없어서 일치할 수 없는 항목이에요: { $word }. 아무것도 저장되지 않았어요.
settings-words-too-long = 목록 전체는 { $limit }자까지 가능해요. 아무것도 저장되지 않았어요.
settings-words-changed = 그사이에 다른 사람이 목록을 바꿔서 아무것도 저장되지 않았어요. 입력 창을 다시 열면 양쪽의 항목이 모두 들어 있어요.
settings-no-log-channel = 그 채널은 로그 채널로 사용할 수 없어요. 다른 채널을 선택해 주세요. 아무것도 저장되지 않았어요.
settings-gone-meanwhile = 선택한 항목이 더 이상 없어요. /{ cmd-settings } 명령어를 다시 실행해 주세요. 아무것도 저장되지 않았어요.
settings-private-here = 이 채널에서는 결과가 비공개라서 이 이미지를 모두가 볼 수 있게 올릴 수 없어요.

settings-changed = ⚙️ { $user } 님이 *{ $setting }* 설정을 바꿨어요: { $old } → { $new }
settings-changed-list = ⚙️ { $user } 님이 *{ $setting }* 설정을 바꿨어요. 추가: { $added }. 삭제: { $removed }.

help-settings = 🛠️ **서버 관리하기**: /{ cmd-settings } 명령어로 모델, 한도, 금지어, 채널, 역할, 로그, 언어를 설정할 수 있어요.
