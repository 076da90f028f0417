"""The status cards of open jobs and groups: cancelling, and what happens if the cards can't be edited."""

import time
from pathlib import Path

from flux_bot.core.jobs import JobStatus
from flux_bot.sandbox.faults import ANSWERS
from tests.finished_jobs import CATS, finish_tasks, start_group, statuses
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, text_of


async def test_cards_that_cannot_be_edited(tmp_path: Path) -> None:
    """Errors of Discord or the store during the edit of a card do not delay the picture."""
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
    """An open job is cancelled and its card is edited once; a job that has ended can't be cancelled."""
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


# --- groups --------------------------------------------------------------------------------------------


async def test_cancel_a_group(tmp_path: Path) -> None:
    """Nothing is discarded without a confirmation; then all jobs are cancelled, and nothing more is posted."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        workflow = harness.app.workflow
        jobs = await start_group(harness)
        await finish_tasks(harness, jobs[0])
        await eventually(lambda: statuses(harness, jobs)[1:] == ["running"] * 2)
        unchanged = await workflow.cancel(jobs[2].id, discards=False, caller_edits_card=False)
        assert unchanged is not None
        assert (unchanged.is_open, unchanged.is_charged, len(unchanged.group)) == (True, True, 3)
        for _ in range(2):
            cancelled = await workflow.cancel(jobs[2].id, caller_edits_card=False)
            assert cancelled is not None
            assert cancelled.status is JobStatus.CANCELLED
        assert "Cancelled" in text_of(harness.messages()[-1])
        for job in jobs[1:]:
            await harness.fake.finish(harness.tasks[job.id].id)
        await eventually(lambda: not harness.sql("SELECT id FROM jobs WHERE slot_held_until IS NOT NULL"))
        assert statuses(harness, jobs) == ["cancelled"] * 3
        assert len(harness.messages()) == 1
        assert {harness.row(job.id)["interaction_token"] for job in jobs} == {None}
        assert await workflow.cancel("nobody", caller_edits_card=False) is None


async def test_cancel_a_queued_group(tmp_path: Path) -> None:
    """A queued group is cancelled without a confirmation, because it has cost nothing."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        await harness.start_job("a dog")
        await harness.imagine("a {red|green} cat")
        (row,) = harness.sql("SELECT id FROM jobs WHERE group_id = id")
        cancelled = await harness.app.workflow.cancel(row["id"], discards=False, caller_edits_card=False)
        assert cancelled is not None
        assert {job.status for job in cancelled.group} == {JobStatus.CANCELLED}
        assert len(harness.fake.submissions) == 1


async def test_make_a_group_private(tmp_path: Path) -> None:
    """The public card is removed, and all pictures are sent only to the user, even those that were ready before."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        await finish_tasks(harness, jobs[0])
        found = await harness.store.history.with_group(jobs[0].id)
        assert found is not None
        await eventually(lambda: harness.calls.count("edit reply") == 1)
        assert await harness.app.workflow.make_private(found, None, None)
        assert harness.messages() == []
        await finish_tasks(harness, *jobs[1:])
        await harness.wait_until_closed(jobs[0].id)
        assert alt_texts(harness.messages(harness.alice.user.dm_channel)[-1]) == CATS
        assert harness.messages() == []


async def test_the_card_of_a_queued_group(tmp_path: Path) -> None:
    """The card shows the place of the group until one of its jobs starts."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        _, task = await harness.start_job("a dog")
        await harness.imagine("a {red|green} cat")
        (row,) = harness.sql("SELECT id FROM jobs WHERE group_id = id")
        assert harness.row(row["id"])["card"] == "queued"
        found = await harness.store.history.with_group(row["id"])
        assert found is not None
        await harness.messenger.show_place(found, 7, None)
        card = text_of(harness.messages()[-1])
        assert "7" in card
        assert "> a … cat\n⏳ Still to come: red · green" in card
        await harness.fake.finish(task.id)
        await eventually(lambda: row["id"] in harness.tasks)
        await eventually(lambda: harness.calls.count("edit reply") == 2)
        rows = harness.sql("SELECT card FROM jobs WHERE group_id = ?", row["id"])
        assert [one["card"] for one in rows] == ["painting"] * 2


async def test_cards_of_groups_that_cannot_be_edited(tmp_path: Path) -> None:
    """The pictures are not delayed for long by Discord's errors, or by another process that edits the card."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        harness.refuse("edit reply", 503, times=1)
        await finish_tasks(harness, jobs[0])
        await eventually(lambda: harness.calls.count("edit reply") == 1)
        await eventually(lambda: harness.row(jobs[0].id)["card_until"] is None)
        await harness.change("UPDATE jobs SET card_until = ? WHERE id = ?", time.time() + 1, jobs[0].id)
        await finish_tasks(harness, jobs[1])
        await eventually(lambda: harness.calls.count("edit reply") == 2)
        await finish_tasks(harness, jobs[2])
        await harness.wait_until_closed(jobs[0].id)
        assert alt_texts(harness.messages()[-1]) == CATS


async def test_the_card_of_a_group_if_the_api_is_busy(tmp_path: Path) -> None:
    """The card says once that the API is busy, and the jobs are submitted later."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.submit = [ANSWERS["down"], None]
        await harness.imagine("a {red|green} cat")
        (row,) = harness.sql("SELECT id FROM jobs WHERE group_id = id")
        await eventually(lambda: harness.row(row["id"])["card"] == "busy")
        await eventually(lambda: len(harness.tasks) == 2)
