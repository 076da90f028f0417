"""The probe: it recognises this bot by its proof, and says why an address does not lead here."""

import logging
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from flux_bot import settings as settings_module
from flux_bot.settings import Settings
from flux_bot.web import reachability
from flux_bot.web.reachability import check_callbacks, find_host_problem, probe, serve_proof
from tests.flux.caller import TOKEN, UNREACHABLE, free_port
from tests.harness import LOOPBACK, BotHarness


def settings(port: int = 0, token: str = TOKEN) -> Settings:
    """Return the settings of a bot."""
    return Settings.load(
        env_file=None, discord_token=token, flux_api_token=TOKEN, webhook_host=LOOPBACK, webhook_port=port
    )


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Serve any path with a handler, and yield the address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_the_bot_is_recognised(tmp_path: Path) -> None:
    """A bot with the same token is recognised; one with another token is another server."""
    async with BotHarness(tmp_path) as harness:
        url = f"http://{LOOPBACK}:{harness.app.web.port}"
        assert await probe(url, settings()) is None
        assert "another server responds (HTTP 200)" in str(await probe(url, settings(token="another")))


async def test_through_a_reverse_proxy() -> None:
    """A proxy may forward only POST /callbacks/, below its own path, and may remove that path."""
    port = free_port()

    async def proxy(request: web.Request) -> web.Response:
        if request.method != "POST" or not request.path.startswith("/flux/callbacks/"):
            return web.Response(status=404)
        inner = f"http://{LOOPBACK}:{port}{request.path.removeprefix(removed)}"
        async with ClientSession() as session, session.post(inner) as answer:
            return web.Response(status=answer.status, body=await answer.read())

    async with serving(proxy) as url, serve_proof(settings(port)):
        for removed in ("/flux", ""):
            assert await probe(f"{url}/flux", settings()) is None, removed
        assert "HTTP 404" in str(await probe(url, settings()))


async def test_the_proof() -> None:
    """The proof differs for each nonce and each token, and is given only for a short nonce."""
    port = free_port()

    async def prove(nonce: str) -> tuple[int, str]:
        async with http.post(f"http://{LOOPBACK}:{port}/callbacks/reached/{nonce}") as answer:
            return answer.status, await answer.text()

    proofs = []
    async with ClientSession() as http:
        for token in (TOKEN, "another"):
            async with serve_proof(settings(port, token)):
                proofs += [await prove("a"), await prove("b" * 64)]
                assert (await prove("a" * 65))[0] == 404
    assert {status for status, _ in proofs} == {200}
    assert len({proof for _, proof in proofs}) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", proof) for _, proof in proofs)


async def test_the_check_at_the_start(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """The log says that callbacks arrive, perhaps after several attempts, or why they do not arrive."""
    caplog.set_level(logging.INFO, "flux_bot.web.reachability")
    port = free_port()
    attempts = 0

    async def proxy(request: web.Request) -> web.Response:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            return web.Response(text="")
        inner = f"http://{LOOPBACK}:{port}{request.path}"
        async with ClientSession() as session, session.post(inner) as answer:
            return web.Response(body=await answer.read())

    monkeypatch.setattr(reachability, "ATTEMPTS_AFTER_SECONDS", (0, 0.01))
    await check_callbacks(settings(port))
    assert caplog.messages == []
    async with serving(proxy) as url, serve_proof(settings(port)):
        bot = settings(port).model_copy(update={"public_url": url, "webhook_host": "0.0.0.0"})  # noqa: S104
        await check_callbacks(bot)
        (warning,) = caplog.messages
        assert warning.startswith(f"PUBLIC_URL: callbacks to {url} do not arrive: another server responds (HTTP 200);")
        caplog.clear()
        await check_callbacks(bot)
        assert (caplog.messages, attempts) == ([f"Callbacks to {url} arrive"], 3)
    bad_name = bot.model_copy(update={"public_url": f"http://{'a' * 64}.example"})
    await check_callbacks(bad_name)
    assert caplog.messages[-1].startswith(f"PUBLIC_URL: callbacks to {bad_name.public_url} do not arrive: ")


async def test_a_host_that_only_the_container_reaches(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """In a container, callbacks can't reach a loopback address; elsewhere, the reverse proxy may run on the machine."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr(settings_module, "CONTAINER_MARKS", (tmp_path / "mark",))
    hosts = {LOOPBACK: True, "::1": True, "localhost": True, "0.0.0.0": False, "::": False, "bot.internal": False}  # noqa: S104
    for host, is_wrong in hosts.items():
        bot = settings().model_copy(update={"webhook_host": host})
        assert find_host_problem(bot) is None, host
        with monkeypatch.context() as patch:
            patch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
            assert (find_host_problem(bot) is not None) == is_wrong, host
    (tmp_path / "mark").touch()
    monkeypatch.setattr(reachability, "ATTEMPTS_AFTER_SECONDS", ())
    await check_callbacks(settings().model_copy(update={"public_url": UNREACHABLE}))
    assert caplog.messages[0].startswith(f"WEBHOOK_HOST: only this container can reach {LOOPBACK}. Set")


async def test_other_answers() -> None:
    """The reason depends on the status: another server, a redirect, or a proxy that can't reach the bot."""

    async def other(request: web.Request) -> web.Response:
        status = int(request.path.split("/")[1])
        headers = {"Location": "https://elsewhere.example/"} if status == 301 else {}
        return web.Response(status=status, text="x" * status, headers=headers)

    redirected = "it redirects to {}, but callbacks do not follow redirects; use the final address"
    unreachable = "the reverse proxy can't reach the bot (HTTP {}); check where it forwards /callbacks/"
    strange = "another server responds (HTTP {}); the reverse proxy must forward /callbacks/ to WEBHOOK_PORT"
    expected = {
        **{status: strange.format(status) for status in (200, 299, 400, 404, 501, 505)},
        **{status: unreachable.format(status) for status in (502, 503, 504)},
        **{status: redirected.format("another address") for status in (300, 399)},
        301: redirected.format("https://elsewhere.example/"),
    }
    async with serving(other) as url:
        assert {status: await probe(f"{url}/{status}", settings()) for status in expected} == expected


async def test_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason says what to check if nothing answers, or not in time, or not with a valid certificate."""
    assert await probe(UNREACHABLE.rstrip("/"), settings()) == (
        "connection failed (ClientConnectorError); check the firewall and whether the reverse proxy is running"
    )
    assert await probe("http://bot.example.invalid", settings()) == (
        "the host name does not resolve; check its spelling and its DNS record"
    )
    port = free_port()
    async with serve_proof(settings(port)):
        assert "the certificate is not valid" in str(await probe(f"https://{LOOPBACK}:{port}", settings()))
    monkeypatch.setattr(reachability, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server((LOOPBACK, 0)) as silent:
        assert await probe(f"http://{LOOPBACK}:{silent.getsockname()[1]}", settings()) == (
            "no response within 0.2 s; check the firewall and port forwarding"
        )
