"""The log channel of each server: what moderators did, changed settings and blocked prompts."""

from flux_bot.core.text import TranslatableText


class ServerLog:
    """Collects entries and posts them; a burst becomes one message."""

    def note(self, guild_id: int | None, entry: TranslatableText) -> None:
        """Add an entry to a server's log, in the language of its public cards; nothing outside of servers (None)."""
