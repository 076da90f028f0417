"""The buttons below a result, on the sandbox's page in Chromium. The tests save screenshots in ``test-results``.

The page can't show context menus, localised command names, files in ordinary messages, other channels or direct
messages: other tests cover those through SimCord's actors.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from flux_bot.sandbox.sandbox import SAMPLE
from tests.browser.chat import RATIO, open_sandbox_chat, request

pytestmark = pytest.mark.asyncio(loop_scope="package")

FOX = "a red fox in the snow"
PRIVATE = "Only you can see this"


async def test_another_user(browser: Browser, tmp_path: Path) -> None:
    """Another user can reroll and save a picture and read how it was made, but only its own user can delete it."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        await request(sandbox, FOX)
        message_id = await chat.message("ready", FOX).get_attribute("data-message-id")
        first = chat.page.locator(f"#channel-message-list [data-message-id='{message_id}']")
        await chat.become("bob")
        await chat.press(first, "Reroll")
        again = chat.message("@bob your picture is ready", "Rerolled from an earlier picture", FOX)
        await chat.expect_picture(again, FOX, RATIO)
        link = await again.get_by_role("link", name="an earlier picture").get_attribute("href")
        assert str(link).endswith(f"/{sandbox.discord.channel.id}/{message_id}")
        assert len({picture.data for name, picture in sandbox.fake.files.items() if name != SAMPLE}) == 2
        await chat.save_screenshot("reroll", down_to=again)

        await chat.press(first, "Save")
        await expect(chat.message(PRIVATE, "I have sent you the original")).to_be_visible()
        await chat.press(first, "Info")
        info = chat.message(PRIVATE, "How it was made", f"/imagine prompt:{FOX} model:flux-dev")
        await expect(info).to_be_visible()
        await chat.press(first, "Delete")
        await expect(chat.message(PRIVATE, "Only the person who requested this")).to_be_visible()
        await expect(first).to_be_visible()
        await chat.save_screenshot("private-replies")

        await chat.become("alice")
        await expect(chat.message(PRIVATE)).to_have_count(0)
        await chat.press(first, "Delete")
        await expect(first).to_have_count(0)
