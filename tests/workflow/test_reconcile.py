"""The loops that look up tasks, abandon and report jobs, and delete old ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.fake_flux import FakeTask
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.store.rules.known import Block
from flux_bot.workflow import reconcile
from flux_bot.workflow.reconcile import LISTING_REFUSED
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
        await harness.wait_for_message("safety filter", "> a dog", viewer=harness.alice)
        refused, *answered = harness.fake.lookups
        assert refused.status == 403
        assert all(lookup.body["action"] == "retrieve_batch" for lookup in answered)
        assert harness.row(jobs[2][0].id)["status"] == "running"


async def test_after_a_restart(tmp_path: Path) -> None:
    """After a start, all tasks are looked up at once, however long the grace period is."""
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=3600) as harness:
        harness.fake.faults.callbacks = 0
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        assert not harness.fake.lookups
        await harness.restart()
        await harness.wait_until_closed(job.id)
        assert [lookup.body["ids"] for lookup in harness.fake.lookups] == [[task.id]]


def listings(harness: BotHarness) -> list[int | None]:
    """Return the status of each request for the list of tasks."""
    return [lookup.status for lookup in harness.fake.lookups if "created_at_min" in lookup.body]


async def task_of(harness: BotHarness, job_id: str) -> FakeTask:
    """Return a job's task as soon as there is one."""
    await eventually(lambda: job_id in harness.tasks)
    return harness.tasks[job_id]


async def running(harness: BotHarness, job_id: str) -> None:
    """Wait until a job's task is known."""
    await eventually(lambda: harness.row(job_id)["status"] == "running")


async def test_a_lost_answer_and_a_lost_callback(tmp_path: Path) -> None:
    """The task is found in the API's list by its callback URL, whether running or finished, and after a restart."""
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=1, poll_interval_seconds=0.2) as harness:
        harness.fake.faults.callbacks = 0
        harness.fake.faults.submit = ANSWERS["accepted_cut"]
        for prompt, is_running in (("a cat", True), ("a dog", False)):
            card = await harness.imagine(prompt)
            assert card.response
            job_id = job_id_of(card.response.message)
            task = await task_of(harness, job_id)
            if is_running:
                await running(harness, job_id)
            assert harness.row(job_id)["task_id"] == (task.id if is_running else None)
            await harness.fake.finish(task.id)
            await harness.wait_for_message("your picture is ready", f"> {prompt}")
        assert len(harness.fake.submissions) == 2
        assert set(listings(harness)) == {200}
        harness.fake.faults.submit = ANSWERS["timeout"]  # nothing was started
        listed = len(listings(harness))
        await harness.imagine("a horse")
        await eventually(lambda: len(listings(harness)) > listed + 1)
        assert harness.sql("SELECT status FROM jobs WHERE prompt = 'a horse'")[0]["status"] == "submitting"


async def test_an_earlier_part_is_not_found_again(tmp_path: Path) -> None:
    """All parts of a job have the same callback URL, but only a new task counts."""
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=0.5, poll_interval_seconds=0.2) as harness:
        harness.fake.faults.missing_images = [1, 0]
        job, task = await harness.start_job(count=2)
        harness.fake.faults.submit = ANSWERS["timeout"]
        await harness.fake.finish(task.id)
        await eventually(lambda: len(listings(harness)) > 1)
        row = harness.row(job.id)
        assert (row["status"], row["missing"], row["task_id"]) == ("submitting", 1, None)


async def test_a_long_list_of_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search includes any number of tasks from other bots with the same token; look-ups continue meanwhile."""
    monkeypatch.setattr(reconcile, "LOOKUP_PAUSE_SECONDS", 0.15)
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=1, poll_interval_seconds=0.2) as harness:
        harness.fake.faults.callbacks = 0
        harness.fake.faults.submit = [ANSWERS["accepted_cut"], None]
        card = await harness.imagine("a lost cat")
        assert card.response
        task = await task_of(harness, job_id_of(card.response.message))
        for number in range(1500):
            request = task.request | {"callback_url": f"https://other.example/{number}"}
            harness.fake.tasks[f"other-{number}"] = replace(task, id=f"other-{number}", request=request)
        await harness.fake.finish(task.id)
        await eventually(lambda: listings(harness))
        other, other_task = await harness.start_job("another cat")
        await harness.fake.finish(other_task.id)
        await harness.wait_for_message("your picture is ready", "> a lost cat")
        (lost,) = harness.sql("SELECT finished_at FROM jobs WHERE prompt = 'a lost cat'")
        assert harness.row(other.id)["finished_at"] < lost["finished_at"]


async def test_an_api_that_lists_no_tasks(tmp_path: Path) -> None:
    """The list is requested once a day; if a firewall or a busy API responded, it is requested again."""
    async with BotHarness(tmp_path, seconds=None, callback_grace_seconds=0.2, poll_interval_seconds=0.2) as harness:
        harness.fake.faults.submit = ANSWERS["timeout"]
        harness.fake.faults.lookup = [ANSWERS["blocked"], None]
        harness.fake.faults.refuses_lists = True
        await harness.imagine("a cat")
        await eventually(lambda: len(listings(harness)) == 2)
        await eventually(lambda: harness.sql("SELECT value FROM notes WHERE name = ?", LISTING_REFUSED))
        due = harness.row(harness.sql("SELECT id FROM jobs")[0]["id"])["next_lookup_at"]
        await eventually(lambda: harness.row(harness.sql("SELECT id FROM jobs")[0]["id"])["next_lookup_at"] > due)
        assert listings(harness) == [403, 400]


async def test_slow_jobs(tmp_path: Path) -> None:
    """The card of a job that takes longer than usual says so, once."""
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


async def test_ended_blocks(tmp_path: Path) -> None:
    """Ended blocks are deleted, even if jobs are kept forever; other blocks are not."""

    def blocked() -> set[int]:
        return {row["user_id"] for row in harness.sql("SELECT user_id FROM blocks")}

    async with BotHarness(tmp_path, retention_days=0) as harness:
        now = harness.app.bot.clock.now()
        for user_id, ends_at in ((1, now - timedelta(hours=1)), (2, now + timedelta(days=1)), (3, None)):
            await harness.store.blocks.block(user_id, Block(harness.guild.id, ends_at, "", 9, now - timedelta(days=1)))
        await harness.restart()  # the loop checks at once, then every hour
        await eventually(lambda: blocked() == {2, 3})
