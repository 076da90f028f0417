"""What stands under "Apps" in a message's menu: Edit image and Remix prompt, of members' messages and our own."""

from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.sandbox.faults import ANSWERS
from tests.forms import asked, fields_of, form_of, prefilled, refusal, send_in, while_silent
from tests.harness import SMALL, BotHarness, gallery, job_id_of, picture, walk, words
from tests.wire.openapi import Payload

EDIT, REMIX = "Edit image", "Remix prompt"
ROOF = ("roof.png", picture(160, 90).read())
DOOR = ("door.png", picture(90, 160).read())


async def posted(harness: BotHarness, *files: tuple[str, bytes], text: str = "") -> discord.Message:
    """Return a message of bob's."""
    return await harness.bob.send(harness.channel, text, attachments=files)


def embedding(harness: BotHarness, *embeds: dict[str, Any], text: str = "") -> discord.Message:
    """Return a message of bob's with embeds, as Discord makes them of links."""
    stored = harness.env.backend.create_message(harness.channel.id, harness.bob.id, text, embeds=list(embeds))
    return next(message for message in harness.messages() if message.id == stored.id)


async def finished(harness: BotHarness, prompt: str = "a cat", **options: Any) -> discord.Message:
    """Return the message of a finished result of alice's."""
    await harness.imagine(prompt, **options)
    message = await harness.sees("ready")
    await harness.over(job_id_of(message))
    return message


async def edited(harness: BotHarness) -> discord.Message:
    """Return the message of an edit of alice's."""
    await harness.alice.slash(harness.channel, "edit", prompt="add a cat", image=ROOF)
    message = await harness.sees("your edited picture is ready")
    await harness.over(job_id_of(message))
    return message


def measuring(sizes: dict[str, tuple[int, int]]) -> Any:
    """Return a change that gives the sizes of a message's pictures, as Discord does."""

    def measure(payload: Payload) -> None:
        for message in payload["data"].get("resolved", {}).get("messages", {}).values():
            for attachment in message["attachments"]:
                attachment["width"], attachment["height"] = sizes[attachment["filename"]]

    return measure


# --- Edit image ----------------------------------------------------------------------------------------


async def test_edit_an_attachment(tmp_path: Path) -> None:
    """The picture of a member's message is changed, by who asked, and keeps its shape."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = measuring({"roof.png": (160, 90)})
        message = await posted(harness, ROOF, text="my house")
        opened = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        sent = await send_in(harness.alice, opened, prompt="add a cat")
        assert not sent.ephemeral
        result = await harness.sees(f"<@{harness.alice.id}> your edited picture is ready", "add a cat")
        body = asked(harness)
        assert harness.env.backend.cdn.get(body.pop("image_url")) == ROOF[1]
        assert body == {"action": "edit", "prompt": "add a cat", "model": "flux-kontext-pro", "size": "16:9"}
        assert "from" not in words(result).split("\n")[1]


@pytest.mark.parametrize(("which", "file", "size"), [("1", ROOF, "16:9"), ("2", DOOR, "9:16")])
async def test_edit_one_of_several(tmp_path: Path, which: str, file: tuple[str, bytes], size: str) -> None:
    """Of several pictures one is chosen; what is no picture is not offered."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = measuring({"roof.png": (160, 90), "door.png": (90, 160), "notes.txt": (1, 1)})
        message = await posted(harness, ROOF, ("notes.txt", b"nothing"), DOOR)
        opened = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert [option["label"] for option in fields_of(opened)["which"]["options"]] == ["Picture 1", "Picture 2"]
        await send_in(harness.alice, opened, prompt="add a cat", which=[which])
        await harness.sees("your edited picture is ready")
        assert harness.env.backend.cdn.get(asked(harness)["image_url"]) == file[1]
        assert asked(harness)["size"] == size


async def test_edit_with_other_choices(tmp_path: Path) -> None:
    """Model and shape can be chosen in the form."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.context_menu(harness.channel, EDIT, await posted(harness, ROOF))
        await send_in(harness.alice, opened, prompt="add a cat", model=["flux-kontext-max"], size=["9:21"])
        await harness.sees("your edited picture is ready")
        assert (asked(harness)["model"], asked(harness)["size"]) == ("flux-kontext-max", "9:21")


@pytest.mark.parametrize("place", ["image", "thumbnail"])
async def test_edit_an_embed(tmp_path: Path, place: str) -> None:
    """The picture that Discord shows of a link counts, by the address of Discord's own copy."""
    async with BotHarness(tmp_path) as harness:
        copy = harness.env.backend.cdn.store_attachment(7, harness.channel.id, *ROOF, None)["url"]
        shown = {"url": "https://example.org/roof.png", "proxy_url": copy, "width": 160, "height": 90}
        message = embedding(harness, {"type": "image", "url": shown["url"], place: shown}, text=str(shown["url"]))
        opened = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert "which" not in fields_of(opened)
        await send_in(harness.alice, opened, prompt="add a cat")
        await harness.sees("your edited picture is ready")
        assert (asked(harness)["image_url"], asked(harness)["size"]) == (copy, "16:9")


async def test_edit_what_was_forwarded(tmp_path: Path) -> None:
    """The picture in a forwarded message counts too."""
    async with BotHarness(tmp_path) as harness:
        forwarded = await harness.bob.forward(await posted(harness, ROOF), harness.channel)
        opened = await harness.alice.context_menu(harness.channel, EDIT, forwarded)
        await send_in(harness.alice, opened, prompt="add a cat")
        await harness.sees("your edited picture is ready")
        assert harness.env.backend.cdn.get(asked(harness)["image_url"]) == ROOF[1]


async def test_edit_our_own_result(tmp_path: Path) -> None:
    """The pictures of a result of ours can be chosen like any others, each once."""
    async with BotHarness(tmp_path) as harness:
        message = await finished(harness, count=3)
        opened = await harness.bob.context_menu(harness.channel, EDIT, message)
        assert len(fields_of(opened)["which"]["options"]) == 3
        await send_in(harness.bob, opened, prompt="add a cat", which=["2"])
        await harness.sees(f"<@{harness.bob.id}> your edited picture is ready")
        assert asked(harness)["image_url"] == gallery(message)[1].media.url


async def test_edit_our_own_edit(tmp_path: Path) -> None:
    """Of an edit the result comes first; what it was made from, small on the card, is the last choice."""
    async with BotHarness(tmp_path) as harness:
        message = await edited(harness)
        (result,) = [item.media.url for item in gallery(message)]
        (source,) = [
            part.media.url for part in walk(message.components) if isinstance(part, discord.ThumbnailComponent)
        ]

        def as_discord_does(payload: Payload) -> None:
            """Files that components show are no attachments."""
            for resolved in payload["data"].get("resolved", {}).get("messages", {}).values():
                resolved["attachments"] = []

        harness.change_interaction = as_discord_does
        for which, url in (("1", result), ("2", source)):
            opened = await harness.alice.context_menu(harness.channel, EDIT, message)
            assert len(fields_of(opened)["which"]["options"]) == 2
            await send_in(harness.alice, opened, prompt=f"make it {which}", which=[which])
            await harness.sees("your edited picture is ready", f"make it {which}")
            assert asked(harness)["image_url"] == url


@pytest.mark.parametrize("files", [(), (("notes.txt", b"nothing"),), (("clip.mp4", b"nothing"),)])
async def test_edit_without_a_picture(tmp_path: Path, files: tuple[tuple[str, bytes], ...]) -> None:
    """Where there is no picture, a kind word says what to do."""
    async with BotHarness(tmp_path) as harness:
        message = await posted(harness, *files, text="look at this")
        pressed = await harness.alice.context_menu(harness.channel, EDIT, message)
        assert pressed.modal is None
        assert refusal(pressed) == (
            "I can’t see a picture in that message. If there is one, save it and attach it to /edit."
        )


async def test_edit_what_is_too_large(tmp_path: Path) -> None:
    """A picture that the API would not take is refused before anything is asked."""
    async with BotHarness(tmp_path) as harness:

        def enlarge(payload: Payload) -> None:
            for message in payload["data"].get("resolved", {}).get("messages", {}).values():
                message["attachments"][0]["size"] = 25 * 1024 * 1024 + 1

        harness.change_interaction = enlarge
        alone = await harness.alice.context_menu(harness.channel, EDIT, await posted(harness, ROOF))
        assert "too large to edit. Please attach one of at most 25 MiB" in refusal(alone)
        opened = await harness.alice.context_menu(harness.channel, EDIT, await posted(harness, ROOF, DOOR))
        await send_in(harness.alice, opened, prompt="add a cat")
        await harness.sees("your edited picture is ready")
        assert harness.env.backend.cdn.get(asked(harness)["image_url"]) == DOOR[1]


async def test_edit_after_a_restart(tmp_path: Path) -> None:
    """Which picture was meant is forgotten then: a kind word says what to do, and what was typed is not lost."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.alice.context_menu(harness.channel, EDIT, await posted(harness, ROOF))
        await harness.restart()
        said = refusal(await send_in(harness.alice, opened, prompt="add a cat"))
        assert "Please choose “Edit image” again." in said
        assert said.endswith("You wrote: add a cat")
        assert not harness.fake.submissions


async def test_edit_remembers_each_form(tmp_path: Path) -> None:
    """Forms that are open at the same time do not mix their pictures up."""
    async with BotHarness(tmp_path) as harness:
        roof = await harness.alice.context_menu(harness.channel, EDIT, await posted(harness, ROOF))
        door = await harness.bob.context_menu(harness.channel, EDIT, await posted(harness, DOOR))
        for who, opened, file in ((harness.alice, roof, ROOF), (harness.bob, door, DOOR)):
            await send_in(who, opened, prompt="add a cat")
            await harness.sees(f"<@{who.id}> your edited picture is ready")
            assert harness.env.backend.cdn.get(asked(harness)["image_url"]) == file[1]


# --- Remix prompt --------------------------------------------------------------------------------------


async def test_remix_a_members_words(tmp_path: Path) -> None:
    """The words of a message become the prompt, as they were written; all else is as usual."""
    async with BotHarness(tmp_path) as harness:
        message = await posted(harness, text="  a *cat*\non a roof ")
        opened = await harness.alice.context_menu(harness.channel, REMIX, message)
        assert form_of(opened)["title"] == "Remix"
        values = prefilled(opened)
        assert (values["prompt"], values["model"], values["count"]) == ("a *cat*\non a roof", ["flux-dev"], "1")
        await send_in(harness.alice, opened)
        await harness.sees(f"<@{harness.alice.id}> your picture is ready")
        usual = {"action": "generate", "model": "flux-dev", "size": "1024x1024", "count": 1}
        assert asked(harness) == usual | {"prompt": "a *cat*\non a roof"}


async def test_remix_our_own_card(tmp_path: Path) -> None:
    """Of a result of ours it is the prompt behind it, not the words on it, with its model and size."""
    async with BotHarness(tmp_path) as harness:
        message = await finished(harness, "a *cat*\non a roof", size="128x64", count=2)
        before = asked(harness)
        opened = await harness.bob.context_menu(harness.channel, REMIX, message)
        assert prefilled(opened)["prompt"] == "a *cat*\non a roof"
        await send_in(harness.bob, opened)
        await harness.sees(f"<@{harness.bob.id}> your pictures are ready")
        assert asked(harness) == before
        opened = await harness.bob.context_menu(harness.channel, REMIX, message)
        await send_in(harness.bob, opened, prompt="a dog", model=["flux-dev"], size=["16:9"], count="1")
        await harness.sees("your picture is ready", "a dog")
        chosen = {"action": "generate", "prompt": "a dog", "model": "flux-dev", "size": "1344x768", "count": 1}
        assert asked(harness) == chosen


@pytest.mark.parametrize("state", ["waiting", "failed"])
async def test_remix_a_card_without_pictures(tmp_path: Path, state: str) -> None:
    """So it is with a status card and with a failure."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        if state == "failed":
            harness.fake.faults.submit = ANSWERS["moderation"]
        await harness.imagine("a *cat*", size="128x64", count=2)
        message = await harness.sees("filter refused" if state == "failed" else "Painting", "cat")
        opened = await harness.bob.context_menu(harness.channel, REMIX, message)
        values = prefilled(opened)
        assert (values["prompt"], values["model"], values["count"]) == ("a *cat*", ["flux-2-flex"], "2")


async def test_remix_our_own_edit(tmp_path: Path) -> None:
    """Of an edit it is what was to be changed: there is no picture to change here, so a new one is made of it."""
    async with BotHarness(tmp_path) as harness:
        opened = await harness.bob.context_menu(harness.channel, REMIX, await edited(harness))
        values = prefilled(opened)
        assert (values["prompt"], values["model"]) == ("add a cat", ["flux-dev"])


@pytest.mark.parametrize("lost", ["forgotten", "silent"])
async def test_remix_our_own_card_without_its_job(tmp_path: Path, lost: str) -> None:
    """Where the job is not at hand, it is the prompt that stands on the card, and nothing else on it."""
    async with BotHarness(tmp_path) as harness:
        message = await finished(harness, "1. a *cat* \\o/ <@1>")
        choosing = harness.bob.context_menu(harness.channel, REMIX, message)
        if lost == "silent":
            opened = await while_silent(harness, tmp_path, choosing)
        else:
            await harness.change("DELETE FROM jobs")
            opened = await choosing
        assert prefilled(opened)["prompt"] == "1. a *cat* \\o/ <@1>"


async def test_remix_an_embed(tmp_path: Path) -> None:
    """The words of an embed count."""
    async with BotHarness(tmp_path) as harness:
        message = embedding(harness, {"type": "rich", "title": "News", "description": "a cat on a roof"})
        opened = await harness.alice.context_menu(harness.channel, REMIX, message)
        assert prefilled(opened)["prompt"] == "a cat on a roof"


async def test_remix_what_is_very_long(tmp_path: Path) -> None:
    """A message may be longer than a prompt; what is too much is cut."""
    async with BotHarness(tmp_path) as harness:
        message = embedding(harness, {"type": "rich", "description": "cat " * 1024}, text="a " * 1000)
        opened = await harness.alice.context_menu(harness.channel, REMIX, message)
        assert prefilled(opened)["prompt"] == ("a " * 1000).strip() + "\n" + "cat " * 500


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_remix_without_words(tmp_path: Path, text: str) -> None:
    """Where there are no words, a kind one says what to do."""
    async with BotHarness(tmp_path) as harness:
        pressed = await harness.alice.context_menu(harness.channel, REMIX, await posted(harness, ROOF, text=text))
        assert pressed.modal is None
        assert refusal(pressed) == ("I can’t see any text in that message. If there is some, copy it into /imagine.")


async def test_remix_obeys_preferences(tmp_path: Path) -> None:
    """Model, shape, number, privacy and pings are as who asks prefers them."""
    async with BotHarness(tmp_path) as harness:
        likes = {"model": "flux-2-pro", "size": "16:9", "count": 2, "private": True, "ping": False}
        await harness.store.history.prefer(harness.alice.id, **likes)
        opened = await harness.alice.context_menu(harness.channel, REMIX, await posted(harness, text="a cat"))
        sent = await send_in(harness.alice, opened)
        assert sent.ephemeral
        await harness.sees("your pictures are ready", viewer=harness.alice)
        assert asked(harness) == {
            "action": "generate",
            "prompt": "a cat",
            "model": "flux-2-pro",
            "size": "1344x768",
            "count": 2,
        }
        assert len(harness.messages(viewer=harness.bob)) == 1


@pytest.mark.parametrize("ping", [True, False])
async def test_menus_ping_as_preferred(tmp_path: Path, ping: bool) -> None:
    """Results of both entries ping who asked, or not, as preferred."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, ping=ping)
        message = await posted(harness, ROOF, text="a dog")
        for entry, prompt in ((REMIX, "a dog"), (EDIT, "add a cat")):
            opened = await harness.alice.context_menu(harness.channel, entry, message)
            await send_in(harness.alice, opened, prompt=prompt)
            result = await harness.sees("ready", prompt)
            assert harness.pinged(result) == ([harness.alice.id] if ping else [])


@pytest.mark.parametrize("entry", [EDIT, REMIX])
@pytest.mark.parametrize("private", [True, False])
async def test_a_silent_database_gives_nothing_away(tmp_path: Path, entry: str, private: bool) -> None:
    """While nobody can tell whether the result is to be private, nobody else sees anything of it."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, private=private)
        opened = await harness.alice.context_menu(harness.channel, entry, await posted(harness, ROOF, text="a dog"))
        sent = await while_silent(harness, tmp_path, send_in(harness.alice, opened, prompt="a dog"))
        assert sent.ephemeral
        result = await harness.sees("ready", "> a dog", viewer=harness.alice if private else harness.bob)
        await harness.over(job_id_of(result))
        assert len(harness.messages(viewer=harness.bob)) == (1 if private else 2)


async def test_remix_opens_while_the_database_is_silent(tmp_path: Path) -> None:
    """A member's words are at hand without it."""
    async with BotHarness(tmp_path) as harness:
        message = await posted(harness, text="a cat")
        opened = await while_silent(harness, tmp_path, harness.alice.context_menu(harness.channel, REMIX, message))
        assert prefilled(opened)["prompt"] == "a cat"
        await send_in(harness.alice, opened, model=[SMALL["model"]])
        await harness.sees("your picture is ready", "a cat", SMALL["model"])
