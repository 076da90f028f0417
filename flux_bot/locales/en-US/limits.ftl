# Refusals: why a user can't make a picture here and now.

blocked = You have been blocked from making pictures here. If you think that is a mistake, ask a moderator.
# $ends is a relative time such as “in 3 days”.
blocked-until = You have been blocked from making pictures here. The block ends { $ends }.
# $roles are mentions.
role-not-allowed = Only members with one of these roles can make pictures here: { $roles }. If you need one, ask a moderator.
# Never say which word.
prompt-blocked = The rules here don’t allow this prompt, so I didn’t send it. Please describe something else.
model-not-offered-here = This server doesn’t offer that model. Choose one of these: { $models }.
no-model-offered-here = None of the models on offer in this server can do this. If you need one, ask a manager of the server.

# --- limits: $allowed, $left and $needed are limit-pictures or cost-credits, $resets is a relative time ---

limit-pictures = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
}
limit-member-day = You can make { $allowed } a day in this server. You have { $left } left, and this request needs { $needed }. The limit resets { $resets }.
limit-user-day = You can make { $allowed } a day, in all servers together. You have { $left } left, and this request needs { $needed }. The limit resets { $resets }.
limit-server-month = This server can spend { $allowed } a month. It has { $left } left, and this request needs about { $needed }. The limit resets { $resets }.
limit-zero = The managers of this server have set your limit to zero, so you can’t make pictures here. If you think that is a mistake, ask them.
limit-budget-day = My budget for everybody together is { $allowed } a day. I have { $left } left, and this request needs about { $needed }. The budget resets { $resets }.
limit-budget-month = My budget for everybody together is { $allowed } a month. I have { $left } left, and this request needs about { $needed }. The budget resets { $resets }.
