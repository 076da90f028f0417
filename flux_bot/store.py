"""JobStore: the jobs as rows, each status moved once by a conditional UPDATE.

Everything that must survive a crash is here and nowhere else. A lease is a time: ``next_delivery_at`` says when
a finished job may be taken up, so a claim pushes it ahead and a process that dies merely lets it pass.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from flux_bot import statements
from flux_bot.backlog import Census, at_the_api, count_queue, take_census, usual_seconds, who_may_start
from flux_bot.errors import ConfigurationError, SaveUncertain, StartupFailed, StoreUnavailable
from flux_bot.fairness import Limits
from flux_bot.flux_protocol import OUTCOME_UNKNOWN, OVERDUE
from flux_bot.jobs import (
    CardState,
    Failure,
    ImageRequest,
    Job,
    JobStatus,
    Origin,
    TaskResult,
    new_callback_secret,
    new_job_id,
)
from flux_bot.metrics import Metrics
from flux_bot.migrations import migrate
from flux_bot.news import Loop, News
from flux_bot.schema import columns_of, job_of, jobs, notes, open_engine
from flux_bot.together import Together, Work, was_refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_CLAIMS_LOCK = 0x666C7578  # one key for all processes on a database ("flux")


ANSWER_SECONDS = 2.5
"""How long saving a request may take: Discord takes an answer within 3 s. Whoever gets none asks again, so a request
that can't be answered any more must not be painted."""

FATE_SECONDS = 2.0
"""How long a command waits to learn whether its job was saved by a transaction that broke."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placed:
    """A job that was just accepted."""

    job: Job
    place: int
    """0 starts at once, 1 is the next in the queue."""
    usual_seconds: float | None
    """What the model usually takes (the median of its last jobs); None while there are none, or if it must wait."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request on its way into the database."""

    request: ImageRequest
    origin: Origin
    limits: Limits
    now: datetime
    paused: bool
    answer: asyncio.Future[Placed | None]
    since: float
    """By the event loop's clock."""


class JobStore:
    """The database; use it as an async context manager. Every method is one transaction."""

    def __init__(self, url: str, metrics: Metrics | None = None) -> None:
        """Take a plain ``sqlite:///path`` or ``postgresql://`` address, and where to time the transactions."""
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError):  # whose texts may hold a piece of the password
            raise ConfigurationError(
                "DATABASE_URL: should be like postgresql://user:password@host:5432/name; "
                "in the password write @ as %40, : as %3A and / as %2F"
            ) from None

        self._transactions = (metrics or Metrics()).transactions
        self._asked: list[_Asked] = []
        self._accepting = asyncio.Lock()
        self._together = Together(self._transaction)

    async def __aenter__(self) -> Self:
        """Connect, make the tables or bring those there are to the last version.

        Raises StartupFailed when the database can't be opened.
        """
        try:
            self._engine = open_engine(self._url)
            self._news = News(self._engine)
            await self._prepare()
        except TypeError as error:  # the driver does not know an option behind the question mark
            raise ConfigurationError(f"DATABASE_URL has an option that is not understood: {error}") from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            reason = getattr(error, "orig", None) or error
            raise StartupFailed(f"DATABASE_URL: can't open the database: {reason}") from error
        return self

    async def _prepare(self) -> None:
        async with AsyncExitStack() as on_failure:
            on_failure.push_async_callback(self._engine.dispose)
            async with self._engine.begin() as connection:
                await self._serialise(connection)
                await connection.run_sync(migrate)
            on_failure.pop_all()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._engine.dispose()

    # --- accept ------------------------------------------------------------------------------------

    async def accept(
        self, request: ImageRequest, origin: Origin, limits: Limits, *, now: datetime, paused: bool = False
    ) -> Placed | None:
        """Save a new job as QUEUED; None when its user already has too many waiting.

        ``paused`` says that nothing is submitted at the moment, which its card then shows. Requests that come while
        others are being saved are saved together: in a burst of commands each must be answered within 3 s.
        """
        loop = asyncio.get_running_loop()
        asked = _Asked(request, origin, limits, now, paused, loop.create_future(), loop.time())
        self._asked.append(asked)
        async with self._accepting:
            if not asked.answer.done():
                await self._accept_all()
        return await asked.answer

    async def _accept_all(self) -> None:
        batch, self._asked = self._asked, []
        try:
            await self._save_together(batch)
        finally:
            for asked in batch:
                if not asked.answer.done():
                    asked.answer.set_exception(StoreUnavailable("cut off"))

    async def _save_together(self, batch: Sequence[_Asked]) -> None:
        """Save requests in one transaction; one that can't be saved must not take the others along."""
        placed: list[Placed | None] = []
        try:
            async with self._transaction() as connection:
                await self._serialise(connection)
                placed = await _place_all(connection, batch)
                _check_age(batch)
                if rows := [columns_of(one.job) for one in placed if one]:
                    await connection.execute(sa.insert(jobs), rows)
                if any(one and not one.place for one in placed):
                    await self._news.tell(connection, Loop.DISPATCH)
        except (StoreUnavailable, ValueError) as error:  # ValueError: text that no database takes
            refused = was_refused(error)
            if refused and len(batch) > 1:
                for asked in batch:
                    await self._save_together([asked])
                return
            failed = error if refused else await self._fate_of(placed, error)
            if failed is not None:
                for asked in batch:
                    asked.answer.set_exception(failed)
                return
        for asked, one in zip(batch, placed, strict=True):
            asked.answer.set_result(one)

    async def _fate_of(self, placed: Sequence[Placed | None], error: Exception) -> Exception | None:
        """Find out whether jobs were saved whose transaction broke: None if so, else what to tell their users.

        Whoever reads "try again" about a job that was saved all the same gets its picture twice, and pays twice.
        """
        job_id = next((one.job.id for one in placed if one), None)
        if job_id is None:
            return error
        query = sa.select(jobs.c.id).where(jobs.c.id == job_id)
        try:
            async with asyncio.timeout(FATE_SECONDS):
                async for attempt in stamina.retry_context(
                    on=StoreUnavailable, attempts=None, timeout=None, wait_initial=0.05, wait_max=0.5
                ):
                    with attempt:
                        async with self._transaction() as connection:
                            await self._serialise(connection)  # the broken transaction has ended, then
                            saved = (await connection.execute(query)).scalar_one_or_none()
        except TimeoutError:
            return SaveUncertain(str(error))
        return None if saved else error

    async def set_reply(self, job_id: str, message_id: int) -> int:
        """Keep the status card's message id: Discord has taken the reply. Returns how many jobs its user has kept."""

        async def work(connection: AsyncConnection) -> int:
            replied = await connection.execute(statements.REPLIED, {"job": job_id, "reply_message_id": message_id})
            user = {"user": replied.scalar_one_or_none()}
            return (await connection.execute(statements.COUNT_KEPT, user)).scalar_one()

        return await self._do(work)

    async def usual_seconds(self, model: str) -> float | None:
        """Return the median time of the model's last jobs, None while there are none."""
        async with self._transaction() as connection:
            return await usual_seconds(connection, model)

    # --- dispatch ----------------------------------------------------------------------------------

    async def claim_next(self, limits: Limits, deadline: timedelta, *, now: datetime) -> Job | None:
        """Move the next job to SUBMITTING: by turn (see ``fairness.py``), past users who have enough running.

        Returns None when nothing waits or the limits are reached.
        """

        async def work(connection: AsyncConnection) -> Job | None:
            await self._serialise(connection)
            running, _ = await at_the_api(connection, now)
            if sum(running.values()) >= limits.max_in_flight:
                return None
            values = who_may_start(running, limits, now, 1) | {"deadline": now + deadline}
            row = (await connection.execute(statements.CLAIM_NEXT, values)).mappings().one_or_none()
            return job_of(row) if row else None

        return await self._do(work)

    async def mark_running(self, job_id: str, task_id: str, *, next_lookup_at: datetime) -> Job | None:
        """Move SUBMITTING to RUNNING; None when a callback was faster or the task_id is another job's."""
        values = {"status": JobStatus.RUNNING, "task_id": task_id, "next_lookup_at": next_lookup_at}
        return await self._move(statements.MARK_RUNNING, job_id, task=task_id, **values)

    async def requeue(self, job: Job, reason: Failure, *, failed: bool) -> Job | None:
        """Move SUBMITTING back to QUEUED: surely nothing was started. The reason is kept for the deadline.

        ``failed`` counts it as a failure of the API on this job, rather than one of being busy.
        """
        return await self._move(
            statements.CHANGE.where(
                jobs.c.status == JobStatus.SUBMITTING,
                jobs.c.submitted_at == job.submitted_at,  # repeated, it must not undo the next claim: that is paid for
            ).returning(jobs),
            job.id,
            status=JobStatus.QUEUED,
            failed_submissions=job.failed_submissions + failed,
            failure_code=reason.code,
            failure_message=reason.message,
        )

    async def claim_card(self, job: Job, card: CardState, *, now: datetime, lease: timedelta) -> bool:
        """Lease the status card for an edit and note what it shows then; nothing is delivered meanwhile.

        False when the job has moved on, or another process edits its card.
        """
        free = sa.or_(jobs.c.card_until.is_(None), jobs.c.card_until <= now)
        claim = statements.CHANGE.where(free, jobs.c.status == job.status)
        return await self._update(claim, job.id, card=card, card_until=now + lease)

    async def release_card(self, job_id: str) -> None:
        """End the lease on a status card."""
        await self._update(statements.CHANGE, job_id, card_until=None)

    # --- receive and chase -------------------------------------------------------------------------

    async def job(self, job_id: str) -> Job | None:
        """Return one job by its id."""
        found = await self._select(statements.BY_ID, job=job_id)
        return found[0] if found else None

    async def finish(self, job_id: str, result: TaskResult, *, now: datetime) -> Job | None:
        """Move a job that has been submitted to FINISHED; None when it already was or the task is another's.

        A success still counts after the job was given up: the picture is there and paid for.
        """
        open_statuses = [JobStatus.SUBMITTING, JobStatus.RUNNING]
        if result.images:
            open_statuses.append(JobStatus.ABANDONED)
        finish = statements.FINISH
        values: dict[str, Any] = {
            "open": open_statuses,
            "now": now,
            "status": JobStatus.FINISHED,
            "trace_id": result.trace_id,
            "images": [asdict(image) for image in result.images] or None,
            "failure_code": result.failure.code if result.failure else None,
            "failure_message": result.failure.message if result.failure else None,
            "finished_at": now,
            "next_lookup_at": None,
            "deadline_at": None,
            "delivery_attempts": 0,
            "delivered_at": None,
            "kept_at": None,
        }
        if result.task_id is not None:
            finish = statements.FINISH_TASK
            values |= {"task": result.task_id, "task_id": result.task_id}

        async def work(connection: AsyncConnection) -> Job | None:
            finished = await _moved(connection, finish, job_id, **values)
            if finished is not None:
                await self._news.tell(connection, Loop.DELIVER, Loop.DISPATCH)
            return finished

        return await self._do(work)

    async def claim_lookups(self, limit: int, *, now: datetime, again_at: datetime) -> dict[str, str]:
        """Return job ids by task_id for the tasks that are due to be looked up, and postpone the next time."""
        due = (
            sa.select(jobs.c.id)
            .where(jobs.c.next_lookup_at <= now, jobs.c.status == JobStatus.RUNNING)
            .order_by(jobs.c.next_lookup_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claim = (
            sa.update(jobs)
            .where(jobs.c.id.in_(due.scalar_subquery()), jobs.c.status == JobStatus.RUNNING)
            .values(next_lookup_at=again_at)
            .returning(jobs.c.task_id, jobs.c.id)
        )
        async with self._transaction() as connection:
            return {row.task_id: row.id for row in await connection.execute(claim)}

    async def abandon_overdue(self, *, now: datetime) -> list[str]:
        """Move every job past its deadline to ABANDONED, to be told to its user; returns their ids."""
        reason = sa.case(
            (jobs.c.status == JobStatus.SUBMITTING, OUTCOME_UNKNOWN),
            (jobs.c.status == JobStatus.RUNNING, OVERDUE),
            else_=jobs.c.failure_code,
        )
        open_statuses = (JobStatus.QUEUED, JobStatus.SUBMITTING, JobStatus.RUNNING)
        overdue = (
            sa.select(jobs.c.id)
            .where(jobs.c.deadline_at <= now, jobs.c.status.in_(open_statuses))
            .with_for_update(skip_locked=True)
        )
        abandon = (
            sa.update(jobs)
            .where(jobs.c.id.in_(overdue.scalar_subquery()), jobs.c.status.in_(open_statuses))
            .values(
                status=JobStatus.ABANDONED,
                failure_code=reason,
                finished_at=now,
                deadline_at=None,
                next_lookup_at=None,
                next_delivery_at=now,
            )
            .returning(jobs.c.id)
        )
        async with self._transaction() as connection:
            return list((await connection.execute(abandon)).scalars())

    async def next_chase_at(self) -> datetime | None:
        """Return when the next look-up or deadline is due, None when nothing is at the API."""
        times = (await self._earliest(jobs.c.next_lookup_at), await self._earliest(jobs.c.deadline_at))
        return min((at for at in times if at is not None), default=None)

    # --- deliver -----------------------------------------------------------------------------------

    async def claim_deliveries(
        self, limit: int, *, now: datetime, lease: timedelta, reply_grace: timedelta
    ) -> list[Job]:
        """Lease finished jobs that are due, the longest waiting first.

        A job whose reply Discord has not taken yet waits for it, ``reply_grace`` at most: what replaces the
        status card must not come before it. Nor may an edit of the card come after it: a lease on that is waited for.
        """
        values = {"now": now, "lease_ends": now + lease, "without_reply": now - reply_grace, "at_most": limit}
        return await self._select(statements.CLAIM_DELIVERIES, **values)

    async def next_delivery_at(self) -> datetime | None:
        """Return when the next delivery is due, None when nothing waits."""
        return await self._earliest(jobs.c.next_delivery_at)

    async def set_next_delivery(self, job_id: str, at: datetime) -> bool:
        """Extend a lease, or postpone a delivery that did not succeed."""
        return await self._update(statements.LEASED, job_id, next_delivery_at=at)

    async def mark_delivered(self, job: Job, message_id: int, *, now: datetime, closes: bool = False) -> None:
        """Note that the job was posted: FINISHED becomes DELIVERED; the lease stays until ``close``.

        ``closes`` does that in the same breath, where no status card is left to remove: whoever took up such a job
        would remove its result. If a late picture has meanwhile replaced the failure that was posted, that one still
        waits, and gets to know the message that it makes obsolete.
        """
        gave_up = job.status is JobStatus.ABANDONED
        status = JobStatus.ABANDONED if gave_up else JobStatus.DELIVERED
        posted = {"status": status, "delivered_at": now, "result_message_id": message_id}
        mark = statements.POSTED_AND_CLOSED if closes else statements.POSTED

        async def work(connection: AsyncConnection) -> None:
            marked = await _changed(connection, mark, job.id, was=job.status, **posted)
            if gave_up and not marked:
                replaced = {"was": JobStatus.FINISHED, "result_message_id": message_id}
                await _changed(connection, statements.POSTED, job.id, **replaced)

        await self._do(work)

    async def close(self, job_id: str) -> None:
        """End the work on a delivered job: forget its interaction token, release the lease."""
        await self._update(statements.CLOSE, job_id)

    async def keep(self, job: Job, *, now: datetime) -> None:
        """Put a job aside that can't be delivered anywhere, until its user fetches it."""
        await self._update(
            statements.POSTED,
            job.id,
            was=job.status,
            kept_at=now,
            next_delivery_at=None,
            interaction_token=None,
        )

    async def kept(self, user_id: int, limit: int) -> list[Job]:
        """Return the jobs that wait to be fetched by this user, the oldest first."""
        query = (
            sa.select(jobs)
            .where(jobs.c.kept_at.is_not(None), jobs.c.user_id == user_id)
            .order_by(jobs.c.kept_at)
            .limit(limit)
        )
        return await self._select(query)

    async def fetch_kept(self, job_id: str, origin: Origin, reply_message_id: int, *, now: datetime) -> bool:
        """Give a kept job a new origin and make it due again; False when its user has none such."""
        return await self._update(
            statements.CHANGE.where(jobs.c.kept_at.is_not(None), jobs.c.user_id == origin.user_id),
            job_id,
            **asdict(origin),
            kept_at=None,
            next_delivery_at=now,
            reply_message_id=reply_message_id,
            delivery_attempts=0,
        )

    # --- together with others ----------------------------------------------------------------------

    async def listen(self, wake: Callable[[Loop], object]) -> None:
        """Call ``wake`` for what other processes write, until cancelled; see ``news.py``."""
        await self._news.listen(wake)

    async def prune(self, limit: int, *, before: datetime) -> int:
        """Delete jobs that ended before a time and are not waited for, the oldest first; returns how many."""
        old = (
            sa.select(jobs.c.id)
            .where(
                jobs.c.finished_at < before,
                jobs.c.next_delivery_at.is_(None),
                jobs.c.kept_at.is_(None),
                jobs.c.status.in_((JobStatus.DELIVERED, JobStatus.ABANDONED, JobStatus.CANCELLED)),
            )
            .order_by(jobs.c.finished_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._transaction() as connection:
            return (await connection.execute(sa.delete(jobs).where(jobs.c.id.in_(old.scalar_subquery())))).rowcount

    # --- seen from outside -------------------------------------------------------------------------

    async def census(self) -> Census:
        """Count the open jobs."""
        async with self._transaction() as connection:
            return await take_census(connection)

    async def ping(self) -> None:
        """Return if the database answers. Raises StoreUnavailable."""
        async with self._transaction() as connection:
            await connection.execute(sa.select(1))

    # --- notes -------------------------------------------------------------------------------------

    async def note(self, name: str) -> str | None:
        """Return a small fact that outlives the process, such as a hash of the published commands."""
        async with self._transaction() as connection:
            query = sa.select(notes.c.value).where(notes.c.name == name)
            return (await connection.execute(query)).scalar_one_or_none()

    async def set_note(self, name: str, value: str) -> None:
        """Keep a small fact."""
        async with self._transaction() as connection:
            await self._serialise(connection)
            await connection.execute(sa.delete(notes).where(notes.c.name == name))
            await connection.execute(sa.insert(notes).values(name=name, value=value))

    # --- how ---------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _transaction(self) -> "AsyncIterator[AsyncConnection]":
        try:
            with self._transactions.time():
                async with self._engine.begin() as connection:
                    yield connection
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable(str(getattr(error, "orig", None) or error)) from error

    async def _serialise(self, connection: AsyncConnection) -> None:
        """Let only one process at a time count and claim; SQLite's transactions are serial already."""
        if self._engine.dialect.name == "postgresql":
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMS_LOCK)))

    async def _do(self, work: Work[T]) -> T:
        """Do a piece of work in a transaction, on SQLite together with what else is asked for."""
        if self._engine.dialect.name == "sqlite":
            return await self._together.do(work)
        async with self._transaction() as connection:
            return await work(connection)

    async def _update(self, update: sa.Update, job_id: str, **values: Any) -> bool:
        """Change one row if the conditions hold; tells whether they did."""
        return await self._do(lambda connection: _changed(connection, update, job_id, **values))

    async def _move(self, update: ReturningUpdate[Any], job_id: str, **values: Any) -> Job | None:
        """Change one row if the conditions hold and return it as it is then."""
        return await self._do(lambda connection: _moved(connection, update, job_id, **values))

    async def _earliest(self, column: sa.Column[datetime]) -> datetime | None:
        async def work(connection: AsyncConnection) -> datetime | None:
            earliest: datetime | None = (await connection.execute(statements.EARLIEST[column])).scalar_one()
            return earliest

        return await self._do(work)

    async def _select(self, query: sa.Select[Any] | ReturningUpdate[Any], **values: Any) -> list[Job]:
        async def work(connection: AsyncConnection) -> list[Job]:
            return [job_of(row) for row in (await connection.execute(query, values)).mappings()]

        return await self._do(work)


async def _changed(connection: AsyncConnection, update: sa.Update, job_id: str, **values: Any) -> bool:
    return (await connection.execute(update, {"job": job_id, **values})).rowcount == 1


async def _moved(connection: AsyncConnection, update: ReturningUpdate[Any], job_id: str, **values: Any) -> Job | None:
    row = (await connection.execute(update, {"job": job_id, **values})).mappings().one_or_none()
    return job_of(row) if row else None


def _check_age(batch: Sequence[_Asked]) -> None:
    """Raise StoreUnavailable if one of them has waited so long that Discord takes no answer any more."""
    if asyncio.get_running_loop().time() > ANSWER_SECONDS + min(asked.since for asked in batch):
        raise StoreUnavailable("too late to answer the command")


async def _place_all(connection: AsyncConnection, batch: Sequence[_Asked]) -> list[Placed | None]:
    """Make a job of each request as if they came one after the other, None where its user has too many waiting."""
    users = {asked.origin.user_id for asked in batch}
    queue = await count_queue(connection, users, batch[-1].limits, batch[-1].now)
    usual: dict[str, float | None] = {}
    placed: list[Placed | None] = []
    for asked in batch:
        position = queue.join(asked.origin.user_id, asked.limits)
        if position is None:
            placed.append(None)
            continue
        place = position.place
        job = Job(
            id=new_job_id(),
            callback_secret=new_callback_secret(),
            status=JobStatus.QUEUED,
            request=asked.request,
            origin=asked.origin,
            accepted_at=asked.now,
            turn=position.turn,
            card=CardState.QUEUED if place else CardState.BUSY if asked.paused else CardState.PAINTING,
        )
        model = job.request.model
        if not place and model not in usual:
            usual[model] = await usual_seconds(connection, model)
        placed.append(Placed(job, place, None if place else usual[model]))
    return placed
