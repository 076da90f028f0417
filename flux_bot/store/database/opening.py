"""Turns errors while a database is opened into errors that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from flux_bot.core.errors import ConfigurationError, StartupFailed
from flux_bot.core.text import plain_line
from flux_bot.store.database.file_access import access_advice

_ADVICE = {
    sqlite3.SQLITE_NOTADB: " Choose another file, or move this file away.",
    sqlite3.SQLITE_CORRUPT: " Move the file away, with its -wal and -shm files, and restore a backup.",
    sqlite3.SQLITE_BUSY: " Stop the program that uses the file.",
    sqlite3.SQLITE_FULL: " Free some space.",
}
"""What to do if the bot has access to a SQLite file but can't open it, by SQLite's error code."""


@contextmanager
def opening_errors(url: sa.URL) -> Iterator[None]:
    """Turn a database's errors into ConfigurationError or StartupFailed, whose messages begin with DATABASE_URL."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"DATABASE_URL: PostgreSQL needs the package {error.name}. Start the bot with `make run`, which "
            f"installs it, or run `pip install {error.name}`."
        ) from error
    except TypeError as error:  # the driver does not know an option after the question mark
        raise ConfigurationError(f"DATABASE_URL has an unknown option: {error}") from error
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = getattr(error, "orig", None) or error
        reason = plain_line(cause) or type(error).__name__
        if url.get_backend_name() == "sqlite":
            code = getattr(cause, "sqlite_errorcode", 0)
            advice = access_advice(Path(str(url.database))) or _ADVICE.get(code, "")
        else:
            advice = " Check that PostgreSQL is running there, and check the user, the password and the database name."
        raise StartupFailed(f"DATABASE_URL: can't open the database: {reason}.{advice}") from error
