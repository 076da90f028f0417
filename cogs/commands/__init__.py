"""The slash commands for all users and the message menu, one file each."""
