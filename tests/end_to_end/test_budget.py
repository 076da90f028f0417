"""A budget that several processes of the bot share."""

import asyncio
from pathlib import Path
from typing import Any

from tests.discord_server.payloads import walk
from tests.discord_server.server import Interaction
from tests.end_to_end import patient_bot
from tests.end_to_end.bot_process import ROOT, Wire, wire
from tests.end_to_end.patient_bot import PATIENCE_SECONDS
from tests.flux.caller import eventually

USERS, COMMANDS, PICTURES, PROCESSES = 20, 200, 37, 3
BUDGET = "7.992"
"""The budget in credits: the price of 37 pictures of the default model."""


def is_refused(world: Wire, interaction: Interaction) -> bool:
    """Return whether a command was refused because of the budget."""
    bodies: list[Any] = [(interaction.ack or {}).get("data") or {}]
    bodies += [call.json for call in world.discord.requests if call.status == 200 and interaction.token in call.path]
    texts = [str(part.get("content")) for body in bodies if body for part in walk(body.get("components") or [])]
    return any("My budget for everybody together is 7.992 credits a day" in text for text in texts)


async def test_many_commands_at_once(tmp_path: Path, postgres_url: str) -> None:
    """Of 200 simultaneous commands to three processes, exactly 37 reach the API; the other replies say why not."""
    limits = ("FLUX_MAX_IN_FLIGHT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER")
    settings = {"DATABASE_URL": postgres_url, "BUDGET_PER_DAY": BUDGET, **dict.fromkeys(limits, str(COMMANDS))}
    first, *others = [{"SHARD_COUNT": str(PROCESSES), "SHARD_IDS": str(shard)} for shard in range(PROCESSES)]
    doubles: dict[str, Any] = {"shards": PROCESSES, "ack_seconds": PATIENCE_SECONDS}
    async with wire(tmp_path, settings=settings | first, others=others, seconds=None, start=False, **doubles) as world:
        users = [f"user {number}" for number in range(USERS)]
        for user in users:
            world.discord.add_user(user)
        for shard in range(PROCESSES):
            world.discord.add_guild(f"guild {shard}", shard=shard)
            world.discord.add_channel(f"channel {shard}", guild=f"guild {shard}")
        bots = [world.bot, *world.others]
        for bot in bots:
            bot.program = Path(patient_bot.__file__)
            bot.settings["PYTHONPATH"] = str(ROOT)
        await asyncio.gather(*(bot.start() for bot in bots))
        commands = [
            world.discord.slash(users[number % USERS], f"channel {number % PROCESSES}", "imagine", prompt="a fox")
            for number in range(COMMANDS)
        ]
        await asyncio.gather(*(command.acknowledged(PATIENCE_SECONDS) for command in commands))
        await eventually(lambda: sum(is_refused(world, command) for command in commands) == COMMANDS - PICTURES)
        await eventually(lambda: len(world.flux.submissions) == PICTURES)
        for task in list(world.flux.tasks.values()):
            await world.flux.finish(task.id)
        await eventually(lambda: sum(bot.log.count("Delivered as message") for bot in bots) == PICTURES)
        assert len(world.flux.submissions) == PICTURES
