"""The sandbox's page in a real browser, for tests."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from playwright.async_api import Locator, expect

from flux_bot.app import App, open_app
from flux_bot.sandbox.local_images import LocalImages
from flux_bot.sandbox.sandbox import Sandbox, open_sandbox
from flux_bot.settings import Settings
from tests.browser.screenshots import CHROMIUM_MISSING, LOADED, Chat, find_chromium, open_chat
from tests.flux.caller import eventually

expect.set_options(timeout=30_000)  # milliseconds

RESULTS = Path(__file__).parents[2] / "test-results"


def chromium() -> str:
    """Return the path of a Chromium; without one the test is skipped, or fails where all tests must run."""
    found = find_chromium()
    if found is None:
        reason = f"THE PAGE IS NOT TESTED. {CHROMIUM_MISSING}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def page_of_sandbox(data: Path, *, held: bool = False) -> AsyncIterator[tuple[Sandbox, Chat]]:
    """Open a sandbox and its page; pictures take hardly any time, or until ``finish_held``."""
    path = chromium()
    async with open_sandbox(data, seconds=0.2) as sandbox, open_chat(path, sandbox.discord.page.url) as chat:
        if held:
            sandbox.fake.seconds = None
        yield sandbox, chat


async def finish_held(sandbox: Sandbox) -> None:
    """Let the image API finish what is held, once it has been asked for it."""

    def held() -> list[str]:
        return [task.id for task in sandbox.fake.tasks.values() if not task.ended.is_set()]

    await eventually(held)
    for task_id in held():
        await sandbox.fake.finish(task_id)


@asynccontextmanager
async def restarted(sandbox: Sandbox, chat: Chat, data: Path) -> AsyncIterator[App]:
    """Stop the sandbox's bot and start another one on the same database; Discord and the image API stay as they are."""
    before = await chat.page.evaluate("() => window.simcordPreview.botGeneration")
    sandbox.app.workflow.stop()
    port = unused_port()
    settings = Settings.load(
        env_file=None,
        discord_token="sandbox",
        flux_api_token="sandbox",
        flux_api_url=sandbox.fake.url,
        public_url=f"http://127.0.0.1:{port}",
        webhook_host="127.0.0.1",
        webhook_port=port,
        database_url=f"sqlite:///{data / 'flux_bot.db'}",
        allow_private_image_hosts=True,
    )
    images = LocalImages()
    images.local_files = sandbox.discord.file
    async with open_app(settings, images) as app, asyncio.TaskGroup() as loops:
        await sandbox.discord.env.restart_bot(app.bot)
        loops.create_task(app.run_loops())
        await chat.page.wait_for_function("before => window.simcordPreview.botGeneration > before", arg=before)
        yield app
        app.workflow.stop()


async def keep_screenshot(chat: Chat, name: str, *, down_to: Locator | None = None) -> None:
    """Save what the page looks like under ``test-results``, perhaps scrolled to a message's end."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.png").write_bytes(await chat.photograph(down_to=down_to))


def message(chat: Chat, *parts: str) -> Locator:
    """Return the message with all these parts."""
    found = chat.messages
    for part in parts:
        found = found.filter(has_text=part)
    return found


async def expect_picture(chat: Chat, shown: Locator, alt_text: str, ratio: float) -> None:
    """Expect a message in view, with one picture of this shape."""
    picture = shown.get_by_alt_text(alt_text, exact=True)
    await expect(picture).to_be_in_viewport()
    await chat.page.wait_for_function(LOADED)
    assert await picture.evaluate("image => image.naturalWidth / image.naturalHeight") == pytest.approx(ratio, rel=0.01)
