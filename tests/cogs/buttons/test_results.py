"""Reroll, Try again and Change the prompt: the buttons that request a picture again."""

import io
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import ExifTags, Image

from flux_bot.core.jobs import Action, Job
from flux_bot.ui.cards import Verb
from tests.harness import SMALL, BotHarness, alt_texts, gallery, job_id_of, picture, text_of, walk
from tests.images.picture_host import PictureHost, status
from tests.images.picture_host import picture as serve
from tests.presses import buttons, children, closed_job, make_failure, make_picture, press, press_without_waiting, reply

EXPIRED = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=1&hm=0"
ON_RESULT = ["Reroll", "Remix", "Edit", "Save", "Info", "Delete"]
DAYS_21 = 21 * 24 * 3600


async def edit_picture(harness: BotHarness, url: str) -> tuple[Job, discord.Message]:
    """Let alice edit a picture, and return the closed job with its result's message."""
    await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image_url=url)
    result = await harness.wait_for_message("your edited picture is ready.")
    return await closed_job(harness, result), result


async def age_job(harness: BotHarness, job: Job) -> None:
    """Make a job three weeks older, and serve another picture at its old addresses."""
    change = "UPDATE jobs SET accepted_at = accepted_at - ?, finished_at = finished_at - ? WHERE id = ?"
    await harness.change(change, DAYS_21, DAYS_21, job.id)


def source_on(message: discord.Message) -> str:
    """Return the address of the source picture on a result."""
    (thumbnail,) = [part for part in walk(message.components) if isinstance(part, discord.ThumbnailComponent)]
    return thumbnail.media.url


def prefilled(modal: dict[str, Any] | None, name: str) -> Any:
    """Return the value in a form's field when it opens."""
    assert modal is not None
    (field,) = [label["component"] for label in modal["components"] if label["component"]["custom_id"] == name]
    chosen = [option["value"] for option in field.get("options", ()) if option.get("default")]
    return chosen or field.get("value")


def assert_no_views_stored(harness: BotHarness) -> None:
    """Check that discord.py stores neither views nor modals."""
    views = harness.app.bot._connection._view_store  # noqa: SLF001  there is no public access
    assert (views._views, views._synced_message_views, views._modals) == ({}, {}, {})  # noqa: SLF001


# --- Reroll --------------------------------------------------------------------------------------------


async def test_reroll(tmp_path: Path) -> None:
    """The same request makes a new result that names and links its parent, in three calls; the old one is unchanged."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, "a cat", count=2)
        assert list(buttons(result)) == ON_RESULT
        before, calls = text_of(result), len(harness.calls)
        pressed = await press(harness.alice, result, Verb.REROLL, job)
        assert not pressed.ephemeral
        (child_id,) = await children(harness, job, 1)
        assert harness.calls[calls:] == ["reply", "post", "remove card"]
        first, again = harness.messages()
        assert text_of(first) == before
        assert f"<@{harness.alice.id}> your pictures are ready.\n-# Rerolled from [an earlier picture](" in text_of(
            again
        )
        assert f"](https://discord.com/channels/{harness.guild.id}/{harness.channel.id}/{result.id})" in text_of(again)
        assert alt_texts(again) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        assert list(buttons(again)) == ON_RESULT
        child = await harness.job(child_id)
        assert (child.request, child.parent_id, job_id_of(again)) == (job.request, job.id, child_id)
        assert harness.pinged(again) == [harness.alice.id]
        first_body, again_body = (dict(submission.body) for submission in harness.fake.submissions)
        assert first_body.pop("callback_url") != again_body.pop("callback_url")
        assert first_body == again_body


async def test_reroll_of_a_reroll(tmp_path: Path) -> None:
    """The parent of a second reroll is the card that was pressed, not the first result."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await press(harness.alice, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        again = harness.messages()[-1]
        await press(harness.alice, again, Verb.REROLL, await harness.job(child_id))
        await children(harness, await harness.job(child_id), 1)
        assert f"/{again.id})" in text_of(harness.messages()[-1])


async def test_reroll_by_another_user(tmp_path: Path) -> None:
    """Any user can reroll a result they see; the new job is theirs, and it mentions and pings them."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await press(harness.bob, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        assert (await harness.job(child_id)).origin.user_id == harness.bob.id
        again = harness.messages()[-1]
        assert text_of(again).startswith(f"<@{harness.bob.id}> your picture is ready.\n-# Rerolled from [")
        assert harness.pinged(again) == [harness.bob.id]


async def test_reroll_of_a_private_card(tmp_path: Path) -> None:
    """The reroll of a private card is private, and its result replaces its status card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, private=True)
        calls = len(harness.calls)
        pressed = await press(harness.alice, result, Verb.REROLL, job)
        assert pressed.ephemeral
        (child_id,) = await children(harness, job, 1)
        assert (await harness.job(child_id)).request == job.request
        assert harness.calls[calls:] == ["reply", "edit reply"]
        _, again = harness.messages(viewer=harness.alice)
        assert again.flags.ephemeral
        assert "-# Rerolled from an earlier picture\n" in text_of(again)
        assert harness.messages(viewer=harness.bob) == []


async def test_privacy_is_that_of_the_card(tmp_path: Path) -> None:
    """A reroll is public or private like its card, whatever alice's preference."""
    async with BotHarness(tmp_path) as harness:
        (job, result), (hidden, card) = (
            await make_picture(harness),
            await make_picture(harness, "a secret cat", private=True),
        )
        await harness.store.history.prefer(harness.alice.id, private=True, count=4, model="flux-dev", ping=False)
        await press(harness.alice, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        assert (await harness.job(child_id)).request == job.request
        again = harness.messages(viewer=harness.bob)[-1]
        assert job_id_of(again) == child_id
        assert harness.pinged(again) == []
        await harness.store.history.prefer(harness.alice.id, private=False)
        await press(harness.alice, card, Verb.REROLL, hidden)
        await children(harness, hidden, 1)
        assert not any("secret" in text_of(message) for message in harness.messages(viewer=harness.bob))


async def test_after_a_restart(tmp_path: Path) -> None:
    """The buttons of old cards work after a restart, and no views or modals are stored in memory."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        _, hidden = await make_picture(harness, "a dog", private=True)
        await press(harness.alice, result, Verb.REMIX, job)
        assert_no_views_stored(harness)
        await harness.restart()
        await press(harness.alice, result, Verb.REROLL, job)
        await children(harness, job, 1)
        pressed = await press(harness.alice, hidden, Verb.REROLL, await harness.job(job_id_of(hidden)))
        assert pressed.ephemeral
        for verb in (Verb.INFO, Verb.EDIT, Verb.SAVE, Verb.DELETE):
            await press(harness.alice, result, verb, job)
        assert_no_views_stored(harness)


async def test_reroll_in_direct_messages(tmp_path: Path) -> None:
    """Reroll works in a direct message as in a channel."""
    async with BotHarness(tmp_path) as harness:
        user = harness.alice.user
        await user.slash("imagine", prompt="a cat", **SMALL)
        result = await harness.wait_for_message("your picture is ready", where=user.dm_channel)
        job, calls = await closed_job(harness, result), len(harness.calls)
        await press(user, result, Verb.REROLL, job)
        await children(harness, job, 1)
        first, again = harness.messages(user.dm_channel)
        assert first.id == result.id
        assert f"Rerolled from [an earlier picture](https://discord.com/channels/@me/{user.dm_channel.id}/" in text_of(
            again
        )
        assert harness.calls[calls:] == ["reply", "DM", "remove card"]


async def test_model_is_gone(tmp_path: Path) -> None:
    """If the model is no longer offered, the refusal says so and lists the available ones."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await harness.change("UPDATE jobs SET model = 'flux-0' WHERE id = ?", job.id)
        text = reply(await press(harness.alice, result, Verb.REROLL, job))
        assert "There is no model “flux-0” that makes pictures. Choose one of" in text


# --- pressed twice -------------------------------------------------------------------------------------


async def test_pressed_twice_simultaneously(tmp_path: Path) -> None:
    """Two simultaneous presses make one picture and one card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        for _ in range(2):
            press_without_waiting(harness, harness.alice, result, f"reroll:{job.id}")
        await harness.wait_for_message("Rerolled from")
        await children(harness, job, 1)
        assert len(harness.messages()) == 2
        assert len(harness.fake.submissions) == 2
        assert len(harness.requests("reply")) == 3


async def test_pressed_twice_in_a_row(tmp_path: Path) -> None:
    """A second press within moments is ignored; a later one makes another picture."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await press(harness.alice, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        move = "UPDATE jobs SET accepted_at = accepted_at + ? WHERE id = ?"
        await harness.change(move, 60, child_id)  # so that a slow machine does not matter
        second = await press(harness.alice, result, Verb.REROLL, job)
        assert (second.acknowledged, second.followups) == (True, [])
        assert second.response is not None
        assert (second.response.id, text_of(second.response.message)) == (result.id, text_of(result))
        assert await children(harness, job, 1) == [child_id]
        await harness.change(move, -60 - 4, child_id)
        await press(harness.alice, result, Verb.REROLL, job)
        await children(harness, job, 2)
        assert len(harness.messages()) == 3


async def test_pressed_by_two_users(tmp_path: Path) -> None:
    """Two users who press simultaneously get a picture each."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        for who in (harness.alice, harness.bob):
            press_without_waiting(harness, who, result, f"reroll:{job.id}")
        owners = {(await harness.job(child_id)).origin.user_id for child_id in await children(harness, job, 2)}
        assert owners == {harness.alice.id, harness.bob.id}
        assert len(harness.messages()) == 3


async def test_duplicates_within_a_batch(tmp_path: Path) -> None:
    """Double presses are recognised even when saved in one batch with those of other users."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        for who in (harness.bob, *[harness.alice] * 5, harness.bob):
            press_without_waiting(harness, who, result, f"reroll:{job.id}")
        owners = {(await harness.job(child_id)).origin.user_id for child_id in await children(harness, job, 2)}
        assert owners == {harness.alice.id, harness.bob.id}


async def test_two_cards_pressed_simultaneously(tmp_path: Path) -> None:
    """The same request on two cards makes two pictures."""
    async with BotHarness(tmp_path) as harness:
        pairs = [await make_picture(harness), await make_picture(harness)]
        pairs[0] = (pairs[0][0], harness.messages()[0])
        for job, result in pairs:
            press_without_waiting(harness, harness.alice, result, f"reroll:{job.id}")
        for job, _ in pairs:
            await children(harness, job, 1)


# --- failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["forbidden", "bad_request", "api_error", "timeout", "too_many_requests"])
async def test_try_again(tmp_path: Path, code: str) -> None:
    """A failure card offers Try again, and Change the prompt only if that may help."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, code, count=2)
        rewordable = code in {"forbidden", "bad_request"}
        assert list(buttons(card)) == ["Try again", *(["Change the prompt"] if rewordable else []), "Delete"]
        await press(harness.alice, card, Verb.RETRY, job)
        (child_id,) = await children(harness, job, 1)
        result = await harness.wait_for_message("your pictures are ready")
        assert (await harness.job(child_id)).request == job.request
        assert "an earlier picture" not in text_of(result)
        assert "⚠️" in text_of(harness.messages()[0])


async def test_try_again_fails_again(tmp_path: Path) -> None:
    """A second failure has a card of its own, which offers Try again too."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, "api_error")
        harness.fake.faults.failure = job.result.failure if job.result else None
        await press(harness.alice, card, Verb.RETRY, job)
        (child_id,) = await children(harness, job, 1)
        assert len(harness.messages()) == 2
        assert buttons(harness.messages()[-1])["Try again"] == f"retry:{child_id}"


async def test_try_again_privately(tmp_path: Path) -> None:
    """The retry of a private failure is private."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, "timeout", private=True)
        assert (await press(harness.alice, card, Verb.RETRY, job)).ephemeral
        await children(harness, job, 1)
        await harness.wait_for_message("your picture is ready", viewer=harness.alice)
        assert harness.messages(viewer=harness.bob) == []


@pytest.mark.parametrize("code", ["forbidden", "bad_request"])
async def test_change_the_prompt(tmp_path: Path, code: str) -> None:
    """The form opens with the request, and submitting it changes only what the user changed."""
    async with BotHarness(tmp_path) as harness:
        job, card = await make_failure(harness, code, "a naughty cat", count=2)
        shown = await press(harness.alice, card, Verb.REWORD, job)
        assert shown.modal is not None
        assert shown.modal["title"] == "Change the prompt"
        fields = {name: prefilled(shown.modal, name) for name in ("prompt", "model", "count")}
        assert fields == {"prompt": "a naughty cat", "model": [job.request.model], "count": ["2"]}
        await harness.alice.submit_modal(
            shown, {"prompt": "a good cat", "model": [job.request.model], "size": ["as-it-was"], "count": "2"}
        )
        (child_id,) = await children(harness, job, 1)
        child = await harness.job(child_id)
        assert child.request.prompt == "a good cat"
        assert (child.request.model, child.request.size, child.request.count) == ("flux-2-flex", "64x64", 2)
        await harness.wait_for_message("your pictures are ready", "> a good cat")


# --- edits ---------------------------------------------------------------------------------------------


async def test_reroll_of_an_edit(tmp_path: Path) -> None:
    """An edit is made again from the same source picture, which is on the new card too."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        job, result = await edit_picture(harness, url)
        await press(harness.alice, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        again = harness.messages()[-1]
        assert f"<@{harness.alice.id}> your edited picture is ready.\n-# Rerolled from [" in text_of(again)
        assert (await harness.job(child_id)).request == job.request
        assert f"flux-{child_id}-source.webp" in source_on(again)


async def test_the_source_copy_has_no_metadata(tmp_path: Path) -> None:
    """The source picture's copy on the card has none of the photo's metadata, such as its location."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "a camera"
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitude: (48.0, 8.0, 14.0)}
    photo = io.BytesIO()
    Image.new("RGB", (64, 48)).save(photo, "JPEG", exif=exif)
    async with BotHarness(tmp_path) as harness:
        await harness.alice.slash(harness.channel, "edit", prompt="make it winter", image=("p.jpg", photo.getvalue()))
        result = await harness.wait_for_message("your edited picture is ready")
        copy = harness.env.backend.cdn.get(source_on(result))
        assert copy is not None
        with Image.open(io.BytesIO(copy)) as shown:
            assert shown.size == (64, 48)
            assert not shown.getexif()


async def test_expired_source(tmp_path: Path) -> None:
    """If the source picture's Discord address has expired, its copy on the card is edited."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        job, result = await edit_picture(harness, host.answer("/roof.png", serve(picture().read())))
        await harness.change("UPDATE jobs SET image_url = ? WHERE id = ?", EXPIRED, job.id)
        await press(harness.alice, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        body = harness.fake.submissions[-1].body
        assert body["image_url"] == source_on(result)
        assert f"/flux-{job.id}-source.webp" in body["image_url"]
        assert (body["action"], body["prompt"]) == (Action.EDIT, "add a hat")
        again = harness.messages()[-1]
        assert "your edited picture is ready.\n-# Rerolled from [" in text_of(again)
        assert f"/flux-{child_id}-source." in source_on(again)


async def test_expired_source_without_a_copy(tmp_path: Path) -> None:
    """Without a copy on the card, the user is told what to do, and nothing is submitted."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        job, result = await edit_picture(harness, host.answer("/roof.png", serve(picture().read()), status(410)))
        assert not [part for part in walk(result.components) if isinstance(part, discord.ThumbnailComponent)]
        await harness.change("UPDATE jobs SET image_url = ? WHERE id = ?", EXPIRED, job.id)
        text = reply(await press(harness.alice, result, Verb.REROLL, job))
        assert text == "The picture to edit is no longer available. Please attach it to /edit."
        assert len(harness.fake.submissions) == 1
        assert len(harness.messages(viewer=harness.alice)) == 2


async def test_old_source(tmp_path: Path) -> None:
    """After three weeks the copy on the card is edited, not the file now at the old address."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        job, result = await edit_picture(harness, host.answer("/roof.png", serve(picture().read())))
        await age_job(harness, job)
        await press(harness.alice, result, Verb.REROLL, job)
        await children(harness, job, 1)
        assert harness.fake.submissions[-1].body["image_url"] == source_on(result)
        assert len(host.requests) == 2  # by the image API, and for the first card


@pytest.mark.parametrize("old", [False, True], ids=["young", "old"])
async def test_edit_of_a_result(tmp_path: Path, old: bool) -> None:
    """A recent result is edited from the image API's own picture, an old one from its message's."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, count=2)
        if old:
            await age_job(harness, job)
        shown = await press(harness.bob, result, Verb.EDIT, job)
        await harness.bob.submit_modal(
            shown, {"which": ["2"], "prompt": "make it winter", "model": ["flux-kontext-pro"]}
        )
        (child_id,) = await children(harness, job, 1)
        assert job.result is not None
        expected = gallery(result)[1].media.url if old else job.result.images[1].url
        assert harness.fake.submissions[-1].body["image_url"] == expected
        again = harness.messages()[-1]
        assert f"<@{harness.bob.id}> your edited picture is ready.\n-# Edited from [" in text_of(again)
        assert f"/flux-{child_id}-source." in source_on(again)
