"""Groups on the sandbox's page in Chromium: models side by side, and continuing with one of the pictures."""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import finish_held_tasks, open_sandbox_chat
from tests.flux.caller import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

FOX = "a fox in the snow"
MODELS = ("FLUX.2 flex", "FLUX.2 klein", "FLUX.1 dev")


async def test_side_by_side(browser: Browser, tmp_path: Path) -> None:
    """One message shows a picture from each model with the model's name; the list opens one of them."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        sandbox.fake.seconds = None
        options = {"model1": "flux-2-flex", "model2": "flux-2-klein", "model3": "flux-dev"}
        with suppress(TimeoutError):  # as in ``request``
            await sandbox.discord.members["alice"].slash(sandbox.discord.channel, "compare", prompt=FOX, **options)
        card = chat.message("0 of 3 ready", FOX)
        await expect(card).to_be_visible()
        await chat.save_screenshot("group-status", down_to=card)
        await eventually(lambda: len(sandbox.fake.tasks) == len(MODELS))
        await finish_held_tasks(sandbox)
        result = chat.message("your pictures are ready", *MODELS)
        await expect(result.locator("img")).to_have_count(3)
        await chat.save_screenshot("compare", down_to=result)
        await chat.choose(result.get_by_role("combobox").first, "2. FLUX.2 klein")
        one = chat.message("A picture by", "FLUX.2 klein")
        await expect(one.get_by_role("button", name="Vary")).to_be_visible()
        await chat.choose(result.get_by_role("combobox").last, "Info")
        await expect(chat.message("How it was made", "/compare prompt:")).to_be_visible()
        await chat.save_screenshot("group-info")
