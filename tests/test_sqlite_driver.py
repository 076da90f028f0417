"""The driver below SQLAlchemy: transactions that are cut off, and what comes of them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from flux_bot.schema import metadata, notes, open_engine
from tests.flux_caller import eventually


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "jobs.db"


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty database."""
    engine = open_engine(make_url(f"sqlite:///{path}"))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


async def names(engine: AsyncEngine) -> list[str]:
    """Return what is noted."""
    async with engine.begin() as connection:
        return list((await connection.execute(sa.select(notes.c.name).order_by(notes.c.name))).scalars())


async def test_rows_and_counts(engine: AsyncEngine) -> None:
    """Statements for many rows, for one, and those that return rows all tell what they did."""
    async with engine.begin() as connection:
        await connection.execute(sa.insert(notes), [{"name": name, "value": "x"} for name in "abc"])
        changed = await connection.execute(sa.update(notes).where(notes.c.name > "a").values(value="y"))
        assert changed.rowcount == 2
        gone = sa.delete(notes).where(notes.c.name == "a").returning(notes.c.value)
        assert (await connection.execute(gone)).scalars().all() == ["x"]
    assert await names(engine) == ["b", "c"]


async def test_what_fails_leaves_nothing(engine: AsyncEngine) -> None:
    """An error rolls back what its transaction did before, and the connection goes on."""
    same = sa.insert(notes).values(name="a", value="x")
    async with engine.connect() as connection:
        await connection.execute(same)
        with pytest.raises(IntegrityError):
            await connection.execute(same)
    assert await names(engine) == []


async def test_an_empty_transaction_holds_nothing(engine: AsyncEngine, path: Path) -> None:
    """Where no statement follows the BEGIN, another process can write."""
    async with engine.begin():
        with closing(sqlite3.connect(path, timeout=0)) as other, other:
            other.execute("INSERT INTO notes VALUES ('a', 'x')")
    assert await names(engine) == ["a"]


async def test_a_transaction_holds_from_its_first_statement(engine: AsyncEngine, path: Path) -> None:
    """Whatever is read in it, nobody else writes until its end."""
    async with engine.begin() as connection:
        await connection.execute(sa.select(notes))
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")


async def test_a_cancelled_statement_leaves_nothing(engine: AsyncEngine, path: Path) -> None:
    """Cancelled while another process holds the database, a write does not come later, nor stays open."""

    async def write() -> None:
        async with engine.begin() as connection:
            await connection.execute(sa.insert(notes).values(name="a", value="x"))

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(write())
        await eventually(engine.sync_engine.pool.checkedout)  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        writing.cancel()
        other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await writing
    assert await names(engine) == []
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
