"""How the bot answers interactions: commands, clicks and forms.

command_tree.py   describes the commands, publishes them and handles their errors
replies.py        exactly one reply to each interaction, within 3 s
drafts.py         what a user typed, to be changed or sent again if it is rejected
"""
