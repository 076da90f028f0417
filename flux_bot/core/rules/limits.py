"""Limits on pictures and credits, and how much of each is left. ``store/rules/`` counts what was used."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from flux_bot.core.errors import RequestRejected
from flux_bot.core.rules.blocked_words import BlockedWords
from flux_bot.core.rules.periods import Period, day_of, month_of
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import TranslatableText, timestamp


class LimitKind(StrEnum):
    """A kind of limit: what is limited, for which users and in which period."""

    BUDGET_DAY = "budget-day"
    """Credits that the whole bot may spend in a day."""
    BUDGET_MONTH = "budget-month"
    SERVER_MONTH = "server-month"
    """Credits that a server may spend in a month."""
    MEMBER_DAY = "member-day"
    """Pictures that a user may make in one server in a day."""
    USER_DAY = "user-day"
    """Pictures that a user may make everywhere in a day."""


IN_PICTURES = (LimitKind.MEMBER_DAY, LimitKind.USER_DAY)
"""Kinds of limits that count pictures; the others count credits."""


@dataclass(frozen=True, slots=True)
class OperatorRules:
    """The rules from the operator's settings; None means no limit."""

    budget_per_day: Decimal | None = None
    budget_per_month: Decimal | None = None
    pictures_per_user_per_day: int | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    blocked_words: BlockedWords = field(default_factory=lambda: BlockedWords(()))


@dataclass(frozen=True, slots=True)
class Limit:
    """The amount that may be used in a period, in pictures or credits (see ``IN_PICTURES``)."""

    kind: LimitKind
    allowed: Decimal
    period: Period

    def amount(self, amount: Decimal) -> TranslatableText:
        """Return an amount with its unit."""
        if self.kind in IN_PICTURES:
            return TranslatableText("limit-pictures", {"count": int(amount)})
        return TranslatableText("cost-credits", {"credits": amount})


@dataclass(frozen=True, slots=True)
class UsedLimit:
    """A limit, and how much of it is used or reserved."""

    limit: Limit
    used: Decimal

    @property
    def left(self) -> Decimal:
        """Return what is left; never negative."""
        return max(Decimal(), self.limit.allowed - self.used)

    def check(self, pictures: int, credits_needed: Decimal) -> "UsedLimit":
        """Return the limit after a request. Raises LimitReached if nothing is left, or less than the request needs."""
        needed = Decimal(pictures) if self.limit.kind in IN_PICTURES else credits_needed
        if needed > self.left or not self.left:
            raise LimitReached(self, needed)
        return UsedLimit(self.limit, self.used + needed)


class LimitReached(RequestRejected):
    """A request needs more than is left of a limit."""

    def __init__(self, used: UsedLimit, needed: Decimal) -> None:
        """Take the limit, and how much of it the request needs."""
        limit = used.limit
        super().__init__(
            f"limit-{limit.kind}" if limit.allowed else "limit-zero",
            allowed=limit.amount(limit.allowed),
            left=limit.amount(used.left),
            needed=limit.amount(needed),
            resets=timestamp(limit.period.end),
        )
        self.used = used


def limits_for(operator: OperatorRules, server: ServerSettings, roles: Collection[int], now: datetime) -> list[Limit]:
    """Return the limits that apply to a member with these roles, from the user's limits to the operator's budgets."""
    day, month = day_of(now, operator.zone), month_of(now, operator.zone)
    found = (
        (LimitKind.MEMBER_DAY, server.pictures_per_day(roles), day),
        (LimitKind.USER_DAY, operator.pictures_per_user_per_day, day),
        (LimitKind.SERVER_MONTH, server.credits_per_month, month),
        (LimitKind.BUDGET_DAY, operator.budget_per_day, day),
        (LimitKind.BUDGET_MONTH, operator.budget_per_month, month),
    )
    return [Limit(kind, Decimal(allowed), period) for kind, allowed, period in found if allowed is not None]
