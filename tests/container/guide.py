"""``make guide-check`` runs every command of docs/deploy.md with Docker Compose and the doubles, in ten minutes.

It starts all services of compose.yaml under a separate project name, and needs the ports 80 and 443. Docker pulls the
images ``python:3.13-slim``, ``caddy:2.11`` and ``postgres:17`` from its usual registry. ``REGISTRY`` is the address of
a registry to which the bot's image can be pushed; without it, the part about a published image is skipped.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from stat import S_IMODE

import flux_bot
from flux_bot.sandbox.fake_flux import FakeFlux
from flux_bot.store.migrations import LATEST
from tests.container.engines import run
from tests.discord_server.server import DiscordServer
from tests.end_to_end.bot_process import DISCORD_TOKEN, BotProcess, Wire, settings_between
from tests.flux.caller import TOKEN, eventually
from tests.project.guides import CHECKOUT, GUIDE, ROOT, Walk

SKIPPED = "############ SKIPPED: needs a running Docker engine with the Compose plugin ############"
NO_REGISTRY = "############ PUBLISHED IMAGE SKIPPED: needs the address of a registry in REGISTRY ############"
NAME = "flux-bot-guide-check"
OLD, NEW = dict.fromkeys(re.findall(r"\bv(\d+\.\d+\.\d+)", GUIDE))
"""The versions before and after the upgrade in the guide."""
PATIENCE = 120
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "{next:04}"
down_revision = "{latest}"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("added", sa.Integer))
"""
RESPONSE = '\thandle /added {\n\t\trespond "added"\n\t}\n'


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, with a fixed committer."""
    person = ("-c", "user.name=flux-bot", "-c", "user.email=flux-bot@example.org")
    run("git", "-C", str(folder), *person, *arguments)


def make_repository(folder: Path) -> None:
    """Create a repository with one commit, which contains this tree's files and has the old version's tag."""
    listed = run("git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", OLD)
    git(folder, "tag", f"v{OLD}")


def release_new_version(folder: Path) -> None:
    """Add a commit with a migration and a changed Caddyfile, and tag it with the new version."""
    for name in ("compose.yaml", "Dockerfile", "flux_bot/__init__.py"):
        text = (folder / name).read_text()
        assert OLD in text, name
        (folder / name).write_text(text.replace(OLD, NEW))
    caddyfile = folder / "caddy" / "Caddyfile"
    caddyfile.write_text(caddyfile.read_text().replace("\thandle {\n", f"{RESPONSE}\thandle {{\n"))
    migration = MIGRATION.format(next=int(LATEST) + 1, latest=LATEST)
    (folder / f"flux_bot/store/migrations/versions/{int(LATEST) + 1:04}_added.py").write_text(migration)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", NEW)
    git(folder, "tag", f"v{NEW}")


class Deployment:
    """The bot as deployed by the guide, and the doubles that it connects to."""

    def __init__(self, guide: Walk, world: Wire, address: str) -> None:
        self.guide = guide
        self.world = world
        self._address = address
        self._prompts = iter(f"a fox in the snow {number}" for number in range(100))

    async def make_picture(self, shards: int = 1) -> None:
        """Make a picture and wait until it is posted exactly once; its result can arrive only through Caddy."""
        prompt = next(self._prompts)
        await self.connected(shards)
        await self.world.imagine(prompt)
        await eventually(lambda: self.world.results(prompt), PATIENCE)
        assert len(self.world.results(prompt)) == len(self.world.tasks(prompt)) == 1, prompt

    async def connected(self, shards: int = 1) -> None:
        """Wait until the given number of shards is connected."""
        await eventually(lambda: self.world.discord.gateway.connected == shards, PATIENCE)

    async def python(self, code: str) -> str:
        """Run code in the bot's container, and return its output."""
        await self.guide.shell(f"docker compose exec -T bot python -c {code!r}")
        return self.guide.output.strip()

    async def version(self) -> str:
        """Return the running version of the bot."""
        return await self.python("import flux_bot; print(flux_bot.__version__)")

    async def jobs(self) -> int:
        """Return the number of jobs in a backup."""
        count = 'import sqlite3; print(sqlite3.connect("/tmp/b").execute("SELECT count(*) FROM jobs").fetchone()[0])'
        await self.guide.shell(
            "docker compose exec -T bot python bot.py backup /tmp/b >&2"
            f" && docker compose exec -T bot python -c '{count}' && docker compose exec -T bot rm /tmp/b"
        )
        return int(self.guide.output.splitlines()[-1])

    async def running(self) -> list[str]:
        """Return the service of each running container."""
        await self.guide.shell("docker compose ps --format json")
        return sorted(json.loads(line)["Service"] for line in self.guide.output.splitlines())

    async def from_caddy(self, path: str) -> str:
        """Return Caddy's response to a request."""
        code = f'import urllib.request as r; print(r.urlopen("{self._address}{path}").read().decode())'
        return await self.python(code)


async def install(deployment: Deployment, image: str, *, published: bool) -> None:
    """Install the bot, and download its image if ``published`` is true."""
    guide = deployment.guide
    await guide.follow("One machine", until="bot doctor")
    print(guide.output)
    await deployment.make_picture()
    if published:
        await guide.follow("One machine", until="FLUX_BOT_IMAGE")
        await guide.shell(f"docker push {image}:{OLD} && docker image rm --force {image}:{OLD}")
        await guide.follow("One machine")
        await deployment.make_picture()
    else:
        print(NO_REGISTRY, file=sys.stderr)
        guide.skip("One machine")
    print("installed")


async def back_up(deployment: Deployment) -> int:
    """Make backups, restore one of them, and return the number of its jobs."""
    guide = deployment.guide
    await guide.follow("Backup")
    for file in (guide.checkout / "flux_bot.backup.db", *(guide.checkout / "backups").iterdir()):
        assert S_IMODE(file.stat().st_mode) == 0o600, file
        assert file.stat().st_size > 0, file
    before = await deployment.jobs()
    await guide.follow("Requests about a user's data")
    await deployment.make_picture()
    assert await deployment.jobs() == before + 1
    await guide.follow("Restore")
    await deployment.connected()
    assert await deployment.jobs() == before
    await guide.follow("Another machine", until="backup -")
    await guide.shell("docker compose down --volumes")
    await guide.follow("Another machine")
    await deployment.connected()
    assert await deployment.jobs() == before
    print("backed up, restored and moved")
    return before


async def upgrade(deployment: Deployment, origin: Path, jobs: int) -> None:
    """Upgrade the bot while a picture is being made, and roll back to the old version and its backup."""
    guide, world = deployment.guide, deployment.world
    release_new_version(origin)
    world.flux.seconds = None
    await world.imagine("across the upgrade")
    task = await world.task("across the upgrade")
    await guide.follow("Upgrade")
    await deployment.connected()
    assert await deployment.version() == NEW
    assert await deployment.from_caddy("/added") == "added"
    await world.flux.finish(task.id)
    await world.result("across the upgrade")
    world.flux.seconds = 0.05
    await deployment.make_picture()
    await guide.follow("Rollback")
    await deployment.connected()
    assert await deployment.version() == OLD
    assert await deployment.jobs() == jobs
    await deployment.make_picture()
    print("upgraded and rolled back")


async def grow(deployment: Deployment) -> None:
    """Move to PostgreSQL, and add workers and a gateway process."""
    guide = deployment.guide
    before = await deployment.jobs()
    await guide.follow("From SQLite to PostgreSQL")
    await deployment.connected()
    assert await deployment.jobs() == before
    assert await deployment.python('import glob; print(glob.glob("data/flux_bot.db*"))') == "[]"
    await deployment.make_picture()
    await guide.follow("Several processes", until="docker compose up")
    assert await deployment.running() == ["bot", "caddy", "postgres", *4 * ["worker"]]
    await deployment.make_picture()
    await guide.follow("Several processes")
    await deployment.make_picture(shards=4)
    assert await deployment.running() == ["bot", "bot-2", "caddy", "postgres", *4 * ["worker"]]
    resolved = 'import socket; print(len({found[4][0] for found in socket.getaddrinfo("callbacks", 8081)}))'
    assert await deployment.python(resolved) == "6"
    print("moved to PostgreSQL, with workers and two gateway processes")


async def uninstall(deployment: Deployment) -> None:
    """Delete everything; no container, volume or network is left."""
    guide = deployment.guide
    await guide.follow("Uninstall")
    label = f"--filter label=com.docker.compose.project={NAME}"
    await guide.shell(f"docker ps --all -q {label}; docker volume ls -q {label}; docker network ls -q {label}")
    assert guide.output == ""
    print("uninstalled")


def can_use_docker() -> bool:
    """Return whether a Docker engine and Docker Compose are available."""
    if shutil.which("docker") is None:
        return False
    commands = (["docker", "ps"], ["docker", "compose", "version"])
    return all(
        subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0 for command in commands
    )


async def check(folder: Path) -> None:
    """Run the guide's commands in a folder, and clean up at the end."""
    gateway = "{{(index .IPAM.Config 0).Gateway}}"
    address = run("docker", "network", "inspect", "bridge", "--format", gateway).strip()
    registry = os.environ.get("REGISTRY")
    image = f"{registry}/{NAME}" if registry else NAME
    origin = folder / "origin" / CHECKOUT
    origin.mkdir(parents=True)
    make_repository(origin)
    async with AsyncExitStack() as stack:
        discord = await stack.enter_async_context(DiscordServer(token=DISCORD_TOKEN, host=address))
        flux = await stack.enter_async_context(FakeFlux(token=TOKEN, host=address, seconds=0.05))
        environment = {"COMPOSE_PROJECT_NAME": NAME, "FLUX_BOT_IMAGE": image}
        alice = str(discord.users["alice"])
        replacements = {
            "https://github.com/OWNER/flux-bot": str(origin),
            "/opt/flux-bot": str(folder / CHECKOUT),
            "ghcr.io/OWNER/flux-bot": image,
            " ID": f" {alice}",
            "SECRET": "secret",
        }
        guide = Walk(folder, environment, replacements)
        await guide.follow("One machine", until="git clone")
        settings = settings_between(discord, flux, 8080, f"http://{address}")
        del settings["WEBHOOK_HOST"], settings["WEBHOOK_PORT"], settings["HEALTH_PORT"]  # set in compose.yaml
        del settings["CALLBACK_GRACE_SECONDS"]  # makes the bot wait for callbacks instead of looking up results
        with (guide.checkout / ".env").open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in settings.items())

        async def remove() -> None:
            await guide.shell("docker compose --profile wide down --volumes --remove-orphans --timeout 20")
            await guide.shell(f"docker image rm --force {image}:{OLD} {image}:{NEW}")

        stack.push_async_callback(remove)
        world = Wire(BotProcess(folder, {}), discord, flux, [])
        try:
            deployment = Deployment(guide, world, f"http://{address}")
            await install(deployment, image, published=bool(registry))
            await upgrade(deployment, origin, await back_up(deployment))
            await grow(deployment)
            await uninstall(deployment)
            assert guide.sections_left == []
            assert discord.violations == []
            print("guide-check passed")
        except BaseException:
            await guide.shell("docker compose --profile wide logs")
            print(guide.output, file=sys.stderr)
            raise


def main() -> int:
    """Check the guide and return the exit code, which is also 0 if there is no Docker Compose."""
    if not can_use_docker():
        print(SKIPPED, file=sys.stderr)
        return 0
    assert flux_bot.__version__ == OLD, OLD
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
