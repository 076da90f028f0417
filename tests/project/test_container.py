"""Dockerfile, compose.yaml and Caddyfile match the settings and each other, and protect the bot."""

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer

from flux_bot import __version__
from flux_bot.app import LONGEST_STOP_SECONDS, STOP_SECONDS
from flux_bot.settings import Settings
from flux_bot.ui.client.open_replies import ANSWER_SECONDS
from flux_bot.web.server import MAX_BODY_BYTES
from tests.end_to_end.bot_process import wire
from tests.flux.caller import free_port
from tests.project.test_packages import PYPROJECT

ROOT = Path(__file__).parents[2]
COMPOSE_TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS = ("bot", "worker")
CADDYFILE = re.sub(r"^\s*#.*\n", "", (ROOT / "caddy" / "Caddyfile").read_text(), flags=re.MULTILINE)
TOKENS = {"discord_token": "x", "flux_api_token": "y"}


def read_dockerfile() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions as (name, arguments), without comments and line breaks."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line and not line.startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in text.splitlines())]


DOCKERFILE = read_dockerfile()
FINAL_STAGE = dict(DOCKERFILE[max(index for index, (name, _) in enumerate(DOCKERFILE) if name == "FROM") :])
COPIED = [
    source for name, rest in DOCKERFILE if name == "COPY" and "--from" not in rest for source in rest.split()[:-1]
]


# --- the image ------------------------------------------------------------------------------------------


def test_the_image() -> None:
    """The image has pinned packages, one base image, and no secrets or pip; the bot runs without root or a shell."""
    assert [rest for name, rest in DOCKERFILE if name == "ARG"] == ["PYTHON_IMAGE=python:3.13-slim"]
    assert {rest.split()[0] for name, rest in DOCKERFILE if name == "FROM"} == {"${PYTHON_IMAGE}"}
    install = next(rest for name, rest in DOCKERFILE if name == "RUN" and "pip" in rest)
    assert {"--require-hashes", "requirements.lock", "--without-pip"} <= set(shlex.split(install))
    text = " ".join(rest for _, rest in DOCKERFILE)
    assert not re.search(r"TOKEN|SECRET|PASSWORD|\.env\b(?!iron)|index-url|--trusted-host", text)
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", FINAL_STAGE["USER"])
    assert json.loads(FINAL_STAGE["ENTRYPOINT"]) == ["python", "bot.py"]
    assert "CMD" not in FINAL_STAGE
    assert FINAL_STAGE["VOLUME"] == f"{FINAL_STAGE['WORKDIR']}/data"
    assert "DATABASE_URL=sqlite:///data/" in FINAL_STAGE["ENV"]
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]+)"', FINAL_STAGE["LABEL"]))
    assert labels["version"] == __version__
    assert labels["description"] == PYPROJECT["project"]["description"]
    assert labels["licenses"] == PYPROJECT["project"]["license"]


def test_copied_files_exist_and_are_not_ignored() -> None:
    """The Dockerfile copies exactly the sources that .dockerignore includes."""
    included = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(COPIED) == sorted(included)
    assert [source for source in COPIED if not (ROOT / source).exists()] == []


async def test_the_healthcheck() -> None:
    """The image's health check queries the bot's port for health checks."""
    python, *arguments = json.loads(FINAL_STAGE["HEALTHCHECK"].partition("CMD ")[2])
    assert python == "python"

    async def exit_code(port: int | None) -> int:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            cwd=ROOT,
            env={**os.environ, "HEALTH_PORT": str(port)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await process.wait()

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    async with TestServer(app) as server:
        assert await exit_code(server.port) == 0
    assert await exit_code(free_port()) == 1


def files_below(folder: Path) -> set[str]:
    """Return all files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def test_the_bot_writes_only_to_its_volume(tmp_path: Path) -> None:
    """A bot with only the image's files works, and writes nothing outside data/."""
    image, home = tmp_path / "app", tmp_path / "home"
    image.mkdir()
    home.mkdir()
    for source in COPIED:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, image / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, image / source)
    before = files_below(image)
    # The code runs from a copy, so its coverage can't be used.
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home), "COVERAGE_PROCESS_CONFIG": ""}
    async with wire(image, settings=settings, start=False) as world:
        world.bot.program = image / "bot.py"
        await world.bot.start()
        await world.imagine("a red fox")
        await world.result("a red fox")
        assert await world.bot.stop() == 0
    written = files_below(image) - before - {world.bot.log_file.name}
    assert {name.partition("/")[0] for name in written} == {"data"}
    assert files_below(home) == set()


# --- compose.yaml ---------------------------------------------------------------------------------------


def test_compose_sets_existing_settings() -> None:
    """The environments are valid settings, all other variables are explained, and the database's address is right."""
    for name, role in (("bot", "all"), ("worker", "worker")):
        environment = {variable.lower(): value for variable, value in SERVICES[name]["environment"].items()}
        assert environment.keys() <= Settings.model_fields.keys()
        settings = Settings.load(env_file=None, **TOKENS, **environment)
        assert settings.role == role
        assert settings.webhook_host == settings.health_host == "0.0.0.0"  # noqa: S104 - Caddy and Prometheus are elsewhere
        assert SERVICES[name]["env_file"] == ".env"
        assert float(SERVICES[name]["stop_grace_period"].removesuffix("s")) > LONGEST_STOP_SECONDS

    usual, longest = re.findall(r"takes up to (\d+) s, or (\d+) s if the database", COMPOSE_TEXT)[0]
    assert (float(usual), float(longest)) == (STOP_SECONDS + ANSWER_SECONDS, LONGEST_STOP_SECONDS)

    explained = set(re.findall(r"^#   ([A-Z_]+)=", COMPOSE_TEXT, re.MULTILINE))
    used = set(re.findall(r"\$\{?([A-Z_]+)", COMPOSE_TEXT))
    assert explained - used == {"COMPOSE_PROFILES", "DATABASE_URL"}
    assert used - explained == {"PUBLIC_URL"}
    assert SERVICES["worker"]["scale"] == "${WORKERS:-1}"
    for name in BOTS:
        assert SERVICES[name]["image"] == f"${{FLUX_BOT_IMAGE:-flux-bot}}:${{FLUX_BOT_VERSION:-{__version__}}}"

    (url,) = re.findall(r"DATABASE_URL=(\S+?):<password>(\S+)", COMPOSE_TEXT)
    postgres = SERVICES["postgres"]["environment"]
    assert url == (f"postgresql://{postgres['POSTGRES_USER']}", f"@postgres/{postgres['POSTGRES_DB']}")
    assert Settings.load(env_file=None, **TOKENS, database_url=":secret".join(url)).database_url


def test_containers_are_isolated() -> None:
    """Containers have limits and few privileges; only Caddy is public; only the bot's processes reach the database."""
    for name, service in SERVICES.items():
        assert {"mem_limit", "pids_limit"} <= service.keys(), name
    for name in (*BOTS, "caddy"):
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else []), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert not any({"network_mode", "privileged"} & service.keys() for service in SERVICES.values())
    assert "docker.sock" not in COMPOSE_TEXT
    inside = {name for name, service in SERVICES.items() if "database" in service["networks"]}
    assert inside == {*BOTS, "postgres"}
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["database"]


def test_services_and_volumes() -> None:
    """The bot works without PostgreSQL and workers; the database is on a volume that workers can only read."""
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["wide"]} == {"worker", "postgres"}
    assert SERVICES["bot"]["depends_on"]["postgres"]["required"] is False
    # While PostgreSQL initialises a new database, it listens only on a socket.
    assert SERVICES["postgres"]["healthcheck"]["test"][:4] == ["CMD", "pg_isready", "--host", "127.0.0.1"]
    mounts = [mount for service in SERVICES.values() for mount in service["volumes"]]
    assert SERVICES["bot"]["volumes"] == [f"data:{FINAL_STAGE['VOLUME']}"]
    assert SERVICES["worker"]["volumes"] == [f"data:{FINAL_STAGE['VOLUME']}:ro"]
    assert {mount.split(":")[0] for mount in mounts if not mount.startswith("./")} == set(COMPOSE["volumes"])
    # A folder is mounted, because git replaces changed files, and a mounted file would remain the old one.
    assert all((ROOT / mount.split(":")[0]).is_dir() for mount in mounts if mount.startswith("./"))


# --- Caddyfile ------------------------------------------------------------------------------------------


def test_caddy_forwards_only_callbacks() -> None:
    """Callbacks of the size that the bot accepts go to every bot; all other paths give 404; no secret is logged."""
    handled, others = (
        found.group(1)
        for start in ("handle @callbacks", "handle")
        for found in re.finditer(rf"\t{start} {{\n(.*?)\n\t}}\n", CADDYFILE, re.DOTALL)
    )
    assert CADDYFILE.count("reverse_proxy") == handled.count("reverse_proxy") == 1
    assert CADDYFILE.count("handle") == 2
    assert re.findall(r"@callbacks (path .+)\n", CADDYFILE) == ["path */callbacks/*"]
    assert others.split() == ["respond", "404"]
    assert re.findall(r"max_size (\d+)KiB", handled) == [str(MAX_BODY_BYTES // 1024)]
    assert "request>uri delete" in CADDYFILE

    words = handled.split()
    for name in BOTS:
        assert SERVICES[name]["networks"]["outside"] == {"aliases": [words[words.index("name") + 1]]}
        assert str(SERVICES[name]["environment"]["WEBHOOK_PORT"]) == words[words.index("port") + 1]
    assert "outside" in SERVICES["caddy"]["networks"]
    assert "\n{$SITE} {\n" in CADDYFILE


def test_caddy_serves_the_site_of_the_public_url() -> None:
    """Caddy ignores the path and trailing slash of PUBLIC_URL, and reloads the mounted Caddyfile after each change."""
    *shell, script = SERVICES["caddy"]["command"]
    assert script.endswith(" exec caddy run --config /etc/caddy/Caddyfile --watch")
    shown = script.replace("$$", "$").replace("exec caddy run", "printenv SITE #")
    for site in ("https://bot.example.org", "http://localhost:8000"):
        for rest in ("", "/", "/flux", "/flux/bot/"):
            environment = {**os.environ, "PUBLIC_URL": site + rest}
            done = subprocess.run([*shell, shown], env=environment, capture_output=True, text=True, check=True)
            assert done.stdout == f"{site}\n", rest
