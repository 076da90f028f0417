"""Private panels and languages, on the sandbox's page in Chromium. The tests save screenshots in ``test-results``.

See ``test_results.py`` for what the page can't show.
"""

import re
from pathlib import Path

from playwright.async_api import expect

from flux_bot.sandbox.drawing import paint
from tests.browser.chat import Chat, finish_held_tasks, open_sandbox_chat
from tests.flux.caller import eventually

PRIVATE = "Only you can see this"
DEFAULT = (
    "Default: FLUX.1 dev: quick and cheap",
    "Default: 1:1 square",
    "one picture",
    "Default: FLUX Kontext pro: edits pictures",
)
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


async def imagined(chat: Chat, *prompts: str) -> None:
    """Request pictures one after the other and wait for each."""
    for prompt in prompts:
        await chat.run("imagine", {"prompt": prompt})
        await expect(chat.message("your picture is ready", prompt)).to_be_visible()


async def test_history(tmp_path: Path) -> None:
    """Six pictures per page, newest first; pages turn in place; a picked picture can be shown to everyone."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await imagined(chat, *(f"picture number {number}" for number in range(1, 9)))
        await chat.run("history")
        panel = chat.message(PRIVATE, "Your pictures")
        await expect(panel).to_contain_text("page 1 of 2")
        await expect(panel.get_by_role("img", name="picture number")).to_have_count(6)
        await chat.save_screenshot("history", down_to=panel)
        await chat.press(panel, "Next")
        await expect(panel).to_contain_text("page 2 of 2")
        await expect(panel.get_by_role("img", name="picture number")).to_have_count(2)
        await expect(panel.get_by_role("button", name="Next", exact=True)).to_be_disabled()
        await chat.save_screenshot("history-page-2", down_to=panel)

        await chat.choose(panel.get_by_role("combobox"), "8. picture number 1")
        picked = chat.message(PRIVATE, "A picture by @alice", "picture number 1")
        await chat.expect_picture(picked, "picture number 1", 1)
        await chat.save_screenshot("history-picked", down_to=picked)
        await chat.press(picked, "Show here")
        await expect(chat.message("A picture by @alice", "picture number 1")).to_have_count(2)
        await chat.become("bob")
        shown = chat.message("A picture by @alice", "picture number 1")
        await expect(shown.get_by_alt_text("picture number 1", exact=True)).to_be_visible()
        await expect(panel).to_have_count(0)


async def test_history_search(tmp_path: Path) -> None:
    """A search shows only matching pictures, and says so if there are none."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await imagined(chat, "a red fox", "a lighthouse")
        await chat.run("history", {"search": "fox"})
        await expect(chat.message(PRIVATE, "Your pictures with “fox”", "1. a red fox")).to_be_visible()
        await chat.run("history", {"search": "whale"})
        await expect(chat.message(PRIVATE, "None of your pictures has “whale”")).to_be_visible()
        await chat.save_screenshot("history-search")


async def test_jobs(tmp_path: Path) -> None:
    """The panel cancels running jobs, and Refresh shows those that have finished."""
    async with open_sandbox_chat(tmp_path, hold=True) as (sandbox, chat):
        for prompt in ("a red fox", "a lighthouse"):
            await chat.run("imagine", {"prompt": prompt})
        await eventually(lambda: len(sandbox.fake.tasks) == 2)
        await chat.run("jobs")
        panel = chat.message(PRIVATE, "Your pictures")
        await expect(panel.get_by_role("button", name="Cancel")).to_have_count(2)
        await chat.save_screenshot("jobs", down_to=panel)
        await panel.get_by_role("button", name="Cancel").first.click()
        await expect(panel.get_by_role("button", name="Cancel")).to_have_count(1)
        await expect(chat.message("Cancelled, but", "a red fox")).to_have_count(1)

        await finish_held_tasks(sandbox)
        await expect(chat.message("your picture is ready", "a lighthouse")).to_be_visible()
        await chat.press(panel, "Refresh")
        await expect(panel).to_contain_text("Nothing is in progress or in the queue")
        await expect(panel).to_contain_text("Just finished")
        await expect(panel.get_by_role("link", name="show")).to_have_count(1)
        await chat.save_screenshot("jobs-refreshed", down_to=panel)


async def test_preferences(tmp_path: Path) -> None:
    """Each change is saved and applies to the next picture; the reset restores the defaults."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await chat.run("preferences")
        panel = chat.message(PRIVATE, "Your defaults")
        lists = panel.get_by_role("combobox")
        await expect(lists).to_have_text(DEFAULT)
        await chat.save_screenshot("preferences", down_to=panel)
        await chat.press(panel, "Private: off")
        await expect(panel.get_by_role("button", name="Private: on")).to_be_visible()
        for number, option in ((1, "16:9 wide"), (2, "2 pictures")):
            await chat.choose(lists.nth(number), option)
            await expect(lists.nth(number)).to_have_text(option)
        await chat.save_screenshot("preferences-changed", down_to=panel)
        await chat.run("imagine", {"prompt": "a red fox"})
        await expect(chat.message(PRIVATE, "@alice your pictures are ready", "1344x768")).to_be_visible()

        await chat.press(panel, "Reset to defaults")
        await expect(panel.get_by_role("button", name="Private: off")).to_be_visible()
        await chat.run("preferences")  # because the lists of the old message keep showing what was last chosen
        await expect(panel).to_have_count(2)
        await expect(panel.last.get_by_role("combobox")).to_have_text(DEFAULT)


async def test_edit_form_with_an_upload(tmp_path: Path) -> None:
    """/edit without options opens a form that takes a prompt and an upload; the result keeps the upload's shape."""
    photo = tmp_path / "photo.png"
    photo.write_bytes(paint("my photo", "flux-dev", "800x600", 0).data)
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await chat.run("edit")
        await chat.form.get_by_label("The picture to edit").set_input_files(photo)
        await chat.save_screenshot("edit-upload-form")
        await chat.submit({"What should change?": "make it winter"})

        result = chat.message("@alice your edited picture is ready", "flux-kontext-pro · 4:3")
        await chat.expect_picture(result, "make it winter", 4 / 3)
        await chat.expect_picture(result, "The picture before the edit", 4 / 3)
        await chat.save_screenshot("edit-uploaded", down_to=result)


async def test_a_japanese_user(tmp_path: Path) -> None:
    """Everything that only hana sees is in Japanese: panels, private cards and their buttons, forms and refusals."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await imagined(chat, "a lighthouse")
        await chat.become("hana")
        await chat.run("imagine", {"prompt": "雪の中の赤い狐"}, {"private": "True"})
        card = chat.message(PRIVATE, "@hana さん、画像が完成しました。", "雪の中の赤い狐")
        await expect(card.locator("button.component-button")).to_have_text(
            ["リロール", "リミックス", "編集", "保存", "詳細", "削除"]
        )
        await chat.save_screenshot("japanese-card", down_to=card)
        await chat.press(card, "リミックス")
        await expect(chat.form.get_by_role("textbox", name="プロンプト")).to_have_value("雪の中の赤い狐")
        await chat.save_screenshot("japanese-form")
        await chat.submit({"プロンプト": "雪の中の白い狐"}, {"縦横比": "16:9 横長"})
        await expect(chat.message(PRIVATE, "以前の画像からリミックス", "雪の中の白い狐")).to_be_visible()
        await chat.save_screenshot("japanese-remix")

        await chat.press(chat.message("@alice your picture is ready"), "Delete")
        await expect(chat.message(PRIVATE, "削除できるのは、リクエストした本人と")).to_be_visible()
        await chat.run("edit", {"prompt": "冬にする", "image_url": "写真"})
        await expect(chat.message(PRIVATE, "Webのリンクではありません。")).to_be_visible()
        await chat.save_screenshot("japanese-refusals")
        await chat.run("history")
        await expect(chat.message(PRIVATE, "あなたの画像（1/1ページ）")).to_be_visible()
        await chat.save_screenshot("japanese-history", down_to=chat.messages.last)
        await chat.run("preferences")
        await expect(chat.message(PRIVATE, "デフォルト設定", "デフォルトに戻す")).to_be_visible()
        await chat.save_screenshot("japanese-preferences", down_to=chat.messages.last)


async def test_public_cards_are_in_the_servers_language(tmp_path: Path) -> None:
    """Hana's public cards are in English, the server's language, and contain no Japanese."""
    async with open_sandbox_chat(tmp_path) as (_, chat):
        await chat.become("hana")
        await imagined(chat, "a lighthouse")
        await chat.become("bob")
        card = chat.message("@hana your picture is ready", "a lighthouse")
        await expect(card.get_by_role("button", name="Reroll")).to_be_visible()
        await expect(card).not_to_have_text(JAPANESE)
        await chat.save_screenshot("japanese-in-public", down_to=card)
