"""The life of a job in the store: every status change, tried from every status."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import OUTCOME_UNKNOWN, OVERDUE, CardState, Failure, Job, JobStatus, TaskResult
from flux_bot.store.queue import SLOW_AT_FIRST, USUAL_TIME_SAMPLE
from flux_bot.store.store import JobStore, Replied
from tests.database import (
    DEADLINE,
    NO_SLOTS,
    NOW,
    SECOND,
    UNLIMITED,
    Rows,
    abandoned,
    claim_next,
    failure,
    finished,
    fresh,
    image_request,
    job_with_status,
    new_job,
    next_delivery_at,
    origin,
    queued,
    running,
    submitting,
    success,
)

BUSY = Failure("too_many_requests", "Slow down.")
LATER = NOW + timedelta(hours=1)
"""After every deadline, lease and look-up."""


@dataclass(frozen=True)
class Transition:
    """A method that changes a job's status."""

    make: Callable[[JobStore, Job], Awaitable[object]]
    """Returns a true value if the status changed."""
    sources: frozenset[JobStatus]
    target: JobStatus


TRANSITIONS = {
    "claim_next": Transition(
        lambda store, _: claim_next(store, UNLIMITED, DEADLINE, now=LATER),
        frozenset({JobStatus.QUEUED}),
        JobStatus.SUBMITTING,
    ),
    "mark_running": Transition(
        lambda store, job: store.mark_running(job, "another task", next_lookup_at=LATER),
        frozenset({JobStatus.SUBMITTING}),
        JobStatus.RUNNING,
    ),
    "requeue": Transition(
        lambda store, job: store.requeue(job, BUSY, failed=True),
        frozenset({JobStatus.SUBMITTING}),
        JobStatus.QUEUED,
    ),
    "finish with a picture": Transition(
        lambda store, job: store.finish(job.id, success(job), now=LATER),
        frozenset({JobStatus.SUBMITTING, JobStatus.RUNNING, JobStatus.ABANDONED}),
        JobStatus.FINISHED,
    ),
    "finish with a failure": Transition(
        lambda store, job: store.finish(job.id, failure(job), now=LATER),
        frozenset({JobStatus.SUBMITTING, JobStatus.RUNNING}),
        JobStatus.FINISHED,
    ),
    "abandon_overdue": Transition(
        lambda store, _: store.overdue.abandon_overdue(now=LATER),
        frozenset({JobStatus.SUBMITTING, JobStatus.RUNNING}),
        JobStatus.ABANDONED,
    ),
    "cancel": Transition(
        lambda store, job: store.cancel(job.id, now=LATER),
        frozenset({JobStatus.QUEUED, JobStatus.SUBMITTING, JobStatus.RUNNING}),
        JobStatus.CANCELLED,
    ),
}


@pytest.mark.parametrize("status", JobStatus)
@pytest.mark.parametrize("transition", TRANSITIONS.values(), ids=TRANSITIONS)
async def test_transitions(transition: Transition, status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A transition from a wrong status, or a repeated one, changes no column."""
    job = await job_with_status(store, rows, status)
    before = await rows.of(job.id)
    has_changed = bool(await transition.make(store, job))
    after = await rows.of(job.id)
    assert has_changed == (status in transition.sources)
    assert after == before if not has_changed else after["status"] == transition.target
    assert not await transition.make(store, job)
    assert await rows.of(job.id) == after


# --- QUEUED, SUBMITTING, RUNNING -----------------------------------------------------------------------


async def test_an_accepted_job_is_queued(store: JobStore, rows: Rows) -> None:
    """A new job is QUEUED, and nothing of it is due."""
    job = await queued(store)
    assert job == Job(job.id, job.callback_secret, JobStatus.QUEUED, job.request, job.origin, accepted_at=NOW)
    row = await rows.of(job.id)
    assert {name for name, value in row.items() if name.endswith("_at") and value is not None} == {
        "accepted_at",
        "token_expires_at",
    }


async def test_a_claim_sets_the_submission_time_and_the_deadline(store: JobStore, rows: Rows) -> None:
    """A claimed job has its submission time and its deadline."""
    job = await queued(store)
    claimed = await claim_next(store, UNLIMITED, DEADLINE, now=NOW + SECOND)
    assert claimed == replace(job, status=JobStatus.SUBMITTING, submitted_at=NOW + SECOND)
    assert (await rows.of(job.id))["deadline_at"] == NOW + SECOND + DEADLINE


async def test_claiming_from_an_empty_queue(store: JobStore) -> None:
    """An empty queue gives None."""
    assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW) is None


async def test_a_requeued_job_keeps_its_turn_and_its_first_deadline(store: JobStore, rows: Rows) -> None:
    """Requeueing neither puts a job behind later ones nor extends its deadline."""
    job = await submitting(store)
    await queued(store, now=NOW + SECOND)
    assert await store.requeue(job, BUSY, failed=False)
    again = await claim_next(store, UNLIMITED, DEADLINE, now=NOW + 60 * SECOND)
    assert again == replace(job, submitted_at=NOW + 60 * SECOND)
    assert (await rows.of(job.id))["deadline_at"] == NOW + DEADLINE


async def test_an_overdue_job_is_not_submitted(store: JobStore) -> None:
    """A job past its deadline is not paid for just before it is abandoned."""
    job = await submitting(store)
    await store.requeue(job, BUSY, failed=False)
    assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW + DEADLINE) is None


@pytest.mark.parametrize(("failed", "count"), [(True, 1), (False, 0)], ids=["failed", "busy"])
async def test_only_failures_of_the_api_are_counted(failed: bool, count: int, store: JobStore, rows: Rows) -> None:
    """A requeue stores its reason; a busy API does not count as a failed submission."""
    job = await submitting(store)
    requeued = await store.requeue(job, BUSY, failed=failed)
    assert requeued == await fresh(store, job) == replace(job, status=JobStatus.QUEUED, failed_submissions=count)
    row = await rows.of(job.id)
    assert (row["failure_code"], row["failure_message"]) == (BUSY.code, BUSY.message)


async def test_a_running_job_has_its_task_and_a_look_up(store: JobStore, rows: Rows) -> None:
    """A running job has its task id and the time of its first look-up."""
    job = await submitting(store)
    marked = await store.mark_running(job, "task", next_lookup_at=LATER)
    slow_at = NOW + SLOW_AT_FIRST
    assert marked == await fresh(store, job)
    assert marked == replace(job, status=JobStatus.RUNNING, task_id="task", slow_at=slow_at)
    assert (await rows.of(job.id))["next_lookup_at"] == LATER


async def test_a_callback_may_come_before_the_answer(store: JobStore) -> None:
    """A callback's result stays when the submission's answer arrives later."""
    job = await submitting(store)
    assert await store.finish(job.id, success(job), now=LATER)
    done = await fresh(store, job)
    assert done.task_id == f"task of {job.id}"
    assert not await store.mark_running(job, f"task of {job.id}", next_lookup_at=LATER)
    assert not await store.requeue(job, BUSY, failed=True)
    assert await fresh(store, job) == done


async def test_a_task_belongs_to_one_job(store: JobStore, rows: Rows) -> None:
    """Neither an answer nor a callback can give a job the task of another job."""
    first = await running(store)
    second = await submitting(store)
    before = await rows.of(second.id)
    stolen = replace(success(second), task_id=first.task_id)
    assert first.task_id
    assert not await store.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert not await store.finish(second.id, stolen, now=LATER)
    assert await rows.of(second.id) == before


# --- FINISHED ------------------------------------------------------------------------------------------


async def test_a_finished_job_has_its_result_and_is_due(store: JobStore, rows: Rows) -> None:
    """A result ends all look-ups and makes the delivery due at once."""
    job = await running(store)
    assert await store.finish(job.id, success(job), now=NOW + 7 * SECOND)
    done = await fresh(store, job)
    changed: dict[str, Any] = {
        "status": JobStatus.FINISHED,
        "result": success(job),
        "finished_at": NOW + 7 * SECOND,
        "slow_at": None,
    }
    assert done == replace(job, **changed)
    assert done.seconds_taken == 7
    row = await rows.of(job.id)
    assert (row["next_lookup_at"], row["deadline_at"], row["next_delivery_at"]) == (None, None, NOW + 7 * SECOND)


@pytest.mark.parametrize("result_of", [success, failure])
async def test_a_result_of_another_task_is_rejected(
    result_of: Callable[[Job], TaskResult], store: JobStore, rows: Rows
) -> None:
    """A job with a known task accepts no other task's result."""
    job = await running(store)
    before = await rows.of(job.id)
    assert not await store.finish(job.id, replace(result_of(job), task_id="another"), now=LATER)
    assert await rows.of(job.id) == before


async def test_a_refused_submission_has_no_task(store: JobStore) -> None:
    """A failure without a task finishes the job, which then has no task."""
    job = await submitting(store)
    assert await store.finish(job.id, TaskResult(None, failure=BUSY), now=LATER)
    assert (await fresh(store, job)).task_id is None


async def test_a_result_without_a_task_does_not_delete_the_known_one(store: JobStore) -> None:
    """A result that names no task leaves the job's task id."""
    job = await running(store)
    assert await store.finish(job.id, TaskResult(None, failure=BUSY), now=LATER)
    assert (await fresh(store, job)).task_id == job.task_id


@pytest.mark.parametrize("result_of", [success, failure])
async def test_a_requeued_job_accepts_its_callback(result_of: Callable[[Job], TaskResult], store: JobStore) -> None:
    """A task that started after all may finish its requeued job, which is not submitted again."""
    job = await submitting(store)
    await store.requeue(job, BUSY, failed=False)
    assert await store.finish(job.id, result_of(job), now=LATER)
    assert (await fresh(store, job)).result == result_of(job)
    assert await claim_next(store, UNLIMITED, DEADLINE, now=LATER) is None


async def test_a_late_picture_is_delivered_after_the_failure(store: JobStore, rows: Rows) -> None:
    """A picture of an abandoned job is due, as if the failure had not been delivered."""
    job = await abandoned(store)
    [due] = (await store.deliveries.claim(8, now=LATER, lease=SECOND, reply_grace=SECOND)).jobs
    await store.deliveries.mark_delivered(due, (20, 99), now=LATER)
    await store.deliveries.close(job.id)
    assert await store.finish(job.id, success(job), now=LATER + SECOND)
    row = await rows.of(job.id)
    assert row["status"] == JobStatus.FINISHED
    assert (row["delivered_at"], row["undelivered_at"], row["delivery_attempts"]) == (None, None, 0)
    assert row["next_delivery_at"] == LATER + SECOND
    assert (row["failure_code"], row["failure_message"]) == (None, None)
    assert (await fresh(store, job)).result == success(job)


async def test_a_late_picture_replaces_an_undelivered_failure(store: JobStore) -> None:
    """The picture of a job with an undelivered failure is due again."""
    job = await abandoned(store)
    await store.deliveries.mark_undelivered(job, now=LATER)
    assert await store.finish(job.id, success(job), now=LATER)
    assert await store.history.undelivered(1, 5) == []
    assert await next_delivery_at(store) == LATER


# --- ABANDONED -----------------------------------------------------------------------------------------


async def test_each_overdue_job_is_abandoned_for_its_own_reason(store: JobStore, rows: Rows) -> None:
    """The failure code distinguishes no answer, no result and a busy API."""
    unanswered, unfinished, unstarted = await submitting(store), await running(store), await submitting(store)
    await store.requeue(unstarted, BUSY, failed=False)
    assert sorted(await store.overdue.abandon_overdue(now=LATER)) == sorted(
        [unanswered.id, unfinished.id, unstarted.id]
    )
    reasons = {unanswered: OUTCOME_UNKNOWN, unfinished: OVERDUE, unstarted: BUSY.code}
    for job, code in reasons.items():
        given_up = await fresh(store, job)
        assert given_up.status is JobStatus.ABANDONED
        assert given_up.finished_at == LATER
        assert given_up.result
        assert given_up.result.failure
        assert given_up.result.failure.code == code
        row = await rows.of(job.id)
        assert (row["next_lookup_at"], row["deadline_at"], row["next_delivery_at"]) == (None, None, LATER)


async def test_a_deadline_is_met_to_the_microsecond(store: JobStore) -> None:
    """A job is abandoned exactly at its deadline."""
    job = await running(store)
    await running(store, deadline=DEADLINE + timedelta(microseconds=1))
    assert await store.overdue.abandon_overdue(now=NOW + DEADLINE - timedelta(microseconds=1)) == []
    assert await store.overdue.abandon_overdue(now=NOW + DEADLINE) == [job.id]


async def test_a_queued_job_has_no_deadline(store: JobStore) -> None:
    """A job that was never submitted is not abandoned, however long it is queued."""
    await queued(store)
    assert await store.overdue.abandon_overdue(now=NOW + timedelta(days=365)) == []
    assert await store.overdue.next_due_at() is None


# --- look-ups ------------------------------------------------------------------------------------------


async def test_look_ups_are_claimed_in_batches(store: JobStore) -> None:
    """The longest due come first, up to the limit; a claimed look-up is postponed."""
    at = [NOW + number * SECOND for number in (3, 1, 2, 60)]
    third, first, second, early = [await running(store, lookup_at=due) for due in at]
    now, again = NOW + 5 * SECOND, NOW + 20 * SECOND
    assert await store.overdue.claim_lookups(2, now=now, again_at=again) == {
        first.task_id: first.id,
        second.task_id: second.id,
    }
    assert await store.overdue.claim_lookups(50, now=now, again_at=again) == {third.task_id: third.id}
    assert await store.overdue.claim_lookups(50, now=now, again_at=again) == {}
    assert len(await store.overdue.claim_lookups(50, now=again, again_at=LATER)) == 3
    assert await store.overdue.next_due_at() == NOW + 60 * SECOND
    assert await store.overdue.claim_lookups(50, now=NOW + 60 * SECOND, again_at=LATER) == {early.task_id: early.id}


@pytest.mark.parametrize("status", JobStatus)
async def test_only_running_jobs_are_looked_up(status: JobStatus, store: JobStore, rows: Rows) -> None:
    """A job that is not RUNNING is not looked up, even with a look-up time in its row, unless it holds a slot."""
    job = await job_with_status(store, rows, status)
    await rows.put(job.id, next_lookup_at=NOW)
    assert bool(await store.overdue.claim_lookups(50, now=LATER, again_at=LATER)) == (status is JobStatus.RUNNING)


async def test_next_due_is_the_earliest(store: JobStore) -> None:
    """The next look-up or deadline of any job is returned; None if no job is at the API."""
    assert await store.overdue.next_due_at() is None
    unanswered = await submitting(store, deadline=DEADLINE)
    assert await store.overdue.next_due_at() == NOW + DEADLINE
    looked_up = await running(store, lookup_at=NOW + 90 * SECOND)
    assert await store.overdue.next_due_at() == NOW + 90 * SECOND
    await store.finish(looked_up.id, success(looked_up), now=NOW)
    assert await store.overdue.next_due_at() == NOW + DEADLINE
    await store.requeue(unanswered, BUSY, failed=False)
    assert await store.overdue.next_due_at() == NOW + DEADLINE
    await store.overdue.abandon_overdue(now=LATER)
    assert await store.overdue.next_due_at() is None


# --- cards and usual times -----------------------------------------------------------------------------


async def test_a_reply_changes_nothing_else(store: JobStore, rows: Rows) -> None:
    """set_reply writes only the status card's message id."""
    job = await queued(store)
    before = await rows.of(job.id)
    assert await store.set_reply(job.id, 5) == Replied(undelivered=0, is_due=False)
    assert await rows.of(job.id) == before | {"reply_message_id": 5}


@pytest.mark.parametrize(
    ("limits", "paused", "card"),
    [
        (UNLIMITED, False, CardState.PAINTING),
        (UNLIMITED, True, CardState.BUSY),
        (NO_SLOTS, False, CardState.QUEUED),
        (NO_SLOTS, True, CardState.QUEUED),
    ],
)
async def test_the_card_of_a_new_job_says_what_it_waits_for(
    limits: Limits, paused: bool, card: CardState, store: JobStore
) -> None:
    """The first of these applies: queued, API busy, painting."""
    accepted = await store.admission.accept(new_job(image_request(), origin(), limits, NOW, paused=paused))
    assert accepted.job.card is card
    assert (await fresh(store, accepted.job)).card is card


@pytest.mark.parametrize("card", CardState)
async def test_the_state_of_the_card_is_stored(card: CardState, store: JobStore, rows: Rows) -> None:
    """Claiming a card stores its state and changes nothing else."""
    job = await queued(store)
    before = await rows.of(job.id)
    assert await store.claim_card(job, card, now=NOW, lease=SECOND)
    await store.release_card(job.id)
    assert await fresh(store, job) == replace(job, card=card)
    assert await rows.of(job.id) == before | {"card": card}


async def test_the_usual_time_is_the_median_of_the_last_pictures_of_a_model(store: JobStore) -> None:
    """Older jobs, other models, and failed or abandoned jobs do not count."""
    assert await store.usual_seconds("flux-dev") is None
    for number in range(USUAL_TIME_SAMPLE + 10):  # the first ten take no time, then 1 s, 2 s ... 50 s
        seconds = max(0, number - 9)
        now = NOW + number * timedelta(hours=1)
        await finished(store, now=now, finished_at=now + seconds * SECOND)
    await finished(store, finished_at=LATER, model="flux-2-max")
    broken = await running(store, now=NOW + timedelta(days=9))
    await store.finish(broken.id, failure(broken), now=NOW + timedelta(days=10))
    await abandoned(store, now=NOW + timedelta(days=11))
    assert await store.usual_seconds("flux-dev") == 26
    assert await store.usual_seconds("flux-2-max") == 3600
    for limits, usual_seconds in ((UNLIMITED, 26), (NO_SLOTS, None)):  # a queued job has no usual time
        accepted = await store.admission.accept(new_job(broken.request, broken.origin, limits, NOW))
        assert accepted.usual_seconds == usual_seconds


async def test_old_jobs_are_pruned(store: JobStore) -> None:
    """The oldest jobs are deleted first, in batches; jobs with something left to do stay."""
    old = [await finished(store, finished_at=NOW + number * SECOND) for number in range(3)]
    for job in old:
        await store.deliveries.mark_delivered(job, (20, 99), now=NOW)
        await store.deliveries.close(job.id)
    not_delivered_yet = await finished(store)
    undelivered = await finished(store)
    await store.deliveries.mark_undelivered(undelivered, now=NOW)
    not_notified = await abandoned(store)
    waiting = await queued(store)
    assert await store.overdue.prune(2, before=LATER) == 2
    assert [await store.history.job(job.id) for job in old] == [None, None, await fresh(store, old[2])]
    assert await store.overdue.prune(2, before=NOW + 2 * SECOND) == 0
    assert await store.overdue.prune(2, before=LATER) == 1
    for job in (not_delivered_yet, undelivered, not_notified, waiting):
        assert await store.history.job(job.id)


async def test_after_a_start_every_look_up_is_due(store: JobStore) -> None:
    """look_up_now makes every planned look-up due, and adds none."""
    later = NOW + timedelta(hours=1)
    waiting = [await running(store, lookup_at=later) for _ in range(3)]
    ended = await running(store, lookup_at=later)
    assert await store.finish(ended.id, success(ended), now=NOW)
    await store.overdue.look_up_now(now=NOW)
    claimed = await store.overdue.claim_lookups(50, now=NOW, again_at=later)
    assert claimed == {job.task_id: job.id for job in waiting}
