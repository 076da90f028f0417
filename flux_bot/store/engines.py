"""The two kinds of database: work is a plain function of a connection, run in one transaction.

SQLite runs it in a thread of its own, in one go: switching threads is the main cost of a small transaction. PostgreSQL
runs it on the event loop, where SQLAlchemy's greenlets wait for the network.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import stamina
from filelock import FileLock, Timeout

from flux_bot.core.errors import ConfigurationError, StartupFailed

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")
Work = Callable[[sa.Connection], T]
RunWork = Callable[[Work[Any]], Awaitable[Any]]

_PRAGMAS = ("synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")


class Postgresql:
    """PostgreSQL, over asyncpg."""

    def __init__(self, engine: "AsyncEngine") -> None:
        """Take SQLAlchemy's engine."""
        self.engine = engine

    async def do(self, work: Work[T]) -> T:
        """Run work in a transaction of its own."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[RunWork]:
        """Open a transaction, and yield the function that runs work in it."""
        async with self.engine.begin() as connection:
            yield connection.run_sync

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


class Sqlite:
    """A SQLite file on one connection: this process's transactions queue up instead of failing as "locked"."""

    def __init__(self, url: sa.URL) -> None:
        """Take the address and create the file."""
        _make_file(Path(str(url.database)))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._engine = sa.create_engine(url, hide_parameters=True)
        sa.event.listen(self._engine, "connect", _on_connect)
        sa.event.listen(self._engine, "begin", _on_begin)

    async def do(self, work: Work[T]) -> T:
        """Run work in a transaction of its own; a cancelled caller can't tell whether it was done."""

        def in_transaction() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return await self._in_thread(in_transaction)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[RunWork]:
        """Open a transaction, and yield the function that runs work in it; ``do`` must wait until it ends."""
        connection = await self._in_thread(self._engine.connect)
        try:
            await self._in_thread(connection.begin)
            yield lambda work: self._in_thread(lambda: work(connection))
            await self._in_thread(connection.commit)
        finally:
            await self._in_thread(connection.close)  # which rolls back what is not committed

    async def dispose(self) -> None:
        """Close the connection."""
        await self._in_thread(self._engine.dispose)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


Engine = Sqlite | Postgresql


def open_engine(url: sa.URL) -> Engine:
    """Return the engine for a ``sqlite:///`` or ``postgresql://`` address.

    Errors don't show the statements' values, so secrets and prompts stay out of the log.
    """
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigurationError("DATABASE_URL names no file: jobs must outlive the process")
        return Sqlite(url)
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  loads the whole ORM, only for PostgreSQL

    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    asyncpg = url.set(drivername="postgresql+asyncpg", query=query)
    return Postgresql(create_async_engine(asyncpg, pool_pre_ping=True, hide_parameters=True))


@contextmanager
def only_gateway_on(url: str) -> Iterator[None]:
    """Hold the lock that a process with a gateway takes on a SQLite file; the system frees it if the process dies.

    PostgreSQL needs none. Raises StartupFailed if another process holds it: two would answer the same commands.
    """
    if not url.startswith("sqlite:///"):
        yield
        return
    file = Path(url.removeprefix("sqlite:///").partition("?")[0])
    lock = FileLock(f"{file}.lock", mode=0o600)
    try:
        _make_folder(file)
        lock.acquire(blocking=False)
    except Timeout:
        raise StartupFailed(
            f"DATABASE_URL: another flux-bot is running with {file}. Stop it first; several processes need PostgreSQL."
        ) from None
    except OSError as error:
        raise StartupFailed(f"DATABASE_URL: can't write to the folder of {file}: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # otherwise the driver begins (deferred) transactions itself
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, str.lower, deterministic=True)  # SQLite's own knows only A to Z


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _make_file(path: Path) -> None:
    """Create a SQLite file in WAL mode that only this user can read; SQLite copies its mode to the files beside it.

    Not in ``_on_connect``: two processes that switch a new file at the same time fail as "locked" without waiting.
    """
    _make_folder(path)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as connection:
        for attempt in stamina.retry_context(on=_is_locked, attempts=None, timeout=10, wait_initial=0.02):
            with attempt:
                connection.execute("PRAGMA journal_mode=WAL")


def _make_folder(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY
