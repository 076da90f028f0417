"""Double clicks, cancelled jobs and slow jobs in the store."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from flux_bot.core.jobs import CANCELLED, CANCELLED_PAID, CardState, Failure, JobStatus
from flux_bot.store.admission import DOUBLE_CLICK, AcceptedJob, NewJob
from flux_bot.store.queue import SLOT_HELD_AT_MOST, SLOW_AT_FIRST, SLOWER_SECONDS, slow_after
from flux_bot.store.store import JobStore
from tests.database import (
    DEADLINE,
    NOW,
    SECOND,
    UNLIMITED,
    Rows,
    claim_next,
    delivered,
    failure,
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

ONE_SLOT = replace(UNLIMITED, max_in_flight=1)


# --- presses -------------------------------------------------------------------------------------------


def press(
    user_id: int = 1, parent_id: str | None = "parent", after: timedelta = 0 * SECOND, prompt: str = "fox"
) -> NewJob:
    """Return the job that a button press on a card requests."""
    return new_job(image_request(prompt=prompt), origin(user_id), UNLIMITED, NOW + after, parent_id=parent_id)


async def accept_all(store: JobStore, *presses: NewJob) -> list[AcceptedJob]:
    """Accept button presses one after the other."""
    return [await store.admission.accept(press) for press in presses]


async def test_a_double_click_is_one_job(store: JobStore) -> None:
    """The second press returns the first one's job and takes no place in the queue."""
    first, second = await accept_all(store, press(), press(after=DOUBLE_CLICK - SECOND))
    assert (first.is_duplicate, second.is_duplicate) == (False, True)
    assert second.job.id == first.job.id
    assert (await store.count_open()).by_state["queued"] == 1


async def test_concurrent_presses_are_one_job(store: JobStore) -> None:
    """Concurrent presses make one job, whether they share a transaction or not."""
    results = await asyncio.gather(*(store.admission.accept(press()) for _ in range(5)))
    assert len({accepted.job.id for accepted in results}) == 1
    assert sorted(accepted.is_duplicate for accepted in results) == [False, True, True, True, True]
    assert (await store.count_open()).by_state["queued"] == 1


@pytest.mark.parametrize(
    "other",
    [
        press(user_id=2),
        press(parent_id="another"),
        press(prompt="another fox"),
        press(after=DOUBLE_CLICK),
    ],
    ids=["user", "parent", "request", "later"],
)
async def test_different_presses_are_different_jobs(store: JobStore, other: NewJob) -> None:
    """Another user, card or request, or a later press, makes another job."""
    first, second = await accept_all(store, press(), other)
    assert first.job.id != second.job.id
    assert not second.is_duplicate


async def test_repeated_commands_are_different_jobs(store: JobStore) -> None:
    """A user who types the same command twice gets two jobs."""
    first, second = await accept_all(store, press(parent_id=None), press(parent_id=None))
    assert first.job.id != second.job.id


async def test_a_cancelled_job_can_be_requested_again_at_once(store: JobStore) -> None:
    """A press right after a cancellation is not a double click."""
    (first,) = await accept_all(store, press())
    await store.cancel(first.job.id, now=NOW)
    (second,) = await accept_all(store, press(after=SECOND))
    assert second.job.id != first.job.id


# --- cancelled -----------------------------------------------------------------------------------------


async def test_cancelling_a_queued_job_costs_nothing(store: JobStore) -> None:
    """A cancelled queued job is never submitted."""
    job = await queued(store)
    cancelled = await store.cancel(job.id, now=NOW + SECOND)
    assert cancelled
    assert (cancelled.status, cancelled.finished_at) == (JobStatus.CANCELLED, NOW + SECOND)
    assert cancelled.result
    assert cancelled.result.failure == Failure(CANCELLED)
    assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW) is None
    assert (await store.overdue.next_due_at()) is None


async def test_cancelling_a_requeued_job_costs_nothing(store: JobStore) -> None:
    """A job that the API was too busy for was not paid for."""
    job = await submitting(store)
    await store.requeue(job, Failure("too_many_requests"), failed=False)
    cancelled = await store.cancel(job.id, now=NOW)
    assert cancelled
    assert cancelled.result
    assert cancelled.result.failure == Failure(CANCELLED, "")


@pytest.mark.parametrize("walk", [submitting, running])
async def test_cancelling_a_job_at_the_api(store: JobStore, walk: object) -> None:
    """The job is paid for; its result is discarded, and it is neither looked up nor delivered."""
    job = await (submitting if walk is submitting else running)(store)
    cancelled = await store.cancel(job.id, now=NOW)
    assert cancelled
    assert cancelled.result
    assert cancelled.result.failure == Failure(CANCELLED_PAID)
    assert await store.mark_running(job, f"task of {job.id}", next_lookup_at=NOW) is None
    assert await store.finish(job.id, success(job), now=NOW) is None
    assert (await fresh(store, job)).status is JobStatus.CANCELLED
    assert await store.overdue.next_due_at() is None
    assert await store.overdue.abandon_overdue(now=NOW + 2 * DEADLINE) == []
    assert (await store.deliveries.claim(8, now=NOW + DEADLINE, lease=SECOND, reply_grace=SECOND)).jobs == []


@pytest.mark.parametrize("ending", ["picture", "failure", "refusal", "time"])
async def test_a_cancelled_job_holds_its_slot_until_it_ends(store: JobStore, ending: str) -> None:
    """The slot is free after its result or a timeout; otherwise cancelling would bypass the API's limit."""
    job = await submitting(store)
    await store.cancel(job.id, now=NOW)
    await queued(store, 2)
    assert await claim_next(store, ONE_SLOT, DEADLINE, now=NOW) is None
    now = NOW
    if ending == "picture":
        assert (await store.receive(job.id, job.callback_secret, success(job), now=NOW)).is_ours
    elif ending == "failure":
        await store.finish(job.id, failure(job), now=NOW)
    elif ending == "refusal":
        await store.requeue(job, Failure("too_many_requests"), failed=False)
    else:
        now += SLOT_HELD_AT_MOST + SECOND
    assert await claim_next(store, ONE_SLOT, DEADLINE, now=now)


@pytest.mark.parametrize("walk", ["submitting", "running"])
async def test_a_cancelled_job_is_looked_up(store: JobStore, walk: str) -> None:
    """Without a callback, a look-up frees the slot; after a while the bot stops looking."""
    job = await (submitting if walk == "submitting" else running)(store)
    await store.cancel(job.id, now=NOW)
    await store.mark_running(job, f"task of {job.id}", next_lookup_at=NOW + 60 * SECOND)
    due = NOW + 60 * SECOND
    assert await store.overdue.next_due_at() == due
    assert await store.overdue.claim_lookups(50, now=due, again_at=due + SECOND) == {f"task of {job.id}": job.id}
    await store.finish(job.id, success(job), now=due)
    assert await store.overdue.next_due_at() is None

    other = await running(store, 2)
    await store.cancel(other.id, now=NOW)
    late = NOW + SLOT_HELD_AT_MOST
    assert await store.overdue.claim_lookups(50, now=late, again_at=late + SECOND) == {f"task of {other.id}": other.id}
    assert await store.overdue.next_due_at() is None


async def test_a_cancelled_job_counts_against_its_users_limit(store: JobStore) -> None:
    """Cancelling does not let a user run more jobs at once."""
    limits = replace(UNLIMITED, max_running_per_user=1)
    await store.cancel((await submitting(store)).id, now=NOW)
    await queued(store)
    assert await claim_next(store, limits, DEADLINE, now=NOW) is None


async def test_a_job_is_not_cancelled_while_its_card_is_edited(store: JobStore) -> None:
    """The last edit of the card must be the one that shows the cancellation."""
    job = await running(store)
    assert await store.claim_card(job, CardState.SLOW, now=NOW, lease=10 * SECOND)
    assert await store.cancel(job.id, now=NOW) is None
    await store.release_card(job.id)
    assert await store.cancel(job.id, now=NOW)


async def test_a_cancelled_job_is_pruned_and_forgets_its_token(store: JobStore, rows: Rows) -> None:
    """A cancelled job's token is deleted at once, and the job itself after a while."""
    job = await queued(store)
    await store.cancel(job.id, now=NOW)
    await store.forget_token(job.id)
    assert (await rows.of(job.id))["interaction_token"] is None
    assert await store.overdue.prune(10, before=NOW + SECOND) == 1


# --- slow ----------------------------------------------------------------------------------------------


async def test_a_slow_job_is_claimed_once(store: JobStore) -> None:
    """A job that takes longer than usual is reported once."""
    job = await running(store, lookup_at=NOW + DEADLINE)
    slow_at = NOW + SLOW_AT_FIRST
    assert await store.overdue.next_due_at() == slow_at
    assert await store.overdue.claim_slow(10, now=slow_at - SECOND) == []
    assert [slow.id for slow in await store.overdue.claim_slow(10, now=slow_at)] == [job.id]
    assert await store.overdue.claim_slow(10, now=slow_at) == []


@pytest.mark.parametrize("walk", ["finished", "cancelled", "abandoned"])
async def test_an_ended_job_is_not_slow(store: JobStore, walk: str) -> None:
    """No ended job is reported as slow."""
    if walk == "finished":
        await finished(store)
    else:
        job = await running(store)
        await (
            store.cancel(job.id, now=NOW) if walk == "cancelled" else store.overdue.abandon_overdue(now=NOW + DEADLINE)
        )
    assert await store.overdue.claim_slow(10, now=NOW + 2 * DEADLINE) == []


async def test_slow_depends_on_the_models_usual_time(store: JobStore) -> None:
    """A model that takes a minute is slow after two."""
    await delivered(store)
    usual = await store.usual_seconds(image_request().model)
    job = await running(store, lookup_at=NOW + DEADLINE)
    assert await store.overdue.next_due_at() == NOW + slow_after(usual)
    assert (await fresh(store, job)).status is JobStatus.RUNNING


def test_slow_is_much_longer_than_usual() -> None:
    """A slow job takes twice as long as usual, and at least some seconds longer."""
    assert slow_after(None) == SLOW_AT_FIRST
    assert slow_after(60.0) == timedelta(seconds=120)
    assert slow_after(2.0) == timedelta(seconds=2 + SLOWER_SECONDS)
