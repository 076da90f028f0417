"""The README's picture of the sandbox, taken from the real page: ``make screenshots``.

``Chat`` works the page as a person does; the browser tests use it too.
"""

import argparse
import asyncio
import importlib.util
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from flux_bot.sandbox.trial import open_trial

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page, ViewportSize

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # it opens one page, of this machine; and it runs as root in containers
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
CHROMIUM_MISSING = (
    "Chromium is not found: install it (Debian: apt-get install chromium) or name it in FLUX_BOT_CHROMIUM."
)

OUTPUT = Path(__file__).parents[2] / "docs" / "sandbox.png"
WIDTH, HEIGHT, SCALE = 800, 800, 1.6
COLOURS = 256


class Chat:
    """The chat page in a browser."""

    def __init__(self, page: "Page") -> None:
        """Take a page that has the sandbox's address open, or will have."""
        self.page = page
        self.messages = page.locator("#channel-message-list .channel-message")
        self.suggestions = page.locator(".command-popup").get_by_role("option")

    async def open(self, address: str) -> None:
        """Open the sandbox and wait until it greets."""
        await self.page.goto(address)
        await self.messages.filter(has_text="Welcome to the flux-bot sandbox").wait_for()

    async def become(self, name: str) -> None:
        """See and write as another member."""
        await self.page.get_by_label("Viewing as").select_option(label=name)
        await self.page.locator("#action-status").filter(has_text="Viewer switched").wait_for()

    async def run(
        self,
        command: str,
        fill: Mapping[str, str] | None = None,
        pick: Mapping[str, str] | None = None,
        upload: Mapping[str, Path] | None = None,
    ) -> None:
        """Run a command: with options that are written, picked from the list by their words, or uploaded."""
        await self.begin(command)
        for option, text in (fill or {}).items():
            await (await self.option(option)).fill(text)
        for option, words in (pick or {}).items():
            await (await self.option(option)).click()
            await self.suggestions.filter(has_text=words).first.click()
        for option, file in (upload or {}).items():
            await (await self.option(option)).set_input_files(file)
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await self.page.get_by_label("Message", exact=True).wait_for()

    async def begin(self, command: str) -> None:
        """Type a command and choose it."""
        await self.page.get_by_label("Message", exact=True).press_sequentially(f"/{command}")
        await self.suggestions.filter(has_text=f"/{command}").click()

    async def option(self, name: str) -> "Locator":
        """Return the field of an option, which is shown first if it is among the further ones."""
        field = self.page.locator(f"#channel-composer input[data-option={name}]")
        if not await field.count():
            await self.page.locator(".command-ghost").click()
            await self.suggestions.get_by_text(name, exact=True).click()
        return field


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, None if there is none."""
    if named := os.environ.get("FLUX_BOT_CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


async def take_pictures(chromium: str, output: Path) -> None:
    """Hold a conversation in the sandbox and save what it looks like."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  not in the production lock

    async with AsyncExitStack() as opened:
        data = opened.enter_context(tempfile.TemporaryDirectory(prefix="flux-bot-"))
        trial = await opened.enter_async_context(open_trial(Path(data), seconds=0.5))
        playwright = await opened.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        size: ViewportSize = {"width": WIDTH, "height": HEIGHT}
        chat = Chat(await browser.new_page(viewport=size, device_scale_factor=SCALE))
        await chat.open(trial.discord.page.url)
        await chat.run("imagine", {"prompt": "a lighthouse on a cliff at dawn"}, {"size": "16:9 wide"})
        await chat.messages.filter(has_text="@alice your picture is ready").wait_for()
        picture = trial.discord.channel.history()[-1].attachments[0].url
        await chat.become("bob")
        edit = {"prompt": "the same on a clear night", "image_url": picture}
        await chat.run("edit", edit, {"size": "16:9 wide"})
        await chat.messages.filter(has_text="@bob your edited picture is ready").wait_for()
        await chat.page.mouse.move(0, 0)
        save(await chat.page.screenshot(), output)
        await browser.close()


def save(screenshot: bytes, output: Path) -> None:
    """Write a PNG of few colours: it is to stay small in the repository."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(screenshot)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(output, optimize=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flux_bot.sandbox.screenshots", description=main.__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the picture's file (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        return _complain(CHROMIUM_MISSING)
    if importlib.util.find_spec("playwright") is None:
        return _complain("playwright is not installed: run `make setup`.")
    asyncio.run(take_pictures(chromium, chosen.output))
    print(f"{chosen.output}: {chosen.output.stat().st_size // 1024} KiB")
    return 0


def _complain(reason: str) -> int:
    sys.stderr.write(f"screenshots: {reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
