"""Discord's time, taken from its responses: this machine's clock may be off by minutes, or change while the bot runs.

Discord's ids and tokens contain Discord's time, and processes on several machines may share one database. With this
clock, they all agree.
"""

import time
from datetime import UTC, datetime

from flux_bot.core.backoff import parse_http_date

TOLERANCE_SECONDS = 2.0
"""Smaller differences mean nothing: a ``Date`` header has whole seconds, and a response takes some time."""


class DiscordClock:
    """A clock that starts with this machine's time and follows Discord's."""

    def __init__(self) -> None:
        self._offset = time.time() - time.perf_counter()
        """Seconds to add to the monotonic clock."""
        self._suspected: float | None = None
        """The offset according to the last response; None before the first."""

    def now(self) -> datetime:
        """Return the current time."""
        return datetime.fromtimestamp(time.perf_counter() + self._offset, UTC)

    def learn(self, date: str | None) -> None:
        """Take the ``Date`` header of a response that has just arrived (RFC 9110, 6.6.1).

        The first response sets the clock at once, so that the bot never starts work with a wrong time. Later, two
        consecutive responses must agree on a new time, because a single one may be slow or come from a cache.
        """
        sent_at = parse_http_date(date or "")
        if sent_at is None:
            return
        offset = sent_at.timestamp() + 0.5 - time.perf_counter()
        is_confirmed = self._suspected is None or abs(offset - self._suspected) < TOLERANCE_SECONDS
        if is_confirmed and abs(offset - self._offset) > TOLERANCE_SECONDS:
            self._offset = offset
        self._suspected = offset
