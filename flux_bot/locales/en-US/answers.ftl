# Private answers to a command or a press.

# --- what was asked can't be done ---

too-many-queued = { $limit ->
    [one] You already have a picture waiting. Please let it finish, then ask again.
   *[other] You already have { $limit } pictures waiting. Please let some of them finish, then ask again.
}
unavailable = The picture service is not available right now. { told } Please try again later.
stopping = I am just being restarted. Please ask again in a minute.
one-image-please = Please give exactly one picture to edit: attach it as `{ cmd-edit.image }`, or paste its address as `{ cmd-edit.image_url }`.
not-an-image = “{ $filename }” is not a picture I can edit. Please attach a PNG, JPEG or WebP file.
image-too-large = That picture is too large to edit. Please attach one of at most { $mebibytes } MiB.
not-a-link = That is not a web link. Use one that begins with https:// and has no spaces, or upload the picture instead.
link-too-long = That link is longer than { $limit } characters. Use a shorter one or upload the picture instead.
link-with-password = That link contains a user name or password. Use a link without them or upload the picture instead.
link-not-public = That link does not lead to a public website. Use one that anybody can open or upload the picture instead.
link-expired = That link into Discord has expired. Copy it anew, or choose “{ menu-edit-image }” under Apps in the menu of the message with the picture.
empty-prompt = The prompt is empty. Please describe the picture you want.
prompt-too-long = The prompt is longer than { $limit } characters. Please shorten it.
# $typed and $takes are sizes; $takes may be pixel-rule or a list.
size-not-taken = { $model } can’t make the size “{ $typed }”. It takes { $takes }.
pixel-rule-range = a shape such as 16:9, or WIDTHxHEIGHT with each side { $smallest } to { $largest } in steps of { $step }
pixel-rule-open = a shape such as 16:9, or WIDTHxHEIGHT with each side { $smallest } or more in steps of { $step }
no-such-model-generate = There is no model “{ $typed }” that makes pictures. Choose one of { $names }.
no-such-model-edit = There is no model “{ $typed }” that changes pictures. Choose one of { $names }.
no-channel = I can’t tell which channel this came from. Please try again in another one.
no-picture-there = There is no picture in that message that I can see. Save it and attach it to /{ cmd-edit } instead.
no-words-there = There are no words in that message that I can see. Copy them into /{ cmd-imagine } instead.
source-lost = The picture that was changed can’t be found any more. Please attach it to /{ cmd-edit }.
picture-lost = This picture can’t be found any more: its message is gone, and the picture service no longer has it. /{ cmd-imagine } makes a new one.
job-forgotten = I no longer know how this picture was made: old requests are forgotten. To change it, choose “{ menu-edit-image }” under Apps in this message’s menu; /{ cmd-imagine } makes a new one.
job-unknown = You have no such picture. Choose one from the list that appears as you type.
not-finished = This picture is not finished yet. /{ cmd-jobs } shows how far it is.
not-yours-to-delete = Only who asked for it, or who may manage messages here, can delete this.
not-yours-to-cancel = Only who asked for it, or who may manage messages here, can cancel this.
too-late-to-cancel = It is too late to cancel: the result is there or just on its way.
forgotten-form = It took too long, or I was restarted meanwhile: I no longer know which picture you meant. Please choose “{ menu-edit-image }” once more.
# Follows any of the above where a form was sent in; $prompt is what was typed there.
you-wrote = You wrote: { $prompt }

# --- something broke ---

unexpected = Something went wrong on my side. Please try again; if it stays, tell the operator `{ $reference }`.
maybe-saved = The connection to my database broke just as I was saving your request. If it was saved, the picture comes by itself: please wait a few minutes before you ask again. If this stays, tell the operator `{ $reference }`.

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
save-refused = I may not send you direct messages. Allow them in this server’s privacy settings, or take it from here: { $links }
save-refused-no-links = I may not send you direct messages. Allow them in this server’s privacy settings and try again.
