block-ends = ブロックは{ $ends }に解除されます。
block-without-end = ブロックは無期限です。
block-without-reason = 記載なし
block-of-erased = データを消去したユーザー

# --- /block and /unblock ---

block-done = 🚫 { $user } さんは、このサーバーで画像を作れなくなりました。{ $ends }すでに進行中の画像は、そのまま投稿されます。
block-done-everywhere = 🚫 { $user } さんは、どのサーバーでも画像を作れなくなりました。{ $ends }すでに進行中の画像は、そのまま投稿されます。
unblock-done = ✅ { $user } さんは、このサーバーでまた画像を作れるようになりました。
unblock-done-everywhere = ✅ { $user } さんの全サーバー対象のブロックを解除しました。サーバーごとのブロックはそのまま残ります。
blocks-of-servers = この操作はサーバー内でのみ行えます。
blocks-not-allowed = この操作ができるのは、*メンバーをタイムアウト*の権限を持つメンバーだけです。
blocks-not-everywhere = 「{ cmd-block.everywhere }」オプションを使えるのは、Botの運営者だけです。このサーバーだけを対象にする場合は、指定しないでください。
block-yourself = 自分自身はブロックできません。
block-a-bot = Botは画像を作れないので、ブロックする必要はありません。
block-no-duration = 期間「{ $typed }」を読み取れませんでした。12hや3dのように、数字のあとにm（分）、h（時間）、d（日）、w（週）のいずれかを付けて入力してください。最長は10年です。省略すると無期限になります。
not-blocked = { $user } さんは、このサーバーではブロックされていません。
not-blocked-everywhere = { $user } さんには、全サーバー対象のブロックはありません。
block-duration-minute = { $count }分
block-duration-hour = { $count }時間
block-duration-day = { $count }日
block-duration-week = { $count }週間

# --- /blocked ---

blocked-title = ### このサーバーのブロック一覧（{ $page }/{ $pages }ページ）
blocked-title-everywhere = ### 全サーバー対象のブロック一覧（{ $page }/{ $pages }ページ）
blocked-nobody = このサーバーでブロックされている人はいません。
blocked-nobody-everywhere = 全サーバー対象でブロックされている人はいません。
blocked-line = **{ $number }** { $user } · { $moderator } さんが{ $when }にブロック · { $ends }理由：{ $reason }
blocked-unblock = ブロックを解除
blocked-option = { $number } · 理由：{ $reason }

# --- /why ---

why-allowed = ### { $user } さんはここで画像を作れます
why-not-allowed = ### { $user } さんはここで画像を作れません
why-no-member = { $user } さんはこのサーバーのメンバーではありません。
why-blocked = { $moderator } さんが{ $when }にブロックしました。{ $ends }理由：{ $reason }
why-blocked-everywhere = Botの運営者により、全サーバーでブロックされています。{ $ends }
why-role = 次のいずれかのロールが必要です：{ $roles }
why-no-model = このサーバーには、画像を生成できるモデルがありません。
why-models = 使えるモデル：{ $models }
why-member-day = このサーバーでの今日の枚数：{ $allowed }枚中{ $used }枚使用、残り{ $left }枚（リセット：{ $resets }）
why-user-day = 全サーバー合計での今日の枚数：{ $allowed }枚中{ $used }枚使用、残り{ $left }枚（リセット：{ $resets }）
why-server-month = このサーバーの今月のクレジット：{ $allowed }中{ $used }使用、残り{ $left }（リセット：{ $resets }）
why-no-limits = 上限はありません。
why-budget = Botの運営者の予算を使い切りました（リセット：{ $resets }）
why-private = このチャンネルでは、結果は本人にだけ表示されます。
why-spoiler = このチャンネルでは、結果はスポイラーとして表示されます。

# --- in the server's log ---

log-block = 🚫 { $moderator } さんが { $user } さんをブロックしました。{ $ends }理由：{ $reason }
log-unblock = ✅ { $moderator } さんが { $user } さんのブロックを解除しました。

# --- in /help, for moderators ---

help-moderation = 🛡️ **モデレーション**：/{ cmd-block } で画像を作れないようにし、/{ cmd-blocked } でブロックされている人を、/{ cmd-why } でどのルールが原因で作れないのかを確認できます。
