"""The loop that removes deleted text from SQLite's files, see ``store/database/cleaning.py``."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from flux_bot.core.errors import StoreUnavailable
from flux_bot.store.database.cleaning import Cleaning, NeedsCleaning
from flux_bot.workflow.loops import TICK_SECONDS, Signals, guard, wait_for_work

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
"""Pause between two attempts while another connection reads the files, in seconds."""
AFTER_USERS = timedelta(minutes=10)
"""Minimum time between two rewrites of the file if users delete something; the first rewrite is immediate.

Also the maximum time that a rewrite waits for a moment when no job is open.
"""
AFTER_PRUNING = timedelta(days=1)
"""Minimum time between two rewrites if only old jobs were deleted, whose texts were overwritten in place anyway."""
TIMES_AS_LONG = 1000
"""Minimum time between two rewrites, in multiples of a rewrite's duration, because transactions wait meanwhile."""


class FileCleaning:
    """Cleans the files after deletions."""

    def __init__(self, cleaning: Cleaning, signals: Signals, now: Callable[[], datetime]) -> None:
        self._cleaning = cleaning
        self._signals = signals
        self._now = now
        self._started_at = now()
        self._rewritten_at: datetime | None = None
        """Time when this process last rewrote the file, or failed to."""
        self._took = timedelta(0)
        """Duration of the slowest rewrite."""
        self._waits_since: datetime | None = None

    async def run(self) -> None:
        """Clean the files until stopped."""
        while not self._signals.stopping.is_set():
            is_clean = await guard(self.clean())
            await wait_for_work(self._signals.clean, PAUSE_SECONDS if is_clean is False else TICK_SECONDS)

    async def clean(self) -> bool:
        """Clean the files if necessary; return False if another connection or an open job prevents it."""
        need, now = await self._cleaning.needed(), self._now()
        if need is None:
            return True
        shortest = AFTER_USERS if need.is_urgent else AFTER_PRUNING
        last = self._rewritten_at or (None if need.is_urgent else self._started_at)
        if last is not None and now - last < max(shortest, TIMES_AS_LONG * self._took):
            return await self._cleaning.empty_log()
        self._waits_since = self._waits_since or now
        if now - self._waits_since < AFTER_USERS and not await self._cleaning.is_quiet():
            await self._cleaning.empty_log()
            return False
        return await self._rewrite(need)

    async def _rewrite(self, need: NeedsCleaning) -> bool:
        started = time.perf_counter()
        try:
            is_rewritten = await self._cleaning.rewrite(need)
        except StoreUnavailable as error:
            self._rewritten_at = self._now()  # jobs wait during each attempt
            log.warning("Can't rewrite the database file, which may still contain deleted text: %s", error)
            return await self._cleaning.empty_log()
        finally:
            self._took = max(self._took, timedelta(seconds=time.perf_counter() - started))
        if not is_rewritten:
            return False
        self._rewritten_at, self._waits_since = self._now(), None
        log.info("Rewrote the database file without the deleted data")
        return True
