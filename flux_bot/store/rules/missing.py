"""The check of the limits before the bot requests a job's missing pictures.

The pictures that have arrived may have cost more than expected.
"""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from flux_bot.core.rules.limits import IN_PICTURES, OperatorRules, limits_for
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import NO_SETTINGS
from flux_bot.store.rules.servers import read_server
from flux_bot.store.rules.usage import use_of
from flux_bot.store.schema import ledger

_ENTRY = sa.select(ledger.c.amount, ledger.c.guild_id).where(ledger.c.job_id == sa.bindparam("job"))


class MissingPictures:
    """The check of requests for missing pictures."""

    def __init__(self, rules: OperatorRules) -> None:
        """Take the operator's rules."""
        self._rules = rules

    def are_affordable(
        self, connection: sa.Connection, job: sa.RowMapping, cost: Decimal | None, missing: int, now: datetime
    ) -> bool:
        """Return whether the credits suffice for a job's missing pictures; ``cost`` is the cost of its other pictures.

        Only what exceeds the credits that were reserved for the job when it was accepted is checked.
        """
        entry = connection.execute(_ENTRY, {"job": job["id"]}).one_or_none()
        price = (job["expected_cost"] or Decimal()) / job["count"]
        paid = price * (job["count"] - missing) if cost is None else cost
        more = paid + price * missing - (entry.amount if entry else Decimal())
        if entry is None or more <= 0:
            return True
        settings = read_server(connection, entry.guild_id).settings if entry.guild_id else NO_SETTINGS
        requester = Requester(0, 0, entry.guild_id)
        limits = [one for one in limits_for(self._rules, settings, (), now) if one.kind not in IN_PICTURES]
        return all(use_of(connection, limit, requester, "").left >= more for limit in limits)
