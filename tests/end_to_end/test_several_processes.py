"""Several processes of the bot on one PostgreSQL database, with one gateway process or several."""

import asyncio
import re
from pathlib import Path

from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually

WORKER = {"ROLE": "worker"}


async def until_started(world: Wire, count: int) -> None:
    """Wait until the given number of tasks has been started in total."""
    await eventually(lambda: len(world.flux.tasks) == count)


async def test_all_processes_share_the_work(tmp_path: Path, postgres_url: str) -> None:
    """All three processes submit, process callbacks and deliver, and each picture is posted once."""
    limits = ("FLUX_MAX_IN_FLIGHT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER")
    settings = {"DATABASE_URL": postgres_url, **dict.fromkeys(limits, "40")}
    async with wire(tmp_path, settings=settings, others=[WORKER, WORKER], seconds=None) as world:
        prompts = [f"fox {number:02}" for number in range(40)]
        for start in range(0, 40, 10):
            await asyncio.gather(*(world.imagine(prompt) for prompt in prompts[start : start + 10]))
        await until_started(world, 40)
        for task in list(world.flux.tasks.values()):
            await world.flux.finish(task.id)
        for prompt in prompts:
            await world.result(prompt)
        assert len(world.flux.submissions) == 40
        bots = [world.bot, *world.others]
        assert sum(bot.log.count("Submitted: task") for bot in bots) == 40
        await eventually(lambda: sum(bot.log.count("Delivered as message") for bot in bots) == 40)
        assert all("Submitted: task" in bot.log and "Finished by callback" in bot.log for bot in bots)
        assert all("Traceback" not in bot.log for bot in bots)
        assert len(re.findall(r"Published \d+ commands", world.bot.log)) == 1
        assert not any("Published" in bot.log or "Gateway" in bot.log for bot in world.others)


async def test_the_limit_holds_for_all_processes(tmp_path: Path, postgres_url: str) -> None:
    """The processes together respect the in-flight limit; when a job ends, one more starts."""
    settings = {"DATABASE_URL": postgres_url, "FLUX_MAX_IN_FLIGHT": "3"}
    async with wire(tmp_path, settings=settings, others=[WORKER], seconds=None) as world:
        for number in range(8):
            world.discord.add_user(f"user {number}")
            await world.imagine(f"fox {number}", user=f"user {number}")
        await until_started(world, 3)
        for at_the_api in (4, 5, 6, 7, 8, 8, 8, 8):
            task = next(task for task in world.flux.tasks.values() if task.response is None)
            await world.flux.finish(task.id)
            await world.result(str(task.request["prompt"]))
            await until_started(world, at_the_api)
        assert len(world.flux.submissions) == 8


async def test_another_process_takes_over(tmp_path: Path, postgres_url: str) -> None:
    """If a process dies while posting, a worker posts the picture once."""
    async with wire(tmp_path, settings={"DATABASE_URL": postgres_url}, others=[WORKER], seconds=None) as world:
        worker = world.others[0]
        await worker.kill()
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        held = world.discord.hold("post", 60)
        await world.flux.finish(task.id)
        await eventually(lambda: held.hits)
        await worker.start()
        await world.bot.kill()
        await world.result("a red fox")
        await eventually(lambda: "Delivered as message" in worker.log)
        assert len(world.results("a red fox")) == 1


async def test_a_callback_at_another_process(tmp_path: Path, postgres_url: str) -> None:
    """A callback may arrive at a process other than the one that submitted the job."""
    async with wire(tmp_path, settings={"DATABASE_URL": postgres_url}, others=[WORKER], seconds=None) as world:
        world.flux.faults.callbacks = 0
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        by_worker = "Submitted: task" in world.others[0].log
        other = world.bot if by_worker else world.others[0]
        await world.flux.finish(task.id)
        path = "/callbacks/" + str(task.request["callback_url"]).split("/callbacks/")[1]
        post = await world.flux.send_callback(task.id, url=other.url + path)
        assert post.status == 200
        assert "Finished by callback" in other.log
        await world.result("a red fox")
        assert len(world.flux.submissions) == 1


async def test_groups_in_two_processes(tmp_path: Path, postgres_url: str) -> None:
    """Both processes work on the same groups at the same time; each group is posted once, with all its pictures."""
    limits = ("FLUX_MAX_IN_FLIGHT", "MAX_RUNNING_PER_USER", "MAX_QUEUED_PER_USER")
    settings = {"DATABASE_URL": postgres_url, **dict.fromkeys(limits, "40")}
    async with wire(tmp_path, settings=settings, others=[WORKER], seconds=None) as world:
        await asyncio.gather(*(world.imagine(f"fox {number} in {{red|blue|green|grey}}") for number in range(8)))
        await until_started(world, 32)
        await asyncio.gather(*(world.flux.finish(task.id) for task in list(world.flux.tasks.values())))
        for number in range(8):
            result = await world.result(f"fox {number}")
            names = [f"fox {number} in {colour}" for colour in ("red", "blue", "green", "grey")]
            assert [file["description"] for file in result["attachments"]] == names
        await eventually(lambda: len(world.discord.messages("general")) == 8)
        assert len(world.flux.submissions) == 32
        bots = [world.bot, *world.others]
        await eventually(lambda: sum(bot.log.count("Delivered as message") for bot in bots) == 8)
        assert all("Submitted: task" in bot.log and "Finished by callback" in bot.log for bot in bots)
        assert not any("Traceback" in bot.log or "ERROR" in bot.log for bot in bots)


async def test_one_interaction_in_two_processes(tmp_path: Path, postgres_url: str) -> None:
    """A command makes one job and one reply, even if two processes receive it, or one process receives it twice."""
    settings = {"DATABASE_URL": postgres_url, "MAX_RUNNING_PER_USER": "20", "MAX_QUEUED_PER_USER": "20"}
    async with wire(tmp_path, settings=settings, others=[{}]) as world:
        await world.discord.wait_for(lambda: world.discord.gateway.connected == 2)
        for copies in (1, 2):
            world.discord.interaction_copies = copies
            prompts = [f"fox {copies}{number}" for number in range(6)]
            await asyncio.gather(*(world.imagine(prompt) for prompt in prompts))
            for prompt in prompts:
                await world.result(prompt)
        await eventually(lambda: len(world.discord.messages("general")) == 12)
        assert len(world.flux.submissions) == 12
        logs = world.bot.log + world.others[0].log
        assert logs.count("Accepted: ") == 12
        assert "ERROR" not in logs


async def test_the_gateway_split_between_two_processes(tmp_path: Path, postgres_url: str) -> None:
    """Each process receives the commands of its shards."""
    split = {"DATABASE_URL": postgres_url, "SHARD_COUNT": "2", "SHARD_IDS": "0"}
    async with wire(tmp_path, settings=split, others=[{"SHARD_IDS": "1"}], shards=2, start=False) as world:
        for shard in (0, 1):
            world.discord.add_guild(f"guild {shard}", shard=shard)
            world.discord.add_channel(f"channel {shard}", guild=f"guild {shard}")
        await world.bot.start()
        await world.others[0].start()
        for shard in (0, 1):
            await world.imagine(f"fox of shard {shard}", channel=f"channel {shard}")
            await world.result(f"fox of shard {shard}", f"channel {shard}")
        for bot, shard in ((world.bot, 0), (world.others[0], 1)):
            assert f"Shard ID {shard} has connected" in bot.log
            assert f"Shard ID {1 - shard} has connected" not in bot.log
            assert bot.log.count("Accepted") == 1
        assert sum("Published" in bot.log for bot in (world.bot, world.others[0])) == 1
