"""The benchmarks run and show their figures; the values depend on the machine and are not checked."""

import json
from pathlib import Path

import pytest
from PIL import Image

from benchmarks import __main__ as command_line
from benchmarks import figures
from benchmarks.figures import Effort, Row
from benchmarks.growth import draw


def test_a_small_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has a header and one line for each figure of the bot and the yardstick."""
    monkeypatch.setattr(figures, "WARM_UP", 2)
    monkeypatch.setattr(command_line, "QUICK", Effort(1, 5, 5, 1, 20, (10,), 5))
    command_line.main(["--quick"])
    head, rule, *rows = capsys.readouterr().out.splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in (head, *rows)]
    assert cells[0] == ["figure", "bot", "yardstick", "ratio", "aim", "met"]
    assert [row[0].partition(",")[0] for row in cells[1:]] == [
        "CPU per finished job",
        "callback to post",
        "ack p99 in a burst of 5 commands",
        "jobs/s under Discord's limit of 50 requests/s",
        "CPU at that rate",
        "callbacks taken",
        "memory",
        "start",
        "jobs/s of two workers against one",
    ]
    for row in cells[1:]:
        assert all(float(cell.split()[0]) > 0 for cell in row[1:4]), row
        assert row[5] in {"yes", "no"}
    assert set(rule) <= set("|- ")
    assert len({len(line) for line in (head, rule, *rows)}) == 1


def test_json_and_plots(tmp_path: Path) -> None:
    """The figures are available as JSON, and growth is drawn as an image."""
    row = Row("callbacks taken", "1/s", 50.0, 200.0, ">= 0.25 x", met=True)
    (shown,) = json.loads(command_line.as_json([row]))
    assert (shown["figure"], shown["bot"], shown["ratio"], shown["met"]) == ("callbacks taken", 50.0, 0.25, True)
    draw(tmp_path / "guilds.png", "guilds", [1, 10], {"CPU, ms": {"bot": [1.0, 2.0]}, "memory, MiB": {"bot": [3, 3]}})
    with Image.open(tmp_path / "guilds.png") as picture:
        assert picture.width > picture.height
