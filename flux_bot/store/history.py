"""What people ask about their own pictures: one by its id, what is under way, all there were, what they prefer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import AT_THE_API, Job, JobStatus, Origin, Preferences
from flux_bot.store import statements
from flux_bot.store.database import Database, fetch_jobs, serialise
from flux_bot.store.schema import jobs, preferences

LISTED = 4
"""How many jobs of a kind an overview lists: more would not fit on a card (40 components, 4,000 characters)."""
JUST_FINISHED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Overview:
    """A person's jobs of now, at most ``LISTED`` of each kind."""

    undelivered: Sequence[Job]
    """They could not be delivered, the oldest first."""
    running: Sequence[Job]
    more_running: int
    """How many more are being made than are listed."""
    queued: Sequence[tuple[Job, int]]
    """With their places in the queue."""
    more_queued: int
    """How many more wait than are listed."""
    finished: Sequence[Job]
    """The latest first."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a person's history."""

    jobs: Sequence[Job]
    """The latest first."""
    number: int
    """Of this page; the first is 1."""
    pages: int


_HAS_PICTURES = sa.and_(jobs.c.images.is_not(None), jobs.c.status.in_((JobStatus.FINISHED, JobStatus.DELIVERED)))
# Built once, as each command asks for it: building a statement costs more than running it.
_PREFERENCES = sa.select(*(column for column in preferences.c if column.name != "user_id")).where(
    preferences.c.user_id == sa.bindparam("user")
)
_OF_USER = jobs.c.user_id == sa.bindparam("user")


class JobHistory:
    """Reads about jobs, and the little that their owners change. Each method is one transaction.

    Each raises StoreUnavailable when the database does not do it.
    """

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    async def job(self, job_id: str) -> Job | None:
        """Return one job by its id."""
        return next(iter(await self._database.select(statements.BY_ID, job=job_id)), None)

    async def children(self, job_id: str, limit: int) -> list[Job]:
        """Return delivered jobs that were asked from a job's card, the oldest first."""
        query = (
            sa.select(jobs)
            .where(jobs.c.parent_id == job_id, jobs.c.result_message_id.is_not(None))
            .order_by(jobs.c.accepted_at)
            .limit(limit)
        )
        return await self._database.select(query)

    async def undelivered(self, user_id: int, limit: int) -> list[Job]:
        """Return the jobs that wait to be fetched by this user, the oldest first."""
        return await self._database.do(lambda connection: _undelivered(connection, user_id, limit))

    async def fetch_undelivered(self, job_id: str, origin: Origin, reply_message_id: int, *, now: datetime) -> bool:
        """Give a kept job a new origin and make it due again, privately; False when its user has none such."""
        return await self._database.change(
            statements.CHANGE.where(jobs.c.undelivered_at.is_not(None), jobs.c.user_id == origin.user_id),
            job_id,
            **asdict(origin),
            private=True,
            undelivered_at=None,
            next_delivery_at=now,
            reply_message_id=reply_message_id,
            delivery_attempts=0,
        )

    async def overview(self, user_id: int, *, now: datetime) -> Overview:
        """Return what of a person's is under way."""

        def work(connection: sa.Connection) -> Overview:
            in_work = sa.select(jobs).where(_OF_USER, jobs.c.status.in_(AT_THE_API)).order_by(jobs.c.submitted_at)
            waiting = (
                sa.select(jobs)
                .where(_OF_USER, jobs.c.status == JobStatus.QUEUED)
                .order_by(jobs.c.turn, jobs.c.accepted_at)
            )
            ended = (
                sa.select(jobs)
                .where(
                    _OF_USER,
                    jobs.c.status.in_((JobStatus.FINISHED, JobStatus.DELIVERED, JobStatus.ABANDONED)),
                    jobs.c.finished_at > now - JUST_FINISHED,
                    jobs.c.undelivered_at.is_(None),
                )
                .order_by(jobs.c.finished_at.desc())
                .limit(LISTED)
            )
            running = fetch_jobs(connection, in_work, user=user_id)
            queued = fetch_jobs(connection, waiting, user=user_id)
            return Overview(
                undelivered=_undelivered(connection, user_id, LISTED),
                running=running[:LISTED],
                more_running=len(running[LISTED:]),
                queued=[(job, _place(connection, job)) for job in queued[:LISTED]],
                more_queued=len(queued[LISTED:]),
                finished=fetch_jobs(connection, ended, user=user_id),
            )

        return await self._database.do(work)

    async def search(self, user_id: int, words: str, limit: int) -> list[Job]:
        """Return a person's pictures whose prompt has these words, the latest first."""
        return await self._database.select(_pictures(user_id, words).limit(limit))

    async def history(self, user_id: int, words: str, number: int, size: int) -> Page:
        """Return one page of a person's pictures whose prompt has these words; the nearest one if it is not there."""
        query = _pictures(user_id, words)

        def work(connection: sa.Connection) -> Page:
            ids = query.with_only_columns(jobs.c.id).order_by(None).subquery()
            total: int = connection.execute(sa.select(sa.func.count()).select_from(ids)).scalar_one()
            pages = max(1, -(-total // size))
            shown = min(max(1, number), pages)
            return Page(fetch_jobs(connection, query.limit(size).offset((shown - 1) * size)), shown, pages)

        return await self._database.do(work)

    async def forget_message(self, job_id: str, message_id: int) -> None:
        """Note that a result's message was deleted; its pictures stay in the history."""
        is_that = statements.CHANGE.where(jobs.c.result_message_id == message_id)
        await self._database.change(is_that, job_id, result_message_id=None, result_channel_id=None)

    async def preferences(self, user_id: int) -> Preferences:
        """Return what a person prefers."""
        return await self._database.do(lambda connection: _preferences(connection, user_id))

    async def prefer(self, user_id: int, **changes: Any) -> Preferences:
        """Change some of what a person prefers, and return all of it."""

        def work(connection: sa.Connection) -> Preferences:
            serialise(connection)
            update_row = replace(_preferences(connection, user_id), **changes)
            connection.execute(sa.delete(preferences).where(preferences.c.user_id == user_id))
            connection.execute(sa.insert(preferences).values(user_id=user_id, **asdict(update_row)))
            return update_row

        return await self._database.do(work)


def _undelivered(connection: sa.Connection, user_id: int, limit: int) -> list[Job]:
    query = (
        sa.select(jobs).where(jobs.c.undelivered_at.is_not(None), _OF_USER).order_by(jobs.c.undelivered_at).limit(limit)
    )
    return fetch_jobs(connection, query, user=user_id)


def _place(connection: sa.Connection, job: Job) -> int:
    """Return a waiting job's place in the queue; 1 is the next."""
    ahead = sa.or_(jobs.c.turn < job.turn, sa.and_(jobs.c.turn == job.turn, jobs.c.accepted_at < job.accepted_at))
    query = sa.select(sa.func.count()).where(jobs.c.status == JobStatus.QUEUED, ahead)
    place: int = 1 + connection.execute(query).scalar_one()
    return place


def _pictures(user_id: int, words: str) -> sa.Select[Any]:
    query = sa.select(jobs).where(jobs.c.user_id == user_id, _HAS_PICTURES).order_by(jobs.c.accepted_at.desc())
    for word in words.split():
        query = query.where(jobs.c.prompt.icontains(word, autoescape=True))
    return query


def _preferences(connection: sa.Connection, user_id: int) -> Preferences:
    row = connection.execute(_PREFERENCES, {"user": user_id}).mappings().one_or_none()
    return Preferences(**row) if row else Preferences()
