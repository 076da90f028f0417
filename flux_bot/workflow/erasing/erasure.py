"""Erases a user's data, even while their jobs are in progress, and later deletes the remains."""

import asyncio
import logging
from datetime import datetime, timedelta

from flux_bot.core.jobs import Job
from flux_bot.core.rules.periods import day_of
from flux_bot.store.users.erasure import Erased
from flux_bot.workflow.loops import Parts, guard, wait
from flux_bot.workflow.status_cards import StatusCards

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=20)
"""Maximum time to wait for cards that are being edited and results that are being posted, before erasing anyway."""
CHECK_SECONDS = 0.25
FORGET_PAUSE_SECONDS = 600.0


class Erasures:
    """Erases users' data."""

    def __init__(self, parts: Parts, cards: StatusCards) -> None:
        self._erasure = parts.store.users.erasure
        self._signals = parts.signals
        self._now = parts.now
        self._zone = parts.rules.zone
        self._reply_grace = parts.timing.reply_grace
        self._cards = cards

    async def erase(self, user_id: int, *, deletes_messages: bool, locale: str) -> Erased:
        """Cancel a user's open jobs, then erase all data stored about the user.

        Requests made meanwhile are cancelled and erased as well. ``locale`` is the language of the report about the
        messages. Raises StoreUnavailable.
        """
        give_up_at = self._now() + PATIENCE
        erased = None
        while erased is None:
            for job in await self._erasure.open_jobs(user_id):
                if not self._awaits_reply(job):
                    await self._cards.cancel(job.id, discards=True, caller_edits_card=False)
            now = self._now()
            erased = await self._erasure.erase(
                user_id,
                now=now,
                day=day_of(now, self._zone).start,
                deletes_messages=deletes_messages,
                locale=locale,
                forced=now > give_up_at,
            )
            if erased is None:
                await asyncio.sleep(CHECK_SECONDS)
        log.info("A user has erased their data: %d requests", erased.jobs)
        for event in (self._signals.dispatch, self._signals.clean, self._signals.erase):
            event.set()
        return erased

    def _awaits_reply(self, job: Job) -> bool:
        """Return whether the first reply to a request is being sent: it would replace the card of a cancelled job."""
        return job.reply_message_id is None and self._now() - job.accepted_at < self._reply_grace

    async def forget(self) -> None:
        """Delete the remains of erased users' data once they are no longer needed, until stopped."""
        while not self._signals.stopping.is_set():
            await guard(self._forget(self._now()))
            await wait(self._signals.stopping, FORGET_PAUSE_SECONDS)

    async def _forget(self, now: datetime) -> None:
        await self._erasure.forget(now=now, day=day_of(now, self._zone).start)
