"""SIGKILL at every step of a job's life: no job is lost, posted twice or paid twice."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flux_bot.sandbox.faults import ANSWERS
from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually

HANG_SECONDS = 30.0
"""How long a call hangs, so that the bot is killed during it."""


async def kill_and_restart(world: Wire) -> None:
    await world.bot.kill()
    await world.bot.start()


async def assert_delivered_once(world: Wire, prompt: str) -> None:
    """Check the result of every crash test: one message, one payment and no status card."""
    await world.result(prompt)
    await eventually(lambda: world.discord.messages("general") == world.results(prompt))
    assert len(world.tasks(prompt)) == 1
    assert len(world.flux.submissions) == 1


async def test_killed_before_the_reply(tmp_path: Path) -> None:
    """A job that was saved before its reply was sent is drawn and posted."""
    async with wire(tmp_path, settings={"FLUX_MAX_IN_FLIGHT": "1"}) as world:
        world.discord.hold("reply", HANG_SECONDS)
        world.discord.slash("alice", "general", "imagine", prompt="a red fox")
        await eventually(lambda: "Submitted" in world.bot.log)
        await kill_and_restart(world)
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_queued(tmp_path: Path) -> None:
    """Queued jobs are submitted once each after a crash."""
    async with wire(tmp_path, settings={"FLUX_MAX_IN_FLIGHT": "1"}, seconds=None) as world:
        await world.imagine("first")
        first = await world.task("first")
        await world.imagine("second")
        await world.imagine("third", user="bob")
        with closing(sqlite3.connect(tmp_path / "data" / "flux_bot.db")) as database:
            replied = "SELECT count(*) FROM jobs WHERE reply_message_id IS NOT NULL"
            await eventually(lambda: database.execute(replied).fetchone() == (3,))
        await world.bot.kill()
        await world.flux.finish(first.id)
        await world.bot.start()
        for prompt in ("third", "second"):  # each user's first before any user's second
            task = await world.task(prompt)
            await world.flux.finish(task.id)
        for prompt in ("first", "second", "third"):
            await world.result(prompt)
        assert len(world.flux.submissions) == 3


async def test_killed_while_the_api_is_busy(tmp_path: Path) -> None:
    """A request that waits for a busy API is submitted after the crash."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS["down"]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: "the picture service is busy" in str(interaction.message))
        await world.bot.kill()
        world.flux.faults.submit = None
        world.flux.submissions.clear()
        await world.bot.start()
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_submitting_and_the_task_runs(tmp_path: Path) -> None:
    """An interrupted submission is not repeated; its callback still finds the job."""
    async with wire(tmp_path, seconds=None) as world:
        world.flux.faults.submit = [ANSWERS["accepted_hang"], None]
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        await kill_and_restart(world)
        await world.flux.finish(task.id)
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_submitting_and_nothing_runs(tmp_path: Path) -> None:
    """A submission with an unknown outcome is not repeated; its user is notified at the deadline."""
    async with wire(tmp_path, settings={"JOB_DEADLINE_SECONDS": "3"}) as world:
        world.flux.faults.submit = [ANSWERS["hang"], None]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: world.flux.submissions)
        await kill_and_restart(world)
        await eventually(lambda: interaction.followups)
        (notice,) = interaction.followups
        assert "was not sent a second time" in str(world.discord.message(notice))
        await eventually(lambda: interaction.message is None)
        assert len(world.flux.submissions) == 1


async def test_killed_while_painting_and_the_callback_is_missed(tmp_path: Path) -> None:
    """A look-up at startup replaces a callback that was missed while the bot was down, even if the grace is long."""
    async with wire(tmp_path, settings={"CALLBACK_GRACE_SECONDS": "3600"}, seconds=None) as world:
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        await eventually(lambda: "Submitted" in world.bot.log)
        await world.bot.kill()
        await world.flux.finish(task.id)
        assert task.posts[-1].status is None
        await world.bot.start()
        await assert_delivered_once(world, "a red fox")
        assert [lookup for lookup in world.flux.lookups if lookup.body["ids"]]


async def test_killed_between_result_and_post(tmp_path: Path) -> None:
    """A finished job is posted after the crash."""
    async with wire(tmp_path) as world:
        held = world.discord.hold("post", HANG_SECONDS)
        await world.imagine("a red fox")
        await eventually(lambda: held.hits)
        await kill_and_restart(world)
        await assert_delivered_once(world, "a red fox")


@pytest.mark.parametrize("nonce_seconds", [180.0, 0.0], ids=["nonce known", "nonce forgotten"])
async def test_killed_between_post_and_mark(tmp_path: Path, nonce_seconds: float) -> None:
    """A post whose answer was lost is not repeated, even when Discord no longer knows its nonce."""
    async with wire(tmp_path, nonce_seconds=nonce_seconds) as world:
        world.discord.hold("post", HANG_SECONDS, after_handling=True)
        await world.imagine("a red fox")
        await world.result("a red fox")
        await kill_and_restart(world)
        await assert_delivered_once(world, "a red fox")


async def test_killed_before_the_status_card_is_deleted(tmp_path: Path) -> None:
    """A leftover status card is deleted after the crash, and the picture is not posted again."""
    async with wire(tmp_path) as world:
        held = world.discord.hold("remove card", HANG_SECONDS)
        await world.imagine("a red fox")
        await eventually(lambda: held.hits)
        assert len(world.discord.messages("general")) == 2
        await kill_and_restart(world)
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_a_failure_is_posted(tmp_path: Path) -> None:
    """The user is notified once after the crash, and the status card is removed."""
    async with wire(tmp_path) as world:
        held = world.discord.hold("follow up", HANG_SECONDS)
        await world.imagine("forbidden fruit")
        await eventually(lambda: held.hits)
        await kill_and_restart(world)
        await eventually(lambda: not world.discord.messages("general"))
        (notice,) = world.discord.all_messages()
        assert "safety filter" in str(notice)
        assert len(world.flux.submissions) == 1


async def test_killed_in_the_middle_of_a_group(tmp_path: Path) -> None:
    """After a crash at each step, the group continues: each picture is paid for once, and one message has them all."""
    names = [f"a {colour} fox" for colour in ("red", "grey", "white")]
    async with wire(tmp_path, seconds=None, settings={"FLUX_MAX_IN_FLIGHT": "2"}) as world:
        await world.imagine("a {red|grey|white} fox")
        await world.task(names[1])
        await kill_and_restart(world)
        first = await world.task(names[0])
        await world.bot.kill()  # its callback is missed
        await world.flux.finish(first.id)
        await world.bot.start()
        third = await world.task(names[2])
        await world.flux.finish(third.id)
        await eventually(lambda: world.bot.log.count("Finished by") == 2)
        await kill_and_restart(world)
        assert not world.results("fox")
        held = world.discord.hold("post", HANG_SECONDS, after_handling=True)
        await world.flux.finish((await world.task(names[1])).id)
        await eventually(lambda: held.hits)
        await kill_and_restart(world)
        result = await world.result("fox")
        assert [file["description"] for file in result["attachments"]] == names
        await eventually(lambda: world.discord.messages("general") == [result])
        assert len(world.flux.submissions) == 3


async def test_killed_repeatedly(tmp_path: Path) -> None:
    """Despite several crashes, each job is paid at most once, and is posted once or reported as failed."""
    prompts = [f"number {number}." for number in range(12)]
    limits = {"FLUX_MAX_IN_FLIGHT": "4", "JOB_DEADLINE_SECONDS": "10"}
    async with wire(tmp_path, seconds=0.3, settings=limits) as world:
        for number, prompt in enumerate(prompts):
            await world.imagine(prompt, user=("alice", "bob")[number % 2])
            if number % 4 == 3:
                await kill_and_restart(world)

        def notices(prompt: str) -> int:
            cards = [str(message) for message in world.discord.all_messages()]
            return sum("was not sent a second time" in card and f"> {prompt}" in card for card in cards)

        await eventually(lambda: all(notices(prompt) + len(world.results(prompt)) == 1 for prompt in prompts))
        await eventually(lambda: len(world.discord.all_messages()) == len(prompts))
        assert all(len(world.tasks(prompt)) <= 1 for prompt in prompts)
