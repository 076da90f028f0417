"""How the loops live: woken when there is something to do, and ended by nothing that goes wrong."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import nullcontext, suppress
from datetime import datetime
from typing import TypeVar

from flux_bot.core.jobs import Job
from flux_bot.logs import about_job

log = logging.getLogger(__name__)

TICK_SECONDS = 30.0
"""How often a loop looks without being woken; only the safety net."""

T = TypeVar("T")


async def guard(work: Awaitable[T], job: Job | None = None) -> T | None:
    """Do one piece of a loop's work; whatever goes wrong is logged, and the loop lives on."""
    with about_job(job) if job else nullcontext():
        try:
            return await work
        except Exception:
            log.exception("Unexpected error in a loop; it goes on")
            return None


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Sleep so long, or until the event is set."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def wait_for_work(due: asyncio.Event, seconds: float) -> None:
    """Sleep until there is something to do; the time-out is only the safety net."""
    await wait(due, seconds)
    due.clear()


def seconds_until(at: datetime | None, *, now: datetime, at_most: float = TICK_SECONDS) -> float:
    """Return how long to sleep until a time, if there is one."""
    if at is None:
        return at_most
    return min(at_most, max(0.0, (at - now).total_seconds()))
