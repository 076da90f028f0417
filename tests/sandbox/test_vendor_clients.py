"""The vendor's own clients understand both forms of the fake Flux API."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.api_forms import FORMS, Api
from flux_bot.sandbox.fake_flux import FakeFlux
from tests.flux.caller import TOKEN, UNREACHABLE, eventually, picture_urls
from tests.sandbox.users import started

FLUX = Path(sys.executable).with_name("flux")
SIZES: dict[Api, str] = {"2026-03": "1024x1024", "2026-10": "1:1"}
"""A size that each form of the API accepts for flux-2-pro."""


@pytest.fixture(params=FORMS)
def api(request: pytest.FixtureRequest) -> Api:
    """The form of the API."""
    form: Api = request.param
    return form


@pytest.fixture
async def fake(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeFlux]:
    """A fake API whose pictures take no time."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # the clients obey HTTP_PROXY
    async with FakeFlux(token=TOKEN, api=api, seconds=0) as running:
        running.scale = 1 / 8
        yield running


@pytest.mark.skipif(not FLUX.exists(), reason="the vendor's command line is not installed: flux-pro-cli")
async def test_command_line(fake: FakeFlux, api: Api) -> None:
    """The command line generates, edits and polls, and shows why a request was rejected."""

    async def flux(*arguments: str, code: int = 0) -> str:
        """Run the client, pointed at the fake API, and return its output."""
        environment = {"ACEDATACLOUD_API_BASE_URL": fake.url, "ACEDATACLOUD_API_TOKEN": TOKEN, "COLUMNS": "500"}
        process = await started(FLUX, *arguments, **environment, FLUX_REQUEST_TIMEOUT="30")
        output, _ = await process.communicate()
        assert process.returncode == code, output.decode()
        return output.decode()

    request = ("generate", "a cat", "-m", "flux-2-pro", "-s", SIZES[api])
    assert json.loads(await flux(*request, "-n", "3", "--json")) == fake.paid[0].response
    assert fake.submissions[0].body["count"] == 3.0
    source, _, _ = picture_urls(fake.paid[0])
    edited = json.loads(await flux("edit", "add a hat", "--image-url", source, "-s", "1:1", "--json"))
    assert edited == fake.paid[1].response
    assert "size is invalid." in await flux("generate", "a cat", "-s", "4:5", code=1)
    fake.faults.gone_models = {"flux-2-pro"}
    assert "model is invalid." in await flux(*request, code=1)
    assert len(fake.tasks) == 2

    fake.seconds = None
    task_id = json.loads(await flux("generate", "a cat", "--async", "--json"))["task_id"]
    assert json.loads(await flux("task", task_id, "--json"))["id"] == task_id
    waiting = asyncio.create_task(flux("wait", task_id, "--interval", "1", "--timeout", "30", "--json"))
    await eventually(lambda: len(fake.lookups) > 1)
    placeholder = fake.form.pending_response
    if placeholder:  # this client mistakes it for the result
        assert json.loads(await waiting)["response"] == placeholder
    else:
        assert not waiting.done()
    task = await fake.finish(task_id)
    assert picture_urls(task)[0] in await (flux("wait", task_id, "--json") if placeholder else waiting)
    batch = json.loads(await flux("tasks", task_id, "unknown", "--json"))
    assert (batch["count"], batch["items"][0]["response"]) == (1, task.response)


async def test_sdk(fake: FakeFlux, api: Api) -> None:
    """The SDK generates and edits, distinguishes pending, finished and failed tasks, and raises rejections."""
    sdk = pytest.importorskip("acedatacloud", reason="the vendor's SDK is not installed: acedatacloud")
    async with sdk.AsyncAceDataCloud(TOKEN, base_url=fake.url, max_retries=0) as client:
        cat = {"action": "generate", "prompt": "a cat", "model": "flux-2-pro", "size": SIZES[api]}
        done = await client.flux.generate(**cat, count=2, wait=True, poll_interval=0.01)
        assert done.urls() == picture_urls(fake.paid[0])
        assert len(done.urls()) == 2
        hat = {"action": "edit", "prompt": "add a hat", "model": "flux-kontext-pro", "size": "1:1"}
        edited = await client.flux.generate(**hat, image_url=done.urls()[0], wait=True, poll_interval=0.01)
        assert edited.urls() == picture_urls(fake.paid[1])

        fake.seconds = None
        for failure in (None, Failure("forbidden", "no")):
            pending = await client.flux.generate(**cat, callback_url=UNREACHABLE)
            assert not await pending.is_completed(), failure
            task = await fake.finish(pending.id, failure=failure)
            assert await pending.is_completed(), failure
            assert (await pending.result())["response"] == task.response, failure
            assert pending.urls() == ([] if failure else picture_urls(task)), failure

        rejections = {"model is invalid.": {"model": "dall-e"}, "size is invalid.": {"size": "4:3:2"}}
        for message, change in rejections.items():
            with pytest.raises(sdk.ValidationError, match=message):
                await client.flux.generate(**cat | change)
        with pytest.raises(sdk.ModerationError):
            await client.flux.generate(**cat | {"prompt": "forbidden"})
