"""Messages to the bot over sockets: mentions, replies, direct messages, and contents that Discord withholds."""

from pathlib import Path

from tests.end_to_end.bot_process import Wire, wire
from tests.flux.caller import eventually

HANG_SECONDS = 30.0


def mention(world: Wire) -> str:
    """Return the text that clients send for a mention of the bot."""
    return f"<@{world.discord.backend.bot_user.id}>"


async def assert_answered_once(world: Wire, prompt: str, request: int, *others: int) -> None:
    """Check that the only answer to a message is its result, which was paid for once, and that no others are left."""
    result = await world.result(prompt)
    await eventually(
        lambda: [int(one["id"]) for one in world.discord.messages("general")] == [*others, request, int(result["id"])]
    )
    assert result["message_reference"]["message_id"] == str(request)
    assert len(world.tasks(prompt)) == 1


async def test_messages(tmp_path: Path) -> None:
    """A mention, a reply with a ping and a direct message make pictures; each event may arrive twice."""
    async with wire(tmp_path) as world:
        world.discord.message_delays = (0.0, 0.0)
        unseen = world.discord.say("bob", "general", "make it night")
        request = world.discord.say("alice", "general", f"{mention(world)} a red fox")
        await assert_answered_once(world, "a red fox", request, unseen)
        fox = await world.result("a red fox")
        reply = world.discord.say("bob", "general", "make it night", reply_to=fox)
        await assert_answered_once(world, "make it night", reply, unseen, request, int(fox["id"]))
        assert (await world.task("make it night")).request["image_url"].startswith(world.flux.url)
        world.discord.say("alice", "@alice", "a secret")
        await world.result("a secret", "@alice")
        assert len(world.flux.submissions) == 3


async def test_two_processes_receive_a_message(tmp_path: Path) -> None:
    """Only one of the two processes answers, and the job is made once."""
    async with wire(tmp_path) as world:
        world.discord.message_delays = (0.0,) * 4
        world.discord.hold("post", 1.0)
        request = world.discord.say("alice", "general", f"{mention(world)} a red fox")
        await assert_answered_once(world, "a red fox", request)
        posts = [one for one in world.discord.requests if one.method == "POST" and one.path.endswith("/messages")]
        assert len(posts) == 2


async def test_killed_before_the_card(tmp_path: Path) -> None:
    """If the bot is killed between accepting a job and posting its status card, the job is still made and posted."""
    async with wire(tmp_path) as world:
        world.discord.hold("post", HANG_SECONDS)
        request = world.discord.say("alice", "general", f"{mention(world)} a red fox")
        await eventually(lambda: "Accepted" in world.bot.log)
        await world.bot.kill()
        world.discord.stop_refusing()
        await world.bot.start()
        await assert_answered_once(world, "a red fox", request)


async def test_killed_after_the_card(tmp_path: Path) -> None:
    """A status card whose answer was lost is found and removed when the result is posted."""
    async with wire(tmp_path) as world:
        world.discord.hold("post", HANG_SECONDS, after_handling=True)
        request = world.discord.say("alice", "general", f"{mention(world)} a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 2)
        await world.bot.kill()
        await world.bot.start()
        await assert_answered_once(world, "a red fox", request)
