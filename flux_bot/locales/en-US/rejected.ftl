# Requests that were rejected, and what was typed for /show.

# A button below a rejection: opens the form with what was typed. At most 80 characters, preferably one word.
button-revise = Change
# After a restart, if the prompt was so long that it is in a file.
expired-draft = I no longer have this request, but your prompt is safe: copy it from the file in this message, and use the command again.
# “Try again” was clicked twice.
sent-already = This request is already on its way.
# Above a list of pictures to pick from.
show-several = Several of your pictures match. Which one do you mean?
