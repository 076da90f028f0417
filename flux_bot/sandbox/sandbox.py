"""Run the real bot offline, between a virtual Discord and a fake Flux API.

Everything but the two services is what ``app.py`` runs in production; only the settings differ.
"""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from flux_bot.app import STOP_SECONDS, App, open_app, run_process
from flux_bot.core.errors import StartupFailed
from flux_bot.logs import setup_logging
from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.fake_flux import FakeFlux, usual_seconds
from flux_bot.sandbox.fault_command import FaultCommand
from flux_bot.sandbox.local_images import LocalImages
from flux_bot.sandbox.virtual_discord import VirtualDiscord, open_discord
from flux_bot.settings import Settings
from flux_bot.ui import cards

MEMBERS = {"alice": "en-US", "bob": "en-US", "carol": "en-US", "hana": "ja"}
"""The people to be, and the languages they read."""
FAST_SECONDS = 1.0
LOOPBACK = "127.0.0.1"

WELCOME = (
    "## Welcome to the flux-bot sandbox\n"
    "This is the real bot, in a Discord and with an image API of your own machine. "
    "No account, no token, nothing is charged; a small program draws the pictures."
)
FIRST = (
    "**Try this:** type `/imagine` below and press Enter, write what you want to see and send it. "
    "The picture comes by itself."
)
THEN = (
    "**And then:**\n"
    "- the buttons under the picture: again, reworded, changed, saved, explained\n"
    "- `+4 more`, beside the prompt: models, sizes, several at once, privacy\n"
    "- `/edit` changes a picture: upload one as `image`, or give an address as `image_url`, for example `{sample}`\n"
    "- `/history` is what you made, `/jobs` what is under way, `/show` posts it again, `/preferences` your defaults\n"
    "- *Viewing as*, at the top: bob and carol do not see what is private to alice, hana reads Japanese\n"
    "- `/sandbox` lets things go wrong: lost callbacks, an empty balance, a channel that is closed to the bot"
)
SAMPLE = "harbour.png"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The running sandbox."""

    app: App
    fake: FakeFlux
    discord: VirtualDiscord


@asynccontextmanager
async def open_sandbox(data: Path, *, port: int = 0, seconds: float | None = None) -> AsyncIterator[Sandbox]:
    """Open the sandbox with its database in ``data``; ``seconds`` a picture takes, None for a real while.

    Raises StartupFailed with what to do.
    """
    token = "sandbox"  # noqa: S105 - accepted by the fake services only
    grace_seconds = 20.0 if seconds is None else max(2.0, 3 * seconds)
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
            callback_grace_seconds=grace_seconds,
            poll_interval_seconds=grace_seconds / 4,
            job_deadline_seconds=180,  # the fake API forgets its tasks when the sandbox ends
            allow_private_image_hosts=True,
        )
        images = LocalImages()
        async with open_app(settings, images) as app:
            await app.bot.add_cog(FaultCommand(fake, lambda forbidden: discord.forbid_posting(forbidden=forbidden)))
            async with open_discord(app.bot, members=MEMBERS, port=port) as discord:
                fake.local_files = images.local_files = discord.file
                async with asyncio.TaskGroup() as tasks:
                    loops = tasks.create_task(app.run_loops())
                    await _welcome(discord, app, fake)
                    yield Sandbox(app, fake, discord)
                    app.workflow.stop()
                    await asyncio.wait({loops}, timeout=STOP_SECONDS)
                    loops.cancel()


async def _welcome(discord: VirtualDiscord, app: App, fake: FakeFlux) -> None:
    fake.files[SAMPLE] = await asyncio.to_thread(paint, "a quiet harbour at dawn", "flux-dev", "1344x768", 0)
    channel = app.bot.get_partial_messageable(discord.channel.id)
    then = THEN.format(sample=f"{fake.url}/files/{SAMPLE}")
    await channel.send(view=cards.text(WELCOME, FIRST, then).view)


def _free_port() -> int:
    """Return a port that is free now: the callbacks' address must be known before the server listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _check_folder(data: Path) -> None:
    """Make the folder if it is missing. Raises StartupFailed when files can't be written there."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=data).close()
    except OSError as error:
        reason = error.strerror or error
        raise StartupFailed(f"--data: can't keep the database in {data} ({reason}). Choose another folder.") from error


def main(port: int, data: Path | None, *, fast: bool) -> int:
    """Run the sandbox as a process until SIGTERM or Ctrl-C; returns the exit code."""

    async def work(stop: asyncio.Event) -> None:
        setup_logging("ERROR", "text")  # the first thing to read is the address
        with tempfile.TemporaryDirectory(prefix="flux-bot-") as temporary:
            folder = data or Path(temporary)
            _check_folder(folder)
            async with open_sandbox(folder, port=port, seconds=FAST_SECONDS if fast else None) as sandbox:
                print(
                    f"\n  The sandbox is open: {sandbox.discord.page.url}\n"
                    "  Open this address in a browser. What the bot does is logged here; Ctrl-C ends it.\n",
                    flush=True,
                )
                setup_logging("INFO", "text")
                async with asyncio.TaskGroup() as tasks:
                    watching = tasks.create_task(sandbox.discord.page_closed())
                    watching.add_done_callback(lambda _: stop.set())
                    await stop.wait()
                    watching.cancel()

    return run_process(work)
