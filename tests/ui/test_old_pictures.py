"""Finding the pictures of earlier jobs, and the number of simultaneous requests."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import ORIGINALS_LAST, Image, Job, TaskResult
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.sandbox.faults import BadFile
from flux_bot.ui.cards import Verb
from flux_bot.ui.old_pictures import (
    REQUESTS_PER_USER,
    USERS_AT_ONCE,
    OldPictures,
    original_urls,
    own_message,
)
from tests.finished_jobs import (
    age_jobs,
    answer,
    lose_message,
    lose_originals,
    make_edit,
    make_picture,
    make_result,
    press,
    private_text,
)
from tests.flux.caller import eventually
from tests.harness import BotHarness, picture
from tests.ui.test_texts import JOB


async def test_pictures(tmp_path: Path) -> None:
    """Pictures come from the API, a card at hand or the result's message, in this order, or are not found."""
    async with BotHarness(tmp_path) as harness:
        old, bot = harness.app.bot.old_pictures, harness.app.bot

        async def found(job: Job, message: discord.Message | None = None, at_most: int = 10) -> list[bool]:
            pictures = await old.pictures(bot, job, at_most=at_most, message=message)
            for one in pictures:
                if one:
                    one.close()
            return [one is not None for one in pictures]

        def looked_up() -> int:
            return sum(call.startswith("GET") for call in harness.calls)

        job = await make_picture(harness, count=3)
        reply = answer(await harness.alice.slash(harness.channel, "show", job=job.id))
        assert (await found(job), await found(job, at_most=2), looked_up()) == ([True] * 3, [True] * 2, 0)
        harness.fake.faults.file = [BadFile(410), None]
        assert (await found(job), looked_up()) == ([True] * 3, 1)
        lose_originals(harness)
        assert (await found(job, reply), looked_up()) == ([True] * 3, 1)
        own, before = await own_message(bot, job), looked_up()
        assert await found(replace(job, id="another"), own) == [False] * 3
        assert looked_up() == before, "it is asked for only once"
        await age_jobs(harness)
        assert await found(await harness.job(job.id)) == [True] * 3
        lose_message(harness, job)
        assert await found(job) == [False] * 3
        assert await own_message(bot, job) is None
        assert await own_message(bot, replace(job, result_message_id=None)) is None


async def test_source(tmp_path: Path) -> None:
    """The source of an edit is found on the card, as its own address may have expired."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_edit(
            harness, image=("roof.png", picture().read()), model="flux-kontext-max", size="1:1"
        )
        old = harness.app.bot.old_pictures
        for message in (result, None):
            source = await old.source(job, message)
            assert bool(source) is bool(message)
            if source:
                source.close()


def test_original_urls() -> None:
    """The API's addresses are used only while they are certain to work."""
    urls = {1: "https://example.org/1", 2: "https://example.org/2"}
    job = replace(JOB, result=TaskResult("task", tuple(map(Image, urls.values()))))
    for age, expected in ((ORIGINALS_LAST - timedelta(minutes=1), urls), (ORIGINALS_LAST, {})):
        assert original_urls(replace(job, finished_at=datetime.now(UTC) - age)) == expected, age


async def test_slots() -> None:
    """Every user's first request is served before any user's second, a few at a time; requests per user are limited."""
    old = OldPictures(ImageFetcher(allow_private_hosts=True))
    served: list[int] = []
    deferred: list[int] = []
    go_on = asyncio.Semaphore(0)

    async def serve(user_id: int) -> None:
        async def defer() -> None:
            deferred.append(user_id)

        async with old.slot(user_id, defer):
            served.append(user_id)
            await go_on.acquire()

    greedy, others = 7, list(range(USERS_AT_ONCE))
    waiting = [greedy] * REQUESTS_PER_USER + others
    async with asyncio.TaskGroup() as group:
        for user_id in waiting:
            group.create_task(serve(user_id))
        await eventually(lambda: deferred == waiting)
        assert all(map(old.is_busy, waiting))
        for refused in range(2):
            with pytest.raises(RequestRejected, match="too-many-requests"):
                await serve(greedy)
            assert deferred == waiting, refused
        await eventually(lambda: served == [greedy, *others[:-1]])
        go_on.release()
        await eventually(lambda: served == [greedy, *others])
        for _ in waiting:
            go_on.release()
    assert served == [greedy, *others, *[greedy] * (REQUESTS_PER_USER - 1)]
    assert not any(map(old.is_busy, waiting))


async def test_too_many_requests(tmp_path: Path) -> None:
    """A user with too many requests is refused privately, even if the result would be public."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        old, shown, done = harness.app.bot.old_pictures, harness.messages(), asyncio.Event()
        deferred = asyncio.Semaphore(0)

        async def request() -> None:
            async def defer() -> None:
                deferred.release()

            async with old.slot(harness.alice.id, defer):
                await done.wait()

        async with asyncio.TaskGroup() as group:
            for _ in range(REQUESTS_PER_USER):
                group.create_task(request())
                await deferred.acquire()
            for sent in (
                await harness.alice.slash(harness.channel, "show", job=job.id),
                await harness.alice.slash(harness.channel, "history"),
                await press(harness.alice, result, Verb.SAVE, job),
            ):
                assert private_text(sent).startswith("You already have 5 requests for finished pictures in progress.")
            done.set()
        assert harness.messages() == shown
