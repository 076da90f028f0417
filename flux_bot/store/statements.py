"""The store's statements, built once: building one costs more than running it.

What is set to a value, rather than to an expression, comes with the execution: a column's name is its parameter.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import JobStatus
from flux_bot.store.queue import heads
from flux_bot.store.schema import UtcTime, jobs

JOB = jobs.c.id == sa.bindparam("job")
BY_ID = sa.select(jobs).where(JOB)
CHANGE = sa.update(jobs).where(JOB)
REPLIED = CHANGE.returning(jobs.c.user_id, jobs.c.next_delivery_at)
SECRET_OF = sa.select(jobs.c.callback_secret, jobs.c.task_id).where(JOB)
ANY_WAITING = sa.select(jobs.c.id).where(jobs.c.status == JobStatus.QUEUED).limit(1)
COUNT_UNDELIVERED = sa.select(sa.func.count()).where(
    jobs.c.undelivered_at.is_not(None), jobs.c.user_id == sa.bindparam("user")
)
DUPLICATES = sa.select(jobs).where(
    jobs.c.parent_id == sa.bindparam("parent"),
    jobs.c.user_id == sa.bindparam("user"),
    jobs.c.accepted_at > sa.bindparam("after"),
    jobs.c.status != JobStatus.CANCELLED,
)
# Claims come one after the other, so a locked row is only being edited: it is waited for, not skipped.
CLAIM_NEXT = (
    sa.update(jobs)
    .where(
        jobs.c.id == heads(jobs.c.id).with_for_update().scalar_subquery(),
        jobs.c.status == JobStatus.QUEUED,
    )
    .values(
        status=JobStatus.SUBMITTING,
        submitted_at=sa.bindparam("now"),
        deadline_at=sa.func.coalesce(jobs.c.deadline_at, sa.bindparam("deadline", type_=UtcTime)),
    )
    .returning(jobs)
)
_other = jobs.alias()
NO_OTHER_HAS_TASK = ~sa.exists().where(_other.c.task_id == sa.bindparam("task"), _other.c.id != sa.bindparam("job"))
CARD_IS_FREE = sa.or_(jobs.c.card_until.is_(None), jobs.c.card_until <= sa.bindparam("now"))
MARK_RUNNING = CHANGE.where(jobs.c.status == JobStatus.SUBMITTING, NO_OTHER_HAS_TASK).returning(jobs)
FINISH = (
    CHANGE.where(
        sa.or_(
            jobs.c.status.in_(sa.bindparam("open")),
            sa.and_(jobs.c.status == JobStatus.QUEUED, jobs.c.submitted_at.is_not(None)),
        )
    )
    .values(
        # Who is just telling of a failure goes first: on the same card the later edit would stay.
        next_delivery_at=sa.func.coalesce(
            sa.case((jobs.c.next_delivery_at > sa.bindparam("now"), jobs.c.next_delivery_at)),
            sa.bindparam("now", type_=UtcTime),
        )
    )
    .returning(jobs)
)
FINISH_TASK = FINISH.where(NO_OTHER_HAS_TASK, sa.or_(jobs.c.task_id.is_(None), jobs.c.task_id == sa.bindparam("task")))
CLAIM_DELIVERIES = (
    sa.update(jobs)
    .where(
        jobs.c.id.in_(
            sa.select(jobs.c.id)
            .where(
                jobs.c.next_delivery_at <= sa.bindparam("now"),
                sa.or_(jobs.c.reply_message_id.is_not(None), jobs.c.accepted_at <= sa.bindparam("without_reply")),
                CARD_IS_FREE,
            )
            .order_by(jobs.c.next_delivery_at)
            .limit(sa.bindparam("at_most", type_=sa.Integer))
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
    )
    .values(next_delivery_at=sa.bindparam("lease_ends"), delivery_attempts=jobs.c.delivery_attempts + 1)
    .returning(jobs)
)
_SLOT_HELD = CHANGE.where(jobs.c.status == JobStatus.CANCELLED, jobs.c.slot_held_until.is_not(None))
NOTE_HELD_SLOT = _SLOT_HELD.where(jobs.c.task_id.is_(None), NO_OTHER_HAS_TASK)
FREE_HELD_SLOT = _SLOT_HELD.values(slot_held_until=None, next_lookup_at=None)
CANCEL = CHANGE.where(CARD_IS_FREE, jobs.c.status.in_(sa.bindparam("was"))).returning(jobs)
LEASED = CHANGE.where(jobs.c.next_delivery_at.is_not(None))
POSTED = CHANGE.where(jobs.c.status == sa.bindparam("was"), jobs.c.delivered_at.is_(None))
_CLOSED: dict[str, Any] = {
    "next_delivery_at": None,
    # The failure of a job that was given up may yet be replaced by its picture, and the token leads to its card.
    "interaction_token": sa.case((jobs.c.status == JobStatus.ABANDONED, jobs.c.interaction_token)),
}
POSTED_AND_CLOSED = POSTED.values(_CLOSED)
CLOSE = CHANGE.where(jobs.c.delivered_at.is_not(None)).values(_CLOSED)
EARLIEST: dict[sa.Column[datetime], sa.Select[Any]] = {
    column: sa.select(sa.func.min(column, type_=UtcTime)).where(column.is_not(None))
    for column in (jobs.c.next_lookup_at, jobs.c.deadline_at, jobs.c.slow_at, jobs.c.next_delivery_at)
}
