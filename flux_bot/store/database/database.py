"""Opens the database, migrates it to the latest version, and runs transactions."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import ReturningUpdate

from flux_bot.core.errors import SaveUncertain, StoreUnavailable
from flux_bot.core.jobs import Job
from flux_bot.core.text import plain_line
from flux_bot.metrics import Metrics
from flux_bot.store.database.engines import Postgresql, Sqlite, Work, open_engine, parse_url
from flux_bot.store.database.notifications import Notifications
from flux_bot.store.database.opening import opening_errors
from flux_bot.store.migrations import migrate
from flux_bot.store.schema import job_of

_LOCK_KEY = 0x666C7578  # the same for all processes on a database ("flux")

T = TypeVar("T")
Item = TypeVar("Item")
HandleAll = Callable[[sa.Connection, Sequence[Item]], Sequence[T]]


class Database:
    """One database; use it as an async context manager."""

    notifications: Notifications
    """Wakes the loops of other processes."""

    def __init__(self, url: str, metrics: Metrics) -> None:
        """Take a ``sqlite:///path`` or ``postgresql://`` address, and the metrics that time transactions."""
        self._url = parse_url(url)
        self._transactions = metrics.transactions
        self._batcher = Batcher(self._run_in_turn)

    async def __aenter__(self) -> Self:
        """Connect, and create or migrate the tables. Raises StartupFailed if the database can't be opened."""
        with opening_errors(self._url):
            self._engine = open_engine(self._url)
            self.notifications = Notifications(self._engine)
            async with AsyncExitStack() as on_failure:
                on_failure.push_async_callback(self._engine.dispose)
                async with self._engine.begin() as run:  # a migration may take long
                    await run(_prepare)
                on_failure.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._engine.dispose()

    async def do(self, work: Work[T]) -> T:
        """Run work in a transaction. It may run again from the start, so it must only use the database.

        SQLite has one connection that writes. Work that arrives while it is busy shares the next transaction.
        Raises StoreUnavailable if the transaction failed, SaveUncertain if the connection broke at the commit.
        """
        if isinstance(self._engine, Postgresql):
            return await self._run(work, self._engine.do)
        return await self.do_in_turn(work)

    async def read(self, work: Work[T]) -> T:
        """Run read-only work, which may take long, without delaying ``do``. Cancelling the call stops its statement.

        Raises StoreUnavailable.
        """
        return await self._run(work, self._engine.read)

    async def do_in_turn(self, work: Work[T]) -> T:
        """Run work like ``do``, but only one at a time across all processes, for work that counts before it writes."""
        return await self.do_together(lambda connection, _: [work(connection)], None)

    async def do_together(self, handle_all: HandleAll[Item, T], item: Item) -> T:
        """Make a function handle an item, in turn, together with items that arrive at the same time."""
        answer: T = await self._batcher.do(handle_all, item)
        return answer

    async def check_file(self) -> None:
        """Raise StoreUnavailable if SQLite's file has been deleted or replaced."""
        if isinstance(self._engine, Sqlite):
            try:
                await self._engine.check_file()
            except OSError as error:
                raise StoreUnavailable(plain_line(error)) from error

    async def rewrite_file(self) -> bool:
        """Remove deleted data from SQLite's file, see ``Sqlite.rewrite``; PostgreSQL does this automatically.

        Return False if it has to be repeated. Raises StoreUnavailable.
        """
        return await self._clean(Sqlite.rewrite)

    async def empty_log(self) -> bool:
        """Remove deleted data from SQLite's write-ahead log, as ``rewrite_file`` does from the file."""
        return await self._clean(Sqlite.empty_log)

    async def _clean(self, clean: Callable[[Sqlite], Awaitable[bool]]) -> bool:
        if not isinstance(self._engine, Sqlite):
            return True
        try:
            return await clean(self._engine)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(plain_line(error)) from error

    async def update(self, statement: sa.Update, **values: Any) -> bool:
        """Run an UPDATE of one row; return whether its conditions held."""
        return await self.do(lambda connection: update_row(connection, statement, **values))

    async def fetch_jobs(self, query: sa.Select[Any] | ReturningUpdate[Any], **values: Any) -> list[Job]:
        """Return the jobs that a statement returns."""
        return await self.do(lambda connection: fetch_jobs(connection, query, **values))

    async def _run_in_turn(self, work: Work[T]) -> T:
        def in_turn(connection: sa.Connection) -> T:
            take_lock(connection)
            return work(connection)

        return await self._run(in_turn, self._engine.do)

    async def _run(self, work: Work[T], run: Callable[[Work[T]], Awaitable[T]]) -> T:
        is_done = False

        def tracked(connection: sa.Connection) -> T:
            nonlocal is_done
            is_done = False
            answer = work(connection)
            is_done = True
            return answer

        try:
            with self._transactions.time():
                return await run(tracked)
        except (SQLAlchemyError, OSError) as error:
            failed = SaveUncertain if is_done else StoreUnavailable
            raise failed(plain_line(getattr(error, "orig", None) or error)) from error


@dataclass(frozen=True, slots=True)
class _Waiting:
    handle_all: HandleAll[Any, Any]
    item: Any
    answer: asyncio.Future[Any]

    def settle(self, answer: Any, error: Exception | None = None) -> None:
        """Give the result or error to the caller, unless the caller was cancelled."""
        if not self.answer.done():
            self.answer.set_result(answer) if error is None else self.answer.set_exception(error)


class Batcher:
    """Runs work that arrives at the same time in one transaction, because a shared commit is hardly more expensive.

    If some work raises, it is removed from its batch, and the rest of the batch runs again.
    """

    def __init__(self, run: Callable[[Work[list[Any]]], Awaitable[list[Any]]]) -> None:
        """Take the function that runs work in a transaction."""
        self._run = run
        self._waiting: list[_Waiting] = []
        self._runner: asyncio.Task[None] | None = None

    async def do(self, handle_all: HandleAll[Any, Any], item: Any) -> Any:
        """Handle an item in the next transaction and return its result. A caller that is cancelled leaves the batch.

        Successive items with the same ``handle_all`` are handled by one call, which returns an answer for each.
        """
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(handle_all, item, answer))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run_all())
        return await answer

    async def _run_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            while batch := [waiting for waiting in batch if not waiting.answer.done()]:
                await self._run_batch(batch)

    async def _run_batch(self, batch: Sequence[_Waiting]) -> None:
        """Give results to all callers in the batch, or only errors to those whose work raised."""
        running: list[_Waiting] = []

        def work(connection: sa.Connection) -> list[Any]:
            answers: list[Any] = []
            for handle_all, group in groupby(batch, key=lambda waiting: waiting.handle_all):
                running[:] = group
                answers += handle_all(connection, [waiting.item for waiting in running])
            running.clear()
            return answers

        try:
            answers = await self._run(work)
        except Exception as error:  # noqa: BLE001  it goes to the caller
            if len(running) > 1:  # one of these raised
                for waiting in running:
                    await self._run_batch([waiting])
            else:
                for waiting in running or batch:
                    waiting.settle(None, error)
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                waiting.settle(answer)


def _prepare(connection: sa.Connection) -> None:
    take_lock(connection)
    migrate(connection)


def take_lock(connection: sa.Connection) -> None:
    """Wait for other processes; SQLite runs only one transaction at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))


def update_row(connection: sa.Connection, statement: sa.Update, **values: Any) -> bool:
    """Run an UPDATE of one row; return whether its conditions held."""
    return connection.execute(statement, values).rowcount == 1


def update_returning(connection: sa.Connection, statement: ReturningUpdate[Any], **values: Any) -> Job | None:
    """Run an UPDATE of one row; return the updated job, or None if the conditions did not hold."""
    return next(iter(fetch_jobs(connection, statement, **values)), None)


def fetch_jobs(connection: sa.Connection, query: sa.Select[Any] | ReturningUpdate[Any], **values: Any) -> list[Job]:
    """Return the jobs that a statement returns."""
    return [job_of(row) for row in connection.execute(query, values).mappings()]
