"""What moderators do: /block, /unblock, /blocked and /why."""
