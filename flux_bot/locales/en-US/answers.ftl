# Private answers to a command or a press.

# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] You already have a picture in the queue. Please wait for it to finish, then try again.
   *[other] You already have { $limit } pictures in the queue. Please wait for one to finish, then try again.
}
# For /show, /history and Save; $limit is at least 2.
too-many-requests = You already have { $limit } requests for finished pictures in progress. Please wait for one to finish, then try again.
unavailable = The picture service is not available right now. { $operator } Please try again later.
stopping = I’m restarting. Please try again in a minute.
one-image-needed = I need exactly one picture to edit: attach it as `{ cmd-edit.image }` or paste a link to it as `{ cmd-edit.image_url }`, not both.
not-an-image = “{ $filename }” is not a picture I can edit. Please attach a PNG, JPEG or WebP file.
image-too-large = That picture is too large to edit. Please attach one of at most { $mebibytes } MiB.
not-a-link = That is not a web link. Use one that begins with https:// and has no spaces, or upload the picture instead.
link-too-long = That link is longer than { $limit } characters. Use a shorter one or upload the picture instead.
link-with-password = That link contains a user name or password. Use a link without them or upload the picture instead.
link-not-public = That link does not lead to a public website. Use one that anyone can open or upload the picture instead.
link-expired = That Discord link has expired. Copy a fresh one, or choose “{ menu-edit-image }” under Apps in the menu of the message with the picture.
empty-prompt = The prompt is empty. Please describe the picture you want.
prompt-too-long = The prompt is longer than { $limit } characters. Please shorten it.
# $typed and $supported are sizes; $supported may be pixel-rule or a list.
size-not-supported = { $model } doesn’t support the size “{ $typed }”. It supports { $supported }.
pixel-rule-range = a shape such as 16:9, or WIDTHxHEIGHT with each side { $smallest } to { $largest } in steps of { $step }
pixel-rule-open = a shape such as 16:9, or WIDTHxHEIGHT with each side { $smallest } or more in steps of { $step }
no-such-model-generate = There is no model “{ $typed }” that makes pictures. Choose one of these: { $names }.
no-such-model-edit = There is no model “{ $typed }” that edits pictures. Choose one of these: { $names }.
no-channel = I can’t tell which channel this came from. Please try again in another channel.
no-picture-found = I can’t see a picture in that message. If there is one, save it and attach it to /{ cmd-edit }.
no-text-found = I can’t see any text in that message. If there is some, copy it into /{ cmd-imagine }.
source-lost = The picture to edit is no longer available. Please attach it to /{ cmd-edit }.
picture-lost = This picture is no longer available: its message is gone, and the picture service no longer has it. Use /{ cmd-imagine } to make a new one.
job-deleted = I no longer know how this picture was made, because old requests are deleted. To edit it, choose “{ menu-edit-image }” under Apps in this message’s menu. To make a new one, use /{ cmd-imagine }.
job-unknown = I couldn’t find that picture. Choose one from the list that appears as you type.
not-finished = This picture isn’t ready yet. Check on it with /{ cmd-jobs }.
search-replaced = You have started a newer search, so I stopped this one.
not-yours-to-cancel = Only the person who requested this, or a moderator, can cancel it.
too-late-to-cancel = It’s too late to cancel: the result is ready or about to be posted.
expired-form = This form has expired, so I no longer know which picture you meant. Please choose “{ menu-edit-image }” again.
# For a button, list or form that this version does not have.
other-version = This comes from another version of me, so I don’t know what it should do. Please use a command such as /{ cmd-jobs } or /{ cmd-history } instead.

# --- something broke ---

unexpected = Something went wrong on my side. Please try again. If it keeps happening, give the operator this code: `{ $reference }`
maybe-saved = I lost the connection to my database while saving your request. If it was saved, the picture will be posted automatically, so please wait a few minutes before you ask again. If this keeps happening, give the operator this code: `{ $reference }`

# --- done ---

undelivered-results = { $count ->
    [one] 📬 The result of an earlier request could not be delivered. Nothing is lost: fetch it here.
   *[other] 📬 The results of { $count } earlier requests could not be delivered. Nothing is lost: fetch them here.
}
undelivered-results-more = 📬 The results of more than { $count } earlier requests could not be delivered. Nothing is lost: fetch the first { $count } here, and the rest after your next command.
fetching = 📬 Fetching your result…
nothing-undelivered = This result has already been delivered.
saved = 📬 I have sent you the { $count ->
    [one] original
   *[other] originals
} in a direct message.
saved-message = Here { $count ->
    [one] is the original
   *[other] are the originals
} of: { $prompt }
# $links is a list of original-link.
save-refused = I can’t send you direct messages. Allow them in this server’s privacy settings, or download from here: { $links }
save-refused-no-links = I can’t send you direct messages. Allow them in this server’s privacy settings and try again.
