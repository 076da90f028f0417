"""Look-ups of members of allowed servers: the requests to Discord, and the answers that are remembered."""

import asyncio
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from flux_bot.core.errors import DeliveryFailed
from flux_bot.ui.client import memberships
from flux_bot.ui.client.memberships import Memberships

MEMBER, STRANGER = 1, 2


class Guilds:
    """Discord's answers about the members of servers."""

    def __init__(self, *guild_ids: int) -> None:
        """Set the servers that the member is in."""
        self.asked: list[tuple[int, int]] = []
        self.broken: set[int] = set()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._guild_ids = guild_ids

    async def get_member(self, guild_id: int, user_id: int) -> object:
        """Return or raise what discord.py would."""
        self.asked.append((guild_id, user_id))
        await self.may_answer.wait()
        if guild_id in self.broken:
            raise error(503, 0)
        if guild_id not in self._guild_ids or user_id != MEMBER:
            raise error(404, 10007)
        return object()


def error(status: int, code: int) -> discord.HTTPException:
    """Return an error of Discord."""
    response: Any = SimpleNamespace(status=status, reason="", headers={})
    return discord.HTTPException(response, {"code": code, "message": ""})


async def test_members_of_one_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Membership in one of the servers is enough. Both answers are remembered, a "no" for a shorter time."""
    guilds = Guilds(20)
    members = Memberships(guilds.get_member, (10, 20))
    for _ in range(2):
        assert await members.is_member(MEMBER)
        assert not await members.is_member(STRANGER)
    assert guilds.asked == [(10, MEMBER), (20, MEMBER), (10, STRANGER), (20, STRANGER)]
    monkeypatch.setattr(memberships, "STRANGER_SECONDS", -1)
    members = Memberships(guilds.get_member, (10,))
    guilds.asked.clear()
    for _ in range(2):
        assert not await members.is_member(MEMBER)
    assert len(guilds.asked) == 2
    assert memberships.MEMBER_SECONDS > 60


async def test_discord_can_not_be_asked() -> None:
    """A "yes" from one server is enough; a "no" requires the answers of all servers, and is remembered only then."""
    guilds = Guilds(20)
    members = Memberships(guilds.get_member, (10, 20))
    guilds.broken = {10}
    assert await members.is_member(MEMBER)
    with pytest.raises(DeliveryFailed):
        await members.is_member(STRANGER)
    guilds.broken.clear()
    assert not await members.is_member(STRANGER)


async def test_a_slow_answer() -> None:
    """Simultaneous checks of a user make one request; the answer is remembered even if nobody waits for it any more."""
    guilds = Guilds(10)
    members = Memberships(guilds.get_member, (10,))
    guilds.may_answer.clear()
    waiting = [asyncio.create_task(members.is_member(MEMBER)) for _ in range(3)]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await members.is_member(MEMBER)
    guilds.may_answer.set()
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert await members.is_member(MEMBER)
    assert len(guilds.asked) == 1
