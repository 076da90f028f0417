"""The limits are checked again for missing pictures if the first ones cost more than was reserved."""

from decimal import Decimal

from flux_bot.core.jobs import Image, JobStatus, TaskResult
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import NOW

GUILD = 30
"""The server of the default origin in tests/database.py."""


async def outcome(store_url: str, cost: str | None, per_month: str | None = None, **rules: Decimal) -> JobStatus:
    """Return the status of a request for four pictures at 0.1 credits each, after a task returned one for this cost."""
    async with JobStore(store_url, rules=OperatorRules(**rules)) as store:  # type: ignore[arg-type]
        month = Decimal(per_month) if per_month else None
        await store.servers.change(GUILD, lambda _: ServerSettings(credits_per_month=month), user_id=1, now=NOW)
        async with db.Rows(store_url) as rows:
            await rows.clear()
            await rows.clear_ledger()
        job = await db.running(store, model="priced", count=4)
        part = TaskResult(f"task of {job.id}", (Image("https://p/1.png"),), cost=Decimal(cost) if cost else None)
        assert await store.finish(job.id, part, now=NOW)
        return (await db.fresh(store, job)).status


async def test_missing_pictures(store_url: str) -> None:
    """The missing pictures are requested if the limits allow their price; otherwise the first picture is the result."""
    queued, finished = JobStatus.QUEUED, JobStatus.FINISHED
    for cost, per_month, rules, expected in (
        ("0.1", None, {}, queued),
        ("0.4", None, {}, queued),
        (None, None, {"budget_per_day": Decimal("0.4")}, queued),
        ("0.1", None, {"budget_per_day": Decimal("0.4")}, queued),
        ("0.4", None, {"budget_per_day": Decimal("0.4")}, finished),
        ("0.4", None, {"budget_per_month": Decimal("0.69")}, finished),
        ("0.4", None, {"budget_per_month": Decimal("0.7")}, queued),
        ("0.4", "0.69", {}, finished),
        ("0.4", "0.7", {}, queued),
    ):
        assert await outcome(store_url, cost, per_month, **rules) is expected, (cost, per_month, rules)
