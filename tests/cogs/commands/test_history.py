"""/history: the user's own pictures, page by page, searched by their prompts, and opened from a list."""

import asyncio
import re
from pathlib import Path

import discord
import simcord

from cogs.commands.history import PAGE_SIZE, THUMBNAIL_BYTES
from flux_bot.locales import LOCALES
from flux_bot.sandbox.faults import BadFile
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    age_jobs,
    answer,
    buttons,
    copy_job,
    forge,
    lose_message,
    lose_originals,
    make_picture,
    press,
    private_answer,
    private_text,
    prune,
    reset_interactions,
    select_menus,
    set_locale,
)
from tests.harness import BotHarness, alt_texts, gallery, picture, text_of, walk

NO_PICTURES = "You have no pictures yet. Use /imagine to make one."
NO_SUCH = "I couldn’t find that picture. Choose one from the list that appears as you type."
NOT_FOUND = "None of your pictures has “{}” in its prompt. Use /history without a search to see all of them."


async def history(harness: BotHarness, who: simcord.MemberActor | None = None, **options: str) -> discord.Message:
    """Run /history, by default as alice, and return the ephemeral message."""
    return private_answer(await (who or harness.alice).slash(harness.channel, "history", **options))


async def turn_page(harness: BotHarness, shown: discord.Message, label: str = "Next") -> discord.Message:
    """Let alice turn the page, and return the edited message."""
    result = await harness.alice.click(shown, label=label)
    assert result.followups == []
    assert answer(result).id == shown.id
    return answer(result)


async def open_picture(harness: BotHarness, shown: discord.Message, job_id: str) -> discord.Message:
    """Let alice pick a picture from the list, and return the private answer."""
    return private_answer(await harness.alice.select(shown, [job_id], custom_id="pick:"))


def listed_prompts(message: discord.Message) -> list[str]:
    """Return the prompts in a page's lines, which must match its list and its pictures."""
    title, *lines = text_of(message).splitlines()
    assert title.startswith("### Your pictures")
    found = [re.fullmatch(r"(\d+\. .*) · <t:\d+:R>( · no longer available)?", line) for line in lines]
    assert all(found)
    listed = [match[1] for match in found if match]
    (menu,) = select_menus(message).values()
    assert [option.label for option in menu.options] == listed
    there = [match[1].partition(". ")[2] for match in found if match and not match[2]]
    assert alt_texts(message) == there
    return listed


def listed_ids(message: discord.Message) -> list[str]:
    """Return the job ids in a page's list."""
    return [option.value for option in select_menus(message)["pick:"].options]


def page_buttons(message: discord.Message) -> dict[str | None, bool]:
    """Return the buttons that turn the page, and whether they are enabled."""
    return {button.label: not button.disabled for button in buttons(message).values()}


# --- pages ---------------------------------------------------------------------------------------------


async def test_one_page(tmp_path: Path) -> None:
    """A few pictures are on one private page, newest first, small and with alt texts, delivered or not."""
    async with BotHarness(tmp_path) as harness:
        cat = await make_picture(harness, "a cat", count=2)
        dog = await make_picture(harness, "a dog", private=True)
        await make_picture(harness, "a bird", who=harness.bob)
        shown = await history(harness)
        assert harness.calls[-2:] == ["reply", "edit reply"], "deferred, as fetching takes a while"
        assert text_of(shown).startswith("### Your pictures, page 1 of 1\n")
        assert listed_prompts(shown) == ["1. a dog", "2. a cat"]
        names = [file.filename.rpartition(".")[0] for file in shown.attachments]
        assert names == [f"flux-{job.id}-small" for job in (dog, cat)]
        first_of_cat = next(iter(harness.fake.files.values())).data
        assert harness.env.backend.cdn.get(shown.attachments[1].url) == first_of_cat
        assert page_buttons(shown) == {"Starred only": True}
        assert listed_prompts(await history(harness, harness.bob)) == ["1. a bird"]
        assert shown.id not in [message.id for message in harness.messages(viewer=harness.bob)]

        undelivered = {"status": "finished", "undelivered_at": 1, "result_message_id": None}
        (fox,) = await copy_job(harness, cat, "an undelivered fox", **undelivered)
        await harness.change("UPDATE jobs SET accepted_at = accepted_at + 60 WHERE id = ?", fox)
        shown = await history(harness)
        assert listed_prompts(shown) == ["1. an undelivered fox", "2. a dog", "3. a cat"]
        assert len(gallery(await open_picture(harness, shown, fox))) == 2


async def test_turning_pages(tmp_path: Path) -> None:
    """Next and Previous turn the page in the same message, from the first to the last and back."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "number 0")
        await copy_job(harness, job, *(f"number {number}" for number in range(1, 2 * PAGE_SIZE + 1)))
        first = await history(harness)
        assert listed_prompts(first) == [f"{place}. number {13 - place}" for place in range(1, 7)]
        assert page_buttons(first) == {"Previous": False, "Next": True, "Starred only": True}
        second = await turn_page(harness, first)
        assert text_of(second).startswith("### Your pictures, page 2 of 3\n")
        assert listed_prompts(second) == [f"{place}. number {13 - place}" for place in range(7, 13)]
        assert page_buttons(second) == {"Previous": True, "Next": True, "Starred only": True}
        third = await turn_page(harness, second)
        assert listed_prompts(third) == ["13. number 0"]
        assert page_buttons(third) == {"Previous": True, "Next": False, "Starred only": True}
        assert len(third.attachments) == 1
        assert listed_prompts(await turn_page(harness, third, "Previous")) == listed_prompts(second)

        # if jobs have been pruned: the nearest page, and in the end no pages and no pictures
        other = await history(harness)
        await harness.change("DELETE FROM jobs WHERE prompt NOT IN ('number 3', 'number 4')")
        assert listed_prompts(await turn_page(harness, second)) == ["1. number 4", "2. number 3"]
        await prune(harness)
        empty = await turn_page(harness, other)
        assert text_of(empty) == NO_PICTURES
        assert [gallery(empty), buttons(empty), select_menus(empty)] == [[], {}, {}]


async def test_after_a_restart(tmp_path: Path) -> None:
    """Old pages and lists still work, in their user's language; while a page is loading, a press is ignored."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await copy_job(harness, job, *["another"] * PAGE_SIZE)
        shown = await history(harness)
        await harness.restart()
        async with harness.app.bot.old_pictures.slot(harness.alice.id, lambda: asyncio.sleep(0)):
            await harness.alice.click(shown, label="Next")
        (page,) = [message for message in harness.messages(viewer=harness.alice) if message.id == shown.id]
        assert listed_prompts(page) == listed_prompts(shown)
        second = await turn_page(harness, shown)
        assert listed_prompts(second) == ["7. a cat"]
        assert alt_texts(await open_picture(harness, second, job.id)) == ["a cat"]
        set_locale(harness, "de")
        assert page_buttons(await turn_page(harness, second, "Previous")) == {
            "Zurück": False,
            "Weiter": True,
            "Nur mit Stern": True,
        }


async def test_extreme_prompts(tmp_path: Path) -> None:
    """With any prompts, a page is within Discord's limits in every language."""
    longest = "*" * 4000
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await copy_job(harness, job, *["another"] * PAGE_SIZE)
        for prompt in (longest, "# 1. [a](b) <@1> `x` ||\\" * 160, "\n- x" * 900):
            await harness.change("UPDATE jobs SET prompt = ?", prompt)
            for locale in LOCALES if prompt == longest else ["en-US"]:
                set_locale(harness, locale)
                shown = await history(harness, search=" ".join(prompt[:60].split()))
                case = f"{prompt[:10]} in {locale}"
                assert len(text_of(shown)) <= 4000, case
                assert len(text_of(shown).splitlines()) == 1 + PAGE_SIZE, case
                assert len(list(walk(shown.components))) <= 40, case
                (menu,) = select_menus(shown).values()
                assert all(1 <= len(option.label) <= 100 for option in menu.options), case
                assert all(len(text or "") <= 1024 for text in alt_texts(shown)), case


# --- searching -----------------------------------------------------------------------------------------


async def test_searching(tmp_path: Path) -> None:
    """All words of the search must be in the prompt, in any order and case; no character is a wildcard."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("FÜCHSE")
        assert text_of(await history(harness)) == NO_PICTURES
        assert text_of(await history(harness, search="füchse")) == NOT_FOUND.format("füchse")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        await copy_job(harness, job, "a dog", "a Cat_1", "a cat: 100%")
        for search, found in {
            "1 cat": ["a cat: 100%", "a Cat_1"],
            "%": ["a cat: 100%"],
            "  dog  ": ["a dog"],
            "füchse": ["FÜCHSE"],
        }.items():
            shown = await history(harness, search=search)
            title = text_of(shown).splitlines()[0]
            assert title.replace("\\", "") == f"### Your pictures with “{search.strip()}”, page 1 of 1"
            labels = [option.label for option in select_menus(shown)["pick:"].options]
            assert labels == [f"{number}. {prompt}" for number, prompt in enumerate(found, 1)], search
            assert alt_texts(shown) == found, search
        assert r". a Cat\_1 · <t:" in text_of(await history(harness, search="cat"))
        nothing = await history(harness, search="*dogs* @everyone")
        assert text_of(nothing) == NOT_FOUND.format("\\*dogs\\* \\@everyone")
        assert len(listed_ids(await history(harness, search="   "))) == 4


async def test_searching_by_pages(tmp_path: Path) -> None:
    """The search stays the same when the page is turned, whatever it contains."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "nothing of it")
        ids = await copy_job(harness, job, *["another"] * (PAGE_SIZE + 1))
        for search in ("a:b", "1:2:%", "x" * 60, "two\nlines", "<@1> *a*", "🐈" * 60):
            await harness.change("UPDATE jobs SET prompt = ? WHERE id != ?", f"{search} 1", job.id)
            shown = await history(harness, search=search)
            assert listed_ids(shown) == ids[:0:-1], search
            second = await turn_page(harness, shown)
            assert listed_ids(second) == ids[:1], search
            assert "page 2 of 2" in text_of(second), search
            assert listed_ids(await turn_page(harness, second, "Previous")) == ids[:0:-1], search


async def test_starred(tmp_path: Path) -> None:
    """Starred pictures are marked; the option and the button show only these, even in a search."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "a cat")
        nothing = private_answer(await harness.alice.slash(harness.channel, "history", starred=True))
        assert text_of(nothing).startswith("You have no starred pictures yet. Choose “Star” in the list")
        assert listed_prompts(await turn_page(harness, nothing, "All pictures")) == ["1. a cat"]
        await copy_job(harness, job, *(f"star {number}" for number in range(PAGE_SIZE + 1)), is_starred=1)
        shown = await history(harness)
        assert text_of(shown).count("⭐") == PAGE_SIZE
        assert "⭐" not in text_of(await turn_page(harness, shown)).replace("star 0 · <t:", "").splitlines()[-1]
        shown = await turn_page(harness, shown, "Starred only")
        assert text_of(shown).startswith("### Your starred pictures, page 1 of 2\n")
        shown = await turn_page(harness, shown)
        assert text_of(shown).startswith("### Your starred pictures, page 2 of 2\n")
        assert len(listed_ids(shown)) == 1
        assert page_buttons(shown) == {"Previous": True, "Next": False, "All pictures": True}
        found = private_answer(await harness.alice.slash(harness.channel, "history", starred=True, search="3"))
        assert text_of(found).startswith("### Your starred pictures with “3”, page 1 of 1\n")
        assert len(listed_ids(found)) == 1
        found = private_answer(await harness.alice.slash(harness.channel, "history", starred=True, search="cat"))
        assert text_of(found) == "None of your starred pictures has “cat” in its prompt."
        assert listed_prompts(await turn_page(harness, found, "All pictures")) == ["1. a cat"]


# --- pictures ------------------------------------------------------------------------------------------


async def test_old_pictures(tmp_path: Path) -> None:
    """Old pictures come from their messages; a lost one is listed without a picture, and its card says so."""
    async with BotHarness(tmp_path) as harness:
        cat, dog = await make_picture(harness, "a cat"), await make_picture(harness, "a dog")
        await age_jobs(harness)
        lose_originals(harness)
        shown = await history(harness)
        assert listed_prompts(shown) == ["1. a dog", "2. a cat"]
        assert alt_texts(shown) == ["a dog", "a cat"]

        for job, left in ((cat, ["a dog"]), (dog, [])):
            lose_message(harness, job)
            shown = await history(harness, search="a")
            assert [line.partition(". ")[2] for line in listed_prompts(shown) if "hat" not in line] == [
                "a dog",
                "a cat",
            ]
            assert text_of(shown).count("no longer available") == 2 - len(left)
            assert alt_texts(shown) == left
        assert text_of(await open_picture(harness, shown, cat.id)).startswith("This picture is no longer available")


async def test_large_pictures(tmp_path: Path) -> None:
    """Large pictures are shrunk for the page, and shown at full size when opened."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        large = picture(600, 400, noisy=True)
        harness.fake.faults.file = BadFile(body=large.read())
        shown = await history(harness)
        (small,) = shown.attachments
        assert large.size > THUMBNAIL_BYTES >= small.size
        assert small.filename == f"flux-{job.id}-small.webp"
        picked = await open_picture(harness, shown, job.id)
        assert picked.attachments[0].size == large.size


# --- opening -------------------------------------------------------------------------------------------


async def test_opening(tmp_path: Path) -> None:
    """A picture opens as a private card with all buttons; Show here posts it; the list stays as it is."""
    async with BotHarness(tmp_path) as harness:
        dog = await make_picture(harness, "a dog")
        job = await make_picture(harness, "a cat", count=2)
        shown = await history(harness)
        assert alt_texts(await open_picture(harness, shown, dog.id)) == ["a dog"]
        picked = await open_picture(harness, shown, job.id)
        assert text_of(picked).startswith(f"A picture by <@{harness.alice.id}>, made <t:")
        assert alt_texts(picked) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        verbs = ["reroll", "vary", "edit", "remix", "save"]
        assert list(buttons(picked)) == [f"{verb}:{job.id}" for verb in verbs]

        before = len(harness.messages())
        public = await press(harness.alice, picked, Verb.SHOW, job)
        assert not public.ephemeral
        assert alt_texts(answer(public)) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        assert list(buttons(answer(public))) == [f"{verb}:{job.id}" for verb in verbs]
        assert harness.pinged(answer(public)) == []
        assert len(harness.messages(viewer=harness.bob)) == before + 1
        (page,) = [message for message in harness.messages(viewer=harness.alice) if message.id == shown.id]
        assert listed_prompts(page) == ["1. a cat", "2. a dog"]


async def test_other_users_pictures(tmp_path: Path) -> None:
    """Whatever a client sends, users can't see the pictures of others."""
    async with BotHarness(tmp_path) as harness:
        secrets = [await make_picture(harness, "a secret cat", private=True), await make_picture(harness, "a cat")]
        own = await make_picture(harness, "a dog", who=harness.bob)
        await copy_job(harness, own, *["a dog"] * 2 * PAGE_SIZE)
        await age_jobs(harness)  # only their messages still have the pictures, so that the pages below are fast
        await harness.change("UPDATE jobs SET result_message_id = NULL")
        shown = await history(harness, harness.bob)
        for value in (*(job.id for job in secrets), "", "nonsense", "%"):
            forge(harness, "copy-00000000008", value)
            picked = await harness.bob.select(shown, ["copy-00000000008"], custom_id="pick:")
            assert private_text(picked) == NO_SUCH, value
        pages: dict[str, str] = {}
        for forged in ("0:", "-1:", "2:", "999999:", "9999999:", "²:", "x:", ":", "", "1", "1:dog", "2:%:a", "1:cat"):
            reset_interactions(harness)
            shown = await history(harness, harness.bob)
            forge(harness, "history:2:", f"history:{forged}")
            page = text_of(answer(await harness.bob.click(shown, label="Next")))
            assert "a cat" not in page, forged
            pages[forged] = page.splitlines()[0]
        first, title = "### Your pictures, page 1 of 3", "### Your pictures"
        assert pages == dict.fromkeys(pages, first) | {
            "2:": f"{title}, page 2 of 3",
            "999999:": f"{title}, page 3 of 3",
            "1:dog": f"{title} with “dog”, page 1 of 3",
            "2:%:a": NOT_FOUND.format("%\\:a"),
            "1:cat": NOT_FOUND.format("cat"),
        }
