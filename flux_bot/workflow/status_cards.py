"""Edits the status cards of open jobs once per state, in the order of the states, in one process at a time.

A result is not posted while a card is leased, so that no edit overwrites it.
"""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

from flux_bot.core.errors import DeliveryFailed
from flux_bot.core.jobs import CANCELLED_PAID, CardState, Job, JobStatus, Origin
from flux_bot.logs import about_job
from flux_bot.workflow.delivery import Messenger
from flux_bot.workflow.loops import TICK_SECONDS, Parts, guard, wait_for_work

log = logging.getLogger(__name__)

CARD_LEASE = timedelta(seconds=10)
"""How long a card may be edited before another process may edit it."""
CARD_PAUSE_SECONDS = 0.2
"""How often to check whether another process has finished editing a card."""


class StatusCards:
    """Edits the status cards."""

    messenger: Messenger
    """The workflow sets this before the loops run."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._metrics = parts.metrics
        self._signals = parts.signals
        self._limits = parts.limits
        self._now = parts.now
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, job_id: str) -> asyncio.Lock:
        """Return the job's lock, which keeps the edits of its card in order."""
        return self._locks.setdefault(job_id, asyncio.Lock())

    async def show(self, job: Job, card: CardState) -> None:
        """Edit the status card, once per state; if Discord rejects the edit, the card stays out of date.

        A group's card is edited by ``run``.
        """
        if job.group_id:
            self._signals.mark_card_outdated(job.group_id, card)
            return
        if not await self._store.claim_card(job, card, now=self._now(), lease=CARD_LEASE):
            return
        await self._edit(replace(job, card=card))

    async def _edit(self, job: Job) -> None:
        """Edit a status card that is leased, and end the lease."""
        try:
            async with asyncio.timeout(CARD_LEASE.total_seconds() / 2):
                usual_seconds = None if job.group else await self._store.usual_seconds(job.request.model)
                await self.messenger.edit_status_card(job, usual_seconds)
        except (DeliveryFailed, TimeoutError) as error:
            log.warning("The status card is out of date: %s", error if str(error) else "Discord takes too long")
        await self._store.release_card(job.id)
        self._signals.deliver.set()

    async def run(self) -> None:
        """Edit the status cards of groups that are out of date, until stopped."""
        async with asyncio.TaskGroup() as edits:
            while not self._signals.stopping.is_set():
                while self._signals.outdated_cards:
                    group_id, card = self._signals.outdated_cards.popitem()
                    edits.create_task(guard(self._show_group(group_id, card)))
                await wait_for_work(self._signals.card, TICK_SECONDS)

    async def _show_group(self, group_id: str, card: CardState) -> None:
        """Edit the card of a group once no other process is editing it, unless the group has ended."""
        async with self.lock(group_id):
            while group_id not in self._signals.outdated_cards:  # otherwise a newer state is waiting to be shown
                job = await self._store.groups.claim_card(group_id, card, now=self._now(), lease=CARD_LEASE)
                if job is not None:
                    with about_job(job):
                        await self._edit(job)
                    return
                job = await self._store.history.with_group(group_id)
                if job is None or not job.is_open or self._signals.stopping.is_set():
                    return
                await asyncio.sleep(CARD_PAUSE_SECONDS)

    async def show_place(self, job_id: str, place: int) -> None:
        """Show a queued job's place on its card; if Discord rejects the edit, the card stays out of date."""
        async with self.lock(job_id):
            claimed = await self._store.places.claim(job_id, place, self._limits, now=self._now(), lease=CARD_LEASE)
            if claimed is None:
                return
            with about_job(claimed.job):
                try:
                    async with asyncio.timeout(CARD_LEASE.total_seconds() / 2):
                        await self.messenger.show_place(claimed.job, place, claimed.starts_at)
                except (DeliveryFailed, TimeoutError) as error:
                    log.warning("The place on a card is out of date: %s", str(error) or "Discord takes too long")
                await self._store.release_card(job_id)
                self._signals.deliver.set()
                # If another process has started the job meanwhile, it could not edit the card.
                job = await self._store.history.job(job_id)
                if job is not None and job.status is JobStatus.RUNNING and job.card is CardState.QUEUED:
                    await self.show(job, CardState.PAINTING)

    async def cancel(self, job_id: str, *, discards: bool, caller_edits_card: bool) -> Job | None:
        """Cancel an open job, and edit its card unless the caller does; return None if the job has ended.

        A job that is charged anyway is returned unchanged unless ``discards`` is true.
        """
        async with self.lock(job_id):
            job = await self._cancel(job_id, discards=discards)
            if job is None or job.status is not JobStatus.CANCELLED:
                return job
            if not caller_edits_card:
                try:
                    await self.messenger.edit_status_card(job)
                except DeliveryFailed as error:
                    log.warning("The card of a cancelled job is out of date: %s", error)
            await self._store.forget_token(job_id)
        return job

    async def make_private(self, job: Job, origin: Origin | None, reply_message_id: int | None) -> bool:
        """Make an open job private, and remove its public card; return False if the job has ended. See ``JobStore``."""
        async with self.lock(job.id):
            if not await self._store.make_private(job.id, origin, reply_message_id):
                return False
            with about_job(job):
                log.info("Made private")
                try:
                    await self.messenger.remove_status_card(job)
                except DeliveryFailed as error:
                    log.warning("The public card of a private job could not be removed: %s", error)
        return True

    async def _cancel(self, job_id: str, *, discards: bool) -> Job | None:
        """Move a job to CANCELLED once no process is editing its card; return a cancelled job unchanged."""
        wait_until = self._now() + CARD_LEASE
        while True:
            job = await self._store.cancel(job_id, now=self._now(), discards=discards)
            if job is not None:
                for one in job.jobs:
                    paid = bool(one.result and one.result.failure and one.result.failure.code == CANCELLED_PAID)
                    self._metrics.cancelled.labels("yes" if paid else "no").inc()
                    with about_job(one):
                        log.info("Cancelled, %s", "paid" if paid else "unpaid")
                return job
            job = await self._store.history.with_group(job_id)
            if job is not None and job.is_open and job.is_charged and not discards:
                return job
            if job is None or not job.is_open or self._now() > wait_until:
                return job if job and job.status is JobStatus.CANCELLED else None
            await asyncio.sleep(CARD_PAUSE_SECONDS)
