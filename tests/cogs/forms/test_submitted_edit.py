"""The forms of /edit: for an upload where no picture was given, for the words where those are missing."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.forms import asked, fields_of, forging, form_of, prefilled, refusal, send_in, while_silent
from tests.harness import BotHarness, gallery, job_id_of, picture, words
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve
from tests.wire.openapi import Payload

ROOF = ("roof.png", picture(160, 90).read())
CHANGES = {"prompt": "add a cat"}


def measuring(payload: Payload) -> None:
    """Give the size of what is attached or uploaded, as Discord does."""
    for attachment in payload["data"].get("resolved", {}).get("attachments", {}).values():
        attachment.update(width=160, height=90)


async def test_upload(tmp_path: Path) -> None:
    """Without anything the form asks for all; what is uploaded is changed and keeps its shape."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = measuring
        opened = await harness.alice.slash(harness.channel, "edit")
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["image", "prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        sent = await send_in(harness.alice, opened, image=ROOF, prompt="add a cat")
        assert not sent.ephemeral
        result = await harness.sees(f"<@{harness.alice.id}> your edited picture is ready.", "> add a cat")
        body = asked(harness)
        assert harness.env.backend.cdn.get(body.pop("image_url")) == ROOF[1]
        assert body == {"action": "edit", "prompt": "add a cat", "model": "flux-kontext-pro", "size": "16:9"}
        shown = harness.env.backend.cdn.get(gallery(result)[0].media.url)
        assert shown is not None
        with Image.open(io.BytesIO(shown)) as image:
            assert image.width / image.height == pytest.approx(16 / 9, rel=0.05)


@pytest.mark.parametrize("size", ["9:21", "portrait", "768x1024"])
async def test_upload_keeps_what_was_given(tmp_path: Path, size: str) -> None:
    """Prompt, model, size and privacy of the command are in the form, and count if it is sent in like that."""
    async with BotHarness(tmp_path) as harness:
        given = {"prompt": "add a *cat*", "model": "flux-kontext-max", "size": f" {size} ", "private": True}
        opened = await harness.alice.slash(harness.channel, "edit", **given)
        assert prefilled(opened) == {"prompt": "add a *cat*", "model": ["flux-kontext-max"], "size": [size]}
        sent = await send_in(harness.alice, opened, image=ROOF)
        assert sent.ephemeral
        await harness.sees("your edited picture is ready.", viewer=harness.alice)
        assert harness.messages(viewer=harness.bob) == []
        body = asked(harness)
        assert (body["prompt"], body["model"]) == ("add a *cat*", "flux-kontext-max")
        assert body["size"] == {"9:21": "9:21", "portrait": "2:3", "768x1024": "3:4"}[size]


async def test_upload_with_a_blank_size(tmp_path: Path) -> None:
    """Blanks are no size: a choice without a name would not be shown at all."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit", size="   ")
        assert prefilled(opened)["size"] == ["like-the-picture"]


async def test_upload_with_other_choices(tmp_path: Path) -> None:
    """What the command said can be changed in the form."""
    async with BotHarness(tmp_path) as harness:
        given = {"prompt": "add a cat", "model": "flux-kontext-max", "size": "9:21"}
        opened = await harness.alice.slash(harness.channel, "edit", **given)
        choices = {"prompt": "add a dog", "model": ["flux-kontext-pro"], "size": ["3:2"]}
        await send_in(harness.alice, opened, image=ROOF, **choices)
        await harness.sees("your edited picture is ready.")
        body = asked(harness)
        assert (body["prompt"], body["model"], body["size"]) == ("add a dog", "flux-kontext-pro", "3:2")


@pytest.mark.parametrize("private", [None, True, False])
@pytest.mark.parametrize("preferred", [True, False])
async def test_privacy(tmp_path: Path, private: bool | None, preferred: bool) -> None:
    """What the command said about privacy counts, else what is preferred, through a restart too."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, private=preferred)
        options = {} if private is None else {"private": private}
        opened = await harness.alice.slash(harness.channel, "edit", **options)
        await harness.restart()
        sent = await send_in(harness.alice, opened, image=ROOF, prompt="add a cat")
        expected = preferred if private is None else private
        assert sent.ephemeral == expected
        await harness.over(job_id_of(await harness.sees("your edited picture is ready.", viewer=harness.alice)))
        assert len(harness.messages(viewer=harness.bob)) == (0 if expected else 1)


async def test_attachment_without_a_prompt(tmp_path: Path) -> None:
    """With a picture and no words the form asks for those alone, and remembers the picture."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = measuring
        opened = await harness.alice.slash(harness.channel, "edit", image=ROOF, model="flux-kontext-max")
        assert list(fields_of(opened)) == ["prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-max"], "size": ["like-the-picture"]}
        await send_in(harness.alice, opened, prompt="add a cat")
        await harness.sees("your edited picture is ready.")
        body = asked(harness)
        assert harness.env.backend.cdn.get(body["image_url"]) == ROOF[1]
        assert (body["model"], body["size"]) == ("flux-kontext-max", "16:9")


async def test_address_without_a_prompt(tmp_path: Path) -> None:
    """So it is with the address of a picture."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(ROOF[1]))
        opened = await harness.alice.slash(harness.channel, "edit", image_url=url)
        assert "image" not in fields_of(opened)
        await send_in(harness.alice, opened, prompt="add a cat")
        await harness.sees("your edited picture is ready.")
        assert asked(harness)["image_url"] == url


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
async def test_no_form_for_what_can_not_be(tmp_path: Path, options: dict[str, Any], answer: str) -> None:
    """What is wrong from the start is said at once, not after a form has been filled in."""
    async with BotHarness(tmp_path) as harness:
        asking = await harness.alice.slash(harness.channel, "edit", **options)
        assert asking.modal is None
        assert answer in refusal(asking)


@pytest.mark.parametrize(
    ("file", "answer"),
    [
        (("notes.txt", b"nothing"), "“notes.txt” is not a picture I can edit."),
        (("clip.mp4", b"nothing"), "“clip.mp4” is not a picture I can edit."),
        (("<@1>.svg", b"<svg/>"), "“\\<\\@1\\>.svg” is not a picture I can edit."),
    ],
)
async def test_upload_of_no_picture(tmp_path: Path, file: tuple[str, bytes], answer: str) -> None:
    """What is no picture is refused, and what was typed is not lost."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        said = refusal(await send_in(harness.alice, opened, image=file, prompt="add a *cat*"))
        assert answer in said
        assert said.endswith("You wrote: add a \\*cat\\*")
        assert not harness.fake.submissions


async def test_upload_of_what_only_says_it_is_a_picture(tmp_path: Path) -> None:
    """The image API looks at the bytes: that it can't read them is said on the card."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        await send_in(harness.alice, opened, image=("roof.png", b"nothing"), prompt="add a cat")
        failure = await harness.sees("did not accept this request", "> add a cat")
        assert "It cost nothing" in words(failure)


async def test_upload_that_is_too_large(tmp_path: Path) -> None:
    """What is too large is refused before anything is asked of the API."""

    def enlarge(payload: Payload) -> None:
        for attachment in payload["data"].get("resolved", {}).get("attachments", {}).values():
            attachment["size"] = 25 * 1024 * 1024 + 1

    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = enlarge
        opened = await harness.alice.slash(harness.channel, "edit")
        said = refusal(await send_in(harness.alice, opened, image=ROOF, prompt="add a cat"))
        assert "too large to edit. Please attach one of at most 25 MiB." in said
        assert said.endswith("You wrote: add a cat")


@pytest.mark.parametrize(
    ("forged", "keep", "answer"),
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
async def test_hostile_uploads(tmp_path: Path, forged: dict[str, Any], keep: bool, answer: str) -> None:
    """Whatever is sent in place of what can be chosen gets a clear private answer, and costs nothing."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        harness.change_interaction = forging(forged, keep=keep)
        said = refusal(await send_in(harness.alice, opened, image=ROOF, prompt="add a cat"))
        assert answer in said
        typed = forged.get("prompt", "add a cat") or ""
        assert ("You wrote: " in said) == bool(typed.strip())
        assert not harness.fake.submissions


@pytest.mark.parametrize(
    "custom_id", ["change", "change:", "change:::", "change:private:nothing", f"change:{'x' * 90}"]
)
async def test_hostile_custom_ids(tmp_path: Path, custom_id: str) -> None:
    """A custom_id that no form of ours has breaks nothing: at worst the form is forgotten."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.slash(harness.channel, "edit", image=ROOF)

        def forge(payload: Payload) -> None:
            payload["data"]["custom_id"] = custom_id

        harness.change_interaction = forge
        said = refusal(await send_in(harness.alice, opened, prompt="add a cat"))
        assert "I no longer know which picture you meant" in said or "exactly one picture to edit" in said
        assert said.endswith("You wrote: add a cat")


async def test_opens_while_the_database_is_silent(tmp_path: Path) -> None:
    """The form needs nothing that is not at hand."""
    async with BotHarness(tmp_path) as harness:
        opened = await while_silent(harness, tmp_path, harness.alice.slash(harness.channel, "edit", **CHANGES))
        assert prefilled(opened) == {"prompt": "add a cat", "model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        await send_in(harness.alice, opened, image=ROOF)
        await harness.sees("your edited picture is ready.", "> add a cat")


@pytest.mark.parametrize("shape", ["5:4", "4:5"])
async def test_a_shape_that_no_edit_model_has(tmp_path: Path, shape: str) -> None:
    """What the form's own list offers is never refused once all is filled in: the nearest is taken."""
    async with BotHarness(tmp_path, flux_catalogue="2026-10") as harness:
        opened = await harness.alice.slash(harness.channel, "edit")
        await send_in(harness.alice, opened, image=ROOF, prompt="add a cat", size=[shape])
        await harness.sees("your edited picture is ready", "> add a cat")
        assert asked(harness)["size"] in {"1:1", "4:3", "3:4"}
