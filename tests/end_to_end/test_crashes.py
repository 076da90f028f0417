"""kill -9 at every step of a job's life: nothing is lost, nothing is posted twice, nothing is paid twice."""

from pathlib import Path

import pytest

from flux_bot.sandbox.faults import ANSWERS
from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually
from tests.wire.discord_server import PASS

LONG = 30.0
"""Seconds that a call hangs for, so that the bot dies in the middle of it."""


async def killed_and_started(world: Wire) -> None:
    await world.bot.kill()
    await world.bot.start()


async def assert_delivered_once(world: Wire, prompt: str) -> None:
    """Hold what every crash must leave behind: one message, one payment, no status card, nothing left to do."""
    await world.result(prompt)
    await eventually(lambda: world.discord.messages("general") == world.results(prompt))
    assert len(world.tasks(prompt)) == 1
    assert len(world.flux.submissions) == 1


async def test_killed_before_the_reply(tmp_path: Path) -> None:
    """A job that was saved, but whose reply never went out, is painted and posted all the same."""
    async with wire(tmp_path, settings={"FLUX_MAX_IN_FLIGHT": "1"}) as world:
        world.discord.inject("POST", "/interactions/*/callback", status=PASS, delay=LONG)
        await world.discord.slash("alice", "general", "imagine", options={"prompt": "a red fox"})
        await eventually(lambda: "Submitted" in world.bot.log)
        await killed_and_started(world)
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_queued(tmp_path: Path) -> None:
    """Jobs that wait in the queue go on after a crash, each submitted once."""
    async with wire(tmp_path, settings={"FLUX_MAX_IN_FLIGHT": "1"}, seconds=None) as world:
        await world.imagine("first")
        first = await world.task("first")
        await world.imagine("second")
        await world.imagine("third", user="bob")
        await world.bot.kill()
        await world.flux.finish(first.id)
        await world.bot.start()
        for prompt in ("third", "second"):  # everybody's first before anybody's second
            task = await world.task(prompt)
            await world.flux.finish(task.id)
        for prompt in ("first", "second", "third"):
            await world.result(prompt)
        assert len(world.flux.submissions) == 3


async def test_killed_while_the_api_is_busy(tmp_path: Path) -> None:
    """A request that the API was too busy for is submitted after the crash."""
    async with wire(tmp_path) as world:
        world.flux.faults.submit = ANSWERS["down"]
        asked = await world.imagine("a red fox")
        await eventually(lambda: "the picture service is busy" in str(asked.message))
        await world.bot.kill()
        world.flux.faults.submit = None
        world.flux.submissions.clear()
        await world.bot.start()
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_submitting_and_the_task_runs(tmp_path: Path) -> None:
    """A submission cut by the crash is never sent again; its callback still finds the job by its address."""
    async with wire(tmp_path, seconds=None) as world:
        world.flux.faults.submit = [ANSWERS["accepted_hang"], None]
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        await killed_and_started(world)
        await world.flux.finish(task.id)
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_submitting_and_nothing_runs(tmp_path: Path) -> None:
    """A submission of which nobody can tell is not sent again: its user is told at the deadline."""
    async with wire(tmp_path, settings={"JOB_DEADLINE_SECONDS": "3"}) as world:
        world.flux.faults.submit = [ANSWERS["hang"], None]
        interaction = await world.imagine("a red fox")
        await eventually(lambda: world.flux.submissions)
        await killed_and_started(world)
        await eventually(lambda: "was not sent a second time" in str(interaction.message))
        assert len(world.flux.submissions) == 1
        assert len(world.discord.messages("general")) == 1


async def test_killed_while_painting_and_the_callback_is_missed(tmp_path: Path) -> None:
    """A callback that comes while the bot is down is made up for by a look-up."""
    async with wire(tmp_path, seconds=None) as world:
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        await eventually(lambda: "Submitted" in world.bot.log)
        await world.bot.kill()
        await world.flux.finish(task.id)
        assert task.posts[-1].status is None
        await world.bot.start()
        await assert_delivered_once(world, "a red fox")
        assert world.flux.lookups


async def test_killed_between_result_and_post(tmp_path: Path) -> None:
    """A finished job that was not posted yet is posted after the crash."""
    async with wire(tmp_path) as world:
        held = world.discord.inject("POST", "/channels/*/messages", status=500, delay=LONG)
        await world.imagine("a red fox")
        await eventually(lambda: held.hits)
        await killed_and_started(world)
        await assert_delivered_once(world, "a red fox")


@pytest.mark.parametrize("nonce_seconds", [180.0, 0.0], ids=["nonce known", "nonce forgotten"])
async def test_killed_between_post_and_mark(tmp_path: Path, nonce_seconds: float) -> None:
    """A post whose answer the crash has lost is not repeated, not even when Discord has forgotten its nonce."""
    async with wire(tmp_path, nonce_seconds=nonce_seconds) as world:
        world.discord.inject("POST", "/channels/*/messages", status=PASS, delay=LONG, after_handling=True)
        await world.imagine("a red fox")
        await world.result("a red fox")
        await killed_and_started(world)
        await assert_delivered_once(world, "a red fox")


async def test_killed_before_the_status_card_is_gone(tmp_path: Path) -> None:
    """A status card that outlived the crash is removed, and the picture is not posted again."""
    async with wire(tmp_path) as world:
        held = world.discord.inject("DELETE", "/webhooks/*", status=500, delay=LONG)
        await world.imagine("a red fox")
        await eventually(lambda: held.hits)
        assert len(world.discord.messages("general")) == 2
        await killed_and_started(world)
        await assert_delivered_once(world, "a red fox")


async def test_killed_while_a_failure_is_told(tmp_path: Path) -> None:
    """A failure that was not told before the crash is told after it, on the status card."""
    async with wire(tmp_path) as world:
        held = world.discord.inject("PATCH", "/webhooks/*", status=500, delay=LONG)
        interaction = await world.imagine("forbidden fruit")
        await eventually(lambda: held.hits)
        await killed_and_started(world)
        await eventually(lambda: "safety filter" in str(interaction.message))
        assert len(world.discord.messages("general")) == 1
        assert len(world.flux.submissions) == 1


async def test_killed_again_and_again(tmp_path: Path) -> None:
    """Many jobs through several crashes: each is paid once at most, and posted once or its user is told."""
    prompts = [f"number {number}." for number in range(12)]
    limits = {"FLUX_MAX_IN_FLIGHT": "4", "JOB_DEADLINE_SECONDS": "10"}
    async with wire(tmp_path, seconds=0.3, settings=limits) as world:
        for number, prompt in enumerate(prompts):
            await world.imagine(prompt, user=("alice", "bob")[number % 2])
            if number % 4 == 3:
                await killed_and_started(world)

        def told(prompt: str) -> int:
            cards = [str(message) for message in world.discord.messages("general")]
            return sum("was not sent a second time" in card and f"> {prompt}" in card for card in cards)

        await eventually(lambda: all(told(prompt) + len(world.results(prompt)) == 1 for prompt in prompts))
        await eventually(lambda: len(world.discord.messages("general")) == len(prompts))
        assert all(len(world.tasks(prompt)) <= 1 for prompt in prompts)
