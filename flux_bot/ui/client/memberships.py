"""Cached look-ups of members of the allowed servers at Discord, which need no privileged intent."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection

from flux_bot.core.errors import DeliveryFailed
from flux_bot.ui.discord_errors import MethodFailed, discord_errors
from flux_bot.ui.recent_items import RecentItems

log = logging.getLogger(__name__)

MEMBER_SECONDS = 600.0
"""Time to remember that a user is a member, in seconds."""
STRANGER_SECONDS = 60.0
"""Time to remember that a user is not a member, in seconds; it is short, as they may join at any time."""
ASK_SECONDS = 10.0
"""Maximum time to wait for Discord, in seconds."""


class Memberships:
    """Look-ups of whether users are members of at least one of the allowed servers."""

    def __init__(self, get_member: Callable[[int, int], Awaitable[object]], guild_ids: Collection[int]) -> None:
        """Take the servers' ids, and a function that requests a member of a server and raises discord.py's errors."""
        self._get_member = get_member
        self._guild_ids = guild_ids
        self._known: RecentItems[int, tuple[bool, float]] = RecentItems()
        """Whether a user is a member, and until when to remember it (by ``time.perf_counter``), by user id."""
        self._asking: dict[int, asyncio.Task[bool | None]] = {}

    async def is_member(self, user_id: int) -> bool:
        """Return whether a user is a member. Raises DeliveryFailed if Discord can't be reached.

        If the caller stops waiting, the look-up continues, so that the answer is known the next time.
        """
        is_member, until = self._known.get(user_id, (False, 0.0))
        if time.perf_counter() < until:
            return is_member
        if user_id not in self._asking:
            self._asking[user_id] = asyncio.create_task(self._ask(user_id))
            self._asking[user_id].add_done_callback(lambda _: self._asking.pop(user_id))
        answer = await asyncio.shield(self._asking[user_id])
        if answer is None:
            raise DeliveryFailed("can't look up a member at Discord")
        return answer

    async def _ask(self, user_id: int) -> bool | None:
        """Query all servers at the same time; return None if a response is missing and none of the others is yes."""
        answers = await asyncio.gather(*(self._ask_one(guild_id, user_id) for guild_id in self._guild_ids))
        is_member = True in answers
        if not is_member and None in answers:
            return None
        seconds = MEMBER_SECONDS if is_member else STRANGER_SECONDS
        self._known[user_id] = is_member, time.perf_counter() + seconds
        return is_member

    async def _ask_one(self, guild_id: int, user_id: int) -> bool | None:
        try:
            with discord_errors():
                async with asyncio.timeout(ASK_SECONDS):
                    await self._get_member(guild_id, user_id)
        except MethodFailed:  # the user is not a member, or the bot is not
            return False
        except DeliveryFailed as failed:
            log.warning("Can't look up whether a user is a member of server %d: %s", guild_id, failed)
            return None
        return True
