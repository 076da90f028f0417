# Groups: several pictures that were requested together, by /compare or by a prompt with alternatives in braces.

# --- refusals ---

too-many-variations = This would make more than { $limit } pictures. Use fewer alternatives in braces, fewer pictures of each, or fewer models. Nothing was charged.
# $more and $needed are numbers of pictures; $needed is larger.
too-many-at-once = { $more ->
    [one] You can queue one more picture at the moment, and this needs { $needed }.
   *[other] You can queue { $more } more pictures at the moment, and this needs { $needed }.
} Ask for fewer, or wait for some to finish. Nothing was charged.
compare-twice = You have chosen { $model } twice. Choose different models to compare.
group-none-failed = All of these pictures are ready by now, so there is nothing to try again.
group-not-yours = Only the person who requested these pictures can continue with one here. To edit a picture, choose “{ menu-edit-image }” under Apps in this message’s menu.

# --- while they are made ---

# $done and $total are numbers of pictures.
group-status = 🎨 **Painting**, started { $since }: { $done } of { $total } ready.
# $names is a list of what is in this state: models, or the words that differ between the prompts.
group-ready = ✅ Ready: { $names }
group-to-come = ⏳ Still to come: { $names }
group-failed = ⚠️ Failed: { $names }
# In small print, in place of a model; $count is at least 2.
group-models = { $count } models
# Like cancel-question, cancel-question-other and cancel-question-private.
group-cancel-question = The picture service has already started on some of these, so they will be charged either way. Do you want to keep the results, visible only to you, or should I discard all of them?
group-cancel-question-other = The picture service has already started on some of these, so they will be charged either way. Should I send the results only to { $user }, or discard all of them?
group-cancel-question-private = The picture service has already started on some of these, so they will be charged either way. Do you want to keep the results or discard all of them?

# --- the result ---

# $name is a model.
group-alt = Picture { $number } of { $count }, { $name }: { $prompt }
group-pick = Continue with one …
button-reroll-all = Reroll all
button-retry-failed = Try the failed ones again
group-all-failed = { $count ->
    [one] The picture could not be made.
   *[other] None of the { $count } pictures could be made.
}
# In small print.
group-failed-free = { $count ->
    [one] The failed one cost nothing.
   *[other] The failed ones cost nothing.
}
# A job that failed, on the card of its group.
group-one-failed = ⚠️ { $name }: { $reason }
# Why one of them failed, in a few words after its name and a colon.
group-reason-bad_request = the picture service did not accept the request
group-reason-forbidden = refused by the safety filter
group-reason-timeout = took too long
group-reason-model_rejected = this model is no longer offered
group-reason-size_rejected = this model does not support the shape
group-reason-outcome_unknown = the connection was lost; it may have been charged
group-reason-other = the picture service failed
group-erase-ask = **Delete all of these for good?** Their prompts, their links and my message with all of the pictures are deleted, and they disappear from your /{ cmd-history }. This can’t be undone. Copies that were saved or posted again stay where they are.
group-prompts-attached = { $count ->
    [one] The full prompt is in the attached file.
   *[other] The full prompts are in the attached file.
}

# --- the form ---

form-models = Models to compare, 2 to 4
