"""Cancel, and cards of jobs that take longer than usual."""

from pathlib import Path

import discord

from flux_bot.core.jobs import JobStatus
from tests.flux.caller import eventually
from tests.harness import Stage, job_id_of, words
from tests.presses import press_at_once


def has_cancel(message: discord.Message) -> bool:
    """Tell whether a card can be cancelled."""
    return "cancel:" in str(message.components)


async def test_a_waiting_job_ends_unpaid(tmp_path: Path) -> None:
    """Its card says so in one edit, the API is never asked, and those behind it move up."""
    async with Stage(tmp_path, seconds=None, flux_max_in_flight=1) as stage:
        _, first = await stage.held("a cat")
        waiting = (await stage.imagine("a dog")).response
        assert waiting is not None
        assert has_cancel(waiting.message)
        before = len(stage.calls)
        pressed = await stage.alice.click(waiting.message, custom_id=f"cancel:{job_id_of(waiting.message)}")
        assert pressed.response is not None
        card = pressed.response.message
        assert card.id == waiting.message.id
        assert "It cost nothing" in words(card)
        assert not has_cancel(card)
        assert stage.calls[before:] == ["reply"]
        row = stage.row(job_id_of(waiting.message))
        assert (row["status"], row["interaction_token"]) == (JobStatus.CANCELLED, None)
        await stage.fake.finish(first.id)
        await stage.sees("is ready", "a cat")
        assert len(stage.fake.submissions) == 1


async def test_a_running_job_is_cut_loose(tmp_path: Path) -> None:
    """Its card says that it was paid, and its picture is thrown away."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, task = await stage.held("a cat")
        (card,) = stage.messages()
        await stage.alice.click(card, custom_id=f"cancel:{job.id}")
        shown = await stage.sees("Cancelled", "paid for", "a cat")
        assert shown.id == card.id
        await stage.fake.finish(task.id)
        await eventually(lambda: stage.row(job.id)["loose_until"] is None)
        assert [words(message) for message in stage.messages()] == [words(shown)]
        assert stage.row(job.id)["status"] == JobStatus.CANCELLED


async def test_only_by_its_asker_or_a_moderator(tmp_path: Path) -> None:
    """Somebody else is told so, privately."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, _ = await stage.held("a cat")
        (card,) = stage.messages()
        refused = await stage.bob.click(card, custom_id=f"cancel:{job.id}")
        assert refused.ephemeral
        assert stage.row(job.id)["status"] == JobStatus.RUNNING
        role = stage.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
        stage.env.backend.add_member_role(stage.guild.id, stage.bob.user.id, role.id)
        await stage.bob.click(card, custom_id=f"cancel:{job.id}")
        await stage.sees("Cancelled")


async def test_pressed_twice(tmp_path: Path) -> None:
    """Two presses at once are one cancellation, and no error."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, _ = await stage.held("a cat")
        (card,) = stage.messages()
        for _ in range(2):
            press_at_once(stage, stage.alice, card, f"cancel:{job.id}")
        await stage.sees("Cancelled", "a cat")
        await eventually(lambda: len(stage.requests("reply")) == 3)
        assert len(stage.messages()) == 1


async def test_too_late(tmp_path: Path) -> None:
    """A result that is there already comes all the same."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, task = await stage.held("a cat")
        (card,) = stage.messages()
        stage.refuse("post", 500)
        await stage.fake.finish(task.id)
        await eventually(lambda: stage.row(job.id)["status"] == JobStatus.FINISHED)
        refused = await stage.alice.click(card, custom_id=f"cancel:{job.id}")
        assert refused.ephemeral
        stage.relent()
        await stage.sees("is ready", "a cat")


async def test_after_a_restart(tmp_path: Path) -> None:
    """A card from before can be cancelled."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, _ = await stage.held("a cat")
        (card,) = stage.messages()
        await stage.restart()
        await stage.alice.click(card, custom_id=f"cancel:{job.id}")
        await stage.sees("Cancelled")


async def test_a_forgotten_job(tmp_path: Path) -> None:
    """A card whose job has been pruned says so kindly."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, _ = await stage.held("a cat")
        (card,) = stage.messages()
        await stage.change("DELETE FROM jobs WHERE id = ?", job.id)
        refused = await stage.alice.click(card, custom_id=f"cancel:{job.id}")
        assert refused.ephemeral


async def test_a_cancelled_job_can_be_asked_for_again(tmp_path: Path) -> None:
    """Try again, on its card, makes a new job that is painted."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, _ = await stage.held("a cat")
        (card,) = stage.messages()
        await stage.alice.click(card, custom_id=f"cancel:{job.id}")
        stage.fake.seconds = 0
        await stage.alice.click(stage.messages()[0], custom_id=f"retry:{job.id}")
        result = await stage.sees("is ready", "a cat")
        assert stage.row(job_id_of(result))["parent_id"] == job.id


async def test_a_private_one(tmp_path: Path) -> None:
    """The card of a private job changes where it is."""
    async with Stage(tmp_path, seconds=None) as stage:
        asked = (await stage.imagine("a cat", private=True)).response
        assert asked is not None
        await stage.alice.click(asked.message, custom_id=f"cancel:{job_id_of(asked.message)}")
        await stage.sees("Cancelled", viewer=stage.alice)


# --- slow -----------------------------------------------------------------------------------------------


async def test_a_slow_card_says_so_once(tmp_path: Path) -> None:
    """When a picture takes longer than usual its card says so in one edit, and can still be cancelled."""
    async with Stage(tmp_path, seconds=None, poll_interval_seconds=600) as stage:
        job, task = await stage.held("a cat")
        before = len(stage.calls)
        await stage.change("UPDATE jobs SET slow_at = accepted_at WHERE id = ?", job.id)
        _, other = await stage.held("a dog")
        card = await stage.sees("longer than usual", "a cat")
        assert has_cancel(card)
        await stage.fake.finish(task.id)
        await stage.fake.finish(other.id)
        await stage.sees("is ready", "a cat")
        edits = [call for call in stage.calls[before:] if call == "edit reply"]
        assert len(edits) == 1
