blocked = 你已被封禁，无法在这里生成图片。如果你认为有误，请联系管理员。
blocked-until = 你已被封禁，无法在这里生成图片。封禁将于{ $ends }解除。
role-not-allowed = 在这里，只有拥有以下任一身份组的成员才能生成图片：{ $roles }。如有需要，请联系管理员。
prompt-blocked = 这里的规则不允许使用这条提示词，因此没有提交。请换一种描述。
model-not-offered-here = 此服务器不提供该模型。请从以下模型中选择：{ $models }。
no-model-offered-here = 此服务器提供的模型都无法完成此操作。如有需要，请联系服务器的管理者。

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count } 张图片
limit-member-day = 你在此服务器每天可以生成 { $allowed }。目前还剩 { $left }，而这个请求需要 { $needed }。限额将于{ $resets }重置。
limit-user-day = 你在所有服务器每天总共可以生成 { $allowed }。目前还剩 { $left }，而这个请求需要 { $needed }。限额将于{ $resets }重置。
limit-server-month = 此服务器每月可以使用 { $allowed }。目前还剩 { $left }，而这个请求大约需要 { $needed }。限额将于{ $resets }重置。
limit-zero = 此服务器的管理者已将你的限额设为零，因此你无法在这里生成图片。如果你认为有误，请联系他们。
limit-budget-day = 机器人每天的总预算为 { $allowed }。目前还剩 { $left }，而这个请求大约需要 { $needed }。预算将于{ $resets }重置。
limit-budget-month = 机器人每月的总预算为 { $allowed }。目前还剩 { $left }，而这个请求大约需要 { $needed }。预算将于{ $resets }重置。
