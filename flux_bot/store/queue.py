"""The queue as rows: who is at the API, who is next, and how long it usually takes there."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.fairness import Limits, Queue
from flux_bot.core.jobs import AT_THE_API, OPEN, JobStatus
from flux_bot.store.schema import UtcTime, jobs

EPOCH = datetime.fromtimestamp(0, UTC)

SLOT_HELD_BY_UNKNOWN = timedelta(minutes=5)
"""A submission without an answer counts as in flight for this long: the API is done with a picture by then."""

USUAL_TIME_SAMPLE = 50

SLOW_AT_FIRST = timedelta(minutes=3)
"""When a job of a model that has no usual time yet is called slow: one to two minutes are said to be usual."""

SLOWER_SECONDS = 20.0
"""How much longer than usual is worth a word, where twice the usual time would be little."""

_COUNTS_AS_IN_FLIGHT = sa.or_(
    jobs.c.status == JobStatus.RUNNING,
    sa.and_(jobs.c.status == JobStatus.SUBMITTING, jobs.c.submitted_at > sa.bindparam("unknown_since")),
)


# Built once: building a statement costs more than running it.
_AT_THE_API = (
    sa.select(jobs.c.user_id, sa.func.sum(sa.case((_COUNTS_AS_IN_FLIGHT, 1), else_=0)), sa.func.max(jobs.c.turn))
    .where(jobs.c.status.in_(AT_THE_API))
    .group_by(jobs.c.user_id)
)
_HELD_SLOTS = sa.select(jobs.c.user_id).where(jobs.c.slot_held_until > sa.bindparam("now"))
_OF_USERS = (
    sa.select(
        jobs.c.user_id,
        sa.func.sum(sa.case((jobs.c.status == JobStatus.QUEUED, 1), else_=0)),
        sa.func.max(jobs.c.turn),
    )
    .where(jobs.c.status.in_(OPEN), jobs.c.user_id.in_(sa.bindparam("users")))
    .group_by(jobs.c.user_id)
)
_BY_TURN = (
    sa.select(jobs.c.turn, sa.func.count().label("waiting"))
    .where(jobs.c.status == JobStatus.QUEUED)
    .group_by(jobs.c.turn)
)
_USUAL_SECONDS = (
    sa.select(sa.type_coerce(jobs.c.finished_at - jobs.c.submitted_at, sa.Double))
    .where(jobs.c.model == sa.bindparam("of_model"), jobs.c.finished_at.is_not(None), jobs.c.images.is_not(None))
    .order_by(jobs.c.finished_at.desc())
    .limit(USUAL_TIME_SAMPLE)
)


def heads(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Select the waiting jobs in the order of their turns, but not those of users who have enough running.

    It is executed with ``who_may_start``, and takes at most ``enough`` of them.
    """
    not_overdue = sa.or_(jobs.c.deadline_at.is_(None), jobs.c.deadline_at > sa.bindparam("now"))
    return (
        sa.select(*columns)
        .where(jobs.c.status == JobStatus.QUEUED, not_overdue, jobs.c.user_id.not_in(sa.bindparam("full")))
        .order_by(jobs.c.turn, jobs.c.accepted_at)
        .limit(sa.bindparam("enough", type_=sa.Integer))
    )


_NOBODY = -1
"""No user: an empty list would become a subquery."""
_HEADS = heads(jobs.c.turn, jobs.c.user_id)


def who_may_start(running: Mapping[int, int], limits: Limits, now: datetime, enough: int) -> dict[str, Any]:
    """Return the values that ``heads`` is executed with."""
    full = [user_id for user_id, count in running.items() if count >= limits.max_running_per_user]
    return {"full": full or [_NOBODY], "now": now, "enough": enough}


def at_the_api(connection: sa.Connection, now: datetime) -> tuple[dict[int, int], list[int]]:
    """Return how many jobs in flight each user has, cancelled ones too, and the last turn of each at the API."""
    rows = (connection.execute(_AT_THE_API, {"unknown_since": now - SLOT_HELD_BY_UNKNOWN})).all()
    running = Counter({user_id: running for user_id, running, _ in rows})
    running.update(connection.execute(_HELD_SLOTS, {"now": now}).scalars())
    return running, [turn for _, _, turn in rows]


def count_queue(connection: sa.Connection, users: set[int], limits: Limits, now: datetime) -> Queue:
    """Count what these users' new jobs must know of the queue."""
    running, turns_at_the_api = at_the_api(connection, now)
    own = (connection.execute(_OF_USERS, {"users": list(users)})).all()
    waiting_by_turn = Counter({row.turn: row.waiting for row in connection.execute(_BY_TURN)})
    free = limits.max_in_flight - sum(running.values())
    could_start = []
    if free > 0 and waiting_by_turn:
        # Of each user at most max_queued_per_user wait: among so many there are enough that could start now.
        enough = free * limits.max_queued_per_user
        found = connection.execute(_HEADS, who_may_start(running, limits, now, enough))
        could_start = [(turn, user_id) for turn, user_id in found]
    return Queue(
        running=running,
        turns_at_the_api=turns_at_the_api,
        waiting_by_turn=waiting_by_turn,
        heads=could_start,
        waiting=Counter({user_id: waiting for user_id, waiting, _ in own}),
        last_turns={user_id: turn for user_id, _, turn in own},
    )


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs are open, counted along indexes: the many that are done are not looked at."""

    by_state: Mapping[str, int]
    """queued, submitting, running; finished: still to be posted; undelivered: until their users fetch them."""
    longest_waiting_since: datetime | None
    """None when nothing waits."""


def count_open_jobs(connection: sa.Connection) -> JobCounts:
    """Count the open jobs."""
    by_status = (
        sa.select(jobs.c.status, sa.func.count(), sa.func.min(jobs.c.accepted_at, type_=UtcTime))
        .where(jobs.c.status.in_(OPEN))
        .group_by(jobs.c.status)
    )
    found = {status: (count, oldest) for status, count, oldest in connection.execute(by_status)}
    by_state = {str(status): found.get(status, (0, None))[0] for status in OPEN}
    for state, column in (("finished", jobs.c.next_delivery_at), ("undelivered", jobs.c.undelivered_at)):
        # At any time: a range, so that both databases search the partial index.
        count = sa.select(sa.func.count()).select_from(jobs).where(column >= EPOCH)
        by_state[state] = (connection.execute(count)).scalar_one()
    return JobCounts(by_state, found.get(JobStatus.QUEUED, (0, None))[1])


def usual_seconds(connection: sa.Connection, model: str) -> float | None:
    """Return the median time of the model's last jobs, None while there are none."""
    seconds = sorted((connection.execute(_USUAL_SECONDS, {"of_model": model})).scalars())
    return seconds[len(seconds) // 2] if seconds else None


def slow_after(usual: float | None) -> timedelta:
    """Return how long after its submission a job of a model with this usual time (seconds) is slow."""
    if usual is None:
        return SLOW_AT_FIRST
    return timedelta(seconds=max(2 * usual, usual + SLOWER_SECONDS))
