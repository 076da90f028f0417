"""Reports of what users, servers and the whole bot have used; the database computes the totals from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from flux_bot.core.rules.limits import IN_PICTURES, LimitKind, OperatorRules, UsedLimit, limits_for
from flux_bot.core.rules.periods import Period, day_of, last_days, month_of
from flux_bot.core.rules.requester import Requester
from flux_bot.store.database.database import Database
from flux_bot.store.rules.known import read_known
from flux_bot.store.rules.usage import use_of
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import Credits, UtcTime, ledger

DAYS = 30
"""Number of days in the report about a server."""
TOP_MEMBERS = 10
OF_BOT = (LimitKind.BUDGET_DAY, LimitKind.BUDGET_MONTH)


@dataclass(frozen=True, slots=True)
class Use:
    """The number of pictures made and their cost; jobs in progress count with their expected cost."""

    pictures: int = 0
    credits: Decimal = Decimal()

    def __add__(self, other: "Use") -> "Use":
        return Use(self.pictures + other.pictures, self.credits + other.credits)

    def __sub__(self, other: "Use") -> "Use":
        return Use(self.pictures - other.pictures, self.credits - other.credits)


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The pictures made with a model in the last ``DAYS`` days."""

    model: str
    total: Use
    pictures_by_day: Sequence[int]


@dataclass(frozen=True, slots=True)
class ServerReport:
    """The report about a server."""

    month: Use
    """Use in this calendar month."""
    days: Sequence[Period]
    """The days that the other fields cover, oldest first."""
    models: Sequence[ModelUse]
    """All models with pictures or costs, the most used first."""
    members: Sequence[tuple[int, Use]]
    """The ``TOP_MEMBERS`` members who made the most pictures, with their user ids."""
    erased: Use
    """Use by users who have erased their data."""

    @property
    def total(self) -> Use:
        """Return what the server has used in these days."""
        return sum((one.total for one in self.models), Use())

    @property
    def other_members(self) -> Use:
        """Return what the members who are not listed have used."""
        return self.total - self.erased - sum((use for _, use in self.members), Use())


@dataclass(frozen=True, slots=True)
class UsageReport:
    """The report for a user; users who may see more also get the reports about the server and the bot."""

    day: Use
    month: Use
    limits: Sequence[UsedLimit]
    """Limits of the user, followed by those of the server and the bot if they were requested."""
    server: ServerReport | None = None


def _between(start: str, end: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        ledger.c.accepted_at >= sa.bindparam(start, type_=UtcTime),
        ledger.c.accepted_at < sa.bindparam(end, type_=UtcTime),
    )


_PICTURES = sa.func.sum(ledger.c.pictures)
_CREDITS = sa.func.sum(ledger.c.amount, type_=Credits)
_IN_PERIOD = _between("start", "end")
_OF_SERVER = ledger.c.guild_id == sa.bindparam("guild")
_OF_USER = sa.or_(ledger.c.user_id == sa.bindparam("user"), ledger.c.user_key == sa.bindparam("key"))
_USE = sa.select(_PICTURES, _CREDITS).where(_IN_PERIOD)
_USE_OF_USER = _USE.where(_OF_USER)
_USE_OF_SERVER = _USE.where(_OF_SERVER)

_DAY = sa.case(
    *((ledger.c.accepted_at < sa.bindparam(f"day_{day}", type_=UtcTime), day - 1) for day in range(1, DAYS)),
    else_=DAYS - 1,
)
_BY_DAY = (
    sa.select(_DAY.label("day"), ledger.c.model, ledger.c.pictures, ledger.c.amount)
    .where(_IN_PERIOD, _OF_SERVER)
    .subquery()
)
"""Rows with their day, as a subquery because PostgreSQL treats two expressions with parameters as different."""
_MODELS = sa.select(
    _BY_DAY.c.model, _BY_DAY.c.day, sa.func.sum(_BY_DAY.c.pictures), sa.func.sum(_BY_DAY.c.amount, type_=Credits)
).group_by(_BY_DAY.c.model, _BY_DAY.c.day)
_MEMBERS = (
    sa.select(ledger.c.user_id, _PICTURES, _CREDITS)
    .where(_IN_PERIOD, _OF_SERVER)
    .group_by(ledger.c.user_id)
    .order_by(ledger.c.user_id.is_(None).desc(), _PICTURES.desc(), sa.func.sum(ledger.c.amount).desc())
    .order_by(ledger.c.user_id)
    .limit(TOP_MEMBERS + 1)
)
"""Use by member. The erased users, if there are any, come first."""


class UsageReports:
    """Access to the reports, without delaying other work."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    async def read(
        self, requester: Requester, rules: OperatorRules, *, of_server: bool, of_bot: bool, now: datetime
    ) -> UsageReport:
        """Return what a user and, if requested, their server and the bot have used. Raises StoreUnavailable."""

        def work(connection: sa.Connection) -> UsageReport:
            known = read_known(connection, [requester], self._keys, now)
            key = known.user_keys[requester.user_id]
            shown = {*IN_PICTURES, *([LimitKind.SERVER_MONTH] if of_server else []), *(OF_BOT if of_bot else [])}
            limits = limits_for(rules, known.settings_of(requester.guild_id), requester.roles, now)
            used = [use_of(connection, limit, requester, key) for limit in limits if limit.kind in shown]
            user = {"user": requester.user_id, "key": key}
            day, month = day_of(now, rules.zone), month_of(now, rules.zone)
            return UsageReport(
                day=_use(connection, _USE_OF_USER, day, **user),
                month=_use(connection, _USE_OF_USER, month, **user),
                limits=used,
                server=_server(connection, requester.guild_id, rules, now) if of_server else None,
            )

        return await self._database.read(work)


def _use(connection: sa.Connection, query: sa.Select[Any], period: Period, **values: Any) -> Use:
    pictures, amount = connection.execute(query, {"start": period.start, "end": period.end, **values}).one()
    return Use(int(pictures or 0), amount or Decimal())


def _server(connection: sa.Connection, guild_id: int | None, rules: OperatorRules, now: datetime) -> ServerReport:
    days = last_days(now, rules.zone, DAYS)
    values: dict[str, Any] = {"guild": guild_id, "start": days[0].start, "end": days[-1].end}
    starts = {f"day_{number}": day.start for number, day in enumerate(days) if number}
    by_model: dict[str, list[Use]] = {}
    for model, day, pictures, amount in connection.execute(_MODELS, values | starts):
        by_model.setdefault(model, [Use()] * DAYS)[day] = Use(int(pictures), amount)
    models = [
        ModelUse(model, sum(by_day, Use()), [use.pictures for use in by_day]) for model, by_day in by_model.items()
    ]
    used = [one for one in models if one.total != Use()]
    members = [
        (user_id, Use(int(pictures), amount)) for user_id, pictures, amount in connection.execute(_MEMBERS, values)
    ]
    return ServerReport(
        month=_use(connection, _USE_OF_SERVER, month_of(now, rules.zone), guild=guild_id),
        days=days,
        models=sorted(used, key=lambda one: (-one.total.pictures, -one.total.credits, one.model)),
        members=[(user_id, use) for user_id, use in members if user_id is not None and use != Use()][:TOP_MEMBERS],
        erased=next((use for user_id, use in members if user_id is None), Use()),
    )
