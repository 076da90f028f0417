"""The offline trial: the real bot between a virtual Discord and a local image API.

Cogs, workflow, store, web server and pictures are the very same as in ``app.py``; only what the settings point
to is of this machine.
"""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from flux_bot import cards
from flux_bot.app import App, open_app, run_process
from flux_bot.logs import setup_logging
from flux_bot.sandbox.fake_flux import FakeFlux, usual_seconds
from flux_bot.sandbox.switchboard import Switchboard
from flux_bot.sandbox.virtual_discord import VirtualDiscord, open_discord
from flux_bot.settings import Settings

MEMBERS = ("alice", "bob", "carol")
FAST_SECONDS = 1.0
LOOPBACK = "127.0.0.1"

WELCOME = (
    "## Welcome to the flux-bot sandbox\n"
    "This is the real bot in a Discord of your own machine: no account, no token, nothing is charged.\n"
    "**Try it:** type `/imagine`, choose the command and write what you want to see. The picture comes by itself.\n"
    "- `/edit` changes a picture: upload one, or paste the address of one\n"
    "- `/sandbox` lets things go wrong: lost callbacks, an empty balance, a forbidden channel\n"
    "- switch between alice, bob and carol to see what others see"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """The running sandbox."""

    app: App
    fake: FakeFlux
    discord: VirtualDiscord


@asynccontextmanager
async def open_trial(data: Path, *, port: int = 0, seconds: float | None = None) -> AsyncIterator[Trial]:
    """Open the sandbox with its database in ``data``; ``seconds`` a picture takes, None for a real while."""
    token = "sandbox"  # noqa: S105  of this machine's own stand-in
    async with FakeFlux(token=token, seconds=usual_seconds if seconds is None else seconds) as fake:
        web_port = _free_port()
        settings = Settings.load(
            env_file=None,
            discord_token=token,
            flux_api_token=token,
            flux_api_url=fake.url,
            public_url=f"http://{LOOPBACK}:{web_port}",
            webhook_host=LOOPBACK,
            webhook_port=web_port,
            database_url=f"sqlite:///{data / 'flux_bot.db'}",
            callback_grace_seconds=20,
            poll_interval_seconds=5,
            allow_private_image_hosts=True,
        )
        async with open_app(settings) as app:
            switchboard = Switchboard(fake, lambda forbidden: discord.forbid_posting(forbidden=forbidden))
            await app.bot.add_cog(switchboard)
            async with open_discord(app.bot, members=MEMBERS, port=port) as discord:
                fake.local_files = discord.file
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(app.run_loops())
                    await _welcome(discord, app)
                    yield Trial(app, fake, discord)
                    app.workflow.stop()


async def _welcome(discord: VirtualDiscord, app: App) -> None:
    channel = app.bot.get_partial_messageable(discord.channel.id)
    await channel.send(view=cards.text(WELCOME).view)


def _free_port() -> int:
    """Return a port that is free now: the callbacks' address must be known before the server listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def main(port: int, data: Path | None, *, fast: bool) -> int:
    """Run the sandbox as a process until SIGTERM or Ctrl-C; returns the exit code."""

    async def work(stop: asyncio.Event) -> None:
        setup_logging("INFO", "text")
        with tempfile.TemporaryDirectory(prefix="flux-bot-") as temporary:
            seconds = FAST_SECONDS if fast else None
            async with open_trial(data or Path(temporary), port=port, seconds=seconds) as trial:
                print(f"\n  The sandbox is open: {trial.discord.page_url}\n  Ctrl-C ends it.\n", flush=True)
                await stop.wait()

    return run_process(work)
