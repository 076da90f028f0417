style-none = 不使用风格
style-label = { $name }：{ $description }
no-such-style = 没有名为“{ $typed }”的风格。请从输入时出现的列表中选择。
several-styles = 有多个风格符合“{ $typed }”，例如 { $names }。你想用哪一个？
prompt-too-long-for-style = 使用这个风格时，提示词最多 { $limit } 个字符。请缩短提示词，或换一个风格。
info-style = 风格
info-final-prompt = 加上风格后的提示词
preferences-style = /{ cmd-imagine } 的风格
help-styles = 🖌️ **选择风格**：/{ cmd-imagine } 的“{ cmd-imagine.style }”选项里有水彩画、像素画等。服务器管理者可以用 /{ cmd-style } 添加自定义风格。

form-style = 风格
form-style-add = 新建风格
form-style-edit = 修改风格
form-style-name = 名称
form-style-description = 说明
form-style-template = 模板
form-style-template-hint = 建议用英文。{ $placeholder } 代表用户输入的提示词。

style-example = 雪中的狐狸
style-saved = 💾 **已保存**：{ $name }。现在可以在 /{ cmd-imagine } 的“{ cmd-imagine.style }”选项中选择。
style-preview = 预览：输入“{ $example }”时，提示词会变成

styles-of-servers = 风格属于各个服务器，因此只能在服务器中管理。
styles-not-allowed = 只有拥有*管理服务器*权限的成员才能修改此服务器的风格。
style-without-name = 名称至少要有一个文字、数字或符号。未保存。
style-name-too-long = 名称超过了 { $limit } 个字符。未保存。
style-description-too-long = 说明超过了 { $limit } 个字符。未保存。
style-template-too-long = 模板超过了 { $limit } 个字符，留给提示词的空间不够。未保存。
style-without-prompt = 模板中必须有且只有一个 { $placeholder }，用户输入的提示词会放在那里。未保存。
style-name-taken = 已有同名的风格，请换一个名称。未保存。
too-many-styles = 此服务器的自定义风格已达上限（{ $limit } 个）。请先删除一个。
style-gone = 这个风格在你修改期间已被删除，因此修改未保存。你仍可以把它保存为新风格。
no-such-own-style = 此服务器没有名为“{ $typed }”的自定义风格。请从输入时出现的列表中选择。

button-style-remove = 删除风格
style-remove-ask = 要从此服务器删除风格“{ $name }”吗？用它生成的图片仍可以重新生成。
style-removed = 风格“{ $name }”已删除。
