"""Check that a file is a picture, make thumbnails, and shrink pictures to a size limit, in worker processes.

A file counts as a picture if its first frame can be decoded.

async with ImageFetcher() as fetcher:
    with await fetcher.fetch(url) as original:
        with await fit(original, upload_limit) as picture:
            ...
"""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import uuid4

from flux_bot.core.errors import BadImage
from flux_bot.images import worker
from flux_bot.images.worker_pool import WorkerPool

MIB = 1024 * 1024
# Enough for a copy of 25 megapixels and a thumbnail of 16, or half of that for WebP, which is decoded twice. The bot
# with both workers then takes less than 512 MiB, not counting charts.
RESULT_MEMORY = 208 * MIB
SOURCE_MEMORY = 160 * MIB
RESULT_SECONDS = 10.0
SOURCE_SECONDS = 3.0

_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture in its own file. The caller must close it; closing it twice is harmless."""

    path: Path
    format: str
    """PNG, JPEG, WEBP or GIF."""
    width: int
    height: int
    size: int
    """The size in bytes."""
    decoder: "Decoder" = field(repr=False, compare=False)
    shrunk: bool = False
    """Whether this is a copy of the original, usually a smaller one."""

    @property
    def extension(self) -> str:
        """Return the file name extension, without the dot."""
        return _EXTENSIONS[self.format]

    def read(self) -> bytes:
        """Return all bytes. May be called repeatedly."""
        return self.path.read_bytes()

    def close(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class Decoder:
    """Decodes pictures in two worker processes: one for results, one for pictures of unknown origin.

    Their files are in a folder of its own, which ``close`` removes. All methods raise BadImage.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="flux-bot-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._results = WorkerPool(memory_bytes=RESULT_MEMORY, seconds=RESULT_SECONDS, folder=folder)
        self._sources = WorkerPool(memory_bytes=SOURCE_MEMORY, seconds=SOURCE_SECONDS, folder=folder)

    async def close(self) -> None:
        """Kill the workers and delete all files."""
        await asyncio.gather(self._results.close(), self._sources.close())
        self._folder.cleanup()

    def new_path(self) -> Path:
        """Return the path of a file to create."""
        folder = Path(self._folder.name)
        folder.mkdir(mode=0o700, exist_ok=True)  # the system may remove old files in /tmp
        return folder / uuid4().hex

    async def check(self, path: Path) -> Picture:
        """Return a file as a picture: the file itself, or a repaired copy if it violates its format."""
        return await self._run(self._results, worker.check, path)

    async def thumbnail(self, path: Path) -> Picture:
        """Return a thumbnail of a picture of unknown origin; results never wait for it."""
        return await self._run(self._sources, worker.thumbnail, path)

    async def shrink(self, picture: Picture, limit_bytes: int, longest_side: int | None = None) -> Picture:
        """Return a WebP copy of a result that fits, upright and marked as made by AI. The original stays open."""
        limits = {"limit_bytes": limit_bytes} | ({"longest_side": longest_side} if longest_side else {})
        return await self._run(self._results, worker.shrink, picture.path, **limits)

    async def _run(self, pool: WorkerPool, work: Callable[..., worker.Facts], path: Path, **limits: int) -> Picture:
        """Make a worker read a file and perhaps write a copy; return the file or the copy as a picture."""
        copy = self.new_path()
        with ExitStack() as stack:
            stack.callback(copy.unlink, missing_ok=True)
            facts = await pool.run(work, path, copy, **limits)
            if facts.is_copy:
                stack.pop_all()
        return Picture(
            copy if facts.is_copy else path, facts.format, facts.width, facts.height, facts.size, self, facts.is_copy
        )


async def fit(picture: Picture, limit_bytes: int, longest_side: int | None = None) -> Picture:
    """Return the picture itself if it fits, otherwise a smaller copy. The original stays open.

    The copy is a WebP of the first frame, turned upright and marked as made by AI. Otherwise, its only metadata is a
    small colour profile.
    ``longest_side`` limits the copy, in pixels. Raises BadImage if not even a thumbnail fits.
    """
    return picture if picture.size <= limit_bytes else await picture.decoder.shrink(picture, limit_bytes, longest_side)


async def fit_or_none(picture: Picture | None, limit_bytes: int, longest_side: int | None = None) -> Picture | None:
    """Return the result of ``fit``, or None if there is no picture or it can't be shrunk."""
    try:
        return await fit(picture, limit_bytes, longest_side) if picture else None
    except BadImage:
        return None


async def fit_all(
    pictures: Sequence[Picture | None], limit_bytes: int, opened: ExitStack, longest_side: int | None = None
) -> list[Picture | None]:
    """Apply ``fit_or_none`` to all pictures; ``opened`` closes the originals and the copies."""
    for picture in filter(None, pictures):
        opened.enter_context(picture)
    fitting = [await fit_or_none(picture, limit_bytes, longest_side) for picture in pictures]
    for picture in filter(None, fitting):
        opened.enter_context(picture)
    return fitting
