"""Forms that nobody could have filled in honestly, and what Discord allows in any form in any language."""

from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest

from cogs.forms.fields import remix_form
from flux_bot.core.catalogue import load_catalogue
from flux_bot.locales import ENGLISH, LOCALES, translator_for
from flux_bot.ui.custom_ids import CustomId
from tests.forms import asked, forging, form_of, over_limits, refusal, send_in
from tests.harness import BotHarness, job_id_of, picture, words
from tests.wire.openapi import Payload

LONGEST = 4000
ROOF = ("roof.png", picture().read())


async def result_of(harness: BotHarness, prompt: str = "a cat", **options: Any) -> discord.Message:
    """Return the message of a finished result of alice's."""
    await harness.imagine(prompt, **options)
    message = await harness.sees("ready")
    await harness.over(job_id_of(message))
    return message


async def many_pictures(harness: BotHarness) -> discord.Message:
    """Return a message of bob's with as many words and pictures as there can be."""
    return await harness.bob.send(harness.channel, "a" * 2000, attachments=[(f"{n}.png", ROOF[1]) for n in range(10)])


@pytest.mark.parametrize("prompt", ["as-it-was", "like-the-picture"])
async def test_a_prompt_that_reads_like_a_choice(tmp_path: Path, prompt: str) -> None:
    """What is written is taken as it is, also where it is what a list says inside."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.alice.click(message, label="Remix")
        await send_in(harness.alice, opened, prompt=prompt)
        await harness.sees("Remixed from", f"> {prompt}")


# --- what no honest client sends -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forged", "keep", "answer"),
    [
        (
            {"model": ["nothing"]},
            True,
            "There is no model “nothing” that makes pictures. Choose one of these: flux-dev, ",
        ),
        ({"model": ["<@1>" * 40]}, True, "There is no model “\\<\\@1\\>"),
        ({"prompt": " \n\t "}, True, "The prompt is empty."),
        ({"prompt": "cat " * 1500}, True, "The prompt is longer than 4000 characters."),
    ],
)
async def test_hostile_remix(tmp_path: Path, forged: dict[str, Any], keep: bool, answer: str) -> None:
    """What can't be made is refused privately, with what was typed, and costs nothing."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        harness.change_interaction = forging(forged, keep=keep)
        sent = await send_in(harness.bob, opened, prompt="a *dog*")
        assert answer in refusal(sent)
        typed = str(forged.get("prompt", "a *dog*")).strip()
        assert ("You wrote: " in refusal(sent)) == bool(typed)
        assert len(harness.fake.submissions) == 1


@pytest.mark.parametrize(
    ("forged", "keep", "different"),
    [
        ({"count": "99"}, True, {}),
        ({"count": "0"}, True, {}),
        ({"count": "-1"}, True, {}),
        ({"count": "２"}, True, {"count": 2}),
        ({"count": "9" * 5000}, True, {}),
        ({"count": ["2"]}, True, {"count": 2}),
        ({"count": None}, True, {}),
        ({"model": []}, True, {}),
        ({"size": []}, True, {}),
        ({"size": ["99999x1"]}, True, {"size": "1536x640"}),
        ({"size": ["nothing"]}, True, {"size": "1024x1024"}),
        ({"size": ["0x0"]}, True, {"size": "1024x1024"}),
        ({"prompt": "a dog"}, False, {}),
    ],
)
async def test_odd_remix(tmp_path: Path, forged: dict[str, Any], keep: bool, different: dict[str, Any]) -> None:
    """A number that can't be, and what is missing, stays as it was; a size becomes the nearest there is."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, count=3)
        before = asked(harness)
        opened = await harness.bob.click(message, label="Remix")
        harness.change_interaction = forging(forged, keep=keep)
        await send_in(harness.bob, opened, prompt="a dog")
        await harness.sees(f"<@{harness.bob.id}> your picture")
        assert asked(harness) == before | {"prompt": "a dog"} | different


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("which", ["0", "5", "99", "-1", "1e1", "", "x" * 100])
async def test_hostile_which(tmp_path: Path, which: str, keep: bool) -> None:
    """A picture that is not there is never another one by surprise: the first, or a refusal that costs nothing."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, count=4)
        first = next(iter(harness.fake.files))
        opened = await harness.bob.click(message, label="Edit")
        values = {"which": [which]} if keep else {"which": [which], "prompt": "add a dog"}
        harness.change_interaction = forging(values, keep=keep)
        sent = await send_in(harness.bob, opened, prompt="add a dog")
        if sent.ephemeral:
            assert "This picture is no longer available" in refusal(sent)
            assert refusal(sent).endswith("You wrote: add a dog")
            assert len(harness.fake.submissions) == 1
        else:
            await harness.sees("your edited picture is ready", "add a dog")
            assert asked(harness)["image_url"].endswith(first)


@pytest.mark.parametrize(
    ("forged", "answer"),
    [
        ({"model": ["flux-dev"]}, "There is no model “flux-dev” that edits pictures."),
        ({"prompt": "\u3000 "}, "The prompt is empty."),
        ({"prompt": "cat " * 1500}, "The prompt is longer than 4000 characters."),
    ],
)
async def test_hostile_edit(tmp_path: Path, forged: dict[str, Any], answer: str) -> None:
    """So it is with Edit."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Edit")
        harness.change_interaction = forging(forged)
        assert answer in refusal(await send_in(harness.bob, opened, prompt="add a dog"))
        assert len(harness.fake.submissions) == 1


@pytest.mark.parametrize("name", ["remix", "edit"])
async def test_somebody_elses_private_job(tmp_path: Path, name: str) -> None:
    """Who learns the id of a job that only its asker sees can't have anything of it by a form."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("a secret", private=True)
        (row,) = harness.sql("SELECT id FROM jobs")
        await harness.over(row["id"])
        await harness.imagine("a cat", who=harness.bob)
        own = await harness.sees(f"<@{harness.bob.id}> your picture is ready", viewer=harness.bob)
        opened = await harness.bob.click(own, label="Remix" if name == "remix" else "Edit")
        harness.change_interaction = lambda payload: payload["data"].update(custom_id=f"{name}:{row['id']}")
        said = refusal(await send_in(harness.bob, opened, prompt="a dog"))
        assert "I no longer know how this picture was made" in said
        assert "secret" not in said
        assert len(harness.fake.submissions) == 2


async def test_a_form_that_is_not_ours(tmp_path: Path) -> None:
    """One of an unknown name is left alone."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        harness.change_interaction = lambda payload: payload["data"].update(custom_id="survey:1")
        sent = await send_in(harness.bob, opened, prompt="a dog")
        assert not sent.acknowledged


async def test_a_long_prompt_is_given_back_whole(tmp_path: Path) -> None:
    """What is too long to repeat on a card comes as a file beside it."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        await harness.change("DELETE FROM jobs")
        typed = "*" * (LONGEST - 1) + "é"
        sent = await send_in(harness.bob, opened, prompt=typed)
        said = refusal(sent)
        assert "You wrote: \\*\\*" in said
        assert len(said) <= LONGEST
        assert sent.response is not None
        (file,) = sent.response.attachments
        assert harness.env.backend.cdn.get(file.url) == typed.encode()


async def test_who_has_too_many_waiting(tmp_path: Path) -> None:
    """A refusal that has nothing to do with the form gives back what was typed too."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, max_queued_per_user=1) as harness:
        await harness.imagine("first", who=harness.bob)
        card = await harness.sees("Painting", "first")
        await harness.imagine("second", who=harness.bob)
        opened = await harness.bob.context_menu(harness.channel, "Remix prompt", card)
        said = refusal(await send_in(harness.bob, opened, prompt="third"))
        assert "You already have a picture in the queue." in said
        assert said.endswith("You wrote: third")


# --- what Discord allows -------------------------------------------------------------------------------


def test_what_is_over_the_limits_is_found() -> None:
    """The check itself finds each thing that is too long or too many."""
    option = {"label": "x" * 101, "value": "a"}
    select = {"type": 3, "custom_id": "s" * 101, "options": [option] * 26}
    label = {"label": "l" * 46, "component": select}
    text = {"label": "l", "component": {"type": 4, "custom_id": "t", "value": "x" * 4001, "placeholder": "p" * 101}}
    form = {"title": "t" * 46, "custom_id": "c" * 101, "components": [label, text, label, text, label, text]}
    found = "\n".join(over_limits(form))
    for part in (
        "title",
        "custom_id 'c",
        "6 rows",
        "names",
        "label",
        ": custom_id",
        "26 options",
        "twice",
        "text",
        "p",
    ):
        assert part in found


@pytest.fixture
def long_ago() -> dict[str, str]:
    """The longest prompt and size there can be."""
    return {"prompt": "*" * LONGEST, "size": "10016x10016"}


@pytest.mark.parametrize("catalogue", ["", "2026-10"])
async def test_limits_in_all_languages(tmp_path: Path, catalogue: str, long_ago: dict[str, str]) -> None:
    """All forms, with the most and the longest that there can be in them, open in all languages."""
    async with BotHarness(tmp_path, flux_catalogue=catalogue) as harness:
        await harness.imagine("a forbidden cat")
        failure = await harness.sees("safety filter refused this prompt")
        message = await result_of(harness, count=4)
        await harness.change("UPDATE jobs SET prompt = ?, size = ?", *long_ago.values())
        pictures = await many_pictures(harness)
        titles: dict[str, set[str]] = {}
        for locale in LOCALES:
            harness.change_interaction = partial(Payload.update, locale=locale)
            typed = {"prompt": long_ago["prompt"], "size": "9:16 " + "x" * 95}
            openings = [
                harness.bob.click(message, custom_id=f"remix:{job_id_of(message)}"),
                harness.bob.click(message, custom_id=f"edit:{job_id_of(message)}"),
                harness.bob.click(failure, label="Change the prompt"),
                harness.bob.slash(harness.channel, "edit", **typed),
                harness.bob.slash(harness.channel, "edit", image=ROOF),
                harness.bob.context_menu(harness.channel, "Edit image", pictures),
                harness.bob.context_menu(harness.channel, "Remix prompt", pictures),
            ]
            for opening in openings:
                form = form_of(await opening)
                assert over_limits(form) == [], locale
                titles.setdefault(locale, set()).add(form["title"])
        assert titles[ENGLISH] == {"Remix", "Edit a picture", "Change the prompt"}
        assert len(set(map(frozenset, titles.values()))) == len(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("catalogue", ["", "2026-10"])
def test_limits_of_empty_forms(locale: str, catalogue: str) -> None:
    """So it is with the form that opens empty."""
    form = remix_form(translator_for(locale), load_catalogue(catalogue), CustomId("remix", "x" * 16), None)
    assert over_limits(form.to_dict()) == []


async def test_refusals_are_in_the_users_language(tmp_path: Path) -> None:
    """Who reads German is refused in German."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")

        def forge(payload: Payload) -> None:
            forging({"prompt": " "})(payload)
            payload.update(locale="de")

        harness.change_interaction = forge
        sent = await send_in(harness.bob, opened)
        assert "Der Prompt ist leer" in refusal(sent), words(sent.response.message if sent.response else message)
