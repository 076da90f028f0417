"""Groups: jobs that were requested together, by one command.

The first remaining job of a group represents it: its row has the state of the delivery and the lease of the card. If a
picture comes after its group was claimed for delivery, its job leaves the group and is delivered alone, so that each
attempt posts the same message. Code that writes several rows of a group locks all its rows first, in order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import AT_THE_API, CANCELLED, CANCELLED_PAID, CardState, Job, JobStatus
from flux_bot.store.database.database import Database, fetch_jobs, update_returning, update_row
from flux_bot.store.queue import SLOT_HELD_AT_MOST
from flux_bot.store.schema import CARD_IS_FREE, IN_ITS_GROUP, NO_IMAGES, THE_GROUP, THE_JOB, UtcTime, jobs, status_in

_GROUP = sa.select(jobs).where(THE_GROUP).order_by(jobs.c.group_index)
_LOCK = _GROUP.with_for_update()
_LOCK_BY_JOB = sa.select(jobs).where(IN_ITS_GROUP).order_by(jobs.c.group_index).with_for_update()


def with_group(connection: sa.Connection, job: Job) -> Job:
    """Return a job; if it is in a group, with all jobs of the group in ``group``."""
    if job.group_id is None:
        return job
    return replace(job, group=tuple(fetch_jobs(connection, _GROUP, group=job.group_id)))


def lock_group(connection: sa.Connection, group_id: str) -> tuple[Job, ...]:
    """Lock all jobs of a group until the end of the transaction, and return them in order."""
    return tuple(fetch_jobs(connection, _LOCK, group=group_id))


def lock_group_of(connection: sa.Connection, job_id: str) -> tuple[Job, ...]:
    """Lock a job, or all jobs of its group, as ``lock_group`` does."""
    return tuple(fetch_jobs(connection, _LOCK_BY_JOB, job=job_id))


# --- leaving -----------------------------------------------------------------------------------------

_LEAVE_LAST = sa.update(jobs).where(THE_JOB).values(group_id=None, group_index=0).returning(jobs)
_LEAVE = _LEAVE_LAST.values(
    next_delivery_at=sa.bindparam("now"),
    next_repair_at=None,
    # The group's card and message stay as they are.
    card_until=None,
    interaction_token=None,
    reply_message_id=None,
    result_message_id=None,
    result_channel_id=None,
)
_STATE_OF_DELIVERY = (
    "next_delivery_at",
    "delivery_attempts",
    "picture_attempts",
    "undelivered_at",
    "next_repair_at",
    "interaction_token",
    "card_until",
)
_TAKE_OVER_DELIVERY = (
    sa.update(jobs).where(THE_JOB).values({name: sa.bindparam(f"of_{name}") for name in _STATE_OF_DELIVERY})
)


def is_claimed(first: Any) -> bool:
    """Return whether a group, given by its first row, was claimed for delivery and so may have been posted."""
    return first["delivery_attempts"] > 0 or first["delivered_at"] is not None


def leave_group(connection: sa.Connection, job_id: str, rows: Sequence[Any], now: datetime) -> Job | None:
    """Remove a job with late pictures from its group, and make it due to be delivered alone.

    ``rows`` are the group's locked rows as they were before the pictures came. If the job was the first, the next one
    takes over the delivery of the group. The last job to leave keeps the ids of the group's card and failure message,
    so that both are removed.
    """
    first, *others = rows
    if not others:
        return update_returning(connection, _LEAVE_LAST, job=job_id)
    if first["id"] == job_id:
        state = {f"of_{name}": first[name] for name in _STATE_OF_DELIVERY}
        connection.execute(_TAKE_OVER_DELIVERY, {"job": others[0]["id"], **state})
    return update_returning(connection, _LEAVE, job=job_id, now=now)


# --- cancel ------------------------------------------------------------------------------------------

_IS_CARD_FREE = sa.select(jobs.c.id).where(THE_JOB, CARD_IS_FREE)
_IS_PAID = sa.or_(
    status_in(*AT_THE_API, JobStatus.ABANDONED), jobs.c.images.is_not(None), jobs.c.earlier_tasks.is_not(None)
)
_HAS_FAILED = sa.and_(jobs.c.status == JobStatus.FINISHED, jobs.c.images.is_(None))
"""Such a job keeps its failure code, which hides a refused prompt from others."""
_CANCEL = (
    sa.update(jobs)
    .where(THE_GROUP)
    .values(
        status=JobStatus.CANCELLED,
        failure_code=sa.case((_HAS_FAILED, jobs.c.failure_code), (_IS_PAID, CANCELLED_PAID), else_=CANCELLED),
        failure_message=None,
        **NO_IMAGES,
        finished_at=sa.func.coalesce(jobs.c.finished_at, sa.bindparam("now", type_=UtcTime)),
        deadline_at=None,
        slow_at=None,
        next_delivery_at=None,
        # Without callbacks only a look-up frees the slots.
        next_lookup_at=sa.case((status_in(*AT_THE_API, JobStatus.ABANDONED), jobs.c.next_lookup_at)),
        slot_held_until=sa.case((status_in(*AT_THE_API), sa.bindparam("slot_until", type_=UtcTime))),
    )
)


def cancel_group(connection: sa.Connection, job_id: str, *, now: datetime, discards: bool) -> Job | None:
    """Cancel all jobs of an open group, including those with pictures; return the first with its group.

    None if there is no open group, if its card is being edited, or if the group is charged and ``discards`` is false.
    """
    group = lock_group_of(connection, job_id)
    if not group or group[0].group_id is None:
        return None
    before = replace(group[0], group=group)
    is_free = connection.execute(_IS_CARD_FREE, {"job": before.id, "now": now}).first() is not None
    if not before.is_open or not is_free or (before.is_charged and not discards):
        return None
    connection.execute(_CANCEL, {"group": before.group_id, "now": now, "slot_until": now + SLOT_HELD_AT_MOST})
    (first, *_) = cancelled = fetch_jobs(connection, _GROUP, group=before.group_id)
    return replace(first, group=tuple(cancelled))


# --- the status card ---------------------------------------------------------------------------------


class Groups:
    """Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    _LEASE_CARD = sa.update(jobs).where(THE_JOB, CARD_IS_FREE).values(card_until=sa.bindparam("lease_ends"))
    _SET_CARD = sa.update(jobs).where(THE_GROUP).values(card=sa.bindparam("shows"))

    async def claim_card(self, group_id: str, card: CardState, *, now: datetime, lease: timedelta) -> Job | None:
        """Lease the card of an open group for an edit; return its first job, with the group as it is now.

        None if the group is no longer open, or another process is editing the card.
        """

        def work(connection: sa.Connection) -> Job | None:
            group = tuple(replace(job, card=card) for job in lock_group(connection, group_id))
            if not group or not replace(group[0], group=group).is_open:
                return None
            if not update_row(connection, self._LEASE_CARD, job=group[0].id, now=now, lease_ends=now + lease):
                return None
            connection.execute(self._SET_CARD, {"group": group_id, "shows": card})
            return replace(group[0], group=group)

        return await self._database.do(work)
