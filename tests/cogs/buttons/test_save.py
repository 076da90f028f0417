"""Save: a result's originals as a direct message."""

from pathlib import Path

from flux_bot.core.jobs import Job
from flux_bot.sandbox.drawing import Picture
from flux_bot.sandbox.faults import FILES
from flux_bot.ui.cards import Verb
from tests.finished_jobs import age_jobs, make_result, press, private_text
from tests.harness import BotHarness, alt_texts, gallery, picture, picture_bytes, text_of

SENT = "📬 I have sent you the original in a direct message."
SENT_ALL = "📬 I have sent you the originals in a direct message."
REFUSED = "I can’t send you direct messages. Allow them in this server’s privacy settings"


def replace_file(harness: BotHarness, job: Job, data: bytes) -> None:
    """Replace the file at the address of a job's first picture."""
    harness.fake.files[job.images[0].url.rpartition("/")[2]] = Picture(data, "png")


async def test_save(tmp_path: Path) -> None:
    """All originals are sent in one direct message to the user who clicked; the reply to the click is private."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, "a cat on a roof", count=3)
        calls = len(harness.calls)
        text = private_text(await press(harness.bob, result, Verb.SAVE, job))
        assert text == SENT_ALL
        (message,) = harness.messages(harness.bob.user.dm_channel)
        assert text_of(message) == "Here are the originals of: a cat on a roof"
        assert alt_texts(message) == [f"Picture {number} of 3: a cat on a roof" for number in (1, 2, 3)]
        assert picture_bytes(harness, message) == [file.data for file in harness.fake.files.values()]
        assert harness.calls[calls:] == ["reply", "open DM", "DM", "edit reply"]
        assert harness.messages(harness.alice.user.dm_channel) == []


async def test_direct_messages_are_closed(tmp_path: Path) -> None:
    """A user with closed direct messages gets links privately, unless they may have expired."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, count=2)
        harness.refuse("DM", 403, 50007)
        text = private_text(await press(harness.alice, result, Verb.SAVE, job))
        assert text.startswith(REFUSED)
        first, second = (image.url for image in job.images)
        assert text.endswith(f": [original 1]({first}), [original 2]({second})")
        await age_jobs(harness)
        assert private_text(await press(harness.alice, result, Verb.SAVE, job)) == f"{REFUSED} and try again."


async def test_too_large(tmp_path: Path) -> None:
    """A picture too large for a direct message is linked there, or shrunk if there is no link; the others are sent."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness, count=2)
        with picture(2000, 1800, noisy=True) as opened:
            large = opened.read()
        replace_file(harness, job, large)
        assert private_text(await press(harness.alice, result, Verb.SAVE, job)) == SENT_ALL
        (message,) = harness.messages(harness.alice.user.dm_channel)
        assert alt_texts(message) == ["Picture 2 of 2: a cat"]
        assert f"[Picture 1]({job.images[0].url})" in text_of(message)

        await age_jobs(harness)
        harness.env.backend.cdn._blobs[gallery(result)[0].media.url] = large  # noqa: SLF001  Discord's own files
        assert private_text(await press(harness.alice, result, Verb.SAVE, job)) == SENT_ALL
        _, message = harness.messages(harness.alice.user.dm_channel)
        assert alt_texts(message) == ["Picture 1 of 2: a cat", "Picture 2 of 2: a cat"]
        assert len(picture_bytes(harness, message)[0] or b"") < 10 * 2**20


async def test_the_original_is_gone(tmp_path: Path) -> None:
    """If the image API has or may have lost a picture, the card's copy is sent; if that is lost, the bot says so."""
    async with BotHarness(tmp_path) as harness:
        for private in (True, False):
            job, result = await make_result(harness, private=private)
            harness.fake.faults.file = FILES["gone"]
            assert private_text(await press(harness.alice, result, Verb.SAVE, job)) == SENT
            message = harness.messages(harness.alice.user.dm_channel)[-1]
            assert picture_bytes(harness, message) == picture_bytes(harness, result) != [None]
            assert text_of(message) == "Here is the original of: a cat"
            harness.fake.faults.file = None

        replace_file(harness, job, picture().read())
        await age_jobs(harness)
        assert private_text(await press(harness.alice, result, Verb.SAVE, job)) == SENT
        message = harness.messages(harness.alice.user.dm_channel)[-1]
        assert picture_bytes(harness, message) == picture_bytes(harness, result)

        harness.env.backend.cdn._blobs.clear()  # noqa: SLF001  Discord's own files
        text = private_text(await press(harness.alice, result, Verb.SAVE, job))
        assert text.startswith("This picture is no longer available")
        assert len(harness.messages(harness.alice.user.dm_channel)) == 3
