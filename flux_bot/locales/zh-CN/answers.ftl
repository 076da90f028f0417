# --- what was asked can't be done ---

too-many-queued = { $limit ->
   *[other] 你已有 { $limit } 张图片在排队。请等其中一张完成后再试。
}
too-many-requests = 你已有 { $limit } 个调取成品图片的请求正在处理。请等其中一个完成后再试。
unavailable = 图片服务目前不可用。{ $operator }请稍后再试。
stopping = 机器人正在重启，请一分钟后再试。
one-image-needed = 请只提供一张要编辑的图片：用 `{ cmd-edit.image }` 上传，或在 `{ cmd-edit.image_url }` 中粘贴链接，二选一。
not-an-image = “{ $filename }”不是可编辑的图片。请上传 PNG、JPEG 或 WebP 文件。
image-too-large = 这张图片太大，无法编辑。请上传不超过 { $mebibytes } MiB 的图片。
not-a-link = 这不是网页链接。请使用以 https:// 开头且不含空格的链接，或直接上传图片。
link-too-long = 链接超过了 { $limit } 个字符。请换一个短一些的，或直接上传图片。
link-with-password = 链接中含有用户名或密码。请使用不含这些信息的链接，或直接上传图片。
link-not-public = 该链接指向的不是公开网站。请使用任何人都能打开的链接，或直接上传图片。
link-expired = 这个 Discord 链接已过期。请重新复制，或打开图片所在消息的菜单，在“应用”中选择“{ menu-edit-image }”。
empty-prompt = 提示词为空。请描述你想要的图片。
prompt-too-long = 提示词超过了 { $limit } 个字符，请缩短一些。
size-not-supported = { $model } 不支持尺寸“{ $typed }”。支持的尺寸：{ $supported }。
pixel-rule-range = 比例（如 16:9），或“宽x高”，每边 { $smallest } 到 { $largest } 像素，且为 { $step } 的倍数
pixel-rule-open = 比例（如 16:9），或“宽x高”，每边至少 { $smallest } 像素，且为 { $step } 的倍数
no-such-model-generate = 没有名为“{ $typed }”的生成模型。请从以下模型中选择：{ $names }。
no-such-model-edit = 没有名为“{ $typed }”的编辑模型。请从以下模型中选择：{ $names }。
no-channel = 无法判断这条请求来自哪个频道。请换个频道再试。
no-picture-found = 在那条消息里没有找到图片。如果其中有图片，请先保存，再用 /{ cmd-edit } 上传。
no-text-found = 在那条消息里没有找到文字。如果其中有文字，请复制到 /{ cmd-imagine } 中。
source-lost = 编辑前的图片已不可用。请用 /{ cmd-edit } 重新上传。
picture-lost = 这张图片已不可用：它所在的消息已不存在，图片服务也不再保存它。可用 /{ cmd-imagine } 重新生成。
job-deleted = 旧的请求会被自动清除，因此这张图片的生成信息已不存在。要编辑它，请打开此消息的菜单，在“应用”中选择“{ menu-edit-image }”；要生成新图片，请用 /{ cmd-imagine }。
job-unknown = 找不到这张图片。请从输入时出现的列表中选择。
not-finished = 这张图片还没有完成。可用 /{ cmd-jobs } 查看进度。
search-replaced = 你开始了新的搜索，因此这次搜索已停止。
not-yours-to-cancel = 只有提交者本人或管理员才能取消。
too-late-to-cancel = 来不及取消了：结果已经生成，或即将发出。
expired-form = 表单已过期，无法确定是哪张图片。请再次选择“{ menu-edit-image }”。
other-version = 这是由机器人的另一个版本创建的，当前版本无法处理。请改用 /{ cmd-jobs } 或 /{ cmd-history } 等命令。

# --- something broke ---

unexpected = 机器人出了点问题，请重试。如果问题仍然存在，请把这个代码告诉机器人运营者：`{ $reference }`
maybe-saved = 保存请求时与数据库的连接中断。如果请求已经保存，图片会自动发出，因此请等几分钟再重新提交。如果问题仍然存在，请把这个代码告诉机器人运营者：`{ $reference }`

# --- done ---

undelivered-results = { $count ->
   *[other] 📬 你之前有 { $count } 个请求的结果未能送达。结果都还在，可以在这里领取。
}
undelivered-results-more = 📬 你之前有超过 { $count } 个请求的结果未能送达。结果都还在：可以先在这里领取前 { $count } 个，其余的在你下次使用命令后领取。
fetching = 📬 正在领取结果…
nothing-undelivered = 这个结果已经送达。
saved = { $count ->
   *[other] 📬 已通过私信把原图发给你。
}
saved-message = { $count ->
   *[other] 原图在此，提示词：{ $prompt }
}
save-refused = 无法给你发私信。请在此服务器的隐私设置中允许私信，或直接在这里下载：{ $links }
save-refused-no-links = 无法给你发私信。请在此服务器的隐私设置中允许私信，然后重试。
