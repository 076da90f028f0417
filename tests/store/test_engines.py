"""The engines below the store: transactions, rollbacks and locks."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from flux_bot.store.engines import Engine, open_engine
from flux_bot.store.schema import metadata, notes


@pytest.fixture
async def engine(store_url: str) -> AsyncIterator[Engine]:
    """An engine on an empty database of either kind."""
    engine = open_engine(sa.make_url(store_url))
    await engine.do(metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[Engine]:
    """An engine on an empty SQLite file."""
    engine = open_engine(sa.make_url(f"sqlite:///{path}"))
    await engine.do(metadata.create_all)
    yield engine
    await engine.dispose()


def insert_note(connection: sa.Connection, name: str = "a") -> None:
    """Insert a note, whose name must be unique."""
    connection.execute(sa.insert(notes).values(name=name, value="x"))


async def names(engine: Engine) -> list[str]:
    """Return the names of all notes."""
    query = sa.select(notes.c.name).order_by(notes.c.name)
    return await engine.do(lambda connection: list(connection.execute(query).scalars()))


async def test_a_failed_transaction_is_rolled_back(engine: Engine) -> None:
    """An error undoes the whole transaction, and the engine still works."""

    def insert_twice(connection: sa.Connection) -> None:
        insert_note(connection)
        insert_note(connection)

    with pytest.raises(IntegrityError):
        await engine.do(insert_twice)
    assert await names(engine) == []
    await engine.do(insert_note)
    assert await names(engine) == ["a"]


async def test_several_steps_in_one_transaction(engine: Engine) -> None:
    """All steps of a transaction are saved, or none."""
    async with engine.begin() as run:
        await run(insert_note)
        await run(lambda connection: insert_note(connection, "b"))
    assert await names(engine) == ["a", "b"]
    with pytest.raises(IntegrityError):  # noqa: PT012  the transaction raises
        async with engine.begin() as run:
            await run(lambda connection: insert_note(connection, "c"))
            await run(insert_note)
    assert await names(engine) == ["a", "b"]


async def test_a_sqlite_transaction_locks_from_its_begin(sqlite: Engine, path: Path) -> None:
    """No other connection can write between a transaction's BEGIN and its end."""
    async with sqlite.begin():
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")


async def test_a_file_that_stays_locked_is_an_error(sqlite: Engine, path: Path) -> None:
    """Waiting for a lock ends with an error, and leaves no transaction open."""
    await sqlite.do(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=1"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await sqlite.do(insert_note)
    await sqlite.do(insert_note)
    assert await names(sqlite) == ["a"]


async def test_a_locked_file_does_not_block_the_event_loop(sqlite: Engine, path: Path) -> None:
    """While SQLite waits for a lock, the event loop keeps running."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(sqlite.do(insert_note))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not writing.done()
        other.execute("ROLLBACK")
        await writing
    assert await names(sqlite) == ["a"]
