"""The real bot as a process between the two doubles, which tests can kill and restart."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask
from flux_bot.settings import Settings
from tests.discord_server.server import DiscordServer
from tests.flux.caller import TOKEN, eventually, free_port

DISCORD_TOKEN = "wire.test.token"
ROOT = Path(__file__).parents[2]
SECRET = "secret-marker"
"""A part of every secret in the settings of ``run_bot``."""
SETTINGS = {*(name.upper() for name in Settings.model_fields), "ACEDATACLOUD_API_TOKEN"}


class BotProcess:
    """``python bot.py``, with its log in a file; it can be started again after it has ended."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.log_file = folder / "bot.log"
        self.program = ROOT / "bot.py"
        self.folder = folder
        self.settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    async def start(self) -> None:
        """Start the process and wait until it is connected to Discord, or running as a worker."""
        await self.launch()
        self._starts += 1
        ready = "Working without a gateway" if self.settings.get("ROLE") == "worker" else "has connected to Gateway"
        await eventually(lambda: self._ended() or self.log.count(ready) >= self._starts)
        assert not self._ended(), self.log

    async def launch(self) -> None:
        """Start the process without waiting."""
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
        """Kill the process with SIGKILL; do nothing if it was never started."""
        if self._process is not None:
            await self._end(signal.SIGKILL)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code. Raises TimeoutError after a minute."""
        async with asyncio.timeout(60):
            return await self._end(number)

    async def exit_code(self) -> int:
        """Wait until the process ends by itself."""
        assert self._process is not None
        return await self._process.wait()

    @property
    def url(self) -> str:
        """The address of the process's web server."""
        return f"http://127.0.0.1:{self.settings['WEBHOOK_PORT']}"

    @property
    def log(self) -> str:
        """Everything logged since the first start."""
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
    """The bot's process and the doubles around it."""

    bot: BotProcess
    discord: DiscordServer
    flux: FakeFlux
    others: list[BotProcess]
    """Further processes of the bot on the same database."""

    async def imagine(self, prompt: str, *, user: str = "alice", channel: str = "general", **options: Any) -> Any:
        """Issue /imagine, wait for the reply, and return the interaction."""
        return await self.discord.slash(user, channel, "imagine", prompt=prompt, **options).acknowledged()

    async def task(self, prompt: str) -> FakeTask:
        """Wait for the image API's task for a prompt."""
        await eventually(lambda: self.tasks(prompt))
        (task,) = self.tasks(prompt)
        return task

    def tasks(self, prompt: str) -> list[FakeTask]:
        """Return the image API's tasks for a prompt; each of them is charged."""
        return [task for task in self.flux.tasks.values() if task.request["prompt"] == prompt]

    def results(self, prompt: str, channel: str | int = "general") -> list[dict[str, Any]]:
        """Return the messages in a channel that show pictures of a prompt."""
        return [
            message
            for message in self.discord.messages(channel)
            if any(prompt in (file.get("description") or "") for file in message["attachments"])
        ]

    async def result(self, prompt: str, channel: str | int = "general") -> dict[str, Any]:
        """Wait for the only message that shows pictures of a prompt."""
        await eventually(lambda: self.results(prompt, channel))
        (message,) = self.results(prompt, channel)
        return message


def settings_between(discord: DiscordServer, flux: FakeFlux, port: int, public_url: str) -> dict[str, str]:
    """Return the settings of a bot that uses both doubles and listens on a port."""
    return {
        "DISCORD_TOKEN": DISCORD_TOKEN,
        "DISCORD_API_URL": discord.api_url,
        "FLUX_API_TOKEN": TOKEN,
        "FLUX_API_URL": flux.url,
        "PUBLIC_URL": public_url,
        "WEBHOOK_HOST": "127.0.0.1",
        "WEBHOOK_PORT": str(port),
        "HEALTH_PORT": "0",
        "ALLOW_PRIVATE_IMAGE_HOSTS": "true",
        "CALLBACK_GRACE_SECONDS": "2",
        "POLL_INTERVAL_SECONDS": "0.5",
        "DELIVERY_LEASE_SECONDS": "2",
        "PICTURES_PER_USER_PER_DAY": "0",
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
    """Start the doubles and the bot, and check at the end that Discord received no invalid request.

    ``others`` are the differing settings of further processes, each of which has its own web server.
    """
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordServer(token=DISCORD_TOKEN, **discord_options))
        flux = await stack.enter_async_context(FakeFlux(token=TOKEN, seconds=seconds))
        bots = []
        for number, own in enumerate([{}, *others]):
            port = free_port()
            defaults = settings_between(discord, flux, port, f"http://127.0.0.1:{port}" if callbacks else "")
            bot_folder = folder / f"process-{number}" if number else folder
            bot_folder.mkdir(exist_ok=True)
            bot = BotProcess(bot_folder, {**defaults, **(settings or {}), **own})
            bots.append(bot)
            stack.push_async_callback(bot.kill)
        if start:
            await asyncio.gather(*(bot.start() for bot in bots))
        try:
            yield Wire(bots[0], discord, flux, bots[1:])
            assert discord.violations == []
        finally:
            print(*(bot.log for bot in bots), sep="\n\n")


@dataclass(frozen=True, slots=True)
class Ended:
    """The output of a process that has ended."""

    code: int | None
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The only line that the process printed besides its log."""
        assert "Traceback" not in self.err
        assert SECRET not in self.err
        (line,) = (line for line in self.err.splitlines() if line.startswith("flux-bot: "))
        return line.removeprefix("flux-bot: ")


async def run_bot(folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> Ended:
    """Run bot.py in a folder until it ends, with only these settings."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bot.py"),
        *arguments,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in SETTINGS} | dict(settings or {}),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return Ended(process.returncode, out.decode(), err.decode())
