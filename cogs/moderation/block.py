"""/block and /unblock: block users from making pictures, in this server or, for the operator, everywhere."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.rights import (
    REASON_LIMIT,
    ends_text,
    for_moderators,
    note_block,
    note_unblock,
    place_of_blocks,
    user_text,
)
from flux_bot.core.errors import RequestRejected
from flux_bot.core.rules.durations import Duration, parse_duration, suggested_durations
from flux_bot.core.text import quote, shorten
from flux_bot.locales import Translator
from flux_bot.store.rules.known import Block
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.replies import Reply, user_translator

log = logging.getLogger(__name__)

_TYPED_LIMIT = 20
"""Maximum length of a typed duration, in characters."""


class BlockCommands(commands.Cog):
    """The commands."""

    @for_moderators
    @app_commands.command()
    async def block(
        self,
        interaction: Interaction,
        user: discord.User,
        duration: app_commands.Range[str, 1, _TYPED_LIMIT] | None = None,
        reason: app_commands.Range[str, 1, REASON_LIMIT] | None = None,
        everywhere: bool = False,
    ) -> None:
        """Block a user, replacing an earlier block."""
        guild_id = place_of_blocks(interaction, everywhere=everywhere)
        if user.id == interaction.user.id:
            raise RequestRejected("block-yourself")
        if user.bot:
            raise RequestRejected("block-a-bot")
        now, length = interaction.client.clock.now(), _duration(duration)
        block = Block(
            guild_id,
            ends_at=now + length.length if length else None,
            reason=shorten(reason or "", REASON_LIMIT),
            blocked_by=interaction.user.id,
            blocked_at=now,
        )
        reply, translate = Reply(interaction, private=True), user_translator(interaction)
        await reply.wait_for(interaction.client.store.blocks.block(user.id, block))
        log.info("User %d was blocked in server %d (0: everywhere)", user.id, guild_id)
        note_block(interaction, user, block)
        done = "block-done-everywhere" if everywhere else "block-done"
        await reply.send(cards.text(translate(done, user=user_text(user.id), ends=ends_text(block.ends_at))))

    @for_moderators
    @app_commands.command()
    async def unblock(self, interaction: Interaction, user: discord.User, everywhere: bool = False) -> None:
        """Unblock a user, who may have left the server or erased their data."""
        guild_id = place_of_blocks(interaction, everywhere=everywhere)
        reply, now = Reply(interaction, private=True), interaction.client.clock.now()
        if not await reply.wait_for(interaction.client.store.blocks.unblock(guild_id, user.id, now=now)):
            raise RequestRejected("not-blocked-everywhere" if everywhere else "not-blocked", user=f"<@{user.id}>")
        log.info("User %d was unblocked in server %d (0: everywhere)", user.id, guild_id)
        note_unblock(interaction, guild_id, user.id)
        done = "unblock-done-everywhere" if everywhere else "unblock-done"
        await reply.send(cards.text(user_translator(interaction)(done, user=user_text(user.id))))

    @block.autocomplete("duration")
    async def _durations(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        translate = user_translator(interaction)
        return [
            app_commands.Choice(name=_label(translate, duration), value=str(duration))
            for duration in suggested_durations(typed)
        ]


def _duration(typed: str | None) -> Duration | None:
    if typed is None:
        return None
    duration = parse_duration(typed)
    if duration is None:
        raise RequestRejected("block-no-duration", typed=quote(typed.strip(), _TYPED_LIMIT))
    return duration


def _label(translate: Translator, duration: Duration) -> str:
    """Return a duration such as "3 days" in the user's language."""
    return translate(f"block-duration-{duration.unit}", count=duration.number)


async def setup(bot: FluxBot) -> None:
    """Add the commands (discord.py calls this)."""
    await bot.add_cog(BlockCommands())
