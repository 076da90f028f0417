"""Claims, and what the image API answered: from the queue to a task, once, in every order and by several processes."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Job, JobStatus
from flux_bot.store.queue import SLOW_AT_FIRST
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import BUSY, DEADLINE, LATER, MICROSECOND, NOW, ON_POSTGRESQL, SECOND, Rows


async def test_from_the_queue_to_a_result(store: JobStore, rows: Rows) -> None:
    """Each step sets the times at which the job will be looked up, slow and overdue; a result ends them all."""

    async def due_times() -> list[Any]:
        row = await rows.of(job.id)
        return [row[name] for name in ("next_lookup_at", "slow_at", "deadline_at", "next_delivery_at")]

    assert await db.claim_next(store) is None
    job = await db.queued(store)
    assert job == Job(job.id, job.callback_secret, JobStatus.QUEUED, job.request, job.origin, accepted_at=NOW)
    assert await due_times() == [None] * 4
    claimed = await db.claim_next(store, now=NOW + SECOND)
    slow_at = NOW + SECOND + SLOW_AT_FIRST
    assert claimed == replace(job, status=JobStatus.SUBMITTING, submitted_at=NOW + SECOND, slow_at=slow_at)
    assert await due_times() == [None, slow_at, NOW + SECOND + DEADLINE, None]
    running = await store.submissions.mark_running(claimed, "task", next_lookup_at=LATER)
    assert running == replace(claimed, status=JobStatus.RUNNING, task_id="task")
    assert await due_times() == [LATER, slow_at, NOW + SECOND + DEADLINE, None]
    at = NOW + 8 * SECOND
    result = replace(db.success(job), task_id="task")
    done = await store.finish(job.id, result, now=at)
    assert done == replace(running, status=JobStatus.FINISHED, result=result, slow_at=None, finished_at=at)
    assert done.seconds_taken == 7
    assert await due_times() == [None, None, None, at]


async def test_a_requeued_job_keeps_its_turn_and_its_first_deadline(store: JobStore, rows: Rows) -> None:
    """It is not put behind later jobs, and it is not paid for once its deadline has passed."""
    job = await db.submitting(store)
    await db.queued(store, 2, now=NOW + SECOND)
    assert await store.submissions.requeue(job, BUSY, failed=False)
    at = NOW + DEADLINE - MICROSECOND
    again = await db.claim_next(store, now=at)
    assert again == replace(job, submitted_at=at, slow_at=at + SLOW_AT_FIRST)
    assert (await rows.of(job.id))["deadline_at"] == NOW + DEADLINE
    assert await store.submissions.requeue(again, BUSY, failed=False)
    claimed = [await db.claim_next(store, now=NOW + DEADLINE) for _ in range(2)]
    assert [job and job.origin.user_id for job in claimed] == [2, None]


async def test_a_requeue_is_done_once(store: JobStore, rows: Rows) -> None:
    """It stores its reason, and counts unless the API was busy; its repetition does not undo another claim."""
    for failed, count in ((True, 1), (False, 0)):
        job = await db.submitting(store)
        requeued = await store.submissions.requeue(job, BUSY, failed=failed)
        assert requeued == replace(job, status=JobStatus.QUEUED, failed_submissions=count, slow_at=None)
        row = await rows.of(job.id)
        assert (row["failure_code"], row["failure_message"]) == (BUSY.code, BUSY.message)
        again = await db.claim_next(store, now=NOW + SECOND)
        assert again
        assert await store.submissions.requeue(job, BUSY, failed=failed) is None
        assert await db.fresh(store, job) == again
        await rows.clear()


async def test_claims_of_several_processes(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """Claims of one or many jobs claim each job once, and exceed neither the API's limit nor a user's."""
    limits = Limits(max_in_flight=5, max_running_per_user=2, max_queued_per_user=20)
    for at_most in (1, 3, 50):
        waiting = {(await db.queued(store, user_id)).id for user_id in (1, 1, 1, 1, 2, 2, 2, 3)}
        claims = [side.submissions.claim(at_most, limits, DEADLINE, now=NOW) for side in (store, other_store) * 5]
        claimed = await asyncio.gather(*claims)
        assert max(len(jobs) for jobs in claimed) <= at_most
        assert Counter(job.origin.user_id for jobs in claimed for job in jobs) == {1: 2, 2: 2, 3: 1}, at_most
        claimed.append(await store.submissions.claim(50, db.UNLIMITED, DEADLINE, now=NOW))
        assert sorted(job.id for jobs in claimed for job in jobs) == sorted(waiting), at_most
        await rows.clear()


@ON_POSTGRESQL
async def test_a_claim_waits_for_a_locked_row(store: JobStore, rows: Rows) -> None:
    """The only queued job is claimed after a reply is saved, but not if its result or deadline comes meanwhile."""
    ended = {"finished_at": NOW, "deadline_at": None, "next_delivery_at": NOW}
    changes: list[dict[str, Any]] = [
        {"status": status, **ended} for status in (JobStatus.FINISHED, JobStatus.ABANDONED)
    ]
    for change in ({"reply_message_id": 5}, *changes):
        job = await db.submitting(store)
        await store.submissions.requeue(job, BUSY, failed=False)
        async with rows.held(job.id, **change):
            claim = asyncio.create_task(db.claim_next(store))
            await rows.until_blocked(claim)
        assert await claim == (None if "status" in change else replace(job, **change)), change
        assert (await db.fresh(store, job)).status is change.get("status", JobStatus.SUBMITTING)


async def test_a_task_belongs_to_one_job(store: JobStore, rows: Rows) -> None:
    """Neither an answer nor a callback can give a job the task of another job, even of a cancelled one."""
    first, second = await db.running(store), await db.submitting(store)
    assert first.task_id
    before = await rows.of(second.id)
    assert not await store.submissions.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert not await store.finish(second.id, replace(db.success(second), task_id=first.task_id), now=LATER)
    assert await rows.of(second.id) == before
    assert await store.cancel(second.id, now=NOW)
    assert not await store.submissions.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert (await rows.of(second.id))["task_id"] is None
