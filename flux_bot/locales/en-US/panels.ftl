# Private overviews: what made a picture, what is under way, what was made, what is preferred.

# --- Info ---

info-title = ### How it was made
info-prompt = Prompt
info-prompt-attached = The full prompt is in the attached file.
info-model = Model
info-size = Size
info-count = Pictures
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Time
info-cost = Cost
info-requested = Requested
info-requested-by = { $when } by { $user }
info-parent = Made from
info-children = Made from this
info-link = [picture { $number }]({ $url })
info-job = Request
info-task = Task
info-trace = Trace
# In small print. $details are the three ids above.
info-operator = Details for the operator: { $details }
info-command = To make it again, paste this command:

# --- /jobs ---

jobs-title = ### Your pictures
jobs-none = Nothing is in progress or in the queue. Use /{ cmd-imagine } to make a picture, or /{ cmd-history } to see earlier ones.
jobs-undelivered = **Could not be delivered**: fetch { $count ->
    [one] it
   *[other] them
} here.
jobs-running = **In progress**
jobs-queued = **In the queue**
jobs-finished = **Just finished**
jobs-running-line = started { $since }: { $prompt }
jobs-queued-line = position { $place }: { $prompt }
# After the model, in small print below a job of a group.
jobs-of-group = requested together: cancelling one cancels all
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, failed: { $prompt }
jobs-link = [show]({ $url })
jobs-more = … and { $count } more

# --- /history ---

history-title = ### Your pictures, page { $page } of { $pages }
history-search-title = ### Your pictures with “{ $search }”, page { $page } of { $pages }
history-none = You have no pictures yet. Use /{ cmd-imagine } to make one.
history-none-found = None of your pictures has “{ $search }” in its prompt. Use /{ cmd-history } without a search to see all of them.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · no longer available
history-pick = Pick a picture to view or edit it
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### Your defaults
preferences-saved = Changes are saved automatically.
# In place of preferences-saved, after preferences-reset.
preferences-reset-done = All settings are back to their defaults.
preferences-model = Model for /{ cmd-imagine }
preferences-edit-model = Model for /{ cmd-edit }
preferences-size = Shape for /{ cmd-imagine }
preferences-count = Number of pictures for /{ cmd-imagine }
preferences-default = Default: { $value }
number-of-pictures = { $count ->
    [one] one picture
   *[other] { $count } pictures
}
preferences-private-on = Private: on
preferences-private-off = Private: off
preferences-ping-on = Ping me: on
preferences-ping-off = Ping me: off
preferences-hint = *Private*: only you see your pictures. *Ping me*: you are notified when a picture is ready.
preferences-reset = Reset to defaults
