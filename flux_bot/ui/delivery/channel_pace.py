"""Limits how fast the bot posts in a channel, and remembers Discord's rate limits there."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

from flux_bot.core.errors import RateLimited
from flux_bot.ui.recent_items import RecentItems

POST_BURST = 5
POST_INTERVAL = 1.0
"""Discord usually allows five posts in five seconds in a channel; its responses contain the exact limit, which
discord.py observes (discord-api-docs, topics/rate-limits)."""
PATIENCE_SECONDS = 2.0
"""How long a post may wait for its channel, in a delivery slot."""


@dataclass
class _Channel:
    limiter: AsyncLimiter = field(default_factory=lambda: AsyncLimiter(POST_BURST, POST_BURST * POST_INTERVAL))
    waiting: int = 0
    limited_until: float = 0.0
    """The end of Discord's rate limit, as a time of the monotonic clock."""


class ChannelPace:
    """Spaces the posts of this process in each channel, and remembers Discord's limits."""

    def __init__(self) -> None:
        self._channels: RecentItems[int, _Channel] = RecentItems()

    def limited_seconds(self, channel_id: int) -> float:
        """Return the wait that Discord requires, in seconds; 0.0 if the post can wait that long."""
        channel = self._channels.get(channel_id)
        seconds = channel.limited_until - time.monotonic() if channel else 0.0
        return seconds if seconds > PATIENCE_SECONDS else 0.0

    @asynccontextmanager
    async def turn(self, channel_id: int, *, can_wait: bool) -> AsyncIterator[None]:
        """Wait for the turn to post once.

        Raises RateLimited if Discord has set a limit, or if the channel is busy for longer than the post may wait;
        a post that can use another method does not wait at all.
        """
        channel = self._channels[channel_id] = self._channels.get(channel_id) or _Channel()
        wait_seconds = (channel.waiting + 1) * POST_INTERVAL
        if not channel.limiter.has_capacity() and not (can_wait and wait_seconds <= PATIENCE_SECONDS):
            raise RateLimited(wait_seconds)
        self._raise_if_limited(channel_id)
        channel.waiting += 1
        try:
            await channel.limiter.acquire()
        finally:
            channel.waiting -= 1
        self._raise_if_limited(channel_id)  # another post may have reached the limit
        try:
            yield
        except RateLimited as limited:
            channel.limited_until = time.monotonic() + limited.retry_after
            raise

    def _raise_if_limited(self, channel_id: int) -> None:
        if seconds := self.limited_seconds(channel_id):
            raise RateLimited(seconds)
