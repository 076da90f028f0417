"""The servers' settings, and when writing to their log channels first failed."""

import asyncio
from datetime import datetime
from functools import partial

from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.metrics import Metrics
from flux_bot.store.rules.servers import Server
from flux_bot.store.store import JobStore
from tests.database import LATER, NOW

GUILD, CHANNEL, MANAGER = 30, 20, 1


async def use_log(store: JobStore, channel_id: int | None) -> None:
    """Choose a log channel."""
    await store.servers.change(
        GUILD, lambda old: old.model_copy(update={"log_channel": channel_id}), user_id=MANAGER, now=NOW
    )


async def failed_at(store: JobStore) -> datetime | None:
    """Return the time at which writing to the log channel first failed."""
    return (await store.servers.get(GUILD)).log_failed_at


async def test_changes(store: JobStore) -> None:
    """A change keeps the other settings, and records who made it and when; other servers are not affected."""
    assert (await store.servers.get(GUILD)).settings == ServerSettings()
    await use_log(store, CHANNEL)
    server = await store.servers.change(
        GUILD, lambda old: old.model_copy(update={"blocked_words": ("fox",)}), user_id=2, now=LATER
    )
    assert server == await store.servers.get(GUILD)
    assert server.settings == ServerSettings(log_channel=CHANNEL, blocked_words=("fox",))
    assert (server.changed_by, server.changed_at) == (2, LATER)
    assert (await store.servers.get(GUILD + 1)).settings == ServerSettings()


async def test_a_log_channel_that_fails(store: JobStore) -> None:
    """The time of the first failure is kept until the channel works or another one is chosen."""
    await store.servers.note_log_failed(GUILD, CHANNEL, now=NOW)
    assert await failed_at(store) is None, "the server has no log channel"
    await use_log(store, CHANNEL)
    await store.servers.note_log_failed(GUILD, CHANNEL, now=NOW)
    await store.servers.note_log_failed(GUILD, CHANNEL, now=LATER)
    assert await failed_at(store) == NOW
    await use_log(store, CHANNEL)
    assert await failed_at(store) == NOW, "it is the same channel"
    await store.servers.note_log_works(GUILD)
    assert await failed_at(store) is None

    await store.servers.note_log_failed(GUILD, CHANNEL, now=NOW)
    await use_log(store, CHANNEL + 1)
    assert await failed_at(store) is None, "another channel"
    await store.servers.note_log_failed(GUILD, CHANNEL, now=NOW)
    assert await failed_at(store) is None, "a late failure of the channel before"


def block(word: str, settings: ServerSettings) -> ServerSettings:
    """Add a blocked word."""
    return settings.model_copy(update={"blocked_words": (*settings.blocked_words, word)})


async def test_changes_of_several_processes(store: JobStore, store_url: str) -> None:
    """Changes that several processes make at the same time are all kept."""
    words = [str(number) for number in range(20)]
    async with JobStore(store_url, Metrics()) as other:
        changes = [
            each.servers.change(GUILD, partial(block, word), user_id=MANAGER, now=NOW)
            for word, each in zip(words, (store, other) * 10, strict=True)
        ]
        await asyncio.gather(*changes)
    saved = await store.servers.get(GUILD)
    assert sorted(saved.settings.blocked_words) == sorted(words)
    assert (saved.changed_by, saved.changed_at) == (MANAGER, NOW)
    assert await store.servers.get(GUILD + 1) == Server()


async def test_what_counts_as_a_change(store: JobStore) -> None:
    """A change without effect is not recorded; choosing the log channel again makes the bot try it again."""
    await use_log(store, CHANNEL)
    first = await store.servers.get(GUILD)
    change = partial(store.servers.change, GUILD, lambda old: old)
    assert await change(user_id=2, now=LATER) == first == await store.servers.get(GUILD)
    await store.servers.note_log_failed(GUILD, CHANNEL, now=NOW)
    assert (await change(user_id=2, now=LATER)).log_failed_at == NOW
    again = await change(user_id=2, now=LATER, retry_log=True)
    assert (again.log_failed_at, again.changed_by, again.changed_at) == (None, 2, LATER)
