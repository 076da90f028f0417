"""Work that arrives at the same time shares a transaction, and an error reaches only the caller it belongs to."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flux_bot.core.errors import StoreUnavailable
from flux_bot.store.database import Batcher
from flux_bot.store.engines import Engine, Work, open_engine
from flux_bot.store.schema import metadata, notes


class Line:
    """A database whose transactions are counted, and which can be cut off before a commit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.batcher = Batcher(self.run)
        self.transactions = 0
        self.is_cut = False

    async def run(self, work: Work[list[Any]]) -> list[Any]:
        """Run work in a transaction, as the database does."""
        self.transactions += 1

        def then_commit(connection: sa.Connection) -> list[Any]:
            answers = work(connection)
            self.check_line()
            return answers

        try:
            return await self.engine.do(then_commit)
        except (IntegrityError, ConnectionResetError) as error:
            raise StoreUnavailable("refused") from error

    def check_line(self) -> None:
        """Raise what a driver raises where the line is cut."""
        if self.is_cut:
            raise ConnectionResetError

    async def names(self) -> list[str]:
        """Return what is noted."""
        query = sa.select(notes.c.name).order_by(notes.c.name)
        return await self.engine.do(lambda connection: list(connection.execute(query).scalars()))


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """A database with a table for notes."""
    engine = open_engine(sa.make_url(f"sqlite:///{tmp_path / 'jobs.db'}"))
    await engine.do(metadata.create_all)
    yield Line(engine)
    await engine.dispose()


def noting(name: str) -> Work[str]:
    """Return work that notes a name and gives it back."""

    def work(connection: sa.Connection) -> str:
        connection.execute(sa.insert(notes).values(name=name, value="x"))
        return name

    return work


async def test_what_comes_at_once_is_done_at_once(line: Line) -> None:
    """The first has a transaction of its own, all that come meanwhile share the next; each gets its own answer."""
    done = await asyncio.gather(*(line.batcher.do(noting(name)) for name in "abcde"))
    assert done == list("abcde") == await line.names()
    assert line.transactions <= 2


async def test_a_fault_is_its_own(line: Line) -> None:
    """What is refused, for whatever reason, is refused alone."""

    def odd(_: sa.Connection) -> str:
        raise ValueError("odd")

    works = [noting("a"), noting("b"), noting("b"), odd, noting("c")]
    done = await asyncio.gather(*(line.batcher.do(work) for work in works), return_exceptions=True)
    assert [str(answer) for answer in done] == ["a", "b", "refused", "odd", "c"]
    assert await line.names() == ["a", "b", "c"]


async def test_a_cut_line_is_not_tried_again(line: Line) -> None:
    """Where nobody can tell what was written, all who asked hear of it and nothing is written twice."""
    line.is_cut = True
    done = await asyncio.gather(*(line.batcher.do(noting(name)) for name in "abc"), return_exceptions=True)
    assert all(isinstance(answer, StoreUnavailable) for answer in done)
    assert line.transactions <= 2


async def test_who_is_cancelled_takes_nobody_along(line: Line) -> None:
    """The others' work is done though the one it waited with is gone."""
    first, *others = [asyncio.create_task(line.batcher.do(noting(name))) for name in "abc"]
    while not line.transactions:  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.gather(*others) == ["b", "c"]
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await line.names() == ["a", "b", "c"]


async def test_a_cancelled_caller_leaves_the_batch(line: Line) -> None:
    """Work that has not begun is not done, and the others' work is."""
    works = [noting("a"), noting("b"), noting("c"), noting("c"), noting("d")]
    first, second, third, fourth, fifth = [asyncio.create_task(line.batcher.do(work)) for work in works]
    while not line.transactions:  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0)
    late = asyncio.create_task(line.batcher.do(noting("e")))
    await asyncio.sleep(0)
    late.cancel()
    with pytest.raises(asyncio.CancelledError):
        await late
    with pytest.raises(StoreUnavailable):
        await fourth
    assert [await one for one in (first, second, third, fifth)] == ["a", "b", "c", "d"]
    assert await line.names() == ["a", "b", "c", "d"]
