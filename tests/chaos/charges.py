"""Check the bot's ledger of costs, which should equal what the image API has charged or may have charged."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import flux_bot.core
from flux_bot.core.jobs import JobStatus
from flux_bot.sandbox.api_forms import CREDITS
from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask

CATALOGUE = Path(flux_bot.core.__path__[0], "catalogue.toml")
_TOLD = ("prompt", "status", "count", "in_doubt", "cost", "failure_code")


def priced_catalogue() -> str:
    """Return the default catalogue with the prices of the fake API, which does not report the cost in every form."""
    text = re.sub(r"^credits = .*\n", "", CATALOGUE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return re.sub(
        r'^name = "(.+)"\n', lambda name: f"{name[0]}credits = {CREDITS[name[1]]}\n", text, flags=re.MULTILINE
    )


def wrong_charges(flux: FakeFlux, rows: Iterable[dict[str, Any]], ledger: Mapping[str, Decimal]) -> list[str]:
    """Return a description of each amount in the ledger that is wrong.

    The cost is uncertain only if a job was cancelled or abandoned, or has only some of its pictures. In these cases,
    the expected cost counts. For all other jobs, the amount is exactly the cost of their tasks.
    """
    tasks: dict[str, list[FakeTask]] = defaultdict(list)
    for task in flux.tasks.values():
        tasks[str(task.request["callback_url"]).split("/")[-2]].append(task)
    jobs = {row["id"]: row for row in rows}
    found = []
    for job_id in sorted({*tasks, *jobs, *ledger}):
        row, amount = jobs.get(job_id), ledger.get(job_id)
        due = _due(tasks[job_id], row, reports_cost=flux.form.reports_cost)
        if row is not None and row["in_doubt"] and not _may_be_in_doubt(row):
            found.append(f"job {job_id} is {row['status']}, but {row['in_doubt']} pictures are in doubt")
        if (amount or Decimal()) != due or (row is not None and amount is None):
            known = {name: row[name] for name in _TOLD} if row else "no row"
            found.append(f"the ledger has {amount} for job {job_id}, not {due}: {known}")
    return found


def _may_be_in_doubt(row: dict[str, Any]) -> bool:
    is_partial = 0 < len(row["images"] or ()) < row["count"]
    return is_partial or row["status"] in (JobStatus.ABANDONED, JobStatus.CANCELLED)


def _due(tasks: Iterable[FakeTask], row: dict[str, Any] | None, *, reports_cost: bool) -> Decimal:
    """Return the amount that the ledger should have for a job."""
    if row is None or not row["in_doubt"]:
        return sum((task.cost for task in tasks), Decimal())
    # If the API does not report costs, the cost of the earlier pictures is uncertain as well.
    known = row["earlier_tasks"] or () if reports_cost or row["images"] else ()
    in_doubt = row["in_doubt"] * (row["expected_cost"] or Decimal()) / row["count"]
    return sum((task.cost for task in tasks if task.id in known), Decimal(in_doubt))
