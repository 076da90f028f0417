"""The operator's commands about one user, with and without a running bot."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.store.database.engines import only_gateway_on
from flux_bot.store.operator.user_commands import erase_user, export_user
from flux_bot.store.store import JobStore
from tests import database as db
from tests.store.database.test_cleaning import count
from tests.store.users.test_erasure import ALICE, BOB, SECRET
from tests.store.users.test_export import contents

UTC = ZoneInfo("UTC")


async def test_export(store: JobStore, store_url: str, tmp_path: Path) -> None:
    """The file is complete, only its owner can read it, and an existing one is not overwritten."""
    await db.delivered(store, ALICE, prompt=SECRET)
    file = tmp_path / "alice.zip"
    await export_user(store_url, ALICE, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [job["prompt"] for job in contents(file)["jobs"]] == [SECRET]
    before = file.read_bytes()
    for user_id, to, why in (
        (ALICE, file, "already exists"),
        (ALICE, tmp_path / "no folder" / "alice.zip", "there is no folder"),
        (BOB, tmp_path / "bob.zip", f"ID: nothing is stored about user {BOB}"),
    ):
        with pytest.raises(StartupFailed, match=why):
            await export_user(store_url, user_id, to)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.zip")] == ["alice.zip"]  # noqa: ASYNC240


async def test_erase(store: JobStore, store_url: str) -> None:
    """The command says what was done, and what the running bot will do."""
    await db.delivered(store, ALICE, prompt=SECRET)
    await db.running(store, ALICE, prompt=SECRET)
    await db.delivered(store, BOB, prompt="bob's fox", message_id=5)
    report = await erase_user(store_url, ALICE, UTC, deletes_messages=True)
    assert report.startswith(f"Erased user {ALICE}: 2 requests.\n1 of them were open and are cancelled;")
    assert "deletes 1 messages while it runs" in report
    report = await erase_user(store_url, ALICE, UTC, deletes_messages=False)
    assert report.splitlines()[0] == f"Erased user {ALICE}: 0 requests."
    assert "--messages" in report
    claimed = await store.users.messages.claim(now=db.LATER.replace(year=2099), lease=db.LEASE)
    assert claimed.work is not None
    assert (await store.users.overviews.of(ALICE, now=db.NOW)).jobs == 0
    assert (await store.users.overviews.of(BOB, now=db.NOW)).jobs == 1


async def test_the_file_is_cleaned(tmp_path: Path) -> None:
    """Without a running bot, the command rewrites the file; otherwise the bot does, and the command says so."""
    path = tmp_path / "jobs.db"
    url = f"sqlite:///{path}"
    for is_running in (True, False):
        async with JobStore(url) as store:
            await db.delivered(store, ALICE, prompt=SECRET * 300)
        with only_gateway_on(url if is_running else f"{url}.other"):
            report = await erase_user(url, ALICE, UTC, deletes_messages=False)
        assert ("soon" in report) is is_running
        with closing(sqlite3.connect(path)) as connection:
            notes = connection.execute("SELECT name FROM notes WHERE name = 'file to be cleaned'").fetchall()
        assert bool(notes) is is_running
    assert count(path, SECRET.encode()) == 0
    with pytest.raises(StartupFailed, match="no database"):
        await erase_user(f"sqlite:///{tmp_path / 'missing.db'}", ALICE, UTC, deletes_messages=False)
