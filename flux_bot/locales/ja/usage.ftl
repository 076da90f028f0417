# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### あなたの利用状況
usage-today = **今日**：{ $use }
usage-this-month = **今月**：{ $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count }枚 · { $cost }
usage-limit-member-day = このサーバーでの今日の残り：{ $allowed }枚中{ $left }枚（リセット：{ $when }）
usage-limit-user-day = 全サーバー合計での今日の残り：{ $allowed }枚中{ $left }枚（リセット：{ $when }）
usage-no-limits = ここでは上限はありません。
usage-note = -# 日と月は午前0時（{ $zone }）に切り替わります。生成中や順番待ちの画像は、予想される料金で計算しています。

# --- for managers: the server ---

usage-server-title = ### このサーバー
usage-limit-server-month = このサーバーの今月の残り：{ $allowed }クレジット中{ $left }クレジット（リセット：{ $when }）
usage-last-days = **直近{ $count }日間**：{ $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }：{ $use }
usage-models = **モデル**
# Also in the chart, so it should be short.
usage-other-models = その他{ $count }モデル
usage-members = **メンバー**
usage-other-members = その他のメンバー
usage-erased = データを消去したユーザー
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = { $first }から{ $last }までの1日ごとの生成枚数を、モデル別に示した棒グラフ。1日ごとの枚数：{ $days }。モデル別の枚数：{ $models }。
usage-no-chart = -# 現在グラフを描画できないため、数値だけを表示しています。

# --- for the operator: the bot ---

usage-bot-title = ### Botの予算
usage-limit-budget-day = 今日の残り：{ $allowed }クレジット中{ $left }クレジット（リセット：{ $when }）
usage-limit-budget-month = 今月の残り：{ $allowed }クレジット中{ $left }クレジット（リセット：{ $when }）

# --- in /help ---

help-usage = 📊 **利用状況を確認する**：/{ cmd-usage } で、これまでの利用量と残りを確認できます。
help-privacy = 🗂️ **あなたのデータ**：/{ cmd-privacy } で、保存されている内容を確認し、エクスポートや消去ができます。
