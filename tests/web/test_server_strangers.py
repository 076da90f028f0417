"""Strangers at the callback address: slow ones, silent ones, a crowd of them, and those who send anything at all."""

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

IMPATIENT = 0.05
"""Seconds that a caller has, where a test wants to see the end of them."""
PATIENT = 600.0
"""Longer than any test lasts."""


def web_server(harness: BotHarness, **limits: Any) -> WebServer:
    """Return another web server of the bot, with limits of its own, on any free port."""

    async def is_ready() -> bool:
        return True

    tokens = {"discord_token": TOKEN, "flux_api_token": TOKEN}
    settings = Settings.load(env_file=None, **tokens, webhook_host=LOOPBACK, webhook_port=0)
    return WebServer(harness.app.workflow, Metrics(), is_ready, settings, **limits)


def address_of(task: FakeTask) -> tuple[str, str]:
    """Return the id of a task's job and its secret, as the callback's path has them."""
    _, job_id, secret = str(task.request["callback_url"]).rsplit("/", 2)
    return job_id, secret


def callback_of(task: FakeTask) -> bytes:
    """Return a body that is taken from whoever knows the address."""
    data = [{"image_url": "https://example.org/a.png"}]
    return json.dumps({"success": True, "task_id": task.id, "data": data}).encode()


def post(job_id: str, secret: str, *headers: str) -> bytes:
    """Return the head of a callback."""
    return "\r\n".join([f"POST /callbacks/{job_id}/{secret} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


async def said(port: int, sent: bytes, drip: bytes = b"") -> bytes:
    """Send bytes, then drip others one by one without end; return what the bot says until it hangs up."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    heard = bytearray()

    async def listen() -> None:
        with suppress(ConnectionError):  # what is under way as the bot hangs up is answered by a reset
            while part := await reader.read(1024):
                heard.extend(part)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        writer.write(sent)
        hung_up = tasks.create_task(listen())
        for byte in itertools.cycle(drip):
            if hung_up.done():
                break
            writer.write(bytes([byte]))
            await asyncio.wait({hung_up}, timeout=IMPATIENT / 10)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return bytes(heard)


async def talk_without_listening(port: int, request: bytes) -> None:
    """Send a request again and again and read nothing, until that is no longer possible."""
    loop = asyncio.get_running_loop()
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.setblocking(False)
        await loop.sock_connect(deaf, (LOOPBACK, port))
        async with asyncio.timeout(60):
            while True:
                await loop.sock_sendall(deaf, request * 1000)


async def test_slow_callers_are_cut(tmp_path: Path) -> None:
    """Who says nothing, or stops or dawdles in the headers or in the body, is cut off; callbacks still come in."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.held()
        ours = post(*address_of(task), "Content-Length: 999")
        chunked = post(*address_of(task), "Transfer-Encoding: chunked")
        async with web_server(harness, client_timeout=IMPATIENT) as web:
            for sent in (b"", b"POST", ours[:-2], ours[:-2] + b"X: "):
                assert await said(web.port, sent) == b""
            assert await said(web.port, b"", drip=b"POST /callbacks/") == b""
            assert await said(web.port, ours[:-2], drip=b"X: y\r\n") == b""
            for sent, drip in ((ours, b""), (ours + b"{", b" "), (chunked, b""), (chunked, b"1\r\n \r\n")):
                assert (await said(web.port, sent, drip)).startswith(b"HTTP/1.1 408 ")
        assert harness.row(job.id)["status"] == "running"
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        assert [answer.status for answer in task.posts] == [200]


async def test_who_fetches_no_answers_is_cut(tmp_path: Path) -> None:
    """Answers that are left unread hold a connection for a while, and not for good; those that are read do not."""
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    async with BotHarness(tmp_path) as harness, web_server(harness, client_timeout=IMPATIENT) as web:
        assert (await said(web.port, request * 1000)).count(b"HTTP/1.1 200 OK") == 1000
        with pytest.raises(ConnectionError):
            await talk_without_listening(web.port, request)


async def test_a_crowd_takes_no_more_than_its_share(tmp_path: Path) -> None:
    """Connections over the limit are dropped, so that files are left to open; once there is room, all is as before."""
    async with (
        BotHarness(tmp_path) as harness,
        web_server(harness, client_timeout=PATIENT, max_connections=3) as web,
    ):
        crowd = [await asyncio.open_connection(LOOPBACK, web.port) for _ in range(3)]
        assert await said(web.port, b"") == b""
        for _, writer in crowd:
            writer.close()
            await writer.wait_closed()
        async with asyncio.timeout(30):
            while not (answer := await said(web.port, b"GET /healthz HTTP/1.0\r\n\r\n")):
                pass
        assert answer.startswith(b"HTTP/1.0 200 OK\r\n")


async def test_an_unknown_job_and_a_wrong_secret_are_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are refused in the same words after the same work: no job's id can be found out."""
    compared: list[tuple[int, int]] = []

    def compare(given: bytes, expected: bytes) -> bool:
        compared.append((len(given), len(expected)))
        return original(given, expected)

    original = secrets.compare_digest
    monkeypatch.setattr(secrets, "compare_digest", compare)
    async with BotHarness(tmp_path, seconds=None) as harness:
        _, task = await harness.held()
        job_id, secret = address_of(task)
        wrong = secret[:-2] + ("xy" if secret[-2:] != "xy" else "yx")
        unknown = job_id[:-2] + ("xy" if job_id[-2:] != "xy" else "yx")
        answers, body = set(), callback_of(task)
        for address in ((job_id, wrong), (unknown, secret), (unknown, wrong)):
            reader, writer = await asyncio.open_connection(LOOPBACK, harness.app.web.port)
            writer.write(post(*address, f"Content-Length: {len(body)}") + body)
            head, _, text = (await reader.readuntil(b"bad request")).partition(b"\r\n\r\n")
            answers.add((tuple(line for line in head.splitlines() if not line.startswith(b"Date:")), text))
            writer.close()
            await writer.wait_closed()
        assert len(answers) == 1
        assert compared == [(len(secret), len(secret))] * 3


# --- anything at all ------------------------------------------------------------------------------------

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
    """Draw a path that is not the callback's: a letter of it is another, its end is missing, or it is anything."""
    right = f"/callbacks/{job_id}/{secret}"
    place = draw(st.integers(len("/callbacks/"), len(right) - 1))
    other = draw(st.sampled_from(LETTERS).filter(lambda letter: letter != right[place]))
    changed = right[:place] + other + right[place + 1 :]
    anything = draw(st.text(st.characters(max_codepoint=255), max_size=60))
    return draw(st.sampled_from([changed, changed, right[:place], f"/callbacks/{job_id}/{anything}", anything]))


@st.composite
def requests(draw: st.DrawFn, task: FakeTask) -> bytes:
    """Draw a request that must not be taken: a right body at a wrong address, or a wrong one at the right address."""
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
    """Send bytes and return all that comes back until the other side hangs up."""
    heard = b""
    with socket.create_connection((LOOPBACK, port), timeout=30) as connection, suppress(ConnectionError):
        connection.sendall(sent)
        while part := connection.recv(65536):
            heard += part
    return heard


async def test_whatever_is_sent_is_refused(tmp_path: Path) -> None:
    """No bytes but the API's own call make the bot fail or deliver; the API's own call is then taken as ever."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.held()

        async with web_server(harness, client_timeout=IMPATIENT) as web:
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
        await harness.over(job.id)
        assert [answer.status for answer in task.posts] == [200]
