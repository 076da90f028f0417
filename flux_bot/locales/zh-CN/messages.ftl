mention-empty = 请用文字告诉我你想要什么：描述一张图片，或回复我的某张图片并写明要改的地方。
mention-no-picture = 我在你回复的消息里看不到图片。请回复我的图片，或把图片附在你的消息里。
mention-not-here = 我无法在 { $channel } 发言，所以没有开始画图。请把同样的文字发到这里，私信就可以。
mention-not-private = 按你的设置，图片只有你能看到，所以我要用私信发给你，但我无法给你发私信。请在此服务器的隐私设置中允许私信，或使用 /{ cmd-imagine }。
mention-gone = 写有修改要求的消息已经不在了，我不知道要改什么。请重新写一次。
mention-which = 要修改哪一张图片？也可以先写编号，例如“2：改成夜晚”。
mention-not-your-list = 只有写下修改要求的人才能选择图片。
