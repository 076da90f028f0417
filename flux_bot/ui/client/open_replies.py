"""Replies that are still waiting for slow work when the bot stops."""

import asyncio
from typing import Any

from flux_bot.core.errors import SaveUncertain

ANSWER_SECONDS = 2.0
"""How long sending the replies may take after the bot has given up on the work, in seconds."""


class OpenReplies:
    """The replies of this process that are waiting, for example for a database that does not respond."""

    def __init__(self) -> None:
        """Start with no waiting replies."""
        self._handlers: set[asyncio.Task[Any]] = set()
        self._stopping = asyncio.Event()

    async def wait(self, working: asyncio.Future[Any], seconds: float | None = None) -> None:
        """Wait until the work for the current task's reply is done, or until ``seconds`` have passed.

        Raises SaveUncertain if the bot stops first: the task must then reply immediately.
        """
        handler = asyncio.current_task()
        if handler is not None:
            self._handlers.add(handler)
            handler.add_done_callback(self._handlers.discard)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({working, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if self._stopping.is_set() and not working.done():
            raise SaveUncertain("the bot is stopping")

    async def finish(self, seconds: float) -> None:
        """Wait until all replies are sent; after ``seconds``, make the waiting ones report a failure."""
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=seconds)
        self._stopping.set()
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=ANSWER_SECONDS)
