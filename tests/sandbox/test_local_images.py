"""Pictures of the virtual Discord are found, and all others are downloaded."""

import pytest

from flux_bot.core.errors import BadImage
from flux_bot.sandbox.local_images import LocalImages
from tests.images.picture_host import PictureHost, encoded, picture


async def test_local_and_other_pictures() -> None:
    """A local file is checked like any other but not downloaded; other links are downloaded, even from this machine."""
    local, remote = encoded("PNG"), encoded("JPEG")
    async with PictureHost() as host, LocalImages() as images:
        url = host.answer("/x", picture(remote))
        with await images.fetch(url) as got:
            assert got.read() == remote
        images.local_files = {url: local, "https://cdn.example/text": b"no picture"}.get
        with await images.fetch(url) as got:
            assert got.read() == local
        with pytest.raises(BadImage, match="not a PNG"):
            await images.fetch("https://cdn.example/text")
    assert len(host.requests) == 1
