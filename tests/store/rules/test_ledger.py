"""The ledger: costs are reserved when a job is accepted, and replaced by the actual cost or released at its end."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import sqlalchemy as sa

from flux_bot.core.jobs import Image, Job, TaskResult
from flux_bot.metrics import Metrics
from flux_bot.store.schema import Credits, ledger
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import CATALOGUE, LATER, NOW, SECOND, UNLIMITED, Rows

PRICE = Decimal("0.1")
"""Price of a picture of the model "priced", in credits."""
Row = tuple[int, Decimal]
"""The pictures and credits of a job in the ledger."""


def made(job: Job, pictures: int = 4, cost: str | None = "0.35") -> TaskResult:
    """Return a result."""
    images = tuple(Image(f"https://pictures.example/{number}.png") for number in range(pictures))
    return TaskResult(f"task of {job.id}", images, cost=Decimal(cost) if cost else None)


async def entry(rows: Rows, job: Job) -> Row:
    """Return what the ledger says about a job."""
    query = sa.select(ledger.c.pictures, ledger.c.amount).where(ledger.c.job_id == job.id)
    async with rows._engine.begin() as connection:  # noqa: SLF001
        pictures, amount = (await connection.execute(query)).one()
    return pictures, amount


async def start(store: JobStore, **changes: object) -> Job:
    """Bring a new request for four pictures to RUNNING."""
    return await db.running(store, **{"model": "priced", "count": 4, **changes})  # type: ignore[arg-type]


RESERVED, RELEASED = (4, 4 * PRICE), (0, Decimal())


async def test_reserved_and_settled(store: JobStore, rows: Rows) -> None:
    """The ledger has the expected cost from acceptance until the result, and then the actual cost."""
    job = await db.queued(store, model="priced", count=4)
    assert await entry(rows, job) == RESERVED
    claimed = await db.claim_next(store)
    assert claimed is not None
    assert await entry(rows, job) == RESERVED
    await store.submissions.mark_running(claimed, f"task of {job.id}", next_lookup_at=LATER)
    assert await entry(rows, job) == RESERVED
    await store.finish(job.id, made(job), now=NOW)
    assert await entry(rows, job) == (4, Decimal("0.35"))
    (delivery,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(delivery, (20, 1), now=NOW)
    await store.deliveries.close(delivery)
    assert await store.overdue.prune(10, before=LATER + timedelta(days=1)) == 1
    assert await entry(rows, job) == (4, Decimal("0.35")), "it outlives the job"


class Life:
    """The events that may happen to a running job."""

    def __init__(self, store: JobStore, rows: Rows, job: Job) -> None:
        self._store = store
        self._rows = rows
        self._job = job

    async def finish(self) -> None:
        """Finish the job with all its pictures."""
        await self._store.finish(self._job.id, made(self._job), now=NOW)

    async def finish_without_cost(self) -> None:
        """Finish the job with all its pictures, but without a cost from the API."""
        await self._store.finish(self._job.id, made(self._job, cost=None), now=NOW)

    async def fail(self) -> None:
        """Fail the job's task."""
        await self._store.finish(self._job.id, db.failure(self._job), now=NOW)

    async def get_one(self) -> None:
        """Give the job one of its pictures, after which it waits to be submitted for the others."""
        await self._store.finish(self._job.id, made(self._job, 1, "0.08"), now=NOW)

    async def get_one_without_cost(self) -> None:
        """Give the job one of its pictures, but without a cost from the API."""
        await self._store.finish(self._job.id, made(self._job, 1, None), now=NOW)

    async def submit_rest(self) -> None:
        """Submit the job for the missing pictures."""
        assert await db.claim_next(self._store)

    async def get_rest(self, cost: str | None = "0.25") -> None:
        """Give the job the missing pictures."""
        rest = replace(made(self._job, 3, cost), task_id="another task")
        await self._store.finish(self._job.id, rest, now=NOW)

    async def get_rest_without_cost(self) -> None:
        """Give the job the missing pictures, but without a cost from the API."""
        await self.get_rest(None)

    async def cancel(self) -> None:
        """Cancel the job."""
        assert await self._store.cancel(self._job.id, now=NOW)

    async def abandon(self) -> None:
        """Abandon the job, as its deadline has passed."""
        await self._rows.put(self._job.id, deadline_at=NOW)
        await self._store.overdue.abandon_overdue(now=NOW)


STORIES: dict[str, Row] = {
    "fail": RELEASED,
    "finish": (4, Decimal("0.35")),
    "finish_without_cost": RESERVED,
    "cancel": RESERVED,
    "cancel finish finish": (4, Decimal("0.35")),
    "cancel fail": RELEASED,
    "cancel finish_without_cost": RESERVED,
    "abandon": RESERVED,
    "abandon finish": (4, Decimal("0.35")),
    "abandon fail": RELEASED,
    "get_one": (4, Decimal("0.08") + 3 * PRICE),
    "get_one cancel": (4, Decimal("0.08")),
    "get_one_without_cost cancel": (4, PRICE),
    "get_one submit_rest": (4, Decimal("0.08") + 3 * PRICE),
    "get_one submit_rest abandon": (4, Decimal("0.08") + 3 * PRICE),
    "get_one submit_rest abandon get_rest": (4, Decimal("0.33")),
    "get_one abandon": (4, Decimal("0.08")),
    "get_one submit_rest get_rest": (4, Decimal("0.33")),
    "get_one submit_rest get_rest_without_cost": (4, Decimal("0.08") + 3 * PRICE),
    "get_one_without_cost submit_rest get_rest": (4, PRICE + Decimal("0.25")),
    "get_one_without_cost submit_rest get_rest_without_cost": RESERVED,
}
"""The events of a running job, in order, and the ledger's content afterwards."""


async def test_what_ends_a_running_job(store: JobStore, rows: Rows) -> None:
    """A failure costs nothing; an amount that may have been charged counts until the result is known."""
    for story, expected in STORIES.items():
        await rows.clear()
        job = await start(store)
        life = Life(store, rows, job)
        for event in story.split():
            await getattr(life, event)()
        assert await entry(rows, job) == expected, story


async def test_what_ends_a_queued_job(store: JobStore, rows: Rows) -> None:
    """Nothing is charged before the submission, so everything is released."""
    job = await db.queued(store, model="priced", count=4)
    await store.cancel(job.id, now=NOW)
    assert await entry(rows, job) == RELEASED
    overdue = await db.queued(store, model="priced", count=4)
    await rows.put(overdue.id, deadline_at=NOW)
    await store.overdue.abandon_overdue(now=NOW)
    assert await entry(rows, overdue) == RELEASED
    withdrawn = await db.queued(store, model="priced", count=4)
    assert await store.admission.withdraw(withdrawn)
    async with rows._engine.begin() as connection:  # noqa: SLF001
        found = await connection.execute(sa.select(ledger.c.job_id).where(ledger.c.job_id == withdrawn.id))
        assert found.first() is None


async def test_submissions_that_started_nothing(store: JobStore, rows: Rows) -> None:
    """If the API is busy, the reservation stays; a cancelled job's reservation is released when the API answers."""
    job = await db.submitting(store, model="priced", count=4)
    assert await store.submissions.requeue(job, db.BUSY, failed=False)
    assert await entry(rows, job) == RESERVED
    assert await store.cancel(job.id, now=NOW)
    assert await entry(rows, job) == RELEASED
    job = await db.submitting(store, model="priced", count=4)
    await store.cancel(job.id, now=NOW)
    assert await entry(rows, job) == RESERVED
    assert await store.submissions.requeue(job, db.BUSY, failed=False) is None
    assert await entry(rows, job) == RELEASED
    job = await db.submitting(store, model="priced", count=4)
    refused = replace(db.failure(job), task_id=None)
    assert await store.finish(job.id, refused, now=NOW, claimed_at=job.submitted_at)
    assert await entry(rows, job) == RELEASED


async def test_groups(store: JobStore, rows: Rows) -> None:
    """Each job of a group has its own row; cancelling the group settles them all."""
    done, running, _ = jobs = await db.group(store, model="priced")
    await db.start(store, [done, running])
    await store.finish(done.id, made(done, 1), now=NOW)
    assert await store.cancel(done.id, now=NOW + SECOND)
    assert [await entry(rows, job) for job in jobs] == [(1, Decimal("0.35")), (1, PRICE), RELEASED]
    assert await store.finish(running.id, made(running, 1, "0.31"), now=NOW) is None
    assert await entry(rows, running) == (1, Decimal("0.31"))


async def test_a_rejected_model(store: JobStore, rows: Rows) -> None:
    """If another model replaces the rejected one, its price is reserved; otherwise everything is released.

    If that price is unknown, the reservation stays.
    """
    chosen = await db.queued(store, model="priced", count=4)
    claimed = await db.claim_next(store, UNLIMITED)
    assert claimed is not None
    await store.submissions.reject_model(claimed, db.BUSY, CATALOGUE, now=NOW)
    await store.finish(chosen.id, replace(db.failure(chosen), task_id=None), now=NOW, claimed_at=claimed.submitted_at)
    assert await entry(rows, chosen) == RELEASED
    default = await db.queued(store, model="priced", count=4, model_chosen=False)
    assert await entry(rows, default) == RESERVED
    assert await db.claim_next(store) is not None
    assert await entry(rows, default) == RESERVED, "the price of the other model is not known"
    await store.finish(default.id, made(default, cost=None), now=NOW)
    assert await entry(rows, default) == RESERVED
    async with rows._engine.begin() as connection:  # noqa: SLF001
        query = sa.select(ledger.c.model).where(ledger.c.job_id == default.id)
        assert (await connection.execute(query)).scalar_one() == "unused", "the model that was paid for"
    again = await db.queued(store, model="priced", count=4)
    await db.claim_queued(store, 10, UNLIMITED)
    assert await entry(rows, again) == RELEASED


async def test_exact_amounts(store: JobStore, rows: Rows) -> None:
    """The database adds amounts exactly, to the last billionth of a credit."""
    for cost in ("0.000000001", "0.1", "0.2"):
        job = await start(store, count=1)
        await store.finish(job.id, made(job, 1, cost), now=NOW)
    async with rows._engine.begin() as connection:  # noqa: SLF001
        total = await connection.execute(sa.select(sa.func.sum(ledger.c.amount, type_=Credits)))
        assert total.scalar_one() == Decimal("0.300000001")


BEFORE = {"sqlite": (35, 33), "postgresql": (30, 28)}
"""Number of statements for a job before there were rules and a ledger: with a callback, and with a look-up."""


async def test_the_number_of_statements(store_url: str) -> None:
    """Without any rule, a job takes at most one more statement than without a ledger, and no further transaction."""
    metrics = Metrics()
    async with JobStore(store_url, metrics) as store:
        await db.delivered(store, model="priced", message_id=1)  # statements that run only once for each model
        for by_callback, before in zip((True, False), BEFORE[store_url.partition(":")[0]], strict=True):
            done = metrics.registry.get_sample_value("flux_bot_database_transaction_seconds_count")
            with db.executions() as executed:
                job = await db.queued(store, model="priced")
                await store.admission.set_reply(job.id, 7)
                claimed = await db.claim_next(store)
                assert claimed is not None
                await store.submissions.mark_running(claimed, f"task of {job.id}", next_lookup_at=LATER)
                result = made(job, 1, "0.11")
                if by_callback:
                    assert (await store.receive(job.id, job.callback_secret, result, now=NOW)).finished
                else:
                    assert await store.finish(job.id, result, now=NOW)
                (delivery,) = await db.claim_deliveries(store)
                await store.deliveries.mark_delivered(delivery, (20, 2 + by_callback), now=NOW)
                await store.deliveries.close(delivery)
            assert len(executed) <= before + 1, executed
            assert metrics.registry.get_sample_value("flux_bot_database_transaction_seconds_count") == (done or 0) + 8


async def test_prices_that_are_rounded(store: JobStore, rows: Rows) -> None:
    """A result of three pictures for 0.1 credits sets a rounded price, which later divisions do not change."""
    job = await start(store, count=3)
    await store.finish(job.id, made(job, 3, "0.1"), now=NOW)
    job = await start(store, count=4)
    reserved = (4, Decimal("0.133333332"))
    assert await entry(rows, job) == reserved
    await store.cancel(job.id, now=NOW)
    assert await entry(rows, job) == reserved
