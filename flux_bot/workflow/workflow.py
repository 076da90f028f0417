"""The life of a job, without Discord, HTTP or SQL.

    accept      a request becomes a row                                         -> QUEUED
    dispatch    the next job is submitted to the image API                      -> SUBMITTING -> RUNNING
    receive     the API's callback writes its result into the row               -> FINISHED
    deliver     the result is posted where the request came from                -> DELIVERED
    reconcile   overdue tasks are looked up, jobs past the deadline given up     -> FINISHED or ABANDONED
    cancel      the user no longer wants the picture                            -> CANCELLED

Each step is saved so that it can be repeated after a crash; the loops then continue. Only ``dispatch`` submits jobs,
which costs money; only ``deliver`` posts results.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.jobs import ImageRequest, Job, Origin, Preferences
from flux_bot.core.rules.limits import LimitReached
from flux_bot.core.rules.periods import day_of, month_of
from flux_bot.core.rules.requester import Requester
from flux_bot.core.text import TranslatableText
from flux_bot.flux.protocol import read_callback
from flux_bot.logs import about_job
from flux_bot.store.admission import AcceptedJob, NewJob
from flux_bot.store.history import JobHistory, Overview
from flux_bot.store.rules.explanations import Explanation
from flux_bot.store.rules.report import UsageReport
from flux_bot.store.users.erasure import Erased
from flux_bot.workflow.alerts.budget_alerts import BudgetAlerts
from flux_bot.workflow.alerts.operator_alerts import OperatorAlerts, SendToOperator, reach_nobody
from flux_bot.workflow.delivery import Delivery, Messenger
from flux_bot.workflow.dispatch import Dispatch
from flux_bot.workflow.erasing.cleaning import FileCleaning
from flux_bot.workflow.erasing.erasure import Erasures
from flux_bot.workflow.erasing.message_erasure import MessageEraser, MessageErasures
from flux_bot.workflow.loops import Parts
from flux_bot.workflow.queue_places import QueuePlaces
from flux_bot.workflow.reconcile import Reconciliation
from flux_bot.workflow.repairs import Repairs
from flux_bot.workflow.results import Results
from flux_bot.workflow.status_cards import StatusCards

log = logging.getLogger(__name__)

READY_SECONDS = 3.0
"""How long the database may take to respond and still count as available; SQLite waits up to 10 s for a lock."""


class Workflow:
    """Provides the entry points for commands and callbacks, and ``run``, which runs all loops."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._all_models = parts.catalogue
        self._limits = parts.limits
        self._rules = parts.rules
        self._metrics = parts.metrics
        self._signals = parts.signals
        self._now = parts.now
        self._results = Results(parts)
        self._cards = StatusCards(parts)
        self._places = QueuePlaces(parts, self._cards)
        self._operator = OperatorAlerts(parts.store, parts.now)
        self._budgets = BudgetAlerts(self._operator, parts.catalogue)
        self._delivery = Delivery(parts, self._operator)
        self._repairs = Repairs(parts)
        self._reconciliation = Reconciliation(parts, self._results, self._cards)
        self._dispatch = Dispatch(
            parts,
            results=self._results,
            cards=self._cards,
            reconciliation=self._reconciliation,
            operator=self._operator,
        )
        self._availability = self._dispatch.availability
        self._cleaning = FileCleaning(parts.store.cleaning, parts.signals, parts.now)
        self._erasures = Erasures(parts, self._cards)
        self._message_erasures = MessageErasures(parts, self._delivery.is_busy)

    @property
    def catalogue(self) -> Catalogue:
        """Return the models and sizes to offer, without those that the image API does not currently accept."""
        return self._dispatch.catalogue

    @property
    def all_models(self) -> Catalogue:
        """Return all models and sizes of the catalogue, whether or not the image API currently accepts them."""
        return self._all_models

    @property
    def history(self) -> JobHistory:
        """Return the queries of users about their own jobs."""
        return self._store.history

    async def accept(
        self,
        make_requests: Callable[[Preferences], Sequence[ImageRequest]],
        origin: Origin,
        *,
        requester: Requester | None = None,
        parent_id: str | None = None,
        can_reply: Callable[[], bool] = lambda: True,
    ) -> AcceptedJob:
        """Save a request as a job, or several as a group, and return its place in the queue.

        ``make_requests`` gets the user's preferences. The rules are checked for ``requester``; None means the user and
        the place of the origin, without roles. ``parent_id`` is the job whose card the request was made from.
        ``can_reply`` is called just before saving. Raises RequestRejected if a rule or limit does not allow it or the
        service is unavailable, StoreUnavailable if the job was not saved.
        """
        if self._signals.stopping.is_set():
            raise RequestRejected("stopping")
        now = self._now()
        if not self._availability.admits(now=time.perf_counter()):
            raise RequestRejected("unavailable", operator=await self._notify_operator())
        paused = self._availability.is_paused(now=time.perf_counter())
        new = NewJob(
            make_requests,
            origin,
            self._limits,
            self.catalogue,
            now,
            rules=self._rules,
            requester=requester,
            paused=paused,
            parent_id=parent_id,
            can_reply=can_reply,
        )
        try:
            accepted = await self._store.admission.accept(new)
        except RequestRejected as rejected:
            self._metrics.note_rejection(rejected.text.message_id)
            if isinstance(rejected, LimitReached):
                self._budgets.note([rejected.used])
            raise
        self._budgets.note(accepted.limits)
        with about_job(accepted.job):
            if accepted.is_duplicate or accepted.is_repeated_event:
                log.info(
                    "%s: the job was accepted already", "Double-click" if accepted.is_duplicate else "Repeated event"
                )
                return accepted
            action, model, place = accepted.job.request.action, accepted.job.request.model, accepted.place
            where = f"by user {origin.user_id} in channel {origin.channel_id}"
            log.info("Accepted: %s with %s %s, place %d", action, model, where, place)
            if accepted.job.group:
                log.info("This job is the first of %d jobs", len(accepted.job.group))
        self._availability.note_accepted(now=time.perf_counter())
        self._metrics.accepted.inc(len(accepted.job.jobs))
        return accepted

    async def _notify_operator(self) -> TranslatableText:
        """Notify the operator that no requests are accepted; return the message for the user."""
        refusal = self._availability.refusal
        is_notified = refusal is not None and await self._operator.notify_refusal(refusal)
        return TranslatableText("operator-notified" if is_notified else "operator-not-notified")

    async def replied(self, accepted: AcceptedJob, message_id: int) -> int:
        """Save the message id of the status card, and let the job be submitted.

        Return how many undelivered results the user can fetch.
        """
        starts = not accepted.place  # for a queued job, the next free slot wakes the loop
        undelivered = await self._store.admission.set_reply(accepted.job.id, message_id, starts=starts)
        if starts:
            self._signals.dispatch.set()
        return undelivered

    async def withdraw(self, accepted: AcceptedJob) -> bool:
        """Delete a job whose reply Discord rejected; return False if it was submitted or belongs to another process."""
        is_withdrawn = await self._store.admission.withdraw(accepted.job)
        with about_job(accepted.job):
            log.info("Discord rejected the reply: the job %s", "is withdrawn" if is_withdrawn else "goes on without it")
        return is_withdrawn

    async def receive(self, job_id: str, secret: str, body: bytes) -> bool:
        """Save the result in a callback; return False if the job already had a result.

        Raises BadCallback unless it is the API's own call for this job.
        """
        return await self._results.receive(job_id, secret, read_callback(body))

    async def fetch_undelivered(self, job_id: str, origin: Origin, reply_message_id: int) -> bool:
        """Deliver an undelivered job where its user is now; return False if the user has no such job."""
        found = await self.history.fetch_undelivered(job_id, origin, reply_message_id, now=self._now())
        self._signals.deliver.set()
        return found

    def gateway_connected(self) -> None:
        """Retry undelivered results soon, because the reason for their failure may have ended."""
        self._signals.reconnected.set()

    async def cancel(self, job_id: str, *, caller_edits_card: bool, discards: bool = True) -> Job | None:
        """Cancel an open job and its whole group; return None if it has already ended.

        A job that is charged anyway is only cancelled if its result should be discarded (``discards``); otherwise it is
        returned unchanged. The card is edited too, unless the caller does that (``caller_edits_card``).
        """
        job = await self._cards.cancel(job_id, discards=discards, caller_edits_card=caller_edits_card)
        self._signals.dispatch.set()
        return job

    async def make_private(self, job: Job, origin: Origin | None, reply_message_id: int | None) -> bool:
        """Make an open job visible only to its user, and remove its public card; return False if it has already ended.

        ``origin`` and ``reply_message_id`` describe the private reply that becomes its card; None if a moderator acted.
        """
        return await self._cards.make_private(job, origin, reply_message_id)

    async def overview(self, user_id: int) -> Overview:
        """Return a user's current jobs."""
        return await self.history.overview(user_id, now=self._now())

    async def explain(self, requester: Requester) -> Explanation:
        """Return whether a user may make a picture in a channel now, and why not. Raises StoreUnavailable."""
        return await self._store.explanations.read(requester, self._rules, self.catalogue, now=self._now())

    async def usage(self, requester: Requester, *, of_server: bool, of_bot: bool) -> UsageReport:
        """Return the usage of a user and, if requested, of the server and the bot. Raises StoreUnavailable."""
        reports = self._store.usage_reports
        return await reports.read(requester, self._rules, of_server=of_server, of_bot=of_bot, now=self._now())

    async def erase_user(self, user_id: int, *, deletes_messages: bool, locale: str) -> Erased:
        """Erase all data stored about a user, see ``Erasures``. Raises StoreUnavailable."""
        return await self._erasures.erase(user_id, deletes_messages=deletes_messages, locale=locale)

    async def is_up(self) -> bool:
        """Return whether requests are accepted: the bot is not stopping, and the database accepts writes."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._store.check()
        except (StoreUnavailable, TimeoutError) as error:
            log.warning("Not ready: %s", error if str(error) else "the database takes too long")
            return False
        return not self._signals.stopping.is_set()

    async def count_jobs(self) -> None:
        """Update the metrics of open jobs and of credits from the database."""
        now, rules = self._now(), self._rules
        try:
            async with asyncio.timeout(READY_SECONDS):  # Prometheus waits 10 s for a response
                counts = await self._store.count_open()
                day, month = [await self._store.spending.of(period(now, rules.zone)) for period in (day_of, month_of)]
        except (StoreUnavailable, TimeoutError) as error:
            log.warning("Can't count the jobs: %s", error if str(error) else "the database takes too long")
            self._metrics.forget_jobs()
            return
        since = counts.longest_waiting_since
        self._metrics.set_jobs(counts.by_state, (now - since).total_seconds() if since else 0.0)
        self._metrics.set_credits("day", day.spent, day.reserved, rules.budget_per_day)
        self._metrics.set_credits("month", month.spent, month.reserved, rules.budget_per_month)

    async def run(
        self,
        messenger: Messenger,
        send_to_operator: SendToOperator = reach_nobody,
        eraser: MessageEraser | None = None,
    ) -> None:
        """Run all loops until ``stop``, and complete the work in progress."""
        self._operator.send = send_to_operator
        self._cards.messenger = messenger
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._dispatch.run(), name="dispatch")
            loops.create_task(self._delivery.run(messenger), name="deliver")
            loops.create_task(self._repairs.run(messenger), name="repair")
            loops.create_task(self._delivery.retry_undelivered(), name="retry")
            loops.create_task(self._reconciliation.run(), name="reconcile")
            loops.create_task(self._reconciliation.prune(), name="prune")
            loops.create_task(self._places.run(), name="places")
            loops.create_task(self._cards.run(), name="cards")
            loops.create_task(self._cleaning.run(), name="clean")
            loops.create_task(self._erasures.forget(), name="forget")
            if eraser is not None:
                loops.create_task(self._message_erasures.run(eraser), name="erase messages")
            listening = loops.create_task(self._store.listen(self._signals.wake), name="listen")
            alerting = loops.create_task(self._budgets.run(), name="alert")
            await self._signals.stopping.wait()
            listening.cancel()
            alerting.cancel()

    async def recover(self) -> None:
        """Forget what the image API has rejected, and continue immediately; the sandbox calls this after a fault.

        Raises StoreUnavailable.
        """
        self._availability.reset()
        await self._store.submissions.forget_rejections()
        self._dispatch.catalogue = self._all_models
        for wake in (self._signals.dispatch, self._signals.reconcile, self._signals.reconnected):
            wake.set()

    def stop(self) -> None:
        """Accept no more requests, and let the loops end."""
        self._signals.stop()
