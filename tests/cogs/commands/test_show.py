"""/show: a finished result posted again with working controls, whatever has become of its pictures."""

import json
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.jobs import Failure, Job
from flux_bot.sandbox.faults import BadFile
from tests.finished_jobs import (
    age_jobs,
    answer,
    buttons,
    copy_job,
    forge,
    latest_job,
    lose_message,
    lose_originals,
    make_picture,
    private_answer,
    reset_interactions,
)
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, picture, text_of

ON_RESULT = ["reroll", "remix", "edit", "save", "info", "delete"]
NO_SUCH = "I couldn’t find that picture. Choose one from the list that appears as you type."
LOST = "This picture is no longer available: its message is gone, and the picture service no longer has it."


async def show(
    harness: BotHarness, job: Job | str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Run /show for a job, by default as alice."""
    job_id = job if isinstance(job, str) else job.id
    return await (who or harness.alice).slash(harness.channel, "show", job=job_id)


async def suggestions(
    harness: BotHarness, typed: str = "", who: simcord.MemberActor | None = None
) -> list[dict[str, Any]]:
    """Return the autocomplete choices for a text, by default as alice."""
    return await (who or harness.alice).autocomplete(harness.channel, "show", "job", typed)


def verbs(message: discord.Message, job: Job) -> list[str]:
    """Return the verbs of a card's buttons, which must all belong to this job."""
    assert all(custom_id.partition(":")[2] == job.id for custom_id in buttons(message))
    return [custom_id.partition(":")[0] for custom_id in buttons(message)]


def picture_bytes(harness: BotHarness, message: discord.Message) -> list[bytes | None]:
    """Return the bytes of the pictures in a message."""
    return [harness.env.backend.cdn.get(item.media.url) for item in gallery(message)]


# --- the copy ----------------------------------------------------------------------------------------


async def test_shown_again(tmp_path: Path) -> None:
    """A public result is posted again with all its buttons, and pings nobody."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "a *red* cat", count=2)
        shown = await show(harness, job)
        message = answer(shown)
        assert not shown.ephemeral
        assert text_of(message) == (
            f"A picture by <@{harness.alice.id}>, made <t:{int(harness.row(job.id)['finished_at'])}:R>\n"
            f"> a \\*red\\* cat\n-# flux-2-flex · 64x64 · 0 s · `{job.id}`"
        )
        assert alt_texts(message) == ["Picture 1 of 2: a *red* cat", "Picture 2 of 2: a *red* cat"]
        assert picture_bytes(harness, message) == [file.data for file in harness.fake.files.values()]
        assert verbs(message, job) == ON_RESULT
        assert harness.pinged(message) == []
        assert [each.id for each in harness.messages()] == [job.result_message_id, message.id]
        assert [each.id for each in harness.messages(viewer=harness.bob)] == [job.result_message_id, message.id]


async def test_a_private_result_stays_private(tmp_path: Path) -> None:
    """A private result is shown only to its user, who may then post it publicly."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "a secret cat", private=True)
        shown = private_answer(await show(harness, job))
        assert alt_texts(shown) == ["a secret cat"]
        assert verbs(shown, job) == [*ON_RESULT, "show"]
        assert harness.messages(viewer=harness.bob) == []

        public = await harness.alice.click(shown, label="Show here")
        assert not public.ephemeral
        assert alt_texts(answer(public)) == ["a secret cat"]
        assert verbs(answer(public), job) == ON_RESULT
        assert [message.id for message in harness.messages(viewer=harness.bob)] == [answer(public).id]


async def test_languages(tmp_path: Path) -> None:
    """A public result is in the server's language, a private one in the user's."""
    async with BotHarness(tmp_path) as harness:
        public, private = await make_picture(harness), await make_picture(harness, private=True)
        harness.change_interaction = lambda payload: payload.update(locale="de", guild_locale="fr")
        assert buttons(answer(await show(harness, public)))[f"delete:{public.id}"].label == "Supprimer"
        assert buttons(answer(await show(harness, private)))[f"delete:{private.id}"].label == "Löschen"


async def test_an_edit_is_shown_with_its_source(tmp_path: Path) -> None:
    """The source picture is shown on every copy."""
    async with BotHarness(tmp_path) as harness:
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=("cat.png", picture().read()))
        job = await latest_job(harness)
        for _ in range(2):
            message = answer(await show(harness, job))
            urls = {file.filename: file.url for file in message.attachments}
            assert set(urls) == {f"flux-{job.id}-source.webp", f"flux-{job.id}-1.png"}
            assert (harness.env.backend.cdn.get(urls[f"flux-{job.id}-source.webp"]) or b"")[8:12] == b"WEBP"


async def test_posted_where_the_command_was_used(tmp_path: Path) -> None:
    """A result is posted where its user runs the command, in another channel or a direct message."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        elsewhere = harness.guild.create_text_channel("elsewhere")
        shown = answer(await harness.alice.slash(elsewhere, "show", job=job.id))
        assert [message.id for message in harness.messages(elsewhere)] == [shown.id]
        assert len(harness.messages()) == 1
        direct = answer(await harness.alice.user.slash("show", job=job.id))
        assert alt_texts(direct) == ["a cat"]


# --- its buttons -------------------------------------------------------------------------------------


async def test_its_buttons_work(tmp_path: Path) -> None:
    """Bob rerolls, alice remixes, edits, saves and opens Info on the copy; then she deletes only the copy."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        lose_message(harness, job)
        shown = answer(await show(harness, job))
        await harness.bob.click(shown, custom_id=f"reroll:{job.id}")
        await harness.wait_for_message(f"<@{harness.bob.id}> your picture is ready", "Rerolled from")
        opened = await harness.alice.click(shown, custom_id=f"edit:{job.id}")
        await harness.alice.submit_modal(opened, {"prompt": "add a hat", "model": ["flux-kontext-pro"]})
        await harness.wait_for_message(
            f"<@{harness.alice.id}> your edited picture is ready", "Edited from", "add a hat"
        )
        saved = await harness.alice.click(shown, custom_id=f"save:{job.id}")
        assert "I have sent you the original in a direct message." in text_of(answer(saved))
        shown_info = await harness.alice.click(shown, custom_id=f"info:{job.id}")
        assert "How it was made" in text_of(private_answer(shown_info))
        await latest_job(harness)
        await harness.alice.click(shown, custom_id=f"delete:{job.id}")
        assert shown.id not in [message.id for message in harness.messages()]
        assert picture_bytes(harness, answer(await show(harness, job))) == [
            next(iter(harness.fake.files.values())).data
        ]


async def test_a_deleted_copy(tmp_path: Path) -> None:
    """Deleting a copy leaves the result's own message, which has the picture when the original is gone."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await harness.alice.click(answer(await show(harness, job)), custom_id=f"delete:{job.id}")
        assert harness.row(job.id)["result_message_id"] == job.result_message_id
        await age_jobs(harness)
        lose_originals(harness)
        assert alt_texts(answer(await show(harness, job))) == ["a cat"]


async def test_after_a_restart(tmp_path: Path) -> None:
    """A result from before a restart is suggested and shown, and old copies still work."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        old = answer(await show(harness, job))
        await harness.restart()
        assert await suggestions(harness) == [{"name": "a cat", "value": job.id}]
        new = answer(await show(harness, job))
        assert alt_texts(new) == ["a cat"]
        for who, message in ((harness.alice, old), (harness.bob, new)):
            await who.click(message, custom_id=f"reroll:{job.id}")
            assert (await latest_job(harness)).origin.user_id == who.id
        assert len(harness.fake.submissions) == 3


# --- where the pictures come from --------------------------------------------------------------------


@pytest.mark.parametrize("old", [False, True], ids=["young", "old"])
async def test_originals_gone(tmp_path: Path, old: bool) -> None:
    """If the image API has lost the pictures, those of the result's message are shown unchanged."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, count=2)
        if old:
            await age_jobs(harness)
        lose_originals(harness)
        message = answer(await show(harness, job))
        assert picture_bytes(harness, message) == [file.data for file in harness.fake.files.values()]
        assert verbs(message, job) == ON_RESULT


async def test_an_old_result_uses_only_its_message(tmp_path: Path) -> None:
    """Addresses that the image API no longer guarantees are not requested."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        harness.fake.faults.file = BadFile(body=picture(8, 8).read())  # another user's picture, now at the same address
        await age_jobs(harness)
        assert picture_bytes(harness, answer(await show(harness, job))) == [
            file.data for file in harness.fake.files.values()
        ]


async def test_message_gone(tmp_path: Path) -> None:
    """While the image API has the pictures, the message is not needed."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        lose_message(harness, job)
        assert alt_texts(answer(await show(harness, job))) == ["a cat"]


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_all_gone(tmp_path: Path, private: bool) -> None:
    """If a picture is lost everywhere, its user is told so, and what to do."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, private=private)
        lose_message(harness, job)
        await age_jobs(harness)
        shown = await show(harness, job)
        assert text_of(answer(shown)) == f"{LOST} Use /imagine to make a new one."
        assert not answer(shown).flags.loading
        assert not buttons(answer(shown))
        assert shown.followups == []


async def test_an_old_address_is_never_shown(tmp_path: Path) -> None:
    """Of several old pictures, those that can be found are shown, without links to the others' old addresses."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        (image,) = json.loads(harness.row(job.id)["images"])
        images = json.dumps([image, image | {"url": "https://example.org/lost.png"}])
        await harness.change("UPDATE jobs SET images = ?, count = 2", images)
        await age_jobs(harness)
        shown = answer(await show(harness, job))
        assert alt_texts(shown) == ["Picture 1 of 2: a cat"]
        assert "lost.png" not in text_of(shown)


async def test_temporarily_unavailable(tmp_path: Path) -> None:
    """If the picture service may still have the pictures, links are shown."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        lose_message(harness, job)
        lose_originals(harness)
        message = answer(await show(harness, job))
        (name,) = harness.fake.files
        assert f"(http://127.0.0.1:{harness.fake.port}/files/{name})" in text_of(message)
        assert gallery(message) == []


async def test_message_can_not_be_fetched(tmp_path: Path) -> None:
    """If Discord does not return the message, it counts as deleted, without an error."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        await age_jobs(harness)
        harness.env.inject_error("GET", "/channels/*/messages/*", status=403, code=50001)
        assert text_of(answer(await show(harness, job))).startswith(LOST)


# --- refusals ----------------------------------------------------------------------------------------


async def test_another_users_result(tmp_path: Path) -> None:
    """A user can't show another user's result by its id, public or private."""
    async with BotHarness(tmp_path) as harness:
        for job in (await make_picture(harness), await make_picture(harness, private=True)):
            assert text_of(private_answer(await show(harness, job, harness.bob))) == NO_SUCH
        own = await make_picture(harness, who=harness.bob, private=True)
        shown = private_answer(await show(harness, own, harness.bob))
        for forged in (job.id, "", "%", own.id.lower()):
            forge(harness, f"show:{own.id}", f"show:{forged}")
            refused = await harness.bob.click(shown, label="Show here")
            assert text_of(private_answer(refused)) == NO_SUCH
        reset_interactions(harness)
        assert len(harness.messages()) == 1


@pytest.mark.parametrize("typed", ["a cat", "0123456789abcdef", " ", "%", "' OR 1=1 --", "🐈" * 100])
async def test_malformed_id(tmp_path: Path, typed: str) -> None:
    """Anything but the id of the user's own picture is refused with a helpful message."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness)
        shown = await show(harness, typed)
        assert text_of(private_answer(shown)) == NO_SUCH
        assert shown.followups == []


async def test_unfinished(tmp_path: Path) -> None:
    """An unfinished picture is refused with a hint where to look."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        job, task = await harness.start_job()
        waiting = job_id_of(answer(await harness.imagine("a dog")))
        assert await suggestions(harness) == []
        for job_id in (job.id, waiting):
            text = text_of(private_answer(await show(harness, job_id)))
            assert text == "This picture isn’t ready yet. Check on it with /jobs."
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert alt_texts(answer(await show(harness, job))) == ["a cat"]


async def test_without_a_picture(tmp_path: Path) -> None:
    """A failed or cancelled job has no picture and is not suggested."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        failed, task = await harness.start_job()
        await harness.fake.finish(task.id, failure=Failure("timeout"))
        await harness.wait_until_closed(failed.id)
        cancelled, _ = await harness.start_job("a dog")
        card = await harness.wait_for_message("Painting", "a dog")
        await harness.alice.click(card, custom_id=f"cancel:{cancelled.id}")
        for job in (failed, cancelled):
            assert text_of(private_answer(await show(harness, job))) == NO_SUCH
        assert await suggestions(harness) == []


# --- autocomplete ------------------------------------------------------------------------------------


async def test_suggestions(tmp_path: Path) -> None:
    """Only the user's own pictures are suggested, newest first, filtered by what is typed."""
    async with BotHarness(tmp_path) as harness:
        cat, dog = await make_picture(harness, "a Red cat"), await make_picture(harness, "a 100% red dog", private=True)
        of_bob = await make_picture(harness, "a red bird", who=harness.bob)
        both = [{"name": "a 100% red dog", "value": dog.id}, {"name": "a Red cat", "value": cat.id}]
        assert await suggestions(harness) == both
        assert await suggestions(harness, "RED a ") == both
        assert await suggestions(harness, "cat red") == both[1:]
        assert await suggestions(harness, "%") == both[:1]
        assert await suggestions(harness, "_") == []
        assert await suggestions(harness, "bird") == []
        assert await suggestions(harness, "", harness.bob) == [{"name": "a red bird", "value": of_bob.id}]
        assert alt_texts(answer(await show(harness, both[1]["value"]))) == ["a Red cat"]


async def test_many_suggestions(tmp_path: Path) -> None:
    """At most 25 are suggested, each on one line of at most 100 characters, and each can be shown."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        ids = await copy_job(harness, job, *(f"{number}\n\n  cats " + "and more " * 300 for number in range(30)))
        found = await suggestions(harness, "more CATS and")
        assert [choice["value"] for choice in found] == ids[:4:-1]
        assert all(len(choice["name"]) <= 100 for choice in found)
        assert found[0]["name"].startswith("29 cats and more and more")
        assert found[0]["name"].endswith("…")
        shown = answer(await show(harness, found[-1]["value"]))
        assert f"flux-{ids[5]}-prompt.txt" in [file.filename for file in shown.attachments]
