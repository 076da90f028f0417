block-ends = 封禁将于 { $ends } 结束。
block-without-end = 封禁没有期限。
block-without-reason = 未说明
block-of-erased = 一位已清除自己数据的用户

# --- /block and /unblock ---

block-done = 🚫 { $user } 不能再在这个服务器制作图片。{ $ends }已在制作中的图片仍会发布。
block-done-everywhere = 🚫 { $user } 在任何地方都不能再制作图片。{ $ends }已在制作中的图片仍会发布。
unblock-done = ✅ { $user } 又可以在这个服务器制作图片了。
unblock-done-everywhere = ✅ { $user } 的全局封禁已解除。各服务器自己的封禁仍然有效。
blocks-of-servers = 这只能在服务器里使用。
blocks-not-allowed = 只有拥有“管理成员”（Moderate Members）权限的成员才能这样做。
blocks-not-everywhere = 只有这个机器人的运营者才能使用选项“{ cmd-block.everywhere }”。去掉它，就只对这个服务器生效。
block-yourself = 你不能封禁自己。
block-a-bot = 机器人不能制作图片，不需要封禁。
block-no-duration = 看不懂时长“{ $typed }”。请输入数字加 m、h、d 或 w（分钟、小时、天、周），例如 12h 或 3d，最长十年。不填则没有期限。
not-blocked = { $user } 没有在这个服务器被封禁。
not-blocked-everywhere = { $user } 没有被全局封禁。

# --- /blocked ---

blocked-title = ### 这个服务器的封禁名单（{ $page }/{ $pages }）
blocked-title-everywhere = ### 全局封禁名单（{ $page }/{ $pages }）
blocked-nobody = 这个服务器没有人被封禁。
blocked-nobody-everywhere = 没有人被全局封禁。
blocked-line = **{ $number }** { $user } · { $moderator } 于 { $when } 封禁 · { $ends }原因：{ $reason }
blocked-unblock = 解除封禁
blocked-option = { $number } · 原因：{ $reason }

# --- /why ---

why-allowed = ### { $user } 可以在这里制作图片
why-not-allowed = ### { $user } 不能在这里制作图片
why-no-member = { $user } 不是这个服务器的成员。
why-blocked = { $moderator } 于 { $when } 封禁。{ $ends }原因：{ $reason }
why-blocked-everywhere = 被这个机器人的运营者全局封禁。{ $ends }
why-role = 需要以下身份组之一：{ $roles }
why-no-model = 这个服务器没有提供可以制作图片的模型。
why-models = 提供的模型：{ $models }
why-member-day = 今天在这个服务器的图片：已用 { $used }/{ $allowed }，还剩 { $left }。重置时间：{ $resets }
why-user-day = 今天在所有服务器的图片：已用 { $used }/{ $allowed }，还剩 { $left }。重置时间：{ $resets }
why-server-month = 这个服务器本月的积分：已用 { $used }/{ $allowed }，还剩 { $left }。重置时间：{ $resets }
why-no-limits = 没有限制。
why-budget = 运营者的预算已用完。重置时间：{ $resets }
why-private = 在这个频道，只有本人能看到结果。
why-spoiler = 在这个频道，结果会以剧透形式遮住。

# --- in the server's log ---

log-block = 🚫 { $moderator } 封禁了 { $user }。{ $ends }原因：{ $reason }
log-unblock = ✅ { $moderator } 解除了 { $user } 的封禁。

# --- in /help, for moderators ---

help-moderation = 🛡️ **管理**：/{ cmd-block } 可以禁止某人制作图片，/{ cmd-blocked } 列出被封禁的人，/{ cmd-why } 说明是哪条规则阻止了某人。
