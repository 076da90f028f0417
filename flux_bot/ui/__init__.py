"""The user interface in Discord: cards and their texts, and the connection to Discord.

interactions/   how the bot answers commands, clicks and forms
delivery/       how it posts results, failures and alerts
"""
