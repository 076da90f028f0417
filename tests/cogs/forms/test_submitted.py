"""The forms on result cards: Remix, Edit and Change the prompt, from opening to the picture."""

from pathlib import Path
from typing import Any

import discord
import pytest

from tests.forms import (
    are_alike,
    fields_of,
    form_of,
    last_submission,
    prefilled,
    refusal,
    submit_form,
    while_database_hangs,
)
from tests.harness import SMALL, BotHarness, gallery, job_id_of, text_of, walk

MONTH = 86400.0 * 30


async def result_of(harness: BotHarness, prompt: str = "a cat", **options: Any) -> discord.Message:
    """Return the message of a finished result of alice's."""
    await harness.imagine(prompt, **options)
    message = await harness.wait_for_message("ready")
    await harness.wait_until_closed(job_id_of(message))
    return message


async def edit_result(harness: BotHarness, message: discord.Message) -> discord.Message:
    """Return the message of an edit of that result, by alice."""
    opened = await harness.alice.click(message, custom_id=f"edit:{job_id_of(message)}")
    await submit_form(harness.alice, opened, prompt="make it winter")
    result = await harness.wait_for_message("your edited picture is ready", "make it winter")
    await harness.wait_until_closed(job_id_of(result))
    return result


def thumbnails(message: discord.Message) -> list[str]:
    """Return the addresses of the thumbnails."""
    return [part.media.url for part in walk(message.components) if isinstance(part, discord.ThumbnailComponent)]


# --- Remix ---------------------------------------------------------------------------------------------


async def test_remix_is_prefilled(tmp_path: Path) -> None:
    """The form opens with the job's prompt, model, size and count."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, "a *cat*\non a roof", size="128x64", count=3)
        opened = await harness.alice.click(message, label="Remix")
        assert form_of(opened)["title"] == "Remix"
        values = prefilled(opened)
        (size,) = values.pop("size")
        assert values == {"prompt": "a *cat*\non a roof", "model": ["flux-2-flex"], "count": "3"}
        shown = {option["value"]: option["label"] for option in fields_of(opened)["size"]["options"]}
        assert shown[size] == "128x64, unchanged"
        assert list(fields_of(opened)) == ["prompt", "model", "size", "count"]


async def test_remix_submitted_unchanged(tmp_path: Path) -> None:
    """Submitted unchanged, the form requests the same picture again."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, "a cat", size="128x64", count=2)
        before = last_submission(harness)
        opened = await harness.alice.click(message, label="Remix")
        await submit_form(harness.alice, opened)
        await harness.wait_for_message("are ready", "Rerolled from")
        assert last_submission(harness) == before


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"prompt": "a dog"}, {"prompt": "a dog"}),
        ({"model": ["flux-2-pro"]}, {"model": "flux-2-pro"}),
        ({"size": ["16:9"]}, {"size": "1344x768"}),
        ({"count": "4"}, {"count": 4}),
        ({"model": ["flux-kontext-max"], "size": ["9:16"]}, {"model": "flux-kontext-max", "size": "9:16"}),
        ({"model": ["flux-pro-1.1-ultra"]}, {"model": "flux-pro-1.1-ultra", "size": "21:9"}),
        ({"model": ["flux-dev"]}, {"model": "flux-dev", "size": "1440x608"}),
    ],
    ids=["prompt", "model", "size", "count", "both", "ratio model", "bounded model"],
)
async def test_remix_changes(tmp_path: Path, changes: dict[str, object], sent: dict[str, object]) -> None:
    """Each field changes only its own value; a size becomes the nearest one of another model."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, size="448x192")
        before = last_submission(harness)
        opened = await harness.alice.click(message, label="Remix")
        await submit_form(harness.alice, opened, **changes)
        remixed = await harness.wait_for_message("ready", "Remixed from [an earlier picture]")
        assert last_submission(harness) == before | sent
        row = harness.row(job_id_of(remixed))
        assert row["parent_id"] == job_id_of(message)
        assert message.jump_url in text_of(remixed)


async def test_remix_by_another_user(tmp_path: Path) -> None:
    """Any user can remix a public result; the new picture and the ping are theirs."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.bob.click(message, label="Remix")
        assert prefilled(opened)["prompt"] == "a cat"
        await submit_form(harness.bob, opened, prompt="a dog")
        remixed = await harness.wait_for_message(f"<@{harness.bob.id}> your picture is ready", "a dog", "Remixed from")
        assert harness.row(job_id_of(remixed))["user_id"] == harness.bob.id
        assert harness.pinged(remixed) == [harness.bob.id]


async def test_remix_of_a_private_result(tmp_path: Path) -> None:
    """The remix of a private card is private."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a secret cat", private=True)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (message,) = harness.messages(viewer=harness.alice)
        opened = await harness.alice.click(message, label="Remix")
        sent = await submit_form(harness.alice, opened, prompt="a secret dog")
        assert sent.ephemeral
        assert sent.response is not None
        new = job_id_of(sent.response.message)
        assert harness.row(new)["private"]
        assert harness.messages(viewer=harness.bob) == []


async def test_remix_of_an_edit_reuses_the_source(tmp_path: Path) -> None:
    """The same source picture is edited differently: the form has no count, and only models that can edit."""
    async with BotHarness(tmp_path) as harness:
        edit = await edit_result(harness, await result_of(harness))
        source = last_submission(harness)["image_url"]
        opened = await harness.alice.click(edit, label="Remix")
        assert list(fields_of(opened)) == ["prompt", "model", "size"]
        models = [option["value"] for option in fields_of(opened)["model"]["options"]]
        assert models == ["flux-kontext-pro", "flux-kontext-max"]
        await submit_form(harness.alice, opened, prompt="make it summer")
        remixed = await harness.wait_for_message("your edited picture is ready", "make it summer", "Remixed from")
        assert last_submission(harness)["action"] == "edit"
        assert last_submission(harness)["image_url"] == source
        assert len(thumbnails(remixed)) == 1


async def test_remix_of_an_old_edit(tmp_path: Path) -> None:
    """After some weeks the source picture is taken from its copy on the card; the result is still a remix."""
    async with BotHarness(tmp_path) as harness:
        edit = await edit_result(harness, await result_of(harness))
        await harness.change(
            "UPDATE jobs SET accepted_at = accepted_at - ?, finished_at = finished_at - ?", *[MONTH] * 2
        )
        opened = await harness.alice.click(edit, label="Remix")
        await submit_form(harness.alice, opened, prompt="make it summer")
        await harness.wait_for_message("your edited picture is ready", "make it summer", "Remixed from")
        assert [last_submission(harness)["image_url"]] == thumbnails(edit)


async def test_remix_with_a_model_that_is_gone(tmp_path: Path) -> None:
    """If the model is no longer offered, none is selected, and another one can be chosen."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, model="flux-pro-1.1", size="1:1")
        await harness.restart(flux_catalogue="2026-10")
        opened = await harness.alice.click(message, label="Remix")
        assert "model" not in prefilled(opened)
        await submit_form(harness.alice, opened, model=["flux-dev"])
        await harness.wait_for_message("ready", "Remixed from", "flux-dev")
        assert last_submission(harness)["model"] == "flux-dev"


async def test_remix_of_a_pruned_job(tmp_path: Path) -> None:
    """A form whose job was pruned returns what was typed."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.alice.click(message, label="Remix")
        await harness.change("DELETE FROM jobs")
        text = refusal(await submit_form(harness.alice, opened, prompt="a *dog*"))
        assert "I no longer know how this picture was made" in text
        assert text.endswith("You wrote: a \\*dog\\*")
        pressed = await harness.alice.click(message, label="Remix")
        assert pressed.modal is None
        assert "I no longer know how this picture was made" in refusal(pressed)


# --- Edit ----------------------------------------------------------------------------------------------


async def test_edit_one_picture(tmp_path: Path) -> None:
    """For a single picture there is no choice; its own address is submitted, and the result shows it."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, size="128x64")
        (original,) = harness.fake.files
        opened = await harness.alice.click(message, label="Edit")
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["prompt", "model"]
        assert prefilled(opened) == {"model": ["flux-kontext-pro"]}
        sent = await submit_form(harness.alice, opened, prompt="make it winter")
        assert not sent.ephemeral
        result = await harness.wait_for_message("your edited picture is ready", "Edited from [an earlier picture]")
        body = last_submission(harness)
        assert body.pop("image_url").endswith(f"/files/{original}")
        edit = {"action": "edit", "prompt": "make it winter", "model": "flux-kontext-pro", "size": "16:9"}
        assert body == edit
        (thumbnail,) = thumbnails(result)
        assert are_alike(harness.env.backend.cdn.get(thumbnail), harness.fake.files[original].data)
        assert message.jump_url in text_of(result)


@pytest.mark.parametrize("which", [1, 3, 4])
async def test_edit_one_of_four(tmp_path: Path, which: int) -> None:
    """The chosen one of four pictures is edited, by default the first."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, count=4)
        urls = (await harness.job(job_id_of(message))).result
        opened = await harness.alice.click(message, label="Edit")
        options = fields_of(opened)["which"]["options"]
        assert [option["label"] for option in options] == [f"Picture {number}" for number in (1, 2, 3, 4)]
        assert prefilled(opened)["which"] == ["1"]
        await submit_form(harness.alice, opened, prompt="make it winter", which=[str(which)])
        result = await harness.wait_for_message("your edited picture is ready", "Edited from")
        assert urls is not None
        assert last_submission(harness)["image_url"] == urls.images[which - 1].url
        (thumbnail,) = thumbnails(result)
        shown = harness.env.backend.cdn.get(thumbnail)
        likeness = [are_alike(shown, harness.env.backend.cdn.get(item.media.url)) for item in gallery(message)]
        assert likeness == [number == which for number in (1, 2, 3, 4)]


async def test_edit_of_an_edit(tmp_path: Path) -> None:
    """An edit's result is edited, not its source; repeating the same prompt edits again."""
    async with BotHarness(tmp_path) as harness:
        first = await edit_result(harness, await result_of(harness))
        result = (await harness.job(job_id_of(first))).result
        opened = await harness.bob.click(first, label="Edit")
        await submit_form(harness.bob, opened, prompt="make it winter")
        await harness.wait_for_message(f"<@{harness.bob.id}> your edited picture is ready", "Edited from")
        assert result is not None
        assert last_submission(harness)["image_url"] == result.images[0].url


async def test_edit_uses_the_preferred_model(tmp_path: Path) -> None:
    """The form opens with the model that this user, not the job's owner, prefers for edits."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        await harness.store.history.prefer(harness.bob.id, edit_model="flux-kontext-max")
        assert prefilled(await harness.bob.click(message, label="Edit"))["model"] == ["flux-kontext-max"]
        assert prefilled(await harness.alice.click(message, label="Edit"))["model"] == ["flux-kontext-pro"]


async def test_edit_when_the_original_is_gone(tmp_path: Path) -> None:
    """After some weeks the picture is taken from the card that shows it."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        await harness.change("UPDATE jobs SET finished_at = finished_at - ?", MONTH)
        opened = await harness.alice.click(message, label="Edit")
        await submit_form(harness.alice, opened, prompt="make it winter")
        await harness.wait_for_message("your edited picture is ready", "Edited from")
        assert last_submission(harness)["image_url"] == gallery(message)[0].media.url


# --- Change the prompt ---------------------------------------------------------------------------------


async def test_change_the_prompt(tmp_path: Path) -> None:
    """A refused prompt can be changed in a form; everything else stays the same."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("a forbidden cat", size="128x64", count=2)
        failure = await harness.wait_for_message("safety filter refused this prompt")
        await harness.wait_until_closed(harness.sql("SELECT id FROM jobs")[0]["id"])
        before = last_submission(harness)
        opened = await harness.alice.click(failure, label="Change the prompt")
        assert form_of(opened)["title"] == "Change the prompt"
        assert prefilled(opened)["prompt"] == "a forbidden cat"
        await submit_form(harness.alice, opened, prompt="a tame cat")
        await harness.wait_for_message("your pictures are ready", "a tame cat")
        assert last_submission(harness) == before | {"prompt": "a tame cat"}


# --- restarts and a busy database ----------------------------------------------------------------------


@pytest.mark.parametrize("button", ["Remix", "Edit"])
async def test_open_during_a_restart(tmp_path: Path, button: str) -> None:
    """A form that was open during a restart still works."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.alice.click(message, label=button)
        await harness.restart()
        await submit_form(harness.alice, opened, prompt="a dog")
        await harness.wait_for_message("ready", "> a dog", "from [an earlier picture]")


async def test_remix_while_the_database_hangs(tmp_path: Path) -> None:
    """The form opens empty; if it is submitted empty, nothing changes."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, size="128x64", count=2)
        before = last_submission(harness)
        opened = await while_database_hangs(harness, tmp_path, harness.alice.click(message, label="Remix"))
        fields = fields_of(opened)
        assert "value" not in fields["prompt"]
        assert not fields["prompt"]["required"]
        values = {name: prefilled(opened)[name] for name in ("model", "size", "count")}
        assert values == {"model": ["as-it-was"], "size": ["as-it-was"], "count": "as-it-was"}
        await submit_form(harness.alice, opened)
        await harness.wait_for_message("are ready", "Rerolled from")
        assert last_submission(harness) == before


async def test_remix_of_an_edit_while_the_database_hangs(tmp_path: Path) -> None:
    """The form opens empty; empty fields change nothing."""
    async with BotHarness(tmp_path) as harness:
        edit = await edit_result(harness, await result_of(harness))
        before = last_submission(harness)
        opened = await while_database_hangs(harness, tmp_path, harness.alice.click(edit, label="Remix"))
        await submit_form(harness.alice, opened, prompt="make it summer")
        await harness.wait_for_message("your edited picture is ready", "Remixed from")
        assert last_submission(harness) == before | {"prompt": "make it summer"}


async def test_edit_while_the_database_hangs(tmp_path: Path) -> None:
    """The form opens, and the first picture is edited."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        (original,) = harness.fake.files
        opened = await while_database_hangs(harness, tmp_path, harness.alice.click(message, label="Edit"))
        await submit_form(harness.alice, opened, prompt="make it winter")
        await harness.wait_for_message("your edited picture is ready", "Edited from")
        assert last_submission(harness)["image_url"].endswith(f"/files/{original}")


async def test_submitted_while_the_database_hangs(tmp_path: Path) -> None:
    """The user sees that the bot is thinking, and then the card."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness)
        opened = await harness.alice.click(message, label="Remix")
        sent = await while_database_hangs(harness, tmp_path, submit_form(harness.alice, opened, prompt="a dog"))
        assert sent.deferred
        await harness.wait_for_message("ready", "a dog", "Remixed from")
        assert last_submission(harness) == {"action": "generate", "prompt": "a dog", "count": 1} | SMALL
