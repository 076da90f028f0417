"""Strangers at the callback address: slow ones, silent ones, too many of them, and arbitrary bytes."""

import asyncio
import itertools
import json
import re
import secrets
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from flux_bot.metrics import Metrics
from flux_bot.sandbox.fake_flux import FakeTask
from flux_bot.settings import Settings
from flux_bot.web.server import WebServer
from tests.flux.caller import TOKEN
from tests.harness import LOOPBACK, BotHarness

SHORT_TIMEOUTS = 0.05
"""Timeouts in seconds, short enough to expire during a test."""
LONG_TIMEOUTS = 600.0
"""Timeouts longer than any test."""


def web_server(harness: BotHarness, **limits: Any) -> WebServer:
    """Return another web server of the bot, with its own limits, on any free port."""

    async def is_ready() -> bool:
        return True

    tokens = {"discord_token": TOKEN, "flux_api_token": TOKEN}
    settings = Settings.load(env_file=None, **tokens, webhook_host=LOOPBACK, webhook_port=0)
    return WebServer(harness.app.workflow, Metrics(), is_ready, settings, **limits)


def address_of(task: FakeTask) -> tuple[str, str]:
    """Return the job id and the secret in a task's callback address."""
    _, job_id, secret = str(task.request["callback_url"]).rsplit("/", 2)
    return job_id, secret


def callback_of(task: FakeTask) -> bytes:
    """Return a valid callback body for a task."""
    data = [{"image_url": "https://example.org/a.png"}]
    return json.dumps({"success": True, "task_id": task.id, "data": data}).encode()


def head_of(job_id: str, secret: str, *headers: str) -> bytes:
    """Return the head of a callback request."""
    return "\r\n".join([f"POST /callbacks/{job_id}/{secret} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


async def response_to(port: int, sent: bytes, drip: bytes = b"") -> bytes:
    """Send bytes, then drip others one by one forever; return the response until the bot closes the connection."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    heard = bytearray()

    async def listen() -> None:
        with suppress(ConnectionError):  # bytes sent while the bot closes the connection are answered by a reset
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
    with suppress(ConnectionError):
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


async def test_slow_callers_are_disconnected(tmp_path: Path) -> None:
    """Callers that stop or are slow in the headers or body are disconnected; callbacks still get through."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        ours = head_of(*address_of(task), "Content-Length: 999")
        chunked = head_of(*address_of(task), "Transfer-Encoding: chunked")
        async with web_server(harness, client_timeout=SHORT_TIMEOUTS) as web:
            for sent in (b"", b"POST", ours[:-2], ours[:-2] + b"X: "):
                assert await response_to(web.port, sent) == b""
            assert await response_to(web.port, b"", drip=b"POST /callbacks/") == b""
            assert await response_to(web.port, ours[:-2], drip=b"X: y\r\n") == b""
            for sent, drip in ((ours, b""), (ours + b"{", b" "), (chunked, b""), (chunked, b"1\r\n \r\n")):
                assert (await response_to(web.port, sent, drip)).startswith(b"HTTP/1.1 408 ")
        assert harness.row(job.id)["status"] == "running"
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert [answer.status for answer in task.posts] == [200]


async def test_unread_responses(tmp_path: Path) -> None:
    """A caller that reads no responses is disconnected after a while; one that reads them is not."""
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    async with BotHarness(tmp_path) as harness, web_server(harness, client_timeout=SHORT_TIMEOUTS) as web:
        assert (await response_to(web.port, request * 1000)).count(b"HTTP/1.1 200 OK") == 1000
        with pytest.raises(ConnectionError):
            await send_without_reading(web.port, request)


async def test_too_many_connections(tmp_path: Path) -> None:
    """Connections over the limit are dropped, so that file descriptors remain; later callers are served again."""
    async with (
        BotHarness(tmp_path) as harness,
        web_server(harness, client_timeout=LONG_TIMEOUTS, max_connections=3) as web,
    ):
        crowd = [await asyncio.open_connection(LOOPBACK, web.port) for _ in range(3)]
        assert await response_to(web.port, b"") == b""
        for _, writer in crowd:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(30):
            while not (answer := await response_to(web.port, b"GET /healthz HTTP/1.0\r\n\r\n")):
                pass
        assert answer.startswith(b"HTTP/1.0 200 OK\r\n")


async def test_an_unknown_job_and_a_wrong_secret_are_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both get the same response after the same work, so job ids can't be probed."""
    compared: list[tuple[int, int]] = []

    def compare(given: bytes, expected: bytes) -> bool:
        compared.append((len(given), len(expected)))
        return original(given, expected)

    original = secrets.compare_digest
    monkeypatch.setattr(secrets, "compare_digest", compare)
    async with BotHarness(tmp_path, seconds=None) as harness:
        _, task = await harness.start_job()
        job_id, secret = address_of(task)
        wrong = secret[:-2] + ("xy" if secret[-2:] != "xy" else "yx")
        unknown = job_id[:-2] + ("xy" if job_id[-2:] != "xy" else "yx")
        answers, body = set(), callback_of(task)
        for address in ((job_id, wrong), (unknown, secret), (unknown, wrong)):
            reader, writer = await asyncio.open_connection(LOOPBACK, harness.app.web.port)
            writer.write(head_of(*address, f"Content-Length: {len(body)}") + body)
            head, _, text = (await reader.readuntil(b"bad request")).partition(b"\r\n\r\n")
            answers.add((tuple(line for line in head.splitlines() if not line.startswith(b"Date:")), text))
            writer.close()
            await writer.wait_closed()
        assert len(answers) == 1
        assert compared == [(len(secret), len(secret))] * 3


# --- arbitrary input ------------------------------------------------------------------------------------

METHODS = st.sampled_from(["POST"] * 12 + ["GET", "HEAD", "PUT", "OPTIONS", "TRACE", "CONNECT", "PRI", "post", "\0"])
VERSIONS = st.sampled_from(["HTTP/1.1"] * 12 + ["HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTTP/1.1 x", ""])
HEADERS = st.sampled_from(
    [
        *(f"Content-Length: {value}" for value in ("0", "5", "-1", "+5", "5, 5", "1e3", "0x5", "9" * 30, "٣")),
        *(f"Transfer-Encoding: {value}" for value in ("chunked", "gzip, chunked", "chunked, chunked", "x", "")),
        *(f"Content-Encoding: {value}" for value in ("gzip", "deflate", "br", "zstd", "x", "gzip, gzip")),
        *(f"Content-Type: {value}" for value in ("multipart/form-data; boundary=", "x; charset=nonsense", "/;;=")),
        *(f"Connection: {value}" for value in ("upgrade", "keep-alive", "close, x", "")),
        *(f"Upgrade: {value}" for value in ("websocket", "h2c", "x")),
        *(f"Expect: {value}" for value in ("100-continue", "200-ok", "")),
        "Sec-WebSocket-Key: x",
        "Host: y",
        "Host:",
        "Cookie: a=b; =; \x01",
        "X-Forwarded-For: 127.0.0.1",
        "Range: bytes=0-",
        " folded",
        "no colon",
        ": no name",
        "X: " + "y" * 9000,
        "X: \xff\x00",
    ]
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@st.composite
def wrong_paths(draw: st.DrawFn, job_id: str, secret: str) -> str:
    """Draw a path that is not the callback's: one character changed, truncated, or arbitrary."""
    right = f"/callbacks/{job_id}/{secret}"
    place = draw(st.integers(len("/callbacks/"), len(right) - 1))
    other = draw(st.sampled_from(LETTERS).filter(lambda letter: letter != right[place]))
    changed = right[:place] + other + right[place + 1 :]
    anything = draw(st.text(st.characters(max_codepoint=255), max_size=60))
    return draw(st.sampled_from([changed, changed, right[:place], f"/callbacks/{job_id}/{anything}", anything]))


@st.composite
def requests(draw: st.DrawFn, task: FakeTask) -> bytes:
    """Draw a request to refuse: a valid body at a wrong address, or an invalid one at the right address."""
    job_id, secret = address_of(task)
    if draw(st.booleans()):
        path, body = draw(wrong_paths(job_id, secret)), callback_of(task)
    else:
        texts = JSON.map(lambda value: json.dumps(value).encode())
        path, body = f"/callbacks/{job_id}/{secret}", draw(st.binary(max_size=200) | texts)
    length = draw(st.sampled_from([f"Content-Length: {len(body)}"] * 3 + ["Transfer-Encoding: chunked"]))
    if length.startswith("T") and draw(st.booleans()):
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    headers = draw(st.permutations([length, "Host: x", *draw(st.lists(HEADERS, max_size=draw(st.integers(0, 2))))]))
    head = "\r\n".join([f"{draw(METHODS)} {path} {draw(VERSIONS)}", *headers, "", ""])
    sent = head.encode("utf-8") + body
    return sent[: draw(st.integers(0, len(sent)))] if draw(st.integers(0, 9)) == 9 else sent


def exchanged(port: int, sent: bytes) -> bytes:
    """Send bytes and return the response until the other side closes the connection."""
    heard = b""
    with socket.create_connection((LOOPBACK, port), timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(sent)
        while part := connection.recv(65536):
            heard += part
    return heard


async def test_any_other_request_is_refused(tmp_path: Path) -> None:
    """No request but the API's own causes an error or a delivery, and the API's own is then still accepted."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()

        async with web_server(harness, client_timeout=SHORT_TIMEOUTS) as web:
            port = web.port

            @hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
            @given(requests(task))
            def attack(sent: bytes) -> None:
                answer = exchanged(port, sent)
                statuses = re.findall(rb"^HTTP/\d\.\d (\d+)", answer, re.MULTILINE)
                assert all(status == b"100" or status.startswith(b"4") for status in statuses), answer

            await asyncio.to_thread(attack)
            assert harness.row(job.id)["status"] == "running"
            assert harness.calls == ["publish", "reply"]
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert [answer.status for answer in task.posts] == [200]
