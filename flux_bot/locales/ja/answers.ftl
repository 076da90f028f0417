# --- what was asked can't be done ---

too-many-queued = { $limit ->
   *[other] 順番待ちの画像がすでに{ $limit }枚あります。どれかが完成してから、もう一度お試しください。
}
too-many-requests = 完成した画像の呼び出しがすでに{ $limit }件進行中です。どれかが終わってから、もう一度お試しください。
unavailable = 現在、画像生成サービスを利用できません。{ $operator }しばらくしてから、もう一度お試しください。
stopping = ただいま再起動中です。1分ほど待ってから、もう一度お試しください。
one-image-needed = 編集する画像を1枚だけ指定してください。`{ cmd-edit.image }` に添付するか、`{ cmd-edit.image_url }` にリンクを貼り付けるか、どちらか一方だけにしてください。
not-an-image = 「{ $filename }」は編集できる画像ではありません。PNG、JPEG、WebPのいずれかのファイルを添付してください。
image-too-large = 画像が大きすぎて編集できません。{ $mebibytes } MiB以下の画像を添付してください。
not-a-link = Webのリンクではありません。https:// で始まり、空白を含まないリンクを使うか、画像をアップロードしてください。
link-too-long = リンクが{ $limit }文字を超えています。もっと短いリンクを使うか、画像をアップロードしてください。
link-with-password = リンクにユーザー名かパスワードが含まれています。それらを含まないリンクを使うか、画像をアップロードしてください。
link-not-public = 公開されているWebサイトのリンクではありません。誰でも開けるリンクを使うか、画像をアップロードしてください。
link-expired = このDiscordのリンクは期限切れです。リンクをコピーし直すか、画像のあるメッセージのメニューの「アプリ」から「{ menu-edit-image }」を選んでください。
empty-prompt = プロンプトが空です。どんな画像にしたいか入力してください。
prompt-too-long = プロンプトが{ $limit }文字を超えています。短くしてください。
size-not-supported = { $model } では、サイズ「{ $typed }」は使えません。使えるサイズ：{ $supported }
pixel-rule-range = 16:9などの縦横比、または「幅x高さ」（各辺{ $smallest }～{ $largest }ピクセル、{ $step }刻み）
pixel-rule-open = 16:9などの縦横比、または「幅x高さ」（各辺{ $smallest }ピクセル以上、{ $step }刻み）
no-such-model-generate = 「{ $typed }」という画像生成モデルはありません。次の中から選んでください：{ $names }
no-such-model-edit = 「{ $typed }」という画像編集モデルはありません。次の中から選んでください：{ $names }
no-channel = どのチャンネルで実行されたのか確認できません。別のチャンネルでもう一度お試しください。
no-picture-found = そのメッセージに画像が見つかりません。画像がある場合は、保存して /{ cmd-edit } に添付してください。
no-text-found = そのメッセージにテキストが見つかりません。テキストがある場合は、コピーして /{ cmd-imagine } に貼り付けてください。
source-lost = 編集元の画像はもう利用できません。/{ cmd-edit } に添付してください。
picture-lost = この画像はもう利用できません。メッセージがなくなっていて、画像生成サービスにも残っていません。/{ cmd-imagine } で新しく作れます。
job-deleted = 古いリクエストは自動的に削除されるため、この画像の生成情報は残っていません。編集するには、このメッセージのメニューの「アプリ」から「{ menu-edit-image }」を選んでください。/{ cmd-imagine } で新しく作ることもできます。
job-unknown = その画像は見つかりませんでした。入力中に表示される候補から選んでください。
not-finished = この画像はまだ完成していません。/{ cmd-jobs } で進み具合を確認できます。
search-replaced = 新しい検索が始まったため、この検索は中止しました。
not-yours-to-cancel = キャンセルできるのは、リクエストした本人とモデレーターだけです。
too-late-to-cancel = もうキャンセルできません。結果はすでに完成しているか、まもなく投稿されます。
expired-form = フォームの有効期限が切れたため、どの画像か特定できません。もう一度「{ menu-edit-image }」を選んでください。
other-version = これは別のバージョンのBotが作成したもので、今のバージョンでは処理できません。代わりに /{ cmd-jobs } や /{ cmd-history } などのコマンドを使ってください。

# --- something broke ---

unexpected = Bot側で問題が発生しました。もう一度お試しください。解決しない場合は、次のコードをBotの運営者に伝えてください：`{ $reference }`
maybe-saved = リクエストの保存中にデータベースとの接続が切れました。保存できていれば画像は自動的に投稿されるので、数分待ってからもう一度お試しください。この問題が続く場合は、次のコードをBotの運営者に伝えてください：`{ $reference }`

# --- done ---

undelivered-results = { $count ->
   *[other] 📬 以前のリクエストの結果{ $count }件をお届けできませんでした。結果は保管してあります。ここから受け取ってください。
}
undelivered-results-more = 📬 以前のリクエストの結果を{ $count }件以上お届けできませんでした。結果は保管してあります。まず{ $count }件をここから受け取ってください。残りは、次にコマンドを使ったあとで受け取れます。
fetching = 📬 結果を取得しています…
nothing-undelivered = この結果はすでにお届けしました。
saved = 📬 { $count ->
   *[other] オリジナル画像
}をダイレクトメッセージで送りました。
saved-message = { $count ->
   *[other] オリジナル画像
}です：{ $prompt }
save-refused = あなたにダイレクトメッセージを送れません。このサーバーのプライバシー設定で許可するか、こちらからダウンロードしてください：{ $links }
save-refused-no-links = あなたにダイレクトメッセージを送れません。このサーバーのプライバシー設定で許可してから、もう一度お試しください。
