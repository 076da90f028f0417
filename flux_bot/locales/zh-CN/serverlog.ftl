# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 { $user } 在 { $channel } 的提示词因含有屏蔽词“||{ $word }||”而被拦截。
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 { $user } 在 { $channel } 的提示词因含有屏蔽词“||{ $word }||”而被拦截。该词由机器人运营者在所有服务器中屏蔽。
log-removed = 🗑️ { $moderator } 移除了 { $channel } 中的一条消息。提交者：{ $user }
log-cancelled = ✋ { $moderator } 取消了 { $channel } 中的一个请求。提交者：{ $user }
log-made-private = 🔒 { $moderator } 将 { $channel } 中的一个请求设为私密。提交者：{ $user }
# Shown instead of $user if the request was deleted.
log-unknown-user = 已无记录
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 此服务器本月的积分已达到限额，新请求会被拒绝。还剩 { $left }，限额 { $allowed }，重置时间：{ $resets }
# Below the entries, in small print.
log-more = 另有 { $more } 条记录
