"""The database as the store asks it: opened, brought to the last version, and spoken to in transactions."""

import sqlite3
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.sql.dml import ReturningUpdate

from flux_bot.core.errors import ConfigurationError, StartupFailed, StoreUnavailable
from flux_bot.core.jobs import Job
from flux_bot.metrics import Metrics
from flux_bot.store.engines import Postgresql, Work, open_engine
from flux_bot.store.migrations import migrate
from flux_bot.store.notifications import Notifications
from flux_bot.store.schema import job_of
from flux_bot.store.together import Together

_CLAIMS_LOCK = 0x666C7578  # one key for all processes on a database ("flux")

T = TypeVar("T")


class Database:
    """One database; use it as an async context manager."""

    notifications: Notifications
    """What other processes on it write."""

    def __init__(self, url: str, metrics: Metrics) -> None:
        """Take a plain ``sqlite:///path`` or ``postgresql://`` address, and where to time the transactions."""
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError):  # whose texts may hold a piece of the password
            raise ConfigurationError(
                "DATABASE_URL: should be like postgresql://user:password@host:5432/name; "
                "in the password write @ as %40, : as %3A and / as %2F"
            ) from None
        self._transactions = metrics.transactions
        self._together = Together(self._do_all)

    async def __aenter__(self) -> Self:
        """Connect, make the tables or bring those there are to the last version.

        Raises StartupFailed when the database can't be opened.
        """
        try:
            self._engine = open_engine(self._url)
            self.notifications = Notifications(self._engine)
            await self._prepare()
        except TypeError as error:  # the driver does not know an option behind the question mark
            raise ConfigurationError(f"DATABASE_URL has an option that is not understood: {error}") from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            reason = getattr(error, "orig", None) or error
            raise StartupFailed(f"DATABASE_URL: can't open the database: {reason}") from error
        return self

    async def _prepare(self) -> None:
        async with AsyncExitStack() as on_failure:
            on_failure.push_async_callback(self._engine.dispose)
            await self._engine.do(_prepare)
            on_failure.pop_all()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def run(self, work: Work[T]) -> T:
        """Do a piece of work in a transaction of its own. Raises StoreUnavailable when it fails."""
        try:
            with self._transactions.time():
                return await self._engine.do(work)
        except (SQLAlchemyError, OSError) as error:
            raise StoreUnavailable(str(getattr(error, "orig", None) or error)) from error

    async def do(self, work: Work[T]) -> T:
        """Do a piece of work in a transaction; it may be done again from the start, so it must only ask the database.

        On SQLite a process has one connection, for which all wait while it is busy: who waits shares a transaction.
        """
        if isinstance(self._engine, Postgresql):
            return await self.run(work)
        answer: T = await self._together.do(work)
        return answer

    async def _do_all(self, works: Sequence[Work[Any]]) -> list[Any]:
        return await self.run(lambda connection: [work(connection) for work in works])

    async def change(self, update: sa.Update, job_id: str, **values: Any) -> bool:
        """Change one row if the conditions hold; tells whether they did."""
        return await self.do(lambda connection: update_row(connection, update, job_id, **values))

    async def select(self, query: sa.Select[Any] | ReturningUpdate[Any], **values: Any) -> list[Job]:
        """Return the jobs that a statement gives."""
        return await self.do(lambda connection: fetch_jobs(connection, query, **values))


def _prepare(connection: sa.Connection) -> None:
    serialise(connection)
    migrate(connection)


def serialise(connection: sa.Connection) -> None:
    """Let only one process at a time count and claim; SQLite's transactions are serial already."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CLAIMS_LOCK)))


def update_row(connection: sa.Connection, update: sa.Update, job_id: str, **values: Any) -> bool:
    """Do what ``Database.change`` does within a transaction."""
    return connection.execute(update, {"job": job_id, **values}).rowcount == 1


def update_returning(connection: sa.Connection, update: ReturningUpdate[Any], job_id: str, **values: Any) -> Job | None:
    """Do what ``Database.move`` does within a transaction."""
    found = fetch_jobs(connection, update, job=job_id, **values)
    return found[0] if found else None


def fetch_jobs(connection: sa.Connection, query: sa.Select[Any] | ReturningUpdate[Any], **values: Any) -> list[Job]:
    """Do what ``Database.select`` does within a transaction."""
    return [job_of(row) for row in connection.execute(query, values).mappings()]
