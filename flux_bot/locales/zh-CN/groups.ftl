too-many-variations = 这样会生成超过 { $limit } 张图片。请减少大括号里的选项、每个选项的张数或模型数量。未产生费用。
too-many-at-once = { $more ->
   *[other] 目前最多还能排队 { $more } 张图片，而这次需要 { $needed } 张。
}请减少数量，或等一些图片完成后再试。未产生费用。
compare-twice = { $model } 选了两次。请选择不同的模型进行对比。
group-none-failed = 所有图片都已完成，没有需要重试的。
group-not-yours = 只有提交者本人可以在这里选一张继续。要编辑图片，请打开此消息的菜单，在“应用”中选择“{ menu-edit-image }”。
group-status = 🎨 **正在生成**，{ $since }开始：已完成 { $done }/{ $total } 张。
group-ready = ✅ 已完成：{ $names }
group-to-come = ⏳ 尚未完成：{ $names }
group-failed = ⚠️ 失败：{ $names }
group-models = { $count } 个模型
group-cancel-question = 图片服务已经开始处理其中一部分，无论如何都会计费。要保留结果（仅自己可见），还是全部丢弃？
group-cancel-question-other = 图片服务已经开始处理其中一部分，无论如何都会计费。要把结果只发给 { $user }，还是全部丢弃？
group-cancel-question-private = 图片服务已经开始处理其中一部分，无论如何都会计费。要保留结果，还是全部丢弃？
group-alt = 第 { $number } 张图片，共 { $count } 张，{ $name }：{ $prompt }
group-pick = 选一张继续…
button-reroll-all = 全部重新生成
button-retry-failed = 重试失败的图片
group-all-failed = { $count ->
   *[other] { $count } 张图片都没能生成。
}
group-failed-free = { $count ->
   *[other] 失败的图片不计费。
}
group-one-failed = ⚠️ { $name }：{ $reason }
group-reason-bad_request = 图片服务未接受此请求
group-reason-forbidden = 被安全过滤器拒绝
group-reason-timeout = 耗时过长
group-reason-model_rejected = 已不再提供此模型
group-reason-size_rejected = 此模型不支持这个比例
group-reason-outcome_unknown = 连接中断，可能已经计费
group-reason-other = 图片服务出错
group-erase-ask = **要彻底删除这些图片吗？** 它们的提示词、链接和包含全部图片的结果消息都会被删除，也不再出现在你的 /{ cmd-history } 中。此操作无法撤销。已保存或重新发布的副本不受影响。
group-prompts-attached = { $count ->
   *[other] 完整的提示词在附件中。
}
form-models = 要对比的模型，2 到 4 个
