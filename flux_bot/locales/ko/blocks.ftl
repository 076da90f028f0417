block-ends = 차단은 { $ends }에 풀려요.
block-without-end = 차단 기한은 없어요.
block-without-reason = 적지 않음
block-of-erased = 데이터를 삭제한 사용자

# --- /block and /unblock ---

block-done = 🚫 이제 { $user } 님은 이 서버에서 이미지를 만들 수 없어요. { $ends } 이미 진행 중인 이미지는 그대로 올라와요.
block-done-everywhere = 🚫 이제 { $user } 님은 어디에서도 이미지를 만들 수 없어요. { $ends } 이미 진행 중인 이미지는 그대로 올라와요.
unblock-done = ✅ 이제 { $user } 님은 이 서버에서 다시 이미지를 만들 수 있어요.
unblock-done-everywhere = ✅ { $user } 님의 전체 차단을 해제했어요. 서버별 차단은 그대로 남아 있어요.
blocks-of-servers = 서버 안에서만 사용할 수 있는 기능이에요.
blocks-not-allowed = *멤버 타임아웃* 권한이 있는 멤버만 할 수 있어요.
blocks-not-everywhere = ‘{ cmd-block.everywhere }’ 옵션은 봇 운영자만 사용할 수 있어요. 이 서버에만 적용하려면 옵션을 빼 주세요.
block-yourself = 자기 자신은 차단할 수 없어요.
block-a-bot = 봇은 이미지를 만들 수 없어서 차단할 필요가 없어요.
block-no-duration = “{ $typed }” 기간을 이해하지 못했어요. 12h나 3d처럼 숫자 뒤에 m(분), h(시간), d(일), w(주) 중 하나를 붙여 주세요. 최대 10년까지 가능하고, 비워 두면 기한 없이 차단돼요.
not-blocked = { $user } 님은 이 서버에서 차단되어 있지 않아요.
not-blocked-everywhere = { $user } 님은 전체 차단되어 있지 않아요.
block-duration-minute = { $count }분
block-duration-hour = { $count }시간
block-duration-day = { $count }일
block-duration-week = { $count }주

# --- /blocked ---

blocked-title = ### 이 서버의 차단 목록, { $page }/{ $pages }페이지
blocked-title-everywhere = ### 전체 차단 목록, { $page }/{ $pages }페이지
blocked-nobody = 이 서버에서 차단된 사람이 없어요.
blocked-nobody-everywhere = 전체 차단된 사람이 없어요.
blocked-line = **{ $number }** { $user } · { $moderator } 님이 { $when } 차단 · { $ends } 사유: { $reason }
blocked-unblock = 차단 해제
blocked-option = { $number } · 사유: { $reason }

# --- /why ---

why-allowed = ### { $user } 님은 여기서 이미지를 만들 수 있어요
why-not-allowed = ### { $user } 님은 여기서 이미지를 만들 수 없어요
why-no-member = { $user } 님은 이 서버의 멤버가 아니에요.
why-blocked = { $moderator } 님이 { $when } 차단했어요. { $ends } 사유: { $reason }
why-blocked-everywhere = 봇 운영자가 모든 서버에서 차단했어요. { $ends }
why-role = 다음 역할 중 하나가 필요해요: { $roles }
why-no-model = 이 서버에는 이미지를 만들 수 있는 모델이 없어요.
why-models = 사용할 수 있는 모델: { $models }
why-member-day = 오늘 이 서버에서 만든 이미지: { $allowed }장 중 { $used }장 사용, { $left }장 남음(초기화: { $resets })
why-user-day = 오늘 모든 서버를 합쳐 만든 이미지: { $allowed }장 중 { $used }장 사용, { $left }장 남음(초기화: { $resets })
why-server-month = 이번 달 이 서버의 크레딧: { $allowed } 중 { $used } 사용, { $left } 남음(초기화: { $resets })
why-no-limits = 적용되는 한도가 없어요.
why-budget = 봇 운영자의 예산을 다 썼어요(초기화: { $resets })
why-private = 이 채널에서는 본인만 결과를 볼 수 있어요.
why-spoiler = 이 채널에서는 결과가 스포일러로 표시돼요.

# --- in the server's log ---

log-block = 🚫 { $moderator } 님이 { $user } 님을 차단했어요. { $ends } 사유: { $reason }
log-unblock = ✅ { $moderator } 님이 { $user } 님의 차단을 해제했어요.

# --- in /help, for moderators ---

help-moderation = 🛡️ **멤버 관리하기**: /{ cmd-block } 명령어로 이미지를 만들지 못하게 차단하고, /{ cmd-blocked } 명령어로 차단된 사람을 보고, /{ cmd-why } 명령어로 어떤 규칙에 걸리는지 확인할 수 있어요.
