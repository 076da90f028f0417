"""The file server for the fake Flux API's pictures."""

import asyncio
import contextlib
import mimetypes
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from aiohttp import web

from flux_bot.sandbox.drawing import Picture
from flux_bot.sandbox.exchange import cut
from flux_bot.sandbox.faults import BadFile

CHUNK_BYTES = 256 * 1024


class SavedPictures(MutableMapping[str, Picture]):
    """Pictures by file name, in a folder that outlives the process."""

    def __init__(self, folder: Path) -> None:
        """Create the folder if it does not exist."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __getitem__(self, name: str) -> Picture:
        """Read a picture. Raises KeyError if there is none."""
        path = self._folder / name
        if path.parent != self._folder or not path.is_file():
            raise KeyError(name)
        return Picture(path.read_bytes(), path.suffix.removeprefix("."))

    def __setitem__(self, name: str, picture: Picture) -> None:
        """Save a picture."""
        (self._folder / name).write_bytes(picture.data)

    def __delitem__(self, name: str) -> None:
        """Delete a picture."""
        (self._folder / name).unlink()

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return (path.name for path in self._folder.iterdir())

    def __len__(self) -> int:
        """Return the number of pictures."""
        return sum(1 for _ in self)


async def send_picture(request: web.Request, picture: Picture, fault: BadFile) -> web.StreamResponse:
    """Respond with a picture, or as the current fault requires."""
    await asyncio.sleep(fault.wait_seconds)
    data = picture.data if fault.body is None else fault.body
    response = web.StreamResponse(status=fault.status)
    response.content_type = mimetypes.types_map[f".{picture.suffix}"]
    if fault.location:
        response.headers["Location"] = fault.location.format(path=request.path)
    if not fault.padding:
        response.content_length = len(data)
    with contextlib.suppress(ConnectionResetError):
        await response.prepare(request)
        await response.write(data[: int(len(data) * fault.share)])
        for _ in range(fault.padding // CHUNK_BYTES):
            await response.write(bytes(CHUNK_BYTES))
    if fault.share < 1:
        cut(request)
    return response
