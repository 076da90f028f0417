"""The slash commands and the message menu, one file each."""
