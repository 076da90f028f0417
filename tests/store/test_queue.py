"""Places in the queue, slots at the API, counts of open jobs, and usual times.

``tests/core/test_fairness.py`` compares the order of the queue and its places with a model.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Failure, Job, JobStatus
from flux_bot.store.queue import SLOT_HELD_AT_MOST, SLOW_AT_FIRST, SLOWER_SECONDS, USUAL_SAMPLE, slow_after
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, MICROSECOND, NO_SLOTS, NOW, SECOND, UNLIMITED, Rows

ONE_SLOT = replace(UNLIMITED, max_in_flight=1)
ALICE, BOB = 1, 2


async def places(store: JobStore, user_id: int) -> dict[str, int]:
    """Return the places of a user's queued jobs by prompt."""
    return {job.request.prompt: place for job, place in (await store.history.overview(user_id, now=NOW)).queued}


async def test_places_are_the_order_of_the_queue(store: JobStore) -> None:
    """Places count other users' jobs, say in which order jobs start, and only decrease."""
    for number, user in enumerate((ALICE, ALICE, BOB, ALICE, BOB)):
        await db.queued(store, user, limits=NO_SLOTS, now=NOW + number * SECOND, prompt=f"number {number}")
    assert await places(store, ALICE) == {"number 0": 1, "number 1": 3, "number 3": 5}
    assert await places(store, BOB) == {"number 2": 2, "number 4": 4}
    order = []
    while claimed := await db.claim_next(store):
        order.append(claimed.request.prompt)
        left = await places(store, ALICE) | await places(store, BOB)
        assert sorted(left.values()) == [*range(1, len(left) + 1)]
    assert order == ["number 0", "number 2", "number 1", "number 4", "number 3"]


async def test_a_new_job_starts_at_once_if_a_slot_is_left(store: JobStore, rows: Rows) -> None:
    """Queued jobs take the free slots first, except those of users who have, or will have, enough running jobs."""
    limits = Limits(max_in_flight=4, max_running_per_user=1, max_queued_per_user=5)
    job = await db.running(store, ALICE)
    for user_id in (ALICE, BOB, BOB):
        await db.queued(store, user_id, limits=NO_SLOTS)
    await rows.put(job.id, turn=1)  # new users join this turn, after both of Bob's jobs
    found = {user_id: (await db.accept(store, user_id, limits=limits)).place for user_id in (3, 4, 5)}
    assert found == {3: 0, 4: 0, 5: 6}


async def test_a_cancelled_job_holds_its_slot_until_it_ends(store: JobStore) -> None:
    """A cancelled job's slot is freed by its result or a timeout; otherwise, cancelling would bypass the limits."""
    ends: dict[str, Callable[[Job], Awaitable[object]]] = {
        "picture": lambda job: store.receive(job.id, job.callback_secret, db.success(job), now=NOW),
        "failure": lambda job: store.finish(job.id, db.failure(job), now=NOW),
        "refusal": lambda job: store.submissions.requeue(job, Failure("too_many_requests"), failed=False),
    }
    for name, end in ends.items():
        job = await db.submitting(store)
        await store.cancel(job.id, now=NOW)
        waiting = await db.queued(store, BOB)
        assert await db.claim_next(store, ONE_SLOT) is None, name
        await end(job)
        assert await db.claim_next(store, ONE_SLOT), name
        await store.finish(waiting.id, db.failure(waiting), now=NOW)
    last = await db.submitting(store)
    await store.cancel(last.id, now=NOW)
    await db.queued(store)
    ends_at = NOW + SLOT_HELD_AT_MOST
    for limits in (ONE_SLOT, replace(UNLIMITED, max_running_per_user=1)):
        assert await db.claim_next(store, limits, now=ends_at - MICROSECOND) is None
    assert await db.claim_next(store, ONE_SLOT, now=ends_at)


async def test_open_jobs_are_counted(store: JobStore, rows: Rows) -> None:
    """Ended jobs do not count, except those that have to be posted or fetched."""
    nothing = dict.fromkeys(("queued", "submitting", "running", "finished", "undelivered"), 0)
    counts = await store.count_open()
    assert (counts.by_state, counts.longest_waiting_since) == (nothing, None)
    await db.undelivered(store, now=NOW - SECOND)
    for status in reversed(JobStatus):
        await db.job_with_status(store, rows, status)
    counts = await store.count_open()
    assert counts.by_state == dict.fromkeys(nothing, 1) | {"finished": 2}  # and the notice of the abandoned job
    assert counts.longest_waiting_since == NOW
    await db.queued(store, now=NOW - SECOND)
    assert (await store.count_open()).longest_waiting_since == NOW - SECOND


async def test_the_usual_time_is_the_median_of_the_last_pictures_of_a_model(store: JobStore, rows: Rows) -> None:
    """Older jobs, other models, and failed or abandoned jobs do not count."""
    assert await store.usual_seconds("flux-dev") is None
    for number in range(USUAL_SAMPLE + 2):  # the first two take no time, then 1 s, 2 s ... 50 s
        job = await db.queued(store, now=NOW + number * timedelta(hours=1))
        seconds = max(0, number - 1) * SECOND
        times = {"submitted_at": job.accepted_at, "finished_at": job.accepted_at + seconds}
        await rows.put(job.id, status=JobStatus.DELIVERED, images=[{"url": "https://pictures.example/1.png"}], **times)
    await db.finished(store, finished_at=LATER, model="flux-2-max")
    broken = await db.running(store, now=NOW + timedelta(days=9))
    await store.finish(broken.id, db.failure(broken), now=NOW + timedelta(days=10))
    await db.abandoned(store, now=NOW + timedelta(days=11))
    assert await store.usual_seconds("flux-dev") == 26
    assert await store.usual_seconds("flux-2-max") == 3600
    for limits, usual_seconds in ((UNLIMITED, 26), (NO_SLOTS, None)):  # a queued job has no usual time
        assert (await db.accept(store, limits=limits)).usual_seconds == usual_seconds


async def test_the_expected_cost_is_the_median_of_a_picture(store: JobStore, rows: Rows) -> None:
    """The median is multiplied by the count. Without known costs, the catalogue's price is used, if it has one."""
    expected = [(await db.accept(store, model=name, count=3)).job.expected_cost for name in ("priced", "unused")]
    assert expected == [Decimal("0.3"), None]
    await rows.clear()
    for number, (cost, pictures) in enumerate((("5", 1), ("0.6", 2), (None, 1), ("0.2", 1))):
        job = await db.finished(store, model="priced", finished_at=NOW + number * SECOND)
        images = [{"url": "https://pictures.example/1.png"}] * pictures
        await rows.put(job.id, cost=cost and Decimal(cost), images=images)
    accepted = [(await db.accept(store, model="priced", count=count)).job.expected_cost for count in (1, 3)]
    assert accepted == [Decimal("0.3"), Decimal("0.9")]


async def test_a_slow_job_takes_much_longer_than_usual(store: JobStore) -> None:
    """A slow job takes twice as long as usual for its model, and at least some seconds longer."""
    assert slow_after(None) == SLOW_AT_FIRST
    assert slow_after(60.0) == timedelta(seconds=120)
    assert slow_after(2.0) == timedelta(seconds=2 + SLOWER_SECONDS)
    await db.finished(store, finished_at=NOW + 60 * SECOND)
    await db.finished(store, model="flux-2-max", finished_at=LATER)
    await db.running(store, lookup_at=LATER)
    assert await store.overdue.next_due_at() == NOW + 120 * SECOND
