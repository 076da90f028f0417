"""The story of a job, told without Discord and without HTTP.

    accept      a request becomes a row                                     -> QUEUED
    dispatch    the next row by fairness is submitted to the image API      -> SUBMITTING -> RUNNING
    receive     the API's callback writes its result into the row           -> FINISHED
    deliver     the result is posted where the request came from            -> DELIVERED
    chase       what is overdue is looked up; what is hopeless is given up  -> FINISHED or ABANDONED
    cancel      its user wants it no more                                   -> CANCELLED

Each step writes first and acts then, or acts and marks then, so that a crash anywhere is mended by the
loops simply going on. No step but ``deliver`` ever posts, no step but ``dispatch`` ever pays.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import stamina

from flux_bot.core.errors import (
    ApiBusy,
    ApiError,
    ApiRefused,
    ApiUnknown,
    BadCallback,
    RequestRejected,
    StoreUnavailable,
)
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CardState, ImageRequest, Job, Origin, TaskResult
from flux_bot.flux.availability import Availability
from flux_bot.flux.client import FluxApi
from flux_bot.flux.protocol import MAX_IDS_PER_LOOKUP, read_callback
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.logs import about, about_job
from flux_bot.metrics import Metrics
from flux_bot.store.admission import AcceptedJob, NewJob
from flux_bot.store.history import JobHistory, Overview
from flux_bot.store.notifications import Loop
from flux_bot.store.store import JobStore
from flux_bot.workflow.delivery import Delivery, Messenger
from flux_bot.workflow.loops import TICK_SECONDS, guard, seconds_until, wait, wait_for_work
from flux_bot.workflow.status_cards import StatusCards

log = logging.getLogger(__name__)

LOOKUP_PAUSE_SECONDS = 1.1
"""The vendor asks for less than one look-up a second (docs, "async tasks")."""
STORE_PATIENCE = timedelta(seconds=60)
"""How long a database that does not answer is asked again to keep what the image API said."""
SLOW_AT_ONCE = 10
PRUNED_AT_ONCE = 500
PRUNE_PAUSE_SECONDS = 3600.0
READY_SECONDS = 3.0
"""How long the database may take to answer and still count as up; SQLite, once asked, keeps us up to 10 s."""

T = TypeVar("T")


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
        self._limits = limits
        self._timing = timing
        self._public_url = public_url
        self._retention = retention
        self._metrics = metrics
        self._now = now
        self._stopping = asyncio.Event()
        self._dispatch_due = asyncio.Event()
        self._reconcile_due = asyncio.Event()
        self._availability = Availability()
        self._delivery = Delivery(store, images, metrics, self._stopping, now)
        self._cards = StatusCards(store, metrics, self._delivery.due, now)

    # --- what others call --------------------------------------------------------------------------

    @property
    def history(self) -> JobHistory:
        """Return what people may ask about their own pictures."""
        return self._store.history

    async def accept(
        self,
        request: ImageRequest,
        origin: Origin,
        *,
        parent_id: str | None = None,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> AcceptedJob:
        """Save a request as a job and say where in the queue it stands.

        ``parent_id`` is the job from whose card it was asked. ``is_wanted`` is asked just before it is saved: a
        request that can't be answered any more is not. Raises RequestRejected when the user has too many waiting,
        or nothing could come of it now; StoreUnavailable when it was not saved.
        """
        if self._stopping.is_set():
            raise RequestRejected("stopping")
        if not self._availability.admits(now=self._now()):
            raise RequestRejected("unavailable")
        now = self._now()
        paused = self._availability.is_paused(now=now)
        placed = await self._store.accept(NewJob(request, origin, self._limits, now, paused, parent_id, is_wanted))
        if placed is None and not is_wanted():
            raise StoreUnavailable("too late to answer")
        if placed is None:
            raise RequestRejected("too-many-queued", limit=self._limits.max_queued_per_user)
        if placed.is_repeated:
            log.info("Pressed twice: it is job %s already", placed.job.id)
            return placed
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
        replied = await self._store.set_reply(job_id, message_id)
        if replied.is_due:
            self._delivery.due.set()
        return replied.undelivered

    async def receive(self, job_id: str, secret: str, body: bytes) -> bool:
        """Write what a callback brings into its job; repeats change nothing, and give False.

        Raises BadCallback, without telling apart why, unless it is the API's own call for this very job.
        """
        result = read_callback(body)
        receipt = await self._store.receive(job_id, secret, result, now=self._now())
        if not receipt.is_ours:
            raise BadCallback("unknown job, wrong secret or the task_id of another task")
        return self._note_finish(receipt.finished, job_id, result, "callback")

    async def fetch_undelivered(self, job_id: str, origin: Origin, reply_message_id: int) -> bool:
        """Deliver a kept job to where its user is now; False when they have none such."""
        found = await self.history.fetch_undelivered(job_id, origin, reply_message_id, now=self._now())
        self._delivery.due.set()
        return found

    async def cancel(self, job_id: str, *, is_told: bool) -> Job | None:
        """End an open job; None if it has come to another end. What is at the API by then is paid for.

        Its card is changed unless the caller does that (``is_told``).
        """
        job = await self._cards.cancel(job_id, is_told=is_told)
        self._dispatch_due.set()
        return job

    async def overview(self, user_id: int) -> Overview:
        """Return what of a person's is under way."""
        return await self.history.overview(user_id, now=self._now())

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
            count_open = await self._store.count_open()
        except StoreUnavailable as error:
            log.warning("The jobs can't be counted: %s", error)
            self._metrics.forget_jobs()
            return
        since = count_open.longest_waiting_since
        self._metrics.set_jobs(count_open.by_state, (self._now() - since).total_seconds() if since else 0.0)

    async def run(self, messenger: Messenger) -> None:
        """Run all loops until ``stop``; what is in hand then is finished first."""
        self._cards.messenger = messenger
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._dispatch_loop(), name="dispatch")
            loops.create_task(self._delivery.run(messenger), name="deliver")
            loops.create_task(self._reconcile_loop(), name="chase")
            loops.create_task(self._prune_loop(), name="prune")
            listening = loops.create_task(self._store.listen(self._wake), name="listen")
            await self._stopping.wait()
            listening.cancel()

    def stop(self) -> None:
        """Accept nothing more and let the loops come to their end."""
        self._stopping.set()
        for due in (self._dispatch_due, self._delivery.due, self._reconcile_due):
            due.set()

    # --- dispatch ----------------------------------------------------------------------------------

    async def _dispatch_loop(self) -> None:
        async with asyncio.TaskGroup() as submissions:
            while not self._stopping.is_set():
                pause = self._availability.pause_seconds(now=self._now())
                if not pause:
                    claim = self._store.claim_next(self._limits, self._timing.deadline, now=self._now())
                    job = await guard(claim)
                    if job is not None:
                        submissions.create_task(guard(self._submit(job), job))
                        continue
                await wait_for_work(self._dispatch_due, pause or TICK_SECONDS)

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
            self._reconcile_due.set()
        else:
            self._availability.note_success()
            first_look = self._timing.callback_grace if callback_url else self._timing.poll_interval
            await self._note_running(job, answer.task_id, self._now() + first_look)
            if answer.result is not None:
                await self._finish(job.id, answer.result, "answer")

    async def _take_back(self, job: Job, busy: ApiBusy) -> None:
        """Let a job wait that the API was too busy for, and say so if its card says that it is being painted."""
        self._availability.pause(busy, now=self._now())  # first: a job that waits again may be claimed at once
        async with self._cards.lock(job.id):
            waiting = await self._retry_until_stored(
                lambda: self._store.requeue(job, busy.failure, failed=busy.retry_once), job.id
            )
            self._dispatch_due.set()
            if waiting is not None and waiting.card is CardState.PAINTING:
                await self._cards.show(waiting, CardState.BUSY)

    async def _note_running(self, job: Job, task_id: str, next_lookup_at: datetime) -> None:
        async with self._cards.lock(job.id):
            running = await self._retry_until_stored(
                lambda: self._store.mark_running(job, task_id, next_lookup_at=next_lookup_at), job.id
            )
            with about(task_id=task_id):
                log.info("Submitted: task %s%s", task_id, "" if running else ", already called back")
            self._reconcile_due.set()
            if running is not None and running.card is not CardState.PAINTING:
                await self._cards.show(running, CardState.PAINTING)

    # --- receive and chase -------------------------------------------------------------------------

    async def _finish(self, job_id: str, result: TaskResult, source: str) -> bool:
        """Write a result into its job; False when it has one already."""
        finished = await self._retry_until_stored(lambda: self._store.finish(job_id, result, now=self._now()), job_id)
        return self._note_finish(finished, job_id, result, source)

    def _note_finish(self, finished: Job | None, job_id: str, result: TaskResult, source: str) -> bool:
        """Count and log what became of a result, and wake the loops that go on with it."""
        if finished is not None:
            self._metrics.finished.labels("pictures" if result.images else "failure").inc()
            self._metrics.results.labels(source).observe(finished.seconds_taken or 0.0)
            with about_job(finished):
                outcome = f"failed: {result.failure.code}" if result.failure else f"{len(result.images)} pictures"
                log.info("Finished by %s: %s, trace_id %s", source, outcome, result.trace_id)
                if result.failure:
                    log.debug("The API's words: %s", result.failure.message)  # which may repeat the prompt
        else:
            with about_job(job_id):
                log.info("A %s changed nothing: the job is finished already", source)
        self._delivery.due.set()
        self._dispatch_due.set()
        return finished is not None

    async def _reconcile_loop(self) -> None:
        await guard(self._store.overdue.hasten_lookups(now=self._now()))
        while not self._stopping.is_set():
            await guard(self._reconcile())
            await guard(self._say_what_is_slow())
            next_at = await guard(self._store.overdue.next_due_at())
            sleep = seconds_until(next_at, now=self._now())
            # The pause between two look-ups holds even when one is due at once.
            await wait(self._stopping, LOOKUP_PAUSE_SECONDS)
            if sleep > LOOKUP_PAUSE_SECONDS:
                await wait_for_work(self._reconcile_due, sleep - LOOKUP_PAUSE_SECONDS)

    async def _reconcile(self) -> None:
        now = self._now()
        for job_id in await self._store.overdue.abandon_overdue(now=now):
            self._metrics.abandoned.inc()
            with about_job(job_id):
                log.warning("Given up: past its deadline")
            self._delivery.due.set()
            self._dispatch_due.set()
        again_at = now + self._timing.poll_interval
        job_ids = await self._store.overdue.claim_lookups(MAX_IDS_PER_LOOKUP, now=now, again_at=again_at)
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
                    if await guard(self._finish(job_ids[task_id], result, "look-up")):
                        self._metrics.lookup_results.inc()

    async def _say_what_is_slow(self) -> None:
        slow = await self._store.overdue.claim_slow(SLOW_AT_ONCE, now=self._now())
        await asyncio.gather(*(guard(self._say_it_is_slow(job), job) for job in slow))

    async def _say_it_is_slow(self, job: Job) -> None:
        async with self._cards.lock(job.id):
            await self._cards.show(job, CardState.SLOW)

    # --- together with others ----------------------------------------------------------------------

    def _wake(self, loop: Loop) -> None:
        """Let a loop look at once: another process has written something for it."""
        (self._dispatch_due if loop is Loop.DISPATCH else self._delivery.due).set()

    async def _prune_loop(self) -> None:
        """Delete what is old, in small batches so that nobody waits for the database."""
        while self._retention is not None and not self._stopping.is_set():
            pruned = await guard(self._store.prune(PRUNED_AT_ONCE, before=self._now() - self._retention))
            if pruned:
                log.info("Pruned %d old jobs", pruned)
            await wait(self._stopping, 1.0 if pruned == PRUNED_AT_ONCE else PRUNE_PAUSE_SECONDS)

    async def _retry_until_stored(self, write: Callable[[], Awaitable[T]], job_id: str) -> T:
        """Repeat a write until the database takes it: it keeps what the API was paid for."""
        async for attempt in stamina.retry_context(
            on=StoreUnavailable, attempts=None, timeout=STORE_PATIENCE, wait_max=STORE_PATIENCE / 6
        ):
            with attempt, about_job(job_id):
                return await write()
        raise AssertionError("stamina either returns or raises")
