"""The loops that look up tasks, abandon and report jobs, and delete old ones."""

from pathlib import Path

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.faults import ANSWERS
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of


async def test_lookups(tmp_path: Path) -> None:
    """Results whose callbacks are lost are looked up once the grace period is over, and again if that fails."""
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=0.5, poll_interval_seconds=0.5) as harness:
        harness.fake.faults.callbacks = 0
        harness.fake.faults.lookup = [ANSWERS["disabled"], None]
        jobs = [await harness.start_job(prompt) for prompt in ("a cat", "a dog", "pending")]
        await harness.fake.finish(jobs[0][1].id)
        await harness.fake.finish(jobs[1][1].id, failure=Failure("forbidden"))
        await harness.wait_for_message("your picture is ready", "> a cat")
        await harness.wait_for_message("safety filter", "> a dog")
        refused, *answered = harness.fake.lookups
        assert refused.status == 403
        assert all(lookup.body["action"] == "retrieve_batch" for lookup in answered)
        assert harness.row(jobs[2][0].id)["status"] == "running"


async def test_after_a_restart(tmp_path: Path) -> None:
    """After a start all tasks are looked up at once, however long the grace period is."""
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=3600) as harness:
        harness.fake.faults.callbacks = 0
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        assert not harness.fake.lookups
        await harness.restart()
        await harness.wait_until_closed(job.id)
        assert [lookup.body["ids"] for lookup in harness.fake.lookups] == [[task.id]]


async def test_slow_jobs(tmp_path: Path) -> None:
    """The cards of jobs that take longer than usual say so, once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        await harness.change("UPDATE jobs SET slow_at = accepted_at")
        await harness.restart()
        card = await harness.wait_for_message("longer than usual", "> a cat")
        assert job_id_of(card) == job.id
        _, task = await harness.start_job("a dog")
        await harness.fake.finish(task.id)
        await harness.wait_for_message("your picture is ready", "> a dog")
        assert harness.calls.count("edit reply") == 1


async def test_retention(tmp_path: Path) -> None:
    """Jobs that ended long ago are deleted, unless RETENTION_DAYS is 0; recent ones are not."""

    def prompts() -> set[str]:
        return {row["prompt"] for row in harness.sql("SELECT prompt FROM jobs")}

    async with BotHarness(tmp_path) as harness:
        for prompt in ("old", "new"):
            await harness.imagine(prompt)
            await harness.wait_until_closed(job_id_of(await harness.wait_for_message("is ready", f"> {prompt}")))
        await harness.change("UPDATE jobs SET finished_at = 1 WHERE prompt = 'old'")
        await harness.restart(retention_days=0)
        await harness.imagine("another")
        await harness.wait_for_message("is ready", "> another")
        assert prompts() == {"old", "new", "another"}
        await harness.restart(retention_days=1)
        await eventually(lambda: prompts() == {"new", "another"})
