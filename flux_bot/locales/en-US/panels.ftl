# Private overviews: what made a picture, what is under way, what was made, what is preferred.

# --- Info ---

info-title = ### How it was made
info-prompt = Prompt
info-prompt-attached = The whole prompt is in the attached file.
info-model = Model
info-size = Size
info-count = Pictures
info-seed = { $count ->
    [one] Seed
   *[other] Seeds
}
info-time = Time
info-asked = Asked
info-asked-by = { $when } by { $user }
info-parent = Made from
info-children = Made from it
info-link = [picture { $number }]({ $url })
info-job = Request
info-task = Task
info-trace = Trace
info-command = To ask for it again, paste this:

# --- /jobs ---

jobs-title = ### Your pictures
jobs-none = Nothing is being made or waiting. /{ cmd-imagine } makes a picture, /{ cmd-history } shows those there are.
jobs-undelivered = **Could not be delivered**: fetch { $count ->
    [one] it
   *[other] them
} here.
jobs-running = **Being made**
jobs-queued = **In the queue**
jobs-finished = **Just finished**
jobs-running-line = since { $since }: { $prompt }
jobs-queued-line = place { $place }: { $prompt }
jobs-finished-line = { $when }: { $prompt }
jobs-failed-line = { $when }, failed: { $prompt }
jobs-link = [show]({ $url })
jobs-more = … and { $count } more

# --- /history ---

history-title = ### Your pictures, page { $page } of { $pages }
history-search-title = ### Your pictures with “{ $search }”, page { $page } of { $pages }
history-none = You have no pictures yet. /{ cmd-imagine } makes one.
history-none-found = None of your pictures has “{ $search }” in its prompt. /{ cmd-history } without words shows all.
history-line = { $number }. { $prompt } · { $when }
history-gone = { $number }. { $prompt } · { $when } · no longer to be had
history-pick = Pick one to see it large, or to change it
history-option = { $number }. { $prompt }

# --- /preferences ---

preferences-title = ### What you get unless you say otherwise
preferences-saved = Saved as you click.
preferences-model = Model for /{ cmd-imagine }
preferences-edit-model = Model for /{ cmd-edit }
preferences-size = Shape for /{ cmd-imagine }
preferences-count = Number for /{ cmd-imagine }
preferences-default = The usual: { $value }
preferences-pictures = { $count ->
    [one] one picture
   *[other] { $count } pictures
}
preferences-private-on = Private: on
preferences-private-off = Private: off
preferences-ping-on = Ping me: on
preferences-ping-off = Ping me: off
preferences-hint = *Private*: only you see your pictures. *Ping me*: you are notified when a picture is ready.
preferences-reset = Back to the usual
