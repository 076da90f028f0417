# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = 要移除这条消息吗？移除后，这里的所有人都看不到它。
remove-ask-own = 要移除这条消息吗？移除后，这里的所有人都看不到它。图片仍保留在你的 /{ cmd-history } 中，也可以在那里彻底删除。
removed = 已移除。
removed-own = 已移除。图片仍在你的 /{ cmd-history } 中。
remove-again = 未能移除这条消息。请在该消息上重新选择“{ button-delete }”。
not-yours-to-remove = 只有提交者本人或管理员才能移除。

# --- Delete for good ---

button-erase = 彻底删除
erase-ask = **要彻底删除吗？** 提示词、链接和结果消息都会被删除，也不再出现在你的 /{ cmd-history } 中。此操作无法撤销。已保存或重新发布的副本不受影响。
erased = 已彻底删除。
erased-message-left = 已彻底删除，但机器人无法删除结果消息，请自行移除或关闭它。
erase-too-early = 图片仍在生成或发布中，暂时不能彻底删除。请稍后再试。
not-yours-to-erase = 只有提交者本人才能彻底删除。
job-erased = 这个请求已被删除，因此这张图片的生成信息已不存在。
