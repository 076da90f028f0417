"""Deliveries through the loops: temporary errors are retried, and nothing is posted twice."""

import re
from pathlib import Path

import pytest
import stamina

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.faults import ANSWERS, FILES
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, text_of


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_post_fails_temporarily(tmp_path: Path, status: int) -> None:
    """A post that fails temporarily is retried and appears once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        harness.refuse("post", status, times=1)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (result,) = harness.messages()
        assert alt_texts(result) == ["a cat"]
        assert harness.calls == ["publish", "reply", "post", "history", "post", "remove card"]


async def test_edit_fails_temporarily(tmp_path: Path) -> None:
    """An edit of a reply that fails temporarily is retried, without searching for an earlier one."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        harness.refuse("edit reply", 500, times=1)
        await harness.fake.finish(task.id, failure=Failure("timeout"))
        await harness.wait_until_closed(job.id)
        (card,) = harness.messages()
        assert "took too long and gave up" in text_of(card)
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply"]


async def test_removing_the_card_fails_temporarily(tmp_path: Path) -> None:
    """If only removing the card fails, only that is retried."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        harness.refuse("remove card", 502, times=1)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert len(harness.messages()) == 1
        assert harness.calls == ["publish", "reply", "post", "remove card", "remove card"]


async def test_card_already_removed(tmp_path: Path) -> None:
    """A card that is already gone does not delay the delivery."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        harness.env.backend.delete_message(harness.channel.id, job.reply_message_id or 0)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        assert len(harness.messages()) == 1
        assert harness.calls == ["publish", "reply", "post", "remove card"]


@pytest.mark.parametrize("private", [True, False], ids=["private", "public"])
async def test_started_after_the_token_has_expired(tmp_path: Path, private: bool) -> None:
    """After the token has expired, the card is still edited and removed if the bot has the permissions."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.start_job("first")
        card = (await harness.imagine("second", private=private)).response
        assert card is not None
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await harness.fake.finish(first.id)
        await eventually(lambda: len(harness.tasks) == 2)
        call = "edit message"
        await eventually(lambda: call in harness.calls)
        second = next(job_id for job_id in harness.tasks if harness.row(job_id)["prompt"] == "second")
        await harness.fake.finish(harness.tasks[second].id)
        await harness.wait_until_closed(second)
        if private:
            await harness.wait_for_message("your picture is ready", where=harness.alice.user.dm_channel)
        else:
            await harness.wait_for_message("your picture is ready", "> second")
        assert harness.messages(viewer=harness.bob)[-1].id != card.id
        expected = ["edit message", "open DM", "DM"] if private else ["edit message", "post", "delete message"]
        assert [name for name in harness.calls if name in expected][-3:] == expected


async def test_card_can_not_be_edited(tmp_path: Path) -> None:
    """A card that can't be edited when its job starts is left as it is; the picture is delivered."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.start_job("first")
        await harness.imagine("second")
        harness.refuse("edit reply", 404, 10015)
        await harness.fake.finish(first.id)
        await eventually(lambda: "edit reply" in harness.calls and len(harness.fake.tasks) == 2)
        await harness.fake.finish(list(harness.fake.tasks)[1])
        await harness.wait_for_message("your picture is ready", "> second")
        assert harness.calls.count("edit reply") == 1


async def test_editing_the_card_fails_temporarily(tmp_path: Path) -> None:
    """A temporary error while editing a card delays nothing and is not logged as an error."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.start_job("first")
        await harness.imagine("second")
        harness.refuse("edit reply", 503, times=1)
        await harness.fake.finish(first.id)
        await eventually(lambda: "edit reply" in harness.calls and len(harness.fake.tasks) == 2)
        await harness.fake.finish(list(harness.fake.tasks)[1])
        await harness.wait_for_message("your picture is ready", "> second")


async def test_store_fails_while_a_card_is_edited(tmp_path: Path) -> None:
    """A store that fails while a card is edited does not end the loops."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, expects_errors=True) as harness:
        _, first = await harness.start_job("first")
        await harness.imagine("second")
        fails = "BEFORE UPDATE OF card_moved ON jobs BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        await harness.change(f"CREATE TRIGGER full {fails}")
        await harness.fake.finish(first.id)
        await eventually(lambda: "edit reply" in harness.calls and len(harness.fake.tasks) == 2)
        await harness.change("DROP TRIGGER full")
        await harness.fake.finish(list(harness.fake.tasks)[1])
        await harness.wait_for_message("your picture is ready", "> second")
        await harness.start_job("third")


async def test_upload_limit_of_the_interaction(tmp_path: Path) -> None:
    """The upload limit is the one that Discord sends with the interaction."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = lambda payload: payload.update(attachment_size_limit=20_000)
        await harness.imagine(model="flux-dev", size="512x512", count=2)
        result = await harness.wait_for_message(
            "your pictures are ready", "Reduced to fit Discord’s upload limit. Full size: [original 1]"
        )
        assert len(gallery(result)) == 2
        assert all(0 < file.size <= 20_000 for file in result.attachments)
        assert min(len(file.data) for file in harness.fake.files.values()) > 20_000


async def test_picture_host_gone(tmp_path: Path) -> None:
    """Pictures that are permanently gone are linked immediately."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.file = FILES["gone"]
        job, task = await harness.start_job(count=2)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (result,) = harness.messages()
        assert gallery(result) == []
        assert re.search(r"\[Picture 1\]\(http://.*\)\n\[Picture 2\]\(http://.*\)", text_of(result))
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_picture_host_down(tmp_path: Path) -> None:
    """Pictures that are temporarily unavailable are retried for a while, then linked."""
    stamina.set_testing(testing=True, attempts=1)
    try:
        async with BotHarness(tmp_path, seconds=None) as harness:
            harness.fake.faults.file = FILES["unavailable"]
            job, task = await harness.start_job()
            await harness.fake.finish(task.id)
            await eventually(lambda: harness.row(job.id)["next_delivery_at"] > harness.row(job.id)["finished_at"])
            assert harness.calls == ["publish", "reply"]
            await harness.change("UPDATE jobs SET delivery_attempts = 3")
            await harness.wait_until_closed(job.id)
            (result,) = harness.messages()
            assert gallery(result) == []
            assert "[Picture 1](http://" in text_of(result)
    finally:
        stamina.set_testing(testing=False)


async def test_picture_host_back(tmp_path: Path) -> None:
    """A picture that can be fetched on the second attempt is shown as usual."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.file = [FILES["unavailable"], None]
        job, task = await harness.start_job()
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (result,) = harness.messages()
        assert len(gallery(result)) == 1


@pytest.mark.parametrize(
    ("prompt", "answer", "sentence"),
    [
        ("something forbidden", None, "safety filter refused this prompt. It cost nothing. Please reword it"),
        ("a cat", "timeout", "may have been charged, so it was not sent a second time."),
        ("a cat", "no_api", "The picture service can’t be found. It cost nothing. The operator has been told."),
        ("a cat", "invalid_token", "is refusing this bot at the moment. It cost nothing. The operator"),
        ("a cat", "disabled", "is blocking this bot at the moment. It cost nothing. The operator has been told."),
    ],
)
async def test_submission_refused(tmp_path: Path, prompt: str, answer: str | None, sentence: str) -> None:
    """The card shows the outcome of a refused submission, without internals."""
    # Only where the answer leaves the outcome open: a deadline that passes before any answer gives that text too.
    deadline = {"job_deadline_seconds": 0.5} if answer == "timeout" else {}
    async with BotHarness(tmp_path, expects_errors=True, **deadline) as harness:
        harness.fake.faults.submit = ANSWERS[answer] if answer else None
        interaction = await harness.imagine(prompt)
        card = await harness.wait_for_message(sentence)
        assert interaction.response is not None
        assert card.id == interaction.response.id
        assert text_of(card).startswith(f"<@{harness.alice.id}> ⚠️ ")
        assert not re.search("trace|token|http", text_of(card), re.IGNORECASE)
        assert harness.calls == ["publish", "reply", "edit reply"]


async def test_late_picture(tmp_path: Path) -> None:
    """A picture that arrives after its job was abandoned is still posted, and the failure message is removed."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=0.5) as harness:
        job, task = await harness.start_job()
        await harness.wait_for_message("never sent a result")
        await harness.fake.finish(task.id)
        await harness.wait_for_message("your picture is ready")
        await harness.wait_until_closed(job.id)
        assert len(harness.messages()) == 1
        assert harness.calls == ["publish", "reply", "edit reply", "post", "remove card"]


async def test_late_picture_is_not_taken_for_the_failure(tmp_path: Path) -> None:
    """A posted failure is not mistaken for the late picture's post, and is removed once that is posted."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=0.5) as harness:
        job, task = await harness.start_job()
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await harness.wait_for_message("never sent a result")
        await eventually(lambda: harness.row(job.id)["next_delivery_at"] is None)
        harness.refuse("post", 500, times=1)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (message,) = harness.messages()
        assert text_of(message).startswith(f"<@{harness.alice.id}> your picture is ready.")
        nonces = [entry.json["nonce"] for entry in harness.requests("post") if entry.json]
        assert nonces[0] != nonces[1] == nonces[2]


async def test_late_picture_after_a_direct_message(tmp_path: Path) -> None:
    """A failure sent as a direct message is replaced by the late picture."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=0.5) as harness:
        job, task = await harness.start_job(private=True)
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await eventually(lambda: harness.row(job.id)["delivered_at"])
        there = harness.alice.user.dm_channel
        await harness.wait_for_message("never sent a result", where=there)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        (picture,) = harness.messages(there)
        assert "your picture is ready" in text_of(picture)


@pytest.mark.parametrize("days", [1, 0], ids=["for a day", "forever"])
async def test_retention(tmp_path: Path, days: int) -> None:
    """Jobs that ended long ago are deleted, unless RETENTION_DAYS is 0; recent ones are not."""
    async with BotHarness(tmp_path) as harness:
        for prompt in ("old", "new"):
            await harness.imagine(prompt)
            await harness.wait_until_closed(job_id_of(await harness.wait_for_message("is ready", f"> {prompt}")))
        await harness.change("UPDATE jobs SET finished_at = 1 WHERE prompt = 'old'")
        await harness.restart(retention_days=days)
        await harness.imagine("another")
        await harness.wait_for_message("> another")
        left = {"new", "another"} if days else {"old", "new", "another"}
        await eventually(lambda: {row["prompt"] for row in harness.sql("SELECT prompt FROM jobs")} == left)
