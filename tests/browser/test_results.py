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
    """Another user can reroll and save a picture and read how it was made, but only the requester can remove it."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        await request(sandbox, FOX)
        message_id = await chat.message("ready", FOX).get_attribute("data-message-id")
        first = chat.page.locator(f"#channel-message-list [data-message-id='{message_id}']")
        await chat.become("bob")
        await chat.press(first, "Reroll")
        again = chat.message("@bob, your picture is ready", "Rerolled from an earlier picture", FOX)
        await chat.expect_picture(again, FOX, RATIO)
        link = await again.get_by_role("link", name="an earlier picture").get_attribute("href")
        assert str(link).endswith(f"/{sandbox.discord.channel.id}/{message_id}")
        assert len({picture.data for name, picture in sandbox.fake.files.items() if name != SAMPLE}) == 2
        await chat.save_screenshot("reroll", down_to=again)

        await chat.press(first, "Save")
        await expect(chat.message(PRIVATE, "I have sent you the original")).to_be_visible()
        await chat.choose(first.get_by_role("combobox"), "Info")
        info = chat.message(PRIVATE, "How it was made", f"/imagine prompt:{FOX} model:flux-dev")
        await expect(info).to_be_visible()
        await expect(info.get_by_role("button", name="Delete for good")).to_have_count(0)
        await chat.choose(first.get_by_role("combobox"), "Remove")
        await expect(chat.message(PRIVATE, "Only the person who requested this")).to_be_visible()
        await expect(first).to_be_visible()
        await chat.save_screenshot("private-replies")

        await chat.become("alice")
        await expect(chat.message(PRIVATE)).to_have_count(0)
        await chat.choose(first.get_by_role("combobox"), "Remove")
        question = chat.message(PRIVATE, "Remove this message for everyone here?")
        await expect(first).to_be_visible()
        await chat.save_screenshot("remove", down_to=question)
        await chat.press(question, "Remove")
        await expect(first).to_have_count(0)
        await expect(chat.message(PRIVATE, "Removed. The picture is still in your /history.")).to_be_visible()


async def test_vary_star_and_delete_for_good(browser: Browser, tmp_path: Path) -> None:
    """One picture becomes four, which are starred, found again by their star, and deleted for good."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        await request(sandbox, FOX)
        await chat.press(chat.message("your picture is ready", FOX), "Vary")
        four = chat.message("your pictures are ready", "Variations of an earlier picture", FOX)
        await expect(four.get_by_alt_text(FOX)).to_have_count(4)
        await chat.choose(four.get_by_role("combobox"), "Star")
        await expect(chat.message(PRIVATE, "⭐ Starred: it stays in your /history")).to_be_visible()
        await chat.save_screenshot("starred", down_to=chat.messages.last)

        await chat.run("history")
        panel = chat.message(PRIVATE, "page 1 of 1")
        await expect(panel).to_contain_text("Your pictures, page")
        await chat.press(panel, "Starred only")
        await expect(panel).to_contain_text("Your starred pictures, page 1 of 1")
        await expect(panel.get_by_role("img", name=FOX)).to_have_count(1)
        await chat.save_screenshot("starred-history", down_to=panel)
        await chat.choose(panel.get_by_role("combobox"), f"1. {FOX}")
        picked = chat.message(PRIVATE, "A picture by @alice", FOX)
        await chat.choose(picked.get_by_role("combobox"), "Delete for good")
        question = chat.message(PRIVATE, "Delete this for good?")
        await chat.save_screenshot("delete-for-good", down_to=question)
        await chat.press(question, "Delete for good")
        await expect(chat.message(PRIVATE, "Deleted for good.")).to_be_visible()
        await expect(four).to_have_count(0)
        await expect(chat.message("your picture is ready", FOX)).to_have_count(1)
