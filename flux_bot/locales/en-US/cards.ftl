# The texts on cards.

# --- status cards ---

# $since is a time that Discord shows in words, such as "2 minutes ago".
status-painting = 🎨 **Painting**, started { $since }.
status-editing = 🎨 **Editing**, started { $since }.
# Follows one of the two messages above.
usual-unknown = This can take up to two minutes.
usual = { $model } usually takes about { $duration }.
slow = This is taking longer than usual. I’ll post the result when it’s ready.
duration-seconds = { $seconds } s
duration-minutes = { $minutes } min
status-queued = ⏳ **In the queue**, position { $place }. It starts automatically, and this message will update when it does.
status-busy = ⏳ **Waiting**: the picture service is busy. It starts automatically, and this message will update when it does.
cancelled = **Cancelled.** It cost nothing.
cancelled-paid = **Cancelled**, but the picture service had already started, so it’s still charged and the result is discarded.
# The private question before cancelling a job that will be charged in any case; the buttons below answer it. $user mentions the requester.
cancel-question = The picture service has already started on this, so it will be charged either way. Do you want to keep the result, visible only to you, or should I discard it?
cancel-question-other = The picture service has already started on this, so it will be charged either way. Should I send the result only to { $user }, or discard it?
cancel-question-private = The picture service has already started on this, so it will be charged either way. Do you want to keep the result or discard it?
cancel-kept = 🔒 **Private.** Only you will get the result.
cancel-kept-other = 🔒 **Private.** The result will only be sent to the person who requested it.

# --- the result ---

# $user mentions the user.
result-ready = { $count ->
    [one] { $user }, your picture is ready!
   *[other] { $user }, your pictures are ready!
}
result-edited = { $user }, your edited picture is ready!
# In small print: how this result relates to an earlier one. $parent is a link, or parent-plain.
result-rerolled = Rerolled from { $parent }
result-remixed = Remixed from { $parent }
result-edited-from = Edited from { $parent }
parent-link = [an earlier picture]({ $url })
parent-plain = an earlier picture
result-shown = A picture by { $user }, made { $when }
fewer-pictures = The picture service made only { $got } of the { $requested } pictures, although I asked again for the missing ones.
# $links is a list of original-link.
shrunk = Reduced to fit Discord’s upload limit. Full size: { $links }
original-link = [original { $number }]({ $url })
links-attached = { $count ->
    [one] The link is in the attached file.
   *[other] The links are in the attached file.
}
unfetched = { $count ->
    [one] This picture could not be loaded into Discord. You can find it here for at least a few weeks:
   *[other] These pictures could not be loaded into Discord. You can find them here for at least a few weeks:
}
picture-link = [Picture { $number }]({ $url })
# Alt texts.
alt-one-of = Picture { $number } of { $count }: { $prompt }
alt-source = The picture before the edit

# --- failures: what happened, what it cost, what to do ---

free = It cost nothing.
# $operator below is one of these two.
operator-notified = The operator has been notified.
operator-not-notified = Please tell the operator.
failure-bad_request = The picture service did not accept this request. { free } Please change it and try again.
failure-bad_source = The picture service could not use the picture you wanted to edit. { free } Please try another one; PNG and JPEG files work best.
failure-forbidden = The picture service’s safety filter refused this prompt. { free } Please reword it and try again.
failure-too_many_requests = The picture service is too busy at the moment. { free } Please try again in a few minutes.
failure-api_error = The picture service failed while painting. { free } Trying again often helps.
failure-timeout = The picture service took too long and gave up. { free } Trying again often helps.
failure-unreachable = The picture service can’t be reached at the moment. { free } Please try again later.
failure-outcome_unknown = The connection to the picture service was lost while your request was being sent, and no picture has arrived. It may have been charged, so it was not sent a second time. Please ask again if you still want the picture.
failure-overdue = The picture service accepted the request but never sent a result. Failed pictures are not charged. Please try again.
failure-model_rejected = The picture service no longer offers this model. { free } Please use another one.
# $shapes is a list such as 1:1, 16:9.
failure-size_rejected = The picture service did not accept this shape for this model. { free } The model supports { $shapes }. Please choose another one.
failure-no_token = The picture service is not set up correctly. { free } { $operator }
failure-invalid_token = The picture service is refusing this bot at the moment. { free } { $operator }
failure-token_expired = The picture service no longer accepts this bot. { free } { $operator }
failure-token_mismatched = The picture service does not recognize this bot. { free } { $operator }
failure-used_up = The picture service is not available right now. { free } { $operator } Please try again later.
failure-disabled = The picture service is blocking this bot at the moment. { free } { $operator }
failure-no_api = The picture service can’t be reached. { free } { $operator }
failure-api_not_implemented = The picture service can’t do this at the moment. { free } { $operator }
failure-unexpected = The picture service could not make this picture. { free } Please try again later.
# $message is the picture service's own message, in English.
failure-said = It said: { $message }

# --- costs ---

# Credits are the picture service’s own unit; $credits may have decimals.
cost-credits = { $credits ->
    [one] { $credits } credit
   *[other] { $credits } credits
}
# $cost is cost-credits, $money an amount such as $0.02.
cost-with-money = { $cost } ({ $money })
# What a picture is expected to cost. $cost is one of the two messages above.
cost-about = about { $cost }

# --- buttons: at most 80 characters, preferably one word ---

button-reroll = Reroll
button-remix = Remix
button-edit = Edit
button-save = Save
button-info = Info
button-delete = Remove
button-retry = Try again
button-reword = Change the prompt
# $model is the short name of another model, such as FLUX.2 pro.
button-switch = Try again with { $model }
# In place of button-reword, where the shape was refused.
button-reshape = Change the shape
# Below a failure caused by the picture to edit.
button-source = Use another picture
button-cancel = Cancel
# The answers to cancel-question; button-keep-waiting to cancel-question-private.
button-keep = Keep it private
button-keep-waiting = Keep it
button-discard = Discard
button-show = Show here
button-fetch = Fetch: { $prompt }
button-refresh = Refresh
button-previous = Previous
button-next = Next

# --- shapes; at most 60 characters ---

shape-1-1 = 1:1 square
shape-16-9 = 16:9 wide
shape-9-16 = 9:16 tall
shape-3-2 = 3:2 landscape
shape-2-3 = 2:3 portrait
shape-4-3 = 4:3 landscape, classic
shape-3-4 = 3:4 portrait, classic
shape-5-4 = 5:4 nearly square, wide
shape-4-5 = 4:5 nearly square, tall
shape-21-9 = 21:9 very wide
shape-9-21 = 9:21 very tall
