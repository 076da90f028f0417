# /usage: what a user has used and what is left; for managers of a server also what the server has used.
# $use is usage-use, $when a time that Discord shows as “in 5 hours”, $left and $allowed are numbers.

usage-title = ### Your usage
usage-today = **Today**: { $use }
usage-this-month = **This month**: { $use }
# $cost is cost-credits or cost-with-money.
usage-use = { $count ->
    [one] { $count } picture · { $cost }
   *[other] { $count } pictures · { $cost }
}
usage-limit-member-day = Left in this server today: { $left } of { $allowed } pictures, resets { $when }
usage-limit-user-day = Left in all servers today: { $left } of { $allowed } pictures, resets { $when }
usage-no-limits = You have no limit here.
usage-note = -# Days and months begin at midnight ({ $zone }). Pictures in progress count with their expected cost.

# --- for managers: the server ---

usage-server-title = ### This server
usage-limit-server-month = Left for this server this month: { $left } of { $allowed } credits, resets { $when }
usage-last-days = **Last { $count } days**: { $use }
# $name is a model, a member, or one of the messages below it.
usage-line = { $name }: { $use }
usage-models = **Models**
# Also in the chart, so it should be short.
usage-other-models = { $count ->
    [one] { $count } other model
   *[other] { $count } other models
}
usage-members = **Members**
usage-other-members = Other members
usage-erased = Users who have erased their data
# The alt text of the chart. $days are numbers of pictures, $models is a list of names and numbers.
usage-chart = A bar chart of the pictures made each day, by model, from { $first } to { $last }. Pictures per day: { $days }. Pictures per model: { $models }.
usage-no-chart = -# The chart can’t be drawn right now; these are its numbers.

# --- for the operator: the bot ---

usage-bot-title = ### Budgets of the bot
usage-limit-budget-day = Left today: { $left } of { $allowed } credits, resets { $when }
usage-limit-budget-month = Left this month: { $left } of { $allowed } credits, resets { $when }

# --- in /help ---

help-usage = 📊 **Keep track**: /{ cmd-usage } shows what you have used and what is left.
help-privacy = 🗂️ **Your data**: /{ cmd-privacy } shows what I store about you, and exports or erases it.
