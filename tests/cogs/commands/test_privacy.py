"""/privacy: the overview of a user's data, its export, and the form that erases it."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from cogs.commands import privacy
from flux_bot.locales import LOCALES, translator_for
from flux_bot.ui.cards import Verb
from flux_bot.workflow.erasing import message_erasure
from tests.discord_server.payloads import Payload
from tests.english import EN
from tests.finished_jobs import (
    children,
    forge,
    make_picture,
    make_result,
    mark_undelivered,
    press,
    private_answer,
    private_text,
    reset_interactions,
    result_of,
    set_locale,
)
from tests.flux.caller import eventually
from tests.forms import fields_of, forge_fields, submit_form
from tests.harness import BotHarness, text_of

SECRET = "a secret cat"
WRONG_WORD = "Nothing was erased: the word to type is “ERASE”."
OTHER_VERSION = EN("other-version")


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete messages without pauses."""
    monkeypatch.setattr(message_erasure, "PAUSE_SECONDS", 0.01)


async def panel(harness: BotHarness, who: simcord.MemberActor | None = None) -> discord.Message:
    """Run /privacy, by default as alice."""
    return private_answer(await (who or harness.alice).slash(harness.channel, "privacy"))


async def open_form(harness: BotHarness, who: simcord.MemberActor | None = None) -> simcord.InteractionResult:
    """Open the form that erases everything."""
    return await (who or harness.alice).click(await panel(harness, who), custom_id="privacy:erase")


async def erase(harness: BotHarness, word: str = "ERASE", messages: str = "keep") -> str:
    """Let alice erase all her data; return the answer."""
    return private_text(await submit_form(harness.alice, await open_form(harness), word=word, messages=messages))


def exported(harness: BotHarness, message: discord.Message) -> dict[str, Any]:
    """Return the contents of an export's files, by part."""
    found: dict[str, Any] = {}
    for attachment in message.attachments:
        data = harness.env.backend.cdn.get(attachment.url)
        assert data is not None
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                found.setdefault(name.rpartition("-")[0], []).extend(json.loads(archive.read(name)))
    return found


def set_upload_limit(harness: BotHarness, limit: int) -> None:
    """Set the maximum size of files that Discord accepts, in bytes."""
    harness.change_interaction = lambda payload: payload.update(attachment_size_limit=limit)


def stored_text(harness: BotHarness) -> str:
    """Return everything in the database that may contain text about a user."""
    tables = ("jobs", "preferences", "ledger", "blocks", "servers", "messages_to_erase", "message_erasures")
    return repr([[tuple(row) for row in harness.sql(f"SELECT * FROM {table}")] for table in tables])  # noqa: S608


async def test_the_panel(tmp_path: Path) -> None:
    """The panel counts the user's data, and says how long it is stored and whom to contact, in all languages."""
    async with BotHarness(tmp_path, operator_contact="privacy@example.org", retention_days=30) as harness:
        assert "Nothing." in text_of(await panel(harness))
        job, result = await make_result(harness, SECRET)
        await make_picture(harness, "another cat")
        await press(harness.alice, result, Verb.STAR, job)
        harness.fake.seconds = None
        await mark_undelivered(harness)
        await harness.store.history.prefer(harness.alice.id, count=2)
        await harness.change(
            "INSERT INTO blocks VALUES (1, 0, ?, NULL, 9e9, 'spam', 5, 1), (2, 0, ?, NULL, 1, 'over', 5, 1)",
            harness.alice.id,
            harness.alice.id,
        )
        shown = text_of(await panel(harness))
        for part in ("3 requests, the oldest from <t:", "one of them has your star", "one result that I could not"):
            assert part in shown, part
        for part in ("3 entries of what", "one block by a moderator", "your /preferences", "deleted 30 days after"):
            assert part in shown, part
        assert "privacy@example.org" in shown
        assert "Nothing." in text_of(await panel(harness, harness.bob))
        for locale in LOCALES:
            set_locale(harness, locale)
            assert translator_for(locale)("privacy-title") in text_of(await panel(harness)), locale
            assert fields_of(await open_form(harness)).keys() == {"word", "messages"}, locale


async def test_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Users get only their own data, as a private file, which is split if it is too large."""
    async with BotHarness(tmp_path) as harness:
        nothing = private_text(await harness.alice.click(await panel(harness), custom_id="privacy:export"))
        assert nothing == "Nothing."
        job = await make_picture(harness, SECRET)
        await harness.alice.slash(harness.channel, "preferences")
        shown = private_answer(await harness.alice.click(await panel(harness), custom_id="privacy:export"))
        assert text_of(shown) == EN("privacy-exported", count=1)
        assert [attachment.filename for attachment in shown.attachments] == ["flux-bot-data.zip"]
        found = exported(harness, shown)
        assert {*found} == {"jobs", "costs"}
        ((stored),) = found["jobs"]
        assert (stored["prompt"], stored["user_id"]) == (SECRET, str(harness.alice.id))
        assert stored["link"] == result_of(harness, job).jump_url
        assert shown not in harness.messages(viewer=harness.bob)

        # Only the user who clicks counts, whatever the custom_id says.
        bobs = await panel(harness, harness.bob)
        assert private_text(await harness.bob.click(bobs, custom_id="privacy:export")) == "Nothing."
        forge(harness, "privacy:export", f"privacy:export:{harness.alice.id}")
        assert private_text(await harness.bob.click(bobs, custom_id="privacy:export")) == OTHER_VERSION
        reset_interactions(harness)

        for _ in range(3):
            await make_picture(harness, SECRET)
        set_upload_limit(harness, 3000)
        shown = private_answer(await harness.alice.click(await panel(harness), custom_id="privacy:export"))
        assert text_of(shown) == EN("privacy-exported", count=2)
        assert {name: len(part) for name, part in exported(harness, shown).items()} == {"jobs": 4, "costs": 4}
        harness.refuse("edit reply", 413, 40005, times=1)
        shown = private_answer(await harness.alice.click(await panel(harness), custom_id="privacy:export"))
        assert text_of(shown) == EN("privacy-export-too-large")
        monkeypatch.setattr(privacy, "EXPORT_LIMIT", 500)
        shown = private_answer(await harness.alice.click(await panel(harness), custom_id="privacy:export"))
        assert text_of(shown) == EN("privacy-export-too-large")


async def test_erase_everything(tmp_path: Path) -> None:
    """Everything about the user is erased, but not the pictures of others."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, SECRET)
        await press(harness.bob, result, Verb.REROLL, job)
        (child,) = await children(harness, job)
        harness.fake.seconds = None
        await mark_undelivered(harness, SECRET)
        await harness.store.history.prefer(harness.alice.id, style="anime")
        for word in ("", "delete", "ERASE EVERYTHING", "ＥＲＡＳＥ D"):
            opened = await open_form(harness)
            harness.change_interaction = forge_fields({"word": word})
            assert private_text(await submit_form(harness.alice, opened, word="x")) == WRONG_WORD, word
            reset_interactions(harness)
        assert SECRET in stored_text(harness)

        assert (await erase(harness, " erase. ")).startswith("**Your data was erased.**")
        left = stored_text(harness)
        assert str(harness.alice.id) not in left
        assert [row["prompt"] for row in harness.sql("SELECT prompt FROM jobs WHERE user_id != 0")] == [SECRET]
        assert (await harness.job(child.id)).request.prompt == SECRET
        assert result in harness.messages(), "the messages were to stay"
        await eventually(lambda: not harness.sql("SELECT 1 FROM notes WHERE name = 'file to be cleaned'"))
        assert "Nothing." in text_of(await panel(harness))
        for verb in (Verb.REROLL, Verb.INFO):
            refused = private_text(await press(harness.alice, result, verb, job))
            assert refused == EN("job-deleted"), verb
        assert (await erase(harness)).startswith("**Your data was erased.**"), "a repeat is harmless"


async def test_hostile_forms(tmp_path: Path) -> None:
    """A form affects only the user who submits it, whatever a forged form or button contains."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness, SECRET)
        opened = await open_form(harness, harness.bob)

        def name_alice(payload: Payload) -> None:
            if payload["type"] == 5:
                payload["data"]["custom_id"] = f"erase-data:{harness.alice.id}"

        harness.change_interaction = name_alice
        assert private_text(await submit_form(harness.bob, opened, word="ERASE")) == OTHER_VERSION
        reset_interactions(harness)
        opened = await open_form(harness, harness.bob)
        harness.change_interaction = forge_fields({"user_id": str(harness.alice.id), "messages": ["everything"]})
        done = private_text(await submit_form(harness.bob, opened, word="ERASE"))
        assert done.startswith("**Your data was erased.**")
        reset_interactions(harness)
        assert harness.sql("SELECT prompt FROM jobs")[0]["prompt"] == SECRET
        for name in ("", "erase:1", "all"):
            shown = await panel(harness, harness.bob)
            forge(harness, "privacy:erase", f"privacy:{name}")
            assert private_text(await harness.bob.click(shown, custom_id="privacy:erase")) == OTHER_VERSION, name
            reset_interactions(harness)


async def test_running_jobs(tmp_path: Path) -> None:
    """Running jobs are cancelled, and their cards say so; later results from the API are discarded."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job(SECRET)
        card = (await harness.imagine("a {red|blue} secret")).response
        assert card is not None
        await erase(harness)
        cards = [text_of(message) for message in harness.messages()]
        assert len(cards) == 2
        assert all("ancelled" in text for text in cards), cards
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["slot_held_until"] is None)
        assert SECRET not in stored_text(harness)
        assert len(harness.messages()) == 2
        (entry,) = harness.sql("SELECT * FROM ledger WHERE job_id = ?", job.id)
        assert (entry["user_id"], entry["amount"] > 0) == (None, True)


async def test_messages_are_deleted(tmp_path: Path) -> None:
    """Messages in channels and direct messages are deleted, even after a restart; then a report is sent.

    Until then, the panel shows the progress.
    """
    async with BotHarness(tmp_path) as harness:
        jobs = [await make_picture(harness, SECRET) for _ in range(3)]
        await harness.imagine("bob's cat", who=harness.bob)
        others = await harness.wait_for_message("ready", "bob's cat")
        harness.refuse("post", 403, 50013)
        harness.refuse("edit reply", 404, 10015)
        direct = await make_picture(harness, "a direct cat")
        harness.stop_refusing()
        assert direct.result_channel_id == harness.alice.user.dm_channel.id
        gone = result_of(harness, jobs[0])
        harness.env.backend.delete_message(harness.channel.id, gone.id)
        harness.refuse("delete message", 403, 40333)
        done = await erase(harness, messages="delete")
        assert "I’m now deleting 4 messages" in done
        shown = text_of(await panel(harness))
        assert "0 of 4 done" in shown
        assert result_of(harness, jobs[1]) in harness.messages()
        harness.stop_refusing()
        await harness.restart()
        await harness.change("UPDATE message_erasures SET next_at = 1")
        harness.app.workflow._signals.erase.set()  # noqa: SLF001
        where = harness.alice.user.dm_channel
        report = await harness.wait_for_message("I have finished deleting", where=where)
        assert text_of(report).splitlines() == [
            "**I have finished deleting the messages with your results**: 3 of 4 deleted.",
            "One was already gone, or only you could see it.",
        ]
        assert [message.id for message in harness.messages(where)] == [report.id]
        assert all(SECRET not in text_of(message) for message in harness.messages())
        assert others in harness.messages()
        await eventually(lambda: not harness.sql("SELECT * FROM message_erasures"))
        assert str(harness.alice.id) not in stored_text(harness)
