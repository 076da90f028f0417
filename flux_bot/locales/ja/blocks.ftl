block-ends = ブロックの終了：{ $ends }。
block-without-end = ブロックは無期限です。
block-without-reason = 記載なし
block-of-erased = データを消去したユーザー

# --- /block and /unblock ---

block-done = 🚫 { $user } さんは、このサーバーで画像を作れなくなりました。{ $ends }すでに作成中の画像は投稿されます。
block-done-everywhere = 🚫 { $user } さんは、どこでも画像を作れなくなりました。{ $ends }すでに作成中の画像は投稿されます。
unblock-done = ✅ { $user } さんは、このサーバーでまた画像を作れます。
unblock-done-everywhere = ✅ { $user } さんの全体ブロックを解除しました。各サーバーでのブロックはそのままです。
blocks-of-servers = これはサーバーの中でだけ使えます。
blocks-not-allowed = これができるのは「メンバーをモデレート」の権限があるメンバーだけです。
blocks-not-everywhere = オプション「{ cmd-block.everywhere }」を使えるのは、このボットの運営者だけです。このサーバーだけが対象なら、外してください。
block-yourself = 自分自身はブロックできません。
block-a-bot = ボットは画像を作れないので、ブロックする必要はありません。
block-no-duration = 期間「{ $typed }」がわかりません。12h や 3d のように、数字のあとに m（分）、h（時間）、d（日）、w（週）を付けて入力してください。最長は 10 年です。省略すると無期限になります。
not-blocked = { $user } さんは、このサーバーではブロックされていません。
not-blocked-everywhere = { $user } さんは、全体ではブロックされていません。

# --- /blocked ---

blocked-title = ### このサーバーのブロック一覧（{ $page }/{ $pages }）
blocked-title-everywhere = ### 全体のブロック一覧（{ $page }/{ $pages }）
blocked-nobody = このサーバーでブロックされている人はいません。
blocked-nobody-everywhere = 全体でブロックされている人はいません。
blocked-line = **{ $number }** { $user } · { $moderator } さんが { $when } にブロック · { $ends }理由：{ $reason }
blocked-unblock = ブロックを解除
blocked-option = { $number } · 理由：{ $reason }

# --- /why ---

why-allowed = ### { $user } さんはここで画像を作れます
why-not-allowed = ### { $user } さんはここで画像を作れません
why-no-member = { $user } さんはこのサーバーのメンバーではありません。
why-blocked = { $moderator } さんが { $when } にブロックしました。{ $ends }理由：{ $reason }
why-blocked-everywhere = このボットの運営者が全体でブロックしています。{ $ends }
why-role = 次のロールのどれかが必要です：{ $roles }
why-no-model = このサーバーには、画像を作れるモデルがありません。
why-models = 使えるモデル：{ $models }
why-member-day = このサーバーでの今日の枚数：{ $allowed } 枚中 { $used } 枚使用、残り { $left } 枚。リセット：{ $resets }
why-user-day = 全サーバーでの今日の枚数：{ $allowed } 枚中 { $used } 枚使用、残り { $left } 枚。リセット：{ $resets }
why-server-month = このサーバーの今月のクレジット：{ $allowed } 中 { $used } 使用、残り { $left }。リセット：{ $resets }
why-no-limits = 制限はありません。
why-budget = 運営者の予算を使い切りました。リセット：{ $resets }
why-private = このチャンネルでは、結果は本人にだけ見えます。
why-spoiler = このチャンネルでは、結果はスポイラーになります。

# --- in the server's log ---

log-block = 🚫 { $moderator } さんが { $user } さんをブロックしました。{ $ends }理由：{ $reason }
log-unblock = ✅ { $moderator } さんが { $user } さんのブロックを解除しました。

# --- in /help, for moderators ---

help-moderation = 🛡️ **モデレーション**：/{ cmd-block } で画像の作成を止められます。/{ cmd-blocked } でブロック中の人を、/{ cmd-why } でどのルールに当たるかを確認できます。
