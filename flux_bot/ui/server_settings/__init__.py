"""The panel of /settings: what it looks like. What its controls do is in ``cogs/commands/settings.py``.

panel.py     the frame: the list of pages, who changed the settings last, and the question before a reset
pages.py     the contents of each page
controls.py  the lists and buttons, and which of the options on display a user has added or removed
existing.py  which models, roles and channels exist
summary.py   each setting in a few words, for the log
"""
