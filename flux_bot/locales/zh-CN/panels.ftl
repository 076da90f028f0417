# --- Info ---

info-title = ### 生成详情
info-prompt = 提示词
info-prompt-attached = 完整的提示词在附件中。
info-model = 模型
info-size = 尺寸
info-count = 数量
info-seed = { $count ->
   *[other] 种子
}
info-time = 用时
info-cost = 费用
info-requested = 提交时间
info-requested-by = { $when }（{ $user }）
info-parent = 源图片
info-children = 衍生图片
info-link = [图片 { $number }]({ $url })
info-job = 请求编号
info-task = 任务编号
info-trace = 追踪编号
info-operator = 供机器人运营者参考：{ $details }
info-command = 如需重新生成，请粘贴以下命令：

# --- /jobs ---

jobs-title = ### 你的图片
jobs-none = 没有正在生成或排队的图片。用 /{ cmd-imagine } 生成图片，或用 /{ cmd-history } 查看已有的图片。
jobs-undelivered = { $count ->
   *[other] **未能送达**：有 { $count } 个结果可在这里领取。
}
jobs-running = **生成中**
jobs-queued = **排队中**
jobs-finished = **刚完成**
jobs-running-line = { $since }开始：{ $prompt }
jobs-queued-line = 第 { $place } 位：{ $prompt }
jobs-of-group = 同一批请求：取消一张会取消全部
jobs-finished-line = { $when }：{ $prompt }
jobs-failed-line = { $when }，失败：{ $prompt }
jobs-link = [查看]({ $url })
jobs-more = … 还有 { $count } 个

# --- /history ---

history-title = ### 你的图片，第 { $page } 页，共 { $pages } 页
history-search-title = ### 包含“{ $search }”的图片，第 { $page } 页，共 { $pages } 页
history-none = 你还没有图片。用 /{ cmd-imagine } 生成一张吧。
history-none-found = 没有提示词包含“{ $search }”的图片。不带搜索词使用 /{ cmd-history } 可查看全部。
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · 已不可用
history-pick = 选一张查看或编辑
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### 你的默认设置
preferences-saved = 更改会自动保存。
preferences-reset-done = 已全部恢复为默认设置。
preferences-model = /{ cmd-imagine } 的模型
preferences-edit-model = /{ cmd-edit } 的模型
preferences-size = /{ cmd-imagine } 的比例
preferences-count = /{ cmd-imagine } 的图片数量
preferences-default = 默认：{ $value }
number-of-pictures = { $count ->
   *[other] { $count } 张图片
}
preferences-private-on = 私密：开
preferences-private-off = 私密：关
preferences-ping-on = 完成提醒：开
preferences-ping-off = 完成提醒：关
preferences-hint = *私密*：只有你能看到自己的图片。*完成提醒*：图片完成时通知你。
preferences-reset = 恢复默认
