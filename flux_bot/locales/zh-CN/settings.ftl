settings-title = ### 此服务器的设置
settings-saved-at-once = 更改会自动保存并立即生效。
settings-last-changed = 上次更改：{ $when }（{ $user }）
settings-ask-reset = 要把此服务器的设置（所有页面）全部恢复默认吗？屏蔽词和日志频道也会被清除。
settings-back = 返回

settings-page-models = 🎨 模型
settings-page-limits = 📊 限额
settings-page-words = 🚫 屏蔽词
settings-page-channels = 📺 频道
settings-page-roles = 👥 身份组
settings-page-log = 📜 日志频道
settings-page-language = 🌐 语言

setting-models = 可用的模型
setting-default-model = /{ cmd-imagine } 的默认模型
setting-default-size = /{ cmd-imagine } 的默认比例
setting-pictures-per-member = 每位成员每天的图片数
setting-role-limits = 特定身份组每天的图片数
setting-exempt-roles = 没有每日限额的身份组
setting-credits-per-month = 服务器每月积分
setting-blocked-words = 屏蔽词
setting-spoiler-channels = 结果以剧透形式显示的频道
setting-private-channels = 结果仅限私密的频道
setting-allowed-roles = 谁可以生成图片
setting-log-channel = 日志频道
setting-language = 公开消息的语言

settings-all-models = 所有模型
settings-everybody = 所有人
settings-none = 无
settings-no-limit = 不限
settings-usual = 默认
settings-entries = { $count ->
    [0] 没有词条
   *[other] { $count } 个词条
}
settings-more = 另有 { $count } 个
settings-language-of-server = 服务器自己的语言
settings-language-own = 服务器自己的语言（{ $language }）

settings-models-hint = 不选择任何模型时，所有模型都可用。成员自己的默认设置优先，前提是其模型可用。
settings-limits-hint = 成员拥有其中多个身份组时，以最高的限额为准。只有设置了每位成员的限额，身份组限额才会生效。
settings-words-hint = 含有这些词语的提示词会被拦截。具体是哪个词，只会显示在日志频道。
settings-channels-hint = 同样适用于这些频道的子区。私密结果只有提交者本人能看到。
settings-roles-hint = 对按钮、表单和消息菜单同样有效，而 Discord 的“整合”页面管不到这些。对服务器的管理者和所有者也有效。
settings-log-hint = 设置更改、被拦截的提示词、封禁和管理员的操作会发到日志频道。请选择只有管理团队能看到的频道。
settings-language-hint = 私密消息始终使用成员自己的语言。

settings-number = 数量
settings-number-hint = 0 到 { $most } 之间的整数；留空表示不限
settings-for-roles = 身份组
settings-edit-words = 编辑列表
settings-words-form-hint = 每行一个词语，也可用逗号分隔；开头或结尾的 * 代表任意文字

settings-gone = 以下内容已不存在：{ $names }
settings-remove-gone = 移除
settings-log-failed = 从{ $since }起，机器人一直无法在 { $channel } 发消息。请检查机器人在该频道的权限，然后重新选择该频道。
settings-log-not-allowed = 机器人无法在 { $channel } 发消息。请在该频道授予它*查看频道*和*发送消息*权限。

settings-of-servers = 设置属于各个服务器，因此只能在服务器中管理。
settings-not-allowed = 只有拥有*管理服务器*权限的成员才能查看和更改此服务器的设置。
settings-not-a-number = 请输入 0 到 { $most } 之间的整数，或留空表示不限。未保存任何内容。
settings-no-roles = 请至少选择一个此服务器中存在的身份组。未保存任何内容。
settings-too-many-roles = 最多 { $limit } 个身份组可以有单独的限额。未保存任何内容。
settings-too-many-words = 列表有 { $count } 个词条，上限是 { $limit } 个。未保存任何内容。
settings-word-too-long = 这个词条超过 { $limit } 个字符：{ $word }。未保存任何内容。
settings-word-never-matches = 这个词条没有文字或符号，永远不会匹配：{ $word }。未保存任何内容。
settings-words-too-long = 整个列表最多 { $limit } 个字符。未保存任何内容。
settings-words-changed = 编辑期间有其他人更改了列表，因此未保存任何内容。请重新打开表单：其中包含你和对方的词条。
settings-no-log-channel = 该频道不能用作日志频道，请选择其他频道。未保存任何内容。
settings-gone-meanwhile = 你选择的内容已不存在。请重新打开 /{ cmd-settings }。未保存任何内容。
settings-private-here = 这个频道的结果是私密的，因此不能在这里向所有人发布这张图片。

settings-changed = ⚙️ { $user } 更改了*{ $setting }*：{ $old } → { $new }
settings-changed-list = ⚙️ { $user } 更改了*{ $setting }*。新增：{ $added }。移除：{ $removed }。

help-settings = 🛠️ **管理此服务器**：用 /{ cmd-settings } 设置模型、限额、屏蔽词、频道、身份组、日志和语言。
