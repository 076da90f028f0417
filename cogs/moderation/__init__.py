"""The commands for moderators: /block, /unblock, /blocked and /why."""
