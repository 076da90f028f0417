"""The loop that posts finished jobs: claim, fetch the pictures, post, mark, remove the status card.

A claim is a lease: if the process dies, the lease runs out and the job is claimed again.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from flux_bot.core.backoff import backoff_seconds
from flux_bot.core.errors import DeliveryFailed, ImageUnreachable, RateLimited
from flux_bot.core.jobs import Job
from flux_bot.store.deliveries import ChannelSlots, Claimed
from flux_bot.workflow.alerts.operator_alerts import OperatorAlerts
from flux_bot.workflow.contents import ContentFetcher, Contents
from flux_bot.workflow.loops import TICK_SECONDS, Parts, guard, seconds_until, wait, wait_for_work

log = logging.getLogger(__name__)

DELIVERIES_AT_ONCE = 8
CHANNEL_DELIVERIES_AT_ONCE = 4
"""The limit for each channel: a channel allows about one post per second, and other channels must not wait for it."""
LONGEST_LIMIT_SECONDS = 3600.0
"""The longest pause before the next request to Discord, even if Discord demands a longer pause."""
PICTURE_ATTEMPTS = 4
"""The number of attempts after which links replace pictures that can't be fetched; see ``repairs.py``."""
LONGEST_BACKOFF_SECONDS = 300.0
CARD_ATTEMPTS = 50
"""The number of attempts to remove the status card of a posted job."""
RETRY_INTERVAL = timedelta(hours=1)
"""How long an undelivered job waits before all delivery methods are tried again."""
RETRIED_AT_ONCE = 10
"""Undelivered jobs to retry per minute: most fail again, and Discord bans after 10,000 failed requests in 10 minutes
(discord-api-docs, topics/rate-limits, "invalid request limit")."""
RETRY_PAUSE_SECONDS = 60.0
NOTICE_LEASE = timedelta(seconds=10)
"""How long the buttons of a failure may be edited before a late picture may replace it."""
SHORTEST_SLEEP_SECONDS = 0.25
"""The shortest pause, so that a due job that waits for its reply or card does not keep the loop busy."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a job was posted."""

    message_id: int
    channel_id: int
    replaced_card: bool
    """Whether the status card was edited into the result, so that no card has to be removed."""
    method: str
    """The delivery method, as in the metrics."""
    picture_bytes: int
    """The size of the posted pictures in bytes; 0 if an earlier attempt posted them."""


class Messenger(Protocol):
    """Posts jobs in Discord; see ``ui/delivery/messenger.py``. A Protocol, because Discord is above this layer."""

    async def deliver(self, job: Job, contents: Contents) -> Delivered | None:
        """Post a finished job; None if no method reaches the user. Raises DeliveryFailed if the caller should retry."""

    def seconds_to_wait(self, job: Job) -> float:
        """Return how long a job must wait for a rate limit; 0.0 if it can be delivered now."""

    async def replace_links(self, job: Job, contents: Contents) -> None:
        """Replace links in a posted message with pictures. Raises DeliveryFailed if the caller should retry."""

    async def edit_status_card(self, job: Job, usual_seconds: float | None = None) -> None:
        """Edit the status card of an open or cancelled job. Raises DeliveryFailed."""

    async def show_place(self, job: Job, place: int, starts_at: datetime | None) -> None:
        """Show a queued job's place and start time on its status card. Raises DeliveryFailed."""

    async def remove_buttons(self, job: Job) -> None:
        """Remove the buttons of a failure message after a successful retry. Raises DeliveryFailed."""

    async def remove_notice(self, job: Job) -> None:
        """Remove a failure message that a late picture replaced. Raises DeliveryFailed if the caller should retry."""

    async def remove_status_card(self, job: Job) -> None:
        """Remove the status card after the result was posted. Raises DeliveryFailed if the caller should retry."""


class Delivery:
    """The delivery loop. Nothing else posts results."""

    def __init__(self, parts: Parts, operator: OperatorAlerts) -> None:
        self._operator = operator
        self._store = parts.store
        self._contents = ContentFetcher(parts)
        self._metrics = parts.metrics
        self._signals = parts.signals
        self._timing = parts.timing
        self._now = parts.now
        self._in_hand: dict[str, int] = {}
        """The channels of the jobs that are being delivered, by job id."""

    def is_busy(self) -> bool:
        """Return whether deliveries are in progress."""
        return bool(self._in_hand)

    async def run(self, messenger: Messenger) -> None:
        """Deliver until stopped, and complete the deliveries in progress."""
        self._messenger = messenger
        # Before the login, the time may have come from this machine's clock, which may be wrong.
        await guard(self._store.deliveries.bring_forward(now=self._now(), at_most=self._timing.delivery_lease))
        async with asyncio.TaskGroup() as deliveries:
            while not self._signals.stopping.is_set():
                free = DELIVERIES_AT_ONCE - len(self._in_hand)
                claimed = (await guard(self._claim(free)) if free else None) or Claimed((), None)
                for job in claimed.jobs:
                    if (
                        job.id in self._in_hand
                    ):  # its lease ran out while the database was unavailable, but it is still being posted
                        continue
                    self._in_hand[job.id] = job.origin.channel_id
                    deliveries.create_task(guard(self._deliver_under_lease(job), job))
                if len(claimed.jobs) < free:
                    sleep = max(SHORTEST_SLEEP_SECONDS, seconds_until(claimed.next_at, now=self._now()))
                    await wait_for_work(self._signals.deliver, sleep)
                elif len(self._in_hand) == DELIVERIES_AT_ONCE:
                    await wait_for_work(self._signals.deliver, TICK_SECONDS)

    async def retry_undelivered(self) -> None:
        """Retry undelivered jobs until stopped, every hour and after each reconnect of the gateway."""
        reconnected_at = None
        while not self._signals.stopping.is_set():
            now = self._now()
            before = max(reconnected_at or now - RETRY_INTERVAL, now - RETRY_INTERVAL)
            retried = await guard(self._store.deliveries.retry_undelivered(RETRIED_AT_ONCE, now=now, before=before))
            if retried:
                log.info("Retrying %d undelivered results", retried)
                self._signals.deliver.set()
            await wait(self._signals.reconnected, RETRY_PAUSE_SECONDS)
            if self._signals.reconnected.is_set():
                self._signals.reconnected.clear()
                reconnected_at = self._now()

    async def _claim(self, limit: int) -> Claimed:
        slots = ChannelSlots(Counter(self._in_hand.values()), CHANNEL_DELIVERIES_AT_ONCE)
        return await self._store.deliveries.claim(limit, slots, now=self._now(), lease=self._timing.delivery_lease)

    async def _deliver_under_lease(self, job: Job) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                renewal = group.create_task(self._renew_lease(job))
                try:
                    await self._deliver(job)
                except Exception as error:  # after any error, the job must not be lost
                    log.exception("Unexpected error in a delivery")
                    await self._postpone(job, error)
                renewal.cancel()
        finally:
            in_channel = Counter(self._in_hand.values())[job.origin.channel_id]
            if len(self._in_hand) == DELIVERIES_AT_ONCE or in_channel == CHANNEL_DELIVERIES_AT_ONCE:
                self._signals.deliver.set()  # otherwise nothing is waiting for this event
            del self._in_hand[job.id]

    async def _renew_lease(self, job: Job) -> None:
        lease = self._timing.delivery_lease
        while True:
            await asyncio.sleep(lease.total_seconds() / 3)
            await guard(self._store.deliveries.set_next(job, self._now() + lease))

    async def _deliver(self, job: Job) -> None:
        try:
            if job.delivered_at is None:
                if seconds := self._messenger.seconds_to_wait(job):  # no need to fetch or send anything
                    await self._wait_for_limit(job, seconds, attempts=job.delivery_attempts - 1)
                    return
                delivered, is_linked = await self._post(job)
                if delivered is None:
                    await self._store.deliveries.mark_undelivered(job, now=self._now())
                    self._metrics.deliveries.labels("undelivered").inc()
                    log.warning("Undelivered: no method reaches the user, who can fetch the result later")
                    return
                if job.result_message_id not in (None, delivered.message_id):
                    await self._messenger.remove_notice(job)
                closes = delivered.replaced_card
                place = (delivered.channel_id, delivered.message_id)
                now = self._now()
                repair_at = now + timedelta(seconds=backoff_seconds(PICTURE_ATTEMPTS, at_most=LONGEST_BACKOFF_SECONDS))
                await self._store.deliveries.mark_delivered(
                    job, place, now=now, closes=closes, repair_at=repair_at if is_linked else None
                )
                if is_linked:
                    self._signals.repair.set()
                self._count(job, delivered)
                log.info("Delivered as message %d", delivered.message_id)
                await self._remove_retry_buttons(job)
                if closes:
                    return
            if job.delivery_attempts <= CARD_ATTEMPTS:
                await self._messenger.remove_status_card(job)
            await self._store.deliveries.close(job)
        except RateLimited as limited:
            # discord.py may have sent the post without getting a response: the next attempt must look for the post.
            await self._wait_for_limit(job, limited.retry_after, attempts=max(1, job.delivery_attempts - 1))
        except (DeliveryFailed, ImageUnreachable) as error:
            await self._postpone(job, error)

    async def _remove_retry_buttons(self, job: Job) -> None:
        """Remove the buttons of a failure message after its retry was posted; an error is only logged."""
        failed = await self._store.history.with_group(job.parent_id) if job.parent_id and job.images else None
        if failed is None or failed.images or failed.delivered_at is None:
            return
        if failed.origin.user_id != job.origin.user_id:
            return
        # A late picture of an abandoned job may replace the failure; the lease delays the picture's delivery.
        if not await self._store.claim_card(failed, failed.card, now=self._now(), lease=NOTICE_LEASE):
            return
        try:
            async with asyncio.timeout(NOTICE_LEASE.total_seconds() / 2):
                await self._messenger.remove_buttons(failed)
        except (DeliveryFailed, TimeoutError) as error:
            log.warning("A failure keeps its buttons after a retry: %s", str(error) or "Discord takes too long")
        await self._store.release_card(failed.id)
        self._signals.deliver.set()

    async def _wait_for_limit(self, job: Job, seconds: float, *, attempts: int) -> None:
        log.info("Rate-limited; next attempt in %.1f s", seconds)
        at = self._now() + timedelta(seconds=min(seconds, LONGEST_LIMIT_SECONDS))
        await self._store.deliveries.postpone(replace(job, delivery_attempts=attempts), at)
        self._signals.deliver.set()

    def _count(self, job: Job, delivered: Delivered) -> None:
        self._metrics.deliveries.labels(delivered.method).inc()
        self._metrics.picture_bytes.labels("posted").inc(delivered.picture_bytes)
        finished_at = max(one.finished_at or one.accepted_at for one in job.jobs)
        self._metrics.delivery_lag.observe((self._now() - finished_at).total_seconds())

    async def _post(self, job: Job) -> tuple[Delivered | None, bool]:
        """Post a job; return where, and whether it has links to pictures that may be fetched later."""
        if job.group:
            job = replace(job, group=tuple([await self._notify_operator(one) for one in job.group]))
        else:
            job = await self._notify_operator(job)
        async with self._contents.open(job) as contents:
            if contents.unreachable and job.picture_attempts + 1 < PICTURE_ATTEMPTS:
                raise ImageUnreachable("the pictures' host is having trouble")
            if contents.unreachable:
                log.warning("Can't fetch a picture; posting its link")
            return await self._messenger.deliver(job, contents), contents.unreachable

    async def _notify_operator(self, job: Job) -> Job:
        """Notify the operator about a failure; return the job with a note whether the operator was notified."""
        if job.result is None or job.result.failure is None:
            return job
        notified = await self._operator.notify_failure(job.result.failure)
        return replace(job, result=replace(job.result, failure=replace(job.result.failure, operator_notified=notified)))

    async def _postpone(self, job: Job, error: Exception) -> None:
        failures = job.delivery_attempts
        if isinstance(error, ImageUnreachable):  # this attempt has sent nothing to Discord
            failures = job.picture_attempts + 1
            job = replace(job, delivery_attempts=job.delivery_attempts - 1, picture_attempts=failures)
        seconds = backoff_seconds(failures + 1, at_most=LONGEST_BACKOFF_SECONDS)
        log.warning("Delivery failed (%s); next attempt in %.0f s", error, seconds)
        await self._store.deliveries.postpone(job, self._now() + timedelta(seconds=seconds))
        self._signals.deliver.set()  # the loop would otherwise sleep until the lease ends
