"""The bot as a process with a locked database: it replies in time, and no job is lost or made twice."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.discord_server.payloads import DEFER, DEFER_UPDATE, walk
from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the whole database, as a backup or another program might."""
    (path,) = folder.rglob("flux_bot.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            lock.execute("ROLLBACK")


async def press(world: Wire, message: dict[str, Any], verb: str) -> Any:
    """Press a button as alice and wait for the answer."""
    buttons = (str(part.get("custom_id")) for part in walk(message["components"]))
    custom_id = next(found for found in buttons if found.startswith(f"{verb}:"))
    return await world.discord.click("alice", message, custom_id).acknowledged()


async def test_a_short_lock(tmp_path: Path) -> None:
    """Commands and buttons are answered within three seconds, and take effect once each after the lock is released."""
    async with wire(tmp_path, seconds=None) as world:
        with locked(tmp_path):
            interaction = await world.imagine("a red fox")
            assert interaction.ack["type"] == DEFER
            assert "a red fox" not in str(interaction.message)
        await eventually(lambda: "a red fox" in str(interaction.message))
        await world.flux.finish((await world.task("a red fox")).id)
        result = await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        with locked(tmp_path):
            first, second = await asyncio.gather(press(world, result, "reroll"), press(world, result, "reroll"))
            assert first.ack["type"] == second.ack["type"] == DEFER
        await eventually(lambda: len(world.tasks("a red fox")) == 2)
        await eventually(lambda: len(world.discord.messages("general")) == 2)  # a double-click makes one job
        card = world.discord.messages("general")[1]
        with locked(tmp_path):
            cancelling = await press(world, card, "cancel")
            assert cancelling.ack["type"] == DEFER_UPDATE
            assert "charged either way" not in str(world.discord.all_messages())
        await eventually(lambda: "charged either way" in str(world.discord.all_messages()))
        question = world.discord.all_messages()[-1]
        with locked(tmp_path):
            discarding = await press(world, question, "discard")
            assert discarding.ack["type"] == DEFER_UPDATE
            assert "Cancelled" not in str(world.discord.message(int(card["id"])))
        await eventually(lambda: "Cancelled" in str(world.discord.message(int(card["id"]))))
        assert len(world.flux.submissions) == 2


async def test_a_lasting_lock(tmp_path: Path) -> None:
    """If the lock lasts, the reply says what to do, and nothing is saved, even if the reply itself fails.

    A user who gets no reply repeats the request, so the first one must not be drawn.
    """
    async with wire(tmp_path) as world:
        with locked(tmp_path):
            interaction = await world.imagine("a red fox")
            world.discord.refuse("reply", 404, 10062, times=1)
            world.discord.slash("alice", "general", "imagine", prompt="a green fox")
            await eventually(lambda: "A command failed" in world.bot.log)
            await eventually(lambda: "Something went wrong on my side" in str(interaction.message))
        await world.imagine("a blue fox")
        await world.result("a blue fox")
        assert [task.request["prompt"] for task in world.flux.tasks.values()] == ["a blue fox"]
