# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 { $channel }에서 { $user } 님의 프롬프트를 금지어 ||{ $word }|| 때문에 차단했어요.
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 { $channel }에서 { $user } 님의 프롬프트를 금지어 ||{ $word }|| 때문에 차단했어요. 봇 운영자가 모든 서버에 설정한 금지어예요.
log-removed = 🗑️ { $moderator } 님이 { $channel }에서 메시지를 삭제했어요. 요청한 사람: { $user }
log-cancelled = ✋ { $moderator } 님이 { $channel }에서 요청을 취소했어요. 요청한 사람: { $user }
log-made-private = 🔒 { $moderator } 님이 { $channel }에서 요청을 비공개로 바꿨어요. 요청한 사람: { $user }
# Shown instead of $user if the request was deleted.
log-unknown-user = 알 수 없음
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 이번 달 이 서버의 크레딧이 한도에 도달해서 요청을 받지 않고 있어요. { $allowed } 중 { $left } 남음(초기화: { $resets })
# Below the entries, in small print.
log-more = 외 { $more }건
