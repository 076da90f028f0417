"""Queries of the queue: which jobs are at the API, which job is next, and how long a picture usually takes."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from flux_bot.core.catalogue import Catalogue, Model
from flux_bot.core.fairness import Limits, Queue
from flux_bot.core.jobs import AT_THE_API, OPEN, Job, JobStatus
from flux_bot.store.schema import UtcTime, jobs, status_in

EPOCH = datetime.fromtimestamp(0, UTC)

SLOT_HELD_AT_MOST = timedelta(minutes=5)
"""How long a submission without a response counts as in flight: by then, the API has finished any picture."""
USUAL_SAMPLE = 50

SOONEST_START = timedelta(seconds=10)
"""The shortest wait to show: a shorter wait would be over by the time the user reads it."""

SLOW_AT_FIRST = timedelta(minutes=3)
"""When a job counts as slow if its model has no usual time yet: the card says that it can take two minutes."""
SLOWER_SECONDS = 20.0
"""The shortest delay worth reporting, for models that take only seconds."""
QUEUE_ORDER = (jobs.c.turn, jobs.c.accepted_at)
"""See ``core/fairness.py``."""


def _is_ahead_of(job: Job) -> sa.ColumnElement[bool]:
    return sa.tuple_(*QUEUE_ORDER) < sa.tuple_(sa.literal(job.turn), sa.literal(job.accepted_at, UtcTime))


def place_in_queue(connection: sa.Connection, job: Job) -> int:
    """Return a queued job's place; 1 is next."""
    query = sa.select(sa.func.count()).where(jobs.c.status == JobStatus.QUEUED, _is_ahead_of(job))
    ahead: int = connection.execute(query).scalar_one()
    return ahead + 1


def next_queued(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Select the first queued jobs, without those of users who have enough running (see ``next_queued_parameters``)."""
    not_overdue = sa.or_(jobs.c.deadline_at.is_(None), jobs.c.deadline_at > sa.bindparam("now"))
    return (
        sa.select(*columns)
        .where(jobs.c.status == JobStatus.QUEUED, not_overdue, jobs.c.user_id.not_in(sa.bindparam("full_users")))
        .order_by(*QUEUE_ORDER)
        .limit(sa.bindparam("enough", type_=sa.Integer))
    )


ANY_QUEUED = sa.select(jobs.c.id).where(jobs.c.status == JobStatus.QUEUED).limit(1)
HAS_REPLY = sa.or_(
    jobs.c.reply_message_id.is_not(None),
    jobs.c.submitted_at.is_not(None),  # and queued again
    jobs.c.accepted_at <= sa.bindparam("without_reply"),
)
"""Discord has accepted the reply, so the user knows about the job; or the bot crashed before it saved this, and the
grace period has passed."""
_NOBODY = -1
"""No user: an empty list would become a subquery."""


def next_queued_parameters(running: Mapping[int, int], limits: Limits, now: datetime, enough: int) -> dict[str, Any]:
    """Return the parameters of ``next_queued``."""
    full = [user_id for user_id, count in running.items() if count >= limits.max_running_per_user]
    return {"full_users": full or [_NOBODY], "now": now, "enough": enough}


# Statements are built once: building one costs more than running it.
_IN_FLIGHT = sa.or_(
    jobs.c.status == JobStatus.RUNNING,
    sa.and_(jobs.c.status == JobStatus.SUBMITTING, jobs.c.submitted_at > sa.bindparam("unknown_since")),
)
_AT_THE_API = sa.union_all(
    sa.select(jobs.c.user_id, sa.func.sum(sa.case((_IN_FLIGHT, 1), else_=0)), sa.func.max(jobs.c.turn))
    .where(status_in(*AT_THE_API))
    .group_by(jobs.c.user_id),
    # Cancelled jobs hold their slots for a while.
    sa.select(jobs.c.user_id, sa.literal(1), sa.null()).where(jobs.c.slot_held_until > sa.bindparam("now")),
)


def at_the_api(connection: sa.Connection, now: datetime) -> tuple[Counter[int], list[int]]:
    """Return the jobs in flight by user, including cancelled ones, and each user's last turn at the API."""
    running, turns = Counter[int](), []
    for user_id, count, turn in connection.execute(_AT_THE_API, {"unknown_since": now - SLOT_HELD_AT_MOST, "now": now}):
        running[user_id] += count
        if turn is not None:
            turns.append(turn)
    return running, turns


_OF_USERS = (
    sa.select(
        jobs.c.user_id,
        sa.func.sum(sa.case((jobs.c.status == JobStatus.QUEUED, 1), else_=0)),
        sa.func.max(jobs.c.turn),
    )
    .where(status_in(*OPEN), jobs.c.user_id.in_(sa.bindparam("users")))
    .group_by(jobs.c.user_id)
)
_BY_TURN = (
    sa.select(jobs.c.turn, sa.func.count().label("waiting"))
    .where(jobs.c.status == JobStatus.QUEUED)
    .group_by(jobs.c.turn)
)
_STARTING = next_queued(jobs.c.turn, jobs.c.user_id)


def count_queue(connection: sa.Connection, users: Collection[int], limits: Limits, now: datetime) -> Queue:
    """Count the jobs that decide where new jobs of these users join the queue."""
    running, turns_at_the_api = at_the_api(connection, now)
    own = connection.execute(_OF_USERS, {"users": list(users)}).all()
    waiting_by_turn = Counter({row.turn: row.waiting for row in connection.execute(_BY_TURN)})
    free = limits.max_in_flight - running.total()
    could_start: list[tuple[int, int]] = []
    if free > 0 and waiting_by_turn:
        # Each user has at most max_queued_per_user queued jobs, so among this many there are enough that could start.
        enough = free * limits.max_queued_per_user
        starting = Counter(running)
        with connection.execute(_STARTING, next_queued_parameters(running, limits, now, enough)) as found:
            for turn, head_user in found:
                if starting[head_user] < limits.max_running_per_user:
                    starting[head_user] += 1
                    could_start.append((turn, head_user))
                    if len(could_start) == free:
                        break
    return Queue(
        running=running,
        turns_at_the_api=turns_at_the_api,
        waiting_by_turn=waiting_by_turn,
        starting=could_start,
        waiting=Counter({user_id: waiting for user_id, waiting, _ in own}),
        last_turns={user_id: turn for user_id, _, turn in own},
    )


@dataclass(frozen=True, slots=True)
class JobCounts:
    """The numbers of open jobs. The query uses indexes and does not read finished jobs."""

    by_state: Mapping[str, int]
    """queued, submitting, running; finished: not posted yet; undelivered: until their users fetch them."""
    longest_waiting_since: datetime | None
    """None when no job is queued."""


def count_open_jobs(connection: sa.Connection) -> JobCounts:
    """Count the open jobs."""
    by_status = (
        sa.select(jobs.c.status, sa.func.count(), sa.func.min(jobs.c.accepted_at, type_=UtcTime))
        .where(status_in(*OPEN))
        .group_by(jobs.c.status)
    )
    found = {status: (count, oldest) for status, count, oldest in connection.execute(by_status)}
    by_state = {str(status): found.get(status, (0, None))[0] for status in OPEN}
    for state, column in (("finished", jobs.c.next_delivery_at), ("undelivered", jobs.c.undelivered_at)):
        # Any time will do; as a range, both databases use the partial index.
        count = sa.select(sa.func.count()).select_from(jobs).where(column >= EPOCH)
        by_state[state] = connection.execute(count).scalar_one()
    return JobCounts(by_state, found.get(JobStatus.QUEUED, (0, None))[1])


_LAST_RESULTS = (
    sa.select(
        sa.type_coerce(jobs.c.finished_at - jobs.c.submitted_at, sa.Double),
        jobs.c.cost,
        sa.func.json_array_length(jobs.c.images, type_=sa.Integer),
    )
    .where(jobs.c.model == sa.bindparam("of_model"), jobs.c.finished_at.is_not(None), jobs.c.images.is_not(None))
    .order_by(jobs.c.finished_at.desc())
    .limit(USUAL_SAMPLE)
)


@dataclass(frozen=True, slots=True)
class Usual:
    """The medians of a model's last results; None while there are none."""

    seconds: float | None
    cost: Decimal | None
    """The price of one picture, in credits."""


def usual(connection: sa.Connection, model: str) -> Usual:
    """Return how long a model's pictures usually take, and what they cost."""
    rows = connection.execute(_LAST_RESULTS, {"of_model": model}).all()
    seconds = sorted(seconds for seconds, _, _ in rows)
    costs = sorted(cost / pictures for _, cost, pictures in rows if cost is not None)
    return Usual(
        seconds[len(seconds) // 2] if seconds else None,
        costs[len(costs) // 2] if costs else None,
    )


_BILLIONTH = Decimal("1e-9")
"""Unit to which prices are rounded, in credits, so that a stored expected cost is a multiple of the price."""


def expected_cost(last: Usual, model: Model | None, count: int) -> Decimal | None:
    """Return the expected cost of pictures, in credits, or None. Without results, the catalogue's price is used."""
    price = model.credits if last.cost is None and model else last.cost
    return None if price is None else price.quantize(_BILLIONTH) * count


def assumed_price(catalogue: Catalogue) -> Decimal | None:
    """Return the price to reserve for a picture of unknown price if credits are limited: the catalogue's maximum."""
    return max((model.credits for model in catalogue.models if model.credits is not None), default=None)


def expected_start(place: int, usual_seconds: float | None, limits: Limits, now: datetime) -> datetime | None:
    """Return roughly when a queued job will start; None if its model has no usual time yet."""
    if usual_seconds is None:
        return None
    return now + max(SOONEST_START, timedelta(seconds=place * usual_seconds / limits.max_in_flight))


def slow_after(usual: float | None) -> timedelta:
    """Return how long after its submission a job counts as slow; ``usual`` is its model's time in seconds."""
    if usual is None:
        return SLOW_AT_FIRST
    return timedelta(seconds=max(2 * usual, usual + SLOWER_SECONDS))
