"""The first steps on the sandbox's page in Chromium. The tests save screenshots in ``test-results``."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.sandbox import open_sandbox
from tests.browser import demo, screenshots
from tests.browser.chat import finish_held_tasks, open_chat, open_sandbox_chat

pytestmark = pytest.mark.asyncio(loop_scope="package")

ROOT = Path(__file__).parents[2]
PRIVATE = "Only you can see this"


async def test_imagine(browser: Browser, tmp_path: Path) -> None:
    """The status card appears at once and is updated; the picture replaces it. Others see it unless it is private."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        sandbox.fake.seconds = None
        fox = "a red fox in the snow"
        await chat.run("imagine", {"prompt": fox}, {"model": "FLUX.2 pro", "size": "16:9 wide"})
        card = chat.message("alice used /imagine", "Painting, started", fox)
        await expect(card).to_be_in_viewport()
        since = card.locator(".discord-timestamp")
        assert not (await since.inner_text()).startswith("in ")
        await expect(since).to_have_text(re.compile(r"^\d+ seconds ago$"))
        await finish_held_tasks(sandbox)
        await chat.expect_picture(chat.message("@alice, your picture is ready", fox), fox, 16 / 9)
        await expect(card).to_have_count(0)
        await chat.save_screenshot("imagine")

        await chat.run("imagine", {"prompt": "a secret garden"}, {"private": "True"})
        await expect(chat.message(PRIVATE, "Painting, started")).to_be_in_viewport()
        await finish_held_tasks(sandbox)
        garden = chat.message(PRIVATE, "your picture is ready")
        await chat.expect_picture(garden, "a secret garden", 1)
        await expect(chat.message("Painting, started")).to_have_count(0)
        await chat.save_screenshot("private")

        await chat.become("bob")
        await chat.expect_picture(chat.message("@alice, your picture is ready"), fox, 16 / 9)
        await expect(chat.message("a secret garden")).to_have_count(0)
        await chat.become("alice")
        await expect(garden).to_be_visible()


async def test_edit_an_upload(browser: Browser, tmp_path: Path) -> None:
    """A picture uploaded as an option, or in the form that /edit opens without options, is edited in its shape."""
    async with open_sandbox_chat(browser, tmp_path) as (_, chat):
        photo = tmp_path / "photo.png"
        photo.write_bytes(paint("my photo", "flux-dev", "400x300", 0).data)
        await chat.run("edit", {"prompt": "make it winter"}, upload={"image": photo})
        await chat.expect_picture(chat.message("your edited picture is ready", "winter"), "make it winter", 4 / 3)

        await chat.run("edit")
        await chat.form.get_by_label("The picture to edit").set_input_files(photo)
        await chat.save_screenshot("edit-upload-form")
        await chat.submit({"What should change?": "make it summer"})
        result = chat.message("@alice, your edited picture is ready", "FLUX Kontext pro · 4:3", "summer")
        await chat.expect_picture(result, "make it summer", 4 / 3)
        await chat.expect_picture(result, "The picture before the edit", 4 / 3)
        await chat.save_screenshot("edit-uploaded", down_to=result)


@pytest.mark.parametrize("how", ["by SIGTERM", "from the page"])
async def test_the_process_stops_with_a_job_running(browser: Browser, tmp_path: Path, how: str) -> None:
    """The sandbox stops cleanly within 10 seconds, at a signal or when its session is ended on the page."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, ROOT / "bot.py", "sandbox", "--port", "0", "--data", tmp_path),
        env=os.environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    printed = await process.stdout.readuntil(b"Open this address")
    (address,) = re.findall(r"http://\S+", printed.decode())
    async with open_chat(browser, address) as chat:
        await chat.run("imagine", {"prompt": "a cat"})
        await expect(chat.message("Painting, started")).to_be_visible()
        if how == "by SIGTERM":
            process.send_signal(signal.SIGTERM)
        else:
            await chat.page.get_by_role("banner").get_by_text("More", exact=True).click()
            await chat.page.get_by_role("button", name="End preview session").click()
        async with asyncio.timeout(10):
            rest, _ = await process.communicate()

    assert process.returncode == 0
    assert b"Traceback" not in rest
    assert b"Submitted" in rest


async def test_take_a_screenshot(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make screenshots` shows pictures by alice and bob, and records what alice types and gets."""
    monkeypatch.setattr(demo, "LETTERS", 50)  # types the whole text at once
    async with open_sandbox(tmp_path, seconds=0.2) as sandbox:
        await screenshots.take_screenshot(browser, sandbox, "sandbox.png", tmp_path)
    async with open_sandbox(tmp_path / "demo", seconds=0.2) as sandbox:
        await demo.record(browser, sandbox, tmp_path / screenshots.DEMO)
    with Image.open(tmp_path / "sandbox.png") as picture:
        assert picture.width == 1280
    with Image.open(tmp_path / screenshots.DEMO) as recording:
        assert getattr(recording, "n_frames", 1) > 2 * len(demo.SCENES)


async def test_a_new_user(browser: Browser, tmp_path: Path) -> None:
    """The address works without its key; commands replace direct messages and Apps; hana sees them in Japanese."""
    async with open_sandbox(tmp_path, seconds=0.2) as sandbox:
        bare, _, key = sandbox.discord.page.url.partition("#")
        async with open_chat(browser, bare) as chat:
            assert chat.page.url.endswith(f"#{key}")
            await chat.run("help")
            overview = chat.message(PRIVATE, "What I can do for you")
            await chat.save_screenshot("help", down_to=overview)
            await chat.press(overview, "Make a picture")
            await chat.submit({"Prompt": "a red fox"})
            result = chat.message("@alice, your picture is ready", "a red fox")
            await expect(result).to_be_visible()

            await chat.press(result, "Save")
            await expect(chat.message(PRIVATE, "in a direct message")).to_be_visible()
            await chat.run("sandbox-messages")
            direct = chat.message(PRIVATE, "Here is the original of", "a red fox")
            await expect(direct.locator("img").last).to_be_in_viewport()
            await chat.save_screenshot("direct-messages", down_to=direct)

            await chat.run("sandbox-apps", pick={"entry": "Edit image", "message": "a red fox"})
            await expect(chat.form.get_by_label("What should change?")).to_be_visible()
            await chat.save_screenshot("apps")
            await chat.form.get_by_role("button", name="Cancel").click()

            await chat.become("hana")
            await chat.page.get_by_label("Message", exact=True).press_sequentially("/生成")
            await expect(chat.suggestions.filter(has_text="テキストから画像を作ります")).to_be_visible()
            await chat.save_screenshot("japanese-commands")
