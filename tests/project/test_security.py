"""SECURITY.md keeps its word: each line of its tables names a test, and each test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import discord
import pytest

from flux_bot.images.decoding import MAX_PIXELS
from flux_bot.images.fetcher import MAX_BYTES, MAX_REDIRECTS, TIMEOUT_SECONDS
from flux_bot.web.server import CLIENT_TIMEOUT_SECONDS, MAX_BODY_BYTES, MAX_CONNECTIONS
from tests.harness import BotHarness
from tests.project.test_project_files import ROOT

SECURITY = (ROOT / "SECURITY.md").read_text()
LINES: list[str] = re.findall(r"^\| (?!what they try)(.+) \|$", SECURITY, re.MULTILINE)


@cache
def names_in(path: str) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and node.name.startswith("test_")}


def test_there_is_something_to_check() -> None:
    """A change of the tables' form is no way around."""
    assert len(LINES) == SECURITY.count("\n| ") - SECURITY.count("\n| what they try | what stops it | test |\n") > 20


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.partition(" |")[0])
def test_each_line_names_tests_that_exist(line: str) -> None:
    """What is said to be stopped is stopped in a test."""
    _, _, tests = line.split(" | ")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
    assert tests == " ".join(f"`{path}::{name}`" for path, name in named)
    assert named
    assert [name for path, name in named if name not in names_in(path)] == []


def test_the_limits_are_those_of_the_code() -> None:
    """The numbers in SECURITY.md are the product's."""
    assert (CLIENT_TIMEOUT_SECONDS, MAX_REDIRECTS) == (10, 3)
    for number in (
        f"{MAX_BODY_BYTES // 1024} KiB",
        f"at most {MAX_CONNECTIONS}",
        f"{MAX_BYTES // 1024**2} MiB and {TIMEOUT_SECONDS:.0f} seconds",
        f"{MAX_PIXELS // 1_000_000} megapixels",
    ):
        assert number in SECURITY


async def test_the_bot_hears_commands_and_no_messages(tmp_path: Path) -> None:
    """Discord is asked for what happens to servers and channels, and for nothing that people write."""
    async with BotHarness(tmp_path) as harness:
        assert harness.app.bot.intents == discord.Intents(guilds=True)
