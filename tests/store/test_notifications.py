"""On PostgreSQL, a write by one process wakes the loops of the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from flux_bot.store.notifications import Loop
from flux_bot.store.store import JobStore
from tests.database import (
    DEADLINE,
    NO_SLOTS,
    NOW,
    UNLIMITED,
    claim_next,
    client_engine,
    failure,
    fresh,
    queued,
    running,
)
from tests.flux.caller import eventually


@asynccontextmanager
async def notifications_of(store: JobStore) -> AsyncIterator[list[Loop]]:
    """Listen for notifications, without the initial ones that wake every loop."""
    received: list[Loop] = []
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(store.listen(received.append))
        await eventually(lambda: len(received) == len(Loop) or listening.done())
        received.clear()
        yield received
        listening.cancel()


async def test_other_processes_are_notified(postgres_url: str) -> None:
    """A startable job wakes the others' dispatchers, an ended job their deliveries too; the sender is not woken."""
    async with (
        JobStore(postgres_url) as one,
        JobStore(postgres_url) as other,
        notifications_of(one) as own,
        notifications_of(other) as received,
    ):
        job = await queued(one)
        await eventually(lambda: received == [Loop.DISPATCH])
        assert await claim_next(one, UNLIMITED, DEADLINE, now=NOW)
        assert await one.finish(job.id, failure(job), now=NOW)
        await eventually(lambda: received == [Loop.DISPATCH, Loop.DELIVER, Loop.DISPATCH])
        await queued(other)
        await eventually(lambda: own == [Loop.DISPATCH])


async def test_no_needless_notifications(postgres_url: str) -> None:
    """Neither a job that must wait nor a result that is already known sends a notification."""
    async with JobStore(postgres_url) as one, JobStore(postgres_url) as other:
        ended = await running(one)
        assert await one.finish(ended.id, failure(ended), now=NOW)
        async with notifications_of(other) as received:
            await queued(one, limits=NO_SLOTS)
            assert not await one.finish(ended.id, failure(await fresh(one, ended)), now=NOW)
            await queued(one)
            await eventually(lambda: received)
            assert received == [Loop.DISPATCH]


async def test_a_lost_connection(postgres_url: str) -> None:
    """After a lost connection a process wakes all its loops once, and then receives notifications again."""
    engine = client_engine(postgres_url)
    async with JobStore(postgres_url) as one, JobStore(postgres_url) as other, notifications_of(other) as received:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        async with engine.begin() as connection:
            assert len((await connection.execute(sa.text(kill))).all()) == 1
        await engine.dispose()
        await eventually(lambda: received == [*Loop])
        await queued(one)
        await eventually(lambda: received == [*Loop, Loop.DISPATCH])


async def test_no_notifications_on_sqlite(tmp_path: Path) -> None:
    """On SQLite listening ends at once, as there is only one process."""
    async with JobStore(f"sqlite:///{tmp_path}/jobs.db") as store, notifications_of(store) as received:
        await queued(store)
        assert received == []
