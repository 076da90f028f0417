"""Each line of SECURITY.md's tables names existing test files, and its limits match the code."""

import re
from pathlib import Path

import discord
import pytest

from flux_bot.images.decoding import MAX_PIXELS
from flux_bot.images.fetcher import MAX_BYTES, MAX_REDIRECTS, TIMEOUT_SECONDS
from flux_bot.web.server import CLIENT_TIMEOUT_SECONDS, MAX_BODY_BYTES, MAX_CONNECTIONS
from tests.harness import BotHarness
from tests.project.test_project_files import ROOT

SECURITY = (ROOT / "SECURITY.md").read_text()
LINES: list[str] = re.findall(r"^\| (?!attack \|)(.+) \|$", SECURITY, re.MULTILINE)


def test_the_tables_are_found() -> None:
    """Every line of every table is found."""
    headings = SECURITY.count("\n| attack | defence | tests |\n")
    assert headings == SECURITY.count("\n|---|---|---|\n") == 5
    assert len(LINES) == SECURITY.count("\n| ") - headings > 20


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.partition(" |")[0])
def test_each_line_names_existing_test_files(line: str) -> None:
    """Every defence has a test."""
    _, _, tests = line.split(" | ")
    paths = re.findall(r"`(tests/(?:\w+/)*test_\w+\.py)`", tests)
    assert tests == ", ".join(f"`{path}`" for path in paths)
    assert paths
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_limits_are_those_of_the_code() -> None:
    """The numbers in SECURITY.md match the code."""
    assert (CLIENT_TIMEOUT_SECONDS, MAX_REDIRECTS) == (10, 3)
    for number in (
        f"{MAX_BODY_BYTES // 1024} KiB",
        f"at most {MAX_CONNECTIONS}",
        f"{MAX_BYTES // 1024**2} MiB and {TIMEOUT_SECONDS:.0f} seconds",
        f"{MAX_PIXELS // 1_000_000} megapixels",
    ):
        assert number in SECURITY


async def test_the_bot_receives_no_messages(tmp_path: Path) -> None:
    """The bot asks Discord for the guilds intent only."""
    async with BotHarness(tmp_path) as harness:
        assert harness.app.bot.intents == discord.Intents(guilds=True)
