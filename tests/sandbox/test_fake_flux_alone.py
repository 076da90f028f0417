"""The fake Flux API as a program, and the vendor's own client against it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from flux_bot.sandbox.fake_flux import FakeFlux
from tests.flux.caller import CAT, TOKEN, Caller, Receiver, eventually, picture_urls

ROOT = Path(__file__).parents[2]
FLUX = Path(sys.executable).with_name("flux")
Client = Callable[..., Coroutine[Any, Any, tuple[int, str]]]


async def started(*command: object, **environment: str) -> asyncio.subprocess.Process:
    """Start a program with its output piped."""
    return await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.fixture
def flux(fake: FakeFlux) -> Client:
    """The vendor's command line client, pointed at the fake API; returns exit code and output."""
    if not FLUX.exists():
        pytest.skip("the vendor's client is not installed: flux-pro-cli")

    async def run(*arguments: str, token: str = TOKEN) -> tuple[int, str]:
        process = await started(
            FLUX,
            *arguments,
            ACEDATACLOUD_API_BASE_URL=fake.url,
            ACEDATACLOUD_API_TOKEN=token,
            FLUX_REQUEST_TIMEOUT="30",
            NO_PROXY="127.0.0.1",
            COLUMNS="500",
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    return run


async def test_client_generates(fake: FakeFlux, flux: Client) -> None:
    """The vendor's client gets three pictures from one synchronous call."""
    code, output = await flux("generate", "a cat", "-m", "flux-2-pro", "-s", "1:1", "-n", "3", "--json")
    assert code == 0, output
    assert json.loads(output) == fake.paid[0].response
    assert fake.submissions[0].body["count"] == 3.0
    assert len(json.loads(output)["data"]) == 3


async def test_client_calls_back(flux: Client, receiver: Receiver) -> None:
    """The vendor's client can request a callback."""
    code, output = await flux("generate", "a cat", "--callback-url", receiver.url, "--json")
    assert code == 0, output
    await eventually(lambda: receiver.got)
    assert json.loads(*receiver.bodies)["task_id"] == json.loads(output)["task_id"]


async def test_client_polls(fake: FakeFlux, flux: Client) -> None:
    """The vendor's client submits a task, waits for it, and looks up one or many tasks."""
    fake.seconds = None
    code, output = await flux("generate", "a cat", "--async", "--json")
    assert code == 0, output
    task_id = json.loads(output)["task_id"]
    code, output = await flux("task", task_id, "--json")
    assert (code, json.loads(output)["response"]) == (0, None)

    waiting = asyncio.create_task(flux("wait", task_id, "--interval", "1", "--timeout", "30", "--json"))
    await eventually(lambda: len(fake.lookups) > 1)
    assert not waiting.done()
    task = await fake.finish(task_id)
    code, output = await waiting
    assert code == 0, output
    assert picture_urls(task)[0] in output

    code, output = await flux("tasks", task_id, "unknown", "--json")
    assert (code, json.loads(output)["count"]) == (0, 1)
    assert json.loads(output)["items"][0]["response"] == task.response


async def test_client_edits(fake: FakeFlux, flux: Client, caller: Caller) -> None:
    """The vendor's client edits a picture that the fake API made."""
    (source,) = picture_urls(await caller.generate())
    code, output = await flux("edit", "add a hat", "--image-url", source, "-s", "1:1", "--json")
    assert code == 0, output
    assert json.loads(output)["data"][0]["image_url"] == picture_urls(fake.paid[1])[0]


async def test_client_shows_errors(fake: FakeFlux, flux: Client) -> None:
    """The vendor's client recognises the fake API's errors."""
    code, output = await flux("generate", "a cat", "-s", "large")
    assert code == 1
    assert "size is invalid." in output
    code, output = await flux("generate", "a cat", token="wrong")
    assert code == 1
    assert "token" in output
    assert not fake.tasks


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("options", [["--seconds", "0"], []])
async def test_runs_alone(caller: Caller, options: list[str], number: signal.Signals) -> None:
    """It prints one line that says how to reach it, serves requests, and stops cleanly at a signal."""
    command = (sys.executable, "-m", "flux_bot.sandbox.fake_flux", "--port", "0", "--token", TOKEN, *options)
    process = await started(*command)
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    assert f"ACEDATACLOUD_API_TOKEN={TOKEN}" in line
    url = line.partition("ACEDATACLOUD_API_BASE_URL=")[2].split()[0]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with caller.http.post(f"{url}/flux/images", json={**CAT, "async": True}, headers=headers) as answer:
        assert answer.status == 200
    process.send_signal(number)
    output, _ = await process.communicate()
    assert (process.returncode, output) == (0, b"")
