"""Cancel, and the cards of jobs that take longer than usual."""

from pathlib import Path

import discord

from flux_bot.core.jobs import JobStatus
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, text_of
from tests.presses import press_without_waiting


def has_cancel(message: discord.Message) -> bool:
    """Return whether a card has a Cancel button."""
    return "cancel:" in str(message.components)


async def test_a_queued_job_costs_nothing(tmp_path: Path) -> None:
    """Its card says so in one edit, nothing is submitted, and the jobs behind it move up."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        _, first = await harness.start_job("a cat")
        waiting = (await harness.imagine("a dog")).response
        assert waiting is not None
        assert has_cancel(waiting.message)
        before = len(harness.calls)
        pressed = await harness.alice.click(waiting.message, custom_id=f"cancel:{job_id_of(waiting.message)}")
        assert pressed.response is not None
        card = pressed.response.message
        assert card.id == waiting.message.id
        assert "It cost nothing" in text_of(card)
        assert not has_cancel(card)
        assert harness.calls[before:] == ["reply"]
        row = harness.row(job_id_of(waiting.message))
        assert (row["status"], row["interaction_token"]) == (JobStatus.CANCELLED, None)
        await harness.fake.finish(first.id)
        await harness.wait_for_message("is ready", "a cat")
        assert len(harness.fake.submissions) == 1


async def test_a_running_job_is_abandoned(tmp_path: Path) -> None:
    """Its card says that it was paid for, and its result is discarded."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        (card,) = harness.messages()
        await harness.alice.click(card, custom_id=f"cancel:{job.id}")
        shown = await harness.wait_for_message("Cancelled", "still charged", "a cat")
        assert shown.id == card.id
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["slot_held_until"] is None)
        assert [text_of(message) for message in harness.messages()] == [text_of(shown)]
        assert harness.row(job.id)["status"] == JobStatus.CANCELLED


async def test_only_by_its_user_or_a_moderator(tmp_path: Path) -> None:
    """Another user is told privately that they can't cancel the job."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        (card,) = harness.messages()
        refused = await harness.bob.click(card, custom_id=f"cancel:{job.id}")
        assert refused.ephemeral
        assert harness.row(job.id)["status"] == JobStatus.RUNNING
        role = harness.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
        harness.env.backend.add_member_role(harness.guild.id, harness.bob.user.id, role.id)
        await harness.bob.click(card, custom_id=f"cancel:{job.id}")
        await harness.wait_for_message("Cancelled")


async def test_pressed_twice(tmp_path: Path) -> None:
    """Two simultaneous presses cancel once, without an error."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        (card,) = harness.messages()
        for _ in range(2):
            press_without_waiting(harness, harness.alice, card, f"cancel:{job.id}")
        await harness.wait_for_message("Cancelled", "a cat")
        await eventually(lambda: len(harness.requests("reply")) == 3)
        assert len(harness.messages()) == 1


async def test_too_late(tmp_path: Path) -> None:
    """A result that already exists is delivered."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        (card,) = harness.messages()
        harness.refuse("post", 500)
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["status"] == JobStatus.FINISHED)
        refused = await harness.alice.click(card, custom_id=f"cancel:{job.id}")
        assert refused.ephemeral
        harness.stop_refusing()
        await harness.wait_for_message("is ready", "a cat")


async def test_after_a_restart(tmp_path: Path) -> None:
    """A card from before a restart can be cancelled."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        (card,) = harness.messages()
        await harness.restart()
        await harness.alice.click(card, custom_id=f"cancel:{job.id}")
        await harness.wait_for_message("Cancelled")


async def test_a_pruned_job(tmp_path: Path) -> None:
    """The card of a pruned job says so."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        (card,) = harness.messages()
        await harness.change("DELETE FROM jobs WHERE id = ?", job.id)
        refused = await harness.alice.click(card, custom_id=f"cancel:{job.id}")
        assert refused.ephemeral


async def test_a_cancelled_job_can_be_retried(tmp_path: Path) -> None:
    """Try again on its card creates and runs a new job."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        (card,) = harness.messages()
        await harness.alice.click(card, custom_id=f"cancel:{job.id}")
        harness.fake.seconds = 0
        await harness.alice.click(harness.messages()[0], custom_id=f"retry:{job.id}")
        result = await harness.wait_for_message("is ready", "a cat")
        assert harness.row(job_id_of(result))["parent_id"] == job.id


async def test_a_private_job(tmp_path: Path) -> None:
    """The card of a private job is edited in place."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        card = (await harness.imagine("a cat", private=True)).response
        assert card is not None
        await harness.alice.click(card.message, custom_id=f"cancel:{job_id_of(card.message)}")
        await harness.wait_for_message("Cancelled", viewer=harness.alice)


# --- slow -----------------------------------------------------------------------------------------------


async def test_a_slow_job_says_so_once(tmp_path: Path) -> None:
    """When a picture takes longer than usual, its card says so in one edit, and can still be cancelled."""
    async with BotHarness(tmp_path, seconds=None, poll_interval_seconds=600) as harness:
        job, task = await harness.start_job("a cat")
        before = len(harness.calls)
        await harness.change("UPDATE jobs SET slow_at = accepted_at WHERE id = ?", job.id)
        _, other = await harness.start_job("a dog")
        card = await harness.wait_for_message("longer than usual", "a cat")
        assert has_cancel(card)
        await harness.fake.finish(task.id)
        await harness.fake.finish(other.id)
        await harness.wait_for_message("is ready", "a cat")
        edits = [call for call in harness.calls[before:] if call == "edit reply"]
        assert len(edits) == 1
