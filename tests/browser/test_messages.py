"""Mentions and replies, on the sandbox's page in Chromium. The tests save screenshots in ``test-results``.

The page can't attach files to messages or write direct messages: ``tests/cogs/messages`` covers those.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import open_sandbox_chat, request

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_mention_and_replies(browser: Browser, tmp_path: Path) -> None:
    """A mention makes a picture, and a reply edits it; one of several is chosen by its number or from a list."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        await chat.write("@flux-bot a fox in the snow")
        made = chat.message("@alice, your picture is ready", "a fox in the snow")
        await chat.expect_picture(made, "a fox in the snow", 1)
        await chat.save_screenshot("mention", down_to=made)
        await chat.become("bob")
        await chat.write("turn it into night", reply_to=made)
        edited = chat.message("@bob, your edited picture is ready", "turn it into night")
        await chat.expect_picture(edited, "The picture before the edit", 1)
        await expect(edited.locator(".message-reply")).to_contain_text("turn it into night")
        await chat.save_screenshot("reply", down_to=edited)

        await request(sandbox, "a lake", count=3)
        lakes = chat.message("your pictures are ready", "a lake")
        await chat.write("2: add a boat", reply_to=lakes)
        await expect(chat.message("your edited picture is ready", "add a boat")).to_be_visible()
        await chat.write("add a house", reply_to=lakes)
        question = chat.message("Which of these pictures should I change?", "add a house")
        await chat.save_screenshot("which-picture", down_to=question)
        await chat.choose(question.get_by_role("combobox"), "Picture 3")
        await expect(chat.message("your edited picture is ready", "add a house")).to_be_visible()
        chosen = [str(sent.body["image_url"]).rpartition("-")[2] for sent in sandbox.fake.submissions[-2:]]
        assert chosen == ["2.png", "3.png"]
