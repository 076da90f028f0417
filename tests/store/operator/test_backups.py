"""Backups of SQLite and PostgreSQL databases, and the inputs that a restore refuses or migrates."""

import io
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest
import sqlalchemy as sa

from flux_bot import settings
from flux_bot.core.errors import StartupFailed
from flux_bot.core.jobs import JobStatus
from flux_bot.core.styles import Style
from flux_bot.store.database.engines import only_gateway_on, open_engine, parse_url
from flux_bot.store.operator import copying
from flux_bot.store.operator.backups import Restored, back_up, restore
from flux_bot.store.rules.known import Block
from flux_bot.store.schema import metadata
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import Rows
from tests.store.test_migrations import INSERT_JOB, SAMPLES

NEWER = "UPDATE alembic_version SET version_num = '9999'"


def _all(query: sa.Select[Any], connection: sa.Connection) -> list[Any]:
    return [*connection.execute(query)]


async def rows_of(url: str) -> dict[str, list[Any]]:
    """Return all rows that a backup should contain, by table, without the notes for cleaning SQLite's files."""
    engine = open_engine(parse_url(url))
    found = {}
    for table in metadata.sorted_tables:
        rows = await engine.read(partial(_all, sa.select(table)))
        found[table.name] = sorted((row for row in rows if "cleaned" not in str(row)), key=str)
    await engine.dispose()
    del found["capabilities"]  # the bot relearns them
    return found


async def execute(url: str, statement: str) -> None:
    """Run a statement directly in the database."""
    engine = open_engine(parse_url(url))
    await engine.do(lambda connection: connection.exec_driver_sql(statement))
    await engine.dispose()


async def fill(store: JobStore, rows: Rows) -> None:
    """Store rows in each table with data to keep, including a job of each status."""
    for status in reversed(JobStatus):
        await db.job_with_status(store, rows, status)
    await store.set_note("commands", "a hash")
    await store.history.prefer(1, model="flux-dev", count=3)
    await store.styles.add(30, Style("pixels", "{prompt} in pixels"))
    await store.blocks.block(5, Block(30, None, "spam", 8, db.NOW))


async def test_backup_and_restore(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup made while the bot runs restores everything, into the same database or another database."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 3)
    async with JobStore(store_url) as store, Rows(store_url) as rows:
        await fill(store, rows)
        before = await rows_of(store_url)
        folder = tmp_path / "backups"
        folder.mkdir()
        file = folder / "1.db"
        assert await back_up(store_url, file) == len(JobStatus)
        assert os.listdir(folder) == ["1.db"]  # noqa: PTH208
        assert S_IMODE(file.stat().st_mode) == 0o600
        assert await rows_of(store_url) == before
        content = file.read_bytes()
        assert content[18:20] == b"\1\1", "a file in WAL mode can't be read on a read-only disk"
        other_url = f"sqlite:///{tmp_path}/other.db"
        assert (await restore(file, other_url)).jobs == len(JobStatus)
        assert await rows_of(other_url) == before

        await db.queued(store)
        await store.history.prefer(2, count=4)
        with pytest.raises(StartupFailed, match="is not empty"):
            await restore(file, other_url)
        if store_url.startswith("postgresql"):
            with pytest.raises(StartupFailed, match="Stop all its processes"):
                await restore(file, store_url, replaces=True)
        else:
            with only_gateway_on(store_url), pytest.raises(StartupFailed, match="Stop it first"):
                await restore(file, store_url, replaces=True)
    await restore(file, store_url, replaces=True)
    assert await rows_of(store_url) == before
    assert file.read_bytes() == content
    async with JobStore(store_url) as reopened:
        await reopened.blocks.block(6, Block(30, None, "spam", 8, db.NOW))
        if store_url.startswith("sqlite"):
            assert await reopened.cleaning.needed(), "what was replaced must not stay readable in the file"


async def test_a_restore_that_fails(store_url: str, tmp_path: Path) -> None:
    """If a restore fails midway, the database is unchanged, including the next ids."""
    other_url, file = f"sqlite:///{tmp_path}/other.db", tmp_path / "backup.db"
    async with JobStore(other_url) as other:
        await db.queued(other)
    await back_up(other_url, file)
    async with JobStore(store_url) as store:
        for user in (5, 6):
            await store.blocks.block(user, Block(30, None, "spam", 8, db.NOW))
    before = await rows_of(store_url)
    spoilt = tmp_path / "spoilt.db"
    for statement in (
        "UPDATE jobs SET cost = 'much'",
        "UPDATE jobs SET accepted_at = 'then'",
        "UPDATE jobs SET finished_at = 1e300",
        "UPDATE jobs SET images = '{'",
    ):
        shutil.copy(file, spoilt)
        await execute(f"sqlite:///{spoilt}", statement)
        with pytest.raises(StartupFailed, match="Nothing was restored: "):
            await restore(spoilt, store_url, replaces=True)
        assert await rows_of(store_url) == before, statement
    async with JobStore(store_url) as store:
        await store.blocks.block(7, Block(30, None, "spam", 8, db.NOW))


async def test_backup_does_not_wait(store: JobStore, store_url: str, tmp_path: Path) -> None:
    """The backup neither waits for a transaction of the bot nor delays one."""
    await db.queued(store)
    engine = open_engine(parse_url(store_url))
    async with engine.begin() as run:
        await run(partial(db.insert_note, name="uncommitted"))
        assert await back_up(store_url, tmp_path / "backup.db") == 1
    await engine.dispose()
    with closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
        assert not backup.execute("SELECT * FROM notes WHERE name = 'uncommitted'").fetchall()


async def test_backup_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a backup fails, the error gives the reason, and no file is created."""
    url = f"sqlite:///{tmp_path}/jobs.db"
    file = tmp_path / "backup.db"
    with pytest.raises(StartupFailed, match=r"^DATABASE_URL: there is no database at .*Check the path"):
        await back_up(url, file)
    async with JobStore(url) as store:
        await db.queued(store)
    (tmp_path / "taken.db").touch()
    before = {*tmp_path.iterdir()}  # noqa: ASYNC240
    with pytest.raises(StartupFailed, match=r"^DATABASE_URL: can't open .* Check that PostgreSQL is running"):
        await back_up("postgresql://u:p@127.0.0.1:1/x", file)

    with Path("/dev/full").open("w", encoding="utf-8") as full:  # noqa: ASYNC230
        for stdout, why in (
            (full, "can't write to standard output: No space left"),
            (None, "can't write a backup to a terminal"),
        ):
            monkeypatch.setattr(sys, "stdout", stdout)
            with pytest.raises(StartupFailed, match=f"^FILE: .*{why}"):
                await back_up(url, Path("-"))
    monkeypatch.undo()

    def fill_disk(connection: sqlite3.Connection, _: object) -> None:
        if is_new(connection):
            connection.execute("PRAGMA max_page_count = 20")

    def lose_rows(connection: sqlite3.Connection, _: object) -> None:
        if is_new(connection):
            connection.execute("DELETE FROM jobs")

    for event, spoil, why in (
        ("connect", fill_disk, "The backup failed: database or disk is full. Free some space."),
        ("close", lose_rows, "The backup failed: 0 of 1 requests can be read, ok"),
    ):
        sa.event.listen(sa.Pool, event, spoil)
        try:
            with pytest.raises(StartupFailed) as failed:
                await back_up(url, file)
        finally:
            sa.event.remove(sa.Pool, event, spoil)
        assert str(failed.value) == why
    await execute(url, "UPDATE alembic_version SET version_num = '0003'")
    with pytest.raises(StartupFailed, match="Make the backup with that version"):
        await back_up(url, file)
    assert {*tmp_path.iterdir()} == before  # noqa: ASYNC240


def is_new(connection: sqlite3.Connection) -> bool:
    """Return whether a connection is to the unfinished file of a backup."""
    return ".flux-bot-" in str(connection.execute("PRAGMA database_list").fetchall())


async def test_restore_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not a backup is refused with the reason, and the database is unchanged."""
    url, target = f"sqlite:///{tmp_path}/jobs.db", f"sqlite:///{tmp_path}/target.db"
    async with JobStore(url) as store, JobStore(target) as other:
        for _ in range(50):
            await db.queued(store)
        kept = await db.queued(other)
    good, text, empty, foreign, newer, cut, live = (
        tmp_path / f"{name}.backup" for name in ("good", "text", "empty", "foreign", "newer", "cut", "live")
    )
    await back_up(url, good)
    text.write_text("Dear diary" * 1000)
    empty.touch()
    pipe, link = tmp_path / "pipe", tmp_path / "link.db"
    os.mkfifo(pipe)
    link.symlink_to(tmp_path / "target.db")
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))  # the folder of the private copies
    monkeypatch.setattr(settings, "CONTAINER_MARKS", ())
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE notes (name)")
    shutil.copy(good, newer)
    await execute(f"sqlite:///{newer}", NEWER)
    cut.write_bytes(good.read_bytes()[:-20_000])
    shutil.copy(good, live)
    (tmp_path / "live.backup-wal").write_text("what was written last")
    for file, why in (
        (tmp_path / "missing.db", "can't read .*missing.db: No such file or directory. Choose a backup"),
        (tmp_path, "Is a directory"),
        (pipe, "is not a regular file. Choose a backup, or - for standard input"),
        (Path("/dev/zero"), "is not a regular file"),
        (tmp_path / "target.db", "is the database of DATABASE_URL itself"),
        (link, "is the database of DATABASE_URL itself"),
        (text, "is damaged, or not a backup of flux-bot: file is not a database"),
        (empty, "is not a backup of flux-bot"),
        (foreign, "is not a backup of flux-bot"),
        (newer, "is a backup of a newer flux-bot. Update the bot first"),
        (cut, "is damaged"),
        (live, "is a database that was not closed, not a backup"),
    ):
        with pytest.raises(StartupFailed, match=f"^FILE: .*{why}"):
            await restore(file, target, replaces=True)
    with monkeypatch.context() as patch:
        patch.setattr(settings, "CONTAINER_MARKS", (tmp_path,))
        with pytest.raises(StartupFailed, match=r"No such file or directory\. The container does not see .* - < FILE$"):
            await restore(tmp_path / "missing.db", target, replaces=True)
    with pytest.raises(StartupFailed, match=r"^DATABASE_URL: can't open .* Check that PostgreSQL is running"):
        await restore(good, "postgresql://u:p@127.0.0.1:1/x")
    with io.TextIOWrapper((tmp_path / "target.db").open("rb")) as stdin, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        with pytest.raises(StartupFailed, match=r"^FILE: standard input is the database of DATABASE_URL itself"):
            await restore(Path("-"), target, replaces=True)
    assert [*tmp_path.glob(".flux-bot-*")] == []  # noqa: ASYNC240
    async with JobStore(target) as other:
        assert await other.history.job(kept.id) == kept
    await execute(target, NEWER)
    with pytest.raises(StartupFailed, match=r"^DATABASE_URL: a newer flux-bot has used this database"):
        await restore(good, target)
    damaged = f"sqlite:///{shutil.copy(text, tmp_path / 'damaged.db')}"
    with pytest.raises(StartupFailed, match=r"DATABASE_URL: .* file is not a database\. .* move this file away"):
        await restore(good, damaged, replaces=True)
    with good.open("rb") as stdin:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stdin))
        assert (await restore(Path("-"), target, replaces=True)).jobs == 50


async def test_rollback_to_an_earlier_version(empty_url: str, tmp_path: Path) -> None:
    """A backup can replace a database that a newer version of the bot has changed."""
    async with JobStore(empty_url) as store:
        job = await db.queued(store)
        await back_up(empty_url, tmp_path / "backup.db")
    column = "ALTER TABLE jobs ADD COLUMN mood INTEGER DEFAULT 5 NOT NULL"
    table = "CREATE TABLE prices (id INTEGER PRIMARY KEY)"
    for statement in (column, table, NEWER):
        await execute(empty_url, statement)
    await restore(tmp_path / "backup.db", empty_url, replaces=True)
    async with JobStore(empty_url) as store:
        assert await store.history.job(job.id) == job
    for statement in (column, table):  # the newer version must be able to run these again
        await execute(empty_url, statement)


async def test_a_backup_of_an_earlier_version(tmp_path: Path) -> None:
    """A backup from before a migration is migrated during the restore; the backup file is unchanged."""
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((SAMPLES / "before_migrations.sqlite.sql").read_text())
        connection.execute(INSERT_JOB, {"no": False})
        connection.commit()
    content = file.read_bytes()
    url = f"sqlite:///{tmp_path}/jobs.db"
    assert (await restore(file, url)).jobs == 1
    async with JobStore(url) as store:
        job = await store.history.job("old")
        assert job
        assert job.request.prompt == "a red fox"
    assert file.read_bytes() == content


async def test_open_jobs_are_discarded(store_url: str, tmp_path: Path) -> None:
    """If open jobs are discarded, the bot submits and posts nothing after a restore; other jobs are kept."""
    done, file = set(), tmp_path / "backup.db"
    async with JobStore(store_url) as store, Rows(store_url) as rows:
        for status in reversed(JobStatus):
            job = await db.job_with_status(store, rows, status)
            if status in (JobStatus.DELIVERED, JobStatus.CANCELLED):
                done.add(job.id)
        first, *_ = await db.group(store)
        await rows.put(first.id, status=JobStatus.FINISHED, finished_at=db.NOW, failure_code="api_error")
        await back_up(store_url, file)
    before, total = await rows_of(store_url), len(JobStatus) + 3
    restored = await restore(file, store_url, replaces=True)
    assert restored == Restored(total, total - len(done), 0)
    restored = await restore(file, store_url, replaces=True, discards_open=True)
    assert restored == Restored(len(done), 0, total - len(done))
    rest = await rows_of(store_url)
    assert {row.id for row in rest["jobs"]} == done
    assert rest["ledger"] == before["ledger"], "the bot may have paid for them after the backup"
    async with JobStore(store_url) as store:
        assert await db.claim_next(store) is None
        assert await db.claim_deliveries(store) == []
