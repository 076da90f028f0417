"""Helpers for the tests of moderators' commands."""

from typing import Any

import discord
import simcord

from flux_bot.core.text import TranslatableText
from flux_bot.sandbox.virtual_discord import change_application, user_payload
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.moderation.server_log import ServerLog
from tests.english import EN
from tests.finished_jobs import private_text
from tests.harness import BotHarness

NOT_ALLOWED = EN("blocks-not-allowed")
NOT_EVERYWHERE = EN("blocks-not-everywhere")


class RecordedLog(ServerLog):
    """A replacement for the bot's server log that only records the entries, in English."""

    def __init__(self, bot: FluxBot) -> None:
        super().__init__(bot, bot.store.servers, bot.clock.now)
        self.entries: list[tuple[int | None, str]] = []
        self._replaced = bot.server_log
        bot.server_log = self

    def stop(self) -> None:
        """Stop this log and the bot's own, whichever is running."""
        super().stop()
        self._replaced.stop()

    def note(self, guild_id: int | None, entry: TranslatableText, **_: object) -> None:
        """Record an entry."""
        self.entries.append((guild_id, EN.text(entry)))


def let_moderate(harness: BotHarness) -> None:
    """Give alice the permission to moderate members."""
    role = harness.guild.create_role("moderators", permissions=discord.Permissions(moderate_members=True))
    harness.env.backend.add_member_role(harness.guild.id, harness.alice.id, role.id)


async def make_operator(harness: BotHarness) -> None:
    """Make alice the owner of the bot's application."""
    change_application(harness.env.backend, owner=user_payload(harness.env.backend, harness.alice.id))
    await harness.restart()


def take_permissions(harness: BotHarness) -> None:
    """Make all further interactions come from members without permissions, as if a client had forged them."""
    harness.change_interaction = lambda payload: payload["member"].update(permissions="2048")


async def run(harness: BotHarness, command: str, **options: Any) -> str:
    """Let alice run a command, and return the private answer."""
    result: simcord.InteractionResult = await harness.alice.slash(harness.channel, command, **options)
    return private_text(result)
