"""The answers to messages: one status card per message, private ones by direct message, and refusals."""

import sys
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from flux_bot.core.jobs import Failure, Job
from flux_bot.ui.cards import Verb
from tests.cogs.messages.test_reading import last_answer, mention, refusal, repeat_event
from tests.cogs.test_refusals import set_rules
from tests.finished_jobs import latest_job, make_result, press, private_answer
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


async def start(harness: BotHarness, text: str = "a fox") -> tuple[Job, discord.Message]:
    """Let alice mention the bot, and return the running job and her message."""
    request = await harness.alice.send(harness.channel, f"{mention(harness)} {text}")
    await eventually(lambda: harness.sql("SELECT id FROM jobs WHERE interaction_id = ? AND task_id > ''", request.id))
    (row,) = harness.sql("SELECT id FROM jobs WHERE interaction_id = ?", request.id)
    return await harness.job(row["id"]), request


async def test_the_status_card(tmp_path: Path) -> None:
    """The card answers the message, can be cancelled, and is replaced by the result; repeated events change nothing."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, request = await start(harness)
        (_, card) = harness.messages()
        assert card.reference is not None
        assert card.reference.message_id == request.id
        assert card.id == job.reply_message_id
        assert harness.pinged(card) == []
        await repeat_event(harness, request)
        await harness.fake.finish(harness.tasks[job.id].id)
        await last_answer(harness, request)
        await repeat_event(harness, request)
        assert len(harness.messages()) == 2
        assert len(harness.fake.submissions) == 1

        job, request = await start(harness)
        card = harness.messages()[-1]
        question = private_answer(await press(harness.alice, card, Verb.CANCEL, job))
        await press(harness.alice, question, Verb.DISCARD, job)
        await eventually(lambda: harness.row(job.id)["status"] == "cancelled")
        assert harness.messages()[-1].id == card.id


async def test_a_lost_status_card(tmp_path: Path) -> None:
    """A status card that was posted just before a crash is found and removed."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, request = await start(harness)
        # A repeated event has moved the time of acceptance.
        await harness.change("UPDATE jobs SET reply_message_id = NULL, accepted_at = accepted_at + 120")
        await harness.fake.finish(harness.tasks[job.id].id)
        await last_answer(harness, request)
        assert len(harness.messages()) == 2


async def test_a_status_card_that_cannot_be_posted(tmp_path: Path) -> None:
    """The job continues without its status card."""
    async with BotHarness(tmp_path) as harness:
        harness.refuse("post", 403, 40333, times=1)
        request = await harness.alice.send(harness.channel, f"{mention(harness)} a fox")
        await harness.change("UPDATE jobs SET accepted_at = accepted_at - 60")  # the grace period is over
        job, _ = await last_answer(harness, request)
        assert job.reply_message_id is None


async def test_private_results(tmp_path: Path) -> None:
    """If the user prefers private results, all replies are direct messages; if those fail, nothing is started."""
    async with BotHarness(tmp_path) as harness:
        direct = harness.alice.user.dm_channel
        await harness.store.history.prefer(harness.alice.id, private=True)
        request = await harness.alice.send(harness.channel, f"{mention(harness)} a secret")
        result = await harness.wait_for_message("ready", "a secret", where=direct)
        job = await latest_job(harness)
        assert job.request.private
        assert [message.id for message in harness.messages(direct)] == [result.id]  # the status card is gone
        assert [message.id for message in harness.messages()] == [request.id]
        await harness.store.history.prefer(harness.alice.id, private=False)
        reply = {"channel_id": str(direct.id), "message_id": str(result.id)}
        await harness.alice.user.send_dm("add a lock", reference=reply)
        await harness.wait_for_message("ready", "add a lock", where=direct)
        assert (await latest_job(harness)).request.private

        await harness.store.history.prefer(harness.alice.id, private=True)
        harness.refuse("DM", 403, 50007)
        await harness.alice.send(harness.channel, f"{mention(harness)} a second secret")
        notice = await harness.wait_for_message("Your preferences make your pictures private")
        assert "second" not in text_of(notice)
        assert len(harness.sql("SELECT id FROM jobs")) == 2


async def test_private_channels(tmp_path: Path) -> None:
    """In a channel with private results, not even the status card is posted."""
    async with BotHarness(tmp_path) as harness:
        direct = harness.alice.user.dm_channel
        await set_rules(harness, private_channels=(harness.channel.id,))
        request = await harness.alice.send(harness.channel, f"{mention(harness)} a secret")
        await harness.wait_for_message("ready", "a secret", where=direct)
        assert not harness.requests("post")
        assert [message.id for message in harness.messages()] == [request.id]
        harness.refuse("open DM", 403, 50007)
        await harness.bob.send(harness.channel, f"{mention(harness)} a second secret")
        notice = await harness.wait_for_message("Results are private in this channel")
        assert "second" not in text_of(notice)
        assert len(harness.sql("SELECT id FROM jobs")) == 1


async def test_refusals(tmp_path: Path) -> None:
    """Refusals are sent by direct message, or as a short reply in the channel, at most once every few seconds."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1, max_queued_per_user=1) as harness:
        await start(harness)
        await harness.alice.send(harness.channel, f"{mention(harness)} second")
        third = await harness.alice.send(harness.channel, f"{mention(harness)} third")
        assert "You already have a picture in the queue" in await refusal(harness, third)
        assert (harness.requests("DM")[-1].json or {})["nonce"] == f"{third.id}-r", "another process may send it too"
        await harness.alice.send(harness.channel, f"{mention(harness)} fourth")
        assert len(harness.messages(harness.alice.user.dm_channel)) == 1
        await harness.bob.send(harness.channel, f"{mention(harness)} first of bob")
        harness.refuse("open DM", 403, 50007)
        before = len(harness.messages())
        refused = await harness.bob.send(harness.channel, f"{mention(harness)} second of bob")
        notice = await harness.wait_for_message("You already have a picture in the queue")
        assert notice.reference is not None
        assert notice.reference.message_id == refused.id
        assert (harness.requests("post")[-1].json or {})["nonce"] == f"{refused.id}-r"
        assert "second of bob" not in text_of(notice)
        assert harness.pinged(notice) == []
        await harness.bob.send(harness.channel, f"{mention(harness)} third of bob")
        assert len(harness.messages()) == before + 3
        assert len(harness.sql("SELECT id FROM jobs")) == 3


async def test_refused_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while the author is notified again, also in the sandbox, where ``time.monotonic`` stands still."""
    async with BotHarness(tmp_path) as harness:
        monkeypatch.setattr(sys.modules["cogs.messages.listener"], "REFUSAL_PAUSE_SECONDS", 1e-9)
        for _ in range(2):
            refused = await harness.alice.send(harness.channel, mention(harness))
            assert "Tell me in words" in await refusal(harness, refused)


async def test_late_repeated_events(tmp_path: Path) -> None:
    """A repeated event of an accepted message is ignored, even if it would now be refused; a refusal is final."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1, max_queued_per_user=1) as harness:
        job, request = await start(harness)
        second = await harness.alice.send(harness.channel, f"{mention(harness)} second")
        third = await harness.alice.send(harness.channel, f"{mention(harness)} third")
        await refusal(harness, third)
        direct = harness.alice.user.dm_channel
        notice = len(harness.messages(direct))
        await harness.fake.finish(harness.tasks[job.id].id)
        await eventually(lambda: len(harness.fake.submissions) == 2)
        await repeat_event(harness, third, to_same_process=True)
        assert len(harness.sql("SELECT id FROM jobs")) == 2
        await harness.restart()  # the new process has not refused any message yet
        backend, denied = harness.env.backend, discord.Permissions(send_messages=True).value
        backend.set_overwrite(harness.channel.id, Overwrite(backend.bot_user.id, OverwriteType.MEMBER, deny=denied))
        await repeat_event(harness, request)
        await repeat_event(harness, second)
        assert len(harness.messages(direct)) == notice
        assert len(harness.sql("SELECT id FROM jobs")) == 2


async def test_failures(tmp_path: Path) -> None:
    """Failures are sent by direct message; if that is impossible, the status card shows them without the prompt."""
    async with BotHarness(tmp_path) as harness:
        direct = harness.alice.user.dm_channel
        for number, refused in enumerate((False, True)):
            harness.fake.faults.failure = [Failure("forbidden", f"No wolf {number}."), None]
            if refused:
                harness.refuse("DM", 403, 50007)
            request = await harness.alice.send(harness.channel, f"{mention(harness)} a wolf {number}")
            job = await latest_job(harness)
            answers = [one for one in harness.messages() if one.reference and one.reference.message_id == request.id]
            notice = (answers if refused else harness.messages(direct))[-1]
            assert len(answers) == refused
            assert notice.id == job.result_message_id, refused
            assert (f"> a wolf {number}" in text_of(notice)) is not refused
            assert "wolf" not in text_of(notice) or not refused


async def test_where_the_bot_may_not_write(tmp_path: Path) -> None:
    """The author is notified by direct message, and nothing is started or left in the queue."""
    async with BotHarness(tmp_path) as harness:
        everyone, name = harness.guild.default_role, "I’m not allowed to write in "
        for number, forbidden in enumerate(("send_messages", "read_message_history", "attach_files")):
            overwrites: dict[Any, discord.PermissionOverwrite] = {
                everyone: discord.PermissionOverwrite(**{forbidden: False})
            }
            place = harness.guild.create_text_channel(f"place-{number}", overwrites=overwrites)
            stored = harness.env.backend.create_message(place.id, harness.alice.id, f"{mention(harness)} a fox")
            if forbidden == "send_messages":
                notice = await harness.wait_for_message(name, where=harness.alice.user.dm_channel)
                assert f"<#{place.id}>" in text_of(notice)
                assert harness.sql("SELECT id FROM jobs") == []
                continue
            result_place = harness.alice.user.dm_channel if forbidden == "attach_files" else place
            result = await harness.wait_for_message("ready", "a fox", where=result_place)
            await latest_job(harness)
            assert result.reference is None, forbidden
            assert [one.id for one in harness.messages(place)][:1] == [stored.id], forbidden
        harness.refuse("post", 403, 50013)  # the permission has just been revoked
        await harness.bob.send(harness.channel, f"{mention(harness)} a wolf")
        await harness.wait_for_message(name, where=harness.bob.user.dm_channel)
        assert len(harness.sql("SELECT id FROM jobs")) == 2


async def test_the_servers_language(tmp_path: Path) -> None:
    """Cards and refusals are in the server's language, because Discord does not send the author's."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        guild = harness.env.create_guild("galerie", preferred_locale="fr")
        place, carol = guild.create_text_channel("images"), guild.add_member(harness.env.create_user("carol"))
        await carol.send(place, f"{mention(harness)} un renard")
        await harness.wait_for_message("Création en cours", "un renard", where=place)
        await carol.send(place, mention(harness))
        await harness.wait_for_message("Dis-moi avec des mots", where=carol.user.dm_channel)


async def test_an_unexpected_error(tmp_path: Path) -> None:
    """The author gets a reference to the log."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        await harness.change("DROP TABLE preferences")
        request = await harness.alice.send(harness.channel, f"{mention(harness)} a fox")
        assert "give the operator this code" in await refusal(harness, request)
        assert "A message could not be handled, reference " in harness.errors[-1]


async def test_a_database_that_fails(tmp_path: Path) -> None:
    """Another process may have accepted the message, so its author is not asked to try again."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        request = await harness.alice.send(harness.channel, f"{mention(harness)} a fox")
        assert "If it was saved, the picture will be posted automatically" in await refusal(harness, request)
        await harness.change("ALTER TABLE lost RENAME TO jobs")


async def test_switched_off(tmp_path: Path) -> None:
    """Without ``MENTIONS``, the bot receives no messages; with it, no privileged intent is needed."""
    async with BotHarness(tmp_path, mentions=False) as harness:
        intents = harness.app.bot.intents
        assert (intents.guild_messages, intents.dm_messages) == (False, False)
        _, card = await make_result(harness)
        await harness.alice.send(harness.channel, "make it night", reply_to=card)
        await harness.alice.user.send_dm("a fox")
        await harness.restart(mentions=True)
        assert not harness.app.bot.intents.message_content
        await start(harness)
        assert len(harness.sql("SELECT id FROM jobs")) == 2
