"""aiosqlite with one hop to its thread a statement, where it makes five: hops are what a small transaction costs.

A statement brings all its rows along, so that opening, reading and closing a cursor need no hop; a BEGIN goes with
the statement after it; and where nothing is open, nothing has to be rolled back.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

BEGIN = "BEGIN IMMEDIATE"
_PRAGMAS = ("synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")

Parameters = Sequence[Any]


class Connection(aiosqlite.Connection):
    """A connection as SQLAlchemy's aiosqlite dialect uses it; ``await`` opens it."""

    def __init__(self, path: str) -> None:
        """Take the path of the file."""
        super().__init__(partial(_open, path), iter_chunk_size=64)
        self._thread.daemon = True
        self._begin_first = False

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor."""
        return Cursor(self)

    def begin(self) -> None:
        """Let the next statement begin a transaction."""
        self._begin_first = True

    async def run(self, statement: str, parameters: Parameters, *, many: bool) -> tuple[sqlite3.Cursor, list[Any]]:
        """Execute a statement, once or (``many``) for each row of parameters; returns all its rows too."""
        begin, self._begin_first = self._begin_first, False
        work = partial(_run, self._conn, statement, parameters, begin=begin, many=many)
        done: tuple[sqlite3.Cursor, list[Any]] = await self._execute(work)  # type: ignore[no-untyped-call]
        return done

    async def commit(self) -> None:
        """Commit the transaction, if one is open."""
        self._begin_first = False
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Roll the transaction back, if one is open.

        None can be on its way: where a call is cancelled, SQLAlchemy closes the connection.
        """
        self._begin_first = False
        if self.in_transaction:
            await super().rollback()


class Cursor:
    """The rows of one statement after the other."""

    description: Any = None
    rowcount = -1
    lastrowid: int | None = None

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Parameters = ()) -> None:
        """Execute a statement."""
        if statement == BEGIN:
            self._connection.begin()
        else:
            await self._run(statement, parameters, many=False)

    async def executemany(self, statement: str, rows: Sequence[Parameters]) -> None:
        """Execute a statement for each row of parameters."""
        await self._run(statement, rows, many=True)

    async def _run(self, statement: str, parameters: Parameters, *, many: bool) -> None:
        done, self._rows = await self._connection.run(statement, parameters, many=many)
        self.description, self.rowcount, self.lastrowid = done.description, done.rowcount, done.lastrowid

    async def fetchall(self) -> list[Any]:
        """Return the rows."""
        return self._rows

    async def close(self) -> None:
        """Do nothing: all rows are here already."""


def _open(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)  # or the driver begins (deferred) transactions on its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _run(
    connection: sqlite3.Connection, statement: str, parameters: Parameters, *, begin: bool, many: bool
) -> tuple[sqlite3.Cursor, list[Any]]:
    if begin:
        connection.execute(BEGIN)
    cursor = (connection.executemany if many else connection.execute)(statement, parameters)
    return cursor, cursor.fetchall()
