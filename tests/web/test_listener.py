"""Listening on an address: who may connect, and what is said if that address can't be used."""

import asyncio
import errno
import re
import socket
from contextlib import suppress

import pytest
from aiohttp import web

from flux_bot.core.errors import StartupFailed
from flux_bot.web.listener import Limits, Listener, is_public, local_host
from tests.harness import LOOPBACK
from tests.web.raw_client import SHORT_TIMEOUTS, response_to, send_without_reading

LONG_TIMEOUTS = 600.0
"""Timeouts longer than any test."""
REQUEST = b"GET / HTTP/1.0\r\n\r\n"
ANSWERED = b"HTTP/1.0 200 OK\r\n"


def listener(host: str = LOOPBACK, port: int = 0, limits: Limits | None = None) -> Listener:
    """Return a server with one page."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/", page)
    return Listener(app, "WEBHOOK", host, port, limits)


async def test_slow_clients_are_disconnected() -> None:
    """Clients that are silent or slow in the headers are disconnected; so are those that read nothing."""
    async with listener(limits=Limits(client_timeout=SHORT_TIMEOUTS)) as server:
        head = b"GET / HTTP/1.1\r\nHost: x\r\n"
        for sent in (b"", b"GET", head, head + b"X: "):
            assert await response_to(server.port, sent) == b"", sent
        assert await response_to(server.port, b"GET /", drip=b"x") == b""
        assert await response_to(server.port, head, drip=b"X: y\r\n") == b""
        request = head + b"\r\n"
        assert (await response_to(server.port, request * 1000)).count(b"HTTP/1.1 200 OK") == 1000
        with pytest.raises(ConnectionError):
            await send_without_reading(server.port, request)


async def test_too_many_connections() -> None:
    """Connections over a limit, in total or from one address, are dropped; later clients are served again."""
    for limits, addresses, next_address in (
        (Limits(LONG_TIMEOUTS, connections=3), ["127.0.0.1"] * 3, "127.0.0.1"),
        (Limits(LONG_TIMEOUTS, connections=3), ["127.0.0.1", "127.0.0.2", "127.0.0.3"], "127.0.0.4"),
        (Limits(LONG_TIMEOUTS, per_address=2), ["127.0.0.1"] * 2, "127.0.0.1"),
    ):
        async with listener(limits=limits) as server:

            async def connect(
                address: str, port: int = server.port
            ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
                return await asyncio.open_connection(LOOPBACK, port, local_addr=(address, 0))

            crowd = [await connect(address) for address in addresses]
            reader, writer = await connect(next_address)
            assert await reader.read() == b"", (limits, addresses)
            writer.close()
            if limits.connections > len(addresses):  # another client is still served
                crowd.append(await connect("127.0.0.9"))
            for reader, writer in crowd:
                writer.write(REQUEST)
                assert (await reader.read()).startswith(ANSWERED), (limits, addresses)
                writer.close()
                await writer.wait_closed()
            async with asyncio.timeout(30):
                while not (answer := await response_to(server.port, REQUEST)):
                    pass
            assert answer.startswith(ANSWERED), (limits, addresses)


def test_public_addresses_have_a_lower_limit() -> None:
    """A proxy is in the same network; strangers are not."""

    class Peer(asyncio.Transport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return (self.address, 1) if name == "peername" else default

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    for address, public in (("127.0.0.1", False), ("::ffff:10.0.0.1", False), ("93.184.215.14", True)):
        assert is_public(Peer(address)) is public, address
    assert Limits().per_public_address < Limits().per_address < Limits().connections


async def test_ipv6() -> None:
    """:: accepts IPv4 too, and ::1 only IPv6; one client has a whole /64 network, or one IPv4 address."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    for host, served in (("::", ("127.0.0.1", "::1")), ("::1", ("::1",)), ("0.0.0.0", ("127.0.0.1",))):  # noqa: S104
        async with listener(host) as server:
            for address in ("127.0.0.1", "::1"):
                answer = b""
                with suppress(ConnectionRefusedError):
                    reader, writer = await asyncio.open_connection(address, server.port)
                    writer.write(REQUEST)
                    answer = await reader.read()
                    writer.close()
                assert answer.startswith(ANSWERED) is (address in served), (host, address)
            assert local_host(host) in served
    async with listener("::", limits=Limits(per_address=1)) as server:
        for address in ("127.0.0.1", "::1"):
            _, kept = await asyncio.open_connection(address, server.port)
            reader, writer = await asyncio.open_connection(address, server.port)
            assert await reader.read() == b"", address
            writer.close()
            kept.close()


async def test_an_unusable_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the setting at fault, host or port, and what to do."""

    async def error_of(host: str, port: int) -> str:
        with pytest.raises(StartupFailed) as failed:
            async with listener(host, port):
                pass
        return str(failed.value)

    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        text = await error_of(LOOPBACK, port)
        assert re.fullmatch(rf"WEBHOOK_PORT: can't listen on 127.0.0.1:{port} \(.*\)\. Choose another port .*", text)
    for host, shown in (("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "[2001:db8::1]"), ("no.invalid", "no.invalid")):
        text = await error_of(host, 0)
        assert text.startswith(f"WEBHOOK_HOST: can't listen on {shown}:0 ("), text
        assert "Use an address of this machine" in text

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", forbidden)
    text = await error_of(LOOPBACK, 80)
    assert text == "WEBHOOK_PORT: can't listen on 127.0.0.1:80 (Permission denied). Choose a port above 1023."
