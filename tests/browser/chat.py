"""The sandbox's chat page in Chromium, for the browser tests and the README's screenshots."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from flux_bot.sandbox.sandbox import Sandbox, open_sandbox
from tests.flux.caller import eventually

expect.set_options(timeout=30_000)  # milliseconds

RESULTS = Path(__file__).parents[2] / "test-results"

SIZE, RATIO = "384x256", 384 / 256
"""The size of requested pictures, and its ratio."""

STEP_MILLISECONDS = 5_000
"""How long a step of writing a command may take before the command is written again."""
SENT_MILLISECONDS = 15_000
"""How long the page may take to leave the command mode after a click on "Send" before the command is written again."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # Chromium opens only our own page, and runs as root in containers
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
CHROMIUM_MISSING = "Chromium was not found. Install it (Debian: apt-get install chromium) or set FLUX_BOT_CHROMIUM."

VIEWED_BY = """name => {
    const page = window.simcordPreview, chosen = document.querySelector("#viewer-picker").selectedOptions[0];
    return page.ready && !page.pendingAction && chosen?.text === name && chosen.value === page.viewerId;
}"""
"""Script that returns whether the page shows what the member with this name sees."""

IDLE = "() => window.simcordPreview.ready && !window.simcordPreview.pendingAction"
"""Script that returns whether the last action is complete; until then, the page ignores others."""

LOADED = "() => window.simcordPreview.ready && [...document.images].every(image => image.naturalWidth)"
"""Script that returns whether all images have loaded."""


class Chat:
    """The chat page, operated as by a user."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator("#channel-message-list .channel-message")
        self.composer = page.get_by_label("Message", exact=True)
        self.suggestions = page.locator(".command-popup").get_by_role("option")
        self.form = page.get_by_role("dialog")
        self.half_written = page.get_by_role("button", name="Exit command mode")

    def message(self, *parts: str) -> Locator:
        """Return the messages that contain all these texts."""
        found = self.messages
        for part in parts:
            found = found.filter(has_text=part)
        return found

    async def become(self, name: str) -> None:
        """Switch the page to another member."""
        await self.page.get_by_label("Viewing as").select_option(label=name)
        await self.page.wait_for_function(VIEWED_BY, arg=name)

    async def run(
        self,
        command: str,
        fill: Mapping[str, str] | None = None,
        pick: Mapping[str, str] | None = None,
        upload: Mapping[str, Path] | None = None,
    ) -> None:
        """Run a command: type some options, pick others from the suggestions by their text, upload files."""
        send = self.page.get_by_role("button", name="Send", exact=True)
        async with asyncio.timeout(90):
            while True:
                # The page may not know the commands yet, or an update of the page may discard what was typed.
                with suppress(PlaywrightTimeoutError):
                    await self._write(command, fill or {}, pick or {}, upload or {})
                    await send.click(timeout=STEP_MILLISECONDS)
                    with suppress(PlaywrightTimeoutError):
                        await self.composer.wait_for(timeout=SENT_MILLISECONDS)
                    if not await self.half_written.count():
                        break
        await self.composer.wait_for()

    async def write(self, text: str, *, reply_to: Locator | None = None) -> None:
        """Send an ordinary message, or a reply."""
        await self.page.wait_for_function(IDLE)
        if reply_to is not None:
            await self.start_reply(reply_to)
        await self.composer.fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await self.message(text).first.wait_for()

    async def start_reply(self, message: Locator) -> None:
        """Start a reply to a message."""
        await message.hover()
        await _press(message.get_by_role("button", name="Reply", exact=True))

    async def _write(
        self,
        command: str,
        fill: Mapping[str, str],
        pick: Mapping[str, str],
        upload: Mapping[str, Path],
    ) -> None:
        """Write a command, without sending it. Raises PlaywrightTimeoutError if a step is not possible in time."""
        if await self.half_written.count():
            await self.half_written.click(timeout=STEP_MILLISECONDS)
        await self.composer.fill("", timeout=STEP_MILLISECONDS)
        await self.composer.press_sequentially(f"/{command}", timeout=STEP_MILLISECONDS)
        name = self.page.get_by_text(re.compile(rf"^/(\S+ )?{command}$"))  # the translated name comes first
        await self.suggestions.filter(has=name).first.click(timeout=STEP_MILLISECONDS)  # /edit, not /style edit
        for option, text in fill.items():
            await (await self.option(option)).fill(text, timeout=STEP_MILLISECONDS)
        for option, text in pick.items():
            await (await self.option(option)).fill(text, timeout=STEP_MILLISECONDS)
            await self.suggestions.filter(has_text=text).first.click(timeout=STEP_MILLISECONDS)
        for option, file in upload.items():
            await (await self.option(option)).set_input_files(file, timeout=STEP_MILLISECONDS)

    async def press(self, message: Locator, label: str) -> None:
        """Press a button of a message."""
        await self.page.wait_for_function(IDLE)
        await _press(message.locator("button.component-button").get_by_text(label, exact=True))

    async def choose(self, field: Locator, option: str) -> None:
        """Choose an option in a list of a message or a form."""
        await self.page.wait_for_function(IDLE)
        offered = self.page.locator(".select-list:popover-open").get_by_role("option", name=option)
        async with asyncio.timeout(30):
            while True:
                await field.click()
                with suppress(PlaywrightTimeoutError):  # an update of the message may have closed its lists
                    await offered.click(timeout=2_000)
                    break
        await self.page.wait_for_function(IDLE)

    async def submit(self, fill: Mapping[str, str] | None = None, choose: Mapping[str, str] | None = None) -> None:
        """Fill in the open form and submit it."""
        for name, text in (fill or {}).items():
            await self.form.get_by_role("textbox", name=name).fill(text)
        for name, option in (choose or {}).items():
            await self.choose(self.form.get_by_role("combobox", name=name), option)
        await self.form.get_by_role("button", name="Submit").click()

    async def screenshot(self, *, down_to: Locator | None = None, messages_only: bool = False) -> bytes:
        """Return a PNG of the page with all images loaded, scrolled to the end of a message if one is given."""
        await self.page.mouse.move(0, 0)  # avoids highlighting anything
        await self.page.evaluate("() => document.activeElement?.blur()")
        await self.page.wait_for_function(LOADED)
        if down_to is not None:
            await down_to.evaluate("message => message.scrollIntoView({block: 'end'})")
        return await (self.page.locator("#channel-timeline") if messages_only else self.page).screenshot()

    async def save_screenshot(self, name: str, *, down_to: Locator | None = None) -> None:
        """Save a screenshot under ``test-results``."""
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.png").write_bytes(await self.screenshot(down_to=down_to))

    async def expect_picture(self, message: Locator, alt_text: str, ratio: float) -> None:
        """Expect a message to show a picture of this shape, in view."""
        picture = message.get_by_alt_text(alt_text, exact=True)
        await expect(picture).to_be_in_viewport()
        await self.page.wait_for_function(LOADED)
        assert await picture.evaluate("image => image.naturalWidth / image.naturalHeight") == pytest.approx(
            ratio, rel=0.01
        )

    async def option(self, name: str) -> Locator:
        """Return the field of an option; add the field first if it is not shown yet."""
        field = self.page.locator(f"#channel-composer input[data-option={name}]")
        if not await field.count():
            await self.page.locator(".command-ghost").click(timeout=STEP_MILLISECONDS)
            await self.suggestions.get_by_text(name, exact=True).click(timeout=STEP_MILLISECONDS)
        return field


@asynccontextmanager
async def open_browser(chromium: str) -> AsyncIterator[Browser]:
    """Start Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def open_chat(
    browser: Browser, address: str, *, width: int = 1280, height: int = 900, scale: float = 1
) -> AsyncIterator[Chat]:
    """Open the sandbox's address and wait for the welcome message."""
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        bypass_csp=True,  # needed by wait_for_function
    )
    chat = Chat(page)
    await page.goto(address)
    await chat.message("Welcome to the flux-bot sandbox").wait_for()
    yield chat
    await page.close()


def find_chromium() -> str | None:
    """Return the path of Chromium or Chrome, or None if neither is installed."""
    if named := os.environ.get("FLUX_BOT_CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def require_chromium() -> str:
    """Return the path of Chromium. If it is missing, skip the test, or fail it in continuous integration."""
    found = find_chromium()
    if found is None:
        reason = f"THE PAGE IS NOT TESTED. {CHROMIUM_MISSING}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def open_sandbox_chat(browser: Browser, data: Path) -> AsyncIterator[tuple[Sandbox, Chat]]:
    """Open a sandbox, whose pictures take 0.2 seconds, and its page, as alice."""
    async with open_sandbox(data, seconds=0.2) as sandbox, open_chat(browser, sandbox.discord.page.url) as chat:
        yield sandbox, chat


async def _press(button: Locator) -> None:
    """Press a button of a message in one step: an update of the message between mouse down and up loses the click."""
    await button.click(trial=True)
    await button.dispatch_event("click")


async def request(sandbox: Sandbox, *prompts: str, user: str = "alice", **options: Any) -> None:
    """Request small pictures without the page."""
    for prompt in prompts:
        given = {"prompt": prompt, "size": SIZE, **options}
        with suppress(TimeoutError):  # SimCord waits for only three seconds; the page shows the outcome
            await sandbox.discord.members[user].slash(sandbox.discord.channel, "imagine", **given)


async def finish_held_tasks(sandbox: Sandbox) -> None:
    """Wait until the fake API has a pending task, then finish all pending tasks."""

    def held() -> list[str]:
        return [task.id for task in sandbox.fake.tasks.values() if not task.ended.is_set()]

    await eventually(held)
    for task_id in held():
        await sandbox.fake.finish(task_id)
