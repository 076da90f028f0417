"""Styles on the sandbox's page in Chromium: a server's own style, and a built-in one."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import open_sandbox_chat

pytestmark = pytest.mark.asyncio(loop_scope="package")

PRIVATE = "Only you can see this"


async def test_styles(browser: Browser, tmp_path: Path) -> None:
    """A saved style is previewed, offered to everyone, and named on cards and in Info."""
    async with open_sandbox_chat(browser, tmp_path) as (_, chat):
        await chat.become("olga")
        await chat.run("style add")
        await chat.save_screenshot("style-form")
        await chat.submit({"Name": "Blueprint", "Template": "A blueprint"})
        refusal = chat.message(PRIVATE, "Nothing was saved", "A blueprint")
        await chat.press(refusal, "Change")
        await chat.submit({"Template": "A blueprint of {prompt}"})
        await expect(chat.message(PRIVATE, "Saved: Blueprint", "A blueprint of a fox in the snow")).to_be_visible()
        await chat.save_screenshot("style-saved")

        await chat.become("bob")
        await chat.run("imagine", {"prompt": "a {red|blue} fox"}, {"style": "Blueprint"})
        card = chat.message("your pictures are ready", "FLUX.1 dev · 1:1 · Blueprint")
        await expect(card).to_be_visible()
        await chat.choose(card.get_by_role("combobox").last, "Info")
        await expect(chat.message(PRIVATE, "Prompt with the style", "A blueprint of a … fox")).to_be_visible()
        await chat.save_screenshot("style-info", down_to=chat.messages.last)
        await chat.run("imagine", {"prompt": "a fox"}, {"style": "Watercolor"})
        await expect(chat.message("your picture is ready", "Watercolor")).to_be_visible()
