"""The ledger: one row with the cost of each job. The row outlives the job, which is pruned together with its prompt.

The expected cost is reserved when a job is accepted, replaced by the actual cost when the result arrives, and released
if nothing was charged. An amount that may have been charged counts as spent. The amount follows from the job's row
alone (``_AMOUNT``), so code that changes a job's cost or status must call ``settle`` in the same transaction.
"""

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa

from flux_bot.core.jobs import Job, JobStatus, TaskResult
from flux_bot.store.schema import Credits, jobs, ledger

_PRICE = sa.func.coalesce(
    sa.type_coerce(jobs.c.expected_cost, sa.BigInteger) // sa.func.nullif(jobs.c.count, 0, type_=sa.Integer), 0
)
"""Expected price of a picture, in billionths of a credit. The expected cost is a multiple of it, so this is exact."""
_IS_QUEUED = jobs.c.status == JobStatus.QUEUED
_TO_SUBMIT = sa.case((_IS_QUEUED, sa.func.coalesce(jobs.c.missing, jobs.c.count)), else_=0)
_WITHOUT_COST = sa.func.coalesce(sa.func.json_array_length(jobs.c.images, type_=sa.Integer), 0) * _PRICE
"""Expected cost of a job's pictures, used if the API did not say what they cost."""
_AMOUNT = (
    sa.func.coalesce(sa.type_coerce(jobs.c.cost, sa.BigInteger), _WITHOUT_COST)
    + (sa.func.coalesce(jobs.c.in_doubt, 0) + _TO_SUBMIT) * _PRICE
)
_IS_CHARGED = sa.or_(_IS_QUEUED, jobs.c.in_doubt.is_not(None), jobs.c.images.is_not(None), jobs.c.cost > Decimal())
_PICTURES = sa.case((_IS_CHARGED, jobs.c.count), else_=0)

_THE_ROW = ledger.c.job_id == sa.bindparam("job")
_OF_ROW = jobs.c.id == ledger.c.job_id
_SETTLED = {
    "amount": sa.select(sa.type_coerce(_AMOUNT, Credits)).where(_OF_ROW).scalar_subquery(),
    "pictures": sa.select(_PICTURES).where(_OF_ROW).scalar_subquery(),
    "model": sa.select(jobs.c.model).where(_OF_ROW).scalar_subquery(),  # changes if the API rejects the first model
}
_SETTLE = sa.update(ledger).where(ledger.c.job_id.in_(sa.bindparam("jobs"))).values(**_SETTLED)
_REMOVE = sa.delete(ledger).where(ledger.c.job_id.in_(sa.bindparam("jobs")))


def reserve(connection: sa.Connection, accepted: Sequence[Job], guild_id: int | None) -> None:
    """Add rows for new jobs with their expected costs; ``guild_id`` is the server where they were requested."""
    rows = [
        {
            "job_id": job.id,
            "user_id": job.origin.user_id,
            "guild_id": guild_id,
            "model": job.request.model,
            "pictures": job.request.count,
            "amount": job.expected_cost or Decimal(),
            "accepted_at": job.accepted_at,
        }
        for job in accepted
    ]
    connection.execute(sa.insert(ledger), rows)


def settle(connection: sa.Connection, job_ids: Sequence[str]) -> None:
    """Update the rows of jobs to what is now known about their costs."""
    if job_ids:
        connection.execute(_SETTLE, {"jobs": [*job_ids]})


def total_cost(row: sa.RowMapping, result: TaskResult) -> Decimal | None:
    """Return the cost of a job including a new result, in credits; None if the API has not named any cost.

    If the API has named the cost of only some of the pictures, the others count with their expected price.
    """
    parts = ((row["cost"], len(row["images"] or ())), (result.cost, len(result.images)))
    named = [cost for cost, _ in parts if cost is not None]
    if not named:
        return None
    price = (row["expected_cost"] or Decimal()) / row["count"]
    return sum(named, price * sum(pictures for cost, pictures in parts if cost is None))


def release(connection: sa.Connection, job_ids: Sequence[str]) -> None:
    """Remove the rows of jobs that were withdrawn before anything was submitted."""
    connection.execute(_REMOVE, {"jobs": [*job_ids]})
