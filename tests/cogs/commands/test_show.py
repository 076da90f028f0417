"""/show: a finished result again, with controls that work, whatever has become of its pictures since."""

import json
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.jobs import Failure, Job
from flux_bot.sandbox.faults import BadFile
from tests.finished_jobs import (
    answer,
    behave,
    buttons,
    copies,
    forge,
    grow_old,
    latest,
    lose_message,
    lose_originals,
    made,
    private_answer,
)
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, picture, words

ON_RESULT = ["reroll", "remix", "edit", "save", "info", "delete"]
NO_SUCH = "I couldn’t find that picture. Choose one from the list that appears as you type."
LOST = "This picture is no longer available: its message is gone, and the picture service no longer has it."


async def show(
    harness: BotHarness, job: Job | str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Let somebody ask for a result again, alice unless told otherwise."""
    job_id = job if isinstance(job, str) else job.id
    return await (who or harness.alice).slash(harness.channel, "show", job=job_id)


async def suggested(
    harness: BotHarness, typed: str = "", who: simcord.MemberActor | None = None
) -> list[dict[str, Any]]:
    """Return what somebody, alice unless told otherwise, can choose from while they type."""
    return await (who or harness.alice).autocomplete(harness.channel, "show", "job", typed)


def verbs(message: discord.Message, job: Job) -> list[str]:
    """Return what the buttons on a card do, all with this job."""
    assert all(custom_id.partition(":")[2] == job.id for custom_id in buttons(message))
    return [custom_id.partition(":")[0] for custom_id in buttons(message)]


def seen(harness: BotHarness, message: discord.Message) -> list[bytes | None]:
    """Return the bytes of the pictures that a message shows."""
    return [harness.env.backend.cdn.get(item.media.url) for item in gallery(message)]


# --- what is shown -----------------------------------------------------------------------------------


async def test_shown_again(tmp_path: Path) -> None:
    """A public result is posted again for all to see, as it was, with all its buttons; nobody is pinged."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, "a *red* cat", count=2)
        shown = await show(harness, job)
        message = answer(shown)
        assert not shown.ephemeral
        assert words(message) == (
            f"A picture by <@{harness.alice.id}>, made <t:{int(harness.row(job.id)['finished_at'])}:R>\n"
            f"> a \\*red\\* cat\n-# flux-2-flex · 64x64 · 0 s · `{job.id}`"
        )
        assert alt_texts(message) == ["Picture 1 of 2: a *red* cat", "Picture 2 of 2: a *red* cat"]
        assert seen(harness, message) == [file.data for file in harness.fake.files.values()]
        assert verbs(message, job) == ON_RESULT
        assert harness.pinged(message) == []
        assert [each.id for each in harness.messages()] == [job.result_message_id, message.id]
        assert [each.id for each in harness.messages(viewer=harness.bob)] == [job.result_message_id, message.id]


async def test_a_private_one_stays_private(tmp_path: Path) -> None:
    """A private result is shown again to its asker alone, who may then show it to all."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, "a secret cat", private=True)
        shown = private_answer(await show(harness, job))
        assert alt_texts(shown) == ["a secret cat"]
        assert verbs(shown, job) == [*ON_RESULT, "show"]
        assert harness.messages(viewer=harness.bob) == []

        public = await harness.alice.click(shown, label="Show here")
        assert not public.ephemeral
        assert alt_texts(answer(public)) == ["a secret cat"]
        assert verbs(answer(public), job) == ON_RESULT
        assert [message.id for message in harness.messages(viewer=harness.bob)] == [answer(public).id]


async def test_words_in_the_language_of_its_readers(tmp_path: Path) -> None:
    """What all read is in the server's language, what one reads in theirs."""
    async with BotHarness(tmp_path) as harness:
        public, private = await made(harness), await made(harness, private=True)
        harness.change_interaction = lambda payload: payload.update(locale="de", guild_locale="fr")
        assert buttons(answer(await show(harness, public)))[f"delete:{public.id}"].label == "Supprimer"
        assert buttons(answer(await show(harness, private)))[f"delete:{private.id}"].label == "Löschen"


async def test_an_edit_is_shown_with_its_source(tmp_path: Path) -> None:
    """The picture that was changed is shown beside the words, on every copy."""
    async with BotHarness(tmp_path) as harness:
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image=("cat.png", picture().read()))
        job = await latest(harness)
        for _ in range(2):
            message = answer(await show(harness, job))
            urls = {file.filename: file.url for file in message.attachments}
            assert set(urls) == {f"flux-{job.id}-source.webp", f"flux-{job.id}-1.png"}
            assert (harness.env.backend.cdn.get(urls[f"flux-{job.id}-source.webp"]) or b"")[8:12] == b"WEBP"


async def test_where_it_is_asked_for(tmp_path: Path) -> None:
    """A result is shown where its asker is now, be it another channel or the direct messages."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        elsewhere = harness.guild.create_text_channel("elsewhere")
        shown = answer(await harness.alice.slash(elsewhere, "show", job=job.id))
        assert [message.id for message in harness.messages(elsewhere)] == [shown.id]
        assert len(harness.messages()) == 1
        direct = answer(await harness.alice.user.slash("show", job=job.id))
        assert alt_texts(direct) == ["a cat"]


# --- its buttons -------------------------------------------------------------------------------------


async def test_its_buttons_work(tmp_path: Path) -> None:
    """Bob rerolls, alice remixes, edits, saves and informs herself, all from the copy; then she deletes just that."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        lose_message(harness, job)
        shown = answer(await show(harness, job))
        await harness.bob.click(shown, custom_id=f"reroll:{job.id}")
        await harness.sees(f"<@{harness.bob.id}> your picture is ready", "Rerolled from")
        opened = await harness.alice.click(shown, custom_id=f"edit:{job.id}")
        await harness.alice.submit_modal(opened, {"prompt": "add a hat", "model": ["flux-kontext-pro"]})
        await harness.sees(f"<@{harness.alice.id}> your edited picture is ready", "Edited from", "add a hat")
        saved = await harness.alice.click(shown, custom_id=f"save:{job.id}")
        assert "I have sent you the original in a direct message." in words(answer(saved))
        told = await harness.alice.click(shown, custom_id=f"info:{job.id}")
        assert "How it was made" in words(private_answer(told))
        await latest(harness)
        await harness.alice.click(shown, custom_id=f"delete:{job.id}")
        assert shown.id not in [message.id for message in harness.messages()]
        assert seen(harness, answer(await show(harness, job))) == [next(iter(harness.fake.files.values())).data]


async def test_a_copy_is_deleted_and_the_result_still_found(tmp_path: Path) -> None:
    """Who deletes a copy keeps the result's own message, by which the picture is found when the original is gone."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await harness.alice.click(answer(await show(harness, job)), custom_id=f"delete:{job.id}")
        assert harness.row(job.id)["result_message_id"] == job.result_message_id
        await grow_old(harness)
        lose_originals(harness)
        assert alt_texts(answer(await show(harness, job))) == ["a cat"]


async def test_after_a_restart(tmp_path: Path) -> None:
    """What was made before a restart is suggested and shown after it, and old copies still work."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        old = answer(await show(harness, job))
        await harness.restart()
        assert await suggested(harness) == [{"name": "a cat", "value": job.id}]
        new = answer(await show(harness, job))
        assert alt_texts(new) == ["a cat"]
        for who, message in ((harness.alice, old), (harness.bob, new)):
            await who.click(message, custom_id=f"reroll:{job.id}")
            assert (await latest(harness)).origin.user_id == who.id
        assert len(harness.fake.submissions) == 3


# --- where the pictures come from --------------------------------------------------------------------


@pytest.mark.parametrize("old", [False, True], ids=["young", "old"])
async def test_originals_gone(tmp_path: Path, old: bool) -> None:
    """When the image API has lost the pictures they are found through their message, and shown as they were."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, count=2)
        if old:
            await grow_old(harness)
        lose_originals(harness)
        message = answer(await show(harness, job))
        assert seen(harness, message) == [file.data for file in harness.fake.files.values()]
        assert verbs(message, job) == ON_RESULT


async def test_an_old_one_is_looked_for_in_its_message_alone(tmp_path: Path) -> None:
    """Addresses that the image API does not promise any more are not asked."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        harness.fake.faults.file = BadFile(body=picture(8, 8).read())  # somebody else's, under the same address by now
        await grow_old(harness)
        assert seen(harness, answer(await show(harness, job))) == [file.data for file in harness.fake.files.values()]


async def test_message_gone(tmp_path: Path) -> None:
    """While the image API has the pictures, nobody needs their message."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        lose_message(harness, job)
        assert alt_texts(answer(await show(harness, job))) == ["a cat"]


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_all_gone(tmp_path: Path, private: bool) -> None:
    """When a picture is nowhere any more its asker reads that in kind words, and what to do."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness, private=private)
        lose_message(harness, job)
        await grow_old(harness)
        shown = await show(harness, job)
        assert words(answer(shown)) == f"{LOST} Use /imagine to make a new one."
        assert not answer(shown).flags.loading
        assert not buttons(answer(shown))
        assert shown.followups == []


async def test_an_old_address_is_never_shown(tmp_path: Path) -> None:
    """Of several old pictures those are shown that can be found; the others' addresses lead nowhere any more."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        (image,) = json.loads(harness.row(job.id)["images"])
        images = json.dumps([image, image | {"url": "https://example.org/lost.png"}])
        await harness.change("UPDATE jobs SET images = ?, count = 2", images)
        await grow_old(harness)
        shown = answer(await show(harness, job))
        assert alt_texts(shown) == ["Picture 1 of 2: a cat"]
        assert "lost.png" not in words(shown)


async def test_nowhere_to_be_had_for_now(tmp_path: Path) -> None:
    """While the picture service may still have them, the links are shown where nothing else is to be had."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        lose_message(harness, job)
        lose_originals(harness)
        message = answer(await show(harness, job))
        (name,) = harness.fake.files
        assert f"(http://127.0.0.1:{harness.fake.port}/files/{name})" in words(message)
        assert gallery(message) == []


async def test_message_not_to_be_had(tmp_path: Path) -> None:
    """If Discord does not hand out the message, that is the same as gone, and no error."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        await grow_old(harness)
        harness.env.inject_error("GET", "/channels/*/messages/*", status=403, code=50001)
        assert words(answer(await show(harness, job))).startswith(LOST)


# --- what is refused ---------------------------------------------------------------------------------


async def test_somebody_elses(tmp_path: Path) -> None:
    """Nobody can show another's picture by its id, be it public or private."""
    async with BotHarness(tmp_path) as harness:
        for job in (await made(harness), await made(harness, private=True)):
            assert words(private_answer(await show(harness, job, harness.bob))) == NO_SUCH
        own = await made(harness, who=harness.bob, private=True)
        shown = private_answer(await show(harness, own, harness.bob))
        for forged in (job.id, "", "%", own.id.lower()):
            forge(harness, f"show:{own.id}", f"show:{forged}")
            refused = await harness.bob.click(shown, label="Show here")
            assert words(private_answer(refused)) == NO_SUCH
        behave(harness)
        assert len(harness.messages()) == 1


@pytest.mark.parametrize("typed", ["a cat", "0123456789abcdef", " ", "%", "' OR 1=1 --", "🐈" * 100])
async def test_nonsense(tmp_path: Path, typed: str) -> None:
    """What is no id of a picture of one's own is refused in words that help."""
    async with BotHarness(tmp_path) as harness:
        await made(harness)
        shown = await show(harness, typed)
        assert words(private_answer(shown)) == NO_SUCH
        assert shown.followups == []


async def test_unfinished(tmp_path: Path) -> None:
    """A picture that is not finished yet is refused, and where to look is told."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        job, task = await harness.held()
        waiting = job_id_of(answer(await harness.imagine("a dog")))
        assert await suggested(harness) == []
        for job_id in (job.id, waiting):
            told = words(private_answer(await show(harness, job_id)))
            assert told == "This picture isn’t ready yet. Check on it with /jobs."
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        assert alt_texts(answer(await show(harness, job))) == ["a cat"]


async def test_without_a_picture(tmp_path: Path) -> None:
    """What failed or was cancelled is no picture, and is not suggested."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        failed, task = await harness.held()
        await harness.fake.finish(task.id, failure=Failure("timeout"))
        await harness.over(failed.id)
        loose, _ = await harness.held("a dog")
        card = await harness.sees("Painting", "a dog")
        await harness.alice.click(card, custom_id=f"cancel:{loose.id}")
        for job in (failed, loose):
            assert words(private_answer(await show(harness, job))) == NO_SUCH
        assert await suggested(harness) == []


# --- what is suggested -------------------------------------------------------------------------------


async def test_suggestions(tmp_path: Path) -> None:
    """Only one's own pictures are suggested, the latest first; what is typed narrows them down."""
    async with BotHarness(tmp_path) as harness:
        cat, dog = await made(harness, "a Red cat"), await made(harness, "a 100% red dog", private=True)
        of_bob = await made(harness, "a red bird", who=harness.bob)
        both = [{"name": "a 100% red dog", "value": dog.id}, {"name": "a Red cat", "value": cat.id}]
        assert await suggested(harness) == both
        assert await suggested(harness, "RED a ") == both
        assert await suggested(harness, "cat red") == both[1:]
        assert await suggested(harness, "%") == both[:1]
        assert await suggested(harness, "_") == []
        assert await suggested(harness, "bird") == []
        assert await suggested(harness, "", harness.bob) == [{"name": "a red bird", "value": of_bob.id}]
        assert alt_texts(answer(await show(harness, both[1]["value"]))) == ["a Red cat"]


async def test_many_suggestions(tmp_path: Path) -> None:
    """At most 25 are suggested, each of one line and at most 100 characters, and each can be shown."""
    async with BotHarness(tmp_path) as harness:
        job = await made(harness)
        ids = await copies(harness, job, *(f"{number}\n\n  cats " + "and more " * 300 for number in range(30)))
        found = await suggested(harness, "more CATS and")
        assert [choice["value"] for choice in found] == ids[:4:-1]
        assert all(len(choice["name"]) <= 100 for choice in found)
        assert found[0]["name"].startswith("29 cats and more and more")
        assert found[0]["name"].endswith("…")
        shown = answer(await show(harness, found[-1]["value"]))
        assert f"flux-{ids[5]}-prompt.txt" in [file.filename for file in shown.attachments]
