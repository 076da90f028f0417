"""The loop that submits queued jobs to the image API, as far as the limits allow. Nothing else submits."""

import asyncio
import logging
import time
from dataclasses import replace

from flux_bot.core.callbacks import callback_url
from flux_bot.core.capabilities import Capabilities
from flux_bot.core.errors import ApiBusy, ApiRefused, ApiUnknown, ModelRejected, SizeRejected
from flux_bot.core.jobs import MODEL_REJECTED, SIZE_REJECTED, CardState, Failure, Job, TaskResult
from flux_bot.flux.availability import Availability
from flux_bot.flux.protocol import SubmitAnswer
from flux_bot.logs import about
from flux_bot.store.submissions import ClaimedJob
from flux_bot.workflow.alerts.operator_alerts import OperatorAlerts
from flux_bot.workflow.loops import TICK_SECONDS, Parts, guard, wait_for_work
from flux_bot.workflow.reconcile import Reconciliation
from flux_bot.workflow.results import Results
from flux_bot.workflow.status_cards import StatusCards

log = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 2
"""How many jobs one transaction claims; other processes can claim the rest."""


class Dispatch:
    """Claims queued jobs, submits them, and saves the answers."""

    def __init__(
        self,
        parts: Parts,
        *,
        results: Results,
        cards: StatusCards,
        reconciliation: Reconciliation,
        operator: OperatorAlerts,
    ) -> None:
        self.catalogue = parts.catalogue
        """The models and sizes that the image API accepted at the time of the last claim."""
        self._all_models = parts.catalogue
        self._known = Capabilities(parts.catalogue, (), parts.now())
        self._submissions = parts.store.submissions
        self._api = parts.api
        self._metrics = parts.metrics
        self._limits = parts.limits
        self._timing = parts.timing
        self._public_url = parts.public_url
        self._resubmit_after_500 = parts.resubmit_after_500
        self._signals = parts.signals
        self._now = parts.now
        self.availability = Availability()
        self._results = results
        self._cards = cards
        self._reconciliation = reconciliation
        self._operator = operator

    async def run(self) -> None:
        """Submit jobs until stopped; complete submissions that have already begun."""
        tick_seconds = min(
            TICK_SECONDS, self._timing.reply_grace.total_seconds()
        )  # the reply of a job may never be saved
        async with asyncio.TaskGroup() as submissions:
            while not self._signals.stopping.is_set():
                pause = self.availability.pause_seconds(now=time.perf_counter())
                if not pause:
                    claimed = await guard(self._claim()) or ()
                    for one in claimed:
                        submissions.create_task(guard(self._submit(one), one.job))
                    if len(claimed) == CLAIMED_AT_ONCE:
                        continue
                await wait_for_work(self._signals.dispatch, pause or tick_seconds)

    async def _claim(self) -> list[ClaimedJob]:
        timing = self._timing
        claims = await self._submissions.claim(
            CLAIMED_AT_ONCE,
            self._limits,
            timing.deadline,
            catalogue=self._all_models,
            now=self._now(),
            search_after=timing.callback_grace,
            reply_grace=timing.reply_grace,
        )
        self._known = claims.known
        self.catalogue = claims.known.available()
        for failed in claims.failed:
            self._results.note_failure(failed, "refusal")
        return claims.jobs

    async def _submit(self, claimed: ClaimedJob) -> None:
        job = claimed.job
        url = callback_url(self._public_url, job) if self._public_url else None
        request = replace(job.request, size=claimed.size, count=job.missing or job.request.count)
        try:
            with self._metrics.submission():
                answer = await self._api.submit(request, url)
        except ApiBusy as busy:
            if busy.is_internal and (job.failed_submissions or not self._resubmit_after_500):
                await self._refuse(job, busy.failure)
            else:
                await self._requeue(job, busy)
        except SizeRejected as rejected:
            await self._reject_size(job, rejected)
        except ModelRejected as rejected:
            await self._reject_model(job, rejected)
        except ApiRefused as refused:
            self.availability.note_refusal(refused, job.origin.user_id, now=time.perf_counter())
            await self._refuse(job, refused.failure, refused.trace_id)
        except ApiUnknown as unknown:
            log.warning("It is unknown whether the task started (%s); the job will not be submitted again", unknown)
            self._signals.reconcile.set()
            await self._submissions.note_no_answer(job)
            self._signals.dispatch.set()  # for the jobs that waited for this
        else:
            self.availability.note_success()
            await self._mark_running(claimed, answer, has_callback=url is not None)
            if answer.result is not None:
                await self._results.finish(job.id, answer.result, "answer")

    async def _reject_size(self, job: Job, rejected: SizeRejected) -> None:
        """Queue a job again with the next form of its size; if all forms failed, say what the user can choose."""
        self.availability.note_success()  # the API answers and accepts our token
        queued = await self._results.retry_until_stored(
            lambda: self._submissions.reject_size(job, rejected.failure, self._all_models, now=self._now()),
            job.id,
            "a rejected size",
        )
        model, form = job.request.model, job.size_form
        log.warning("The image API rejects sizes of %s in the form %s (%s)", model, form, rejected)
        if queued is None:
            known = self._all_models.find(model, job.request.action)
            shapes = ", ".join(shape.ratio for shape in known.shapes()) if known else ""
            await self._refuse(job, Failure(SIZE_REJECTED, shapes), rejected.trace_id)
        self._signals.dispatch.set()

    async def _reject_model(self, job: Job, rejected: ModelRejected) -> None:
        """Queue a job again with another model unless the user chose this model; in that case, offer another model."""
        self.availability.note_success()  # the API answers and accepts our token
        queued = await self._results.retry_until_stored(
            lambda: self._submissions.reject_model(job, rejected.failure, self._all_models, now=self._now()),
            job.id,
            "a rejected model",
        )
        model, action = job.request.model, job.request.action
        log.error("The image API rejects the model %s (%s, %s); it is not offered for a day", model, action, rejected)
        if queued is None:
            other = self._known.alternative(model, action)
            await self._refuse(job, Failure(MODEL_REJECTED, other.name if other else ""), rejected.trace_id)
        self._signals.dispatch.set()
        await self._operator.notify_model_rejected(model, action)

    async def _refuse(self, job: Job, failure: Failure, trace_id: str | None = None) -> None:
        """Finish a job whose submission the API has rejected."""
        result = TaskResult(None, failure=failure, trace_id=trace_id)
        await self._results.finish(job.id, result, "refusal", claimed_at=job.submitted_at)

    async def _requeue(self, job: Job, busy: ApiBusy) -> None:
        """Queue a job again if the API was too busy, and show this on its card."""
        self.availability.pause(busy, now=time.perf_counter())  # first: a queued job may be claimed at once
        async with self._cards.lock(job.id):
            queued = await self._results.retry_until_stored(
                lambda: self._submissions.requeue(job, busy.failure, failed=busy.is_internal),
                job.id,
                "that the API is busy",
            )
            self._signals.dispatch.set()
            if queued is not None and queued.card in (CardState.PAINTING, CardState.SLOW):
                await self._cards.show(queued, CardState.BUSY)

    async def _mark_running(self, claimed: ClaimedJob, answer: SubmitAnswer, *, has_callback: bool) -> None:
        job, task_id = claimed.job, answer.task_id
        next_lookup_at = self._now() + (self._timing.callback_grace if has_callback else self._timing.poll_interval)

        async def save() -> Job | None:
            return await self._submissions.mark_running(
                job,
                task_id,
                trace_id=answer.trace_id,
                next_lookup_at=next_lookup_at,
                is_first=claimed.is_first,
                now=self._now(),
            )

        async with self._cards.lock(job.id):
            running = await self._results.retry_until_stored(save, job.id, f"task {task_id}")
            with about(task_id=task_id):
                log.info("Submitted: task %s%s", task_id, "" if running else ", but its job has moved on")
            if claimed.is_first:
                log.info("The image API accepts %s, sizes in the form %s", job.request.model, job.size_form)
                self._signals.dispatch.set()  # for the jobs that waited for this
            self._reconciliation.wake_by(next_lookup_at)
            if running is not None:
                self._reconciliation.wake_by(running.slow_at)
                if running.card is not CardState.PAINTING or claimed.has_new_model:
                    await self._cards.show(running, CardState.PAINTING)
