"""/show while the database is locked, over the wire, at the real time: what Discord waits 3 s for is there by then."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually
from tests.wire.openapi import text_of, walk


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[sqlite3.Connection]:
    """Hold the bot's database, so that the bot can do nothing with it."""
    with closing(opened(folder)) as connection:
        await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
        yield connection
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def opened(folder: Path) -> sqlite3.Connection:
    """Open the bot's database as another process does."""
    path = folder / "data" / "flux_bot.db"
    return sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)


async def made(world: Wire, *prompts: str) -> None:
    """Let alice ask for pictures, and wait until they are there."""
    for prompt in prompts:
        await world.imagine(prompt)
        await world.result(prompt)


async def choices(world: Wire, typed: str, user: str = "alice") -> list[str]:
    """Return the names that somebody is suggested while they type."""
    typing = await world.discord.autocomplete(user, "general", "show", "job", typed)
    await typing.acknowledged()
    return [choice["name"] for choice in typing.choices]


async def until_suggested(world: Wire, typed: str, *wanted: str) -> None:
    """Ask for suggestions until they are those wanted: a busy database has others answered from memory."""
    async with asyncio.timeout(30):
        while await choices(world, typed) != [*wanted]:
            pass


def custom_ids(message: dict[str, Any] | None) -> list[str]:
    """Return the custom_ids that stand on a message, if there is one."""
    return [part["custom_id"] for part in walk(message["components"]) if "custom_id" in part] if message else []


async def test_suggestions(tmp_path: Path) -> None:
    """The list that was known last is shown, narrowed down by what is typed, and nothing to who has seen none yet."""
    async with wire(tmp_path) as world:
        await made(world, "a red fox", "a blue fox")
        await until_suggested(world, "fox", "a blue fox", "a red fox")
        async with locked(tmp_path):
            assert await choices(world, "") == ["a blue fox", "a red fox"]
            assert await choices(world, "FOX red ") == ["a red fox"]
            assert await choices(world, "bird") == []
            assert await choices(world, "", "bob") == []
        await made(world, "a green fox")
        await until_suggested(world, "fox", "a green fox", "a blue fox", "a red fox")


async def test_suggestions_of_a_database_that_breaks(tmp_path: Path) -> None:
    """A question that nobody waits for any more when the database refuses it leaves no error in the log."""
    async with wire(tmp_path) as world:
        await made(world, "a red fox")
        await until_suggested(world, "fox", "a red fox")
        async with locked(tmp_path) as connection:
            assert await choices(world, "fox") == ["a red fox"]
            connection.execute("ALTER TABLE jobs RENAME TO lost")
            connection.execute("COMMIT")
        assert await choices(world, "red") == ["a red fox"]
        with closing(opened(tmp_path)) as connection:
            connection.execute("ALTER TABLE lost RENAME TO jobs")
        await made(world, "a blue fox")
        await until_suggested(world, "fox", "a blue fox", "a red fox")
        assert await world.bot.stop() == 0
        assert "never retrieved" not in world.bot.log


async def test_shown_once_the_database_is_back(tmp_path: Path) -> None:
    """The answer was promised privately by then, so the result comes privately, and can be shown to all from there."""
    async with wire(tmp_path) as world:
        await made(world, "a red fox")
        (job_id,) = [custom_id[5:] for custom_id in custom_ids(await world.result("a red fox")) if "info:" in custom_id]
        async with locked(tmp_path):
            asked = await world.discord.slash("alice", "general", "show", options={"job": job_id})
            await asked.acknowledged()
            assert asked.ephemeral
        await eventually(lambda: f"show:{job_id}" in custom_ids(asked.message))
        assert asked.message is not None
        assert "A picture by" in text_of(asked.message)
        public = await world.discord.click("alice", asked.message, f"show:{job_id}")
        await eventually(lambda: f"info:{job_id}" in custom_ids(public.message))
        assert not public.ephemeral
        assert "ERROR" not in world.bot.log
