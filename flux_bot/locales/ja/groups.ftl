too-many-variations = 画像が{ $limit }枚を超えてしまいます。波かっこの中の候補、それぞれの枚数、またはモデルの数を減らしてください。料金はかかっていません。
too-many-at-once = { $more ->
   *[other] いま順番待ちに追加できるのはあと{ $more }枚ですが、このリクエストは{ $needed }枚分です。
}枚数を減らすか、どれかが完成するまでお待ちください。料金はかかっていません。
compare-twice = { $model } が2回選ばれています。別々のモデルを選んでください。
group-none-failed = すべての画像がすでにそろっているため、再試行するものはありません。
group-not-yours = ここから1枚を選んで続けられるのは、リクエストした本人だけです。画像を編集するには、このメッセージのメニューの「アプリ」から「{ menu-edit-image }」を選んでください。
group-status = 🎨 **生成中です**（{ $since }に開始）。{ $total }枚中{ $done }枚が完成しました。
group-ready = ✅ 完成：{ $names }
group-to-come = ⏳ 未完成：{ $names }
group-failed = ⚠️ 失敗：{ $names }
group-models = { $count }つのモデル
group-cancel-question = 一部の画像はすでに画像生成サービスで処理が始まっているため、どちらにしても料金は発生します。結果を自分だけで受け取りますか？それともすべて破棄しますか？
group-cancel-question-other = 一部の画像はすでに画像生成サービスで処理が始まっているため、どちらにしても料金は発生します。結果を { $user } さんだけに届けますか？それともすべて破棄しますか？
group-cancel-question-private = 一部の画像はすでに画像生成サービスで処理が始まっているため、どちらにしても料金は発生します。結果を受け取りますか？それともすべて破棄しますか？
group-alt = 画像{ $number }/{ $count }、{ $name }：{ $prompt }
group-pick = 1枚を選んで続ける
button-reroll-all = すべてリロール
button-retry-failed = 失敗した分を再試行
group-all-failed = { $count ->
   *[other] { $count }枚とも作成できませんでした。
}
group-failed-free = { $count ->
   *[other] 失敗した分に料金はかかっていません。
}
group-one-failed = ⚠️ { $name }：{ $reason }
group-reason-bad_request = リクエストが受け付けられませんでした
group-reason-forbidden = セーフティフィルターにブロックされました
group-reason-timeout = 時間がかかりすぎました
group-reason-model_rejected = このモデルは提供されなくなりました
group-reason-size_rejected = このモデルはこの縦横比に対応していません
group-reason-outcome_unknown = 接続が切れました（料金が発生している可能性があります）
group-reason-other = 画像生成サービスでエラーが発生しました
group-erase-ask = **これらの画像をすべて完全に削除しますか？** プロンプト、リンク、結果のメッセージ（すべての画像を含む）が削除され、/{ cmd-history } にも表示されなくなります。元に戻すことはできません。保存した画像や、もう一度投稿した画像はそのまま残ります。
group-prompts-attached = { $count ->
   *[other] プロンプトの全文は添付ファイルにあります。
}
form-models = 比較するモデル（2～4個）
