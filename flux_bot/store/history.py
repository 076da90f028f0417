"""Reads users' own jobs (a job by its id, the open jobs, or all jobs) and their preferences."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import AT_THE_API, OPEN, Job, JobStatus, Origin, Preferences
from flux_bot.store.database.cleaning import request_cleaning
from flux_bot.store.database.database import Database, fetch_jobs, update_returning
from flux_bot.store.database.engines import Work
from flux_bot.store.groups import lock_group_of
from flux_bot.store.queue import QUEUE_ORDER, place_in_queue
from flux_bot.store.schema import IN_ITS_GROUP, OF_GROUP, THE_GROUP, jobs, locked, preferences, status_in

LISTED = 4
"""Jobs of each kind in an overview: more would not fit on a card (40 components, 4,000 characters)."""
RECENT = timedelta(hours=1)
SEARCH_CHARACTERS = 100
SEARCH_WORDS = 10
"""The rest of a search is ignored: each word costs another pass over all of a user's prompts."""

_HAS_PICTURES = sa.and_(jobs.c.images.is_not(None), status_in(JobStatus.FINISHED, JobStatus.DELIVERED))
_OF_USER = jobs.c.user_id == sa.bindparam("user")
_PREFERENCE_NAMES = tuple(Preferences.__dataclass_fields__)
_IS_LISTED = jobs.c.prompt != ""
"""The prompt is empty only in jobs that were deleted for good."""
_BY_ID = sa.select(jobs).where(jobs.c.id == sa.bindparam("job"), _IS_LISTED)
_member = jobs.alias()
_OF_SAME_GROUP = _member.c.group_id == jobs.c.group_id
_IS_UNDER_WAY = sa.or_(_member.c.next_delivery_at.is_not(None), *(_member.c.status == status for status in OPEN))
_CAN_ERASE = sa.and_(
    sa.or_(_HAS_PICTURES, sa.exists().where(_OF_SAME_GROUP, _member.c.images.is_not(None))),
    jobs.c.next_delivery_at.is_(None),
    ~sa.exists().where(_OF_SAME_GROUP, _IS_UNDER_WAY),
)
"""A group is erased as a whole, because its pictures are in one message."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Overview:
    """A user's current jobs, at most ``LISTED`` of each kind."""

    undelivered: Sequence[Job]
    """The oldest first."""
    running: Sequence[Job]
    more_running: int
    """The number of running jobs that are not listed."""
    queued: Sequence[tuple[Job, int]]
    """The queued jobs that are listed, with their places in the queue."""
    more_queued: int
    """The number of queued jobs that are not listed."""
    finished: Sequence[Job]
    """The latest first."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a user's history."""

    jobs: Sequence[Job]
    """The latest first."""
    number: int
    """The first page is 1."""
    pages: int


class JobHistory:
    """Reads jobs, and saves changes that their users make. Each method is one transaction.

    All raise StoreUnavailable if the transaction fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._searches: dict[int, asyncio.Task[Any]] = {}
        """The search that is running or waiting, by user."""

    async def job(self, job_id: str) -> Job | None:
        """Return a job by its id; None if it does not exist or was deleted for good."""
        return next(iter(await self._database.fetch_jobs(_BY_ID, job=job_id)), None)

    async def with_group(self, job_id: str) -> Job | None:
        """Return a job, with all jobs of its group in ``group`` if it is in one; None in the same cases as ``job``.

        The id of a group may belong to a job that was deleted, or left the group because its picture was late. Then the
        first remaining job is returned.
        """
        query = sa.select(jobs).where(sa.or_(OF_GROUP, IN_ITS_GROUP), _IS_LISTED).order_by(jobs.c.group_index)
        found = await self._database.fetch_jobs(query, job=job_id)
        group = tuple(job for job in found if job.group_id is not None)
        if not group:
            return next(iter(found), None)
        return replace(next((job for job in group if job.id == job_id), group[0]), group=group)

    async def was_accepted(self, interaction_id: int) -> bool:
        """Return whether an interaction or message has created a job."""
        query = sa.select(jobs.c.id).where(jobs.c.interaction_id == interaction_id)
        return await self._database.do(lambda connection: connection.execute(query).first() is not None)

    async def user_of_erased(self, job_id: str) -> int | None:
        """Return the user of a job that was deleted for good; None for any other job, or if the user was erased."""
        query = sa.select(jobs.c.user_id).where(jobs.c.id == job_id, sa.not_(_IS_LISTED))
        return await self._database.do(lambda connection: connection.execute(query).scalar_one_or_none() or None)

    async def children(self, job_id: str, limit: int) -> list[Job]:
        """Return the delivered jobs that were requested from a job's card, the oldest first; one per group."""
        query = (
            sa.select(jobs)
            .where(
                jobs.c.parent_id == job_id,
                jobs.c.result_message_id.is_not(None),
                sa.or_(jobs.c.group_id.is_(None), jobs.c.group_id == jobs.c.id),
            )
            .order_by(jobs.c.accepted_at)
            .limit(limit)
        )
        return await self._database.fetch_jobs(query)

    async def undelivered(self, user_id: int, limit: int) -> list[Job]:
        """Return the jobs that this user can fetch, the oldest first."""
        return await self._database.do(lambda connection: _undelivered(connection, user_id, limit))

    async def fetch_undelivered(self, job_id: str, origin: Origin, reply_message_id: int, *, now: datetime) -> bool:
        """Make an undelivered job due again, privately, at a new origin; False if the user has no such job.

        The whole group moves with the job that represents it.
        """
        place = asdict(origin) | {"private": True, "reply_message_id": reply_message_id}
        del place["interaction_id"]  # the job keeps the id of the interaction that made it
        fetch = (
            sa.update(jobs)
            .where(jobs.c.id == job_id, jobs.c.undelivered_at.is_not(None), jobs.c.user_id == origin.user_id)
            .values(**place, undelivered_at=None, next_delivery_at=now, delivery_attempts=0)
            .returning(jobs)
        )
        move_group = sa.update(jobs).where(THE_GROUP).values(place)

        def work(connection: sa.Connection) -> bool:
            fetched = update_returning(connection, fetch)
            if fetched is not None and fetched.group_id:
                connection.execute(move_group, {"group": fetched.group_id})
            return fetched is not None

        return await self._database.do(work)

    async def overview(self, user_id: int, *, now: datetime) -> Overview:
        """Return a user's current jobs."""

        def work(connection: sa.Connection) -> Overview:
            at_the_api = sa.select(jobs).where(_OF_USER, status_in(*AT_THE_API)).order_by(jobs.c.submitted_at)
            waiting = sa.select(jobs).where(_OF_USER, jobs.c.status == JobStatus.QUEUED).order_by(*QUEUE_ORDER)
            ended = (
                sa.select(jobs)
                .where(
                    _OF_USER,
                    status_in(JobStatus.FINISHED, JobStatus.DELIVERED, JobStatus.ABANDONED),
                    jobs.c.finished_at > now - RECENT,
                    jobs.c.undelivered_at.is_(None),
                    _IS_LISTED,
                )
                .order_by(jobs.c.finished_at.desc())
                .limit(LISTED)
            )
            running = fetch_jobs(connection, at_the_api, user=user_id)
            queued = fetch_jobs(connection, waiting, user=user_id)
            return Overview(
                undelivered=_undelivered(connection, user_id, LISTED),
                running=running[:LISTED],
                more_running=len(running[LISTED:]),
                queued=[(job, place_in_queue(connection, job)) for job in queued[:LISTED]],
                more_queued=len(queued[LISTED:]),
                finished=fetch_jobs(connection, ended, user=user_id),
            )

        return await self._database.do(work)

    async def can_erase(self, job_id: str) -> bool:
        """Return whether ``erase`` is possible: the job or its group has pictures and is not being made or posted."""
        query = sa.select(jobs.c.id).where(jobs.c.id == job_id, _CAN_ERASE)
        return await self._database.do(lambda connection: connection.execute(query).first() is not None)

    async def erase(self, job_id: str, user_id: int) -> bool:
        """Delete the contents of a user's job: prompt, pictures and message. False if that is not possible now.

        The contents of all jobs of its group are deleted, as their pictures are in the same message.
        The rows keep what the counts need: ids, model, cost, times and status.
        """
        erase = (
            sa.update(jobs)
            .where(IN_ITS_GROUP, jobs.c.user_id == user_id, _CAN_ERASE)
            .values(
                prompt="",
                style=None,
                template=None,
                image_url=None,
                images=None,
                failure_message=None,
                interaction_token=None,
                result_message_id=None,
                result_channel_id=None,
                undelivered_at=None,
                next_repair_at=None,
                is_starred=False,
            )
        )

        def work(connection: sa.Connection) -> bool:
            lock_group_of(connection, job_id)
            is_erased = connection.execute(erase, {"job": job_id}).rowcount > 0
            if is_erased:
                request_cleaning(connection)
            return is_erased

        return await self._database.do(work)

    async def set_star(self, job_id: str, *, is_starred: bool) -> None:
        """Star a job and its group, which keeps them beyond the retention period, or remove the stars."""
        star = sa.update(jobs).where(locked(IN_ITS_GROUP), _IS_LISTED).values(is_starred=is_starred)
        await self._database.update(star, job=job_id)

    async def search(self, user_id: int, words: str, limit: int) -> list[Job]:
        """Return a user's pictures whose prompts contain all these words, the latest first.

        Raises RequestRejected if the user starts another search meanwhile.
        """
        query = _pictures(user_id, words).limit(limit)
        return await self._search(user_id, lambda connection: fetch_jobs(connection, query))

    async def page(self, user_id: int, words: str, number: int, size: int, *, starred: bool = False) -> Page:
        """Return a page of what ``search`` finds, or the nearest one that exists. Raises as ``search`` does.

        ``starred`` limits it to starred jobs.
        """
        query = _pictures(user_id, words)
        if starred:
            query = query.where(jobs.c.is_starred)

        def work(connection: sa.Connection) -> Page:
            ids = query.with_only_columns(jobs.c.id).order_by(None).subquery()
            total: int = connection.execute(sa.select(sa.func.count()).select_from(ids)).scalar_one()
            pages = max(1, -(-total // size))
            shown = min(max(1, number), pages)
            return Page(fetch_jobs(connection, query.limit(size).offset((shown - 1) * size)), shown, pages)

        return await self._search(user_id, work)

    async def _search(self, user_id: int, work: Work[T]) -> T:
        """Run a search, and cancel the user's previous search: people type faster than long prompts can be searched."""
        search = asyncio.create_task(self._database.read(work))
        if user_id in self._searches:
            self._searches[user_id].cancel()
        self._searches[user_id] = search
        try:
            return await search
        except asyncio.CancelledError:
            if self._searches.get(user_id) is search:  # the caller was cancelled, not the search
                raise
            raise RequestRejected("search-replaced") from None
        finally:
            if self._searches.get(user_id) is search:
                del self._searches[user_id]

    async def forget_message(self, job_id: str, message_id: int) -> None:
        """Note that a result's message was deleted; the pictures stay in the history."""
        forget = (
            sa.update(jobs)
            .where(locked(IN_ITS_GROUP), jobs.c.result_message_id == message_id)
            .values(result_message_id=None, result_channel_id=None)
        )
        await self._database.update(forget, job=job_id)

    async def preferences(self, user_id: int) -> Preferences:
        """Return a user's preferences."""
        return await self._database.do(lambda connection: read_preferences(connection, [user_id])[user_id])

    async def prefer(self, user_id: int, **changes: Any) -> Preferences:
        """Change some of a user's preferences, and return all of them."""

        def work(connection: sa.Connection) -> Preferences:
            changed = replace(read_preferences(connection, [user_id])[user_id], **changes)
            connection.execute(sa.delete(preferences).where(preferences.c.user_id == user_id))
            connection.execute(sa.insert(preferences).values(user_id=user_id, **asdict(changed)))
            return changed

        return await self._database.do_in_turn(work)


_PREFERENCES = sa.select(preferences).where(preferences.c.user_id.in_(sa.bindparam("users")))


def read_preferences(connection: sa.Connection, users: Collection[int]) -> dict[int, Preferences]:
    """Return the preferences of these users, the defaults if they have none."""
    rows = connection.execute(_PREFERENCES, {"users": list(users)}).mappings()
    found = {row["user_id"]: Preferences(**{name: row[name] for name in _PREFERENCE_NAMES}) for row in rows}
    return {user_id: found.get(user_id, Preferences()) for user_id in users}


def _undelivered(connection: sa.Connection, user_id: int, limit: int) -> list[Job]:
    query = (
        sa.select(jobs).where(jobs.c.undelivered_at.is_not(None), _OF_USER).order_by(jobs.c.undelivered_at).limit(limit)
    )
    return fetch_jobs(connection, query, user=user_id)


def _pictures(user_id: int, words: str) -> sa.Select[Any]:
    query = sa.select(jobs).where(jobs.c.user_id == user_id, _HAS_PICTURES).order_by(jobs.c.accepted_at.desc())
    storable = words[:SEARCH_CHARACTERS].encode(errors="ignore").decode()  # without lone surrogates
    for word in storable.split()[:SEARCH_WORDS]:
        query = query.where(jobs.c.prompt.icontains(word, autoescape=True))
    return query
