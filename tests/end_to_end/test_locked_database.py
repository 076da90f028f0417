"""The bot as a process with a locked database: replies are in time, and no job is lost or made twice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually
from tests.wire.openapi import DEFER, DEFER_UPDATE, walk


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the whole database, as a backup or another program may."""
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
    interaction = await world.discord.click("alice", message, custom_id)
    return await interaction.acknowledged()


async def test_a_command(tmp_path: Path) -> None:
    """The user sees a deferred reply within three seconds, and the status card after the lock."""
    async with wire(tmp_path, seconds=None) as world:
        with locked(tmp_path):
            interaction = await world.imagine("a red fox")
            assert interaction.ack["type"] == DEFER
            assert "a red fox" not in str(interaction.message)
        await eventually(lambda: "a red fox" in str(interaction.message))
        await world.flux.finish((await world.task("a red fox")).id)
        await world.result("a red fox")
        assert len(world.flux.submissions) == 1


async def test_a_press(tmp_path: Path) -> None:
    """The buttons of a result do the same, and a double click is still one job."""
    async with wire(tmp_path) as world:
        await world.imagine("a red fox")
        result = await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        with locked(tmp_path):
            first, second = await press(world, result, "reroll"), await press(world, result, "reroll")
            assert first.ack["type"] == second.ack["type"] == DEFER
        await eventually(lambda: len(world.results("a red fox")) == 2)
        await eventually(lambda: len(world.discord.messages("general")) == 2)
        assert len(world.flux.submissions) == 2


async def test_a_cancellation(tmp_path: Path) -> None:
    """The card does not change before the job is cancelled."""
    async with wire(tmp_path, seconds=None) as world:
        interaction = await world.imagine("a red fox")
        await world.task("a red fox")
        with locked(tmp_path):
            cancelling = await press(world, interaction.message, "cancel")
            assert cancelling.ack["type"] == DEFER_UPDATE
            assert "Cancelled" not in str(interaction.message)
        await eventually(lambda: "Cancelled" in str(interaction.message))


async def test_a_lasting_lock(tmp_path: Path) -> None:
    """If the lock lasts, the reply says what to do, and nothing is saved."""
    async with wire(tmp_path) as world:
        with locked(tmp_path):
            interaction = await world.imagine("a red fox")
            await eventually(lambda: "Something went wrong on my side" in str(interaction.message))
        await world.imagine("a blue fox")
        await world.result("a blue fox")
        assert len(world.flux.submissions) == 1


async def test_a_failed_reply_saves_nothing(tmp_path: Path) -> None:
    """A user without a reply repeats the request, so the first one must not be drawn."""
    async with wire(tmp_path) as world:
        with locked(tmp_path):
            world.discord.inject("POST", "/interactions/*/callback", status=404, json={"code": 10062, "message": "?"})
            await world.discord.slash("alice", "general", "imagine", options={"prompt": "a red fox"})
            await eventually(lambda: "A command failed" in world.bot.log)
        await world.imagine("a blue fox")
        await world.result("a blue fox")
        assert [task.request["prompt"] for task in world.flux.tasks.values()] == ["a blue fox"]
