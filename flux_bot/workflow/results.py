"""Saves results in their jobs, whether they arrived by callback, look-up or response."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from flux_bot.core.backoff import backoff_seconds
from flux_bot.core.errors import BadCallback, StoreUnavailable
from flux_bot.core.jobs import CardState, Job, JobStatus, TaskResult
from flux_bot.logs import about_job
from flux_bot.workflow.loops import Parts

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 10.0
"""The pause between two attempts to save a response of the image API."""
T = TypeVar("T")


class Results:
    """Finishes jobs, and wakes the loops that continue with them."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._metrics = parts.metrics
        self._signals = parts.signals
        self._now = parts.now
        self._deadline = parts.timing.deadline

    async def receive(self, job_id: str, secret: str, result: TaskResult) -> bool:
        """Finish a job with the result of a callback; return False if the job already had a result.

        Raises BadCallback, always with the same text, unless it is the API's own call for this job.
        """
        receipt = await self._store.receive(job_id, secret, result, now=self._now())
        if not receipt.is_ours:
            raise BadCallback("unknown job, wrong secret or another task's task_id")
        if receipt.is_any_queued:
            self._signals.dispatch.set()
        return self._note(receipt.finished, job_id, result, "callback")

    async def finish(self, job_id: str, result: TaskResult, source: str, *, claimed_at: datetime | None = None) -> bool:
        """Finish a job with the result of a submission or look-up; return False if the job already had a result.

        ``claimed_at`` is the time of the submission that was refused, so that a later submission is not ended.
        """
        finished = await self.retry_until_stored(
            lambda: self._store.finish(job_id, result, now=self._now(), claimed_at=claimed_at),
            job_id,
            f"the result of task {result.task_id}",
        )
        self._signals.dispatch.set()
        return self._note(finished, job_id, result, source)

    def note_failure(self, failed: Job, source: str) -> None:
        """Count and log a job that has failed without being submitted."""
        if failed.result is not None:
            self._note(failed, failed.id, failed.result, source)

    def _note(self, job: Job | None, job_id: str, result: TaskResult, source: str) -> bool:
        """Count and log a result, and wake the loops that continue with the job."""
        with about_job(job or job_id):
            if job is None:
                log.info("A %s was ignored: the job already has a result", source)
                self._signals.dispatch.set()  # this may have freed the slot of a cancelled job
                return False
            if result.cost is not None:
                self._metrics.credits.labels(job.request.model).inc(float(result.cost))
            if job.status is JobStatus.QUEUED:
                missing, count = job.missing, job.request.count
                log.info("Result by %s: %s of %d pictures are missing, requesting them again", source, missing, count)
                self._signals.dispatch.set()
                return True
            self._metrics.finished.labels("pictures" if job.images else "failure").inc()
            self._metrics.results.labels(source).observe(job.seconds_taken or 0.0)
            outcome = f"failed: {result.failure.code}" if result.failure else f"{len(result.images)} pictures"
            log.info("Finished by %s: %s, trace_id %s", source, outcome, result.trace_id)
            if result.failure:
                log.debug("The API said: %s", result.failure.message)  # it may repeat the prompt
            self._signals.deliver.set()
            if job.group_id:
                self._signals.mark_card_outdated(job.group_id, CardState.PAINTING)
            return True

    async def retry_until_stored(self, write: Callable[[], Awaitable[T]], job_id: str, what: str) -> T:
        """Retry a write until it succeeds or the job's deadline has passed, because the result was paid for.

        ``what`` describes the write in the log.
        """
        give_up_at = self._now() + self._deadline
        failures = 0
        with about_job(job_id):
            while True:
                try:
                    return await write()
                except StoreUnavailable as error:
                    failures += 1
                    if self._now() >= give_up_at:
                        raise
                    if failures == 1:
                        log.warning("Can't save %s, so trying again: %s", what, error)
                await asyncio.sleep(backoff_seconds(failures, at_most=LONGEST_PAUSE_SECONDS))
