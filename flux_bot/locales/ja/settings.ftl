settings-title = ### このサーバーの設定
settings-saved-at-once = 変更は自動的に保存され、すぐに反映されます。
settings-last-changed = 最終変更：{ $when }（{ $user }）
settings-ask-reset = このサーバーの設定を、全ページまとめてデフォルトに戻しますか？NGワードとログチャンネルの設定も消去されます。
settings-back = 戻る

settings-page-models = 🎨 モデル
settings-page-limits = 📊 上限
settings-page-words = 🚫 NGワード
settings-page-channels = 📺 チャンネル
settings-page-roles = 👥 ロール
settings-page-log = 📜 ログチャンネル
settings-page-language = 🌐 言語

setting-models = 使えるモデル
setting-default-model = /{ cmd-imagine } のデフォルトのモデル
setting-default-size = /{ cmd-imagine } のデフォルトの縦横比
setting-pictures-per-member = メンバー1人あたりの1日の枚数
setting-role-limits = ロール別の1日の枚数
setting-exempt-roles = 1日の上限がないロール
setting-credits-per-month = サーバー全体の月間クレジット
setting-blocked-words = NGワード
setting-spoiler-channels = 結果をスポイラーにするチャンネル
setting-private-channels = 結果を非公開にするチャンネル
setting-allowed-roles = 画像を作成できる人
setting-log-channel = ログチャンネル
setting-language = 公開メッセージの言語

settings-all-models = すべてのモデル
settings-everybody = 全員
settings-none = なし
settings-no-limit = 上限なし
settings-usual = デフォルト
settings-entries = { $count ->
    [0] 登録なし
   *[other] { $count }件
}
settings-more = ほか{ $count }件
settings-language-of-server = サーバーの言語
settings-language-own = サーバーの言語（{ $language }）

settings-models-hint = モデルを選ばない場合は、すべて使えます。メンバー自身のデフォルトは、そのモデルが使える限り優先されます。
settings-limits-hint = 複数のロールに当てはまるメンバーには、最も高い上限が適用されます。ロール別の上限は、メンバーの上限を設定している場合にのみ有効です。
settings-words-hint = NGワードを含むプロンプトはブロックされます。どの言葉が原因かは、ログチャンネルにだけ表示されます。
settings-channels-hint = チャンネル内のスレッドにも適用されます。非公開の結果は、リクエストした本人にだけ表示されます。
settings-roles-hint = Discordの「連携サービス」ページでは制限できない、ボタン・フォーム・メッセージメニューにも適用されます。サーバーの管理者と所有者にも適用されます。
settings-log-hint = 設定の変更、ブロックされたプロンプト、ユーザーのブロック、モデレーターの操作をログチャンネルに投稿します。運営メンバーだけが読めるチャンネルを選んでください。
settings-language-hint = 非公開のメッセージは、常にメンバー自身の言語で表示されます。

settings-number = 数
settings-number-hint = 0～{ $most }の整数。空欄にすると上限なし
settings-for-roles = ロール
settings-edit-words = リストを編集
settings-words-form-hint = 1行に1つ、またはコンマ区切り。先頭か末尾の * は任意の文字列を表します

settings-gone = すでに存在しないもの：{ $names }
settings-remove-gone = 取り除く
settings-log-failed = { $since }から { $channel } に投稿できていません。そのチャンネルでのBotの権限を確認してから、もう一度チャンネルを選んでください。
settings-log-not-allowed = { $channel } に投稿する権限がありません。そのチャンネルで、Botに*チャンネルを見る*と*メッセージを送信*の権限を与えてください。

settings-of-servers = 設定はサーバーごとに管理されるため、この操作はサーバー内でのみ行えます。
settings-not-allowed = このサーバーの設定を表示・変更できるのは、*サーバー管理*の権限を持つメンバーだけです。
settings-not-a-number = 0～{ $most }の整数を入力するか、上限なしにする場合は空欄にしてください。何も保存されていません。
settings-no-roles = このサーバーにあるロールを1つ以上選んでください。何も保存されていません。
settings-too-many-roles = 個別の上限を設定できるロールは{ $limit }個までです。何も保存されていません。
settings-too-many-words = リストに{ $count }件ありますが、登録できるのは{ $limit }件までです。何も保存されていません。
settings-word-too-long = { $limit }文字を超える言葉があります：{ $word }。何も保存されていません。
settings-word-never-matches = 言葉も記号も含まないため、一致することのない項目があります：{ $word }。何も保存されていません。
settings-words-too-long = リストは全体で{ $limit }文字までです。何も保存されていません。
settings-words-changed = 編集中にほかの人がリストを変更したため、何も保存されていません。もう一度フォームを開くと、あなたとほかの人の変更が両方入っています。
settings-no-log-channel = そのチャンネルはログチャンネルとして使えません。別のチャンネルを選んでください。何も保存されていません。
settings-gone-meanwhile = 選んだものはすでに存在しません。もう一度 /{ cmd-settings } を開いてください。何も保存されていません。
settings-private-here = このチャンネルでは結果が非公開のため、この画像を全員に見える形で投稿できません。

settings-changed = ⚙️ { $user } さんが*{ $setting }*を変更しました：{ $old } → { $new }
settings-changed-list = ⚙️ { $user } さんが*{ $setting }*を変更しました。追加：{ $added }。削除：{ $removed }。

help-settings = 🛠️ **サーバーを管理する**：/{ cmd-settings } で、モデル・上限・NGワード・チャンネル・ロール・ログ・言語を設定できます。
