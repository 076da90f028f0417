# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### 你的用量
usage-today = **今天**：{ $use }
usage-this-month = **本月**：{ $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count } 张图片 · { $cost }
usage-limit-member-day = 今天在此服务器还剩：{ $left }/{ $allowed } 张图片，重置时间：{ $when }
usage-limit-user-day = 今天在所有服务器总共还剩：{ $left }/{ $allowed } 张图片，重置时间：{ $when }
usage-no-limits = 你在这里没有任何限额。
usage-note = -# 每天和每月均从零点（{ $zone }）起算。正在生成和排队的图片按预计费用计入。

# --- for managers: the server ---

usage-server-title = ### 此服务器
usage-limit-server-month = 此服务器本月还剩：{ $left }/{ $allowed } 积分，重置时间：{ $when }
usage-last-days = **最近 { $count } 天**：{ $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }：{ $use }
usage-models = **模型**
# Also in the chart, so it should be short.
usage-other-models = 其他 { $count } 个模型
usage-members = **成员**
usage-other-members = 其他成员
usage-erased = 已清除数据的用户
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = { $first } 至 { $last } 每天生成图片数的柱状图，按模型区分。每天的图片数：{ $days }。各模型的图片数：{ $models }。
usage-no-chart = -# 暂时无法绘制图表，以下是具体数字。

# --- for the operator: the bot ---

usage-bot-title = ### 机器人的预算
usage-limit-budget-day = 今天还剩：{ $left }/{ $allowed } 积分，重置时间：{ $when }
usage-limit-budget-month = 本月还剩：{ $left }/{ $allowed } 积分，重置时间：{ $when }

# --- in /help ---

help-usage = 📊 **查看用量**：用 /{ cmd-usage } 查看已用多少、还剩多少。
help-privacy = 🗂️ **你的数据**：用 /{ cmd-privacy } 查看、导出或清除保存的数据。
