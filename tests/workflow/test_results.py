"""Results: whose they are, and saving them while the database is unavailable."""

import json
from pathlib import Path

import pytest

from flux_bot.core.errors import BadCallback
from flux_bot.sandbox.faults import ANSWERS
from tests.flux.caller import eventually
from tests.harness import BotHarness


async def test_callbacks(tmp_path: Path) -> None:
    """Only the API's own call for the job counts, and only the first; all others are refused with the same text."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.callbacks = 0
        job, task = await harness.start_job()
        other, other_task = await harness.start_job("a dog")
        receive = harness.app.workflow.receive
        secret = job.callback_secret
        await harness.fake.finish(task.id)
        body = json.dumps({**(task.response or {}), "task_id": task.id}).encode()
        stolen = body.replace(task.id.encode(), other_task.id.encode())
        refusals = set()
        for job_id, given, sent in (
            ("nobody", secret, body),
            (job.id, "guessed", body),
            (job.id, other.callback_secret, body),
            (job.id, secret, stolen),
        ):
            with pytest.raises(BadCallback) as refused:
                await receive(job_id, given, sent)
            refusals.add(str(refused.value))
        assert len(refusals) == 1
        assert harness.row(job.id)["status"] == "running"
        with pytest.raises(BadCallback, match="task_id"):
            await receive(job.id, secret, b"{}")
        assert [await receive(job.id, secret, body) for _ in range(2)] == [True, False]
        await harness.wait_for_message("your picture is ready", "> a cat")


async def test_the_database_fails(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What the API has answered is written again until the database takes it."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.submit = ANSWERS["moderation"]
        async with harness.refused_writes("finished_at"):
            await harness.imagine()
            await eventually(lambda: "stamina.retry_scheduled" in caplog.text)
        await harness.wait_for_message("safety filter refused this prompt")
        assert len(harness.fake.submissions) == 1
