"""/history: the user's own pictures, page by page, searched by their prompts, and opened from a list."""

import re
from pathlib import Path

import discord
import pytest
import simcord

from cogs.commands.history import PAGE_SIZE, THUMBNAIL_BYTES
from flux_bot.locales import LOCALES
from flux_bot.sandbox.faults import BadFile
from tests.finished_jobs import (
    age_jobs,
    answer,
    buttons,
    copy_job,
    forge,
    lose_message,
    lose_originals,
    make_picture,
    mark_undelivered,
    private_answer,
    reset_interactions,
    select_menus,
    set_locale,
)
from tests.harness import BotHarness, alt_texts, gallery, picture, text_of, walk

NO_PICTURES = "You have no pictures yet. Use /imagine to make one."
NO_SUCH = "I couldn’t find that picture. Choose one from the list that appears as you type."


async def history(harness: BotHarness, who: simcord.MemberActor | None = None, **options: str) -> discord.Message:
    """Run /history, by default as alice, and return the ephemeral message."""
    return private_answer(await (who or harness.alice).slash(harness.channel, "history", **options))


async def turn_page(harness: BotHarness, shown: discord.Message, label: str = "Next") -> discord.Message:
    """Let alice turn the page, and return the edited message."""
    result = await harness.alice.click(shown, label=label)
    assert result.followups == []
    assert answer(result).id == shown.id
    return answer(result)


def listed_prompts(message: discord.Message) -> list[str]:
    """Return the prompts in a page's lines; its list and its pictures must be the same."""
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


def page_buttons(message: discord.Message) -> dict[str | None, bool]:
    """Return the buttons that turn the page, and whether they are enabled."""
    return {button.label: not button.disabled for button in buttons(message).values()}


# --- pages -------------------------------------------------------------------------------------------


async def test_no_pictures(tmp_path: Path) -> None:
    """A user without pictures is told how to make one, whatever others have."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await harness.start_job()
        assert text_of(await history(harness)) == NO_PICTURES
        assert text_of(await history(harness, search="cat")) == (
            "None of your pictures has “cat” in its prompt. Use /history without a search to see all of them."
        )


async def test_one_page(tmp_path: Path) -> None:
    """A few pictures are on one private page, newest first, small and with alt texts."""
    async with BotHarness(tmp_path) as harness:
        cat = await make_picture(harness, "a cat", count=2)
        dog = await make_picture(harness, "a dog", private=True)
        await make_picture(harness, "a bird", who=harness.bob)
        shown = await history(harness)
        assert text_of(shown).startswith("### Your pictures, page 1 of 1\n")
        assert listed_prompts(shown) == ["1. a dog", "2. a cat"]
        names = [file.filename.rpartition(".")[0] for file in shown.attachments]
        assert names == [f"flux-{job.id}-small" for job in (dog, cat)]
        first_of_cat = next(iter(harness.fake.files.values())).data
        assert harness.env.backend.cdn.get(shown.attachments[1].url) == first_of_cat
        assert page_buttons(shown) == {}
        assert listed_prompts(await history(harness, harness.bob)) == ["1. a bird"]
        assert [message.id for message in harness.messages(viewer=harness.bob)].count(shown.id) == 0


async def test_turning_pages(tmp_path: Path) -> None:
    """Next and Previous turn the page in the same message, from the first to the last and back."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "number 0")
        await copy_job(harness, job, *(f"number {number}" for number in range(1, 2 * PAGE_SIZE + 1)))
        first = await history(harness)
        assert listed_prompts(first) == [f"{place}. number {13 - place}" for place in range(1, 7)]
        assert page_buttons(first) == {"Previous": False, "Next": True}
        second = await turn_page(harness, first)
        assert text_of(second).startswith("### Your pictures, page 2 of 3\n")
        assert listed_prompts(second) == [f"{place}. number {13 - place}" for place in range(7, 13)]
        assert page_buttons(second) == {"Previous": True, "Next": True}
        third = await turn_page(harness, second)
        assert listed_prompts(third) == ["13. number 0"]
        assert page_buttons(third) == {"Previous": True, "Next": False}
        assert len(third.attachments) == 1
        assert listed_prompts(await turn_page(harness, third, "Previous")) == listed_prompts(second)


async def test_a_page_that_no_longer_exists(tmp_path: Path) -> None:
    """If pictures were pruned in the meantime, the nearest page is shown."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await copy_job(harness, job, *(f"number {number}" for number in range(2 * PAGE_SIZE)))
        first = await history(harness)
        await harness.change("DELETE FROM jobs WHERE prompt LIKE 'number%' AND prompt != 'number 1'")
        assert listed_prompts(await turn_page(harness, first)) == ["1. number 1", "2. a cat"]


async def test_all_pruned_while_it_is_open(tmp_path: Path) -> None:
    """If all pictures were pruned in the meantime, neither pages nor pictures remain."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await copy_job(harness, job, *["another"] * PAGE_SIZE)
        shown = await history(harness)
        await harness.change("DELETE FROM jobs")
        empty = await turn_page(harness, shown)
        assert text_of(empty) == NO_PICTURES
        assert gallery(empty) == []
        assert not buttons(empty)
        assert not select_menus(empty)


async def test_after_a_restart(tmp_path: Path) -> None:
    """Pages and lists from before a restart still work, in the language of their user."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await copy_job(harness, job, *["another"] * PAGE_SIZE)
        shown = await history(harness)
        await harness.restart()
        second = await turn_page(harness, shown)
        assert listed_prompts(second) == ["7. a cat"]
        picked = await harness.alice.select(second, [job.id], custom_id="pick:")
        assert alt_texts(private_answer(picked)) == ["a cat"]
        set_locale(harness, "de")
        assert page_buttons(await turn_page(harness, second, "Previous")) == {"Zurück": False, "Weiter": True}


@pytest.mark.parametrize("prompt", ["*" * 4000, "# 1. [a](b) <@1> `x` ||\\" * 160, "\n- x" * 900], ids=["*", "#", "-"])
async def test_extreme_prompts(tmp_path: Path, prompt: str) -> None:
    """With any prompts a page is within Discord's limits, in every language."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, prompt)
        await copy_job(harness, job, *[prompt] * PAGE_SIZE)
        for locale in LOCALES:
            set_locale(harness, locale)
            shown = await history(harness, search=" ".join(prompt[:60].split()))
            assert len(text_of(shown)) <= 4000
            assert len(text_of(shown).splitlines()) == 1 + PAGE_SIZE
            assert len(list(walk(shown.components))) <= 40
            (menu,) = select_menus(shown).values()
            assert all(1 <= len(option.label) <= 100 for option in menu.options)
            assert all(len(text or "") <= 1024 for text in alt_texts(shown))


# --- searching ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("CAT", ["a cat: 100%", "a Cat_1"]),
        ("1 cat", ["a cat: 100%", "a Cat_1"]),
        ("%", ["a cat: 100%"]),
        ("_", ["a Cat_1"]),
        (":", ["a cat: 100%"]),
        ("  dog  ", ["a dog"]),
        ("füchse", ["FÜCHSE"]),
    ],
)
async def test_searching(tmp_path: Path, search: str, found: list[str]) -> None:
    """All words of the search must be in the prompt, in any order and case; no character is a wildcard."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "FÜCHSE")
        await copy_job(harness, job, "a dog", "a Cat_1", "a cat: 100%")
        shown = await history(harness, search=search)
        title = text_of(shown).splitlines()[0]
        assert title.replace("\\", "") == f"### Your pictures with “{search.strip()}”, page 1 of 1"
        listed = [option.label for option in select_menus(shown)["pick:"].options]
        assert listed == [f"{number}. {prompt}" for number, prompt in enumerate(found, 1)]
        assert alt_texts(shown) == found


@pytest.mark.parametrize("search", ["a", "a:b", "1:2:%", "x" * 60, "two\nlines", "<@1> *a*", "🐈" * 60])
async def test_searching_by_pages(tmp_path: Path, search: str) -> None:
    """The search stays the same when the page is turned, whatever it contains."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "nothing of it")
        ids = await copy_job(harness, job, *(f"{search} {number}" for number in range(PAGE_SIZE + 1)))
        shown = await history(harness, search=search)
        assert [option.value for option in select_menus(shown)["pick:"].options] == ids[:0:-1]
        second = await turn_page(harness, shown)
        assert [option.value for option in select_menus(second)["pick:"].options] == ids[:1]
        assert "page 2 of 2" in text_of(second)
        first = await turn_page(harness, second, "Previous")
        assert [option.value for option in select_menus(first)["pick:"].options] == ids[:0:-1]


async def test_nothing_found(tmp_path: Path) -> None:
    """A search without results is repeated, escaped."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness)
        shown = await history(harness, search="*dogs* @everyone")
        assert text_of(shown) == (
            "None of your pictures has “\\*dogs\\* \\@everyone” in its prompt. "
            "Use /history without a search to see all of them."
        )
        assert listed_prompts(await history(harness, search="   ")) == ["1. a cat"]


# --- pictures ----------------------------------------------------------------------------------------


async def test_pictures_found_through_their_messages(tmp_path: Path) -> None:
    """If the originals are gone, the pictures come from the messages that show them."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness, "a cat")
        await make_picture(harness, "a dog")
        await age_jobs(harness)
        lose_originals(harness)
        assert listed_prompts(await history(harness)) == ["1. a dog", "2. a cat"]
        assert len(gallery(await history(harness))) == 2


async def test_lost_pictures(tmp_path: Path) -> None:
    """A lost picture is still listed without its picture; opened, it says so."""
    async with BotHarness(tmp_path) as harness:
        cat = await make_picture(harness, "a cat")
        await make_picture(harness, "a dog")
        await age_jobs(harness)
        lose_message(harness, cat)
        shown = await history(harness)
        assert listed_prompts(shown) == ["1. a dog", "2. a cat"]
        assert text_of(shown).endswith("no longer available")
        assert alt_texts(shown) == ["a dog"]
        picked = await harness.alice.select(shown, [cat.id], custom_id="pick:")
        assert text_of(private_answer(picked)).startswith("This picture is no longer available")


async def test_all_pictures_lost(tmp_path: Path) -> None:
    """A page whose pictures are all lost still works, and so does the next."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await copy_job(harness, job, *["another"] * PAGE_SIZE)
        await age_jobs(harness)
        lose_message(harness, job)
        shown = await history(harness)
        assert listed_prompts(shown) == [f"{number}. another" for number in range(1, 7)]
        assert gallery(shown) == []
        assert listed_prompts(await turn_page(harness, shown)) == ["7. a cat"]


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
        picked = answer(await harness.alice.select(shown, [job.id], custom_id="pick:"))
        assert picked.attachments[0].size == large.size


async def test_an_undelivered_picture(tmp_path: Path) -> None:
    """A picture that could not be delivered is in the history too."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        shown = await history(harness)
        assert listed_prompts(shown) == ["1. a cat"]
        picked = await harness.alice.select(shown, [job.id], custom_id="pick:")
        assert alt_texts(private_answer(picked)) == ["a cat"]


# --- opening -----------------------------------------------------------------------------------------


async def test_opening_one(tmp_path: Path) -> None:
    """It opens as a private card with working private controls; Show here posts it publicly."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness, "a dog")
        job = await make_picture(harness, "a cat", count=2)
        shown = await history(harness)
        picked = private_answer(await harness.alice.select(shown, [job.id], custom_id="pick:"))
        assert text_of(picked).startswith(f"A picture by <@{harness.alice.id}>, made <t:")
        assert alt_texts(picked) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        verbs = ["reroll", "remix", "edit", "save", "info", "delete", "show"]
        assert list(buttons(picked)) == [f"{verb}:{job.id}" for verb in verbs]

        before = len(harness.messages())
        public = await harness.alice.click(picked, custom_id=f"show:{job.id}")
        assert not public.ephemeral
        assert alt_texts(answer(public)) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        assert list(buttons(answer(public))) == [f"{verb}:{job.id}" for verb in verbs[:-1]]
        assert harness.pinged(answer(public)) == []
        assert len(harness.messages(viewer=harness.bob)) == before + 1

        rerolled = await harness.alice.click(picked, custom_id=f"reroll:{job.id}")
        assert rerolled.ephemeral
        await harness.wait_for_message("your pictures are ready", "Rerolled from", viewer=harness.alice)
        assert len(harness.messages(viewer=harness.bob)) == before + 1


async def test_opening_several(tmp_path: Path) -> None:
    """The list stays as it is, so several pictures can be opened one after another."""
    async with BotHarness(tmp_path) as harness:
        jobs = [await make_picture(harness, prompt) for prompt in ("a cat", "a dog")]
        shown = await history(harness)
        for job in jobs:
            picked = await harness.alice.select(shown, [job.id], custom_id="pick:")
            assert alt_texts(private_answer(picked)) == [job.request.prompt]
        assert listed_prompts(
            next(message for message in harness.messages(viewer=harness.alice) if message.id == shown.id)
        )


async def test_editing_an_old_picture(tmp_path: Path) -> None:
    """A picture that only its message still shows can be edited from the private card."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await age_jobs(harness)
        lose_originals(harness)
        picked = answer(await harness.alice.select(await history(harness), [job.id], custom_id="pick:"))
        opened = await harness.alice.click(picked, custom_id=f"edit:{job.id}")
        harness.fake.faults.file = BadFile()
        await harness.alice.submit_modal(opened, {"prompt": "add a hat", "model": ["flux-kontext-pro"]})
        await harness.wait_for_message("your edited picture is ready", "add a hat", viewer=harness.alice)


# --- other users -------------------------------------------------------------------------------------


async def test_other_users_pictures(tmp_path: Path) -> None:
    """Whatever a client sends, users can't see the pictures of others."""
    async with BotHarness(tmp_path) as harness:
        secrets = [await make_picture(harness, "a secret cat", private=True), await make_picture(harness, "a cat")]
        own = await make_picture(harness, "a dog", who=harness.bob)
        await copy_job(harness, own, *["a dog"] * PAGE_SIZE)
        shown = await history(harness, harness.bob)
        for value in (*(job.id for job in secrets), "", "nonsense", "%"):
            forge(harness, "copy-00000000003", value)
            picked = await harness.bob.select(shown, ["copy-00000000003"], custom_id="pick:")
            assert text_of(private_answer(picked)) == NO_SUCH
        for forged in ("0:", "-1:", "999999:", "9999999:", "²:", "x:", ":", "", "1", "1:dog", "2:%:a"):
            forge(harness, "history:2:", f"history:{forged}")
            turned_to = await harness.bob.click(shown, label="Next")
            assert "cat" not in text_of(answer(turned_to))
            assert set(alt_texts(answer(turned_to))) <= {"a dog"}
            reset_interactions(harness)
            shown = await history(harness, harness.bob)
        forge(harness, "history:2:", "history:1:cat")
        nothing = await harness.bob.click(shown, label="Next")
        assert text_of(answer(nothing)).startswith("None of your pictures has “cat”")
