"""Finds queue places on status cards that have improved noticeably, and decides which process updates them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import CardState, Job, JobStatus
from flux_bot.store.database.database import Database, update_returning
from flux_bot.store.groups import with_group
from flux_bot.store.queue import QUEUE_ORDER, expected_start, usual
from flux_bot.store.schema import CARD_IS_FREE, THE_JOB, jobs

EDITS_PER_JOB = 5
EDIT_INTERVAL = timedelta(seconds=30)
"""The pause between two edits of a card."""
NOTICEABLE = 4
"""An improvement is noticeable if it is at least 1/4 of the place that is shown."""
TOKEN_MARGIN = timedelta(seconds=15)
"""How long a token must still be valid."""


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """A queued job whose card is leased, and the place to show on it."""

    job: Job
    place: int
    starts_at: datetime | None
    """The approximate start of the job; None if it is unknown."""


class Places:
    """Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    _IS_SHOWN = sa.and_(
        jobs.c.status == JobStatus.QUEUED,
        jobs.c.card == CardState.QUEUED,
        sa.or_(jobs.c.group_id.is_(None), jobs.c.group_id == jobs.c.id),
        jobs.c.reply_message_id.is_not(None),
        jobs.c.interaction_token.is_not(None),
        jobs.c.token_expires_at > sa.bindparam("needs_token_until"),
        jobs.c.place_edits < EDITS_PER_JOB,
        sa.or_(jobs.c.place_edited_at.is_(None), jobs.c.place_edited_at <= sa.bindparam("edited_before")),
        CARD_IS_FREE,
    )
    _PLACES = (
        sa.select(jobs.c.id, sa.func.row_number().over(order_by=QUEUE_ORDER).label("place"))
        .where(jobs.c.status == JobStatus.QUEUED)
        .cte("places")
    )
    _IMPROVED = (
        sa.select(_PLACES.c.id, _PLACES.c.place)
        .join(jobs, jobs.c.id == _PLACES.c.id)
        .where(
            _IS_SHOWN,
            _PLACES.c.place < jobs.c.place_shown,
            (jobs.c.place_shown - _PLACES.c.place) * NOTICEABLE >= jobs.c.place_shown,
        )
        .order_by(_PLACES.c.place)
        .limit(sa.bindparam("at_most", type_=sa.Integer))
    )
    _CLAIM = (
        sa.update(jobs)
        .where(THE_JOB, _IS_SHOWN, jobs.c.place_shown > sa.bindparam("place"))
        .values(
            place_shown=sa.bindparam("place"),
            place_edits=jobs.c.place_edits + 1,
            place_edited_at=sa.bindparam("now"),
            card_until=sa.bindparam("lease_ends"),
        )
        .returning(jobs)
    )

    async def improved(self, limit: int, *, now: datetime) -> Sequence[tuple[str, int]]:
        """Return the ids and places of queued jobs whose cards should be updated, the next to start first."""
        values = {**_times(now), "at_most": limit}

        def work(connection: sa.Connection) -> Sequence[tuple[str, int]]:
            return [(row.id, row.place) for row in connection.execute(self._IMPROVED, values)]

        return await self._database.do(work)

    async def claim(
        self, job_id: str, place: int, limits: Limits, *, now: datetime, lease: timedelta
    ) -> ClaimedPlace | None:
        """Lease the status card of a queued job to show its place; None if the job or its card has changed."""
        values = {**_times(now), "job": job_id, "place": place, "lease_ends": now + lease}

        def work(connection: sa.Connection) -> ClaimedPlace | None:
            job = update_returning(connection, self._CLAIM, **values)
            if job is None:
                return None
            seconds = usual(connection, job.request.model).seconds
            return ClaimedPlace(with_group(connection, job), place, expected_start(place, seconds, limits, now))

        return await self._database.do(work)


def _times(now: datetime) -> dict[str, datetime]:
    return {"now": now, "needs_token_until": now + TOKEN_MARGIN, "edited_before": now - EDIT_INTERVAL}
