"""The offline trial: a Discord and an image API of our own around the real bot."""
