"""The story of a job, told without Discord and without HTTP.

    accept      a request becomes a row                                     -> QUEUED
    dispatch    the next row by fairness is submitted to the image API      -> SUBMITTING -> RUNNING
    receive     the API's callback writes its result into the row           -> FINISHED
    deliver     the result is posted where the request came from            -> DELIVERED
    chase       what is overdue is looked up; what is hopeless is given up  -> FINISHED or ABANDONED

Each step writes first and acts then, or acts and marks then, so that a crash anywhere is mended by the
loops simply going on. No step but ``deliver`` ever posts, no step but ``dispatch`` ever pays.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

import stamina

from flux_bot import wording
from flux_bot.availability import Availability
from flux_bot.errors import (
    ApiBusy,
    ApiError,
    ApiRefused,
    ApiUnknown,
    BadCallback,
    BadImage,
    DeliveryFailed,
    ImageUnreachable,
    RequestRejected,
    StoreUnavailable,
)
from flux_bot.fairness import Limits
from flux_bot.flux_api import FluxApi
from flux_bot.flux_protocol import MAX_IDS_PER_LOOKUP, read_callback
from flux_bot.images import ImageFetcher, Picture
from flux_bot.jobs import CardState, ImageRequest, Job, Origin, TaskResult
from flux_bot.logs import about, about_job
from flux_bot.metrics import Metrics
from flux_bot.news import Loop
from flux_bot.store import JobStore, Placed

log = logging.getLogger(__name__)

DELIVERIES_AT_ONCE = 8
LEASE = timedelta(seconds=10)
"""How long a delivery may go unrenewed before another process takes it over."""
REPLY_GRACE = timedelta(seconds=5)
"""Discord takes a reply within 3 s or never; after that a result need not wait for its status card."""
PICTURE_ATTEMPTS = 4
"""After so many tries the links are posted in place of pictures that can't be fetched."""
LOOKUP_PAUSE_SECONDS = 1.1
"""The vendor asks for less than one look-up a second (docs, "async tasks")."""
LONGEST_BACKOFF_SECONDS = 300.0
STORE_PATIENCE = timedelta(seconds=60)
"""How long a database that does not answer is asked again to keep what the image API said."""
PRUNED_AT_ONCE = 500
PRUNE_PAUSE_SECONDS = 3600.0
READY_SECONDS = 3.0
"""How long the database may take to answer and still count as up; SQLite, once asked, keeps us up to 10 s."""
TICK_SECONDS = 30.0
"""How often a loop looks without being woken; only the safety net."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Delivered:
    """Where a job was posted."""

    message_id: int
    replaced_card: bool
    """The status card itself became the result, so there is none left to remove."""
    rung: str
    """Which way it went, as the metrics name it."""
    picture_bytes: int
    """What the pictures posted weigh; 0 if an earlier attempt had posted them."""


class Messenger(Protocol):
    """Posts jobs to where they came from; see ``messenger.py``. A Protocol as Discord is above this layer."""

    async def deliver(self, job: Job, pictures: Sequence[Picture | None]) -> Delivered | None:
        """Post a finished job, None when no way leads to its user. Raises DeliveryFailed to be called again."""

    async def show_status(self, job: Job, card: CardState, usual_seconds: float | None) -> None:
        """Edit the status card to what it shows now. Raises DeliveryFailed."""

    async def remove_notice(self, job: Job) -> None:
        """Remove the word of a failure that a late picture has replaced. Raises DeliveryFailed to be called again."""

    async def remove_status_card(self, job: Job) -> None:
        """Remove the status card that a result has replaced. Raises DeliveryFailed to be called again."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The knobs of time, see Settings."""

    callback_grace: timedelta
    poll_interval: timedelta
    deadline: timedelta


class Workflow:
    """Accepts requests and receives callbacks; ``run`` does everything in between and after."""

    def __init__(  # noqa: PLR0913  the composition root is its only caller
        self,
        store: JobStore,
        api: FluxApi,
        images: ImageFetcher,
        *,
        limits: Limits,
        timing: Timing,
        public_url: str,
        metrics: Metrics,
        retention: timedelta | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the parts.

        An empty ``public_url`` means that results come by look-ups alone, no ``retention`` that jobs are kept for ever.
        """
        self._store = store
        self._api = api
        self._images = images
        self._limits = limits
        self._timing = timing
        self._public_url = public_url
        self._retention = retention
        self._metrics = metrics
        self._now = now
        self._stopping = asyncio.Event()
        self._dispatch_due = asyncio.Event()
        self._deliver_due = asyncio.Event()
        self._chase_due = asyncio.Event()
        self._card_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._availability = Availability()

    # --- what others call --------------------------------------------------------------------------

    async def accept(self, request: ImageRequest, origin: Origin) -> Placed:
        """Save a request as a job and say where in the queue it stands.

        Raises RequestRejected when the user has too many waiting, or nothing could come of it now.
        """
        if self._stopping.is_set():
            raise RequestRejected(wording.stopping())
        if not self._availability.admits(now=self._now()):
            raise RequestRejected(wording.unavailable())
        now = self._now()
        paused = self._availability.is_paused(now=now)
        placed = await self._store.accept(request, origin, self._limits, now=now, paused=paused)
        if placed is None:
            raise RequestRejected(wording.too_many_queued(self._limits.max_queued_per_user))
        self._metrics.accepted.inc()
        with about_job(placed.job):
            log.info(
                "Accepted: %s with %s by user %d in channel %d, place %d",
                request.action,
                request.model,
                origin.user_id,
                origin.channel_id,
                placed.place,
            )
        if not placed.place:  # else it is woken when a slot is free, and a burst of commands is spared the looking
            self._dispatch_due.set()
        return placed

    async def replied(self, job_id: str, message_id: int) -> int:
        """Note that Discord shows the status card; returns how many kept jobs its user could fetch."""
        kept = await self._store.set_reply(job_id, message_id)
        self._deliver_due.set()
        return kept

    async def receive(self, job_id: str, secret: str, read_body: Callable[[], Awaitable[bytes]]) -> bool:
        """Write what a callback brings into its job; repeats change nothing, and give False.

        Raises BadCallback, without telling apart why, unless it is the API's own call for this very job.
        """
        job = await self._store.job(job_id)
        expected = job.callback_secret if job else secrets.token_urlsafe(32)
        if not secrets.compare_digest(secret.encode(), expected.encode()) or job is None:
            raise BadCallback("unknown job or wrong secret")
        with about_job(job):
            result = read_callback(await read_body())
            if job.task_id is not None and job.task_id != result.task_id:
                raise BadCallback("the task_id of another task")
            return await self._finish(job_id, result, "callback", patient=False)

    async def kept(self, user_id: int, limit: int) -> list[Job]:
        """Return finished jobs of this user that could not be delivered, the oldest first."""
        return await self._store.kept(user_id, limit)

    async def fetch_kept(self, job_id: str, origin: Origin, reply_message_id: int) -> bool:
        """Deliver a kept job to where its user is now; False when they have none such."""
        found = await self._store.fetch_kept(job_id, origin, reply_message_id, now=self._now())
        self._deliver_due.set()
        return found

    async def is_up(self) -> bool:
        """Tell whether requests are accepted: it is not being stopped, and the database answers."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._store.ping()
        except (StoreUnavailable, TimeoutError):
            return False
        return not self._stopping.is_set()

    async def count_jobs(self) -> None:
        """Bring the metrics of the jobs in the database up to date."""
        try:
            census = await self._store.census()
        except StoreUnavailable as error:
            log.warning("The jobs can't be counted: %s", error)
            self._metrics.forget_jobs()
            return
        since = census.longest_waiting_since
        self._metrics.set_jobs(census.by_state, (self._now() - since).total_seconds() if since else 0.0)

    async def run(self, messenger: Messenger) -> None:
        """Run all loops until ``stop``; what is in hand then is finished first."""
        self._messenger = messenger
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._dispatch_loop(), name="dispatch")
            loops.create_task(self._deliver_loop(), name="deliver")
            loops.create_task(self._chase_loop(), name="chase")
            loops.create_task(self._prune_loop(), name="prune")
            listening = loops.create_task(self._store.listen(self._wake), name="listen")
            await self._stopping.wait()
            listening.cancel()

    def stop(self) -> None:
        """Accept nothing more and let the loops come to their end."""
        self._stopping.set()
        for due in (self._dispatch_due, self._deliver_due, self._chase_due):
            due.set()

    # --- dispatch ----------------------------------------------------------------------------------

    async def _dispatch_loop(self) -> None:
        async with asyncio.TaskGroup() as submissions:
            while not self._stopping.is_set():
                wait = self._availability.pause_seconds(now=self._now())
                if not wait:
                    claim = self._store.claim_next(self._limits, self._timing.deadline, now=self._now())
                    job = await self._guard(claim)
                    if job is not None:
                        submissions.create_task(self._guard(self._submit(job), job))
                        continue
                await self._wait(self._dispatch_due, wait or TICK_SECONDS)

    async def _submit(self, job: Job) -> None:
        callback_url = None
        if self._public_url:
            callback_url = f"{self._public_url}/callbacks/{job.id}/{job.callback_secret}"
        try:
            with self._metrics.submission():
                answer = await self._api.submit(job.request, callback_url)
        except ApiBusy as busy:
            if busy.retry_once and job.failed_submissions:
                await self._finish(job.id, TaskResult(None, failure=busy.failure), "refusal")
            else:
                await self._take_back(job, busy)
        except ApiRefused as refused:
            self._availability.note_refusal(refused, now=self._now())
            result = TaskResult(None, failure=refused.failure, trace_id=refused.trace_id)
            await self._finish(job.id, result, "refusal")
        except ApiUnknown as unknown:
            log.warning("No telling whether the task started (%s); waiting for its callback", unknown)
            self._chase_due.set()
        else:
            self._availability.note_success()
            first_look = self._timing.callback_grace if callback_url else self._timing.poll_interval
            await self._note_running(job.id, answer.task_id, self._now() + first_look)
            if answer.result is not None:
                await self._finish(job.id, answer.result, "answer")

    async def _take_back(self, job: Job, busy: ApiBusy) -> None:
        """Let a job wait that the API was too busy for, and say so if its card says that it is being painted."""
        self._availability.pause(busy, now=self._now())  # first: a job that waits again may be claimed at once
        async with self._card_lock(job.id):
            waiting = await self._surely(lambda: self._store.requeue(job, busy.failure, failed=busy.retry_once), job.id)
            self._dispatch_due.set()
            if waiting is not None and waiting.card is CardState.PAINTING:
                await self._show(waiting, CardState.BUSY)

    async def _note_running(self, job_id: str, task_id: str, next_lookup_at: datetime) -> None:
        async with self._card_lock(job_id):
            running = await self._surely(
                lambda: self._store.mark_running(job_id, task_id, next_lookup_at=next_lookup_at), job_id
            )
            with about(task_id=task_id):
                log.info("Submitted: task %s%s", task_id, "" if running else ", already called back")
            self._chase_due.set()
            if running is not None and running.card is not CardState.PAINTING:
                await self._show(running, CardState.PAINTING)

    async def _show(self, job: Job, card: CardState) -> None:
        """Edit the status card, once a state; if Discord does not let us, the card is merely behind."""
        if not await self._store.claim_card(job, card, now=self._now(), lease=LEASE):
            return
        try:
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                await self._messenger.show_status(job, card, await self._store.usual_seconds(job.request.model))
        except (DeliveryFailed, TimeoutError) as error:
            log.warning("The status card is behind: %s", error if str(error) else "Discord takes too long")
        await self._store.release_card(job.id)
        self._deliver_due.set()

    def _card_lock(self, job_id: str) -> asyncio.Lock:
        """Return the job's lock, so that the edits of its status card come in the order of what they tell."""
        return self._card_locks.setdefault(job_id, asyncio.Lock())

    # --- receive and chase -------------------------------------------------------------------------

    async def _finish(self, job_id: str, result: TaskResult, source: str, *, patient: bool = True) -> bool:
        """Write a result into its job; False when it has one already."""

        def write() -> Awaitable[Job | None]:
            return self._store.finish(job_id, result, now=self._now())

        finished = await (self._surely(write, job_id) if patient else write())
        if finished is not None:
            self._metrics.finished.labels("pictures" if result.images else "failure").inc()
            self._metrics.results.labels(source).observe(finished.seconds_taken or 0.0)
            with about_job(finished):
                outcome = f"failed: {result.failure.code}" if result.failure else f"{len(result.images)} pictures"
                log.info("Finished by %s: %s, trace_id %s", source, outcome, result.trace_id)
                if result.failure:
                    log.debug("The API's words: %s", result.failure.message)  # which may repeat the prompt
        else:
            log.info("A %s changed nothing: the job is finished already", source)
        self._deliver_due.set()
        self._dispatch_due.set()
        return finished is not None

    async def _chase_loop(self) -> None:
        while not self._stopping.is_set():
            await self._guard(self._chase())
            next_at = await self._guard(self._store.next_chase_at())
            wait = self._seconds_until(next_at, at_most=TICK_SECONDS)
            # The pause between two look-ups holds even when one is due at once.
            await self._wait(self._stopping, LOOKUP_PAUSE_SECONDS)
            if wait > LOOKUP_PAUSE_SECONDS:
                await self._wait(self._chase_due, wait - LOOKUP_PAUSE_SECONDS)

    async def _chase(self) -> None:
        now = self._now()
        for job_id in await self._store.abandon_overdue(now=now):
            self._metrics.abandoned.inc()
            with about_job(job_id):
                log.warning("Given up: past its deadline")
            self._deliver_due.set()
            self._dispatch_due.set()
        again_at = now + self._timing.poll_interval
        job_ids = await self._store.claim_lookups(MAX_IDS_PER_LOOKUP, now=now, again_at=again_at)
        if not job_ids:
            return
        try:
            results = await self._api.look_up(list(job_ids))
        except ApiError as error:
            self._metrics.lookups.labels("failed").inc()
            log.warning("Looking up %d tasks failed: %s", len(job_ids), error)
            return
        self._metrics.lookups.labels("answered").inc()
        for task_id, result in results.items():
            if task_id in job_ids:
                with about_job(job_ids[task_id]):
                    if await self._guard(self._finish(job_ids[task_id], result, "look-up")):
                        self._metrics.lookup_results.inc()

    # --- deliver -----------------------------------------------------------------------------------

    async def _deliver_loop(self) -> None:
        in_hand: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as deliveries:
            while not self._stopping.is_set():
                free = DELIVERIES_AT_ONCE - len(in_hand)
                claimed: list[Job] = []
                if free:
                    claimed = (
                        await self._guard(
                            self._store.claim_deliveries(free, now=self._now(), lease=LEASE, reply_grace=REPLY_GRACE)
                        )
                        or []
                    )
                for job in claimed:
                    delivery = deliveries.create_task(self._guard(self._deliver_under_lease(job), job))
                    in_hand.add(delivery)
                    delivery.add_done_callback(in_hand.discard)
                    delivery.add_done_callback(lambda _: self._deliver_due.set())
                if len(claimed) < free:
                    next_at = await self._guard(self._store.next_delivery_at())
                    await self._wait(self._deliver_due, max(0.25, self._seconds_until(next_at, at_most=TICK_SECONDS)))
                else:
                    await self._wait(self._deliver_due, TICK_SECONDS)

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
            await self._guard(self._store.set_next_delivery(job_id, self._now() + LEASE))

    async def _deliver(self, job: Job) -> None:
        try:
            if job.delivered_at is None:
                delivered = await self._post(job)
                if delivered is None:
                    await self._store.keep(job, now=self._now())
                    self._metrics.deliveries.labels("kept").inc()
                    log.warning("Nowhere to deliver to: kept until its user asks")
                    return
                if job.result_message_id not in (None, delivered.message_id):
                    await self._messenger.remove_notice(job)
                closes = delivered.replaced_card
                await self._store.mark_delivered(job, delivered.message_id, now=self._now(), closes=closes)
                self._count(job, delivered)
                log.info("Delivered as message %d", delivered.message_id)
                if closes:
                    return
            await self._messenger.remove_status_card(job)
            await self._store.close(job.id)
        except (DeliveryFailed, ImageUnreachable) as error:
            await self._postpone(job, error)

    def _count(self, job: Job, delivered: Delivered) -> None:
        self._metrics.deliveries.labels(delivered.rung).inc()
        self._metrics.picture_bytes.labels("posted").inc(delivered.picture_bytes)
        self._metrics.delivery_lag.observe((self._now() - (job.finished_at or job.accepted_at)).total_seconds())

    async def _post(self, job: Job) -> Delivered | None:
        urls = [image.url for image in job.result.images] if job.result else []
        with ExitStack() as open_pictures:
            fetched = await asyncio.gather(*(self._fetch(url, job) for url in urls), return_exceptions=True)
            for picture in fetched:
                if isinstance(picture, Picture):
                    open_pictures.enter_context(picture)
            pictures: list[Picture | None] = []
            for picture in fetched:
                if isinstance(picture, BaseException):
                    raise picture
                pictures.append(picture)
            return await self._messenger.deliver(job, pictures)

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

    # --- together with others ----------------------------------------------------------------------

    def _wake(self, loop: Loop) -> None:
        """Let a loop look at once: another process has written something for it."""
        (self._dispatch_due if loop is Loop.DISPATCH else self._deliver_due).set()

    async def _prune_loop(self) -> None:
        """Delete what is old, in small batches so that nobody waits for the database."""
        while self._retention is not None and not self._stopping.is_set():
            pruned = await self._guard(self._store.prune(PRUNED_AT_ONCE, before=self._now() - self._retention))
            if pruned:
                log.info("Pruned %d old jobs", pruned)
            await self._wait(self._stopping, 1.0 if pruned == PRUNED_AT_ONCE else PRUNE_PAUSE_SECONDS)

    # --- how loops live ----------------------------------------------------------------------------

    async def _guard(self, work: Awaitable[T], job: Job | None = None) -> T | None:
        """Do one piece of a loop's work; whatever goes wrong is logged, and the loop lives on."""
        with about_job(job) if job else nullcontext():
            try:
                return await work
            except Exception:
                log.exception("Unexpected error in a loop; it goes on")
                return None

    async def _surely(self, write: Callable[[], Awaitable[T]], job_id: str) -> T:
        """Repeat a write until the database takes it: it keeps what the API was paid for."""
        async for attempt in stamina.retry_context(
            on=StoreUnavailable, attempts=None, timeout=STORE_PATIENCE, wait_max=STORE_PATIENCE / 6
        ):
            with attempt, about_job(job_id):
                return await write()
        raise AssertionError("stamina either returns or raises")

    async def _wait(self, due: asyncio.Event, seconds: float) -> None:
        """Sleep until there is something to do; the time-out is only the safety net."""
        try:
            async with asyncio.timeout(seconds):
                await due.wait()
        except TimeoutError:
            pass
        if due is not self._stopping:
            due.clear()

    def _seconds_until(self, at: datetime | None, *, at_most: float) -> float:
        if at is None:
            return at_most
        return min(at_most, max(0.0, (at - self._now()).total_seconds()))
