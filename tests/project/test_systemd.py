"""deploy/flux-bot.service is valid and hardened, and docs/systemd.md fits to it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flux_bot.web.server import MAX_BODY_BYTES
from tests.project.test_container import SERVICES

ROOT = Path(__file__).parents[2]
UNIT = (ROOT / "deploy" / "flux-bot.service").read_text()
VALUES = dict(re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE))
GUIDE = (ROOT / "docs" / "systemd.md").read_text()
COMMANDS = [line.strip() for line in re.findall(r"^ *(?:sudo|umask) .+$", GUIDE, re.MULTILINE)]
EXPOSURE = 20
"""In tenths. Version 252 of systemd rates the unit 14; other versions check a little more or less."""


def analyze(*arguments: str | Path) -> None:
    """Run systemd-analyze, if it is installed."""
    if (program := shutil.which("systemd-analyze")) is None:
        pytest.skip(
            "THE SYSTEMD UNIT IS NOT CHECKED: systemd-analyze is not installed (Debian: apt-get install systemd)"
        )
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "flux-bot.service" not in done.stderr, done.stderr  # there may be warnings about other units


def test_the_unit_is_valid(tmp_path: Path) -> None:
    """Systemd knows every directive and value. The programs are those of this machine."""
    python, program = VALUES["ExecStart"].split()
    installed = UNIT.replace(python, sys.executable).replace(program, str(ROOT / "bot.py"))
    (tmp_path / "flux-bot.service").write_text(installed)
    analyze("verify", "--recursive-errors=no", tmp_path / "flux-bot.service")


def test_the_unit_is_hardened() -> None:
    path = ROOT / "deploy" / "flux-bot.service"
    analyze("security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", path)


def test_the_unit_has_the_limits_of_the_bot() -> None:
    """They are those of the container, and the bot is not restarted with a bad setting."""
    assert f"{VALUES['TimeoutStopSec']}s" == SERVICES["bot"]["stop_grace_period"]
    assert VALUES["MemoryMax"].lower() == SERVICES["bot"]["mem_limit"]
    assert int(VALUES["TasksMax"]) == SERVICES["bot"]["pids_limit"]
    assert f"{VALUES['MemoryMax'].removesuffix('M')} MiB" in GUIDE
    assert (VALUES["Restart"], VALUES["RestartPreventExitStatus"]) == ("always", "2")
    assert "exits with 0 after Ctrl-C or SIGTERM, 2 for a bad setting" in (ROOT / "README.md").read_text()


def test_the_guide_installs_what_the_unit_runs() -> None:
    """The guide's folders, user and files are those of the unit and the repository; every command is valid shell."""
    python, program = VALUES["ExecStart"].split()
    folder, code = VALUES["WorkingDirectory"], str(Path(program).parent)
    user = VALUES["User"]
    assert folder == f"/var/lib/{VALUES['StateDirectory']}"
    for line in (
        f"git clone --branch v1.0.0 https://github.com/OWNER/flux-bot {code}",
        f"useradd --system --user-group --home-dir {folder} --shell /usr/sbin/nologin {user}",
        f"install --directory --owner {user} --group {user} --mode {VALUES['StateDirectoryMode'][1:]} {folder}",
        f"install --owner {user} --group {user} --mode 600 {code}/.env.example {folder}/.env",
        f"-u {user} env --chdir {folder} {python} {program} doctor",
    ):
        assert f"sudo {line}" in COMMANDS, line
    assert VALUES["ReadOnlyPaths"] == f"-{folder}/.env"

    files = {path for line in COMMANDS for path in re.findall(rf"{code}/(\S+)", line)}
    created = str(Path(python).relative_to(code))
    assert [path for path in files if path != created and not (ROOT / path).is_file()] == []
    (target,) = {line.split()[-1] for line in COMMANDS if line.startswith("sudo make ")}
    assert target in (ROOT / "Makefile").read_text()
    assert Path(target).parent == Path(created).parents[1]
    subprocess.run(["bash", "-n", "-c", "\n".join(COMMANDS)], check=True)  # noqa: S607 - bash is on the path


def test_the_proxy_forwards_only_callbacks() -> None:
    (proxy,) = re.findall(r"^bot\.example\.org \{.*?^\}", GUIDE, re.MULTILINE | re.DOTALL)
    assert re.findall(r"(?:handle|respond|reverse_proxy|max_size).*", proxy) == [
        "handle /callbacks/* {",
        f"max_size {MAX_BODY_BYTES // 1024}KiB",
        "reverse_proxy 127.0.0.1:8080",
        "handle {",
        "respond 404",
    ]
    assert "request>uri delete" in GUIDE
