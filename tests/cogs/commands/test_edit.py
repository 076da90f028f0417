"""/edit: an attached or linked picture is edited, or refused; preferences apply."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from flux_bot.core.jobs import Preferences
from tests.discord_server.payloads import Payload
from tests.finished_jobs import answer, private_text
from tests.flux.caller import eventually
from tests.forms import prefilled, submit_form
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, picture, text_of
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve

PICTURE = ("roof.png", picture().read())
LINK = "https://example.org/roof.png"
EXPIRED = "https://cdn.discordapp.com/attachments/1/2/roof.png?ex=65000000&is=64fffff0&hm=00"


async def test_attachment(tmp_path: Path) -> None:
    """An attached picture is edited and keeps its shape."""

    def measure(payload: Payload) -> None:
        """Add the picture's dimensions, as Discord does."""
        for attachment in payload["data"]["resolved"]["attachments"].values():
            attachment.update(width=160, height=90)

    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.scale = 1 / 8  # smaller pictures would have another shape
        harness.change_interaction = measure
        file = ("roof.png", picture(160, 90).read())
        interaction = await harness.alice.slash(harness.channel, "edit", prompt="add a cat", image=file)
        assert not interaction.ephemeral
        assert "Editing**, started" in text_of(answer(interaction))
        await eventually(lambda: harness.fake.tasks)
        (task_id,) = harness.fake.tasks
        await harness.fake.finish(task_id)
        result = await harness.wait_for_message(
            "your edited picture is ready!", "> add a cat", "FLUX Kontext pro · 16:9"
        )
        assert alt_texts(result) == ["add a cat"]
        body = harness.fake.submissions[0].body
        assert harness.env.backend.cdn.get(body["image_url"]) == file[1]
        assert (body["action"], body["size"], "count" in body) == ("edit", "16:9", False)
        shown = harness.env.backend.cdn.get(gallery(result)[0].media.url)
        assert shown is not None
        with Image.open(io.BytesIO(shown)) as image:
            assert image.width / image.height == pytest.approx(16 / 9, rel=0.05)


async def test_address(tmp_path: Path) -> None:
    """A picture can be given by its address, with a model, a size and privacy."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        options = {"model": "flux-kontext-max", "size": "square", "private": True}
        await harness.alice.slash(harness.channel, "edit", prompt="add a cat", image_url=f" {url} ", **options)
        await harness.wait_for_message("your edited picture is ready!", "FLUX Kontext max · 1:1", viewer=harness.alice)
        assert harness.messages(viewer=harness.bob) == []
        assert harness.fake.submissions[0].body["image_url"] == url
        assert len(host.requests) == 2, "the image API fetches it, and the bot to show the source picture"


async def test_wrapped_address(tmp_path: Path) -> None:
    """An address is accepted in the forms that members use in messages: without a preview, or as a spoiler."""
    async with BotHarness(tmp_path, seconds=None, max_queued_per_user=100) as harness:
        for link in (f"<{LINK}>", f"||{LINK}||", f" || <{LINK}> || "):
            sent = await harness.alice.slash(harness.channel, "edit", prompt="a hat", image_url=link)
            request = (await harness.job(job_id_of(answer(sent)))).request
            assert (request.image_url, request.spoiler) == (LINK, "||" in link), link
        marked = "https://example.org/a/SPOILER_roof.png?ex=1"
        sent = await harness.alice.slash(harness.channel, "edit", prompt="a hat", image_url=marked)
        assert (await harness.job(job_id_of(answer(sent)))).request.spoiler


async def test_refusals(tmp_path: Path) -> None:
    """An impossible edit is refused privately with a message that says what is possible."""
    not_public = "does not lead to a public website"
    refusals: tuple[tuple[dict[str, Any], str], ...] = (
        ({"image": PICTURE, "image_url": LINK}, "exactly one picture to edit"),
        ({"image": ("notes.txt", b"no picture")}, "“notes.txt” is not a picture I can edit. Please attach a PNG"),
        ({"image": ("drawing.svg", b"<svg/>")}, "“drawing.svg” is not a picture"),
        ({"image_url": "roof.png"}, "That is not a web link."),
        ({"image_url": f"||{LINK}"}, "That is not a web link."),
        ({"image_url": "||||"}, "That is not a web link."),
        ({"image_url": f"{LINK}?{'x' * 2000}"}, "That link is longer than"),
        ({"image_url": "https://me:secret@example.org/roof.png"}, "contains a user name or password"),
        ({"image_url": "https://127.0.0.1/roof.png"}, not_public),
        ({"image_url": "https://169.254.169.254/latest/meta-data", "prompt": None}, not_public),
        ({"image_url": EXPIRED}, "has expired"),
        ({"image_url": LINK, "size": "17:3"}, "FLUX Kontext pro doesn’t support the size “17\\:3”. It supports 1:1, "),
        ({"image_url": LINK, "prompt": " "}, "The prompt is empty."),
    )
    async with BotHarness(tmp_path, allow_private_image_hosts=False) as harness:
        for changes, expected in refusals:
            options = {name: value for name, value in {"prompt": "a hat", **changes}.items() if value is not None}
            assert expected in private_text(await harness.alice.slash(harness.channel, "edit", **options)), changes

        name = "@everyone_*notes*_[a](b).txt"
        refused = await harness.alice.slash(harness.channel, "edit", prompt="a hat", image=(name, b"no picture"))
        assert r"“\@everyone\_\*notes\*\_\[a\]\(b\).txt”" in private_text(refused)
        assert harness.pinged(answer(refused)) == []
        assert harness.calls == ["publish", *["reply"] * (len(refusals) + 1)]
        assert not harness.sql("SELECT id FROM jobs")
        assert not harness.fake.submissions


async def test_preferences(tmp_path: Path) -> None:
    """The preferred model and privacy are used, with the picture's shape; an option overrides its preference."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=10) as harness:
        preferences = Preferences("flux-2-max", "flux-kontext-max", "16:9", 3, private=True)
        await harness.store.history.prefer(harness.alice.id, **asdict(preferences))
        for changes, expected in (
            ({}, ("flux-kontext-max", "1:1", 1, True)),
            ({"model": "flux-kontext-pro"}, ("flux-kontext-pro", "1:1", 1, True)),
            ({"model": "flux-kontext-max"}, ("flux-kontext-max", "1:1", 1, True)),
            ({"private": False}, ("flux-kontext-max", "1:1", 1, False)),
        ):
            sent = await harness.alice.slash(harness.channel, "edit", prompt="a hat", image=PICTURE, **changes)
            request = (await harness.job(job_id_of(answer(sent)))).request
            assert (request.model, request.size, request.count, request.private) == expected, changes
            assert request.model_chosen is ("model" in changes), changes
            assert sent.ephemeral is request.private, changes
            opened = await harness.alice.slash(harness.channel, "edit", image=PICTURE, **changes)
            assert prefilled(opened)["model"] == [request.model], changes
            submitted = await submit_form(harness.alice, opened, prompt="a hat")
            confirmed = (await harness.job(job_id_of(answer(submitted)))).request
            assert (confirmed.model, confirmed.model_chosen) == (request.model, request.model_chosen), changes
            assert submitted.ephemeral is request.private, changes
        assert len(harness.messages(viewer=harness.bob)) == 2
