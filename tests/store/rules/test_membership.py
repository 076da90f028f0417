"""Servers that the bot has left, and the deletion of their data."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from flux_bot.core.styles import Style
from flux_bot.store.rules.known import EVERYWHERE
from flux_bot.store.rules.membership import Changes
from flux_bot.store.schema import blocks, ledger, servers, styles
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, NOW, SECOND, Rows

WITH_SETTINGS, WITH_STYLE, WITH_BLOCK = 30, 31, 32
ALL = {WITH_SETTINGS, WITH_STYLE, WITH_BLOCK}


async def fill(store: JobStore, rows: Rows) -> None:
    """Save data about three servers, and a block everywhere."""
    await store.servers.change(WITH_SETTINGS, lambda old: old.model_copy(update={"language": "de"}), user_id=1, now=NOW)
    await store.styles.add(WITH_STYLE, Style("Ink", "{prompt}, ink", ""))
    block = {"user_id": 2, "reason": "", "blocked_by": 3, "blocked_at": NOW}
    async with rows._engine.begin() as connection:  # noqa: SLF001
        both = [{"guild_id": guild_id, **block} for guild_id in (WITH_BLOCK, EVERYWHERE)]
        await connection.execute(sa.insert(blocks), both)


async def compare(
    store: JobStore, guild_ids: Collection[int], visible: Collection[int] = ALL, *, now: datetime = NOW
) -> tuple[int, int]:
    """Compare the servers that the bot is in with the saved ones; this process would only see the ``visible`` ones."""
    changes = await store.membership.compare(guild_ids, visible.__contains__, now=now)
    assert isinstance(changes, Changes)
    return changes.left, changes.returned


async def saved(rows: Rows) -> dict[str, set[int]]:
    """Return the servers about which each table has data, by the table's name."""
    async with rows._engine.begin() as connection:  # noqa: SLF001
        return {
            table.name: set((await connection.execute(sa.select(table.c.guild_id))).scalars())
            for table in (servers, styles, blocks)
        }


async def test_left_servers_are_deleted(store: JobStore, rows: Rows) -> None:
    """All data about a server except the ledger is deleted some time after the bot has left it."""
    await fill(store, rows)
    job = await db.queued(store)
    assert job.origin.guild_id == WITH_SETTINGS
    assert await compare(store, ALL) == (0, 0)
    assert await compare(store, {WITH_STYLE, 99}) == (2, 0)
    assert await compare(store, {WITH_STYLE, 99}, now=LATER) == (0, 0), "the time of the first comparison counts"
    assert await store.membership.prune(10, before=NOW) == 0
    assert await store.membership.prune(1, before=NOW + SECOND) == 1
    assert await store.membership.prune(10, before=NOW + SECOND) == 1
    assert await store.membership.prune(10, before=LATER) == 0
    assert await saved(rows) == {"servers": set(), "styles": {WITH_STYLE}, "blocks": {EVERYWHERE}}
    async with rows._engine.begin() as connection:  # noqa: SLF001
        assert (await connection.execute(sa.select(ledger.c.job_id))).scalars().all() == [job.id]


async def test_returning_in_time(store: JobStore, rows: Rows) -> None:
    """The data about a server remains if the bot returns in time; if the bot leaves again, the time starts anew."""
    await fill(store, rows)
    before = await saved(rows)
    assert await compare(store, ()) == (3, 0)
    assert await compare(store, ALL) == (0, 3)
    assert await store.membership.prune(10, before=LATER) == 0
    assert await compare(store, (), now=LATER) == (3, 0)
    assert await store.membership.prune(10, before=LATER) == 0
    assert await saved(rows) == {**before, "servers": ALL}
    assert (await store.servers.get(WITH_SETTINGS)).changed_by == 1


async def test_several_processes(store: JobStore, rows: Rows) -> None:
    """A process decides only about the servers on its own shards."""
    await fill(store, rows)
    assert await compare(store, {WITH_STYLE}, {WITH_STYLE, WITH_BLOCK}) == (1, 0)
    assert await compare(store, {WITH_SETTINGS}, {WITH_SETTINGS}) == (0, 0)
    assert await compare(store, (), {WITH_SETTINGS}) == (1, 0)
    assert await compare(store, ALL) == (0, 2)
