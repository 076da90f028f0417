"""The contents of the rows of jobs, and the indexes that statements use."""

import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from flux_bot.core.jobs import Action, CardState, Failure, Image, ImageRequest, Job, JobStatus, Origin, TaskResult
from flux_bot.store.schema import Credits, UtcTime, jobs
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, MICROSECOND, NO_SLOTS, NOW, SECOND, UNLIMITED

LARGEST_ID = 2**63 - 1
LAST_TIME = datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
PROMPT = (
    "🦊👩‍👩‍👧‍👦 „Füchse“\n\t'; DROP TABLE jobs; -- \\ % _ :name \N{RIGHT-TO-LEFT OVERRIDE}ثعلب أحمر 赤い狐 e\u0301 "
)

MANY_JOBS = """
INSERT INTO jobs (id, callback_secret, status, action, prompt, model, size, count, private, user_id, channel_id, locale,
                  token_expires_at, upload_limit, can_post, accepted_at, turn, card, submitted_at, finished_at)
SELECT n, 'secret', 'delivered', 'generate', 'a red fox', 'model' || n % 5, '64x64', 1, false, n % 1000, 2, 'de',
       1, 1, true, n, 0, 'painting', n, n
FROM generate_series(1, 20000) AS n
"""

MAXIMAL = (
    ImageRequest(
        Action.EDIT,
        (PROMPT * 100)[:4000],
        "m" * 100,
        "65536x65536",
        2,
        "https://é.example/" + "é" * 2000,
        private=True,
    ),
    Origin(
        LARGEST_ID, LARGEST_ID, LARGEST_ID, "es-419", "t" * 2000, LAST_TIME, upload_limit=500 * 2**20, can_post=True
    ),
)
MINIMAL = (
    ImageRequest(Action.GENERATE, prompt="a", model="", size="", count=0),  # an empty prompt marks an erased job
    Origin(0, 0, None, "", None, datetime(1970, 1, 1, tzinfo=UTC), upload_limit=0, can_post=False),
)


def test_every_field_of_a_job_has_a_column() -> None:
    names = {field.name for kind in (Job, ImageRequest, Origin) for field in fields(kind)}
    assert names - set(jobs.c.keys()) == {"request", "origin", "result", "group"}


async def test_a_job_is_read_unchanged(store: JobStore) -> None:
    """A request, its origin and everything that happens to the job is stored unchanged, even at its extremes."""
    for seconds, (request, origin) in enumerate((MINIMAL, MAXIMAL)):
        at = NOW - seconds * SECOND  # the second job is older and is claimed first
        accepted = (await store.admission.accept(db.new_job(request, origin, NO_SLOTS, at))).job
        assert (accepted.request, accepted.origin) == (request, origin)
        assert await store.history.job(accepted.id) == accepted
    first = await db.claim_next(store)
    assert first
    assert first.id == accepted.id
    assert await store.submissions.requeue(first, Failure("api_error"), failed=True)
    claimed = await db.claim_next(store, now=NOW + SECOND)
    assert claimed
    await store.admission.set_reply(claimed.id, LARGEST_ID - 1)
    assert await store.claim_card(claimed, CardState.BUSY, now=NOW, lease=SECOND)
    await store.release_card(claimed.id)
    images = (Image("https://pictures.example/" + "x" * 1975, 2**63 - 1), Image("https://é.example/", None))
    result = TaskResult("t" * 200, images, trace_id="r" * 200, cost=Decimal("0.432000001"))
    assert await store.finish(claimed.id, result, now=NOW + 3 * SECOND)
    failed = await db.claim_next(store)
    assert failed
    failure = TaskResult(None, failure=Failure("c" * 200, (PROMPT * 10)[:500]))
    assert await store.finish(failed.id, failure, now=LATER + SECOND)
    assert (await db.fresh(store, failed)).result == failure
    [due] = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(due, (20, LARGEST_ID), now=LATER)
    assert await store.history.job(claimed.id) == replace(
        accepted,
        status=JobStatus.DELIVERED,
        card=CardState.BUSY,
        reply_message_id=LARGEST_ID - 1,
        failed_submissions=1,
        submitted_at=NOW + SECOND,
        task_id="t" * 200,
        result=result,
        finished_at=NOW + 3 * SECOND,
        delivery_attempts=1,
        delivered_at=LATER,
        result_message_id=LARGEST_ID,
        result_channel_id=20,
    )


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)))  # noqa: DTZ001  Hypothesis takes naive bounds
def test_no_time_is_rounded(at: datetime) -> None:
    """Every microsecond survives, later times have greater column values, and times of any zone become UTC."""
    column, dialect = UtcTime(), sa.create_engine("sqlite://").dialect
    abroad = at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    seconds, later = (column.process_bind_param(abroad + more * MICROSECOND, dialect) for more in (0, 1))
    assert seconds is not None
    assert later is not None
    assert seconds < later
    read = column.process_result_value(seconds, dialect)
    assert (read, read and read.tzinfo) == (at, UTC)


@given(st.decimals(0, 10**6, places=9))
def test_no_credits_are_rounded(amount: Decimal) -> None:
    """Amounts with up to nine decimals survive, as integers that databases can add."""
    column, dialect = Credits(), sa.create_engine("sqlite://").dialect
    stored = column.process_bind_param(amount, dialect)
    assert stored == amount * 10**9
    assert column.process_result_value(stored, dialect) == amount


async def call_every_method(store: JobStore) -> None:
    """Call every method of the store on one job."""
    job = claimed = await db.queued(store)
    for _ in range(2):
        claimed = await db.claim_next(store) or job
        await store.submissions.requeue(claimed, Failure("api_error"), failed=False)
    await db.claim_next(store)
    await store.submissions.reject_size(claimed, db.BUSY, db.CATALOGUE, now=NOW)
    await store.submissions.reject_model(claimed, db.BUSY, db.CATALOGUE, now=NOW)
    await store.submissions.note_no_answer(claimed)
    await store.overdue.claim_searches(50, now=LATER, pause=SECOND)
    await store.submissions.mark_running(job, "task", next_lookup_at=NOW, is_first=True, now=NOW)
    await store.admission.set_reply(job.id, 5)
    await store.claim_card(job, CardState.BUSY, now=NOW, lease=SECOND)
    await store.release_card(job.id)
    await store.overdue.claim_lookups(50, now=NOW, again_at=NOW)
    await store.overdue.abandon_overdue(now=NOW)
    await store.overdue.next_due_at()
    await store.finish(job.id, TaskResult("task", (Image("https://pictures.example/1.png"),)), now=NOW)
    await store.receive(job.id, job.callback_secret, TaskResult("task", failure=Failure("api_error")), now=NOW)
    [due] = await db.claim_deliveries(store)
    await store.deliveries.set_next(job, NOW)
    await store.deliveries.mark_undelivered(due, now=NOW)
    await store.history.undelivered(1, 5)
    await store.history.fetch_undelivered(job.id, job.origin, 6, now=NOW)
    await store.deliveries.mark_delivered(due, (20, 7), now=NOW)
    await store.deliveries.close(job)
    await store.usual_seconds("flux-dev")
    await store.overdue.prune(100, before=NOW)
    await store.count_open()
    await store.cancel(job.id, now=NOW)
    await store.forget_token(job.id)
    await store.overdue.claim_slow(10, now=NOW)
    await store.history.job(job.id)
    await store.history.children(job.id, 5)
    await store.history.overview(1, now=NOW)
    await store.history.search(1, "red fox", 25)
    await store.history.page(1, "red fox", 1, 6)
    await store.history.forget_message(job.id, 7)
    await store.history.prefer(1, count=2)
    await store.admission.accept(db.new_job(job.request, job.origin, UNLIMITED, NOW, parent_id=job.id))
    await store.overdue.look_up_now(now=NOW)
    await store.note("commands")
    await store.set_note("commands", "a hash")


SMALL = ("SCAN found", "SCAN capabilities")
"""Scans that need no index: of rows that a statement has already found, and of a table with a few rows."""


async def test_no_statement_reads_the_whole_table(tmp_path: Path) -> None:
    """Every statement uses an index, so old jobs cost nothing."""
    path = tmp_path / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        with db.statements() as seen:
            await call_every_method(store)
    explained = [statement for statement in seen if not statement.startswith(("BEGIN", "INSERT"))]
    assert len(explained) > 20
    with closing(sqlite3.connect(path)) as connection:
        for statement in explained:
            steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", seen[statement]).fetchall()
            assert not [step for step in steps if "SCAN" in step[-1] and step[-1] not in SMALL], statement


async def test_no_statement_reads_the_whole_table_of_postgresql(postgres_url: str) -> None:
    """PostgreSQL also uses an index for every statement if there are enough jobs."""
    async with JobStore(postgres_url) as store:
        with db.statements() as seen:
            await call_every_method(store)
    explained = [statement for statement in seen if "jobs" in statement and not statement.startswith("INSERT")]
    assert len(explained) > 15
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute(MANY_JOBS)
        await connection.execute("ANALYZE jobs")
        for statement in explained:
            steps = await connection.fetch(f"EXPLAIN {statement}", *seen[statement])
            assert not [step for (step,) in steps if "Seq Scan" in step], statement
    finally:
        await connection.close()
