"""Direct messages to the operator: the owner of the bot's Discord application, or the members of its team."""

import logging
from collections.abc import Sequence

import aiohttp
import discord

from flux_bot.core.text import escape, plain_line
from flux_bot.ui import cards
from flux_bot.ui.bot import FluxBot

log = logging.getLogger(__name__)


class OperatorMessages:
    """Sends messages to the operator; the bot must be logged in."""

    def __init__(self, bot: FluxBot) -> None:
        self._bot = bot

    async def send(self, text: str) -> bool:
        """Send a text to the owner or all members of the team; return whether at least one of them got it."""
        return any([await self._send_to(person, text) for person in _operators(self._bot)])

    async def _send_to(self, person: discord.abc.Snowflake, text: str) -> bool:
        note = "-# You get this because you run this bot: at most once an hour for each cause."
        try:
            channel = await self._bot.create_dm(person)
            await channel.send(view=cards.text(f"⚠️ {escape(text)}", note).view)
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
            log.warning("Can't send a message to the operator %d: %s", person.id, plain_line(error))
            return False
        return True


def is_operator(bot: FluxBot, user_id: int) -> bool:
    """Return whether a user owns the bot's application, or is a member of the team that does."""
    return any(person.id == user_id for person in _operators(bot))


def _operators(bot: FluxBot) -> Sequence[discord.abc.User]:
    application = bot.application  # set at login
    if application is None:
        return []
    return [application.owner] if application.team is None else _members(application.team)


def _members(team: discord.Team) -> list[discord.TeamMember]:
    """Return the members of a team who have accepted their invitation."""
    return [one for one in team.members if one.membership_state is discord.TeamMembershipState.accepted]
