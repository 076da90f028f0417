"""The commands, buttons and forms, as discord.py extensions, which get their dependencies from the bot.

commands/           a file for each slash command for all users, and the message menu
buttons/            controls.py is the table of all buttons and lists
forms/              submitted.py is the table of all forms (modals)
messages/           requests by messages: mentions, replies to results, direct messages
management/         commands for managers: /settings and /style
moderation/         commands for moderators: /block, /unblock, /blocked and /why
image_requests.py   code shared by all ways to request a picture
styles.py           the styles that a user can choose
server_settings.py  who may change a server's settings, how a change is saved, and which models are offered
presses.py          finds the job of a click, and checks whether the user may click
undelivered.py      results that could not be delivered

``flux_bot/app.py`` lists the extensions.
"""
