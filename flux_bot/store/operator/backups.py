"""Backups: copies of the SQLite or PostgreSQL database in a SQLite file."""

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from flux_bot.core.errors import StartupFailed
from flux_bot.core.jobs import OPEN
from flux_bot.core.text import plain_line
from flux_bot.settings import is_in_container
from flux_bot.store.database.cleaning import request_cleaning
from flux_bot.store.database.database import take_lock
from flux_bot.store.database.engines import APPLICATION_NAME, RunWork, only_gateway_on, open_engine, parse_url
from flux_bot.store.migrations import LATEST, migrate, version_of
from flux_bot.store.operator.copying import copy_rows
from flux_bot.store.operator.opening import check_source_exists, new_file, opened
from flux_bot.store.schema import blocks, jobs, ledger, metadata, preferences, servers, status_in, styles

_TO_KEEP = (jobs, preferences, styles, servers, blocks, ledger)
"""A database with rows in one of these tables is not empty; the bot writes into the others when it starts."""
_JOBS = sa.select(sa.func.count()).select_from(jobs)
_IS_OPEN = status_in(*OPEN) | jobs.c.next_delivery_at.is_not(None)
_IS_IN_OPEN_GROUP = jobs.c.group_id.in_(sa.select(jobs.c.group_id).where(_IS_OPEN, jobs.c.group_id.is_not(None)))
_IS_CONTINUED = _IS_OPEN | _IS_IN_OPEN_GROUP
"""Whether the bot would submit or post the job."""
_OTHER_PROCESSES = sa.text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore."""

    jobs: int
    """The number of jobs that are in the database now."""
    continued: int
    """The number of restored jobs that the bot will submit or post when it starts."""
    discarded: int
    """The number of jobs in the backup that were left out."""


async def back_up(url: str, file: Path) -> int:
    """Copy a database into a new SQLite file that only its owner can read; return the number of jobs.

    ``-`` is standard output. The bot may be running: the copy is a snapshot of the database. If ConfigurationError or
    StartupFailed is raised, no file is created; the message says what to do.
    """
    check_source_exists(url)
    with _standard_output() if str(file) == "-" else new_file(file, "backup.db") as copy:
        copied = await _copy_into_file(url, copy)
        _verify(copy, copied)
    return copied


def _temporary_folder() -> str | None:
    """Return the folder for temporary copies; None is the system's folder. In the container, /tmp may be too small."""
    return os.environ.get("SQLITE_TMPDIR")


@contextmanager
def _standard_output() -> Iterator[Path]:
    """Yield the path of a temporary file, and then copy its contents to standard output."""
    if sys.stdout is None or sys.stdout.isatty():  # None: it is closed
        raise StartupFailed("FILE: can't write a backup to a terminal. Write it to a file: bot.py backup - > FILE")
    try:
        with tempfile.TemporaryDirectory(prefix=".flux-bot-backup-", dir=_temporary_folder()) as folder:
            copy = Path(folder, "backup.db")
            yield copy
            with copy.open("rb") as content, os.fdopen(os.dup(sys.stdout.fileno()), "wb") as output:
                copyfileobj(content, output)
    except OSError as error:
        raise StartupFailed(f"FILE: can't write to standard output: {error.strerror or error}") from error


async def _copy_into_file(url: str, file: Path) -> int:
    with _failures("The backup failed"):
        async with opened(url) as (reader, version):
            if version != LATEST:  # a migration would disturb a running bot
                raise StartupFailed(
                    "DATABASE_URL: another version of flux-bot uses this database. Make the backup with that version."
                )
            writer = open_engine(_url_of(file))
            try:
                async with reader.snapshot() as read, writer.begin() as write:
                    await write(migrate)
                    return await copy_rows(read, write)
            finally:
                await writer.dispose()


def _verify(file: Path, count: int) -> None:
    """Open a finished backup, and check that it is complete and can be read."""
    with _failures("The backup failed"), closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # a single file can be read on a read-only disk
        found = connection.execute("SELECT count(*) FROM jobs").fetchone()[0]
        (state,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if (state, found) != ("ok", count):
        raise StartupFailed(f"The backup failed: {found} of {count} requests can be read, {plain_line(state)}")


async def restore(file: Path, url: str, *, replaces: bool = False, discards_open: bool = False) -> Restored:
    """Copy all rows of a backup into a database, or none if it fails; ``-`` is standard input.

    ``replaces`` first deletes the contents of the database, which may be of any version; otherwise the database must be
    empty. ``discards_open`` leaves out the jobs that the bot would submit or post; the ledger keeps their possible
    costs. The restore fails if the bot is running. On PostgreSQL, it does not detect a process that has no connection,
    or whose application name is hidden by a connection pooler. A bot that starts during the restore waits. Raises
    ConfigurationError or StartupFailed, which say what to do.
    """
    target = parse_url(url)
    with only_gateway_on(url), _private_copy(file, target) as copy:
        name = _name_of(file)
        with _failures(f"FILE: {name} is damaged, or not a backup of flux-bot"):
            reader = open_engine(_url_of(copy))
            try:
                await reader.do(lambda connection: _migrate_backup(connection, name))
            except BaseException:
                await reader.dispose()
                raise
        with _failures("Nothing was restored"):
            try:
                async with opened(url) as (writer, _), reader.snapshot() as read, writer.begin() as write:
                    return await _replace_rows(read, write, replaces=replaces, discards_open=discards_open)
            finally:
                await reader.dispose()


@contextmanager
def _private_copy(file: Path, target: sa.URL) -> Iterator[Path]:
    """Yield a copy of a backup in a folder that only this user can read. The copy can be migrated."""
    log = Path(f"{file}-wal")
    try:
        if log.is_file() and log.stat().st_size:
            raise StartupFailed(
                f"FILE: {file} is a database that was not closed, not a backup: its last changes are only in {log}. "
                "Set DATABASE_URL to this database, run `python bot.py backup`, and restore that backup."
            )
        with tempfile.TemporaryDirectory(prefix=".flux-bot-restore-", dir=_temporary_folder()) as folder:
            copy = Path(folder, "backup.db")
            with copy.open("wb") as writing, _open_backup(file) as source:
                _require_other_file(source, file, target)
                copyfileobj(source, writing)
            yield copy
    except OSError as error:
        hint = f"Choose a backup that user {os.geteuid()} can read."
        if isinstance(error, FileNotFoundError) and is_in_container():
            hint = "The container does not see the files of its host. Send the backup to it: restore - < FILE"
        raise StartupFailed(f"FILE: can't read {file}: {error.strerror or error}. {hint}") from error


def _open_backup(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    if file.exists() and not file.is_file() and not file.is_dir():  # opening a pipe might wait forever
        raise StartupFailed(f"FILE: {file} is not a regular file. Choose a backup, or - for standard input.")
    return file.open("rb")


def _require_other_file(source: BinaryIO, file: Path, target: sa.URL) -> None:
    """Reject the database in use: its newest rows may be in another file, and the restore would delete them."""
    if target.get_backend_name() != "sqlite" or not (database := Path(target.database or "")).exists():
        return
    if os.path.samestat(os.fstat(source.fileno()), database.stat()):
        raise StartupFailed(f"FILE: {_name_of(file)} is the database of DATABASE_URL itself. Choose a backup.")


def _name_of(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)


def _migrate_backup(connection: sa.Connection, name: str) -> None:
    version = version_of(connection)
    if version is None:
        raise StartupFailed(f"FILE: {name} is not a backup of flux-bot. Choose another file.")
    if version > LATEST:
        raise StartupFailed(f"FILE: {name} is a backup of a newer flux-bot. Update the bot first.")
    state = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if state != "ok":
        raise StartupFailed(f"FILE: {name} is damaged: {plain_line(state)}")
    migrate(connection)


async def _replace_rows(read: RunWork, write: RunWork, *, replaces: bool, discards_open: bool) -> Restored:
    await write(lambda connection: _empty(connection, replaces=replaces))
    copied = await copy_rows(read, write)

    def finish(connection: sa.Connection) -> Restored:
        discarded = 0
        # Two statements, because SQLite may evaluate the subquery after it has already deleted rows.
        for condition in (_IS_IN_OPEN_GROUP, _IS_OPEN) if discards_open else ():
            discarded += connection.execute(sa.delete(jobs).where(condition)).rowcount
        continued = connection.execute(_JOBS.where(_IS_CONTINUED)).scalar_one()
        if replaces or discarded:
            request_cleaning(connection)
        return Restored(copied - discarded, continued, discarded)

    restored: Restored = await write(finish)
    return restored


def _empty(connection: sa.Connection, *, replaces: bool) -> None:
    """Delete all rows of a database, and bring its tables to the version of this code."""
    take_lock(connection)
    if connection.dialect.name == "postgresql" and connection.scalar(_OTHER_PROCESSES, {"name": APPLICATION_NAME}):
        raise StartupFailed("DATABASE_URL: flux-bot is running on this database. Stop all its processes first.")
    if (version_of(connection) or "") > LATEST and replaces:  # for a rollback to an earlier version of the bot
        newer = sa.MetaData()
        newer.reflect(connection)
        newer.drop_all(connection)
    migrate(connection)
    if not replaces and any(connection.execute(sa.select(table).limit(1)).first() for table in _TO_KEEP):
        raise StartupFailed("DATABASE_URL: this database is not empty. --replace deletes everything that it has.")
    for table in metadata.sorted_tables:
        connection.execute(sa.delete(table))


@contextmanager
def _failures(what: str) -> Iterator[None]:
    """Turn database errors, and errors because of values that can't be converted, into StartupFailed."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, TypeError, ValueError, ArithmeticError) as error:
        reason = plain_line(getattr(error, "orig", None) or error)
        if "disk is full" in reason:
            reason += ". Free some space."
        raise StartupFailed(f"{what}: {reason}") from error


def _url_of(file: Path) -> sa.URL:
    return sa.URL.create("sqlite", database=str(file))
