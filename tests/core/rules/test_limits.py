"""Limits: the users to whom they apply, and the requests that would exceed them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.core.rules.limits import Limit, LimitKind, OperatorRules, UsedLimit, limits_for
from flux_bot.core.rules.periods import Period
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.core.text import timestamp
from tests.english import EN

NOW = datetime(2026, 2, 28, 12, tzinfo=UTC)
END = datetime(2026, 3, 1, tzinfo=UTC)
DAY = Period(datetime(2026, 2, 28, tzinfo=UTC), END)


def used(kind: LimitKind, allowed: str, used: str) -> UsedLimit:
    """Return a daily limit that is partly used."""
    return UsedLimit(Limit(kind, Decimal(allowed), DAY), Decimal(used))


def test_which_limits_apply() -> None:
    """Without settings no limit applies; the user's own limits come first, the operator's budget last."""
    assert limits_for(OperatorRules(), NO_SETTINGS, (), NOW) == []
    operator = OperatorRules(Decimal(3), Decimal("40.5"), 50)
    server = ServerSettings(pictures_per_member=9, credits_per_month=Decimal(7))
    limits = limits_for(operator, server, (), NOW)
    assert [(limit.kind, limit.allowed) for limit in limits] == [
        (LimitKind.MEMBER_DAY, 9),
        (LimitKind.USER_DAY, 50),
        (LimitKind.SERVER_MONTH, 7),
        (LimitKind.BUDGET_DAY, 3),
        (LimitKind.BUDGET_MONTH, Decimal("40.5")),
    ]
    assert {limit.kind for limit in limits if limit.period.start.day == 1} == {
        LimitKind.SERVER_MONTH,
        LimitKind.BUDGET_MONTH,
    }


def test_limits_of_roles() -> None:
    """A member's highest role limit applies, but never less than the general one; exempt roles have no limit."""
    server = ServerSettings(pictures_per_member=10, role_limits={1: 20, 2: 30, 3: 5}, exempt_roles=(4,))
    for roles, expected in (
        ((), 10),
        ((99,), 10),
        ((1,), 20),
        ((2, 1), 30),
        ((3,), 10),
        ((4,), None),
        ((1, 4), None),
    ):
        limits = limits_for(OperatorRules(), server, roles, NOW)
        assert next((limit.allowed for limit in limits), None) == expected, roles
    forbidden = ServerSettings(pictures_per_member=0)
    assert [limit.allowed for limit in limits_for(OperatorRules(), forbidden, (), NOW)] == [0]
    operator = OperatorRules(pictures_per_user_per_day=50)
    (limit,) = limits_for(operator, server, (4,), NOW)
    assert limit.kind is LimitKind.USER_DAY, "a server exempts nobody from the operator's limit"


def test_requests_that_fit() -> None:
    """A request may use everything that is left, but no more; the rest is never negative."""
    pictures = used(LimitKind.USER_DAY, "50", "46")
    assert pictures.left == 4
    assert pictures.check(4, Decimal(999)).left == 0
    budget = used(LimitKind.BUDGET_DAY, "1.5", "1.3")
    assert budget.check(999, Decimal("0.2")).used == Decimal("1.5")
    assert used(LimitKind.BUDGET_DAY, "1", "1.3").left == 0


def test_requests_that_are_refused() -> None:
    """The refusal says what is allowed, left and needed, and when the limit resets."""
    end = timestamp(END)
    for limit, pictures, cost, text in (
        (
            used(LimitKind.USER_DAY, "50", "48"),
            4,
            "0.4",
            (
                "You can make 50 pictures a day, in all servers together. You have 2 pictures left, and this request "
                f"needs 4 pictures. The limit resets {end}."
            ),
        ),
        (
            used(LimitKind.MEMBER_DAY, "1", "1"),
            1,
            "0.4",
            (
                "You can make 1 picture a day in this server. You have 0 pictures left, and this request needs "
                f"1 picture. The limit resets {end}."
            ),
        ),
        (
            used(LimitKind.SERVER_MONTH, "10", "9.9"),
            1,
            "0.101",
            (
                "This server can spend 10 credits a month. It has 0.1 credits left, and this request needs about "
                f"0.101 credits. The limit resets {end}."
            ),
        ),
        (
            used(LimitKind.BUDGET_DAY, "1", "1"),
            1,
            "0",
            (
                "My budget for everybody together is 1 credit a day. I have 0 credits left, and this request needs "
                f"about 0 credits. The budget resets {end}."
            ),
        ),
    ):
        with pytest.raises(RequestRejected) as refused:
            limit.check(pictures, Decimal(cost))
        assert EN.text(refused.value.text) == text
