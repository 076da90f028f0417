"""Claims and the image API's answers: each job gets one task, in every order of events and with several processes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flux_bot.core.capabilities import FORM_LASTS, REJECTION_LASTS
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import MODEL_REJECTED, Action, Failure, Job, JobStatus, TaskResult
from flux_bot.store.queue import SLOW_AT_FIRST
from flux_bot.store.store import JobStore
from flux_bot.store.submissions import ANSWERED_WITHIN, ClaimedJob
from tests import database as db
from tests.database import BUSY, DEADLINE, LATER, MICROSECOND, NOW, ON_POSTGRESQL, SECOND, Rows


async def test_from_the_queue_to_a_result(store: JobStore, rows: Rows) -> None:
    """Each step sets the times at which the job will be looked up, slow and overdue; a result ends them all."""

    async def due_times() -> list[Any]:
        row = await rows.of(job.id)
        return [row[name] for name in ("next_lookup_at", "slow_at", "deadline_at", "next_delivery_at")]

    assert await db.claim_next(store) is None
    job = await db.queued(store)
    assert job == Job(job.id, job.callback_secret, JobStatus.QUEUED, job.request, job.origin, accepted_at=NOW)
    assert await due_times() == [None] * 4
    claimed = await db.claim_next(store, now=NOW + SECOND)
    slow_at = NOW + SECOND + SLOW_AT_FIRST
    assert claimed == replace(job, status=JobStatus.SUBMITTING, submitted_at=NOW + SECOND, slow_at=slow_at)
    assert await due_times() == [NOW + SECOND + db.SEARCH_AFTER, slow_at, NOW + SECOND + DEADLINE, None]
    running = await store.submissions.mark_running(claimed, "task", next_lookup_at=LATER)
    assert running == replace(claimed, status=JobStatus.RUNNING, task_id="task")
    assert await due_times() == [LATER, slow_at, NOW + SECOND + DEADLINE, None]
    at = NOW + 8 * SECOND
    result = replace(db.success(job), task_id="task")
    done = await store.finish(job.id, result, now=at)
    assert done == replace(running, status=JobStatus.FINISHED, result=result, slow_at=None, finished_at=at)
    assert done.seconds_taken == 7
    assert await due_times() == [None, None, None, at]


async def test_a_requeued_job_keeps_its_turn_and_its_first_deadline(store: JobStore, rows: Rows) -> None:
    """A requeued job is not put behind later jobs, and is not paid for once its deadline has passed."""
    job = await db.submitting(store)
    await db.queued(store, 2, now=NOW + SECOND)
    assert await store.submissions.requeue(job, BUSY, failed=False)
    at = NOW + DEADLINE - MICROSECOND
    again = await db.claim_next(store, now=at)
    assert again == replace(job, submitted_at=at, slow_at=at + SLOW_AT_FIRST)
    assert (await rows.of(job.id))["deadline_at"] == NOW + DEADLINE
    assert await store.submissions.requeue(again, BUSY, failed=False)
    claimed = [await db.claim_next(store, now=NOW + DEADLINE) for _ in range(2)]
    assert [job and job.origin.user_id for job in claimed] == [2, None]


async def test_a_requeue_is_done_once(store: JobStore, rows: Rows) -> None:
    """Requeuing stores the reason, and counts unless the API was busy; a repetition does not undo another claim."""
    for failed, count in ((True, 1), (False, 0)):
        job = await db.submitting(store)
        requeued = await store.submissions.requeue(job, BUSY, failed=failed)
        assert requeued == replace(job, status=JobStatus.QUEUED, failed_submissions=count, slow_at=None)
        row = await rows.of(job.id)
        assert (row["failure_code"], row["failure_message"]) == (BUSY.code, BUSY.message)
        again = await db.claim_next(store, now=NOW + SECOND)
        assert again
        assert await store.submissions.requeue(job, BUSY, failed=failed) is None
        assert await db.fresh(store, job) == again
        await rows.clear()


async def test_claims_of_several_processes(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """Claims of one or many jobs claim each job once, and exceed neither the API's limit nor a user's."""
    limits = Limits(max_in_flight=5, max_running_per_user=2, max_queued_per_user=20)
    for at_most in (1, 3, 50):
        waiting = {(await db.queued(store, user_id)).id for user_id in (1, 1, 1, 1, 2, 2, 2, 3)}
        claims = [db.claim_queued(side, at_most, limits) for side in (store, other_store) * 5]
        claimed = await asyncio.gather(*claims)
        assert max(len(jobs) for jobs in claimed) <= at_most
        assert Counter(job.origin.user_id for jobs in claimed for job in jobs) == {1: 2, 2: 2, 3: 1}, at_most
        claimed.append(await db.claim_queued(store, 50, db.UNLIMITED))
        assert sorted(job.id for jobs in claimed for job in jobs) == sorted(waiting), at_most
        await rows.clear()


@ON_POSTGRESQL
async def test_a_claim_waits_for_a_locked_row(store: JobStore, rows: Rows) -> None:
    """The only queued job is claimed after a reply is saved, but not if its result or deadline comes meanwhile."""
    ended = {"finished_at": NOW, "deadline_at": None, "next_delivery_at": NOW}
    changes: list[dict[str, Any]] = [
        {"status": status, **ended} for status in (JobStatus.FINISHED, JobStatus.ABANDONED)
    ]
    for change in ({"reply_message_id": 5}, *changes):
        job = await db.submitting(store)
        await store.submissions.requeue(job, BUSY, failed=False)
        async with rows.held(job.id, **change):
            claim = asyncio.create_task(db.claim_next(store))
            await rows.until_blocked(claim)
        assert await claim == (None if "status" in change else replace(job, **change)), change
        assert (await db.fresh(store, job)).status is change.get("status", JobStatus.SUBMITTING)


async def test_a_task_belongs_to_one_job(store: JobStore, rows: Rows) -> None:
    """Neither an answer nor a callback can give a job the task of another job, even of a cancelled one."""
    first, second = await db.running(store), await db.submitting(store)
    assert first.task_id
    before = await rows.of(second.id)
    assert not await store.submissions.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert not await store.finish(second.id, replace(db.success(second), task_id=first.task_id), now=LATER)
    assert await rows.of(second.id) == before
    assert await store.cancel(second.id, now=NOW)
    assert not await store.submissions.mark_running(second, first.task_id, next_lookup_at=LATER)
    assert (await rows.of(second.id))["task_id"] is None


CATALOGUE = load_catalogue("")
WEEK, DAY = FORM_LASTS, REJECTION_LASTS


async def claim(store: JobStore, *, now: datetime = NOW, at_most: int = 9) -> list[ClaimedJob]:
    """Claim jobs with the shipped catalogue."""
    claims = await store.submissions.claim(
        at_most,
        db.UNLIMITED,
        DEADLINE,
        catalogue=CATALOGUE,
        now=now,
        search_after=db.SEARCH_AFTER,
        reply_grace=-WEEK,
    )
    return claims.jobs


async def accept(store: JobStore, claimed: ClaimedJob, *, now: datetime = NOW) -> None:
    """Save that the API has accepted a job."""
    task = f"task of {claimed.job.id}"
    await store.submissions.mark_running(claimed.job, task, next_lookup_at=LATER, is_first=claimed.is_first, now=now)


async def test_the_first_job_of_a_model_shows_what_is_accepted(store: JobStore, other_store: JobStore) -> None:
    """Other jobs of the model and action wait for the first answer, in all processes. It is known for a week."""
    for _ in range(3):
        await db.queued(store, size="16:9")
    other = [await db.queued(store, model="flux-2-pro"), await db.queued(store, action=Action.EDIT)]
    claims = await asyncio.gather(*(claim(side, at_most=2) for side in (store, other_store) * 3))
    first, *others = (claimed for claims in claims for claimed in claims)
    assert (first.size, first.job.size_form, first.is_first) == ("16:9", "ratios", True)
    assert sorted(claimed.job.id for claimed in others) == sorted(job.id for job in other)
    await accept(store, first)
    assert [(claimed.size, claimed.is_first) for claimed in await claim(other_store)] == [("16:9", False)] * 2
    await db.queued(store)
    assert [claimed.is_first for claimed in await claim(store, now=NOW + WEEK)] == [True]


async def test_others_wait_no_longer_than_an_answer_takes(store: JobStore) -> None:
    """A process may be killed while it waits for the first answer."""
    for _ in range(2):
        await db.queued(store)
    assert len(await claim(store)) == 1
    assert await claim(store, now=NOW + ANSWERED_WITHIN - MICROSECOND) == []
    assert len(await claim(store, now=NOW + ANSWERED_WITHIN)) == 1


async def test_a_rejected_size_is_submitted_in_the_next_form(store: JobStore, other_store: JobStore) -> None:
    """Each form is tried once; the accepted form is used for all other jobs, and only one submission is rejected."""
    jobs = [await db.queued(store, size=size) for size in ("16:9", "1344x768", "1:1")]
    (first,) = await claim(store)
    queued = await store.submissions.reject_size(first.job, BUSY, CATALOGUE, now=NOW)
    assert queued
    assert (queued.status, queued.rejected_forms) == (JobStatus.QUEUED, ("ratios",))
    (again,) = await claim(other_store)
    assert (again.job.id, again.size, again.job.size_form) == (jobs[0].id, "1344x768", "pixels")
    await accept(other_store, again)
    others = await claim(store)
    assert [claimed.size for claimed in others] == ["1344x768", "1024x1024"]
    for claimed in others:
        await accept(store, claimed)
    last = await db.queued(store)
    (claimed,) = await claim(store)
    assert claimed.job.id == last.id
    assert await store.submissions.reject_size(claimed.job, BUSY, CATALOGUE, now=NOW)  # the API has changed
    (claimed,) = await claim(store)
    assert (claimed.job.size_form, claimed.is_first) == ("ratios", True)


async def test_a_size_that_no_form_has(store: JobStore) -> None:
    """The job is not queued again, and the next one starts from the first form."""
    await db.queued(store)
    for form in ("ratios", "pixels"):
        (claimed,) = await claim(store)
        assert claimed.job.size_form == form
        queued = await store.submissions.reject_size(claimed.job, BUSY, CATALOGUE, now=NOW)
        assert bool(queued) == (form == "ratios")
    await store.finish(claimed.job.id, db.failure(claimed.job), now=NOW)
    await db.queued(store)
    assert [claimed.job.size_form for claimed in await claim(store)] == ["ratios"]


async def test_a_rejected_model_is_not_submitted_for_a_day(store: JobStore, other_store: JobStore) -> None:
    """A default model is replaced by the next one, whichever job was rejected; a chosen one fails without a request."""
    default, chosen = [await db.queued(store, model_chosen=is_chosen) for is_chosen in (False, True)]
    edited = await db.queued(store, action=Action.EDIT, model="flux-kontext-pro")
    first, edit = await claim(store)
    assert (first.job.id, edit.job.id) == (default.id, edited.id)
    queued = await store.submissions.reject_model(first.job, BUSY, CATALOGUE, now=NOW)
    assert queued
    assert queued.status is JobStatus.QUEUED
    (again,) = await claim(other_store)
    assert (again.job.request.model, again.is_first, again.has_new_model) == ("flux-2-klein", True, True)
    failed = await db.fresh(store, chosen)
    assert failed.result
    assert failed.result.failure == Failure(MODEL_REJECTED, "flux-2-klein")
    assert [due.id for due in await db.claim_deliveries(store)] == [chosen.id]
    await accept(store, again)
    await db.queued(store, model_chosen=False)
    assert [one.job.request.model for one in await claim(store, now=NOW + DAY - MICROSECOND)] == ["flux-2-klein"]
    await db.queued(store, model_chosen=False)
    assert [one.job.request.model for one in await claim(store, now=NOW + DAY)] == ["flux-dev"]


async def test_a_chosen_model_is_rejected(store: JobStore) -> None:
    """The job is not queued again; nor is one whose default has no alternative left."""
    await db.queued(store)
    (claimed,) = await claim(store)
    assert await store.submissions.reject_model(claimed.job, BUSY, CATALOGUE, now=NOW) is None
    assert (await db.fresh(store, claimed.job)).status is JobStatus.SUBMITTING
    await store.cancel(claimed.job.id, now=NOW)
    await db.queued(store, model="flux-2-pro", model_chosen=False)
    rejected = []
    queued: Job | None = claimed.job
    while queued:
        (claimed,) = await claim(store)
        rejected.append(claimed.job.request.model)
        queued = await store.submissions.reject_model(claimed.job, BUSY, CATALOGUE, now=NOW)
    others = {model.name for model in CATALOGUE.models_for(Action.GENERATE)} - {"flux-dev"}
    assert sorted(rejected) == sorted(others)
    await store.finish(claimed.job.id, db.failure(claimed.job), now=NOW)
    await db.queued(store)
    assert [one.size for one in await claim(store)] == ["1:1"], "if all were rejected, the bot tries anyway"


async def test_an_odd_size_changes_nothing_for_others(store: JobStore) -> None:
    """What the API has accepted is remembered until it accepts something else."""
    await db.queued(store, model="flux-2-pro", size="16:9")
    (first,) = await claim(store)
    await store.submissions.reject_size(first.job, BUSY, CATALOGUE, now=NOW)
    (first,) = await claim(store)
    await accept(store, first)
    odd = await db.queued(store, 2, model="flux-2-pro", size="20000x20000")
    for form in ("pixels", "ratios"):
        (claimed,) = await claim(store)
        assert (claimed.job.id, claimed.job.size_form, claimed.is_first) == (odd.id, form, form == "ratios")
        await store.submissions.reject_size(claimed.job, BUSY, CATALOGUE, now=NOW)
    for _ in range(2):
        await db.queued(store, 3, model="flux-2-pro", size="16:9")
    assert [(one.job.size_form, one.is_first) for one in await claim(store)] == [("pixels", False)] * 2


async def test_without_an_answer_nobody_waits(store: JobStore) -> None:
    """Other jobs stop waiting once it is known that there will be no answer."""
    for _ in range(2):
        await db.queued(store)
    (first,) = await claim(store)
    assert await claim(store) == []
    await store.submissions.note_no_answer(first.job)
    assert len(await claim(store)) == 1


async def test_a_late_or_repeated_answer_changes_no_later_submission(store: JobStore) -> None:
    """A late answer may belong to an earlier part whose callback was faster, or repeat a write that had succeeded."""
    for change in ("mark_running", "refuse", "requeue", "reject_size", "reject_model", "note_no_answer"):
        await db.queued(store, count=2, model_chosen=False)
        (first,) = await claim(store)
        result = replace(db.success(first.job), task_id=f"first {change}")
        assert await store.finish(first.job.id, result, now=NOW)
        (second,) = await claim(store, now=NOW + SECOND)
        before = await db.fresh(store, first.job)
        calls: dict[str, Callable[[Job], Awaitable[object]]] = {
            "mark_running": lambda job: store.submissions.mark_running(job, "first", next_lookup_at=LATER),
            "refuse": lambda job: store.finish(
                job.id, TaskResult(None, failure=BUSY), now=NOW, claimed_at=job.submitted_at
            ),
            "requeue": lambda job: store.submissions.requeue(job, BUSY, failed=True),
            "reject_size": lambda job: store.submissions.reject_size(job, BUSY, CATALOGUE, now=NOW),
            "reject_model": lambda job: store.submissions.reject_model(job, BUSY, CATALOGUE, now=NOW),
            "note_no_answer": store.submissions.note_no_answer,
        }
        assert not await calls[change](first.job), change
        assert await db.fresh(store, first.job) == before, change
        assert await store.finish(first.job.id, replace(db.success(second.job), task_id=change), now=NOW), change


async def test_a_rejection_is_the_reason_once_the_deadline_has_passed(store: JobStore) -> None:
    """A job that was waiting to try another form fails with the rejection."""
    await db.queued(store)
    (claimed,) = await claim(store)
    await store.submissions.reject_size(claimed.job, BUSY, CATALOGUE, now=NOW)
    await store.overdue.abandon_overdue(now=LATER)
    found = await db.fresh(store, claimed.job)
    assert found.result
    assert found.result.failure == BUSY


async def test_a_model_that_left_the_catalogue(store: JobStore) -> None:
    """The job is submitted as it was accepted, and nothing is recorded about the model."""
    await db.queued(store, model="of-yesterday", size="64x64")
    (claimed,) = await claim(store)
    assert (claimed.size, claimed.is_first, claimed.job.size_form) == ("64x64", False, None)
    assert await store.submissions.reject_size(claimed.job, BUSY, CATALOGUE, now=NOW) is None
