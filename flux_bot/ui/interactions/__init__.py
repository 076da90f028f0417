"""How the bot answers interactions: commands, clicks and forms.

command_tree.py   describes the commands, publishes them and handles their errors
replies.py        exactly one reply to each interaction, within 3 s
places.py         whether the bot may be used where an interaction or a message comes from
drafts.py         what a user typed, to be changed or sent again if it is rejected
"""
