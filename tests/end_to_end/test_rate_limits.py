"""Channels in which Discord limits posts, for seconds or minutes."""

from pathlib import Path

from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually

MANY = {"MAX_RUNNING_PER_USER": "20", "FLUX_MAX_IN_FLIGHT": "20", "MAX_QUEUED_PER_USER": "20"}
SMALL = {"model": "flux-2-flex", "size": "64x64"}


async def test_limited_channels(tmp_path: Path) -> None:
    """Results are posted through their interactions; those that must wait for a limit do not delay other channels."""
    async with wire(tmp_path, seconds=None, settings=MANY) as world:
        prompts = [f"fox number {number}." for number in range(10)]
        world.discord.limit_channel("general", 0, 600)
        requests = [await world.imagine(prompt, **SMALL) for prompt in prompts]
        private = await world.imagine("a secret", user="bob", channel="forbidden", private=True, **SMALL)
        reply = world.discord.refuse("edit reply", 429, retry_after=600)
        await world.flux.finish((await world.task("a secret")).id)
        await eventually(lambda: world.bot.log.count("Rate-limited") == reply.hits == 1)
        world.discord.stop_refusing()
        for request in requests[1:]:
            world.discord.expire(request)  # a little early, because the bot can't know
        for prompt in prompts:
            await world.flux.finish((await world.task(prompt)).id)
        await world.result(prompts[0])
        await eventually(lambda: world.bot.log.count("Rate-limited") >= len(prompts))
        await world.imagine("a heron", channel="thread", user="bob", **SMALL)
        await world.flux.finish((await world.task("a heron")).id)
        await world.result("a heron", "thread")
        assert [prompt for prompt in prompts if world.results(prompt)] == prompts[:1]
        assert private.message is not None
        assert not private.message["attachments"], "it waits as well"


async def test_a_busy_channel(tmp_path: Path) -> None:
    """If more results arrive than Discord lets the bot post, each is still posted once, even if responses are lost."""
    async with wire(tmp_path, seconds=None, settings=MANY) as world:
        world.discord.limit_channel("general", 2, 5)
        prompts = [f"fox number {number}." for number in range(10)]
        for prompt in prompts:
            await world.imagine(prompt, **SMALL)
        lost = world.discord.refuse("follow up", 502, after_handling=True, times=1)
        for prompt in prompts:
            await world.flux.finish((await world.task(prompt)).id)
        for prompt in prompts:
            await world.result(prompt)
        assert lost.hits == 1
        await eventually(lambda: len(world.discord.messages("general")) == len(prompts))
