# --- while it is being made ---

status-painting = 🎨 **生成中です**（{ $since }に開始）。
status-editing = 🎨 **編集中です**（{ $since }に開始）。
usual-unknown = 最大で2分ほどかかることがあります。
usual = { $model } は通常{ $duration }ほどかかります。
slow = いつもより時間がかかっています。完了したら結果を投稿します。
duration-seconds = { $seconds }秒
duration-minutes = { $minutes }分
status-queued = ⏳ **順番待ちです**（{ $place }番目）。順番が来ると自動的に始まり、このメッセージも更新されます。
status-busy = ⏳ **待機中です**。画像生成サービスが混み合っています。空きしだい自動的に始まり、このメッセージも更新されます。
cancelled = **キャンセルしました。** 料金はかかっていません。
cancelled-paid = **キャンセルしました。** ただし、画像生成サービスで処理が始まっていたため、料金は発生します。結果は破棄されます。
cancel-question = 画像生成サービスですでに処理が始まっているため、どちらにしても料金は発生します。結果を自分だけで受け取りますか？それとも破棄しますか？
cancel-question-other = 画像生成サービスですでに処理が始まっているため、どちらにしても料金は発生します。結果を { $user } さんだけに届けますか？それとも破棄しますか？
cancel-question-private = 画像生成サービスですでに処理が始まっているため、どちらにしても料金は発生します。結果を受け取りますか？それとも破棄しますか？
cancel-kept = 🔒 **非公開にしました。** 結果はあなただけに届きます。
cancel-kept-other = 🔒 **非公開にしました。** 結果はリクエストした本人だけに届きます。

# --- the result ---

result-ready = { $count ->
   *[other] { $user } さん、画像が完成しました。
}
result-edited = { $user } さん、画像の編集が完了しました。
result-rerolled = { $parent }からリロール
result-remixed = { $parent }からリミックス
result-edited-from = { $parent }を編集
parent-link = [以前の画像]({ $url })
parent-plain = 以前の画像
result-shown = { $user } さんの画像（{ $when }に作成）
fewer-pictures = 足りない分を再度リクエストしましたが、画像生成サービスで作成できたのは{ $requested }枚中{ $got }枚です。
shrunk = Discordのアップロード上限に合わせて縮小しました。オリジナル：{ $links }
original-link = [画像{ $number }]({ $url })
links-attached = { $count ->
   *[other] リンクは添付ファイルにあります。
}
unfetched = { $count ->
   *[other] 画像をDiscordに読み込めませんでした。少なくとも数週間は、次のリンクから見られます：
}
picture-link = [画像{ $number }]({ $url })
alt-one-of = 画像{ $number }/{ $count }：{ $prompt }
alt-source = 編集元の画像

# --- failures: what happened, what it cost, what to do ---

free = 料金はかかっていません。
operator-notified = Botの運営者に通知済みです。
operator-not-notified = Botの運営者にお知らせください。
failure-bad_request = 画像生成サービスがこのリクエストを受け付けませんでした。{ free }内容を変えて、もう一度お試しください。
failure-bad_source = 画像生成サービスが編集元の画像を処理できませんでした。{ free }別の画像（できればPNGかJPEG）でお試しください。
failure-forbidden = このプロンプトは、画像生成サービスのセーフティフィルターにブロックされました。{ free }表現を変えて、もう一度お試しください。
failure-too_many_requests = 画像生成サービスが混み合っています。{ free }数分後にもう一度お試しください。
failure-api_error = 生成中に画像生成サービスでエラーが発生しました。{ free }もう一度試すと、うまくいくことがあります。
failure-timeout = 時間がかかりすぎたため、画像生成サービスが処理を中断しました。{ free }もう一度試すと、うまくいくことがあります。
failure-unreachable = 現在、画像生成サービスに接続できません。{ free }しばらくしてから、もう一度お試しください。
failure-outcome_unknown = リクエストの送信中に画像生成サービスとの接続が切れ、画像は届きませんでした。料金が発生している可能性があるため、再送信はしていません。画像が必要な場合は、もう一度リクエストしてください。
failure-overdue = 画像生成サービスはリクエストを受け付けましたが、結果が届きませんでした。失敗した画像に料金はかかりません。もう一度お試しください。
failure-model_rejected = このモデルは、画像生成サービスで提供されなくなりました。{ free }別のモデルをお使いください。
failure-size_rejected = このモデルでは、画像生成サービスがこの縦横比を受け付けませんでした。{ free }このモデルは { $shapes } に対応しています。別の縦横比を選んでください。
failure-no_token = 画像生成サービスが正しく設定されていません。{ free }{ $operator }
failure-invalid_token = 現在、このBotは画像生成サービスへのアクセスを認められていません。{ free }{ $operator }
failure-token_expired = このBotは画像生成サービスにアクセスできなくなりました。{ free }{ $operator }
failure-token_mismatched = 画像生成サービスがこのBotを認識できませんでした。{ free }{ $operator }
failure-used_up = 現在、画像生成サービスを利用できません。{ free }{ $operator }しばらくしてから、もう一度お試しください。
failure-disabled = 現在、このBotは画像生成サービスの利用を停止されています。{ free }{ $operator }
failure-no_api = 画像生成サービスに接続できません。{ free }{ $operator }
failure-api_not_implemented = 現在、画像生成サービスはこの操作に対応していません。{ free }{ $operator }
failure-unexpected = 画像生成サービスでこの画像を作成できませんでした。{ free }しばらくしてから、もう一度お試しください。
failure-said = サービスからのメッセージ：{ $message }

# --- costs ---

cost-credits = { $credits }クレジット
cost-with-money = { $cost }（{ $money }）
cost-about = 約{ $cost }

# --- buttons: at most 80 characters, preferably one word ---

button-reroll = リロール
button-remix = リミックス
button-edit = 編集
button-save = 保存
button-info = 詳細
button-delete = メッセージを削除
button-retry = 再試行
button-reword = プロンプトを変更
button-switch = { $model } で再試行
button-reshape = 縦横比を変更
button-source = 別の画像を使う
button-cancel = キャンセル
button-keep = 非公開で受け取る
button-keep-waiting = 受け取る
button-discard = 破棄
button-show = ここに投稿
button-fetch = 受け取る：{ $prompt }
button-refresh = 更新
button-previous = 前へ
button-next = 次へ

# --- shapes of pictures, as people call them; at most 60 characters ---

shape-1-1 = 1:1 正方形
shape-16-9 = 16:9 横長
shape-9-16 = 9:16 縦長
shape-3-2 = 3:2 横向き
shape-2-3 = 2:3 縦向き
shape-4-3 = 4:3 横向き（標準）
shape-3-4 = 3:4 縦向き（標準）
shape-5-4 = 5:4 正方形に近い横向き
shape-4-5 = 4:5 正方形に近い縦向き
shape-21-9 = 21:9 ウルトラワイド
shape-9-21 = 9:21 超縦長
