"""Deliveries in the store: leases, what is marked when, and jobs that are kept for their user."""

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
    brought,
    delivered,
    failure,
    finished,
    fresh,
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
    """Claim deliveries as the bot does."""
    return [*(await store.deliveries.claim(limit, now=now, lease=LEASE, reply_grace=GRACE)).jobs]


# --- leases --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", JobStatus)
async def test_only_what_is_over_and_untold_is_claimed(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A result and the news of having given up are delivered, once: nothing else is ever posted."""
    job = await brought(store, rows, status)
    claimed = await claim(store)
    due = status in {JobStatus.FINISHED, JobStatus.ABANDONED}
    assert claimed == [replace(job, delivery_attempts=1)] * due
    assert await next_delivery_at(store) == (LATER + LEASE if due else None)


async def test_a_lease_is_for_one(store: JobStore) -> None:
    """A claimed job is out of reach until its lease has passed; then it may be taken up again, and is counted."""
    job = await finished(store)
    assert [found.delivery_attempts for found in await claim(store)] == [1]
    assert await claim(store) == []
    assert await claim(store, now=LATER + LEASE - MICROSECOND) == []
    assert await claim(store, now=LATER + LEASE) == [replace(job, delivery_attempts=2)]


async def test_a_lease_is_extended_and_a_delivery_postponed(store: JobStore) -> None:
    """A due job's next time may be set; a job that is over and done has none to set."""
    job = await finished(store)
    await claim(store)
    assert await store.deliveries.set_next(job.id, LATER + 2 * LEASE)
    assert await claim(store, now=LATER + LEASE) == []
    assert await next_delivery_at(store) == LATER + 2 * LEASE
    assert len(await claim(store, now=LATER + 2 * LEASE)) == 1


@pytest.mark.parametrize("status", JobStatus)
async def test_only_what_waits_for_delivery_is_postponed(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A lease that is renewed too late does not make a job due that is not."""
    job = await brought(store, rows, status)
    before = await rows.of(job.id)
    due = status in {JobStatus.FINISHED, JobStatus.ABANDONED}
    assert await store.deliveries.set_next(job.id, LATER) == due
    assert await rows.of(job.id) == before | ({"next_delivery_at": LATER} if due else {})


async def test_the_longest_waiting_are_delivered_first(store: JobStore) -> None:
    """With fewer hands than jobs, those go first that have been due the longest."""
    at = [NOW + number * SECOND for number in (4, 1, 3, 2)]
    ids = {due: (await finished(store, finished_at=due)).id for due in at}
    claimed = [[job.id for job in await claim(store, 1)] for _ in range(5)]
    assert claimed == [[ids[due]] for due in sorted(at)] + [[]]


async def test_no_more_are_claimed_than_asked_for_nor_before_their_time(store: JobStore) -> None:
    """The limit holds, and what is due later stays."""
    early = {(await finished(store)).id for _ in range(5)}
    late = await finished(store, finished_at=LATER + MICROSECOND)
    first, second = await claim(store, 3), await claim(store, 3)
    assert (len(first), len(second)) == (3, 2)
    assert {job.id for job in first + second} == early
    assert await next_delivery_at(store) == LATER + MICROSECOND
    assert [job.id for job in await claim(store, now=LATER + MICROSECOND)] == [late.id]


async def test_a_result_does_not_come_before_the_reply(store: JobStore) -> None:
    """Until Discord has taken the reply a result waits, for a grace of some seconds and no longer."""
    job = await finished(store)
    assert await claim(store, now=NOW + GRACE - MICROSECOND) == []
    assert [found.id for found in await claim(store, now=NOW + GRACE)] == [job.id]


async def test_a_reply_lets_the_result_come_at_once(store: JobStore) -> None:
    """As soon as the status card is there the result may replace it."""
    job = await finished(store)
    await store.set_reply(job.id, 5)
    assert [found.reply_message_id for found in await claim(store, now=NOW)] == [5]


async def test_the_next_delivery_is_the_earliest(store: JobStore) -> None:
    """None when nothing waits, else the first of all times, a lease's end among them."""
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
    """The mark keeps the token and the lease, as the card has yet to go; closing ends both."""
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
    """Whoever takes such a job up sees that it was delivered and only cleans up."""
    await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    [again] = await claim(store, now=LATER + LEASE)
    assert (again.status, again.delivered_at, again.result_message_id) == (JobStatus.DELIVERED, LATER, 99)


async def test_an_abandoned_job_stays_abandoned_when_told(store: JobStore) -> None:
    """The news was delivered, the job was not: a picture may still come."""
    job = await abandoned(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    await store.deliveries.close(job.id)
    told = await fresh(store, job)
    assert (told.status, told.delivered_at, told.result_message_id) == (JobStatus.ABANDONED, LATER, 99)
    assert told.origin.interaction_token is not None  # which leads to the card that the picture will replace
    assert await claim(store, now=LATER + LEASE) == []


async def test_a_result_on_the_status_card_is_marked_and_closed_at_once(store: JobStore) -> None:
    """Whoever took it up in between would remove the card, and so the result."""
    job = await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER, closes=True)
    done = await fresh(store, job)
    assert (done.status, done.result_message_id) == (JobStatus.DELIVERED, 99)
    assert done.origin.interaction_token is None
    assert await claim(store, now=LATER + LEASE) == []


@pytest.mark.parametrize("known", [JobStatus.FINISHED, JobStatus.ABANDONED])
@pytest.mark.parametrize("status", JobStatus)
async def test_a_mark_is_for_what_was_posted(status: JobStatus, known: JobStatus, store: JobStore, rows: Rows) -> None:
    """A job that has moved on since it was claimed is neither marked nor kept."""
    job = await brought(store, rows, status)
    before = await rows.of(job.id)
    claimed = replace(job, status=known)
    if status is not known:
        await store.deliveries.mark_delivered(claimed, (20, 99), now=LATER)
        await store.deliveries.mark_undelivered(claimed, now=LATER)
        if (status, known) == (JobStatus.FINISHED, JobStatus.ABANDONED):
            before |= {"result_message_id": 99, "result_channel_id": 20}  # a late picture learns of what it replaces
        assert await rows.of(job.id) == before
    await store.deliveries.close(job.id)
    assert await rows.of(job.id) == before


@pytest.mark.parametrize("status", [JobStatus.FINISHED, JobStatus.ABANDONED])
async def test_a_mark_is_set_once(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A slow process whose lease was taken over does not change what the faster one noted."""
    job = await brought(store, rows, status)
    [slow] = await claim(store)
    [fast] = await claim(store, now=LATER + LEASE)
    await store.deliveries.mark_delivered(fast, (20, 1), now=LATER + LEASE)
    before = await rows.of(job.id)
    await store.deliveries.mark_delivered(slow, (20, 2), now=LATER + LEASE)
    await store.deliveries.mark_undelivered(slow, now=LATER + LEASE)
    assert await rows.of(job.id) == before


async def test_a_picture_that_comes_while_the_failure_is_posted_is_not_lost(store: JobStore) -> None:
    """The picture stays due, with the token that leads to its user, whatever the other delivery marks."""
    job = await abandoned(store)
    [failing] = await claim(store)
    assert await store.finish(job.id, success(job), now=LATER + SECOND)
    await store.deliveries.mark_delivered(failing, (20, 99), now=LATER + 2 * SECOND)
    await store.deliveries.mark_undelivered(failing, now=LATER + 2 * SECOND)
    await store.deliveries.close(job.id)
    assert await claim(store, now=LATER + LEASE - SECOND) == []  # who tells of the failure is not disturbed
    [due] = await claim(store, now=LATER + LEASE)
    assert (due.status, due.result, due.delivered_at) == (JobStatus.FINISHED, success(job), None)
    assert due.result_message_id == 99  # obsolete, now
    assert due.origin == job.origin
    await store.deliveries.mark_delivered(due, (20, 100), now=LATER + LEASE)
    assert (await fresh(store, job)).result_message_id == 100


async def test_nothing_is_delivered_while_the_card_is_edited(store: JobStore) -> None:
    """On the same card the later edit would stay: a result waits for it, for as long as its lease at most."""
    job = await running(store)
    assert await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
    assert await store.finish(job.id, success(job), now=LATER)
    assert await claim(store, now=LATER + LEASE - SECOND) == []
    await store.release_card(job.id)
    [due] = await claim(store, now=LATER + LEASE - SECOND)
    assert due.id == job.id


async def test_a_dead_process_holds_no_card_for_ever(store: JobStore) -> None:
    job = await running(store)
    assert await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
    assert not await store.claim_card(job, CardState.BUSY, now=LATER, lease=LEASE)
    assert await store.claim_card(job, CardState.BUSY, now=LATER + LEASE, lease=LEASE)
    assert await store.finish(job.id, success(job), now=LATER)
    [due] = await claim(store, now=LATER + 2 * LEASE)
    assert due.card is CardState.BUSY


async def test_the_card_of_a_job_that_has_moved_on_is_left_alone(store: JobStore) -> None:
    """Neither what is finished nor what has been claimed again gets a card of before."""
    job = await running(store)
    assert await store.finish(job.id, success(job), now=LATER)
    assert not await store.claim_card(job, CardState.PAINTING, now=LATER, lease=LEASE)
    assert len(await claim(store)) == 1


async def test_a_late_failure_changes_nothing_of_a_delivery(store: JobStore, rows: Rows) -> None:
    """Neither a job that was given up nor a delivered one is delivered again for a failure."""
    for job in (await abandoned(store), await delivered(store)):
        before = await rows.of(job.id)
        assert not await store.finish(job.id, failure(job), now=LATER)
        assert await rows.of(job.id) == before


# --- kept ----------------------------------------------------------------------------------------------


async def test_a_kept_job_waits_for_its_user(store: JobStore) -> None:
    """It is due no more, its token is forgotten, and its result stays."""
    job = await finished(store)
    [due] = await claim(store)
    await store.deliveries.mark_undelivered(due, now=LATER)
    [undelivered] = await store.history.undelivered(1, 5)
    assert undelivered == replace(due, origin=origin(interaction_token=None))
    assert undelivered.result == success(job)
    assert await next_delivery_at(store) is None
    assert await claim(store, now=LATER + LEASE) == []


async def test_kept_jobs_come_to_their_owner_the_oldest_first(store: JobStore) -> None:
    """Another user's are not among them, and no more come than are asked for."""
    ids = []
    for user_id, minute in ((1, 3), (1, 1), (2, 0), (1, 2)):
        job = await finished(store, user_id)
        await store.deliveries.mark_undelivered(job, now=NOW + timedelta(minutes=minute))
        ids.append(job.id)
    assert [job.id for job in await store.history.undelivered(1, 5)] == [ids[1], ids[3], ids[0]]
    assert [job.id for job in await store.history.undelivered(1, 2)] == [ids[1], ids[3]]
    assert [job.id for job in await store.history.undelivered(2, 5)] == [ids[2]]
    assert await store.history.undelivered(3, 5) == []


async def test_a_reply_tells_how_many_are_kept(store: JobStore) -> None:
    """Whoever asks for something new hears of what waits for them, and of nobody else's."""
    for user_id in (1, 1, 2):
        await store.deliveries.mark_undelivered(await finished(store, user_id), now=NOW)
    assert [(await store.set_reply((await queued(store, user_id)).id, 5)).undelivered for user_id in (1, 2, 3)] == [
        2,
        1,
        0,
    ]


@pytest.mark.parametrize("last_status", [JobStatus.FINISHED, JobStatus.ABANDONED])
async def test_a_fetched_job_goes_where_its_user_is_now(last_status: JobStatus, store: JobStore, rows: Rows) -> None:
    """It is due at once with all of the new origin, private as it is shown there, and is no longer kept."""
    job = await brought(store, rows, last_status)
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


async def test_a_kept_job_is_fetched_once_and_by_its_owner(store: JobStore, rows: Rows) -> None:
    """Nobody else gets it, and a second click finds nothing."""
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
async def test_what_is_not_kept_is_not_fetched(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A job in any state of its own life stays where it is."""
    job = await brought(store, rows, status)
    before = await rows.of(job.id)
    assert not await store.history.fetch_undelivered(job.id, origin(1), 6, now=LATER)
    assert await rows.of(job.id) == before
    assert await store.history.undelivered(1, 5) == []
