"""Callbacks over real HTTP: the right one is accepted once, every other is refused without a reason."""

import asyncio
import contextlib
import gzip
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError

from flux_bot.core.jobs import Job
from flux_bot.sandbox.fake_flux import FakeTask
from tests.flux.caller import eventually
from tests.harness import LOOPBACK, BotHarness, alt_texts, job_id_of, text_of

MIB = 1024 * 1024
PUBLIC_WORDS = {"bad request", "not found", "method not allowed", "request entity too large"}


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """An HTTP client on the internet."""
    async with ClientSession() as session:
        yield session


def callback_url(task: FakeTask) -> str:
    """Return the callback address that the API was given for a task."""
    return str(task.request["callback_url"])


def success(task: FakeTask, **changes: object) -> dict[str, Any]:
    """Return the body of a task's callback as the API sends it, with changes."""
    return {"success": True, "task_id": task.id, "data": [{"image_url": "https://example.org/a.png"}], **changes}


async def refused(http: ClientSession, url: str, body: object, **options: Any) -> int:
    """Post to the bot, and return the status of its refusal, which must have no details."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with http.post(url, data=io.BytesIO(data), **options) as answer:
        text = await answer.text()
        assert 400 <= answer.status < 500, (answer.status, text)
        assert text in PUBLIC_WORDS
        return answer.status


async def assert_unchanged(harness: BotHarness, job: Job) -> None:
    """Check that a job still runs and nothing was posted."""
    assert harness.row(job.id)["status"] == "running"
    assert harness.calls == ["publish", "reply"]


async def test_delivered_once(tmp_path: Path) -> None:
    """The API's own callback is accepted and its pictures are delivered."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert [post.status for post in task.posts] == [200]
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_five_times(tmp_path: Path) -> None:
    """The same callback five times, in parallel and again later, is accepted each time and delivered once."""
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


async def test_the_first_result_counts(tmp_path: Path) -> None:
    """Neither a picture after a failure nor a failure after a picture changes anything."""
    async with BotHarness(tmp_path, seconds=None) as harness, ClientSession() as http:
        job, task = await harness.start_job()
        failure = {"success": False, "task_id": task.id, "error": {"code": "api_error", "message": "fetch failed"}}
        for body in (failure, success(task), failure):
            async with http.post(callback_url(task), json=body) as answer:
                assert answer.status == 200
        await harness.wait_until_closed(job.id)
        (card,) = harness.messages()
        assert "failed while painting" in text_of(card)
        assert harness.calls == ["publish", "reply", "edit reply"]


async def test_secret_of_another_job(tmp_path: Path, http: ClientSession) -> None:
    """A job's callback is refused with the secret or the task id of another job."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        (mine, my_task), (other, other_task) = await harness.start_job("mine"), await harness.start_job("other")
        my_url, other_url = callback_url(my_task), callback_url(other_task)
        swapped = f"{my_url.rpartition('/')[0]}/{other_url.rpartition('/')[2]}"
        assert await refused(http, swapped, success(my_task)) == 400
        assert await refused(http, swapped, success(other_task)) == 400
        assert await refused(http, my_url, success(other_task)) == 400
        assert await refused(http, my_url, success(my_task, task_id="unknown")) == 400
        for job in (mine, other):
            assert harness.row(job.id)["status"] == "running"
        assert "post" not in harness.calls


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

CHANGES: dict[str, dict[str, object]] = {
    "no task": {"task_id": None},
    "an empty task": {"task_id": ""},
    "a task that is a number": {"task_id": 8},
    "a task that is a list": {"task_id": []},
    "a long task": {"task_id": "x" * 100_000},
    "a task with a NUL": {"task_id": "\0"},
    "success as a text": {"success": "true"},
    "success as a number": {"success": 1},
    "no success": {"success": None},
    "no data": {"data": None},
    "data that is empty": {"data": []},
    "data that is a text": {"data": "https://example.org/a.png"},
    "data that is an object": {"data": {"image_url": "https://example.org/a.png"}},
    "pictures that are texts": {"data": ["https://example.org/a.png"]},
    "pictures without address": {"data": [{}]},
    "an address that is a number": {"data": [{"image_url": 8}]},
    "an address of a file": {"data": [{"image_url": "file:///etc/passwd"}]},
    "an address with a line break": {"data": [{"image_url": "https://example.org/\n"}]},
    "a long address": {"data": [{"image_url": "https://example.org/" + "x" * 100_000}]},
}


async def test_wrong_bodies(tmp_path: Path, http: ClientSession) -> None:
    """Invalid bodies are refused even with the right secret, and a valid one is still accepted."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        for name, body in BODIES.items():
            assert await refused(http, callback_url(task), body) == 400, name
        for name, change in CHANGES.items():
            assert await refused(http, callback_url(task), success(task, **change)) == 400, name
        await assert_unchanged(harness, job)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert len(harness.messages()) == 1


async def test_large_bodies(tmp_path: Path) -> None:
    """A body of 10 MiB is refused, compressed or not, with the right secret or without."""
    async with BotHarness(tmp_path, seconds=None) as harness, ClientSession() as http:
        job, task = await harness.start_job()
        large = json.dumps(success(task, padding="x" * 10 * MIB)).encode()
        assert await refused(http, callback_url(task), large) == 413
        packed = {"headers": {"Content-Encoding": "gzip"}}
        assert await refused(http, callback_url(task), gzip.compress(large), **packed) == 413
        assert await refused(http, callback_url(task)[:-1], large) == 413
        await assert_unchanged(harness, job)


async def test_broken_encodings(tmp_path: Path, http: ClientSession) -> None:
    """A body that can't be decompressed gets a 400, unless aiohttp closes the connection first."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        for encoding in ("gzip", "deflate"):
            headers = {"Content-Encoding": encoding}
            with contextlib.suppress(ServerDisconnectedError):
                assert await refused(http, callback_url(task), b"not packed at all", headers=headers) == 400
        await assert_unchanged(harness, job)


async def test_any_failure_message(tmp_path: Path, http: ClientSession) -> None:
    """A failure is accepted and shown, whatever characters the API's message has."""
    for number, message in enumerate(("a\0b", "\ud800", "\u202e", "x" * 100_000, "@everyone")):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with BotHarness(folder, seconds=None) as harness:
            job, task = await harness.start_job()
            body = {"success": False, "task_id": task.id, "error": {"code": "bad_request", "message": message}}
            async with http.post(callback_url(task), json=body) as answer:
                assert answer.status == 200, repr(message[:10])
            await harness.wait_until_closed(job.id)
            assert "did not accept this request" in text_of(harness.messages()[-1])


SECRETS = (
    "",
    "x",
    "%00",
    "%ff",
    "%F0%9F%90%88",
    "%0d%0aX-Header:1",
    "..%2f..%2fhealthz",
    "%zz",
    "a b",
    "%22%27;--",
    "x" * 7000,
)


async def test_wrong_addresses(tmp_path: Path, http: ClientSession) -> None:
    """An unknown id, a wrong secret and any other path are refused, whatever characters they have."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        base, job_id, secret = callback_url(task).rsplit("/", 2)
        body = success(task)
        for wrong in (*SECRETS, secret[:-1], f"{secret}x", secret.swapcase(), f"{secret}/x"):
            assert await refused(http, f"{base}/{job_id}/{wrong}", body) in {400, 404}, wrong
        for wrong in (*SECRETS, job_id[:-1], f"{job_id}x"):
            assert await refused(http, f"{base}/{wrong}/{secret}", body) in {400, 404}, wrong
        for path in ("", "/", "/callbacks", "/callbacks/", f"/callbacks/{job_id}", f"/Callbacks/{job_id}/{secret}"):
            assert await refused(http, base.removesuffix("/callbacks") + path, body) == 404, path
        await assert_unchanged(harness, job)


async def test_wrong_methods(tmp_path: Path, http: ClientSession) -> None:
    """Only POST is accepted."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            async with http.request(method, callback_url(task), json=success(task)) as answer:
                assert (answer.status, await answer.text()) == (405, "method not allowed")
        await assert_unchanged(harness, job)


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"POST /callbacks/\xff\xfe/\x80 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        b"POST /callbacks/x/y HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /callbacks/x/y HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_malformed_requests(tmp_path: Path, sent: bytes) -> None:
    """Bytes that are not an HTTP request are refused."""
    async with BotHarness(tmp_path) as harness:
        reader, writer = await asyncio.open_connection(LOOPBACK, harness.app.web.port)
        writer.write(sent)
        status = await reader.readline()
        writer.close()
        await writer.wait_closed()
        assert status.split()[1].startswith(b"4"), status


async def test_database_fails(tmp_path: Path, http: ClientSession) -> None:
    """While its database fails, the bot answers 503; the same callback is accepted later."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        job, task = await harness.start_job()
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        async with http.post(callback_url(task), json=success(task)) as answer:
            assert (answer.status, await answer.text()) == (503, "try again later")
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert len(harness.messages()) == 1


async def test_health(tmp_path: Path, http: ClientSession) -> None:
    """/healthz says that the bot is up."""
    async with BotHarness(tmp_path) as harness:
        for method, text in (("GET", "ok"), ("HEAD", "")):
            async with http.request(method, f"http://{LOOPBACK}:{harness.app.web.port}/healthz") as answer:
                assert (answer.status, await answer.text()) == (200, text)


async def test_caller_hangs_up(tmp_path: Path) -> None:
    """A caller that disconnects in the middle of its body does no harm."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        _, writer = await asyncio.open_connection(LOOPBACK, harness.app.web.port)
        path = "/" + callback_url(task).split("/", 3)[3]
        writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert [post.status for post in task.posts] == [200]
