"""The status cards of open jobs: what happens if they can't be edited, and cancelling."""

from pathlib import Path

from flux_bot.core.jobs import JobStatus
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


async def test_cards_that_can_not_be_edited(tmp_path: Path) -> None:
    """Neither Discord's errors nor the store's while a card is edited delay the picture."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, expects_errors=True) as harness:
        _, task = await harness.start_job("running")
        for number, refusal in enumerate([(404, 10015), (503, 0)], start=1):
            await harness.imagine(f"number {number}")
            harness.refuse("edit reply", *refusal, times=1)
            await harness.fake.finish(task.id)
            await eventually(lambda: len(harness.tasks) == number + 1)  # noqa: B023  called at once
            await eventually(lambda: harness.calls.count("edit reply") == number)  # noqa: B023  called at once
            task = list(harness.tasks.values())[-1]
        assert not harness.errors
        await harness.imagine("number 3")
        async with harness.refused_writes("card"):
            await harness.fake.finish(task.id)
            await eventually(lambda: "Unexpected error; the loop continues" in str(harness.errors))
            await eventually(lambda: len(harness.tasks) == 4)
        assert (len(harness.errors), harness.calls.count("edit reply")) == (1, 2)
        await harness.fake.finish(list(harness.tasks.values())[-1].id)
        for number in (1, 2, 3):
            await harness.wait_for_message("your picture is ready", f"> number {number}")


async def test_cancel(tmp_path: Path) -> None:
    """An open job is cancelled and its card edited once; an ended one is not."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        cancel = harness.app.workflow.cancel
        job, _ = await harness.start_job("a cat")
        charged = await cancel(job.id, discards=False, caller_edits_card=False)
        assert charged is not None
        assert charged.status is JobStatus.RUNNING
        for times, caller_edits_card in ((0, True), (1, False)):
            cancelled = await cancel(job.id, caller_edits_card=caller_edits_card)
            assert cancelled
            assert (cancelled.id, cancelled.status) == (job.id, JobStatus.CANCELLED)
            assert harness.calls.count("edit reply") == times
            assert harness.row(job.id)["interaction_token"] is None
            await harness.change("UPDATE jobs SET interaction_token = ?", job.origin.interaction_token)
        assert "Cancelled" in text_of(harness.messages()[-1])
        harness.refuse("edit reply", 503)
        assert await cancel(job.id, caller_edits_card=False) is not None
        harness.stop_refusing()
        done, task = await harness.start_job("a dog")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(done.id)
        for ended in (done.id, "nobody"):
            assert await cancel(ended, caller_edits_card=False) is None
        busy, _ = await harness.start_job("a bird")
        await harness.change("UPDATE jobs SET card_until = accepted_at + 2 WHERE id = ?", busy.id)
        cancelled = await cancel(busy.id, caller_edits_card=False)
        assert cancelled
        assert cancelled.finished_at
        assert (cancelled.finished_at - busy.accepted_at).total_seconds() >= 2, (
            "another process edits the card until then"
        )
