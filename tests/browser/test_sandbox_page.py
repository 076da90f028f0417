"""The first steps on the sandbox's page in Chromium. The tests save screenshots in ``test-results``."""

import asyncio
import re
import signal
import sys
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from flux_bot.sandbox.drawing import paint
from tests.browser import screenshots
from tests.browser.chat import finish_held_tasks, open_chat, open_sandbox_chat, require_chromium
from tests.sandbox.test_sandbox import ROOT, address, ended, started


async def test_imagine(tmp_path: Path) -> None:
    """The status card appears at once and is updated; the picture replaces it without a refresh."""
    async with open_sandbox_chat(tmp_path, hold=True) as (sandbox, chat):
        options = {"model": "FLUX.2 pro", "size": "16:9 wide"}
        for prompt in ("a red fox in the snow", "a lighthouse at dawn"):
            await chat.run("imagine", {"prompt": prompt}, options)
            card = chat.message("alice used /imagine", "Painting, started", prompt)
            await expect(card).to_be_in_viewport()
            since = card.locator(".discord-timestamp")
            assert not (await since.inner_text()).startswith("in ")
            await expect(since).to_have_text(re.compile(r"^\d+ seconds ago$"))
            await finish_held_tasks(sandbox)
            await chat.expect_picture(chat.message("@alice your picture is ready", prompt), prompt, 1344 / 768)
            await expect(card).to_have_count(0)

        await chat.save_screenshot("imagine")


async def test_edit_an_uploaded_picture(tmp_path: Path) -> None:
    """An uploaded picture is edited and keeps its shape."""
    photo = tmp_path / "photo.png"
    photo.write_bytes(paint("my photo", "flux-dev", "800x600", 0).data)
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await chat.run("edit", {"prompt": "make it winter"}, upload={"image": photo})

        result = chat.message("@alice your edited picture is ready", "flux-kontext-pro · 4:3")
        await chat.expect_picture(result, "make it winter", 4 / 3)
        await chat.save_screenshot("edit")


async def test_private(tmp_path: Path) -> None:
    """A private picture replaces its private status card."""
    async with open_sandbox_chat(tmp_path, hold=True) as (sandbox, chat):
        await chat.run("imagine", {"prompt": "a secret garden"}, {"private": "True"})
        await expect(chat.message("Only you can see this", "Painting, started")).to_be_in_viewport()
        await finish_held_tasks(sandbox)

        result = chat.message("Only you can see this", "your picture is ready")
        await chat.expect_picture(result, "a secret garden", 1)
        await chat.save_screenshot("private")


async def test_switching_users(tmp_path: Path) -> None:
    """Other users see public pictures, but not private ones."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await chat.run("imagine", {"prompt": "a secret garden"}, {"private": "True"})
        await expect(chat.message("your picture is ready", "a secret garden")).to_be_visible()
        await chat.run("imagine", {"prompt": "a public park"})
        await expect(chat.message("your picture is ready", "a public park")).to_be_visible()

        await chat.become("bob")
        await chat.expect_picture(chat.message("@alice your picture is ready"), "a public park", 1)
        await expect(chat.message("a secret garden")).to_have_count(0)
        await chat.save_screenshot("switched")
        await chat.become("alice")
        await expect(chat.message("your picture is ready", "a secret garden")).to_be_visible()


async def test_the_page_keeps_up(tmp_path: Path) -> None:
    """The page accepts commands while results arrive, and shows the refusal of an invalid one."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        for number in range(1, 5):
            await chat.run("imagine", {"prompt": f"picture number {number}"})
        await chat.run("edit", {"prompt": "in winter", "image_url": "my photo"})

        await expect(chat.message("Only you can see this", "not a web link")).to_be_visible()
        for number in range(1, 5):
            await expect(chat.message("your picture is ready", f"picture number {number}")).to_have_count(1)
        await chat.save_screenshot("busy")


@pytest.mark.parametrize("how", ["by SIGTERM", "from the page"])
async def test_the_process_stops_with_a_job_running(tmp_path: Path, how: str) -> None:
    """The sandbox stops cleanly within 10 seconds, at a signal or when its session is ended on the page."""
    chromium = require_chromium()
    process = await started("--port", 0, "--data", tmp_path)
    found = await address(process)
    async with open_chat(chromium, found[0]) as chat:
        await chat.run("imagine", {"prompt": "a cat"})
        await expect(chat.message("Painting, started")).to_be_visible()
        await chat.save_screenshot(f"ended {how}".replace(" ", "-"))
        if how == "from the page":
            await chat.page.get_by_text("More", exact=True).click()
            await chat.page.get_by_role("button", name="End preview session").click()
        code, rest = await ended(process, signal.SIGTERM if how == "by SIGTERM" else None)

    assert (code, "Traceback" in rest) == (0, False)
    assert "Submitted" in rest


async def test_the_readmes_screenshots(tmp_path: Path) -> None:
    """`make screenshots` takes the screenshots that the README shows, and they are not too large."""
    require_chromium()
    output = tmp_path / "docs"
    script = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.browser.screenshots", "--output", output),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await script.communicate()

    assert (script.returncode, printed.count(b"\n")) == (0, 3), printed.decode()
    shown = set(re.findall(r'src="docs/([\w-]+\.png)"', (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {file.name for file in output.iterdir()} == shown
    for file in output.iterdir():
        assert file.stat().st_size <= 400 * 1024
        with Image.open(file) as picture:
            assert picture.width <= 1280


# --- without Chromium ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_chromium_is_reported(monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]) -> None:
    """Without Chromium, these tests are skipped with a hint; in continuous integration they fail."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("FLUX_BOT_CHROMIUM", "/nowhere/chromium")

    with pytest.raises(outcome, match=r"THE PAGE IS NOT TESTED.*apt-get install chromium.*FLUX_BOT_CHROMIUM"):
        require_chromium()


def test_screenshots_need_a_chromium(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without Chromium, `make screenshots` says how to install it."""
    monkeypatch.setenv("FLUX_BOT_CHROMIUM", "/nowhere/chromium")

    assert screenshots.main([]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err
