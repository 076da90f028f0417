"""The loop that submits queued jobs to the image API, as far as the limits allow. Nothing else submits."""

import asyncio
import logging
import time
from datetime import datetime

from flux_bot.core.callbacks import callback_url
from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown
from flux_bot.core.jobs import CardState, Job, TaskResult
from flux_bot.flux.availability import Availability
from flux_bot.logs import about
from flux_bot.workflow.loops import TICK_SECONDS, Parts, guard, wait_for_work
from flux_bot.workflow.reconcile import Reconciliation
from flux_bot.workflow.results import Results
from flux_bot.workflow.status_cards import StatusCards

log = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 2
"""Jobs in one transaction; other processes get their share of the rest."""


class Dispatch:
    """Claims queued jobs, submits them, and saves the answers."""

    def __init__(
        self,
        parts: Parts,
        *,
        availability: Availability,
        results: Results,
        cards: StatusCards,
        reconciliation: Reconciliation,
    ) -> None:
        self._submissions = parts.store.submissions
        self._api = parts.api
        self._metrics = parts.metrics
        self._limits = parts.limits
        self._timing = parts.timing
        self._public_url = parts.public_url
        self._signals = parts.signals
        self._now = parts.now
        self._availability = availability
        self._results = results
        self._cards = cards
        self._reconciliation = reconciliation

    async def run(self) -> None:
        """Submit jobs until stopped; submissions that have begun are completed."""
        tick_seconds = min(TICK_SECONDS, self._timing.reply_grace.total_seconds())  # a reply may never be noted
        async with asyncio.TaskGroup() as submissions:
            while not self._signals.stopping.is_set():
                pause = self._availability.pause_seconds(now=time.perf_counter())
                if not pause:
                    claimed = await guard(self._claim()) or ()
                    for job in claimed:
                        submissions.create_task(guard(self._submit(job), job))
                    if len(claimed) == CLAIMED_AT_ONCE:
                        continue
                await wait_for_work(self._signals.dispatch, pause or tick_seconds)

    async def _claim(self) -> list[Job]:
        timing = self._timing
        return await self._submissions.claim(
            CLAIMED_AT_ONCE, self._limits, timing.deadline, now=self._now(), reply_grace=timing.reply_grace
        )

    async def _submit(self, job: Job) -> None:
        url = callback_url(self._public_url, job) if self._public_url else None
        try:
            with self._metrics.submission():
                answer = await self._api.submit(job.request, url)
        except ApiBusy as busy:
            if busy.retry_once and job.failed_submissions:
                await self._results.finish(job.id, TaskResult(None, failure=busy.failure), "refusal")
            else:
                await self._requeue(job, busy)
        except ApiRefused as refused:
            self._availability.note_refusal(refused, job.origin.user_id, now=time.perf_counter())
            result = TaskResult(None, failure=refused.failure, trace_id=refused.trace_id)
            await self._results.finish(job.id, result, "refusal")
        except ApiUnknown as unknown:
            log.warning("It is unknown whether the task started (%s); it will not be submitted again", unknown)
            self._signals.reconcile.set()
        else:
            self._availability.note_success()
            first_lookup = self._timing.callback_grace if url else self._timing.poll_interval
            await self._mark_running(job, answer.task_id, self._now() + first_lookup)
            if answer.result is not None:
                await self._results.finish(job.id, answer.result, "answer")

    async def _requeue(self, job: Job, busy: ApiBusy) -> None:
        """Queue a job again that the API was too busy for, and show this on its card."""
        self._availability.pause(busy, now=time.perf_counter())  # first: a queued job may be claimed at once
        async with self._cards.lock(job.id):
            queued = await self._results.retry_until_stored(
                lambda: self._submissions.requeue(job, busy.failure, failed=busy.retry_once),
                job.id,
                "that the API is busy",
            )
            self._signals.dispatch.set()
            if queued is not None and queued.card in (CardState.PAINTING, CardState.SLOW):
                await self._cards.show(queued, CardState.BUSY)

    async def _mark_running(self, job: Job, task_id: str, next_lookup_at: datetime) -> None:
        async with self._cards.lock(job.id):
            running = await self._results.retry_until_stored(
                lambda: self._submissions.mark_running(job, task_id, next_lookup_at=next_lookup_at),
                job.id,
                f"task {task_id}",
            )
            with about(task_id=task_id):
                log.info("Submitted: task %s%s", task_id, "" if running else ", but its job has moved on")
            self._reconciliation.wake_by(next_lookup_at)
            if running is not None:
                self._reconciliation.wake_by(running.slow_at)
                if running.card is not CardState.PAINTING:
                    await self._cards.show(running, CardState.PAINTING)
