"""A replacement for ``docker compose`` in the tests of the guide's commands: it runs bot.py without a container.

It supports only the commands that the guide uses. ``make guide-check`` runs the same commands with Docker.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from dotenv import dotenv_values

ROOT = Path(__file__).parents[2]
CONTAINER = Path(os.environ["CONTAINER"])
"""The folder that corresponds to /app in the container."""
RUNNING = CONTAINER / "running"
"""The file that lists the running services, one per line."""
ON_DATABASE = {"copy-database", "restore"}
"""The commands that must not run while the bot is running."""


def services() -> list[str]:
    """Return the names of all services."""
    names = list(yaml.safe_load(Path("compose.yaml").read_text())["services"])
    override = Path("compose.override.yaml")
    if override.exists():
        names += [name for name in yaml.safe_load(override.read_text())["services"] if name not in names]
    return names


def bot(arguments: list[str], **extra: str) -> int:
    """Run bot.py with the settings in .env, and return its exit code."""
    values = {name: value or "" for name, value in dotenv_values(".env").items()}
    if arguments[0] == "doctor":  # the doctor would connect to the real Discord
        arguments = [*arguments, "--help"]
    program = [sys.executable, str(ROOT / "bot.py"), *arguments]
    return subprocess.run(program, cwd=CONTAINER, env={**os.environ, **values, **extra}, check=False).returncode


def run(words: list[str]) -> int:
    """Run ``docker compose run``, which starts a one-off container."""
    extra = {}
    options = set()
    while words[0].startswith("-"):
        option = words.pop(0)
        options.add(option)
        if option == "--env":
            name, _, value = words.pop(0).partition("=")
            extra[name] = value
    assert "--rm" in options, "the container would stay"
    assert words.pop(0) == "bot"
    assert "-T" in options or "-" not in words, "a terminal would change the backup"
    assert words[0] not in ON_DATABASE or extra or not RUNNING.exists(), "the bot is running"
    return bot(words, **extra)


def execute(words: list[str]) -> int:
    """Run ``docker compose exec``, which runs a command in the bot's container; the bot must be running."""
    assert words.pop(0) in RUNNING.read_text().split()
    if words[:2] == ["python", "bot.py"]:
        return bot(words[2:])
    return subprocess.run(words, cwd=CONTAINER, check=False).returncode


def copy(source: str, target: str) -> int:
    """Run ``docker compose cp``, which copies a file from the bot's container."""
    path = source.removeprefix("bot:/app/")
    assert path != source
    shutil.copy(CONTAINER / path, target)
    return 0


def main() -> int:
    """Run a command and return its exit code."""
    compose, *words = sys.argv[1:]
    assert compose == "compose"
    if words[0] == "--profile":
        words = words[2:]
    command, *words = words
    if command == "run":
        return run(words)
    if command == "exec":
        return execute(words)
    if command == "cp":
        return copy(*words)
    named = [word for word in words if not word.startswith("-")]
    assert set(named) <= set(services()), named
    if command == "up":
        RUNNING.write_text("\n".join(named or services()))
    elif command == "stop":
        left = set(RUNNING.read_text().split()) - set(named)
        RUNNING.unlink() if "bot" not in left else RUNNING.write_text("\n".join(left))
    elif command == "down":
        RUNNING.unlink(missing_ok=True)
        if "--volumes" in words:
            for file in (CONTAINER / "data").iterdir():
                file.unlink()
    else:
        assert command in {"build", "logs", "pull"}, command
    return 0


if __name__ == "__main__":
    sys.exit(main())
