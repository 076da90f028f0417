"""The servers that the bot is in: leaving, returning and outages, while it is online or offline."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import simcord
from simcord.backend import serializers

from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.workflow import reconcile
from tests.flux.caller import eventually
from tests.harness import BotHarness

DAY_SECONDS = 86400


def left(harness: BotHarness) -> list[int]:
    """Return the ids of the servers that the bot has left."""
    return [row["guild_id"] for row in harness.sql("SELECT guild_id FROM servers WHERE left_at IS NOT NULL")]


async def save_settings(harness: BotHarness, guild_id: int) -> None:
    """Save the settings of a server."""
    now = harness.app.bot.clock.now()
    await harness.store.servers.change(guild_id, lambda _: ServerSettings(pictures_per_member=5), user_id=1, now=now)


def leave(harness: BotHarness, guild: simcord.GuildHandle) -> Callable[[], None]:
    """Remove the bot from a server; return a function that adds it again."""
    backend = harness.env.backend
    stored = backend.guilds[guild.id]
    backend.remove_guild(guild.id)

    def return_to() -> None:
        backend.guilds[guild.id] = stored
        payload = serializers.guild_create_payload(backend, stored)
        del payload["unavailable"]  # Discord sends it only after an outage
        backend.emit("GUILD_CREATE", payload)

    return return_to


async def test_leaving_and_returning(tmp_path: Path) -> None:
    """The time of leaving is saved until the bot returns; an outage does not count. The bot posts nothing."""
    async with BotHarness(tmp_path) as harness:
        other = harness.env.create_guild("other")
        await save_settings(harness, other.id)
        harness.env.backend.emit("GUILD_DELETE", {"id": str(harness.guild.id), "unavailable": True})
        await save_settings(harness, harness.guild.id)
        calls = len(harness.calls)
        return_to = leave(harness, other)
        await eventually(lambda: left(harness) == [other.id])
        return_to()
        await eventually(lambda: not left(harness))
        assert harness.calls[calls:] == []


async def test_while_offline(tmp_path: Path) -> None:
    """Servers that the bot left or joined while it was offline are found at the next start."""
    async with BotHarness(tmp_path) as harness:
        other = harness.env.create_guild("other")
        for guild in (other, harness.guild):
            await save_settings(harness, guild.id)
        stored = harness.env.backend.guilds.pop(other.id)
        await harness.restart()
        await eventually(lambda: left(harness) == [other.id])
        harness.env.backend.guilds[other.id] = stored
        await harness.restart()
        await eventually(lambda: not left(harness))


async def test_several_processes(tmp_path: Path) -> None:
    """A server on another process's shard does not count as left."""
    async with BotHarness(tmp_path) as harness:
        other = harness.env.create_guild("other", id=1000 << 22)
        for guild_id in (other.id, 1001 << 22):
            await save_settings(harness, guild_id)
        harness.app.bot.shard_count = 2
        leave(harness, other)
        await eventually(lambda: left(harness) == [other.id])


async def test_a_database_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The comparison is repeated until it can be saved, each time with the servers that the bot is in by then."""
    async with BotHarness(tmp_path) as harness:
        monkeypatch.setattr(sys.modules["cogs.membership"], "RETRY_SECONDS", 0.01)
        others = [harness.env.create_guild("other") for _ in range(2)]
        for other in others:
            await save_settings(harness, other.id)
        await harness.change("CREATE TRIGGER full BEFORE UPDATE ON servers BEGIN SELECT RAISE(FAIL, 'disk full'); END")
        return_to, _ = [leave(harness, other) for other in others]
        return_to()
        await eventually(lambda: caplog.text.count("Can't save which servers the bot is in") >= 3)
        await harness.change("DROP TRIGGER full")
        await harness.env.settle()
        assert left(harness) == [others[1].id]


async def test_after_a_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 30 days, the settings are deleted, even if jobs are kept forever."""
    monkeypatch.setattr(reconcile, "PRUNE_PAUSE_SECONDS", 0.05)
    async with BotHarness(tmp_path, retention_days=0) as harness:
        recent, old = (harness.env.create_guild(name) for name in ("recent", "old"))
        for guild in (recent, old):
            await save_settings(harness, guild.id)
            leave(harness, guild)
        await eventually(lambda: set(left(harness)) == {recent.id, old.id})
        for guild, days in ((recent, 29), (old, 31)):
            past = "UPDATE servers SET left_at = left_at - ? WHERE guild_id = ?"
            await harness.change(past, days * DAY_SECONDS, guild.id)
        await eventually(lambda: left(harness) == [recent.id])
