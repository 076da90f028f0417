"""Container engines: docker, podman, or buildah without a daemon. Containers share the machine's network."""

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.end_to_end.bot_process import BotProcess

USER = "10001:10001"
"""The user and group that own the data folder in the image."""


def run(*command: str, timeout: float = 120) -> str:
    """Run a command, print its error messages and return its output. Raises CalledProcessError if it fails."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=timeout).stdout


class Docker:
    """Docker or Podman."""

    def __init__(self, program: str, image: str) -> None:
        self.image = image
        self._program = program
        self._volume = f"{image}-data"

    def build(self, context: Path, *options: str) -> None:
        """Build the image. Takes minutes."""
        run(self._program, "build", "--tag", self.image, *options, str(context), timeout=1800)

    def size(self) -> int:
        """Return the image's size in bytes."""
        return int(run(self._program, "image", "inspect", "--format", "{{.Size}}", self.image))

    def config(self) -> dict[str, Any]:
        """Return the image's configuration."""
        config: dict[str, Any] = json.loads(run(self._program, "image", "inspect", self.image))[0]["Config"]
        return config

    def command(self, name: str, settings: dict[str, str], *, entrypoint: str = "") -> list[str]:
        """Return the command that runs the bot, or another program, in a container with the options of compose.yaml."""
        return [
            *(self._program, "run", "--rm", "--name", name, "--network", "host"),
            *("--read-only", "--tmpfs", "/tmp:size=256m", "--volume", f"{self._volume}:/app/data"),  # noqa: S108
            *("--memory", "960m", "--pids-limit", "256", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *(f"--env={variable}={value}" for variable, value in settings.items()),
            *((f"--entrypoint={entrypoint}",) if entrypoint else ()),
            self.image,
        ]

    async def kill(self, name: str, process: asyncio.subprocess.Process) -> None:
        """Kill the container that ``process`` runs."""
        killing = await asyncio.create_subprocess_exec(self._program, "kill", name, stdout=-3, stderr=-3)
        await killing.wait()
        await process.wait()

    def remove(self) -> None:
        """Remove the volume and the image."""
        run(self._program, "volume", "rm", "--force", self._volume)
        run(self._program, "rmi", "--force", self.image)


class Buildah:
    """Buildah, run as root. It can't run read-only containers, so this class uses chroot in a read-only mount.

    Without an overlay file system, set ``STORAGE_DRIVER=vfs``.
    """

    def __init__(self, image: str) -> None:
        self.image = image
        self._container = f"{image}-working-container"
        self._root = Path()
        self._data = tempfile.TemporaryDirectory(prefix="flux-bot-image-")
        os.chown(self._data.name, *map(int, USER.split(":")))

    def build(self, context: Path, *options: str) -> None:
        """Build the image. Takes minutes."""
        chroot = ("--isolation", "chroot", "--format", "docker")
        run("buildah", "bud", *chroot, "--tag", self.image, *options, str(context), timeout=1800)
        run("buildah", "from", "--name", self._container, "--pull-never", self.image)
        self._root = Path(run("buildah", "mount", self._container).strip())

    def size(self) -> int:
        """Return the size in bytes of the image's files."""
        return int(run("du", "--summarize", "--bytes", str(self._root)).split()[0])

    def config(self) -> dict[str, Any]:
        """Return the image's configuration."""
        config: dict[str, Any] = json.loads(run("buildah", "inspect", self._container))["Docker"]["config"]
        return config

    def command(self, name: str, settings: dict[str, str], *, entrypoint: str = "") -> list[str]:
        """Return the command that runs the bot, or another program, with the image's files, user and environment."""
        root = shlex.quote(str(self._root))
        variables = [*self.config()["Env"], *(f"{key}={value}" for key, value in settings.items())]
        program = [entrypoint] if entrypoint else ["python", "bot.py"]
        inside = 'cd /app && exec "$@"'
        script = (
            f"mount --bind {root} {root} && mount -o remount,ro,bind {root} && mount -t tmpfs tmpfs {root}/tmp"  # noqa: S108
            f" && mount --bind {shlex.quote(self._data.name)} {root}/app/data && mount --rbind /dev {root}/dev"
            f" && mount -t proc proc {root}/proc && exec chroot --userspec={USER} {root} env -i"
            f" {shlex.join(variables)} sh -c {shlex.quote(inside)} {name} " + shlex.join(program)
        )
        return ["unshare", "--mount", "sh", "-c", f'{script} "$@"', name]

    async def kill(self, name: str, process: asyncio.subprocess.Process) -> None:  # noqa: ARG002
        """Kill a process."""
        if process.returncode is None:
            process.kill()
        await process.wait()

    def remove(self) -> None:
        """Remove the data and the image."""
        run("buildah", "rm", self._container)
        run("buildah", "rmi", "--force", self.image)
        self._data.cleanup()


def find_engine(image: str) -> Docker | Buildah | None:
    """Return the first engine that works, or None."""
    for program in ("docker", "podman"):
        if shutil.which(program):
            done = subprocess.run([program, "info"], capture_output=True, check=False, timeout=60)
            server = subprocess.run([program, "ps"], capture_output=True, check=False, timeout=60)
            if done.returncode == server.returncode == 0:
                return Docker(program, image)
    if shutil.which("buildah") and os.geteuid() == 0:
        return Buildah(image)
    return None


class BotContainer(BotProcess):
    """The bot in a container, which can be restarted with the same data."""

    def __init__(self, engine: Docker | Buildah, name: str, folder: Path, settings: dict[str, str]) -> None:
        super().__init__(folder, settings)
        self._engine = engine
        self._name = name

    async def launch(self) -> None:
        """Start the container without waiting for the bot."""
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._engine.command(self._name, self.settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """Kill the container; do nothing if it was never started."""
        if self._process is not None:
            await self._engine.kill(self._name, self._process)

    async def python(self, code: str) -> Any:
        """Run Python code in a separate container and return its output."""
        command = self._engine.command(f"{self._name}-python", self.settings, entrypoint="python")
        process = await asyncio.create_subprocess_exec(*command, "-c", code, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        assert process.returncode == 0, code
        return out.decode()
