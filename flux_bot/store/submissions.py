"""Submissions to the image API as rows: which job is next, and what the API answered. Only ``dispatch`` calls this."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Failure, Job, JobStatus
from flux_bot.store.database import Database, fetch_jobs, update_returning, update_row
from flux_bot.store.queue import (
    ANY_QUEUED,
    HAS_REPLY,
    SLOT_HELD_AT_MOST,
    at_the_api,
    next_queued,
    next_queued_parameters,
    slow_after,
    usual_seconds,
)
from flux_bot.store.schema import NO_OTHER_JOB_HAS_THE_TASK, THE_JOB, UtcTime, jobs

# Statements with parameters are built once, next to the method that runs them: building one costs more than running it.
FREE_HELD_SLOT = (
    sa.update(jobs)
    .where(THE_JOB, jobs.c.slot_held_until.is_not(None))
    .values(slot_held_until=None, next_lookup_at=None)
)


class Submissions:
    """Claims jobs and saves the answers. Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # It waits for a row that another transaction is writing: that may be the only queued job.
    _CLAIM_NEXT = (
        sa.update(jobs)
        .where(
            jobs.c.id == next_queued(jobs.c.id).where(HAS_REPLY).with_for_update().scalar_subquery(),
            jobs.c.status == JobStatus.QUEUED,
        )
        .values(
            status=JobStatus.SUBMITTING,
            submitted_at=sa.bindparam("now"),
            deadline_at=sa.func.coalesce(jobs.c.deadline_at, sa.bindparam("deadline", type_=UtcTime)),
        )
        .returning(jobs)
    )

    _SET_SLOW = sa.update(jobs).where(THE_JOB).values(slow_at=sa.bindparam("is_slow_at")).returning(jobs)

    async def claim(
        self,
        at_most: int,
        limits: Limits,
        deadline: timedelta,
        *,
        now: datetime,
        reply_grace: timedelta = timedelta(0),
    ) -> list[Job]:
        """Move the next jobs to SUBMITTING, in the order of ``core/fairness.py``, as far as the limits allow.

        A job waits for Discord to accept its reply, ``reply_grace`` at most: if Discord rejects it, the job is
        withdrawn and must not be paid for.
        """

        def work(connection: sa.Connection) -> list[Job]:
            claimed: list[Job] = []
            if connection.execute(ANY_QUEUED).first() is None:
                return claimed
            running, _ = at_the_api(connection, now)
            while len(claimed) < at_most and running.total() < limits.max_in_flight:
                values = next_queued_parameters(running, limits, now, 1)
                values |= {"deadline": now + deadline, "without_reply": now - reply_grace}
                found = fetch_jobs(connection, self._CLAIM_NEXT, **values)
                if not found:
                    break
                slow_at = now + slow_after(usual_seconds(connection, found[0].request.model))
                claimed += fetch_jobs(connection, self._SET_SLOW, job=found[0].id, is_slow_at=slow_at)
                running[found[0].origin.user_id] += 1
            return claimed

        return await self._database.do_in_turn(work)

    _MARK_RUNNING = (
        sa.update(jobs)
        .where(THE_JOB, jobs.c.status == JobStatus.SUBMITTING, NO_OTHER_JOB_HAS_THE_TASK)
        .values(
            status=JobStatus.RUNNING,
            task_id=sa.bindparam("task"),
            next_lookup_at=sa.bindparam("lookup_at"),
        )
        .returning(jobs)
    )
    _SET_TASK_OF_ENDED_JOB = (
        sa.update(jobs)
        .where(
            THE_JOB,
            sa.or_(jobs.c.slot_held_until.is_not(None), jobs.c.status == JobStatus.ABANDONED),
            jobs.c.task_id.is_(None),
            NO_OTHER_JOB_HAS_THE_TASK,
        )
        .values(
            task_id=sa.bindparam("task"),
            next_lookup_at=sa.bindparam("lookup_at"),
            slot_held_until=sa.func.coalesce(jobs.c.slot_held_until, sa.bindparam("slot_until", type_=UtcTime)),
        )
    )

    async def mark_running(self, job: Job, task_id: str, *, next_lookup_at: datetime) -> Job | None:
        """Move SUBMITTING to RUNNING; None if a callback was faster or the task_id is another job's."""

        def work(connection: sa.Connection) -> Job | None:
            values = {"job": job.id, "task": task_id, "lookup_at": next_lookup_at}
            running = update_returning(connection, self._MARK_RUNNING, **values)
            if running is None:
                # Cancelled in the meantime: a look-up frees its slot. Or abandoned, as the database was away for long:
                # a look-up still finds its pictures.
                slot_until = next_lookup_at + SLOT_HELD_AT_MOST
                update_row(connection, self._SET_TASK_OF_ENDED_JOB, **values, slot_until=slot_until)
            return running

        return await self._database.do(work)

    async def requeue(self, job: Job, reason: Failure, *, failed: bool) -> Job | None:
        """Move SUBMITTING back to QUEUED, as nothing was started. The reason is kept in case the deadline passes.

        ``failed`` counts it as an internal failure of the API, as opposed to a busy API.
        """
        requeue = (
            sa.update(jobs)
            .where(
                jobs.c.id == job.id,
                jobs.c.status == JobStatus.SUBMITTING,
                jobs.c.submitted_at == job.submitted_at,  # a repeated call must not undo the next claim, which is paid
            )
            .values(
                status=JobStatus.QUEUED,
                slow_at=None,
                failed_submissions=job.failed_submissions + failed,
                failure_code=reason.code,
                failure_message=reason.message,
            )
            .returning(jobs)
        )

        def work(connection: sa.Connection) -> Job | None:
            queued = update_returning(connection, requeue)
            if queued is None:
                update_row(connection, FREE_HELD_SLOT, job=job.id)
            return queued

        return await self._database.do(work)
