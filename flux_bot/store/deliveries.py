"""Stores the deliveries of finished jobs: which process may post them, and where they were posted.

A lease is a time: a finished job may be delivered at ``next_delivery_at``. A claim moves this time into the future,
so the lease of a process that dies runs out.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import Job, JobStatus
from flux_bot.store.database.database import Database, fetch_jobs, update_row
from flux_bot.store.groups import lock_group, with_group
from flux_bot.store.overdue import earliest
from flux_bot.store.schema import (
    CARD_IS_FREE,
    IS_DELIVERABLE,
    REPRESENTS_GROUP,
    THE_GROUP,
    THE_JOB,
    UtcTime,
    is_one_of,
    jobs,
    status_in,
)

RETRIED_FOR = timedelta(days=7)
"""How long after it was finished an undelivered job is retried."""
_CLOSED: dict[str, Any] = {
    "next_delivery_at": None,
    # A late picture may still replace the failure of an abandoned job, and the token leads to its card.
    # The token is also needed to repair a reply, and to remove a failure's buttons after a successful retry.
    "interaction_token": sa.case(
        (
            sa.or_(jobs.c.status == JobStatus.ABANDONED, jobs.c.next_repair_at.is_not(None), jobs.c.images.is_(None)),
            jobs.c.interaction_token,
        )
    ),
}


_CLOSED_GROUP: dict[str, Any] = {
    "next_delivery_at": None,
    "interaction_token": sa.case(
        (
            sa.and_(REPRESENTS_GROUP, sa.or_(jobs.c.next_repair_at.is_not(None), sa.bindparam("has_failed"))),
            jobs.c.interaction_token,
        )
    ),
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """Jobs to deliver."""

    jobs: Sequence[Job]
    """The jobs. A group is one job here: the job that represents it, with all its jobs in ``group``."""
    next_at: datetime | None
    """When the next delivery is due, or None."""


@dataclass(frozen=True, slots=True)
class ChannelSlots:
    """How many deliveries of a channel may be in progress, so that a slow channel does not delay the others."""

    in_use: Mapping[int, int]
    """The deliveries in progress, by channel."""
    per_channel: int


EMPTY = ChannelSlots({}, sys.maxsize)
_NO_CHANNEL = -1
"""An empty list would become a subquery."""


class Deliveries:
    """Each method is one transaction, and raises StoreUnavailable if it fails.

    A group is delivered as a whole: each change of its delivery is written to the rows of all its jobs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    _CLAIM = (
        sa.update(jobs)
        .where(
            is_one_of(
                sa.select(jobs.c.id)
                .where(
                    jobs.c.next_delivery_at <= sa.bindparam("now"),
                    IS_DELIVERABLE,
                    CARD_IS_FREE,
                    jobs.c.channel_id.not_in(sa.bindparam("full_channels")),
                )
                .order_by(jobs.c.next_delivery_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
        )
        .values(next_delivery_at=sa.bindparam("lease_ends"), delivery_attempts=jobs.c.delivery_attempts + 1)
        .returning(jobs)
    )

    async def claim(self, limit: int, slots: ChannelSlots = EMPTY, *, now: datetime, lease: timedelta) -> Claimed:
        """Lease finished jobs that are due, the longest-waiting first, as far as their channels have free ``slots``.

        The result replaces the status card, and no edit of the card may come later, so the claim waits for its lease.
        """
        due = {"now": now, "lease_ends": now + lease}

        def work(connection: sa.Connection) -> Claimed:
            claimed: list[Job] = []
            in_use = Counter(slots.in_use)
            while len(claimed) < limit:
                full = [channel_id for channel_id, count in in_use.items() if count >= slots.per_channel]
                found = fetch_jobs(connection, self._CLAIM, **due, full_channels=full or [_NO_CHANNEL])
                if not found:
                    break
                claimed += [with_group(connection, job) for job in found]
                in_use[found[0].origin.channel_id] += 1
            return Claimed(claimed, next_at=earliest(connection, jobs.c.next_delivery_at))

        return await self._database.do(work)

    async def bring_forward(self, *, now: datetime, at_most: timedelta) -> None:
        """Make deliveries due that are postponed for longer than a lease."""
        due = sa.update(jobs).where(jobs.c.next_delivery_at > now + at_most).values(next_delivery_at=now)
        await self._database.do(lambda connection: connection.execute(due))

    _NEXT = sa.update(jobs).where(jobs.c.next_delivery_at.is_not(None)).values(next_delivery_at=sa.bindparam("next_at"))
    _SET_NEXT, _SET_NEXT_OF_GROUP = _NEXT.where(THE_JOB), _NEXT.where(THE_GROUP)

    async def set_next(self, job: Job, at: datetime) -> bool:
        """Extend a lease, or postpone a delivery that failed."""
        if job.group_id:
            return await self._update_group(job, self._SET_NEXT_OF_GROUP, next_at=at)
        return await self._database.update(self._SET_NEXT, job=job.id, next_at=at)

    _POSTPONE_ANY = _NEXT.values(
        delivery_attempts=sa.bindparam("attempts"), picture_attempts=sa.bindparam("of_pictures")
    )
    _POSTPONE, _POSTPONE_GROUP = _POSTPONE_ANY.where(THE_JOB), _POSTPONE_ANY.where(THE_GROUP)

    async def postpone(self, job: Job, at: datetime) -> None:
        """Postpone a delivery, and save the job's attempts: each counts for the party that failed."""
        values = {"next_at": at, "attempts": job.delivery_attempts, "of_pictures": job.picture_attempts}
        if job.group_id:
            await self._update_group(job, self._POSTPONE_GROUP, **values)
        else:
            await self._database.update(self._POSTPONE, job=job.id, **values)

    async def _update_group(self, job: Job, *statements: sa.Update, **values: Any) -> bool:
        """Run UPDATEs on all rows of a job's group; return whether the last UPDATE changed any row."""
        values |= {"group": job.group_id}

        def work(connection: sa.Connection) -> bool:
            lock_group(connection, str(job.group_id))
            return [connection.execute(statement, values).rowcount for statement in statements][-1] > 0

        return await self._database.do(work)

    _IS_UNPOSTED = sa.and_(jobs.c.delivered_at.is_(None), jobs.c.erased_at.is_(None))
    _UNPOSTED = sa.and_(THE_JOB, jobs.c.status == sa.bindparam("expected_status"), _IS_UNPOSTED)
    _SET_MESSAGE = (
        sa.update(jobs)
        .where(_UNPOSTED)
        .values(result_channel_id=sa.bindparam("channel"), result_message_id=sa.bindparam("message"))
    )
    _MARK_DELIVERED = _SET_MESSAGE.values(
        status=sa.bindparam("new_status"), delivered_at=sa.bindparam("now"), next_repair_at=sa.bindparam("repair_at")
    )
    _MARK_DELIVERED_AND_CLOSE = _MARK_DELIVERED.values(_CLOSED)
    _MARK_LINKED_AND_CLOSE = _MARK_DELIVERED.values(next_delivery_at=None)  # the repair needs the token
    _OF_UNPOSTED_GROUP = sa.and_(THE_GROUP, _IS_UNPOSTED, status_in(JobStatus.FINISHED, JobStatus.ABANDONED))
    _MARK_GROUP = (
        sa.update(jobs)
        .where(_OF_UNPOSTED_GROUP)
        .values(
            result_channel_id=sa.bindparam("channel"),
            result_message_id=sa.bindparam("message"),
            status=sa.case((jobs.c.status == JobStatus.FINISHED, JobStatus.DELIVERED), else_=jobs.c.status),
            delivered_at=sa.bindparam("now"),
            next_repair_at=sa.case((REPRESENTS_GROUP, sa.bindparam("repair_at", type_=UtcTime))),
        )
    )
    _CLOSE_GROUP = sa.update(jobs).where(THE_GROUP, jobs.c.delivered_at.is_not(None)).values(_CLOSED_GROUP)

    async def mark_delivered(
        self,
        job: Job,
        place: tuple[int, int],
        *,
        now: datetime,
        closes: bool = False,
        repair_at: datetime | None = None,
    ) -> None:
        """Save where a job was posted (channel, message): FINISHED becomes DELIVERED; the lease stays until ``close``.

        ``closes`` does that as well, when the status card itself became the result: otherwise a process that takes the
        job up again would remove it. If a late picture has meanwhile replaced the failure that was posted, the picture
        is still due, and the message it will make obsolete is saved. ``repair_at`` is set if pictures are only linked.
        """
        if job.group_id:
            statements = (self._MARK_GROUP, self._CLOSE_GROUP) if closes else (self._MARK_GROUP,)
            posted = {"channel": place[0], "message": place[1], "now": now, "repair_at": repair_at}
            await self._update_group(job, *statements, **posted, has_failed=not job.images)
            return
        was_abandoned = job.status is JobStatus.ABANDONED
        values = dict(zip(("channel", "message"), place, strict=True)) | {"job": job.id}
        posted = {
            "expected_status": job.status,
            "new_status": JobStatus.ABANDONED if was_abandoned else JobStatus.DELIVERED,
            "now": now,
            "repair_at": repair_at,
        }
        mark_and_close = self._MARK_LINKED_AND_CLOSE if repair_at else self._MARK_DELIVERED_AND_CLOSE
        mark = mark_and_close if closes else self._MARK_DELIVERED

        def work(connection: sa.Connection) -> None:
            marked = update_row(connection, mark, **values, **posted)
            if was_abandoned and not marked:
                update_row(connection, self._SET_MESSAGE, **values, expected_status=JobStatus.FINISHED)

        await self._database.do(work)

    _CLOSE = sa.update(jobs).where(THE_JOB, jobs.c.delivered_at.is_not(None)).values(_CLOSED)

    async def close(self, job: Job) -> None:
        """Complete a delivery: delete the interaction token and end the lease."""
        if job.group_id:
            await self._update_group(job, self._CLOSE_GROUP, has_failed=not job.images)
        else:
            await self._database.update(self._CLOSE, job=job.id)

    # --- links to be replaced with pictures ----------------------------------------------------------

    _CLAIM_REPAIRS = (
        sa.update(jobs)
        .where(
            is_one_of(
                sa.select(jobs.c.id)
                .where(jobs.c.next_repair_at <= sa.bindparam("now"))
                .order_by(jobs.c.next_repair_at)
                .limit(sa.bindparam("at_most", type_=sa.Integer))
                .with_for_update(skip_locked=True)
            )
        )
        .values(next_repair_at=sa.bindparam("lease_ends"), picture_attempts=jobs.c.picture_attempts + 1)
        .returning(jobs)
    )

    async def claim_repairs(self, limit: int, *, now: datetime, lease: timedelta) -> Claimed:
        """Lease delivered jobs whose pictures are to be fetched again."""

        def work(connection: sa.Connection) -> Claimed:
            found = fetch_jobs(connection, self._CLAIM_REPAIRS, now=now, at_most=limit, lease_ends=now + lease)
            claimed = [with_group(connection, job) for job in found]
            return Claimed(claimed, next_at=earliest(connection, jobs.c.next_repair_at))

        return await self._database.do(work)

    _SET_REPAIR = sa.update(jobs).where(THE_JOB, jobs.c.next_repair_at.is_not(None))
    _POSTPONE_REPAIR = _SET_REPAIR.values(next_repair_at=sa.bindparam("next_at"))
    _IS_CLOSED = sa.and_(jobs.c.next_delivery_at.is_(None), jobs.c.status != JobStatus.ABANDONED)
    _END_REPAIR = _SET_REPAIR.values(
        next_repair_at=None, interaction_token=sa.case((sa.not_(_IS_CLOSED), jobs.c.interaction_token))
    )

    async def postpone_repair(self, job_id: str, at: datetime) -> None:
        """Try a repair again later."""
        await self._database.update(self._POSTPONE_REPAIR, job=job_id, next_at=at)

    async def end_repair(self, job_id: str) -> None:
        """Complete or give up a repair, and delete the interaction token."""
        await self._database.update(self._END_REPAIR, job=job_id)

    # --- undelivered jobs --------------------------------------------------------------------------

    _MARK_UNDELIVERED = (
        sa.update(jobs)
        .where(_UNPOSTED)
        .values(
            undelivered_at=sa.bindparam("now"),
            next_delivery_at=None,
            interaction_token=None,
            delivery_attempts=1,  # the methods start again, but the bot still looks for an earlier post
        )
    )

    _MARK_GROUP_UNDELIVERED = (
        sa.update(jobs)
        .where(_OF_UNPOSTED_GROUP)
        .values(
            undelivered_at=sa.case((REPRESENTS_GROUP, sa.bindparam("now", type_=UtcTime))),
            next_delivery_at=None,
            interaction_token=None,
            delivery_attempts=1,
        )
    )

    async def mark_undelivered(self, job: Job, *, now: datetime) -> None:
        """Mark a job that can't be delivered anywhere as undelivered, until it is retried or its user fetches it."""
        if job.group_id:
            await self._update_group(job, self._MARK_GROUP_UNDELIVERED, now=now)
            return
        await self._database.update(self._MARK_UNDELIVERED, job=job.id, expected_status=job.status, now=now)

    async def retry_undelivered(self, limit: int, *, now: datetime, before: datetime) -> int:
        """Make jobs due again that were marked as undelivered before a time, the oldest first; return how many.

        From then on their users can't fetch them, so that nothing is posted twice. Old ones are left to their users.
        """
        found = (
            sa.select(jobs.c.id)
            .where(jobs.c.undelivered_at <= before, jobs.c.finished_at > now - RETRIED_FOR)
            .order_by(jobs.c.undelivered_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        retry = (
            sa.update(jobs)
            .where(is_one_of(found), jobs.c.undelivered_at.is_not(None))
            .values(undelivered_at=None, next_delivery_at=now)
            .returning(jobs.c.id)
        )
        return await self._database.do(lambda connection: len(connection.execute(retry).all()))
