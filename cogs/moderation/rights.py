"""Permission checks for blocks, and texts about blocks. The bot checks permissions even where Discord does as well."""

from datetime import datetime
from typing import Any

import discord
from discord import app_commands

from flux_bot.core.errors import RequestRejected
from flux_bot.core.text import Argument, TranslatableText, one_line, timestamp, truncate
from flux_bot.store.rules.known import EVERYWHERE, Block
from flux_bot.ui.bot import Interaction
from flux_bot.ui.delivery.operator_messages import is_operator

REASON_LIMIT = 200
"""Maximum length of the reason of a block, in characters."""


def for_moderators(command: app_commands.Command[Any, ..., Any]) -> app_commands.Command[Any, ..., Any]:
    """Make Discord offer a command only in servers, and only to users who can moderate members."""
    app_commands.default_permissions(moderate_members=True)(command)
    app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(command)
    app_commands.allowed_installs(guilds=True, users=False)(command)
    return command


def moderated_server(interaction: Interaction) -> int:
    """Return the server that the user may moderate. Raises RequestRejected if there is none."""
    if interaction.guild_id is None:
        raise RequestRejected("blocks-of-servers")
    if not interaction.permissions.moderate_members:
        raise RequestRejected("blocks-not-allowed")
    return interaction.guild_id


def place_of_blocks(interaction: Interaction, *, everywhere: bool) -> int:
    """Return the ``guild_id`` of the blocks to change: that of this server, or the one that means all servers.

    Raises RequestRejected if the user may not change these blocks.
    """
    if not everywhere:
        return moderated_server(interaction)
    if not is_operator(interaction.client, interaction.user.id):
        raise RequestRejected("blocks-not-everywhere")
    return EVERYWHERE


def ends_text(ends_at: datetime | None) -> TranslatableText:
    """Return the text that says when a block ends."""
    if ends_at is None:
        return TranslatableText("block-without-end")
    return TranslatableText("block-ends", {"ends": timestamp(ends_at)})


def reason_text(reason: str, limit: int = REASON_LIMIT) -> str | TranslatableText:
    """Return the reason of a block, or the text for a block without one."""
    return one_line(truncate(reason, limit)) if reason else TranslatableText("block-without-reason")


def note_block(interaction: Interaction, user: discord.abc.Snowflake, block: Block) -> None:
    """Log a block in the server's log."""
    arguments: dict[str, Argument] = {
        "moderator": interaction.user.mention,
        "user": f"<@{user.id}>",
        "ends": ends_text(block.ends_at),
        "reason": reason_text(block.reason),
    }
    interaction.client.server_log.note(block.guild_id or None, TranslatableText("log-block", arguments))


def note_unblock(interaction: Interaction, guild_id: int, user_id: int | None) -> None:
    """Log the removal of a block in the server's log; ``user_id`` is None if the user has erased their data."""
    arguments: dict[str, Argument] = {"moderator": interaction.user.mention, "user": user_text(user_id)}
    interaction.client.server_log.note(guild_id or None, TranslatableText("log-unblock", arguments))


def user_text(user_id: int | None) -> str | TranslatableText:
    """Return a mention that pings nobody; ``user_id`` is None or 0 if the user has erased their data."""
    return f"<@{user_id}>" if user_id else TranslatableText("block-of-erased")
