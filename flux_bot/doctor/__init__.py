"""Check the bot's setup and say how to fix each problem."""
