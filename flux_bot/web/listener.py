"""Listen on an address for an aiohttp application: limit the connections, and disconnect slow clients."""

import asyncio
import errno
import logging
import socket
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from typing import Any, Self, cast

from aiohttp import web

from flux_bot.core.errors import StartupFailed
from flux_bot.core.text import plain_line
from flux_bot.images.addresses import is_public_address

_aiohttp_log = logging.getLogger(f"{__name__}.http")
_aiohttp_log.setLevel(logging.CRITICAL)  # aiohttp logs every malformed request that strangers send

CLIENT_TIMEOUT_SECONDS = 10.0
"""The time limit for receiving the headers, then the body, and then for sending the response."""
SHUTDOWN_SECONDS = 1.0
"""How long the server waits at shutdown for requests to finish, and again for cancelled requests to end."""
MAX_CONNECTIONS = 500
"""Half of the usual limit of 1,024 open files; the rest is for Discord, the image API and the database."""
MAX_PER_ADDRESS = MAX_CONNECTIONS // 2
"""The limit for a private address, such as a reverse proxy that may forward all callbacks."""
MAX_PER_PUBLIC_ADDRESS = 25
"""The limit for a public address, so that a few clients can't use up all connections."""
_PORT_IN_USE, _PORT_FORBIDDEN = errno.EADDRINUSE, errno.EACCES


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for clients."""

    client_timeout: float = CLIENT_TIMEOUT_SECONDS
    connections: int = MAX_CONNECTIONS
    per_address: int = MAX_PER_ADDRESS
    per_public_address: int = MAX_PER_PUBLIC_ADDRESS


class Listener:
    """An HTTP server on one address; use it as an async context manager."""

    def __init__(self, app: web.Application, setting: str, host: str, port: int, limits: Limits | None = None) -> None:
        """Take the address, and the prefix ``setting`` of the names of its settings."""
        self._setting, self._host, self._port = setting, host, port
        self._limits = limits or Limits()
        self._listening: asyncio.Server
        # No access log: callback paths contain secrets.
        # keepalive_timeout also limits the headers: aiohttp starts it when the connection opens.
        self._options: dict[str, Any] = {
            "access_log": None,
            "logger": _aiohttp_log,
            "keepalive_timeout": self._limits.client_timeout,
            "lingering_time": self._limits.client_timeout,
        }
        self._runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS)

    async def __aenter__(self) -> Self:
        """Start listening. Raises StartupFailed, which says whether the host or the port must be changed."""
        await self._runner.setup()
        try:
            self._listening = await self._listen()
        except OSError as error:
            await self._runner.cleanup()
            raise StartupFailed(self._describe(error)) from error
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: for clients that do not read; connections inherit it
            milliseconds = int(self._limits.client_timeout * 1000)
            for listening in self._listening.sockets:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish the current requests and stop listening."""
        self._listening.close()
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """The actual port, even if the setting is 0."""
        return int(self._listening.sockets[0].getsockname()[1])

    async def _listen(self) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        server = cast("web.Server", self._runner.server)  # created by setup()

        def accept_connection() -> asyncio.Protocol:
            return _Gate(server, _Handler(server, loop=loop, **self._options), self._limits)

        if self._host == "::" and socket.has_dualstack_ipv6():
            # asyncio itself would accept only IPv6 there.
            both = socket.create_server(("", self._port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=100)
            return await loop.create_server(accept_connection, sock=both)
        return await loop.create_server(accept_connection, self._host, self._port)

    def _describe(self, error: OSError) -> str:
        """Say which setting is wrong, and what to do. Without a known reason, blame the host."""
        is_port = error.errno in (_PORT_IN_USE, _PORT_FORBIDDEN)
        host = f"[{self._host}]" if ":" in self._host else self._host
        advice = {
            _PORT_IN_USE: "Choose another port or stop what uses this one.",
            _PORT_FORBIDDEN: "Choose a port above 1023.",
        }.get(error.errno or 0, "Use an address of this machine, 0.0.0.0 for all IPv4 addresses, or :: for all.")
        reason = plain_line(error.strerror or error)
        return (
            f"{self._setting}_{'PORT' if is_port else 'HOST'}: can't listen on {host}:{self._port} ({reason}). {advice}"
        )


async def check_address(setting: str, host: str, port: int) -> None:
    """Listen for a moment. Raises StartupFailed as a server would."""
    async with Listener(web.Application(), setting, host, port):
        pass


def is_in_use(error: StartupFailed) -> bool:
    """Return whether a server could not start because another program uses its port."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == _PORT_IN_USE


def local_host(host: str) -> str:
    """Return the address at which this machine reaches a server that listens on a host or on all addresses."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  compared only


class _Handler(web.RequestHandler):
    """Answers requests that aiohttp can't parse like all other refused ones, without details."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Replace aiohttp's message, which quotes the request."""
        del message
        return super().handle_error(request, status, exc, HTTPStatus(status).phrase.lower())


class _Gate(asyncio.Protocol):
    """Hands a new connection to its handler, unless there are too many of them."""

    def __init__(self, server: web.Server, handler: web.RequestHandler, limits: Limits) -> None:
        self._server = server
        self._handler = handler
        self._limits = limits

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Reject the connection, or accept it."""
        client, others = _client_of(transport), self._server.connections
        limit = self._limits.per_public_address if is_public(transport) else self._limits.per_address
        is_full = len(others) >= self._limits.connections or (
            sum(_client_of(other.transport) == client for other in others) >= limit
        )
        if is_full:
            transport.close()
            return
        transport.set_protocol(self._handler)
        self._handler.connection_made(transport)


def is_public(transport: asyncio.BaseTransport) -> bool:
    """Return whether a client is on the public internet, as a reverse proxy usually is not."""
    peer = transport.get_extra_info("peername")
    return bool(peer) and is_public_address(peer[0].removeprefix("::ffff:"))


def _client_of(transport: asyncio.BaseTransport | None) -> object:
    """Return a client's address; in IPv6 its /64 network, which belongs to one client."""
    peer = transport.get_extra_info("peername") if transport else None
    if not peer:
        return None
    address = ip_address(peer[0].partition("%")[0])
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or int(address) >> 64
    return address
