"""Finds work for the reconciliation loop: tasks to look up, and overdue, slow and old jobs."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import AT_THE_API, OPEN, OUTCOME_UNKNOWN, OVERDUE, Job, JobStatus, TaskResult
from flux_bot.store.database.cleaning import PRUNED, request_cleaning
from flux_bot.store.database.database import Database, update_row
from flux_bot.store.rules.ledger import settle
from flux_bot.store.schema import IS_DELIVERABLE, THE_JOB, Credits, UtcTime, is_one_of, jobs, status_in

UNKNOWN_FOR_AT_MOST = timedelta(minutes=10)
"""How long to wait for the callback of a submission that got no response."""
ENDED_JOBS_LOOKED_UP_FOR = timedelta(hours=1)
"""How long to look up, or to search for, the task of an abandoned job."""
NOTHING_DUE: dict[str, Any] = {"next_lookup_at": None, "deadline_at": None, "slow_at": None}
"""The values for a job that has ended."""

_member = jobs.alias()
_IS_UNDER_WAY = sa.or_(_member.c.next_delivery_at.is_not(None), *(_member.c.status == status for status in OPEN))

_END_TASK_OF_ENDED_JOB = (
    sa.update(jobs)
    .where(
        THE_JOB,
        ~status_in(*OPEN),
        sa.or_(jobs.c.slot_held_until.is_not(None), jobs.c.next_lookup_at.is_not(None), jobs.c.in_doubt.is_not(None)),
    )
    .values(
        slot_held_until=None,
        next_lookup_at=None,
        in_doubt=sa.case((sa.bindparam("still_in_doubt", type_=sa.Boolean), jobs.c.in_doubt)),
        cost=sa.case(
            (sa.bindparam("late_cost", type_=Credits).is_(None), jobs.c.cost),
            else_=sa.func.coalesce(jobs.c.cost, 0) + sa.bindparam("late_cost", type_=Credits),
        ),
    )
)


def end_task(connection: sa.Connection, job_id: str, result: TaskResult | None) -> None:
    """Note that the task of an ended job has ended, too; its result is discarded. None means that no task was started.

    If there were pictures, but the API did not say what they cost, they stay in doubt.
    """
    values = {
        "late_cost": result.cost if result else None,
        "still_in_doubt": result is not None and bool(result.images) and result.cost is None,
    }
    if update_row(connection, _END_TASK_OF_ENDED_JOB, job=job_id, **values):
        settle(connection, [job_id])


class Overdue:
    """Claims overdue jobs. Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim_slow(self, limit: int, *, now: datetime) -> list[Job]:
        """Return jobs that have become slow, each once."""
        due = sa.select(jobs.c.id).where(jobs.c.slow_at <= now).order_by(jobs.c.slow_at).limit(limit)
        claim = (
            sa.update(jobs).where(is_one_of(due.with_for_update(skip_locked=True))).values(slow_at=None).returning(jobs)
        )
        return await self._database.fetch_jobs(claim)

    async def claim_lookups(self, limit: int, *, now: datetime, again_at: datetime) -> dict[str, str]:
        """Return job ids by task_id for the tasks that are due to be looked up, and postpone them to ``again_at``.

        Cancelled jobs are looked up for as long as they hold a slot at the API, other ended ones for an hour: a picture
        that was paid for is still delivered, or at least its cost is counted.
        """
        has_task = jobs.c.task_id.is_not(None)
        is_last = _is_too_late(sa.literal(again_at.timestamp()))
        claim = (
            sa.update(jobs)
            .where(is_one_of(_lookups_due(has_task, limit, now)), has_task)
            .values(next_lookup_at=sa.case((is_last, None), else_=sa.literal(again_at, UtcTime)))
            .returning(jobs.c.task_id, jobs.c.id)
        )
        return await self._database.do(lambda connection: {row.task_id: row.id for row in connection.execute(claim)})

    async def claim_searches(self, limit: int, *, now: datetime, pause: timedelta) -> list[Job]:
        """Return submitted jobs without a task_id whose tasks are due to be searched for at the API.

        Each search is followed by a pause as long as the time since the submission, at least ``pause``. After a job
        has ended, the searches go on for an hour.
        """
        has_no_task = jobs.c.task_id.is_(None)
        doubled = 2 * now.timestamp() - sa.type_coerce(jobs.c.submitted_at, sa.Double)
        soonest = (now + pause).timestamp()
        again_at = sa.case((doubled > soonest, doubled), else_=soonest)
        is_last = _is_too_late(again_at)
        claim = (
            sa.update(jobs)
            .where(is_one_of(_lookups_due(has_no_task, limit, now)), has_no_task)
            .values(next_lookup_at=sa.case((is_last, None), else_=sa.type_coerce(again_at, UtcTime)))
            .returning(jobs)
        )
        return await self._database.fetch_jobs(claim)

    async def look_up_now(self, *, now: datetime) -> None:
        """Make every look-up due now, because callbacks that arrived while no bot was running are lost."""
        # Versions that did not search for lost submissions set no time for a search.
        is_unknown = sa.and_(jobs.c.status == JobStatus.SUBMITTING, jobs.c.next_lookup_at.is_(None))
        lookups_due = sa.update(jobs).where(sa.or_(jobs.c.next_lookup_at > now, is_unknown)).values(next_lookup_at=now)
        await self._database.do(lambda connection: connection.execute(lookups_due))

    async def abandon_overdue(self, *, now: datetime) -> list[str]:
        """Move every job past its deadline to ABANDONED, due to be delivered as a failure; return their ids.

        A submission without a response is abandoned earlier, because its task may never have started.
        """
        is_partial = jobs.c.images.is_not(None)  # the pictures that exist will be delivered
        reason = sa.case(
            (is_partial, None),
            (jobs.c.status == JobStatus.SUBMITTING, OUTCOME_UNKNOWN),
            (jobs.c.status == JobStatus.RUNNING, OVERDUE),
            else_=jobs.c.failure_code,
        )
        is_overdue = sa.or_(
            jobs.c.deadline_at <= now,
            sa.and_(jobs.c.status == JobStatus.SUBMITTING, jobs.c.submitted_at <= now - UNKNOWN_FOR_AT_MOST),
        )
        overdue = sa.select(jobs.c.id).where(is_overdue, status_in(*OPEN)).with_for_update(skip_locked=True)
        abandon = (
            sa.update(jobs)
            .where(is_one_of(overdue), status_in(*OPEN))
            .values(
                status=sa.case((is_partial, JobStatus.FINISHED), else_=JobStatus.ABANDONED),
                missing=None,
                failure_code=reason,
                finished_at=now,
                next_delivery_at=now,
                **NOTHING_DUE | {"next_lookup_at": sa.case((status_in(*AT_THE_API), sa.literal(now, UtcTime)))},
            )
            .returning(jobs.c.id)
        )

        def work(connection: sa.Connection) -> list[str]:
            abandoned = list(connection.execute(abandon).scalars())
            settle(connection, abandoned)
            return abandoned

        return await self._database.do(work)

    async def prune(self, limit: int, *, before: datetime) -> int:
        """Delete jobs that have ended, delivered or not, the oldest first; return how many.

        Starred jobs stay, and so do jobs that are about to be delivered or belong to a group that is in progress.
        """
        old = (
            sa.select(jobs.c.id)
            .where(
                jobs.c.finished_at < before,
                jobs.c.next_delivery_at.is_(None),
                sa.not_(jobs.c.is_starred),
                ~status_in(*OPEN),
                ~sa.exists().where(_member.c.group_id == jobs.c.group_id, _IS_UNDER_WAY),
            )
            .order_by(jobs.c.finished_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        prune = sa.delete(jobs).where(is_one_of(old)).returning(jobs.c.id)

        def work(connection: sa.Connection) -> int:
            pruned = len(connection.execute(prune).all())
            if pruned:
                request_cleaning(connection, PRUNED)
            return pruned

        return await self._database.do(work)

    async def next_due_at(self) -> datetime | None:
        """Return when the next look-up, deadline or slow job is due; None if no job is at the API."""

        def work(connection: sa.Connection) -> datetime | None:
            times = [
                earliest(connection, column) for column in (jobs.c.next_lookup_at, jobs.c.deadline_at, jobs.c.slow_at)
            ]
            return min((at for at in times if at is not None), default=None)

        return await self._database.do(work)


def _lookups_due(condition: sa.ColumnElement[bool], limit: int, now: datetime) -> sa.Select[tuple[str]]:
    """Select the jobs with this condition whose look-ups are due, the longest due first."""
    return (
        sa.select(jobs.c.id)
        .where(jobs.c.next_lookup_at <= now, condition)
        .order_by(jobs.c.next_lookup_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _is_too_late(at: sa.ColumnElement[float]) -> sa.ColumnElement[bool]:
    """Return the condition that a job has ended and is no longer looked up at the time ``at``, in Unix seconds."""
    ends_at = sa.type_coerce(jobs.c.finished_at, sa.Double) + ENDED_JOBS_LOOKED_UP_FOR.total_seconds()
    return sa.or_(
        sa.type_coerce(jobs.c.slot_held_until, sa.Double) <= at,
        sa.and_(jobs.c.slot_held_until.is_(None), ends_at < at),
    )


_EARLIEST: dict[sa.Column[datetime], sa.Select[Any]] = {
    column: sa.select(sa.func.min(column, type_=UtcTime)).where(column.is_not(None))
    for column in (
        jobs.c.next_lookup_at,
        jobs.c.deadline_at,
        jobs.c.slow_at,
        jobs.c.next_repair_at,
    )
}
_EARLIEST[jobs.c.next_delivery_at] = sa.select(sa.func.min(jobs.c.next_delivery_at, type_=UtcTime)).where(
    jobs.c.next_delivery_at.is_not(None), IS_DELIVERABLE
)


def earliest(connection: sa.Connection, column: sa.Column[datetime]) -> datetime | None:
    """Return the earliest time in a column, or None."""
    found: datetime | None = connection.execute(_EARLIEST[column]).scalar_one()
    return found
