"""What was deleted must not stay readable in SQLite's files; on PostgreSQL there is nothing to do here.

A transaction that deletes texts leaves a note that the files are to be cleaned. A loop does that, also after a crash
(see ``workflow/erasing/cleaning.py``): the write-ahead log is emptied as soon as nothing reads it, and the file is
rewritten once it is time.
"""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from flux_bot.core.jobs import OPEN
from flux_bot.store.database.database import Database
from flux_bot.store.schema import jobs, notes, status_in

CLEANING = "file to be cleaned"
"""The name of the note. A migration writes it too."""
ERASED, PRUNED = "erased", "pruned"
"""Why: a user has deleted something, or it was old."""

_READ = sa.select(notes.c.value).where(notes.c.name == CLEANING)
_ANY_OPEN = sa.select(jobs.c.id).where(status_in(*OPEN)).limit(1)
_DELETE = sa.delete(notes).where(notes.c.name == CLEANING)


def request_cleaning(connection: sa.Connection, reason: str = ERASED) -> None:
    """Note that something was deleted; what a user deletes is more urgent."""
    if connection.dialect.name != "sqlite":
        return
    known = connection.execute(_READ).scalar_one_or_none() or ""
    if reason == PRUNED and known:
        return
    connection.execute(_DELETE)
    # A different value each time, so that what is deleted during a cleaning is noticed.
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
    """Cleans the files. Each method raises StoreUnavailable if that fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rewritten_for = ""
        """The last note for which the file was rewritten, though the log may not be empty yet."""

    async def needed(self) -> NeedsCleaning | None:
        """Return whether the files are to be cleaned."""
        note = await self._database.do(lambda connection: connection.execute(_READ).scalar_one_or_none())
        return NeedsCleaning(note) if note is not None else None

    async def is_quiet(self) -> bool:
        """Return whether no job is open, so that nobody waits while the file is rewritten."""
        return await self._database.do(lambda connection: connection.execute(_ANY_OPEN).first() is None)

    async def empty_log(self) -> bool:
        """Empty the write-ahead log; False if another connection is reading it."""
        return await self._database.empty_log()

    async def rewrite(self, need: NeedsCleaning) -> bool:
        """Rewrite the file, empty the log, and delete the note; False if another connection is in the way.

        A repeat only does what is left: each rewrite keeps transactions waiting, and fills the log.
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
