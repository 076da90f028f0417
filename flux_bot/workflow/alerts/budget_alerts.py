"""Alerts about the operator's budgets: at 80 %, and when no picture is affordable. Each is sent once a day or month."""

import asyncio
import logging
from collections.abc import Iterable
from decimal import Decimal

from flux_bot.core.catalogue import Catalogue
from flux_bot.core.rules.limits import LimitKind, UsedLimit
from flux_bot.workflow.alerts.operator_alerts import OperatorAlerts
from flux_bot.workflow.loops import guard

log = logging.getLogger(__name__)

SHARE = Decimal("0.8")
"""Share of a budget that is used or reserved when the first alert is sent."""
_SETTINGS = {LimitKind.BUDGET_DAY: "BUDGET_PER_DAY", LimitKind.BUDGET_MONTH: "BUDGET_PER_MONTH"}


class BudgetAlerts:
    """Sends the alerts from a separate loop, so that no user waits for them."""

    def __init__(self, operator: OperatorAlerts, catalogue: Catalogue) -> None:
        self._operator = operator
        self._cheapest = min((model.credits for model in catalogue.models if model.credits), default=Decimal())
        self._reached: dict[LimitKind, UsedLimit] = {}
        self._wake = asyncio.Event()

    def note(self, limits: Iterable[UsedLimit]) -> None:
        """Note the limits after a request, because an alert about a budget may now be due."""
        due = {used.limit.kind: used for used in limits if used.limit.kind in _SETTINGS and self._text(used)}
        if due:
            self._reached |= due
            self._wake.set()

    async def run(self) -> None:
        """Send the alerts that are due, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._reached = self._reached, {}
            for used in due.values():
                cause, text = self._text(used) or ("", "")
                await guard(self._operator.notify_once(cause, text, since=used.limit.period.start))

    def _text(self, used: UsedLimit) -> tuple[str, str] | None:
        """Return the cause and the text of an alert, or None if no alert is due."""
        limit = used.limit
        period = "day" if limit.kind is LimitKind.BUDGET_DAY else "month"
        of = f"{_plain(used.used)} of {_plain(limit.allowed)} credits"
        more = f"It resets at {limit.period.end:%Y-%m-%d %H:%M %Z}. To allow more, raise {_SETTINGS[limit.kind]}."
        if not used.left or used.left < self._cheapest:
            text = f"This {period}'s budget is too small for another picture: {of} are used or reserved. {more}"
            return f"{limit.kind} used up", text
        if used.used >= limit.allowed * SHARE:
            return f"{limit.kind} at 80 %", f"80 % of this {period}'s budget is used or reserved: {of}. {more}"
        return None


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
