# --- Info ---

info-title = ### 生成の詳細
info-prompt = プロンプト
info-prompt-attached = プロンプトの全文は添付ファイルにあります。
info-model = モデル
info-size = サイズ
info-count = 枚数
info-seed = { $count ->
   *[other] シード値
}
info-time = 所要時間
info-cost = 料金
info-requested = リクエスト日時
info-requested-by = { $when }（{ $user }）
info-parent = 元の画像
info-children = この画像から作成した画像
info-link = [画像{ $number }]({ $url })
info-job = リクエストID
info-task = タスクID
info-trace = トレースID
info-operator = Botの運営者向けの情報：{ $details }
info-command = もう一度作るには、次のコマンドを貼り付けてください：

# --- /jobs ---

jobs-title = ### あなたの画像
jobs-none = 生成中や順番待ちの画像はありません。/{ cmd-imagine } で画像を作れます。これまでの画像は /{ cmd-history } で見られます。
jobs-undelivered = **お届けできなかった結果**：{ $count ->
   *[other] ここから受け取ってください。
}
jobs-running = **生成中**
jobs-queued = **順番待ち**
jobs-finished = **完了したばかり**
jobs-running-line = { $since }に開始：{ $prompt }
jobs-queued-line = { $place }番目：{ $prompt }
jobs-of-group = まとめて依頼した画像：1つキャンセルするとすべてキャンセルされます
jobs-finished-line = { $when }：{ $prompt }
jobs-failed-line = { $when }に失敗：{ $prompt }
jobs-link = [表示]({ $url })
jobs-more = …ほか{ $count }件

# --- /history ---

history-title = ### あなたの画像（{ $page }/{ $pages }ページ）
history-search-title = ### 「{ $search }」を含むあなたの画像（{ $page }/{ $pages }ページ）
history-none = まだ画像がありません。/{ cmd-imagine } で作ってみましょう。
history-none-found = プロンプトに「{ $search }」を含む画像はありません。検索せずに /{ cmd-history } を使うと、すべて表示されます。
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · 利用できません
history-pick = 表示・編集する画像を選択
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### デフォルト設定
preferences-saved = 変更は自動的に保存されます。
preferences-reset-done = すべてデフォルトに戻しました。
preferences-model = /{ cmd-imagine } のモデル
preferences-edit-model = /{ cmd-edit } のモデル
preferences-size = /{ cmd-imagine } の縦横比
preferences-count = /{ cmd-imagine } の枚数
preferences-default = デフォルト：{ $value }
number-of-pictures = { $count ->
   *[other] { $count }枚
}
preferences-private-on = 非公開：オン
preferences-private-off = 非公開：オフ
preferences-ping-on = 通知：オン
preferences-ping-off = 通知：オフ
preferences-hint = *非公開*：画像は自分だけに表示されます。*通知*：画像が完成するとお知らせします。
preferences-reset = デフォルトに戻す
