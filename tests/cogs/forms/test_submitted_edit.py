"""The forms of /edit: an upload if no picture was given, a prompt if none was given."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.forms import (
    fields_of,
    forge_fields,
    form_of,
    last_submission,
    prefilled,
    refusal,
    submit_form,
    while_database_hangs,
)
from tests.harness import BotHarness, gallery, job_id_of, picture, text_of
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve
from tests.discord_server.payloads import Payload

ROOF = ("roof.png", picture(160, 90).read())
CHANGES = {"prompt": "add a cat"}


def add_sizes(payload: Payload) -> None:
    """Add the dimensions of attached or uploaded pictures, as Discord does."""
    for attachment in payload["data"].get("resolved", {}).get("attachments", {}).values():
        attachment.update(width=160, height=90)


async def test_upload(tmp_path: Path) -> None:
    """Without options the form asks for everything; the uploaded picture is edited and keeps its shape."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = add_sizes
        opened = await harness.alice.slash(harness.channel, "edit")
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["image", "prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        sent = await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat")
        assert not sent.ephemeral
        result = await harness.wait_for_message(f"<@{harness.alice.id}> your edited picture is ready.", "> add a cat")
        body = last_submission(harness)
        assert harness.env.backend.cdn.get(body.pop("image_url")) == ROOF[1]
        assert body == {"action": "edit", "prompt": "add a cat", "model": "flux-kontext-pro", "size": "16:9"}
        shown = harness.env.backend.cdn.get(gallery(result)[0].media.url)
        assert shown is not None
        with Image.open(io.BytesIO(shown)) as image:
            assert image.width / image.height == pytest.approx(16 / 9, rel=0.05)


@pytest.mark.parametrize("size", ["9:21", "portrait", "768x1024"])
async def test_upload_with_options(tmp_path: Path, size: str) -> None:
    """The form opens with the command's prompt, model, size and privacy, and submits them."""
    async with BotHarness(tmp_path) as harness:
        given = {"prompt": "add a *cat*", "model": "flux-kontext-max", "size": f" {size} ", "private": True}
        opened = await harness.alice.slash(harness.channel, "edit", **given)
        assert prefilled(opened) == {"prompt": "add a *cat*", "model": ["flux-kontext-max"], "size": [size]}
        sent = await submit_form(harness.alice, opened, image=ROOF)
        assert sent.ephemeral
        await harness.wait_for_message("your edited picture is ready.", viewer=harness.alice)
        assert harness.messages(viewer=harness.bob) == []
        body = last_submission(harness)
        assert (body["prompt"], body["model"]) == ("add a *cat*", "flux-kontext-max")
        assert body["size"] == {"9:21": "9:21", "portrait": "2:3", "768x1024": "3:4"}[size]


async def test_upload_with_a_blank_size(tmp_path: Path) -> None:
    """A blank size is ignored: Discord does not show a choice without a name."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit", size="   ")
        assert prefilled(opened)["size"] == ["like-the-picture"]


async def test_upload_with_other_choices(tmp_path: Path) -> None:
    """The command's options can be changed in the form."""
    async with BotHarness(tmp_path) as harness:
        given = {"prompt": "add a cat", "model": "flux-kontext-max", "size": "9:21"}
        opened = await harness.alice.slash(harness.channel, "edit", **given)
        choices = {"prompt": "add a dog", "model": ["flux-kontext-pro"], "size": ["3:2"]}
        await submit_form(harness.alice, opened, image=ROOF, **choices)
        await harness.wait_for_message("your edited picture is ready.")
        body = last_submission(harness)
        assert (body["prompt"], body["model"], body["size"]) == ("add a dog", "flux-kontext-pro", "3:2")


@pytest.mark.parametrize("private", [None, True, False])
@pytest.mark.parametrize("preferred", [True, False])
async def test_privacy(tmp_path: Path, private: bool | None, preferred: bool) -> None:
    """The command's privacy applies, else the preferred one, even through a restart."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, private=preferred)
        options = {} if private is None else {"private": private}
        opened = await harness.alice.slash(harness.channel, "edit", **options)
        await harness.restart()
        sent = await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat")
        expected = preferred if private is None else private
        assert sent.ephemeral == expected
        await harness.wait_until_closed(
            job_id_of(await harness.wait_for_message("your edited picture is ready.", viewer=harness.alice))
        )
        assert len(harness.messages(viewer=harness.bob)) == (0 if expected else 1)


async def test_attachment_without_a_prompt(tmp_path: Path) -> None:
    """With a picture but no prompt, the form asks only for the prompt and remembers the picture."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = add_sizes
        opened = await harness.alice.slash(harness.channel, "edit", image=ROOF, model="flux-kontext-max")
        assert list(fields_of(opened)) == ["prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-max"], "size": ["like-the-picture"]}
        await submit_form(harness.alice, opened, prompt="add a cat")
        await harness.wait_for_message("your edited picture is ready.")
        body = last_submission(harness)
        assert harness.env.backend.cdn.get(body["image_url"]) == ROOF[1]
        assert (body["model"], body["size"]) == ("flux-kontext-max", "16:9")


async def test_address_without_a_prompt(tmp_path: Path) -> None:
    """With a picture's address but no prompt, the form asks only for the prompt."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(ROOF[1]))
        opened = await harness.alice.slash(harness.channel, "edit", image_url=url)
        assert "image" not in fields_of(opened)
        await submit_form(harness.alice, opened, prompt="add a cat")
        await harness.wait_for_message("your edited picture is ready.")
        assert last_submission(harness)["image_url"] == url


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"image": ("notes.txt", b"nothing")}, "“notes.txt” is not a picture I can edit."),
        ({"image": ROOF, "image_url": "https://example.org/roof.png"}, "exactly one picture to edit"),
        ({"image_url": "roof.png"}, "That is not a web link."),
        ({"size": "huge"}, "flux-kontext-pro doesn’t support the size “huge”."),
        ({"size": "x" * 100}, "doesn’t support the size “xxx"),
    ],
)
async def test_invalid_options_open_no_form(tmp_path: Path, options: dict[str, Any], answer: str) -> None:
    """Invalid options are refused immediately, not after a form has been filled in."""
    async with BotHarness(tmp_path) as harness:
        interaction = await harness.alice.slash(harness.channel, "edit", **options)
        assert interaction.modal is None
        assert answer in refusal(interaction)


@pytest.mark.parametrize(
    ("file", "answer"),
    [
        (("notes.txt", b"nothing"), "“notes.txt” is not a picture I can edit."),
        (("clip.mp4", b"nothing"), "“clip.mp4” is not a picture I can edit."),
        (("<@1>.svg", b"<svg/>"), "“\\<\\@1\\>.svg” is not a picture I can edit."),
    ],
)
async def test_upload_of_another_file(tmp_path: Path, file: tuple[str, bytes], answer: str) -> None:
    """A file that is not a picture is refused, and the prompt is returned."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        text = refusal(await submit_form(harness.alice, opened, image=file, prompt="add a *cat*"))
        assert answer in text
        assert text.endswith("You wrote: add a \\*cat\\*")
        assert not harness.fake.submissions


async def test_upload_of_a_broken_picture(tmp_path: Path) -> None:
    """If the image API can't read the file's contents, the card says so."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        await submit_form(harness.alice, opened, image=("roof.png", b"nothing"), prompt="add a cat")
        failure = await harness.wait_for_message("did not accept this request", "> add a cat")
        assert "It cost nothing" in text_of(failure)


async def test_upload_that_is_too_large(tmp_path: Path) -> None:
    """A file that is too large is refused before anything is submitted."""

    def enlarge(payload: Payload) -> None:
        for attachment in payload["data"].get("resolved", {}).get("attachments", {}).values():
            attachment["size"] = 25 * 1024 * 1024 + 1

    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = enlarge
        opened = await harness.alice.slash(harness.channel, "edit")
        text = refusal(await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat"))
        assert "too large to edit. Please attach one of at most 25 MiB." in text
        assert text.endswith("You wrote: add a cat")


@pytest.mark.parametrize(
    ("forged", "keep_others", "answer"),
    [
        ({"image": []}, True, "exactly one picture to edit"),
        ({"image": ["999"]}, True, "exactly one picture to edit"),
        ({"prompt": "add a cat"}, False, "exactly one picture to edit"),
        ({"prompt": " \n "}, True, "The prompt is empty."),
        ({"prompt": None}, True, "The prompt is empty."),
        ({"model": ["flux-dev"]}, True, "There is no model “flux-dev” that edits pictures."),
        ({"model": ["../<@1>"]}, True, "There is no model “../\\<\\@1\\>” that edits pictures."),
        ({"size": ["99999x1"]}, True, "flux-kontext-pro doesn’t support the size “99999x1”."),
        ({"size": ["16:0"]}, True, "flux-kontext-pro doesn’t support the size “16\\:0”."),
        ({"prompt": "cat" * 2000}, True, "The prompt is longer than 4000 characters."),
    ],
)
async def test_hostile_uploads(tmp_path: Path, forged: dict[str, Any], keep_others: bool, answer: str) -> None:
    """Any value that can't be chosen gets a clear private answer, and costs nothing."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        harness.change_interaction = forge_fields(forged, keep_others=keep_others)
        text = refusal(await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat"))
        assert answer in text
        typed = forged.get("prompt", "add a cat") or ""
        assert ("You wrote: " in text) == bool(typed.strip())
        assert not harness.fake.submissions


@pytest.mark.parametrize(
    "custom_id", ["change", "change:", "change:::", "change:private:nothing", f"change:{'x' * 90}"]
)
async def test_hostile_custom_ids(tmp_path: Path, custom_id: str) -> None:
    """An unknown custom_id breaks nothing: at worst the form has expired."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit", image=ROOF)

        def forge(payload: Payload) -> None:
            payload["data"]["custom_id"] = custom_id

        harness.change_interaction = forge
        text = refusal(await submit_form(harness.alice, opened, prompt="add a cat"))
        assert "I no longer know which picture you meant" in text or "exactly one picture to edit" in text
        assert text.endswith("You wrote: add a cat")


async def test_opens_while_the_database_hangs(tmp_path: Path) -> None:
    """The form needs nothing from the database."""
    async with BotHarness(tmp_path) as harness:
        opened = await while_database_hangs(harness, tmp_path, harness.alice.slash(harness.channel, "edit", **CHANGES))
        assert prefilled(opened) == {"prompt": "add a cat", "model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        await submit_form(harness.alice, opened, image=ROOF)
        await harness.wait_for_message("your edited picture is ready.", "> add a cat")


@pytest.mark.parametrize("shape", ["5:4", "4:5"])
async def test_an_unsupported_shape(tmp_path: Path, shape: str) -> None:
    """A shape from the form's list is never refused: the nearest one is used."""
    async with BotHarness(tmp_path, flux_catalogue="2026-10") as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat", size=[shape])
        await harness.wait_for_message("your edited picture is ready", "> add a cat")
        assert last_submission(harness)["size"] in {"1:1", "4:3", "3:4"}
