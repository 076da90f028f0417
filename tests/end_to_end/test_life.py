"""The bot as a process: starting, stopping, bursts and an unreliable Discord."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tests.discord_server.faults import CUT
from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually


async def test_a_job(tmp_path: Path) -> None:
    """A job takes three calls: reply, post, and delete the card. With callbacks, nothing is looked up.

    If Discord does not send the reply's id separately, the bot reads it from the message.
    """
    async with wire(tmp_path, settings={"CALLBACK_GRACE_SECONDS": "60"}) as world:
        world.discord.names_reply = False
        before = len(world.discord.requests)
        command = await world.imagine("a red fox")
        reply_id = command.message_id
        await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        methods = [request.method for request in world.discord.requests[before:]]
        assert methods == ["POST", "POST", "DELETE"]
        assert [lookup for lookup in world.flux.lookups if lookup.body["ids"]] == []  # the first look-up has none
        with closing(sqlite3.connect(tmp_path / "data" / "flux_bot.db")) as database:
            assert database.execute("SELECT reply_message_id FROM jobs").fetchall() == [(reply_id,)]


async def test_without_public_url(tmp_path: Path) -> None:
    """Without a callback address, the results are fetched by look-ups alone."""
    async with wire(tmp_path, callbacks=False) as world:
        await world.imagine("a red fox", count=3)
        message = await world.result("a red fox")
        assert len(message["attachments"]) == 3
        (submission,) = world.flux.submissions
        assert submission.body["async"] is True
        assert "callback_url" not in submission.body


async def test_burst_of_300_commands(tmp_path: Path) -> None:
    """All of 300 simultaneous commands are acknowledged within three seconds, and none is lost."""
    settings = {"MAX_QUEUED_PER_USER": "1000", "FLUX_MAX_IN_FLIGHT": "5"}
    async with wire(tmp_path, settings=settings, seconds=None, validate=False) as world:
        users = ["alice", "bob", *(f"user{number}" for number in range(28))]
        for user in users[2:]:
            world.discord.add_user(user)
        commands = [
            world.discord.slash(users[n % len(users)], "general", "imagine", prompt=f"number {n}.") for n in range(300)
        ]
        await asyncio.gather(*(command.acknowledged(timeout=3.0) for command in commands))
        cards = [str(command.message) for command in commands]
        assert sum("Painting" in card for card in cards) <= 5
        assert all("Painting" in card or "In the queue" in card for card in cards)


async def test_stop_finishes_the_current_delivery(tmp_path: Path) -> None:
    """When it is stopped, the bot finishes the current post, exits with 0 and loses nothing."""
    async with wire(tmp_path, seconds=None) as world:
        await world.imagine("current")
        current = await world.task("current")
        await world.imagine("at the api")
        at_the_api = await world.task("at the api")
        await eventually(lambda: world.bot.log.count("Submitted") == 2)
        posting = world.discord.hold("post", 0.5)
        await world.flux.finish(current.id)
        await eventually(lambda: posting.hits)
        assert await world.bot.stop(signal.SIGTERM) == 0
        await world.result("current")
        assert "Stopped" in world.bot.log
        await world.flux.finish(at_the_api.id)
        await world.bot.start()
        await world.result("at the api")
        assert await world.bot.stop(signal.SIGINT) == 0
        assert "Traceback" not in world.bot.log
        assert len(world.results("current")) == 1
        assert len(world.flux.submissions) == 2


async def test_stop_while_discord_hangs(tmp_path: Path) -> None:
    """A hanging call to Discord does not prevent the stop; the job is posted after the restart."""
    async with wire(tmp_path) as world:
        held = world.discord.hold("post", 60)
        await world.imagine("a red fox")
        await eventually(lambda: held.hits)
        assert await world.bot.stop() == 0
        await world.bot.start()
        await world.result("a red fox")


async def test_refused_token(tmp_path: Path) -> None:
    """If Discord refuses the token, one line says what to do and the exit code is 1."""
    async with wire(tmp_path, settings={"DISCORD_TOKEN": "wrong"}, start=False) as world:
        await world.bot.launch()
        assert await world.bot.exit_code() == 1
        assert "DISCORD_TOKEN: Discord refuses the token" in world.bot.log
        assert "Traceback" not in world.bot.log


async def test_gateway_drops(tmp_path: Path) -> None:
    """Pictures are posted while the gateway is disconnected, and commands work after it reconnects."""
    async with wire(tmp_path, seconds=None) as world:
        await world.imagine("before")
        before = await world.task("before")
        await world.discord.gateway.drop(4000)
        await world.flux.finish(before.id)
        await world.result("before")
        await world.discord.wait_ready()
        world.discord.gateway.invalidate()
        await eventually(lambda: world.discord.gateway.connected == 0)
        await world.discord.wait_ready(30)
        await world.imagine("after")
        after = await world.task("after")
        await world.flux.finish(after.id)
        await world.result("after")


async def test_unreliable_discord(tmp_path: Path) -> None:
    """Each picture is posted once, whatever Discord responds for a while, even if the response to a post is lost."""
    prompts = [f"fox {number}" for number in range(6)]
    async with wire(tmp_path) as world:
        faults = [world.discord.refuse("post", status, times=3) for status in (500, 503, 429, CUT)]
        faults.append(world.discord.refuse("post", CUT, times=2, after_handling=True))
        faults.append(world.discord.refuse("reply", 500, times=1, after_handling=True))
        for prompt in prompts:
            await world.imagine(prompt)
        for prompt in prompts:
            await world.result(prompt)
        await eventually(lambda: world.bot.log.count("Delivered") == len(prompts))
        await eventually(lambda: len(world.discord.messages("general")) == len(prompts))
        assert all(fault.hits == fault.times for fault in faults)
        assert all(len(world.results(prompt)) == 1 for prompt in prompts)


async def test_global_rate_limit(tmp_path: Path) -> None:
    """Under Discord's global rate limit, everything is posted once."""
    async with wire(tmp_path, global_rate=10, settings={"FLUX_MAX_IN_FLIGHT": "20"}) as world:
        prompts = [f"number {number}." for number in range(12)]
        for number, prompt in enumerate(prompts):
            await world.imagine(prompt, user=("alice", "bob")[number % 2], channel=("general", "thread")[number % 2])
        for number, prompt in enumerate(prompts):
            await world.result(prompt, ("general", "thread")[number % 2])


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


async def test_wrong_clock(tmp_path: Path) -> None:
    """If the clock is minutes off, no result is posted twice, and no command that arrives too late is paid for."""

    async def live(folder: Path, clock_ahead: timedelta) -> None:
        async with wire(folder, clock_ahead=clock_ahead, nonce_seconds=0) as world:
            world.discord.refuse("post", CUT, times=1, after_handling=True)
            await world.imagine("a red fox")
            await world.result("a red fox")
            await eventually(lambda: "Delivered" in world.bot.log)
            assert len(world.results("a red fox")) == 1, clock_ahead

            world.discord.interaction_delay = 3.2
            late = world.discord.slash("alice", "general", "imagine", prompt="a blue heron")
            await eventually(lambda: "Discord rejected the reply" in world.bot.log)
            world.discord.interaction_delay = 0
            assert not late.acknowledgement.is_set()
            await world.imagine("a grey owl")
            await world.result("a grey owl")
            assert world.tasks("a blue heron") == [], clock_ahead

    clocks = [timedelta(minutes=minutes) for minutes in (-2, 0, 2)]
    folders = [tmp_path / str(number) for number in range(len(clocks))]
    for folder in folders:
        folder.mkdir()
    await asyncio.gather(*map(live, folders, clocks))
