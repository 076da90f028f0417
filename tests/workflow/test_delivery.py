"""The delivery loop: temporary errors are retried, and nothing is posted twice."""

import re
import time
from pathlib import Path

import pytest
import stamina

from flux_bot.core.jobs import Failure, Job
from flux_bot.sandbox.faults import FILES, BadFile
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    CATS,
    answer,
    buttons,
    finish_tasks,
    mark_undelivered,
    press,
    result_of,
    start_group,
    statuses,
)
from tests.flux.caller import eventually
from tests.harness import SMALL, BotHarness, alt_texts, gallery, job_id_of, picture, text_of
from tests.images.picture_host import PictureHost, silent, status
from tests.images.picture_host import picture as served


async def test_temporary_errors(tmp_path: Path) -> None:
    """Only the call to Discord that fails temporarily is retried, after the bot has looked for an earlier post."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for name, failure, calls in (
            ("post", None, ["post", "history", "post", "remove card"]),
            ("follow up", Failure("timeout"), ["follow up", "follow up", "remove card"]),
            ("remove card", None, ["post", "remove card", "remove card"]),
        ):
            job, task = await harness.start_job(name)
            before = len(harness.calls)
            harness.refuse(name, 503, times=1)
            await harness.fake.finish(task.id, failure=failure)
            await harness.wait_until_closed(job.id)
            assert harness.calls[before:] == calls
            message = harness.messages(viewer=harness.alice)[-1]
            assert "took too long" in text_of(message) if failure else alt_texts(message) == [name]
        assert len(harness.messages()) == 2


async def test_unexpected_errors(tmp_path: Path) -> None:
    """If a delivery can't be marked, it is repeated later, and the post is found instead of being made again."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        job, task = await harness.start_job()
        async with harness.refused_writes("delivered_at"):
            await harness.fake.finish(task.id)
            await eventually(lambda: "Unexpected error in a delivery" in str(harness.errors))
        await harness.wait_until_closed(job.id)
        assert harness.calls.count("post") == len(harness.messages()) == 1


async def test_a_slow_delivery_keeps_its_lease(tmp_path: Path) -> None:
    """A delivery that takes longer than its lease renews the lease, so that no other process delivers the same job."""
    async with BotHarness(tmp_path, seconds=None, delivery_lease_seconds=1.5) as harness:
        harness.fake.faults.file = BadFile(wait_seconds=3)
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert harness.row(job.id)["delivery_attempts"] == 1
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_pictures_that_cannot_be_fetched(tmp_path: Path) -> None:
    """Pictures that are gone are linked at once; if their host is down, they are linked after four attempts."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.file = FILES["gone"]
        job, task = await harness.start_job(count=2)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        links = r"\[Picture 1\]\(http://.*\)\n\[Picture 2\]\(http://.*\)"
        assert re.search(links, text_of(harness.messages()[-1]))
        assert harness.row(job.id)["delivery_attempts"] == 1

        with stamina.set_testing(True, attempts=1):
            for attempts, is_back in ((2, True), (4, False)):
                job, task = await harness.start_job()
                before = len(harness.calls)
                harness.fake.faults.file = [FILES["unavailable"], None if is_back else FILES["unavailable"]]
                await harness.fake.finish(task.id)
                await eventually(lambda: harness.row(job.id)["picture_attempts"] == 1)  # noqa: B023  called at once
                await harness.change("UPDATE jobs SET picture_attempts = ? WHERE id = ?", attempts - 1, job.id)
                await harness.wait_until_closed(job.id)
                assert harness.row(job.id)["delivery_attempts"] == 1
                assert bool(harness.row(job.id)["next_repair_at"]) is not is_back
                assert harness.calls[before:] == ["post", "remove card"]
                assert len(gallery(harness.messages()[-1])) == is_back


async def test_attempts_count_for_who_failed(tmp_path: Path) -> None:
    """Discord's failures don't count as the host's: pictures whose host fails once are still posted as pictures."""
    async with BotHarness(tmp_path, seconds=None, delivery_lease_seconds=3600) as harness:
        job, task = await harness.start_job()
        with stamina.set_testing(True, attempts=1):
            harness.refuse("post", 503, times=1)
            await harness.fake.finish(task.id)
            await eventually(lambda: harness.calls.count("post") == 1)
            await eventually(lambda: harness.row(job.id)["next_delivery_at"] < time.time() + 60)  # not the lease's end
            await harness.change("UPDATE jobs SET delivery_attempts = 20 WHERE id = ?", job.id)
            harness.fake.faults.file = [FILES["unavailable"], None]
            await harness.wait_until_closed(job.id)
        row = harness.row(job.id)
        assert (row["delivery_attempts"], row["picture_attempts"]) == (21, 1)
        assert len(gallery(harness.messages()[-1])) == 1


async def test_the_edited_picture_cannot_be_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result does not wait for the picture that was edited, which is only an extra."""
    monkeypatch.setattr("flux_bot.workflow.contents.SOURCE_SECONDS", 0.2)
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        for number, answer in enumerate((status(410), silent())):
            url = host.answer(f"/{number}.png", served(picture().read()), answer)  # the image API fetches it first
            options = {"prompt": f"edit {number}", "image_url": url, "model": "flux-kontext-max", "size": "1:1"}
            await harness.alice.slash(harness.channel, "edit", **options)
            result = await harness.wait_for_message("your edited picture is ready", f"edit {number}")
            await harness.wait_until_closed(job_id_of(result))
            assert len(result.attachments) == 1
        assert len(host.requests) == 4


async def test_late_pictures(tmp_path: Path) -> None:
    """A picture that arrives after its job was abandoned is still posted, and replaces the failure."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=1) as harness:
        there = harness.alice.user.dm_channel
        for where, private, expired in (
            (harness.channel, False, False),  # only the user sees the failure
            (harness.channel, False, True),  # the failure is a direct message, the picture is posted
            (there, True, True),  # both are direct messages: the failure must not be mistaken for the picture
        ):
            job, task = await harness.start_job(private=private)
            if expired:
                await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
            await harness.wait_for_message(
                "never sent a result", where=there if expired else where, viewer=harness.alice
            )
            await eventually(lambda: harness.row(job.id)["next_delivery_at"] is None)  # noqa: B023  called at once
            notice = harness.row(job.id)["result_message_id"]
            if private:
                harness.refuse("DM", 500, times=1)
            await harness.fake.finish(task.id)
            await harness.wait_until_closed(job.id)
            message = harness.messages(where)[-1]
            assert text_of(message).startswith(f"<@{harness.alice.id}>, your picture is ready!")
            assert message.id == harness.row(job.id)["result_message_id"]
            places = harness.messages(viewer=harness.alice) + harness.messages(there)
            assert notice not in [message.id for message in places]
        nonces = [(entry.json or {})["nonce"] for entry in harness.requests("DM")]
        assert nonces[1] != nonces[2] == nonces[3]


async def test_a_late_picture_in_direct_messages(tmp_path: Path) -> None:
    """Even once the token has expired, the direct message about the failure of a private request is removed."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=1) as harness:
        there = harness.alice.user.dm_channel
        job_id = job_id_of(answer(await harness.alice.user.slash("imagine", prompt="a cat", private=True, **SMALL)))
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await eventually(lambda: job_id in harness.tasks)
        failure = await harness.wait_for_message("never sent a result", where=there)
        await eventually(lambda: harness.row(job_id)["next_delivery_at"] is None)
        await harness.fake.finish(harness.tasks[job_id].id)
        picture = await harness.wait_for_message("your picture is ready", where=there)
        await harness.wait_until_closed(job_id)
        assert [message.id for message in harness.messages(there)] == [picture.id]
        assert failure.id != picture.id


async def test_a_retry_that_works(tmp_path: Path) -> None:
    """A failure loses its buttons only when the user's retry has been posted; nothing waits for their removal."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        failure = Failure("timeout")
        for refusal in (None, (503, 0)):
            job, task = await harness.start_job()
            await harness.fake.finish(task.id, failure=failure)
            await harness.wait_until_closed(job.id)
            notice = result_of(harness, await harness.job(job.id))
            assert notice.flags.ephemeral
            for is_last in (False, True):
                await press(harness.alice, notice, Verb.RETRY, job)
                await eventually(lambda: "running" in [row["status"] for row in harness.sql("SELECT status FROM jobs")])
                (row,) = harness.sql("SELECT id FROM jobs WHERE status = 'running'")
                retry = await harness.job(row["id"])
                assert not retry.request.private, "only the failure was private"
                await harness.change(
                    "UPDATE jobs SET accepted_at = accepted_at - 60 WHERE id = ?", retry.id
                )  # so that the next press is not a double-click
                if refusal and is_last:
                    harness.refuse("edit reply", *refusal, times=1)
                await harness.fake.finish(harness.tasks[retry.id].id, failure=None if is_last else failure)
                await harness.wait_until_closed(retry.id)
                kept = buttons(result_of(harness, await harness.job(job.id)))
                assert bool(kept) is (not is_last or refusal is not None)
            assert harness.row(job.id)["card_until"] is None


async def test_a_lost_lease(tmp_path: Path) -> None:
    """A delivery in progress whose lease expired because the database was unavailable is not started again."""
    async with BotHarness(tmp_path, seconds=None, delivery_lease_seconds=3600) as harness:
        harness.fake.faults.file = BadFile(wait_seconds=1.5)
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["delivery_attempts"] == 1)
        await harness.change("UPDATE jobs SET next_delivery_at = 1")
        _, other = await harness.start_job("a dog")
        await harness.fake.finish(other.id)  # wakes the loop
        await eventually(lambda: harness.row(job.id)["delivery_attempts"] == 2)
        await harness.wait_until_closed(job.id)
        assert len(harness.requests("history")) == 0, "a second attempt would search for the first one's post"
        assert [alt_texts(message) for message in harness.messages()].count(["a cat"]) == 1


async def test_a_delivery_that_is_due_in_the_future(tmp_path: Path) -> None:
    """A delivery is not delayed if a clock that was minutes fast, as it may be before the login, has set its time."""
    async with BotHarness(tmp_path, seconds=None, delivery_lease_seconds=60) as harness:
        harness.refuse("post", 503)
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["next_delivery_at"] < time.time() + 30)  # not the lease's end
        await harness.change("UPDATE jobs SET next_delivery_at = next_delivery_at + 600")
        harness.stop_refusing()
        await harness.restart()
        await harness.wait_until_closed(job.id)


async def test_undelivered_results_are_retried(tmp_path: Path) -> None:
    """After the gateway reconnects, undelivered results are retried, and are not offered to their users meanwhile."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        public, private = [await mark_undelivered(harness, private=private) for private in (False, True)]
        harness.refuse("DM", 403, 50007, times=1)
        tried = harness.calls.count("DM") + 1
        harness.app.bot.dispatch("resumed")
        await eventually(lambda: harness.row(public.id)["status"] == "delivered")
        assert alt_texts(harness.messages()[-1]) == ["a cat"]
        await eventually(lambda: harness.calls.count("DM") == tried and harness.row(private.id)["undelivered_at"])
        harness.app.bot.dispatch("resumed")
        await eventually(lambda: harness.row(private.id)["status"] == "delivered")
        assert alt_texts(harness.messages(harness.alice.user.dm_channel)[-1]) == ["a cat"]


# --- groups --------------------------------------------------------------------------------------------

FAILURE = Failure("timeout")


def final_button(jobs: list[Job]) -> str:
    """Return the custom_id that is only on the final card of a group."""
    return f"{Verb.REROLL_ALL}:{jobs[0].id}"


async def test_a_group_in_one_message(tmp_path: Path) -> None:
    """The card is edited when a picture is ready, and all pictures are posted in one message, in order."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        first, second, third = await start_group(harness)
        for count, job in enumerate((third, first), 1):
            await finish_tasks(harness, job)
            await eventually(lambda: harness.calls.count("edit reply") == count)  # noqa: B023  called at once
            await eventually(lambda: harness.row(first.id)["card_until"] is None)
        assert len(harness.messages()) == 1
        await finish_tasks(harness, second)
        await harness.wait_until_closed(first.id)
        (message,) = harness.messages()
        assert alt_texts(message) == CATS
        assert final_button([first]) in buttons(message)
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply", "post", "remove card"]
        nonces = [(entry.json or {})["nonce"] for entry in harness.requests("post")]
        assert nonces == [f"{first.id}-g"], "the plain id is for the first job, if it is posted alone"
        for job in (first, second, third):
            row = harness.row(job.id)
            assert (row["status"], row["result_message_id"]) == ("delivered", message.id)
            assert (row["next_delivery_at"], row["interaction_token"]) == (None, None)
        assert len(harness.tasks) == 3


async def test_a_group_that_fails_in_part(tmp_path: Path) -> None:
    """The finished pictures are posted, and the same message reports the failure."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        await finish_tasks(harness, jobs[0], failure=FAILURE)
        await finish_tasks(harness, jobs[1], jobs[2])
        await harness.wait_until_closed(jobs[0].id)
        (message,) = harness.messages(viewer=harness.alice)
        assert alt_texts(message) == CATS[1:]
        assert statuses(harness, jobs) == ["delivered"] * 3


async def test_a_group_that_fails(tmp_path: Path) -> None:
    """Only the user sees the failure, once; its message loses its buttons after a successful retry."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        await finish_tasks(harness, *jobs, failure=FAILURE)
        await harness.wait_until_closed(jobs[0].id)
        assert harness.messages() == []
        notice = result_of(harness, await harness.job(jobs[0].id))
        assert notice.flags.ephemeral
        assert harness.calls[-2:] == ["follow up", "remove card"]
        harness.fake.seconds = 0
        await press(harness.alice, notice, Verb.REROLL_ALL, jobs[0])
        await eventually(harness.messages)

        def remaining() -> list[str]:
            (message,) = [one for one in harness.messages(viewer=harness.alice) if one.id == notice.id]
            return list(buttons(message))

        await eventually(lambda: not remaining())


async def test_delivery_methods_of_groups(tmp_path: Path) -> None:
    """A private group replaces its reply; without a token, it is sent as a direct message, like a failure."""
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
            await finish_tasks(harness, *jobs, failure=failure)
            await harness.wait_until_closed(jobs[0].id)
            place = there if expired else harness.channel
            message = harness.messages(place, harness.alice)[-1]
            case = (private, expired, failure)
            assert message.id == harness.row(jobs[2].id)["result_message_id"], case
            assert alt_texts(message) == ([] if failure else CATS), case
            assert final_button(jobs) in buttons(message), case
            assert harness.row(jobs[1].id)["result_channel_id"] == place.id, case


async def test_the_post_of_a_group_is_found_again(tmp_path: Path) -> None:
    """If a delivery can't be marked, it is repeated later, and the post is found instead of being made again."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        jobs = await start_group(harness)
        async with harness.refused_writes("delivered_at"):
            await finish_tasks(harness, *jobs)
            await eventually(lambda: "Unexpected error in a delivery" in str(harness.errors))
        await harness.wait_until_closed(jobs[0].id)
        assert harness.calls.count("post") == len(harness.messages()) == 1
        assert statuses(harness, jobs) == ["delivered"] * 3


@pytest.mark.parametrize("late", [0, 1])
async def test_late_pictures_of_groups(tmp_path: Path, late: int) -> None:
    """A picture that arrives before the group is posted is part of it; after that, only the late picture is posted."""
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
            alone = [CATS[late]]
            expected = [CATS] if is_before else [[name for name in CATS if name not in alone], alone]
            assert [alt_texts(message) for message in harness.messages()[-len(expected) :]] == expected
            assert statuses(harness, jobs) == ["delivered"] * 3
            assert (harness.row(jobs[late].id)["group_id"] is None) is not is_before
        assert len(harness.messages()) == 3


async def test_undelivered_groups(tmp_path: Path) -> None:
    """A group that can't be delivered is offered once, and fetched as a whole."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        jobs = await start_group(harness)
        refusals = {"post": (403, 50013), "edit reply": (404, 10015), "follow up": (404, 10015), "DM": (403, 50007)}
        for name, (status, code) in refusals.items():
            harness.refuse(name, status, code)
        await finish_tasks(harness, *jobs)
        await eventually(lambda: harness.row(jobs[0].id)["undelivered_at"])
        harness.stop_refusing()
        (notice,) = (await harness.imagine("a dog")).followups
        assert list(buttons(notice.message)) == [f"fetch:{jobs[0].id}"]
        fetched = await press(harness.alice, notice.message, Verb.FETCH, jobs[0])
        await harness.wait_until_closed(jobs[0].id)
        assert fetched.response is not None
        assert alt_texts(fetched.response.message) == CATS
        assert statuses(harness, jobs) == ["delivered"] * 3


async def test_links_of_groups_are_replaced(tmp_path: Path) -> None:
    """While the pictures' host is down, links are posted; later the message is edited once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        with stamina.set_testing(True, attempts=1):
            harness.fake.faults.file = FILES["unavailable"]
            jobs = await start_group(harness)
            await harness.change("UPDATE jobs SET picture_attempts = 3")
            await finish_tasks(harness, *jobs)
            await harness.wait_until_closed(jobs[0].id)
        assert gallery(harness.messages()[-1]) == []
        assert [bool(harness.row(job.id)["next_repair_at"]) for job in jobs] == [True, False, False]
        harness.fake.faults.file = None
        await harness.change("UPDATE jobs SET next_repair_at = 1 WHERE id = ?", jobs[0].id)
        await harness.restart()
        await eventually(lambda: harness.row(jobs[0].id)["next_repair_at"] is None)
        assert alt_texts(harness.messages()[-1]) == CATS
        assert harness.row(jobs[0].id)["interaction_token"] is None
