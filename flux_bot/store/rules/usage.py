"""Counts from the ledger of how much of a limit is used."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from flux_bot.core.rules.limits import Limit, LimitKind, OperatorRules, UsedLimit, limits_for
from flux_bot.core.rules.requester import Requester
from flux_bot.store.rules.known import Known
from flux_bot.store.schema import Credits, UtcTime, ledger

_IN_PERIOD = sa.and_(
    ledger.c.accepted_at >= sa.bindparam("start", type_=UtcTime),
    ledger.c.accepted_at < sa.bindparam("end", type_=UtcTime),
)
_CREDITS = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.amount, type_=Credits), 0)).where(_IN_PERIOD)
_CREDITS_OF_SERVER = _CREDITS.where(ledger.c.guild_id == sa.bindparam("guild"))
_PICTURES_OF_USER = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.pictures), 0)).where(
    _IN_PERIOD, sa.or_(ledger.c.user_id == sa.bindparam("user"), ledger.c.user_key == sa.bindparam("key"))
)
_PICTURES_OF_MEMBER = _PICTURES_OF_USER.where(ledger.c.guild_id == sa.bindparam("guild"))
_STATEMENTS = {
    LimitKind.BUDGET_DAY: _CREDITS,
    LimitKind.BUDGET_MONTH: _CREDITS,
    LimitKind.SERVER_MONTH: _CREDITS_OF_SERVER,
    LimitKind.MEMBER_DAY: _PICTURES_OF_MEMBER,
    LimitKind.USER_DAY: _PICTURES_OF_USER,
}


def use_of_limits(
    connection: sa.Connection, known: Known, operator: OperatorRules, requester: Requester, now: datetime
) -> list[UsedLimit]:
    """Return how much of each limit a user in a server has used, in the order of ``limits_for``."""
    limits = limits_for(operator, known.settings_of(requester.guild_id), requester.roles, now)
    return [use_of(connection, limit, requester, known.user_keys[requester.user_id]) for limit in limits]


def use_of(connection: sa.Connection, limit: Limit, requester: Requester, user_key: str) -> UsedLimit:
    """Return how much of a limit has been used by the user or server of a request, or by the whole bot."""
    values: dict[str, datetime | int | str | None] = {"start": limit.period.start, "end": limit.period.end}
    if limit.kind in (LimitKind.MEMBER_DAY, LimitKind.USER_DAY):
        values |= {"user": requester.user_id, "key": user_key}
    if limit.kind in (LimitKind.MEMBER_DAY, LimitKind.SERVER_MONTH):
        values["guild"] = requester.guild_id
    return UsedLimit(limit, Decimal(connection.execute(_STATEMENTS[limit.kind], values).scalar_one()))
