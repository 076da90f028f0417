"""The server of the fake Flux API's pictures."""

import asyncio
import contextlib
import mimetypes

from aiohttp import web

from flux_bot.sandbox.drawing import Picture
from flux_bot.sandbox.exchange import cut
from flux_bot.sandbox.faults import BadFile

CHUNK_BYTES = 256 * 1024


async def send_picture(request: web.Request, picture: Picture, fault: BadFile) -> web.StreamResponse:
    """Answer with a picture, as the fault says."""
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
