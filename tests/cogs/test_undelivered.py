"""Undelivered results: the next command offers them to the user, who can fetch them with a button."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import simcord

from cogs.undelivered import fetch_button
from flux_bot.core.jobs import Failure, Job
from tests.english import EN
from tests.finished_jobs import answer, buttons, mark_undelivered, private_answer
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, job_id_of, text_of
from tests.ui.test_texts import JOB, LONG_PROMPTS


async def offer(harness: BotHarness, **options: Any) -> simcord.results.ResponseMessage:
    """Request another picture, and return the notice about undelivered results."""
    interaction = await harness.imagine("another cat", **options)
    (notice,) = interaction.followups
    assert notice.ephemeral
    return notice


async def fetch(harness: BotHarness, notice: simcord.results.ResponseMessage, job: Job) -> discord.Message:
    """Press the button of a result, and return the private answer once the job is closed."""
    fetched = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
    await harness.wait_until_closed(job.id)
    return private_answer(fetched)


def undelivered(harness: BotHarness) -> list[Any]:
    """Return the ids of the undelivered jobs."""
    return harness.sql("SELECT id FROM jobs WHERE undelivered_at IS NOT NULL")


async def test_offer_and_fetch(tmp_path: Path) -> None:
    """Only the job's user is notified, at the next command; the button shows the result privately, and only once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for private in (False, True):
            job = await mark_undelivered(harness, private=private)
            assert harness.row(job.id)["interaction_token"] is None
            assert (await harness.imagine("a cat of bob", who=harness.bob)).followups == []
            notice = await offer(harness)
            assert "The result of an earlier request could not be delivered." in text_of(notice.message)
            (button,) = buttons(notice.message).values()
            assert (button.label, button.custom_id) == ("Fetch: a cat", f"fetch:{job.id}")
            harness.change_interaction = lambda payload: payload["member"]["user"].update(id=str(harness.bob.id))
            stolen = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
            assert "has already been delivered" in text_of(private_answer(stolen))
            harness.change_interaction = lambda _: None
            result = await fetch(harness, notice, job)
            assert "your picture is ready" in text_of(result)
            assert alt_texts(result) == ["a cat"]
            row = harness.row(job.id)
            assert (row["status"], row["result_message_id"]) == ("delivered", result.id)
            again = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
            assert "has already been delivered" in text_of(private_answer(again))
        assert (await harness.imagine("a third cat")).followups == []


async def test_many(tmp_path: Path) -> None:
    """Five results are offered at a time, oldest first, even after a restart, and the rest once these are fetched."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = [await mark_undelivered(harness, f"{number} cats") for number in range(5)]
        notice = await offer(harness)
        assert "The results of 5 earlier requests" in text_of(notice.message)
        jobs += [await mark_undelivered(harness, f"{number} cats") for number in (5, 6)]
        notice = await offer(harness)
        assert "The results of more than 5 earlier requests" in text_of(notice.message)
        assert list(buttons(notice.message)) == [f"fetch:{job.id}" for job in jobs[:5]]
        for name, code in (("post", 50013), ("DM", 50007)):  # after the restart they are retried
            harness.refuse(name, 403, code)
        await harness.restart()
        await eventually(lambda: harness.calls.count("DM") == len(jobs) == len(undelivered(harness)))
        for job in jobs[:5]:
            assert alt_texts(await fetch(harness, notice, job)) == [job.request.prompt]
        rest = await offer(harness)
        assert list(buttons(rest.message)) == [f"fetch:{job.id}" for job in jobs[5:]]


async def test_fetching_fails(tmp_path: Path) -> None:
    """The result stays undelivered; an error names a reference; a failure can be fetched as pictures can."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        harness.fake.faults.failure = [Failure("timeout"), None]
        job = await mark_undelivered(harness)
        notice = await offer(harness)
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        pressed = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        (reply,) = pressed.followups
        assert reply.ephemeral
        reference = text_of(reply.message).split("`")[1]
        assert any(error.startswith(f"A command failed, reference {reference}\n") for error in harness.errors)
        for name in ("follow up", "edit reply", "DM"):
            harness.refuse(name, 403, 50007)
        await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await eventually(lambda: harness.row(job.id)["undelivered_at"])
        harness.stop_refusing()
        fetched = await harness.alice.click(await offer(harness), custom_id=f"fetch:{job.id}")
        assert fetched.ephemeral
        await harness.wait_until_closed(job.id)
        failure = await harness.wait_for_message("took too long and gave up", "a cat", viewer=harness.alice)
        assert (failure.id, failure.flags.ephemeral) == (harness.row(job.id)["result_message_id"], True)


async def test_offered_after_a_refusal(tmp_path: Path) -> None:
    """A refused command also offers undelivered results, after its own answer."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        harness.refuse("follow up", 404, 10015, times=1)
        assert (await harness.imagine("a dog", size="17x1")).followups == []
        refused = await harness.imagine("a dog", size="17x1")
        assert "doesn’t support the size" in text_of(private_answer(refused))
        (notice,) = refused.followups
        assert notice.ephemeral
        await fetch(harness, notice, job)
        assert (await harness.imagine("a dog", size="17x1")).followups == []


async def test_the_notice_fails(tmp_path: Path) -> None:
    """If the notice can't be sent, the accepted request is not reported as failed."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        job = await mark_undelivered(harness)
        harness.refuse("follow up", 500, times=1)
        interaction = await harness.imagine("another cat")
        assert (interaction.followups, harness.calls.count("follow up")) == ([], 1)
        other = job_id_of(answer(interaction))
        await eventually(lambda: other in harness.tasks)
        await harness.fake.finish(harness.tasks[other].id)
        await harness.wait_for_message("your picture is ready", "> another cat")
        assert harness.row(job.id)["undelivered_at"]


def test_any_label() -> None:
    """A button's label is one line of at most 80 characters."""
    for prompt in LONG_PROMPTS:
        label = fetch_button(EN, replace(JOB, request=replace(JOB.request, prompt=prompt))).label or ""
        assert (1 <= len(label) <= 80, len(label.splitlines())) == (True, 1), label
