"""Deliveries: leases, marks, and jobs that could not be delivered anywhere."""

import asyncio
from dataclasses import replace

from flux_bot.core.jobs import CardState, Failure, JobStatus, TaskResult
from flux_bot.store.deliveries import RETRIED_FOR, ChannelSlots
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, LEASE, MICROSECOND, NOW, ON_POSTGRESQL, SECOND, Rows

DUE = {JobStatus.FINISHED, JobStatus.ABANDONED}


async def test_only_finished_and_abandoned_jobs_are_due(store: JobStore, rows: Rows) -> None:
    """No other deliveries are postponed or claimed; renewing a lease too late makes no job due again."""
    async for status, job in db.each_status(store, rows):
        is_due = status in DUE
        before = await rows.of(job.id)
        assert await store.deliveries.set_next(job, LATER) == is_due, status
        assert await rows.of(job.id) == before | ({"next_delivery_at": LATER} if is_due else {}), status
        assert await db.claim_deliveries(store) == [replace(job, delivery_attempts=1)] * is_due, status
        assert await db.next_delivery_at(store) == (LATER + LEASE if is_due else None), status


async def test_a_lease_is_exclusive(store: JobStore) -> None:
    """A claimed job can't be claimed again before its lease, which may be extended, ends; each claim is an attempt."""
    job = await db.finished(store)
    assert [found.delivery_attempts for found in await db.claim_deliveries(store)] == [1]
    assert await db.claim_deliveries(store, now=LATER + LEASE - MICROSECOND) == []
    assert await db.claim_deliveries(store, now=LATER + LEASE) == [replace(job, delivery_attempts=2)]
    assert await store.deliveries.set_next(job, LATER + 3 * LEASE)
    assert await db.claim_deliveries(store, now=LATER + 3 * LEASE - MICROSECOND) == []
    assert await db.claim_deliveries(store, now=LATER + 3 * LEASE) == [replace(job, delivery_attempts=3)]


async def test_the_longest_waiting_are_delivered_first(store: JobStore) -> None:
    """Jobs are claimed up to the limit and not before they are due; the next time is the earliest due time or lease."""
    due = [LATER + number * SECOND for number in (-1, -4, -2, -3, 1)]
    ids = {at: (await db.finished(store, finished_at=at)).id for at in due}
    claimed = [{job.id for job in await db.claim_deliveries(store, 3)} for _ in range(3)]
    expected = [ids[at] for at in sorted(due)]
    assert claimed == [{*expected[:3]}, {expected[3]}, set()]
    assert await db.next_delivery_at(store) == LATER + SECOND
    assert await db.claim_deliveries(store, now=LATER + SECOND - MICROSECOND) == []
    assert [job.id for job in await db.claim_deliveries(store, now=LATER + SECOND)] == expected[4:]


async def test_nothing_is_delivered_while_the_card_is_edited(store: JobStore) -> None:
    """A result waits for the edit of its card, but not longer than the edit's lease."""
    jobs = [await db.running(store) for _ in range(2)]
    for job in jobs:
        assert await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
        assert await store.finish(job.id, db.success(job), now=LATER)
    assert await db.claim_deliveries(store, now=LATER + LEASE - MICROSECOND) == []
    await store.release_card(jobs[0].id)
    assert [job.id for job in await db.claim_deliveries(store, now=LATER + LEASE - MICROSECOND)] == [jobs[0].id]
    assert [job.id for job in await db.claim_deliveries(store, now=LATER + LEASE)] == [jobs[1].id]


async def test_a_channel_has_a_few_slots(store: JobStore, rows: Rows) -> None:
    """Jobs of a channel with too many deliveries in progress are not claimed, however long they have waited."""
    slow = [await db.finished(store, finished_at=LATER - number * SECOND) for number in (4, 3, 2)]
    other = await db.finished(store)
    await rows.put(other.id, channel_id=21)
    for in_use, expected in (({20: 3}, [other]), ({20: 1, 21: 3}, slow[:2])):
        slots = ChannelSlots(in_use, 3)
        claimed = await store.deliveries.claim(8, slots, now=LATER, lease=LEASE)
        assert [job.id for job in claimed.jobs] == [job.id for job in expected], in_use


async def test_a_rate_limit_is_no_attempt(store: JobStore) -> None:
    """A postponed delivery has as many attempts as before."""
    job = await db.finished(store)
    for _ in range(3):
        assert [found.delivery_attempts for found in await db.claim_deliveries(store)] == [1]
        await store.deliveries.postpone(replace(job, delivery_attempts=0), LATER)


async def test_no_job_is_delivered_twice(store: JobStore, other_store: JobStore) -> None:
    """Concurrent claims from two stores claim each job once, and at most three at a time."""
    due = {(await db.finished(store)).id for _ in range(15)}
    claimed = await asyncio.gather(*(db.claim_deliveries(side, 3) for side in (store, other_store) * 6))
    assert max(len(jobs) for jobs in claimed) <= 3
    ids = [job.id for jobs in claimed for job in jobs]
    assert sorted(ids + [job.id for job in await db.claim_deliveries(store, 50)]) == sorted(due)


@ON_POSTGRESQL
async def test_deliveries_do_not_wait_for_each_other(store: JobStore, rows: Rows) -> None:
    """A locked row is skipped."""
    held, free = await db.finished(store), await db.finished(store)
    async with rows.held(held.id, delivery_attempts=1):
        claimed = await db.claim_deliveries(store)
    assert [job.id for job in claimed] == [free.id]


async def test_a_posted_job_is_marked_and_then_closed(store: JobStore) -> None:
    """The mark keeps the token and lease, so that another process removes the card after a crash; closing ends both."""
    job = await db.finished(store)
    [due] = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    marked = replace(due, status=JobStatus.DELIVERED, delivered_at=LATER, result_message_id=99, result_channel_id=20)
    assert await db.fresh(store, job) == marked
    assert await db.next_delivery_at(store) == LATER + LEASE
    assert await db.claim_deliveries(store, now=LATER + LEASE) == [replace(marked, delivery_attempts=2)]
    await store.deliveries.close(job)
    closed = replace(marked, delivery_attempts=2, origin=db.origin(interaction_token=None))
    assert await db.fresh(store, job) == closed
    on_its_card = await db.finished(store)  # the clean-up of another process must not remove it
    [due] = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER, closes=True)
    done = await db.fresh(store, on_its_card)
    assert (done.status, done.delivered_at, done.result_message_id) == (JobStatus.DELIVERED, LATER, 99)
    assert done.origin.interaction_token is None
    assert await db.next_delivery_at(store) is None


async def test_a_failure_keeps_its_token(store: JobStore) -> None:
    """The token is needed to remove the notice's buttons after a successful retry."""
    job = await db.running(store)
    failure = TaskResult(job.task_id, failure=Failure("timeout"))
    assert await store.finish(job.id, failure, now=NOW)
    [due] = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    await store.deliveries.close(job)
    assert (await db.fresh(store, job)).origin == job.origin
    assert await db.next_delivery_at(store) is None


async def test_an_abandoned_job_stays_abandoned_after_its_notice(store: JobStore) -> None:
    """After the failure notice, an abandoned job can still receive its picture, even if the notice is on its card."""
    for closes in (False, True):
        job = await db.abandoned(store)
        [due] = await db.claim_deliveries(store)
        await store.deliveries.mark_delivered(due, (20, 99), now=LATER, closes=closes)
        if not closes:
            await store.deliveries.close(job)
        notified = await db.fresh(store, job)
        assert (notified.status, notified.delivered_at, notified.result_message_id) == (JobStatus.ABANDONED, LATER, 99)
        assert notified.origin.interaction_token is not None  # gives access to the card that the picture will replace
        assert await db.claim_deliveries(store, now=LATER + LEASE) == []


async def test_a_mark_requires_the_posted_status(store: JobStore, rows: Rows) -> None:
    """A job whose status has changed since the claim is marked neither delivered nor undelivered."""
    for known in DUE:
        async for status, job in db.each_status(store, rows):
            case = f"{known}, now {status}"
            before = await rows.of(job.id)
            claimed = replace(job, status=known)
            if status is not known:
                await store.deliveries.mark_delivered(claimed, (20, 99), now=LATER)
                await store.deliveries.mark_undelivered(claimed, now=LATER)
                if (status, known) == (JobStatus.FINISHED, JobStatus.ABANDONED):
                    before |= {"result_message_id": 99, "result_channel_id": 20}  # the late picture will replace it
                assert await rows.of(job.id) == before, case
            await store.deliveries.close(job)
            assert await rows.of(job.id) == before, case


async def test_a_mark_is_set_once(store: JobStore, rows: Rows) -> None:
    """A slow process whose lease was taken over does not overwrite the mark of the faster one."""
    for status in DUE:
        job = await db.job_with_status(store, rows, status)
        [slow] = await db.claim_deliveries(store)
        [fast] = await db.claim_deliveries(store, now=LATER + LEASE)
        await store.deliveries.mark_delivered(fast, (20, 1), now=LATER + LEASE)
        before = await rows.of(job.id)
        await store.deliveries.mark_delivered(slow, (20, 2), now=LATER + LEASE)
        await store.deliveries.mark_undelivered(slow, now=LATER + LEASE)
        assert await rows.of(job.id) == before, status
        await rows.clear()


async def test_a_picture_that_comes_while_the_failure_is_posted_is_not_lost(store: JobStore) -> None:
    """The late picture stays due and keeps its token, whatever the other delivery marks."""
    job = await db.abandoned(store)
    [failing] = await db.claim_deliveries(store)
    assert await store.finish(job.id, db.success(job), now=LATER + SECOND)
    await store.deliveries.mark_delivered(failing, (20, 99), now=LATER + 2 * SECOND)
    await store.deliveries.mark_undelivered(failing, now=LATER + 2 * SECOND)
    await store.deliveries.close(job)
    assert await db.claim_deliveries(store, now=LATER + LEASE - SECOND) == []  # the failure's delivery holds the lease
    [due] = await db.claim_deliveries(store, now=LATER + LEASE)
    assert (due.status, due.result, due.delivered_at) == (JobStatus.FINISHED, db.success(job), None)
    assert (due.result_message_id, due.origin) == (99, job.origin)  # the message is the obsolete failure notice
    await store.deliveries.mark_delivered(due, (20, 100), now=LATER + LEASE)
    assert (await db.fresh(store, job)).result_message_id == 100


async def test_an_undelivered_job_waits_for_its_user(store: JobStore) -> None:
    """An undelivered job is no longer due, its token is deleted, and its result is kept."""
    await db.finished(store)
    [due] = await db.claim_deliveries(store)
    await store.deliveries.mark_undelivered(due, now=LATER)
    assert await store.history.undelivered(1, 5) == [replace(due, origin=db.origin(interaction_token=None))]
    assert await db.next_delivery_at(store) is None


async def test_undelivered_jobs_are_retried(store: JobStore) -> None:
    """The jobs undelivered for longest are due again, once per interval; their users can't fetch them meanwhile."""
    jobs = [await db.undelivered(store, marked_at=NOW + number * SECOND) for number in range(3)]
    assert await store.deliveries.retry_undelivered(2, now=LATER, before=NOW + SECOND) == 2
    assert await store.history.undelivered(1, 5) == [jobs[2]]
    assert not await store.history.fetch_undelivered(jobs[0].id, db.origin(), 7, now=LATER)
    due = await db.claim_deliveries(store)
    assert {job.id for job in due} == {job.id for job in jobs[:2]}
    assert {job.delivery_attempts for job in due} == {2}, "so that an earlier post is looked for"
    await store.deliveries.mark_undelivered(due[0], now=LATER)
    assert await store.history.fetch_undelivered(due[0].id, db.origin(), 7, now=LATER)
    assert await store.deliveries.retry_undelivered(9, now=LATER, before=LATER - MICROSECOND) == 1
    old = await db.undelivered(store, marked_at=LATER)
    later = LATER + RETRIED_FOR
    assert await store.deliveries.retry_undelivered(9, now=later, before=later) == 0
    assert await store.history.undelivered(1, 5) == [old]


async def test_repairs(store: JobStore, other_store: JobStore) -> None:
    """A job with links is claimed by one process when it is due; its token stays until the repair ends."""
    for closes in (False, True):
        await db.finished(store)
        [due] = await db.claim_deliveries(store)
        await store.deliveries.mark_delivered(due, (20, 99), now=LATER, closes=closes, repair_at=LATER + SECOND)
        await store.deliveries.close(due)
        sides = (store, other_store)
        early = await store.deliveries.claim_repairs(2, now=LATER, lease=LEASE)
        assert (list(early.jobs), early.next_at) == ([], LATER + SECOND)
        claims = [side.deliveries.claim_repairs(2, now=LATER + SECOND, lease=LEASE) for side in sides]
        [job] = [job for claimed in await asyncio.gather(*claims) for job in claimed.jobs]
        assert (job.id, job.picture_attempts) == (due.id, 1)
        assert job.origin.interaction_token is not None
        await store.deliveries.postpone_repair(job.id, LATER)
        [again] = (await store.deliveries.claim_repairs(2, now=LATER, lease=LEASE)).jobs
        assert again.picture_attempts == 2
        await store.deliveries.end_repair(job.id)
        await store.deliveries.postpone_repair(job.id, LATER)
        ended = await store.deliveries.claim_repairs(2, now=LATER + 2 * LEASE, lease=LEASE)
        assert (list(ended.jobs), ended.next_at) == ([], None)
        assert (await db.fresh(store, due)).origin.interaction_token is None
