"""Code that the loops share: their parts, the events that wake them, and their error handling."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CardState, Job
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.flux.client import FluxApi
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.logs import about_job
from flux_bot.metrics import Metrics
from flux_bot.store.database.notifications import Loop
from flux_bot.store.store import JobStore

log = logging.getLogger(__name__)

TICK_SECONDS = 30.0
"""How often a loop looks for work without being woken; this is only a safety net."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """Durations, most of them from the settings."""

    callback_grace: timedelta
    poll_interval: timedelta
    deadline: timedelta
    delivery_lease: timedelta
    """How long a delivery may go without renewal before another process takes over."""
    reply_grace: timedelta = timedelta(seconds=5)
    """Discord accepts a first reply only within 3 s; after this, a job without a reply no longer waits for it."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The events that wake the loops of this process and stop them."""

    dispatch: asyncio.Event = field(default_factory=asyncio.Event)
    deliver: asyncio.Event = field(default_factory=asyncio.Event)
    reconcile: asyncio.Event = field(default_factory=asyncio.Event)
    reconnected: asyncio.Event = field(default_factory=asyncio.Event)
    """The gateway is connected again, so undelivered jobs are retried."""
    repair: asyncio.Event = field(default_factory=asyncio.Event)
    """A result was posted with links instead of pictures."""
    card: asyncio.Event = field(default_factory=asyncio.Event)
    """The status card of a group is out of date."""
    outdated_cards: dict[str, CardState] = field(default_factory=dict)
    """The states that these cards should show, by group id."""
    clean: asyncio.Event = field(default_factory=asyncio.Event)
    """A user's data was erased, so SQLite's files need cleaning."""
    erase: asyncio.Event = field(default_factory=asyncio.Event)
    """A user has erased their data, so their messages need to be deleted."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def mark_card_outdated(self, group_id: str, card: CardState) -> None:
        """Mark the status card of a group as out of date; one edit shows all changes until then."""
        self.outdated_cards[group_id] = card
        self.card.set()

    def wake(self, loop: Loop) -> None:
        """Wake a loop after another process has written data for it."""
        (self.dispatch if loop is Loop.DISPATCH else self.deliver).set()

    def stop(self) -> None:
        """Wake all loops, so that they end."""
        events = (self.stopping, self.dispatch, self.deliver, self.reconcile, self.reconnected, self.repair, self.card)
        for event in (*events, self.clean, self.erase):
            event.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that the workflow is built from."""

    store: JobStore
    api: FluxApi
    catalogue: Catalogue
    images: ImageFetcher
    metrics: Metrics
    limits: Limits
    rules: OperatorRules = field(default_factory=OperatorRules)
    timing: Timing
    public_url: str
    """The base of callback URLs. If it is empty, no callbacks are requested, and all results are looked up."""
    resubmit_after_500: bool = False
    """Whether to submit a job once more after the API's internal error."""
    retention: timedelta | None = None
    """How long ended jobs are kept; None means forever."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    signals: Signals = field(default_factory=Signals)


async def guard(work: Awaitable[T], job: Job | None = None) -> T | None:
    """Do one piece of a loop's work; after any error, log it and return None, so that the loop continues."""
    with about_job(job) if job else nullcontext():
        try:
            return await work
        except Exception:
            log.exception("Unexpected error; the loop continues")
            return None


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Sleep for some seconds, or until the event is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def wait_for_work(event: asyncio.Event, seconds: float) -> None:
    """Sleep until there is work, but no longer than some seconds, and clear the event."""
    await wait(event, seconds)
    event.clear()


def seconds_until(at: datetime | None, *, now: datetime) -> float:
    """Return the seconds until a time, at most ``TICK_SECONDS``; None means never."""
    if at is None:
        return TICK_SECONDS
    return min(TICK_SECONDS, max(0.0, (at - now).total_seconds()))
