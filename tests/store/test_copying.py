"""Copying all jobs from one database to another."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.core.jobs import JobStatus
from flux_bot.store import copying
from flux_bot.store.copying import copy_database
from flux_bot.store.store import JobStore
from tests.database import DEADLINE, NOW, UNLIMITED, Rows, claim_next, fresh, job_with_status, queued
from tests.end_to_end.test_settings import run_bot


@pytest.fixture
def source_url(tmp_path: Path) -> str:
    """The address of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'source.db'}"


async def test_every_row_is_copied(source_url: str, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs of every status and notes are the same in the new database."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 3)
    async with JobStore(source_url) as source, Rows(source_url) as rows:
        jobs = [await job_with_status(source, rows, status) for status in reversed(JobStatus)]
        jobs = [await fresh(source, job) for job in jobs]
        before = [await rows.of(job.id) for job in jobs]
        await source.set_note("commands", "a hash")
    assert await copy_database(source_url, store_url) == len(JobStatus)
    async with JobStore(store_url) as target, Rows(store_url) as rows:
        assert [await rows.of(job.id) for job in jobs] == before
        assert [await target.history.job(job.id) for job in jobs] == jobs
        assert await target.note("commands") == "a hash"
        assert await claim_next(target, UNLIMITED, DEADLINE, now=NOW)


async def test_a_database_in_use_is_left_alone(source_url: str, store_url: str) -> None:
    """A database that has jobs already is not copied into."""
    async with JobStore(source_url) as source, JobStore(store_url) as target:
        await queued(source)
        job = await queued(target)
    with pytest.raises(StartupFailed, match="has jobs already"):
        await copy_database(source_url, store_url)
    async with JobStore(store_url) as target:
        claimed = await claim_next(target, UNLIMITED, DEADLINE, now=NOW)
        assert claimed
        assert claimed.id == job.id
        assert await claim_next(target, UNLIMITED, DEADLINE, now=NOW) is None


async def test_a_missing_source(source_url: str, tmp_path: Path) -> None:
    """If the source does not exist, no empty database is created."""
    path = tmp_path / "target.db"
    with pytest.raises(StartupFailed, match="There is no database to copy at sqlite:"):
        await copy_database(source_url, f"sqlite:///{path}")
    paths = [path, Path(source_url.removeprefix("sqlite:///"))]
    assert [path for path in paths if path.exists()] == []


async def test_all_or_nothing(source_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that fails leaves the new database empty and can be repeated."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 1)
    async with JobStore(source_url) as source:
        last = max([(await queued(source)).id for _ in range(3)])
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


async def test_the_command(source_url: str, tmp_path: Path) -> None:
    """The command prints how many jobs it copied, or one line that says what is wrong."""
    async with JobStore(source_url) as source:
        await queued(source)
    settings = {"DISCORD_TOKEN": "d", "FLUX_API_TOKEN": "f", "DATABASE_URL": f"sqlite:///{tmp_path / 'target.db'}"}
    done = await run_bot(tmp_path, "copy-database", source_url, settings=settings)
    assert (done.code, done.out, done.err) == (0, "Copied 1 requests.\n", "")
    again = await run_bot(tmp_path, "copy-database", source_url, settings=settings)
    assert again.code == 1
    assert again.complaints == ["DATABASE_URL: this database has jobs already; copy into a new one"]
