"""/settings on the sandbox's page in Chromium: the server's owner finds it, sets a limit, and sees it saved."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import open_sandbox_chat

pytestmark = pytest.mark.asyncio(loop_scope="package")

PRIVATE = "Only you can see this"


async def test_settings(browser: Browser, tmp_path: Path) -> None:
    """The welcome message mentions /settings; an invalid number is refused with a reason, and a valid one applies."""
    async with open_sandbox_chat(browser, tmp_path) as (_, chat):
        await expect(chat.message("as olga, the owner of this server", "/settings")).to_be_visible()
        await chat.become("olga")  # the command is not offered to others
        await chat.run("settings")
        panel = chat.message(PRIVATE, "Settings of this server")
        await chat.choose(panel.get_by_role("combobox").first, "Limits")
        await expect(panel.get_by_text("Pictures per member and day: No limit")).to_be_visible()
        await chat.press(panel, "Pictures per member and day")
        await chat.submit({"Number": "many"})
        refusal = chat.message(PRIVATE, "Please enter a whole number from 0 to 1000")
        await chat.press(refusal, "Change")
        await chat.submit({"Number": "1"})
        saved = chat.message(PRIVATE, "Pictures per member and day: one picture", "Last changed")
        await expect(saved).to_be_visible()
        await chat.save_screenshot("settings", down_to=saved)

        await chat.become("bob")
        await chat.run("imagine", {"prompt": "a fox"})
        await expect(chat.message("your picture is ready")).to_be_visible()
        await chat.run("imagine", {"prompt": "a hare"})
        refused = chat.message(PRIVATE, "a hare", "You can make 1 picture a day in this server")
        await expect(refused).to_be_visible()
        await chat.save_screenshot("limit-reached", down_to=refused)
