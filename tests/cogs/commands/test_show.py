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
from tests.harness import Stage, alt_texts, gallery, job_id_of, picture, words

ON_RESULT = ["reroll", "remix", "edit", "save", "info", "delete"]
NO_SUCH = "You have no such picture. Choose one from the list that appears as you type."
LOST = "This picture can’t be found any more: its message is gone, and the picture service no longer has it."


async def show(stage: Stage, job: Job | str, who: simcord.MemberActor | None = None) -> simcord.InteractionResult:
    """Let somebody ask for a result again, alice unless told otherwise."""
    job_id = job if isinstance(job, str) else job.id
    return await (who or stage.alice).slash(stage.channel, "show", job=job_id)


async def suggested(stage: Stage, typed: str = "", who: simcord.MemberActor | None = None) -> list[dict[str, Any]]:
    """Return what somebody, alice unless told otherwise, can choose from while they type."""
    return await (who or stage.alice).autocomplete(stage.channel, "show", "job", typed)


def verbs(message: discord.Message, job: Job) -> list[str]:
    """Return what the buttons on a card do, all with this job."""
    assert all(custom_id.partition(":")[2] == job.id for custom_id in buttons(message))
    return [custom_id.partition(":")[0] for custom_id in buttons(message)]


def seen(stage: Stage, message: discord.Message) -> list[bytes | None]:
    """Return the bytes of the pictures that a message shows."""
    return [stage.env.backend.cdn.get(item.media.url) for item in gallery(message)]


# --- what is shown -----------------------------------------------------------------------------------


async def test_shown_again(tmp_path: Path) -> None:
    """A public result is posted again for all to see, as it was, with all its buttons; nobody is pinged."""
    async with Stage(tmp_path) as stage:
        job = await made(stage, "a *red* cat", count=2)
        shown = await show(stage, job)
        message = answer(shown)
        assert not shown.ephemeral
        assert words(message) == (
            f"A picture by <@{stage.alice.id}>, made <t:{int(stage.row(job.id)['finished_at'])}:R>\n"
            f"> a \\*red\\* cat\n-# flux-2-flex · 64x64 · 0 s · `{job.id}`"
        )
        assert alt_texts(message) == ["Picture 1 of 2: a *red* cat", "Picture 2 of 2: a *red* cat"]
        assert seen(stage, message) == [file.data for file in stage.fake.files.values()]
        assert verbs(message, job) == ON_RESULT
        assert stage.pinged(message) == []
        assert [each.id for each in stage.messages()] == [job.result_message_id, message.id]
        assert [each.id for each in stage.messages(viewer=stage.bob)] == [job.result_message_id, message.id]


async def test_a_private_one_stays_private(tmp_path: Path) -> None:
    """A private result is shown again to its asker alone, who may then show it to all."""
    async with Stage(tmp_path) as stage:
        job = await made(stage, "a secret cat", private=True)
        shown = private_answer(await show(stage, job))
        assert alt_texts(shown) == ["a secret cat"]
        assert verbs(shown, job) == [*ON_RESULT, "show"]
        assert stage.messages(viewer=stage.bob) == []

        public = await stage.alice.click(shown, label="Show here")
        assert not public.ephemeral
        assert alt_texts(answer(public)) == ["a secret cat"]
        assert verbs(answer(public), job) == ON_RESULT
        assert [message.id for message in stage.messages(viewer=stage.bob)] == [answer(public).id]


async def test_words_in_the_language_of_its_readers(tmp_path: Path) -> None:
    """What all read is in the server's language, what one reads in theirs."""
    async with Stage(tmp_path) as stage:
        public, private = await made(stage), await made(stage, private=True)
        stage.change_interaction = lambda payload: payload.update(locale="de", guild_locale="fr")
        assert buttons(answer(await show(stage, public)))[f"delete:{public.id}"].label == "Supprimer"
        assert buttons(answer(await show(stage, private)))[f"delete:{private.id}"].label == "Löschen"


async def test_an_edit_is_shown_with_its_source(tmp_path: Path) -> None:
    """The picture that was changed is shown beside the words, on every copy."""
    async with Stage(tmp_path) as stage:
        await stage.alice.slash(stage.channel, "edit", prompt="add a hat", image=("cat.png", picture().read()))
        job = await latest(stage)
        for _ in range(2):
            message = answer(await show(stage, job))
            urls = {file.filename: file.url for file in message.attachments}
            assert set(urls) == {f"flux-{job.id}-source.webp", f"flux-{job.id}-1.png"}
            assert (stage.env.backend.cdn.get(urls[f"flux-{job.id}-source.webp"]) or b"")[8:12] == b"WEBP"


async def test_where_it_is_asked_for(tmp_path: Path) -> None:
    """A result is shown where its asker is now, be it another channel or the direct messages."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        elsewhere = stage.guild.create_text_channel("elsewhere")
        shown = answer(await stage.alice.slash(elsewhere, "show", job=job.id))
        assert [message.id for message in stage.messages(elsewhere)] == [shown.id]
        assert len(stage.messages()) == 1
        direct = answer(await stage.alice.user.slash("show", job=job.id))
        assert alt_texts(direct) == ["a cat"]


# --- its buttons -------------------------------------------------------------------------------------


async def test_its_buttons_work(tmp_path: Path) -> None:
    """Bob rerolls, alice remixes, edits, saves and informs herself, all from the copy; then she deletes just that."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        lose_message(stage, job)
        shown = answer(await show(stage, job))
        await stage.bob.click(shown, custom_id=f"reroll:{job.id}")
        await stage.sees(f"<@{stage.bob.id}> your picture is ready", "Rerolled from")
        opened = await stage.alice.click(shown, custom_id=f"edit:{job.id}")
        await stage.alice.submit_modal(opened, {"prompt": "add a hat", "model": ["flux-kontext-pro"]})
        await stage.sees(f"<@{stage.alice.id}> your edited picture is ready", "Edited from", "add a hat")
        saved = await stage.alice.click(shown, custom_id=f"save:{job.id}")
        assert "I have sent you the original in a direct message." in words(answer(saved))
        told = await stage.alice.click(shown, custom_id=f"info:{job.id}")
        assert "How it was made" in words(private_answer(told))
        await latest(stage)
        await stage.alice.click(shown, custom_id=f"delete:{job.id}")
        assert shown.id not in [message.id for message in stage.messages()]
        assert seen(stage, answer(await show(stage, job))) == [next(iter(stage.fake.files.values())).data]


async def test_a_copy_is_deleted_and_the_result_still_found(tmp_path: Path) -> None:
    """Who deletes a copy keeps the result's own message, by which the picture is found when the original is gone."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        await stage.alice.click(answer(await show(stage, job)), custom_id=f"delete:{job.id}")
        assert stage.row(job.id)["result_message_id"] == job.result_message_id
        await grow_old(stage)
        lose_originals(stage)
        assert alt_texts(answer(await show(stage, job))) == ["a cat"]


async def test_after_a_restart(tmp_path: Path) -> None:
    """What was made before a restart is suggested and shown after it, and old copies still work."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        old = answer(await show(stage, job))
        await stage.restart()
        assert await suggested(stage) == [{"name": "a cat", "value": job.id}]
        new = answer(await show(stage, job))
        assert alt_texts(new) == ["a cat"]
        for who, message in ((stage.alice, old), (stage.bob, new)):
            await who.click(message, custom_id=f"reroll:{job.id}")
            assert (await latest(stage)).origin.user_id == who.id
        assert len(stage.fake.submissions) == 3


# --- where the pictures come from --------------------------------------------------------------------


@pytest.mark.parametrize("old", [False, True], ids=["young", "old"])
async def test_originals_gone(tmp_path: Path, old: bool) -> None:
    """When the image API has lost the pictures they are found through their message, and shown as they were."""
    async with Stage(tmp_path) as stage:
        job = await made(stage, count=2)
        if old:
            await grow_old(stage)
        lose_originals(stage)
        message = answer(await show(stage, job))
        assert seen(stage, message) == [file.data for file in stage.fake.files.values()]
        assert verbs(message, job) == ON_RESULT


async def test_an_old_one_is_looked_for_in_its_message_alone(tmp_path: Path) -> None:
    """Addresses that the image API does not promise any more are not asked."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        stage.fake.faults.file = BadFile(body=picture(8, 8).read())  # somebody else's, under the same address by now
        await grow_old(stage)
        assert seen(stage, answer(await show(stage, job))) == [file.data for file in stage.fake.files.values()]


async def test_message_gone(tmp_path: Path) -> None:
    """While the image API has the pictures, nobody needs their message."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        lose_message(stage, job)
        assert alt_texts(answer(await show(stage, job))) == ["a cat"]


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_all_gone(tmp_path: Path, private: bool) -> None:
    """When a picture is nowhere any more its asker reads that in kind words, and what to do."""
    async with Stage(tmp_path) as stage:
        job = await made(stage, private=private)
        lose_message(stage, job)
        await grow_old(stage)
        shown = await show(stage, job)
        assert words(answer(shown)) == f"{LOST} /imagine makes a new one."
        assert not answer(shown).flags.loading
        assert not buttons(answer(shown))
        assert shown.followups == []


async def test_an_old_address_is_never_shown(tmp_path: Path) -> None:
    """Of several old pictures those are shown that can be found; the others' addresses lead nowhere any more."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        (image,) = json.loads(stage.row(job.id)["images"])
        images = json.dumps([image, image | {"url": "https://example.org/lost.png"}])
        await stage.change("UPDATE jobs SET images = ?, count = 2", images)
        await grow_old(stage)
        shown = answer(await show(stage, job))
        assert alt_texts(shown) == ["Picture 1 of 2: a cat"]
        assert "lost.png" not in words(shown)


async def test_nowhere_to_be_had_for_now(tmp_path: Path) -> None:
    """While the picture service may still have them, the links are shown where nothing else is to be had."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        lose_message(stage, job)
        lose_originals(stage)
        message = answer(await show(stage, job))
        (name,) = stage.fake.files
        assert f"(http://127.0.0.1:{stage.fake.port}/files/{name})" in words(message)
        assert gallery(message) == []


async def test_message_not_to_be_had(tmp_path: Path) -> None:
    """If Discord does not hand out the message, that is the same as gone, and no error."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        await grow_old(stage)
        stage.env.inject_error("GET", "/channels/*/messages/*", status=403, code=50001)
        assert words(answer(await show(stage, job))).startswith(LOST)


# --- what is refused ---------------------------------------------------------------------------------


async def test_somebody_elses(tmp_path: Path) -> None:
    """Nobody can show another's picture by its id, be it public or private."""
    async with Stage(tmp_path) as stage:
        for job in (await made(stage), await made(stage, private=True)):
            assert words(private_answer(await show(stage, job, stage.bob))) == NO_SUCH
        own = await made(stage, who=stage.bob, private=True)
        shown = private_answer(await show(stage, own, stage.bob))
        for forged in (job.id, "", "%", own.id.lower()):
            forge(stage, f"show:{own.id}", f"show:{forged}")
            refused = await stage.bob.click(shown, label="Show here")
            assert words(private_answer(refused)) == NO_SUCH
        behave(stage)
        assert len(stage.messages()) == 1


@pytest.mark.parametrize("typed", ["a cat", "0123456789abcdef", " ", "%", "' OR 1=1 --", "🐈" * 100])
async def test_nonsense(tmp_path: Path, typed: str) -> None:
    """What is no id of a picture of one's own is refused in words that help."""
    async with Stage(tmp_path) as stage:
        await made(stage)
        shown = await show(stage, typed)
        assert words(private_answer(shown)) == NO_SUCH
        assert shown.followups == []


async def test_unfinished(tmp_path: Path) -> None:
    """A picture that is not finished yet is refused, and where to look is told."""
    async with Stage(tmp_path, seconds=None, max_running_per_user=1) as stage:
        job, task = await stage.held()
        waiting = job_id_of(answer(await stage.imagine("a dog")))
        assert await suggested(stage) == []
        for job_id in (job.id, waiting):
            told = words(private_answer(await show(stage, job_id)))
            assert told == "This picture is not finished yet. /jobs shows how far it is."
        await stage.fake.finish(task.id)
        await stage.over(job.id)
        assert alt_texts(answer(await show(stage, job))) == ["a cat"]


async def test_without_a_picture(tmp_path: Path) -> None:
    """What failed or was cancelled is no picture, and is not suggested."""
    async with Stage(tmp_path, seconds=None) as stage:
        failed, task = await stage.held()
        await stage.fake.finish(task.id, failure=Failure("timeout"))
        await stage.over(failed.id)
        loose, _ = await stage.held("a dog")
        card = await stage.sees("Painting", "a dog")
        await stage.alice.click(card, custom_id=f"cancel:{loose.id}")
        for job in (failed, loose):
            assert words(private_answer(await show(stage, job))) == NO_SUCH
        assert await suggested(stage) == []


# --- what is suggested -------------------------------------------------------------------------------


async def test_suggestions(tmp_path: Path) -> None:
    """Only one's own pictures are suggested, the latest first; what is typed narrows them down."""
    async with Stage(tmp_path) as stage:
        cat, dog = await made(stage, "a Red cat"), await made(stage, "a 100% red dog", private=True)
        of_bob = await made(stage, "a red bird", who=stage.bob)
        both = [{"name": "a 100% red dog", "value": dog.id}, {"name": "a Red cat", "value": cat.id}]
        assert await suggested(stage) == both
        assert await suggested(stage, "RED a ") == both
        assert await suggested(stage, "cat red") == both[1:]
        assert await suggested(stage, "%") == both[:1]
        assert await suggested(stage, "_") == []
        assert await suggested(stage, "bird") == []
        assert await suggested(stage, "", stage.bob) == [{"name": "a red bird", "value": of_bob.id}]
        assert alt_texts(answer(await show(stage, both[1]["value"]))) == ["a Red cat"]


async def test_many_suggestions(tmp_path: Path) -> None:
    """At most 25 are suggested, each of one line and at most 100 characters, and each can be shown."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        ids = await copies(stage, job, *(f"{number}\n\n  cats " + "and more " * 300 for number in range(30)))
        found = await suggested(stage, "more CATS and")
        assert [choice["value"] for choice in found] == ids[:4:-1]
        assert all(len(choice["name"]) <= 100 for choice in found)
        assert found[0]["name"].startswith("29 cats and more and more")
        assert found[0]["name"].endswith("…")
        shown = answer(await show(stage, found[-1]["value"]))
        assert f"flux-{ids[5]}-prompt.txt" in [file.filename for file in shown.attachments]
