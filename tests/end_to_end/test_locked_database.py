"""The bot as a process while its database is locked: each answer comes in time, and nothing is lost or made twice."""

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
    """Hold the whole database locked, as a backup or another program may."""
    (path,) = folder.rglob("flux_bot.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            lock.execute("ROLLBACK")


async def pressed(world: Wire, message: dict[str, Any], verb: str) -> Any:
    """Press the button of a verb as alice, and wait for the answer."""
    buttons = (str(part.get("custom_id")) for part in walk(message["components"]))
    custom_id = next(found for found in buttons if found.startswith(f"{verb}:"))
    interaction = await world.discord.click("alice", message, custom_id)
    return await interaction.acknowledged()


async def test_a_command(tmp_path: Path) -> None:
    """Its user sees within three seconds that it is being worked on, and the card when the lock is gone."""
    async with wire(tmp_path, seconds=None) as world:
        with locked(tmp_path):
            asked = await world.imagine("a red fox")
            assert asked.ack["type"] == DEFER
            assert "a red fox" not in str(asked.message)
        await eventually(lambda: "a red fox" in str(asked.message))
        await world.flux.finish((await world.task("a red fox")).id)
        await world.result("a red fox")
        assert len(world.flux.submissions) == 1


async def test_a_press(tmp_path: Path) -> None:
    """So it is with the buttons of a result, and two presses are one job all the same."""
    async with wire(tmp_path) as world:
        await world.imagine("a red fox")
        result = await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        with locked(tmp_path):
            first, second = await pressed(world, result, "reroll"), await pressed(world, result, "reroll")
            assert first.ack["type"] == second.ack["type"] == DEFER
        await eventually(lambda: len(world.results("a red fox")) == 2)
        await eventually(lambda: len(world.discord.messages("general")) == 2)
        assert len(world.flux.submissions) == 2


async def test_a_cancellation(tmp_path: Path) -> None:
    """The card stays as it is until the job is cancelled indeed."""
    async with wire(tmp_path, seconds=None) as world:
        asked = await world.imagine("a red fox")
        await world.task("a red fox")
        with locked(tmp_path):
            cancelling = await pressed(world, asked.message, "cancel")
            assert cancelling.ack["type"] == DEFER_UPDATE
            assert "Cancelled" not in str(asked.message)
        await eventually(lambda: "Cancelled" in str(asked.message))


async def test_it_stays_locked(tmp_path: Path) -> None:
    """After all that waiting its user is told what to do, in place of "is thinking"; nothing was saved."""
    async with wire(tmp_path) as world:
        with locked(tmp_path):
            asked = await world.imagine("a red fox")
            await eventually(lambda: "Something went wrong on my side" in str(asked.message))
        await world.imagine("a blue fox")
        await world.result("a blue fox")
        assert len(world.flux.submissions) == 1


async def test_an_answer_that_discord_does_not_take_saves_nothing(tmp_path: Path) -> None:
    """Whoever got no answer asks again: what they asked first must not be painted too."""
    async with wire(tmp_path) as world:
        with locked(tmp_path):
            world.discord.inject("POST", "/interactions/*/callback", status=404, json={"code": 10062, "message": "?"})
            await world.discord.slash("alice", "general", "imagine", options={"prompt": "a red fox"})
            await eventually(lambda: "A command failed" in world.bot.log)
        await world.imagine("a blue fox")
        await world.result("a blue fox")
        assert [task.request["prompt"] for task in world.flux.tasks.values()] == ["a blue fox"]
