"""/history: one's own pictures, page by page, searched by their words, and opened from a list."""

import re
from pathlib import Path

import discord
import pytest
import simcord

from cogs.commands.history import PAGE_SIZE, THUMBNAIL_BYTES
from flux_bot.locales import LOCALES
from flux_bot.sandbox.faults import BadFile
from tests.finished_jobs import (
    answer,
    behave,
    buttons,
    copies,
    forge,
    grow_old,
    lists,
    lose_message,
    lose_originals,
    made,
    mark_undelivered,
    private_answer,
    speak,
)
from tests.harness import BotHarness, alt_texts, gallery, picture, walk, words

NO_PICTURES = "You have no pictures yet. Use /imagine to make one."
NO_SUCH = "I couldn’t find that picture. Choose one from the list that appears as you type."


async def history(harness: BotHarness, who: simcord.MemberActor | None = None, **options: str) -> discord.Message:
    """Let somebody look through their pictures, alice unless told otherwise, and return what only they see."""
    return private_answer(await (who or harness.alice).slash(harness.channel, "history", **options))


async def turned(harness: BotHarness, shown: discord.Message, label: str = "Next") -> discord.Message:
    """Let alice turn the page, and return the same message as it is then."""
    result = await harness.alice.click(shown, label=label)
    assert result.followups == []
    assert answer(result).id == shown.id
    return answer(result)


def page(message: discord.Message) -> list[str]:
    """Return the prompts of the pictures on a page, by its lines; its list and its pictures must be the same."""
    title, *lines = words(message).splitlines()
    assert title.startswith("### Your pictures")
    found = [re.fullmatch(r"(\d+\. .*) · <t:\d+:R>( · no longer available)?", line) for line in lines]
    assert all(found)
    listed = [match[1] for match in found if match]
    (menu,) = lists(message).values()
    assert [option.label for option in menu.options] == listed
    there = [match[1].partition(". ")[2] for match in found if match and not match[2]]
    assert alt_texts(message) == there
    return listed


def turns(message: discord.Message) -> dict[str | None, bool]:
    """Return the buttons that turn the page, and whether they can be pressed."""
    return {button.label: not button.disabled for button in buttons(message).values()}


# --- pages -------------------------------------------------------------------------------------------


async def test_no_pictures(tmp_path: Path) -> None:
    """Who has none yet reads how to make one, whatever others have."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await harness.held()
        assert words(await history(harness)) == NO_PICTURES
        assert words(await history(harness, search="cat")) == (
            "None of your pictures has “cat” in its prompt. Use /history without a search to see all of them."
        )


async def test_one_page(tmp_path: Path) -> None:
    """Few pictures stand on one page, the latest first, small and with what is read aloud of them; only for oneself."""
    async with BotHarness(tmp_path) as harness:
        cat = await made(harness, "a cat", count=2)
        dog = await made(harness, "a dog", private=True)
        await made(harness, "a bird", who=harness.bob)
        shown = await history(harness)
        assert words(shown).startswith("### Your pictures, page 1 of 1\n")
        assert page(shown) == ["1. a dog", "2. a cat"]
        names = [file.filename.rpartition(".")[0] for file in shown.attachments]
        assert names == [f"flux-{job.id}-small" for job in (dog, cat)]
        first_of_cat = next(iter(harness.fake.files.values())).data
        assert harness.env.backend.cdn.get(shown.attachments[1].url) == first_of_cat
        assert turns(shown) == {}
        assert page(await history(harness, harness.bob)) == ["1. a bird"]
        assert [message.id for message in harness.messages(viewer=harness.bob)].count(shown.id) == 0


async def test_turning_pages(tmp_path: Path) -> None:
    """Next and previous turn the page in the same message, from the first to the last and back."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, "number 0")
        await copies(harness, job, *(f"number {number}" for number in range(1, 2 * PAGE_SIZE + 1)))
        first = await history(harness)
        assert page(first) == [f"{place}. number {13 - place}" for place in range(1, 7)]
        assert turns(first) == {"Previous": False, "Next": True}
        second = await turned(harness, first)
        assert words(second).startswith("### Your pictures, page 2 of 3\n")
        assert page(second) == [f"{place}. number {13 - place}" for place in range(7, 13)]
        assert turns(second) == {"Previous": True, "Next": True}
        third = await turned(harness, second)
        assert page(third) == ["13. number 0"]
        assert turns(third) == {"Previous": True, "Next": False}
        assert len(third.attachments) == 1
        assert page(await turned(harness, third, "Previous")) == page(second)


async def test_a_page_that_is_not_there_any_more(tmp_path: Path) -> None:
    """When pictures have been forgotten meanwhile the nearest page is shown."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await copies(harness, job, *(f"number {number}" for number in range(2 * PAGE_SIZE)))
        first = await history(harness)
        await harness.change("DELETE FROM jobs WHERE prompt LIKE 'number%' AND prompt != 'number 1'")
        assert page(await turned(harness, first)) == ["1. number 1", "2. a cat"]


async def test_all_forgotten_while_it_is_open(tmp_path: Path) -> None:
    """Nothing of the pages is left then, and no picture."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await copies(harness, job, *["another"] * PAGE_SIZE)
        shown = await history(harness)
        await harness.change("DELETE FROM jobs")
        empty = await turned(harness, shown)
        assert words(empty) == NO_PICTURES
        assert gallery(empty) == []
        assert not buttons(empty)
        assert not lists(empty)


async def test_after_a_restart(tmp_path: Path) -> None:
    """Pages and lists that were opened before a restart work after it, in the language of who presses."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await copies(harness, job, *["another"] * PAGE_SIZE)
        shown = await history(harness)
        await harness.restart()
        second = await turned(harness, shown)
        assert page(second) == ["7. a cat"]
        picked = await harness.alice.select(second, [job.id], custom_id="pick:")
        assert alt_texts(private_answer(picked)) == ["a cat"]
        speak(harness, "de")
        assert turns(await turned(harness, second, "Previous")) == {"Zurück": False, "Weiter": True}


@pytest.mark.parametrize("prompt", ["*" * 4000, "# 1. [a](b) <@1> `x` ||\\" * 160, "\n- x" * 900], ids=["*", "#", "-"])
async def test_nasty_prompts(tmp_path: Path, prompt: str) -> None:
    """However long and odd the prompts are, a page keeps Discord's limits, in every language."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, prompt)
        await copies(harness, job, *[prompt] * PAGE_SIZE)
        for locale in LOCALES:
            speak(harness, locale)
            shown = await history(harness, search=" ".join(prompt[:60].split()))
            assert len(words(shown)) <= 4000
            assert len(words(shown).splitlines()) == 1 + PAGE_SIZE
            assert len(list(walk(shown.components))) <= 40
            (menu,) = lists(shown).values()
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
    """All words that are looked for are in the prompts, in any order and case, and no sign is a wildcard."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, "FÜCHSE")
        await copies(harness, job, "a dog", "a Cat_1", "a cat: 100%")
        shown = await history(harness, search=search)
        title = words(shown).splitlines()[0]
        assert title.replace("\\", "") == f"### Your pictures with “{search.strip()}”, page 1 of 1"
        listed = [option.label for option in lists(shown)["pick:"].options]
        assert listed == [f"{number}. {prompt}" for number, prompt in enumerate(found, 1)]
        assert alt_texts(shown) == found


@pytest.mark.parametrize("search", ["a", "a:b", "1:2:%", "x" * 60, "two\nlines", "<@1> *a*", "🐈" * 60])
async def test_searching_by_pages(tmp_path: Path, search: str) -> None:
    """What is looked for stays when the page is turned, whatever it is."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, "nothing of it")
        ids = await copies(harness, job, *(f"{search} {number}" for number in range(PAGE_SIZE + 1)))
        shown = await history(harness, search=search)
        assert [option.value for option in lists(shown)["pick:"].options] == ids[:0:-1]
        second = await turned(harness, shown)
        assert [option.value for option in lists(second)["pick:"].options] == ids[:1]
        assert "page 2 of 2" in words(second)
        first = await turned(harness, second, "Previous")
        assert [option.value for option in lists(first)["pick:"].options] == ids[:0:-1]


async def test_nothing_found(tmp_path: Path) -> None:
    """What was looked for is repeated, harmlessly."""
    async with BotHarness(tmp_path) as harness:
        await made(harness)
        shown = await history(harness, search="*dogs* @everyone")
        assert words(shown) == (
            "None of your pictures has “\\*dogs\\* \\@everyone” in its prompt. "
            "Use /history without a search to see all of them."
        )
        assert page(await history(harness, search="   ")) == ["1. a cat"]


# --- pictures ----------------------------------------------------------------------------------------


async def test_pictures_found_through_their_messages(tmp_path: Path) -> None:
    """When the originals are gone the pictures come from the messages that show them."""
    async with BotHarness(tmp_path) as harness:
        await made(harness, "a cat")
        await made(harness, "a dog")
        await grow_old(harness)
        lose_originals(harness)
        assert page(await history(harness)) == ["1. a dog", "2. a cat"]
        assert len(gallery(await history(harness))) == 2


async def test_pictures_no_longer_to_be_had(tmp_path: Path) -> None:
    """What is nowhere any more is still listed, without a picture; picked, it says so in kind words."""
    async with BotHarness(tmp_path) as harness:
        cat = await made(harness, "a cat")
        await made(harness, "a dog")
        await grow_old(harness)
        lose_message(harness, cat)
        shown = await history(harness)
        assert page(shown) == ["1. a dog", "2. a cat"]
        assert words(shown).endswith("no longer available")
        assert alt_texts(shown) == ["a dog"]
        picked = await harness.alice.select(shown, [cat.id], custom_id="pick:")
        assert words(private_answer(picked)).startswith("This picture is no longer available")


async def test_no_picture_at_all(tmp_path: Path) -> None:
    """A page whose pictures are all lost is a page all the same, and so is the next."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await copies(harness, job, *["another"] * PAGE_SIZE)
        await grow_old(harness)
        lose_message(harness, job)
        shown = await history(harness)
        assert page(shown) == [f"{number}. another" for number in range(1, 7)]
        assert gallery(shown) == []
        assert page(await turned(harness, shown)) == ["7. a cat"]


async def test_large_pictures(tmp_path: Path) -> None:
    """They are made small for the page, and shown whole when picked."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        large = picture(600, 400, noisy=True)
        harness.fake.faults.file = BadFile(body=large.read())
        shown = await history(harness)
        (small,) = shown.attachments
        assert large.size > THUMBNAIL_BYTES >= small.size
        assert small.filename == f"flux-{job.id}-small.webp"
        picked = answer(await harness.alice.select(shown, [job.id], custom_id="pick:"))
        assert picked.attachments[0].size == large.size


async def test_a_kept_one(tmp_path: Path) -> None:
    """What could not be delivered is in the history too."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        shown = await history(harness)
        assert page(shown) == ["1. a cat"]
        picked = await harness.alice.select(shown, [job.id], custom_id="pick:")
        assert alt_texts(private_answer(picked)) == ["a cat"]


# --- one of them -------------------------------------------------------------------------------------


async def test_picking_one(tmp_path: Path) -> None:
    """It opens as a private card whose controls work, privately; "Show here" posts it for all to see."""
    async with BotHarness(tmp_path) as harness:
        await made(harness, "a dog")
        job = await made(harness, "a cat", count=2)
        shown = await history(harness)
        picked = private_answer(await harness.alice.select(shown, [job.id], custom_id="pick:"))
        assert words(picked).startswith(f"A picture by <@{harness.alice.id}>, made <t:")
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
        await harness.sees("your pictures are ready", "Rerolled from", viewer=harness.alice)
        assert len(harness.messages(viewer=harness.bob)) == before + 1


async def test_picking_several(tmp_path: Path) -> None:
    """The list stays as it is, so that one after the other can be opened."""
    async with BotHarness(tmp_path) as harness:
        jobs = [await made(harness, prompt) for prompt in ("a cat", "a dog")]
        shown = await history(harness)
        for job in jobs:
            picked = await harness.alice.select(shown, [job.id], custom_id="pick:")
            assert alt_texts(private_answer(picked)) == [job.request.prompt]
        assert page(next(message for message in harness.messages(viewer=harness.alice) if message.id == shown.id))


async def test_editing_an_old_one(tmp_path: Path) -> None:
    """What only its message still shows can be changed from the private card."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await grow_old(harness)
        lose_originals(harness)
        picked = answer(await harness.alice.select(await history(harness), [job.id], custom_id="pick:"))
        opened = await harness.alice.click(picked, custom_id=f"edit:{job.id}")
        harness.fake.faults.file = BadFile()
        await harness.alice.submit_modal(opened, {"prompt": "add a hat", "model": ["flux-kontext-pro"]})
        await harness.sees("your edited picture is ready", "add a hat", viewer=harness.alice)


# --- what others have --------------------------------------------------------------------------------


async def test_somebody_elses(tmp_path: Path) -> None:
    """Whatever a client sends, nobody sees the pictures of others."""
    async with BotHarness(tmp_path) as harness:
        secrets = [await made(harness, "a secret cat", private=True), await made(harness, "a cat")]
        own = await made(harness, "a dog", who=harness.bob)
        await copies(harness, own, *["a dog"] * PAGE_SIZE)
        shown = await history(harness, harness.bob)
        for value in (*(job.id for job in secrets), "", "nonsense", "%"):
            forge(harness, "copy-00000000003", value)
            picked = await harness.bob.select(shown, ["copy-00000000003"], custom_id="pick:")
            assert words(private_answer(picked)) == NO_SUCH
        for forged in ("0:", "-1:", "999999:", "9999999:", "²:", "x:", ":", "", "1", "1:dog", "2:%:a"):
            forge(harness, "history:2:", f"history:{forged}")
            turned_to = await harness.bob.click(shown, label="Next")
            assert "cat" not in words(answer(turned_to))
            assert set(alt_texts(answer(turned_to))) <= {"a dog"}
            behave(harness)
            shown = await history(harness, harness.bob)
        forge(harness, "history:2:", "history:1:cat")
        nothing = await harness.bob.click(shown, label="Next")
        assert words(answer(nothing)).startswith("None of your pictures has “cat”")
