"""The bot as a process: errors of the image API and the pictures' host, and what the user sees."""

from pathlib import Path

import pytest

from flux_bot.sandbox.faults import ANSWERS, FILES
from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually
from tests.wire.openapi import walk


async def test_late_picture_after_the_deadline(tmp_path: Path) -> None:
    """After the deadline the user is notified; if the picture arrives later, it is posted once."""
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


async def test_late_picture_replaces_a_failure_in_direct_messages(tmp_path: Path) -> None:
    """A failure posted as its own message is deleted when the picture is posted."""
    async with wire(tmp_path, seconds=None, settings={"JOB_DEADLINE_SECONDS": "1"}) as world:
        interaction = await world.imagine("a red fox", channel="thread")
        task = await world.task("a red fox")
        world.discord.expire(interaction)
        world.discord.delete_channel("thread")
        await eventually(lambda: "never sent a result" in str(world.discord.messages("@alice")))
        await world.flux.finish(task.id)
        await world.result("a red fox", "@alice")
        await eventually(lambda: len(world.discord.messages("@alice")) == 1)


async def test_an_empty_balance(tmp_path: Path) -> None:
    """Users read that the service is unavailable; only the log says that the balance is empty."""
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
async def test_refusals_are_explained(tmp_path: Path, answer: str, sentence: str) -> None:
    """A refusal is explained on the status card; it costs nothing and is not retried."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS[answer]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: sentence in str(interaction.message))
        assert "It cost nothing" in str(interaction.message)
        assert len(world.flux.submissions) == 1


async def test_failing_twice(tmp_path: Path) -> None:
    """An error of the API is retried once and then shown."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS["api_error"]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: "failed while painting" in str(interaction.message))
        assert len(world.flux.submissions) == 2


@pytest.mark.parametrize("answer", ["accepted_cut", "accepted_bad_gateway", "accepted_gateway_timeout"])
async def test_lost_answers_are_not_retried(tmp_path: Path, answer: str) -> None:
    """If it is unknown whether the task started, the bot waits for its callback and does not submit again."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS[answer]
        await world.imagine("a red fox")
        await world.result("a red fox")
        assert len(world.flux.submissions) == 1


async def test_many_lost_callbacks(tmp_path: Path) -> None:
    """A few look-ups of at most 50 tasks replace many lost callbacks."""
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
async def test_late_pictures(tmp_path: Path, fault: str) -> None:
    """A failing download is retried until the picture is there."""
    async with wire(tmp_path) as world:
        world.flux.faults.file = [FILES[fault]] * 4 + [None]
        await world.imagine("a red fox")
        await world.result("a red fox")


async def test_missing_pictures(tmp_path: Path) -> None:
    """Pictures that can't be downloaded are linked instead."""
    async with wire(tmp_path) as world:
        world.flux.faults.file = FILES["gone"]
        await world.imagine("a red fox")
        await eventually(lambda: "could not be loaded into Discord" in str(world.discord.messages("general")))
        assert f"{world.flux.url}/files/" in str(world.discord.messages("general"))


async def test_undelivered_and_fetched(tmp_path: Path) -> None:
    """An undelivered picture is offered at the next command and can be fetched once."""
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
