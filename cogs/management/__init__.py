"""The commands for managers of a server: /settings and /style."""
