"""The real bot as a process of its own, between the two doubles, to be killed and started again."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask
from tests.flux.caller import TOKEN, eventually
from tests.wire.discord_server import WireDiscord

DISCORD_TOKEN = "wire.test.token"
ROOT = Path(__file__).parents[2]


class BotProcess:
    """``python bot.py`` with its log in a file; ``start`` after ``kill`` is what an operator's restart is."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.log_file = folder / "bot.log"
        self.program = ROOT / "bot.py"
        self.folder = folder
        self.settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    async def start(self) -> None:
        """Start it and wait until it is connected to Discord, or works without if it is a worker."""
        await self.launch()
        self._starts += 1
        ready = "Working without a gateway" if self.settings.get("ROLE") == "worker" else "has connected to Gateway"
        await eventually(lambda: self._ended() or self.log.count(ready) >= self._starts)
        assert not self._ended(), self.log

    async def launch(self) -> None:
        """Start it without waiting for anything."""
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(self.program),
                cwd=self.folder,
                env={**os.environ, **self.settings},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """End it as a crash would: no clean-up, no last word; nothing is done if it was never started."""
        if self._process is not None:
            await self._end(signal.SIGKILL)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, as an operator does; returns its exit code, TimeoutError after 10 s."""
        async with asyncio.timeout(10):
            return await self._end(number)

    async def exit_code(self) -> int:
        """Wait until it ends by itself."""
        assert self._process is not None
        return await self._process.wait()

    @property
    def url(self) -> str:
        """Where its web server is."""
        return f"http://127.0.0.1:{self.settings['WEBHOOK_PORT']}"

    @property
    def log(self) -> str:
        """What it has logged in all its lives."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    def _ended(self) -> bool:
        return self._process is None or self._process.returncode is not None

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self._process.wait()


@dataclass(frozen=True, slots=True)
class Wire:
    """The bot's process and both worlds around it."""

    bot: BotProcess
    discord: WireDiscord
    flux: FakeFlux
    others: list[BotProcess]
    """Further processes of the bot on the same database."""

    async def imagine(self, prompt: str, *, user: str = "alice", channel: str = "general", **options: Any) -> Any:
        """Run /imagine and wait for its reply; returns the interaction."""
        options = {"prompt": prompt, **options}
        interaction = await self.discord.slash(user, channel, "imagine", options=options)
        return await interaction.acknowledged()

    async def task(self, prompt: str) -> FakeTask:
        """Wait until the image API has the task of a prompt, and return it."""
        await eventually(lambda: self.tasks(prompt))
        (task,) = self.tasks(prompt)
        return task

    def tasks(self, prompt: str) -> list[FakeTask]:
        """Return the tasks that the image API started for a prompt; more than one is paid twice."""
        return [task for task in self.flux.tasks.values() if task.request["prompt"] == prompt]

    def results(self, prompt: str, channel: str | int = "general") -> list[dict[str, Any]]:
        """Return the messages of a channel that show pictures of a prompt."""
        return [
            message
            for message in self.discord.messages(channel)
            if any(prompt in (file.get("description") or "") for file in message["attachments"])
        ]

    async def result(self, prompt: str, channel: str | int = "general") -> dict[str, Any]:
        """Wait for the one message that shows a prompt's pictures."""
        await eventually(lambda: self.results(prompt, channel))
        (message,) = self.results(prompt, channel)
        return message


def settings_between(discord: WireDiscord, flux: FakeFlux, port: int, public_url: str) -> dict[str, str]:
    """Return the settings of a bot between both worlds that listens on a port."""
    return {
        "DISCORD_TOKEN": DISCORD_TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "FLUX_API_TOKEN": TOKEN,
        "FLUX_API_URL": flux.url,
        "PUBLIC_URL": public_url,
        "WEBHOOK_HOST": "127.0.0.1",
        "WEBHOOK_PORT": str(port),
        "ALLOW_PRIVATE_IMAGE_HOSTS": "true",
        "CALLBACK_GRACE_SECONDS": "2",
        "POLL_INTERVAL_SECONDS": "0.5",
    }


@asynccontextmanager
async def wire(
    folder: Path,
    *,
    settings: dict[str, str] | None = None,
    callbacks: bool = True,
    seconds: float | None = 0.05,
    start: bool = True,
    others: Sequence[Mapping[str, str]] = (),
    **discord_options: Any,
) -> AsyncIterator[Wire]:
    """Open both worlds and start the bot between them; nothing wrong may have been sent to Discord by the end.

    ``others`` are the settings that differ in further processes of it, each with a web server of its own.
    """
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(WireDiscord(token=DISCORD_TOKEN, **discord_options))
        flux = await stack.enter_async_context(FakeFlux(token=TOKEN, seconds=seconds))
        bots = []
        for number, own in enumerate([{}, *others]):
            port = free_port()
            usual = settings_between(discord, flux, port, f"http://127.0.0.1:{port}" if callbacks else "")
            place = folder / f"process-{number}" if number else folder
            place.mkdir(exist_ok=True)
            bot = BotProcess(place, {**usual, **(settings or {}), **own})
            bots.append(bot)
            if start:
                await bot.start()
            stack.push_async_callback(bot.kill)
        try:
            yield Wire(bots[0], discord, flux, bots[1:])
            assert discord.violations == []
        finally:
            print(*(bot.log for bot in bots), sep="\n\n")


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
