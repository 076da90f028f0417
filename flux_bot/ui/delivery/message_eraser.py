"""Deletes messages for users who have erased their data, in channels and direct messages, and reports to them."""

import discord

from flux_bot.locales import translator_for
from flux_bot.store.users.message_erasure import Outcome, Report
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.discord_errors import UNKNOWN_MESSAGE, MethodFailed, discord_errors

_GONE = frozenset({UNKNOWN_MESSAGE, 10003, 10004})
"""Error codes for an unknown message, channel or server: nobody sees the message any more."""


class DiscordMessageEraser:
    """Deletes messages through one bot."""

    def __init__(self, bot: FluxBot) -> None:
        """Take the bot; it must be logged in before the first call."""
        self._bot = bot

    async def delete(self, channel_id: int, message_id: int) -> Outcome:
        """Delete a message of the bot. Raises DeliveryFailed for temporary errors."""
        try:
            with discord_errors():
                await self._bot.get_partial_messageable(channel_id).get_partial_message(message_id).delete()
        except MethodFailed as failed:
            return Outcome.GONE if failed.code in _GONE else Outcome.REFUSED
        return Outcome.DELETED

    async def report(self, report: Report) -> bool:
        """Send the report to its user; return False if Discord does not allow that. Raises DeliveryFailed."""
        translate, done = translator_for(report.locale or ""), report.progress
        parts = [translate("privacy-report", done=done.deleted, total=done.total)]
        if done.gone:
            parts.append(translate("privacy-report-gone", count=done.gone))
        if done.refused:
            parts.append(translate("privacy-report-refused", count=done.refused))
        try:
            with discord_errors():
                channel = await self._bot.create_dm(discord.Object(report.user_id))
                # Discord accepts a nonce only once within a few minutes, so a repeat after a crash is not posted again.
                await channel.send(view=cards.text(*parts).view, nonce=f"e{report.user_id}")
        except MethodFailed:
            return False
        return True
