"""The lock files, the layers and the commands that use them match pyproject.toml."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins(lock: str) -> dict[str, str]:
    """Return the versions that a lock file pins, by package."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def normalized(requirement: str) -> str:
    """Return a requirement's package name, spelled as in lock files."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=! ]", requirement, maxsplit=1)[0]).lower()


def test_a_lock_has_no_url_and_a_hash_for_every_package() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
        assert not re.search(r"://|^-|file:|/\w+/", text, re.MULTILINE), lock
        assert len(entries) > 20, lock
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == [], lock


def test_the_locks_have_the_packages_of_pyproject() -> None:
    """The production lock has only the bot's own packages; the development lock has them in the same versions."""
    project, development = PYPROJECT["project"], PYPROJECT["dependency-groups"]["dev"]
    production_pins, development_pins = pins("requirements.lock"), pins("requirements-dev.lock")
    production = [*project["dependencies"], *project["optional-dependencies"]["postgres"]]
    assert {normalized(requirement) for requirement in production} <= production_pins.keys()
    assert production_pins.keys().isdisjoint({"simcord", "playwright", "pytest", "flux-pro-cli", "uv"})
    assert {normalized(requirement) for requirement in development} <= development_pins.keys()
    assert production_pins.items() <= development_pins.items()


def test_the_bot_imports_only_packages_of_the_production_lock() -> None:
    """Everything but the sandbox can be imported without the development packages."""
    production = {*pins("requirements.lock"), "coverage"}  # coverage has imported it in this process
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
    names = json.dumps([missing, ["bot", *modules]])
    program = [sys.executable, "-c", script]
    done = subprocess.run(program, input=names, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "simcord" in missing
    assert (done.stderr, done.returncode) == ("", 0)


def test_every_module_has_its_layer() -> None:
    contract = next(c for c in PYPROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    layered = {name for layer in contract["layers"] for name in re.split(r" [:|] ", layer)}
    modules = {f"flux_bot.{path.stem}" for path in (ROOT / "flux_bot").glob("*.py") if path.stem != "__init__"}
    packages = {f"flux_bot.{path.parent.name}" for path in (ROOT / "flux_bot").glob("*/__init__.py")}
    assert {"cogs", *modules, *packages} == layered


def test_make_says_which_python_it_needs(tmp_path: Path) -> None:
    """If Python is too old, `make setup` prints one line and creates nothing."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("Makefile", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    command = ["make", "setup", f"PYTHON={old}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Python 3.11 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_continuous_integration_lints_and_tests() -> None:
    script = ROOT / ".ci" / "run"
    commands = re.findall(r"^(set -euo pipefail|make \w+)", script.read_text(), re.MULTILINE)
    assert os.access(script, os.X_OK)
    assert commands == ["set -euo pipefail", "make lint", "make test"]
