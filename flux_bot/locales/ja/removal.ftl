# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = このメッセージを全員の画面から取り除きますか？
remove-ask-own = このメッセージを全員の画面から取り除きますか？画像は自分の /{ cmd-history } に残り、そこで完全に削除することもできます。
removed = 取り除きました。
removed-own = 取り除きました。画像は /{ cmd-history } に残っています。
remove-again = メッセージを取り除けませんでした。もう一度そのメッセージで「{ button-delete }」を選んでください。
not-yours-to-remove = 取り除けるのは、リクエストした本人とモデレーターだけです。

# --- Delete for good ---

button-erase = 完全に削除
erase-ask = **完全に削除しますか？** プロンプト、リンク、結果のメッセージが削除され、/{ cmd-history } にも表示されなくなります。元に戻すことはできません。保存した画像や、もう一度表示した画像はそのまま残ります。
erased = 完全に削除しました。
erased-message-left = 完全に削除しました。ただし、結果のメッセージは削除できませんでした。ご自身で取り除くか、非表示にしてください。
erase-too-early = 作成中や投稿中は完全に削除できません。少し待ってからもう一度お試しください。
not-yours-to-erase = 完全に削除できるのは、リクエストした本人だけです。
job-erased = このリクエストは削除されたため、この画像をどのように作ったか分からなくなりました。
