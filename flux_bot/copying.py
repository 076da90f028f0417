"""All jobs from one database into another: how a bot moves from SQLite to PostgreSQL."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from flux_bot.errors import StartupFailed
from flux_bot.schema import jobs, notes, open_engine
from flux_bot.store import JobStore

ROWS_AT_ONCE = 500


async def copy_database(source: str, target: str) -> int:
    """Copy every row into a database that has no jobs yet, all or none; returns how many jobs.

    Both are ``sqlite:///`` or ``postgresql://`` addresses; no bot may run on either. Raises ConfigurationError or
    StartupFailed with what to do.
    """
    _check_there(source)
    for url in (source, target):
        async with JobStore(url):
            pass  # which makes its tables or brings them to the last version
    reader, writer = open_engine(make_url(source)), open_engine(make_url(target))
    try:
        async with reader.begin() as reading, writer.begin() as writing:
            if (await writing.execute(sa.select(jobs.c.id).limit(1))).first():
                raise StartupFailed("DATABASE_URL: this database has jobs already; copy into a new one")
            await writing.execute(sa.delete(notes))
            await _copy(notes, reading, writing)
            return await _copy(jobs, reading, writing)
    except SQLAlchemyError as error:
        raise StartupFailed(f"Nothing was copied: {getattr(error, 'orig', None) or error}") from error
    finally:
        await reader.dispose()
        await writer.dispose()


def _check_there(source: str) -> None:
    """Refuse a file that is not there: opening it would make an empty database."""
    if source.startswith("sqlite:") and not Path(make_url(source).database or "").is_file():
        raise StartupFailed(f"There is no database to copy at {source}")


async def _copy(table: sa.Table, reading: AsyncConnection, writing: AsyncConnection) -> int:
    (key,) = table.primary_key.columns
    copied, last = 0, ""
    while True:
        page = sa.select(table).where(key > last).order_by(key).limit(ROWS_AT_ONCE)
        rows = [{**row} for row in (await reading.execute(page)).mappings()]
        if not rows:
            return copied
        await writing.execute(sa.insert(table), rows)
        copied, last = copied + len(rows), rows[-1][key.name]
