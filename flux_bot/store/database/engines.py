"""The two kinds of database. Both run work, a plain function of a connection, in one transaction.

SQLite runs work in a separate thread, in one go: switching threads is the main cost of a small transaction. Reads that
may take long use another thread and connection. PostgreSQL runs work on the event loop, where SQLAlchemy's greenlets
wait for the network.
"""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa
import stamina
from filelock import FileLock, Timeout
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from flux_bot.core.errors import ConfigurationError, StartupFailed
from flux_bot.store.database.file_access import access_advice

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")
Work = Callable[[sa.Connection], T]
RunWork = Callable[[Work[Any]], Awaitable[Any]]

APPLICATION_NAME = "flux-bot"
"""The application name of the bot's connections in PostgreSQL."""
TRANSACTION_SECONDS = 30.0
"""How long a transaction on PostgreSQL may take, including the wait for a connection and for locks."""
DISPOSE_SECONDS = 1.0
"""How long closing all connections to PostgreSQL may take."""
_CANCEL_SECONDS = 0.5
"""How long each step of cancelling a transaction on PostgreSQL may take."""
_BUSY_TIMEOUT = "busy_timeout=10000"
_PRAGMAS = ("synchronous=FULL", _BUSY_TIMEOUT, "foreign_keys=ON")
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_STEPS_PER_CHECK = 1000
"""Steps of SQLite's virtual machine between two checks whether a read was cancelled: some rows of a search."""


class Postgresql:
    """PostgreSQL, over asyncpg."""

    def __init__(self, engine: "AsyncEngine") -> None:
        """Take SQLAlchemy's engine."""
        self.engine = engine

    async def do(self, work: Work[T]) -> T:
        """Run work in a separate transaction. Raises TimeoutError if the server does not respond in time."""
        running = asyncio.create_task(self._in_transaction(work))
        try:
            async with asyncio.timeout(TRANSACTION_SECONDS):
                return await asyncio.shield(running)
        except TimeoutError:
            raise TimeoutError("the server does not respond") from None
        finally:
            await _cancel(running)

    async def _in_transaction(self, work: Work[T]) -> T:
        async with self.engine.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Work[T]) -> T:
        """Run a read that may take long, on one of the pool's connections; cancelling it cancels the statement."""
        return await self.do(work)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[RunWork]:
        """Open a transaction, and yield a function that runs work in it."""
        async with self.engine.begin() as connection:
            yield connection.run_sync

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[RunWork]:
        """Open a transaction that sees the database in its current state, and yield a function that reads in it."""
        async with self.engine.connect() as connection:
            reading = await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with reading.begin():
                yield reading.run_sync

    async def dispose(self) -> None:
        """Close all connections, even if the server does not respond."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DISPOSE_SECONDS):
                await self.engine.dispose()
                return
        await self.engine.dispose(close=False)


class Sqlite:
    """A SQLite file with one connection that writes: transactions queue up here instead of failing as "locked".

    A second connection only reads; in WAL mode, it neither waits for the first connection nor delays it.
    """

    def __init__(self, url: sa.URL) -> None:
        """Take the address and create the file."""
        self._path = Path(str(url.database))
        _make_file(self._path)
        self._inode = _inode_of(self._path)
        self._log_inode: tuple[int, int] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        # Deleted texts are overwritten with zeros; see ``rewrite``.
        self._engine = _create_engine(url, "secure_delete=ON", begin="BEGIN IMMEDIATE")
        self._reading_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite-read")
        self._reading_engine = _create_engine(url, "query_only=ON", begin="BEGIN")

    async def do(self, work: Work[T]) -> T:
        """Run work in a separate transaction; a cancelled caller can't know whether the work was done."""

        def in_transaction() -> T:
            with self._engine.begin() as connection:
                return work(connection)

        return await self._in_thread(in_transaction)

    async def read(self, work: Work[T]) -> T:
        """Run a read that may take long, on its own connection; cancelling it interrupts the statement."""
        is_cancelled = threading.Event()

        def in_transaction() -> T:
            with self._reading_engine.begin() as connection:
                driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
                driver.set_progress_handler(is_cancelled.is_set, _STEPS_PER_CHECK)
                try:
                    return work(connection)
                finally:
                    driver.set_progress_handler(None, 0)

        try:
            return await self._in_thread(in_transaction, self._reading_thread)
        finally:
            is_cancelled.set()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[RunWork]:
        """Open a transaction, and yield a function that runs work in it. ``do`` waits until the transaction ends."""
        async with self._begin(self._engine, self._thread) as run:
            yield run

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[RunWork]:
        """Open a transaction that sees the database in its state at the first read, and yield a function to read with.

        Until the transaction ends, ``read`` waits, but ``do`` does not.
        """
        async with self._begin(self._reading_engine, self._reading_thread) as run:
            yield run

    @asynccontextmanager
    async def _begin(self, engine: sa.Engine, thread: ThreadPoolExecutor) -> AsyncIterator[RunWork]:
        connection = await self._in_thread(engine.connect, thread)
        try:
            await self._in_thread(connection.begin, thread)
            yield lambda work: self._in_thread(lambda: work(connection), thread)
            await self._in_thread(connection.commit, thread)
        finally:
            await self._in_thread(connection.close, thread)  # rolls back uncommitted changes

    async def check_file(self) -> None:
        """Raise OSError if an open file has been deleted or replaced: what is written to it would be lost.

        Call it after a write, so that the write-ahead log exists.
        """
        log = Path(f"{self._path}-wal")
        found = await self._in_thread(lambda: (_inode_of(self._path), _inode_of(log)))
        self._log_inode = self._log_inode or found[1]
        if found != (self._inode, self._log_inode):
            raise FileNotFoundError(f"{self._path} was replaced; restart the bot")

    async def rewrite(self) -> bool:
        """Rewrite the whole file; return False if another process is writing. Transactions wait meanwhile.

        It takes about a second for 100 MB. It is needed because ``secure_delete`` misses the copies that SQLite leaves
        behind when it moves rows between pages. Raises sqlite3.Error, for example if the disk is full.
        """
        return await self._clean(lambda driver: driver.execute("VACUUM") is not None)

    async def empty_log(self) -> bool:
        """Empty the write-ahead log, which has old versions of pages.

        Return False if another connection prevents it. Raises sqlite3.Error.
        """
        return await self._clean(lambda driver: not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])

    async def _clean(self, statement: Callable[[sqlite3.Connection], bool]) -> bool:
        def work() -> bool:
            with closing(self._engine.raw_connection()) as pooled:
                driver = cast("sqlite3.Connection", pooled.dbapi_connection)
                driver.execute("PRAGMA busy_timeout=0")  # the jobs' transactions wait for this
                try:
                    return statement(driver)
                except sqlite3.OperationalError as error:
                    if _is_locked(error):
                        return False
                    raise
                finally:
                    driver.execute(f"PRAGMA {_BUSY_TIMEOUT}")

        return await self._in_thread(work)

    async def dispose(self) -> None:
        """Close the connections."""
        await self._in_thread(self._engine.dispose)
        await self._in_thread(self._reading_engine.dispose, self._reading_thread)
        for thread in (self._thread, self._reading_thread):
            thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T], thread: ThreadPoolExecutor | None = None) -> T:
        return await asyncio.get_running_loop().run_in_executor(thread or self._thread, work)


Engine = Sqlite | Postgresql


def parse_url(url: str) -> sa.URL:
    """Parse the address of a database. Raises ConfigurationError if the address is malformed."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # their messages may contain a part of the password
        raise ConfigurationError(
            "DATABASE_URL: must look like postgresql://user:password@host:5432/name; "
            "in the password write @ as %40, : as %3A and / as %2F"
        ) from None


def open_engine(url: sa.URL) -> Engine:
    """Return the engine for a ``sqlite:///`` or ``postgresql://`` address.

    Errors don't show the statements' values, so secrets and prompts stay out of the log.
    """
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigurationError("DATABASE_URL must name a file, because jobs must outlive the process")
        return Sqlite(url)
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  loads the whole ORM, only for PostgreSQL

    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}
    asyncpg = url.set(drivername="postgresql+asyncpg", query=query)
    options = {"server_settings": {"application_name": APPLICATION_NAME}}
    return Postgresql(create_async_engine(asyncpg, pool_pre_ping=True, hide_parameters=True, connect_args=options))


async def _cancel(running: asyncio.Task[Any]) -> None:
    """Cancel a transaction, even if the server does not respond.

    The first cancellation asks the server to stop the statement, and rolls back. If the server does not respond, the
    next ones give up the rollback, and then the connection.
    """
    for _ in range(3):
        if running.done():
            break
        running.cancel()
        await asyncio.wait({running}, timeout=_CANCEL_SECONDS)
    if running.done() and not running.cancelled():
        running.exception()  # the caller has this error, or was cancelled


@contextmanager
def only_gateway_on(url: str) -> Iterator[None]:
    """Hold the lock that a process with a gateway takes on a SQLite file; the system frees it if the process dies.

    PostgreSQL needs no lock. Raises StartupFailed if another process holds it: both would answer the same commands.
    """
    if not url.startswith("sqlite:///"):
        yield
        return
    file = Path(url.removeprefix("sqlite:///").partition("?")[0]).resolve()  # the path may be a link
    lock = FileLock(f"{file}.lock", mode=0o600)
    try:
        _make_folder(file)
        lock.acquire(blocking=False)
    except Timeout:
        raise StartupFailed(
            f"DATABASE_URL: another flux-bot is running with {file}. Stop it first; several processes need PostgreSQL."
        ) from None
    except OSError as error:
        raise StartupFailed(
            f"DATABASE_URL: can't write to the folder of {file}: {error.strerror or error}."
            f"{access_advice(file) or ' Choose another folder.'}"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _create_engine(url: sa.URL, *pragmas: str, begin: str) -> sa.Engine:
    """Return an engine whose transactions start with the statement ``begin``."""

    def on_connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # otherwise the driver begins (deferred) transactions itself
        for pragma in (*_PRAGMAS, *pragmas):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function(
            "lower", 1, str.lower, deterministic=True
        )  # SQLite's own function handles only A to Z

    engine = sa.create_engine(url, hide_parameters=True)
    sa.event.listen(engine, "connect", on_connect)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _make_file(path: Path) -> None:
    """Create a SQLite file in WAL mode that only this user can read; SQLite copies its mode to the files beside it.

    Not for each connection: two processes that switch a new file at the same time fail as "locked" without waiting.
    """
    _make_folder(path)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as connection:
        for attempt in stamina.retry_context(on=_is_locked, attempts=None, timeout=10, wait_initial=0.02):
            with attempt:
                connection.execute("PRAGMA journal_mode=WAL")


def _make_folder(path: Path) -> None:
    if path.exists() and not (path.is_file() or path.is_dir()):  # for a pipe or device, SQLite would wait forever
        raise StartupFailed(f"DATABASE_URL: {path} is not a regular file. Choose another file.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _inode_of(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in _LOCKED
