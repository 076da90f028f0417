"""A fake Discord server on the loopback, for tests that run the bot as a separate process."""
