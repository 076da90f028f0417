"""/show: a finished result is posted again with working controls, even if its pictures have moved or are lost."""

import json
from pathlib import Path
from typing import Any

import discord
import simcord

from flux_bot.core.jobs import Failure, Job
from flux_bot.sandbox.faults import BadFile
from flux_bot.ui.cards import Verb
from tests.finished_jobs import (
    age_jobs,
    answer,
    buttons,
    copy_job,
    forge,
    latest_job,
    lose_message,
    lose_originals,
    make_picture,
    press,
    private_answer,
    private_text,
    remove_card,
    reset_interactions,
    select_menus,
)
from tests.forms import submit_form, while_database_hangs
from tests.harness import BotHarness, alt_texts, gallery, job_id_of, picture, picture_bytes, text_of

ON_RESULT = ["reroll", "vary", "edit", "remix", "save"]
NO_SUCH = "I couldn’t find that picture. Choose one from the list that appears as you type."
NONE_YET = "You have no pictures yet. Use /imagine to make one."
LOST = "This picture is no longer available: its message is gone, and the picture service no longer has it."


async def show(
    harness: BotHarness, job: Job | str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Run /show for a job, by default as alice."""
    job_id = job if isinstance(job, str) else job.id
    return await (who or harness.alice).slash(harness.channel, "show", job=job_id)


async def suggestions(
    harness: BotHarness, typed: str = "", who: simcord.MemberActor | None = None
) -> list[dict[str, Any]]:
    """Return the autocomplete choices for a text, by default as alice."""
    return await (who or harness.alice).autocomplete(harness.channel, "show", "job", typed)


async def suggestions_while_locked(
    harness: BotHarness, folder: Path, typed: str = "", who: simcord.MemberActor | None = None
) -> list[str]:
    """Return the names of the autocomplete choices while the database is locked."""
    typing: Any = suggestions(harness, typed, who)
    await while_database_hangs(harness, folder, typing)
    reply = harness.requests("reply")[-1].json
    assert reply is not None
    return [choice["name"] for choice in reply["data"]["choices"]]


def verbs(message: discord.Message, job: Job) -> list[str]:
    """Return the verbs of a card's buttons, which must all belong to this job."""
    assert all(custom_id.partition(":")[2] == job.id for custom_id in buttons(message))
    return [custom_id.partition(":")[0] for custom_id in buttons(message)]


def originals(harness: BotHarness) -> list[bytes]:
    """Return the pictures that the image API has made."""
    return [file.data for file in harness.fake.files.values()]


# --- the copy ------------------------------------------------------------------------------------------


async def test_shown_again(tmp_path: Path) -> None:
    """A public result is posted again with all its buttons, and pings nobody."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "a *red* cat", count=2)
        await harness.change("UPDATE jobs SET finished_at = submitted_at + 7.4")
        shown = await show(harness, job)
        message = answer(shown)
        assert not shown.ephemeral
        assert text_of(message) == (
            f"A picture by <@{harness.alice.id}>, made <t:{int(harness.row(job.id)['finished_at'])}:R>\n"
            f"> a \\*red\\* cat\n-# FLUX.2 flex · 64x64 · 7 s"
        )
        assert alt_texts(message) == ["Picture 1 of 2: a *red* cat", "Picture 2 of 2: a *red* cat"]
        assert picture_bytes(harness, message) == originals(harness)
        assert verbs(message, job) == ON_RESULT
        assert harness.pinged(message) == []
        assert [each.id for each in harness.messages()] == [job.result_message_id, message.id]
        assert [each.id for each in harness.messages(viewer=harness.bob)] == [job.result_message_id, message.id]


async def test_a_private_result_stays_private(tmp_path: Path) -> None:
    """A private result is shown only to its user, who may then post it; each in its viewers' language."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, "a secret cat", private=True)
        harness.change_interaction = lambda payload: payload.update(locale="de", guild_locale="fr")
        shown = private_answer(await show(harness, job))
        assert alt_texts(shown) == ["a secret cat"]
        assert verbs(shown, job) == ON_RESULT
        assert buttons(shown)[f"vary:{job.id}"].label == "Variieren"
        assert harness.messages(viewer=harness.bob) == []

        public = await press(harness.alice, shown, Verb.SHOW, job)
        assert not public.ephemeral
        assert alt_texts(answer(public)) == ["a secret cat"]
        assert verbs(answer(public), job) == ON_RESULT
        assert buttons(answer(public))[f"vary:{job.id}"].label == "Varier"
        assert [message.id for message in harness.messages(viewer=harness.bob)] == [answer(public).id]


async def test_its_buttons_work(tmp_path: Path) -> None:
    """Bob rerolls and alice edits the copy, then she deletes only the copy. An edit is shown with its source."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        shown = answer(await show(harness, job))
        await harness.bob.click(shown, custom_id=f"reroll:{job.id}")
        await harness.wait_for_message(f"<@{harness.bob.id}>, your picture is ready", "Rerolled from")
        opened = await harness.alice.click(shown, custom_id=f"edit:{job.id}")
        await submit_form(harness.alice, opened, prompt="add a hat")
        edit = await latest_job(harness)
        await remove_card(harness.alice, shown, job)
        left = [message.id for message in harness.messages()]
        assert shown.id not in left
        assert job.result_message_id in left
        assert harness.row(job.id)["result_message_id"] == job.result_message_id

        for _ in range(2):
            urls = {file.filename: file.url for file in answer(await show(harness, edit)).attachments}
            assert set(urls) == {f"flux-{edit.id}-source.webp", f"flux-{edit.id}-1.png"}
            assert (harness.env.backend.cdn.get(urls[f"flux-{edit.id}-source.webp"]) or b"")[8:12] == b"WEBP"


# --- where the pictures come from ----------------------------------------------------------------------


async def test_a_recent_result(tmp_path: Path) -> None:
    """The pictures come from the image API, or else from the result's message; without either, links are shown."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness, count=2)
        files = originals(harness)
        lose_originals(harness)
        message = answer(await show(harness, job))
        assert picture_bytes(harness, message) == files
        assert verbs(message, job) == ON_RESULT

        lose_message(harness, job)
        message = answer(await show(harness, job))
        for name in harness.fake.files:
            assert f"(http://127.0.0.1:{harness.fake.port}/files/{name})" in text_of(message)
        assert gallery(message) == []

        harness.fake.faults.file = None
        assert picture_bytes(harness, answer(await show(harness, job))) == files


async def test_an_old_result(tmp_path: Path) -> None:
    """Only the result's message has the pictures: old addresses are neither requested nor shown."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        (image,) = json.loads(harness.row(job.id)["images"])
        images = json.dumps([image, image | {"url": "https://example.org/lost.png"}])
        await harness.change("UPDATE jobs SET images = ?, count = 2", images)
        await age_jobs(harness)
        harness.fake.faults.file = BadFile(body=picture(8, 8).read())  # another user's picture, now at the same address
        shown = answer(await show(harness, job))
        assert alt_texts(shown) == ["Picture 1 of 2: a cat"]
        assert picture_bytes(harness, shown) == originals(harness)
        assert "lost.png" not in text_of(shown)


async def test_a_lost_result(tmp_path: Path) -> None:
    """If a picture is lost everywhere, or its message can't be fetched, the user reads so, and what to do."""
    async with BotHarness(tmp_path) as harness:
        jobs = [await make_picture(harness, private=private) for private in (False, True)]
        await age_jobs(harness)
        harness.env.inject_error("GET", "/channels/*/messages/*", status=403, code=50001)
        assert text_of(answer(await show(harness, jobs[0]))).startswith(LOST)
        harness.stop_refusing()
        for job in jobs:
            lose_message(harness, job)
            shown = await show(harness, job)
            assert text_of(answer(shown)) == f"{LOST} Use /imagine to make a new one."
            assert not answer(shown).flags.loading
            assert not buttons(answer(shown))
            assert shown.followups == []


# --- refusals ------------------------------------------------------------------------------------------


async def test_only_own_results(tmp_path: Path) -> None:
    """Anything but the id of one of the user's own pictures is refused with a helpful message."""
    async with BotHarness(tmp_path) as harness:
        public, private = await make_picture(harness), await make_picture(harness, private=True)
        own = await make_picture(harness, "a dog", who=harness.bob, private=True)
        for typed in (public.id, private.id, "a cat", own.id.lower(), " ", "%", "' OR 1=1 --", "🐈" * 100):
            refused = await show(harness, typed, harness.bob)
            assert private_text(refused) == NO_SUCH, typed
            assert refused.followups == [], typed
        shown = private_answer(await show(harness, own, harness.bob))
        for forged in (public.id, "", "%", own.id.lower()):
            forge(harness, f"more:{own.id}", f"more:{forged}")
            assert private_text(await press(harness.bob, shown, Verb.SHOW, own)) == NO_SUCH, forged
        reset_interactions(harness)
        assert len(harness.messages()) == 1


async def test_words_of_a_prompt(tmp_path: Path) -> None:
    """Typed words show the only matching picture, privately if it was private; several are offered in a list."""
    async with BotHarness(tmp_path) as harness:
        assert private_text(await show(harness, "a fox")) == NONE_YET
        fox = await make_picture(harness, "a Red fox")
        bear = await make_picture(harness, "a red bear", private=True)
        await make_picture(harness, "a red fox of bob’s", who=harness.bob)
        assert text_of(answer(shown := await show(harness, "FOX red"))).startswith("A picture by")
        assert (shown.ephemeral, alt_texts(answer(shown))) == (False, ["a Red fox"])
        alone = private_answer(await show(harness, "bear"))
        assert (alt_texts(alone), verbs(alone, bear)) == (["a red bear"], ON_RESULT)
        assert private_text(await show(harness, "a blue fox")) == NO_SUCH

        offered = private_answer(await show(harness, "red"))
        assert text_of(offered) == "Several of your pictures match. Which one do you mean?"
        ((custom_id, menu),) = select_menus(offered).items()
        labels = {option.value: option.label for option in menu.options}
        assert labels == {bear.id: "1. a red bear", fox.id: "2. a Red fox"}
        picked = await harness.alice.select(offered, values=[fox.id], custom_id=custom_id)
        assert alt_texts(private_answer(picked)) == ["a Red fox"]


async def test_only_finished_pictures(tmp_path: Path) -> None:
    """An unfinished picture is refused with a hint where to look; a failed or cancelled job has no picture."""
    async with BotHarness(tmp_path, seconds=None, max_running_per_user=1) as harness:
        job, task = await harness.start_job()
        waiting = job_id_of(answer(await harness.imagine("a dog")))
        for job_id in (job.id, waiting):
            assert private_text(await show(harness, job_id)) == (
                "This picture isn’t ready yet. Check on it with /jobs."
            )
        card = await harness.wait_for_message("In the queue", "a dog")
        await harness.alice.click(card, custom_id=f"cancel:{waiting}")
        await harness.fake.finish(task.id, failure=Failure("timeout"))
        await harness.wait_until_closed(job.id)
        for job_id in (job.id, waiting):
            assert private_text(await show(harness, job_id)) == NONE_YET
        assert await suggestions(harness) == []


# --- autocomplete --------------------------------------------------------------------------------------


async def test_suggestions(tmp_path: Path) -> None:
    """Only the user's own pictures are suggested, newest first, filtered by what is typed."""
    async with BotHarness(tmp_path) as harness:
        cat, dog = await make_picture(harness, "a Red cat"), await make_picture(harness, "a 100% red dog", private=True)
        of_bob = await make_picture(harness, "a red bird", who=harness.bob)
        both = [{"name": "a 100% red dog", "value": dog.id}, {"name": "a Red cat", "value": cat.id}]
        for typed, found in {"": both, "RED a ": both, "cat red": both[1:], "%": both[:1], "_": [], "bird": []}.items():
            assert await suggestions(harness, typed) == found, typed
        assert await suggestions(harness, "", harness.bob) == [{"name": "a red bird", "value": of_bob.id}]

        # at most 25, each on one line of at most 100 characters, and each can be shown
        ids = await copy_job(harness, cat, *(f"{number}\n\n  cats " + "and more " * 300 for number in range(30)))
        many = await suggestions(harness, "more CATS and")
        assert [choice["value"] for choice in many] == ids[:4:-1]
        assert all(len(choice["name"]) <= 100 for choice in many)
        assert many[0]["name"].startswith("29 cats and more and more")
        assert many[0]["name"].endswith("…")
        shown = answer(await show(harness, many[-1]["value"]))
        assert [file.filename for file in shown.attachments] == [f"flux-{ids[5]}-1.jpg"]


# --- while the database is locked or broken ------------------------------------------------------------


async def test_suggestions_while_the_database_is_locked(tmp_path: Path) -> None:
    """Suggestions do not wait for running writes; only the beginning of a very long text counts."""
    async with BotHarness(tmp_path) as harness:
        for prompt in ("a red fox", "a blue fox"):
            await make_picture(harness, prompt)
        for typed, found in (("FOX red ", ["a red fox"]), ("bird", []), ("a " * 2000 + "bird", None)):
            shown = await suggestions_while_locked(harness, tmp_path, typed)
            assert shown == (found if found is not None else ["a blue fox", "a red fox"]), typed


async def test_suggestions_from_memory(tmp_path: Path) -> None:
    """The last known list is suggested, filtered by what is typed; a user without one gets nothing."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        for prompt in ("a red fox", "a blue fox"):
            await make_picture(harness, prompt)
        assert [choice["name"] for choice in await suggestions(harness, "fox")] == ["a blue fox", "a red fox"]
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        for typed, found in {"": ["a blue fox", "a red fox"], "FOX red ": ["a red fox"], "bird": []}.items():
            assert [choice["name"] for choice in await suggestions(harness, typed)] == found, typed
        assert await suggestions(harness, "", harness.bob) == []
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        await harness.change("UPDATE jobs SET prompt = 'a green fox' WHERE prompt = 'a red fox'")
        assert [choice["name"] for choice in await suggestions(harness, "green")] == ["a green fox"]


async def test_shown_once_the_database_is_back(tmp_path: Path) -> None:
    """As the answer was deferred privately, the result is private, and can then be posted publicly."""
    async with BotHarness(tmp_path) as harness:
        job = await make_picture(harness)
        shown = await while_database_hangs(harness, tmp_path, show(harness, job))
        assert shown.ephemeral
        message = await harness.wait_for_message("A picture by", viewer=harness.alice)
        assert message.flags.ephemeral
        public = await press(harness.alice, message, Verb.SHOW, job)
        assert not public.ephemeral
        assert verbs(answer(public), job) == ON_RESULT
