"""Refused, failed, queued and cancelled requests, on the sandbox's page in Chromium.

The tests save screenshots in ``test-results``.
"""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from flux_bot.sandbox.drawing import paint
from tests.browser.chat import finish_held_tasks, open_sandbox_chat, request
from tests.flux.caller import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

PRIVATE = "Only you can see this"
READY = "your picture is ready"


async def test_nothing_typed_is_lost(browser: Browser, tmp_path: Path) -> None:
    """A refusal quotes the prompt and offers to change it or to send it again, which works once the service is back."""
    async with open_sandbox_chat(browser, tmp_path) as (_, chat):
        await chat.run("imagine", {"prompt": "a lighthouse", "size": "17x3"})
        refused = chat.message(PRIVATE, "FLUX.1 dev doesn’t support the size “17x3”", "a lighthouse")
        await chat.save_screenshot("refused", down_to=refused)
        await chat.press(refused, "Change")
        await expect(chat.form.get_by_role("textbox", name="Prompt")).to_have_value("a lighthouse")
        await chat.save_screenshot("refused-form")
        await chat.submit({"Prompt": "a lighthouse at dawn"})
        await expect(chat.message(READY, "a lighthouse at dawn")).to_be_visible()

        await chat.run("sandbox", pick={"fault": "empty balance"})
        await chat.run("imagine", {"prompt": "a castle"})
        await expect(
            chat.message(PRIVATE, "It cost nothing. The operator has been notified.", "a castle")
        ).to_be_visible()
        await chat.run("imagine", {"prompt": "a mill"})
        refused = chat.message(PRIVATE, "not available right now", "a mill")
        await expect(refused.locator("button.component-button")).to_have_text(["Try again", "Change"])
        await chat.save_screenshot("unavailable", down_to=refused)
        await chat.run("sandbox", pick={"fault": "nothing"})
        await chat.press(refused, "Try again")
        await expect(chat.message(READY, "a mill")).to_be_visible()


async def test_failures_are_private(browser: Browser, tmp_path: Path) -> None:
    """Only the requester sees a failure; after a successful retry, its buttons are gone, and all see the result."""
    async with open_sandbox_chat(browser, tmp_path) as (_, chat):
        await chat.run("imagine", {"prompt": "a forbidden fruit"})
        moderated = chat.message(PRIVATE, "safety filter refused this prompt", "a forbidden fruit")
        buttons = moderated.locator("button.component-button")
        await expect(buttons).to_have_text(["Change the prompt", "Try again", "Remove"])
        await chat.save_screenshot("moderated", down_to=moderated)
        await chat.become("bob")
        await expect(chat.message("a forbidden fruit")).to_have_count(0)
        await chat.become("alice")
        await chat.press(moderated, "Change the prompt")
        await chat.submit({"Prompt": "an apple"})
        await expect(chat.message(READY, "an apple")).to_be_visible()
        await expect(buttons).to_have_count(0)

        broken = tmp_path / "broken.png"
        broken.write_bytes(b"not a picture")
        await chat.run("edit", {"prompt": "make it winter"}, upload={"image": broken})
        failed = chat.message(PRIVATE, "could not use the picture you wanted to edit", "make it winter")
        await expect(failed).not_to_contain_text("It said")
        await chat.save_screenshot("bad-source", down_to=failed)
        await chat.press(failed, "Use another picture")
        await expect(chat.form.get_by_role("textbox", name="What should change?")).to_have_value("make it winter")
        roof = tmp_path / "roof.png"
        roof.write_bytes(paint("a roof", "flux-dev", "400x300").data)
        await chat.form.get_by_label("The picture to edit").set_input_files(roof)
        await chat.submit()
        await expect(chat.message("your edited picture is ready", "make it winter")).to_be_visible()
        await chat.become("bob")
        await expect(chat.message(READY, "an apple")).to_be_visible()
        await expect(chat.message("your edited picture is ready", "make it winter")).to_be_visible()


async def test_waiting_and_keeping_private(browser: Browser, tmp_path: Path) -> None:
    """A queued card shows when the job starts, and moves up; a picture that is charged anyway can be kept private."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        await request(sandbox, "the first", user="bob")  # from now on, the usual time is known
        await expect(chat.message(READY, "the first")).to_be_visible()
        sandbox.fake.seconds = None
        await request(sandbox, *(f"number {number}" for number in range(1, 8)))
        last = chat.message("number 7")
        await expect(last).to_contain_text("In the queue, position 4.")
        await expect(last).to_contain_text("Estimated start: in ")
        await chat.save_screenshot("queued", down_to=last)
        await chat.press(chat.message("Painting", "number 1"), "Cancel")
        question = chat.message(PRIVATE, "it will be charged either way", "number 1")
        await chat.press(question, "Keep it private")
        await expect(chat.message(PRIVATE, "Private. Only you will get the result.", "number 1")).to_be_visible()
        await expect(chat.message("Painting", "number 1")).to_have_count(0)
        await finish_held_tasks(sandbox)
        # The tasks end one after the other, and the card shows a new position at most twice a minute.
        await expect(last).to_contain_text("In the queue, position 1.", timeout=70_000)
        kept = chat.message(PRIVATE, READY, "number 1")
        await expect(kept).to_be_visible()
        await chat.save_screenshot("kept-private", down_to=kept)
        await chat.become("bob")
        await expect(chat.message(READY, "number 2")).to_be_visible()
        await expect(chat.message("number 1")).to_have_count(0)
        await eventually(lambda: len(sandbox.fake.tasks) == 7)
