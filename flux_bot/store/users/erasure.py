"""Erasing everything that is stored about a user, in one transaction.

What remains contains no text: the sums in the ledger; a keyed hash of the user's id, for as long as a limit or block
needs it; and for an hour the emptied rows of recent jobs, so that an event that arrives again does not create a second
job, and a job that is still at the image API keeps its slot and gets its cost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import AT_THE_API, CANCELLED, CANCELLED_PAID, OPEN, Job, JobStatus
from flux_bot.store.database.cleaning import request_cleaning
from flux_bot.store.database.database import Database
from flux_bot.store.database.notifications import Loop
from flux_bot.store.queue import SLOT_HELD_AT_MOST
from flux_bot.store.rules.ledger import settle
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import (
    NO_IMAGES,
    REPRESENTS_GROUP,
    UtcTime,
    blocks,
    is_one_of,
    jobs,
    ledger,
    preferences,
    servers,
    status_in,
)
from flux_bot.store.users.message_erasure import add_messages

EMPTIED_FOR = timedelta(hours=1)
"""How long the emptied rows of recent jobs remain. By then, their tasks have ended and are no longer looked up."""
NOBODY = 0
"""The user id in emptied rows once the actual id is not needed; in blocks, it replaces that of the moderator."""

_OF_USER = sa.and_(jobs.c.user_id == sa.bindparam("user"), jobs.c.erased_at.is_(None))
_IS_OPEN = status_in(*OPEN)
_IS_AT_THE_API = status_in(*AT_THE_API)
_IS_PAID = sa.or_(_IS_AT_THE_API, jobs.c.images.is_not(None), jobs.c.earlier_tasks.is_not(None))
_HOLDS_SLOT = sa.and_(jobs.c.slot_held_until.is_not(None), jobs.c.slot_held_until > sa.bindparam("now", type_=UtcTime))
_HAS_TASK = sa.or_(jobs.c.next_lookup_at.is_not(None), _HOLDS_SLOT)
"""Condition: the task of a cancelled or abandoned job may still be running."""

EMPTIED: dict[str, Any] = {
    "prompt": "",
    "image_url": None,
    "style": None,
    "template": None,
    **NO_IMAGES,
    "failure_message": None,
    "locale": "",
    "guild_locale": None,
    "interaction_token": None,
    "message_id": None,
    "reply_message_id": None,
    "result_message_id": None,
    "result_channel_id": None,
    "is_starred": False,
    "undelivered_at": None,
    "next_delivery_at": None,
    "next_repair_at": None,
    "deadline_at": None,
    "slow_at": None,
}
"""Values of an emptied row. Its other columns are ids, times and numbers."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Counts of what was erased."""

    jobs: int
    cancelled: int
    """Number of open jobs that were cancelled at the last moment; their cards still show them as open."""
    messages: int
    """Number of messages that will be deleted one by one."""


class Erasure:
    """Erasure of users. Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    _OPEN_JOBS = (
        sa.select(jobs)
        .where(
            _OF_USER,
            sa.or_(
                sa.and_(jobs.c.group_id.is_(None), _IS_OPEN),
                sa.and_(
                    REPRESENTS_GROUP,
                    jobs.c.group_id.in_(
                        sa.select(jobs.c.group_id).where(_OF_USER, jobs.c.group_id.is_not(None), _IS_OPEN)
                    ),
                ),
            ),
        )
        .order_by(jobs.c.accepted_at)
    )

    async def open_jobs(self, user_id: int) -> list[Job]:
        """Return a user's open jobs, the oldest first; for a group, only the job that represents it."""
        return await self._database.fetch_jobs(self._OPEN_JOBS, user=user_id)

    # Locks the jobs of a group in the same order as other transactions do.
    _LOCK = (
        sa.select(jobs.c.id)
        .where(_OF_USER)
        .order_by(sa.func.coalesce(jobs.c.group_id, jobs.c.id), jobs.c.group_index)
        .with_for_update()
    )
    _UNDER_WAY = sa.select(jobs.c.id).where(_OF_USER, sa.or_(_IS_OPEN, jobs.c.next_delivery_at.is_not(None))).limit(1)
    _CANCEL = (
        sa.update(jobs)
        .where(_OF_USER, _IS_OPEN)
        .values(
            status=JobStatus.CANCELLED,
            failure_code=sa.case((_IS_PAID, CANCELLED_PAID), else_=CANCELLED),
            **NO_IMAGES,
            finished_at=sa.bindparam("now", type_=UtcTime),
            next_lookup_at=sa.case((_IS_AT_THE_API, jobs.c.next_lookup_at)),
            slot_held_until=sa.case((_IS_AT_THE_API, sa.bindparam("slot_until", type_=UtcTime))),
        )
        .returning(jobs.c.id)
    )
    _DELETE = sa.delete(jobs).where(_OF_USER, jobs.c.accepted_at < sa.bindparam("before", type_=UtcTime), ~_HAS_TASK)
    _EMPTY = (
        sa.update(jobs)
        .where(_OF_USER)
        .values(
            **EMPTIED,
            erased_at=sa.bindparam("now", type_=UtcTime),
            # A slot at the API counts towards the user's limit until it is free.
            user_id=sa.case((_HAS_TASK, jobs.c.user_id), else_=NOBODY),
        )
    )
    _OF_LEDGER = (
        sa.update(ledger)
        .where(ledger.c.user_id == sa.bindparam("user"))
        .values(
            user_id=None,
            user_key=sa.case(
                (ledger.c.accepted_at >= sa.bindparam("day", type_=UtcTime), sa.bindparam("key", type_=sa.String))
            ),
        )
    )

    async def erase(  # noqa: PLR0913  what the user has chosen, and what is known about the time
        self,
        user_id: int,
        *,
        now: datetime,
        day: datetime,
        deletes_messages: bool,
        locale: str | None = None,
        forced: bool = False,
    ) -> Erased | None:
        """Erase everything that is stored about a user; repeating it does no harm.

        If jobs are open or being posted, change nothing and return None. If ``forced``, cancel the open jobs instead;
        results that are being posted may still appear. ``day`` is the start of the operator's day: no limit needs the
        user of earlier rows of the ledger. ``locale`` is the language of the report about the messages; None means no
        report.
        """
        values = {"user": user_id, "now": now}

        def work(connection: sa.Connection) -> Erased | None:
            locked = connection.execute(self._LOCK, values).scalars().all()
            if not forced and connection.execute(self._UNDER_WAY, values).first() is not None:
                return None
            slot_until = now + SLOT_HELD_AT_MOST
            cancelled = connection.execute(self._CANCEL, values | {"slot_until": slot_until}).scalars().all()
            settle(connection, cancelled)
            messages = add_messages(connection, user_id, locale, now) if deletes_messages else 0
            connection.execute(self._DELETE, values | {"before": now - EMPTIED_FOR})
            connection.execute(self._EMPTY, values)
            connection.execute(sa.delete(preferences).where(preferences.c.user_id == user_id))
            key = self._keys.of(user_id)
            connection.execute(self._OF_LEDGER, {"user": user_id, "day": day, "key": key})
            _erase_rules(connection, user_id, key, now)
            request_cleaning(connection)
            self._database.notifications.notify(connection, Loop.DISPATCH)
            return Erased(len(locked), len(cancelled), messages)

        return await self._database.do_in_turn(work)

    _OVER = sa.select(jobs.c.id).where(jobs.c.erased_at < sa.bindparam("before", type_=UtcTime))
    _REMOVE = sa.delete(jobs).where(is_one_of(_OVER.with_for_update(skip_locked=True)))
    _FORGET_KEYS = (
        sa.update(ledger)
        .where(ledger.c.user_key.is_not(None), ledger.c.accepted_at < sa.bindparam("day", type_=UtcTime))
        .values(user_key=None)
    )
    _FORGET_BLOCKS = sa.delete(blocks).where(
        blocks.c.user_key.is_not(None), blocks.c.ends_at <= sa.bindparam("now", type_=UtcTime)
    )

    async def forget(self, *, now: datetime, day: datetime) -> None:
        """Delete the emptied rows of erased users, and the hashes of their ids, that are no longer needed."""

        def work(connection: sa.Connection) -> None:
            connection.execute(self._REMOVE, {"before": now - EMPTIED_FOR})
            connection.execute(self._FORGET_KEYS, {"day": day})
            connection.execute(self._FORGET_BLOCKS, {"now": now})

        await self._database.do(work)


def _erase_rules(connection: sa.Connection, user_id: int, key: str, now: datetime) -> None:
    """Replace the user's id by the hash in their blocks; remove it where they blocked others or changed settings."""
    of_user = blocks.c.user_id == user_id
    connection.execute(sa.delete(blocks).where(of_user, blocks.c.ends_at <= now))
    connection.execute(sa.update(blocks).where(of_user).values(user_id=None, user_key=key))
    connection.execute(sa.update(blocks).where(blocks.c.blocked_by == user_id).values(blocked_by=NOBODY))
    connection.execute(sa.update(servers).where(servers.c.changed_by == user_id).values(changed_by=None))
