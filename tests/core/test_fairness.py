"""Fairness: each user's first job comes before any user's second, and the place shown to the user is correct."""

import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CardState, Job
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.queue import SLOT_HELD_AT_MOST
from flux_bot.store.store import JobStore
from tests.database import (
    DEADLINE,
    NOW,
    SECOND,
    UNLIMITED,
    claim_next,
    failure,
    fresh,
    image_request,
    new_job,
    origin,
    queued,
    submitting,
)

MICROSECOND = timedelta(microseconds=1)


async def accept(store: JobStore, user_id: int, limits: Limits, *, now: datetime = NOW) -> AcceptedJob | None:
    """Accept a plain job; None if the user has too many queued jobs."""
    try:
        return await store.admission.accept(new_job(image_request(), origin(user_id), limits, now))
    except RequestRejected:
        return None


async def claimed_users(store: JobStore, limits: Limits, *, now: datetime = NOW) -> list[int]:
    """Claim all jobs that may start and return their users in order."""
    users = []
    while job := await claim_next(store, limits, DEADLINE, now=now):
        users.append(job.origin.user_id)
    return users


# --- examples of the rule and the limits -----------------------------------------------------------------


async def test_the_oldest_goes_first_among_equals(store: JobStore) -> None:
    """Within a turn, the oldest job goes first, whatever the user's id."""
    for minute, user_id in enumerate((3, 1, 2)):
        await queued(store, user_id, now=NOW + timedelta(minutes=minute))
    assert await claimed_users(store, UNLIMITED) == [3, 1, 2]


async def test_a_microsecond_is_older(store: JobStore) -> None:
    """A difference of one microsecond in age counts."""
    await queued(store, 1, now=NOW + MICROSECOND)
    await queued(store, 2, now=NOW)
    assert await claimed_users(store, UNLIMITED) == [2, 1]


async def test_users_take_turns(store: JobStore) -> None:
    """A user with many queued jobs does not delay other users."""
    for second, user_id in enumerate((1, 1, 1, 1, 2, 2, 3)):
        await queued(store, user_id, now=NOW + second * SECOND)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 3, 1, 2, 1, 1]


async def test_running_jobs_count(store: JobStore) -> None:
    """A user with a running job comes after a user without one."""
    await submitting(store, 1)
    await queued(store, 1, now=NOW + SECOND)
    await queued(store, 2, now=NOW + 2 * SECOND)
    assert await claimed_users(store, UNLIMITED) == [2, 1]


async def test_a_new_user_joins_the_current_turn(store: JobStore) -> None:
    """A new user's first job goes before the remaining jobs of a user who is being served; then both take turns."""
    for second in range(6):
        await queued(store, 1, now=NOW + second * SECOND)
    for _ in range(3):
        assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW)
    for second in range(2):
        await queued(store, 2, now=NOW + (10 + second) * SECOND)
    assert await claimed_users(store, UNLIMITED) == [2, 1, 2, 1, 1]


async def test_an_ended_job_gives_its_user_no_advantage(store: JobStore) -> None:
    """A new user waits for at most one job of each other user, even while jobs end."""
    limits = replace(UNLIMITED, max_in_flight=3)
    users = range(1, 11)
    for second in range(10):
        for user_id in users:
            await queued(store, user_id, now=NOW + second * SECOND + user_id * MICROSECOND)
    running = [await claim_next(store, limits, DEADLINE, now=NOW) for _ in range(3)]
    accepted = await accept(store, 99, limits, now=NOW + 60 * SECOND)
    assert accepted
    claimed = []
    while 99 not in claimed:
        done = running.pop(0)
        assert done
        assert await store.finish(done.id, failure(done), now=NOW)
        running.append(await claim_next(store, limits, DEADLINE, now=NOW))
        assert running[-1]
        claimed.append(running[-1].origin.user_id)
    assert claimed == [4, 5, 6, 7, 8, 9, 10, 99]
    assert accepted.place == len(claimed)


async def test_jobs_of_the_same_microsecond(store: JobStore) -> None:
    """Jobs accepted in the same microsecond are claimed one by one, and none is skipped."""
    ids = {(await queued(store, user_id)).id for user_id in (1, 1, 1, 2, 2)}
    jobs = [await claim_next(store, UNLIMITED, DEADLINE, now=NOW) for _ in range(6)]
    assert {job.id for job in jobs if job is not None} == ids
    assert jobs[-1] is None


async def test_the_limit_of_jobs_in_flight(store: JobStore) -> None:
    """The limit holds until a job ends, which lets one more start."""
    limits = replace(UNLIMITED, max_in_flight=3)
    for user_id in range(5):
        await queued(store, user_id)
    first = await claim_next(store, limits, DEADLINE, now=NOW)
    assert first
    assert len(await claimed_users(store, limits)) == 2
    assert await store.finish(first.id, failure(first), now=NOW)
    assert len(await claimed_users(store, limits)) == 1


async def test_the_limit_of_running_jobs_per_user(store: JobStore) -> None:
    """A user's limit holds and does not delay other users."""
    limits = replace(UNLIMITED, max_running_per_user=2)
    for second, user_id in enumerate((1, 1, 1, 1, 2)):
        await queued(store, user_id, now=NOW + second * SECOND)
    assert await claimed_users(store, limits) == [1, 2, 1]
    assert await claimed_users(store, replace(limits, max_running_per_user=3)) == [1]


async def test_the_limit_of_queued_jobs_per_user(store: JobStore) -> None:
    """A job over the limit is rejected and leaves no row; started jobs do not count."""
    limits = replace(UNLIMITED, max_queued_per_user=2)
    assert await accept(store, 1, limits)
    assert await accept(store, 1, limits)
    assert await accept(store, 1, limits) is None
    assert await accept(store, 2, limits)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 1]
    assert await accept(store, 1, limits)


# --- submissions without an answer -----------------------------------------------------------------------


async def test_a_submission_without_an_answer_frees_its_slot(store: JobStore) -> None:
    """It counts as in flight until SLOT_HELD_AT_MOST has passed, for all limits and for the place."""
    one = Limits(max_in_flight=1, max_running_per_user=1, max_queued_per_user=10)
    await submitting(store)
    freed = NOW + SLOT_HELD_AT_MOST
    waiting = await accept(store, 1, one, now=freed - MICROSECOND)
    assert waiting
    assert waiting.place == 1
    assert await claim_next(store, one, DEADLINE, now=freed - MICROSECOND) is None
    claimed = await claim_next(store, one, DEADLINE, now=freed)
    assert claimed
    assert claimed.id == waiting.job.id


async def test_the_place_considers_freed_slots(store: JobStore) -> None:
    """A job accepted after a slot was freed starts at once."""
    await submitting(store)
    accepted = await accept(store, 1, replace(UNLIMITED, max_in_flight=1), now=NOW + SLOT_HELD_AT_MOST)
    assert accepted
    assert accepted.place == 0
    assert accepted.job.card is CardState.PAINTING


async def test_a_running_job_holds_its_slot(store: JobStore) -> None:
    """A job with a known task counts until it ends, however long it takes."""
    job = await submitting(store)
    await store.mark_running(job, "task", next_lookup_at=NOW)
    await queued(store, 2)
    assert await claim_next(store, replace(UNLIMITED, max_in_flight=1), DEADLINE, now=NOW + timedelta(days=1)) is None


# --- bursts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limits", [UNLIMITED, Limits(3, 2, 4), Limits(1, 1, 1)], ids=["roomy", "some at a time", "one at a time"]
)
async def test_a_burst_has_the_places_of_single_requests(limits: Limits, store: JobStore) -> None:
    """Requests saved in one transaction get the same places, limits and turns as one after the other."""
    users = [1, 2, 1, 1, 3, 1, 1, 2, 3, 3, 1, 4]
    burst = [accept(store, user_id, limits, now=NOW + at * MICROSECOND) for at, user_id in enumerate(users)]
    queue, places = Queue(), []
    for user_id, accepted in zip(users, await asyncio.gather(*burst), strict=True):
        waiting = sum(job.origin.user_id == user_id for job in queue.waiting)
        assert (accepted is None) == (waiting >= limits.max_queued_per_user)
        if accepted:
            queue.join(accepted.job)
            places.append((accepted.place, queue.place_of(accepted.job, limits)))
    assert [place for place, _ in places] == [expected for _, expected in places]
    assert len(await claim_from_both(store, queue, UNLIMITED)) == len(places)


@pytest.mark.parametrize("steps", [0, 1, 2, 4, 8, 16, 32])
async def test_a_cancelled_request_does_not_block_the_others(steps: int, store: JobStore) -> None:
    """However far the saving of a burst has come when one request is cancelled, the others get an answer."""
    first, cancelled, other = [asyncio.create_task(queued(store, user_id)) for user_id in (1, 2, 3)]
    await first
    for _ in range(steps):
        await asyncio.sleep(0)
    cancelled.cancel()
    results = await asyncio.gather(cancelled, other, return_exceptions=True)
    assert isinstance(results[0], Job | asyncio.CancelledError)
    assert isinstance(results[1], Job)
    await queued(store, 4)
    assert {1, 3, 4} <= set(await claimed_users(store, UNLIMITED))


async def test_a_failed_request_does_not_affect_the_others(store: JobStore) -> None:
    """Only the failed request of a burst gets an error."""
    burst = [queued(store, 1), queued(store, 2), queued(store, 3, model=object()), queued(store, 4)]
    done = await asyncio.gather(*burst, return_exceptions=True)
    assert [isinstance(result, Job) for result in done] == [True, True, False, True]
    assert isinstance(done[2], StoreUnavailable)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 4]


# --- the rule and the place, compared with a model ---------------------------------------------------------


@dataclass
class Queue:
    """A model of the rule in plain Python: the queued jobs, oldest first, and those at the API."""

    waiting: list[Job] = field(default_factory=list)
    at_the_api: list[Job] = field(default_factory=list)

    def join(self, job: Job) -> None:
        """Add a job, with the turn that is being served or the one after its user's last."""
        served = [job.turn for job in self.at_the_api] or [min([job.turn for job in self.waiting] or [0])]
        own = [other.turn for other in self.waiting + self.at_the_api if other.origin.user_id == job.origin.user_id]
        assert job.turn == max(served + [turn + 1 for turn in own])
        self.waiting.append(job)

    def claim(self, limits: Limits) -> Job | None:
        """Take the next job by the rule: the lowest turn, then the oldest."""
        running = Counter(job.origin.user_id for job in self.at_the_api)
        free = [job for job in self.waiting if running[job.origin.user_id] < limits.max_running_per_user]
        if not free or len(self.at_the_api) >= limits.max_in_flight:
            return None
        chosen = min(free, key=lambda job: job.turn)  # of equal turns the first, which is the oldest
        self.waiting.remove(chosen)
        self.at_the_api.append(chosen)
        return chosen

    def place_of(self, job: Job, limits: Limits) -> int:
        """Return 0 if the job may start at once, else its number of claims without limits."""
        return 0 if self.claims_until(job, limits) else self.claims_until(job, UNLIMITED)

    def claims_until(self, job: Job, limits: Limits) -> int:
        """Return after how many claims the job is claimed while no job ends, 0 for never."""
        queue = Queue([*self.waiting], [*self.at_the_api])
        count = 0
        while claimed := queue.claim(limits):
            count += 1
            if claimed.id == job.id:
                return count
        return 0


ANY_LIMITS = st.builds(Limits, st.integers(1, 8), st.integers(1, 4), st.integers(1, 6))
ACCEPT, CLAIM, FINISH, REQUEUE = "accept", "claim", "finish", "requeue"
USERS = st.integers(1, 4)
WHICH = st.integers(0, 7)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(ACCEPT), USERS),
        st.tuples(st.just(ACCEPT), USERS),
        st.tuples(st.sampled_from([CLAIM, FINISH, REQUEUE]), WHICH),
    ),
    max_size=40,
)


@given(limits=ANY_LIMITS, steps=STEPS, last=USERS)
@settings(deadline=None, max_examples=60)
async def test_the_place_is_correct(limits: Limits, steps: list[tuple[str, int]], last: int) -> None:
    """A job with place p starts after exactly p - 1 queued jobs if no new jobs arrive.

    Place 0 means that it starts at once under the limits. Any other place ignores the limit of its user. Until the
    job starts, the store and the model claim the same jobs.
    """
    with tempfile.TemporaryDirectory() as directory:
        async with JobStore(f"sqlite:///{Path(directory, 'jobs.db')}") as store:
            queue = await perform(store, limits, steps)
            accepted = await accept(store, last, replace(limits, max_queued_per_user=100), now=NOW + 60 * SECOND)
            assert accepted
            queue.join(accepted.job)
            before = [job.id for job in queue.waiting + queue.at_the_api]
            at_once = await claim_from_both(store, queue, limits)
            assert (accepted.job.id in at_once) == (accepted.place == 0)
            assert accepted.job.card is (CardState.QUEUED if accepted.place else CardState.PAINTING)
            if accepted.place:
                in_turn = at_once + await claim_from_both(store, queue, UNLIMITED)
                assert in_turn.index(accepted.job.id) == accepted.place - 1
            assert sorted(before) == sorted(job.id for job in queue.waiting + queue.at_the_api)


async def perform(store: JobStore, limits: Limits, steps: list[tuple[str, int]]) -> Queue:
    """Perform random steps in the store and in the model, and compare the places."""
    queue = Queue()
    for number, (step, which) in enumerate(steps):
        now = NOW + number * SECOND
        if step == ACCEPT:
            accepted = await accept(store, which, limits, now=now)
            mine = [job for job in queue.waiting if job.origin.user_id == which]
            assert (accepted is None) == (len(mine) >= limits.max_queued_per_user)
            if accepted:
                queue.join(accepted.job)
                assert accepted.place == queue.place_of(accepted.job, limits)
        elif step == CLAIM:
            await claim_from_both(store, queue, limits, at_most=1)
        elif queue.at_the_api:
            job = queue.at_the_api.pop(which % len(queue.at_the_api))
            if step == FINISH:
                assert await store.finish(job.id, failure(job), now=now)
            else:
                reason = failure(job).failure
                assert reason
                assert await store.requeue(await fresh(store, job), reason, failed=False)
                queue.waiting = sorted([*queue.waiting, job], key=lambda job: job.accepted_at)
    return queue


async def claim_from_both(store: JobStore, queue: Queue, limits: Limits, *, at_most: int = 1000) -> list[str]:
    """Claim in the store and in the model, and compare, until there is nothing to claim."""
    ids: list[str] = []
    while len(ids) < at_most:
        claimed, expected = await claim_next(store, limits, DEADLINE, now=NOW + SECOND), queue.claim(limits)
        assert (claimed and claimed.id) == (expected and expected.id)
        if claimed is None:
            break
        ids.append(claimed.id)
    return ids
