block-ends = 封禁将于{ $ends }解除。
block-without-end = 封禁没有期限。
block-without-reason = 未说明
block-of-erased = 已清除数据的用户

# --- /block and /unblock ---

block-done = 🚫 { $user } 不能再在此服务器生成图片。{ $ends }已在生成或排队的图片仍会发出。
block-done-everywhere = 🚫 { $user } 不能再在任何地方生成图片。{ $ends }已在生成或排队的图片仍会发出。
unblock-done = ✅ { $user } 又可以在此服务器生成图片了。
unblock-done-everywhere = ✅ 已解除对 { $user } 的全局封禁。各服务器单独的封禁仍然有效。
blocks-of-servers = 此操作只能在服务器中进行。
blocks-not-allowed = 只有拥有*禁言成员（Timeout Members）*权限的成员才能执行此操作。
blocks-not-everywhere = 只有机器人运营者才能使用“{ cmd-block.everywhere }”选项。如果只想对此服务器生效，请不要填写它。
block-yourself = 你不能封禁自己。
block-a-bot = 机器人不能生成图片，无需封禁。
block-no-duration = 无法识别时长“{ $typed }”。请输入数字加 m、h、d 或 w（分钟、小时、天、周），例如 12h 或 3d，最长十年。不填则没有期限。
not-blocked = { $user } 没有在此服务器被封禁。
not-blocked-everywhere = { $user } 没有被全局封禁。
block-duration-minute = { $count }分钟
block-duration-hour = { $count }小时
block-duration-day = { $count }天
block-duration-week = { $count }周

# --- /blocked ---

blocked-title = ### 此服务器的封禁名单，第 { $page } 页，共 { $pages } 页
blocked-title-everywhere = ### 全局封禁名单，第 { $page } 页，共 { $pages } 页
blocked-nobody = 此服务器没有人被封禁。
blocked-nobody-everywhere = 没有人被全局封禁。
blocked-line = **{ $number }** { $user } · 由 { $moderator } 于{ $when }封禁 · { $ends }原因：{ $reason }
blocked-unblock = 解除封禁
blocked-option = { $number } · 原因：{ $reason }

# --- /why ---

why-allowed = ### { $user } 可以在这里生成图片
why-not-allowed = ### { $user } 不能在这里生成图片
why-no-member = { $user } 不是此服务器的成员。
why-blocked = 由 { $moderator } 于{ $when }封禁。{ $ends }原因：{ $reason }
why-blocked-everywhere = 已被机器人运营者全局封禁。{ $ends }
why-role = 需要以下任一身份组：{ $roles }
why-no-model = 此服务器没有可以生成图片的模型。
why-models = 可用的模型：{ $models }
why-member-day = 今天在此服务器的图片：已用 { $used }/{ $allowed } 张，还剩 { $left } 张，重置时间：{ $resets }
why-user-day = 今天在所有服务器的图片：共用 { $used }/{ $allowed } 张，还剩 { $left } 张，重置时间：{ $resets }
why-server-month = 此服务器本月的积分：已用 { $used }/{ $allowed }，还剩 { $left }，重置时间：{ $resets }
why-no-limits = 没有任何限额。
why-budget = 机器人运营者的预算已用完，重置时间：{ $resets }
why-private = 在这个频道，只有本人能看到结果。
why-spoiler = 在这个频道，结果会以剧透形式显示。

# --- in the server's log ---

log-block = 🚫 { $moderator } 封禁了 { $user }。{ $ends }原因：{ $reason }
log-unblock = ✅ { $moderator } 解除了对 { $user } 的封禁。

# --- in /help, for moderators ---

help-moderation = 🛡️ **成员管理**：用 /{ cmd-block } 禁止某人生成图片，用 /{ cmd-blocked } 查看封禁名单，用 /{ cmd-why } 查看某人受哪条规则限制。
