"""Clients that send bytes, slowly or without reading the answers."""

import asyncio
import contextlib
import itertools
import socket

from tests.harness import LOOPBACK

SHORT_TIMEOUTS = 0.05
"""Timeouts in seconds, short enough to expire during a test."""


async def response_to(port: int, sent: bytes, drip: bytes = b"") -> bytes:
    """Send bytes, then drip others one by one forever; return the response until the bot closes the connection."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    heard = bytearray()

    async def listen() -> None:
        with contextlib.suppress(ConnectionError):  # bytes that the bot no longer reads are answered by a reset
            while part := await reader.read(1024):
                heard.extend(part)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        writer.write(sent)
        hung_up = tasks.create_task(listen())
        for byte in itertools.cycle(drip):
            if hung_up.done():
                break
            writer.write(bytes([byte]))
            await asyncio.wait({hung_up}, timeout=SHORT_TIMEOUTS / 10)
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return bytes(heard)


async def send_without_reading(port: int, request: bytes) -> None:
    """Send a request again and again without reading responses, until the connection is closed."""
    loop = asyncio.get_running_loop()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, (LOOPBACK, port))
        async with asyncio.timeout(60):
            while True:
                await loop.sock_sendall(deaf, request * 1000)
