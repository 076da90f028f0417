"""Forms that Discord's own client would not send, and Discord's limits for all forms in all languages."""

from functools import partial
from pathlib import Path
from typing import Any

import discord
import pytest

from cogs.forms.fields import remix_form
from flux_bot.core.catalogue import load_catalogue
from flux_bot.locales import ENGLISH, LOCALES, translator_for
from flux_bot.ui.custom_ids import CustomId
from tests.forms import forge_fields, form_of, last_submission, limit_violations, refusal, submit_form
from tests.harness import BotHarness, job_id_of, picture, text_of
from tests.discord_server.payloads import Payload

LONGEST = 4000
ROOF = ("roof.png", picture().read())


async def result_of(harness: BotHarness, prompt: str = "a cat", **options: Any) -> discord.Message:
    """Return the message of a finished result of alice's."""
    await harness.imagine(prompt, **options)
    message = await harness.wait_for_message("ready")
    await harness.wait_until_closed(job_id_of(message))
    return message


async def many_pictures(harness: BotHarness) -> discord.Message:
    """Return a message of bob's with the longest text and the most pictures."""
    return await harness.bob.send(harness.channel, "a" * 2000, attachments=[(f"{n}.png", ROOF[1]) for n in range(10)])


@pytest.mark.parametrize("prompt", ["as-it-was", "like-the-picture"])
async def test_a_prompt_that_reads_like_a_choice(tmp_path: Path, prompt: str) -> None:
    """A prompt that equals one of the form's choices is used as it is."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.alice.click(message, label="Remix")
        await submit_form(harness.alice, opened, prompt=prompt)
        await harness.wait_for_message("Remixed from", f"> {prompt}")


# --- forged forms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forged", "keep_others", "answer"),
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
async def test_hostile_remix(tmp_path: Path, forged: dict[str, Any], keep_others: bool, answer: str) -> None:
    """An impossible Remix is refused privately, returns what was typed, and costs nothing."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        harness.change_interaction = forge_fields(forged, keep_others=keep_others)
        sent = await submit_form(harness.bob, opened, prompt="a *dog*")
        assert answer in refusal(sent)
        typed = str(forged.get("prompt", "a *dog*")).strip()
        assert ("You wrote: " in refusal(sent)) == bool(typed)
        assert len(harness.fake.submissions) == 1


@pytest.mark.parametrize(
    ("forged", "keep_others", "different"),
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
async def test_odd_remix(tmp_path: Path, forged: dict[str, Any], keep_others: bool, different: dict[str, Any]) -> None:
    """An impossible number and missing fields keep their former values; an impossible size becomes the nearest one."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, count=3)
        before = last_submission(harness)
        opened = await harness.bob.click(message, label="Remix")
        harness.change_interaction = forge_fields(forged, keep_others=keep_others)
        await submit_form(harness.bob, opened, prompt="a dog")
        await harness.wait_for_message(f"<@{harness.bob.id}> your picture")
        assert last_submission(harness) == before | {"prompt": "a dog"} | different


@pytest.mark.parametrize("keep_others", [True, False])
@pytest.mark.parametrize("which", ["0", "5", "99", "-1", "1e1", "", "x" * 100])
async def test_hostile_picture_choice(tmp_path: Path, which: str, keep_others: bool) -> None:
    """An invalid choice of picture means the first one, or a refusal that costs nothing."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, count=4)
        first = next(iter(harness.fake.files))
        opened = await harness.bob.click(message, label="Edit")
        values = {"which": [which]} if keep_others else {"which": [which], "prompt": "add a dog"}
        harness.change_interaction = forge_fields(values, keep_others=keep_others)
        sent = await submit_form(harness.bob, opened, prompt="add a dog")
        if sent.ephemeral:
            assert "This picture is no longer available" in refusal(sent)
            assert refusal(sent).endswith("You wrote: add a dog")
            assert len(harness.fake.submissions) == 1
        else:
            await harness.wait_for_message("your edited picture is ready", "add a dog")
            assert last_submission(harness)["image_url"].endswith(first)


@pytest.mark.parametrize(
    ("forged", "answer"),
    [
        ({"model": ["flux-dev"]}, "There is no model “flux-dev” that edits pictures."),
        ({"prompt": "\u3000 "}, "The prompt is empty."),
        ({"prompt": "cat " * 1500}, "The prompt is longer than 4000 characters."),
    ],
)
async def test_hostile_edit(tmp_path: Path, forged: dict[str, Any], answer: str) -> None:
    """An impossible Edit is refused privately, and costs nothing."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Edit")
        harness.change_interaction = forge_fields(forged)
        assert answer in refusal(await submit_form(harness.bob, opened, prompt="add a dog"))
        assert len(harness.fake.submissions) == 1


@pytest.mark.parametrize("name", ["remix", "edit"])
async def test_another_users_private_job(tmp_path: Path, name: str) -> None:
    """Knowing the id of a private job does not let other users use it in a form."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("a secret", private=True)
        (row,) = harness.sql("SELECT id FROM jobs")
        await harness.wait_until_closed(row["id"])
        await harness.imagine("a cat", who=harness.bob)
        own = await harness.wait_for_message(f"<@{harness.bob.id}> your picture is ready", viewer=harness.bob)
        opened = await harness.bob.click(own, label="Remix" if name == "remix" else "Edit")
        harness.change_interaction = lambda payload: payload["data"].update(custom_id=f"{name}:{row['id']}")
        text = refusal(await submit_form(harness.bob, opened, prompt="a dog"))
        assert "I no longer know how this picture was made" in text
        assert "secret" not in text
        assert len(harness.fake.submissions) == 2


async def test_an_unknown_form(tmp_path: Path) -> None:
    """A form with an unknown name is ignored."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        harness.change_interaction = lambda payload: payload["data"].update(custom_id="survey:1")
        sent = await submit_form(harness.bob, opened, prompt="a dog")
        assert not sent.acknowledged


async def test_a_long_prompt_is_returned_complete(tmp_path: Path) -> None:
    """A prompt too long to repeat on a card is returned as a file."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        await harness.change("DELETE FROM jobs")
        typed = "*" * (LONGEST - 1) + "é"
        sent = await submit_form(harness.bob, opened, prompt=typed)
        text = refusal(sent)
        assert "You wrote: \\*\\*" in text
        assert len(text) <= LONGEST
        assert sent.response is not None
        (file,) = sent.response.attachments
        assert harness.env.backend.cdn.get(file.url) == typed.encode()


async def test_too_many_queued(tmp_path: Path) -> None:
    """A refusal for other reasons than the form also returns what was typed."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, max_queued_per_user=1) as harness:
        await harness.imagine("first", who=harness.bob)
        card = await harness.wait_for_message("Painting", "first")
        await harness.imagine("second", who=harness.bob)
        opened = await harness.bob.context_menu(harness.channel, "Remix prompt", card)
        text = refusal(await submit_form(harness.bob, opened, prompt="third"))
        assert "You already have a picture in the queue." in text
        assert text.endswith("You wrote: third")


# --- Discord's limits ----------------------------------------------------------------------------------


def test_limit_violations_are_found() -> None:
    """The check itself finds everything that is too long or too many."""
    option = {"label": "x" * 101, "value": "a"}
    select = {"type": 3, "custom_id": "s" * 101, "options": [option] * 26}
    label = {"label": "l" * 46, "component": select}
    text = {"label": "l", "component": {"type": 4, "custom_id": "t", "value": "x" * 4001, "placeholder": "p" * 101}}
    form = {"title": "t" * 46, "custom_id": "c" * 101, "components": [label, text, label, text, label, text]}
    found = "\n".join(limit_violations(form))
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
def longest_values() -> dict[str, str]:
    """The longest possible prompt and size."""
    return {"prompt": "*" * LONGEST, "size": "10016x10016"}


@pytest.mark.parametrize("catalogue", ["", "2026-10"])
async def test_limits_in_all_languages(tmp_path: Path, catalogue: str, longest_values: dict[str, str]) -> None:
    """All forms with their longest contents open in all languages."""
    async with BotHarness(tmp_path, flux_catalogue=catalogue) as harness:
        await harness.imagine("a forbidden cat")
        failure = await harness.wait_for_message("safety filter refused this prompt")
        message = await result_of(harness, count=4)
        await harness.change("UPDATE jobs SET prompt = ?, size = ?", *longest_values.values())
        pictures = await many_pictures(harness)
        titles: dict[str, set[str]] = {}
        for locale in LOCALES:
            harness.change_interaction = partial(Payload.update, locale=locale)
            typed = {"prompt": longest_values["prompt"], "size": "9:16 " + "x" * 95}
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
                assert limit_violations(form) == [], locale
                titles.setdefault(locale, set()).add(form["title"])
        assert titles[ENGLISH] == {"Remix", "Edit a picture", "Change the prompt"}
        assert len(set(map(frozenset, titles.values()))) == len(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("catalogue", ["", "2026-10"])
def test_limits_of_empty_forms(locale: str, catalogue: str) -> None:
    """The form that opens empty is within the limits too."""
    form = remix_form(translator_for(locale), load_catalogue(catalogue), CustomId("remix", "x" * 16), None)
    assert limit_violations(form.to_dict()) == []


async def test_refusals_are_in_the_users_language(tmp_path: Path) -> None:
    """A German user is refused in German."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")

        def forge(payload: Payload) -> None:
            forge_fields({"prompt": " "})(payload)
            payload.update(locale="de")

        harness.change_interaction = forge
        sent = await submit_form(harness.bob, opened)
        assert "Der Prompt ist leer" in refusal(sent), text_of(sent.response.message if sent.response else message)
