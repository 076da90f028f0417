"""Deleted text leaves no trace in SQLite's files, neither in the database nor in its write-ahead log."""

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from flux_bot.store.database.cleaning import CLEANING
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, NOW
from tests.store.users.test_erasure import ALICE, BOB, DAY

OLD, UPDATED, ERASED, KEPT = b"the old prompt", b"the updated prompt", b"the erased prompt", b"the prompt that stays"


def count(path: Path, text: bytes) -> int:
    """Return how often a text occurs in the files of a database."""
    files = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")]
    return sum(file.read_bytes().count(text) for file in files if file.exists())


def log_size(path: Path) -> int:
    """Return the size of the write-ahead log in bytes."""
    return Path(f"{path}-wal").stat().st_size


@contextmanager
def reader(path: Path) -> Iterator[None]:
    """Read the database in a transaction that stays open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM jobs").fetchone()
        yield
        connection.execute("COMMIT")


def fill_as_before(path: Path) -> None:
    """Delete, move and update texts, like an old version without ``secure_delete``."""
    chance = random.Random(3)
    insert = "INSERT INTO notes (name, value) VALUES (?, ?)"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        for number in range(300):
            connection.execute(insert, (f"{chance.random()}", OLD.decode() * chance.choice((1, 20, 500))))
            connection.execute(insert, (f"more {number}", UPDATED.decode()))
        connection.execute("UPDATE notes SET value = 'other' WHERE name LIKE 'more %'")
        connection.execute("DELETE FROM notes WHERE name LIKE '0.%'")
        connection.execute("INSERT INTO notes (name, value) VALUES (?, 'erased before')", (CLEANING,))


async def test_what_an_older_version_has_left(tmp_path: Path) -> None:
    """The file is rewritten once, as the migration requests; data that was not deleted remains."""
    path = tmp_path / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        await db.queued(store, BOB, prompt=KEPT.decode())
        await asyncio.to_thread(fill_as_before, path)
        assert count(path, OLD)
        assert count(path, UPDATED)
        need = await store.cleaning.needed()
        assert need is not None
        assert need.is_urgent
        assert await store.cleaning.empty_log()
        with reader(path):
            assert not await store.cleaning.rewrite(need), "another connection is reading the log"
            assert await store.cleaning.needed()
            size = log_size(path)
            assert not await store.cleaning.rewrite(need)
            assert log_size(path) == size, "a second rewrite would make everybody wait, and the log grow, in vain"
            await db.queued(store, BOB)  # nothing waits for the reader
        assert await store.cleaning.rewrite(need)
        assert (count(path, OLD), count(path, UPDATED)) == (0, 0)
        assert count(path, KEPT)
        assert await store.cleaning.needed() is None


async def test_what_a_user_deletes(tmp_path: Path) -> None:
    """Erasing, pruning, and deleting a job for good each request a cleaning, which leaves no trace of the texts."""
    path = tmp_path / "jobs.db"
    chance = random.Random(3)
    async with JobStore(f"sqlite:///{path}") as store:
        for number in range(60):
            prompt = ERASED.decode() * chance.choice((1, 3, 10, 40, 100))
            await db.delivered(store, ALICE, prompt=prompt, message_id=number + 1)
            await db.delivered(store, BOB, prompt=KEPT.decode() * chance.choice((1, 3, 10)), message_id=number + 100)
        await store.users.erasure.erase(ALICE, now=NOW, day=DAY, deletes_messages=False)
        need = await store.cleaning.needed()
        assert need is not None
        assert need.is_urgent
        assert await store.cleaning.rewrite(need)
        assert count(path, ERASED) == 0
        kept = count(path, KEPT)

        job = await db.delivered(store, BOB, prompt=OLD.decode())
        assert await store.history.erase(job.id, BOB)
        need = await store.cleaning.needed()
        assert need is not None
        again = await db.delivered(store, BOB, prompt=OLD.decode())
        assert await store.history.erase(again.id, BOB)
        assert await store.cleaning.rewrite(need)
        assert await store.cleaning.needed(), "the other was erased in the meantime"
        assert (count(path, OLD), count(path, KEPT)) == (0, kept)
        need = await store.cleaning.needed()
        assert need is not None
        assert await store.cleaning.rewrite(need)

        assert await store.overdue.prune(1000, before=LATER)
        need = await store.cleaning.needed()
        assert need is not None
        assert not need.is_urgent
        assert await store.cleaning.empty_log()
        assert await store.cleaning.rewrite(need)
        assert count(path, KEPT) == 0


async def test_texts_are_overwritten_at_once(tmp_path: Path) -> None:
    """Even before the file is rewritten, a deleted row is overwritten with zeros."""
    path = tmp_path / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        await db.delivered(store, ALICE, prompt=ERASED.decode() * 200)
        assert await store.cleaning.empty_log()
        assert count(path, ERASED) == 200
        await store.users.erasure.erase(ALICE, now=NOW, day=DAY, deletes_messages=False)
        assert await store.cleaning.empty_log()
        assert count(path, ERASED) == 0
