"""Who is next: everybody's first before anybody's second; and whether the place they read is true."""

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
from flux_bot.store.queue import SLOT_HELD_BY_UNKNOWN
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
    """Accept a plain job; None if too many of the user's are queued."""
    try:
        return await store.admission.accept(new_job(image_request(), origin(user_id), limits, now))
    except RequestRejected:
        return None


async def claimed_users(store: JobStore, limits: Limits, *, now: datetime = NOW) -> list[int]:
    """Claim as long as there is something to claim; return whose jobs they were, in turn."""
    users = []
    while job := await claim_next(store, limits, DEADLINE, now=now):
        users.append(job.origin.user_id)
    return users


# --- the rule and the limits, by example -----------------------------------------------------------------


async def test_the_oldest_goes_first_among_equals(store: JobStore) -> None:
    """Within a turn, age decides, whatever the user's id."""
    for minute, user_id in enumerate((3, 1, 2)):
        await queued(store, user_id, now=NOW + timedelta(minutes=minute))
    assert await claimed_users(store, UNLIMITED) == [3, 1, 2]


async def test_a_microsecond_is_older(store: JobStore) -> None:
    """The smallest difference in age counts."""
    await queued(store, 1, now=NOW + MICROSECOND)
    await queued(store, 2, now=NOW)
    assert await claimed_users(store, UNLIMITED) == [2, 1]


async def test_users_take_turns(store: JobStore) -> None:
    """Who asks for many at once does not keep others waiting."""
    for second, user_id in enumerate((1, 1, 1, 1, 2, 2, 3)):
        await queued(store, user_id, now=NOW + second * SECOND)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 3, 1, 2, 1, 1]


async def test_who_has_something_running_comes_after_who_has_nothing(store: JobStore) -> None:
    """What runs already counts, not only what is claimed now."""
    await submitting(store, 1)
    await queued(store, 1, now=NOW + SECOND)
    await queued(store, 2, now=NOW + 2 * SECOND)
    assert await claimed_users(store, UNLIMITED) == [2, 1]


async def test_a_newcomer_has_the_turn_that_is_being_served(store: JobStore) -> None:
    """They come before what somebody who is being served has asked for besides, and then take turns."""
    for second in range(6):
        await queued(store, 1, now=NOW + second * SECOND)
    for _ in range(3):
        assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW)
    for second in range(2):
        await queued(store, 2, now=NOW + (10 + second) * SECOND)
    assert await claimed_users(store, UNLIMITED) == [2, 1, 2, 1, 1]


async def test_whose_job_has_ended_does_not_pass_a_newcomer(store: JobStore) -> None:
    """With long backlogs of many a newcomer is served after one of each, though all the time jobs end."""
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


async def test_jobs_of_the_same_moment_all_have_their_turn(store: JobStore) -> None:
    """Jobs that were accepted in the same microsecond are claimed one by one, none is left behind."""
    ids = {(await queued(store, user_id)).id for user_id in (1, 1, 1, 2, 2)}
    jobs = [await claim_next(store, UNLIMITED, DEADLINE, now=NOW) for _ in range(6)]
    assert {job.id for job in jobs if job is not None} == ids
    assert jobs[-1] is None


async def test_no_more_run_than_may(store: JobStore) -> None:
    """The limit for all holds until one of them ends, and then lets one more start."""
    limits = replace(UNLIMITED, max_in_flight=3)
    for user_id in range(5):
        await queued(store, user_id)
    first = await claim_next(store, limits, DEADLINE, now=NOW)
    assert first
    assert len(await claimed_users(store, limits)) == 2
    assert await store.finish(first.id, failure(first), now=NOW)
    assert len(await claimed_users(store, limits)) == 1


async def test_no_more_of_one_user_run_than_may(store: JobStore) -> None:
    """The limit for one user holds, and does not hold up the others."""
    limits = replace(UNLIMITED, max_running_per_user=2)
    for second, user_id in enumerate((1, 1, 1, 1, 2)):
        await queued(store, user_id, now=NOW + second * SECOND)
    assert await claimed_users(store, limits) == [1, 2, 1]
    assert await claimed_users(store, replace(limits, max_running_per_user=3)) == [1]


async def test_no_more_of_one_user_wait_than_may(store: JobStore) -> None:
    """One more is refused and leaves no row; what has started no longer counts as waiting."""
    limits = replace(UNLIMITED, max_queued_per_user=2)
    assert await accept(store, 1, limits)
    assert await accept(store, 1, limits)
    assert await accept(store, 1, limits) is None
    assert await accept(store, 2, limits)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 1]
    assert await accept(store, 1, limits)


# --- submissions without an answer -----------------------------------------------------------------------


async def test_a_submission_without_an_answer_gives_its_slot_back(store: JobStore) -> None:
    """It counts as in flight until SLOT_HELD_BY_UNKNOWN has passed, for all limits and for the place."""
    one = Limits(max_in_flight=1, max_running_per_user=1, max_queued_per_user=10)
    await submitting(store)
    freed = NOW + SLOT_HELD_BY_UNKNOWN
    waiting = await accept(store, 1, one, now=freed - MICROSECOND)
    assert waiting
    assert waiting.place == 1
    assert await claim_next(store, one, DEADLINE, now=freed - MICROSECOND) is None
    claimed = await claim_next(store, one, DEADLINE, now=freed)
    assert claimed
    assert claimed.id == waiting.job.id


async def test_the_place_knows_of_slots_given_back(store: JobStore) -> None:
    """A job that is accepted when the slot is free again starts at once."""
    await submitting(store)
    accepted = await accept(store, 1, replace(UNLIMITED, max_in_flight=1), now=NOW + SLOT_HELD_BY_UNKNOWN)
    assert accepted
    assert accepted.place == 0
    assert accepted.job.card is CardState.PAINTING


async def test_a_running_job_keeps_its_slot(store: JobStore) -> None:
    """A task that is known to run counts until it ends, however long it takes."""
    job = await submitting(store)
    await store.mark_running(job, "task", next_lookup_at=NOW)
    await queued(store, 2)
    assert await claim_next(store, replace(UNLIMITED, max_in_flight=1), DEADLINE, now=NOW + timedelta(days=1)) is None


# --- bursts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limits", [UNLIMITED, Limits(3, 2, 4), Limits(1, 1, 1)], ids=["roomy", "some at a time", "one at a time"]
)
async def test_a_burst_is_placed_as_if_one_came_after_the_other(limits: Limits, store: JobStore) -> None:
    """Requests that are saved together have the places, the limits and the turns they would have had alone."""
    users = [1, 2, 1, 1, 3, 1, 1, 2, 3, 3, 1, 4]
    burst = [accept(store, user_id, limits, now=NOW + at * MICROSECOND) for at, user_id in enumerate(users)]
    queue, places = Queue(), []
    for user_id, accepted in zip(users, await asyncio.gather(*burst), strict=True):
        waiting = sum(job.origin.user_id == user_id for job in queue.waiting)
        assert (accepted is None) == (waiting >= limits.max_queued_per_user)
        if accepted:
            queue.join(accepted.job)
            places.append((accepted.place, queue.place_of(accepted.job, limits)))
    assert [told for told, _ in places] == [true for _, true in places]
    assert len(await claims_of(store, queue, UNLIMITED)) == len(places)


@pytest.mark.parametrize("steps", [0, 1, 2, 4, 8, 16, 32])
async def test_whoever_leaves_keeps_nobody_waiting(steps: int, store: JobStore) -> None:
    """However far the saving of a burst has come when one of it is cancelled, the others get an answer."""
    first, leaver, other = [asyncio.create_task(queued(store, user_id)) for user_id in (1, 2, 3)]
    await first
    for _ in range(steps):
        await asyncio.sleep(0)
    leaver.cancel()
    left, told = await asyncio.gather(leaver, other, return_exceptions=True)
    assert isinstance(left, Job | asyncio.CancelledError)
    assert isinstance(told, Job)
    await queued(store, 4)
    assert {1, 3, 4} <= set(await claimed_users(store, UNLIMITED))


async def test_a_request_that_cannot_be_saved_leaves_the_others_alone(store: JobStore) -> None:
    """Only its own user is told, though it was saved together with others."""
    burst = [queued(store, 1), queued(store, 2), queued(store, 3, model=object()), queued(store, 4)]
    done = await asyncio.gather(*burst, return_exceptions=True)
    assert [isinstance(result, Job) for result in done] == [True, True, False, True]
    assert isinstance(done[2], StoreUnavailable)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 4]


# --- the rule and the place, against a plain model ---------------------------------------------------------


@dataclass
class Queue:
    """The rule in plain Python: who waits, in the order of age, and who is at the API."""

    waiting: list[Job] = field(default_factory=list)
    at_the_api: list[Job] = field(default_factory=list)

    def join(self, job: Job) -> None:
        """Let a job wait that has the turn being served, or the one after its user's last."""
        served = [job.turn for job in self.at_the_api] or [min([job.turn for job in self.waiting] or [0])]
        own = [other.turn for other in self.waiting + self.at_the_api if other.origin.user_id == job.origin.user_id]
        assert job.turn == max(served + [turn + 1 for turn in own])
        self.waiting.append(job)

    def claim(self, limits: Limits) -> Job | None:
        """Take the next by the rule: the lowest turn, then the oldest."""
        running = Counter(job.origin.user_id for job in self.at_the_api)
        free = [job for job in self.waiting if running[job.origin.user_id] < limits.max_running_per_user]
        if not free or len(self.at_the_api) >= limits.max_in_flight:
            return None
        chosen = min(free, key=lambda job: job.turn)  # the first of the least: the oldest
        self.waiting.remove(chosen)
        self.at_the_api.append(chosen)
        return chosen

    def place_of(self, job: Job, limits: Limits) -> int:
        """Return 0 if it is this job's turn at once, else how many claims that takes without limits."""
        return 0 if self.claims_until(job, limits) else self.claims_until(job, UNLIMITED)

    def claims_until(self, job: Job, limits: Limits) -> int:
        """Return how many claims it takes until it is this job's turn while nothing ends, 0 for never."""
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
async def test_the_place_is_true(limits: Limits, steps: list[tuple[str, int]], last: int) -> None:
    """Place p: exactly p - 1 waiting jobs are claimed before it, whatever ends meanwhile, if nothing comes.

    Place 0: it is claimed at once under the limits. Any other: it is not, and its place is what the rule alone
    says, with the limits of its user out of the way. On the way there the store claims what the plain rule claims.
    """
    with tempfile.TemporaryDirectory() as directory:
        async with JobStore(f"sqlite:///{Path(directory, 'jobs.db')}") as store:
            queue = await a_busy_day(store, limits, steps)
            accepted = await accept(store, last, replace(limits, max_queued_per_user=100), now=NOW + 60 * SECOND)
            assert accepted
            queue.join(accepted.job)
            before = [job.id for job in queue.waiting + queue.at_the_api]
            at_once = await claims_of(store, queue, limits)
            assert (accepted.job.id in at_once) == (accepted.place == 0)
            assert accepted.job.card is (CardState.QUEUED if accepted.place else CardState.PAINTING)
            if accepted.place:
                in_turn = at_once + await claims_of(store, queue, UNLIMITED)
                assert in_turn.index(accepted.job.id) == accepted.place - 1
            assert sorted(before) == sorted(job.id for job in queue.waiting + queue.at_the_api)


async def a_busy_day(store: JobStore, limits: Limits, steps: list[tuple[str, int]]) -> Queue:
    """Let jobs come, start, end and come back, in the store and in the model; each place is the model's."""
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
            await claims_of(store, queue, limits, at_most=1)
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


async def claims_of(store: JobStore, queue: Queue, limits: Limits, *, at_most: int = 1000) -> list[str]:
    """Claim in the store and in the model, which are to agree, until there is nothing to claim."""
    ids: list[str] = []
    while len(ids) < at_most:
        claimed, expected = await claim_next(store, limits, DEADLINE, now=NOW + SECOND), queue.claim(limits)
        assert (claimed and claimed.id) == (expected and expected.id)
        if claimed is None:
            break
        ids.append(claimed.id)
    return ids
