"""Alerts about problems that only the operator can solve: sent once per cause and hour, and never claimed falsely."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flux_bot.core.errors import ApiRefused
from flux_bot.core.jobs import OUR_CODES, Action, Failure
from flux_bot.flux.protocol import OPERATOR_CODES
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.sandbox.virtual_discord import change_application, user_payload
from flux_bot.store.store import JobStore
from flux_bot.workflow.alerts import operator_alerts
from flux_bot.workflow.alerts.operator_alerts import INTERVAL, RETRY_INTERVAL, OperatorAlerts
from tests import database as db
from tests.finished_jobs import private_text
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of

USED_UP, DISABLED = Failure("used_up"), Failure("disabled")
SECOND = timedelta(seconds=1)


class Operator:
    """An operator who records the alerts."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_reachable = True
        self.now = datetime(2026, 11, 29, tzinfo=UTC)

    async def receive(self, text: str) -> bool:
        """Record a message, and return whether the operator can be reached."""
        self.texts.append(text)
        return self.is_reachable


@asynccontextmanager
async def processes(folder: Path, operator: Operator) -> AsyncIterator[tuple[OperatorAlerts, OperatorAlerts]]:
    """Yield the alerts of two processes with the same database."""
    url = f"sqlite:///{folder / 'jobs.db'}"
    async with JobStore(url) as store, JobStore(url) as other:
        both = OperatorAlerts(store, lambda: operator.now), OperatorAlerts(other, lambda: operator.now)
        for alerts in both:
            alerts.send = operator.receive
        yield both


async def test_once_per_cause_and_hour(tmp_path: Path) -> None:
    """All processes together send one alert per cause and hour; within the hour, the operator counts as notified."""
    operator = Operator()
    async with processes(tmp_path, operator) as (first, second):
        assert await first.notify_failure(USED_UP)
        assert await second.notify_failure(USED_UP)
        assert await second.notify_refusal(ApiRefused(USED_UP, "HTTP 403"))
        (text,) = operator.texts
        assert "used_up" in text
        assert "Buy more in the Ace Data Cloud console." in text
        assert await second.notify_failure(DISABLED)
        assert len(operator.texts) == 2
        operator.now += INTERVAL - SECOND
        assert await second.notify_failure(DISABLED)
        assert len(operator.texts) == 2
        operator.now += SECOND
        assert await second.notify_failure(DISABLED)
        assert await first.notify_failure(DISABLED)
        assert len(operator.texts) == 3


async def test_an_empty_account(tmp_path: Path) -> None:
    """The alert is sent once, and again only after a picture has been submitted and made in the meantime."""
    operator = Operator()
    async with processes(tmp_path, operator) as (first, second), JobStore(f"sqlite:///{tmp_path / 'jobs.db'}") as store:
        assert await first.notify_failure(USED_UP)
        before = operator.now - SECOND
        operator.now += timedelta(days=3)
        await db.finished(store, now=before, finished_at=operator.now)
        for alerts in (first, second):
            assert await alerts.notify_failure(USED_UP)
        assert len(operator.texts) == 1
        await db.finished(store, now=operator.now, finished_at=operator.now)
        for alerts in (first, second):
            assert await alerts.notify_failure(USED_UP)
        assert len(operator.texts) == 2


async def test_an_operator_who_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator does not count as notified; the alert is sent again after some minutes; sending has a time limit."""
    operator = Operator()
    operator.is_reachable = False
    async with processes(tmp_path, operator) as (first, second):
        assert not await first.notify_failure(USED_UP)
        operator.is_reachable = True
        assert not await second.notify_failure(USED_UP)
        assert len(operator.texts) == 1
        operator.now += RETRY_INTERVAL
        assert await second.notify_failure(USED_UP)
        assert len(operator.texts) == 2

        async def hang(_: str) -> bool:
            await eventually(lambda: False)
            return True

        monkeypatch.setattr(operator_alerts, "SEND_SECONDS", 0.05)
        first.send = hang
        assert not await first.notify_failure(Failure("disabled"))


async def test_the_alert_for_each_cause(tmp_path: Path) -> None:
    """Only failures that the operator must solve and rejected models cause an alert, which says what to do."""
    operator = Operator()
    async with processes(tmp_path, operator) as (alerts, _):
        for code in ("forbidden", "bad_request", "api_error", "timeout", *OUR_CODES):
            assert not await alerts.notify_failure(Failure(code)), code
        assert operator.texts == []
        for code in OPERATOR_CODES:
            assert await alerts.notify_failure(Failure(code)), code
            assert code in operator.texts[-1]
            assert "FLUX_API_" in operator.texts[-1], code
        assert await alerts.notify_refusal(ApiRefused(Failure("unexpected"), "HTTP 404", is_from_api=False))
        assert "FLUX_API_URL: there is no Flux Images API at this address." in operator.texts[-1]
        await alerts.notify_model_rejected("m" * 200, Action.EDIT)
        assert "rejects the model mmm" in operator.texts[-1]
        assert "(edit)" in operator.texts[-1]


async def test_a_failing_database(tmp_path: Path) -> None:
    """If the database fails, nothing is sent, and the operator does not count as notified."""
    operator = Operator()
    async with processes(tmp_path, operator) as (alerts, _):
        with closing(sqlite3.connect(tmp_path / "jobs.db")) as connection:
            connection.execute("CREATE TRIGGER full BEFORE INSERT ON notes BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        assert not await alerts.notify_failure(USED_UP)
    assert operator.texts == []


async def test_users_learn_whether_the_operator_was_notified(tmp_path: Path) -> None:
    """Cards and refusals say whether the operator has been notified; the operator gets one message."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        harness.fake.faults.submit = ANSWERS["used_up"]
        await harness.imagine("a cat")  # in SimCord, the bot owns itself, and nobody can send messages to a bot
        await harness.wait_for_message("not available right now", "Please tell the operator.", viewer=harness.alice)
        assert "Please tell the operator." in private_text(await harness.imagine("a dog"))

        change_application(harness.env.backend, owner=user_payload(harness.env.backend, harness.bob.id))
        await harness.restart()
        await harness.change("DELETE FROM notes WHERE name LIKE 'operator alert%'")
        await harness.imagine("a fox")
        notified = "The operator has been notified."
        await harness.wait_for_message("not available right now", notified, "a fox", viewer=harness.alice)
        assert notified in private_text(await harness.imagine("a bird"))
        (message,) = harness.messages(harness.bob.user.dm_channel)
        assert "the balance is used up" in text_of(message)

        await harness.restart()
        harness.fake.faults.submit = None
        harness.fake.faults.gone_models = {"flux-2-flex"}
        await harness.imagine("a fish")
        await harness.wait_for_message("no longer offers this model", viewer=harness.alice)
        await eventually(lambda: len(harness.messages(harness.bob.user.dm_channel)) == 2)
        assert "rejects the model flux-2-flex" in text_of(harness.messages(harness.bob.user.dm_channel)[-1])
