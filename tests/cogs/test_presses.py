"""Clicks on cards: permissions for jobs, the source of pictures, and custom_ids that no client should send."""

import io
from pathlib import Path

from PIL import ExifTags, Image

from flux_bot.core.jobs import Failure, JobStatus
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    JOB_PRUNED,
    age_jobs,
    answer,
    children,
    forge,
    make_edit,
    make_failure,
    make_moderator,
    make_result,
    press,
    private_text,
    prune,
    remove_card,
    reset_interactions,
    result_of,
)
from tests.forms import last_submission, prefilled, submit_form
from tests.harness import BotHarness, gallery, job_id_of, picture, source_of, text_of, walk
from tests.images.picture_host import PictureHost, status
from tests.images.picture_host import picture as serve

NOT_YOURS = "Only the person who requested this, or a moderator, can remove it."
USING = (Verb.REROLL, Verb.REMIX, Verb.EDIT, Verb.SAVE, Verb.INFO)
EXPIRED = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=1&hm=0"


async def test_pruned_jobs(tmp_path: Path) -> None:
    """Every button of a card whose job was pruned says so to all users; a moderator can delete the card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        failed, failure = await make_failure(harness, "forbidden")
        await prune(harness)
        for who in (harness.alice, harness.bob):
            for verb in (*USING, Verb.REMOVE):
                text = private_text(await press(who, result, verb, job))
                assert text.startswith(JOB_PRUNED), verb
                assert "choose “Edit image” under Apps in this message’s menu" in text
        for verb in (Verb.RETRY, Verb.REWORD):
            assert private_text(await press(harness.alice, failure, verb, failed)).startswith(JOB_PRUNED), verb
        assert harness.messages() == [result]
        assert len(harness.fake.submissions) == 2
        make_moderator(harness)
        await remove_card(harness.bob, result, job)
        assert harness.messages() == []


async def test_failures_on_public_cards(tmp_path: Path) -> None:
    """Other users can't read a failure's prompt with its buttons or the menu; the requester can use them."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a secret cat")
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        harness.refuse("open DM", 403, 50278)
        await harness.fake.finish(task.id, failure=Failure("forbidden"))
        await harness.wait_until_closed(job.id)
        (card,) = harness.messages()
        assert "a secret cat" not in text_of(card)
        for verb in (Verb.RETRY, Verb.REWORD):
            refused = private_text(await press(harness.bob, card, verb, job))
            assert refused == "Only the person who requested this can use this button.", verb
        refused = private_text(await harness.bob.context_menu(harness.channel, "Remix prompt", card))
        assert refused.startswith("I can’t see any text in that message.")
        own = await harness.alice.context_menu(harness.channel, "Remix prompt", card)
        assert prefilled(own)["prompt"] == "a secret cat"
        assert prefilled(await press(harness.alice, card, Verb.REWORD, job))["prompt"] == "a secret cat"


async def test_private_jobs(tmp_path: Path) -> None:
    """Only a public card lets others use its job, or moderators cancel it: an id in a form or private card doesn't."""
    async with BotHarness(tmp_path) as harness:
        hidden, _ = await make_result(harness, "a secret cat", private=True)
        job, public = await make_result(harness, "a dog", who=harness.bob)
        own, private = await make_result(harness, "a mouse", who=harness.bob, private=True)
        make_moderator(harness)
        calls = len(harness.calls)
        for verb in (*USING, Verb.REMOVE, Verb.CANCEL):
            forge(harness, f"reroll:{job.id}", f"{verb}:{hidden.id}", "data")  # discord.py ignores it: no card has it
            assert (await harness.bob.click(public, label="Reroll")).response is None, verb
        assert harness.calls[calls:] == []
        for about in (hidden.id, "", "nobody", "a:b:c", "%' OR 1=1 --", "\\u0000", "x" * 90):
            for verb in USING if about == hidden.id else (Verb.INFO,):
                forge(harness, f"reroll:{own.id}", f"{verb}:{about}")
                text = private_text(await harness.bob.click(private, label="Reroll"))
                assert text.startswith(JOB_PRUNED), (verb, about)
        for verb in (Verb.REMIX, Verb.EDIT):
            reset_interactions(harness)
            opened = await press(harness.bob, public, verb, job)
            forge(harness, job.id, hidden.id, "data")
            text = private_text(await submit_form(harness.bob, opened, prompt="a mouse"))
            assert text.startswith(JOB_PRUNED), verb
        assert harness.row(hidden.id)["result_message_id"]
        assert harness.messages(harness.bob.user.dm_channel) == []
        assert len(harness.fake.submissions) == 3
        harness.fake.seconds = None
        running, _ = await harness.start_job("a secret dog", private=True)
        forge(harness, f"reroll:{own.id}", f"cancel:{running.id}")
        text = private_text(await harness.bob.click(private, label="Reroll"))
        assert text == "Only the person who requested this, or a moderator, can cancel it."
        assert harness.row(running.id)["status"] == JobStatus.RUNNING


async def test_cards_of_others(tmp_path: Path) -> None:
    """A message of another bot proves nothing, and the id of a user's own job does not delete another user's card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        own, _ = await make_result(harness, "a dog", who=harness.bob)
        forge(harness, job.id, own.id, "data")
        assert (await press(harness.bob, result, Verb.REMOVE, job)).response is None
        make_moderator(harness)
        harness.change_interaction = lambda payload: payload["message"]["author"].update(id=str(harness.bob.id))
        for verb in USING:
            assert private_text(await press(harness.bob, result, verb, job)).startswith(JOB_PRUNED), verb
        for who in (harness.bob, harness.alice):
            assert private_text(await press(who, result, Verb.REMOVE, job)) == NOT_YOURS
        assert result in harness.messages()


async def test_private_job_shown_to_all(tmp_path: Path) -> None:
    """After the user has posted a private result publicly, others may use it; nothing private is shown."""
    async with BotHarness(tmp_path) as harness:
        hidden, _ = await make_result(harness, "a secret cat", private=True)
        picked = await harness.alice.slash(harness.channel, "show", job=hidden.id)
        await press(harness.alice, answer(picked), Verb.SHOW, hidden)
        public = await harness.wait_for_message("a secret cat", viewer=harness.bob)
        await press(harness.bob, public, Verb.REROLL, hidden)
        (child,) = await children(harness, hidden)
        again = harness.messages(viewer=harness.bob)[-1]
        assert job_id_of(again) == child.id
        assert "-# Rerolled from an earlier picture\n" in text_of(again)
        assert not child.request.private


async def test_same_request(tmp_path: Path) -> None:
    """A request is repeated as it was, with the nearest size that can be sent; it is refused if the model is gone."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        await harness.change("UPDATE jobs SET size = '10000x1' WHERE id = ?", job.id)
        await press(harness.alice, result, Verb.REROLL, job)
        (again,) = await children(harness, job)
        assert (again.request.size, last_submission(harness)["size"]) == ("10000x1", "21:9")
        await harness.change("UPDATE jobs SET model = 'flux-0' WHERE id = ?", job.id)
        text = private_text(await press(harness.alice, result, Verb.REROLL, job))
        assert "There is no model “flux-0” that makes pictures. Choose one of" in text


async def test_source(tmp_path: Path) -> None:
    """An edit is repeated from the original by its own user, later and by others from its copy, without metadata."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a camera"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitude: (48.0, 8.0, 14.0)}
    photo = io.BytesIO()
    Image.new("RGB", (64, 48)).save(photo, "JPEG", exif=exif)
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.jpg", serve(photo.getvalue()))
        job, result = await make_edit(harness, image_url=url)
        copy = source_of(result)
        assert f"/flux-{job.id}-source.webp" in copy
        with Image.open(io.BytesIO(harness.env.backend.cdn.get(copy) or b"")) as shown:
            assert shown.size == (64, 48)
            assert not shown.getexif()

        await press(harness.alice, result, Verb.REROLL, job)
        (again,) = await children(harness, job)
        assert again.request == job.request
        card = result_of(harness, again)
        assert "your edited picture is ready!\n-# Rerolled from [" in text_of(card)
        assert f"/flux-{again.id}-source.webp" in source_of(card)
        await press(harness.bob, result, Verb.REROLL, job)
        await children(harness, job, 2)
        body = last_submission(harness)
        assert (body["action"], body["prompt"], body["image_url"]) == ("edit", "add a hat", copy)

        await harness.change("UPDATE jobs SET image_url = ? WHERE id = ?", EXPIRED, again.id)
        await press(harness.alice, card, Verb.REROLL, again)
        await children(harness, again)
        assert last_submission(harness)["image_url"] == source_of(card)

        requests = len(host.requests)
        await age_jobs(harness)
        await press(harness.alice, result, Verb.REROLL, job)
        await children(harness, job, 3)
        assert last_submission(harness)["image_url"] == copy
        assert len(host.requests) == requests, "another picture may be at the old address now"


async def test_source_without_a_copy(tmp_path: Path) -> None:
    """Without a copy on the card, the original address is used for everyone; if it has expired, the user reads so."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()), status(410), serve(picture().read()))
        job, result = await make_edit(harness, image_url=url)
        assert "source" not in str([getattr(part, "media", "") for part in walk(result.components)])
        await press(harness.bob, result, Verb.REROLL, job)
        (again,) = await children(harness, job)
        assert again.request.image_url == url
        await harness.change("UPDATE jobs SET image_url = ? WHERE id = ?", EXPIRED, job.id)
        text = private_text(await press(harness.alice, result, Verb.REROLL, job))
        assert text == "The picture to edit is no longer available. Please attach it to /edit."
        assert len(harness.fake.submissions) == 2


async def test_old_picture(tmp_path: Path) -> None:
    """After some weeks the picture to edit is the one on the card, not the file now at the API's old address."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, count=2)
        await age_jobs(harness)
        opened = await press(harness.bob, result, Verb.EDIT, job)
        await submit_form(harness.bob, opened, prompt="make it winter", which=["2"])
        (edit,) = await children(harness, job)
        assert edit.request.image_url == gallery(result)[1].media.url
