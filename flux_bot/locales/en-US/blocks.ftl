# /block, /unblock, /blocked and /why, for moderators. $user and $moderator are mentions, $when is a relative time such
# as “3 days ago”. In block-ends, $ends is a relative time, too; elsewhere it is block-ends or block-without-end.

block-ends = The block ends { $ends }.
block-without-end = The block has no end.
# Shown instead of a reason.
block-without-reason = not given
# Shown instead of a user.
block-of-erased = a user who has erased their data

# --- /block and /unblock ---

block-done = 🚫 { $user } can’t make pictures in this server any more. { $ends } Pictures that are already in progress will still be posted.
block-done-everywhere = 🚫 { $user } can’t make pictures anywhere any more. { $ends } Pictures that are already in progress will still be posted.
unblock-done = ✅ { $user } can make pictures in this server again.
unblock-done-everywhere = ✅ The block of { $user } in all servers has ended. Blocks in individual servers stay.
blocks-of-servers = This only works in a server.
blocks-not-allowed = Only members with the *Timeout Members* permission can do this.
blocks-not-everywhere = Only the operator of this bot can use the option “{ cmd-block.everywhere }”. Leave it out to act in this server.
block-yourself = You can’t block yourself.
block-a-bot = Bots can’t make pictures, so there is nothing to block.
block-no-duration = I don’t understand the duration “{ $typed }”. Type a number and m, h, d or w for minutes, hours, days or weeks, such as 12h or 3d; at most ten years. Leave it out for a block without an end.
not-blocked = { $user } is not blocked in this server.
not-blocked-everywhere = There is no block of { $user } in all servers.
# Suggestions of how long a block lasts.
block-duration-minute = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
block-duration-hour = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
block-duration-day = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
block-duration-week = { $count ->
    [one] { $count } week
   *[other] { $count } weeks
}

# --- /blocked ---

blocked-title = ### Blocked in this server ({ $page }/{ $pages })
blocked-title-everywhere = ### Blocked in all servers ({ $page }/{ $pages })
blocked-nobody = Nobody is blocked in this server.
blocked-nobody-everywhere = Nobody is blocked in all servers.
blocked-line = **{ $number }** { $user } · blocked { $when } by { $moderator } · { $ends } Reason: { $reason }
blocked-unblock = Unblock
# An option in the list of users to unblock; at most 100 characters are shown.
blocked-option = { $number } · Reason: { $reason }

# --- /why ---

why-allowed = ### { $user } can make pictures here
why-not-allowed = ### { $user } can’t make pictures here
why-no-member = { $user } is not a member of this server.
why-blocked = Blocked { $when } by { $moderator }. { $ends } Reason: { $reason }
why-blocked-everywhere = Blocked everywhere by the operator of this bot. { $ends }
why-role = Needs one of these roles: { $roles }
why-no-model = This server offers no model that makes pictures.
why-models = Models on offer: { $models }
why-member-day = Pictures today in this server: { $used } of { $allowed } used, { $left } left. Resets { $resets }
why-user-day = Pictures today in all servers: { $used } of { $allowed } used, { $left } left. Resets { $resets }
why-server-month = Credits of this server this month: { $used } of { $allowed } used, { $left } left. Resets { $resets }
why-no-limits = No limit applies.
why-budget = The operator’s budget is used up. Resets { $resets }
why-private = In this channel only the user sees the result.
why-spoiler = In this channel results are spoilers.

# --- in the server's log ---

log-block = 🚫 { $moderator } blocked { $user }. { $ends } Reason: { $reason }
log-unblock = ✅ { $moderator } unblocked { $user }.

# --- in /help, for moderators ---

help-moderation = 🛡️ **Moderate**: /{ cmd-block } blocks a user from making pictures, /{ cmd-blocked } lists blocked users, and /{ cmd-why } shows which rule stops a user.
