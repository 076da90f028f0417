"""What is asked of the database at the same time is done in one transaction: a commit costs more than a statement.

On SQLite, that is, where a process has one connection: while it is busy, all that comes waits for it anyway.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class _Asked:
    work: Work[Any]
    answer: asyncio.Future[Any]


class Together:
    """Does pieces of work, each in a transaction of its own or in one with others."""

    def __init__(self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        """Take what opens a transaction, and raises StoreUnavailable where it fails."""
        self._transaction = transaction
        self._asked: list[_Asked] = []
        self._turn = asyncio.Lock()
        self._running: asyncio.Future[None]

    async def do(self, work: Work[T]) -> T:
        """Do a piece of work and return what it gave once it is committed.

        It may be done again from the start, so it must do nothing but ask the database.
        """
        asked = _Asked(work, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        async with self._turn:
            if not asked.answer.done():
                self._running = asyncio.ensure_future(self._do_all())
                await asyncio.shield(self._running)  # who is cancelled must not take the others along
        answer: T = await asked.answer
        return answer

    async def _do_all(self) -> None:
        batch, self._asked = self._asked, []
        await self._do_together(batch)

    async def _do_together(self, batch: Sequence[_Asked]) -> None:
        """Do all in one transaction; a piece that fails must not take the others along."""
        try:
            async with self._transaction() as connection:
                answers = [await asked.work(connection) for asked in batch]
        except Exception as error:  # noqa: BLE001  it goes to who asked
            alone = len(batch) > 1 and was_refused(error)
            for asked in batch:
                if alone:
                    await self._do_together([asked])
                elif not asked.answer.done():
                    asked.answer.set_exception(error)
        else:
            for asked, answer in zip(batch, answers, strict=True):
                if not asked.answer.done():
                    asked.answer.set_result(answer)


def was_refused(error: Exception) -> bool:
    """Tell whether a statement was refused for what it said; if the line broke, the rows may have been saved."""
    cause = error.__cause__
    broken = isinstance(cause, (OperationalError, OSError)) or getattr(cause, "connection_invalidated", False)
    return not broken
