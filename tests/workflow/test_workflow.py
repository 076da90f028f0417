"""The entry points: accept, replied and is_up."""

import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from flux_bot.core.errors import ApiRefused, RequestRejected
from flux_bot.core.jobs import Failure, ImageRequest, Preferences
from flux_bot.flux.availability import PROBE_SECONDS
from flux_bot.workflow.loops import Timing
from tests.finished_jobs import make_picture
from tests.harness import BotHarness


async def test_accept(tmp_path: Path) -> None:
    """A double-click on a card accepts one job; a bot that is being stopped is not up, and accepts nothing."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        parent, _ = await harness.start_job()
        workflow = harness.app.workflow
        origin = replace(parent.origin, interaction_id=None)
        press = partial(workflow.accept, lambda _: [parent.request], origin, parent_id=parent.id)
        first, second = await press(), await press()
        await workflow.replied(first, 1)
        assert (first.place, first.is_duplicate) == (1, False)
        assert (second.job.id, second.is_duplicate) == (first.job.id, True)
        assert len(harness.sql("SELECT id FROM jobs")) == 2
        assert harness.app.bot.metrics.registry.get_sample_value("flux_bot_jobs_accepted_total") == 2
        assert await workflow.is_up()
        workflow.stop()
        assert not await workflow.is_up()
        with pytest.raises(RequestRejected):
            await workflow.accept(lambda _: [parent.request], origin)


async def test_a_job_waits_for_its_reply(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job is submitted once Discord has accepted its reply; a job that is withdrawn before is never paid for."""
    monkeypatch.setattr("flux_bot.app.Timing", partial(Timing, reply_grace=timedelta(hours=1)))
    async with BotHarness(tmp_path) as harness:
        workflow, done = harness.app.workflow, await make_picture(harness)
        origins = (replace(done.origin, interaction_id=number) for number in count(1))
        withdrawn, replied = [await workflow.accept(lambda _: [done.request], next(origins)) for _ in range(2)]
        await make_picture(harness, "a dog")  # wakes the dispatch loop
        assert await workflow.withdraw(withdrawn)
        assert await workflow.replied(withdrawn, 1) == 0
        assert await workflow.replied(replied, done.reply_message_id or 0) == 0
        await harness.wait_until_closed(replied.job.id)
        assert len(harness.fake.submissions) == 3
        assert not await workflow.withdraw(replied)


async def test_a_reply_that_was_never_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job whose reply was never confirmed, perhaps because of a crash, is submitted after the grace period."""
    monkeypatch.setattr("flux_bot.app.Timing", partial(Timing, reply_grace=timedelta(seconds=0.1)))
    async with BotHarness(tmp_path) as harness:
        done = await make_picture(harness)
        origin = replace(done.origin, interaction_id=1)
        accepted = await harness.app.workflow.accept(lambda _: [done.request], origin)
        await harness.wait_until_closed(accepted.job.id)


async def test_a_rejected_request_is_no_test_of_the_api(tmp_path: Path) -> None:
    """While only the operator can help, one request per minute is let through, and rejected requests don't count."""

    def reject(_: Preferences) -> list[ImageRequest]:
        raise RequestRejected("empty-prompt")

    async with BotHarness(tmp_path, expects_errors=True) as harness:
        workflow, done = harness.app.workflow, await make_picture(harness)
        origin = replace(done.origin, interaction_id=None)
        refused = ApiRefused(Failure("used_up"))
        workflow._availability.note_refusal(refused, 1, now=time.perf_counter() - PROBE_SECONDS)  # noqa: SLF001
        with pytest.raises(RequestRejected, match="empty-prompt"):
            await workflow.accept(reject, origin)
        await workflow.accept(lambda _: [done.request], origin)
        with pytest.raises(RequestRejected, match="unavailable"):
            await workflow.accept(lambda _: [done.request], origin)
