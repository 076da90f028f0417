"""The loops that look up overdue tasks, abandon jobs past their deadline, report slow jobs, and delete old ones."""

import asyncio
import logging
from datetime import datetime, timedelta

from flux_bot.core.callbacks import callback_url
from flux_bot.core.errors import ApiError, ApiRefused
from flux_bot.core.jobs import UNEXPECTED_ANSWER, CardState, Job
from flux_bot.flux.protocol import MAX_IDS_PER_LOOKUP, OPERATOR_CODES, ListedTask
from flux_bot.logs import about_job
from flux_bot.workflow.loops import Parts, guard, seconds_until, wait, wait_for_work
from flux_bot.workflow.results import Results
from flux_bot.workflow.status_cards import StatusCards

log = logging.getLogger(__name__)

LOOKUP_PAUSE_SECONDS = 1.1
"""The pause between look-ups: the vendor demands fewer than one look-up per second (docs, "async tasks")."""
SEARCHED_AT_ONCE = 50
PAGES_SEARCHED = 120
"""The most pages of the API's task list to read in one search: more than the API can fill in the period searched."""
CLOCKS_DIFFER_BY = timedelta(minutes=6)
"""The largest difference to expect between the bot's clock and the image API's."""
LISTING_REFUSED = "task_listing_refused_at"
"""The name of the note that the image API does not list tasks."""
LISTING_REFUSED_FOR = timedelta(days=1)
NOT_OFFERED = frozenset({"no_api", "api_not_implemented"})
"""The operator codes that mean that the API has no such endpoint."""
SLOW_AT_ONCE = 10
LEFT_SERVERS_KEPT = timedelta(days=30)
"""How long data about a server is kept after the bot has left it."""
PRUNED_AT_ONCE = 500
PRUNE_PAUSE_SECONDS = 3600.0


class Reconciliation:
    """Brings jobs and the API's tasks back in line."""

    def __init__(self, parts: Parts, results: Results, cards: StatusCards) -> None:
        self._store = parts.store
        self._api = parts.api
        self._metrics = parts.metrics
        self._timing = parts.timing
        self._retention = parts.retention
        self._public_url = parts.public_url
        self._signals = parts.signals
        self._now = parts.now
        self._results = results
        self._cards = cards
        self._next_at: datetime | None = None
        """When the loop will run next; None while it runs."""

    def wake_by(self, at: datetime | None) -> None:
        """Make the loop run at the given time at the latest."""
        if at is not None and (self._next_at is None or at < self._next_at):
            self._signals.reconcile.set()

    async def run(self) -> None:
        """Reconcile until stopped. After startup, all tasks are looked up immediately, in batches."""
        await guard(self._store.overdue.look_up_now(now=self._now()))
        async with asyncio.TaskGroup() as searches:
            search = searches.create_task(self._search())
            while not self._signals.stopping.is_set():
                await guard(self._look_up())
                if search.done():  # a search may take long, and must not delay the other work
                    search = searches.create_task(self._search())
                await guard(self._abandon())  # after an outage, overdue jobs may have pictures
                await guard(self._report_slow_jobs())
                sleep = seconds_until(await guard(self._store.overdue.next_due_at()), now=self._now())
                self._next_at = self._now() + timedelta(seconds=sleep)
                # Pause between two look-ups even if the next look-up is already due.
                await wait(self._signals.stopping, LOOKUP_PAUSE_SECONDS)
                if sleep > LOOKUP_PAUSE_SECONDS:
                    await wait_for_work(self._signals.reconcile, sleep - LOOKUP_PAUSE_SECONDS)
                self._next_at = None
            search.cancel()

    async def _abandon(self) -> None:
        for job_id in await self._store.overdue.abandon_overdue(now=self._now()):
            self._metrics.abandoned.inc()
            with about_job(job_id):
                log.warning("Abandoned: past its deadline")
            self._signals.deliver.set()
            self._signals.dispatch.set()

    async def _look_up(self) -> None:
        now = self._now()
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
                    if await guard(self._results.finish(job_ids[task_id], result, "look-up")):
                        self._metrics.lookup_results.inc()

    async def _search(self) -> None:
        await guard(self._search_for_lost_submissions())

    async def _search_for_lost_submissions(self) -> None:
        """Search the API's task list for submissions that got no response, by their callback URLs."""
        now = self._now()
        pause = self._timing.poll_interval
        unknown = await self._store.overdue.claim_searches(SEARCHED_AT_ONCE, now=now, pause=pause)
        refused_at = await self._store.note(LISTING_REFUSED) if unknown and self._public_url else None
        is_refused = refused_at is not None and now - datetime.fromisoformat(refused_at) < LISTING_REFUSED_FOR
        if not self._public_url or is_refused:
            return
        unknown.sort(key=lambda job: job.submitted_at or now)
        try:
            while unknown and not self._signals.stopping.is_set():
                since = (unknown[0].submitted_at or now) - CLOCKS_DIFFER_BY
                until = (
                    since + 3 * CLOCKS_DIFFER_BY
                )  # a short period, so that there are few tasks to read even if others use this token
                near = [job for job in unknown if (job.submitted_at or now) <= until - CLOCKS_DIFFER_BY]
                unknown = unknown[len(near) :]
                await self._search_for({callback_url(self._public_url, job): job for job in near}, since, until)
        except ApiRefused as refused:
            is_about_us = not refused.is_from_api or refused.failure.code in OPERATOR_CODES - NOT_OFFERED
            if refused.failure.code != UNEXPECTED_ANSWER and is_about_us:
                log.warning("Searching for submissions was refused: %s", refused)
                return
            log.info("The image API does not list tasks (%s); the next attempt is in a day", refused)
            await self._store.set_note(LISTING_REFUSED, now.isoformat())
        except ApiError as error:
            log.warning("Searching for submissions failed: %s", error)

    async def _search_for(self, jobs: dict[str, Job], since: datetime, until: datetime) -> None:
        """Search the tasks of a period for the jobs with these callback URLs."""
        for page in range(PAGES_SEARCHED):
            tasks = await self._api.list_tasks(since, until, offset=page * MAX_IDS_PER_LOOKUP)
            for task in tasks:
                job = jobs.get(task.callback_url or "")
                if job and task.task_id not in job.earlier_tasks:
                    with about_job(job):
                        await guard(self._found(job, task))
                    del jobs[task.callback_url or ""]
            await wait(self._signals.stopping, LOOKUP_PAUSE_SECONDS)
            if not tasks or not jobs or self._signals.stopping.is_set():
                return

    async def _found(self, job: Job, task: ListedTask) -> None:
        log.info("Found the task of a submission that got no response: %s", task.task_id)
        if task.result is not None:
            await self._results.finish(job.id, task.result, "search")
        else:
            next_lookup_at = self._now() + self._timing.poll_interval
            await self._store.submissions.mark_running(job, task.task_id, next_lookup_at=next_lookup_at)

    async def _report_slow_jobs(self) -> None:
        slow = await self._store.overdue.claim_slow(SLOW_AT_ONCE, now=self._now())
        await asyncio.gather(*(guard(self._report_slow_job(job), job) for job in slow))

    async def _report_slow_job(self, job: Job) -> None:
        async with self._cards.lock(job.id):
            await self._cards.show(job, CardState.SLOW)

    async def prune(self) -> None:
        """Delete old jobs, ended blocks, and the data of servers that the bot has left, until stopped.

        The loop deletes in small batches, so that users do not wait for the database.
        """
        while not self._signals.stopping.is_set():
            batches = [await guard(self._prune_jobs()), await guard(self._prune_servers())]
            await guard(self._store.blocks.prune(now=self._now()))
            await wait(self._signals.stopping, 1.0 if PRUNED_AT_ONCE in batches else PRUNE_PAUSE_SECONDS)

    async def _prune_jobs(self) -> int:
        if self._retention is None:
            return 0
        pruned = await self._store.overdue.prune(PRUNED_AT_ONCE, before=self._now() - self._retention)
        if pruned:
            log.info("Deleted %d old jobs", pruned)
        return pruned

    async def _prune_servers(self) -> int:
        pruned = await self._store.membership.prune(PRUNED_AT_ONCE, before=self._now() - LEFT_SERVERS_KEPT)
        if pruned:
            log.info("Deleted the settings, styles and blocks of %d servers that the bot has left", pruned)
        return pruned
