# Remove, which takes a message out of its channel, and Delete for good.

# --- Remove; its label is button-delete ---

remove-ask = Remove this message for everyone here?
remove-ask-own = Remove this message for everyone here? The picture stays in your /{ cmd-history }, where you can also delete it for good.
removed = Removed.
removed-own = Removed. The picture is still in your /{ cmd-history }.
remove-again = I couldn’t remove the message. Please choose “{ button-delete }” on it again.
not-yours-to-remove = Only the person who requested this, or a moderator, can remove it.

# --- Delete for good ---

button-erase = Delete for good
erase-ask = **Delete this for good?** Its prompt, its links and my message with the result are deleted, and it disappears from your /{ cmd-history }. This can’t be undone. Copies that were saved or posted again stay where they are.
erased = Deleted for good.
erased-message-left = Deleted for good, except for the message with the result, which I can’t delete. Please remove or dismiss it yourself.
erase-too-early = This can’t be deleted for good while it is still being made or posted. Please try again in a moment.
not-yours-to-erase = Only the person who requested this can delete it for good.
job-erased = This request was deleted, so I no longer know how this picture was made.
