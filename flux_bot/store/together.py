"""What is asked for at the same time is done together: one commit for all costs hardly more than one for each.

Whoever comes while a batch is being done waits for the next, which takes all who wait by then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Wish, Answer]):
    wish: Wish
    answer: asyncio.Future[Answer]


class Together(Generic[Wish, Answer]):
    """Collects wishes and has them done in batches; each gets its own answer, or its own error."""

    def __init__(self, do_all: Callable[[Sequence[Wish]], Awaitable[Sequence[Answer]]]) -> None:
        """Take what does a batch in one transaction and gives the answers in the same order.

        If a statement is refused, it is called again for each wish alone, so it must do nothing but ask the database.
        """
        self._do_all = do_all
        self._waiting: list[_Waiting[Wish, Answer]] = []
        self._turn = asyncio.Lock()
        self._running: asyncio.Future[None]

    async def do(self, wish: Wish) -> Answer:
        """Have a wish done and return its answer."""
        waiting: _Waiting[Wish, Answer] = _Waiting(wish, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            async with self._turn:
                if not waiting.answer.done():
                    batch, self._waiting = self._waiting, []
                    self._running = asyncio.ensure_future(self._do_together(batch))
                    await asyncio.shield(self._running)  # who is cancelled must not take the others along
            return await waiting.answer
        except asyncio.CancelledError:
            waiting.answer.cancel()  # or an error that nobody is there to take would be logged
            raise

    async def _do_together(self, batch: Sequence[_Waiting[Wish, Answer]]) -> None:
        try:
            answers = await self._do_all([waiting.wish for waiting in batch])
        except Exception as error:  # noqa: BLE001  it goes to who asked
            if len(batch) > 1 and was_refused(error):
                for waiting in batch:
                    await self._do_together([waiting])
                return
            for waiting in batch:
                if not waiting.answer.done():  # cancelled
                    waiting.answer.set_exception(error)
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)


def was_refused(error: Exception) -> bool:
    """Tell whether a statement was refused for what it said; if the line broke, the rows may have been saved."""
    cause = error.__cause__
    broken = isinstance(cause, (OperationalError, OSError)) or getattr(cause, "connection_invalidated", False)
    return not broken
