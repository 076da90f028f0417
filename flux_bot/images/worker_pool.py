"""Run functions in one worker process, with limits of time and memory; a worker that exceeds them is replaced."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from flux_bot.core.errors import BadImage, ImageUnreachable
from flux_bot.images import worker

if TYPE_CHECKING:
    from pebble import ProcessPool

T = TypeVar("T")


class WorkerPool:
    """One worker process, which is started when it is first needed."""

    def __init__(self, *, memory_bytes: int, seconds: float, folder: Path, max_calls: int = 0) -> None:
        """Take the limits of each call, and the folder that a worker removes if the bot is killed.

        A worker is replaced after ``max_calls`` calls, which frees the memory of what it has imported; 0 means never.
        """
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._folder = folder
        self._max_calls = max_calls
        self._pool: ProcessPool | None = None
        # Starting and stopping a worker blocks: in a thread it does not block the bot, and in a single one, one waits
        # for the other.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decoder")

    async def run(self, function: Callable[..., T], *arguments: object, **options: object) -> T:
        """Call a function of a module in the worker. The wait for the calls before it does not count.

        Raises BadImage if it takes too long or too much memory, ImageUnreachable if the worker dies or can't write.
        """
        from pebble import ProcessExpired  # noqa: PLC0415  takes a tenth of a second to import

        try:
            pool = self._pool
            if pool is None or not pool.active:
                pool = await asyncio.wrap_future(self._thread.submit(self._start))
            # If this task is cancelled, Pebble kills the worker.
            return await asyncio.wrap_future(pool.schedule(function, arguments, options, timeout=self._seconds))
        except TimeoutError:
            raise BadImage(f"not done within {self._seconds:g} s") from None
        except MemoryError:
            raise BadImage("takes too much memory") from None
        except OSError as error:  # such as a full disk
            raise ImageUnreachable(f"can't be saved: {error.strerror}") from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ImageUnreachable(f"the worker process has ended: {error}") from error

    async def close(self) -> None:
        """Kill the worker, whatever it does."""
        await asyncio.wrap_future(self._thread.submit(self._stop))

    def _start(self) -> "ProcessPool":
        from pebble import ProcessPool  # noqa: PLC0415  as above

        if self._pool and self._pool.active:  # started for another call
            return self._pool
        self._stop()
        # A fork of the bot would inherit its locks and connections; a fork server starts with nothing.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([worker.__name__, "PIL.Image"])
        limits = (self._memory_bytes, str(self._folder))
        pool = ProcessPool(1, self._max_calls, initializer=worker.prepare, initargs=limits, context=context)
        if not pool.active:  # this starts it
            raise BrokenProcessPool("it can't be started")
        self._pool = pool
        return pool

    def _stop(self) -> None:
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
