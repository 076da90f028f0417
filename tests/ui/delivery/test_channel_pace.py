"""The wait of posts for their channel."""

import asyncio

import pytest

from flux_bot.core.errors import RateLimited
from flux_bot.ui.delivery.channel_pace import ChannelPace


async def post(pace: ChannelPace, channel_id: int = 1, *, can_wait: bool = False, limit: float | None = None) -> None:
    """Post, and let Discord respond with a rate limit of some seconds."""
    async with pace.turn(channel_id, can_wait=can_wait):
        if limit is not None:
            raise RateLimited(limit)


async def test_a_busy_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a burst, posts with another delivery method do not wait; others wait only if their turn comes soon."""
    monkeypatch.setattr("flux_bot.ui.delivery.channel_pace.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("flux_bot.ui.delivery.channel_pace.POST_INTERVAL", 0.1)
    pace = ChannelPace()
    for can_wait, posted in ((False, 5), (True, 2)):
        outcomes = await asyncio.gather(*(post(pace, can_wait=can_wait) for _ in range(7)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [type(None)] * posted + [RateLimited] * (7 - posted)
    await post(pace, 2)


async def test_a_limited_channel() -> None:
    """A limit is remembered only for its channel, and also applies to waiting posts; posts wait for a short one."""
    pace = ChannelPace()
    with pytest.raises(RateLimited):
        await post(pace, limit=0.01)
    assert pace.limited_seconds(1) == 0
    waiting = [asyncio.create_task(post(pace, can_wait=True, limit=600)) for _ in range(2)]
    for outcome in await asyncio.gather(*waiting, return_exceptions=True):
        assert isinstance(outcome, RateLimited)
    assert 0 < pace.limited_seconds(1) <= 600
    assert pace.limited_seconds(2) == 0
    with pytest.raises(RateLimited):
        await post(pace, can_wait=True)
    await post(pace, 2)
