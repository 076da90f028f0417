"""Users' questions about their own jobs, and their preferences."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Job, Preferences
from flux_bot.store.admission import AcceptedJob
from flux_bot.store.history import LISTED, RECENT, Overview, Page
from flux_bot.store.store import JobStore
from tests.database import (
    NO_SLOTS,
    NOW,
    SECOND,
    UNLIMITED,
    abandoned,
    claim_next,
    failure,
    finished,
    fresh,
    image_request,
    new_job,
    origin,
    queued,
    running,
    statements,
    submitting,
    success,
)

ALICE, BOB, CAROL = 1, 2, 3
NOTHING = Overview(undelivered=[], running=[], more_running=0, queued=[], more_queued=0, finished=[])


def prompts(found: Sequence[Job]) -> list[str]:
    """Return the prompts of jobs."""
    return [job.request.prompt for job in found]


async def pictures(store: JobStore, *wanted_prompts: str, user_id: int = ALICE) -> list[Job]:
    """Finish a job for each prompt, one a second."""
    times = [NOW + number * SECOND for number in range(len(wanted_prompts))]
    return [
        await finished(store, user_id, now=at, finished_at=at, prompt=prompt)
        for at, prompt in zip(times, wanted_prompts, strict=True)
    ]


async def accept(store: JobStore, user_id: int, limits: Limits, number: int) -> AcceptedJob:
    """Accept a job and return it with its place."""
    new = new_job(image_request(prompt=f"number {number}"), origin(user_id), limits, NOW + number * SECOND)
    accepted = await store.admission.accept(new)
    assert accepted is not None
    return accepted


async def queue_places(store: JobStore, user_id: int) -> Sequence[tuple[Job, int]]:
    """Return a user's queued jobs with their places."""
    return (await store.history.overview(user_id, now=NOW)).queued


async def mark_undelivered(store: JobStore, job: Job, *, after: timedelta) -> None:
    """Mark a finished job as undelivered."""
    await store.deliveries.mark_undelivered(job, now=NOW + after)


async def mark_posted(store: JobStore, job: Job, message_id: int) -> Job:
    """Record that a finished job was posted as a message."""
    await store.deliveries.mark_delivered(job, (20, message_id), now=NOW)
    await store.deliveries.close(job.id)
    return await fresh(store, job)


async def child(store: JobStore, parent: Job, prompt: str, *, after: timedelta) -> Job:
    """Finish a job that was requested from another job's card; no other job may be queued."""
    accepted = await store.admission.accept(
        new_job(image_request(prompt=prompt), origin(), UNLIMITED, NOW + after, parent_id=parent.id)
    )
    assert accepted is not None
    claimed = await claim_next(store, UNLIMITED, timedelta(minutes=30), now=NOW + after)
    assert claimed is not None
    assert await store.finish(claimed.id, success(claimed), now=NOW + after)
    return await fresh(store, claimed)


# --- overview ----------------------------------------------------------------------------------------


async def test_an_empty_overview(store: JobStore) -> None:
    """A user without jobs sees nothing of other users' jobs."""
    await running(store, ALICE)
    await queued(store, BOB)
    assert await store.history.overview(CAROL, now=NOW) == NOTHING


async def test_places_match_those_told_at_first(store: JobStore) -> None:
    """Places count other users' jobs, start as told when the job was accepted, and only decrease."""
    accepted = [
        await accept(store, user, NO_SLOTS, number) for number, user in enumerate((ALICE, ALICE, BOB, ALICE, BOB))
    ]
    first_places = {one.job.id: one.place for one in accepted}
    assert [one.place for one in accepted] == [1, 2, 2, 4, 4]  # bob's first goes before alice's second
    of_alice = await queue_places(store, ALICE)
    of_bob = await queue_places(store, BOB)
    assert [(job.request.prompt, place) for job, place in of_alice] == [
        ("number 0", 1),
        ("number 1", 3),
        ("number 3", 5),
    ]
    assert [(job.request.prompt, place) for job, place in of_bob] == [("number 2", 2), ("number 4", 4)]
    assert {job.id: place for job, place in of_bob} == {job.id: first_places[job.id] for job, _ in of_bob}

    order = []
    while (claimed := await claim_next(store, UNLIMITED, timedelta(minutes=30), now=NOW)) is not None:
        order.append(claimed.request.prompt)
        for user in (ALICE, BOB):
            places = [place for _, place in await queue_places(store, user)]
            assert places == sorted(set(places))
    assert order == ["number 0", "number 2", "number 1", "number 4", "number 3"]
    assert prompts((await store.history.overview(BOB, now=NOW)).running) == ["number 2", "number 4"]


async def test_jobs_start_in_the_order_of_their_places(store: JobStore) -> None:
    """Exactly as many jobs start before a queued job as its place says."""
    for number, user in enumerate((ALICE, BOB, ALICE, ALICE, BOB, ALICE, BOB)):
        await accept(store, user, NO_SLOTS, number)
    place_of = {job.id: place for user in (ALICE, BOB) for job, place in await queue_places(store, user)}
    for place in range(1, 8):
        claimed = await claim_next(store, UNLIMITED, timedelta(minutes=30), now=NOW)
        assert claimed is not None
        assert place_of[claimed.id] == place


async def test_jobs_are_grouped_by_status(store: JobStore) -> None:
    """The overview lists undelivered, running, queued and finished jobs, each job once."""
    being_made = await running(store, prompt="being made")
    being_sent = await submitting(store, now=NOW + SECOND, prompt="being sent")
    undelivered_job = await finished(store, prompt="undelivered")
    await mark_undelivered(store, undelivered_job, after=SECOND)
    done = await finished(store, prompt="done")
    last = await queued(store, limits=NO_SLOTS, prompt="waiting")
    overview = await store.history.overview(ALICE, now=NOW + SECOND)
    assert [job.id for job in overview.undelivered] == [undelivered_job.id]
    assert [job.id for job in overview.running] == [being_made.id, being_sent.id]
    assert [(job.id, place) for job, place in overview.queued] == [(last.id, 1)]
    assert [job.id for job in overview.finished] == [done.id]
    assert (overview.more_running, overview.more_queued) == (0, 0)


async def test_undelivered_jobs_are_listed_oldest_first(store: JobStore) -> None:
    """Fetched jobs and other users' jobs are not listed."""
    jobs = await pictures(store, "one", "two", "three")
    for seconds, job in zip((3, 1, 2), jobs, strict=True):
        await mark_undelivered(store, job, after=seconds * SECOND)
    (of_bob,) = await pictures(store, "of bob", user_id=BOB)
    await mark_undelivered(store, of_bob, after=SECOND)
    assert prompts((await store.history.overview(ALICE, now=NOW)).undelivered) == ["two", "three", "one"]
    assert prompts(await store.history.undelivered(ALICE, 2)) == ["two", "three"]

    assert not await store.history.fetch_undelivered(jobs[1].id, origin(BOB), 5, now=NOW)
    assert await store.history.fetch_undelivered(jobs[1].id, origin(ALICE), 5, now=NOW)
    assert not await store.history.fetch_undelivered(jobs[1].id, origin(ALICE), 6, now=NOW)
    assert prompts((await store.history.overview(ALICE, now=NOW)).undelivered) == ["three", "one"]


async def test_recently_finished(store: JobStore) -> None:
    """The latest come first, with failed and abandoned jobs, but without cancelled jobs and those of an hour ago."""
    await finished(store, finished_at=NOW - RECENT, prompt="an hour ago")
    await finished(store, finished_at=NOW - RECENT + SECOND, prompt="still")
    failed = await running(store, prompt="failed")
    assert await store.finish(failed.id, failure(failed), now=NOW - 2 * SECOND)
    await abandoned(store)
    cancelled = await queued(store, prompt="cancelled")
    assert await store.cancel(cancelled.id, now=NOW)
    await finished(store, BOB, prompt="of bob")
    overview = await store.history.overview(ALICE, now=NOW)
    assert prompts(overview.finished) == ["a red fox", "failed", "still"]


async def test_long_lists_are_cut(store: JobStore) -> None:
    """Each group lists its first jobs; the running and queued ones also count the rest."""
    for number in range(LISTED + 1):
        job = await finished(store, now=NOW + number * SECOND, prompt=f"undelivered {number}")
        await mark_undelivered(store, job, after=number * SECOND)
    for number in range(LISTED + 3):
        await running(store, now=NOW + number * SECOND, prompt=f"running {number}")
    for number in range(LISTED + 2):
        await finished(store, finished_at=NOW + number * SECOND, prompt=f"finished {number}")
    for number in range(LISTED + 5):
        await queued(store, now=NOW + number * SECOND, limits=NO_SLOTS, prompt=f"queued {number}")
    overview = await store.history.overview(ALICE, now=NOW)
    first = range(LISTED)
    assert prompts(overview.undelivered) == [f"undelivered {number}" for number in first]
    assert prompts(overview.running) == [f"running {number}" for number in first]
    assert overview.more_running == 3
    assert prompts([job for job, _ in overview.queued]) == [f"queued {number}" for number in first]
    assert [place for _, place in overview.queued] == [1, 2, 3, 4]
    assert overview.more_queued == 5
    assert prompts(overview.finished) == [f"finished {LISTED + 1 - number}" for number in first]


# --- history -----------------------------------------------------------------------------------------


async def test_history_by_pages(store: JobStore) -> None:
    """The latest come first, each job is on one page, and a page number out of range gives the nearest page."""
    await pictures(store, *"abcdefg")
    await pictures(store, "of bob", user_id=BOB)
    pages = [await store.history.page(ALICE, "", number, 3) for number in (1, 2, 3)]
    assert [prompts(page.jobs) for page in pages] == [["g", "f", "e"], ["d", "c", "b"], ["a"]]
    assert [(page.number, page.pages) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    for requested, shown in ((0, 1), (-5, 1), (4, 3), (999_999, 3)):
        assert await store.history.page(ALICE, "", requested, 3) == pages[shown - 1]
    whole = await store.history.page(ALICE, "", 1, 7)
    assert (len(whole.jobs), whole.number, whole.pages) == (7, 1, 1)


async def test_no_history(store: JobStore) -> None:
    """A user without pictures sees one empty page."""
    await pictures(store, "of alice")
    assert await store.history.page(CAROL, "", 3, 6) == Page([], 1, 1)
    assert await store.history.page(ALICE, "dog", 3, 6) == Page([], 1, 1)


async def test_history_contains_only_pictures(store: JobStore) -> None:
    """The history has delivered and undelivered pictures, but no failed, abandoned, cancelled or open jobs."""
    (there,) = await pictures(store, "there")
    (undelivered_job,) = await pictures(store, "undelivered")
    await mark_undelivered(store, undelivered_job, after=SECOND)
    failed = await running(store, prompt="failed")
    assert await store.finish(failed.id, failure(failed), now=NOW)
    await abandoned(store)
    cancelled_job = await running(store, prompt="cancelled")
    assert await store.cancel(cancelled_job.id, now=NOW)
    assert not await store.finish(cancelled_job.id, success(cancelled_job), now=NOW)
    await running(store, prompt="being made")
    await queued(store, limits=NO_SLOTS, prompt="waiting")
    found = (await store.history.page(ALICE, "", 1, 20)).jobs
    assert {job.id for job in found} == {there.id, undelivered_job.id}
    assert {job.id for job in await store.history.search(ALICE, "", 20)} == {there.id, undelivered_job.id}


ODD = (
    "a Red fox",
    "100% wool",
    "100 sheep",
    "snake_case",
    "snakes case",
    "back\\slash",
    "and/or",
    "FÜCHSE im Wald",
    "ЛИСА",
    "it's; -- '",
    "two\nlines",
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("red", ["a Red fox"]),
        ("RED FOX", ["a Red fox"]),
        ("fox red", ["a Red fox"]),
        ("  fox   a ", ["a Red fox"]),
        ("ed fo", ["a Red fox"]),
        ("red wool", []),
        ("%", ["100% wool"]),
        ("100%", ["100% wool"]),
        ("1%l", []),
        ("_", ["snake_case"]),
        ("snake_c", ["snake_case"]),
        ("\\", ["back\\slash"]),
        ("/", ["and/or"]),
        ("/%", []),
        ("füchse", ["FÜCHSE im Wald"]),
        ("wALD fÜCHSE", ["FÜCHSE im Wald"]),
        ("лиса", ["ЛИСА"]),
        ("Лис", ["ЛИСА"]),
        ("'", ["it's; -- '"]),
        ("--", ["it's; -- '"]),
        ("lines two", ["two\nlines"]),
    ],
)
async def test_searching(typed: str, found: list[str], store: JobStore) -> None:
    """All words must occur, in any order and case, and no character is a wildcard."""
    await pictures(store, *ODD)
    page = await store.history.page(ALICE, typed, 1, 20)
    assert prompts(page.jobs) == found
    assert prompts(await store.history.search(ALICE, typed, 20)) == found
    assert await store.history.search(BOB, typed, 20) == []


async def test_searching_by_pages(store: JobStore) -> None:
    """A search counts only its own results in pages."""
    await pictures(store, *(f"{kind} {number}" for number in range(4) for kind in ("cat", "dog")))
    page = await store.history.page(ALICE, "cat", 2, 3)
    assert (prompts(page.jobs), page.number, page.pages) == (["cat 0"], 2, 2)
    assert prompts(await store.history.search(ALICE, "dog", 2)) == ["dog 3", "dog 2"]


# --- children and messages ---------------------------------------------------------------------------


async def test_children(store: JobStore) -> None:
    """Posted jobs that were requested from a card are found, the oldest first."""
    (parent,) = await pictures(store, "parent")
    assert await store.history.children(parent.id, 5) == []
    for number, name in enumerate(("first", "second", "third"), 1):
        await mark_posted(store, await child(store, parent, name, after=number * SECOND), 100 + number)
    await child(store, parent, "on its way", after=4 * SECOND)
    await pictures(store, "a stranger")
    assert prompts(await store.history.children(parent.id, 5)) == ["first", "second", "third"]
    assert prompts(await store.history.children(parent.id, 2)) == ["first", "second"]


async def test_a_message_is_forgotten(store: JobStore) -> None:
    """After its message is deleted, nothing links to it, but the picture stays in the history."""
    (parent,) = await pictures(store, "parent")
    job = await mark_posted(store, await child(store, parent, "child", after=SECOND), 101)
    await store.history.forget_message(job.id, 102)
    await store.history.forget_message("unknown", 101)
    assert await fresh(store, job) == job

    await store.history.forget_message(job.id, 101)
    assert await fresh(store, job) == replace(job, result_message_id=None, result_channel_id=None)
    assert await store.history.children(parent.id, 5) == []
    assert prompts((await store.history.page(ALICE, "", 1, 5)).jobs) == ["child", "parent"]


# --- preferences -------------------------------------------------------------------------------------


EVERYTHING = Preferences("flux-2-max", "flux-kontext-max", "16:9", 4, private=True, ping=False)


async def test_preferences(store: JobStore, store_url: str) -> None:
    """Changing one preference leaves the others and other users' alone; all survive a restart."""
    assert await store.history.preferences(ALICE) == Preferences()
    assert await store.history.prefer(ALICE, model="flux-2-max") == Preferences(model="flux-2-max")
    changes: dict[str, Any] = {"edit_model": "flux-kontext-max", "size": "16:9", "count": 4}
    await store.history.prefer(ALICE, **changes)
    assert await store.history.prefer(ALICE, private=True, ping=False) == EVERYTHING
    assert await store.history.preferences(BOB) == Preferences()
    async with JobStore(store_url) as another:
        assert await another.history.preferences(ALICE) == EVERYTHING
        assert await another.history.prefer(ALICE, model=None) == replace(EVERYTHING, model=None)
    assert await store.history.prefer(ALICE) == replace(EVERYTHING, model=None)


async def test_preferences_changed_at_the_same_time(store: JobStore, store_url: str) -> None:
    """Two processes can change different preferences at the same time."""
    async with JobStore(store_url) as another:
        for count in (2, 3, 4):
            await asyncio.gather(
                store.history.prefer(ALICE, count=count), another.history.prefer(ALICE, size=f"{count}:1")
            )
            assert await store.history.preferences(ALICE) == Preferences(count=count, size=f"{count}:1")


# --- indexes -----------------------------------------------------------------------------------------


async def test_no_query_reads_the_whole_table(tmp_path: Path) -> None:
    """Every query uses an index, so its cost does not depend on other users' jobs."""
    path = tmp_path / "jobs.db"
    async with JobStore(f"sqlite:///{path}") as store:
        (parent,) = await pictures(store, "parent")
        await queued(store, limits=NO_SLOTS)
        with statements() as seen:
            await store.history.overview(ALICE, now=NOW)
            await store.history.page(ALICE, "a fox", 2, 6)
            await store.history.search(ALICE, "a fox", 25)
            await store.history.children(parent.id, 5)
            await store.history.forget_message(parent.id, 5)
            await store.history.preferences(ALICE)
    with closing(sqlite3.connect(path)) as connection:
        plans = {
            statement: [step[-1] for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in seen.items()
            if not statement.startswith("BEGIN")
        }
    assert len(plans) >= 10
    assert [(plan, statement) for statement, plan in plans.items() if any("SCAN jobs" in step for step in plan)] == []
