"""What people do with the bot: commands, buttons, forms and menus.

Commands, a cog each: imagine, edit, showing (/show), jobs, history, preferences. Under "Apps" in a message: menus.
Buttons and lists: controls says what each does; results, saving, information and kept do it, and pressing tells
which job a press is of, and whether who pressed may. Forms: fields builds them, forms reads what was sent in.
asking is what all ways to ask for a picture share.

A command's cog is given what it needs. A press or a form finds that at the bot (``interaction.client``).
"""
