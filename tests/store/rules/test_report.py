"""The usage of users, servers and the bot, added up by local day and month, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from flux_bot.core.rules.limits import LimitKind, OperatorRules
from flux_bot.core.rules.requester import Requester
from flux_bot.store.rules.report import DAYS, TOP_MEMBERS, UsageReport, Use
from flux_bot.store.schema import ledger
from flux_bot.store.store import JobStore
from tests.database import Rows

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
"""The time of the tests. In Berlin it is already 1 April, and the clocks changed on 29 March."""
GUILD, ALICE, BOB, ROLE = 30, 1, 2, 77
HOUR = timedelta(hours=1)


async def enter(rows: Rows, *entries: dict[str, Any]) -> None:
    """Write rows of the ledger; by default, one picture of alice's in the server, just requested, for one credit."""
    plain: dict[str, Any] = {"user_id": ALICE, "user_key": None, "guild_id": GUILD, "model": "flux-dev", "pictures": 1}
    plain |= {"amount": Decimal(1), "accepted_at": NOW}
    values = [plain | {"job_id": f"{number}"} | entry for number, entry in enumerate(entries)]
    async with rows._engine.begin() as connection:  # noqa: SLF001
        await connection.execute(sa.delete(ledger))
        await connection.execute(sa.insert(ledger), values)


async def report(
    store: JobStore, *, guild_id: int | None = GUILD, roles: Sequence[int] = (), **rules: Any
) -> UsageReport:
    """Return the complete report for alice."""
    requester, operator = Requester(ALICE, 20, guild_id, roles), OperatorRules(**rules)
    whole = guild_id is not None
    return await store.usage_reports.read(requester, operator, of_server=whole, of_bot=True, now=NOW)


async def test_days_and_months(store: JobStore, rows: Rows) -> None:
    """Days and months begin at midnight in the operator's time zone, to the microsecond, even in summer time."""
    april = datetime(2026, 4, 1, tzinfo=BERLIN)
    instant = timedelta(microseconds=1)
    borders = {
        NOW + HOUR: (1, 1),
        april: (1, 1),
        april - instant: (0, 0),
        NOW + 30 * HOUR: (0, 1),
        datetime(2026, 5, 1, tzinfo=BERLIN) - instant: (0, 1),
        datetime(2026, 5, 1, tzinfo=BERLIN): (0, 0),
    }
    for at, expected in borders.items():
        await enter(rows, {"accepted_at": at})
        found = await report(store, zone=BERLIN)
        assert (found.day.pictures, found.month.pictures) == expected, at
        assert found.server is not None
        assert found.server.month.pictures == expected[1], at
    await enter(rows, {"accepted_at": april - instant})
    found = await report(store)
    assert (found.day, found.month) == (Use(1, Decimal(1)), Use(1, Decimal(1))), "in UTC it is still March"

    first = datetime(2026, 3, 3, tzinfo=BERLIN)
    days = {
        first - instant: None,
        first: 0,
        datetime(2026, 3, 28, 23, 59, tzinfo=BERLIN): 25,
        datetime(2026, 3, 29, tzinfo=BERLIN): 26,
        datetime(2026, 3, 29, 23, 59, tzinfo=BERLIN): 26,
        datetime(2026, 3, 30, tzinfo=BERLIN): 27,
        april: DAYS - 1,
        april + 24 * HOUR: None,
    }
    for at, day in days.items():
        await enter(rows, {"accepted_at": at})
        found = await report(store, zone=BERLIN)
        assert found.server is not None
        counted = [number for one in found.server.models for number, count in enumerate(one.pictures_by_day) if count]
        assert counted == ([] if day is None else [day]), at
        assert [period.start for period in found.server.days][day or 0].date() == (first if day is None else at).date()


async def test_sums(store: JobStore, rows: Rows) -> None:
    """Sums are exact, and those of a server are ranked by model and member.

    A user's sums are of all servers, and include the rows under the user's hash.
    """
    key = store._keys.of(ALICE)  # noqa: SLF001
    await enter(
        rows,
        {"pictures": 4, "amount": Decimal("0.000000001")},
        {"guild_id": 31, "model": "flux-pro", "amount": Decimal("0.1")},
        {"guild_id": None, "amount": Decimal("0.2")},
        {"user_id": None, "user_key": key, "pictures": 2},
        {"user_id": None, "pictures": 3},
        {"user_id": BOB, "model": "flux-pro", "pictures": 9},
        {"user_id": BOB, "model": "flux-pro", "pictures": 1, "accepted_at": NOW - 40 * HOUR},
        {"user_id": 3, "model": "failed", "pictures": 0, "amount": Decimal()},
    )
    found = await report(store)
    assert found.day == Use(8, Decimal("1.300000001"))
    server = found.server
    assert server is not None
    assert [(one.model, one.total) for one in server.models] == [
        ("flux-pro", Use(10, Decimal(2))),
        ("flux-dev", Use(9, Decimal("2.000000001"))),
    ]
    assert [list(one.pictures_by_day)[-3:] for one in server.models] == [[0, 1, 9], [0, 0, 9]]
    assert server.members == [(BOB, Use(10, Decimal(2))), (ALICE, Use(4, Decimal("0.000000001")))]
    assert server.erased == Use(5, Decimal(2))
    assert server.total == server.month == Use(19, Decimal("4.000000001"))
    assert server.other_members == Use()

    people = range(1, TOP_MEMBERS + 4)
    await enter(rows, *({"user_id": person, "pictures": person} for person in people), {"user_id": None})
    server = (await report(store)).server
    assert server is not None
    assert [user_id for user_id, _ in server.members] == [*reversed(people)][:TOP_MEMBERS]
    assert (server.other_members, server.erased.pictures) == (Use(1 + 2 + 3, Decimal(3)), 1)


async def test_limits(store: JobStore, rows: Rows) -> None:
    """The report has the use of each limit: always the user's own, and on request the server's and the bot's."""
    await store.servers.change(
        GUILD,
        lambda old: old.model_copy(
            update={"pictures_per_member": 5, "role_limits": {ROLE: 8}, "credits_per_month": Decimal(50)}
        ),
        user_id=9,
        now=NOW,
    )
    await enter(rows, {"pictures": 3}, {"guild_id": 31}, {"user_id": BOB}, {"accepted_at": NOW - 25 * HOUR})
    rules: dict[str, Any] = {
        "pictures_per_user_per_day": 9,
        "budget_per_day": Decimal(4),
        "budget_per_month": Decimal(10),
    }
    found = {
        one.limit.kind: (int(one.used), int(one.left)) for one in (await report(store, roles=[ROLE], **rules)).limits
    }
    assert found == {
        LimitKind.MEMBER_DAY: (3, 5),
        LimitKind.USER_DAY: (4, 5),
        LimitKind.SERVER_MONTH: (3, 47),
        LimitKind.BUDGET_DAY: (3, 1),
        LimitKind.BUDGET_MONTH: (4, 6),
    }
    requester = Requester(ALICE, 20, GUILD)
    own = await store.usage_reports.read(requester, OperatorRules(**rules), of_server=False, of_bot=False, now=NOW)
    assert [one.limit.kind for one in own.limits] == [LimitKind.MEMBER_DAY, LimitKind.USER_DAY]
    assert own.limits[0].left == 2
    assert own.server is None
    outside = await report(store, guild_id=None)
    assert (outside.day, outside.limits, outside.server) == (Use(4, Decimal(2)), [], None)


async def test_no_rows(store: JobStore) -> None:
    """Before the first picture, everything is zero."""
    found = await report(store)
    assert found.server is not None
    assert (found.day, found.month, found.server.month, found.server.total) == (Use(),) * 4
    assert (found.server.models, found.server.members, found.server.erased) == ([], [], Use())
