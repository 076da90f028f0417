"""The web server over real HTTP: the API's callback is accepted once, any other request is refused without a reason."""

import asyncio
import contextlib
import gzip
import io
import json
import re
import secrets
import string
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from yarl import URL

from flux_bot.metrics import Metrics
from flux_bot.sandbox.fake_flux import FakeTask
from flux_bot.settings import Settings
from flux_bot.web.listener import Limits
from flux_bot.web.server import MAX_BODY_BYTES, WebServer
from tests.flux.caller import TOKEN, eventually
from tests.harness import LOOPBACK, BotHarness, alt_texts, job_id_of, text_of
from tests.web.raw_client import SHORT_TIMEOUTS, response_to

PUBLIC_WORDS = {"bad request", "not found", "method not allowed", "request entity too large"}


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """An HTTP client on the internet."""
    async with ClientSession() as session:
        yield session


@contextlib.asynccontextmanager
async def running_job(folder: Path) -> AsyncIterator[tuple[BotHarness, FakeTask]]:
    """Yield a bot with a running job, on which the block may have no effect: its callback is then still accepted."""
    async with BotHarness(folder, seconds=None) as harness:
        job, task = await harness.start_job()
        yield harness, task
        assert harness.row(job.id)["status"] == "running"
        assert harness.calls == ["publish", "reply"]
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert [post.status for post in task.posts] == [200]
        assert harness.calls == ["publish", "reply", "post", "remove card"]


def callback_url(task: FakeTask) -> str:
    """Return the callback address that the API was given for a task."""
    return str(task.request["callback_url"])


def address_of(task: FakeTask) -> tuple[str, str]:
    """Return the job id and the secret in a task's callback address."""
    _, job_id, secret = callback_url(task).rsplit("/", 2)
    return job_id, secret


def success(task: FakeTask, **changes: object) -> dict[str, Any]:
    """Return the body of a task's callback as the API sends it, with changes."""
    return {"success": True, "task_id": task.id, "data": [{"image_url": "https://example.org/a.png"}], **changes}


def failure(task: FakeTask, message: str) -> dict[str, Any]:
    """Return the body of a failed task's callback."""
    return {"success": False, "task_id": task.id, "error": {"code": "bad_request", "message": message}}


async def refused(http: ClientSession, url: str, body: object, **options: Any) -> int:
    """Post to the bot, and return the status of its refusal, which must have no details."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with http.post(url, data=io.BytesIO(data), **options) as answer:
        text = await answer.text()
        assert 400 <= answer.status < 500, (answer.status, text)
        assert text in PUBLIC_WORDS
        return answer.status


# --- the API's own callback -----------------------------------------------------------------------------


async def test_repeated_callbacks(tmp_path: Path) -> None:
    """The same callback five times at once, and again later, is accepted each time, and delivered once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.callbacks = 0
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        posts = await asyncio.gather(*(harness.fake.send_callback(task.id) for _ in range(5)))
        await harness.wait_until_closed(job.id)
        posts.append(await harness.fake.send_callback(task.id))
        assert [post.status for post in posts] == [200] * 6
        assert harness.row(job.id)["next_delivery_at"] is None
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_before_the_answer(tmp_path: Path) -> None:
    """A callback before the response to the submission is accepted: its address identifies the job."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.callback_before_answer = True
        await harness.imagine("a quick cat")
        result = await harness.wait_for_message("your picture is ready", "> a quick cat")
        assert alt_texts(result) == ["a quick cat"]
        await harness.wait_until_closed(job_id_of(result))
        (task,) = harness.tasks.values()
        assert [post.status for post in task.posts] == [200]
        await eventually(lambda: harness.fake.submissions[0].status == 200)
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_failures(tmp_path: Path, http: ClientSession) -> None:
    """A failure is accepted whatever characters its message has, up to the largest body; a later result is ignored."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for number, message in enumerate(("a\0b", "\ud800", "\u202e", "x" * (MAX_BODY_BYTES - 200), "@everyone")):
            job, task = await harness.start_job(f"picture {number}")
            for body in (failure(task, message), success(task), failure(task, message)):
                async with http.post(callback_url(task), json=body) as answer:
                    assert (answer.status, await answer.text()) == (200, "ok"), repr(message[:10])
            await harness.wait_until_closed(job.id)
            notice = text_of(harness.messages(viewer=harness.alice)[-1])
            assert "did not accept this request" in notice, repr(message[:10])
        assert harness.calls == ["publish", *["reply", "follow up", "remove card"] * 5]


async def test_database_fails(tmp_path: Path, http: ClientSession) -> None:
    """While its database fails, the bot answers 503; the same callback is accepted later."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        job, task = await harness.start_job()
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        async with http.post(callback_url(task), json=success(task)) as answer:
            assert (answer.status, await answer.text()) == (503, "try again later")
        assert any("Could not process a callback" in error for error in harness.errors)
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert len(harness.messages()) == 1


async def test_what_proxies_do_to_the_path(tmp_path: Path, http: ClientSession) -> None:
    """A callback is accepted with or without the path of PUBLIC_URL, and with a slash at the end."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        local = f"http://{LOOPBACK}:{harness.app.web.port}"
        await harness.restart(public_url=f"{local}/a%20b/flux")
        for number, (base, end) in enumerate([("", ""), ("", "/"), ("/a%20b/flux", ""), ("/a%20b/flux", "/")]):
            job, task = await harness.start_job(f"picture {number}")
            assert callback_url(task).startswith(f"{local}/a%20b/flux/callbacks/")
            url = f"{local}{base}/callbacks/{'/'.join(address_of(task))}{end}"
            async with http.post(URL(url, encoded=True), json=failure(task, "no")) as answer:
                assert (answer.status, await answer.text()) == (200, "ok"), url
            await harness.wait_until_closed(job.id)


# --- refused requests -----------------------------------------------------------------------------------

BODIES: dict[str, object] = {
    "nothing": b"",
    "blanks": b"   ",
    "no JSON": b"{success: true}",
    "cut": b'{"success": true, "task_id": "',
    "not UTF-8": b'{"success": true, "task_id": "\xff\xfe"}',
    "a list": [],
    "a text": "success",
    "a number": 1,
    "null": None,
    "an empty object": {},
    "deep": b"[" * 100_000,
    "a long number": b'{"task_id": ' + b"9" * 100_000 + b"}",
}
CHANGES: dict[str, list[object]] = {
    "task_id": [None, "", 8, [], "x" * 100_000, "\0", "unknown"],
    "success": ["true", 1, None],
    "data": [
        *(None, [], "https://example.org/a.png", {"image_url": "https://example.org/a.png"}),
        *(["https://example.org/a.png"], [{}], [{"image_url": 8}], [{"image_url": "file:///etc/passwd"}]),
        *([{"image_url": "https://example.org/\n"}], [{"image_url": "https://example.org/" + "x" * 100_000}]),
    ],
}


async def test_invalid_bodies(tmp_path: Path, http: ClientSession) -> None:
    """Bodies that are invalid, incomplete or too large even when unpacked are refused, even with the right secret."""
    async with running_job(tmp_path) as (harness, task):
        url = callback_url(task)
        changed = [{name: value} for name, values in CHANGES.items() for value in values]
        for body in [*BODIES.values(), *(success(task, **change) for change in changed)]:
            assert await refused(http, url, body) == 400, str(body)[:200]

        large = json.dumps(success(task, padding="x" * 40 * MAX_BODY_BYTES)).encode()
        assert await refused(http, url, b"x" * MAX_BODY_BYTES) == 400
        for too_large in (b"x" * (MAX_BODY_BYTES + 1), large):
            assert await refused(http, url, too_large) == 413
        assert await refused(http, url[:-1], large) == 413
        assert await refused(http, url, gzip.compress(large), headers={"Content-Encoding": "gzip"}) == 413

        for encoding in ("br", "zstd"):  # not supported
            assert await refused(http, url, b"packed", headers={"Content-Encoding": encoding}) == 400, encoding
        for encoding in ("gzip", "deflate"):
            with contextlib.suppress(ServerDisconnectedError):  # aiohttp may close the connection first
                assert await refused(http, url, b"not packed at all", headers={"Content-Encoding": encoding}) == 400

        _, writer = await asyncio.open_connection(LOOPBACK, harness.app.web.port)
        writer.write(head_of(*address_of(task), "Content-Length: 100") + b"{")
        await writer.drain()
        writer.close()
        await writer.wait_closed()


async def test_the_secret_of_another_job(tmp_path: Path, http: ClientSession) -> None:
    """A job's callback is refused with the secret or the task id of another job."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        (mine, my_task), (other, other_task) = await harness.start_job("mine"), await harness.start_job("other")
        my_url = callback_url(my_task)
        swapped = f"{my_url.rpartition('/')[0]}/{address_of(other_task)[1]}"
        assert await refused(http, swapped, success(my_task)) == 400
        assert await refused(http, swapped, success(other_task)) == 400
        assert await refused(http, my_url, success(other_task)) == 400
        for job in (mine, other):
            assert harness.row(job.id)["status"] == "running"
        assert "post" not in harness.calls


SECRETS = (
    *("", "x", "%00", "%ff", "%F0%9F%90%88", "%0d%0aX-Header:1", "..%2f..%2fhealthz", "%zz", "a b", "%22%27;--"),
    "x" * 7000,
)
MALFORMED = (
    b"nonsense\r\n\r\n",
    b"POST /callbacks/\xff\xfe/\x80 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    b"POST /callbacks/x/y HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /callbacks/x/y HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
)


async def test_wrong_addresses_and_methods(tmp_path: Path, http: ClientSession) -> None:
    """An unknown id, a wrong secret, any other path or method, and requests that are not HTTP are refused."""
    async with running_job(tmp_path) as (harness, task):
        base, job_id, secret = callback_url(task).rsplit("/", 2)
        body = success(task)
        for wrong in (*SECRETS, secret[:-1], f"{secret}x", secret.swapcase(), f"{secret}/x"):
            assert await refused(http, f"{base}/{job_id}/{wrong}", body) in {400, 404}, wrong
        for wrong in (*SECRETS, job_id[:-1], f"{job_id}x"):
            assert await refused(http, f"{base}/{wrong}/{secret}", body) in {400, 404}, wrong
        for path in ("", "/", "/callbacks", "/callbacks/", f"/callbacks/{job_id}", f"/Callbacks/{job_id}/{secret}"):
            assert await refused(http, base.removesuffix("/callbacks") + path, body) == 404, path
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            async with http.request(method, callback_url(task), json=body) as answer:
                assert (answer.status, await answer.text()) == (405, "method not allowed"), method
        for sent in MALFORMED:
            response = await response_to(harness.app.web.port, sent)
            assert re.match(rb"HTTP/1\.\d 4", response), sent
            assert response.partition(b"\r\n\r\n")[2].decode() in PUBLIC_WORDS, sent


async def test_an_unknown_job_and_a_wrong_secret_are_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both get the same response after the same work, so job ids can't be probed."""
    compared: list[tuple[int, int]] = []

    def compare(given: bytes, expected: bytes) -> bool:
        compared.append((len(given), len(expected)))
        return original(given, expected)

    def changed(text: str) -> str:
        return text[:-2] + ("xy" if text[-2:] != "xy" else "yx")

    original = secrets.compare_digest
    async with running_job(tmp_path) as (harness, task):
        (job_id, secret), body = address_of(task), json.dumps(success(task)).encode()
        answers = set()
        with monkeypatch.context() as patch:
            patch.setattr(secrets, "compare_digest", compare)
            for address in ((job_id, changed(secret)), (changed(job_id), secret), (changed(job_id), changed(secret))):
                sent = head_of(*address, f"Content-Length: {len(body)}", "Connection: close") + body
                head, _, text = (await response_to(harness.app.web.port, sent)).partition(b"\r\n\r\n")
                answers.add((tuple(line for line in head.splitlines() if not line.startswith(b"Date:")), text))
        assert [text for _, text in answers] == [b"bad request"]
        assert compared == [(len(secret), len(secret))] * 3


async def test_a_flood_of_forged_callbacks(
    tmp_path: Path, http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Forged callbacks are logged together, and their number is right."""
    async with running_job(tmp_path) as (_, task):
        for _ in range(50):
            assert await refused(http, f"{callback_url(task)}x", success(task)) == 400

        def counts() -> list[int]:
            found = re.findall(r"Rejected (?:a|(\d+)) callback", caplog.text)
            return [int(count or 1) for count in found]

        await eventually(lambda: sum(counts()) == 50)
        assert len(counts()) < 25, "several at once"


# --- slow clients, and other pages ------------------------------------------------------------------


def web_server(harness: BotHarness) -> WebServer:
    """Return another web server of the bot, with short timeouts, on any free port."""
    tokens = {"discord_token": TOKEN, "flux_api_token": TOKEN}
    settings = Settings.load(env_file=None, **tokens, webhook_host=LOOPBACK, webhook_port=0)
    return WebServer(harness.app.workflow, Metrics(), settings, Limits(client_timeout=SHORT_TIMEOUTS))


def head_of(job_id: str, secret: str, *headers: str) -> bytes:
    """Return the head of a callback request."""
    return "\r\n".join([f"POST /callbacks/{job_id}/{secret} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


async def test_slow_bodies(tmp_path: Path) -> None:
    """Clients that stop in the body, or send it slowly, are disconnected."""
    async with running_job(tmp_path) as (harness, task), web_server(harness) as web:
        ours = head_of(*address_of(task), "Content-Length: 999")
        chunked = head_of(*address_of(task), "Transfer-Encoding: chunked")
        for sent, drip in ((ours, b""), (ours + b"{", b" "), (chunked, b""), (chunked, b"1\r\n \r\n")):
            assert (await response_to(web.port, sent, drip)).startswith(b"HTTP/1.1 408 "), (sent, drip)


async def test_the_operators_pages_are_elsewhere(tmp_path: Path, http: ClientSession) -> None:
    """Strangers who reach the callbacks don't reach health and metrics."""
    async with BotHarness(tmp_path) as harness:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with http.get(f"http://{LOOPBACK}:{harness.app.web.port}{path}") as answer:
                assert (answer.status, await answer.text()) == (404, "not found"), path


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
        *("Sec-WebSocket-Key: x", "Host: y", "Host:", "Cookie: a=b; =; \x01", "X-Forwarded-For: 127.0.0.1"),
        *("Range: bytes=0-", " folded", "no colon", ": no name", "X: " + "y" * 9000, "X: \xff\x00"),
    ]
)
LETTERS = f"{string.ascii_letters}{string.digits}_-"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@st.composite
def requests(draw: st.DrawFn, task: FakeTask) -> bytes:
    """Draw a request to refuse: a valid body at a wrong address, or an invalid one at the right address."""
    job_id, secret = address_of(task)
    if draw(st.booleans()):
        right = f"/callbacks/{job_id}/{secret}"
        place = draw(st.integers(len("/callbacks/"), len(right) - 1))
        other = draw(st.sampled_from(LETTERS).filter(lambda letter: letter != right[place]))
        anything = draw(st.text(st.characters(max_codepoint=255), max_size=60))
        wrong = [right[:place] + other + right[place + 1 :], right[:place], f"/callbacks/{job_id}/{anything}", anything]
        path, body = draw(st.sampled_from(wrong)), json.dumps(success(task)).encode()
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


async def test_any_other_request_is_refused(tmp_path: Path) -> None:
    """No request but the API's own causes an error or a delivery."""
    async with running_job(tmp_path) as (harness, task), web_server(harness) as web:
        drawn: list[bytes] = []

        @hypothesis_settings(max_examples=100, database=None, deadline=None, suppress_health_check=[*HealthCheck])
        @given(requests(task))
        def draw(request: bytes) -> None:
            drawn.append(request)

        draw()
        for request in drawn:
            statuses = re.findall(rb"^HTTP/\d\.\d (\d+)", await response_to(web.port, request), re.MULTILINE)
            assert all(status == b"100" or status.startswith(b"4") for status in statuses), request
