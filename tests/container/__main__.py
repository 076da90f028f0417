"""The command line of ``make image-check``: ``python -m tests.container``. It takes a few minutes.

``PYTHON_IMAGE`` sets the base image, and ``BUILD_OPTIONS`` adds options to the engine's build command.
"""

import asyncio
import os
import shlex
import shutil
import stat
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import flux_bot
from flux_bot.sandbox.fake_flux import FakeFlux
from tests.container import caddy
from tests.container.engines import BotContainer, Buildah, Docker, find_engine
from tests.discord_server.server import DiscordServer
from tests.end_to_end.bot_process import DISCORD_TOKEN, ROOT, Wire, settings_between
from tests.flux.caller import TOKEN, free_port

SKIPPED = "############ SKIPPED: needs docker or podman with a running engine, or buildah as root ############"

INSIDE = r"""
import importlib.util, os, pathlib
from datetime import date
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.units import format_unit
from flux_bot.images.chart_worker import Series, draw
from flux_bot.locales import LOCALES, translator_for

packages = sum(path.stat().st_size for path in pathlib.Path("/venv").rglob("*") if not path.is_symlink())
print(f"packages: {packages / 1e6:.0f} MB")
assert packages < 260e6
assert importlib.util.find_spec("pip") is None
assert draw(["30"], [Series("made", "made", [1])], "/tmp").startswith(b"\x89PNG")
for name in LOCALES:
    locale = Locale.parse(name, sep="-")
    assert translator_for(name)("language-name")
    print(format_date(date(2026, 11, 30), "long", locale), format_skeleton("Md", date(2026, 11, 30), locale=locale),
          format_unit(3, "duration-hour", locale=locale))
for folder in ("/app", "/venv"):
    try:
        pathlib.Path(folder, "written").touch()
    except OSError as error:
        print(error)
    else:
        raise AssertionError(folder)
assert os.getuid() == 10001
"""
"""Code that checks inside the container that locale data exists, pip does not, and the file system is read-only."""


def copy_private(context: Path) -> None:
    """Copy the files that the image is built from, with the modes of a checkout made under umask 077."""
    for name in ("Dockerfile", ".dockerignore", "LICENSE", "bot.py", "cogs", "flux_bot", "requirements.lock"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, context / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, context / name)
    for path in context.rglob("*"):
        path.chmod(stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR)


def build(engine: Docker | Buildah) -> None:
    """Build the image and check its labels."""
    base = os.environ.get("PYTHON_IMAGE")
    options = [
        *(["--build-arg", f"PYTHON_IMAGE={base}"] if base else []),
        *shlex.split(os.environ.get("BUILD_OPTIONS", "")),
    ]
    with tempfile.TemporaryDirectory() as folder:
        copy_private(Path(folder))
        engine.build(Path(folder), *options)
    labels = engine.config()["Labels"]
    assert labels["org.opencontainers.image.version"] == flux_bot.__version__, labels
    print(f"built {engine.image}: {engine.size() / 1e6:.0f} MB")


async def run_between_doubles(engine: Docker | Buildah, folder: Path) -> None:
    """Make pictures, kill the bot while a picture is being made, start it again, and stop it with SIGTERM."""
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordServer(token=DISCORD_TOKEN))
        flux = await stack.enter_async_context(FakeFlux(token=TOKEN, seconds=0.05))
        port = free_port()
        settings = settings_between(discord, flux, port, f"http://127.0.0.1:{port}/")
        bot = BotContainer(engine, engine.image, folder, settings | {"HEALTH_PORT": str(free_port())})
        stack.push_async_callback(bot.kill)
        world = Wire(bot, discord, flux, [])
        try:
            print(await bot.python(INSIDE))
            await bot.start()
            print("started read-only")
            await bot.python("import sys; from flux_bot.web import health_check; sys.exit(health_check.main())")
            await world.imagine("a red fox")
            await world.result("a red fox")
            print("/imagine: the picture was posted")

            flux.seconds = None
            await world.imagine("a blue owl")
            task = await world.task("a blue owl")
            await bot.kill()
            await flux.finish(task.id)
            await bot.start()
            await world.result("a blue owl")
            print("killed and started again: the picture was posted, and submitted once")

            assert await bot.stop() == 0
            await bot.start()
            flux.seconds = 0.05
            await world.imagine("a green elk")
            await world.result("a green elk")
            assert await bot.stop() == 0
            print("SIGTERM: exit code 0, twice")
            for prompt in ("a red fox", "a blue owl", "a green elk"):
                assert len(world.results(prompt)) == len(world.tasks(prompt)) == 1, prompt
            assert discord.violations == []
            assert "Traceback" not in bot.log
        except BaseException:
            print(bot.log, file=sys.stderr)
            raise


def main() -> int:
    """Build and check the image, and return the exit code, which is also 0 if there is no engine."""
    engine = find_engine("flux-bot-image-check")
    if engine is None:
        print(SKIPPED, file=sys.stderr)
        return 0
    try:
        build(engine)
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(run_between_doubles(engine, Path(folder)))
    finally:
        engine.remove()
    print("image-check passed")
    return caddy.main()


if __name__ == "__main__":
    sys.exit(main())
