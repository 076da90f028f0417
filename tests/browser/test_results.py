"""The buttons under a result, on the sandbox's page in Chromium. Each test leaves a picture in ``test-results``.

The page can't show context menus, the commands' names in other languages, files in ordinary messages, other channels
or direct messages: those are tested through SimCord's actors elsewhere.
"""

from pathlib import Path

from playwright.async_api import Locator, expect

from flux_bot.sandbox.sandbox import SAMPLE
from tests.browser.chat import Chat, finish_held_tasks, open_sandbox_chat, restart_bot
from tests.flux.caller import eventually, picture_urls

FOX = "a red fox in the snow"
SOURCE = "The picture that was changed"


async def imagined(chat: Chat, prompt: str = FOX, **options: str) -> Locator:
    """Ask for pictures as who is viewing, and return the result once it is there."""
    await chat.run("imagine", {"prompt": prompt, **options}, {"size": "16:9 wide"})
    made = chat.message("ready", prompt)
    message_id = await made.get_attribute("data-message-id")
    return chat.page.locator(f"#channel-message-list [data-message-id='{message_id}']")


async def test_reroll(tmp_path: Path) -> None:
    """Anybody asks for the same again: another picture comes, is whose press it was, and leads to the first."""
    async with open_sandbox_chat(tmp_path) as (sandbox, chat):
        first = await imagined(chat)
        await chat.become("bob")
        await chat.press(first, "Reroll")

        again = chat.message("@bob your picture is ready", "Rerolled from an earlier picture", FOX)
        await chat.expect_picture(again, FOX, 1344 / 768)
        link = await again.get_by_role("link", name="an earlier picture").get_attribute("href")
        assert str(link).endswith(f"/{sandbox.discord.channel.id}/{await first.get_attribute('data-message-id')}")
        assert len({picture.data for name, picture in sandbox.fake.files.items() if name != SAMPLE}) == 2
        await chat.save_screenshot("reroll", down_to=again)


async def test_remix(tmp_path: Path) -> None:
    """The form is filled in with what was asked; what is changed in it is what is made."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await chat.press(await imagined(chat), "Remix")
        await expect(chat.form.get_by_role("textbox", name="Prompt")).to_have_value(FOX)
        await expect(chat.form.get_by_role("combobox", name="Model")).to_have_text("FLUX.1 dev: quick and cheap")
        await expect(chat.form.get_by_role("radio", name="1")).to_be_checked()
        await chat.save_screenshot("remix-form")
        await chat.submit({"Prompt": "a red fox in a meadow"}, {"Model": "FLUX.2 max", "Shape": "1:1 square"})

        result = chat.message("@alice your picture is ready", "Remixed from an earlier picture", "flux-2-max")
        await chat.expect_picture(result, "a red fox in a meadow", 1)
        await expect(chat.form).to_have_count(0)
        await chat.save_screenshot("remix", down_to=result)


async def test_edit_from_a_result(tmp_path: Path) -> None:
    """The form asks for one of the pictures and will not go without words; the result shows what was changed."""
    async with open_sandbox_chat(tmp_path) as (sandbox, chat):
        first = await imagined(chat, count="2")
        await chat.press(first, "Edit")
        await chat.submit(choose={"Which picture?": "Picture 2"})
        await expect(chat.form.locator(".field-error")).to_have_text("This field is required.")
        await chat.save_screenshot("edit-form")
        await chat.submit({"What should change?": "make it night"})

        result = chat.message("@alice your edited picture is ready", "Edited from an earlier picture")
        await chat.expect_picture(result, "make it night", 16 / 9)
        await chat.expect_picture(result, SOURCE, 1344 / 768)
        made, edited = sandbox.fake.tasks.values()
        assert edited.request["image_url"] == picture_urls(made)[1]
        await chat.save_screenshot("edit-from-result", down_to=result)


async def test_save_and_info(tmp_path: Path) -> None:
    """Both answer privately: that the originals are on their way, and how the picture was made."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        result = await imagined(chat)
        await chat.become("bob")
        await chat.press(result, "Save")
        await expect(chat.message("Only you can see this", "I have sent you the original")).to_be_visible()
        await chat.press(result, "Info")

        told = chat.message("Only you can see this", "How it was made", f"/imagine prompt:{FOX} model:flux-dev")
        await expect(told).to_be_visible()
        await chat.save_screenshot("info", down_to=told)
        await chat.become("alice")
        await expect(chat.message("Only you can see this")).to_have_count(0)


async def test_cancel(tmp_path: Path) -> None:
    """A picture that is being made is cancelled on its card, never comes, and is asked for once more from there."""
    async with open_sandbox_chat(tmp_path, hold=True) as (sandbox, chat):
        await chat.run("imagine", {"prompt": FOX}, {"size": "16:9 wide"})
        card = chat.message("Painting since", FOX)
        await eventually(lambda: sandbox.fake.tasks)
        await chat.press(card, "Cancel")
        cancelled = chat.message("Cancelled, but the picture service had already begun", FOX)
        await expect(cancelled).to_be_visible()
        await chat.save_screenshot("cancelled")
        await finish_held_tasks(sandbox)

        await chat.press(cancelled, "Try again")
        await expect(chat.message("Painting since")).to_be_visible()
        await finish_held_tasks(sandbox)
        made = chat.message("@alice your picture is ready", FOX)
        await expect(made).to_have_count(1)
        await expect(made).not_to_contain_text("an earlier picture")
        await chat.save_screenshot("cancelled-and-made")


async def test_delete(tmp_path: Path) -> None:
    """Who did not ask for a picture is told privately that they can't delete it; who did, can."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        result = await imagined(chat)
        await chat.become("bob")
        await chat.press(result, "Delete")
        await expect(chat.message("Only you can see this", "Only who asked for it")).to_be_visible()
        await expect(result).to_be_visible()
        await chat.save_screenshot("delete-refused")

        await chat.become("alice")
        await expect(chat.message("Only who asked for it")).to_have_count(0)
        await chat.press(result, "Delete")
        await expect(result).to_have_count(0)
        await chat.save_screenshot("deleted")


async def test_shown_again_after_a_restart(tmp_path: Path) -> None:
    """A picture is found by a word of its prompt and posted again by a bot that was restarted; its buttons work."""
    async with open_sandbox_chat(tmp_path) as (sandbox, chat):
        await imagined(chat, "a lighthouse at dawn")
        first = await imagined(chat)
        async with restart_bot(sandbox, chat, tmp_path):
            await chat.run("show", pick={"job": "fox"})
            shown = chat.message("A picture by @alice", FOX)
            await chat.expect_picture(shown, FOX, 1344 / 768)
            await chat.save_screenshot("shown-again", down_to=shown)

            for card, maker in ((shown, "bob"), (first, "carol")):
                await chat.become(maker)
                await chat.press(card, "Reroll")
                await expect(chat.message(f"@{maker} your picture is ready", "Rerolled from", FOX)).to_be_visible()
            await chat.save_screenshot("rerolled-after-restart")
