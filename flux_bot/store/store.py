"""JobStore: the jobs as rows, each status moved once by a conditional UPDATE.

Everything that must survive a crash is here and nowhere else. A lease is a time: ``next_delivery_at`` says when
a finished job may be taken up, so a claim pushes it ahead and a process that dies merely lets it pass.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import (
    AT_THE_API,
    CANCELLED,
    CANCELLED_PAID,
    CardState,
    Failure,
    Job,
    JobStatus,
    TaskResult,
)
from flux_bot.metrics import Metrics
from flux_bot.store import statements
from flux_bot.store.admission import AcceptedJob, Admission, NewJob
from flux_bot.store.database import Database, fetch_jobs, serialise, update_returning, update_row
from flux_bot.store.history import JobHistory
from flux_bot.store.notifications import Loop
from flux_bot.store.overdue import NOTHING_OVERDUE, Overdue, earliest
from flux_bot.store.queue import (
    SLOT_HELD_BY_UNKNOWN,
    JobCounts,
    at_the_api,
    count_open_jobs,
    slow_after,
    usual_seconds,
    who_may_start,
)
from flux_bot.store.schema import jobs, notes


@dataclass(frozen=True, slots=True)
class Replied:
    """What to do once Discord shows a job's status card."""

    undelivered: int
    """How many jobs its user could fetch."""
    is_due: bool
    """Its result is there already, and waited for the card."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of a callback."""

    is_ours: bool
    """Whether it is the API's own call for this very job."""
    finished: Job | None = None
    """None when the job had its result already."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Jobs to deliver."""

    jobs: Sequence[Job]
    next_at: datetime | None
    """When the next of all deliveries is due, None when nothing waits."""


class JobStore:
    """The jobs in a database; use it as an async context manager. Every method is one transaction.

    Each raises StoreUnavailable when the database does not do it.
    """

    def __init__(self, url: str, metrics: Metrics | None = None) -> None:
        """Take a plain ``sqlite:///path`` or ``postgresql://`` address, and where to time the transactions."""
        self._database = Database(url, metrics or Metrics())
        self._admission = Admission(self._database)
        self.overdue = Overdue(self._database)
        """What has to be chased."""
        self.history = JobHistory(self._database)
        """What people ask about their own pictures."""

    async def __aenter__(self) -> Self:
        """Open the database, see ``Database``."""
        await self._database.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._database.__aexit__(kind, error, trace)

    # --- accept ------------------------------------------------------------------------------------

    async def accept(self, asked: NewJob) -> AcceptedJob | None:
        """Save a new job as QUEUED; None when its user already has too many waiting, or it is not wanted any more."""
        return await self._admission.save(asked)

    async def set_reply(self, job_id: str, message_id: int) -> Replied:
        """Keep the status card's message id: Discord has taken the reply."""

        def work(connection: sa.Connection) -> Replied:
            reply = {"job": job_id, "reply_message_id": message_id}
            row = connection.execute(statements.REPLIED, reply).one_or_none()
            if row is None:
                return Replied(undelivered=0, is_due=False)
            undelivered = connection.execute(statements.COUNT_UNDELIVERED, {"user": row.user_id}).scalar_one()
            return Replied(undelivered, is_due=row.next_delivery_at is not None)

        return await self._database.do(work)

    async def usual_seconds(self, model: str) -> float | None:
        """Return the median time of the model's last jobs, None while there are none."""
        return await self._database.do(lambda connection: usual_seconds(connection, model))

    # --- dispatch ----------------------------------------------------------------------------------

    async def claim_next(self, limits: Limits, deadline: timedelta, *, now: datetime) -> Job | None:
        """Move the next job to SUBMITTING: by turn (see ``fairness.py``), past users who have enough running.

        Returns None when nothing waits or the limits are reached.
        """

        def work(connection: sa.Connection) -> Job | None:
            if connection.execute(statements.ANY_WAITING).first() is None:
                return None  # as most often: nobody needs to be kept from counting
            serialise(connection)
            running, _ = at_the_api(connection, now)
            if sum(running.values()) >= limits.max_in_flight:
                return None
            values = who_may_start(running, limits, now, 1) | {"deadline": now + deadline}
            return next(iter(fetch_jobs(connection, statements.CLAIM_NEXT, **values)), None)

        return await self._database.do(work)

    async def mark_running(self, job: Job, task_id: str, *, next_lookup_at: datetime) -> Job | None:
        """Move SUBMITTING to RUNNING; None when a callback was faster or the task_id is another job's."""
        values = {"status": JobStatus.RUNNING, "task_id": task_id, "next_lookup_at": next_lookup_at}

        def work(connection: sa.Connection) -> Job | None:
            patience = slow_after(usual_seconds(connection, job.request.model))
            slow_at = (job.submitted_at or job.accepted_at) + patience
            running = update_returning(
                connection, statements.MARK_RUNNING, job.id, task=task_id, slow_at=slow_at, **values
            )
            if running is None:
                loose = {"task_id": task_id, "next_lookup_at": next_lookup_at}
                update_row(connection, statements.NOTE_HELD_SLOT, job.id, task=task_id, **loose)
            return running

        return await self._database.do(work)

    async def requeue(self, job: Job, reason: Failure, *, failed: bool) -> Job | None:
        """Move SUBMITTING back to QUEUED: surely nothing was started. The reason is kept for the deadline.

        ``failed`` counts it as a failure of the API on this job, rather than one of being busy.
        """
        take_back = statements.CHANGE.where(
            jobs.c.status == JobStatus.SUBMITTING,
            jobs.c.submitted_at == job.submitted_at,  # repeated, it must not undo the next claim: that is paid for
        ).returning(jobs)
        values = {
            "status": JobStatus.QUEUED,
            "failed_submissions": job.failed_submissions + failed,
            "failure_code": reason.code,
            "failure_message": reason.message,
        }

        def work(connection: sa.Connection) -> Job | None:
            waiting = update_returning(connection, take_back, job.id, **values)
            if waiting is None:
                update_row(connection, statements.FREE_HELD_SLOT, job.id)
            return waiting

        return await self._database.do(work)

    async def claim_card(self, job: Job, card: CardState, *, now: datetime, lease: timedelta) -> bool:
        """Lease the status card for an edit and note what it shows then; nothing is delivered meanwhile.

        False when the job has moved on, or another process edits its card.
        """
        claim = statements.CHANGE.where(statements.CARD_IS_FREE, jobs.c.status == job.status)
        return await self._database.change(claim, job.id, now=now, card=card, card_until=now + lease)

    async def release_card(self, job_id: str) -> None:
        """End the lease on a status card."""
        await self._database.change(statements.CHANGE, job_id, card_until=None)

    # --- receive and chase -------------------------------------------------------------------------

    async def finish(self, job_id: str, result: TaskResult, *, now: datetime) -> Job | None:
        """Move a job that has been submitted to FINISHED; None when it already was or the task is another's.

        A success still counts after the job was given up: the picture is there and paid for.
        """
        return await self._database.do(lambda connection: self._finish(connection, job_id, result, now))

    async def receive(self, job_id: str, secret: str, result: TaskResult, *, now: datetime) -> Receipt:
        """Do what ``finish`` does if the secret and the task are the job's."""

        def work(connection: sa.Connection) -> Receipt:
            row = connection.execute(statements.SECRET_OF, {"job": job_id}).one_or_none()
            expected = row.callback_secret if row else secrets.token_urlsafe(32)
            is_right = secrets.compare_digest(secret.encode(), expected.encode())
            if row is None or not is_right or row.task_id not in (None, result.task_id):
                return Receipt(is_ours=False)
            return Receipt(is_ours=True, finished=self._finish(connection, job_id, result, now))

        return await self._database.do(work)

    def _finish(self, connection: sa.Connection, job_id: str, result: TaskResult, now: datetime) -> Job | None:
        open_statuses = [JobStatus.SUBMITTING, JobStatus.RUNNING]
        if result.images:
            open_statuses.append(JobStatus.ABANDONED)
        finish = statements.FINISH
        values: dict[str, Any] = {
            "open": open_statuses,
            "now": now,
            "status": JobStatus.FINISHED,
            "trace_id": result.trace_id,
            "images": [asdict(image) for image in result.images] or None,
            "failure_code": result.failure.code if result.failure else None,
            "failure_message": result.failure.message if result.failure else None,
            "finished_at": now,
            **NOTHING_OVERDUE,
            "delivery_attempts": 0,
            "delivered_at": None,
            "undelivered_at": None,
        }
        if result.task_id is not None:
            finish = statements.FINISH_TASK
            values |= {"task": result.task_id, "task_id": result.task_id}
        finished = update_returning(connection, finish, job_id, **values)
        if finished is not None:
            self._database.notifications.notify(connection, Loop.DELIVER, Loop.DISPATCH)
        else:
            update_row(connection, statements.FREE_HELD_SLOT, job_id)
        return finished

    async def cancel(self, job_id: str, *, now: datetime) -> Job | None:
        """Move an open job to CANCELLED; None when there is no such, or its card is just being edited.

        One that is at the API is cut loose: its result will be thrown away, and until that comes it counts as in
        flight, or cancelling would be a way around the limits.
        """

        def work(connection: sa.Connection) -> Job | None:
            ended = {"status": JobStatus.CANCELLED, "finished_at": now, **NOTHING_OVERDUE}
            values = {"now": now, "was": [JobStatus.QUEUED], "failure_code": CANCELLED}
            cancelled = update_returning(connection, statements.CANCEL, job_id, **ended, **values)
            if cancelled is None:
                values |= {"was": list(AT_THE_API), "failure_code": CANCELLED_PAID}
                ended["slot_held_until"] = now + SLOT_HELD_BY_UNKNOWN
                del ended["next_lookup_at"]  # without callbacks only a look-up tells that it is over
                cancelled = update_returning(connection, statements.CANCEL, job_id, **ended, **values)
            if cancelled is not None:
                self._database.notifications.notify(connection, Loop.DISPATCH)
            return cancelled

        return await self._database.do(work)

    async def forget_token(self, job_id: str) -> None:
        """Forget the interaction token of a cancelled job: its card has changed for the last time."""
        await self._database.change(statements.CHANGE, job_id, interaction_token=None)

    # --- deliver -----------------------------------------------------------------------------------

    async def claim_deliveries(self, limit: int, *, now: datetime, lease: timedelta, reply_grace: timedelta) -> Claimed:
        """Lease finished jobs that are due, the longest waiting first.

        A job whose reply Discord has not taken yet waits for it, ``reply_grace`` at most: what replaces the
        status card must not come before it. Nor may an edit of the card come after it: a lease on that is waited for.
        """
        due: dict[str, Any] = {"now": now, "without_reply": now - reply_grace, "at_most": limit}

        def work(connection: sa.Connection) -> Claimed:
            claimed = fetch_jobs(connection, statements.CLAIM_DELIVERIES, lease_ends=now + lease, **due)
            return Claimed(claimed, next_at=earliest(connection, jobs.c.next_delivery_at))

        return await self._database.do(work)

    async def set_next_delivery(self, job_id: str, at: datetime) -> bool:
        """Extend a lease, or postpone a delivery that did not succeed."""
        return await self._database.change(statements.LEASED, job_id, next_delivery_at=at)

    async def mark_delivered(self, job: Job, place: tuple[int, int], *, now: datetime, closes: bool = False) -> None:
        """Note that the job was posted (channel, message): FINISHED becomes DELIVERED; the lease stays until ``close``.

        ``closes`` does that in the same breath, where no status card is left to remove: whoever took up such a job
        would remove its result. If a late picture has meanwhile replaced the failure that was posted, that one still
        waits, and gets to know the message that it makes obsolete.
        """
        gave_up = job.status is JobStatus.ABANDONED
        status = JobStatus.ABANDONED if gave_up else JobStatus.DELIVERED
        channel_id, message_id = place
        message = {"result_channel_id": channel_id, "result_message_id": message_id}
        posted = {"status": status, "delivered_at": now, **message}
        mark = statements.POSTED_AND_CLOSED if closes else statements.POSTED

        def work(connection: sa.Connection) -> None:
            marked = update_row(connection, mark, job.id, was=job.status, **posted)
            if gave_up and not marked:
                update_row(connection, statements.POSTED, job.id, was=JobStatus.FINISHED, **message)

        await self._database.do(work)

    async def close(self, job_id: str) -> None:
        """End the work on a delivered job: forget its interaction token, release the lease."""
        await self._database.change(statements.CLOSE, job_id)

    async def mark_undelivered(self, job: Job, *, now: datetime) -> None:
        """Put a job aside that can't be delivered anywhere, until its user fetches it."""
        await self._database.change(
            statements.POSTED,
            job.id,
            was=job.status,
            undelivered_at=now,
            next_delivery_at=None,
            interaction_token=None,
        )

    # --- together with others ----------------------------------------------------------------------

    async def listen(self, wake: Callable[[Loop], object]) -> None:
        """Call ``wake`` for what other processes write, until cancelled; see ``news.py``."""
        await self._database.notifications.listen(wake)

    async def prune(self, limit: int, *, before: datetime) -> int:
        """Delete jobs that ended before a time and are not waited for, the oldest first; returns how many."""
        old = (
            sa.select(jobs.c.id)
            .where(
                jobs.c.finished_at < before,
                jobs.c.next_delivery_at.is_(None),
                jobs.c.undelivered_at.is_(None),
                jobs.c.status.in_((JobStatus.DELIVERED, JobStatus.ABANDONED, JobStatus.CANCELLED)),
            )
            .order_by(jobs.c.finished_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        prune = sa.delete(jobs).where(jobs.c.id.in_(old.scalar_subquery()))
        return await self._database.do(lambda connection: connection.execute(prune).rowcount)

    # --- seen from outside -------------------------------------------------------------------------

    async def count_open(self) -> JobCounts:
        """Count the open jobs."""
        return await self._database.do(count_open_jobs)

    async def ping(self) -> None:
        """Return if the database answers. Raises StoreUnavailable."""
        await self._database.do(lambda connection: connection.execute(sa.select(1)))

    # --- notes -------------------------------------------------------------------------------------

    async def note(self, name: str) -> str | None:
        """Return a small fact that outlives the process, such as a hash of the published commands."""
        query = sa.select(notes.c.value).where(notes.c.name == name)
        return await self._database.do(lambda connection: connection.execute(query).scalar_one_or_none())

    async def set_note(self, name: str, value: str) -> None:
        """Keep a small fact."""

        def work(connection: sa.Connection) -> None:
            serialise(connection)
            connection.execute(sa.delete(notes).where(notes.c.name == name))
            connection.execute(sa.insert(notes).values(name=name, value=value))

        await self._database.do(work)
