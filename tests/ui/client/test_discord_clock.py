"""Discord's time is right, however wrong this machine's clock is."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from flux_bot.ui.client.discord_clock import DiscordClock

SECOND = timedelta(seconds=1)


def header(ahead: timedelta) -> str:
    """Return the Date header of a server whose clock is ahead of this machine's."""
    return format_datetime(datetime.now(UTC) + ahead, usegmt=True)


def ahead(clock: DiscordClock) -> int:
    """Return how far a clock is ahead of this machine's, in minutes."""
    return round((clock.now() - datetime.now(UTC)).total_seconds() / 60)


def test_learning() -> None:
    """The first answer sets the clock, and later two that agree; small differences and bad dates change nothing."""
    for minutes in (-90, 0, 2):
        clock = DiscordClock()
        clock.learn(header(minutes * 60 * SECOND))
        assert ahead(clock) == minutes, minutes
        for other in (minutes + 10, minutes):
            for _ in range(2):
                clock.learn(header(other * 60 * SECOND))
            assert ahead(clock) == other, minutes
        before = clock.now()
        for date in (None, "", "yesterday", "Sun, 99 Nov 2026 14:36:16 GMT", header(30 * 60 * SECOND)):
            clock.learn(date)
        clock.learn(header((minutes * 60 - 1) * SECOND))
        clock.learn(header((minutes * 60 - 1) * SECOND))
        assert timedelta() <= clock.now() - before < 60 * SECOND, minutes


def test_this_machines_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting the machine's clock back by an hour changes nothing."""
    clock = DiscordClock()
    before, real = clock.now(), time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    assert clock.now() >= before
