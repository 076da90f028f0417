# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **机器人保存的关于你的信息**
privacy-nothing = 没有任何信息。
privacy-requests = { $count } 个请求（最早的是{ $since }）：提示词、图片链接，以及发布的位置
privacy-starred = 其中 { $count } 个加了星标
privacy-undelivered = { $count } 个未能送达的结果
privacy-costs = { $count } 条图片费用记录，不含提示词
privacy-blocks = { $count } 条管理员封禁记录
privacy-preferences = 你在 /{ cmd-preferences } 中的设置
privacy-progress = 正在删除你的结果消息：已完成 { $done }/{ $total } 条。
privacy-kept = 请求会在结束 { $count } 天后删除，加了星标的除外。
privacy-kept-forever = 请求会一直保存，直到你删除它们。
privacy-costs-kept = 设置和费用记录会一直保存，直到你清除它们。
privacy-shared = 提示词和你要编辑的图片会发送给 Ace Data Cloud 的图片服务，结果会发布在 Discord 上。
privacy-contact = 如有疑问，可以这样联系机器人运营者：{ $contact }
privacy-policy = [隐私政策]({ $url })

# --- the export ---

button-export = 导出我的数据
privacy-exported = { $count ->
    [1] 这是机器人保存的关于你的全部信息。只有你能看到这条消息。
   *[other] 这是机器人保存的关于你的全部信息，共 { $count } 个文件。只有你能看到这条消息。
}
privacy-export-busy = 已有一份导出正在准备中，请一分钟后再试。
privacy-export-too-large = 你的数据太大，无法通过 Discord 发送。可以请机器人运营者发给你。

# --- erasing ---

button-erase-all = 清除我的数据…
form-privacy = 清除我的全部数据
privacy-word = 清除
form-privacy-word = 输入“{ privacy-word }”以确认
form-privacy-word-hint = 清除请求、星标、设置和结果，并取消正在生成或排队的图片。此操作无法撤销。
form-privacy-messages = 我的结果消息
form-privacy-keep = 保留在 Discord 上
form-privacy-delete = 一并删除
privacy-wrong-word = 没有清除任何数据：需要输入的是“{ privacy-word }”。
privacy-erased = **你的数据已清除。**
privacy-erased-messages = 现在开始删除你的 { $count } 条结果消息，大约每秒一条，完成后会私信通知你。用 /{ cmd-privacy } 可以查看进度。
privacy-erased-rest = 费用只会以不含你名字的总数保留。今天的限额和现有的封禁仍然有效。已保存或重新发布的副本不受影响。

# --- the report ---

privacy-report = **你的结果消息已处理完毕**：共 { $total } 条，已删除 { $done } 条。
privacy-report-gone = 有 { $count } 条早已不存在，或仅你自己可见。
privacy-report-refused = 有 { $count } 条 Discord 不允许机器人删除，例如机器人已不在那个服务器里。那里的管理员可以移除它们。
