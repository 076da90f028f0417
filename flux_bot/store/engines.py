"""The engine of each kind of database: a piece of work is a plain function of a connection, done in one transaction.

SQLite does it in a thread of its own, all in one go: hops between threads are what a small transaction costs.
PostgreSQL does it on the event loop, where SQLAlchemy's greenlets do the waiting.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
import stamina
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from flux_bot.core.errors import ConfigurationError

T = TypeVar("T")
Work = Callable[[sa.Connection], T]

_PRAGMAS = ("synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")


class Postgresql:
    """PostgreSQL by asyncpg."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take SQLAlchemy's engine."""
        self.engine = engine

    async def do(self, work: Work[T]) -> T:
        """Do a piece of work in a transaction of its own."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open a transaction for several pieces of work."""
        return self.engine.begin()

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


class Sqlite:
    """A SQLite file on one connection: transactions of this process queue up instead of failing as "locked"."""

    def __init__(self, url: sa.URL) -> None:
        """Take the address and make the file."""
        _make_file(Path(str(url.database)))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._engine = sa.create_engine(url, hide_parameters=True)
        sa.event.listen(self._engine, "connect", _on_connect)
        sa.event.listen(self._engine, "begin", _on_begin)

    async def do(self, work: Work[T]) -> T:
        """Do a piece of work in a transaction of its own; whoever is cancelled can't tell whether it was done."""

        def in_transaction() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return await self._hop(in_transaction)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["SqliteTransaction"]:
        """Open a transaction for several pieces of work; nothing else may be asked of the engine meanwhile."""
        connection = await self._hop(self._engine.connect)
        try:
            await self._hop(connection.begin)
            yield SqliteTransaction(connection, self._thread)
            await self._hop(connection.commit)
        finally:
            await self._hop(connection.close)  # which rolls back what is not committed

    async def dispose(self) -> None:
        """Close the connection."""
        await self._hop(self._engine.dispose)
        self._thread.shutdown(wait=False)

    async def _hop(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


class SqliteTransaction:
    """A transaction whose connection lives in a thread."""

    def __init__(self, connection: sa.Connection, thread: ThreadPoolExecutor) -> None:
        """Take both."""
        self._connection = connection
        self._thread = thread

    async def run_sync(self, work: Work[T]) -> T:
        """Do a piece of work in it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)


Engine = Sqlite | Postgresql
"""A database that takes work."""
Transaction = SqliteTransaction | AsyncConnection
"""An open transaction, which ``run_sync`` does pieces of work in."""


def open_engine(url: sa.URL) -> Engine:
    """Return the engine for a plain ``sqlite:///`` or ``postgresql://`` address.

    Statements' values are kept out of errors, and so out of the log: they hold secrets and prompts.
    """
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigurationError("DATABASE_URL names no file: jobs must outlive the process")
        return Sqlite(url)
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    asyncpg = url.set(drivername="postgresql+asyncpg", query=query)
    return Postgresql(create_async_engine(asyncpg, pool_pre_ping=True, hide_parameters=True))


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # or the driver begins (deferred) transactions on its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, str.lower, deterministic=True)  # SQLite's own knows A to Z alone


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_file(path: Path) -> None:
    """Create a SQLite file that is this user's alone, as are those that SQLite puts beside it, in WAL mode for good.

    Not in ``_on_connect``: two processes that switch a new file at once are told "locked" without any wait.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as connection:
        for attempt in stamina.retry_context(on=_is_locked, attempts=None, timeout=10, wait_initial=0.02):
            with attempt:
                connection.execute("PRAGMA journal_mode=WAL")


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY
