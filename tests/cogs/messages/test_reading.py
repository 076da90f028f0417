"""The requests that messages make: a new picture, or an edit of one that is attached or replied to."""

from pathlib import Path
from typing import Any

import discord
import simcord

from flux_bot.core.jobs import Job
from tests.finished_jobs import (
    age_jobs,
    children,
    latest_job,
    make_public_failure,
    make_result,
    prune,
    result_of,
    start_group,
)
from tests.flux.caller import eventually
from tests.forms import are_alike, last_submission
from tests.harness import SMALL, BotHarness, gallery, picture, picture_bytes, text_of

HOUSE = ("house.png", picture(160, 90).read())


def mention(harness: BotHarness) -> str:
    """Return what clients send for a mention of the bot."""
    return f"<@{harness.env.backend.bot_user.id}>"


async def repeat_event(harness: BotHarness, message: discord.Message, *, to_same_process: bool = False) -> None:
    """Send the event of a message once more: to a process that has not received it before, or to the same one."""
    if not to_same_process:
        listener: Any = harness.app.bot.get_cog("Messages")
        listener._received.clear()  # noqa: SLF001
    backend = harness.env.backend
    backend.announce_message_create(backend.get_message(message.channel.id, message.id))
    await harness.env.settle()


async def refusal(harness: BotHarness, message: discord.Message, who: simcord.MemberActor | None = None) -> str:
    """Return the direct message about a message to its author, by default alice."""
    notice = await harness.wait_for_message(message.jump_url, where=(who or harness.alice).user.dm_channel)
    return text_of(notice)


async def last_answer(harness: BotHarness, message: discord.Message) -> tuple[Job, discord.Message]:
    """Wait for the result of a message, the only answer in the channel, and return its job and the result."""
    await eventually(lambda: harness.sql("SELECT id FROM jobs WHERE interaction_id = ?", message.id))
    job = await latest_job(harness)
    answers = [one for one in harness.messages() if one.reference and one.reference.message_id == message.id]
    (result,) = answers
    assert result.id == job.result_message_id
    return job, result


async def test_a_mention_makes_a_picture(tmp_path: Path) -> None:
    """The picture uses the user's preferences; the prompt has no mention of the bot; the reply pings only the user."""
    async with BotHarness(tmp_path) as harness:
        await harness.store.history.prefer(harness.alice.id, model="flux-2-flex", size="16:9", count=2)
        text = (
            f"{mention(harness)}, a fox for <@{harness.bob.id}> in <#{harness.channel.id}> <:snow:123456789012345678>"
        )
        request = await harness.alice.send(harness.channel, text)
        job, result = await last_answer(harness, request)
        prompt = "a fox for @bob in #pictures :snow:"
        assert last_submission(harness)["prompt"] == job.request.prompt == prompt
        assert (job.request.model, job.request.count, job.origin.user_id) == ("flux-2-flex", 2, harness.alice.id)
        assert len(gallery(result)) == 2
        assert harness.pinged(result) == [harness.alice.id]
        assert harness.calls.count("post") == 2  # the status card, and the result
        assert [message.id for message in harness.messages()] == [request.id, result.id]


async def test_a_reply_edits_the_result(tmp_path: Path) -> None:
    """Any user may reply to a public result; the original is edited, or Discord's copy once that may be gone."""
    async with BotHarness(tmp_path) as harness:
        parent, card = await make_result(harness, "a lake")
        request = await harness.bob.send(harness.channel, "make it night", reply_to=card)
        job, result = await last_answer(harness, request)
        assert last_submission(harness)["prompt"] == "make it night"
        assert last_submission(harness)["image_url"] == parent.images[0].url
        assert (job.parent_id, job.origin.user_id) == (parent.id, harness.bob.id)
        assert "from this picture" in text_of(result) or "Edit" in text_of(result)
        await age_jobs(harness)
        request = await harness.bob.send(harness.channel, f"{mention(harness)} add snow", reply_to=card)
        await last_answer(harness, request)
        (copy,) = picture_bytes(harness, card)
        assert last_submission(harness)["prompt"] == "add snow"
        assert are_alike(harness.env.backend.cdn.get(last_submission(harness)["image_url"]), copy)
        await prune(harness)  # the bot no longer knows the job, but the message still shows the picture
        request = await harness.bob.send(harness.channel, "add ice", reply_to=card)
        job, _ = await last_answer(harness, request)
        assert (job.request.prompt, job.parent_id, job.request.action) == ("add ice", None, "edit")


async def test_a_number_chooses_a_picture(tmp_path: Path) -> None:
    """``2:`` chooses the second of several pictures; a ratio, or a number that is too large, is part of the prompt."""
    async with BotHarness(tmp_path) as harness:
        parent, card = await make_result(harness, "a lake", count=2)
        for text, words, number in (("2: make it night", "make it night", 1), ("#1：夜にして", "夜にして", 0)):
            request = await harness.alice.send(harness.channel, text, reply_to=card)
            job, _ = await last_answer(harness, request)
            assert (job.request.prompt, job.request.image_url) == (words, parent.images[number].url), text
        before = len(harness.fake.submissions)
        for text in ("2:1 please", "3: make it night"):
            await harness.alice.send(harness.channel, text, reply_to=card)
            await harness.wait_for_message("Which of these pictures", f"> {text}".replace(":", "\\:"))
        assert len(harness.fake.submissions) == before


async def test_an_attached_picture_is_edited(tmp_path: Path) -> None:
    """An attachment takes precedence over a picture in the replied message; other files are refused."""
    async with BotHarness(tmp_path) as harness:
        _, card = await make_result(harness)
        request = await harness.alice.send(
            harness.channel, f"{mention(harness)} add a cat", reply_to=card, attachments=[HOUSE]
        )
        job, _ = await last_answer(harness, request)
        assert (job.request.action, job.request.prompt) == ("edit", "add a cat")
        assert harness.env.backend.cdn.get(str(job.request.image_url)) == HOUSE[1]
        request = await harness.alice.send(harness.channel, f"{mention(harness)} x", attachments=[("a.txt", b"text")])
        assert "“a.txt” is not a picture I can edit" in await refusal(harness, request)


async def test_direct_messages(tmp_path: Path) -> None:
    """No mention is needed, and a reply to any message with a picture edits that picture."""
    async with BotHarness(tmp_path) as harness:
        direct, backend = harness.alice.user.dm_channel, harness.env.backend
        request = await harness.alice.user.send_dm("a fox")
        result = await harness.wait_for_message("ready", "a fox", where=direct)
        assert result.reference is not None
        assert result.reference.message_id == request.id
        await latest_job(harness)
        reference = {"channel_id": str(direct.id), "message_id": str(result.id)}
        await harness.alice.user.send_dm("add snow", reference=reference)
        await harness.wait_for_message("ready", "add snow", where=direct)
        assert last_submission(harness)["action"] == "edit"
        posted = await harness.alice.user.send_dm("", attachments=backend.store_attachments(direct.id, [HOUSE]))
        await harness.wait_for_message("Tell me in words what you want", where=direct)
        reference["message_id"] = str(posted.id)
        await harness.alice.user.send_dm("add a cat", reference=reference)
        await harness.wait_for_message("ready", "add a cat", where=direct)
        assert backend.cdn.get(last_submission(harness)["image_url"]) == HOUSE[1]


async def test_a_reply_to_a_card_without_pictures(tmp_path: Path) -> None:
    """A reply to a failure or to a running job is refused, because there is nothing to edit."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a lake")
        card = await harness.wait_for_message("a lake")
        night = f"{mention(harness)} make it night"  # Discord does not show a mere reply to an interaction's reply
        request = await harness.alice.send(harness.channel, night, reply_to=card)
        assert "This picture isn’t ready yet" in await refusal(harness, request)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        harness.fake.seconds = 0
        _, card = await make_public_failure(harness, "api_error")
        request = await harness.bob.send(harness.channel, night, reply_to=card)
        assert "I can’t see a picture in the message you replied to" in await refusal(harness, request, harness.bob)
        assert len(harness.sql("SELECT id FROM jobs WHERE interaction_id = ?", request.id)) == 0


async def test_a_reply_to_a_group(tmp_path: Path) -> None:
    """The number before the prompt chooses among all pictures of the group, whichever job made them."""
    async with BotHarness(tmp_path) as harness:
        group = await start_group(harness)
        await harness.wait_until_closed(group[0].id)
        card = result_of(harness, await harness.job(group[0].id))
        request = await harness.bob.send(harness.channel, f"{mention(harness)} 2: make it night", reply_to=card)
        await last_answer(harness, request)
        edited = await latest_job(harness)
        green = await harness.job(group[1].id)
        assert (edited.request.prompt, edited.request.image_url) == ("make it night", green.images[0].url)


async def test_what_is_ignored(tmp_path: Path) -> None:
    """The bot ignores other conversations, replies without a ping or words, bots, webhooks, and edited messages."""
    async with BotHarness(tmp_path) as harness:
        _, card = await make_result(harness, **SMALL)
        robot = harness.guild.add_member(harness.env.create_user("robot", bot=True))
        hook = harness.guild.create_webhook(harness.channel)
        to_bot = f"{mention(harness)} a fox"
        await harness.alice.send(harness.channel, "a fox")
        await harness.alice.send(harness.channel, "", reply_to=card, attachments=[HOUSE])
        await robot.send(harness.channel, to_bot)
        await hook.send(to_bot)
        changed = await harness.alice.send(harness.channel, "later")
        await harness.alice.edit(changed, to_bot)
        last = await harness.alice.send(harness.channel, to_bot)
        await last_answer(harness, last)
        assert len(harness.sql("SELECT id FROM jobs")) == 2
        assert "DM" not in harness.calls
        assert await children(harness, await latest_job(harness), 0) == []
