"""Small pictures, a host on loopback that serves them well or badly, and a network that makes it look public."""

import asyncio
import io
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Self

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from PIL import Image

PUBLIC_ADDRESS = "93.184.215.14"
"""Stands for any public host; a ``PublicNetwork`` never really connects to it."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def encoded(
    form: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), colour: int = 0, **options: object
) -> bytes:
    """Return a picture of one colour in a file format."""
    data = io.BytesIO()
    Image.new(mode, size, colour).save(data, form, **options)
    return data.getvalue()


def png(*chunks: tuple[bytes, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    """Return a grey PNG that claims a size, with these chunks between its header and its end."""
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), *chunks, (b"IEND", b""))
    )


class PictureHost:
    """An HTTP server with configured answers for each path, which records its requests; other paths answer 404."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.address = address
        self.port = 0
        self.requests: list[web.Request] = []
        self._answers: dict[str, list[Answer]] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, self.address, 0).start()
        self.port = runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def url(self, path: str, *, host: str | None = None, scheme: str = "http") -> str:
        """Return the link to a path, by the host's address or another name for it."""
        return f"{scheme}://{host or self.address}:{self.port}{path}"

    def answer(self, path: str, *answers: Answer) -> str:
        """Set the answers of a path, used in turn, the last one repeatedly; return its link."""
        self._answers[path] = list(answers)
        return self.url(path)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        answers = self._answers.get(request.path, [status(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return await answer(request)


def picture(body: bytes, code: int = 200, /, **headers: str) -> Answer:
    """Serve bytes with their declared length."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=code, headers=headers)

    return answer


def status(code: int, **headers: str) -> Answer:
    """Answer with an empty body."""
    return picture(b"", code, **headers)


def redirect(location: str, code: int = 302) -> Answer:
    """Redirect to another location."""
    return status(code, Location=location)


def streamed(body: bytes, *, declared: int | None = None, endless: bool = False) -> Answer:
    """Serve bytes in chunks, perhaps with a wrong length and a disconnect after them, or again and again."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = declared
        await response.prepare(request)
        await response.write(body)
        while endless:
            await response.write(body)
            await asyncio.sleep(0)
        if declared is not None:
            assert request.transport is not None
            request.transport.close()
        return response

    return answer


def until_closed(body: bytes) -> Answer:
    """Serve bytes without their length; closing the connection marks their end."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body)
        request.transport.close()
        return web.Response()

    return answer


def silent() -> Answer:
    """Send nothing until the client disconnects."""

    async def answer(_: web.Request) -> web.StreamResponse:
        never: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()
        return await never

    return answer


class Names(AbstractResolver):
    """A resolver with configured answers for each name, used in turn, the last one repeatedly."""

    def __init__(self, **names: list[list[str]]) -> None:
        """Take for each name a list of answers, each a list of addresses."""
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the next list of addresses."""
        answers = self._names.get(host.partition(".")[0])
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "name or service not known")
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        """Do nothing."""


class PublicNetwork(asyncio.SelectorEventLoop):
    """An event loop in whose network this machine is the only public address, and https is plain http."""

    def __init__(self) -> None:
        super().__init__()
        self.dialled: list[str] = []

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Record the address, and connect to this machine if it is the public one."""
        self.dialled.append(address[0])
        home = ("127.0.0.1", *address[1:]) if address[0] == PUBLIC_ADDRESS else address
        await super().sock_connect(sock, home)

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Remove TLS."""
        return await super().create_connection(*args, **kwargs | {"ssl": None, "server_hostname": None})
