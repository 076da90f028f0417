"""Cancel, and the cards of jobs that take longer than usual."""

from pathlib import Path

import discord

from flux_bot.core.jobs import JobStatus
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    answer,
    button_labels,
    buttons,
    forge,
    make_moderator,
    press,
    press_without_waiting,
    private_answer,
    private_text,
    prune,
)
from tests.flux.caller import eventually
from tests.harness import BotHarness, job_id_of, text_of


def card_of(harness: BotHarness) -> discord.Message:
    """Return the only card that alice sees in the channel."""
    (card,) = harness.messages(viewer=harness.alice)
    return card


async def test_a_queued_job_costs_nothing(tmp_path: Path) -> None:
    """The card of a cancelled job is edited once, nothing is submitted, and the jobs behind it move up."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        _, first = await harness.start_job("a cat")
        waiting = answer(await harness.imagine("a dog"))
        behind = answer(await harness.imagine("a mouse"))
        assert button_labels(waiting) == ["Cancel"]
        job = await harness.job(job_id_of(waiting))
        before = len(harness.calls)
        card = answer(await press(harness.alice, waiting, Verb.CANCEL, job))
        assert card.id == waiting.id
        assert "It cost nothing" in text_of(card)
        assert button_labels(card) == ["Try again", "Change the prompt", "Remove"]
        assert harness.calls[before:] == ["reply"]
        row = harness.row(job.id)
        assert (row["status"], row["interaction_token"]) == (JobStatus.CANCELLED, None)
        await harness.fake.finish(first.id)
        await eventually(lambda: job_id_of(behind) in harness.tasks)
        assert len(harness.fake.submissions) == 2


async def test_discarding_a_running_job(tmp_path: Path) -> None:
    """A running job is cancelled only after a confirmation; its card says that it is charged, even after two clicks."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        card = card_of(harness)
        question = private_answer(await press(harness.alice, card, Verb.CANCEL, job))
        assert harness.row(job.id)["status"] == JobStatus.RUNNING
        assert "charged either way" in text_of(question)
        assert button_labels(question) == ["Keep it private", "Discard"]
        assert buttons(question)[f"keep:{job.id}"].style is discord.ButtonStyle.primary
        for _ in range(2):
            press_without_waiting(harness, harness.alice, question, f"discard:{job.id}")
        shown = await harness.wait_for_message("Cancelled", "still charged", "a cat")
        await eventually(lambda: len(harness.requests("reply")) == 4)
        (public,) = harness.messages(viewer=harness.bob)
        assert shown.id == public.id == card.id
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["slot_held_until"] is None)
        assert text_of(harness.messages(viewer=harness.bob)[0]) == text_of(shown)
        assert harness.row(job.id)["status"] == JobStatus.CANCELLED
        harness.fake.seconds = 0
        await press(harness.alice, shown, Verb.RETRY, job)
        result = await harness.wait_for_message("is ready", "a cat")
        assert harness.row(job_id_of(result))["parent_id"] == job.id


async def test_keeping_a_running_job_private(tmp_path: Path) -> None:
    """The public card is removed; the question becomes the card and then the result, which only the user ever sees."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        question = private_answer(await press(harness.alice, card_of(harness), Verb.CANCEL, job))
        kept = private_answer(await press(harness.alice, question, Verb.KEEP, job))
        assert kept.id == question.id
        assert text_of(kept).startswith("🔒 **Private.** Only you will get the result.\n> a cat\n-# FLUX.2 flex")
        await eventually(lambda: harness.messages(viewer=harness.bob) == [])
        again = private_answer(await press(harness.alice, kept, Verb.CANCEL, job))
        assert button_labels(again) == ["Keep it", "Discard"], "it is private already"
        assert button_labels(private_answer(await press(harness.alice, again, Verb.KEEP, job))) == []
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        result = await harness.wait_for_message("is ready", "a cat", viewer=harness.alice)
        assert (result.id, result.flags.ephemeral) == (question.id, True)
        assert harness.messages(viewer=harness.bob) == []
        assert (await harness.job(job.id)).request.private
        for verb in (Verb.KEEP, Verb.DISCARD):
            forge(harness, f"save:{job.id}", f"{verb}:{job.id}")
            assert "too late" in private_text(await press(harness.alice, result, Verb.SAVE, job)), verb


async def test_a_job_that_is_kept_private_too_late(tmp_path: Path) -> None:
    """If the result is posted first, it stays public, and the question says so."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        question = private_answer(await press(harness.alice, card_of(harness), Verb.CANCEL, job))
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert "too late" in private_text(await press(harness.alice, question, Verb.KEEP, job))
        (result,) = harness.messages(viewer=harness.bob)
        assert "is ready" in text_of(result)
        assert not (await harness.job(job.id)).request.private


async def test_a_moderator_keeps_a_job_private(tmp_path: Path) -> None:
    """The user gets the result by direct message, and the moderator never sees it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        make_moderator(harness)
        question = private_answer(await press(harness.bob, card_of(harness), Verb.CANCEL, job))
        assert f"Should I send the result only to <@{harness.alice.id}>" in text_of(question)
        kept = await press(harness.bob, question, Verb.KEEP, job)
        assert "only be sent to the person who requested it" in private_text(kept)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        direct = harness.messages(harness.alice.user.dm_channel)
        assert ["is ready" in text_of(message) for message in direct] == [True]
        assert [message.id for message in harness.messages(viewer=harness.bob)] == [question.id]


async def test_only_by_its_user_or_a_moderator(tmp_path: Path) -> None:
    """Moderators can cancel a job, other users are refused privately; a pruned job is unknown to both."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, _ = await harness.start_job("a cat")
        card = card_of(harness)
        text = private_text(await press(harness.bob, card, Verb.CANCEL, job))
        assert text == "Only the person who requested this, or a moderator, can cancel it."
        assert harness.row(job.id)["status"] == JobStatus.RUNNING
        make_moderator(harness)
        question = private_answer(await press(harness.bob, card, Verb.CANCEL, job))
        await press(harness.bob, question, Verb.DISCARD, job)
        await harness.wait_for_message("Cancelled")

        job, _ = await harness.start_job("a dog")
        card = await harness.wait_for_message("a dog")
        await prune(harness)
        for who in (harness.alice, harness.bob):
            assert "I no longer know" in private_text(await press(who, card, Verb.CANCEL, job))


async def test_too_late(tmp_path: Path) -> None:
    """A result that already exists is delivered."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a cat")
        harness.refuse("post", 500)
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["status"] == JobStatus.FINISHED)
        refused = await press(harness.alice, card_of(harness), Verb.CANCEL, job)
        assert "too late" in private_text(refused)
        harness.stop_refusing()
        await harness.wait_for_message("is ready", "a cat")


async def test_after_a_restart(tmp_path: Path) -> None:
    """The card of a slow job says so in one edit; it can be cancelled, even if private and from before a restart."""
    async with BotHarness(tmp_path, seconds=None, poll_interval_seconds=600) as harness:
        job, _ = await harness.start_job("a cat", private=True)
        assert "longer than usual" not in text_of(card_of(harness))
        await harness.change("UPDATE jobs SET slow_at = accepted_at WHERE id = ?", job.id)
        await harness.restart()
        card = await harness.wait_for_message("longer than usual", "a cat", viewer=harness.alice)
        assert button_labels(card) == ["Cancel"]
        assert len(harness.requests("edit reply")) == 1  # by the new bot, or by the old one before it stopped
        question = private_answer(await press(harness.alice, card, Verb.CANCEL, job))
        await press(harness.alice, question, Verb.DISCARD, job)
        assert "Cancelled" in text_of(harness.messages(viewer=harness.alice)[0])
        assert harness.messages(viewer=harness.bob) == []
