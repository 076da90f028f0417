"""The entries of a message's "Apps" menu: Edit image and Remix prompt, on members' messages and the bot's own."""

from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.sandbox.faults import ANSWERS
from tests.forms import fields_of, form_of, last_submission, prefilled, refusal, submit_form, while_database_hangs
from tests.harness import SMALL, BotHarness, gallery, job_id_of, picture, text_of, walk
from tests.discord_server.payloads import Payload

EDIT, REMIX = "Edit image", "Remix prompt"
ROOF = ("roof.png", picture(160, 90).read())
DOOR = ("door.png", picture(90, 160).read())


async def post(harness: BotHarness, *files: tuple[str, bytes], text: str = "") -> discord.Message:
    """Return a message of bob's."""
    return await harness.bob.send(harness.channel, text, attachments=files)


def post_embeds(harness: BotHarness, *embeds: dict[str, Any], text: str = "") -> discord.Message:
    """Return a message of bob's with embeds, as Discord makes them from links."""
    stored = harness.env.backend.create_message(harness.channel.id, harness.bob.id, text, embeds=list(embeds))
    return next(message for message in harness.messages() if message.id == stored.id)


async def result_of(harness: BotHarness, prompt: str = "a cat", **options: Any) -> discord.Message:
    """Return the message of a finished result of alice's."""
    await harness.imagine(prompt, **options)
    message = await harness.wait_for_message("ready")
    await harness.wait_until_closed(job_id_of(message))
    return message


async def edit_result(harness: BotHarness) -> discord.Message:
    """Return the message of an edit of alice's."""
    await harness.alice.slash(harness.channel, "edit", prompt="add a cat", image=ROOF)
    message = await harness.wait_for_message("your edited picture is ready")
    await harness.wait_until_closed(job_id_of(message))
    return message


def add_sizes(sizes: dict[str, tuple[int, int]]) -> Any:
    """Return a change that adds the dimensions of a message's pictures, as Discord does."""

    def measure(payload: Payload) -> None:
        for message in payload["data"].get("resolved", {}).get("messages", {}).values():
            for attachment in message["attachments"]:
                attachment["width"], attachment["height"] = sizes[attachment["filename"]]

    return measure


# --- Edit image ----------------------------------------------------------------------------------------


async def test_edit_an_attachment(tmp_path: Path) -> None:
    """The picture of a member's message is edited for the user, and keeps its shape."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = add_sizes({"roof.png": (160, 90)})
        message = await post(harness, ROOF, text="my house")
        opened = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        sent = await submit_form(harness.alice, opened, prompt="add a cat")
        assert not sent.ephemeral
        result = await harness.wait_for_message(f"<@{harness.alice.id}> your edited picture is ready", "add a cat")
        body = last_submission(harness)
        assert harness.env.backend.cdn.get(body.pop("image_url")) == ROOF[1]
        assert body == {"action": "edit", "prompt": "add a cat", "model": "flux-kontext-pro", "size": "16:9"}
        assert "from" not in text_of(result).split("\n")[1]


@pytest.mark.parametrize(("which", "file", "size"), [("1", ROOF, "16:9"), ("2", DOOR, "9:16")])
async def test_edit_one_of_several(tmp_path: Path, which: str, file: tuple[str, bytes], size: str) -> None:
    """One of several pictures is chosen; other files are not offered."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = add_sizes({"roof.png": (160, 90), "door.png": (90, 160), "notes.txt": (1, 1)})
        message = await post(harness, ROOF, ("notes.txt", b"nothing"), DOOR)
        opened = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert [option["label"] for option in fields_of(opened)["which"]["options"]] == ["Picture 1", "Picture 2"]
        await submit_form(harness.alice, opened, prompt="add a cat", which=[which])
        await harness.wait_for_message("your edited picture is ready")
        assert harness.env.backend.cdn.get(last_submission(harness)["image_url"]) == file[1]
        assert last_submission(harness)["size"] == size


async def test_edit_with_other_choices(tmp_path: Path) -> None:
    """Model and shape can be chosen in the form."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.context_menu(harness.channel, EDIT, await post(harness, ROOF))
        await submit_form(harness.alice, opened, prompt="add a cat", model=["flux-kontext-max"], size=["9:21"])
        await harness.wait_for_message("your edited picture is ready")
        assert (last_submission(harness)["model"], last_submission(harness)["size"]) == ("flux-kontext-max", "9:21")


@pytest.mark.parametrize("place", ["image", "thumbnail"])
async def test_edit_an_embed(tmp_path: Path, place: str) -> None:
    """The picture that Discord shows of a link is edited, by the address of Discord's own copy."""
    async with BotHarness(tmp_path) as harness:
        copy = harness.env.backend.cdn.store_attachment(7, harness.channel.id, *ROOF, None)["url"]
        shown = {"url": "https://example.org/roof.png", "proxy_url": copy, "width": 160, "height": 90}
        message = post_embeds(harness, {"type": "image", "url": shown["url"], place: shown}, text=str(shown["url"]))
        opened = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert "which" not in fields_of(opened)
        await submit_form(harness.alice, opened, prompt="add a cat")
        await harness.wait_for_message("your edited picture is ready")
        assert (last_submission(harness)["image_url"], last_submission(harness)["size"]) == (copy, "16:9")


async def test_edit_a_forwarded_picture(tmp_path: Path) -> None:
    """The picture in a forwarded message is edited too."""
    async with BotHarness(tmp_path) as harness:
        forwarded = await harness.bob.forward(await post(harness, ROOF), harness.channel)
        opened = await harness.alice.context_menu(harness.channel, EDIT, forwarded)
        await submit_form(harness.alice, opened, prompt="add a cat")
        await harness.wait_for_message("your edited picture is ready")
        assert harness.env.backend.cdn.get(last_submission(harness)["image_url"]) == ROOF[1]


async def test_edit_a_result_of_the_bot(tmp_path: Path) -> None:
    """The pictures of one of the bot's results can be chosen, each once."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, count=3)
        opened = await harness.bob.context_menu(harness.channel, EDIT, message)
        assert len(fields_of(opened)["which"]["options"]) == 3
        await submit_form(harness.bob, opened, prompt="add a cat", which=["2"])
        await harness.wait_for_message(f"<@{harness.bob.id}> your edited picture is ready")
        assert last_submission(harness)["image_url"] == gallery(message)[1].media.url


async def test_edit_an_edit_of_the_bot(tmp_path: Path) -> None:
    """For one of the bot's edits the result comes first; its source, small on the card, is the last choice."""
    async with BotHarness(tmp_path) as harness:
        message = await edit_result(harness)
        (result,) = [item.media.url for item in gallery(message)]
        (source,) = [
            part.media.url for part in walk(message.components) if isinstance(part, discord.ThumbnailComponent)
        ]

        def as_discord_does(payload: Payload) -> None:
            """Remove the attachments that components show, as Discord does."""
            for resolved in payload["data"].get("resolved", {}).get("messages", {}).values():
                resolved["attachments"] = []

        harness.change_interaction = as_discord_does
        for which, url in (("1", result), ("2", source)):
            opened = await harness.alice.context_menu(harness.channel, EDIT, message)
            assert len(fields_of(opened)["which"]["options"]) == 2
            await submit_form(harness.alice, opened, prompt=f"make it {which}", which=[which])
            await harness.wait_for_message("your edited picture is ready", f"make it {which}")
            assert last_submission(harness)["image_url"] == url


@pytest.mark.parametrize("files", [(), (("notes.txt", b"nothing"),), (("clip.mp4", b"nothing"),)])
async def test_edit_without_a_picture(tmp_path: Path, files: tuple[tuple[str, bytes], ...]) -> None:
    """If the message has no picture, the answer says what to do."""
    async with BotHarness(tmp_path) as harness:
        message = await post(harness, *files, text="look at this")
        pressed = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert pressed.modal is None
        assert refusal(pressed) == (
            "I can’t see a picture in that message. If there is one, save it and attach it to /edit."
        )


async def test_edit_a_picture_that_is_too_large(tmp_path: Path) -> None:
    """A picture that the API would refuse is refused before anything is submitted."""
    async with BotHarness(tmp_path) as harness:

        def enlarge(payload: Payload) -> None:
            for message in payload["data"].get("resolved", {}).get("messages", {}).values():
                message["attachments"][0]["size"] = 25 * 1024 * 1024 + 1

        harness.change_interaction = enlarge
        alone = await harness.alice.context_menu(harness.channel, EDIT, await post(harness, ROOF))
        assert "too large to edit. Please attach one of at most 25 MiB" in refusal(alone)
        opened = await harness.alice.context_menu(harness.channel, EDIT, await post(harness, ROOF, DOOR))
        await submit_form(harness.alice, opened, prompt="add a cat")
        await harness.wait_for_message("your edited picture is ready")
        assert harness.env.backend.cdn.get(last_submission(harness)["image_url"]) == DOOR[1]


async def test_edit_after_a_restart(tmp_path: Path) -> None:
    """After a restart the chosen picture is unknown: the answer says what to do and returns the prompt."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.context_menu(harness.channel, EDIT, await post(harness, ROOF))
        await harness.restart()
        text = refusal(await submit_form(harness.alice, opened, prompt="add a cat"))
        assert "Please choose “Edit image” again." in text
        assert text.endswith("You wrote: add a cat")
        assert not harness.fake.submissions


async def test_edit_remembers_each_form(tmp_path: Path) -> None:
    """Forms open at the same time use their own pictures."""
    async with BotHarness(tmp_path) as harness:
        roof = await harness.alice.context_menu(harness.channel, EDIT, await post(harness, ROOF))
        door = await harness.bob.context_menu(harness.channel, EDIT, await post(harness, DOOR))
        for who, opened, file in ((harness.alice, roof, ROOF), (harness.bob, door, DOOR)):
            await submit_form(who, opened, prompt="add a cat")
            await harness.wait_for_message(f"<@{who.id}> your edited picture is ready")
            assert harness.env.backend.cdn.get(last_submission(harness)["image_url"]) == file[1]


# --- Remix prompt --------------------------------------------------------------------------------------


async def test_remix_a_members_text(tmp_path: Path) -> None:
    """A message's text becomes the prompt, as typed; everything else has its default."""
    async with BotHarness(tmp_path) as harness:
        message = await post(harness, text="  a *cat*\non a roof ")
        opened = await harness.alice.context_menu(harness.channel, REMIX, message)
        assert form_of(opened)["title"] == "Remix"
        values = prefilled(opened)
        assert (values["prompt"], values["model"], values["count"]) == ("a *cat*\non a roof", ["flux-dev"], "1")
        await submit_form(harness.alice, opened)
        await harness.wait_for_message(f"<@{harness.alice.id}> your picture is ready")
        usual = {"action": "generate", "model": "flux-dev", "size": "1024x1024", "count": 1}
        assert last_submission(harness) == usual | {"prompt": "a *cat*\non a roof"}


async def test_remix_a_result_of_the_bot(tmp_path: Path) -> None:
    """For one of the bot's results the form has its prompt, model and size."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, "a *cat*\non a roof", size="128x64", count=2)
        before = last_submission(harness)
        opened = await harness.bob.context_menu(harness.channel, REMIX, message)
        assert prefilled(opened)["prompt"] == "a *cat*\non a roof"
        await submit_form(harness.bob, opened)
        await harness.wait_for_message(f"<@{harness.bob.id}> your pictures are ready")
        assert last_submission(harness) == before
        opened = await harness.bob.context_menu(harness.channel, REMIX, message)
        await submit_form(harness.bob, opened, prompt="a dog", model=["flux-dev"], size=["16:9"], count="1")
        await harness.wait_for_message("your picture is ready", "a dog")
        chosen = {"action": "generate", "prompt": "a dog", "model": "flux-dev", "size": "1344x768", "count": 1}
        assert last_submission(harness) == chosen


@pytest.mark.parametrize("state", ["waiting", "failed"])
async def test_remix_a_card_without_pictures(tmp_path: Path, state: str) -> None:
    """A status card and a failure work in the same way."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        if state == "failed":
            harness.fake.faults.submit = ANSWERS["moderation"]
        await harness.imagine("a *cat*", size="128x64", count=2)
        message = await harness.wait_for_message("filter refused" if state == "failed" else "Painting", "cat")
        opened = await harness.bob.context_menu(harness.channel, REMIX, message)
        values = prefilled(opened)
        assert (values["prompt"], values["model"], values["count"]) == ("a *cat*", ["flux-2-flex"], "2")


async def test_remix_an_edit_of_the_bot(tmp_path: Path) -> None:
    """For one of the bot's edits the form has its prompt, and makes a new picture."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.bob.context_menu(harness.channel, REMIX, await edit_result(harness))
        values = prefilled(opened)
        assert (values["prompt"], values["model"]) == ("add a cat", ["flux-dev"])


@pytest.mark.parametrize("lost", ["forgotten", "silent"])
async def test_remix_a_result_without_its_job(tmp_path: Path, lost: str) -> None:
    """Without the job, the form has only the prompt on the card."""
    async with BotHarness(tmp_path) as harness:
        message = await result_of(harness, "1. a *cat* \\o/ <@1>")
        choosing = harness.bob.context_menu(harness.channel, REMIX, message)
        if lost == "silent":
            opened = await while_database_hangs(harness, tmp_path, choosing)
        else:
            await harness.change("DELETE FROM jobs")
            opened = await choosing
        assert prefilled(opened)["prompt"] == "1. a *cat* \\o/ <@1>"


async def test_remix_an_embed(tmp_path: Path) -> None:
    """The text of an embed is used too."""
    async with BotHarness(tmp_path) as harness:
        message = post_embeds(harness, {"type": "rich", "title": "News", "description": "a cat on a roof"})
        opened = await harness.alice.context_menu(harness.channel, REMIX, message)
        assert prefilled(opened)["prompt"] == "a cat on a roof"


async def test_remix_a_very_long_message(tmp_path: Path) -> None:
    """A message longer than a prompt may be is truncated."""
    async with BotHarness(tmp_path) as harness:
        message = post_embeds(harness, {"type": "rich", "description": "cat " * 1024}, text="a " * 1000)
        opened = await harness.alice.context_menu(harness.channel, REMIX, message)
        assert prefilled(opened)["prompt"] == ("a " * 1000).strip() + "\n" + "cat " * 500


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_remix_without_text(tmp_path: Path, text: str) -> None:
    """If the message has no text, the answer says what to do."""
    async with BotHarness(tmp_path) as harness:
        pressed = await harness.alice.context_menu(harness.channel, REMIX, await post(harness, ROOF, text=text))
        assert pressed.modal is None
        assert refusal(pressed) == ("I can’t see any text in that message. If there is some, copy it into /imagine.")


async def test_remix_uses_preferences(tmp_path: Path) -> None:
    """Model, shape, number, privacy and pings follow the user's preferences."""
    async with BotHarness(tmp_path) as harness:
        likes = {"model": "flux-2-pro", "size": "16:9", "count": 2, "private": True, "ping": False}
        await harness.store.history.prefer(harness.alice.id, **likes)
        opened = await harness.alice.context_menu(harness.channel, REMIX, await post(harness, text="a cat"))
        sent = await submit_form(harness.alice, opened)
        assert sent.ephemeral
        await harness.wait_for_message("your pictures are ready", viewer=harness.alice)
        assert last_submission(harness) == {
            "action": "generate",
            "prompt": "a cat",
            "model": "flux-2-pro",
            "size": "1344x768",
            "count": 2,
        }
        assert len(harness.messages(viewer=harness.bob)) == 1


@pytest.mark.parametrize("ping", [True, False])
async def test_menus_ping_as_preferred(tmp_path: Path, ping: bool) -> None:
    """Results of both entries ping the user or not, as preferred."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, ping=ping)
        message = await post(harness, ROOF, text="a dog")
        for entry, prompt in ((REMIX, "a dog"), (EDIT, "add a cat")):
            opened = await harness.alice.context_menu(harness.channel, entry, message)
            await submit_form(harness.alice, opened, prompt=prompt)
            result = await harness.wait_for_message("ready", prompt)
            assert harness.pinged(result) == ([harness.alice.id] if ping else [])


@pytest.mark.parametrize("entry", [EDIT, REMIX])
@pytest.mark.parametrize("private", [True, False])
async def test_private_while_the_database_hangs(tmp_path: Path, entry: str, private: bool) -> None:
    """While the privacy preference can't be read, other users see nothing."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, private=private)
        opened = await harness.alice.context_menu(harness.channel, entry, await post(harness, ROOF, text="a dog"))
        sent = await while_database_hangs(harness, tmp_path, submit_form(harness.alice, opened, prompt="a dog"))
        assert sent.ephemeral
        result = await harness.wait_for_message("ready", "> a dog", viewer=harness.alice if private else harness.bob)
        await harness.wait_until_closed(job_id_of(result))
        assert len(harness.messages(viewer=harness.bob)) == (1 if private else 2)


async def test_remix_opens_while_the_database_hangs(tmp_path: Path) -> None:
    """A member's text needs no database."""
    async with BotHarness(tmp_path) as harness:
        message = await post(harness, text="a cat")
        opened = await while_database_hangs(
            harness, tmp_path, harness.alice.context_menu(harness.channel, REMIX, message)
        )
        assert prefilled(opened)["prompt"] == "a cat"
        await submit_form(harness.alice, opened, model=[SMALL["model"]])
        await harness.wait_for_message("your picture is ready", "a cat", SMALL["model"])
