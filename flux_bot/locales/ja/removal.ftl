# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = このメッセージを削除しますか？ほかの人にも表示されなくなります。
remove-ask-own = このメッセージを削除しますか？ほかの人にも表示されなくなります。画像は /{ cmd-history } に残り、そこで完全に削除することもできます。
removed = メッセージを削除しました。
removed-own = メッセージを削除しました。画像は /{ cmd-history } に残っています。
remove-again = メッセージを削除できませんでした。もう一度そのメッセージで「{ button-delete }」を選んでください。
not-yours-to-remove = 削除できるのは、リクエストした本人とモデレーターだけです。

# --- Delete for good ---

button-erase = 完全に削除
erase-ask = **完全に削除しますか？** プロンプト、リンク、結果のメッセージが削除され、/{ cmd-history } にも表示されなくなります。元に戻すことはできません。保存した画像や、もう一度投稿した画像はそのまま残ります。
erased = 完全に削除しました。
erased-message-left = 完全に削除しました。ただし、結果のメッセージはBotからは削除できません。ご自身で削除するか、非表示にしてください。
erase-too-early = 生成中や投稿中は完全に削除できません。少し待ってからもう一度お試しください。
not-yours-to-erase = 完全に削除できるのは、リクエストした本人だけです。
job-erased = このリクエストは削除されたため、この画像の生成情報は残っていません。
