"""Save and Info: a result's originals as a direct message, and how it was made."""

import re
from pathlib import Path

import discord
import pytest

from flux_bot.core.jobs import Job
from flux_bot.sandbox.drawing import Picture
from flux_bot.sandbox.faults import FILES
from flux_bot.ui.cards import Verb
from tests.harness import SMALL, BotHarness, alt_texts, gallery, picture, text_of, walk
from tests.images.picture_host import PictureHost
from tests.images.picture_host import picture as serve
from tests.presses import children, closed_job, make_picture, press, reply

SENT = "📬 I have sent you the original in a direct message."
REFUSED = "I’m not allowed to send you direct messages. Allow them in this server’s privacy settings"
DAYS_21 = 21 * 24 * 3600


def picture_bytes(harness: BotHarness, message: discord.Message) -> list[bytes | None]:
    """Return the bytes of the pictures in a message."""
    return [harness.env.backend.cdn.get(item.media.url) for item in gallery(message)]


def text_files(harness: BotHarness, message: discord.Message) -> dict[str, str]:
    """Return the text files in a message, by their names."""
    urls = [part.media.url for part in walk(message.components) if isinstance(part, discord.FileComponent)]
    return {url.rpartition("/")[2]: (harness.env.backend.cdn.get(url) or b"").decode() for url in urls}


def url_of(job: Job, number: int = 1) -> str:
    """Return the image API's own address of a picture."""
    assert job.result is not None
    return job.result.images[number - 1].url


def replace_file(harness: BotHarness, job: Job, data: bytes) -> None:
    """Replace the file at the address of a job's first picture."""
    harness.fake.files[url_of(job).rpartition("/")[2]] = Picture(data, "png")


# --- Save ----------------------------------------------------------------------------------------------


async def test_save(tmp_path: Path) -> None:
    """All originals come in one direct message with alt texts; the answer to the press is private."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, "a cat on a roof", count=3)
        calls = len(harness.calls)
        text = reply(await press(harness.alice, result, Verb.SAVE, job))
        assert text == "📬 I have sent you the originals in a direct message."
        (message,) = harness.messages(harness.alice.user.dm_channel)
        assert text_of(message) == "Here are the originals of: a cat on a roof"
        assert alt_texts(message) == [f"Picture {number} of 3: a cat on a roof" for number in (1, 2, 3)]
        assert picture_bytes(harness, message) == [file.data for file in harness.fake.files.values()]
        assert harness.calls[calls:] == ["reply", "open DM", "DM", "edit reply"]


async def test_save_by_another_user(tmp_path: Path) -> None:
    """Any user who sees a result can save it to their own direct messages."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        assert reply(await press(harness.bob, result, Verb.SAVE, job)) == SENT
        (message,) = harness.messages(harness.bob.user.dm_channel)
        assert alt_texts(message) == ["a cat"]
        assert harness.messages(harness.alice.user.dm_channel) == []


async def test_save_with_direct_messages_closed(tmp_path: Path) -> None:
    """A user with closed direct messages gets the links privately."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, count=2)
        harness.refuse("DM", 403, 50007)
        text = reply(await press(harness.alice, result, Verb.SAVE, job))
        assert text.startswith(REFUSED)
        assert text.endswith(f": [original 1]({url_of(job, 1)}), [original 2]({url_of(job, 2)})")


async def test_save_old_with_direct_messages_closed(tmp_path: Path) -> None:
    """For an old result, whose links may have expired, no links are given."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await harness.change("UPDATE jobs SET finished_at = finished_at - ? WHERE id = ?", DAYS_21, job.id)
        harness.refuse("DM", 403, 50007)
        text = reply(await press(harness.alice, result, Verb.SAVE, job))
        assert text == f"{REFUSED} and try again."


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_picture_is_gone(tmp_path: Path, private: bool) -> None:
    """If the image API has lost a picture, the one on the card is sent, also for a private card."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, private=private)
        harness.fake.faults.file = FILES["gone"]
        assert reply(await press(harness.alice, result, Verb.SAVE, job)) == SENT
        (message,) = harness.messages(harness.alice.user.dm_channel)
        assert picture_bytes(harness, message) == picture_bytes(harness, result) != [None]
        assert text_of(message) == "Here is the original of: a cat"


async def test_old_picture(tmp_path: Path) -> None:
    """After three weeks the card's picture is sent, not the file now at the old address."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        replace_file(harness, job, picture().read())
        await harness.change("UPDATE jobs SET finished_at = finished_at - ? WHERE id = ?", DAYS_21, job.id)
        assert reply(await press(harness.alice, result, Verb.SAVE, job)) == SENT
        (message,) = harness.messages(harness.alice.user.dm_channel)
        assert picture_bytes(harness, message) == picture_bytes(harness, result)


async def test_delivered_as_a_direct_message(tmp_path: Path) -> None:
    """A result that was delivered as a direct message can be saved."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        harness.refuse("post", 403, 50013)
        harness.refuse("edit reply", 404, 10015)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        harness.stop_refusing()
        (result,) = harness.messages(harness.alice.user.dm_channel)
        harness.fake.faults.file = FILES["gone"]
        pressed = await press(harness.alice.user, result, Verb.SAVE, job)
        assert pressed.response is not None
        assert text_of(pressed.response.message) == SENT
        assert alt_texts(harness.messages(harness.alice.user.dm_channel)[-1]) == ["a cat"]


async def test_picture_is_lost(tmp_path: Path) -> None:
    """A picture that is lost everywhere is reported as lost, and no empty message is sent."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        harness.fake.faults.file = FILES["gone"]
        await harness.change("UPDATE jobs SET finished_at = finished_at - ? WHERE id = ?", DAYS_21, job.id)
        harness.env.backend.cdn._blobs.clear()  # noqa: SLF001  Discord's own files
        text = reply(await press(harness.alice, result, Verb.SAVE, job))
        assert text.startswith("This picture is no longer available")
        assert harness.messages(harness.alice.user.dm_channel) == []


async def test_too_large(tmp_path: Path) -> None:
    """A picture too large for a direct message is linked there; the others are sent."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, count=2)
        with picture(2000, 1800, noisy=True) as large:
            replace_file(harness, job, large.read())
        text = reply(await press(harness.alice, result, Verb.SAVE, job))
        assert text == "📬 I have sent you the originals in a direct message."
        (message,) = harness.messages(harness.alice.user.dm_channel)
        assert alt_texts(message) == ["Picture 2 of 2: a cat"]
        assert f"[Picture 1]({url_of(job)})" in text_of(message)


async def test_save_in_direct_messages(tmp_path: Path) -> None:
    """A result in a direct message can be saved."""
    async with BotHarness(tmp_path) as harness:
        user = harness.alice.user
        await user.slash("imagine", prompt="a cat", **SMALL)
        result = await harness.wait_for_message("your picture is ready", where=user.dm_channel)
        await press(user, result, Verb.SAVE, await closed_job(harness, result))
        assert alt_texts(await harness.wait_for_message("Here is the original", where=user.dm_channel)) == ["a cat"]


# --- Info ----------------------------------------------------------------------------------------------


async def test_info(tmp_path: Path) -> None:
    """Info shows privately how a picture was made, and how to make it again."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, "a *white* cat", model="flux-dev", size="16:9", count=2)
        calls = len(harness.calls)
        text = reply(await press(harness.bob, result, Verb.INFO, job))
        assert harness.calls[calls:] == ["reply"]
        task = harness.tasks[job.id]
        assert job.result is not None
        seeds = ", ".join(str(image.seed) for image in job.result.images)
        assert re.fullmatch(
            r"### How it was made\n\*\*Prompt\*\*\n> a \\\*white\\\* cat\n"
            r"\*\*Model\*\* `flux-dev`\n\*\*Size\*\* 1344x768\n\*\*Pictures\*\* 2\n"
            rf"\*\*Seeds\*\* {seeds}\n\*\*Time\*\* \d+ s\n\*\*Requested\*\* <t:\d+:R> by <@{harness.alice.id}>\n"
            rf"\*\*Request\*\* `{job.id}`\n\*\*Task\*\* `{task.id}`\n\*\*Trace\*\* `{task.trace_id}`\n"
            r"To make it again, paste this command:\n```\n"
            r"/imagine prompt:a \*white\* cat model:flux-dev size:1344x768 count:2\n```",
            text,
        )


async def test_info_without_seed(tmp_path: Path) -> None:
    """Missing values are left out; the command for a single picture has count:1."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        text = reply(await press(harness.alice, result, Verb.INFO, job))
        assert "Seed" not in text
        assert "/imagine prompt:a cat model:flux-2-flex size:64x64 count:1\n" in text


async def test_info_of_a_private_result(tmp_path: Path) -> None:
    """The command to paste is private too."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, private=True)
        text = reply(await press(harness.alice, result, Verb.INFO, job))
        assert "/imagine prompt:a cat model:flux-2-flex size:64x64 count:1 private:True\n" in text


async def test_info_of_an_edit(tmp_path: Path) -> None:
    """The command of an edit has the picture's address."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image_url=url)
        result = await harness.wait_for_message("your edited picture is ready.")
        text = reply(await press(harness.alice, result, Verb.INFO, await closed_job(harness, result)))
        assert f"/edit prompt:add a hat model:flux-kontext-pro size:1:1 image_url:{url}\n" in text


async def test_source_address_is_hidden_from_others(tmp_path: Path) -> None:
    """Only the requester sees the source picture's address: the original may show more than the card's copy."""
    async with PictureHost() as host, BotHarness(tmp_path) as harness:
        url = host.answer("/roof.png", serve(picture().read()))
        await harness.alice.slash(harness.channel, "edit", prompt="add a hat", image_url=url)
        result = await harness.wait_for_message("your edited picture is ready.")
        job = await closed_job(harness, result)
        text = reply(await press(harness.bob, result, Verb.INFO, job))
        assert "/edit prompt:add a hat model:flux-kontext-pro size:1:1\n" in text
        assert url not in text
        await press(harness.bob, result, Verb.REROLL, job)
        (child_id,) = await children(harness, job, 1)
        assert harness.row(child_id)["image_url"] != url
        again = harness.messages()[-1]
        assert url not in reply(await press(harness.bob, again, Verb.INFO, await harness.job(child_id)))


async def test_info_links(tmp_path: Path) -> None:
    """Info links the parent and the children, but not other users' private ones."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        await press(harness.alice, result, Verb.REROLL, job)
        (first_id,) = await children(harness, job, 1)
        first = harness.messages()[-1]
        await press(harness.bob, result, Verb.REROLL, job)
        await children(harness, job, 2)
        second = harness.messages()[-1]
        url = f"https://discord.com/channels/{harness.guild.id}/{harness.channel.id}"
        text = reply(await press(harness.bob, result, Verb.INFO, job))
        assert f"**Made from this** [picture 1]({url}/{first.id}), [picture 2]({url}/{second.id})\n" in text
        assert "**Made from** " not in text
        text = reply(await press(harness.bob, first, Verb.INFO, await harness.job(first_id)))
        assert f"**Made from** [picture 1]({url}/{result.id})\n" in text
        assert "Made from this" not in text
        await harness.change("UPDATE jobs SET private = 1 WHERE id IN (?, ?)", first_id, job.id)
        text = reply(await press(harness.bob, result, Verb.INFO, job))
        assert f"**Made from this** [picture 1]({url}/{second.id})\n" in text
        text = reply(await press(harness.bob, first, Verb.INFO, await harness.job(first_id)))
        assert "Made from" not in text


async def test_info_of_a_long_prompt(tmp_path: Path) -> None:
    """A long prompt is truncated and complete in the attached file; a command that is too long is left out."""
    async with BotHarness(tmp_path) as harness:
        prompt = "a cat, " + "and *another* cat, " * 150 + "the end"
        job, result = await make_picture(harness, prompt)
        pressed = await press(harness.alice, result, Verb.INFO, job)
        text = reply(pressed)
        assert re.search(r"\n> a cat, and \\\*another\\\* cat, .*…\n", text)
        assert "The whole prompt is in the attached file." in text
        assert "the end" not in text
        assert "paste" not in text
        assert pressed.response is not None
        assert text_files(harness, pressed.response.message) == {f"flux-{job.id}-prompt.txt": prompt}


async def test_info_of_a_prompt_of_several_lines(tmp_path: Path) -> None:
    """The attached file has the exact prompt if one line can't show it."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness)
        prompt = "a cat\n\non a roof"
        await harness.change("UPDATE jobs SET prompt = ? WHERE id = ?", prompt, job.id)
        pressed = await press(harness.alice, result, Verb.INFO, job)
        assert "/imagine prompt:a cat on a roof model:" in reply(pressed)
        assert pressed.response is not None
        assert text_files(harness, pressed.response.message) == {f"flux-{job.id}-prompt.txt": prompt}


async def test_info_command_escapes_the_prompt(tmp_path: Path) -> None:
    """A prompt can't end the command's code block."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_picture(harness, "a ```cat``` @everyone")
        text = reply(await press(harness.alice, result, Verb.INFO, job))
        assert "\n```\n/imagine prompt:a '''cat''' @everyone model:" in text
        assert text.count("```") == 2
