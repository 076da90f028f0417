"""Fairness: each user's first job comes before any user's second, and the place shown to the user is correct."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CardState, Failure, Job
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.queue import SLOT_HELD_AT_MOST
from flux_bot.store.store import JobStore
from tests.database import (
    MICROSECOND,
    NOW,
    ON_SQLITE,
    SECOND,
    UNLIMITED,
    Rows,
    accept,
    claim_queued,
    failure,
    fresh,
    queued,
    submitting,
)


async def try_to_accept(store: JobStore, user_id: int, limits: Limits, *, now: datetime = NOW) -> AcceptedJob | None:
    """Accept a plain job; None if the user has too many queued jobs."""
    try:
        return await accept(store, user_id, limits=limits, now=now)
    except RequestRejected:
        return None


async def claimed_users(store: JobStore, limits: Limits, *, now: datetime = NOW) -> list[int]:
    """Claim all jobs that may start and return their users in order."""
    return [job.origin.user_id for job in await claim_queued(store, 1000, limits, now=now)]


async def test_users_take_turns(store: JobStore) -> None:
    """Lower turns go first; within a turn, older jobs go first, even by a microsecond, whatever the users' ids.

    A new user's first job goes before the remaining jobs of users who are being served.
    """
    for second, user_id in enumerate((1, 1, 1, 1, 4, 3, 3)):
        await queued(store, user_id, now=NOW + second * SECOND)
    await queued(store, 2, now=NOW + 5 * SECOND - MICROSECOND)
    first = await claim_queued(store, 4, UNLIMITED, now=NOW)
    assert [job.origin.user_id for job in first] == [1, 4, 2, 3]
    for second in (10, 11):
        await queued(store, 5, now=NOW + second * SECOND)
    assert await claimed_users(store, UNLIMITED) == [5, 1, 3, 5, 1, 1]


async def test_the_limits_of_running_jobs(store: JobStore) -> None:
    """Both limits hold until a job ends, and a user at the limit does not delay other users."""
    limits = Limits(max_in_flight=4, max_running_per_user=2, max_queued_per_user=10)
    for second, user_id in enumerate((1, 1, 1, 1, 2, 3)):
        await queued(store, user_id, now=NOW + second * SECOND)
    first = await claim_queued(store, 1000, limits, now=NOW)
    assert [job.origin.user_id for job in first] == [1, 2, 3, 1]
    assert await claimed_users(store, replace(limits, max_running_per_user=10)) == []
    assert await store.finish(first[1].id, failure(first[1]), now=NOW)
    assert await claimed_users(store, limits) == []
    await queued(store, 4, now=NOW + 60 * SECOND)
    assert await claimed_users(store, limits) == [4]
    assert await store.finish(first[0].id, failure(first[0]), now=NOW)
    assert await claimed_users(store, limits) == [1]
    assert await claimed_users(store, replace(UNLIMITED, max_running_per_user=3)) == [1]


async def test_the_limit_of_queued_jobs_per_user(store: JobStore) -> None:
    """A job over the limit is rejected and leaves no row; started jobs do not count."""
    limits = replace(UNLIMITED, max_queued_per_user=2)
    accepted = [await try_to_accept(store, user_id, limits) for user_id in (1, 1, 1, 2)]
    assert [job is not None for job in accepted] == [True, True, False, True]
    assert sorted(await claimed_users(store, UNLIMITED)) == [1, 1, 2], "all are claimed, also those of the same age"
    assert await try_to_accept(store, 1, limits)


async def test_a_submission_without_an_answer_frees_its_slot(store: JobStore) -> None:
    """The job holds a slot for SLOT_HELD_AT_MOST, for both limits and the place; with a task, until the task ends."""
    freed = NOW + SLOT_HELD_AT_MOST
    job = await submitting(store)
    for limits in (replace(UNLIMITED, max_in_flight=1), replace(UNLIMITED, max_running_per_user=1)):
        for now, place in ((freed - MICROSECOND, 1), (freed, 0)):
            accepted = await accept(store, limits=limits, now=now)
            assert (accepted.place, accepted.job.card is CardState.QUEUED) == (place, place == 1)
            assert place == 0 or await claimed_users(store, limits, now=now) == []
            (claimed,) = await claim_queued(store, 2, limits, now=freed)
            assert await store.finish(claimed.id, failure(claimed), now=freed)
    assert await store.submissions.mark_running(job, "task", next_lookup_at=NOW)
    await queued(store, 2)
    assert await claimed_users(store, replace(UNLIMITED, max_in_flight=1), now=NOW + 24 * 3600 * SECOND) == []


async def test_a_burst_has_the_places_of_single_requests(store: JobStore) -> None:
    """Requests saved in one transaction get the same places, limits and turns as one after the other."""
    users = [1, 2, 1, 1, 3, 1, 1, 2, 3, 3, 1, 4]
    for limits in (UNLIMITED, Limits(3, 2, 4), Limits(1, 1, 1)):
        burst = [try_to_accept(store, user_id, limits, now=NOW + at * MICROSECOND) for at, user_id in enumerate(users)]
        queue = Queue()
        for user_id, accepted in zip(users, await asyncio.gather(*burst), strict=True):
            waiting = sum(job.origin.user_id == user_id for job in queue.waiting)
            assert (accepted is None) == (waiting >= limits.max_queued_per_user)
            if accepted:
                queue.join(accepted.job)
                assert accepted.place == queue.place_of(accepted.job, limits), limits
        await claim_from_both(store, queue, UNLIMITED)
        assert queue.waiting == []
        for job in queue.at_the_api:
            assert await store.finish(job.id, failure(job), now=NOW)


async def test_a_failed_request_does_not_affect_the_others(store: JobStore) -> None:
    """Only the failed request of a burst gets an error."""
    burst = [queued(store, 1), queued(store, 2), queued(store, 3, model=object()), queued(store, 4)]
    done = await asyncio.gather(*burst, return_exceptions=True)
    assert [isinstance(result, Job) for result in done] == [True, True, False, True]
    assert isinstance(done[2], StoreUnavailable)
    assert await claimed_users(store, UNLIMITED) == [1, 2, 4]


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
        """Return the number of claims after which the job is claimed while no job ends; 0 means never."""
        queue = Queue([*self.waiting], [*self.at_the_api])
        count = 0
        while claimed := queue.claim(limits):
            count += 1
            if claimed.id == job.id:
                return count
        return 0


ANY_LIMITS = st.builds(Limits, st.integers(1, 8), st.integers(1, 4), st.integers(1, 6))
ACCEPT, CLAIM, FINISH, REQUEUE = "accept", "claim", "finish", "requeue"
STEPS = st.tuples(st.sampled_from([ACCEPT, ACCEPT, ACCEPT, CLAIM, FINISH, REQUEUE]), st.integers(0, 7))


@ON_SQLITE
@given(limits=ANY_LIMITS, steps=st.lists(STEPS, max_size=40))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_place_is_correct(store: JobStore, rows: Rows, limits: Limits, steps: list[tuple[str, int]]) -> None:
    """A job with place p starts after exactly p - 1 queued jobs if no new jobs arrive.

    Place 0 means that it starts at once under the limits. Any other place ignores the limit of its user. The store and
    the model claim the same jobs.
    """
    await rows.clear()
    queue = Queue()
    for number, (step, which) in enumerate(steps):
        now = NOW + number * SECOND
        if step == ACCEPT:
            user_id = which % 4
            accepted = await try_to_accept(store, user_id, limits, now=now)
            mine = [job for job in queue.waiting if job.origin.user_id == user_id]
            assert (accepted is None) == (len(mine) >= limits.max_queued_per_user)
            if accepted:
                queue.join(accepted.job)
                assert accepted.place == queue.place_of(accepted.job, limits)
                assert accepted.job.card is (CardState.QUEUED if accepted.place else CardState.PAINTING)
        elif step == CLAIM:
            await claim_from_both(store, queue, limits, at_most=1)
        elif queue.at_the_api:
            job = queue.at_the_api.pop(which % len(queue.at_the_api))
            if step == FINISH:
                assert await store.finish(job.id, failure(job), now=now)
            else:
                assert await store.submissions.requeue(await fresh(store, job), Failure("api_error"), failed=False)
                queue.waiting = sorted([*queue.waiting, job], key=lambda job: job.accepted_at)
    await claim_from_both(store, queue, limits)
    await claim_from_both(store, queue, UNLIMITED)
    assert queue.waiting == []


async def claim_from_both(store: JobStore, queue: Queue, limits: Limits, *, at_most: int = 1000) -> None:
    """Claim in the store and in the model one by one, and compare, until there is nothing to claim."""
    for _ in range(at_most):
        claimed = await claim_queued(store, 1, limits, now=NOW + SECOND)
        expected = queue.claim(limits)
        assert [job.id for job in claimed] == ([expected.id] if expected else [])
        if not claimed:
            break
