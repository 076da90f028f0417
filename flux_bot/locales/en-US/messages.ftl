# Answers to messages that mention the bot, to replies to its results and to direct messages.

mention-empty = Tell me in words what you want: describe a picture, or reply to one of my pictures with what to change.
mention-no-picture = I can’t see a picture in the message you replied to. Reply to one of my pictures, or attach the picture to your message.
# $channel is a link to the channel; this is sent as a direct message.
mention-not-here = I’m not allowed to write in { $channel }, so I didn’t start your picture. You can send me the same message here instead.
mention-not-private = Your preferences make your pictures private, so I would have to send this one by direct message, but I can’t send you any. Allow them in this server’s privacy settings, or use /{ cmd-imagine }.
mention-gone = Your message with the instruction is gone, so I no longer know what to change. Please write it again.
mention-which = Which of these pictures should I change? Next time you can also write the number first, such as “2: make it night”.
mention-not-your-list = Only the person who wrote the instruction can choose the picture.
# A line of /help, where the bot sees messages.
help-messages = 💬 **Or just write**: mention me and say what you want to see, or reply to one of my pictures with what should change.
