"""Parts of the Discord client: its clock, the memberships it has looked up, and the replies that are still open."""
