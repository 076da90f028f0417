"""Groups: several jobs of one command, from the request to the one message with all their pictures."""

import time
from pathlib import Path

import pytest
import stamina

from flux_bot.core.jobs import Failure, Job, JobStatus
from flux_bot.sandbox.faults import ANSWERS, FILES
from flux_bot.ui.cards import Verb
from tests.finished_jobs import buttons, press, result_of, start_group
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, gallery, text_of

NAMES = ["a red cat", "a green cat", "a blue cat"]
FAILURE = Failure("timeout")


async def finish(harness: BotHarness, *jobs: Job, failure: Failure | None = None) -> None:
    """End the tasks of jobs, as soon as they run."""
    for job in jobs:
        await eventually(lambda: harness.row(job.id)["status"] == "running")  # noqa: B023  called at once
        await harness.fake.finish(harness.tasks[job.id].id, failure=failure)


def statuses(harness: BotHarness, jobs: list[Job]) -> list[str]:
    """Return the statuses of jobs."""
    return [harness.row(job.id)["status"] for job in jobs]


def final_button(jobs: list[Job]) -> str:
    """Return the custom_id that only the final card of a group has."""
    return f"{Verb.REROLL_ALL}:{jobs[0].id}"


async def test_one_message(tmp_path: Path) -> None:
    """The card is edited when a picture is ready, and all pictures are posted in one message, in order."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        first, second, third = await start_group(harness)
        for count, job in enumerate((third, first), 1):
            await finish(harness, job)
            await eventually(lambda: harness.calls.count("edit reply") == count)  # noqa: B023  called at once
            await eventually(lambda: harness.row(first.id)["card_until"] is None)
        assert len(harness.messages()) == 1
        await finish(harness, second)
        await harness.wait_until_closed(first.id)
        (message,) = harness.messages()
        assert alt_texts(message) == NAMES
        assert final_button([first]) in buttons(message)
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply", "post", "remove card"]
        nonces = [(entry.json or {})["nonce"] for entry in harness.requests("post")]
        assert nonces == [f"{first.id}-g"], "the first job may be posted alone"
        for job in (first, second, third):
            row = harness.row(job.id)
            assert (row["status"], row["result_message_id"]) == ("delivered", message.id)
            assert (row["next_delivery_at"], row["interaction_token"]) == (None, None)
        assert len(harness.tasks) == 3


async def test_some_fail(tmp_path: Path) -> None:
    """The others are posted, and the failure is mentioned in the same message."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        await finish(harness, jobs[0], failure=FAILURE)
        await finish(harness, jobs[1], jobs[2])
        await harness.wait_until_closed(jobs[0].id)
        (message,) = harness.messages(viewer=harness.alice)
        assert alt_texts(message) == NAMES[1:]
        assert statuses(harness, jobs) == ["delivered"] * 3


async def test_all_fail(tmp_path: Path) -> None:
    """Only the user is told, once; the notice loses its buttons when a retry from it has worked."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        await finish(harness, *jobs, failure=FAILURE)
        await harness.wait_until_closed(jobs[0].id)
        assert harness.messages() == []
        notice = result_of(harness, await harness.job(jobs[0].id))
        assert notice.flags.ephemeral
        assert harness.calls[-2:] == ["follow up", "remove card"]
        harness.fake.seconds = 0
        await press(harness.alice, notice, Verb.REROLL_ALL, jobs[0])
        await eventually(harness.messages)

        def kept() -> list[str]:
            (message,) = [one for one in harness.messages(viewer=harness.alice) if one.id == notice.id]
            return list(buttons(message))

        await eventually(lambda: not kept())


async def test_delivery_methods(tmp_path: Path) -> None:
    """A private group becomes its reply; without a token it is a direct message, as is a failure."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        there = harness.alice.user.dm_channel
        for private, expired, failure in (
            (True, False, None),
            (True, True, None),
            (False, True, FAILURE),
            (True, False, FAILURE),
        ):
            jobs = await start_group(harness, private=private)
            if expired:
                await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
            await finish(harness, *jobs, failure=failure)
            await harness.wait_until_closed(jobs[0].id)
            place = there if expired else harness.channel
            message = harness.messages(place, harness.alice)[-1]
            case = (private, expired, failure)
            assert message.id == harness.row(jobs[2].id)["result_message_id"], case
            assert alt_texts(message) == ([] if failure else NAMES), case
            assert final_button(jobs) in buttons(message), case
            assert harness.row(jobs[1].id)["result_channel_id"] == place.id, case


async def test_a_post_is_found_again(tmp_path: Path) -> None:
    """If a delivery can't be marked, it is repeated later, and the post is found instead of made again."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        jobs = await start_group(harness)
        async with harness.refused_writes("delivered_at"):
            await finish(harness, *jobs)
            await eventually(lambda: "Unexpected error in a delivery" in str(harness.errors))
        await harness.wait_until_closed(jobs[0].id)
        assert harness.calls.count("post") == len(harness.messages()) == 1
        assert statuses(harness, jobs) == ["delivered"] * 3


@pytest.mark.parametrize("late", [0, 1])
async def test_late_pictures(tmp_path: Path, late: int) -> None:
    """A picture that comes before the group is posted is part of it; later it is posted alone, and nothing else is."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for is_before in (True, False):
            jobs = await start_group(harness)
            await eventually(lambda: statuses(harness, jobs) == ["running"] * 3)  # noqa: B023  called at once
            await harness.change("UPDATE jobs SET deadline_at = 1 WHERE id = ?", jobs[late].id)
            await harness.restart()
            await eventually(lambda: statuses(harness, jobs)[late] == "abandoned")  # noqa: B023  called at once
            others = [job for job in jobs if job is not jobs[late]]
            for job in [jobs[late], *others] if is_before else [*others, jobs[late]]:
                await harness.fake.finish(harness.tasks[job.id].id)
                if job is others[-1]:
                    await harness.wait_until_closed(others[0].id)
            await harness.wait_until_closed(jobs[late].id)
            alone = [NAMES[late]]
            expected = [NAMES] if is_before else [[name for name in NAMES if name not in alone], alone]
            assert [alt_texts(message) for message in harness.messages()[-len(expected) :]] == expected
            assert statuses(harness, jobs) == ["delivered"] * 3
            assert (harness.row(jobs[late].id)["group_id"] is None) is not is_before
        assert len(harness.messages()) == 3


async def test_undelivered_and_fetched(tmp_path: Path) -> None:
    """A group that reaches nobody is offered once, and fetched as a whole."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        refusals = {"post": (403, 50013), "edit reply": (404, 10015), "follow up": (404, 10015), "DM": (403, 50007)}
        for name, (status, code) in refusals.items():
            harness.refuse(name, status, code)
        await finish(harness, *jobs)
        await eventually(lambda: harness.row(jobs[0].id)["undelivered_at"])
        harness.stop_refusing()
        (notice,) = (await harness.imagine("a dog")).followups
        assert list(buttons(notice.message)) == [f"fetch:{jobs[0].id}"]
        fetched = await press(harness.alice, notice.message, Verb.FETCH, jobs[0])
        await harness.wait_until_closed(jobs[0].id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == NAMES
        assert statuses(harness, jobs) == ["delivered"] * 3


async def test_links_are_replaced(tmp_path: Path) -> None:
    """While the pictures' host is down, links are posted; later the message is edited once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        with stamina.set_testing(True, attempts=1):
            harness.fake.faults.file = FILES["unavailable"]
            jobs = await start_group(harness)
            await harness.change("UPDATE jobs SET picture_attempts = 3")
            await finish(harness, *jobs)
            await harness.wait_until_closed(jobs[0].id)
        assert gallery(harness.messages()[-1]) == []
        assert [bool(harness.row(job.id)["next_repair_at"]) for job in jobs] == [True, False, False]
        harness.fake.faults.file = None
        await harness.change("UPDATE jobs SET next_repair_at = 1 WHERE id = ?", jobs[0].id)
        await harness.restart()
        await eventually(lambda: harness.row(jobs[0].id)["next_repair_at"] is None)
        assert alt_texts(harness.messages()[-1]) == NAMES
        assert harness.row(jobs[0].id)["interaction_token"] is None


async def test_cancel(tmp_path: Path) -> None:
    """Nothing is discarded without a question; then all jobs are cancelled, and nothing is posted any more."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        workflow = harness.app.workflow
        jobs = await start_group(harness)
        await finish(harness, jobs[0])
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


async def test_a_queued_group_is_cancelled_at_once(tmp_path: Path) -> None:
    """It has cost nothing."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        await harness.start_job("a dog")
        await harness.imagine("a {red|green} cat")
        (row,) = harness.sql("SELECT id FROM jobs WHERE group_id = id")
        cancelled = await harness.app.workflow.cancel(row["id"], discards=False, caller_edits_card=False)
        assert cancelled is not None
        assert {job.status for job in cancelled.group} == {JobStatus.CANCELLED}
        assert len(harness.fake.submissions) == 1


async def test_made_private(tmp_path: Path) -> None:
    """The public card goes, and all pictures go to the user alone, also those that were ready before."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        await finish(harness, jobs[0])
        found = await harness.store.history.with_group(jobs[0].id)
        assert found is not None
        await eventually(lambda: harness.calls.count("edit reply") == 1)
        assert await harness.app.workflow.make_private(found, None, None)
        assert harness.messages() == []
        await finish(harness, *jobs[1:])
        await harness.wait_until_closed(jobs[0].id)
        assert alt_texts(harness.messages(harness.alice.user.dm_channel)[-1]) == NAMES
        assert harness.messages() == []


async def test_the_card_in_the_queue(tmp_path: Path) -> None:
    """It shows the place of the group until one of its jobs starts, and that the API is busy."""
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


async def test_cards_that_can_not_be_edited(tmp_path: Path) -> None:
    """Neither Discord's errors nor another process that edits the card delay the pictures for long."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        harness.refuse("edit reply", 503, times=1)
        await finish(harness, jobs[0])
        await eventually(lambda: harness.calls.count("edit reply") == 1)
        await eventually(lambda: harness.row(jobs[0].id)["card_until"] is None)
        await harness.change("UPDATE jobs SET card_until = ? WHERE id = ?", time.time() + 1, jobs[0].id)
        await finish(harness, jobs[1])
        await eventually(lambda: harness.calls.count("edit reply") == 2)
        await finish(harness, jobs[2])
        await harness.wait_until_closed(jobs[0].id)
        assert alt_texts(harness.messages()[-1]) == NAMES


async def test_the_api_is_busy(tmp_path: Path) -> None:
    """The card says so, once, and the jobs are submitted later."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.submit = [ANSWERS["down"], None]
        await harness.imagine("a {red|green} cat")
        (row,) = harness.sql("SELECT id FROM jobs WHERE group_id = id")
        await eventually(lambda: harness.row(row["id"])["card"] == "busy")
        await eventually(lambda: len(harness.tasks) == 2)
