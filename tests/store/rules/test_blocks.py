"""Blocks: who may not make pictures, for how long, and after the erasure of their data."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from flux_bot.core.errors import RequestRejected
from flux_bot.core.text import timestamp
from flux_bot.store.admission import NewJob
from flux_bot.store.rules.known import EVERYWHERE, Block
from flux_bot.store.schema import blocks
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import NOW, SECOND, Rows

HERE, ELSEWHERE = 30, 31
USER, MODERATOR = 1, 99


def block_of(guild_id: int = HERE, ends_at: datetime | None = None, reason: str = "spam") -> Block:
    """Return a block."""
    return Block(guild_id, ends_at, reason, MODERATOR, NOW)


def new_job(user_id: int = USER, guild_id: int | None = HERE, **more: Any) -> NewJob:
    """Return a request of a user in a server."""
    origin = replace(db.origin(user_id), guild_id=guild_id)
    return db.new_job(db.image_request(), origin, db.UNLIMITED, NOW, **more)


async def refusal(store: JobStore, guild_id: int | None = HERE, user_id: int = USER) -> tuple[str, object]:
    """Return the message that a request is refused with, or "" if it is accepted, and when the block ends."""
    try:
        await store.admission.accept(new_job(user_id, guild_id))
    except RequestRejected as rejected:
        return rejected.text.message_id, rejected.text.arguments.get("ends")
    return "", None


async def forget_user(rows: Rows, store: JobStore) -> None:
    """Change the blocks as the erasure of the user's data does."""
    keyed = {"user_id": None, "user_key": store._keys.of(USER)}  # noqa: SLF001
    async with rows._engine.begin() as connection:  # noqa: SLF001
        await connection.execute(sa.update(blocks).where(blocks.c.user_id == USER).values(**keyed))


async def count(rows: Rows) -> int:
    """Return the number of rows, including those of blocks that have ended."""
    async with rows._engine.begin() as connection:  # noqa: SLF001
        found = await connection.execute(sa.select(sa.func.count()).select_from(blocks))
        return found.scalar_one()


async def test_whom_and_where(store: JobStore) -> None:
    """A block applies to one user, in one server or everywhere, until it expires or is removed."""
    await store.blocks.block(USER, block_of())
    assert await refusal(store) == ("blocked", None)
    for guild_id, user_id in ((ELSEWHERE, USER), (None, USER), (HERE, 2)):
        assert await refusal(store, guild_id, user_id) == ("", None)
    assert not await store.blocks.unblock(ELSEWHERE, USER, now=NOW)
    assert not await store.blocks.unblock(EVERYWHERE, USER, now=NOW)
    assert await store.blocks.unblock(HERE, USER, now=NOW)
    assert not await store.blocks.unblock(HERE, USER, now=NOW)
    assert await refusal(store) == ("", None)

    until = NOW + timedelta(days=1)
    await store.blocks.block(USER, block_of(EVERYWHERE, until))
    for guild_id in (HERE, ELSEWHERE, None):
        assert await refusal(store, guild_id) == ("blocked-until", timestamp(until)), guild_id


async def test_another_block_replaces_the_first(store: JobStore, rows: Rows) -> None:
    """A block replaces an earlier one, even if the user has erased their data since; blocks elsewhere stay."""
    await store.blocks.block(USER, block_of(ELSEWHERE))
    for reason in ("first", "second"):
        await store.blocks.block(USER, block_of(reason=reason))
        page = await store.blocks.page(HERE, 1, 8, now=NOW)
        assert [(one.user_id, one.block) for one in page.users] == [(USER, block_of(reason=reason))]
        await forget_user(rows, store)
    assert (await refusal(store))[0] == "blocked"
    assert await count(rows) == 2


async def test_erased_users(store: JobStore, rows: Rows) -> None:
    """Erasing data lifts no block: it is listed without the user, and removed by the user's id or by its own."""
    await store.blocks.block(USER, block_of())
    await forget_user(rows, store)
    (listed,) = (await store.blocks.page(HERE, 1, 8, now=NOW)).users
    assert listed.user_id is None
    assert (await refusal(store))[0] == "blocked"
    assert await store.blocks.unblock(HERE, USER, now=NOW)
    assert await refusal(store) == ("", None)
    await store.blocks.block(USER, block_of())
    await forget_user(rows, store)
    (listed,) = (await store.blocks.page(HERE, 1, 8, now=NOW)).users
    assert await store.blocks.remove(ELSEWHERE, listed.block_id) is None
    assert await store.blocks.remove(HERE, listed.block_id) == listed
    assert await store.blocks.remove(HERE, listed.block_id) is None


async def test_ended_blocks(store: JobStore, rows: Rows) -> None:
    """Ended blocks have no effect, are not listed, can't be lifted again, and are deleted by ``prune``."""
    await store.blocks.block(USER, block_of(ends_at=NOW))
    await store.blocks.block(2, block_of(ends_at=NOW + SECOND))
    await store.blocks.block(3, block_of())
    assert await refusal(store) == ("", None)
    assert [one.user_id for one in (await store.blocks.page(HERE, 1, 8, now=NOW)).users] == [3, 2]
    assert await store.blocks.prune(now=NOW) == 1
    assert await store.blocks.prune(now=NOW) == 0
    assert await count(rows) == 2
    assert not await store.blocks.unblock(HERE, 2, now=NOW + SECOND)


async def test_pages(store: JobStore) -> None:
    """Pages have the newest block first; a number beyond the last page gives the last page."""
    for user_id in range(1, 6):
        await store.blocks.block(user_id, Block(HERE, None, "", MODERATOR, NOW + user_id * SECOND))
    for number, shown, users in ((1, 1, [5, 4]), (3, 3, [1]), (99, 3, [1]), (0, 1, [5, 4]), (-5, 1, [5, 4])):
        page = await store.blocks.page(HERE, number, 2, now=NOW)
        assert (page.number, page.pages) == (shown, 3), number
        assert [one.user_id for one in page.users] == users, number
    empty = await store.blocks.page(ELSEWHERE, 4, 2, now=NOW)
    assert (empty.users, empty.number, empty.pages) == ([], 1, 1)
