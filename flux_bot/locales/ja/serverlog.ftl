# The entries of a server's log channel, each after its time. $moderator, $user and $channel are mentions.

log-prompt-blocked = 🚫 { $channel } での { $user } さんのプロンプトを、NGワード「||{ $word }||」のためブロックしました。
# The word is on the operator's list.
log-prompt-blocked-everywhere = 🚫 { $channel } での { $user } さんのプロンプトを、NGワード「||{ $word }||」のためブロックしました。これはBotの運営者が全サーバーに設定しているNGワードです。
log-removed = 🗑️ { $moderator } さんが { $channel } のメッセージを削除しました。リクエストした人：{ $user }
log-cancelled = ✋ { $moderator } さんが { $channel } のリクエストをキャンセルしました。リクエストした人：{ $user }
log-made-private = 🔒 { $moderator } さんが { $channel } のリクエストを非公開にしました。リクエストした人：{ $user }
# Shown instead of $user if the request was deleted.
log-unknown-user = 不明
# $left and $allowed are cost-credits; $resets is a time such as "in 3 days".
log-budget-reached = 💳 このサーバーの今月のクレジットが上限に達したため、リクエストを受け付けていません。残り：{ $left }（上限：{ $allowed }、リセット：{ $resets }）
# Below the entries, in small print.
log-more = ほか{ $more }件
