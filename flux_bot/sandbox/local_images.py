"""Pictures that exist on no network: those that people upload to the virtual Discord, and those it shows."""

from collections.abc import Callable
from typing import IO

from flux_bot.images.fetcher import ImageFetcher


class LocalImages(ImageFetcher):
    """Fetches pictures from the virtual Discord too."""

    def __init__(self) -> None:
        """Allow this machine's addresses; ``local_files`` is set once there is a virtual Discord."""
        super().__init__(allow_private_hosts=True)
        self.local_files: Callable[[str], bytes | None] = lambda _: None

    async def _download(self, url: str, file: IO[bytes]) -> None:
        data = self.local_files(url)
        if data is None:
            await super()._download(url, file)
        else:
            file.write(data)
