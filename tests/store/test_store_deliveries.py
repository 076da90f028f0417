"""Deliveries in the store: leases, marks and undelivered jobs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from flux_bot.core.jobs import CardState, Job, JobStatus
from flux_bot.store.store import JobStore
from tests.database import (
    NOW,
    SECOND,
    Rows,
    abandoned,
    delivered,
    failure,
    finished,
    fresh,
    job_with_status,
    next_delivery_at,
    origin,
    queued,
    running,
    success,
)

LEASE = timedelta(seconds=20)
GRACE = timedelta(seconds=5)
LATER = NOW + timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


async def claim(store: JobStore, limit: int = 8, *, now: datetime = LATER) -> list[Job]:
    """Claim deliveries with the bot's lease and grace."""
    return [*(await store.deliveries.claim(limit, now=now, lease=LEASE, reply_grace=GRACE)).jobs]


# --- leases --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", JobStatus)
async def test_only_finished_and_abandoned_jobs_are_claimed(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """Results and failures are due for delivery; nothing else is posted."""
    job = await job_with_status(store, rows, status)
    claimed = await claim(store)
    due = status in {JobStatus.FINISHED, JobStatus.ABANDONED}
    assert claimed == [replace(job, delivery_attempts=1)] * due
    assert await next_delivery_at(store) == (LATER + LEASE if due else None)


async def test_a_lease_is_exclusive(store: JobStore) -> None:
    """A claimed job can't be claimed again before its lease ends; each claim counts as an attempt."""
    job = await finished(store)
    assert [found.delivery_attempts for found in await claim(store)] == [1]
    assert await claim(store) == []
    assert await claim(store, now=LATER + LEASE - MICROSECOND) == []
    assert await claim(store, now=LATER + LEASE) == [replace(job, delivery_attempts=2)]


async def test_a_lease_is_extended_and_a_delivery_postponed(store: JobStore) -> None:
    """A due job's next delivery can be postponed."""
    job = await finished(store)
    await claim(store)
    assert await store.deliveries.set_next(job.id, LATER + 2 * LEASE)
    assert await claim(store, now=LATER + LEASE) == []
    assert await next_delivery_at(store) == LATER + 2 * LEASE
    assert len(await claim(store, now=LATER + 2 * LEASE)) == 1


@pytest.mark.parametrize("status", JobStatus)
async def test_only_a_due_delivery_is_postponed(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """Renewing a lease too late does not make a job due again."""
    job = await job_with_status(store, rows, status)
    before = await rows.of(job.id)
    due = status in {JobStatus.FINISHED, JobStatus.ABANDONED}
    assert await store.deliveries.set_next(job.id, LATER) == due
    assert await rows.of(job.id) == before | ({"next_delivery_at": LATER} if due else {})


async def test_the_longest_waiting_are_delivered_first(store: JobStore) -> None:
    """Jobs that have been due the longest are claimed first."""
    at = [NOW + number * SECOND for number in (4, 1, 3, 2)]
    ids = {due: (await finished(store, finished_at=due)).id for due in at}
    claimed = [[job.id for job in await claim(store, 1)] for _ in range(5)]
    assert claimed == [[ids[due]] for due in sorted(at)] + [[]]


async def test_claims_respect_the_limit_and_the_due_time(store: JobStore) -> None:
    """No more jobs are claimed than the limit, and none before it is due."""
    early = {(await finished(store)).id for _ in range(5)}
    late = await finished(store, finished_at=LATER + MICROSECOND)
    first, second = await claim(store, 3), await claim(store, 3)
    assert (len(first), len(second)) == (3, 2)
    assert {job.id for job in first + second} == early
    assert await next_delivery_at(store) == LATER + MICROSECOND
    assert [job.id for job in await claim(store, now=LATER + MICROSECOND)] == [late.id]


async def test_a_result_does_not_come_before_the_reply(store: JobStore) -> None:
    """A result waits for the reply, but not longer than the grace period."""
    job = await finished(store)
    assert await claim(store, now=NOW + GRACE - MICROSECOND) == []
    assert [found.id for found in await claim(store, now=NOW + GRACE)] == [job.id]


async def test_a_reply_makes_the_result_due(store: JobStore) -> None:
    """A result is due as soon as its status card exists."""
    job = await finished(store)
    await store.set_reply(job.id, 5)
    assert [found.reply_message_id for found in await claim(store, now=NOW)] == [5]


async def test_the_next_delivery_is_the_earliest(store: JobStore) -> None:
    """The next delivery is the earliest of all times, including the ends of leases; None if there is none."""
    assert await next_delivery_at(store) is None
    await running(store)
    assert await next_delivery_at(store) is None
    await finished(store, finished_at=NOW)
    await claim(store, now=NOW + GRACE)
    assert await next_delivery_at(store) == NOW + GRACE + LEASE
    await finished(store, finished_at=NOW + SECOND)
    assert await next_delivery_at(store) == NOW + SECOND


# --- marks ---------------------------------------------------------------------------------------------


async def test_a_posted_job_is_marked_and_then_closed(store: JobStore) -> None:
    """The mark leaves token and lease, as the card must still be removed; closing ends both."""
    job = await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    marked = replace(due, status=JobStatus.DELIVERED, delivered_at=LATER, result_message_id=99, result_channel_id=20)
    assert await fresh(store, job) == marked
    assert await next_delivery_at(store) == LATER + LEASE
    await store.deliveries.close(job.id)
    assert await fresh(store, job) == replace(marked, origin=origin(interaction_token=None))
    assert await next_delivery_at(store) is None


async def test_a_crash_between_mark_and_close_posts_nothing_again(store: JobStore) -> None:
    """A job claimed again after the mark is known to be delivered and is only cleaned up."""
    await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    [again] = await claim(store, now=LATER + LEASE)
    assert (again.status, again.delivered_at, again.result_message_id) == (JobStatus.DELIVERED, LATER, 99)


async def test_an_abandoned_job_stays_abandoned_after_its_notice(store: JobStore) -> None:
    """After its failure notice an abandoned job can still receive its picture."""
    job = await abandoned(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    await store.deliveries.close(job.id)
    notified = await fresh(store, job)
    assert (notified.status, notified.delivered_at, notified.result_message_id) == (JobStatus.ABANDONED, LATER, 99)
    assert notified.origin.interaction_token is not None  # gives access to the card that the picture will replace
    assert await claim(store, now=LATER + LEASE) == []


async def test_a_result_on_the_status_card_is_marked_and_closed_at_once(store: JobStore) -> None:
    """Otherwise the clean-up of a second process would remove the card, and with it the result."""
    job = await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER, closes=True)
    done = await fresh(store, job)
    assert (done.status, done.result_message_id) == (JobStatus.DELIVERED, 99)
    assert done.origin.interaction_token is None
    assert await claim(store, now=LATER + LEASE) == []


@pytest.mark.parametrize("known", [JobStatus.FINISHED, JobStatus.ABANDONED])
@pytest.mark.parametrize("status", JobStatus)
async def test_a_mark_requires_the_posted_status(
    status: JobStatus, known: JobStatus, store: JobStore, rows: Rows
) -> None:
    """A job whose status has changed since the claim is marked neither delivered nor undelivered."""
    job = await job_with_status(store, rows, status)
    before = await rows.of(job.id)
    claimed = replace(job, status=known)
    if status is not known:
        await store.deliveries.mark_delivered(claimed, (20, 99), now=LATER)
        await store.deliveries.mark_undelivered(claimed, now=LATER)
        if (status, known) == (JobStatus.FINISHED, JobStatus.ABANDONED):
            before |= {"result_message_id": 99, "result_channel_id": 20}  # the late picture will replace this message
        assert await rows.of(job.id) == before
    await store.deliveries.close(job.id)
    assert await rows.of(job.id) == before


@pytest.mark.parametrize("status", [JobStatus.FINISHED, JobStatus.ABANDONED])
async def test_a_mark_is_set_once(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A slow process whose lease was taken over does not overwrite the mark of the faster one."""
    job = await job_with_status(store, rows, status)
    [slow] = await claim(store)
    [fast] = await claim(store, now=LATER + LEASE)
    await store.deliveries.mark_delivered(fast, (20, 1), now=LATER + LEASE)
    before = await rows.of(job.id)
    await store.deliveries.mark_delivered(slow, (20, 2), now=LATER + LEASE)
    await store.deliveries.mark_undelivered(slow, now=LATER + LEASE)
    assert await rows.of(job.id) == before


async def test_a_picture_that_comes_while_the_failure_is_posted_is_not_lost(store: JobStore) -> None:
    """The picture stays due and keeps its token, whatever the other delivery marks."""
    job = await abandoned(store)
    [failing] = await claim(store)
    assert await store.finish(job.id, success(job), now=LATER + SECOND)
    await store.deliveries.mark_delivered(failing, (20, 99), now=LATER + 2 * SECOND)
    await store.deliveries.mark_undelivered(failing, now=LATER + 2 * SECOND)
    await store.deliveries.close(job.id)
    assert await claim(store, now=LATER + LEASE - SECOND) == []  # the failure's delivery holds the lease
    [due] = await claim(store, now=LATER + LEASE)
    assert (due.status, due.result, due.delivered_at) == (JobStatus.FINISHED, success(job), None)
    assert due.result_message_id == 99  # the failure notice, now obsolete
    assert due.origin == job.origin
    await store.deliveries.mark_delivered(due, (20, 100), now=LATER + LEASE)
    assert (await fresh(store, job)).result_message_id == 100


async def test_nothing_is_delivered_while_the_card_is_edited(store: JobStore) -> None:
    """A result waits for the edit of its card, but not longer than the edit's lease."""
    job = await running(store)
    assert await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
    assert await store.finish(job.id, success(job), now=LATER)
    assert await claim(store, now=LATER + LEASE - SECOND) == []
    await store.release_card(job.id)
    [due] = await claim(store, now=LATER + LEASE - SECOND)
    assert due.id == job.id


async def test_a_dead_process_does_not_hold_a_card_for_ever(store: JobStore) -> None:
    job = await running(store)
    assert await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
    assert not await store.claim_card(job, CardState.BUSY, now=LATER, lease=LEASE)
    assert await store.claim_card(job, CardState.BUSY, now=LATER + LEASE, lease=LEASE)
    assert await store.finish(job.id, success(job), now=LATER)
    [due] = await claim(store, now=LATER + 2 * LEASE)
    assert due.card is CardState.BUSY


async def test_the_card_of_a_finished_job_can_not_be_claimed(store: JobStore) -> None:
    """A finished job's card is not edited with an earlier state."""
    job = await running(store)
    assert await store.finish(job.id, success(job), now=LATER)
    assert not await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
    assert len(await claim(store)) == 1


async def test_a_late_failure_changes_nothing(store: JobStore, rows: Rows) -> None:
    """A failure changes neither an abandoned nor a delivered job."""
    for job in (await abandoned(store), await delivered(store)):
        before = await rows.of(job.id)
        assert not await store.finish(job.id, failure(job), now=LATER)
        assert await rows.of(job.id) == before


# --- undelivered ---------------------------------------------------------------------------------------


async def test_an_undelivered_job_waits_for_its_user(store: JobStore) -> None:
    """It is no longer due, its token is deleted, and its result stays."""
    job = await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_undelivered(due, now=LATER)
    [undelivered] = await store.history.undelivered(1, 5)
    assert undelivered == replace(due, origin=origin(interaction_token=None))
    assert undelivered.result == success(job)
    assert await next_delivery_at(store) is None
    assert await claim(store, now=LATER + LEASE) == []


async def test_undelivered_jobs_are_listed_oldest_first(store: JobStore) -> None:
    """Only the user's own jobs are listed, up to a limit."""
    ids = []
    for user_id, minute in ((1, 3), (1, 1), (2, 0), (1, 2)):
        job = await finished(store, user_id)
        await store.deliveries.mark_undelivered(job, now=NOW + timedelta(minutes=minute))
        ids.append(job.id)
    assert [job.id for job in await store.history.undelivered(1, 5)] == [ids[1], ids[3], ids[0]]
    assert [job.id for job in await store.history.undelivered(1, 2)] == [ids[1], ids[3]]
    assert [job.id for job in await store.history.undelivered(2, 5)] == [ids[2]]
    assert await store.history.undelivered(3, 5) == []


async def test_a_reply_counts_undelivered_jobs(store: JobStore) -> None:
    """set_reply returns how many undelivered jobs the user has."""
    for user_id in (1, 1, 2):
        await store.deliveries.mark_undelivered(await finished(store, user_id), now=NOW)
    assert [(await store.set_reply((await queued(store, user_id)).id, 5)).undelivered for user_id in (1, 2, 3)] == [
        2,
        1,
        0,
    ]


@pytest.mark.parametrize("last_status", [JobStatus.FINISHED, JobStatus.ABANDONED])
async def test_a_fetched_job_goes_where_its_user_is_now(last_status: JobStatus, store: JobStore, rows: Rows) -> None:
    """It is due at once with the new origin, is private, and is no longer undelivered."""
    job = await job_with_status(store, rows, last_status)
    await store.deliveries.mark_undelivered(job, now=NOW)
    here = origin(
        channel_id=21,
        guild_id=None,
        locale="de",
        interaction_token="another token",
        token_expires_at=LATER + timedelta(minutes=15),
        upload_limit=1,
        can_post=False,
    )
    assert await store.history.fetch_undelivered(job.id, here, 6, now=LATER)
    assert await store.history.undelivered(1, 5) == []
    privately = replace(job.request, private=True)
    fetched = replace(job, request=privately, origin=here, reply_message_id=6, delivery_attempts=1)
    assert await claim(store) == [fetched]


async def test_an_undelivered_job_is_fetched_once_and_by_its_owner(store: JobStore, rows: Rows) -> None:
    """Another user's fetch and a second fetch do nothing."""
    job = await finished(store)
    await store.deliveries.mark_undelivered(job, now=NOW)
    before = await rows.of(job.id)
    assert not await store.history.fetch_undelivered(job.id, origin(2), 6, now=LATER)
    assert await rows.of(job.id) == before
    assert await store.history.fetch_undelivered(job.id, origin(1), 6, now=LATER)
    after = await rows.of(job.id)
    assert not await store.history.fetch_undelivered(job.id, origin(1, channel_id=22), 7, now=LATER)
    assert await rows.of(job.id) == after


@pytest.mark.parametrize("status", JobStatus)
async def test_only_undelivered_jobs_are_fetched(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A job of any status that is not undelivered can't be fetched."""
    job = await job_with_status(store, rows, status)
    before = await rows.of(job.id)
    assert not await store.history.fetch_undelivered(job.id, origin(1), 6, now=LATER)
    assert await rows.of(job.id) == before
    assert await store.history.undelivered(1, 5) == []
