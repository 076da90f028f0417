"""Two stores on one database, like two processes: nothing is claimed twice or overwritten."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Failure, JobStatus
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.store import JobStore
from tests.database import (
    DEADLINE,
    NOW,
    SECOND,
    UNLIMITED,
    Rows,
    claim_next,
    finished,
    fresh,
    image_request,
    new_job,
    origin,
    queued,
    running,
    submitting,
    success,
)

BUSY = Failure("too_many_requests")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
async def other(store_url: str, store: JobStore) -> AsyncIterator[JobStore]:  # noqa: ARG001  opened first
    """A second store on the database of ``store``."""
    async with JobStore(store_url) as opened:
        yield opened


# --- concurrency ---------------------------------------------------------------------------------------


async def test_processes_can_create_the_database_together(store_url: str) -> None:
    """Processes that start together on an empty database all succeed."""

    async def open_store(number: int) -> None:
        async with JobStore(store_url) as store:
            await queued(store, number)

    await asyncio.gather(*(open_store(number) for number in range(6)))
    async with JobStore(store_url) as store:
        assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW)


async def test_no_job_is_submitted_twice(store: JobStore, other: JobStore) -> None:
    """Fifty claims from two stores claim each of thirty jobs once."""
    waiting = {(await queued(store, user_id=number % 7)).id for number in range(30)}
    claims = [claim_next(side, UNLIMITED, DEADLINE, now=NOW) for side in (store, other) * 25]
    claimed = [job.id for job in await asyncio.gather(*claims) if job is not None]
    assert len(claimed) == 30
    assert set(claimed) == waiting


async def test_a_repeated_requeue_undoes_no_later_claim(store: JobStore, other: JobStore) -> None:
    """Repeating a requeue whose answer was lost does not undo another process's claim."""
    first = await submitting(store)
    assert await store.requeue(first, BUSY, failed=False)
    second = await claim_next(other, UNLIMITED, DEADLINE, now=NOW + SECOND)
    assert second is not None
    assert await store.requeue(first, BUSY, failed=False) is None
    assert await fresh(store, first) == second
    assert await other.requeue(second, BUSY, failed=False)


async def test_limits_hold_for_all_processes_together(store: JobStore, other: JobStore) -> None:
    """Fifty claims from two stores exceed neither the API's limit nor a user's."""
    limits = Limits(max_in_flight=10, max_running_per_user=3, max_queued_per_user=20)
    for number in range(40):
        await queued(store, user_id=number % 4 if number < 20 else 1)
    claims = [claim_next(side, limits, DEADLINE, now=NOW) for side in (store, other) * 25]
    users = Counter(job.origin.user_id for job in await asyncio.gather(*claims) if job is not None)
    assert users.total() == 10
    assert max(users.values()) == 3


async def test_the_queue_limit_holds_for_all_processes(store: JobStore, other: JobStore) -> None:
    """Fifty requests of one user to two stores do not exceed the user's queue limit."""
    limits = replace(UNLIMITED, max_queued_per_user=10)
    requests = [side.admission.accept(new_job(image_request(), origin(), limits, NOW)) for side in (store, other) * 25]
    outcomes = await asyncio.gather(*requests, return_exceptions=True)
    assert [outcome.place for outcome in outcomes if isinstance(outcome, AcceptedJob)] == [0] * 10
    assert sum(isinstance(outcome, RequestRejected) for outcome in outcomes) == 40


async def test_no_job_is_delivered_twice(store: JobStore, other: JobStore) -> None:
    """Fifty claims of three from two stores claim each of forty jobs once, and at most three at a time."""
    due = {(await finished(store)).id for _ in range(40)}
    claims = [
        side.deliveries.claim(3, now=LATER, lease=20 * SECOND, reply_grace=SECOND) for side in (store, other) * 25
    ]
    claimed = await asyncio.gather(*claims)
    assert max(len(one.jobs) for one in claimed) <= 3
    ids = [job.id for one in claimed for job in one.jobs]
    assert len(ids) == len(set(ids))
    again = [job.id for job in (await store.deliveries.claim(50, now=LATER, lease=SECOND, reply_grace=SECOND)).jobs]
    assert sorted(ids + again) == sorted(due)


async def test_one_of_many_callbacks_counts(store: JobStore, other: JobStore) -> None:
    """The same callback at both stores, many times over, finishes its job once."""
    job = await running(store)
    results = await asyncio.gather(*(side.finish(job.id, success(job), now=LATER) for side in (store, other) * 10))
    assert [bool(result) for result in results].count(True) == 1


async def test_a_callback_and_an_answer_at_the_same_time(store: JobStore, other: JobStore) -> None:
    """Whichever is first, the job ends FINISHED with its task."""
    for _ in range(10):
        job = await submitting(store)
        assert success(job).task_id
        _, counted = await asyncio.gather(
            store.mark_running(job, f"task of {job.id}", next_lookup_at=LATER),
            other.finish(job.id, success(job), now=NOW),
        )
        done = await fresh(store, job)
        assert counted
        assert (done.status, done.result) == (JobStatus.FINISHED, success(job))
    assert await store.overdue.next_due_at() is None


# --- PostgreSQL, where transactions run concurrently -----------------------------------------------------


@pytest.fixture
async def store_and_rows(postgres_url: str) -> AsyncIterator[tuple[JobStore, Rows]]:
    """A store on PostgreSQL, and access to its rows to lock them."""
    async with JobStore(postgres_url) as store, Rows(postgres_url) as rows:
        yield store, rows


RESULT_CAME: dict[str, Any] = {
    "status": JobStatus.FINISHED,
    "failure_code": "api_error",
    "finished_at": NOW,
    "next_lookup_at": None,
    "deadline_at": None,
    "slow_at": None,
    "next_delivery_at": NOW,
}
GIVEN_UP = RESULT_CAME | {"status": JobStatus.ABANDONED}


async def test_a_claim_waits_for_a_locked_row(store_and_rows: tuple[JobStore, Rows]) -> None:
    """A claim waits for the only queued job while its row is being written."""
    store, rows = store_and_rows
    job = await queued(store)
    async with rows.held(job.id, reply_message_id=5):
        claim = asyncio.create_task(claim_next(store, UNLIMITED, DEADLINE, now=NOW))
        await rows.until_blocked(claim)
    claimed = await claim
    assert claimed is not None
    assert (claimed.id, claimed.reply_message_id) == (job.id, 5)


@pytest.mark.parametrize("change", [RESULT_CAME, GIVEN_UP], ids=["result", "deadline"])
async def test_a_job_that_ends_while_it_is_claimed_is_not_submitted(
    change: dict[str, Any], store_and_rows: tuple[JobStore, Rows]
) -> None:
    """A requeued job whose result or deadline arrives during the claim is not paid for again."""
    store, rows = store_and_rows
    job = await submitting(store)
    await store.requeue(job, BUSY, failed=False)
    async with rows.held(job.id, **change):
        claim = asyncio.create_task(claim_next(store, UNLIMITED, DEADLINE, now=NOW))
        await rows.until_blocked(claim)
    assert await claim is None
    assert (await fresh(store, job)).status == change["status"]


async def test_a_job_that_ends_while_its_look_up_is_claimed(store_and_rows: tuple[JobStore, Rows]) -> None:
    """A job that finishes during the claim is not looked up and has no next look-up."""
    store, rows = store_and_rows
    job = await running(store)
    async with rows.held(job.id, **RESULT_CAME):
        claim = asyncio.create_task(store.overdue.claim_lookups(50, now=LATER, again_at=LATER))
        await rows.until_blocked(claim)
    assert await claim == {}
    assert await store.overdue.next_due_at() is None


async def test_a_job_that_ends_at_its_deadline_is_not_abandoned(store_and_rows: tuple[JobStore, Rows]) -> None:
    """A result that is being written takes precedence over the deadline."""
    store, rows = store_and_rows
    job = await running(store)
    async with rows.held(job.id, **RESULT_CAME):
        abandoning = asyncio.create_task(store.overdue.abandon_overdue(now=LATER))
        await rows.until_blocked(abandoning)
    assert await abandoning == []
    assert (await fresh(store, job)).status is JobStatus.FINISHED


async def test_look_ups_and_deadlines_do_not_deadlock(store_and_rows: tuple[JobStore, Rows]) -> None:
    """Concurrent claims of many rows all succeed."""
    store, _ = store_and_rows
    for number in range(60):
        step = number * 7 % 60 * SECOND
        await running(store, lookup_at=NOW + step, deadline=60 * SECOND - step)
    look_ups = [store.overdue.claim_lookups(50, now=LATER, again_at=LATER) for _ in range(6)]
    deadlines = [store.overdue.abandon_overdue(now=LATER) for _ in range(6)]
    done = await asyncio.gather(*look_ups, *deadlines, return_exceptions=True)
    assert [refused for refused in done if isinstance(refused, Exception)] == []
    await store.overdue.abandon_overdue(now=LATER)  # the rows skipped because they were locked
    assert await store.overdue.next_due_at() is None


async def test_a_note_can_be_set_concurrently(store_and_rows: tuple[JobStore, Rows]) -> None:
    """Processes that start together set the same note, and none fails."""
    store, _ = store_and_rows
    done = await asyncio.gather(*(store.set_note("commands", "a hash") for _ in range(10)), return_exceptions=True)
    assert done == [None] * 10
    assert await store.note("commands") == "a hash"


async def test_deliveries_do_not_wait_for_each_other(store_and_rows: tuple[JobStore, Rows]) -> None:
    """A locked row is skipped."""
    store, rows = store_and_rows
    held, free = await finished(store), await finished(store)
    async with rows.held(held.id, delivery_attempts=1):
        claimed = await store.deliveries.claim(8, now=LATER, lease=SECOND, reply_grace=SECOND)
    assert [job.id for job in claimed.jobs] == [free.id]
