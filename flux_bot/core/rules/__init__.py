"""What decides whether somebody may make a picture here and now: the server's settings, blocked words and limits."""
