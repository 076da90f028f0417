"""Limits are checked when jobs are accepted, in the same transaction, by day, month, user and server in the ledger."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Image, Job, TaskResult
from flux_bot.core.rules.limits import LimitKind, LimitReached, OperatorRules
from flux_bot.core.rules.requester import Requester
from flux_bot.core.text import TranslatableText, timestamp
from flux_bot.store.admission import AcceptedJob, NewJob
from flux_bot.store.schema import ledger
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import CATALOGUE, NOW, UNLIMITED, Rows

BERLIN = ZoneInfo("Europe/Berlin")
SERVER, OTHER_SERVER = 30, 31
THREE_A_DAY = OperatorRules(pictures_per_user_per_day=3)
BUDGET = OperatorRules(budget_per_day=Decimal("0.3"))
"""The budget for three pictures of the model "priced"."""


async def ask(
    store: JobStore,
    rules: OperatorRules = THREE_A_DAY,
    *,
    user: int = 1,
    guild: int | None = SERVER,
    roles: Collection[int] = (),
    counts: Collection[int] = (1,),
    now: datetime = NOW,
) -> AcceptedJob:
    """Request some pictures; several counts make a group."""
    requests = [db.image_request(model="priced", count=count, prompt=f"{index}") for index, count in enumerate(counts)]
    origin = db.origin(user, guild_id=guild)
    requester = Requester(user, 20, guild, roles)
    return await store.admission.accept(
        NewJob(lambda _: requests, origin, UNLIMITED, CATALOGUE, now, rules=rules, requester=requester)
    )


async def refusal(store: JobStore, rules: OperatorRules = THREE_A_DAY, **more: Any) -> dict[str, Any]:
    """Request pictures that a limit does not allow; return the limit, how much is left, and the reset."""
    with pytest.raises(RequestRejected) as refused:
        await ask(store, rules, **more)
    text = refused.value.text
    left = text.arguments["left"]
    assert isinstance(left, TranslatableText)
    (amount,) = left.arguments.values()
    return {"limit": text.message_id, "left": amount, "resets": text.arguments["resets"]}


async def change(store: JobStore, guild: int = SERVER, **settings: Any) -> None:
    """Change a server's settings."""
    await store.servers.change(guild, lambda old: old.model_copy(update=settings), user_id=9, now=NOW)


async def end(store: JobStore, job: Job, **result: Any) -> None:
    """Finish a queued job."""
    claimed = await db.claim_next(store)
    assert claimed is not None
    assert claimed.id == job.id
    await store.submissions.mark_running(claimed, f"task of {job.id}", next_lookup_at=db.LATER)
    assert await store.finish(job.id, TaskResult(f"task of {job.id}", **result), now=NOW)


async def test_pictures_of_a_user(store: JobStore) -> None:
    """Every picture of a request counts, in all servers together; other users have their own limit."""
    accepted = await ask(store, counts=(2,))
    assert [(one.limit.kind, one.left) for one in accepted.limits] == [(LimitKind.USER_DAY, Decimal(1))]
    assert await refusal(store, counts=(2,)) == {
        "limit": "limit-user-day",
        "left": 1,
        "resets": timestamp(datetime(2026, 3, 1, tzinfo=UTC)),
    }
    assert (await refusal(store, counts=(1, 1)))["left"] == 1, "braces count as their sum"
    await ask(store, guild=OTHER_SERVER)
    for guild in (SERVER, OTHER_SERVER, None):
        assert (await refusal(store, guild=guild))["left"] == 0, guild
    await ask(store, user=2, counts=(1, 2))


async def test_days_and_months(store: JobStore) -> None:
    """Limits reset at midnight in the operator's time zone, even when the clocks change."""
    rules = OperatorRules(pictures_per_user_per_day=1, zone=BERLIN)
    monthly = OperatorRules(budget_per_month=Decimal("0.1"), zone=BERLIN)
    second = timedelta(seconds=1)
    for limited, kind, starts in (
        (rules, "limit-user-day", ["2026-03-27T23:00", "2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T22:00"]),
        (rules, "limit-user-day", ["2026-10-23T22:00", "2026-10-24T22:00", "2026-10-25T23:00", "2026-10-26T23:00"]),
        (monthly, "limit-budget-month", ["2027-02-28T23:00", "2027-03-31T22:00", "2027-04-30T22:00"]),
    ):
        times = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in starts]
        for start, reset in pairwise(times):
            await ask(store, limited, now=start)
            for now in (start, reset - second):
                expected = {"limit": kind, "left": 0, "resets": timestamp(reset)}
                assert await refusal(store, limited, now=now) == expected, now


async def test_a_changed_time_zone(store: JobStore) -> None:
    """A new TIMEZONE also applies to earlier usage."""
    await ask(store, OperatorRules(pictures_per_user_per_day=1), now=datetime(2026, 2, 27, 23, 30, tzinfo=UTC))
    morning = datetime(2026, 2, 28, 8, tzinfo=UTC)
    assert (await refusal(store, OperatorRules(pictures_per_user_per_day=1, zone=BERLIN), now=morning))["left"] == 0
    await ask(store, OperatorRules(pictures_per_user_per_day=1), now=morning)


async def test_limits_of_a_server(store: JobStore) -> None:
    """A server limits its members, some roles less strictly, and its credits; other servers are not affected."""
    none = OperatorRules()
    await change(store, pictures_per_member=1, role_limits={5: 2, 6: 3}, exempt_roles=(7,))
    await ask(store, none)
    assert (await refusal(store, none))["limit"] == "limit-member-day"
    await ask(store, none, guild=OTHER_SERVER)
    await ask(store, none, roles=(5,))
    assert (await refusal(store, none, roles=(5,)))["limit"] == "limit-member-day"
    await ask(store, none, roles=(5, 6))
    assert (await refusal(store, none, roles=(5, 6)))["left"] == 0
    await ask(store, none, roles=(7,), counts=(4,))
    await change(store, pictures_per_member=None, credits_per_month=Decimal("0.8"))
    assert await refusal(store, none, user=2, counts=(2,)) == {
        "limit": "limit-server-month",
        "left": Decimal("0.1"),
        "resets": timestamp(datetime(2026, 3, 1, tzinfo=UTC)),
    }
    await ask(store, none, user=2)
    assert (await refusal(store, none, user=2))["left"] == 0
    await ask(store, none, user=2, guild=OTHER_SERVER)
    await ask(store, none, user=2, guild=None)


async def test_releases(store: JobStore) -> None:
    """A job that costs nothing releases what it has reserved; a cost that differs from the expected one replaces it."""
    failed = await ask(store, BUDGET, counts=(3,))
    assert (await refusal(store, BUDGET, user=2))["left"] == 0
    await end(store, failed.job, failure=db.BUSY)
    cancelled = await ask(store, BUDGET, counts=(3,))
    assert await store.cancel(cancelled.job.id, now=NOW)
    withdrawn = await ask(store, BUDGET, counts=(1, 2))
    assert await store.admission.withdraw(withdrawn.job)
    dear = await ask(store, BUDGET, counts=(1,))
    await end(store, dear.job, images=(Image("https://pictures.example/1.png"),), cost=Decimal("0.25"))
    assert (await refusal(store, BUDGET))["left"] == Decimal("0.05")
    for rules in (BUDGET, THREE_A_DAY):
        assert (await refusal(store, rules, counts=(3,)))["limit"]


async def test_unknown_prices(store: JobStore) -> None:
    """Where credits are limited, the catalogue's highest price is reserved for a model without one."""
    new = partial(db.new_job, db.image_request(model="unused"), db.origin(), UNLIMITED, NOW)
    assert (await store.admission.accept(new(rules=THREE_A_DAY))).job.expected_cost is None
    for _ in range(3):
        assert (await store.admission.accept(new(rules=BUDGET))).job.expected_cost == Decimal("0.1")
    assert (await refusal(store, BUDGET))["left"] == 0


async def test_requests_at_once(store: JobStore) -> None:
    """Requests that share a transaction are counted one by one; refused requests use nothing."""
    for rules, users in ((THREE_A_DAY, [1] * 10), (BUDGET, range(10, 20))):
        now = NOW + timedelta(days=rules is BUDGET)
        answers = await asyncio.gather(
            *(ask(store, rules, user=user, now=now) for user in users), return_exceptions=True
        )
        refused = [answer for answer in answers if isinstance(answer, RequestRejected)]
        assert len(refused) == 7, rules
        assert sum(isinstance(answer, AcceptedJob) for answer in answers) == 3, rules
    both = await asyncio.gather(
        ask(store, counts=(4,), user=5), ask(store, counts=(3,), user=5), return_exceptions=True
    )
    assert [type(answer) for answer in both] == [LimitReached, AcceptedJob]


async def test_a_repeated_event(store: JobStore) -> None:
    """If the event of a request that used up a limit arrives twice, it does not count as a second request."""
    new = db.new_job(db.image_request(count=3), db.origin(interaction_id=8), UNLIMITED, NOW, rules=THREE_A_DAY)
    accepted = await store.admission.accept(new)
    assert (await store.admission.accept(new)).job.id == accepted.job.id


async def test_erased_users(store: JobStore, rows: Rows) -> None:
    """Erasing data does not reset the limit of the user, and does not affect other users."""
    await change(store, pictures_per_member=2)
    await ask(store, counts=(2,))
    erase = sa.update(ledger).values(user_id=None, user_key=store._keys.of(1))  # noqa: SLF001
    async with rows._engine.begin() as connection:  # noqa: SLF001
        await connection.execute(erase)
    assert (await refusal(store))["limit"] == "limit-member-day"
    assert (await refusal(store, guild=None, counts=(2,))) == {
        "limit": "limit-user-day",
        "left": 1,
        "resets": timestamp(datetime(2026, 3, 1, tzinfo=UTC)),
    }
    await ask(store, user=2, counts=(2,))
