# /privacy: what is stored about a user, how to export it, and how to erase it.

# --- the panel ---

privacy-title = **保存しているあなたの情報**
privacy-nothing = ありません。
privacy-requests = リクエスト{ $count }件（最も古いものは{ $since }）：プロンプト、画像へのリンク、投稿先
privacy-starred = そのうちスター付き：{ $count }件
privacy-undelivered = お届けできなかった結果：{ $count }件
privacy-costs = 画像の料金の記録（プロンプトなし）：{ $count }件
privacy-blocks = モデレーターによるブロック：{ $count }件
privacy-preferences = /{ cmd-preferences } の内容
privacy-progress = 結果のメッセージを削除しています：{ $total }件中{ $done }件完了。
privacy-kept = リクエストは、スターを付けない限り、終了から{ $count }日後に削除されます。
privacy-kept-forever = リクエストは、あなたが削除するまで保存されます。
privacy-costs-kept = 設定と料金の記録は、あなたが消去するまで保存されます。
privacy-shared = プロンプトと編集する画像は、Ace Data Cloudの画像生成サービスに送信されます。結果はDiscordに投稿されます。
privacy-contact = お問い合わせはBotの運営者まで：{ $contact }
privacy-policy = [プライバシーポリシー]({ $url })

# --- the export ---

button-export = データをエクスポート
privacy-exported = { $count ->
    [1] 保存しているあなたの情報のすべてです。このメッセージはあなたにだけ表示されています。
   *[other] 保存しているあなたの情報のすべてです（{ $count }ファイル）。このメッセージはあなたにだけ表示されています。
}
privacy-export-busy = すでにエクスポートを準備しています。1分ほど待ってから、もう一度お試しください。
privacy-export-too-large = データが大きすぎて、Discordでは送信できません。Botの運営者に依頼すると受け取れます。

# --- erasing ---

button-erase-all = 自分のデータを消去…
form-privacy = 自分のデータをすべて消去
privacy-word = 消去
form-privacy-word = 確認のため「{ privacy-word }」と入力
form-privacy-word-hint = リクエスト、スター、設定、結果を消去し、生成中や順番待ちの画像はキャンセルします。元に戻すことはできません。
form-privacy-messages = 結果のメッセージ
form-privacy-keep = Discordに残す
form-privacy-delete = 一緒に削除する
privacy-wrong-word = 何も消去していません。確認には「{ privacy-word }」と入力してください。
privacy-erased = **データを消去しました。**
privacy-erased-messages = 続けて結果のメッセージ{ $count }件を、1秒に1件ほどのペースで削除します。終わったらダイレクトメッセージでお知らせします。進み具合は /{ cmd-privacy } で確認できます。
privacy-erased-rest = 料金は、あなたの名前を含まない合計としてのみ残ります。今日の上限とブロックは引き続き有効です。保存した画像や、もう一度投稿した画像はそのまま残ります。

# --- the report ---

privacy-report = **結果のメッセージの削除が終わりました**：{ $total }件中{ $done }件を削除しました。
privacy-report-gone = { $count }件は、すでに削除されていたか、あなたにだけ表示されていたものです。
privacy-report-refused = { $count }件は、Botがそのサーバーから退出しているなどの理由で、Discordに拒否され削除できませんでした。そのサーバーのモデレーターなら削除できます。
