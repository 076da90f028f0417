"""Entries in a server's log about rejected requests, and about what moderators do with other users' requests.

They contain no prompts, as not everyone who reads the log may see them.
"""

import discord

from flux_bot.core.errors import RequestRejected
from flux_bot.core.rules.limits import LimitKind
from flux_bot.core.text import TranslatableText, quote
from flux_bot.store.rules.checks import PromptBlocked
from flux_bot.ui.moderation.server_log import ServerLog

WORD_LIMIT = 50
"""Maximum length of a blocked word, in characters, before it is escaped."""
_SERVER_MONTH = f"limit-{LimitKind.SERVER_MONTH}"


def note_rejection(
    server_log: ServerLog, error: Exception, guild_id: int | None, channel_id: int | None, user_id: int
) -> None:
    """Log that a prompt was blocked or that the server's budget is reached; ignore any other error.

    The operator's budgets do not concern the server. The server's budget is logged again only if the amount left
    changes.
    """
    if isinstance(error, PromptBlocked):
        of_operator = error.of == "operator"
        message_id = "log-prompt-blocked-everywhere" if of_operator else "log-prompt-blocked"
        word = quote(" ".join(error.word.split()), WORD_LIMIT)
        entry = TranslatableText(message_id, {"user": f"<@{user_id}>", "channel": f"<#{channel_id}>", "word": word})
        server_log.note(guild_id, entry)
    elif isinstance(error, RequestRejected) and error.text.message_id == _SERVER_MONTH:
        arguments = {name: error.text.arguments[name] for name in ("left", "allowed", "resets")}
        entry = TranslatableText("log-budget-reached", arguments)
        server_log.note(guild_id, entry, if_changed=True)


def by_moderator(
    message_id: str, moderator: discord.abc.User, user_id: int | None, channel_id: int | None
) -> TranslatableText:
    """Return the entry about a moderator's action on a user's request; a user id of None means an unknown user."""
    user = TranslatableText("log-unknown-user") if user_id is None else f"<@{user_id}>"
    arguments = {"moderator": moderator.mention, "user": user, "channel": f"<#{channel_id}>"}
    return TranslatableText(message_id, arguments)
