"""Rewriting SQLite's file: immediately after a user has erased something, but not over and over."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flux_bot.store.store import JobStore
from flux_bot.workflow.erasing import cleaning as cleaning_module
from flux_bot.workflow.erasing.cleaning import AFTER_PRUNING, AFTER_USERS, FileCleaning
from flux_bot.workflow.loops import Signals
from tests import database as db
from tests.database import LATER, NOW, ON_SQLITE, SECOND
from tests.store.users.test_erasure import ALICE, BOB, DAY


async def erase(store: JobStore, user_id: int) -> None:
    """Save and erase a job of a user."""
    await db.delivered(store, user_id)
    await store.users.erasure.erase(user_id, now=NOW, day=DAY, deletes_messages=False)


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@ON_SQLITE
async def test_when_the_file_is_rewritten(store: JobStore) -> None:
    """The first rewrite is immediate; others follow only if needed, after a pause that is longer for pruned jobs."""
    clock = Clock()
    cleaning = FileCleaning(store.cleaning, Signals(), clock)
    assert await cleaning.clean()
    for user_id, moment, is_left in (
        (ALICE, NOW, False),
        (BOB, NOW + SECOND, True),
        (BOB, NOW + AFTER_USERS - SECOND, True),
        (BOB, NOW + AFTER_USERS, False),
    ):
        if user_id == ALICE or moment == NOW + SECOND:
            await erase(store, user_id)
        clock.now = moment
        assert await cleaning.clean()
        assert (await store.cleaning.needed() is not None) is is_left, moment

    await db.delivered(store)
    assert await store.overdue.prune(10, before=LATER)
    for passed, is_left in ((timedelta(hours=1), True), (AFTER_PRUNING, False)):
        clock.now = NOW + AFTER_USERS + passed
        assert await cleaning.clean()
        assert (await store.cleaning.needed() is not None) is is_left, passed

    await db.delivered(store)
    assert await store.overdue.prune(10, before=LATER)
    restarted = FileCleaning(store.cleaning, Signals(), clock)
    assert await restarted.clean()
    assert await store.cleaning.needed() is not None, "a restart is no reason to rewrite the file"


@ON_SQLITE
async def test_when_requests_would_wait(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rewrite waits briefly for a moment without open jobs; the longer rewrites take, the rarer they are."""
    clock = Clock()
    cleaning = FileCleaning(store.cleaning, Signals(), clock)
    await erase(store, ALICE)
    job = await db.queued(store, BOB)
    for moment, is_clean in ((NOW, False), (NOW + AFTER_USERS - SECOND, False), (NOW + AFTER_USERS, True)):
        clock.now = moment
        assert await cleaning.clean() is is_clean, moment
        assert (await store.cleaning.needed() is None) is is_clean, moment

    assert await store.cancel(job.id, now=NOW)
    await erase(store, ALICE)
    monkeypatch.setattr(cleaning_module, "TIMES_AS_LONG", 1e9)
    clock.now = NOW + 2 * AFTER_USERS
    assert await cleaning.clean()
    assert await store.cleaning.needed()
    monkeypatch.setattr(cleaning_module, "TIMES_AS_LONG", 0)
    assert await cleaning.clean()
    assert await store.cleaning.needed() is None


async def test_nothing_to_clean(tmp_path: Path) -> None:
    """Checking whether there is something to clean writes nothing."""
    async with JobStore(f"sqlite:///{tmp_path / 'jobs.db'}") as store:
        log = tmp_path / "jobs.db-wal"
        before = log.read_bytes()
        assert await FileCleaning(store.cleaning, Signals(), Clock()).clean()
        assert log.read_bytes() == before
