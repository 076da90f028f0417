"""The engines below the store: transactions that break off, and what comes of them."""

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
    """An engine on an empty database, of each kind."""
    engine = open_engine(sa.make_url(store_url))
    await engine.do(metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[Engine]:
    """An engine on an empty file."""
    engine = open_engine(sa.make_url(f"sqlite:///{path}"))
    await engine.do(metadata.create_all)
    yield engine
    await engine.dispose()


def note(connection: sa.Connection, name: str = "a") -> None:
    """Write something that can be there once."""
    connection.execute(sa.insert(notes).values(name=name, value="x"))


async def names(engine: Engine) -> list[str]:
    """Return what is noted."""
    query = sa.select(notes.c.name).order_by(notes.c.name)
    return await engine.do(lambda connection: list(connection.execute(query).scalars()))


async def test_what_fails_leaves_nothing(engine: Engine) -> None:
    """An error rolls back what its transaction did before, and the engine goes on."""

    def twice(connection: sa.Connection) -> None:
        note(connection)
        note(connection)

    with pytest.raises(IntegrityError):
        await engine.do(twice)
    assert await names(engine) == []
    await engine.do(note)
    assert await names(engine) == ["a"]


async def test_several_pieces_in_one_transaction(engine: Engine) -> None:
    """All of them stay, or none."""
    async with engine.begin() as run:
        await run(note)
        await run(lambda connection: note(connection, "b"))
    assert await names(engine) == ["a", "b"]
    with pytest.raises(IntegrityError):  # noqa: PT012  the transaction is what raises
        async with engine.begin() as run:
            await run(lambda connection: note(connection, "c"))
            await run(note)
    assert await names(engine) == ["a", "b"]


async def test_a_transaction_on_sqlite_holds_from_its_begin(sqlite: Engine, path: Path) -> None:
    """Whatever is read in it, nobody else writes until its end."""
    async with sqlite.begin():
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")


async def test_a_file_that_stays_locked_is_an_error(sqlite: Engine, path: Path) -> None:
    """The wait has an end, and nothing stays open after it."""
    await sqlite.do(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=1"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await sqlite.do(note)
    await sqlite.do(note)
    assert await names(sqlite) == ["a"]


async def test_the_loop_goes_on_while_sqlite_waits(sqlite: Engine, path: Path) -> None:
    """A file that another program holds stops nothing but what asks for it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(sqlite.do(note))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not writing.done()
        other.execute("ROLLBACK")
        await writing
    assert await names(sqlite) == ["a"]
