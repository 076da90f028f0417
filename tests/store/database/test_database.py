"""Opening a database, and batches: concurrent work shares a transaction, and an error affects only its caller."""

import asyncio
import re
import sys
import traceback
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from flux_bot.core.errors import ConfigurationError, StartupFailed, StoreUnavailable
from flux_bot.store.database.database import Batcher
from flux_bot.store.database.engines import Engine, Work, open_engine
from flux_bot.store.schema import metadata
from flux_bot.store.store import JobStore
from tests import database as db


async def test_a_database_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """One line names the setting and the reason, says what to do, and reveals no secret."""
    (tmp_path / "file").touch()
    (tmp_path / "letter.txt").write_text("Dear reader, this is a text and no database at all. " * 100)
    reasons = {
        f"sqlite:///{tmp_path}/file/jobs.db": "File exists",
        f"sqlite:///{tmp_path}": "unable to open database file. .* is a folder",
        f"sqlite:///{tmp_path}/letter.txt": "file is not a database. Choose another file",
        f"postgresql://fox:secret@/jobs?host={tmp_path}": "No such file or directory",
        "postgresql://fox:secret@127.0.0.1:1/jobs": "Connect call failed",
        "postgresql://fox:secret@127.0.0.1:1/jobs?sslmode=require": "Connect call failed",
    }
    for address, reason in reasons.items():
        with pytest.raises(StartupFailed) as failed:
            await JobStore(address).__aenter__()
        message = str(failed.value)
        assert re.fullmatch(f"DATABASE_URL: can't open the database: .*{reason}.*", message), address
        assert "secret" not in message
        assert ("Check that PostgreSQL is running there" in message) == address.startswith("postgresql:"), address


async def test_postgresql_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how to install the package."""
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(ConfigurationError, match=r"needs the package asyncpg\. Start the bot with `make run`"):
        await JobStore("postgresql://fox:secret@127.0.0.1:1/jobs").__aenter__()


async def test_an_unknown_postgresql_database_or_role(postgres_url: str) -> None:
    """The error names the missing database or role."""
    for right, wrong in (("/postgres?", "/nothing?"), ("//postgres:", "//nobody:")):
        with pytest.raises(StartupFailed, match=rf'"{wrong.strip("/?:")}" does not exist\.'):
            await JobStore(postgres_url.replace(right, wrong)).__aenter__()


async def test_an_invalid_address_is_reported() -> None:
    """A mistyped address gives one line, without its password and never a traceback."""
    for address in (
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://fox:secret@127.0.0.1:1/jobs?unheard=of",
        "postgresql://fox:secret@127.0.0.1:port/jobs",
        "postgresql://fox:se@cret:secret@127.0.0.1:5432/jobs",
        "secret",
    ):
        with pytest.raises(ConfigurationError, match=r"^DATABASE_URL") as failed:
            await JobStore(address).__aenter__()
        assert "secret" not in str(failed.value), address


async def test_database_errors_reveal_no_secret(store: JobStore) -> None:
    """The error of a failed statement contains neither the interaction token nor the prompt."""
    with pytest.raises(StoreUnavailable) as failed:
        await db.queued(store, model=object())
    text = "".join(traceback.format_exception(failed.value))
    assert "the token" not in text
    assert "a red fox" not in text


async def test_processes_can_create_the_database_together(empty_url: str) -> None:
    """Processes that start together on an empty database all succeed."""

    async def open_store(number: int) -> None:
        async with JobStore(empty_url) as store:
            await db.queued(store, number)

    await asyncio.gather(*(open_store(number) for number in range(6)))
    async with JobStore(empty_url) as store:
        assert await db.claim_next(store)


class CountingBatcher(Batcher):
    """A database that counts its transactions."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(self.run)
        self.engine = engine
        self.transactions = 0

    async def run(self, work: Work[list[Any]]) -> list[Any]:
        """Run work in a transaction."""
        self.transactions += 1
        return await self.engine.do(work)

    async def insert(self, name: str) -> Any:
        """Insert a note and return its name; notes may share a transaction, but not a call."""
        return await self.do(lambda connection, _: [db.insert_note(connection, name)], None)


@pytest.fixture
async def batcher(tmp_path: Path) -> AsyncIterator[CountingBatcher]:
    """A batcher on a database with a table for notes."""
    engine = open_engine(sa.make_url(f"sqlite:///{tmp_path / 'jobs.db'}"))
    await engine.do(metadata.create_all)
    yield CountingBatcher(engine)
    await engine.dispose()


def outcomes(done: Sequence[Any]) -> list[Any]:
    """Return answers unchanged, and errors as their types."""
    return [type(answer) if isinstance(answer, Exception) else answer for answer in done]


async def test_concurrent_work_shares_a_transaction(batcher: CountingBatcher) -> None:
    """The first piece of work has its own transaction; work that arrives meanwhile shares the next."""
    done = await asyncio.gather(*(batcher.insert(name) for name in "abcde"))
    assert done == list("abcde") == await db.note_names(batcher.engine)
    assert batcher.transactions <= 2


async def test_an_error_affects_only_its_own_caller(batcher: CountingBatcher) -> None:
    """Only the caller whose work fails gets an error."""

    def odd(_: sa.Connection, _items: object) -> list[str]:
        raise ValueError("odd")

    def too_deep(connection: sa.Connection, _: object) -> Sequence[Any]:
        return connection.exec_driver_sql(f"SELECT {'1+' * 2000}1").all()

    inserts = (batcher.insert(name) for name in "abbc")
    failing = (batcher.do(odd, None), batcher.do(too_deep, None))
    done = await asyncio.gather(*inserts, *failing, batcher.insert("d"), return_exceptions=True)
    assert outcomes(done) == ["a", "b", IntegrityError, "c", ValueError, OperationalError, "d"]
    assert await db.note_names(batcher.engine) == ["a", "b", "c", "d"]


async def test_a_lost_connection_is_not_retried() -> None:
    """After a lost connection every caller gets an error, and nothing is done twice."""
    handled: list[str] = []

    async def lose_connection(work: Work[list[Any]]) -> list[Any]:
        with sa.create_engine("sqlite://").connect() as connection:
            handled.extend(work(connection))
        raise StoreUnavailable

    batcher = Batcher(lose_connection)
    works = (batcher.do(lambda _, names: names, name) for name in "abc")
    assert outcomes(await asyncio.gather(*works, return_exceptions=True)) == [StoreUnavailable] * 3
    assert handled == list("abc")


async def test_a_cancelled_caller_does_not_affect_the_others(batcher: CountingBatcher) -> None:
    """If a caller is cancelled before its work begins, that work is not done, but the rest of the batch is."""
    first, *others = [asyncio.create_task(batcher.insert(name)) for name in "abcd"]
    while not batcher.transactions:  # noqa: ASYNC110  no event to wait for
        await asyncio.sleep(0)
    late = asyncio.create_task(batcher.insert("e"))
    await asyncio.sleep(0)
    for cancelled in (first, late):
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
    assert await asyncio.gather(*others) == ["b", "c", "d"]
    assert await db.note_names(batcher.engine) == ["a", "b", "c", "d"]


async def test_items_with_the_same_function_share_a_call(batcher: CountingBatcher) -> None:
    """Requests are handled by one call; if one of them makes the call raise an error, each is handled by itself."""
    calls: list[list[str]] = []

    def insert_all(connection: sa.Connection, names: Sequence[str]) -> list[str]:
        calls.append(list(names))
        return [db.insert_note(connection, name) for name in names]

    first = batcher.insert("first")  # the others arrive while this one runs
    done = await asyncio.gather(first, *(batcher.do(insert_all, name) for name in "abbc"), return_exceptions=True)
    assert outcomes(done) == ["first", "a", "b", IntegrityError, "c"]
    assert list("abbc") in calls
    assert calls[-4:] == [["a"], ["b"], ["b"], ["c"]]
    assert await db.note_names(batcher.engine) == ["a", "b", "c", "first"]
