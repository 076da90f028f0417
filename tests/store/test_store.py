"""The store: opening a database, what its rows hold, notes, and the indexes that its queries use."""

import re
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from flux_bot.core.errors import ConfigurationError, StartupFailed, StoreUnavailable
from flux_bot.core.jobs import Action, CardState, Failure, Image, ImageRequest, Job, JobStatus, Origin, TaskResult
from flux_bot.store.schema import UtcTime, jobs
from flux_bot.store.store import JobStore
from tests.database import (
    DEADLINE,
    NO_SLOTS,
    NOW,
    SECOND,
    UNLIMITED,
    claim_next,
    finished,
    fresh,
    new_job,
    queued,
    running,
    statements,
    success,
)

LARGEST_ID = 2**63 - 1
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
        action=Action.EDIT,
        prompt=(PROMPT * 100)[:4000],
        model="m" * 100,
        size="65536x65536",
        count=10,
        image_url="https://pictures.example/" + "é" * 2000,
        private=True,
    ),
    Origin(
        user_id=LARGEST_ID,
        channel_id=LARGEST_ID,
        guild_id=LARGEST_ID,
        locale="es-419",
        interaction_token="t" * 2000,
        token_expires_at=datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        upload_limit=500 * 2**20,
        can_post=True,
    ),
)
MINIMAL = (
    ImageRequest(action=Action.GENERATE, prompt="", model="", size="", count=0, image_url=None, private=False),
    Origin(
        user_id=0,
        channel_id=0,
        guild_id=None,
        locale="",
        interaction_token=None,
        token_expires_at=datetime(1970, 1, 1, tzinfo=UTC),
        upload_limit=0,
        can_post=False,
    ),
)


# --- opening -----------------------------------------------------------------------------------------


async def test_reopening_preserves_everything(store_url: str) -> None:
    """A reopened database has its jobs and notes, and accepts new jobs."""
    async with JobStore(store_url) as store:
        job = await finished(store)
        await store.set_note("commands", "a hash")
    async with JobStore(store_url) as store:
        assert await store.history.job(job.id) == job
        assert await store.note("commands") == "a hash"
        assert (await queued(store)).id != job.id


async def test_sqlite_gets_its_directory_and_its_write_ahead_log(tmp_path: Path) -> None:
    """The directory of a SQLite file is created, and readers do not block the bot."""
    path = tmp_path / "not" / "there" / "jobs.db"
    async with JobStore(f"sqlite:///{path}"):
        with closing(sqlite3.connect(path)) as reader:
            assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def a_file_in_the_way(directory: Path) -> str:
    (directory / "file").write_text("no directory")
    return f"sqlite:///{directory}/file/jobs.db"


def a_directory(directory: Path) -> str:
    return f"sqlite:///{directory}"


def no_database(directory: Path) -> str:
    path = directory / "letter.txt"
    path.write_text("Dear reader, this is a text and no database at all. " * 100)
    return f"sqlite:///{path}"


def no_socket(directory: Path) -> str:
    return f"postgresql://fox:secret@/jobs?host={directory}"


def nobody_listens(_: Path) -> str:
    return "postgresql://fox:secret@127.0.0.1:1/jobs"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (a_file_in_the_way, "File exists"),
        (a_directory, "unable to open database file"),
        (no_database, "file is not a database"),
        (no_socket, "No such file or directory"),
        (nobody_listens, "Connect call failed"),
    ],
)
async def test_a_database_that_cannot_be_opened_says_why(
    address: Callable[[Path], str], reason: str, tmp_path: Path
) -> None:
    """One line names the setting and the reason, and reveals no secret."""
    with pytest.raises(StartupFailed) as failed:
        await JobStore(address(tmp_path)).__aenter__()
    assert re.fullmatch(f"DATABASE_URL: can't open the database: .*{reason}.*", str(failed.value))
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize(("right", "wrong"), [("/postgres?", "/nothing?"), ("//postgres:", "//nobody:")])
async def test_an_unknown_postgresql_database_or_role(right: str, wrong: str, postgres_url: str) -> None:
    """The error names the missing database or role."""
    with pytest.raises(StartupFailed, match=rf'"{wrong.strip("/?:")}" does not exist$'):
        await JobStore(postgres_url.replace(right, wrong)).__aenter__()


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://127.0.0.1:1/jobs?sslmode=require",
        "postgresql://127.0.0.1:1/jobs?unheard=of",
        "postgresql://127.0.0.1:port/jobs",
    ],
)
async def test_an_invalid_address_is_reported(address: str) -> None:
    """A mistyped address gives one line, never a traceback."""
    with pytest.raises((ConfigurationError, StartupFailed), match=r"^DATABASE_URL"):
        await JobStore(address).__aenter__()


async def test_database_errors_reveal_no_secret(store: JobStore) -> None:
    """The error of a failed statement contains neither the interaction token nor the prompt."""
    with pytest.raises(StoreUnavailable) as failed:
        await queued(store, model=object())
    text = "".join(traceback.format_exception(failed.value))
    assert "the token" not in text
    assert "a red fox" not in text


# --- rows --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("request_", "origin_"), [MAXIMAL, MINIMAL], ids=["maximal", "minimal"])
async def test_a_job_is_read_unchanged(
    request_: ImageRequest, origin_: Origin, store: JobStore, store_url: str
) -> None:
    """Every field of a request and its origin is stored unchanged, even at its extremes."""
    accepted = await store.admission.accept(new_job(request_, origin_, UNLIMITED, NOW))
    assert accepted is not None
    assert (accepted.job.request, accepted.job.origin) == (request_, origin_)
    assert await store.history.job(accepted.job.id) == accepted.job
    async with JobStore(store_url) as another:
        assert await another.history.job(accepted.job.id) == accepted.job


async def test_all_fields_of_a_delivered_job(store: JobStore) -> None:
    """Everything that happens to a job is stored, even at its extremes, and its request stays unchanged."""
    request, origin = MAXIMAL
    accepted = await store.admission.accept(new_job(request, origin, NO_SLOTS, NOW))
    assert accepted is not None
    for attempt in (1, 2):
        claimed = await claim_next(store, UNLIMITED, DEADLINE, now=NOW + attempt * SECOND)
        assert claimed is not None
        if attempt == 1:
            assert await store.requeue(claimed, Failure("api_error"), failed=True)
    await store.set_reply(accepted.job.id, LARGEST_ID - 1)
    assert claimed is not None
    assert await store.claim_card(claimed, CardState.BUSY, now=NOW, lease=SECOND)
    await store.release_card(accepted.job.id)
    images = (Image("https://pictures.example/" + "x" * 1975, 2**63 - 1), Image("https://é.example/", None))
    result = TaskResult("t" * 200, images, trace_id="r" * 200)
    assert await store.finish(accepted.job.id, result, now=NOW + 3 * SECOND)
    [due] = (await store.deliveries.claim(8, now=NOW + 4 * SECOND, lease=SECOND, reply_grace=SECOND)).jobs
    await store.deliveries.mark_delivered(due, (20, LARGEST_ID), now=NOW + 5 * SECOND)
    assert await store.history.job(accepted.job.id) == Job(
        id=accepted.job.id,
        callback_secret=accepted.job.callback_secret,
        status=JobStatus.DELIVERED,
        request=request,
        origin=origin,
        accepted_at=NOW,
        card=CardState.BUSY,
        reply_message_id=LARGEST_ID - 1,
        failed_submissions=1,
        submitted_at=NOW + 2 * SECOND,
        task_id="t" * 200,
        result=result,
        finished_at=NOW + 3 * SECOND,
        delivery_attempts=1,
        delivered_at=NOW + 5 * SECOND,
        result_message_id=LARGEST_ID,
        result_channel_id=20,
    )


@pytest.mark.parametrize("message", ["", "x" * 500, PROMPT], ids=["empty", "long", "odd"])
async def test_a_failure_is_stored(message: str, store: JobStore) -> None:
    """The API's error code and message are stored unchanged."""
    job = await running(store)
    result = TaskResult(job.task_id, failure=Failure("c" * 200, message))
    assert await store.finish(job.id, result, now=NOW)
    assert (await fresh(store, job)).result == result


async def test_an_unknown_id_changes_nothing(store: JobStore) -> None:
    """Calls with an unknown job id do nothing."""
    known = await queued(store)
    unknown = replace(known, id="unknown")
    await store.set_reply("unknown", 5)
    assert not await store.claim_card(unknown, CardState.BUSY, now=NOW, lease=SECOND)
    await store.release_card("unknown")
    await store.deliveries.mark_delivered(unknown, (20, 5), now=NOW)
    await store.deliveries.close("unknown")
    assert not await store.finish("unknown", success(unknown), now=NOW)
    assert await store.history.job("unknown") is None
    assert await store.history.job(known.id) == known


async def test_ids_and_secrets_are_unguessable_and_fit(store: JobStore) -> None:
    """An id fits into a Discord nonce (25 characters), a secret has 256 bits, and all are unique."""
    accepted = [await queued(store) for _ in range(50)]
    assert len({job.id for job in accepted} | {job.callback_secret for job in accepted}) == 100
    assert all(re.fullmatch(r"[\w-]{16}", job.id) for job in accepted)
    assert all(re.fullmatch(r"[\w-]{43}", job.callback_secret) for job in accepted)


@pytest.mark.parametrize("microseconds", [0, 1, 499_999, 999_999])
async def test_times_keep_their_microseconds_and_become_utc(microseconds: int, store: JobStore) -> None:
    """Times are stored to the microsecond and read in UTC, whatever their time zone was."""
    now = datetime(2099, 7, 1, 1, 2, 3, microseconds, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    job = await finished(store, now=now, finished_at=now + timedelta(microseconds=1))
    assert job.accepted_at == job.submitted_at == now
    assert job.finished_at == now + timedelta(microseconds=1)
    assert {at.tzinfo for at in (job.accepted_at, job.submitted_at, job.finished_at)} == {UTC}


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)))  # noqa: DTZ001  Hypothesis takes naive bounds
def test_no_time_is_rounded(at: datetime) -> None:
    """Every microsecond survives, and later times have greater column values."""
    column, dialect = UtcTime(), sa.create_engine("sqlite://").dialect
    seconds, later = (column.process_bind_param(at + timedelta(microseconds=more), dialect) for more in (0, 1))
    assert seconds is not None
    assert later is not None
    assert seconds < later
    assert column.process_result_value(seconds, dialect) == at


def test_every_field_of_a_job_has_a_column() -> None:
    """Every field of Job, ImageRequest and Origin has a column."""
    names = {field.name for kind in (Job, ImageRequest, Origin) for field in fields(kind)}
    assert names - set(jobs.c.keys()) == {"request", "origin", "result"}


# --- notes -------------------------------------------------------------------------------------------


async def test_notes(store: JobStore) -> None:
    """A note is None until it is set, and can be replaced without changing the others."""
    assert await store.note("commands") is None
    await store.set_note("commands", "one")
    await store.set_note("other", PROMPT)
    await store.set_note("commands", "two")
    assert await store.note("commands") == "two"
    assert await store.note("other") == PROMPT


# --- indexes -----------------------------------------------------------------------------------------


async def call_every_method(store: JobStore) -> None:
    """Call every method of the store on one job."""
    job = await queued(store)
    for _ in range(2):
        claimed = await claim_next(store, UNLIMITED, DEADLINE, now=NOW)
        assert claimed is not None
        await store.requeue(claimed, Failure("api_error"), failed=False)
    await claim_next(store, UNLIMITED, DEADLINE, now=NOW)
    await store.mark_running(job, "task", next_lookup_at=NOW)
    await store.set_reply(job.id, 5)
    await store.claim_card(job, CardState.BUSY, now=NOW, lease=SECOND)
    await store.release_card(job.id)
    await store.overdue.claim_lookups(50, now=NOW, again_at=NOW)
    await store.overdue.abandon_overdue(now=NOW)
    await store.overdue.next_due_at()
    await store.finish(job.id, TaskResult("task", (Image("https://pictures.example/1.png"),)), now=NOW)
    await store.receive(job.id, job.callback_secret, TaskResult("task", failure=Failure("api_error")), now=NOW)
    [due] = (await store.deliveries.claim(8, now=NOW, lease=SECOND, reply_grace=SECOND)).jobs
    await store.deliveries.set_next(job.id, NOW)
    await store.deliveries.mark_undelivered(due, now=NOW)
    await store.history.undelivered(1, 5)
    await store.history.fetch_undelivered(job.id, job.origin, 6, now=NOW)
    await store.deliveries.mark_delivered(due, (20, 7), now=NOW)
    await store.deliveries.close(job.id)
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
    await store.admission.accept(new_job(job.request, job.origin, UNLIMITED, NOW, parent_id=job.id))
    await store.note("commands")
    await store.set_note("commands", "a hash")


async def test_no_statement_reads_the_whole_table(tmp_path: Path) -> None:
    """Every statement uses an index, so old jobs cost nothing."""
    path = tmp_path / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        with statements() as seen:
            await call_every_method(store)
    with closing(sqlite3.connect(path)) as connection:
        plans = {
            statement: [step[-1] for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in seen.items()
            if not statement.startswith(("BEGIN", "INSERT"))
        }
    assert len(plans) > 20
    assert [(plan, statement) for statement, plan in plans.items() if any("SCAN" in step for step in plan)] == []


async def test_no_statement_reads_the_whole_table_of_postgresql(postgres_url: str) -> None:
    """On PostgreSQL too, given enough jobs that an index pays."""
    async with JobStore(postgres_url) as store:
        with statements() as seen:
            await call_every_method(store)
    connection = await asyncpg.connect(postgres_url)
    try:
        await connection.execute(MANY_JOBS)
        await connection.execute("ANALYZE jobs")
        plans = {
            statement: [line for (line,) in await connection.fetch(f"EXPLAIN {statement}", *parameters)]
            for statement, parameters in seen.items()
            if "jobs" in statement and not statement.startswith("INSERT")
        }
    finally:
        await connection.close()
    assert len(plans) > 15
    scanned = [(plan, statement) for statement, plan in plans.items() if any("Seq Scan" in step for step in plan)]
    assert scanned == []
