"""The servers' log channels: bursts, languages, failures, limits and the end of the process."""

import asyncio
from pathlib import Path

import pytest
import simcord

from flux_bot.core.text import TranslatableText
from flux_bot.ui.moderation import server_log
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of

MISSING = "no such message"


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the times for collecting entries and for waiting after failures."""
    monkeypatch.setattr(server_log, "COLLECT_SECONDS", 0.05)
    monkeypatch.setattr(server_log, "RETRY_SECONDS", 0.05)


def entry(who: str = "<@5>") -> TranslatableText:
    """Return an entry."""
    return TranslatableText("log-cancelled", {"moderator": who, "user": "<@6>", "channel": "<#7>"})


def note(harness: BotHarness, *who: str, guild: simcord.GuildHandle | None = None) -> None:
    """Add entries to the log of a server."""
    for one in who:
        harness.app.bot.server_log.note((guild or harness.guild).id, entry(one))


async def use_log(
    harness: BotHarness, channel_id: int | None, guild: simcord.GuildHandle | None = None, **changes: object
) -> None:
    """Choose a log channel, and change other settings."""
    changes["log_channel"] = channel_id
    guild_id, now = (guild or harness.guild).id, harness.app.bot.clock.now()
    await harness.store.servers.change(guild_id, lambda old: old.model_copy(update=changes), user_id=1, now=now)


def log_of(harness: BotHarness, where: simcord.ChannelHandle | None = None) -> list[list[str]]:
    """Return the lines of each message in the log, without the times of the entries."""
    found = []
    for message in harness.messages(where):
        assert harness.pinged(message) == []
        lines = text_of(message).split("\n")
        found.append([line.split(":T> ")[1] if line.startswith("<t:") else line for line in lines])
    return found


def line(who: str) -> str:
    """Return an entry in English."""
    return f"✋ {who} cancelled a request in <#7>. Requested by: <@6>."


async def until_failed(harness: BotHarness, *, failed: bool) -> None:
    """Wait until it is saved that the log channel can't be written to, or that it can."""
    query = "SELECT 1 FROM servers WHERE log_failed_at IS NOT NULL AND guild_id = ?"
    await eventually(lambda: bool(harness.sql(query, harness.guild.id)) is failed)


async def test_a_burst_is_one_message(tmp_path: Path) -> None:
    """Consecutive entries form one message with a limited number of lines and without pings."""
    limit = server_log.LINES_LIMIT
    async with BotHarness(tmp_path) as harness:
        await use_log(harness, harness.channel.id)
        harness.app.bot.server_log.note(None, entry())
        note(harness, "<@1>", f"<@{harness.alice.id}>", "@everyone")
        await eventually(lambda: log_of(harness))
        assert log_of(harness) == [[line("<@1>"), line(harness.alice.mention), line("@everyone")]]
        note(harness, *(f"<@{number}>" for number in range(limit)), "<@98>", "<@99>")
        await eventually(lambda: len(log_of(harness)) == 2)
        assert log_of(harness)[1] == [*(line(f"<@{number}>") for number in range(limit)), "-# and 2 more entries"]
        note(harness, *["x" * 5000] * limit)
        await eventually(lambda: len(log_of(harness)) == 3)
        assert len(text_of(harness.messages()[2])) < 4000


async def test_entries_while_posting(tmp_path: Path) -> None:
    """An entry that arrives while others are being posted is in the next message."""
    async with BotHarness(tmp_path) as harness:
        await use_log(harness, harness.channel.id)
        note(harness, "<@1>")
        while not harness.app.bot.server_log._waiting[harness.guild.id].batch:  # noqa: ASYNC110, SLF001
            await asyncio.sleep(0)
        note(harness, "<@2>")
        await eventually(lambda: len(log_of(harness)) == 2)
        assert log_of(harness) == [[line("<@1>")], [line("<@2>")]]
        assert len({(request.json or {})["nonce"] for request in harness.requests("post")}) == 2


async def test_the_channel_and_the_language(tmp_path: Path) -> None:
    """The log is only in the chosen channel of this server, in the language of its public cards."""
    async with BotHarness(tmp_path) as harness:
        other = harness.env.create_guild("other", preferred_locale="fr")
        channel = other.create_text_channel("log")
        note(harness, "<@1>")
        await eventually(lambda: not harness.app.bot.server_log._waiting)  # noqa: SLF001
        await use_log(harness, channel.id)
        note(harness, "<@2>")
        await until_failed(harness, failed=True)
        await eventually(lambda: not harness.app.bot.server_log._waiting)  # noqa: SLF001
        await use_log(harness, harness.channel.id, language="de")
        await use_log(harness, channel.id, other)
        note(harness, "<@3>")
        note(harness, "<@4>", guild=other)
        await eventually(lambda: log_of(harness) and log_of(harness, channel))
        assert log_of(harness) == [["✋ <@3> hat einen Auftrag in <#7> abgebrochen. Auftrag von: <@6>."]]
        assert log_of(harness, channel) == [["✋ <@4> a annulé une demande dans <#7>. Demande de\xa0: <@6>."]]


async def test_a_channel_that_refuses(tmp_path: Path) -> None:
    """The failure is saved, the entries are dropped, and the next entry is posted again."""
    async with BotHarness(tmp_path) as harness:
        await use_log(harness, harness.channel.id)
        for status, code in ((403, 50013), (403, 50001), (404, 10003)):
            harness.refuse("post", status, code)
            posts = len(harness.requests("post"))
            note(harness, "<@1>")
            await until_failed(harness, failed=True)
            assert len(harness.requests("post")) == posts + 1, code
            harness.stop_refusing()
            note(harness, f"<@{code}>")
            await until_failed(harness, failed=False)
            assert log_of(harness)[-1] == [line(f"<@{code}>")]


async def test_errors_that_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is retried a limited number of times; the server's later entries wait, but other servers' don't."""
    async with BotHarness(tmp_path) as harness:
        other = harness.env.create_guild("other")
        channel = other.create_text_channel("log")
        await use_log(harness, harness.channel.id)
        await use_log(harness, channel.id, other)
        harness.refuse("post", 403, 0, times=1)  # an error without a code is Cloudflare's
        note(harness, "<@1>")
        await eventually(lambda: harness.requests("post"))
        note(harness, "<@2>")
        await eventually(lambda: len(log_of(harness)) == 2)
        assert log_of(harness) == [[line("<@1>")], [line("<@2>")]]
        first, second, _ = harness.requests("post")
        assert first.json == second.json, "with the same nonce"

        harness.refuse("post", 403, 0, times=server_log.ATTEMPTS)
        posts = len(harness.requests("post"))
        note(harness, "<@3>")
        await eventually(lambda: len(harness.requests("post")) == posts + server_log.ATTEMPTS)
        note(harness, "<@4>")
        await eventually(lambda: len(log_of(harness)) == 3)
        assert log_of(harness)[2] == [line("<@4>")]

        guild = harness.app.bot.get_guild(harness.guild.id)
        assert guild is not None
        monkeypatch.setattr(server_log, "ATTEMPTS", 1000)
        guild.unavailable = True
        note(harness, "<@5>")
        waiting = harness.app.bot.server_log._waiting[guild.id]  # noqa: SLF001
        await eventually(lambda: waiting.batch and waiting.batch.attempts > 1)
        guild.unavailable = False
        await eventually(lambda: len(log_of(harness)) == 4)
        await until_failed(harness, failed=False)

        monkeypatch.setattr(server_log, "RETRY_SECONDS", 600.0)
        harness.refuse("post", 403, 0)
        posts = len(harness.requests("post"))
        note(harness, "<@6>")
        await eventually(lambda: len(harness.requests("post")) > posts)
        note(harness, "<@7>", guild=other)
        await eventually(lambda: log_of(harness, channel))


async def test_too_many_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries are kept in memory only for a limited number of servers."""
    monkeypatch.setattr(server_log, "SERVERS_LIMIT", 1)
    async with BotHarness(tmp_path) as harness:
        other = harness.env.create_guild("other")
        channel = other.create_text_channel("log")
        await use_log(harness, channel.id, other)
        await use_log(harness, harness.channel.id)
        note(harness, "<@1>")
        note(harness, "<@2>", guild=other)
        await eventually(lambda: log_of(harness))
        note(harness, "<@3>", guild=other)
        await eventually(lambda: log_of(harness, channel))
        assert log_of(harness, channel) == [[line("<@3>")]]


async def test_an_entry_that_can_not_be_shown(tmp_path: Path) -> None:
    """A defect in one message does not end the log."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        await use_log(harness, harness.channel.id)
        harness.app.bot.server_log.note(harness.guild.id, TranslatableText(MISSING))
        await eventually(lambda: harness.errors)
        note(harness, "<@1>")
        await eventually(lambda: log_of(harness))


async def test_the_end_of_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting entries are posted when the bot stops; the stop does not wait for those that can't be posted."""
    async with BotHarness(tmp_path) as harness:
        await use_log(harness, harness.channel.id)
        for number, refused in enumerate((False, True)):
            if refused:
                harness.refuse("post", 403, 0)
            posts = len(harness.requests("post"))
            monkeypatch.setattr(server_log, "COLLECT_SECONDS", 600.0)
            note(harness, f"<@{number}>")
            await harness.restart()
            assert len(harness.requests("post")) == posts + 1
        assert log_of(harness) == [[line("<@0>")]]
