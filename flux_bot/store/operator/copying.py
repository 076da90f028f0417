"""Copy all jobs into another database, for example from SQLite to PostgreSQL."""

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from flux_bot.core.errors import ConfigurationError, StartupFailed
from flux_bot.core.text import plain_line
from flux_bot.store.database.engines import RunWork, only_gateway_on, open_engine, parse_url
from flux_bot.store.operator.opening import check_source_exists, naming, opened
from flux_bot.store.schema import (
    blocks,
    jobs,
    ledger,
    message_erasures,
    messages_to_erase,
    notes,
    preferences,
    servers,
    styles,
)
from flux_bot.store.store import JobStore

ROWS_AT_ONCE = 500
_BESIDES_JOBS = (notes, preferences, styles, ledger, servers, blocks, message_erasures, messages_to_erase)


async def copy_database(source: str, target: str) -> int:
    """Copy all rows, or none, into a database that has no jobs yet; return the number of jobs.

    Both are ``sqlite:///`` or ``postgresql://`` addresses; no bot may run on either. Raises ConfigurationError or
    StartupFailed, which say what to do.
    """
    with naming("FROM"):
        if not source.startswith(("sqlite:///", "postgresql://")):
            raise ConfigurationError("DATABASE_URL: must start with sqlite:/// or postgresql://")
        check_source_exists(source)
    if _is_same(source, target):
        raise StartupFailed("FROM: this is the database of DATABASE_URL itself. Choose another database.")
    with ExitStack() as locks:
        with naming("FROM"):
            locks.enter_context(only_gateway_on(source))
            async with opened(source) as (_, version):
                if version is None:
                    raise StartupFailed("DATABASE_URL: this is not a database of flux-bot. Choose another database.")
            async with JobStore(source):
                pass  # migrates the tables
        locks.enter_context(only_gateway_on(target))
        async with JobStore(target):
            pass  # creates or migrates the tables
        return await _copy_all(source, target)


async def _copy_all(source: str, target: str) -> int:
    reader, writer = open_engine(parse_url(source)), open_engine(parse_url(target))
    try:
        async with reader.snapshot() as read, writer.begin() as write:
            await write(_require_empty_target)
            return await copy_rows(read, write)
    except SQLAlchemyError as error:
        raise StartupFailed(f"Nothing was copied: {plain_line(getattr(error, 'orig', None) or error)}") from error
    finally:
        await reader.dispose()
        await writer.dispose()


async def copy_rows(read: RunWork, write: RunWork) -> int:
    """Copy the rows of all tables into empty tables of the same version; return the number of jobs."""
    for table in _BESIDES_JOBS:
        await _copy(table, read, write)
    await write(_continue_ids)
    return await _copy(jobs, read, write)


def _is_same(source: str, target: str) -> bool:
    one, other = parse_url(source), parse_url(target)
    if one.get_backend_name() == other.get_backend_name() == "sqlite":
        try:
            return Path(other.database or "").samefile(one.database or "")
        except OSError:  # such as a target that does not exist yet
            return False
    return one == other


def _require_empty_target(connection: sa.Connection) -> None:
    if connection.execute(sa.select(jobs.c.id).limit(1)).first():
        raise StartupFailed("DATABASE_URL: this database has jobs already; copy into a new one")
    for table in _BESIDES_JOBS:
        connection.execute(sa.delete(table))


def _continue_ids(connection: sa.Connection) -> None:
    """Make PostgreSQL continue after the largest id; SQLite does this automatically.

    The sequence is never set back: a rollback would restore the rows with larger ids, but not the sequence.
    """
    if connection.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(blocks.name, blocks.c.id.name)
        largest_id = sa.select(sa.func.max(blocks.c.id)).scalar_subquery()
        next_id = sa.func.greatest(largest_id + 1, sa.func.nextval(sequence))  # ignores NULL
        connection.execute(sa.select(sa.func.setval(sequence, next_id, sa.false())))


async def _copy(table: sa.Table, read: RunWork, write: RunWork) -> int:
    key = [*table.primary_key.columns]
    copied, page = 0, sa.select(table).order_by(*key).limit(ROWS_AT_ONCE)
    rows: Sequence[dict[str, Any]] = await read(partial(_rows, page))
    while rows:
        await write(partial(_insert, table, rows))
        copied += len(rows)
        last = sa.tuple_(*(rows[-1][column.name] for column in key))
        rows = await read(partial(_rows, page.where(sa.tuple_(*key) > last)))
    return copied


def _rows(page: sa.Select[Any], connection: sa.Connection) -> list[dict[str, Any]]:
    return [{**row} for row in connection.execute(page).mappings()]


def _insert(table: sa.Table, rows: Sequence[dict[str, Any]], connection: sa.Connection) -> None:
    connection.execute(sa.insert(table), rows)
