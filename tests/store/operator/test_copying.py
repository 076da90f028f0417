"""Copying all jobs from one database to another."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.core.jobs import JobStatus
from flux_bot.core.styles import Style
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
    """A database that has jobs already is not copied into."""
    async with JobStore(source_url) as source, JobStore(empty_url) as target:
        copied, kept = await db.queued(source), await db.queued(target)
        with pytest.raises(StartupFailed, match="has jobs already"):
            await copy_database(source_url, empty_url)
        assert await target.history.job(kept.id) == kept
        assert await target.history.job(copied.id) is None


async def test_a_missing_source(source_url: str, tmp_path: Path) -> None:
    """If the source does not exist, no empty database is created."""
    with pytest.raises(StartupFailed, match="There is no database at sqlite:"):
        await copy_database(source_url, f"sqlite:///{tmp_path}/target.db")
    assert [*tmp_path.iterdir()] == []  # noqa: ASYNC240


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
