"""Erasing a user: nothing personal remains in any table, and no limit, block, cost or slot is lost."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from flux_bot.core.errors import RequestRejected
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Failure, Image, Job, JobStatus, TaskResult
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.schema import blocks, jobs, ledger, metadata, servers
from flux_bot.store.store import JobStore
from flux_bot.store.users.erasure import EMPTIED, Erased
from tests import database as db
from tests.database import LATER, NOW, SECOND, UNLIMITED, Rows

ALICE, BOB = 111_222_333_444, 555_666_777_888
DAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
LONG_AGO = NOW - timedelta(days=3)
SECRET = "a secret fox"


async def erase(store: JobStore, *, forced: bool = True, **changes: Any) -> Erased | None:
    """Erase alice's data."""
    choices: dict[str, Any] = {"now": NOW, "day": DAY, "deletes_messages": False} | changes
    return await store.users.erasure.erase(ALICE, forced=forced, **choices)


async def everything(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables."""
    async with rows._engine.begin() as connection:  # noqa: SLF001
        return {
            table.name: [{**row} for row in (await connection.execute(sa.select(table))).mappings()]
            for table in metadata.sorted_tables
        }


async def insert(rows: Rows, table: sa.Table, **values: Any) -> None:
    """Insert a row."""
    async with rows._engine.begin() as connection:  # noqa: SLF001
        await connection.execute(sa.insert(table).values(**values))


async def fill(store: JobStore, rows: Rows) -> None:
    """Save data about alice in every table that can have it."""
    await db.delivered(store, ALICE, prompt=SECRET, image_url=f"https://{SECRET}", now=LONG_AGO)
    starred = await db.delivered(store, ALICE, prompt=SECRET, style=SECRET, template=f"{SECRET} {{prompt}}")
    await store.history.set_star(starred.id, is_starred=True)
    await db.undelivered(store, ALICE, prompt=SECRET)
    failed = await db.running(store, ALICE, prompt=SECRET)
    await store.finish(failed.id, TaskResult(None, failure=Failure("forbidden", SECRET)), now=NOW)
    (delivery,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(delivery, (20, 98), now=NOW)
    await db.running(store, ALICE, prompt=SECRET)
    await db.group(store, user_id=ALICE, style=SECRET)
    await db.queued(store, ALICE, prompt=SECRET)
    await store.history.prefer(ALICE, style=SECRET)
    block = {"guild_id": 30, "reason": "spam", "blocked_by": BOB, "blocked_at": NOW, "ends_at": LATER}
    await insert(rows, blocks, id=1, user_id=ALICE, **block)
    await insert(rows, blocks, id=2, user_id=ALICE, **block | {"ends_at": LONG_AGO})
    await insert(rows, blocks, id=3, user_id=BOB, **block | {"blocked_by": ALICE, "guild_id": 31})
    await insert(rows, servers, guild_id=30, settings="{}", changed_by=ALICE, changed_at=NOW)


async def sums(rows: Rows) -> Any:
    """Return the sums of the ledger by server and model, for the requests of alice and of erased users."""
    query = sa.select(ledger.c.guild_id, ledger.c.model, sa.func.sum(ledger.c.amount), sa.func.sum(ledger.c.pictures))
    query = query.where(sa.or_(ledger.c.user_id.is_(None), ledger.c.user_id == ALICE))
    async with rows._engine.begin() as connection:  # noqa: SLF001
        return (await connection.execute(query.group_by(ledger.c.guild_id, ledger.c.model))).all()


async def test_nothing_personal_remains(store: JobStore, rows: Rows) -> None:
    """Alice's id remains only on a job that holds a slot at the API, without any text; costs and bob's job remain."""
    others = await db.delivered(store, BOB, prompt="bob's fox", message_id=97)
    await fill(store, rows)
    child = await db.queued(store, BOB, prompt="bob's version", parent_id=(await rows_of(rows, ALICE))[0]["id"])
    ((guild_id, model, amount, pictures),) = await sums(rows)
    before = [(guild_id, model, amount, pictures - 4)]  # the queued jobs are not submitted
    assert await erase(store) == Erased(9, 5, 0)
    assert await sums(rows) == before
    left = await everything(rows)
    assert SECRET not in repr(left)
    assert "fox 1" not in repr(left)
    assert [(row["status"], row["slot_held_until"] is None) for row in await rows_of(rows, ALICE)] == [
        (JobStatus.CANCELLED, False)
    ]
    emptied = [row for row in left["jobs"] if row["erased_at"] is not None]
    assert len(emptied) == 8, "the old one was deleted"
    kept = {"interaction_token", "images", "result_message_id", "reply_message_id", "next_delivery_at"}
    assert [{name: row[name] for name in kept} for row in emptied] == [dict.fromkeys(kept)] * 8
    assert not any(row["is_starred"] for row in emptied)
    assert {await store.history.user_of_erased(row["id"]) for row in emptied} == {None, ALICE}, "never 0"
    left["jobs"] = []
    assert str(ALICE) not in repr(left)
    assert left["preferences"] == []
    assert [(row["id"], row["blocked_by"]) for row in left["blocks"]] == [(1, BOB), (3, 0)]
    for job, prompt in ((others, "bob's fox"), (child, "bob's version")):
        assert (await db.fresh(store, job)).request.prompt == prompt
    assert await store.history.job(child.parent_id or "") is None
    assert await erase(store) == Erased(0, 0, 0), "a repeat is harmless"
    assert await sums(rows) == before
    await store.users.erasure.forget(now=NOW + timedelta(hours=1, seconds=1), day=DAY)
    assert [row["user_id"] for row in (await everything(rows))["jobs"]] == [BOB, BOB]
    assert await sums(rows) == before


async def rows_of(rows: Rows, user_id: int) -> list[dict[str, Any]]:
    """Return the jobs of a user, as they are stored."""
    return [row for row in (await everything(rows))["jobs"] if row["user_id"] == user_id]


async def test_limits_and_blocks_survive(store: JobStore, rows: Rows) -> None:
    """Today's pictures still count, and a block still applies; both hashes are deleted once they are not needed."""
    rules = OperatorRules(pictures_per_user_per_day=3)

    async def request(now: Any = NOW, user_id: int = ALICE) -> AcceptedJob:
        new = db.new_job(db.image_request(), db.origin(user_id), UNLIMITED, now, rules=rules)
        return await store.admission.accept(new)

    await db.delivered(store, ALICE, count=3, now=LONG_AGO)
    await db.delivered(store, ALICE, count=3)
    for _ in range(2):
        with pytest.raises(RequestRejected) as refused:
            await request()
        assert refused.value.text.message_id == "limit-user-day"
        await erase(store)
    keys = [row["user_key"] for row in (await everything(rows))["ledger"]]
    assert sorted(key is None for key in keys) == [False, True], "that of an earlier day needs none"
    assert not (await request(user_id=BOB)).place

    tomorrow = NOW + timedelta(days=1)
    await insert(rows, blocks, guild_id=30, user_id=ALICE, reason="", blocked_by=BOB, blocked_at=NOW, ends_at=tomorrow)
    await erase(store)
    with pytest.raises(RequestRejected) as refused:
        await request(LATER)
    assert refused.value.text.message_id == "blocked-until"
    await store.users.erasure.forget(now=tomorrow, day=DAY + timedelta(days=1))
    left = await everything(rows)
    assert left["blocks"] == []
    assert {row["user_key"] for row in left["ledger"]} == {None}
    assert (await request(tomorrow)).job.origin.user_id == ALICE


async def test_a_late_result_is_discarded_but_counted(store: JobStore, rows: Rows) -> None:
    """The slot is held until the result arrives; it is not posted, and its cost is in the ledger."""
    one_at_a_time = Limits(max_in_flight=10, max_running_per_user=1, max_queued_per_user=10)
    job = await db.running(store, ALICE, prompt=SECRET, model="priced")
    await erase(store)
    await db.queued(store, ALICE)
    assert await db.claim_next(store, one_at_a_time) is None, "erasing frees no slot"
    result = TaskResult(f"task of {job.id}", (Image(f"https://{SECRET}"),), cost=Decimal("0.07"))
    receipt = await store.receive(job.id, job.callback_secret, result, now=NOW + SECOND)
    assert (receipt.is_ours, receipt.finished) == (True, None)
    assert SECRET not in repr(await everything(rows))
    assert await db.claim_deliveries(store) == []
    (entry,) = [row for row in (await everything(rows))["ledger"] if row["job_id"] == job.id]
    assert (entry["user_id"], entry["amount"]) == (None, Decimal("0.07"))
    assert await db.claim_next(store, one_at_a_time, now=NOW + SECOND)


async def test_nothing_is_posted_afterwards(store: JobStore, rows: Rows) -> None:
    """Neither an abandoned job's late picture nor a result whose delivery fails after the erasure is posted."""
    late = await db.abandoned(store, ALICE)
    await db.claim_deliveries(store)
    ended = [await db.finished(store, ALICE), *await db.group(store, user_id=ALICE)]
    await db.start(store, ended[1:])
    for job in ended[1:]:
        await store.finish(job.id, db.success(job), now=NOW)
    claimed = await db.claim_deliveries(store, now=NOW)
    assert len(claimed) == 2
    await erase(store)
    result = TaskResult(f"task of {late.id}", (Image(f"https://{SECRET}"),), cost=Decimal("0.07"))
    receipt = await store.receive(late.id, late.callback_secret, result, now=NOW + SECOND)
    assert (receipt.is_ours, receipt.finished) == (True, None)
    (entry,) = [row for row in (await everything(rows))["ledger"] if row["job_id"] == late.id]
    assert (entry["user_id"], entry["amount"]) == (None, Decimal("0.07"))
    for job in claimed:
        await store.deliveries.mark_undelivered(job, now=NOW)
    assert await store.deliveries.retry_undelivered(10, now=NOW, before=LATER) == 0
    assert await db.claim_deliveries(store) == []
    assert SECRET not in repr(await everything(rows))


async def test_what_is_under_way_comes_first(store: JobStore, rows: Rows) -> None:
    """Nothing is erased while a job is open or being posted, unless the erasure is forced."""
    for make in (db.queued, db.submitting, db.running, db.finished):
        await rows.clear()
        job = await make(store, ALICE, prompt=SECRET)
        assert await erase(store, forced=False) is None, make.__name__
        assert (await db.fresh(store, job)).request.prompt == SECRET
        is_open = make is not db.finished
        assert [one.id for one in await store.users.erasure.open_jobs(ALICE)] == [job.id] * is_open
    for ended in (db.delivered, db.undelivered, db.abandoned):
        await rows.clear()
        job = await ended(store, ALICE)
        await rows.put(job.id, next_delivery_at=None)
        assert await erase(store, forced=False), ended.__name__
        assert await rows_of(rows, ALICE) == [] or ended is db.abandoned
    await rows.clear()
    group = await db.group(store, user_id=ALICE)
    await store.cancel(group[0].id, now=NOW)
    other = await db.group(store, user_id=ALICE)
    assert [one.id for one in await store.users.erasure.open_jobs(ALICE)] == [other[0].id]


async def test_a_repeated_event_makes_no_second_job(store: JobStore, rows: Rows) -> None:
    """The interaction of an erased job is still known."""

    async def request() -> Job:
        new = db.new_job(db.image_request(prompt=SECRET), db.origin(ALICE, interaction_id=5), UNLIMITED, NOW)
        return (await store.admission.accept(new)).job

    job = await request()
    await erase(store)
    assert (await request()).id == job.id
    assert await store.history.was_accepted(5)
    assert len((await everything(rows))["jobs"]) == 1


async def test_a_post_that_ends_after_the_erasure(store: JobStore, rows: Rows) -> None:
    """A delivery that ends after a forced erasure restores nothing: the emptied row is still removed."""
    job = await db.finished(store, ALICE, prompt=SECRET)
    (delivery,) = await db.claim_deliveries(store)
    await erase(store)
    assert not await store.deliveries.set_next(delivery, LATER)
    await store.deliveries.mark_delivered(delivery, (20, 99), now=NOW)
    await store.deliveries.close(delivery)
    assert (await rows.of(job.id))["prompt"] == ""
    await store.users.erasure.forget(now=LATER + SECOND, day=DAY)
    assert (await everything(rows))["jobs"] == []
    assert len((await everything(rows))["ledger"]) == 1


async def test_columns_are_erased_or_known_to_be_harmless() -> None:
    """A new column of a job must be erased, or be listed here as harmless."""
    harmless = {"id", "callback_secret", "status", "action", "model", "size", "count", "private", "spoiler"}
    harmless |= {"model_chosen", "interaction_id", "channel_id", "guild_id", "token_expires_at", "upload_limit"}
    harmless |= {"can_post", "ping", "parent_id", "group_id", "group_index", "accepted_at", "turn", "card"}
    harmless |= {"card_until", "place_shown", "place_edits", "place_edited_at", "failed_submissions", "size_form"}
    harmless |= {"rejected_forms", "expected_cost", "submitted_at", "task_id", "trace_id", "next_lookup_at"}
    harmless |= {"slot_held_until", "missing", "parts_left", "earlier_tasks", "cost", "in_doubt", "failure_code"}
    harmless |= {"finished_at", "delivery_attempts", "picture_attempts", "delivered_at", "erased_at", "user_id"}
    assert set(jobs.c.keys()) == harmless | set(EMPTIED)
