"""The bot as a process: what the image API and the pictures' host do wrong, and what the user then reads."""

from pathlib import Path

import pytest

from flux_bot.sandbox.faults import ANSWERS, FILES
from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually
from tests.wire.openapi import walk


async def test_late_picture_after_giving_up(tmp_path: Path) -> None:
    """A job past its deadline is given up and its user told; if its picture comes after all, it is posted, once."""
    async with wire(tmp_path, seconds=None, settings={"JOB_DEADLINE_SECONDS": "1"}) as world:
        interaction = await world.imagine("a red fox")
        task = await world.task("a red fox")
        await eventually(lambda: "never sent a result" in str(interaction.message))
        await world.flux.finish(task.id)
        await world.result("a red fox")
        await world.flux.send_callback(task.id)
        await eventually(lambda: "changed nothing" in world.bot.log)
        assert len(world.results("a red fox")) == 1
        assert len(world.flux.submissions) == 1


async def test_late_picture_replaces_a_failure_told_in_direct_messages(tmp_path: Path) -> None:
    """Where a failure was posted as a message of its own, it goes when the picture comes after all."""
    async with wire(tmp_path, seconds=None, settings={"JOB_DEADLINE_SECONDS": "1"}) as world:
        interaction = await world.imagine("a red fox", channel="thread")
        task = await world.task("a red fox")
        world.discord.expire(interaction)
        world.discord.delete_channel("thread")
        await eventually(lambda: "never sent a result" in str(world.discord.messages("@alice")))
        await world.flux.finish(task.id)
        await world.result("a red fox", "@alice")
        await eventually(lambda: len(world.discord.messages("@alice")) == 1)


async def test_operator_fault_is_told_at_once_until_it_is_over(tmp_path: Path) -> None:
    """An empty balance is no user's business: they read that the service is unavailable, the log says why."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS["used_up"]
        first = await world.imagine("first")
        await eventually(lambda: "not available right now" in str(first.message))
        assert "balance" not in str(first.message)
        second = await world.imagine("second")
        assert second.ephemeral
        assert "not available right now" in str(second.message)
        assert len(world.flux.submissions) == 1
        assert "used_up (Your balance is not sufficient" in world.bot.log


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("moderation", "safety filter refused"),
        ("disabled", "is blocking this bot"),
        ("invalid_token", "is refusing this bot"),
        ("no_api", "can’t be found"),
    ],
)
async def test_refusals_have_their_own_words(tmp_path: Path, answer: str, sentence: str) -> None:
    """What the API refuses is told in plain words on the status card; it cost nothing and is sent once."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS[answer]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: sentence in str(interaction.message))
        assert "It cost nothing" in str(interaction.message)
        assert len(world.flux.submissions) == 1


async def test_failing_twice(tmp_path: Path) -> None:
    """A failure of the API's own is tried once more and then told."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS["api_error"]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: "failed while painting" in str(interaction.message))
        assert len(world.flux.submissions) == 2


@pytest.mark.parametrize("answer", ["accepted_cut", "accepted_bad_gateway", "accepted_gateway_timeout"])
async def test_lost_answers_are_not_sent_again(tmp_path: Path, answer: str) -> None:
    """Where no one can tell whether the task started, its callback decides; it is not submitted again."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS[answer]
        await world.imagine("a red fox")
        await world.result("a red fox")
        assert len(world.flux.submissions) == 1


async def test_hundreds_of_lost_callbacks(tmp_path: Path) -> None:
    """Lost callbacks of many jobs are made up for by few look-ups of at most 50 tasks each."""
    settings = {"FLUX_MAX_IN_FLIGHT": "200", "MAX_RUNNING_PER_USER": "200", "CALLBACK_GRACE_SECONDS": "1"}
    async with wire(tmp_path, settings=settings, seconds=0.01, validate=False) as world:
        world.flux.faults.callbacks = 0
        prompts = [f"number {number}." for number in range(120)]
        for prompt in prompts:
            await world.imagine(prompt, size="256x256")
        await eventually(lambda: all(world.results(prompt) for prompt in prompts))
        assert all(len(world.results(prompt)) == 1 for prompt in prompts)
        assert all(len(lookup.body["ids"]) <= 50 for lookup in world.flux.lookups)


@pytest.mark.parametrize("fault", ["not_found", "unavailable", "cut"])
async def test_pictures_that_come_late(tmp_path: Path, fault: str) -> None:
    """A picture's host that stumbles is asked again until the picture is there."""
    async with wire(tmp_path) as world:
        world.flux.faults.file = [FILES[fault]] * 4 + [None]
        await world.imagine("a red fox")
        await world.result("a red fox")


async def test_pictures_that_never_come(tmp_path: Path) -> None:
    """Pictures that can't be had are linked: never nothing."""
    async with wire(tmp_path) as world:
        world.flux.faults.file = FILES["gone"]
        await world.imagine("a red fox")
        await eventually(lambda: "could not be loaded into Discord" in str(world.discord.messages("general")))
        assert f"{world.flux.url}/files/" in str(world.discord.messages("general"))


async def test_kept_and_fetched(tmp_path: Path) -> None:
    """A picture that can be delivered nowhere is kept, offered at the next command, and fetched by its button."""
    async with wire(tmp_path, seconds=None) as world:
        lost = await world.imagine("a red fox", channel="thread")
        task = await world.task("a red fox")
        world.discord.delete_channel("thread")
        world.discord.expire(lost)
        world.discord.block_dms("alice")
        await world.flux.finish(task.id)
        await eventually(lambda: "Undelivered: no method" in world.bot.log)
        await world.bot.kill()
        await world.bot.start()
        next_one = await world.imagine("a blue fox")
        await eventually(lambda: next_one.followups)
        notice = world.discord.message(next_one.followups[0])
        assert notice is not None
        assert "could not be delivered" in str(notice)
        row = next(part for part in walk(notice["components"]) if part["type"] == 1)
        (button,) = row["components"]
        click = await world.discord.click("alice", notice, button["custom_id"])
        await click.acknowledged()
        assert click.ephemeral
        await eventually(lambda: click.message and click.message["attachments"])
        again = await world.discord.click("alice", notice, button["custom_id"])
        await eventually(lambda: "already been delivered" in str(again.message))
        assert len(world.tasks("a red fox")) == 1
