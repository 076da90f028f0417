"""Run the real bot offline, between a virtual Discord and a fake Flux API.

Everything except these two services runs as in production (``app.py``), with different settings.
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
from flux_bot.sandbox.fake_flux import FakeFlux, Seconds, usual_seconds
from flux_bot.sandbox.fault_command import FaultCommand
from flux_bot.sandbox.file_host import SavedPictures
from flux_bot.sandbox.local_images import LocalImages
from flux_bot.sandbox.page_commands import PageCommands
from flux_bot.sandbox.virtual_discord import VirtualDiscord, open_discord
from flux_bot.settings import Settings
from flux_bot.ui import cards

MEMBERS = {"alice": "en-US", "bob": "en-US", "carol": "en-US", "hana": "ja", "olga": "en-US"}
"""The users of the sandbox and their languages."""
OWNER = "olga"
"""Name of the user who owns the server."""
FAST_SECONDS = 1.0
LOOPBACK = "127.0.0.1"

WELCOME = (
    "## Welcome to the flux-bot sandbox\n"
    "This is the real bot. The Discord and the image API it uses run on your machine: you need no account and no "
    "token, and nothing costs money. A small program draws the pictures."
)
FIRST_STEP = (
    "**Try this:** type `/imagine` below and press Enter. Describe a picture and send it. "
    "The picture is ready after {duration}."
)
NEXT_STEPS = (
    "**Then try:**\n"
    "- the buttons below the picture: reroll, vary, edit, remix and save; *More* has info, star and remove\n"
    "- `+5 more` next to the prompt: model, size, number of pictures, style, privacy\n"
    "- braces in the prompt, such as `a {{red|blue}} fox`, for a picture of each\n"
    "- `/compare` to let several models make the same prompt\n"
    "- the arrow at the right of the picture to reply, in plain words, with what should change\n"
    "- `@flux-bot a fox in the snow`, without any command\n"
    "- `/edit` to change a picture: upload an `image` or enter an `image_url`, for example `{sample}`\n"
    "- `/help` to read what the bot can do\n"
    "- `/history` to see your pictures, `/jobs` to see those in progress, `/show` to post one again, "
    "`/preferences` to set your defaults\n"
    "- `/usage` to see what you have used; as olga also the server, with a chart\n"
    "- `/privacy` to see what is stored about you, to export or to erase it\n"
    "- *Viewing as* at the top to switch users: bob and carol can't see alice's private pictures, "
    "and hana reads Japanese\n"
    "- as olga, the owner of this server: `/settings` for its rules and limits, `/style add` for a style of its own\n"
    "- `/sandbox-messages` to read the direct messages that the bot has sent you, such as the originals of *Save*\n"
    "- `/sandbox-apps` instead of *Apps* in a message's menu, which this page lacks\n"
    "- `/sandbox` to break something: lose callbacks, use up the balance, or stop the bot from posting"
)
SAMPLE = "harbour.png"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox."""

    app: App
    fake: FakeFlux
    discord: VirtualDiscord


@asynccontextmanager
async def open_sandbox(data: Path, *, port: int = 0, seconds: float | None = None) -> AsyncIterator[Sandbox]:
    """Open the sandbox with its database and pictures in the folder ``data``.

    A picture takes ``seconds``; None means as long as with the real API. Raises StartupFailed.
    """
    token = "sandbox"  # noqa: S105 - accepted by the fake services only
    grace_seconds = 20.0 if seconds is None else max(2.0, 3 * seconds)
    async with _open_fake(data, token, usual_seconds if seconds is None else seconds) as fake:
        with socket.create_server((LOOPBACK, 0)) as probe:
            web_port = probe.getsockname()[1]  # in the callback URL, so needed before the web server listens
        settings = Settings.load(
            env_file=None,
            discord_token=token,
            flux_api_token=token,
            flux_api_url=fake.url,
            public_url=f"http://{LOOPBACK}:{web_port}",
            webhook_host=LOOPBACK,
            webhook_port=web_port,
            health_port=0,
            database_url=f"sqlite:///{data / 'flux_bot.db'}",
            callback_grace_seconds=grace_seconds,
            poll_interval_seconds=grace_seconds / 4,
            job_deadline_seconds=180,  # the fake API forgets its tasks when the sandbox ends
            allow_private_image_hosts=True,
        )
        fake.files[SAMPLE] = paint("a quiet harbour at dawn", "flux-dev", "1344x768")
        first_step = FIRST_STEP.format(duration=_duration(seconds))
        next_steps = NEXT_STEPS.format(sample=f"{fake.url}/files/{SAMPLE}")
        images = LocalImages()
        async with open_app(settings, images) as app:
            fault_command = FaultCommand(fake, app.workflow.recover)
            page_commands = PageCommands()
            await app.bot.add_cog(fault_command)
            await app.bot.add_cog(page_commands)
            async with open_discord(app.bot, members=MEMBERS, owner=OWNER, port=port) as discord:
                discord.env.backend.faults = fault_command.discord_faults
                files = discord.env.backend.cdn.get
                fake.local_files = images.local_files = page_commands.local_files = files
                async with asyncio.TaskGroup() as tasks:
                    loops = tasks.create_task(app.run_loops())
                    channel = app.bot.get_partial_messageable(discord.channel.id)
                    await channel.send(view=cards.text(WELCOME, first_step, next_steps).view)
                    yield Sandbox(app, fake, discord)
                    app.workflow.stop()
                    await asyncio.wait({loops}, timeout=STOP_SECONDS)
                    loops.cancel()


def _duration(seconds: float | None) -> str:
    return "6 to 10 seconds" if seconds is None else f"about {max(1, round(seconds))} s"


@asynccontextmanager
async def _open_fake(data: Path, token: str, seconds: Seconds) -> AsyncIterator[FakeFlux]:
    """Start the fake API, if possible on the same port as last time, which is part of its pictures' addresses."""
    port_file = data / "port"
    last = int(port_file.read_text()) if port_file.exists() else 0
    fake = FakeFlux(token=token, seconds=seconds, port=last)
    fake.files = SavedPictures(data / "pictures")
    try:
        await fake.start()
    except OSError:  # another program is using the port
        fake.port = 0
        await fake.start()
    port_file.write_text(str(fake.port))
    try:
        yield fake
    finally:
        await fake.stop()


def main(port: int, data: Path | None, *, fast: bool) -> int:
    """Run the sandbox until SIGTERM, Ctrl-C or the end of the session on its page, and return the exit code."""

    async def work(stop: asyncio.Event) -> None:
        setup_logging("ERROR", "text")  # the address is printed before the log starts
        with tempfile.TemporaryDirectory(prefix="flux-bot-") as temporary:
            folder = data or Path(temporary)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                tempfile.TemporaryFile(dir=folder).close()
            except OSError as error:
                reason = error.strerror or error
                raise StartupFailed(f"--data: can't write to {folder} ({reason}). Choose another folder.") from error
            print("  Starting a virtual Discord, the fake image API and the bot ...", flush=True)
            async with open_sandbox(folder, port=port, seconds=FAST_SECONDS if fast else None) as sandbox:
                print(
                    f"\n  The sandbox is running: {sandbox.discord.page.url}\n"
                    "  Open this address in a browser. The bot's log follows; press Ctrl-C to stop.\n",
                    flush=True,
                )
                setup_logging("INFO", "text")
                endings = [asyncio.create_task(sandbox.discord.page.wait_closed()), asyncio.create_task(stop.wait())]
                await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)

    return run_process(work)
