"""Results: matching them to jobs, and saving them while the database is unavailable."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import BadCallback, StoreUnavailable
from flux_bot.core.fairness import Limits
from flux_bot.flux.client import FluxApi
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.metrics import Metrics
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.store.store import JobStore
from flux_bot.workflow import results
from flux_bot.workflow.loops import Parts, Timing
from flux_bot.workflow.results import Results
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
    """Saving an answer of the API is repeated until it succeeds."""
    async with BotHarness(tmp_path) as harness:
        harness.fake.faults.submit = ANSWERS["moderation"]
        async with harness.refused_writes("finished_at"):
            await harness.imagine()
            await eventually(lambda: "Can't save the result of task None" in caplog.text)
        await harness.wait_for_message("safety filter refused this prompt", viewer=harness.alice)
        assert len(harness.fake.submissions) == 1


async def test_saving_is_tried_until_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving an answer of the API is repeated until its job's deadline, and then given up."""
    monkeypatch.setattr(results, "LONGEST_PAUSE_SECONDS", 0.0)
    minute = timedelta(minutes=1)
    timing = Timing(callback_grace=minute, poll_interval=minute, deadline=30 * minute, delivery_lease=minute)
    for away_minutes, is_saved in ((28, True), (90, False)):
        times = (datetime.now(UTC) + number * minute for number in range(200))  # each reading is a minute later
        parts = Parts(
            store=JobStore("sqlite:///unused"),
            catalogue=load_catalogue(""),
            api=FluxApi("", ""),
            images=ImageFetcher(),
            metrics=Metrics(),
            limits=Limits(1, 1, 1),
            timing=timing,
            public_url="",
            now=times.__next__,
        )
        failures = iter(range(away_minutes))

        async def write(failures: Iterator[int] = failures) -> str:
            if next(failures, None) is not None:
                raise StoreUnavailable("away")
            return "saved"

        saving = Results(parts).retry_until_stored(write, "job", "a task")
        if is_saved:
            assert await saving == "saved", away_minutes
        else:
            with pytest.raises(StoreUnavailable):
                await saving
