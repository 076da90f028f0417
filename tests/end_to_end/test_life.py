"""The bot as a process: start, stop, bursts and an unreliable Discord."""

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flux_bot.sandbox.faults import ANSWERS
from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually
from tests.wire.openapi import Payload
from tests.wire.world import Interaction


async def test_three_calls_per_job(tmp_path: Path) -> None:
    """A job that starts at once costs three calls: reply, post, delete the card."""
    async with wire(tmp_path) as world:
        before = len(world.discord.requests)
        await world.imagine("a red fox")
        await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        methods = [request.method for request in world.discord.requests[before:]]
        assert methods == ["POST", "POST", "DELETE"]


async def test_without_public_url(tmp_path: Path) -> None:
    """Without a callback address, look-ups alone fetch the results."""
    async with wire(tmp_path, callbacks=False) as world:
        await world.imagine("a red fox", count=3)
        message = await world.result("a red fox")
        assert len(message["attachments"]) == 3
        (submission,) = world.flux.submissions
        assert submission.body["async"] is True
        assert "callback_url" not in submission.body


async def test_with_public_url_nothing_is_looked_up(tmp_path: Path) -> None:
    """With callbacks, only overdue tasks are looked up."""
    async with wire(tmp_path, settings={"CALLBACK_GRACE_SECONDS": "60"}) as world:
        for number in range(3):
            await world.imagine(f"number {number}.")
        for number in range(3):
            await world.result(f"number {number}.")
        assert world.flux.lookups == []


async def test_a_callback_lost_in_a_restart_costs_no_wait(tmp_path: Path) -> None:
    """A picture finished while the bot was down is posted right after the start, not after the grace period."""
    async with wire(tmp_path, settings={"CALLBACK_GRACE_SECONDS": "3600"}, seconds=None) as world:
        await world.imagine("a red fox")
        task = await world.task("a red fox")
        await eventually(lambda: "Submitted" in world.bot.log)
        await world.bot.kill()
        await world.flux.finish(task.id)
        await world.bot.start()
        assert len((await world.result("a red fox"))["attachments"]) == 1


async def test_the_reply_is_known_by_its_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If Discord does not send the reply's id separately, it is read from the message."""
    whole = Interaction.callback_payload

    def without_id(interaction: Interaction) -> Payload:
        payload = whole(interaction)
        del payload["interaction"]["response_message_id"]
        return payload

    monkeypatch.setattr(Interaction, "callback_payload", without_id)
    async with wire(tmp_path) as world:
        command = await world.imagine("a red fox")
        await world.result("a red fox")
        with closing(sqlite3.connect(tmp_path / "data" / "flux_bot.db")) as database:
            assert database.execute("SELECT reply_message_id FROM jobs").fetchall() == [(command.message_id,)]


async def test_burst_of_300_commands(tmp_path: Path) -> None:
    """All of 300 simultaneous commands are acknowledged within three seconds, and none is lost."""
    settings = {"MAX_QUEUED_PER_USER": "1000", "FLUX_MAX_IN_FLIGHT": "5"}
    async with wire(tmp_path, settings=settings, seconds=None, validate=False) as world:
        users = ["alice", "bob", *(f"user{number}" for number in range(28))]
        for user in users[2:]:
            world.discord.add_user(user)
        commands = [
            await world.discord.slash(users[n % len(users)], "general", "imagine", options={"prompt": f"number {n}."})
            for n in range(300)
        ]
        await asyncio.gather(*(command.acknowledged(timeout=3.0) for command in commands))
        cards = [str(command.message) for command in commands]
        assert sum("Painting" in card for card in cards) <= 5
        assert all("Painting" in card or "In the queue" in card for card in cards)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_stop_finishes_the_current_delivery(tmp_path: Path, number: signal.Signals) -> None:
    """When stopped, the bot finishes the current post, exits with 0 within ten seconds and loses nothing."""
    async with wire(tmp_path, seconds=None) as world:
        await world.imagine("current")
        current = await world.task("current")
        await world.imagine("at the api")
        at_the_api = await world.task("at the api")
        await eventually(lambda: world.bot.log.count("Submitted") == 2)
        posting = world.discord.inject("POST", "/channels/*/messages", status=0, delay=0.5)
        await world.flux.finish(current.id)
        await eventually(lambda: posting.hits)
        assert await world.bot.stop(number) == 0
        await world.result("current")
        assert "Stopped" in world.bot.log
        assert "Traceback" not in world.bot.log
        await world.flux.finish(at_the_api.id)
        await world.bot.start()
        await world.result("at the api")
        assert len(world.results("current")) == 1
        assert len(world.flux.submissions) == 2


async def test_stop_while_discord_hangs(tmp_path: Path) -> None:
    """A hanging call to Discord does not prevent the stop; the job is posted after the restart."""
    async with wire(tmp_path) as world:
        held = world.discord.inject("POST", "/channels/*/messages", status=500, delay=60)
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
        await world.discord.drop_gateways()
        await world.flux.finish(before.id)
        await world.result("before")
        await world.discord.wait_ready()
        world.discord.invalidate_sessions()
        await eventually(lambda: world.discord.gateway_connected == 0)
        await world.discord.wait_ready(30)
        await world.imagine("after")
        after = await world.task("after")
        await world.flux.finish(after.id)
        await world.result("after")


@pytest.mark.parametrize("status", [500, 503, 429, None], ids=str)
async def test_unreliable_discord(tmp_path: Path, status: int | None) -> None:
    """Whatever Discord answers for a while (None: it cuts the connection), each picture is posted once."""
    async with wire(tmp_path) as world:
        fault = world.discord.inject("POST", "/channels/*/messages", status=status, times=3)
        await world.imagine("a red fox")
        await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        assert fault.hits == 3


async def test_post_went_out_but_its_answer_was_lost(tmp_path: Path) -> None:
    """A post that Discord accepted is not repeated when its answer was lost."""
    async with wire(tmp_path) as world:
        world.discord.inject("POST", "/channels/*/messages", status=None, times=2, after_handling=True)
        await world.imagine("a red fox")
        await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        await eventually(lambda: "Delivered" in world.bot.log)
        assert len(world.results("a red fox")) == 1


async def test_global_rate_limit(tmp_path: Path) -> None:
    """Under Discord's global rate limit everything is posted once."""
    async with wire(tmp_path, global_rate=10, settings={"FLUX_MAX_IN_FLIGHT": "20"}) as world:
        prompts = [f"number {number}." for number in range(12)]
        for number, prompt in enumerate(prompts):
            await world.imagine(prompt, user=("alice", "bob")[number % 2], channel=("general", "thread")[number % 2])
        for number, prompt in enumerate(prompts):
            await world.result(prompt, ("general", "thread")[number % 2])


async def test_queue_moves(tmp_path: Path) -> None:
    """A queued card shows its place, and is edited once, when the job starts."""
    async with wire(tmp_path, seconds=None, settings={"FLUX_MAX_IN_FLIGHT": "1"}) as world:
        await world.imagine("first")
        first = await world.task("first")
        waiting = await world.imagine("second")
        assert "position 1" in str(waiting.message)
        await world.flux.finish(first.id)
        await eventually(lambda: "Painting" in str(waiting.message))
        second = await world.task("second")
        await world.flux.finish(second.id)
        await world.result("second")
        patches = [request for request in world.discord.requests if request.method == "PATCH"]
        assert len(patches) == 1


async def test_busy_api(tmp_path: Path) -> None:
    """Requests wait for a busy API and survive one API error; the user does not have to repeat them."""
    async with wire(tmp_path) as world:
        busy = [ANSWERS["rate_limited_retry_after"], ANSWERS["api_error"], ANSWERS["down"], None]
        world.flux.faults.submit = busy
        await world.imagine("a red fox")
        await world.result("a red fox")
        assert [submission.status for submission in world.flux.submissions] == [429, 500, 503, 200]
