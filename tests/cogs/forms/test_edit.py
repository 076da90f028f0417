"""The forms that edit a picture: of Edit on a card, and of /edit if a picture or a prompt is missing."""

from pathlib import Path
from typing import Any

import discord

from flux_bot.core.jobs import Failure
from flux_bot.ui.cards import Verb
from tests.discord_server.payloads import Payload
from tests.finished_jobs import (
    answer,
    children,
    forge,
    latest_job,
    make_edit,
    make_result,
    press,
    private_text,
    result_of,
)
from tests.forms import (
    are_alike,
    fields_of,
    forge_fields,
    form_of,
    last_submission,
    prefilled,
    submit_form,
    while_database_hangs,
)
from tests.harness import BotHarness, picture, source_of, text_of, walk
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve

ROOF = ("roof.png", picture(160, 90).read())
DOOR = ("door.png", picture(90, 160).read())
EMPTY = {"model": ["flux-kontext-pro"], "size": ["like-the-picture"]}


def add_sizes(payload: Payload) -> None:
    """Add the dimensions of attached or uploaded pictures, as Discord does."""
    for attachment in payload["data"].get("resolved", {}).get("attachments", {}).values():
        attachment.update(width=160, height=90)


async def test_edit_of_a_result(tmp_path: Path) -> None:
    """The chosen picture of a result is edited for the user, from the API's own address; then that edit is edited."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, count=4, size="96x64")
        calls = len(harness.calls)
        opened = await press(harness.bob, result, Verb.EDIT, job)
        assert harness.calls[calls:] == ["reply"], "the press itself is not taken for a submitted form"
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["which", "prompt", "model"]
        assert [option["value"] for option in fields_of(opened)["which"]["options"]] == ["1", "2", "3", "4"]
        assert prefilled(opened) == {"which": ["1"], "model": ["flux-kontext-pro"]}
        await submit_form(harness.bob, opened, prompt="make it winter", which=["3"])
        (edit,) = await children(harness, job)
        assert not edit.request.model_chosen
        body = {"action": "edit", "prompt": "make it winter", "model": "flux-kontext-pro", "size": "3:2"}
        assert last_submission(harness) == body | {"image_url": job.images[2].url}
        shown = result_of(harness, edit)
        assert f"your edited picture is ready!\n-# Edited from [an earlier picture]({result.jump_url})" in text_of(
            shown
        )
        assert text_of(shown).startswith(f"<@{harness.bob.id}>, your")
        assert f"/flux-{edit.id}-source." in source_of(shown)
        source = harness.env.backend.cdn.get(source_of(shown))
        likeness = [are_alike(source, harness.fake.files[image.url.rpartition("/")[2]].data) for image in job.images]
        assert likeness == [False, False, True, False]

        opened = await press(harness.alice, shown, Verb.EDIT, edit)
        assert list(fields_of(opened)) == ["prompt", "model"]
        await submit_form(harness.alice, opened, prompt="make it winter", model=["flux-kontext-max"])
        (other,) = await children(harness, edit)
        assert other.request.model_chosen
        assert last_submission(harness) == body | {"model": "flux-kontext-max", "image_url": edit.images[0].url}


async def test_edit_of_a_private_result(tmp_path: Path) -> None:
    """The edit of a private card is private; the form opens with the model that its user prefers for edits."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, private=True)
        await harness.store.history.prefer(harness.alice.id, edit_model="flux-kontext-max")
        opened = await press(harness.alice, result, Verb.EDIT, job)
        assert prefilled(opened) == {"model": ["flux-kontext-max"]}
        sent = await while_database_hangs(harness, tmp_path, submit_form(harness.alice, opened, prompt="add a hat"))
        assert (sent.deferred, sent.ephemeral) == (True, True)
        (edit,) = await children(harness, job)
        assert edit.request.private
        assert harness.messages(viewer=harness.bob) == []


async def test_impossible_edits_of_a_result(tmp_path: Path) -> None:
    """Values that can't be chosen are refused privately and cost nothing; missing values have their defaults."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, count=4)
        for values, answer in (
            ({"model": ["flux-2-klein"]}, "There is no model “FLUX.2 klein” that edits pictures."),
            ({"prompt": "\u3000 "}, "The prompt is empty."),
            ({"which": ["5"]}, "This picture is no longer available"),
        ):
            opened = await press(harness.bob, result, Verb.EDIT, job)
            harness.change_interaction = forge_fields(values)
            assert private_text(await submit_form(harness.bob, opened, prompt="add a dog")).startswith(answer)
        assert len(harness.fake.submissions) == 1
        opened = await press(harness.bob, result, Verb.EDIT, job)
        harness.change_interaction = forge_fields({"which": ["11"], "prompt": "add a dog"}, keep_others=False)
        await submit_form(harness.bob, opened, prompt="add a dog")
        await children(harness, job)
        assert last_submission(harness)["image_url"] == job.images[0].url
        assert last_submission(harness)["model"] == "flux-kontext-pro"


async def test_upload(tmp_path: Path) -> None:
    """Without options, the form has all fields; the uploaded picture is edited and keeps its shape."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = add_sizes
        opened = await harness.alice.slash(harness.channel, "edit", size="   ")
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["image", "prompt", "model", "size"]
        assert prefilled(opened) == EMPTY
        assert not (await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat")).ephemeral
        result = await harness.wait_for_message(f"<@{harness.alice.id}>, your edited picture is ready!", "> add a cat")
        assert f"/flux-{(await latest_job(harness)).id}-source." in source_of(result)
        body = last_submission(harness)
        assert harness.env.backend.cdn.get(body.pop("image_url")) == ROOF[1]
        assert body == {"action": "edit", "prompt": "add a cat", "model": "flux-kontext-pro", "size": "16:9"}


async def test_options(tmp_path: Path) -> None:
    """The form opens with the command's options, but the submitted values count; a listed shape is never refused."""
    async with BotHarness(tmp_path) as harness:
        given = {"prompt": "add a *cat*", "model": "flux-kontext-max"}
        for typed, changes, sent in (
            ("9:21", {}, {"size": "9:21"}),
            ("portrait", {}, {"size": "2:3"}),
            ("768x1024", {}, {"size": "3:4"}),
            ("9:21", {"size": ["5:4"]}, {"size": "4:3"}),
            ("9:21", {"size": ["16:9"], "prompt": "a dog", "model": ["flux-kontext-pro"]}, {"size": "16:9"}),
        ):
            opened = await harness.alice.slash(harness.channel, "edit", size=f" {typed} ", **given)
            values: dict[str, Any] = {"prompt": "add a *cat*", "model": ["flux-kontext-max"], "size": [typed]}
            assert prefilled(opened) == values
            await submit_form(harness.alice, opened, image=ROOF, **changes)
            await latest_job(harness)
            body = last_submission(harness)
            actual = {"prompt": body["prompt"], "model": [body["model"]], "size": body["size"]}
            assert actual == values | changes | sent, (typed, changes)


async def test_pictures_without_a_prompt(tmp_path: Path) -> None:
    """If the pictures are known, the form remembers them and has no upload; an invalid choice means the first one."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        harness.change_interaction = add_sizes
        url = host.answer("/roof.png", serve(ROOF[1]))
        message = await harness.bob.send(harness.channel, "", attachments=[ROOF, DOOR])
        attached = await harness.alice.slash(harness.channel, "edit", image=ROOF, model="flux-kontext-max")
        linked = await harness.alice.slash(harness.channel, "edit", image_url=url)
        several = await harness.alice.context_menu(harness.channel, "Edit image", message)
        assert prefilled(attached) == EMPTY | {"model": ["flux-kontext-max"]}
        assert prefilled(several) == EMPTY | {"which": ["1"]}
        bodies = []
        for opened, which in ((attached, {}), (linked, {}), (several, {"which": ["3"]})):
            assert list(fields_of(opened)) == [*which, "prompt", "model", "size"]
            harness.change_interaction = forge_fields(which)
            await submit_form(harness.alice, opened, prompt="add a cat")
            await latest_job(harness)
            bodies.append(last_submission(harness))
        chosen = [(body["model"], body["size"]) for body in bodies]
        assert chosen == [("flux-kontext-max", "16:9"), ("flux-kontext-pro", "1:1"), ("flux-kontext-pro", "1:1")]
        assert bodies[1]["image_url"] == url
        assert [harness.env.backend.cdn.get(bodies[number]["image_url"]) for number in (0, 2)] == [ROOF[1], ROOF[1]]


async def test_privacy(tmp_path: Path) -> None:
    """The command's privacy applies, else the preferred one, even through a restart."""
    async with BotHarness(tmp_path) as harness:
        forms = []
        for preferred in (True, False):
            for options in ({}, {"private": True}, {"private": False}):
                opened = await harness.alice.slash(harness.channel, "edit", **options)
                forms.append((opened, preferred, options.get("private", preferred)))
        await harness.restart()
        for opened, preferred, expected in forms:
            await harness.store.history.prefer(harness.alice.id, private=preferred)
            sent = await submit_form(harness.alice, opened, image=ROOF, prompt="add a cat")
            assert sent.ephemeral == (await latest_job(harness)).request.private == expected
        assert len(harness.messages(viewer=harness.bob)) == 3


async def test_impossible_uploads(tmp_path: Path) -> None:
    """A value that can't be chosen is refused privately, the command's before the form opens; nothing is charged."""
    async with BotHarness(tmp_path) as harness:
        for size, shown in (("huge", "huge"), ("x" * 100, "xxx")):
            refused = await harness.alice.slash(harness.channel, "edit", size=size)
            assert f"FLUX Kontext pro doesn’t support the size “{shown}" in private_text(refused)
            assert refused.modal is None
        empty = "The prompt is empty."
        impossible: list[tuple[dict[str, Any], str]] = [
            ({"image": []}, "exactly one picture to edit"),
            ({"prompt": " \n "}, empty),
            ({"prompt": None}, empty),
            ({"prompt": "cat" * 2000}, "The prompt is longer than 4000 characters."),
            ({"model": ["../<@1>"]}, "There is no model “../\\<\\@1\\>” that edits pictures."),
            ({"size": ["99999x1"]}, "FLUX Kontext pro doesn’t support the size “99999x1”."),
            ({"size": ["16:0"]}, "FLUX Kontext pro doesn’t support the size “16\\:0”."),
        ]
        for values, answer in impossible:
            opened = await harness.alice.slash(harness.channel, "edit")
            harness.change_interaction = forge_fields(values)
            text = private_text(await submit_form(harness.alice, opened, image=ROOF, prompt="add a *cat*"))
            assert answer in text, values
            assert ("\n> " in text) == (answer != empty), values
        assert not harness.fake.submissions


async def test_forged_custom_ids(tmp_path: Path) -> None:
    """A form with an unknown custom_id is refused privately: it has expired, or has no picture."""
    async with BotHarness(tmp_path) as harness:
        expired, no_picture = "I no longer know which picture you meant", "exactly one picture to edit"
        answers = dict.fromkeys(("change", "change:", f"change:{'x' * 90}"), no_picture)
        answers |= dict.fromkeys(("change:::", "change:private:nothing"), expired)
        for custom_id, answer in answers.items():
            opened = await harness.alice.slash(harness.channel, "edit", image=ROOF)
            forge(harness, form_of(opened)["custom_id"], custom_id, "data")
            text = private_text(await submit_form(harness.alice, opened, prompt="add a cat"))
            assert answer in text, custom_id
            assert text.endswith("\n> add a cat"), custom_id


async def test_while_the_database_hangs(tmp_path: Path) -> None:
    """Both forms open with the defaults; that of a result offers all pictures it may have."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        await harness.store.history.prefer(harness.alice.id, edit_model="flux-kontext-max")
        opened = await while_database_hangs(harness, tmp_path, press(harness.alice, result, Verb.EDIT, job))
        assert prefilled(opened) == {"which": ["1"], "model": ["flux-kontext-pro"]}
        assert len(fields_of(opened)["which"]["options"]) == 4
        await submit_form(harness.alice, opened, prompt="make it winter")
        await children(harness, job)
        assert last_submission(harness)["image_url"] == job.images[0].url
        command = harness.alice.slash(harness.channel, "edit", prompt="add a cat")
        opened = await while_database_hangs(harness, tmp_path, command)
        assert prefilled(opened) == {"prompt": "add a cat"} | EMPTY


def covers(message: discord.Message) -> list[bool]:
    """Return whether each picture of a message is a spoiler."""
    shown = list(walk(message.components))
    covered = [part.spoiler for part in shown if isinstance(part, discord.ThumbnailComponent)]
    galleries = [part for part in shown if isinstance(part, discord.MediaGalleryComponent)]
    return covered + [item.spoiler for gallery in galleries for item in gallery.items]


async def test_spoilers(tmp_path: Path) -> None:
    """A result made from a spoiler, directly or not, is a spoiler wherever it is shown; no other result is."""
    async with BotHarness(tmp_path) as harness:
        for filename, covered in (("SPOILER_roof.png", True), ("roof.png", False)):
            job, result = await make_edit(harness, image=(filename, picture().read()))
            assert covers(result) == [covered] * 2
            for verb, changes in ((Verb.REROLL, {}), (Verb.REMIX, {"prompt": "a cap"}), (Verb.EDIT, {"prompt": "red"})):
                opened = await press(harness.bob, result, verb, job)
                if changes:
                    await submit_form(harness.bob, opened, **changes)
                made = await latest_job(harness)
                assert made.parent_id == job.id, verb
                assert covers(result_of(harness, made)) == [covered] * 2, verb
            assert covers(answer(await harness.alice.slash(harness.channel, "show", job=job.id))) == [covered] * 2
            assert covers(answer(await harness.alice.slash(harness.channel, "history")))[0] is covered
            await press(harness.alice, result, Verb.SAVE, job)
            assert covers(harness.messages(harness.alice.user.dm_channel)[-1]) == [covered]
            opened = await harness.bob.slash(harness.channel, "edit", prompt="a hat")
            await submit_form(harness.bob, opened, image=(filename, picture().read()))
            assert covers(result_of(harness, await latest_job(harness))) == [covered] * 2


async def test_another_picture(tmp_path: Path) -> None:
    """After a bad source, the form has the same instruction and model, and a field for another picture."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        message = "cannot identify image file <_io.BytesIO object at 0x7f3a>"
        harness.fake.faults.failure = [Failure("bad_request", message), None]
        job, failed = await make_edit(harness, image_url=url, model="flux-kontext-max")
        assert "could not use the picture" in text_of(failed)
        assert "BytesIO" not in text_of(failed)
        opened = await press(harness.alice, failed, Verb.SOURCE, job)
        assert list(fields_of(opened)) == ["image", "prompt", "model", "size"]
        assert prefilled(opened) == {
            "prompt": "add a hat",
            "model": ["flux-kontext-max"],
            "size": ["like-the-picture"],
        }
        await submit_form(harness.alice, opened, image=ROOF)
        result = await harness.wait_for_message("your edited picture is ready!", "> add a hat", viewer=harness.bob)
        assert not result.flags.ephemeral, "the first request was public, too"
        assert last_submission(harness)["image_url"] != url
