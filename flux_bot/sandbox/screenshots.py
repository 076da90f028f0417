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
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from flux_bot.logs import setup_logging
from flux_bot.sandbox.trial import open_trial

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

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

SHOWN_TO = """name => {
    const page = window.simcordPreview, chosen = document.querySelector("#viewer-picker").selectedOptions[0];
    return page.ready && !page.pendingAction && chosen?.text === name && chosen.value === page.viewerId;
}"""
"""Tells whether the page shows what the member of this name sees."""

LOADED = "() => window.simcordPreview.ready && [...document.images].every(image => image.naturalWidth)"
"""Tells whether all pictures are there."""

OUTPUT = Path(__file__).parents[2] / "docs" / "sandbox.png"
WIDTH, HEIGHT, SCALE = 1024, 1096, 1.25


class Chat:
    """The chat page in a browser."""

    def __init__(self, page: "Page") -> None:
        """Take the page."""
        self.page = page
        self.messages = page.locator("#channel-message-list .channel-message")
        self.suggestions = page.locator(".command-popup").get_by_role("option")

    async def become(self, name: str) -> None:
        """See and write as another member."""
        await self.page.get_by_label("Viewing as").select_option(label=name)
        await self.page.wait_for_function(SHOWN_TO, arg=name)

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
            await (await self.option(option)).fill(words)
            await self.suggestions.filter(has_text=words).first.click()
        for option, file in (upload or {}).items():
            await (await self.option(option)).set_input_files(file)
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await self.page.get_by_label("Message", exact=True).wait_for()

    async def photograph(self) -> bytes:
        """Return a screenshot with all pictures loaded."""
        await self.page.mouse.move(0, 0)  # nothing is highlighted
        await self.page.wait_for_function(LOADED)
        return await self.page.screenshot()

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


@asynccontextmanager
async def open_chat(
    chromium: str, address: str, *, width: int = 1280, height: int = 900, scale: float = 1
) -> AsyncIterator[Chat]:
    """Open the sandbox's address in a browser and wait until it greets."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  not in the production lock

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        page = await browser.new_page(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            bypass_csp=True,  # or playwright could wait for nothing on the page but its elements
        )
        chat = Chat(page)
        await page.goto(address)
        await chat.messages.filter(has_text="Welcome to the flux-bot sandbox").wait_for()
        yield chat
        await browser.close()


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, None if there is none."""
    if named := os.environ.get("FLUX_BOT_CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


async def take_picture(chromium: str, output: Path) -> None:
    """Hold a conversation in the sandbox and save what it looks like."""
    with tempfile.TemporaryDirectory(prefix="flux-bot-") as data:
        async with (
            open_trial(Path(data), seconds=0.5) as trial,
            open_chat(chromium, trial.discord.page.url, width=WIDTH, height=HEIGHT, scale=SCALE) as chat,
        ):
            asked = {"prompt": "a lighthouse on a cliff at dawn", "count": "4"}
            await chat.run("imagine", asked, {"size": "16:9 wide"})
            await chat.messages.filter(has_text="@alice your pictures are ready").wait_for()
            picture = trial.discord.channel.history()[-1].attachments[0].url
            await chat.become("bob")
            asked = {"prompt": "the same on a clear night", "image_url": picture}
            await chat.run("edit", asked, {"size": "16:9 wide"})
            await chat.messages.filter(has_text="@bob your edited picture is ready").wait_for()
            save(await chat.photograph(), output)


def save(screenshot: bytes, output: Path) -> None:
    """Write a small PNG: it is kept in the repository."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(screenshot)) as picture:
        picture.convert("RGB").save(output, "PNG", optimize=True)


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
    setup_logging("ERROR", "text")
    asyncio.run(take_picture(chromium, chosen.output))
    print(f"{chosen.output}: {chosen.output.stat().st_size // 1024} KiB")
    return 0


def _complain(reason: str) -> int:
    sys.stderr.write(f"screenshots: {reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
