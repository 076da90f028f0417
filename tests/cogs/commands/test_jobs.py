"""/jobs: what of one's own waits to be fetched, is being made, queues, and has just been finished."""

import re
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from flux_bot.core.jobs import Failure
from flux_bot.locales import LOCALES
from flux_bot.store.history import LISTED
from tests.finished_jobs import answer, behave, buttons, copies, forge, keep, made, private_answer, speak
from tests.flux.caller import eventually
from tests.harness import Stage, alt_texts, job_id_of, walk, words

NONE = "Nothing is being made or waiting. /imagine makes a picture, /history shows those there are."


async def panel(stage: Stage, who: simcord.MemberActor | None = None) -> discord.Message:
    """Let somebody ask for their jobs, alice unless told otherwise, and return what only they see."""
    return private_answer(await (who or stage.alice).slash(stage.channel, "jobs"))


async def refreshed(stage: Stage, shown: discord.Message) -> str:
    """Let alice refresh her panel, and return what stands in the same message then."""
    result = await stage.alice.click(shown, custom_id="jobs:")
    assert result.followups == []
    assert answer(result).id == shown.id
    return words(answer(result))


def asked_at(stage: Stage, job_id: str, column: str = "submitted_at") -> str:
    """Return a time of a job as it is shown."""
    return f"<t:{int(stage.row(job_id)[column])}:R>"


async def queued(stage: Stage, *wanted: str) -> list[str]:
    """Let alice ask for pictures that have to wait, and return their ids."""
    return [job_id_of(answer(await stage.imagine(prompt))) for prompt in wanted]


# --- what is listed ----------------------------------------------------------------------------------


async def test_nothing_there(tmp_path: Path) -> None:
    """Who has nothing under way reads what to do, whatever others have."""
    async with Stage(tmp_path, seconds=None) as stage:
        await stage.held(who=stage.bob)
        shown = await panel(stage)
        assert words(shown) == f"### Your pictures\n{NONE}"
        assert list(buttons(shown)) == ["jobs:"]
        assert stage.messages(viewer=stage.bob)[-1].id != shown.id


async def test_all_there_is(tmp_path: Path) -> None:
    """Undelivered results come first, then what is being made, what waits with its place, and what is done."""
    async with Stage(tmp_path, seconds=None, max_running_per_user=1) as stage:
        done, task = await stage.held("a done cat")
        await stage.fake.finish(task.id)
        await stage.over(done.id)
        kept = await keep(stage, "a kept cat")
        making, _ = await stage.held("a *cat*\nin two lines")
        first, second = await queued(stage, "a dog", "a bird")
        shown = await panel(stage)
        result = await stage.job(done.id)
        assert words(shown) == (
            "### Your pictures\n"
            "**Could not be delivered**: fetch it here.\n"
            "**Being made**\n"
            f"since {asked_at(stage, making.id)}: a \\*cat\\* in two lines\n"
            "**In the queue**\n"
            "place 1: a dog\n"
            "place 2: a bird\n"
            "**Just finished**\n"
            f"{asked_at(stage, done.id, 'finished_at')}: a done cat · [show]({result.result_url})"
        )
        assert {custom_id: button.label for custom_id, button in buttons(shown).items()} == {
            f"fetch:{kept.id}": "Fetch: a kept cat",
            f"jobs:cancel:{making.id}": "Cancel",
            f"jobs:cancel:{first}": "Cancel",
            f"jobs:cancel:{second}": "Cancel",
            "jobs:": "Refresh",
        }


async def test_just_finished(tmp_path: Path) -> None:
    """Public results are linked, private ones and failures are not; a cancelled one or an old one is not there."""
    async with Stage(tmp_path, seconds=None) as stage:
        for prompt, options, failure in (
            ("an old cat", {}, None),
            ("a public cat", {}, None),
            ("a private cat", {"private": True}, None),
            ("a failed cat", {}, Failure("timeout")),
        ):
            job, task = await stage.held(prompt, **options)
            await stage.fake.finish(task.id, failure=failure)
            await stage.over(job.id)
        await stage.change("UPDATE jobs SET finished_at = finished_at - 3601 WHERE prompt = 'an old cat'")
        loose, _ = await stage.held("a cancelled cat")
        await stage.alice.click(await stage.sees("Painting", "a cancelled cat"), custom_id=f"cancel:{loose.id}")
        lines = words(await panel(stage)).splitlines()
        assert lines[1:3] == [NONE, "**Just finished**"]
        assert re.fullmatch(r"<t:\d+:R>, failed: a failed cat · \[show\]\(https://discord.com/channels/\S+\)", lines[3])
        assert re.fullmatch(r"<t:\d+:R>: a private cat", lines[4])
        (public,) = stage.sql("SELECT result_message_id FROM jobs WHERE prompt = 'a public cat'")
        place = f"{stage.guild.id}/{stage.channel.id}/{public['result_message_id']}"
        assert lines[5].endswith(f": a public cat · [show](https://discord.com/channels/{place})")
        assert len(lines) == 6


async def test_a_deleted_result_is_not_linked(tmp_path: Path) -> None:
    """Whoever deletes a result finds no link to nowhere."""
    async with Stage(tmp_path) as stage:
        job = await made(stage)
        await stage.alice.click(await stage.sees("ready"), custom_id=f"delete:{job.id}")
        await eventually(lambda: stage.row(job.id)["result_message_id"] is None)
        assert words(await panel(stage)).endswith(f"{asked_at(stage, job.id, 'finished_at')}: a cat")


NASTY = ("*" * 4000, "word " * 800, "# 1. [a](b) <@1> `x` ||\\" * 100, "\n" * 50 + "1. x" * 500)


@pytest.mark.parametrize("prompt", NASTY, ids=["stars", "words", "signs", "lines"])
async def test_the_most_there_can_be(tmp_path: Path, prompt: str) -> None:
    """However much there is, and whatever it is called, it keeps Discord's limits, and says how much more there is."""
    async with Stage(tmp_path, seconds=None, flux_max_in_flight=1) as stage:
        job, _ = await stage.held(prompt)
        now = stage.row(job.id)["submitted_at"]
        dull: dict[str, Any] = {"task_id": None, "next_lookup_at": None, "deadline_at": None, "slow_at": None}
        ended = {"images": '[{"url": "https://pictures.example/1.png", "seed": 1}]', "finished_at": now, **dull}
        kinds: tuple[dict[str, Any], ...] = (
            {"status": "finished", "kept_at": now, **ended},
            {"status": "running", **dull},
            {"status": "queued", **dull},
            {"status": "delivered", "result_message_id": 2**62, "result_channel_id": stage.channel.id, **ended},
        )
        for number, kind in enumerate(kinds):
            found = await copies(stage, job, *[prompt] * 9)
            for job_id in found:
                names = ", ".join(f"{column} = ?" for column in kind)
                await stage.change(f"UPDATE jobs SET {names} WHERE id = ?", *kind.values(), job_id)  # noqa: S608  columns
                await stage.change("UPDATE jobs SET id = ? WHERE id = ?", f"{number}{job_id[1:]}", job_id)
        for locale in LOCALES:
            speak(stage, locale)
            shown = await panel(stage)
            assert len(list(walk(shown.components))) <= 40
            assert len(words(shown)) <= 4000
            assert all(len(button.label or "") <= 80 for button in buttons(shown).values())
            verbs = [custom_id.rpartition(":")[0] for custom_id in buttons(shown)]
            assert [verbs.count(verb) for verb in ("fetch", "jobs:cancel", "jobs")] == [LISTED, 2 * LISTED, 1]
            assert words(shown).count("](https://") == LISTED
        behave(stage)
        more = [line for line in words(await panel(stage)).splitlines() if line.startswith("…")]
        assert more == [f"… and {10 - LISTED} more", f"… and {9 - LISTED} more"]


# --- its buttons -------------------------------------------------------------------------------------


async def test_fetch(tmp_path: Path) -> None:
    """Each kept result has a button that brings it privately; then it is no longer listed as undelivered."""
    async with Stage(tmp_path, seconds=None) as stage:
        jobs = [await keep(stage, prompt) for prompt in ("a cat", "a dog")]
        shown = await panel(stage)
        assert "**Could not be delivered**: fetch them here." in words(shown)
        fetched = await stage.alice.click(shown, custom_id=f"fetch:{jobs[1].id}")
        await stage.over(jobs[1].id)
        assert "your picture is ready" in words(private_answer(fetched))
        assert alt_texts(answer(fetched)) == ["a dog"]
        again = await refreshed(stage, shown)
        assert "**Could not be delivered**: fetch it here." in again
        assert f"{asked_at(stage, jobs[1].id, 'finished_at')}: a dog" in again
        twice = await stage.alice.click(shown, custom_id=f"fetch:{jobs[0].id}")
        await stage.over(jobs[0].id)
        assert alt_texts(answer(twice)) == ["a cat"]
        assert "Could not be delivered" not in await refreshed(stage, shown)


async def test_more_kept_than_are_listed(tmp_path: Path) -> None:
    """The oldest are offered first, and once these are fetched the others."""
    async with Stage(tmp_path, seconds=None) as stage:
        jobs = [await keep(stage, f"cat {number}") for number in range(LISTED + 1)]
        shown = await panel(stage)
        for job in jobs[:LISTED]:
            await stage.alice.click(shown, custom_id=f"fetch:{job.id}")
            await stage.over(job.id)
        await refreshed(stage, shown)
        assert [custom_id for custom_id in buttons(await panel(stage)) if "fetch" in custom_id] == [
            f"fetch:{jobs[-1].id}"
        ]


async def test_refresh(tmp_path: Path) -> None:
    """The same message shows how things stand now."""
    async with Stage(tmp_path, seconds=None, max_running_per_user=1) as stage:
        shown = await panel(stage)
        job, task = await stage.held()
        (waiting,) = await queued(stage, "a dog")
        assert await refreshed(stage, shown) == (
            "### Your pictures\n**Being made**\n"
            f"since {asked_at(stage, job.id)}: a cat\n**In the queue**\nplace 1: a dog"
        )
        await stage.fake.finish(task.id)
        await stage.over(job.id)
        await eventually(lambda: stage.row(waiting)["status"] == "running")
        now = await refreshed(stage, shown)
        assert f"**Being made**\nsince {asked_at(stage, waiting)}: a dog\n**Just finished**\n" in now
        assert "In the queue" not in now


async def test_refresh_after_a_restart(tmp_path: Path) -> None:
    """A panel of before a restart works after it, in the language of who presses."""
    async with Stage(tmp_path, seconds=None) as stage:
        shown = await panel(stage)
        job, _ = await stage.held()
        await stage.restart()
        speak(stage, "de")
        assert "a cat" in await refreshed(stage, shown)
        assert buttons(answer(await stage.alice.click(shown, custom_id="jobs:")))["jobs:"].label == "Aktualisieren"
        cancelled = await stage.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        assert "a cat" not in words(answer(cancelled))


async def test_cancel_what_waits(tmp_path: Path) -> None:
    """It leaves the panel and the queue at once, its card says so and that it cost nothing; the next one moves up."""
    async with Stage(tmp_path, seconds=None, max_running_per_user=1) as stage:
        _, task = await stage.held()
        first, second = await queued(stage, "a dog", "a bird")
        shown = await panel(stage)
        result = await stage.alice.click(shown, custom_id=f"jobs:cancel:{first}")
        assert answer(result).id == shown.id
        assert result.followups == []
        assert "a dog" not in words(answer(result))
        assert "**In the queue**\nplace 1: a bird" in words(answer(result))
        card = await stage.sees("a dog")
        assert words(card).startswith("**Cancelled.** It cost nothing.\n> a dog")
        assert set(buttons(card)) == {f"{verb}:{first}" for verb in ("retry", "reword", "delete")}
        await stage.fake.finish(task.id)
        await eventually(lambda: second in stage.tasks)
        assert first not in stage.tasks
        assert stage.row(first)["interaction_token"] is None


async def test_cancel_what_is_being_made(tmp_path: Path) -> None:
    """It leaves the panel, its card says that it is paid for, and what comes of it is not shown."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, task = await stage.held(private=True)
        shown = await panel(stage)
        result = await stage.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        assert words(answer(result)) == f"### Your pictures\n{NONE}"
        (card, _) = stage.messages(viewer=stage.alice)
        assert words(card).startswith("**Cancelled**, but the picture service had already begun: it is paid for")
        await stage.fake.finish(task.id)
        assert await refreshed(stage, shown) == f"### Your pictures\n{NONE}"
        assert [message.id for message in stage.messages(viewer=stage.alice)] == [card.id, shown.id]


async def test_cancelled_twice(tmp_path: Path) -> None:
    """Pressed again on a panel that is behind, nothing changes and nobody is told of an error."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, _ = await stage.held()
        shown, behind = await panel(stage), await panel(stage)
        await stage.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        again = await stage.alice.click(behind, custom_id=f"jobs:cancel:{job.id}")
        assert answer(again).id == behind.id
        assert words(answer(again)) == f"### Your pictures\n{NONE}"
        assert again.followups == []
        assert stage.row(job.id)["status"] == "cancelled"


async def test_too_late_to_cancel(tmp_path: Path) -> None:
    """What has been finished meanwhile is not cancelled; that is said privately, and a refresh shows it."""
    async with Stage(tmp_path, seconds=None) as stage:
        job, task = await stage.held()
        shown = await panel(stage)
        await stage.fake.finish(task.id)
        await stage.over(job.id)
        late = await stage.alice.click(shown, custom_id=f"jobs:cancel:{job.id}")
        assert "It is too late to cancel" in words(private_answer(late))
        assert "**Just finished**" in await refreshed(stage, shown)
        assert stage.row(job.id)["status"] == "delivered"


async def test_somebody_elses(tmp_path: Path) -> None:
    """Whatever a client sends, nobody cancels, fetches or sees the jobs of others."""
    async with Stage(tmp_path, seconds=None, max_running_per_user=1) as stage:
        kept = await keep(stage, "a kept cat")
        making, _ = await stage.held()
        own, _ = await stage.held("a dog", who=stage.bob)
        shown = await panel(stage, stage.bob)
        before = [dict(stage.row(job.id)) for job in (kept, making)]
        for forged, said in (
            (f"jobs:cancel:{making.id}", "Only who asked for it"),
            ("jobs:cancel:", "I no longer know"),
            ("jobs:cancel:%", "I no longer know"),
            (f"fetch:{kept.id}", "has already been delivered"),
        ):
            forge(stage, f"jobs:cancel:{own.id}", forged)
            pressed = await stage.bob.click(shown, custom_id=f"jobs:cancel:{own.id}")
            assert said in words(private_answer(pressed))
        forge(stage, f"jobs:cancel:{own.id}", f"jobs:{making.id}")
        changed = words(answer(await stage.bob.click(shown, custom_id=f"jobs:cancel:{own.id}")))
        assert "a dog" in changed
        assert "cat" not in changed
        assert [dict(stage.row(job.id)) for job in (kept, making)] == before
