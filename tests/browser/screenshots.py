"""The README's pictures, taken from the sandbox's real page: ``make screenshots``.

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
from flux_bot.sandbox.sandbox import open_sandbox

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

IDLE = "() => window.simcordPreview.ready && !window.simcordPreview.pendingAction"
"""Tells whether what was done on the page is over: it drops what is done meanwhile."""

LOADED = "() => window.simcordPreview.ready && [...document.images].every(image => image.naturalWidth)"
"""Tells whether all pictures are there."""

DOCS = Path(__file__).parents[2] / "docs"


class Chat:
    """The chat page in a browser."""

    def __init__(self, page: "Page") -> None:
        """Take the page."""
        self.page = page
        self.messages = page.locator("#channel-message-list .channel-message")
        self.suggestions = page.locator(".command-popup").get_by_role("option")
        self.form = page.get_by_role("dialog")

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

    async def press(self, card: "Locator", label: str) -> None:
        """Press a button of a message."""
        await self.page.wait_for_function(IDLE)
        await card.locator("button.component-button").get_by_text(label, exact=True).click()

    async def choose(self, field: "Locator", option: str) -> None:
        """Choose in a list of a message or a form."""
        await self.page.wait_for_function(IDLE)
        await field.click()
        await self.page.locator(".select-list:popover-open").get_by_role("option", name=option).click()
        await self.page.wait_for_function(IDLE)

    async def submit(self, fill: Mapping[str, str] | None = None, choose: Mapping[str, str] | None = None) -> None:
        """Fill in the form that is open, and send it."""
        for name, text in (fill or {}).items():
            await self.form.get_by_role("textbox", name=name).fill(text)
        for name, option in (choose or {}).items():
            await self.choose(self.form.get_by_role("combobox", name=name), option)
        await self.form.get_by_role("button", name="Submit").click()

    async def photograph(self, *, down_to: "Locator | None" = None, alone: bool = False) -> bytes:
        """Return a screenshot with all pictures loaded: scrolled to a message's end, perhaps of the messages alone."""
        await self.page.mouse.move(0, 0)  # nothing is highlighted
        await self.page.evaluate("() => document.activeElement?.blur()")
        await self.page.wait_for_function(LOADED)
        if down_to is not None:
            await down_to.evaluate("message => message.scrollIntoView({block: 'end'})")
        return await (self.page.locator("#channel-timeline") if alone else self.page).screenshot()

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


async def hold_conversation(chat: Chat) -> bytes:
    """Let alice ask for four pictures, and bob change one of them."""
    asked = {"prompt": "a lighthouse on a cliff at dawn", "count": "4"}
    await chat.run("imagine", asked, {"size": "16:9 wide"})
    made = chat.messages.filter(has_text="@alice your pictures are ready")
    await made.wait_for()
    await chat.become("bob")
    await chat.press(made, "Edit")
    await chat.submit({"What should change?": "the same on a clear night"}, {"Which picture?": "Picture 2"})
    edited = chat.messages.filter(has_text="@bob your edited picture is ready")
    await edited.wait_for()
    return await chat.photograph(down_to=edited)


async def greet_in_japanese(chat: Chat) -> bytes:
    """Let hana, who reads Japanese, ask for a picture of her own below one that all see."""
    await chat.become("carol")
    await chat.run("imagine", {"prompt": "a red fox in the snow"}, {"size": "16:9 wide"})
    await chat.messages.filter(has_text="@carol your picture is ready").wait_for()
    await chat.become("hana")
    await chat.run("imagine", {"prompt": "雪の中の赤い狐"}, {"size": "16:9", "private": "True"})
    made = chat.messages.filter(has_text="@hana さん、画像が完成しました。")
    await made.wait_for()
    return await chat.photograph(down_to=made, alone=True)


async def look_back(chat: Chat) -> bytes:
    """Let alice look through what she has made."""
    for prompt in PROMPTS:
        await chat.run("imagine", {"prompt": prompt}, {"size": "16:9 wide"})
    for prompt in PROMPTS:
        await chat.messages.filter(has_text=prompt).filter(has_text="your picture is ready").wait_for()
    await chat.run("history")
    panel = chat.messages.filter(has_text="Your pictures, page 1 of 2")
    await panel.wait_for()
    return await chat.photograph(down_to=panel, alone=True)


PROMPTS = (
    "a harbour in the fog",
    "cherry trees by a lake",
    "a night train through the desert",
    "a windmill on a summer evening",
    "northern lights over a village",
    "a sailing boat before the storm",
)
PICTURES = {
    "sandbox.png": (hold_conversation, (1024, 1286, 1.25)),
    "japanese.png": (greet_in_japanese, (936, 1064, 1.5)),
    "history.png": (look_back, (936, 1064, 1.5)),
}
"""What is done for each, and the page's width, height and scale. They follow one another in one sandbox."""


async def take_pictures(chromium: str, folder: Path) -> None:
    """Use the sandbox and save what it looks like."""
    with tempfile.TemporaryDirectory(prefix="flux-bot-") as data:
        async with open_sandbox(Path(data), seconds=0.5) as sandbox:
            for name, (act, (width, height, scale)) in PICTURES.items():
                address = sandbox.discord.page.url
                async with open_chat(chromium, address, width=width, height=height, scale=scale) as chat:
                    save(await act(chat), folder / name)


def save(screenshot: bytes, output: Path) -> None:
    """Write a small PNG: it is kept in the repository."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(screenshot)) as picture:
        picture.convert("RGB").save(output, "PNG", optimize=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=main.__doc__)
    parser.add_argument("--output", type=Path, default=DOCS, help="the pictures' folder (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        return _complain(CHROMIUM_MISSING)
    if importlib.util.find_spec("playwright") is None:
        return _complain("playwright is not installed: run `make setup`.")
    setup_logging("ERROR", "text")
    asyncio.run(take_pictures(chromium, chosen.output))
    for name in PICTURES:
        print(f"{chosen.output / name}: {(chosen.output / name).stat().st_size // 1024} KiB")
    return 0


def _complain(reason: str) -> int:
    sys.stderr.write(f"screenshots: {reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
