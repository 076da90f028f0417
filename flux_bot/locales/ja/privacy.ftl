# /privacy: what is stored about a user, the export of it, and erasing it.

# --- the panel ---

privacy-title = **あなたについて保存している情報**
privacy-nothing = ありません。
privacy-requests = リクエスト{ $count }件（最も古いものは{ $since }）：プロンプト、画像へのリンク、投稿先
privacy-starred = そのうちスター付き：{ $count }件
privacy-undelivered = 届けられなかった結果：{ $count }件
privacy-costs = 画像の費用の記録（プロンプトなし）：{ $count }件
privacy-blocks = モデレーターによるブロック：{ $count }件
privacy-preferences = /{ cmd-preferences } の内容
privacy-progress = 結果のメッセージを削除しています：{ $total }件中{ $done }件完了
privacy-kept = リクエストは、スターを付けない限り、終了から{ $count }日後に削除されます。
privacy-kept-forever = リクエストは、あなたが削除するまで保存されます。
privacy-costs-kept = 設定と費用の記録は、あなたが消去するまで保存されます。
privacy-shared = プロンプトと編集する画像は、Ace Data Cloud の画像サービスに送信されます。結果は Discord に投稿されます。
privacy-contact = お問い合わせは、このBotの運営者まで：{ $contact }
privacy-policy = [プライバシーポリシー]({ $url })

# --- the export ---

button-export = データをエクスポート
privacy-exported = { $count ->
    [1] あなたについて保存している情報のすべてです。このメッセージはあなたにだけ表示されています。
   *[other] あなたについて保存している情報のすべてです（{ $count }ファイル）。このメッセージはあなたにだけ表示されています。
}
privacy-export-busy = すでにエクスポートを準備しています。1分ほど待ってからもう一度お試しください。
privacy-export-too-large = データが大きすぎて Discord では送信できません。このBotの運営者に依頼してください。

# --- erasing ---

button-erase-all = データを消去…
form-privacy = 自分のデータをすべて消去
privacy-word = 消去
form-privacy-word = 確認のため「{ privacy-word }」と入力
form-privacy-word-hint = リクエスト、スター、設定、結果を消去し、進行中の画像は取り消します。元に戻せません。
form-privacy-messages = 結果のメッセージ
form-privacy-keep = Discord に残す
form-privacy-delete = あわせて削除する
privacy-wrong-word = 何も消去していません。確認には「{ privacy-word }」と入力してください。
privacy-erased = **データを消去しました。**
privacy-erased-messages = 続けて結果のメッセージ{ $count }件を、1秒に1件ほどのペースで削除します。終わったらダイレクトメッセージでお知らせします。進み具合は /{ cmd-privacy } で確認できます。
privacy-erased-rest = 費用は、あなたの名前を含まない合計としてだけ残ります。今日の上限とブロックは引き続き有効です。保存した画像や、もう一度投稿した画像はそのまま残ります。

# --- the report ---

privacy-report = **結果のメッセージの削除が終わりました**：{ $total }件中{ $done }件を削除しました。
privacy-report-gone = { $count }件はすでに存在しないか、あなたにだけ表示されていたものです。
privacy-report-refused = { $count }件は、サーバーからBotが退出したなどの理由で削除できませんでした。そのサーバーのモデレーターなら削除できます。
