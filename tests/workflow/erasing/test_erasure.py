"""Erasing a user's data while jobs are accepted, made and posted."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flux_bot.workflow.erasing import erasure
from tests import database as db
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


async def test_a_reply_on_its_way(tmp_path: Path) -> None:
    """A job that waits for its first reply is cancelled after the reply, so that the card does not stay out of date."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        workflow, job = harness.app.workflow, (await harness.start_job("a running cat"))[0]
        origin = replace(job.origin, interaction_id=None)
        accepted = await workflow.accept(lambda _: [db.image_request(prompt="a new cat")], origin)
        later = await harness.imagine("a later cat")
        assert later.response is not None
        erasing = asyncio.create_task(workflow.erase_user(origin.user_id, deletes_messages=False, locale="en-US"))
        await eventually(lambda: "ancelled" in text_of(harness.messages()[-1]))
        assert harness.row(accepted.job.id)["status"] == "queued", "it waits for its reply"
        await workflow.replied(accepted, 5)
        erased = await erasing
        assert (erased.jobs, erased.cancelled) == (3, 0)
        rows = harness.sql("SELECT status, prompt, erased_at FROM jobs")
        assert all((row["status"], row["prompt"]) == ("cancelled", "") and row["erased_at"] for row in rows)


async def test_a_post_in_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that is being posted is finished first; if that takes too long, everything is erased anyway."""
    async with BotHarness(tmp_path) as harness:
        harness.refuse("post", 403, 40333)  # a temporary error
        await harness.imagine("a cat")
        await eventually(lambda: harness.sql("SELECT 1 FROM jobs WHERE delivery_attempts > 0"))
        alice = harness.alice.id
        workflow = harness.app.workflow
        erasing = asyncio.create_task(workflow.erase_user(alice, deletes_messages=True, locale="en-US"))
        harness.stop_refusing()
        await harness.change("UPDATE jobs SET next_delivery_at = 1")
        workflow._signals.deliver.set()  # noqa: SLF001
        erased = await erasing
        assert (erased.jobs, erased.messages) == (1, 1), "it was posted first, so that its message can be deleted"

        monkeypatch.setattr(erasure, "PATIENCE", timedelta(0))
        await harness.imagine("another cat")
        await eventually(lambda: harness.sql("SELECT 1 FROM jobs WHERE delivered_at > 0 AND user_id = ?", alice))
        await harness.change("UPDATE jobs SET delivered_at = NULL, status = 'finished', next_delivery_at = 9e9")
        erased = await workflow.erase_user(alice, deletes_messages=False, locale="en-US")
        assert erased.jobs == 1
        assert "another cat" not in repr([tuple(row) for row in harness.sql("SELECT * FROM jobs")])
