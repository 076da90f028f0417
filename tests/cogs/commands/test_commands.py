"""/imagine and /edit end to end: what users see, and the calls made, in every kind of place."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from flux_bot.core.catalogue import Catalogue, load_catalogue
from flux_bot.core.jobs import Action
from flux_bot.sandbox.faults import ANSWERS
from tests.flux.caller import eventually
from tests.harness import SMALL, BotHarness, alt_texts, gallery, job_id_of, picture, text_of
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve
from tests.discord_server.payloads import Payload


async def test_imagine_in_a_channel(tmp_path: Path) -> None:
    """The card appears immediately; all pictures come in one message that pings the user; then the card is removed."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        interaction = await harness.imagine("a cat on a roof", count=3)
        assert interaction.response is not None
        card = text_of(interaction.response.message)
        assert not interaction.ephemeral
        assert re.search(r"Painting\*\*, started <t:\d+:R>\. This usually takes one to two minutes\.", card)
        job_id = job_id_of(interaction.response.message)
        assert card.endswith(f"\n> a cat on a roof\n-# flux-2-flex · 64x64 · `{job_id}`")

        await eventually(lambda: job_id in harness.tasks)
        await harness.fake.finish(harness.tasks[job_id].id)
        await harness.wait_until_closed(job_id)
        (result,) = harness.messages()
        assert re.fullmatch(
            rf"<@{harness.alice.id}> your pictures are ready\.\n> a cat on a roof\n"
            rf"-# flux-2-flex · 64x64 · \d+ s · `{job_id}`",
            text_of(result),
        )
        assert alt_texts(result) == [f"Picture {number} of 3: a cat on a roof" for number in (1, 2, 3)]
        assert harness.pinged(result) == [harness.alice.id]
        painted = [file.data for file in harness.fake.files.values()]
        assert [harness.env.backend.cdn.get(item.media.url) for item in gallery(result)] == painted
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_what_is_submitted(tmp_path: Path) -> None:
    """The request is submitted unchanged, with a callback address."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("  a cat  ", model="flux-dev", size="16:9", count=2)
        await harness.wait_for_message("your pictures are ready")
        body = dict(harness.fake.submissions[0].body)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callbacks/[\w-]{16}/[\w-]{43}", body.pop("callback_url"))
        expected = {"action": "generate", "prompt": "a cat", "model": "flux-dev", "size": "1344x768", "count": 2}
        assert body == expected


async def test_usual_time(tmp_path: Path) -> None:
    """Once a model has made a picture, its card says how long it usually takes."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        second = await harness.imagine()
        assert second.response is not None
        assert re.search(r"flux-2-flex usually takes about \d+ s\.", text_of(second.response.message))


async def test_private(tmp_path: Path) -> None:
    """Only its user sees a private request, from the card to the picture that replaces it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        interaction = await harness.imagine("a secret cat", private=True)
        assert interaction.ephemeral
        assert interaction.response is not None
        job_id = job_id_of(interaction.response.message)
        await eventually(lambda: job_id in harness.tasks)
        await harness.fake.finish(harness.tasks[job_id].id)
        await harness.wait_until_closed(job_id)
        (result,) = harness.messages(viewer=harness.alice)
        assert result.id == interaction.response.id
        assert "your picture is ready" in text_of(result)
        assert alt_texts(result) == ["a secret cat"]
        assert harness.messages(viewer=harness.bob) == []
        assert harness.calls == ["publish", "reply", "edit reply"]


async def test_edit_attachment(tmp_path: Path) -> None:
    """/edit edits an attached picture and keeps its shape."""

    def measure(payload: Payload) -> None:
        """Add the picture's dimensions, as Discord does."""
        for attachment in payload["data"]["resolved"]["attachments"].values():
            attachment.update(width=160, height=90)

    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = measure
        file = ("roof.png", picture(160, 90).read())
        interaction = await harness.alice.slash(harness.channel, "edit", prompt="add a cat", image=file)
        assert interaction.response is None or "Editing**, started" in text_of(interaction.response.message)
        result = await harness.wait_for_message(
            "your edited picture is ready.", "> add a cat", "flux-kontext-pro · 16:9"
        )
        assert alt_texts(result) == ["add a cat"]
        body = harness.fake.submissions[0].body
        assert harness.env.backend.cdn.get(body["image_url"]) == file[1]
        assert (body["action"], body["size"], "count" in body) == ("edit", "16:9", False)
        shown = harness.env.backend.cdn.get(gallery(result)[0].media.url)
        assert shown is not None
        with Image.open(io.BytesIO(shown)) as image:
            assert image.width / image.height == pytest.approx(16 / 9, rel=0.05)


async def test_edit_address(tmp_path: Path) -> None:
    """/edit accepts the address of a picture, with a model and a size."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        options = {"model": "flux-kontext-max", "size": "square", "private": True}
        await harness.alice.slash(harness.channel, "edit", prompt="add a cat", image_url=f" {url} ", **options)
        await harness.wait_for_message("your edited picture is ready.", "flux-kontext-max · 1:1", viewer=harness.alice)
        assert harness.fake.submissions[0].body["image_url"] == url
        assert len(host.requests) == 2, "the image API fetches it, and the bot to show the source picture"


async def test_direct_message(tmp_path: Path) -> None:
    """A direct message to the bot works as a channel does."""
    async with BotHarness(tmp_path) as harness:
        user = harness.alice.user
        await user.slash("imagine", prompt="a cat", **SMALL)
        result = await harness.wait_for_message("your picture is ready", where=user.dm_channel)
        await harness.wait_until_closed(job_id_of(result))
        assert harness.messages(user.dm_channel) == [result]
        assert harness.calls == ["publish", "reply", "DM", "remove card"]


async def test_thread(tmp_path: Path) -> None:
    """A picture requested in a thread is posted there."""
    async with BotHarness(tmp_path) as harness:
        harness.env.backend.create_thread(harness.channel.id, "cats", harness.alice.id)
        (thread,) = harness.channel.threads
        await harness.imagine(where=thread)
        result = await harness.wait_for_message("your picture is ready", where=thread)
        await harness.wait_until_closed(job_id_of(result))
        assert harness.messages(thread) == [result]
        assert harness.calls == ["publish", "reply", "post", "remove card"]


@pytest.mark.parametrize("context", [0, 2], ids=["server", "group"])
async def test_user_installed(tmp_path: Path, context: int) -> None:
    """If only its user has installed it, the bot does not try to post: the picture replaces the card."""

    def install(payload: Payload) -> None:
        owners = {"1": payload["member"]["user"]["id"]}
        payload.update(authorizing_integration_owners=owners, context=context)
        if context == 2:
            payload["user"] = payload.pop("member")["user"]
            payload["channel"] = {"id": payload["channel_id"], "type": 3, "recipients": []}
            del payload["guild_id"]

    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = install
        interaction = await harness.imagine()
        result = await harness.wait_for_message("your picture is ready")
        await harness.wait_until_closed(job_id_of(result))
        assert harness.messages() == [result]
        assert interaction.response is not None
        assert interaction.response.id == result.id
        assert harness.calls == ["publish", "reply", "edit reply"]


@pytest.mark.parametrize("missing", ["view_channel", "send_messages", "attach_files"])
async def test_missing_permissions(tmp_path: Path, missing: str) -> None:
    """If the bot lacks a permission, it does not try to post: the picture replaces the card."""

    def take_away(payload: Payload) -> None:
        flags = {"view_channel": 10, "send_messages": 11, "attach_files": 15}
        payload["app_permissions"] = str(int(payload["app_permissions"]) & ~(1 << flags[missing]))

    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = take_away
        await harness.imagine()
        await harness.wait_until_closed(job_id_of(await harness.wait_for_message("your picture is ready")))
        assert harness.calls == ["publish", "reply", "edit reply"]


async def test_queue(tmp_path: Path) -> None:
    """A queued card shows its position; it is edited once when its job starts."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.start_job("first")
        cards = [(await harness.imagine(prompt)).response for prompt in ("second", "third")]
        for place, card in enumerate(cards, start=1):
            assert card is not None
            assert f"In the queue**, position {place}." in text_of(card.message)
        assert len(harness.fake.submissions) == 1

        await harness.fake.finish(first.id)
        started = await harness.wait_for_message("Painting**, started <t:", "> second")
        assert cards[0] is not None
        assert started.id == cards[0].id
        await eventually(lambda: len(harness.tasks) == 2)
        await harness.fake.finish(harness.tasks[job_id_of(started)].id)
        await harness.wait_until_closed(job_id_of(started))
        await harness.wait_for_message("your picture is ready", "> second")
        await harness.wait_for_message("Painting**, started <t:", "> third")
        edited = [entry.path.split("/")[-1] for entry in harness.requests("edit reply")]
        assert edited == [str(card.id) for card in cards if card]


async def test_busy_api(tmp_path: Path) -> None:
    """While the API is busy, the card says so; it is edited once the API is back."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.submit = [ANSWERS["down"], None]
        first = (await harness.imagine("first")).response
        assert first is not None
        await harness.wait_for_message("Waiting**: the picture service is busy.", "> first")
        second = (await harness.imagine("second")).response
        assert second is not None
        assert "Waiting**: the picture service is busy." in text_of(second.message)
        for prompt, card in {"first": first, "second": second}.items():
            started = await harness.wait_for_message("Painting**, started <t:", f"> {prompt}")
            assert started.id == card.id
        for task in list(harness.fake.tasks):
            await harness.fake.finish(task)
        for prompt in ("first", "second"):
            await harness.wait_until_closed(
                job_id_of(await harness.wait_for_message("your picture is ready", f"> {prompt}"))
            )
        assert harness.calls.count("edit reply") == 3


async def test_everyone_gets_a_turn(tmp_path: Path) -> None:
    """The user with fewer running jobs goes first, even if they came later."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=2) as harness:
        _, first = await harness.start_job("first")
        await harness.start_job("second")
        await harness.imagine("third")
        late = (await harness.imagine("late", who=harness.bob)).response
        assert late is not None
        assert "position 1." in text_of(late.message)
        await harness.fake.finish(first.id)
        await eventually(lambda: len(harness.fake.submissions) == 3)
        assert harness.fake.submissions[2].body["prompt"] == "late"


@pytest.fixture
def catalogue() -> Catalogue:
    """The available models."""
    return load_catalogue("")


async def test_commands_offer_the_catalogue(tmp_path: Path, catalogue: Catalogue) -> None:
    """Each command offers exactly the models that support it, everywhere and for both kinds of installation."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        assert published.json is not None
        commands = {command["name"]: command for command in published.json}
        for name, action in {"imagine": Action.GENERATE, "edit": Action.EDIT}.items():
            command = commands[name]
            models = {option["name"]: option for option in command["options"]}["model"]["choices"]
            offered = [(model.label, model.name) for model in catalogue.models_for(action)]
            assert [(choice["name"], choice["value"]) for choice in models] == offered
            assert (command["contexts"], command["integration_types"]) == ([0, 1, 2], [0, 1])


async def test_commands_are_published_when_they_change(tmp_path: Path) -> None:
    """A restart publishes nothing, another catalogue does."""
    async with BotHarness(tmp_path) as harness:
        assert harness.calls == ["publish"]
        await harness.restart()
        assert harness.calls == []
        await harness.imagine()
        await harness.wait_for_message("your picture is ready")
        await harness.restart(flux_catalogue="2026-10")
        assert harness.calls == ["publish"]
        await harness.restart()
        assert harness.calls == []
