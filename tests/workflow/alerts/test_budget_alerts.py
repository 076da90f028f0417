"""Alerts about budgets: at 80 % and when no more pictures can be made, once per period for all processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flux_bot.core.rules.limits import Limit, LimitKind, UsedLimit
from flux_bot.core.rules.periods import Period
from flux_bot.sandbox.virtual_discord import change_application, user_payload
from flux_bot.workflow.alerts.budget_alerts import BudgetAlerts
from tests.database import CATALOGUE
from tests.finished_jobs import private_text
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of
from tests.workflow.alerts.test_operator_alerts import Operator, processes

DAY, LATER_DAYS = timedelta(days=1), timedelta(days=20)


def used(operator: Operator, used: str, kind: LimitKind = LimitKind.BUDGET_DAY) -> UsedLimit:
    """Return a budget of 10 credits and its use, in the period of the operator's time."""
    start = operator.now.replace(hour=0)
    length = DAY if kind is LimitKind.BUDGET_DAY else LATER_DAYS
    return UsedLimit(Limit(kind, Decimal(10), Period(start, start + length)), Decimal(used))


@asynccontextmanager
async def alerts_of_two_processes(folder: Path, operator: Operator) -> AsyncIterator[tuple[BudgetAlerts, BudgetAlerts]]:
    """Run the alerts of two processes with the same database; the cheapest picture costs 0.1 credits."""
    async with processes(folder, operator) as (first, second):
        both = BudgetAlerts(first, CATALOGUE), BudgetAlerts(second, CATALOGUE)
        tasks = [asyncio.create_task(alerts.run()) for alerts in both]
        yield both
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def test_once_in_each_period(tmp_path: Path) -> None:
    """One alert is sent at 80 %, and another one when less than the cheapest price is left; nothing is sent before."""
    operator = Operator()
    async with alerts_of_two_processes(tmp_path, operator) as (first, second):

        async def note(amount: str, expected: int, kind: LimitKind = LimitKind.BUDGET_DAY) -> None:
            for alerts in (first, second):
                alerts.note([used(operator, amount, kind)])
            await eventually(lambda: len(operator.texts) == expected)

        await note("7.99", 0)
        await note("8", 1)
        assert operator.texts[0] == (
            "80 % of this day's budget is used or reserved: 8 of 10 credits. "
            "It resets at 2026-11-30 00:00 UTC. To allow more, raise BUDGET_PER_DAY."
        )
        operator.now += timedelta(hours=5)
        await note("9.9", 1)
        await note("9.91", 2)
        assert "is too small for another picture: 9.91 of 10 credits" in operator.texts[1]
        await note("10.5", 2)
        await note("8.5", 2)
        await note("8.5", 3, LimitKind.BUDGET_MONTH)
        assert "this month's budget" in operator.texts[2]
        assert "BUDGET_PER_MONTH" in operator.texts[2]
        await note("10", 4, LimitKind.BUDGET_MONTH)
        await note("10", 4, LimitKind.SERVER_MONTH)
        operator.now += DAY - timedelta(hours=5)
        await note("8", 5)
        await note("9.5", 5)
        operator.now += DAY
        await note("8", 6)


async def test_an_unexpected_error(tmp_path: Path) -> None:
    """The loop and the bot survive the error, and the alert is sent with a later request."""
    operator = Operator()

    async def fail(text: str) -> bool:
        operator.texts.append(text)
        raise RuntimeError("the session is closed")

    async with processes(tmp_path, operator) as (first, _):
        first.send, send = fail, first.send
        alerts = BudgetAlerts(first, CATALOGUE)
        async with asyncio.TaskGroup() as loops:
            running = loops.create_task(alerts.run())
            alerts.note([used(operator, "8")])
            await eventually(lambda: operator.texts)
            first.send = send
            operator.now += timedelta(minutes=5)
            alerts.note([used(operator, "8")])
            await eventually(lambda: len(operator.texts) == 2)
            running.cancel()


async def test_an_operator_who_can_not_be_reached(tmp_path: Path) -> None:
    """If the operator can't be reached, the alert is sent again with a later request."""
    operator = Operator()
    operator.is_reachable = False
    async with alerts_of_two_processes(tmp_path, operator) as (first, second):
        first.note([used(operator, "8")])
        await eventually(lambda: operator.texts)
        operator.is_reachable = True
        operator.now += timedelta(minutes=5)
        second.note([used(operator, "9")])
        await eventually(lambda: len(operator.texts) == 2)


async def test_the_owner_gets_them(tmp_path: Path) -> None:
    """Requests that reach 80 % or are refused are answered as usual, and the owner gets a message."""
    settings: dict[str, Any] = {"budget_per_day": "2.16", "pictures_per_user_per_day": 0}
    options: dict[str, Any] = {"model": "flux-dev", "size": "1:1"}
    async with BotHarness(tmp_path, **settings) as harness:
        change_application(harness.env.backend, owner=user_payload(harness.env.backend, harness.bob.id))
        await harness.restart()
        inbox = harness.bob.user.dm_channel
        for _ in range(2):
            await harness.imagine("four cats", count=4, **options)
        await eventually(lambda: len(harness.messages(inbox)) == 1)
        assert "80 % of this day's budget" in text_of(harness.messages(inbox)[0])
        assert "<t" not in text_of(harness.messages(inbox)[0]), "escaped, this would be shown as it is"
        text = private_text(await harness.imagine("four cats", count=4, **options))
        assert text.startswith("My budget for everybody together is 2.16 credits a day. I have 0.432 credits left")
        await harness.change("UPDATE ledger SET amount = amount * 2")  # the results were more expensive than expected
        assert "I have 0 credits left" in private_text(await harness.imagine("a cat", **options))
        await eventually(lambda: len(harness.messages(inbox)) == 2)
        assert "is too small for another picture" in text_of(harness.messages(inbox)[1])
