"""The command line: ``python -m benchmarks`` prints the table; see ``--help``."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.figures import FIGURES, FULL, QUICK, Row
from benchmarks.growth import plot

HEAD = ("figure", "bot", "yardstick", "ratio", "aim", "met")


async def measure(*, quick: bool, only: Sequence[str] = ()) -> list[Row]:
    """Measure the figures, all or those named."""
    effort = QUICK if quick else FULL
    rows: list[Row] = []
    for figure in FIGURES:
        if not only or figure.__name__ in only:
            print(f"measuring: {figure.__name__}", file=sys.stderr, flush=True)
            rows += await figure(effort)
    return rows


def as_json(rows: Sequence[Row]) -> str:
    """Return the rows as JSON."""
    return json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1)


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    cells = [
        (
            row.figure,
            f"{row.bot:.4g} {row.unit}",
            f"{row.yardstick:.4g} {row.unit}",
            f"{row.ratio:.2f}",
            row.aim,
            "yes" if row.met else "no",
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(HEAD, *cells, strict=True)]
    lines = [HEAD, tuple("-" * width for width in widths), *cells]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the bot against the yardstick and print the table."""
    names = [figure.__name__ for figure in FIGURES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="everything at a small size, within about a minute")
    parser.add_argument("--json", action="store_true", help="JSON in place of a table")
    parser.add_argument("--only", nargs="+", choices=names, default=[], help="these figures alone")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="also draw there how the costs grow")
    asked = parser.parse_args(arguments)
    rows = asyncio.run(measure(quick=asked.quick, only=asked.only))
    print(as_json(rows) if asked.json else as_table(rows))
    if asked.plots:
        asked.plots.mkdir(parents=True, exist_ok=True)
        asyncio.run(plot(asked.plots, quick=asked.quick))


if __name__ == "__main__":
    main()
