"""Every change of a job's status, tried from every status and by two processes at once; status cards and notes."""

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from flux_bot.core.errors import StoreUnavailable
from flux_bot.core.jobs import (
    CANCELLED,
    CANCELLED_PAID,
    MAX_IMAGES,
    OPEN,
    CardState,
    Failure,
    Image,
    Job,
    JobStatus,
    TaskResult,
)
from flux_bot.store.store import JobStore, Receipt
from tests import database as db
from tests.database import AT_THE_API, BUSY, LATER, LEASE, MICROSECOND, NOW, SECOND, Rows

CHANGES: dict[str, Callable[[JobStore, Job], Awaitable[object]]] = {
    "claim": lambda store, _: db.claim_next(store, now=LATER),
    "mark_running": lambda store, job: store.submissions.mark_running(job, "another task", next_lookup_at=LATER),
    "requeue": lambda store, job: store.submissions.requeue(job, BUSY, failed=True),
    "finish with a picture": lambda store, job: store.finish(job.id, db.success(job), now=LATER),
    "finish with a failure": lambda store, job: store.finish(job.id, db.failure(job), now=LATER),
    "abandon_overdue": lambda store, _: store.overdue.abandon_overdue(now=LATER),
    "cancel": lambda store, job: store.cancel(job.id, now=LATER),
}
"""Functions that change a job's status, and return a true value if they did."""
TRANSITIONS = {
    "claim": ({JobStatus.QUEUED}, JobStatus.SUBMITTING),
    "mark_running": ({JobStatus.SUBMITTING}, JobStatus.RUNNING),
    "requeue": ({JobStatus.SUBMITTING}, JobStatus.QUEUED),
    "finish with a picture": ({JobStatus.SUBMITTING, JobStatus.RUNNING, JobStatus.ABANDONED}, JobStatus.FINISHED),
    "finish with a failure": ({JobStatus.SUBMITTING, JobStatus.RUNNING}, JobStatus.FINISHED),
    "abandon_overdue": ({JobStatus.SUBMITTING, JobStatus.RUNNING}, JobStatus.ABANDONED),
    "cancel": ({JobStatus.QUEUED, JobStatus.SUBMITTING, JobStatus.RUNNING}, JobStatus.CANCELLED),
}
"""The statuses from which each change is possible, and the status to which it leads."""


@pytest.mark.parametrize("name", CHANGES)
async def test_transitions(name: str, store: JobStore, rows: Rows) -> None:
    """A transition from a wrong status, or a repeated one, changes no column, but may end look-ups of the task."""
    change, (sources, target) = CHANGES[name], TRANSITIONS[name]
    async for status, job in db.each_status(store, rows):
        before = await rows.of(job.id)
        has_changed = bool(await change(store, job))
        after = await rows.of(job.id)
        if status is JobStatus.ABANDONED and not has_changed:
            before |= {name: after[name] for name in ("next_lookup_at", "in_doubt")}
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
    await store.deliveries.close(unknown)
    assert not await store.finish("unknown", db.success(unknown), now=NOW)
    assert not await store.cancel("unknown", now=NOW)
    assert await store.history.job("unknown") is None
    assert await store.history.job(known.id) == known


async def test_a_result_and_its_task(store: JobStore, rows: Rows) -> None:
    """A job with a known task accepts no other task's result; a result without a task keeps the job's task."""
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
        await store.submissions.requeue(job, BUSY, failed=False)
        assert await store.finish(job.id, result_of(job), now=LATER)
        assert (await db.fresh(store, job)).result == result_of(job)
        assert await db.claim_next(store, now=LATER) is None


def pictures(task: str, count: int, cost: str | None = None) -> TaskResult:
    """Return the result of a task."""
    images = tuple(Image(f"https://pictures.example/{task}-{number}.png") for number in range(count))
    return TaskResult(task, images, trace_id=f"trace of {task}", cost=Decimal(cost) if cost else None)


async def test_missing_pictures_are_requested_again(store: JobStore, rows: Rows) -> None:
    """There are at most as many further submissions as missing pictures; the pictures and costs are added up."""
    for parts, submissions in (((2, 2), 2), ((1, 3), 2), ((1, 1, 1, 1), 4), ((3, 1), 2), ((4,), 1), ((5,), 1)):
        job = await db.queued(store, count=4)
        given, done = 0, None
        for number, count in enumerate(parts, 1):
            claimed = await db.claim_next(store)
            assert claimed
            assert claimed.missing == (4 - given if given else None), parts
            await store.submissions.mark_running(claimed, f"task {number}", next_lookup_at=LATER)
            done = await store.finish(job.id, pictures(f"task {number}", count, "0.1"), now=NOW + number * SECOND)
            assert done
            given += count
            is_last = number == len(parts)
            assert done.status is (JobStatus.FINISHED if is_last else JobStatus.QUEUED), parts
            assert bool(await db.claim_deliveries(store)) == is_last, parts
        assert number == submissions
        assert done
        assert done.result
        assert (len(done.images), done.result.cost) == (given, Decimal("0.1") * submissions), parts
        assert done.earlier_tasks == tuple(f"task {number}" for number in range(1, submissions))
        await rows.clear()


async def test_no_more_pictures_than_a_card_holds(store: JobStore) -> None:
    """The API may return more pictures than requested; only as many as fit on a card are kept."""
    job = await db.submitting(store, count=4)
    await store.finish(job.id, pictures("first", 3), now=NOW)
    assert await db.claim_next(store)
    done = await store.finish(job.id, pictures("second", 8), now=NOW)
    assert done
    assert len(done.images) == MAX_IMAGES


async def test_a_part_that_comes_too_late_is_counted(store: JobStore) -> None:
    """The earlier pictures have been delivered; the cost of the late part is counted once."""
    job = await db.submitting(store, count=2)
    await store.finish(job.id, pictures("first", 1, "0.1"), now=NOW)
    assert await db.claim_next(store)
    assert await store.overdue.abandon_overdue(now=LATER) == [job.id]
    for _ in range(2):
        assert await store.finish(job.id, pictures("second", 1, "0.1"), now=LATER) is None
    found = await db.fresh(store, job)
    assert found.result
    assert (len(found.images), found.result.cost) == (1, Decimal("0.2"))


async def test_missing_pictures_are_given_up(store: JobStore, rows: Rows) -> None:
    """The pictures so far are delivered after one submission per missing picture, a failure, or the deadline."""
    for end in ("too many", "failure", "refusal", "overdue", "unknown"):
        job = await db.submitting(store, count=3)
        await store.finish(job.id, pictures("first", 1), now=NOW)
        claimed = await db.claim_next(store)
        assert claimed
        if end == "too many":
            await rows.put(job.id, parts_left=1)
            await store.finish(job.id, pictures("second", 1), now=NOW)
        elif end == "failure":
            await store.finish(job.id, TaskResult("second", failure=BUSY), now=NOW)
        elif end == "refusal":
            await store.finish(job.id, TaskResult(None, failure=BUSY), now=NOW)
        elif end == "overdue":
            await store.submissions.requeue(claimed, BUSY, failed=False)
            assert await store.overdue.abandon_overdue(now=LATER) == [job.id]
        else:
            assert await store.overdue.abandon_overdue(now=LATER) == [job.id]
        found = await db.fresh(store, job)
        assert (found.status, len(found.images)) == (JobStatus.FINISHED, 2 if end == "too many" else 1), end
        assert found.result
        assert found.result.failure is None
        assert [due.id for due in await db.claim_deliveries(store)] == [job.id], end
        await rows.clear()


async def test_a_repeated_callback_of_a_part_changes_nothing(store: JobStore, rows: Rows) -> None:
    """A repeated part counts neither while the missing pictures are queued or being made, nor at the end."""
    job = await db.submitting(store, count=2)
    first, claimed = pictures("first", 1), job
    assert (await store.receive(job.id, job.callback_secret, first, now=NOW)).finished
    for advance in (None, "claim", "running", "finished"):
        if advance == "claim":
            assert (await db.claim_next(store)) is not None
            claimed = await db.fresh(store, job)
        elif advance == "running":
            assert await store.submissions.mark_running(claimed, "second", next_lookup_at=LATER)
        elif advance == "finished":
            assert await store.finish(job.id, pictures("second", 1), now=NOW)
        before = await rows.of(job.id)
        again = await store.receive(job.id, job.callback_secret, first, now=LATER)
        assert (again.is_ours, again.finished) == (True, None), advance
        assert await store.finish(job.id, first, now=LATER) is None
        assert await rows.of(job.id) == before, advance
    assert len((await db.fresh(store, job)).images) == 2


async def test_two_processes_receive_a_part(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """A callback and a look-up that arrive at the same time count once."""
    for _ in range(5):
        job = await db.running(store, count=4)
        result = replace(pictures("", 1, "0.2"), task_id=job.task_id)
        done = await asyncio.gather(*(side.finish(job.id, result, now=NOW) for side in (store, other_store) * 3))
        assert sum(one is not None for one in done) == 1
        row = await rows.of(job.id)
        assert (len(row["images"]), row["missing"], row["parts_left"]) == (1, 3, 3)
        assert row["cost"] == Decimal("0.2")
        await rows.clear()


async def test_cancelling_a_job_with_some_pictures(store: JobStore, rows: Rows) -> None:
    """The pictures are paid for and discarded; the cost of a part that arrives later still counts."""
    job = await db.submitting(store, count=3)
    await store.finish(job.id, pictures("first", 1, "0.1"), now=NOW)
    cancelled = await store.cancel(job.id, now=NOW)
    assert cancelled
    assert cancelled.result
    assert (cancelled.images, cancelled.result.failure) == ((), Failure(CANCELLED_PAID))
    job = await db.running(store)
    await store.cancel(job.id, now=NOW)
    for _ in range(2):
        await store.finish(job.id, replace(db.success(job), cost=Decimal("0.3")), now=NOW)
        assert (await rows.of(job.id))["cost"] == Decimal("0.3")


async def test_a_late_picture_is_delivered_after_the_failure(store: JobStore, rows: Rows) -> None:
    """A picture of an abandoned job is due, whether the failure was delivered or could not be; a failure is not."""
    for is_posted in (True, False):
        job = await db.abandoned(store)
        [due] = await db.claim_deliveries(store, now=LATER)
        if is_posted:
            await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
            await store.deliveries.close(job)
        else:
            await store.deliveries.mark_undelivered(due, now=LATER)
        before = await rows.of(job.id)
        assert not await store.finish(job.id, db.failure(job), now=LATER)
        assert await rows.of(job.id) == before | {"next_lookup_at": None, "in_doubt": None}
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
    """In either order, one callback counts, and the job ends as FINISHED with its task."""
    for _ in range(5):
        job = await db.submitting(store)
        _, *results = await asyncio.gather(
            store.submissions.mark_running(job, f"task of {job.id}", next_lookup_at=LATER),
            *(side.finish(job.id, db.success(job), now=NOW) for side in (other_store, store) * 2),
        )
        assert [bool(result) for result in results].count(True) == 1
        done = await db.fresh(store, job)
        assert (done.status, done.result) == (JobStatus.FINISHED, db.success(job))
    assert not await store.submissions.mark_running(job, f"task of {job.id}", next_lookup_at=LATER)
    assert await store.overdue.next_due_at() is None


async def test_cancelling_a_queued_job_costs_nothing(store: JobStore) -> None:
    """A cancelled queued job is never submitted, even one that the API was once too busy for."""
    busy = await db.submitting(store)
    await store.submissions.requeue(busy, replace(BUSY, message=""), failed=False)
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
        assert await store.submissions.mark_running(job, f"task of {job.id}", next_lookup_at=NOW) is None
        assert await store.finish(job.id, db.success(job), now=NOW) is None
        assert await store.overdue.next_due_at() is None
        assert await db.claim_deliveries(store) == []


async def test_cancelling_only_what_costs_nothing(store: JobStore) -> None:
    """A job at the API, or one that has some of its pictures, is only cancelled if its result may be discarded."""
    charged = [await make(store) for make in AT_THE_API]
    part = await db.submitting(store, count=3)
    await store.finish(part.id, pictures("first", 1, "0.1"), now=NOW)
    for job in (part, *charged):
        assert (await db.fresh(store, job)).is_charged
        assert await store.cancel(job.id, now=NOW, discards=False) is None
    assert await store.cancel((await db.queued(store)).id, now=NOW, discards=False)


async def test_making_a_job_private(store: JobStore, rows: Rows) -> None:
    """An open public job becomes private once, with its new card; without a new origin, its token is deleted."""
    new_origin = db.origin(interaction_token="new token", interaction_id=9, ping=False)
    async for status, job in db.each_status(store, rows):
        for origin, token in ((new_origin, "new token"), (None, None)):
            await rows.put(job.id, private=False)
            before = await rows.of(job.id)
            assert await store.make_private(job.id, origin, 77) is (status in OPEN), status
            changed = {"private": True, "reply_message_id": 77, "interaction_token": token}
            assert await rows.of(job.id) == before | (changed if status in OPEN else {}), status
            assert not await store.make_private(job.id, origin, 78), status


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
    """One process at a time edits an open job's card, until its lease ends; only the state is stored."""
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
    """A note is None until it is set, and can be replaced, even by two processes at once, without changing others."""
    assert await store.note("commands") is None
    await store.set_note("commands", "one")
    await store.set_note("other", "x" * 5000)
    await asyncio.gather(*(side.set_note("commands", "two") for side in (store, other_store) * 5))
    assert await store.note("commands") == "two"
    assert await store.note("other") == "x" * 5000
    for old, new in ((None, "one"), ("one", "two")):
        claims = [side.replace_note("claim", old, new) for side in (store, other_store) * 3]
        assert sorted(await asyncio.gather(*claims)) == [False] * 5 + [True], new
        assert await store.note("claim") == new


async def test_check(store: JobStore, other_store: JobStore) -> None:
    """Each check writes, even if two processes check at once."""
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
