"""The places in the queue on status cards."""

import re
from pathlib import Path
from typing import Any

import pytest

from flux_bot.core.jobs import CardState
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, text_of

ONE_SLOT: dict[str, Any] = {"flux_max_in_flight": 1, "max_running_per_user": 1, "max_queued_per_user": 20}


@pytest.fixture(autouse=True)
def _short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux_bot.workflow.queue_places.PAUSE_SECONDS", 0.05)


async def test_places(tmp_path: Path) -> None:
    """A card shows an improved place, and when the job will start; a started job's card never shows a place again."""
    async with BotHarness(tmp_path, seconds=None, **ONE_SLOT) as harness:
        job, task = await harness.start_job("first")
        await harness.imagine("second")
        third = await harness.imagine("third")
        assert third.response is not None
        assert "position 2. It starts automatically" in text_of(third.response.message)
        assert "Estimated start" not in text_of(third.response.message), "nothing is known about the model yet"
        await harness.fake.finish(task.id)
        await harness.wait_for_message("position 1. It starts", "Estimated start: <t:", "> third")
        await harness.wait_until_closed(job.id)
        calls = harness.calls.count("edit reply")
        third_id = job_id_of(third.response.message)
        row = harness.row(third_id)
        assert (row["place_shown"], row["place_edits"], row["card"], row["card_until"]) == (1, 1, "queued", None)

        fourth = await harness.imagine("fourth")
        assert fourth.response is not None
        (when,) = re.findall(r"position 2\..* Estimated start: <t:(\d+):R>\.", text_of(fourth.response.message))
        accepted_at = harness.row(job_id_of(fourth.response.message))["accepted_at"]
        assert int(when) >= int(accepted_at) + 10
        (running,) = harness.sql("SELECT id FROM jobs WHERE prompt = 'second'")
        await harness.fake.finish(harness.tasks[running["id"]].id)
        await harness.wait_for_message("Painting", "> third")
        await harness.wait_for_message("position 1.", "> fourth")
        assert harness.calls.count("edit reply") == calls + 2, "each card is edited once"


async def test_a_job_that_starts_meanwhile(tmp_path: Path) -> None:
    """If another process starts a job while its place is being shown, the card then says that the job has started."""
    async with BotHarness(tmp_path, seconds=None, **ONE_SLOT) as harness:
        await harness.start_job("first")
        for prompt in ("second", "third"):
            card = (await harness.imagine(prompt)).response
            assert card is not None
        assert card is not None
        job_id = job_id_of(card.message)
        await harness.change(
            "CREATE TRIGGER other AFTER UPDATE OF place_edits ON jobs BEGIN "
            "UPDATE jobs SET status = 'running' WHERE id = NEW.id; END"
        )
        await harness.change("UPDATE jobs SET place_shown = 8 WHERE id = ?", job_id)
        await harness.wait_for_message("Painting", "> third")
        assert harness.row(job_id)["card"] == CardState.PAINTING


async def test_cards_that_cannot_be_edited(tmp_path: Path) -> None:
    """A place that can't be shown counts as shown, and the card's lease ends."""
    async with BotHarness(tmp_path, seconds=None, **ONE_SLOT) as harness:
        await harness.start_job("first")
        for refusal in ((404, 10008), (503, 0)):
            card = (await harness.imagine(f"cat {refusal}")).response
            assert card is not None
            job_id = job_id_of(card.message)
            harness.refuse("edit reply", *refusal, times=1)
            calls = harness.calls.count("edit reply")
            await harness.change("UPDATE jobs SET place_shown = 8 WHERE id = ?", job_id)
            await eventually(lambda: harness.calls.count("edit reply") == calls + 1)  # noqa: B023  called at once
            await eventually(lambda: harness.row(job_id)["card_until"] is None)  # noqa: B023  called at once
            assert harness.row(job_id)["place_edits"] == 1
