"""The buttons below a result, on the sandbox's page in Chromium. The tests save screenshots in ``test-results``.

The page can't show context menus, localised command names, files in ordinary messages, other channels or direct
messages: other tests cover those through SimCord's actors.
"""

from pathlib import Path

from playwright.async_api import Locator, expect

from flux_bot.sandbox.sandbox import SAMPLE
from tests.browser.chat import Chat, finish_held_tasks, open_sandbox_chat, restart_bot
from tests.flux.caller import eventually, picture_urls

FOX = "a red fox in the snow"
SOURCE = "The picture before the edit"


async def imagined(chat: Chat, prompt: str = FOX, **options: str) -> Locator:
    """Request pictures as the current viewer and return the result message."""
    await chat.run("imagine", {"prompt": prompt, **options}, {"size": "16:9 wide"})
    made = chat.message("ready", prompt)
    message_id = await made.get_attribute("data-message-id")
    return chat.page.locator(f"#channel-message-list [data-message-id='{message_id}']")


async def test_reroll(tmp_path: Path) -> None:
    """Anyone can reroll a picture: the new one belongs to the user who rerolled it and links to the first."""
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
    """The form contains the original options, and the result follows the changed ones."""
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
    """The form asks for one of the pictures and requires a prompt; the result shows the source."""
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
    """Both reply privately: the originals were sent, and how the picture was made."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        result = await imagined(chat)
        await chat.become("bob")
        await chat.press(result, "Save")
        await expect(chat.message("Only you can see this", "I have sent you the original")).to_be_visible()
        await chat.press(result, "Info")

        info = chat.message("Only you can see this", "How it was made", f"/imagine prompt:{FOX} model:flux-dev")
        await expect(info).to_be_visible()
        await chat.save_screenshot("info", down_to=info)
        await chat.become("alice")
        await expect(chat.message("Only you can see this")).to_have_count(0)


async def test_cancel(tmp_path: Path) -> None:
    """A running job is cancelled on its card and never posted; Try again repeats it."""
    async with open_sandbox_chat(tmp_path, hold=True) as (sandbox, chat):
        await chat.run("imagine", {"prompt": FOX}, {"size": "16:9 wide"})
        card = chat.message("Painting, started", FOX)
        await eventually(lambda: sandbox.fake.tasks)
        await chat.press(card, "Cancel")
        cancelled = chat.message("Cancelled, but the picture service had already started", FOX)
        await expect(cancelled).to_be_visible()
        await chat.save_screenshot("cancelled")
        await finish_held_tasks(sandbox)

        await chat.press(cancelled, "Try again")
        await expect(chat.message("Painting, started")).to_be_visible()
        await finish_held_tasks(sandbox)
        made = chat.message("@alice your picture is ready", FOX)
        await expect(made).to_have_count(1)
        await expect(made).not_to_contain_text("an earlier picture")
        await chat.save_screenshot("cancelled-and-made")


async def test_delete(tmp_path: Path) -> None:
    """Only the user who requested a picture can delete it; others get a private refusal."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        result = await imagined(chat)
        await chat.become("bob")
        await chat.press(result, "Delete")
        await expect(chat.message("Only you can see this", "Only the person who requested this")).to_be_visible()
        await expect(result).to_be_visible()
        await chat.save_screenshot("delete-refused")

        await chat.become("alice")
        await expect(chat.message("Only the person who requested this")).to_have_count(0)
        await chat.press(result, "Delete")
        await expect(result).to_have_count(0)
        await chat.save_screenshot("deleted")


async def test_shown_again_after_a_restart(tmp_path: Path) -> None:
    """After a restart, /show finds a picture by a word of its prompt and posts it again, and all buttons work."""
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
