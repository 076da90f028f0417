"""Private panels and languages, on the sandbox's page in Chromium. The tests save screenshots in ``test-results``.

See ``test_results.py`` for what the page can't show.
"""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import finish_held_tasks, open_sandbox_chat, request
from tests.flux.caller import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

PRIVATE = "Only you can see this"
JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


async def test_history(browser: Browser, tmp_path: Path) -> None:
    """Six pictures per page, newest first; pages turn in place; a picked picture can be shown to everyone."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        prompts = [f"picture number {number}" for number in range(1, 8)]
        await request(sandbox, *prompts)
        for prompt in prompts:
            await expect(chat.message("your picture is ready", prompt)).to_be_visible()
        await chat.run("history", {"search": "whale"})
        await expect(chat.message(PRIVATE, "None of your pictures has “whale”")).to_be_visible()
        await chat.run("history", {"search": "number 3"})
        await expect(chat.message(PRIVATE, "Your pictures with “number 3”", "1. picture number 3")).to_be_visible()

        await chat.run("history")
        panel = chat.message(PRIVATE, "Your pictures, page")
        await expect(panel).to_contain_text("page 1 of 2")
        await expect(panel.get_by_role("img", name="picture number")).to_have_count(6)
        await chat.save_screenshot("history", down_to=panel)
        await chat.press(panel, "Next")
        await expect(panel).to_contain_text("page 2 of 2")
        await expect(panel.get_by_role("img", name="picture number")).to_have_count(1)
        await expect(panel.get_by_role("button", name="Next", exact=True)).to_be_disabled()

        await chat.choose(panel.get_by_role("combobox"), "7. picture number 1")
        picked = chat.message(PRIVATE, "A picture by @alice", "picture number 1")
        await expect(picked.get_by_alt_text("picture number 1", exact=True)).to_be_in_viewport()
        await chat.choose(picked.get_by_role("combobox"), "Show here")
        await expect(chat.message("A picture by @alice", "picture number 1")).to_have_count(2)
        await chat.become("bob")
        shown = chat.message("A picture by @alice", "picture number 1")
        await expect(shown.get_by_alt_text("picture number 1", exact=True)).to_be_visible()
        await expect(panel).to_have_count(0)


async def test_jobs(browser: Browser, tmp_path: Path) -> None:
    """The panel cancels a running job, whose card can repeat it, and Refresh shows those that have finished."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        sandbox.fake.seconds = None
        await request(sandbox, "a red fox", "a lighthouse")
        await eventually(lambda: len(sandbox.fake.tasks) == 2)
        await chat.run("jobs")
        panel = chat.message(PRIVATE, "Your pictures")
        await expect(panel.get_by_role("button", name="Cancel")).to_have_count(2)
        await chat.save_screenshot("jobs", down_to=panel)
        await panel.get_by_role("button", name="Cancel").first.click()
        question = chat.message(PRIVATE, "charged either way", "a red fox")
        await chat.save_screenshot("cancel", down_to=question)
        await chat.press(question, "Discard")
        await chat.press(panel, "Refresh")
        await expect(panel.get_by_role("button", name="Cancel")).to_have_count(1)
        await chat.press(chat.message("Cancelled, but", "a red fox"), "Try again")
        await eventually(lambda: len(sandbox.fake.tasks) == 3)

        await finish_held_tasks(sandbox)
        for prompt in ("a red fox", "a lighthouse"):
            await expect(chat.message("your picture is ready", prompt)).to_have_count(1)
        await chat.press(panel, "Refresh")
        await expect(panel).to_contain_text("Nothing is in progress or in the queue")
        await expect(panel).to_contain_text("Just finished")
        await expect(panel.get_by_role("link", name="show")).to_have_count(2)


async def test_preferences(browser: Browser, tmp_path: Path) -> None:
    """The lists show what was chosen, and the defaults after a reset."""
    async with open_sandbox_chat(browser, tmp_path) as (_, chat):
        await chat.run("preferences")
        panel = chat.message(PRIVATE, "Your defaults")
        style = panel.get_by_role("combobox").nth(3)
        await chat.choose(style, "Anime")
        await expect(style).to_contain_text("Anime")
        await chat.press(panel, "Reset to defaults")
        await expect(panel).to_contain_text("All settings are back to their defaults")
        await expect(style).to_contain_text("No style")
        await chat.save_screenshot("preferences", down_to=panel)
        await chat.press(panel, "Private: off")
        await expect(panel.get_by_role("button", name="Private: on")).to_be_visible()
        await expect(style).to_contain_text("No style")


async def test_a_japanese_user(browser: Browser, tmp_path: Path) -> None:
    """Everything that only hana sees is Japanese: panels, private cards, forms, refusals. Public cards are English."""
    async with open_sandbox_chat(browser, tmp_path) as (sandbox, chat):
        await request(sandbox, "a lighthouse", user="hana")
        card = chat.message("@hana, your picture is ready", "a lighthouse")
        await expect(card.get_by_role("button", name="Reroll")).to_be_visible()
        await expect(card).not_to_have_text(JAPANESE)
        await request(sandbox, "a harbour")
        await expect(chat.message("@alice, your picture is ready")).to_be_visible()

        await chat.become("hana")
        await chat.run("imagine", {"prompt": "雪の中の赤い狐"}, {"private": "True"})
        card = chat.message(PRIVATE, "@hana さん、画像が完成しました。", "雪の中の赤い狐")
        await expect(card.locator("button.component-button")).to_have_text(
            ["リロール", "バリエーション", "編集", "リミックス", "保存"]
        )
        await chat.save_screenshot("japanese-card", down_to=card)
        await chat.press(card, "リミックス")
        await expect(chat.form.get_by_role("textbox", name="プロンプト")).to_have_value("雪の中の赤い狐")
        await chat.save_screenshot("japanese-form")
        await chat.submit({"プロンプト": "雪の中の白い狐"}, {"縦横比": "16:9 横長"})
        await expect(chat.message(PRIVATE, "以前の画像からリミックス", "雪の中の白い狐")).to_be_visible()

        await chat.choose(chat.message("@alice, your picture is ready").get_by_role("combobox"), "Remove")
        await expect(chat.message(PRIVATE, "削除できるのは、リクエストした本人と")).to_be_visible()
        await chat.run("edit", {"prompt": "冬にする", "image_url": "写真"})
        await expect(chat.message(PRIVATE, "Webのリンクではありません。")).to_be_visible()
        await chat.run("history")
        await expect(chat.message(PRIVATE, "あなたの画像（1/1ページ）")).to_be_visible()
        await chat.run("preferences")
        await expect(chat.message(PRIVATE, "デフォルト設定", "デフォルトに戻す")).to_be_visible()
        await chat.save_screenshot("japanese-panels", down_to=chat.messages.last)
