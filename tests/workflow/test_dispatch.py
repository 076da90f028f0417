"""The dispatch loop: what becomes of a submission that the image API does not accept."""

import json
from pathlib import Path

from flux_bot.sandbox.faults import ANSWERS, BadAnswer
from tests.finished_jobs import answer
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


async def test_refusals(tmp_path: Path) -> None:
    """A refused submission is shown on its card and not repeated; an internal error is retried once."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        for prompt, fault, sentence, submissions in (
            ("something forbidden", None, "safety filter refused this prompt.", 1),
            ("a broken cat", "api_error", "failed while painting.", 2),
            ("a firewall's cat", BadAnswer(403), "did not accept this request.", 1),
            ("a strange cat", BadAnswer(307), "could not make this picture.", 1),
            ("a cat", "no_api", "The picture service can’t be found.", 1),
        ):
            before = len(harness.calls), len(harness.fake.submissions)
            harness.fake.faults.submit = ANSWERS[fault] if isinstance(fault, str) else fault
            reply = answer(await harness.imagine(prompt))
            card = await harness.wait_for_message(sentence, f"> {prompt}")
            assert card.id == reply.id
            assert text_of(card).startswith(f"<@{harness.alice.id}> ⚠️ ")
            busy = ["edit reply"] if submissions > 1 else []
            assert harness.calls[before[0] :] == ["reply", *busy, "edit reply"]
            assert len(harness.fake.submissions) - before[1] == submissions
        assert (await harness.imagine()).ephemeral, "no request is accepted while the operator has to act"
        await harness.restart()
        assert not (await harness.imagine()).ephemeral


async def test_a_busy_api(tmp_path: Path) -> None:
    """Jobs wait for a busy API, and their cards say so until they are submitted; any number of times."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        slow_down = ANSWERS["rate_limited_retry_after"]
        harness.fake.faults.submit = [ANSWERS["api_error"], slow_down, slow_down, None]
        job, task = await harness.start_job()
        await eventually(lambda: len(harness.requests("edit reply")) == 2)
        busy, painting = (str(entry.json) for entry in harness.requests("edit reply"))
        assert "**Waiting**: the picture service is busy." in busy
        assert "**Painting**" in painting
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply", "post", "remove card"]
        assert [submission.status for submission in harness.fake.submissions] == [500, 429, 429, 200]


async def test_an_unknown_outcome(tmp_path: Path) -> None:
    """If a task may have started, nothing is submitted again: the job waits for its callback until the deadline."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=2) as harness:
        harness.fake.faults.submit = [ANSWERS["accepted_gateway_timeout"], ANSWERS["timeout"]]
        await harness.imagine("a lucky cat")
        await eventually(lambda: harness.fake.tasks)
        (task,) = harness.fake.tasks
        await harness.fake.finish(task)
        await harness.wait_for_message("your picture is ready", "> a lucky cat")
        await harness.imagine("a cat")
        await harness.wait_for_message("may have been charged, so it was not sent a second time.", "> a cat")
        assert len(harness.fake.submissions) == 2


async def test_finished_at_once(tmp_path: Path) -> None:
    """An answer that already has the pictures finishes its job."""
    async with BotHarness(tmp_path) as harness:
        await harness.imagine("a cat")
        await harness.wait_for_message("your picture is ready", "> a cat")
        (task,) = harness.fake.tasks.values()
        finished = {**(task.response or {}), "task_id": "another-task"}
        harness.fake.faults.submit = BadAnswer(200, page=json.dumps(finished))
        await harness.imagine("a dog")
        await harness.wait_for_message("your picture is ready", "> a dog")
        assert not harness.fake.lookups


async def test_all_queued_jobs_start(tmp_path: Path) -> None:
    """After a start, as many queued jobs are submitted as the limits allow."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        for number in range(7):
            await harness.imagine(f"number {number}", who=(harness.alice, harness.bob)[number % 2])
        await eventually(lambda: len(harness.fake.tasks) == 1)
        await harness.restart(flux_max_in_flight=6)
        await eventually(lambda: len(harness.fake.tasks) == 6)
