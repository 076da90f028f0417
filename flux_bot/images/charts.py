"""Draws charts in a separate worker process."""

import asyncio
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from flux_bot.core.text import plain_line
from flux_bot.images.chart_worker import Series, draw
from flux_bot.images.worker_pool import WorkerPool

log = logging.getLogger(__name__)

MEMORY = 192 * 1024 * 1024
"""Memory limit of a worker, in bytes. A chart takes about two thirds of it."""
SECONDS = 8.0
"""Maximum time to wait for a chart, in seconds, including the charts before it. One takes about a second."""


class Charts:
    """Draws charts; use it as an async context manager. The worker starts with the first chart."""

    def __init__(self, *, memory_bytes: int = MEMORY, seconds: float = SECONDS) -> None:
        """Set the limits."""
        self._memory_bytes = memory_bytes
        self._seconds = seconds

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="flux-bot-charts-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._pool = WorkerPool(memory_bytes=self._memory_bytes, seconds=self._seconds, folder=folder, max_calls=1)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._pool.close()
        self._folder.cleanup()

    async def draw(self, days: Sequence[str], series: Sequence[Series]) -> bytes | None:
        """Return a PNG, see ``chart_worker.draw``; None if it can't be drawn, or not in time."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._pool.run(draw, days, series, self._folder.name)
        except TimeoutError:
            log.warning("A chart is left out: not drawn within %g s", self._seconds)
        except Exception as error:  # noqa: BLE001  the numbers are shown without it
            log.warning("A chart is left out: %s", plain_line(error) or type(error).__name__)
        return None
