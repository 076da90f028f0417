"""The status cards of open jobs: edited once per state, in the order of the states, by one process at a time.

A result is not posted while a card is leased, so that no edit overwrites it.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

from flux_bot.core.errors import DeliveryFailed
from flux_bot.core.jobs import CANCELLED_PAID, OPEN, CardState, Job, JobStatus
from flux_bot.logs import about_job
from flux_bot.workflow.delivery import Messenger
from flux_bot.workflow.loops import Parts

log = logging.getLogger(__name__)

CARD_LEASE = timedelta(seconds=10)
"""How long a card may be edited before another process may edit it."""
CARD_PAUSE_SECONDS = 0.2
"""How often to check whether another process has finished editing a card."""


class StatusCards:
    """Edits the status cards."""

    messenger: Messenger
    """Set before the loops run."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._metrics = parts.metrics
        self._signals = parts.signals
        self._now = parts.now
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, job_id: str) -> asyncio.Lock:
        """Return the job's lock, which keeps the edits of its card in order."""
        return self._locks.setdefault(job_id, asyncio.Lock())

    async def show(self, job: Job, card: CardState) -> None:
        """Edit the status card, once per state; if Discord refuses, the card is merely out of date."""
        if not await self._store.claim_card(job, card, now=self._now(), lease=CARD_LEASE):
            return
        try:
            async with asyncio.timeout(CARD_LEASE.total_seconds() / 2):
                usual_seconds = await self._store.usual_seconds(job.request.model)
                await self.messenger.edit_status_card(replace(job, card=card), usual_seconds)
        except (DeliveryFailed, TimeoutError) as error:
            log.warning("The status card is out of date: %s", error if str(error) else "Discord takes too long")
        await self._store.release_card(job.id)
        self._signals.deliver.set()

    async def cancel(self, job_id: str, *, caller_edits_card: bool) -> Job | None:
        """Cancel an open job, and edit its card unless the caller does; None if it has ended."""
        async with self.lock(job_id):
            job = await self._cancel(job_id)
            if job is None:
                return None
            if not caller_edits_card:
                try:
                    await self.messenger.edit_status_card(job)
                except DeliveryFailed as error:
                    log.warning("The card of a cancelled job is out of date: %s", error)
            await self._store.forget_token(job_id)
        return job

    async def _cancel(self, job_id: str) -> Job | None:
        """Move a job to CANCELLED once nobody is editing its card; return a cancelled job as it is."""
        wait_until = self._now() + CARD_LEASE
        while True:
            job = await self._store.cancel(job_id, now=self._now())
            if job is not None:
                paid = bool(job.result and job.result.failure and job.result.failure.code == CANCELLED_PAID)
                self._metrics.cancelled.labels("yes" if paid else "no").inc()
                with about_job(job):
                    log.info("Cancelled, %s", "paid" if paid else "unpaid")
                return job
            job = await self._store.history.job(job_id)
            if job is None or job.status not in OPEN or self._now() > wait_until:
                return job if job and job.status is JobStatus.CANCELLED else None
            await asyncio.sleep(CARD_PAUSE_SECONDS)
