"""Helpers for the actions of the sandbox's users, and for what they see."""

import asyncio
import os
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import discord
import simcord

from flux_bot.sandbox.sandbox import Sandbox, open_sandbox
from tests.finished_jobs import answer
from tests.flux.caller import eventually
from tests.harness import text_of

ROOT = Path(__file__).parents[2]
PICTURE_SECONDS = 0.2


def opened(folder: Path) -> AbstractAsyncContextManager[Sandbox]:
    """Open a sandbox whose pictures are ready almost at once."""
    return open_sandbox(folder, seconds=PICTURE_SECONDS)


def seen(sandbox: Sandbox, *parts: str, by: str = "alice") -> list[discord.Message]:
    """Return the messages with all these parts that a member can see now."""
    messages = sandbox.discord.channel.history(viewer=sandbox.discord.members[by])
    return [message for message in messages if all(part in text_of(message) for part in parts)]


async def sees(sandbox: Sandbox, *parts: str, by: str = "alice") -> discord.Message:
    """Wait until a member can see a message with all these parts, and return the latest."""
    await eventually(lambda: seen(sandbox, *parts, by=by))
    return seen(sandbox, *parts, by=by)[-1]


async def run(sandbox: Sandbox, who: str, command: str, **options: object) -> discord.Message:
    """Let a member use a command, and return the reply."""
    return answer(await sandbox.discord.members[who].slash(sandbox.discord.channel, command, **options))


async def imagine(sandbox: Sandbox, prompt: str, who: str = "alice") -> simcord.InteractionResult:
    """Request a picture. If the job fails at once, its status card is gone when this returns."""
    return await sandbox.discord.members[who].slash(sandbox.discord.channel, "imagine", prompt=prompt, size="1:1")


async def started(*command: object, **environment: str) -> asyncio.subprocess.Process:
    """Start a program with its output piped."""
    return await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
