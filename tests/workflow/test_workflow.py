"""The entry points: accept, replied and is_up."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.workflow.loops import Timing
from tests.finished_jobs import make_picture
from tests.flux.caller import eventually
from tests.harness import BotHarness


async def test_accept(tmp_path: Path) -> None:
    """A double-click on a card accepts one job; a bot that is being stopped is not up, and accepts nothing."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        parent, _ = await harness.start_job()
        workflow = harness.app.workflow
        press = partial(workflow.accept, lambda _: parent.request, parent.origin, parent_id=parent.id)
        first, second = await press(), await press()
        assert (first.place, first.is_duplicate) == (1, False)
        assert (second.job.id, second.is_duplicate) == (first.job.id, True)
        assert len(harness.sql("SELECT id FROM jobs")) == 2
        assert harness.app.bot.metrics.registry.get_sample_value("flux_bot_jobs_accepted_total") == 2
        assert await workflow.is_up()
        workflow.stop()
        assert not await workflow.is_up()
        with pytest.raises(RequestRejected):
            await workflow.accept(lambda _: parent.request, parent.origin)


async def test_a_result_waits_for_its_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that is faster than the status card is posted as soon as the card is known."""
    monkeypatch.setattr("flux_bot.app.Timing", partial(Timing, reply_grace=timedelta(hours=1)))
    async with BotHarness(tmp_path) as harness:
        workflow, job = harness.app.workflow, await make_picture(harness)
        fast = (await workflow.accept(lambda _: job.request, job.origin)).job
        await eventually(lambda: harness.row(fast.id)["status"] == "finished")
        assert harness.calls.count("post") == 1
        assert await workflow.replied(fast.id, job.reply_message_id or 0) == 0
        await harness.wait_until_closed(fast.id)
        assert harness.calls.count("post") == 2
        assert await workflow.replied("nobody", 1) == 0
