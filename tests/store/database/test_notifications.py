"""On PostgreSQL, a write by one process wakes the loops of the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from flux_bot.store.database.notifications import Loop
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import NO_SLOTS, NOW, ON_POSTGRESQL, ON_SQLITE
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


@ON_POSTGRESQL
async def test_other_processes_are_notified(store: JobStore, other_store: JobStore) -> None:
    """A job with a reply wakes the others' dispatchers, and an ended job also their deliveries, but not the sender."""
    async with notifications_of(store) as own, notifications_of(other_store) as received:
        job = await db.submitting(store)
        await store.admission.set_reply(job.id, 1, starts=True)
        await eventually(lambda: received == [Loop.DISPATCH])
        assert await store.finish(job.id, db.failure(job), now=NOW)
        await eventually(lambda: received == [Loop.DISPATCH, Loop.DELIVER, Loop.DISPATCH])
        await other_store.admission.set_reply(job.id, 1, starts=True)
        await eventually(lambda: own == [Loop.DISPATCH])


@ON_POSTGRESQL
async def test_no_needless_notifications(store: JobStore, other_store: JobStore) -> None:
    """Neither a job that must wait nor a result that is already known sends a notification."""
    ended = await db.running(store)
    assert await store.finish(ended.id, db.failure(ended), now=NOW)
    async with notifications_of(other_store) as received:
        waiting = await db.queued(store, limits=NO_SLOTS)
        assert not await store.finish(ended.id, db.failure(ended), now=NOW)
        await store.admission.set_reply(waiting.id, 1)
        await store.cancel(waiting.id, now=NOW)
        assert not await store.cancel(waiting.id, now=NOW)
        ended = await db.submitting(store)
        assert await store.finish(ended.id, db.failure(ended), now=NOW)
        await eventually(lambda: Loop.DELIVER in received)
        assert received[: received.index(Loop.DELIVER)] == [Loop.DISPATCH]  # cancelled


@ON_POSTGRESQL
async def test_a_lost_connection(store: JobStore, other_store: JobStore, store_url: str) -> None:
    """After a lost connection a process wakes all its loops once, and then receives notifications again."""
    engine = db.client_engine(store_url)
    async with notifications_of(other_store) as received:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        async with engine.begin() as connection:
            assert len((await connection.execute(sa.text(kill))).all()) == 1
        await engine.dispose()
        await eventually(lambda: received == [*Loop])
        job = await db.queued(store)
        await store.admission.set_reply(job.id, 1, starts=True)
        await eventually(lambda: received == [*Loop, Loop.DISPATCH])


@ON_SQLITE
async def test_no_notifications_on_sqlite(store: JobStore) -> None:
    """On SQLite, listening ends at once, as there is only one process."""
    async with notifications_of(store) as received:
        await db.queued(store)
        assert received == []
