"""Fetches files of the virtual Discord, whose addresses do not exist on any real network."""

from collections.abc import Callable
from typing import IO

from flux_bot.images.fetcher import ImageFetcher


class LocalImages(ImageFetcher):
    """An image fetcher that also finds files of the virtual Discord."""

    def __init__(self) -> None:
        """Allow private addresses; the fetcher's owner sets ``local_files`` once the virtual Discord exists."""
        super().__init__(allow_private_hosts=True)
        self.local_files: Callable[[str], bytes | None] = lambda _: None

    async def _download(self, url: str, file: IO[bytes], max_bytes: int) -> bool:
        data = self.local_files(url)
        if data is None:
            return await super()._download(url, file, max_bytes)
        file.write(data)
        return True
