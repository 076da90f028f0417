"""The loop that removes deleted texts from SQLite's files, see ``store/database/cleaning.py``."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from flux_bot.core.errors import StoreUnavailable
from flux_bot.store.database.cleaning import Cleaning
from flux_bot.workflow.loops import TICK_SECONDS, Signals, guard, wait_for_work

log = logging.getLogger(__name__)

PAUSE_SECONDS = 2.0
"""Between two attempts while another connection reads the files."""
AFTER_USERS = timedelta(minutes=10)
"""The shortest time between two rewrites of the file if users delete something; the first is made at once."""
AFTER_PRUNING = timedelta(days=1)
"""The same for old jobs, whose texts were overwritten in place anyway."""


class FileCleaning:
    """Cleans the files when something was deleted."""

    def __init__(self, cleaning: Cleaning, signals: Signals, now: Callable[[], datetime]) -> None:
        self._cleaning = cleaning
        self._signals = signals
        self._now = now
        self._started_at = now()
        self._rewritten_at: datetime | None = None
        """When this process has last done or tried it."""

    async def run(self) -> None:
        """Clean the files until stopped."""
        while not self._signals.stopping.is_set():
            is_clean = await guard(self.clean())
            await wait_for_work(self._signals.clean, PAUSE_SECONDS if is_clean is False else TICK_SECONDS)

    async def clean(self) -> bool:
        """Clean the files if that is needed; return False if another connection is in the way."""
        need = await self._cleaning.needed()
        if need is None:
            return True
        if need.is_urgent:
            is_due = self._rewritten_at is None or self._now() - self._rewritten_at >= AFTER_USERS
        else:
            is_due = self._now() - (self._rewritten_at or self._started_at) >= AFTER_PRUNING
        if not is_due:
            return await self._cleaning.empty_log()
        try:
            is_rewritten = await self._cleaning.rewrite(need)
        except StoreUnavailable as error:
            self._rewritten_at = self._now()  # each attempt keeps the jobs waiting
            log.warning("Can't rewrite the database file, so deleted texts may still be in it: %s", error)
            return await self._cleaning.empty_log()
        if not is_rewritten:
            return False
        self._rewritten_at = self._now()
        log.info("Rewrote the database file, without what was deleted")
        return True
