"""Checks of the bot's setup, with advice on how to fix each problem."""
