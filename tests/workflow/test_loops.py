"""The common behaviour of the loops: signals, waiting, and surviving errors."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from flux_bot.store.database.notifications import Loop
from flux_bot.workflow.loops import TICK_SECONDS, Signals, guard, seconds_until, wait_for_work

NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def test_guard(caplog: pytest.LogCaptureFixture) -> None:
    """Errors are logged and do not end a loop, but cancelling does."""

    async def work(error: BaseException | None = None) -> str:
        if error:
            raise error
        return "done"

    assert await guard(work()) == "done"
    assert await guard(work(ValueError("broken"))) is None
    assert "ValueError: broken" in caplog.text
    with pytest.raises(asyncio.CancelledError):
        await guard(work(asyncio.CancelledError()))


async def test_signals() -> None:
    """Each notification wakes its loop, and a stop wakes all of them; a wait ends at the event or the given time."""
    signals = Signals()
    signals.wake(Loop.DISPATCH)
    assert (signals.dispatch.is_set(), signals.deliver.is_set()) == (True, False)
    await wait_for_work(signals.dispatch, 3600)
    assert not signals.dispatch.is_set()
    signals.wake(Loop.DELIVER)
    assert (signals.dispatch.is_set(), signals.deliver.is_set()) == (False, True)
    await wait_for_work(signals.reconcile, 0.01)
    signals.stop()
    events = (signals.dispatch, signals.deliver, signals.reconcile, signals.stopping)
    assert all(event.is_set() for event in events)


def test_seconds_until() -> None:
    """The wait is never negative, and no longer than a tick."""
    seconds = {-1: 0.0, 0: 0.0, 2.5: 2.5, TICK_SECONDS + 1: TICK_SECONDS}
    assert {after: seconds_until(NOW + timedelta(seconds=after), now=NOW) for after in seconds} == seconds
    assert seconds_until(None, now=NOW) == TICK_SECONDS
