"""Take the README's screenshots of the sandbox, and record its demo: ``make screenshots``."""

import argparse
import asyncio
import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from flux_bot.logs import setup_logging
from flux_bot.sandbox.sandbox import Sandbox, open_sandbox
from tests.browser import demo
from tests.browser.chat import CHROMIUM_MISSING, Chat, find_chromium, open_browser, open_chat

DEMO = "demo.webp"
DOCS = Path(__file__).parents[2] / "docs"

PROMPTS = (
    "a harbour in the fog",
    "cherry trees by a lake",
    "a night train through the desert",
    "a windmill on a summer evening",
    "northern lights over a village",
    "a sailing boat before the storm",
)


async def hold_conversation(chat: Chat) -> bytes:
    """Let alice request four pictures, and bob edit one of them."""
    await chat.run("imagine", {"prompt": "a lighthouse on a cliff at dawn", "count": "4"}, {"size": "16:9 wide"})
    made = chat.message("@alice, your pictures are ready")
    await made.wait_for()
    await chat.become("bob")
    await chat.press(made, "Edit")
    await chat.submit({"What should change?": "the same on a clear night"}, {"Which picture?": "Picture 2"})
    edited = chat.message("@bob, your edited picture is ready")
    await edited.wait_for()
    return await chat.screenshot(down_to=edited)


async def use_japanese(chat: Chat) -> bytes:
    """Let hana, who reads Japanese, request a private picture below carol's public one."""
    await chat.become("carol")
    await chat.run("imagine", {"prompt": "a red fox in the snow"}, {"size": "16:9 wide"})
    await chat.message("@carol, your picture is ready").wait_for()
    await chat.become("hana")
    await chat.run("imagine", {"prompt": "雪の中の赤い狐"}, {"size": "16:9", "private": "True"})
    made = chat.message("@hana さん、画像が完成しました。")
    await made.wait_for()
    return await chat.screenshot(down_to=made, messages_only=True)


async def show_history(chat: Chat) -> bytes:
    """Let alice make six pictures and open her history."""
    for prompt in PROMPTS:
        await chat.run("imagine", {"prompt": prompt}, {"size": "16:9 wide"})
    for prompt in PROMPTS:
        await chat.message(prompt, "your picture is ready").wait_for()
    await chat.run("history")
    panel = chat.message("Your pictures, page 1 of 2")
    await panel.wait_for()
    return await chat.screenshot(down_to=panel, messages_only=True)


async def set_limit(chat: Chat) -> bytes:
    """Let olga, who owns the server, limit the pictures per member and day."""
    await chat.become("olga")
    await chat.run("settings")
    panel = chat.message("Settings of this server")
    await chat.choose(panel.get_by_role("combobox").first, "Limits")
    await chat.press(panel, "Pictures per member and day")
    await chat.submit({"Number": "20"})
    saved = chat.message("Pictures per member and day: 20 pictures", "Last changed")
    await saved.wait_for()
    return await chat.screenshot(down_to=saved, messages_only=True)


SCREENSHOTS = {
    "sandbox.png": (hold_conversation, (1024, 1286, 1.25)),
    "japanese.png": (use_japanese, (936, 1064, 1.5)),
    "history.png": (show_history, (936, 1064, 1.5)),
    "settings.png": (set_limit, (936, 1064, 1.5)),
}
"""The steps for each screenshot, and the page's width, height and scale; all are taken in order, in one sandbox."""


async def take_screenshot(browser: Browser, sandbox: Sandbox, name: str, folder: Path) -> None:
    """Use the sandbox, and save a screenshot as a small PNG file for the repository."""
    act, (width, height, scale) = SCREENSHOTS[name]
    async with open_chat(browser, sandbox.discord.page.url, width=width, height=height, scale=scale) as chat:
        screenshot = await act(chat)
    with Image.open(io.BytesIO(screenshot)) as picture:
        picture.convert("RGB").save(folder / name, "PNG", optimize=True)


async def take_screenshots(chromium: str, folder: Path) -> None:
    """Take all screenshots in one sandbox, and record the demo in another."""
    with tempfile.TemporaryDirectory(prefix="flux-bot-") as data:
        async with open_browser(chromium) as browser:
            async with open_sandbox(Path(data) / "screenshots", seconds=0.5) as sandbox:
                for name in SCREENSHOTS:
                    await take_screenshot(browser, sandbox, name, folder)
            async with open_sandbox(Path(data) / "demo", seconds=demo.SECONDS) as sandbox:
                await demo.record(browser, sandbox, folder / DEMO)
    for name in (*SCREENSHOTS, DEMO):
        print(f"{folder / name}: {(folder / name).stat().st_size // 1024} KiB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the README's screenshots of the sandbox, and record its demo."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=main.__doc__)
    parser.add_argument("--output", type=Path, default=DOCS, help="folder for the files (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write(f"screenshots: {CHROMIUM_MISSING}\n")
        return 1
    setup_logging("ERROR", "text")
    chosen.output.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_screenshots(chromium, chosen.output))
    return 0


if __name__ == "__main__":
    sys.exit(main())
