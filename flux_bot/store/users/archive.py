"""ZIP files with a user's data, written page by page so that memory use does not grow with the data."""

import asyncio
import json
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from flux_bot.store.users.export import Page

ENTRY_OVERHEAD = 400
"""Maximum size of an entry without its contents, in bytes: two headers and its name."""
END_SIZE = 100
"""Size of the end of a ZIP file, in bytes."""


class ArchiveTooLarge(Exception):
    """The files of an export would together exceed their limit."""


class ArchiveWriter:
    """A writer of ZIP files of at most ``limit`` bytes each: a page that no longer fits starts a new file."""

    def __init__(self, folder: Path, name: str, limit: int | None = None) -> None:
        """Take the folder, the files' name without extension, and the limit (None means a single file of any size)."""
        self._folder = folder
        self._name = name
        self._limit = limit
        self._pages: Counter[str] = Counter()
        self._open: zipfile.ZipFile | None = None
        self._size = END_SIZE
        self.paths: list[Path] = []
        self.total = 0
        """Size of what was written so far, in all files, in bytes."""

    def add(self, page: Page) -> None:
        """Write a page as an entry that is a JSON array."""
        part, rows = page
        self._pages[part] += 1
        data = json.dumps(rows, ensure_ascii=False, indent=1).encode(errors="replace")
        # The worst case, as the exact size is known only afterwards: deflate adds at most 5 bytes for each 16 KB.
        worst = len(data) + len(data) // 3000 + ENTRY_OVERHEAD
        if self._limit is not None and self._size + worst > self._limit:
            self.close()
        opened = self._open = self._open or self._new_file()
        name = f"{part}-{self._pages[part]:04}.json"
        opened.writestr(name, data)
        self._size += opened.getinfo(name).compress_size + ENTRY_OVERHEAD
        self.total += opened.getinfo(name).compress_size + ENTRY_OVERHEAD

    def close(self) -> None:
        """Finish the file that is being written."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def _new_file(self) -> zipfile.ZipFile:
        number = f"-{len(self.paths) + 1}" if self.paths else ""
        self.paths.append(self._folder / f"{self._name}{number}.zip")
        self._size = END_SIZE
        return zipfile.ZipFile(self.paths[-1], "w", zipfile.ZIP_DEFLATED)


async def write_archive(
    pages: AsyncIterator[Page], folder: Path, name: str, limit: int | None = None, *, total: int | None = None
) -> Sequence[Path]:
    """Write the pages of an export to ZIP files in a folder, in threads; return their paths (none if there is no data).

    ``limit`` is for each file, ``total`` for all of them, in bytes. Raises ArchiveTooLarge as soon as the total is
    exceeded, StoreUnavailable, or OSError if the disk is full.
    """
    writer = ArchiveWriter(folder, name, limit)
    try:
        async for page in pages:
            await asyncio.to_thread(writer.add, page)
            if total is not None and writer.total > total:
                raise ArchiveTooLarge
    finally:
        await asyncio.to_thread(writer.close)
    return writer.paths
