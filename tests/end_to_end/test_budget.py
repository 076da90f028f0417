"""A budget that several processes of the bot share."""

import asyncio
from pathlib import Path
from typing import Any

from tests.discord_server.payloads import walk
from tests.discord_server.server import Interaction
from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually

USERS, COMMANDS, PICTURES = 20, 200, 37
AT_ONCE = 5
"""Number of commands sent at once. On a busy machine, more might take longer than Discord's three seconds.

In tests/workflow/test_budget_race.py, all commands are sent at once.
"""
BUDGET = "7.992"
"""The budget in credits: the price of 37 pictures of the default model."""
WORKER = {"ROLE": "worker"}


def is_told_why(world: Wire, interaction: Interaction) -> bool:
    """Return whether the user of a command was told that the budget does not allow it."""
    bodies: list[Any] = [(interaction.ack or {}).get("data") or {}]
    bodies += [call.json for call in world.discord.requests if call.status == 200 and interaction.token in call.path]
    texts = [str(part.get("content")) for body in bodies if body for part in walk(body.get("components") or [])]
    return any("My budget for everybody together is 7.992 credits a day" in text for text in texts)


async def test_many_commands_at_once(tmp_path: Path, postgres_url: str) -> None:
    """Of 200 commands, sent five at a time, 37 fit the budget and reach the API; the other users are told why not."""
    limits = ("FLUX_MAX_IN_FLIGHT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER")
    settings = {"DATABASE_URL": postgres_url, "BUDGET_PER_DAY": BUDGET, **dict.fromkeys(limits, str(COMMANDS))}
    async with wire(tmp_path, settings=settings, others=[WORKER, WORKER], seconds=None) as world:
        users = [f"user {number}" for number in range(USERS)]
        for user in users:
            world.discord.add_user(user)
        commands: list[Interaction] = []
        for start in range(0, COMMANDS, AT_ONCE):
            senders = [users[number % USERS] for number in range(start, start + AT_ONCE)]
            sent = [world.discord.slash(user, "general", "imagine", prompt="a fox", size="1:1") for user in senders]
            await asyncio.gather(*(command.acknowledged() for command in sent))
            commands += sent
        await eventually(lambda: sum(is_told_why(world, command) for command in commands) == COMMANDS - PICTURES)
        await eventually(lambda: len(world.flux.submissions) == PICTURES)
        bots = [world.bot, *world.others]
        assert sum("Submitted: task" in bot.log for bot in bots) > 1, "one process alone did all the work"
        for task in list(world.flux.tasks.values()):
            await world.flux.finish(task.id)
        await eventually(lambda: sum(bot.log.count("Delivered as message") for bot in bots) == PICTURES)
        assert len(world.flux.submissions) == PICTURES
