"""Charts, really drawn in a worker process, and left out if that fails."""

import io
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor

from flux_bot.images.chart_worker import COLOURS, HEIGHT, WIDTH, Series
from flux_bot.images.charts import Charts

LONG = 100.0
"""Time limit for drawing a chart, in seconds, long enough for a busy machine."""
DAYS = [f"3/{day}" for day in range(1, 31)]

ROOT = Path(__file__).parents[2]


def one_day(number: int) -> list[int]:
    """Return the numbers of a series that only has pictures on the last day."""
    return [0] * (len(DAYS) - 1) + [number]


def colours_in(png: bytes) -> set[tuple[int, int, int]]:
    """Return the colours that cover a visible part of a chart."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.size == (WIDTH, HEIGHT)
    counted = image.getcolors(WIDTH * HEIGHT)
    assert counted is not None
    return {colour for count, colour in counted if count > 200}  # type: ignore[misc]


async def test_a_chart() -> None:
    """A chart is a PNG with a bar in the colour of each series, whatever the labels contain."""
    wanted = [ImageColor.getrgb(colour) for colour in COLOURS]
    async with Charts(seconds=LONG) as charts:
        numbers = [one_day(5), *([index] * len(DAYS) for index in range(1, len(COLOURS)))]
        several = [Series(f"FLUX {index}", "", shown) for index, shown in enumerate(numbers)]
        png = await charts.draw(DAYS, several)
        assert png is not None
        assert colours_in(png) >= set(wanted)

        single = await charts.draw(DAYS, [Series("$x_{^$ <b>", "", one_day(1))])
        assert single is not None
        assert colours_in(single).intersection(wanted) == {wanted[0]}
        other_script = await charts.draw(DAYS, [Series("他のモデル", "$x_{^$ <b>", one_day(1))])
        assert other_script == single, "the bundled font lacks these letters"


def test_the_bot_never_loads_matplotlib() -> None:
    """Only the worker loads matplotlib, which is large and slow to load."""
    code = "import sys, bot, flux_bot.app, flux_bot.images.charts; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


async def test_a_chart_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    """With too little time or memory, or with invalid numbers, the chart is left out, and the log says why."""
    caplog.set_level(logging.WARNING)
    series = [Series("FLUX", "", one_day(1))]
    cases: list[tuple[dict[str, Any], list[str], str]] = [
        ({"seconds": 0.05}, DAYS, "not drawn within 0.05 s"),
        ({"seconds": LONG, "memory_bytes": 60 * 2**20}, DAYS, ""),
        ({"seconds": LONG}, DAYS[:3], "mismatch"),
    ]
    for limits, days, reason in cases:
        caplog.clear()
        async with Charts(**limits) as charts:
            assert await charts.draw(days, series) is None, reason
        (record,) = caplog.records
        assert reason in record.getMessage(), record.getMessage()
