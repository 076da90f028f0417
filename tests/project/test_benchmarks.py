"""The benchmarks measure every figure; their results depend on the machine and are not checked."""

import json
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.__main__ import main


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_quick_benchmark_measures_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each row has all its values, and each plot is an image."""
    main(["--quick", "--json", "--plots", str(tmp_path)])
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 9
    for row in rows:
        assert row["bot"] > 0
        assert row["yardstick"] > 0
        assert row["ratio"] == row["bot"] / row["yardstick"]
        assert row["figure"]
        assert row["aim"]
        assert isinstance(row["met"], bool)
    for name in ("waiting", "users", "guilds"):
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert picture.width > picture.height


def test_the_table_shows_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    """The table has a header and one line for each row."""
    main(["--quick", "--only", "callbacks"])
    head, rule, row = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in head.split("|")][1:-1] == ["figure", "bot", "yardstick", "ratio", "aim", "met"]
    assert set(rule) <= set("|- ")
    assert "callbacks taken" in row
    assert len({len(line) for line in (head, rule, row)}) == 1
