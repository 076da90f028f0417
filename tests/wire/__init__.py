"""A small Discord on the loopback, for tests in which the bot is a process of its own."""
