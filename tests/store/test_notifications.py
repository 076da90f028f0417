"""What one process writes wakes the loops of the others, on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from flux_bot.store.notifications import Loop
from flux_bot.store.store import JobStore
from tests.database import DEADLINE, FULL, NOW, ROOMY, claim_next, client_engine, failure, fresh, queued, running
from tests.flux.caller import eventually


@asynccontextmanager
async def heard_by(store: JobStore) -> AsyncIterator[list[Loop]]:
    """Listen; when it is entered, the first wake-ups, for what came before, are over."""
    heard: list[Loop] = []
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(store.listen(heard.append))
        await eventually(lambda: len(heard) == len(Loop) or listening.done())
        heard.clear()
        yield heard
        listening.cancel()


async def test_others_hear(postgres_url: str) -> None:
    """A job that may start wakes the others' dispatchers, an end their deliveries too; oneself hears nothing."""
    async with (
        JobStore(postgres_url) as one,
        JobStore(postgres_url) as other,
        heard_by(one) as own,
        heard_by(other) as heard,
    ):
        job = await queued(one)
        await eventually(lambda: heard == [Loop.DISPATCH])
        assert await claim_next(one, ROOMY, DEADLINE, now=NOW)
        assert await one.finish(job.id, failure(job), now=NOW)
        await eventually(lambda: heard == [Loop.DISPATCH, Loop.DELIVER, Loop.DISPATCH])
        await queued(other)
        await eventually(lambda: own == [Loop.DISPATCH])


async def test_nobody_is_woken_for_nothing(postgres_url: str) -> None:
    """Neither by a job that must wait nor by an end that was known."""
    async with JobStore(postgres_url) as one, JobStore(postgres_url) as other:
        ended = await running(one)
        assert await one.finish(ended.id, failure(ended), now=NOW)
        async with heard_by(other) as heard:
            await queued(one, limits=FULL)
            assert not await one.finish(ended.id, failure(await fresh(one, ended)), now=NOW)
            await queued(one)
            await eventually(lambda: heard)
            assert heard == [Loop.DISPATCH]


async def test_a_lost_connection(postgres_url: str) -> None:
    """Who has lost the line wakes its loops for what it may have missed, and hears again."""
    engine = client_engine(postgres_url)
    async with JobStore(postgres_url) as one, JobStore(postgres_url) as other, heard_by(other) as heard:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        async with engine.begin() as connection:
            assert len((await connection.execute(sa.text(kill))).all()) == 1
        await engine.dispose()
        await eventually(lambda: heard == [*Loop])
        await queued(one)
        await eventually(lambda: heard == [*Loop, Loop.DISPATCH])


async def test_there_is_nobody_to_hear_on_sqlite(tmp_path: Path) -> None:
    """Listening ends at once where there is one process only."""
    async with JobStore(f"sqlite:///{tmp_path}/jobs.db") as store, heard_by(store) as heard:
        await queued(store)
        assert heard == []
