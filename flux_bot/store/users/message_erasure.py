"""The messages to delete for users who have erased their data; at most one at a time is deleted for each user.

As with deliveries, a lease is a time: a claim moves ``next_at`` into the future, so the lease of a process that dies
expires. Deleting a message twice does no harm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from flux_bot.core.jobs import JobStatus
from flux_bot.store.database.database import Database
from flux_bot.store.schema import UtcTime, jobs, message_erasures, messages_to_erase

_OF_USER = message_erasures.c.user_id == sa.bindparam("user")
_MESSAGES_OF_USER = messages_to_erase.c.user_id == sa.bindparam("user")


class Outcome(StrEnum):
    """The outcome for a message; each value is the name of the column that counts it."""

    DELETED = "deleted"
    GONE = "gone"
    """The message had already been deleted, or only its user could see it."""
    REFUSED = "refused"
    """Discord does not let the bot delete the message."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of deleting a user's messages, in numbers of messages."""

    total: int
    deleted: int
    gone: int
    refused: int

    @property
    def done(self) -> int:
        """Return how many messages have been processed."""
        return self.deleted + self.gone + self.refused


@dataclass(frozen=True, slots=True)
class MessageToErase:
    """A message to delete."""

    user_id: int
    channel_id: int
    message_id: int
    attempts: int
    """Number of earlier attempts, which failed."""


@dataclass(frozen=True, slots=True)
class Report:
    """The report to a user whose messages have all been processed."""

    user_id: int
    locale: str | None
    """Language of the report; None means that the user did not ask for the deletion and gets no report."""
    progress: Progress
    attempts: int = 0
    """Number of earlier attempts, which failed."""


@dataclass(frozen=True, slots=True)
class ClaimedErasure:
    """The next step, or None and the time to look again if nothing is due; that time is None if nothing is left."""

    work: MessageToErase | Report | None
    next_at: datetime | None


class MessageErasure:
    """Claiming and counting messages. Each method is one transaction, and raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    _DUE = (
        sa.select(message_erasures)
        .where(message_erasures.c.next_at <= sa.bindparam("now"))
        .order_by(message_erasures.c.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    _SET_NEXT = sa.update(message_erasures).where(_OF_USER).values(next_at=sa.bindparam("at"))
    _NEXT_MESSAGE = (
        sa.select(messages_to_erase)
        .where(_MESSAGES_OF_USER)
        .order_by(messages_to_erase.c.attempts, messages_to_erase.c.message_id)
        .limit(1)
    )
    _NEXT_AT = sa.select(sa.func.min(message_erasures.c.next_at, type_=UtcTime))

    async def claim(self, *, now: datetime, lease: timedelta) -> ClaimedErasure:
        """Lease the deletion that has waited longest, which has the messages of one user, and return its next step."""

        def work(connection: sa.Connection) -> ClaimedErasure:
            due = connection.execute(self._DUE, {"now": now}).mappings().one_or_none()
            if due is None:
                return ClaimedErasure(None, connection.execute(self._NEXT_AT).scalar_one())
            user_id = due["user_id"]
            connection.execute(self._SET_NEXT, {"user": user_id, "at": now + lease})
            message = connection.execute(self._NEXT_MESSAGE, {"user": user_id}).mappings().one_or_none()
            if message is not None:
                return ClaimedErasure(MessageToErase(**message), None)
            return ClaimedErasure(Report(user_id, due["locale"], _progress_of(due), due["report_attempts"]), None)

        return await self._database.do(work)

    async def note(self, message: MessageToErase, outcome: Outcome, *, now: datetime) -> None:
        """Count the outcome for a message, only once, and end the lease."""
        delete = sa.delete(messages_to_erase).where(messages_to_erase.c.message_id == message.message_id)
        column = message_erasures.c[outcome]
        count = sa.update(message_erasures).where(_OF_USER).values({column: column + 1, "next_at": now})

        def work(connection: sa.Connection) -> None:
            if connection.execute(delete).rowcount:
                connection.execute(count, {"user": message.user_id})

        await self._database.do(work)

    async def postpone(self, user_id: int, at: datetime, *, failed: MessageToErase | Report | None = None) -> None:
        """Continue with a user's messages later; a message that ``failed`` is tried again after the others."""

        def work(connection: sa.Connection) -> None:
            if isinstance(failed, MessageToErase):
                is_it = messages_to_erase.c.message_id == failed.message_id
                connection.execute(sa.update(messages_to_erase).where(is_it).values(attempts=failed.attempts + 1))
            elif failed is not None:
                count = sa.update(message_erasures).where(_OF_USER).values(report_attempts=failed.attempts + 1)
                connection.execute(count, {"user": user_id})
            connection.execute(self._SET_NEXT, {"user": user_id, "at": at})

        await self._database.do(work)

    async def end(self, user_id: int) -> None:
        """Remove a user whose messages have all been processed, unless there are new ones."""
        any_left = sa.exists().where(messages_to_erase.c.user_id == message_erasures.c.user_id)
        end = sa.delete(message_erasures).where(message_erasures.c.user_id == user_id, ~any_left)
        await self._database.do(lambda connection: connection.execute(end))


_IS_ON_PRIVATE_REPLY = sa.and_(
    jobs.c.private, jobs.c.message_id.is_(None), jobs.c.result_channel_id == jobs.c.channel_id
)
"""Condition: the result is in a private reply, which only the user sees and the bot can't delete."""
_OWN = sa.and_(jobs.c.user_id == sa.bindparam("user"), jobs.c.erased_at.is_(None))
_RESULTS = sa.select(jobs.c.result_message_id, jobs.c.result_channel_id, jobs.c.user_id).where(
    _OWN, jobs.c.result_message_id.is_not(None), jobs.c.result_channel_id.is_not(None), ~_IS_ON_PRIVATE_REPLY
)
_CANCELLED_CARDS = sa.select(jobs.c.reply_message_id, jobs.c.channel_id, jobs.c.user_id).where(
    _OWN, jobs.c.reply_message_id.is_not(None), jobs.c.status == JobStatus.CANCELLED, ~jobs.c.private
)
_found = _RESULTS.union(_CANCELLED_CARDS).subquery()
_INSERT = sa.insert(messages_to_erase).from_select(
    ["message_id", "channel_id", "user_id"],
    sa.select(_found.c.result_message_id, sa.func.min(_found.c.result_channel_id), sa.func.min(_found.c.user_id))
    .where(~sa.exists().where(messages_to_erase.c.message_id == _found.c.result_message_id))
    .group_by(_found.c.result_message_id),
)


def add_messages(connection: sa.Connection, user_id: int, locale: str | None, now: datetime) -> int:
    """Schedule the messages with a user's results and cancelled cards for deletion; return how many were added.

    ``locale`` is the language of the report; None means no report. Call this before the jobs are erased.
    """
    added = connection.execute(_INSERT, {"user": user_id}).rowcount
    if added:
        is_user = message_erasures.c.user_id == user_id
        more = sa.update(message_erasures).where(is_user).values(total=message_erasures.c.total + added, locale=locale)
        if not connection.execute(more).rowcount:
            values = {"user_id": user_id, "locale": locale, "total": added, "next_at": now}
            connection.execute(sa.insert(message_erasures).values(values))
    return added


def read_progress(connection: sa.Connection, user_id: int) -> Progress | None:
    """Return the progress of deleting a user's messages; None if there is no deletion, or it is complete."""
    row = connection.execute(sa.select(message_erasures).where(_OF_USER), {"user": user_id}).mappings().one_or_none()
    return _progress_of(row) if row is not None else None


def _progress_of(row: sa.RowMapping) -> Progress:
    return Progress(row["total"], row["deleted"], row["gone"], row["refused"])
