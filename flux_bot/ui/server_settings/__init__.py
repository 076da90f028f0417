"""The contents and layout of the panel of /settings; ``cogs/management/settings.py`` handles its controls.

panel.py     the frame: the list of pages, who changed the settings last, and the question before a reset
pages.py     the contents of each page
controls.py  the lists and buttons, and which of the displayed options a user has added or removed
existing.py  which models, roles and channels exist
summary.py   each setting in a few words, for the log
"""
