"""The loop that replaces links with pictures in messages that were posted while the pictures' host was down."""

import asyncio
import logging
from datetime import timedelta

from flux_bot.core.backoff import backoff_seconds
from flux_bot.core.errors import DeliveryFailed, RateLimited
from flux_bot.core.jobs import ORIGINALS_LAST, Job
from flux_bot.store.deliveries import Claimed
from flux_bot.workflow.contents import ContentFetcher
from flux_bot.workflow.delivery import Messenger
from flux_bot.workflow.loops import Parts, guard, seconds_until, wait_for_work

log = logging.getLogger(__name__)

REPAIRS_AT_ONCE = 2
REPAIR_LEASE = timedelta(minutes=10)
"""How long a repair may take before another process also tries it. Two edits do no harm."""
LONGEST_BACKOFF_SECONDS = 3600.0


class Repairs:
    """Retries fetching pictures that are only linked, until their links may have expired."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._signals = parts.signals
        self._now = parts.now
        self._contents = ContentFetcher(parts)

    async def run(self, messenger: Messenger) -> None:
        """Repair messages until stopped."""
        while not self._signals.stopping.is_set():
            claimed = await guard(
                self._store.deliveries.claim_repairs(REPAIRS_AT_ONCE, now=self._now(), lease=REPAIR_LEASE)
            ) or Claimed((), None)
            await asyncio.gather(*(guard(self._repair(job, messenger), job) for job in claimed.jobs))
            if not claimed.jobs:
                await wait_for_work(self._signals.repair, seconds_until(claimed.next_at, now=self._now()))

    async def _repair(self, job: Job, messenger: Messenger) -> None:
        is_expired = self._now() - (job.finished_at or job.accepted_at) > ORIGINALS_LAST
        if is_expired or job.result_message_id is None:
            await self._store.deliveries.end_repair(job.id)
            return
        seconds = backoff_seconds(job.picture_attempts + 1, at_most=LONGEST_BACKOFF_SECONDS)
        async with self._contents.open(job) as contents:
            is_done = not contents.unreachable
            if is_done and any(contents.pictures):
                try:
                    await messenger.replace_links(job, contents)
                except DeliveryFailed as error:
                    log.info("Can't replace links with pictures: %s", error)
                    is_done = False
                    seconds = error.retry_after if isinstance(error, RateLimited) else seconds
        if is_done:
            await self._store.deliveries.end_repair(job.id)
        else:
            await self._store.deliveries.postpone_repair(job.id, self._now() + timedelta(seconds=seconds))
