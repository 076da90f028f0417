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
    """Measure all figures, or only those named."""
    effort = QUICK if quick else FULL
    rows: list[Row] = []
    for figure in FIGURES:
        if not only or figure.__name__ in only:
            print(f"measuring: {figure.__name__}", file=sys.stderr, flush=True)
            rows += await figure(effort)
    return rows


def as_json(rows: Sequence[Row]) -> str:
    """Format the rows as JSON."""
    return json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=1)


def as_table(rows: Sequence[Row]) -> str:
    """Format the rows as a Markdown table."""
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
    """Compare the bot with the yardstick and print the results."""
    names = [figure.__name__ for figure in FIGURES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--quick", action="store_true", help="run everything at a small size, in about a minute")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--only", nargs="+", choices=names, default=[], help="measure only these figures")
    parser.add_argument(
        "--plots", type=Path, metavar="FOLDER", help="also draw how the costs grow, as PNG files in this folder"
    )
    options = parser.parse_args(arguments)
    rows = asyncio.run(measure(quick=options.quick, only=options.only))
    print(as_json(rows) if options.json else as_table(rows))
    if options.plots:
        options.plots.mkdir(parents=True, exist_ok=True)
        asyncio.run(plot(options.plots, quick=options.quick))


if __name__ == "__main__":
    main()
