"""What could not be delivered is kept: its user is told at the next command, and fetches it with a button."""

from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.jobs import Failure, Job
from tests.flux.caller import eventually
from tests.harness import Stage, alt_texts, job_id_of, walk, words

TOLD = "could not be delivered. Nothing is lost: fetch"


async def keep(stage: Stage, prompt: str = "a cat", *, failure: Failure | None = None, **options: Any) -> Job:
    """Let a job end where nothing leads to its user."""
    job, task = await stage.held(prompt, **options)
    for name, status, code in (("post", 403, 50013), ("edit reply", 404, 10015), ("DM", 403, 50007)):
        stage.refuse(name, status, code)
    await stage.fake.finish(task.id, failure=failure)
    await eventually(lambda: stage.row(job.id)["kept_at"])
    stage.relent()
    return job


def buttons(message: simcord.results.ResponseMessage) -> list[discord.Button]:
    """Return the buttons of a message."""
    return [part for part in walk(message.message.components) if isinstance(part, discord.Button)]


async def offer(stage: Stage, **options: Any) -> simcord.results.ResponseMessage:
    """Ask for something else, and return what is said beside the card."""
    asked = await stage.imagine("another cat", **options)
    (told,) = asked.followups
    assert told.ephemeral
    return told


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_told_and_fetched(tmp_path: Path, private: bool) -> None:
    """At the next command its user, and nobody else, is told; the button brings the picture privately."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage, private=private)
        row = stage.row(job.id)
        assert (row["status"], row["interaction_token"]) == ("finished", None)
        assert (await stage.imagine("a cat of bob", who=stage.bob)).followups == []

        told = await offer(stage)
        assert TOLD in words(told.message)
        (button,) = buttons(told)
        assert (button.label, button.custom_id) == ("Fetch: a cat", f"fetch:{job.id}")
        fetched = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert fetched.ephemeral
        assert fetched.response is not None
        assert "your picture is ready" in words(fetched.response.message)
        assert alt_texts(fetched.response.message) == ["a cat"]
        row = stage.row(job.id)
        assert (row["status"], row["result_message_id"]) == ("delivered", fetched.response.id)
        assert (await stage.imagine("a third cat")).followups == []


async def test_kept_failure(tmp_path: Path) -> None:
    """A failure is kept and told as well."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage, failure=Failure("timeout"))
        fetched = await stage.alice.click(await offer(stage), custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert fetched.response is not None
        assert "took too long and gave up" in words(fetched.response.message)


async def test_after_a_restart(tmp_path: Path) -> None:
    """The button works after a restart, and so does being told."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage)
        other = await keep(stage, "a dog")
        told = await offer(stage)
        await stage.restart()
        fetched = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == ["a cat"]
        (button,) = buttons(await offer(stage))
        assert button.custom_id == f"fetch:{other.id}"


async def test_pressed_twice(tmp_path: Path) -> None:
    """Pressed twice, it delivers once and says so."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage)
        told = await offer(stage)
        first = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        second = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert first.response is not None
        assert second.response is not None
        assert alt_texts(first.response.message) == ["a cat"]
        assert "has already been delivered" in words(second.response.message)
        assert second.ephemeral


async def test_pressed_by_another(tmp_path: Path) -> None:
    """The button is of no use to anybody else, and then still works for its owner."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage)
        told = await offer(stage)
        stage.change_interaction = lambda payload: payload["member"]["user"].update(id=str(stage.bob.id))
        stolen = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        assert stolen.response is not None
        assert "has already been delivered" in words(stolen.response.message)
        stage.change_interaction = lambda _: None
        fetched = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == ["a cat"]


async def test_kept_again(tmp_path: Path) -> None:
    """If fetching fails too, the picture is kept again and offered again."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage)
        told = await offer(stage)
        for name, status, code in (("edit reply", 404, 10015), ("DM", 403, 50007)):
            stage.refuse(name, status, code)
        await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await eventually(lambda: stage.row(job.id)["kept_at"])
        stage.relent()
        fetched = await stage.alice.click(await offer(stage), custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == ["a cat"]


async def test_told_after_a_refusal(tmp_path: Path) -> None:
    """A command that comes to nothing tells as well, after its own answer."""
    async with Stage(tmp_path, seconds=None) as stage:
        job = await keep(stage)
        refused = await stage.imagine("a dog", size="17x1")
        assert refused.response is not None
        assert "can’t make the size" in words(refused.response.message)
        (told,) = refused.followups
        assert told.ephemeral
        await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await stage.over(job.id)
        assert (await stage.imagine("a dog", size="17x1")).followups == []


async def test_not_told_after_a_refusal(tmp_path: Path) -> None:
    """If Discord does not take the word after a refusal, it comes with the command after that."""
    async with Stage(tmp_path, seconds=None) as stage:
        await keep(stage)
        stage.refuse("follow up", 404, 10015, times=1)
        refused = await stage.imagine("a dog", size="17x1")
        assert refused.followups == []
        assert TOLD in words((await offer(stage)).message)


async def test_many_kept(tmp_path: Path) -> None:
    """Five are offered at a time, the oldest first, and the rest once these are fetched."""
    async with Stage(tmp_path, seconds=None) as stage:
        jobs = [await keep(stage, f"{number} cats " + "and more " * 20) for number in range(7)]
        told = await offer(stage)
        assert "The results of more than 5 earlier requests" in words(told.message)
        assert [button.custom_id for button in buttons(told)] == [f"fetch:{job.id}" for job in jobs[:5]]
        assert all(button.label and len(button.label) <= 80 for button in buttons(told))
        for job in jobs[:5]:
            await stage.alice.click(told, custom_id=f"fetch:{job.id}")
            await stage.over(job.id)
        rest = await offer(stage)
        assert [button.custom_id for button in buttons(rest)] == [f"fetch:{job.id}" for job in jobs[5:]]


async def test_not_told_for_now(tmp_path: Path) -> None:
    """If Discord does not take the word about kept pictures, nobody is told to ask again: the request is fine."""
    async with Stage(tmp_path, seconds=None, expects_errors=True) as stage:
        job = await keep(stage)
        stage.refuse("follow up", 500, times=1)
        asked = await stage.imagine("another cat")
        assert asked.followups == []
        assert asked.response is not None
        other = job_id_of(asked.response.message)
        await eventually(lambda: other in stage.tasks)
        await stage.fake.finish(stage.tasks[other].id)
        await stage.sees("your picture is ready", "> another cat")
        assert stage.row(job.id)["kept_at"]


async def test_button_breaks(tmp_path: Path) -> None:
    """When the button breaks, its user gets a reference that is in the log too."""
    async with Stage(tmp_path, seconds=None, expects_errors=True) as stage:
        job = await keep(stage)
        told = await offer(stage)
        await stage.change("ALTER TABLE jobs RENAME TO lost")
        pressed = await stage.alice.click(told, custom_id=f"fetch:{job.id}")
        await stage.change("ALTER TABLE lost RENAME TO jobs")
        (said,) = pressed.followups
        assert said.ephemeral
        reference = words(said.message).split("`")[1]
        assert any(error.startswith(f"A command broke, reference {reference}\n") for error in stage.errors)
