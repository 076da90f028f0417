"""Refusals of /imagine and /edit: private, helpful and free of charge. And how the commands fail."""

import re
from pathlib import Path
from typing import Any

import pytest
import simcord

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import StoreUnavailable
from flux_bot.core.jobs import Action
from flux_bot.sandbox.faults import ANSWERS
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, picture, text_of
from tests.discord_server.payloads import Payload

PICTURE = ("roof.png", picture().read())
LINK = "https://example.org/roof.png"
RATIOS = "1:1, 16:9, 21:9, 3:2, 2:3, 4:5, 5:4, 3:4, 4:3, 9:16, 9:21."


def private_text(interaction: simcord.InteractionResult) -> str:
    """Return the text of an ephemeral reply."""
    assert interaction.ephemeral
    assert interaction.response is not None
    return text_of(interaction.response.message)


def nothing_started(harness: BotHarness) -> bool:
    """Return whether no job was saved and nothing was submitted."""
    return not harness.sql("SELECT id FROM jobs") and not harness.fake.submissions


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"prompt": "   "}, "The prompt is empty."),
        (
            {"size": "huge"},
            "flux-dev doesn’t support the size “huge”. It supports a shape such as 16:9, or WIDTHxHEIGHT",
        ),
        ({"size": "100x100"}, "with each side 256 to 1440 in steps of 32."),
        ({"size": "1472x1024"}, "flux-dev doesn’t support the size “1472x1024”."),
        ({"size": "1000x1000"}, "flux-dev doesn’t support the size “1000x1000”."),
        ({"size": "0x0"}, "flux-dev doesn’t support the size “0x0”."),
        ({"size": "16:0"}, "flux-dev doesn’t support the size “16\\:0”."),
        ({"size": "99:1"}, "flux-dev doesn’t support the size “99\\:1”."),
        ({"size": "32x64", "model": "flux-2-pro"}, "with each side 64 or more in steps of 32."),
        ({"size": "7:13", "model": "flux-pro-1.1-ultra"}, f"doesn’t support the size “7\\:13”. It supports {RATIOS}"),
        ({"size": "640x100", "model": "flux-kontext-pro"}, f"“640x100”. It supports {RATIOS}"),
        ({"size": "<@1> **x**"}, r"the size “\<\@1\> \*\*x\*\*”."),
    ],
)
async def test_imagine_refuses(tmp_path: Path, options: dict[str, Any], answer: str) -> None:
    """An impossible request is refused with a message that says what is possible."""
    async with BotHarness(tmp_path) as harness:
        interaction = await harness.alice.slash(harness.channel, "imagine", **{"prompt": "a cat", **options})
        assert answer in private_text(interaction)
        assert nothing_started(harness)
        assert harness.calls == ["publish", "reply"]


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"image": PICTURE, "image_url": LINK}, "exactly one picture to edit"),
        ({"image": ("notes.txt", b"no picture")}, "“notes.txt” is not a picture I can edit. Please attach a PNG"),
        ({"image": ("clip.mp4", b"no picture")}, "“clip.mp4” is not a picture"),
        ({"image": ("drawing.svg", b"<svg/>")}, "“drawing.svg” is not a picture"),
        ({"image_url": "roof.png"}, "That is not a web link."),
        ({"image_url": "ftp://example.org/roof.png"}, "That is not a web link."),
        ({"image_url": "https://example.org/roof .png"}, "That is not a web link."),
        ({"image_url": f"{LINK}?{'x' * 2000}"}, "That link is longer than"),
        ({"image_url": "https://me:secret@example.org/roof.png"}, "contains a user name or password"),
        ({"image_url": "https://127.0.0.1/roof.png"}, "does not lead to a public website"),
        ({"image_url": "https://[::1]/roof.png"}, "does not lead to a public website"),
        ({"image_url": "https://169.254.169.254/latest/meta-data"}, "does not lead to a public website"),
        ({"image_url": "https://0x7f.1/roof.png"}, "does not lead to a public website"),
        ({"image_url": "https://localhost/roof.png"}, "does not lead to a public website"),
        (
            {"image_url": LINK, "size": "17:3"},
            f"flux-kontext-pro doesn’t support the size “17\\:3”. It supports {RATIOS}",
        ),
        ({"image_url": LINK, "prompt": " "}, "The prompt is empty."),
    ],
)
async def test_edit_refuses(tmp_path: Path, options: dict[str, Any], answer: str) -> None:
    """An impossible edit is refused with a message that says what is possible."""
    async with BotHarness(tmp_path, allow_private_image_hosts=False) as harness:
        interaction = await harness.alice.slash(harness.channel, "edit", **{"prompt": "add a hat", **options})
        assert answer in private_text(interaction)
        assert nothing_started(harness)
        assert harness.calls == ["publish", "reply"]


@pytest.mark.parametrize(
    ("attachment", "answer"),
    [
        ({"size": 26 * 1024 * 1024}, "That picture is too large to edit. Please attach one of at most 25 MiB."),
        ({"content_type": None, "filename": "roof"}, "“roof” is not a picture I can edit."),
        ({"content_type": None}, None),
        ({"content_type": "image/png; charset=binary"}, None),
    ],
)
async def test_attachments(tmp_path: Path, attachment: Payload, answer: str | None) -> None:
    """An attachment is checked by its size and type, or by its name if Discord gives no type."""

    def change(payload: Payload) -> None:
        for sent in payload["data"]["resolved"]["attachments"].values():
            sent.update(attachment)

    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.change_interaction = change
        interaction = await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=PICTURE)
        if answer is None:
            await eventually(lambda: harness.tasks)
        else:
            assert answer in private_text(interaction)
            assert nothing_started(harness)


async def test_model_of_another_catalogue(tmp_path: Path) -> None:
    """A model that is gone, from a client that still offers it, is refused with a list of the available ones."""

    def change(payload: Payload) -> None:
        for option in payload["data"]["options"]:
            if option["name"] == "model":
                option["value"] = "flux-`0`"

    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = change
        answer = private_text(await harness.imagine())
        assert answer.startswith(r"There is no model “flux-\`0\`” that makes pictures. Choose one of these: flux-dev, ")
        assert nothing_started(harness)


@pytest.mark.parametrize("action", Action)
async def test_sizes_offered(tmp_path: Path, action: Action) -> None:
    """For each model the sizes it accepts are suggested in words, and each suggestion is accepted."""
    name = "imagine" if action is Action.GENERATE else "edit"
    catalogue = load_catalogue("")
    async with BotHarness(tmp_path) as harness:
        for model in catalogue.models_for(action):
            offered = await harness.alice.autocomplete(harness.channel, name, "size", "", model=model.name)
            assert 1 < len(offered) <= 25
            assert all(model.size_for(choice["value"]) == choice["value"] for choice in offered)
            assert offered[0]["name"].startswith("1:1 square")
        default = await harness.alice.autocomplete(harness.channel, name, "size", "")
        sizes = catalogue.model(None, action).sizes.shapes()
        assert [choice["value"] for choice in default] == [shape.size for shape in sizes]


async def test_sizes_offered_for_what_is_typed(tmp_path: Path) -> None:
    """The sizes are filtered by what is typed; an unknown model has none."""
    async with BotHarness(tmp_path) as harness:
        wide = await harness.alice.autocomplete(harness.channel, "imagine", "size", " WIDE ", model="flux-dev")
        assert {"name": "16:9 wide (1344x768)", "value": "1344x768"} in wide
        assert all("wide" in choice["name"] for choice in wide)
        ratio = await harness.alice.autocomplete(harness.channel, "imagine", "size", "16:", model="flux-kontext-pro")
        assert ratio == [{"name": "16:9 wide", "value": "16:9"}]
        harness.change_interaction = lambda payload: payload["data"]["options"][0].update(value="flux-0")
        assert await harness.alice.autocomplete(harness.channel, "imagine", "size", "", model="flux-dev") == []


@pytest.mark.parametrize(
    ("model", "typed", "sent"),
    [
        ("flux-dev", "16:9", "1344x768"),
        ("flux-dev", "Wide", "1344x768"),
        ("flux-dev", " 1024 X 768 ", "1024x768"),
        ("flux-2-max", "2048×1024", "2048x1024"),
        ("flux-2-max", "16:9 wide (1344x768)", "1344x768"),
        ("flux-pro-1.1-ultra", "1024x1024", "1:1"),
        ("flux-pro-1.1-ultra", "portrait", "2:3"),
        ("flux-kontext-max", "32:18", "16:9"),
    ],
)
async def test_typed_sizes(tmp_path: Path, model: str, typed: str, sent: str) -> None:
    """A shape, a word or pixels are converted to the form that the model accepts."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await harness.imagine(model=model, size=typed)
        await eventually(lambda: harness.tasks)
        assert harness.fake.submissions[0].body["size"] == sent


async def test_too_many_queued(tmp_path: Path) -> None:
    """A user with too many queued jobs is refused; other users are not."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, max_queued_per_user=2) as harness:
        _, task = await harness.start_job("first")
        for prompt in ("second", "third"):
            assert not (await harness.imagine(prompt)).ephemeral
        answer = private_text(await harness.imagine("fourth"))
        assert answer == "You already have 2 pictures in the queue. Please wait for one to finish, then try again."
        assert not (await harness.imagine("first of bob", who=harness.bob)).ephemeral
        assert len(harness.sql("SELECT id FROM jobs")) == 4

        await harness.fake.finish(task.id)
        await harness.wait_for_message("your picture is ready", "> first")
        await eventually(lambda: len(harness.tasks) == 3)
        assert not (await harness.imagine("fourth")).ephemeral


async def test_too_late_to_answer(tmp_path: Path) -> None:
    """A request that can no longer be answered is not saved, and does not count as queued."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("first")
        job = await harness.job(job_id_of(await harness.wait_for_message("is ready", "> first")))
        with pytest.raises(StoreUnavailable, match="too late"):
            await harness.app.workflow.accept(lambda _: job.request, job.origin, can_reply=lambda: False)
        assert len(harness.sql("SELECT id FROM jobs")) == 1


async def test_stopping(tmp_path: Path) -> None:
    """While the bot stops, it refuses requests and says so."""
    async with BotHarness(tmp_path) as harness:
        harness.app.workflow.stop()
        assert private_text(await harness.imagine()) == "I’m restarting. Please try again in a minute."
        assert nothing_started(harness)


async def test_api_needs_the_operator(tmp_path: Path) -> None:
    """After a fault that only the operator can fix, users are told immediately; the reason is in the log."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        harness.fake.faults.submit = ANSWERS["used_up"]
        await harness.imagine()
        await harness.wait_for_message("The picture service is not available right now. It cost nothing.")
        assert private_text(await harness.imagine(who=harness.bob)).startswith(
            "The picture service is not available right"
        )
        assert len(harness.fake.submissions) == 1
        (error,) = harness.errors
        assert "The image API refuses us: used_up (Your balance is not sufficient" in error


async def test_broken_reply(tmp_path: Path) -> None:
    """If only the reply to an accepted request fails, the user is not told to try again, and so does not pay twice."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        harness.refuse("reply", 500, times=1)
        interaction = await harness.imagine()
        assert interaction.response is None
        await eventually(lambda: harness.tasks)
        (job_id,) = harness.tasks
        (error,) = harness.errors
        assert job_id in error.split("\n")[0]


async def test_broken_store(tmp_path: Path) -> None:
    """If its database fails, the bot answers with a reference, and works again once the database is back."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        answer = private_text(await harness.imagine())
        assert (found := re.search(r"give the operator this code: `([0-9a-f]{8})`", answer))
        assert [error for error in harness.errors if error.startswith(f"A command failed, reference {found[1]}\n")]
        assert harness.calls == ["publish", "reply"]
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        await harness.imagine()
        await harness.wait_for_message("your picture is ready")


async def test_reply_too_late(tmp_path: Path) -> None:
    """If Discord no longer accepts a reply, the picture is still delivered."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        harness.refuse("reply", 404, 10062)
        interaction = await harness.imagine()
        assert interaction.response is None
        await eventually(lambda: harness.tasks)
        (job_id,) = harness.tasks
        # without the token, as SimCord does not know the reply as @original, in the way discord.py quotes it
        await harness.change("UPDATE jobs SET accepted_at = accepted_at - 10, token_expires_at = accepted_at")
        await harness.fake.finish(harness.tasks[job_id].id)
        await harness.wait_until_closed(job_id)
        (result,) = harness.messages()
        assert job_id_of(result) == job_id
        assert harness.pinged(result) == [harness.alice.id]
