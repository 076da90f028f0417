"""Limits of pictures and credits, and what is left of them. ``store/rules/`` counts what was used."""

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
    """What is limited, for whom and for how long."""

    BUDGET_DAY = "budget-day"
    """The credits of the whole bot."""
    BUDGET_MONTH = "budget-month"
    SERVER_MONTH = "server-month"
    """The credits of a server."""
    MEMBER_DAY = "member-day"
    """The pictures of a user in a server."""
    USER_DAY = "user-day"
    """The pictures of a user everywhere."""


IN_PICTURES = (LimitKind.MEMBER_DAY, LimitKind.USER_DAY)
"""The others are in credits."""


@dataclass(frozen=True, slots=True)
class OperatorRules:
    """What the operator's settings limit; None: nothing."""

    budget_per_day: Decimal | None = None
    budget_per_month: Decimal | None = None
    pictures_per_user_per_day: int | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    blocked_words: BlockedWords = field(default_factory=lambda: BlockedWords(()))


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be used in a period: credits or pictures, see ``IN_PICTURES``."""

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
        """Return the limit as it is after a request. Raises LimitReached if that would exceed it."""
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
    """Return the limits of a member with these roles; the narrowest for the user first, the operator's budget last."""
    day, month = day_of(now, operator.zone), month_of(now, operator.zone)
    found = (
        (LimitKind.MEMBER_DAY, server.pictures_per_day(roles), day),
        (LimitKind.USER_DAY, operator.pictures_per_user_per_day, day),
        (LimitKind.SERVER_MONTH, server.credits_per_month, month),
        (LimitKind.BUDGET_DAY, operator.budget_per_day, day),
        (LimitKind.BUDGET_MONTH, operator.budget_per_month, month),
    )
    return [Limit(kind, Decimal(allowed), period) for kind, allowed, period in found if allowed is not None]
