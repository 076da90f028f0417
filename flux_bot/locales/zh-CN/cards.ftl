# --- while it is being made ---

status-painting = 🎨 **正在生成**，{ $since }开始。
status-editing = 🎨 **正在编辑**，{ $since }开始。
usual-unknown = 最多可能需要两分钟左右。
usual = { $model } 通常需要约 { $duration }。
slow = 这次比平时久一些，完成后会发出结果。
duration-seconds = { $seconds } 秒
duration-minutes = { $minutes } 分钟
status-queued = ⏳ **排队中**，第 { $place } 位。轮到后会自动开始，此消息也会随之更新。
status-busy = ⏳ **等待中**：图片服务繁忙。空闲后会自动开始，此消息也会随之更新。
cancelled = **已取消**。未产生费用。
cancelled-paid = **已取消**，但图片服务已经开始处理：费用仍会照常收取，结果会被丢弃。
cancel-question = 图片服务已经开始处理，无论如何都会计费。要保留结果（仅自己可见），还是丢弃？
cancel-question-other = 图片服务已经开始处理，无论如何都会计费。要把结果只发给 { $user }，还是丢弃？
cancel-question-private = 图片服务已经开始处理，无论如何都会计费。要保留结果，还是丢弃？
cancel-kept = 🔒 **已设为私密**。结果只会发给你。
cancel-kept-other = 🔒 **已设为私密**。结果只会发给提交者本人。

# --- the result ---

result-ready = { $count ->
   *[other] { $user }，你的图片生成好了。
}
result-edited = { $user }，你的图片编辑好了。
result-rerolled = 根据{ $parent }重新生成
result-remixed = 根据{ $parent }改编
result-edited-from = 根据{ $parent }编辑
parent-link = [之前的一张图片]({ $url })
parent-plain = 之前的一张图片
result-shown = { $user } 的图片，{ $when }生成
fewer-pictures = 缺少的图片已再次请求，但图片服务只生成了 { $requested } 张中的 { $got } 张。
shrunk = 因 Discord 的上传大小限制，图片已缩小。完整尺寸：{ $links }
original-link = [原图 { $number }]({ $url })
links-attached = { $count ->
   *[other] 链接在附件中。
}
unfetched = { $count ->
   *[other] 图片未能载入 Discord，可在这里查看，链接至少几周内有效：
}
picture-link = [图片 { $number }]({ $url })
alt-one-of = 第 { $number } 张图片，共 { $count } 张：{ $prompt }
alt-source = 编辑前的图片

# --- failures: what happened, what it cost, what to do ---

free = 未产生费用。
operator-notified = 已通知机器人运营者。
operator-not-notified = 请告知机器人运营者。
failure-bad_request = 图片服务未接受此请求。{ free }请修改后重试。
failure-bad_source = 图片服务无法处理你要编辑的图片。{ free }请换一张再试，最好是 PNG 或 JPEG。
failure-forbidden = 图片服务的安全过滤器拒绝了这条提示词。{ free }请换个说法再试。
failure-too_many_requests = 图片服务目前太忙。{ free }请过几分钟再试。
failure-api_error = 图片服务在生成时出错。{ free }重试通常可以解决。
failure-timeout = 图片服务处理超时，已中止。{ free }重试通常可以解决。
failure-unreachable = 目前无法连接图片服务。{ free }请稍后再试。
failure-outcome_unknown = 发送请求时与图片服务的连接中断，没有收到图片。这次可能已经计费，所以没有再次发送。如果仍然需要，请重新提交。
failure-overdue = 图片服务接受了请求，但一直没有返回结果。失败的图片不计费。请重试。
failure-model_rejected = 图片服务已不再提供此模型。{ free }请换一个模型。
failure-size_rejected = 图片服务不接受此模型使用这个比例。{ free }此模型支持 { $shapes }。请换一个比例。
failure-no_token = 图片服务的配置有误。{ free }{ $operator }
failure-invalid_token = 图片服务目前拒绝此机器人访问。{ free }{ $operator }
failure-token_expired = 图片服务已不再允许此机器人访问。{ free }{ $operator }
failure-token_mismatched = 图片服务无法识别此机器人。{ free }{ $operator }
failure-used_up = 图片服务目前不可用。{ free }{ $operator }请稍后再试。
failure-disabled = 图片服务目前已停止对此机器人开放。{ free }{ $operator }
failure-no_api = 无法连接图片服务。{ free }{ $operator }
failure-api_not_implemented = 图片服务目前不支持此操作。{ free }{ $operator }
failure-unexpected = 图片服务未能生成这张图片。{ free }请稍后再试。
failure-said = 图片服务返回的信息：{ $message }

# --- costs ---

cost-credits = { $credits } 积分
cost-with-money = { $cost }（{ $money }）
cost-about = 约 { $cost }

# --- buttons: at most 80 characters, preferably one word ---

button-reroll = 重新生成
button-remix = 改编
button-edit = 编辑
button-save = 保存
button-info = 详情
button-delete = 移除
button-retry = 重试
button-reword = 修改提示词
button-switch = 用 { $model } 重试
button-reshape = 修改比例
button-source = 换一张图片
button-cancel = 取消
button-keep = 设为私密
button-keep-waiting = 保留
button-discard = 丢弃
button-show = 发到这里
button-fetch = 领取：{ $prompt }
button-refresh = 刷新
button-previous = 上一页
button-next = 下一页

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 方形
shape-16-9 = 16:9 宽屏
shape-9-16 = 9:16 竖屏
shape-3-2 = 3:2 横向
shape-2-3 = 2:3 纵向
shape-4-3 = 4:3 经典横向
shape-3-4 = 3:4 经典纵向
shape-5-4 = 5:4 近方形，略宽
shape-4-5 = 4:5 近方形，略高
shape-21-9 = 21:9 超宽
shape-9-21 = 9:21 超高
