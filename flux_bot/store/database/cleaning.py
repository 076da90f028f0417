"""Cleans SQLite's files, where deleted text would otherwise stay readable; PostgreSQL does not need this.

A transaction that deletes texts leaves a note that the files need cleaning. A loop cleans them, also after a crash
(see ``workflow/erasing/cleaning.py``): it empties the write-ahead log as soon as nothing reads it, and rewrites the
file when that is due.
"""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from flux_bot.core.jobs import OPEN
from flux_bot.store.database.database import Database
from flux_bot.store.schema import jobs, notes, status_in

CLEANING = "file to be cleaned"
"""Name of the note, which a migration also writes."""
ERASED, PRUNED = "erased", "pruned"
"""Reasons for cleaning the files: a user has deleted something, or the bot has deleted something old."""

_READ = sa.select(notes.c.value).where(notes.c.name == CLEANING)
_ANY_OPEN = sa.select(jobs.c.id).where(status_in(*OPEN)).limit(1)
_DELETE = sa.delete(notes).where(notes.c.name == CLEANING)


def request_cleaning(connection: sa.Connection, reason: str = ERASED) -> None:
    """Note that SQLite's files need cleaning; it is more urgent if a user has deleted something."""
    if connection.dialect.name != "sqlite":
        return
    known = connection.execute(_READ).scalar_one_or_none() or ""
    if reason == PRUNED and known:
        return
    connection.execute(_DELETE)
    # The value is different each time, so that a deletion during a cleaning is noticed.
    connection.execute(sa.insert(notes).values(name=CLEANING, value=f"{reason} {secrets.token_hex(4)}"))


@dataclass(frozen=True, slots=True)
class NeedsCleaning:
    """A request to clean the files."""

    note: str

    @property
    def is_urgent(self) -> bool:
        """Return whether a user has deleted something."""
        return self.note.startswith(ERASED)


class Cleaning:
    """Cleans the files. Each method raises StoreUnavailable if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rewritten_for = ""
        """The last note for which the file was rewritten, though the log may not be empty yet."""

    async def needed(self) -> NeedsCleaning | None:
        """Return the request to clean the files, or None if there is none."""
        note = await self._database.do(lambda connection: connection.execute(_READ).scalar_one_or_none())
        return NeedsCleaning(note) if note is not None else None

    async def is_quiet(self) -> bool:
        """Return whether no job is open, so that nobody waits while the file is rewritten."""
        return await self._database.do(lambda connection: connection.execute(_ANY_OPEN).first() is None)

    async def empty_log(self) -> bool:
        """Empty the write-ahead log; return False if another connection is reading it."""
        return await self._database.empty_log()

    async def rewrite(self, need: NeedsCleaning) -> bool:
        """Rewrite the file, empty the log, and delete the note; return False if another connection prevents it.

        A repeated call does only the remaining steps, because each rewrite delays transactions and fills the log.
        """
        if self._rewritten_for != need.note:
            if not await self._database.rewrite_file():
                return False
            self._rewritten_for = need.note
        if not await self._database.empty_log():
            return False
        delete = _DELETE.where(notes.c.value == need.note)
        await self._database.do_in_turn(lambda connection: connection.execute(delete))
        return True
