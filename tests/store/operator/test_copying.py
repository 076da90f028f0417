"""Copying all jobs from one database to another."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flux_bot.core.errors import ConfigurationError, StartupFailed
from flux_bot.core.jobs import JobStatus
from flux_bot.core.styles import Style
from flux_bot.store.database.engines import only_gateway_on
from flux_bot.store.operator import copying
from flux_bot.store.operator.copying import copy_database
from flux_bot.store.rules.known import Block
from flux_bot.store.store import JobStore
from flux_bot.store.users.message_erasure import MessageToErase
from tests import database as db
from tests.database import Rows

BLOCK = Block(30, None, "spam", 8, db.NOW)


@pytest.fixture
def source_url(tmp_path: Path) -> str:
    """The address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'source.db'}"


async def test_every_row_is_copied(source_url: str, empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs of every status, notes, preferences and styles are the same in the new database, even if it is reopened."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 3)
    async with JobStore(source_url) as source, Rows(source_url) as rows:
        jobs = [await db.job_with_status(source, rows, status) for status in reversed(JobStatus)]
        jobs = [await db.fresh(source, job) for job in jobs]
        before = [await rows.of(job.id) for job in jobs]
        await source.set_note("commands", "a hash")
        preferences = await source.history.prefer(1, model="flux-dev", count=3)
        styles = [Style(f"style {number}", f"{{prompt}} in style {number}") for number in range(5)]
        for style in styles:
            for guild_id in (30, 31):
                await source.styles.add(guild_id, style)
        await db.delivered(source, user_id=9, message_id=7)
        await source.users.erasure.erase(9, now=db.NOW, day=db.NOW, deletes_messages=True)
        for user_id in (5, 6):
            await source.blocks.block(user_id, BLOCK)
    assert await copy_database(source_url, empty_url) == len(JobStatus) + 1
    async with JobStore(empty_url) as target, Rows(empty_url) as rows:
        assert [await rows.of(job.id) for job in jobs] == before
        assert [await target.history.job(job.id) for job in jobs] == jobs
        assert await target.styles.of_server(30) == await target.styles.of_server(31) == styles
        assert await target.note("commands") == "a hash"
        assert await target.history.preferences(1) == preferences
        assert await db.claim_next(target)
        claimed = await target.users.messages.claim(now=db.LATER, lease=db.LEASE)
        assert claimed.work == MessageToErase(9, 20, 7, 0)
        await target.blocks.block(7, BLOCK)
        page = await target.blocks.page(30, 1, 10, now=db.NOW)
        assert [user.user_id for user in page.users] == [7, 6, 5], "new ids follow those that were copied"


async def test_a_database_in_use_is_left_alone(source_url: str, empty_url: str) -> None:
    """Jobs are not copied into a database that already has jobs."""
    async with JobStore(source_url) as source, JobStore(empty_url) as target:
        copied, kept = await db.queued(source), await db.queued(target)
        with pytest.raises(StartupFailed, match="has jobs already"):
            await copy_database(source_url, empty_url)
        assert await target.history.job(kept.id) == kept
        assert await target.history.job(copied.id) is None


async def test_a_wrong_source(source_url: str, tmp_path: Path) -> None:
    """The error names FROM instead of DATABASE_URL and says what to do; neither database is created or changed."""
    target = tmp_path / "target.db"
    newer, foreign, text, empty = (tmp_path / name for name in ("newer.db", "foreign.db", "text.db", "empty.db"))
    async with JobStore(f"sqlite:///{newer}"):
        pass
    for file, statement in (
        (newer, "UPDATE alembic_version SET version_num = '9999'"),
        (foreign, "CREATE TABLE letters (text)"),
    ):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(statement)
    text.write_text("Dear diary" * 1000)
    empty.touch()
    for source, why in (
        ("nonsense", "must start with sqlite:/// or postgresql://"),
        ("mysql://u:secret@127.0.0.1/x", "must start with"),
        ("postgresql://u:sec/ret@127.0.0.1:x/y", "must look like postgresql://user:password@host"),
        ("postgresql://u:secret@127.0.0.1:1/x", "Connect call failed.* Check that PostgreSQL is running"),
        ("postgresql://u:secret@127.0.0.1:1/x?foo=1", "unknown option"),
        (source_url, rf"there is no database at {tmp_path}/source\.db\. Check the path"),
        (f"sqlite:///{tmp_path}", "there is no database at"),
        (f"sqlite:///{newer}", r"a newer flux-bot has used this database: .*\. Update the bot, or restore a backup"),
        (f"sqlite:///{foreign}", "not a database of flux-bot. Choose another database"),
        (f"sqlite:///{text}", "file is not a database. Choose another file"),
        (f"sqlite:///{empty}", "not a database of flux-bot"),
    ):
        with pytest.raises((StartupFailed, ConfigurationError), match=f"^FROM: .*{why}") as failed:
            await copy_database(source, f"sqlite:///{target}")
        assert not re.search("DATABASE_URL|secret|sec/ret", str(failed.value)), source
    assert not target.exists()
    with closing(sqlite3.connect(foreign)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("letters",)]


async def test_databases_in_use(source_url: str, tmp_path: Path) -> None:
    """A database is not copied onto itself, nor while a bot uses the source or the target."""
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "source.db")
    target_url = f"sqlite:///{tmp_path}/target.db"
    async with JobStore(source_url) as source:
        await source.set_note("commands", "a hash")
        for same in (source_url, f"sqlite:///{link}"):
            with pytest.raises(StartupFailed, match=r"^FROM: this is the database of DATABASE_URL itself"):
                await copy_database(source_url, same)
        for url, name in ((source_url, "FROM"), (target_url, "DATABASE_URL")):
            with (
                only_gateway_on(url),
                pytest.raises(StartupFailed, match=f"^{name}: another flux-bot is running with .* Stop it first"),
            ):
                await copy_database(source_url, target_url)
        assert await source.note("commands") == "a hash"


async def test_all_or_nothing(source_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that fails leaves the new database empty and can be repeated."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 1)
    async with JobStore(source_url) as source:
        last = max([(await db.queued(source)).id for _ in range(3)])
    path = tmp_path / "target.db"
    async with JobStore(f"sqlite:///{path}"):
        pass
    fails = f"BEFORE INSERT ON jobs WHEN NEW.id = '{last}' BEGIN SELECT RAISE(FAIL, 'disk full'); END"
    with closing(sqlite3.connect(path)) as target:
        target.execute(f"CREATE TRIGGER full {fails}")
        with pytest.raises(StartupFailed, match=r"Nothing was copied: .*disk full"):
            await copy_database(source_url, f"sqlite:///{path}")
        target.execute("DROP TRIGGER full")
    assert await copy_database(source_url, f"sqlite:///{path}") == 3
