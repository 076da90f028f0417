"""Undelivered results: the user is told at the next command and can fetch them with a button."""

from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.jobs import Failure, Job
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, job_id_of, text_of, walk

NOTICE = "could not be delivered. Nothing is lost: fetch"


async def mark_undelivered(
    harness: BotHarness, prompt: str = "a cat", *, failure: Failure | None = None, **options: Any
) -> Job:
    """Let a job finish while its user can't be reached in any way."""
    job, task = await harness.start_job(prompt, **options)
    for name, status, code in (("post", 403, 50013), ("edit reply", 404, 10015), ("DM", 403, 50007)):
        harness.refuse(name, status, code)
    await harness.fake.finish(task.id, failure=failure)
    await eventually(lambda: harness.row(job.id)["undelivered_at"])
    harness.stop_refusing()
    return job


def buttons(message: simcord.results.ResponseMessage) -> list[discord.Button]:
    """Return the buttons of a message."""
    return [part for part in walk(message.message.components) if isinstance(part, discord.Button)]


async def offer(harness: BotHarness, **options: Any) -> simcord.results.ResponseMessage:
    """Request another picture, and return the notice about undelivered results."""
    interaction = await harness.imagine("another cat", **options)
    (notice,) = interaction.followups
    assert notice.ephemeral
    return notice


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_offer_and_fetch(tmp_path: Path, private: bool) -> None:
    """The notice goes only to the job's user at the next command; its button shows the picture privately."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness, private=private)
        row = harness.row(job.id)
        assert (row["status"], row["interaction_token"]) == ("finished", None)
        assert (await harness.imagine("a cat of bob", who=harness.bob)).followups == []

        notice = await offer(harness)
        assert NOTICE in text_of(notice.message)
        (button,) = buttons(notice)
        assert (button.label, button.custom_id) == ("Fetch: a cat", f"fetch:{job.id}")
        fetched = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert fetched.ephemeral
        assert fetched.response is not None
        assert "your picture is ready" in text_of(fetched.response.message)
        assert alt_texts(fetched.response.message) == ["a cat"]
        row = harness.row(job.id)
        assert (row["status"], row["result_message_id"]) == ("delivered", fetched.response.id)
        assert (await harness.imagine("a third cat")).followups == []


async def test_undelivered_failure(tmp_path: Path) -> None:
    """A failure that could not be delivered is offered too."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness, failure=Failure("timeout"))
        fetched = await harness.alice.click(await offer(harness), custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert fetched.response is not None
        assert "took too long and gave up" in text_of(fetched.response.message)


async def test_after_a_restart(tmp_path: Path) -> None:
    """The notice and its button work after a restart."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        other = await mark_undelivered(harness, "a dog")
        notice = await offer(harness)
        await harness.restart()
        fetched = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == ["a cat"]
        (button,) = buttons(await offer(harness))
        assert button.custom_id == f"fetch:{other.id}"


async def test_pressed_twice(tmp_path: Path) -> None:
    """The second press delivers nothing and says so."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        notice = await offer(harness)
        first = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        second = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert first.response is not None
        assert second.response is not None
        assert alt_texts(first.response.message) == ["a cat"]
        assert "has already been delivered" in text_of(second.response.message)
        assert second.ephemeral


async def test_pressed_by_another_user(tmp_path: Path) -> None:
    """The button does nothing for other users and still works for its owner."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        notice = await offer(harness)
        harness.change_interaction = lambda payload: payload["member"]["user"].update(id=str(harness.bob.id))
        stolen = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        assert stolen.response is not None
        assert "has already been delivered" in text_of(stolen.response.message)
        harness.change_interaction = lambda _: None
        fetched = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == ["a cat"]


async def test_fetch_fails(tmp_path: Path) -> None:
    """If fetching fails, the picture stays undelivered and is offered again."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        notice = await offer(harness)
        for name, status, code in (("edit reply", 404, 10015), ("DM", 403, 50007)):
            harness.refuse(name, status, code)
        await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await eventually(lambda: harness.row(job.id)["undelivered_at"])
        harness.stop_refusing()
        fetched = await harness.alice.click(await offer(harness), custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == ["a cat"]


async def test_offer_after_a_refusal(tmp_path: Path) -> None:
    """A refused command also offers undelivered results, after its own answer."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job = await mark_undelivered(harness)
        refused = await harness.imagine("a dog", size="17x1")
        assert refused.response is not None
        assert "doesn’t support the size" in text_of(refused.response.message)
        (notice,) = refused.followups
        assert notice.ephemeral
        await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.wait_until_closed(job.id)
        assert (await harness.imagine("a dog", size="17x1")).followups == []


async def test_offer_after_a_refusal_fails(tmp_path: Path) -> None:
    """If the notice can't be sent after a refusal, the next command sends it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        await mark_undelivered(harness)
        harness.refuse("follow up", 404, 10015, times=1)
        refused = await harness.imagine("a dog", size="17x1")
        assert refused.followups == []
        assert NOTICE in text_of((await offer(harness)).message)


async def test_many_undelivered(tmp_path: Path) -> None:
    """Five results are offered at a time, oldest first, and the rest once these are fetched."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = [await mark_undelivered(harness, f"{number} cats " + "and more " * 20) for number in range(7)]
        notice = await offer(harness)
        assert "The results of more than 5 earlier requests" in text_of(notice.message)
        assert [button.custom_id for button in buttons(notice)] == [f"fetch:{job.id}" for job in jobs[:5]]
        assert all(button.label and len(button.label) <= 80 for button in buttons(notice))
        for job in jobs[:5]:
            await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
            await harness.wait_until_closed(job.id)
        rest = await offer(harness)
        assert [button.custom_id for button in buttons(rest)] == [f"fetch:{job.id}" for job in jobs[5:]]


async def test_offer_fails_temporarily(tmp_path: Path) -> None:
    """If the notice can't be sent, the accepted request is not reported as failed."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        job = await mark_undelivered(harness)
        harness.refuse("follow up", 500, times=1)
        interaction = await harness.imagine("another cat")
        assert interaction.followups == []
        assert interaction.response is not None
        other = job_id_of(interaction.response.message)
        await eventually(lambda: other in harness.tasks)
        await harness.fake.finish(harness.tasks[other].id)
        await harness.wait_for_message("your picture is ready", "> another cat")
        assert harness.row(job.id)["undelivered_at"]


async def test_button_breaks(tmp_path: Path) -> None:
    """If the button fails, the user gets a reference that is in the log too."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        job = await mark_undelivered(harness)
        notice = await offer(harness)
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        pressed = await harness.alice.click(notice, custom_id=f"fetch:{job.id}")
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        (answer,) = pressed.followups
        assert answer.ephemeral
        reference = text_of(answer.message).split("`")[1]
        assert any(error.startswith(f"A command failed, reference {reference}\n") for error in harness.errors)
