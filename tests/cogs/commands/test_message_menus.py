"""The entries of a message's "Apps" menu: Edit image and Remix prompt, on members' messages and the bot's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import discord
import simcord

from flux_bot.sandbox.faults import ANSWERS
from flux_bot.ui.texts import PROMPT_ON_CARD
from tests.discord_server.payloads import Payload
from tests.finished_jobs import answer, latest_job, make_edit, make_result, private_text, prune
from tests.forms import fields_of, form_of, last_submission, prefilled, submit_form, while_database_hangs
from tests.harness import BotHarness, gallery, job_id_of, picture, text_of, walk

EDIT, REMIX = "Edit image", "Remix prompt"
ROOF = ("roof.png", picture(160, 90).read())
DOOR = ("door.png", picture(90, 160).read())
SIZES = {"roof.png": (160, 90), "door.png": (90, 160)}


async def post(harness: BotHarness, *files: tuple[str, bytes], text: str = "") -> discord.Message:
    """Return a message of bob's."""
    return await harness.bob.send(harness.channel, text, attachments=files)


def post_embeds(harness: BotHarness, *embeds: dict[str, Any], text: str = "") -> discord.Message:
    """Return a message of bob's with embeds, as Discord makes them from links."""
    stored = harness.env.backend.create_message(harness.channel.id, harness.bob.id, text, embeds=list(embeds))
    return next(message for message in harness.messages() if message.id == stored.id)


async def choose(
    harness: BotHarness, entry: str, message: discord.Message, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Choose an entry of a message's menu, by default as alice."""
    return await (who or harness.alice).context_menu(harness.channel, entry, message)


async def submit(harness: BotHarness, opened: simcord.InteractionResult, **changes: Any) -> Payload:
    """Let alice submit a form; return what is submitted to the image API, with the picture instead of its address."""
    await submit_form(harness.alice, opened, **{"prompt": "add a cat", **changes})
    await latest_job(harness)
    body = last_submission(harness)
    return body | {"image_url": harness.env.backend.cdn.get(body["image_url"])} if "image_url" in body else body


def change_messages(harness: BotHarness, change: Callable[[Payload], object]) -> None:
    """Change the message that comes with each interaction."""

    def change_all(payload: Payload) -> None:
        for message in payload["data"].get("resolved", {}).get("messages", {}).values():
            change(message)

    harness.change_interaction = change_all


def measure(message: Payload) -> None:
    """Add the dimensions of a message's pictures, as Discord does."""
    for attachment in message["attachments"]:
        attachment["width"], attachment["height"] = SIZES.get(attachment["filename"], (1, 1))


# --- Edit image ----------------------------------------------------------------------------------------


async def test_edit_attachments(tmp_path: Path) -> None:
    """The picture of a member's message is edited for the user, and keeps its shape; one of several is chosen."""
    async with BotHarness(tmp_path) as harness:
        change_messages(harness, measure)
        house = await post(harness, ROOF, text="my house")
        opened = await choose(harness, EDIT, house)
        assert form_of(opened)["title"] == "Edit a picture"
        assert list(fields_of(opened)) == ["prompt", "model", "size"]
        assert prefilled(opened) == {"model": ["flux-kontext-pro"], "size": ["like-the-picture"]}
        usual = {"action": "edit", "prompt": "add a cat", "model": "flux-kontext-pro", "size": "16:9"}
        assert await submit(harness, opened) == usual | {"image_url": ROOF[1]}
        result = await harness.wait_for_message(f"<@{harness.alice.id}>, your edited picture is ready", "add a cat")
        assert "from" not in text_of(result).split("\n")[1]
        chosen = {"model": "flux-kontext-max", "size": "9:21"}
        opened = await choose(harness, EDIT, house)
        body = await submit(harness, opened, model=[chosen["model"]], size=[chosen["size"]])
        assert body == usual | chosen | {"image_url": ROOF[1]}

        several = await post(harness, ROOF, ("notes.txt", b"nothing"), DOOR)
        for which, file, size in (("1", ROOF, "16:9"), ("2", DOOR, "9:16")):
            opened = await choose(harness, EDIT, several)
            assert [option["label"] for option in fields_of(opened)["which"]["options"]] == ["Picture 1", "Picture 2"]
            assert await submit(harness, opened, which=[which]) == usual | {"image_url": file[1], "size": size}


async def test_edit_other_pictures(tmp_path: Path) -> None:
    """The picture that Discord shows of a link is edited, by the address of Discord's copy; so is a forwarded one."""
    async with BotHarness(tmp_path) as harness:
        link = "https://example.org/roof.png"
        copy = harness.env.backend.cdn.store_attachment(7, harness.channel.id, *ROOF, None)["url"]
        shown = {"url": link, "proxy_url": copy, "width": 160, "height": 90}
        for place in ("image", "thumbnail"):
            opened = await choose(harness, EDIT, post_embeds(harness, {"type": "image", "url": link, place: shown}))
            assert "which" not in fields_of(opened), place
            body = await submit(harness, opened)
            assert (body["image_url"], body["size"]) == (ROOF[1], "16:9"), place
            assert last_submission(harness)["image_url"] == copy, place
        forwarded = await harness.bob.forward(await post(harness, DOOR), harness.channel)
        assert (await submit(harness, await choose(harness, EDIT, forwarded)))["image_url"] == DOOR[1]


async def test_edit_spoilers(tmp_path: Path) -> None:
    """If a picture is a spoiler in its message, so is the result, however the picture was marked."""
    name, data = ROOF
    link = "https://example.org/roof.png"
    async with BotHarness(tmp_path) as harness:
        copy = harness.env.backend.cdn.store_attachment(7, harness.channel.id, *ROOF, None)["url"]
        shown = {"type": "image", "url": link, "thumbnail": {"url": link, "proxy_url": copy, "width": 9, "height": 9}}
        media = {"media": {"url": copy, "proxy_url": copy}}
        pictures = {"type": 12, "items": [media]}
        small = {"type": 9, "components": [{"type": 10, "content": "a"}], "accessory": {"type": 11, **media}}

        def post_components(*components: Payload) -> discord.Message:
            stored = harness.env.backend.create_message(
                harness.channel.id, harness.bob.id, components=list(components), flags=1 << 15
            )
            return next(message for message in harness.messages() if message.id == stored.id)

        for message, covered in (
            (await post(harness, (f"SPOILER_{name}", data)), True),
            (await harness.bob.forward(await post(harness, (f"SPOILER_{name}", data)), harness.channel), True),
            (post_embeds(harness, shown, text=f"no ||{link}||"), True),
            (post_embeds(harness, shown, text="|| https://Example.ORG/./roof.png ||"), True),
            (post_embeds(harness, shown, text=f"||no|| {link}"), False),
            (post_components({"type": 12, "items": [media | {"spoiler": True}]}), True),
            (post_components({**small, "accessory": {"type": 11, **media, "spoiler": True}}), True),
            (post_components({"type": 17, "spoiler": True, "components": [pictures]}), True),
            (post_components({"type": 17, "spoiler": True, "components": [small]}), True),
            (post_components({"type": 17, "components": [pictures]}), False),
        ):
            await submit_form(harness.alice, await choose(harness, EDIT, message), prompt="a hat")
            assert (await latest_job(harness)).request.spoiler is covered, message


async def test_edit_stickers(tmp_path: Path) -> None:
    """A sticker is edited by its address; those that are animations in JSON have none."""
    formats = {1: "cdn.discordapp.com/stickers/7.png", 2: "cdn.discordapp.com/stickers/7.png", 3: None}
    async with BotHarness(tmp_path) as harness:
        message = await post(harness, text="hi")
        sticker: Payload = {"id": "7", "name": "wave"}
        change_messages(harness, lambda message: message.update(sticker_items=[sticker]))
        for number, url in (formats | {4: "media.discordapp.net/stickers/7.gif"}).items():
            sticker["format_type"] = number
            opened = await choose(harness, EDIT, message)
            assert (opened.modal is not None) is (url is not None), number
            if url:
                await submit_form(harness.alice, opened, prompt="a hat")
                assert (await latest_job(harness)).request.image_url == f"https://{url}", number


async def test_edit_results_of_the_bot(tmp_path: Path) -> None:
    """The pictures of a result can be chosen, each once; on an edit, the source, small on the card, is the last."""

    def as_discord_does(message: Payload) -> None:
        """Remove the attachments that components show, as Discord does."""
        message["attachments"] = []

    def sign_again(message: Payload) -> None:
        """Change the signatures of a message's attachments, which differ from those in its components."""
        for attachment in message["attachments"]:
            attachment["url"] = f"{attachment['url'].partition('?')[0]}?ex=6a000000"

    async with BotHarness(tmp_path) as harness:
        _, result = await make_result(harness, count=3)
        _, edit = await make_edit(harness, image=ROOF)
        (source,) = [part.media.url for part in walk(edit.components) if isinstance(part, discord.ThumbnailComponent)]
        for change in (sign_again, as_discord_does):
            change_messages(harness, change)
            for message, urls, which in (
                (result, [item.media.url for item in gallery(result)], 2),
                (edit, [gallery(edit)[0].media.url, source], 1),
                (edit, [gallery(edit)[0].media.url, source], 2),
            ):
                opened = await choose(harness, EDIT, message, harness.bob)
                assert len(fields_of(opened)["which"]["options"]) == len(urls)
                await submit_form(harness.bob, opened, prompt="add a cat", which=[str(which)])
                assert (await latest_job(harness)).origin.user_id == harness.bob.id
                assert last_submission(harness)["image_url"] == urls[which - 1]


async def test_edit_refusals(tmp_path: Path) -> None:
    """A message without an editable picture is refused, with advice on what to do."""
    none_found = "I can’t see a picture in that message. If there is one, save it and attach it to /edit."
    local = {"type": "image", "image": {"url": "http://127.0.0.1/roof.png", "width": 160, "height": 90}}
    async with BotHarness(tmp_path, allow_private_image_hosts=False) as harness:
        for message in (
            await post(harness, text="look at this"),
            await post(harness, ("notes.txt", b"nothing")),
            await post(harness, ("clip.mp4", b"nothing")),
            post_embeds(harness, local),
        ):
            pressed = await choose(harness, EDIT, message)
            assert pressed.modal is None
            assert private_text(pressed) == none_found, message

        change_messages(harness, lambda message: message["attachments"][0].update(size=25 * 1024 * 1024 + 1))
        alone = await choose(harness, EDIT, await post(harness, ROOF))
        assert "too large to edit. Please attach one of at most 25 MiB" in private_text(alone)
        opened = await choose(harness, EDIT, await post(harness, ROOF, DOOR))
        assert (await submit(harness, opened))["image_url"] == DOOR[1]


# --- Remix prompt --------------------------------------------------------------------------------------


async def test_remix_a_members_text(tmp_path: Path) -> None:
    """A message's text becomes the prompt, as typed; everything else has its default."""
    news = {"type": "rich", "title": "News", "description": "a cat on a roof"}
    async with BotHarness(tmp_path) as harness:
        opened = await choose(harness, REMIX, await post(harness, text="  a *cat*\non a roof "))
        assert form_of(opened)["title"] == "Remix"
        values = prefilled(opened)
        assert (values["prompt"], values["model"], values["count"]) == ("a *cat*\non a roof", ["flux-dev"], "1")
        await submit_form(harness.alice, opened)
        await harness.wait_for_message(f"<@{harness.alice.id}>, your picture is ready")
        usual = {"action": "generate", "model": "flux-dev", "size": "1:1", "count": 1}
        assert last_submission(harness) == usual | {"prompt": "a *cat*\non a roof"}

        long = post_embeds(harness, {"type": "rich", "description": "cat " * 1024}, text="a " * 1000)
        for message, prompt in (
            (post_embeds(harness, news), "a cat on a roof"),
            (post_embeds(harness, {"type": "rich", "title": "News"}, text="look"), "look\nNews"),
            (await harness.bob.forward(await post(harness, text="a dog"), harness.channel), "a dog"),
            (long, ("a " * 1000).strip() + "\n" + "cat " * 500),
        ):
            assert prefilled(await choose(harness, REMIX, message))["prompt"] == prompt

        for text in ("", "  \n "):
            pressed = await choose(harness, REMIX, await post(harness, ROOF, text=text))
            assert pressed.modal is None
            assert private_text(pressed) == (
                "I can’t see any text in that message. If there is some, copy it into /imagine."
            )


async def test_remix_codes(tmp_path: Path) -> None:
    """The prompt has names and dates instead of Discord's codes; unknown ones are left out."""
    async with BotHarness(tmp_path) as harness:
        role = harness.guild.create_role("artists")
        text = f"<@{harness.alice.id}> and <@!{harness.alice.id}>, <@&{role.id}> in <#{harness.channel.id}>"
        for code, shown in (
            (text, "@alice and @alice, @artists in #pictures"),
            ("a <@157730590492196864>cat<#157730590492196864>", "a cat"),
            ("<:pepe:1012345678901234567> <a:_w1:1012345678901234567> :smile:", ":pepe: :_w1: :smile:"),
            ("</imagine:1012345678901234567>", "/imagine"),
            ("<t:1700000000> <t:1700000000:R>", "14 November 2023, 22:13 14 November 2023, 22:13"),
            ("<t:1700000000:t>, <t:1699000000:D>, <t:0:T>", "22:13, 3 November 2023, 00:00:00"),
            (f"<t:{'9' * 30}> @everyone <3 <@1>", f"<t:{'9' * 30}> @everyone <3 <@1>"),
        ):
            opened = await choose(harness, REMIX, await post(harness, text=code))
            assert prefilled(opened)["prompt"] == shown, code


async def test_remix_a_result_of_the_bot(tmp_path: Path) -> None:
    """For one of the bot's results the form has its prompt, model and size; without its job, the prompt on the card."""
    prompt = "1. a *cat* \\o/ <@1>"
    async with BotHarness(tmp_path) as harness:
        _, message = await make_result(harness, prompt, size="96x64", count=2)
        before = last_submission(harness)
        opened = await choose(harness, REMIX, message, harness.bob)
        assert prefilled(opened)["prompt"] == prompt
        await submit_form(harness.bob, opened)
        await harness.wait_for_message(f"<@{harness.bob.id}>, your pictures are ready")
        assert last_submission(harness) == before
        opened = await choose(harness, REMIX, message)
        chosen = {"action": "generate", "prompt": "a dog", "model": "flux-dev", "size": "16:9", "count": 1}
        assert await submit(harness, opened, prompt="a dog", model=["flux-dev"], size=["16:9"], count="1") == chosen

        # only the prompt of an edit is used
        _, edit = await make_edit(harness, "add a cat", image=ROOF)
        values = prefilled(await choose(harness, REMIX, edit))
        assert (values["prompt"], values["model"]) == ("add a cat", ["flux-dev"])

        opened = await while_database_hangs(harness, tmp_path, choose(harness, REMIX, message))
        assert prefilled(opened)["prompt"] == prompt
        await prune(harness)
        values = prefilled(await choose(harness, REMIX, message))
        assert (values["prompt"], values["model"], values["count"]) == (prompt, ["flux-dev"], "1")
        assert "Only the beginning" not in str(form_of(opened))


async def test_remix_of_a_long_prompt(tmp_path: Path) -> None:
    """The form has the full prompt, although the card does not; without the job, it says that the end is unknown."""
    prompt = "a cat " * 200 + "and a dog"
    async with BotHarness(tmp_path) as harness:
        _, message = await make_result(harness, prompt)
        assert "and a dog" not in text_of(message)
        opened = await choose(harness, REMIX, message)
        assert prefilled(opened)["prompt"] == prompt
        assert "Only the beginning" not in str(form_of(opened))
        await prune(harness)
        opened = await choose(harness, REMIX, message)
        beginning = prefilled(opened)["prompt"]
        assert prompt.startswith(beginning.removesuffix("…"))
        assert len(beginning) == PROMPT_ON_CARD
        assert "Only the beginning of the prompt is known" in str(form_of(opened))


async def test_remix_a_card_without_pictures(tmp_path: Path) -> None:
    """A status card and a failure work in the same way; the bot's other messages have no prompt."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await harness.start_job("a *cat*", size="96x64", count=2)
        waiting = await harness.wait_for_message("Painting", "cat")
        harness.fake.faults.submit = ANSWERS["moderation"]
        await harness.imagine("a *dog*", size="96x64", count=2)
        failed = await harness.wait_for_message("filter refused", "dog", viewer=harness.alice)
        for message, prompt, who in ((waiting, "a *cat*", harness.bob), (failed, "a *dog*", harness.alice)):
            values = prefilled(await choose(harness, REMIX, message, who))
            assert (values["prompt"], values["model"], values["count"]) == (prompt, ["flux-2-flex"], "2")
        panel = answer(await harness.alice.slash(harness.channel, "jobs"))
        assert "I can’t see any text" in private_text(await choose(harness, REMIX, panel))


async def test_remix_uses_preferences(tmp_path: Path) -> None:
    """Model, shape, number and privacy follow the user's preferences."""
    async with BotHarness(tmp_path) as harness:
        likes = {"model": "flux-2-pro", "size": "16:9", "count": 2, "private": True}
        await harness.store.history.prefer(harness.alice.id, **likes)
        message = await post(harness, text="a cat")
        sent = await submit_form(harness.alice, await choose(harness, REMIX, message))
        assert sent.ephemeral
        await harness.wait_for_message("your pictures are ready", viewer=harness.alice)
        expected = {"action": "generate", "prompt": "a cat", "model": "flux-2-pro", "size": "16:9", "count": 2}
        assert last_submission(harness) == expected
        assert len(harness.messages(viewer=harness.bob)) == 1
        assert not (await latest_job(harness)).request.model_chosen
        await submit_form(harness.alice, await choose(harness, REMIX, message), model=["flux-dev"], prompt="a dog")
        request = (await latest_job(harness)).request
        assert (request.model, request.model_chosen) == ("flux-dev", True)


# --- private messages ----------------------------------------------------------------------------------


async def test_private_messages(tmp_path: Path) -> None:
    """A result made from a private message is private, whatever the user prefers."""
    async with BotHarness(tmp_path) as harness:
        _, result = await make_result(harness, private=True)
        shown = answer(await harness.alice.slash(harness.channel, "show", job=job_id_of(result)))
        for message in (result, shown):
            for entry in (EDIT, REMIX):
                sent = await submit_form(harness.alice, await choose(harness, entry, message), prompt="a dog")
                assert sent.ephemeral, entry
                assert (await latest_job(harness)).request.private, entry
        assert harness.messages(viewer=harness.bob) == []


# --- while the database hangs --------------------------------------------------------------------------


async def test_while_the_database_hangs(tmp_path: Path) -> None:
    """A member's text needs no database; while the privacy preference can't be read, other users see nothing."""
    async with BotHarness(tmp_path) as harness:
        message = await post(harness, ROOF, text="a dog")
        opened = await while_database_hangs(harness, tmp_path, choose(harness, REMIX, message))
        assert prefilled(opened)["prompt"] == "a dog"
        for entry, private in ((EDIT, True), (REMIX, False)):
            await harness.store.history.prefer(harness.alice.id, private=private)
            opened = await choose(harness, entry, message)
            sent = await while_database_hangs(harness, tmp_path, submit_form(harness.alice, opened, prompt=entry))
            assert sent.ephemeral, entry
            viewer = harness.alice if private else harness.bob
            result = await harness.wait_for_message("ready", f"> {entry}", viewer=viewer)
            await harness.wait_until_closed(job_id_of(result))
            assert len(harness.messages(viewer=harness.bob)) == (1 if private else 2), entry
