"""Every change of a job's status, tried from every status and by two processes at once; status cards and notes."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flux_bot.core.errors import StoreUnavailable
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CANCELLED, CANCELLED_PAID, CardState, Failure, Job, JobStatus, TaskResult
from flux_bot.store.queue import SLOW_AT_FIRST
from flux_bot.store.store import JobStore, Receipt
from tests import database as db
from tests.database import AT_THE_API, BUSY, DEADLINE, LATER, LEASE, MICROSECOND, NOW, ON_POSTGRESQL, SECOND, Rows

CHANGES: dict[str, Callable[[JobStore, Job], Awaitable[object]]] = {
    "claim": lambda store, _: db.claim_next(store, now=LATER),
    "mark_running": lambda store, job: store.mark_running(job, "another task", next_lookup_at=LATER),
    "requeue": lambda store, job: store.requeue(job, BUSY, failed=True),
    "finish with a picture": lambda store, job: store.finish(job.id, db.success(job), now=LATER),
    "finish with a failure": lambda store, job: store.finish(job.id, db.failure(job), now=LATER),
    "abandon_overdue": lambda store, _: store.overdue.abandon_overdue(now=LATER),
    "cancel": lambda store, job: store.cancel(job.id, now=LATER),
}
"""Change a job's status; return a true value if they did."""
TRANSITIONS = {
    "claim": ({JobStatus.QUEUED}, JobStatus.SUBMITTING),
    "mark_running": ({JobStatus.SUBMITTING}, JobStatus.RUNNING),
    "requeue": ({JobStatus.SUBMITTING}, JobStatus.QUEUED),
    "finish with a picture": ({JobStatus.SUBMITTING, JobStatus.RUNNING, JobStatus.ABANDONED}, JobStatus.FINISHED),
    "finish with a failure": ({JobStatus.SUBMITTING, JobStatus.RUNNING}, JobStatus.FINISHED),
    "abandon_overdue": ({JobStatus.SUBMITTING, JobStatus.RUNNING}, JobStatus.ABANDONED),
    "cancel": ({JobStatus.QUEUED, JobStatus.SUBMITTING, JobStatus.RUNNING}, JobStatus.CANCELLED),
}
"""From which statuses each change is possible, and to which it leads."""


@pytest.mark.parametrize("name", CHANGES)
async def test_transitions(name: str, store: JobStore, rows: Rows) -> None:
    """A transition from a wrong status, or a repeated one, changes no column."""
    change, (sources, target) = CHANGES[name], TRANSITIONS[name]
    async for status, job in db.each_status(store, rows):
        before = await rows.of(job.id)
        has_changed = bool(await change(store, job))
        after = await rows.of(job.id)
        assert has_changed == (status in sources), status
        assert after == before if not has_changed else after["status"] == target, status
        assert not await change(store, job), status
        assert await rows.of(job.id) == after, status


async def test_an_unknown_id_changes_nothing(store: JobStore) -> None:
    known = await db.queued(store)
    unknown = replace(known, id="unknown")
    assert await store.admission.set_reply("unknown", 5) == 0
    assert not await store.claim_card(unknown, CardState.BUSY, now=NOW, lease=SECOND)
    await store.release_card("unknown")
    await store.deliveries.mark_delivered(unknown, (20, 5), now=NOW)
    await store.deliveries.close("unknown")
    assert not await store.finish("unknown", db.success(unknown), now=NOW)
    assert not await store.cancel("unknown", now=NOW)
    assert await store.history.job("unknown") is None
    assert await store.history.job(known.id) == known


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
    running = await store.mark_running(claimed, "task", next_lookup_at=LATER)
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
    assert await store.requeue(job, BUSY, failed=False)
    at = NOW + DEADLINE - MICROSECOND
    again = await db.claim_next(store, now=at)
    assert again == replace(job, submitted_at=at, slow_at=at + SLOW_AT_FIRST)
    assert (await rows.of(job.id))["deadline_at"] == NOW + DEADLINE
    assert await store.requeue(again, BUSY, failed=False)
    claimed = [await db.claim_next(store, now=NOW + DEADLINE) for _ in range(2)]
    assert [job and job.origin.user_id for job in claimed] == [2, None]


async def test_a_requeue_is_done_once(store: JobStore, rows: Rows) -> None:
    """It stores its reason, and counts unless the API was busy; its repetition does not undo another claim."""
    for failed, count in ((True, 1), (False, 0)):
        job = await db.submitting(store)
        requeued = await store.requeue(job, BUSY, failed=failed)
        assert requeued == replace(job, status=JobStatus.QUEUED, failed_submissions=count, slow_at=None)
        row = await rows.of(job.id)
        assert (row["failure_code"], row["failure_message"]) == (BUSY.code, BUSY.message)
        again = await db.claim_next(store, now=NOW + SECOND)
        assert again
        assert await store.requeue(job, BUSY, failed=failed) is None
        assert await db.fresh(store, job) == again
        await rows.clear()


async def test_claims_of_several_processes(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """Claims of one or many jobs claim each job once, and exceed neither the API's limit nor a user's."""
    limits = Limits(max_in_flight=5, max_running_per_user=2, max_queued_per_user=20)
    for at_most in (1, 3, 50):
        waiting = {(await db.queued(store, user_id)).id for user_id in (1, 1, 1, 1, 2, 2, 2, 3)}
        claims = [side.claim_queued(at_most, limits, DEADLINE, now=NOW) for side in (store, other_store) * 5]
        claimed = await asyncio.gather(*claims)
        assert max(len(jobs) for jobs in claimed) <= at_most
        assert Counter(job.origin.user_id for jobs in claimed for job in jobs) == {1: 2, 2: 2, 3: 1}, at_most
        claimed.append(await store.claim_queued(50, db.UNLIMITED, DEADLINE, now=NOW))
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
        await store.requeue(job, BUSY, failed=False)
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
    assert not await store.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert not await store.finish(second.id, replace(db.success(second), task_id=first.task_id), now=LATER)
    assert await rows.of(second.id) == before
    assert await store.cancel(second.id, now=NOW)
    assert not await store.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert (await rows.of(second.id))["task_id"] is None


async def test_a_result_and_its_task(store: JobStore, rows: Rows) -> None:
    """A job with a known task accepts no other task's result; a result without a task leaves the job's."""
    for make in AT_THE_API:
        job = await make(store)
        before = await rows.of(job.id)
        for result in (db.success(job), db.failure(job)):
            if job.task_id:
                assert not await store.finish(job.id, replace(result, task_id="another"), now=LATER)
                assert await rows.of(job.id) == before
        done = await store.finish(job.id, TaskResult(None, failure=BUSY), now=LATER)
        assert done
        assert (done.status, done.task_id) == (JobStatus.FINISHED, job.task_id)


async def test_a_requeued_job_accepts_its_callback(store: JobStore) -> None:
    """A task that started after all may finish its requeued job, which is not submitted again."""
    for result_of in (db.success, db.failure):
        job = await db.submitting(store)
        await store.requeue(job, BUSY, failed=False)
        assert await store.finish(job.id, result_of(job), now=LATER)
        assert (await db.fresh(store, job)).result == result_of(job)
        assert await db.claim_next(store, now=LATER) is None


async def test_a_late_picture_is_delivered_after_the_failure(store: JobStore, rows: Rows) -> None:
    """A picture of an abandoned job is due, whether the failure was delivered or could not be; a failure is not."""
    for is_posted in (True, False):
        job = await db.abandoned(store)
        [due] = await db.claim_deliveries(store, now=LATER)
        if is_posted:
            await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
            await store.deliveries.close(job.id)
        else:
            await store.deliveries.mark_undelivered(due, now=LATER)
        before = await rows.of(job.id)
        assert not await store.finish(job.id, db.failure(job), now=LATER)
        assert await rows.of(job.id) == before
        done = await store.finish(job.id, db.success(job), now=LATER + SECOND)
        assert done
        assert (done.status, done.result) == (JobStatus.FINISHED, db.success(job))
        row = await rows.of(job.id)
        reset = dict.fromkeys(("delivered_at", "undelivered_at", "failure_code", "failure_message"))
        assert row == row | reset | {"delivery_attempts": 0, "next_delivery_at": LATER + SECOND}
        await rows.clear()


async def test_a_callback_needs_the_secret_and_the_task(store: JobStore, rows: Rows) -> None:
    """A callback counts once; whether a job is queued is reported."""
    job = await db.running(store)
    before = await rows.of(job.id)
    forged = [
        (job.id, "wrong", db.success(job)),
        ("unknown", job.callback_secret, db.success(job)),
        (job.id, job.callback_secret, replace(db.success(job), task_id="another")),
    ]
    for job_id, secret, result in forged:
        assert await store.receive(job_id, secret, result, now=NOW) == Receipt(is_ours=False)
    assert await rows.of(job.id) == before
    received = await store.receive(job.id, job.callback_secret, db.success(job), now=NOW)
    assert received == Receipt(is_ours=True, finished=await db.fresh(store, job))
    await db.queued(store)
    again = await store.receive(job.id, job.callback_secret, db.success(job), now=NOW)
    assert again == Receipt(is_ours=True, finished=None, is_any_queued=True)


async def test_callbacks_and_an_answer_at_the_same_time(store: JobStore, other_store: JobStore) -> None:
    """Whichever is first, one callback counts, and the job ends FINISHED with its task."""
    for _ in range(5):
        job = await db.submitting(store)
        _, *results = await asyncio.gather(
            store.mark_running(job, f"task of {job.id}", next_lookup_at=LATER),
            *(side.finish(job.id, db.success(job), now=NOW) for side in (other_store, store) * 2),
        )
        assert [bool(result) for result in results].count(True) == 1
        done = await db.fresh(store, job)
        assert (done.status, done.result) == (JobStatus.FINISHED, db.success(job))
    assert not await store.mark_running(job, f"task of {job.id}", next_lookup_at=LATER)
    assert await store.overdue.next_due_at() is None


async def test_cancelling_a_queued_job_costs_nothing(store: JobStore) -> None:
    """A cancelled queued job is never submitted, even one that the API was once too busy for."""
    busy = await db.submitting(store)
    await store.requeue(busy, replace(BUSY, message=""), failed=False)
    for job in (busy, await db.queued(store)):
        cancelled = await store.cancel(job.id, now=NOW + SECOND)
        result = TaskResult(None, failure=Failure(CANCELLED))
        ended = replace(job, status=JobStatus.CANCELLED, finished_at=NOW + SECOND, result=result, slow_at=None)
        assert cancelled == ended
    assert await db.claim_next(store) is None
    assert await store.overdue.next_due_at() is None


async def test_cancelling_a_job_at_the_api(store: JobStore) -> None:
    """The job is paid for; its result is discarded, and it is neither looked up nor delivered."""
    for make in AT_THE_API:
        job = await make(store)
        cancelled = await store.cancel(job.id, now=NOW)
        assert cancelled
        assert cancelled.result == TaskResult(job.task_id, failure=Failure(CANCELLED_PAID))
        assert await store.mark_running(job, f"task of {job.id}", next_lookup_at=NOW) is None
        assert await store.finish(job.id, db.success(job), now=NOW) is None
        assert await store.overdue.next_due_at() is None
        assert await db.claim_deliveries(store) == []


async def test_a_job_is_not_cancelled_while_its_card_is_edited(store: JobStore, rows: Rows) -> None:
    """The last edit of the card must be the one that shows the cancellation; then the token is deleted."""
    for make in (db.queued, *AT_THE_API):
        job = await make(store)
        assert await store.claim_card(job, CardState.SLOW, now=NOW, lease=LEASE)
        assert await store.cancel(job.id, now=NOW + LEASE - MICROSECOND) is None
        await store.release_card(job.id)
        assert await store.cancel(job.id, now=NOW)
        await store.forget_token(job.id)
        assert (await rows.of(job.id))["interaction_token"] is None


async def test_a_reply_changes_nothing_else(store: JobStore, rows: Rows) -> None:
    """set_reply writes only the card's message id, and returns how many results are undelivered."""
    job = await db.queued(store)
    before = await rows.of(job.id)
    assert await store.admission.set_reply(job.id, 5) == 0
    assert await rows.of(job.id) == before | {"reply_message_id": 5}
    await rows.clear()
    for user_id in (1, 1, 2):
        await db.undelivered(store, user_id)
    for user_id, count in ((1, 2), (2, 1), (3, 0)):
        due = await db.finished(store, user_id)
        assert await store.admission.set_reply(due.id, 5) == count, user_id


async def test_editing_a_card(store: JobStore, rows: Rows) -> None:
    """One process at a time edits an open job's card, until its lease ends. The state is all that is stored."""
    job = await db.running(store)
    before = await rows.of(job.id)
    for number, card in enumerate(CardState):
        now = NOW + number * LEASE
        assert not number or not await store.claim_card(job, card, now=now - MICROSECOND, lease=LEASE)
        assert await store.claim_card(job, card, now=now, lease=LEASE)
        assert await rows.of(job.id) == before | {"card": card, "card_until": now + LEASE}
    await store.release_card(job.id)
    assert await rows.of(job.id) == before | {"card": card}
    assert await db.fresh(store, job) == replace(job, card=card)
    assert await store.finish(job.id, db.success(job), now=NOW)
    assert not await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)


async def test_notes(store: JobStore, other_store: JobStore) -> None:
    """A note is None until it is set, and can be replaced, also by two processes at once, without changing others."""
    assert await store.note("commands") is None
    await store.set_note("commands", "one")
    await store.set_note("other", "x" * 5000)
    await asyncio.gather(*(side.set_note("commands", "two") for side in (store, other_store) * 5))
    assert await store.note("commands") == "two"
    assert await store.note("other") == "x" * 5000


async def test_check(store: JobStore, other_store: JobStore) -> None:
    """A check writes each time, also by two processes at once."""
    written = set()
    for _ in range(3):
        await asyncio.gather(store.check(), other_store.check())
        written.add(await store.note("readiness"))
    assert len(written) == 3


async def test_check_of_a_broken_file(tmp_path: Path) -> None:
    """A check fails if the file is full, damaged, deleted or replaced while it is open."""

    def fill(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TRIGGER full BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'disk full'); END")

    def damage(path: Path) -> None:
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)

    def replace_file(path: Path) -> None:
        shutil.copy(path, tmp_path / "copy")
        (tmp_path / "copy").replace(path)

    breaks: list[tuple[Callable[[Path], object], str]] = [
        (fill, "disk full"),
        (damage, "malformed"),
        (Path.unlink, "No such file"),
        (replace_file, "was replaced"),
        (lambda path: Path(f"{path}-wal").unlink(), "No such file"),
    ]
    for number, (break_file, reason) in enumerate(breaks):
        path = tmp_path / f"jobs-{number}.db"
        async with JobStore(f"sqlite:///{path}"):
            pass
        async with JobStore(f"sqlite:///{path}") as store:
            if break_file is not damage:  # otherwise SQLite would have all pages in memory
                await store.check()
            break_file(path)
            with pytest.raises(StoreUnavailable, match=reason):
                await store.check()
