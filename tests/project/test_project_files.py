"""The project's files are correct and match each other."""

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import flux_bot

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions as (name, arguments), without comments and line breaks."""
    lines = [line for line in dockerfile.splitlines() if not line.startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


DOCKERFILE = instructions((ROOT / "Dockerfile").read_text())


def last_stage() -> list[tuple[str, str]]:
    """Return the instructions of the final stage."""
    start = max(index for index, (name, _) in enumerate(DOCKERFILE) if name == "FROM")
    return DOCKERFILE[start:]


def pins(lock: str) -> dict[str, str]:
    """Return the versions that a lock file pins, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def normalized(requirement: str) -> str:
    """Return a requirement's package name, spelled as in lock files."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=! ]", requirement, maxsplit=1)[0]).lower()


# --- versions -----------------------------------------------------------------------------------------------


def test_the_version_is_the_same_everywhere() -> None:
    released = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert released[0] == flux_bot.__version__ == PYPROJECT["project"]["version"]


# --- lock files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_no_url_and_a_hash_for_every_package(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]

    assert not re.search(r"://|^-|file:|/\w+/", text, re.MULTILINE)
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_production_lock_has_only_the_bots_packages() -> None:
    project = PYPROJECT["project"]
    production = pins("requirements.lock")
    required = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]

    assert {normalized(requirement) for requirement in required} <= production.keys()
    assert production.keys().isdisjoint({"simcord", "playwright", "pytest", "flux-pro-cli", "uv"})


def test_the_development_lock_extends_the_production_lock() -> None:
    development = pins("requirements-dev.lock")

    assert {normalized(requirement) for requirement in PYPROJECT["dependency-groups"]["dev"]} <= development.keys()
    assert pins("requirements.lock").items() <= development.items()


def test_the_bot_imports_only_packages_of_the_production_lock() -> None:
    """Everything but the sandbox can be imported without the development packages."""
    production = {*pins("requirements.lock"), "coverage"}  # coverage measures this process
    missing = [
        name
        for name, packages in metadata.packages_distributions().items()
        if production.isdisjoint(normalized(package) for package in packages)
    ]
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for folder in ("flux_bot", "cogs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "sandbox" not in path.parts and path.name != "env.py"  # only Alembic can run it
    ]
    script = (
        "import importlib, json, sys\n"
        "missing, modules = json.load(sys.stdin)\n"
        "sys.modules.update(dict.fromkeys(missing))\n"
        "for module in modules: importlib.import_module(module)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps([missing, ["bot", *modules]]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "simcord" in missing
    assert (done.stderr, done.returncode) == ("", 0)


# --- layers -------------------------------------------------------------------------------------------------


def test_every_module_has_its_layer() -> None:
    contract = next(c for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    layered = {name for layer in contract["layers"] for name in re.split(r" [:|] ", layer)}
    modules = {f"flux_bot.{path.stem}" for path in (ROOT / "flux_bot").glob("*.py") if path.stem != "__init__"}
    packages = {f"flux_bot.{path.parent.name}" for path in (ROOT / "flux_bot").glob("*/__init__.py")}

    assert {"cogs", *modules, *packages} == layered


# --- commands -----------------------------------------------------------------------------------------------


def make_targets() -> set[str]:
    """Return the targets that `make help` lists."""
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - make is on the path
    return {line.split()[1] for line in done.stdout.splitlines()}


def test_make_without_a_target_lists_the_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - make is on the path

    assert "make sandbox" in done.stdout


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_in_documents_exist(document: str) -> None:
    named = re.findall(r"(?:`|^\s*\$? ?)make ([a-z-]+)", (ROOT / document).read_text(), re.MULTILINE)

    assert {"sandbox", "test"} <= set(named)
    assert set(named) <= make_targets() | {"help"}


def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    """With too old a Python, `make setup` prints one line and creates nothing."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("Makefile", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())

    done = subprocess.run(
        ["make", "setup", f"PYTHON={old}"],  # noqa: S607 - make is on the path
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_continuous_integration_lints_and_tests() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text().splitlines()

    assert os.access(script, os.X_OK)
    assert lines.index("set -euo pipefail") < lines.index("make lint") < lines.index("make test")


# --- container ----------------------------------------------------------------------------------------------


def test_the_container_does_not_run_as_root() -> None:
    user = [rest for name, rest in last_stage() if name == "USER"][-1]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)


def test_the_container_requires_hashes_and_contains_no_secret() -> None:
    text = " ".join(rest for _, rest in DOCKERFILE)
    words = shlex.split(next(rest for name, rest in DOCKERFILE if name == "RUN" and "pip" in rest))

    assert {"--require-hashes", "requirements.lock"} <= set(words)
    assert not re.search(r"TOKEN|SECRET|PASSWORD|\.env\b(?!iron)|index-url|--trusted-host", text)


def test_copied_files_exist_and_are_not_ignored() -> None:
    """The Dockerfile copies exactly the sources that .dockerignore includes."""
    copies = [rest.split() for name, rest in DOCKERFILE if name == "COPY" and "--from" not in rest]
    copied = {source for words in copies for source in words[:-1]}
    included = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)

    assert copied == set(included)
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_the_database_is_on_the_volume() -> None:
    final_stage = dict(last_stage())

    assert final_stage["VOLUME"] == "/app/data"
    assert final_stage["WORKDIR"] == "/app"
    assert "DATABASE_URL=sqlite:///data/" in final_stage["ENV"]


def test_the_entry_point_needs_no_shell() -> None:
    assert json.loads(dict(last_stage())["ENTRYPOINT"]) == ["python", "bot.py"]


@pytest.fixture
async def healthy_port() -> AsyncIterator[int]:
    """The port of a server with only /healthz."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    async with TestServer(app) as server:
        assert server.port is not None
        yield server.port


async def run_healthcheck(port: int) -> int:
    """Run the Dockerfile's health check against a port; returns its exit code."""
    check = next(rest for name, rest in last_stage() if name == "HEALTHCHECK")
    python, *arguments = json.loads(check[check.index("[") :])
    assert python == "python"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={**os.environ, "WEBHOOK_PORT": str(port), "http_proxy": "http://127.0.0.1:9"},
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


async def test_the_healthcheck_uses_the_bots_port(healthy_port: int, unused_tcp_port: int) -> None:
    assert await run_healthcheck(healthy_port) == 0
    assert await run_healthcheck(unused_tcp_port) == 1
