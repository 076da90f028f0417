"""The bot and the yardstick as processes between the doubles, and their use of CPU and memory."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from flux_bot.sandbox.fake_flux import FakeFlux
from tests.discord_server.server import DiscordServer, Interaction
from tests.end_to_end.bot_process import DISCORD_TOKEN, ROOT
from tests.flux.caller import TOKEN, free_port

PROMPT = "a red fox"
"""The same for all jobs, so that the fake API draws only once."""
USERS = 50
CHANNELS = 10
NO_LIMITS = {
    **dict.fromkeys(("FLUX_MAX_IN_FLIGHT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER"), "100000"),
    "PICTURES_PER_USER_PER_DAY": "0",
}
"""Lifts the bot's own limits, as the yardstick has none."""
TIMEOUT_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Subject:
    """A program to measure."""

    name: str
    script: Path


BOT = Subject("bot", ROOT / "bot.py")
YARDSTICK = Subject("yardstick", ROOT / "benchmarks" / "yardstick.py")


@dataclass(slots=True)
class Process:
    """A running subject. Linux only, as it reads /proc."""

    pid: int
    port: int
    start_seconds: float
    """The time from the launch until the process was ready."""

    def cpu_seconds(self) -> float:
        """Return the processor time that it and the processes below it, which decode pictures, have used so far."""
        stats = {}
        for file in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has just ended
                stats[int(file.parent.name)] = file.read_text().rpartition(")")[2].split()
        family = {self.pid}
        for _ in range(2):  # the fork server, and its workers
            family |= {pid for pid, fields in stats.items() if int(fields[1]) in family}
        own = [stats[pid] for pid in family if pid in stats]
        return sum(int(fields[11]) + int(fields[12]) for fields in own) / _TICKS  # utime and stime: man proc_pid_stat

    def rss_mib(self) -> float:
        """Return its resident memory, in MiB."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE / 2**20


@dataclass(slots=True)
class Scene:
    """One or more processes of a subject between the doubles."""

    discord: DiscordServer
    flux: FakeFlux
    folder: Path
    subject: Subject
    settings: dict[str, str]
    channels: list[str]
    processes: list[Process] = field(default_factory=list)
    _children: list[asyncio.subprocess.Process] = field(default_factory=list)
    _sent: int = 0

    @property
    def process(self) -> Process:
        """The first process."""
        return self.processes[0]

    @property
    def database_url(self) -> str:
        """The address of its database."""
        return self.settings["DATABASE_URL"]

    def cpu_seconds(self) -> float:
        """Return the CPU time used by all processes."""
        return sum(process.cpu_seconds() for process in self.processes)

    def imagine(self) -> Interaction:
        """Issue /imagine, with users and channels in rotation."""
        number, self._sent = self._sent, self._sent + 1
        channel = self.channels[number % len(self.channels)]
        return self.discord.slash(f"user{number % USERS}", channel, "imagine", prompt=PROMPT)

    def posts(self) -> dict[str, float]:
        """Return when each job's picture arrived in Discord, by job id; the clock is ``time.monotonic``."""
        return {
            filename.removeprefix("flux-").rpartition("-")[0]: request.at
            for request in self.discord.requests
            if request.status == 200
            for filename, _ in request.files
        }

    def callbacks(self) -> dict[str, float]:
        """Return when each job's callback left the image API, by job id; the clock is ``time.monotonic``."""
        offset = time.monotonic() - time.time()
        return {
            task.request["callback_url"].split("/")[-2]: task.finished_at + offset
            for task in self.flux.tasks.values()
            if task.finished_at is not None
        }

    async def until_posted(self, count: int) -> None:
        """Wait until a number of pictures are posted."""
        await self.discord.wait_for(lambda: len(self.posts()) >= count, TIMEOUT_SECONDS)

    async def until_idle(self, jobs: int) -> None:
        """Wait until a number of pictures are posted and the status cards that they replace are deleted."""
        await self.until_posted(jobs)
        await self.discord.wait_for(lambda: self._removals() >= jobs, TIMEOUT_SECONDS)

    def _removals(self) -> int:
        return sum(request.method == "DELETE" and request.status == 204 for request in self.discord.requests)

    async def start(self, **settings: str) -> Process:
        """Start another process and wait until it is ready."""
        port = free_port()
        environment = {**os.environ, **self.settings, "WEBHOOK_PORT": str(port)}
        environment |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", **settings}
        launched_at, log_file = time.monotonic(), self.folder / f"{port}.log"
        with log_file.open("ab") as log:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                str(self.subject.script),
                cwd=self.folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._children.append(child)
        ready = "Working without a gateway" if settings.get("ROLE") == "worker" else "has connected to Gateway"
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while ready not in log_file.read_text():
                if child.returncode is not None:
                    raise RuntimeError(log_file.read_text())
                await asyncio.sleep(0.005)
        self.processes.append(Process(child.pid, port, time.monotonic() - launched_at))
        return self.processes[-1]

    async def kill(self) -> None:
        """Kill all processes."""
        for child in self._children:
            if child.returncode is None:
                child.kill()
            await child.wait()


@asynccontextmanager
async def open_scene(  # noqa: PLR0913  each figure changes one or two arguments
    subject: Subject,
    *,
    seconds: float | None = 0.05,
    settings: dict[str, str] | None = None,
    database_url: str = "",
    global_rate: int | None = None,
    guilds: int = 1,
    start: bool = True,
) -> AsyncIterator[Scene]:
    """Start both doubles and a process of the subject, by default with a new SQLite file."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="flux-bot-bench-")))
        discord = DiscordServer(token=DISCORD_TOKEN, validate=False, global_rate=global_rate, ack_seconds=60)
        for number in range(USERS):
            discord.add_user(f"user{number}")
        for number in range(guilds):
            discord.add_guild(f"guild{number}")
        channels = [f"channel{number}" for number in range(max(CHANNELS, guilds))]
        for number, channel in enumerate(channels):
            discord.add_channel(channel, guild=f"guild{number % guilds}")
        await stack.enter_async_context(discord)
        flux = await stack.enter_async_context(FakeFlux(token=TOKEN, seconds=seconds))
        scene = Scene(
            discord,
            flux,
            folder,
            subject,
            {
                "DISCORD_TOKEN": DISCORD_TOKEN,
                "DISCORD_API_URL": discord.api_url,
                "FLUX_API_TOKEN": TOKEN,
                "FLUX_API_URL": flux.url,
                "WEBHOOK_HOST": "127.0.0.1",
                "HEALTH_PORT": "0",
                "DATABASE_URL": database_url or f"sqlite:///{folder / 'jobs.db'}",
                "ALLOW_PRIVATE_IMAGE_HOSTS": "true",
                "CALLBACK_GRACE_SECONDS": "600",
                **NO_LIMITS,
                **(settings or {}),
            },
            channels,
        )
        stack.push_async_callback(scene.kill)
        if start:
            await scene.start()
            await discord.wait_ready()
        yield scene
