"""The units in deploy are valid and hardened, and the commands of docs/systemd.md work in order."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from stat import S_IMODE
from textwrap import dedent

import pytest

from flux_bot import __version__
from flux_bot.core.jobs import JobStatus
from flux_bot.store.store import JobStore
from flux_bot.web.server import MAX_BODY_BYTES
from tests.database import Rows, job_with_status, queued
from tests.project.guides import CHECKOUT, Walk, read_blocks
from tests.project.test_container import SERVICES
from tests.project.test_deploy_guide import ids

ROOT = Path(__file__).parents[2]
UNITS = {path.name: path.read_text() for path in (ROOT / "deploy").glob("flux-bot*.*")}
"""The units by name; the guide installs all of them."""
GUIDE = (ROOT / "docs" / "systemd.md").read_text()
BLOCKS = read_blocks(GUIDE)
COMMANDS = [line for block in BLOCKS if block.language == "sh" for line in block.text.splitlines()]
RIGHTS = re.compile(
    r"^(?:Private|Protect|Restrict|Read|System|Memory[A-Z]\w+Ex|Cap|Amb|No|Key|Lock|Remove|Proc).+", re.MULTILINE
)
"""The directives that limit what a service may do."""
EXPOSURE = 20
"""The highest accepted exposure, in tenths. Systemd 252 rates the services 12; other versions differ slightly."""
SUDO = """\
    #!/bin/sh
    case "$*" in *bot.py*) [ "$1 $2" = "-u flux-bot" ] || exit 1 ;; esac  # root's files would stop the bot
    [ "$1" = -u ] && shift 2
    exec "$@"
"""
GIT = f"""\
    #!/bin/sh
    [ "$1" = -C ] && shift 2
    case "$1" in
    clone) mkdir "$5" && cp -r {ROOT}/.env.example {ROOT}/bot.py {ROOT}/deploy "$5" ;;
    fetch) ;;
    checkout) echo "$2" > "$ROOT_FOLDER/version" ;;
    *) exit 1 ;;
    esac
"""
MAKE = """\
    #!/bin/sh
    [ "$1 $3" = "--directory .venv-run/ready" ] || exit 1
    mkdir -p "$2/.venv-run/bin" && cp "$ROOT_FOLDER/bin/python" "$2/.venv-run/bin"
"""
PYTHON = f"""\
    #!/bin/sh
    [ -e "$1" ] && shift || exit 1
    [ "$1" = doctor ] && set -- doctor --help  # it would ask the real Discord
    [ "$1" != restore ] || [ ! -e "$ROOT_FOLDER/running/flux-bot" ] || exit 1
    exec {sys.executable} {ROOT}/bot.py "$@"
"""
SYSTEMCTL = """\
    #!/bin/sh
    for unit in "$@"; do :; done
    command=$1
    case "$command" in
    daemon-reload) rm -rf "$ROOT_FOLDER/loaded" && cp -r "$ROOT_FOLDER/units" "$ROOT_FOLDER/loaded"; exit ;;
    enable) [ "$2" = --now ] ;;
    start | stop | status | list-timers) ;;
    *) exit 1 ;;
    esac || exit 1
    [ -e "$ROOT_FOLDER/loaded/$unit" ] || [ -e "$ROOT_FOLDER/loaded/$unit.service" ] || exit 1
    case "$command $unit" in
    "start flux-bot-backup.service") exec sh -eu "$ROOT_FOLDER/backup" ;;
    start* | enable*) touch "$ROOT_FOLDER/running/$unit" ;;
    stop*) rm "$ROOT_FOLDER/running/$unit" ;;
    *) [ -e "$ROOT_FOLDER/running/$unit" ] ;;
    esac
"""
NOTHING = "#!/bin/sh\n"


def values(unit: str, name: str) -> list[str]:
    """Return the values of a directive, in order."""
    return re.findall(rf"^{name}=(.*)$", UNITS[unit], re.MULTILINE)


def value(name: str, unit: str = "flux-bot.service") -> str:
    """Return the only value of a directive."""
    (found,) = values(unit, name)
    return found


def analyze(*arguments: str | Path) -> None:
    """Run systemd-analyze, if it is installed."""
    if (program := shutil.which("systemd-analyze")) is None:
        pytest.skip(
            "THE SYSTEMD UNITS ARE NOT CHECKED: systemd-analyze is not installed (Debian: apt-get install systemd)"
        )
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "flux-bot" not in done.stderr, done.stderr  # there may be warnings about other units


def test_the_units_are_valid(tmp_path: Path) -> None:
    """Systemd accepts every directive and value; the units' programs are replaced by programs on this machine."""
    python, program = value("ExecStart").split()
    for name, text in UNITS.items():
        (tmp_path / name).write_text(text.replace(python, sys.executable).replace(program, str(ROOT / "bot.py")))
    analyze("verify", "--recursive-errors=no", *(tmp_path / name for name in UNITS))


def test_the_services_are_hardened() -> None:
    """Both services have the same rights, except that the bot can't see its backups."""
    services = [name for name in UNITS if name.endswith(".service")]
    assert sorted(services) == ["flux-bot-backup.service", "flux-bot.service"]
    of_backup, of_bot = ([line for line in UNITS[name].splitlines() if RIGHTS.match(line)] for name in sorted(services))
    assert of_backup == of_bot
    assert len(of_bot) > 25
    assert value("InaccessiblePaths") == "-/var/lib/flux-bot/backups"
    for name in services:
        analyze("security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", ROOT / "deploy" / name)


def test_the_unit_has_the_limits_of_the_bot() -> None:
    """The limits are those of the container, and the bot is not restarted if a setting is invalid."""
    assert f"{value('TimeoutStopSec')}s" == SERVICES["bot"]["stop_grace_period"]
    assert int(value("TasksMax")) == SERVICES["bot"]["pids_limit"]
    assert value("MemoryMax").lower() == SERVICES["bot"]["mem_limit"]
    assert f"{value('MemoryMax').removesuffix('M')} MiB" in GUIDE
    assert (value("Restart"), value("RestartPreventExitStatus")) == ("always", "2")
    assert "exits with 0 after Ctrl-C or SIGTERM, 2 for a bad setting" in (ROOT / "README.md").read_text()


def test_the_guide_installs_what_the_units_run() -> None:
    """The guide's folders, users and files match the units and the repository."""
    python, program = value("ExecStart").split()
    folder, code, user = value("WorkingDirectory"), str(Path(program).parent), value("User")
    mode = value("StateDirectoryMode").removeprefix("0")
    assert folder == f"/var/lib/{value('StateDirectory')}"
    for line in (
        f"git clone --branch v{__version__} https://github.com/OWNER/flux-bot {code}",
        f"useradd --system --user-group --home-dir {folder} --shell /usr/sbin/nologin {user}",
        f"install --directory --owner {user} --group {user} --mode {mode} {folder} {folder}/backups",
        f"install --owner {user} --group {user} --mode 600 {code}/.env.example {folder}/.env",
        f"-u {user} env --chdir {folder} {python} {program} doctor",
        f"git -C {code} checkout v{__version__}",
    ):
        assert f"sudo {line}" in COMMANDS, line
    assert value("ReadOnlyPaths") == f"-{folder}/.env"
    target = str(Path(python).relative_to(code).parents[1] / "ready")
    assert target in (ROOT / "Makefile").read_text()
    for name in ("User", "Group", "WorkingDirectory", "StateDirectoryMode", "UMask"):
        assert value(name, "flux-bot-backup.service") == value(name), name
    assert f"{python} {program} backup " in value("ExecStart", "flux-bot-backup.service")
    assert value("Persistent", "flux-bot-backup.timer") == "true"
    new = re.search(r"here (\d+\.\d+\.\d+),", GUIDE)
    assert new
    assert set(re.findall(r"\d+\.\d+\.\d+", "\n".join(COMMANDS))) == {__version__, new.group(1)}
    assert {block.language for block in BLOCKS} == {"sh", "caddyfile", "yaml"}


def machine(folder: Path) -> dict[str, str]:
    """Imitate a machine on which the guide can be followed without root, and return the environment."""
    scripts = {"sudo": SUDO, "git": GIT, "make": MAKE, "python": PYTHON, "systemctl": SYSTEMCTL}
    scripts |= dict.fromkeys(("apt-get", "useradd", "journalctl"), NOTHING)
    for name in ("bin", "units", "running"):
        (folder / name).mkdir()
    for name, script in scripts.items():
        (folder / "bin" / name).write_text(dedent(script))
        (folder / "bin" / name).chmod(0o700)
    return {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "ROOT_FOLDER": str(folder)}


async def test_every_command_works(tmp_path: Path) -> None:
    """The guide's commands, run from top to bottom, lose no data; backups are private, and old ones are deleted."""
    state = tmp_path / "state"
    replacements = {
        " --owner flux-bot --group flux-bot": "",
        "/opt/flux-bot": str(tmp_path / CHECKOUT),
        "/var/lib/flux-bot": str(state),
        "/etc/systemd/system": str(tmp_path / "units"),
    }
    guide = Walk(tmp_path, machine(tmp_path), replacements, BLOCKS)
    await guide.follow("Install", until=".env.example")
    assert [S_IMODE((state / name).stat().st_mode) for name in ("", "backups", ".env")] == [0o700, 0o700, 0o600]
    with (state / ".env").open("a") as file:
        file.write("\nDISCORD_TOKEN=x\nFLUX_API_TOKEN=y\n")
    await guide.follow("Install")
    assert {*(tmp_path / "units").iterdir()} == {tmp_path / "units" / name for name in UNITS}
    guide.skip("Reverse proxy")

    commands = [value(name, "flux-bot-backup.service") for name in ("ExecStart", "ExecStartPost")]
    script = "\n".join([f"cd {state}", *commands]).replace("$$", "\\$").replace("%%", "%")
    for path, replacement in replacements.items():
        script = script.replace(path, replacement)
    (tmp_path / "backup").write_text(script)
    old, recent, foreign = (state / "backups" / f"{name}.db" for name in ("flux_bot-old", "flux_bot-recent", "other"))
    for empty, days in ((old, 16), (recent, 13), (foreign, 16)):
        empty.touch()
        os.utime(empty, times=(time.time() - days * 86_400,) * 2)

    url = f"sqlite:///{state / 'data' / 'flux_bot.db'}"
    (state / "data").mkdir()
    async with JobStore(url) as store, Rows(url) as rows:
        before = {(await job_with_status(store, rows, status)).id for status in reversed(JobStatus)}
        await guide.follow("Backup and restore", until="flux-bot-backup.service")
        files = {*(state / "backups").iterdir()}
        assert files > {recent, foreign}
        assert len(files) == 4, files
        for backup in files - {recent, foreign}:
            assert S_IMODE(backup.stat().st_mode) == 0o600, backup
            assert await ids(f"sqlite:///{backup}") == before, backup
        await queued(store)
    await guide.follow("Backup and restore")
    assert await ids(url) == before

    await guide.follow("Upgrade")
    async with JobStore(url) as store:
        await queued(store)
    await guide.follow("Back to the old version")
    assert (tmp_path / "version").read_text() == f"v{__version__}\n"
    assert await ids(url) == before
    assert {path.name for path in (tmp_path / "running").iterdir()} == {"flux-bot", "flux-bot-backup.timer"}
    assert guide.sections_left == []


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
