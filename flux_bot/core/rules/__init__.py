"""The rules that decide whether a user may make a picture: places, server settings, blocked words and limits."""
