"""The batcher: concurrent work shares a transaction, and an error reaches only its own caller."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flux_bot.core.errors import StoreUnavailable
from flux_bot.store.database import Batcher
from flux_bot.store.engines import Engine, Work, open_engine
from flux_bot.store.schema import metadata, notes


class CountingDatabase:
    """Counts its transactions, and can lose the connection before a commit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.batcher = Batcher(self.run)
        self.transactions = 0
        self.is_disconnected = False

    async def do(self, work: Work[str]) -> str:
        """Run work that shares its transaction, but no call."""
        answer: str = await self.batcher.do(lambda connection, _: [work(connection)], None)
        return answer

    async def run(self, work: Work[list[Any]]) -> list[Any]:
        """Run work in a transaction, as the database does."""
        self.transactions += 1

        def then_commit(connection: sa.Connection) -> list[Any]:
            results = work(connection)
            self.check_connection()
            return results

        try:
            return await self.engine.do(then_commit)
        except (IntegrityError, ConnectionResetError) as error:
            raise StoreUnavailable("refused") from error

    def check_connection(self) -> None:
        """Raise ConnectionResetError, as a driver does, if the connection is lost."""
        if self.is_disconnected:
            raise ConnectionResetError

    async def names(self) -> list[str]:
        """Return the names of all notes."""
        query = sa.select(notes.c.name).order_by(notes.c.name)
        return await self.engine.do(lambda connection: list(connection.execute(query).scalars()))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[CountingDatabase]:
    """A database with a table for notes."""
    engine = open_engine(sa.make_url(f"sqlite:///{tmp_path / 'jobs.db'}"))
    await engine.do(metadata.create_all)
    yield CountingDatabase(engine)
    await engine.dispose()


def insert_note(name: str) -> Work[str]:
    """Return work that inserts a note and returns its name."""

    def work(connection: sa.Connection) -> str:
        connection.execute(sa.insert(notes).values(name=name, value="x"))
        return name

    return work


async def test_concurrent_work_shares_a_transaction(database: CountingDatabase) -> None:
    """The first piece of work has its own transaction; work that arrives meanwhile shares the next."""
    done = await asyncio.gather(*(database.do(insert_note(name)) for name in "abcde"))
    assert done == list("abcde") == await database.names()
    assert database.transactions <= 2


async def test_an_error_affects_only_its_own_caller(database: CountingDatabase) -> None:
    """Only the caller whose work fails gets an error."""

    def odd(_: sa.Connection) -> str:
        raise ValueError("odd")

    works = [insert_note("a"), insert_note("b"), insert_note("b"), odd, insert_note("c")]
    done = await asyncio.gather(*(database.do(work) for work in works), return_exceptions=True)
    assert [str(answer) for answer in done] == ["a", "b", "refused", "odd", "c"]
    assert await database.names() == ["a", "b", "c"]


async def test_a_lost_connection_is_not_retried(database: CountingDatabase) -> None:
    """After a lost connection every caller gets an error, and nothing is written twice."""
    database.is_disconnected = True
    done = await asyncio.gather(*(database.do(insert_note(name)) for name in "abc"), return_exceptions=True)
    assert all(isinstance(answer, StoreUnavailable) for answer in done)
    assert database.transactions <= 2


async def test_a_cancelled_caller_does_not_affect_the_others(database: CountingDatabase) -> None:
    """The rest of a batch is done although one caller was cancelled."""
    first, *others = [asyncio.create_task(database.do(insert_note(name))) for name in "abc"]
    while not database.transactions:  # noqa: ASYNC110  no event to wait for
        await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == ["b", "c"]
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await database.names() == ["a", "b", "c"]


async def test_a_cancelled_caller_leaves_the_batch(database: CountingDatabase) -> None:
    """Work of a caller cancelled before it began is not done; the others' work is."""
    works = [insert_note("a"), insert_note("b"), insert_note("c"), insert_note("c"), insert_note("d")]
    first, second, third, fourth, fifth = [asyncio.create_task(database.do(work)) for work in works]
    while not database.transactions:  # noqa: ASYNC110  no event to wait for
        await asyncio.sleep(0)
    late = asyncio.create_task(database.do(insert_note("e")))
    await asyncio.sleep(0)
    late.cancel()
    with pytest.raises(asyncio.CancelledError):
        await late
    with pytest.raises(StoreUnavailable):
        await fourth
    assert [await one for one in (first, second, third, fifth)] == ["a", "b", "c", "d"]
    assert await database.names() == ["a", "b", "c", "d"]


async def test_items_with_the_same_function_share_a_call(database: CountingDatabase) -> None:
    """They are handled by one call; if one of them makes it raise, each is handled by itself."""
    calls: list[list[str]] = []

    def insert_all(connection: sa.Connection, names: Sequence[str]) -> list[str]:
        calls.append(list(names))
        return [insert_note(name)(connection) for name in names]

    first = database.do(insert_note("first"))  # the others arrive while it runs
    done = await asyncio.gather(
        first, *(database.batcher.do(insert_all, name) for name in ("a", "b", "b", "c")), return_exceptions=True
    )
    assert [str(answer) for answer in done] == ["first", "a", "b", "refused", "c"]
    assert ["a", "b", "b", "c"] in calls
    assert calls[-4:] == [["a"], ["b"], ["b"], ["c"]]
    assert await database.names() == ["a", "b", "c", "first"]
