# /help: what the bot can do, with buttons to get started. help-make is also the title of a form, so it has at most 45
# characters.

help-title = ### What I can do for you
help-pictures = 🎨 **Make pictures**: use /{ cmd-imagine } and describe what you want to see.
help-compares = ⚖️ **Compare**: /{ cmd-compare } gives one prompt to up to four models. And with /{ cmd-imagine }, `{ "{" }red|blue{ "}" } car` makes one picture of each.
help-edits = ✏️ **Edit pictures**: use /{ cmd-edit } and say what should change. For a picture that somebody has posted, choose “{ menu-edit-image }” under Apps in the menu of its message.
help-buttons = 🔁 **Continue from a result**: use the buttons below it to make it again, change the prompt or edit the picture. Anyone who can see it can use them.
help-finds = 🔎 **Find your pictures**: /{ cmd-history } has all of them, /{ cmd-show } posts one here again, and /{ cmd-jobs } shows what is in progress.
help-defaults = ⚙️ **Set your defaults**: /{ cmd-preferences } for the model, the shape, privacy and pings.
# What is different in this channel.
help-user-private = 🔒 You can’t write in this channel, so only you will see the pictures that you make here.
help-bot-replies = 🔒 I can’t post in this channel, so your pictures appear in my reply to your command.
help-make = Make a picture
help-edit = Edit a picture
help-history = My pictures
help-jobs = In progress
help-preferences = Preferences
