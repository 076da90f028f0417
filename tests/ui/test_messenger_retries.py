"""Deliveries through the loops: what may pass is tried again, and nothing is posted twice."""

import re
from pathlib import Path

import pytest
import stamina

from flux_bot.core.jobs import Failure
from flux_bot.sandbox.faults import ANSWERS, FILES
from tests.flux.caller import eventually
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, words


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_post_refused_for_now(tmp_path: Path, status: int) -> None:
    """A post that Discord does not take for now is tried again, and is there once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.held()
        harness.refuse("post", status, times=1)
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        (result,) = harness.messages()
        assert alt_texts(result) == ["a cat"]
        assert harness.calls == ["publish", "reply", "post", "history", "post", "remove card"]


async def test_edit_refused_for_now(tmp_path: Path) -> None:
    """So is the edit of a reply, which may be repeated without a look."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.held()
        harness.refuse("edit reply", 500, times=1)
        await harness.fake.finish(task.id, failure=Failure("timeout"))
        await harness.over(job.id)
        (card,) = harness.messages()
        assert "took too long and gave up" in words(card)
        assert harness.calls == ["publish", "reply", "edit reply", "edit reply"]


async def test_card_not_removed_for_now(tmp_path: Path) -> None:
    """If only the card can't be removed, only that is tried again."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.held()
        harness.refuse("remove card", 502, times=1)
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        assert len(harness.messages()) == 1
        assert harness.calls == ["publish", "reply", "post", "remove card", "remove card"]


async def test_card_removed_by_somebody(tmp_path: Path) -> None:
    """A card that is gone already is no reason to hold anything up."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.held()
        harness.env.backend.delete_message(harness.channel.id, job.reply_message_id or 0)
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        assert len(harness.messages()) == 1
        assert harness.calls == ["publish", "reply", "post", "remove card"]


@pytest.mark.parametrize("private", [True, False], ids=["private", "public"])
async def test_started_after_the_token_has_expired(tmp_path: Path, private: bool) -> None:
    """When a turn comes late, the card still changes and goes if the bot may do so by itself."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.held("first")
        card = (await harness.imagine("second", private=private)).response
        assert card is not None
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await harness.fake.finish(first.id)
        await eventually(lambda: len(harness.tasks) == 2)
        call = "edit message"
        await eventually(lambda: call in harness.calls)
        second = next(job_id for job_id in harness.tasks if harness.row(job_id)["prompt"] == "second")
        await harness.fake.finish(harness.tasks[second].id)
        await harness.over(second)
        if private:
            await harness.sees("your picture is ready", where=harness.alice.user.dm_channel)
        else:
            await harness.sees("your picture is ready", "> second")
        assert harness.messages(viewer=harness.bob)[-1].id != card.id
        expected = ["edit message", "open DM", "DM"] if private else ["edit message", "post", "delete message"]
        assert [name for name in harness.calls if name in expected][-3:] == expected


async def test_card_can_not_change(tmp_path: Path) -> None:
    """A card that can't be changed when its turn has come is left as it is; the picture comes."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.held("first")
        await harness.imagine("second")
        harness.refuse("edit reply", 404, 10015)
        await harness.fake.finish(first.id)
        await eventually(lambda: "edit reply" in harness.calls and len(harness.fake.tasks) == 2)
        await harness.fake.finish(list(harness.fake.tasks)[1])
        await harness.sees("your picture is ready", "> second")
        assert harness.calls.count("edit reply") == 1


async def test_card_not_changed_for_now(tmp_path: Path) -> None:
    """A card that Discord does not let change for now holds nothing up and alarms nobody."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        _, first = await harness.held("first")
        await harness.imagine("second")
        harness.refuse("edit reply", 503, times=1)
        await harness.fake.finish(first.id)
        await eventually(lambda: "edit reply" in harness.calls and len(harness.fake.tasks) == 2)
        await harness.fake.finish(list(harness.fake.tasks)[1])
        await harness.sees("your picture is ready", "> second")


async def test_changed_card_not_noted(tmp_path: Path) -> None:
    """A store that fails while a card is changed does not end the loops."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1, expects_errors=True) as harness:
        _, first = await harness.held("first")
        await harness.imagine("second")
        fails = "BEFORE UPDATE OF card_moved ON jobs BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        await harness.change(f"CREATE TRIGGER full {fails}")
        await harness.fake.finish(first.id)
        await eventually(lambda: "edit reply" in harness.calls and len(harness.fake.tasks) == 2)
        await harness.change("DROP TRIGGER full")
        await harness.fake.finish(list(harness.fake.tasks)[1])
        await harness.sees("your picture is ready", "> second")
        await harness.held("third")


async def test_upload_limit_of_the_interaction(tmp_path: Path) -> None:
    """What may be uploaded is what Discord says with the command."""
    async with BotHarness(tmp_path) as harness:
        harness.change_interaction = lambda payload: payload.update(attachment_size_limit=20_000)
        await harness.imagine(model="flux-dev", size="512x512", count=2)
        result = await harness.sees(
            "your pictures are ready", "Reduced to fit Discord’s upload limit. Full size: [original 1]"
        )
        assert len(gallery(result)) == 2
        assert all(0 < file.size <= 20_000 for file in result.attachments)
        assert min(len(file.data) for file in harness.fake.files.values()) > 20_000


async def test_picture_host_gone(tmp_path: Path) -> None:
    """Pictures that are gone for good are linked at once."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.file = FILES["gone"]
        job, task = await harness.held(count=2)
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        (result,) = harness.messages()
        assert gallery(result) == []
        assert re.search(r"\[Picture 1\]\(http://.*\)\n\[Picture 2\]\(http://.*\)", words(result))
        assert harness.calls == ["publish", "reply", "post", "remove card"]


async def test_picture_host_down(tmp_path: Path) -> None:
    """Pictures that can't be had for now are waited for, but not for ever: then they are linked."""
    stamina.set_testing(testing=True, attempts=1)
    try:
        async with BotHarness(tmp_path, seconds=None) as harness:
            harness.fake.faults.file = FILES["unavailable"]
            job, task = await harness.held()
            await harness.fake.finish(task.id)
            await eventually(lambda: harness.row(job.id)["next_delivery_at"] > harness.row(job.id)["finished_at"])
            assert harness.calls == ["publish", "reply"]
            await harness.change("UPDATE jobs SET delivery_attempts = 3")
            await harness.over(job.id)
            (result,) = harness.messages()
            assert gallery(result) == []
            assert "[Picture 1](http://" in words(result)
    finally:
        stamina.set_testing(testing=False)


async def test_picture_host_back(tmp_path: Path) -> None:
    """A picture that comes at the second try is shown as if nothing had been."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.faults.file = [FILES["unavailable"], None]
        job, task = await harness.held()
        await harness.fake.finish(task.id)
        await harness.over(job.id)
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
    """What the API says to a submission turns the card, with no internals on it."""
    # Only where the answer leaves open what became of it: a deadline that passes before any answer says that too.
    deadline = {"job_deadline_seconds": 0.5} if answer == "timeout" else {}
    async with BotHarness(tmp_path, expects_errors=True, **deadline) as harness:
        harness.fake.faults.submit = ANSWERS[answer] if answer else None
        asked = await harness.imagine(prompt)
        card = await harness.sees(sentence)
        assert asked.response is not None
        assert card.id == asked.response.id
        assert words(card).startswith(f"<@{harness.alice.id}> ⚠️ ")
        assert not re.search("trace|token|http", words(card), re.IGNORECASE)
        assert harness.calls == ["publish", "reply", "edit reply"]


async def test_late_picture(tmp_path: Path) -> None:
    """A picture that comes after its job was given up is posted all the same, and the word of failure goes."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=0.5) as harness:
        job, task = await harness.held()
        await harness.sees("never sent a result")
        await harness.fake.finish(task.id)
        await harness.sees("your picture is ready")
        await harness.over(job.id)
        assert len(harness.messages()) == 1
        assert harness.calls == ["publish", "reply", "edit reply", "post", "remove card"]


async def test_late_picture_is_not_taken_for_the_failure(tmp_path: Path) -> None:
    """A failure that had to be posted is not the late picture's post, by nonce or by looks, and is removed for it."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=0.5) as harness:
        job, task = await harness.held()
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await harness.sees("never sent a result")
        await eventually(lambda: harness.row(job.id)["next_delivery_at"] is None)
        harness.refuse("post", 500, times=1)
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        (message,) = harness.messages()
        assert words(message).startswith(f"<@{harness.alice.id}> your picture is ready.")
        nonces = [entry.json["nonce"] for entry in harness.requests("post") if entry.json]
        assert nonces[0] != nonces[1] == nonces[2]


async def test_late_picture_after_a_direct_message(tmp_path: Path) -> None:
    """The word of failure goes from the direct messages too, and the picture comes there."""
    async with BotHarness(tmp_path, seconds=None, job_deadline_seconds=0.5) as harness:
        job, task = await harness.held(private=True)
        await harness.change("UPDATE jobs SET token_expires_at = accepted_at")
        await eventually(lambda: harness.row(job.id)["delivered_at"])
        there = harness.alice.user.dm_channel
        await harness.sees("never sent a result", where=there)
        await harness.fake.finish(task.id)
        await harness.over(job.id)
        (picture,) = harness.messages(there)
        assert "your picture is ready" in words(picture)


@pytest.mark.parametrize("days", [1, 0], ids=["for a day", "for ever"])
async def test_how_long_jobs_are_kept(tmp_path: Path, days: int) -> None:
    """What ended long ago is deleted by itself, unless it is to be kept for ever; what ended lately is not."""
    async with BotHarness(tmp_path) as harness:
        for prompt in ("old", "new"):
            await harness.imagine(prompt)
            await harness.over(job_id_of(await harness.sees("is ready", f"> {prompt}")))
        await harness.change("UPDATE jobs SET finished_at = 1 WHERE prompt = 'old'")
        await harness.restart(retention_days=days)
        await harness.imagine("another")
        await harness.sees("> another")
        left = {"new", "another"} if days else {"old", "new", "another"}
        await eventually(lambda: {row["prompt"] for row in harness.sql("SELECT prompt FROM jobs")} == left)
