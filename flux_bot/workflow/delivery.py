"""How a finished job gets to its user: claimed, its pictures fetched, posted, marked, its status card removed.

A claim is a lease: a process that dies in between merely lets it pass, and the job is taken up again.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flux_bot.core.errors import BadImage, DeliveryFailed, ImageUnreachable
from flux_bot.core.jobs import CardState, Job
from flux_bot.images.decoding import Picture
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.metrics import Metrics
from flux_bot.store.store import Claimed, JobStore
from flux_bot.workflow.loops import TICK_SECONDS, guard, seconds_until, wait_for_work

log = logging.getLogger(__name__)

DELIVERIES_AT_ONCE = 8
LEASE = timedelta(seconds=10)
"""How long a delivery may go unrenewed before another process takes it over."""
REPLY_GRACE = timedelta(seconds=5)
"""Discord takes a reply within 3 s or never; after that a result need not wait for its status card."""
PICTURE_ATTEMPTS = 4
"""After so many tries the links are posted in place of pictures that can't be fetched."""
SOURCE_SECONDS = 5.0
"""How long a result waits for the picture that it was made from."""
LONGEST_BACKOFF_SECONDS = 300.0
SHORTEST_SLEEP_SECONDS = 0.25
"""A job that is due but waits for its reply or its card is not looked for all the time."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a job was posted."""

    message_id: int
    channel_id: int
    replaced_card: bool
    """The status card itself became the result, so there is none left to remove."""
    method: str
    """Which way it went, as the metrics name it."""
    picture_bytes: int
    """What the pictures posted weigh; 0 if an earlier attempt had posted them."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What is posted of a job besides its words."""

    pictures: Sequence[Picture | None] = ()
    """The results; None where one can't be had and is linked."""
    source: Picture | None = None
    """The picture that was changed."""
    parent: Job | None = None


class Messenger(Protocol):
    """Posts jobs to where they came from; see ``messenger.py``. A Protocol as Discord is above this layer."""

    async def deliver(self, job: Job, contents: Contents) -> Delivered | None:
        """Post a finished job, None when no way leads to its user. Raises DeliveryFailed to be called again."""

    async def show_status(self, job: Job, card: CardState, usual_seconds: float | None) -> None:
        """Edit the status card to what it shows now. Raises DeliveryFailed."""

    async def show_cancelled(self, job: Job) -> None:
        """Edit the status card of a cancelled job for the last time. Raises DeliveryFailed."""

    async def remove_notice(self, job: Job) -> None:
        """Remove the word of a failure that a late picture has replaced. Raises DeliveryFailed to be called again."""

    async def remove_status_card(self, job: Job) -> None:
        """Remove the status card that a result has replaced. Raises DeliveryFailed to be called again."""


class Delivery:
    """The loop that delivers; only it ever posts a result."""

    def __init__(
        self,
        store: JobStore,
        images: ImageFetcher,
        metrics: Metrics,
        stopping: asyncio.Event,
        now: Callable[[], datetime],
    ) -> None:
        """Take the parts; ``stopping`` lets it come to its end."""
        self.due = asyncio.Event()
        """Set to have it look at once."""
        self._store = store
        self._images = images
        self._metrics = metrics
        self._stopping = stopping
        self._now = now

    async def run(self, messenger: Messenger) -> None:
        """Deliver until told to stop; what is in hand then is finished first."""
        self._messenger = messenger
        in_hand: set[asyncio.Task[None]] = set()

        def ended(delivery: asyncio.Task[None]) -> None:
            if len(in_hand) == DELIVERIES_AT_ONCE:  # else nothing had to wait for its end
                self.due.set()
            in_hand.discard(delivery)

        async with asyncio.TaskGroup() as deliveries:
            while not self._stopping.is_set():
                free = DELIVERIES_AT_ONCE - len(in_hand)
                claimed = (await guard(self._claim(free)) if free else None) or Claimed((), None)
                for job in claimed.jobs:
                    delivery = deliveries.create_task(guard(self._deliver_under_lease(job), job))
                    in_hand.add(delivery)
                    delivery.add_done_callback(ended)
                if len(claimed.jobs) < free:
                    sleep = max(SHORTEST_SLEEP_SECONDS, seconds_until(claimed.next_at, now=self._now()))
                    await wait_for_work(self.due, sleep)
                elif len(in_hand) == DELIVERIES_AT_ONCE:
                    await wait_for_work(self.due, TICK_SECONDS)

    async def _claim(self, limit: int) -> Claimed:
        return await self._store.claim_deliveries(limit, now=self._now(), lease=LEASE, reply_grace=REPLY_GRACE)

    async def _deliver_under_lease(self, job: Job) -> None:
        async with asyncio.TaskGroup() as group:
            renewal = group.create_task(self._renew_lease(job.id))
            try:
                await self._deliver(job)
            except Exception as error:  # the edge of this loop: whatever it was, the job must not be lost
                log.exception("Delivery broke")
                await self._postpone(job, error)
            renewal.cancel()

    async def _renew_lease(self, job_id: str) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await guard(self._store.set_next_delivery(job_id, self._now() + LEASE))

    async def _deliver(self, job: Job) -> None:
        try:
            if job.delivered_at is None:
                delivered = await self._post(job)
                if delivered is None:
                    await self._store.mark_undelivered(job, now=self._now())
                    self._metrics.deliveries.labels("undelivered").inc()
                    log.warning("Nowhere to deliver to: kept until its user asks")
                    return
                if job.result_message_id not in (None, delivered.message_id):
                    await self._messenger.remove_notice(job)
                closes = delivered.replaced_card
                place = (delivered.channel_id, delivered.message_id)
                await self._store.mark_delivered(job, place, now=self._now(), closes=closes)
                self._count(job, delivered)
                log.info("Delivered as message %d", delivered.message_id)
                if closes:
                    return
            await self._messenger.remove_status_card(job)
            await self._store.close(job.id)
        except (DeliveryFailed, ImageUnreachable) as error:
            await self._postpone(job, error)

    def _count(self, job: Job, delivered: Delivered) -> None:
        self._metrics.deliveries.labels(delivered.method).inc()
        self._metrics.picture_bytes.labels("posted").inc(delivered.picture_bytes)
        self._metrics.delivery_lag.observe((self._now() - (job.finished_at or job.accepted_at)).total_seconds())

    async def _post(self, job: Job) -> Delivered | None:
        urls = [image.url for image in job.images]
        parent = await self._store.history.job(job.parent_id) if job.parent_id and urls else None
        with ExitStack() as open_pictures:
            wanted = [self._fetch(url, job) for url in urls]
            if urls and job.request.image_url:
                wanted.append(self._fetch_source(job.request.image_url))
            fetched = await asyncio.gather(*wanted, return_exceptions=True)
            for picture in fetched:
                if isinstance(picture, Picture):
                    open_pictures.enter_context(picture)
            pictures: list[Picture | None] = []
            for picture in fetched:
                if isinstance(picture, BaseException):
                    raise picture
                pictures.append(picture)
            source = pictures.pop() if len(pictures) > len(urls) else None
            return await self._messenger.deliver(job, Contents(pictures, source, parent))

    async def _fetch_source(self, url: str) -> Picture | None:
        """Fetch the picture that was changed, None if it can't be had at once: it is an extra on the card."""
        try:
            async with asyncio.timeout(SOURCE_SECONDS):
                return await self._images.fetch(url)
        except (BadImage, TimeoutError) as error:
            log.info("The picture that was changed is not shown: %s", error if str(error) else "it takes too long")
            return None

    async def _fetch(self, url: str, job: Job) -> Picture | None:
        """Fetch one picture; None stands for one that can't be had and is linked in its place."""
        try:
            picture = await self._images.fetch(url)
        except ImageUnreachable:
            if job.delivery_attempts < PICTURE_ATTEMPTS:
                raise
            log.warning("A picture can't be fetched; its link is posted")
        except BadImage as error:
            log.warning("A picture can't be posted (%s); its link is", error)
        else:
            self._metrics.picture_bytes.labels("fetched").inc(picture.size)
            return picture
        return None

    async def _postpone(self, job: Job, error: Exception) -> None:
        seconds = min(LONGEST_BACKOFF_SECONDS, 2.0 ** min(job.delivery_attempts, 10))
        log.warning("Delivery failed (%s); next try in %.0f s", error, seconds)
        await self._store.set_next_delivery(job.id, self._now() + timedelta(seconds=seconds))
        self.due.set()  # that is sooner than the end of the lease, until when the loop sleeps
