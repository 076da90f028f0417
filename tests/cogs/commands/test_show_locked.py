"""/show while the database is locked, over the wire and in real time: the bot meets Discord's limit of 3 s."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually
from tests.discord_server.payloads import text_of, walk


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[sqlite3.Connection]:
    """Lock the bot's database, so that the bot can't use it."""
    with closing(opened(folder)) as connection:
        await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
        yield connection
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def opened(folder: Path) -> sqlite3.Connection:
    """Open the bot's database as another process does."""
    path = folder / "data" / "flux_bot.db"
    return sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)


async def make_pictures(world: Wire, *prompts: str) -> None:
    """Let alice request pictures, and wait until they are delivered."""
    for prompt in prompts:
        await world.imagine(prompt)
        await world.result(prompt)


async def suggestions(world: Wire, typed: str, user: str = "alice") -> list[str]:
    """Return the names of the autocomplete choices for a text."""
    typing = await world.discord.autocomplete(user, "general", "show", "job", typed)
    await typing.acknowledged()
    return [choice["name"] for choice in typing.choices]


async def wait_for_suggestions(world: Wire, typed: str, *wanted: str) -> None:
    """Request suggestions until they are these: while the database is busy, they come from memory."""
    async with asyncio.timeout(30):
        while await suggestions(world, typed) != [*wanted]:
            pass


def custom_ids(message: dict[str, Any] | None) -> list[str]:
    """Return the custom_ids on a message, if there is one."""
    return [part["custom_id"] for part in walk(message["components"]) if "custom_id" in part] if message else []


async def test_suggestions(tmp_path: Path) -> None:
    """The last known list is shown, filtered by what is typed; a user without one gets nothing."""
    async with wire(tmp_path) as world:
        await make_pictures(world, "a red fox", "a blue fox")
        await wait_for_suggestions(world, "fox", "a blue fox", "a red fox")
        async with locked(tmp_path):
            assert await suggestions(world, "") == ["a blue fox", "a red fox"]
            assert await suggestions(world, "FOX red ") == ["a red fox"]
            assert await suggestions(world, "bird") == []
            assert await suggestions(world, "", "bob") == []
        await make_pictures(world, "a green fox")
        await wait_for_suggestions(world, "fox", "a green fox", "a blue fox", "a red fox")


async def test_suggestions_of_a_database_that_breaks(tmp_path: Path) -> None:
    """A query that fails after its time limit leaves no error in the log."""
    async with wire(tmp_path) as world:
        await make_pictures(world, "a red fox")
        await wait_for_suggestions(world, "fox", "a red fox")
        async with locked(tmp_path) as connection:
            assert await suggestions(world, "fox") == ["a red fox"]
            connection.execute("ALTER TABLE jobs RENAME TO lost")
            connection.execute("COMMIT")
        assert await suggestions(world, "red") == ["a red fox"]
        with closing(opened(tmp_path)) as connection:
            connection.execute("ALTER TABLE lost RENAME TO jobs")
        await make_pictures(world, "a blue fox")
        await wait_for_suggestions(world, "fox", "a blue fox", "a red fox")
        assert await world.bot.stop() == 0
        assert "never retrieved" not in world.bot.log


async def test_shown_once_the_database_is_back(tmp_path: Path) -> None:
    """The answer was deferred privately, so the result is private, and can be posted publicly from there."""
    async with wire(tmp_path) as world:
        await make_pictures(world, "a red fox")
        (job_id,) = [custom_id[5:] for custom_id in custom_ids(await world.result("a red fox")) if "info:" in custom_id]
        async with locked(tmp_path):
            interaction = await world.discord.slash("alice", "general", "show", options={"job": job_id})
            await interaction.acknowledged()
            assert interaction.ephemeral
        await eventually(lambda: f"show:{job_id}" in custom_ids(interaction.message))
        assert interaction.message is not None
        assert "A picture by" in text_of(interaction.message)
        public = await world.discord.click("alice", interaction.message, f"show:{job_id}")
        await eventually(lambda: f"info:{job_id}" in custom_ids(public.message))
        assert not public.ephemeral
        assert "ERROR" not in world.bot.log
