"""The container's health check: it asks where the settings say, and never a proxy."""

import asyncio
from http.client import HTTPConnection

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from flux_bot.settings import Settings
from flux_bot.web import health_check
from tests.flux.caller import free_port


async def test_the_answer_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is 0 if /healthz answers 200, else 1; wildcard addresses and brackets are understood."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(status=status)

    async def exit_code(**settings: str) -> int:
        for name in ("HEALTH_HOST", "HEALTH_PORT"):
            monkeypatch.setenv(name, settings.get(name, ""))
        return await asyncio.to_thread(health_check.main)

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    app = web.Application()
    app.router.add_get("/healthz", healthz)
    async with TestServer(app) as server:
        port = str(server.port)
        for status, code in ((200, 0), (503, 1), (404, 1)):
            for host in ("", "127.0.0.1", "0.0.0.0", "::", "[::]"):  # noqa: S104
                assert await exit_code(HEALTH_HOST=host, HEALTH_PORT=port) == code, (status, host)
        assert await exit_code(HEALTH_HOST="[::1]", HEALTH_PORT=port) == 1
    assert await exit_code(HEALTH_PORT=str(free_port())) == 1


def test_the_defaults_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings it asks where the bot listens by default."""
    asked: list[object] = []
    for name in ("HEALTH_HOST", "HEALTH_PORT"):
        monkeypatch.delenv(name, raising=False)

    class Connection(HTTPConnection):
        def connect(self) -> None:
            asked.append((self.host, self.port))
            raise ConnectionRefusedError

    monkeypatch.setattr(health_check, "HTTPConnection", Connection)
    assert health_check.main() == 1
    fields = Settings.model_fields
    assert asked == [(fields["health_host"].default, fields["health_port"].default)]
