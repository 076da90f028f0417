"""Commands and clicks whose reply waits for slow work, and gets an answer before the bot stops."""

import asyncio
from typing import Any

from flux_bot.core.errors import SaveUncertain

ANSWER_SECONDS = 2.0
"""How long the answers may take, once the work was given up."""


class OpenReplies:
    """The replies of this process that wait for something, such as a database that does not answer."""

    def __init__(self) -> None:
        """Start without any."""
        self._handlers: set[asyncio.Task[Any]] = set()
        self._stopping = asyncio.Event()

    async def wait(self, working: asyncio.Future[Any], seconds: float | None = None) -> None:
        """Wait until the work of the current task's reply is done, or for some seconds.

        Raises SaveUncertain if the bot stops first: the task then has to answer at once.
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
        """Wait until all replies are sent; after some seconds, let those that still wait say that it did not work."""
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=seconds)
        self._stopping.set()
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=ANSWER_SECONDS)
