"""The queue as rows: who is at the API, who is next, and how long it usually takes there."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from flux_bot.fairness import Limits, Queue
from flux_bot.jobs import AT_THE_API, JobStatus
from flux_bot.schema import UtcTime, jobs

EPOCH = datetime.fromtimestamp(0, UTC)

SLOT_HELD_BY_UNKNOWN = timedelta(minutes=5)
"""A submission without an answer counts as in flight for this long: the API is done with a picture by then."""

USUAL_TIME_SAMPLE = 50

_COUNTS_AS_IN_FLIGHT = sa.or_(
    jobs.c.status == JobStatus.RUNNING,
    sa.and_(jobs.c.status == JobStatus.SUBMITTING, jobs.c.submitted_at > sa.bindparam("unknown_since")),
)


async def at_the_api(connection: AsyncConnection, now: datetime) -> tuple[dict[int, int], list[int]]:
    """Return how many jobs in flight each user has, and the last turn of each."""
    query = (
        sa.select(jobs.c.user_id, sa.func.sum(sa.case((_COUNTS_AS_IN_FLIGHT, 1), else_=0)), sa.func.max(jobs.c.turn))
        .where(jobs.c.status.in_(AT_THE_API))
        .group_by(jobs.c.user_id)
    )
    rows = (await connection.execute(query, {"unknown_since": now - SLOT_HELD_BY_UNKNOWN})).all()
    return {user_id: running for user_id, running, _ in rows}, [turn for _, _, turn in rows]


def heads(running: Mapping[int, int], limits: Limits, now: datetime, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Select the waiting jobs in the order of their turns, but not those of users who have enough running."""
    full = [user_id for user_id, count in running.items() if count >= limits.max_running_per_user]
    not_overdue = sa.or_(jobs.c.deadline_at.is_(None), jobs.c.deadline_at > now)
    waiting = sa.select(*columns).where(jobs.c.status == JobStatus.QUEUED, not_overdue)
    may_start = waiting.where(jobs.c.user_id.not_in(full)) if full else waiting
    return may_start.order_by(jobs.c.turn, jobs.c.accepted_at)


async def count_queue(connection: AsyncConnection, users: set[int], limits: Limits, now: datetime) -> Queue:
    """Count what these users' new jobs must know of the queue."""
    running, turns_at_the_api = await at_the_api(connection, now)
    is_waiting = sa.case((jobs.c.status == JobStatus.QUEUED, 1), else_=0)
    of_users = (
        sa.select(jobs.c.user_id, sa.func.sum(is_waiting), sa.func.max(jobs.c.turn))
        .where(jobs.c.status.in_((JobStatus.QUEUED, *AT_THE_API)), jobs.c.user_id.in_(users))
        .group_by(jobs.c.user_id)
    )
    own = (await connection.execute(of_users)).all()
    by_turn = (
        sa.select(jobs.c.turn, sa.func.count().label("waiting"))
        .where(jobs.c.status == JobStatus.QUEUED)
        .group_by(jobs.c.turn)
    )
    waiting_by_turn = Counter({row.turn: row.waiting for row in await connection.execute(by_turn)})
    free = limits.max_in_flight - sum(running.values())
    could_start = []
    if free > 0 and waiting_by_turn:
        # Of each user at most max_queued_per_user wait: among so many there are enough that could start now.
        enough = free * limits.max_queued_per_user
        select = heads(running, limits, now, jobs.c.turn, jobs.c.user_id).limit(enough)
        could_start = [(turn, user_id) for turn, user_id in await connection.execute(select)]
    return Queue(
        running=running,
        turns_at_the_api=turns_at_the_api,
        waiting_by_turn=waiting_by_turn,
        heads=could_start,
        waiting=Counter({user_id: waiting for user_id, waiting, _ in own}),
        last_turns={user_id: turn for user_id, _, turn in own},
    )


@dataclass(frozen=True, slots=True)
class Census:
    """How many jobs are open, counted along indexes: the many that are done are not looked at."""

    by_state: Mapping[str, int]
    """queued, submitting, running; finished: still to be posted; kept: until their users fetch them."""
    longest_waiting_since: datetime | None
    """None when nothing waits."""


async def take_census(connection: AsyncConnection) -> Census:
    """Count the open jobs."""
    in_work = (JobStatus.QUEUED, *AT_THE_API)
    by_status = (
        sa.select(jobs.c.status, sa.func.count(), sa.func.min(jobs.c.accepted_at, type_=UtcTime))
        .where(jobs.c.status.in_(in_work))
        .group_by(jobs.c.status)
    )
    found = {status: (count, oldest) for status, count, oldest in await connection.execute(by_status)}
    by_state = {str(status): found.get(status, (0, None))[0] for status in in_work}
    for state, column in (("finished", jobs.c.next_delivery_at), ("kept", jobs.c.kept_at)):
        # At any time: a range, so that both databases search the partial index.
        count = sa.select(sa.func.count()).select_from(jobs).where(column >= EPOCH)
        by_state[state] = (await connection.execute(count)).scalar_one()
    return Census(by_state, found.get(JobStatus.QUEUED, (0, None))[1])


async def usual_seconds(connection: AsyncConnection, model: str) -> float | None:
    """Return the median time of the model's last jobs, None while there are none."""
    query = (
        sa.select(sa.type_coerce(jobs.c.finished_at - jobs.c.submitted_at, sa.Double))
        .where(jobs.c.model == model, jobs.c.finished_at.is_not(None), jobs.c.images.is_not(None))
        .order_by(jobs.c.finished_at.desc())
        .limit(USUAL_TIME_SAMPLE)
    )
    seconds = sorted((await connection.execute(query)).scalars())
    return seconds[len(seconds) // 2] if seconds else None
