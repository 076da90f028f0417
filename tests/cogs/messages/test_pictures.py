"""The list from which one of several pictures is picked."""

from pathlib import Path

import discord

from tests.cogs.messages.test_reading import HOUSE, last_answer, mention, repeat_event
from tests.finished_jobs import latest_job, make_result, private_text, select_menus
from tests.flux.caller import eventually
from tests.harness import BotHarness, text_of


async def offered(harness: BotHarness, request: discord.Message) -> discord.Message:
    """Wait for the list that answers a message."""
    shown = await harness.wait_for_message("Which of these pictures should I change?")
    assert shown.reference is not None
    assert shown.reference.message_id == request.id
    return shown


async def test_pick(tmp_path: Path) -> None:
    """Only the author can pick, even after a restart; the list becomes the status card."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        harness.fake.seconds = 0
        parent, card = await make_result(harness, "a lake", count=3)
        harness.fake.seconds = None
        request = await harness.alice.send(harness.channel, "make it\nnight", reply_to=card)
        shown = await offered(harness, request)
        assert "> make it night" in text_of(shown)
        (menu,) = select_menus(shown).values()
        assert [option.label for option in menu.options] == ["Picture 1", "Picture 2", "Picture 3"]
        assert private_text(await harness.bob.select(shown, ["2"])) == (
            "Only the person who wrote the instruction can choose the picture."
        )
        await harness.alice.select(shown, ["2"])
        await eventually(lambda: len(harness.tasks) == 2)
        (row,) = harness.sql("SELECT * FROM jobs WHERE interaction_id = ?", request.id)
        assert (row["prompt"], row["image_url"]) == ("make it\nnight", parent.images[1].url)
        assert row["reply_message_id"] == shown.id
        assert "make it night" in text_of(next(one for one in harness.messages() if one.id == shown.id))
        await harness.fake.finish(harness.tasks[row["id"]].id)
        job, _ = await last_answer(harness, request)
        assert job.parent_id == parent.id

        request = await harness.alice.send(harness.channel, "make it day", reply_to=card)
        shown = await offered(harness, request)
        await harness.restart()
        harness.fake.seconds = 0
        await harness.alice.select(shown, ["3"])
        job, _ = await last_answer(harness, request)
        assert (job.request.prompt, job.request.image_url) == ("make it day", parent.images[2].url)


async def test_a_message_makes_one_job(tmp_path: Path) -> None:
    """A repeated event shows no second list; if there are two lists, only the first pick counts.

    Once the message is deleted, picking from its list after a restart makes no job.
    """
    async with BotHarness(tmp_path) as harness:
        text = f"{mention(harness)} add a cat"
        request = await harness.alice.send(harness.channel, text, attachments=[HOUSE, HOUSE])
        shown = await offered(harness, request)
        await repeat_event(harness, request)
        assert len(harness.messages()) == 2
        harness.app.bot.recent_forms.clear()  # like another process
        await repeat_event(harness, request)
        other = harness.messages()[-1]
        assert other.id != shown.id
        await harness.alice.select(shown, ["1"])
        await latest_job(harness)
        await harness.alice.select(other, ["2"])
        assert len(harness.sql("SELECT id FROM jobs")) == 1
        before = len(harness.messages())
        harness.app.bot.recent_forms.clear()
        await repeat_event(harness, request)
        assert len(harness.messages()) == before, "the picture was picked already"
        again = await harness.alice.send(harness.channel, text, attachments=[HOUSE, HOUSE])
        shown = await offered(harness, again)
        await harness.restart()
        await harness.alice.delete(again)
        gone = "Your message with the instruction is gone"
        assert gone in private_text(await harness.alice.select(shown, ["1"]))
        assert len(harness.sql("SELECT id FROM jobs")) == 1
