"""Dockerfile, compose.yaml and Caddyfile match the settings and each other, and protect the bot."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from flux_bot.app import STOP_SECONDS
from flux_bot.settings import Settings
from flux_bot.web.server import MAX_BODY_BYTES
from tests.end_to_end.bot_process import wire
from tests.project.test_project_files import DOCKERFILE, ROOT, last_stage

COMPOSE_TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS = ("bot", "worker")
CADDYFILE = re.sub(r"^\s*#.*\n", "", (ROOT / "Caddyfile").read_text(), flags=re.MULTILINE)
TOKENS = {"discord_token": "x", "flux_api_token": "y"}


# --- settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BOTS)
def test_compose_sets_existing_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = SERVICES[name]["environment"]
    for variable, value in environment.items():
        monkeypatch.setenv(variable, str(value))

    settings = Settings.load(env_file=None, **TOKENS)

    assert {variable.lower() for variable in environment} <= Settings.model_fields.keys()
    assert settings.role == {"bot": "all", "worker": "worker"}[name]
    assert settings.webhook_host == "0.0.0.0"  # noqa: S104 - Caddy is on another host
    assert SERVICES[name]["env_file"] == ".env"


def test_every_compose_variable_is_explained() -> None:
    explained = set(re.findall(r"^#   ([A-Z_]+)=", COMPOSE_TEXT, re.MULTILINE))
    used = set(re.findall(r"\$\{?([A-Z_]+)", COMPOSE_TEXT))

    assert used <= explained | {name.upper() for name in Settings.model_fields}
    assert explained == {"COMPOSE_PROFILES", "POSTGRES_PASSWORD", "DATABASE_URL"}


def test_the_database_url_of_the_wide_profile() -> None:
    """The DATABASE_URL in the comment of compose.yaml is that of its own PostgreSQL."""
    (url,) = re.findall(r"DATABASE_URL=(\S+?):<password>(\S+)", COMPOSE_TEXT)
    postgres = SERVICES["postgres"]["environment"]

    assert url == (f"postgresql://{postgres['POSTGRES_USER']}", f"@postgres/{postgres['POSTGRES_DB']}")
    assert Settings.load(env_file=None, **TOKENS, database_url=":secret".join(url)).database_url


# --- isolation ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*BOTS, "caddy"])
def test_exposed_containers_have_few_privileges(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_caddy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert [name for name, service in SERVICES.items() if "network_mode" in service or "privileged" in service] == []
    assert "docker.sock" not in COMPOSE_TEXT


def test_only_the_bot_can_reach_the_database() -> None:
    inside = {name for name, service in SERVICES.items() if "database" in service["networks"]}

    assert inside == {*BOTS, "postgres"}
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["database"]


def test_worker_and_postgres_belong_to_the_wide_profile() -> None:
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["wide"]} == {"worker", "postgres"}
    assert SERVICES["bot"]["depends_on"]["postgres"]["required"] is False


def test_the_data_is_on_the_volumes() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service["volumes"]]
    data = dict(last_stage())["VOLUME"]

    assert SERVICES["bot"]["volumes"] == [f"data:{data}"]
    assert SERVICES["worker"]["volumes"] == [f"data:{data}:ro"]
    assert {mount.split(":")[0] for mount in mounts if not mount.startswith("./")} == set(COMPOSE["volumes"])
    assert all((ROOT / mount.split(":")[0]).is_file() for mount in mounts if mount.startswith("./"))


def test_the_stop_grace_period_is_long_enough() -> None:
    for name in BOTS:
        assert float(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 2 * STOP_SECONDS


# --- Caddy --------------------------------------------------------------------------------------------------


def test_caddy_forwards_only_callbacks() -> None:
    """Callbacks go to one upstream; all other paths, including /metrics and /healthz, give 404."""
    starts = (r"handle /callbacks/\*", "handle")
    blocks = (re.search(rf"\t{start} {{\n(.*?)\n\t}}\n", CADDYFILE, re.DOTALL) for start in starts)
    handled, others = (block[1] if block else "" for block in blocks)

    assert CADDYFILE.count("reverse_proxy") == handled.count("reverse_proxy") == 1
    assert CADDYFILE.count("handle") == 2
    assert others.split() == ["respond", "404"]


def test_caddy_finds_every_bot() -> None:
    words = CADDYFILE.split()

    for name in BOTS:
        assert SERVICES[name]["networks"]["outside"] == {"aliases": [words[words.index("name") + 1]]}
        assert str(SERVICES[name]["environment"]["WEBHOOK_PORT"]) == words[words.index("port") + 1]
    assert "outside" in SERVICES["caddy"]["networks"]
    assert f"{{${next(iter(SERVICES['caddy']['environment']))}}} {{" in CADDYFILE


def test_caddy_logs_no_secrets_and_limits_bodies_like_the_bot() -> None:
    assert "request>uri delete" in CADDYFILE
    assert re.findall(r"max_size (\d+)KiB", CADDYFILE) == [str(MAX_BODY_BYTES // 1024)]


# --- the image ----------------------------------------------------------------------------------------------


def test_the_base_image_is_named_once() -> None:
    """A single build argument can pin the base image by digest."""
    assert [rest for name, rest in DOCKERFILE if name == "ARG"] == ["PYTHON_IMAGE=python:3.13-slim"]
    assert {rest.split()[0] for name, rest in DOCKERFILE if name == "FROM"} == {"${PYTHON_IMAGE}"}


def test_no_container_needs_a_shell() -> None:
    instructions = dict(last_stage())

    assert instructions["ENTRYPOINT"].startswith("[")
    assert 'CMD ["python"' in instructions["HEALTHCHECK"]
    assert "CMD" not in instructions
    assert SERVICES["postgres"]["healthcheck"]["test"][0] == "CMD"


def files_below(folder: Path) -> set[str]:
    """Return all files below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with the files that the Dockerfile copies."""
    folder = tmp_path / "app"
    folder.mkdir()
    for name, rest in last_stage():
        if name == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                if (ROOT / source).is_dir():
                    shutil.copytree(ROOT / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(ROOT / source, folder / source)
    return folder


async def test_the_bot_writes_only_to_its_volume(tmp_path: Path, image: Path) -> None:
    """A bot with only the image's files works, and writes nothing outside data/."""
    home = tmp_path / "home"
    home.mkdir()
    # The code runs from a copy, so its coverage can't be used.
    settings = {"PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home), "COVERAGE_PROCESS_CONFIG": ""}
    before = files_below(image)
    async with wire(image, settings=settings, start=False) as world:
        world.bot.program = image / "bot.py"
        await world.bot.start()
        await world.imagine("a red fox")
        await world.result("a red fox")
        assert await world.bot.stop() == 0
    written = files_below(image) - before - {world.bot.log_file.name}
    assert {name.partition("/")[0] for name in written} == {"data"}
    assert files_below(home) == set()
