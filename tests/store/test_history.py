"""Users' questions about their own jobs, and their preferences."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Job, JobStatus, Origin, Preferences
from flux_bot.store.history import LISTED, RECENT, Overview, Page
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, NO_SLOTS, NOW, ON_SQLITE, SECOND, Rows

ALICE, BOB, CAROL = 1, 2, 3


def prompts(found: Sequence[Job]) -> list[str]:
    """Return the prompts of jobs."""
    return [job.request.prompt for job in found]


async def pictures(store: JobStore, *wanted_prompts: str) -> None:
    """Finish a job for each prompt, one per second."""
    for number, prompt in enumerate(wanted_prompts):
        at = NOW + number * SECOND
        await db.finished(store, now=at, finished_at=at, prompt=prompt)


async def test_jobs_are_grouped_by_status(store: JobStore) -> None:
    """The overview lists undelivered, running, queued and finished jobs, each job once, and only the user's own."""
    being_made = await db.running(store, prompt="being made")
    being_sent = await db.submitting(store, now=NOW + SECOND, prompt="being sent")
    set_aside = await db.undelivered(store)
    done = await db.finished(store, prompt="done")
    last = await db.queued(store, limits=NO_SLOTS, prompt="waiting")
    nothing = Overview(undelivered=[], running=[], more_running=0, queued=[], more_queued=0, finished=[])
    assert await store.history.overview(CAROL, now=NOW) == nothing
    assert await store.history.overview(ALICE, now=NOW + SECOND) == replace(
        nothing, undelivered=[set_aside], running=[being_made, being_sent], queued=[(last, 1)], finished=[done]
    )


async def test_recently_finished(store: JobStore) -> None:
    """Recent jobs are listed newest first, including failed and abandoned jobs, but not cancelled or hour-old jobs."""
    await db.finished(store, finished_at=NOW - RECENT, prompt="an hour ago")
    await db.finished(store, finished_at=NOW - RECENT + SECOND, prompt="still")
    failed = await db.running(store, prompt="failed")
    assert await store.finish(failed.id, db.failure(failed), now=NOW - 2 * SECOND)
    await db.abandoned(store)
    cancelled = await db.queued(store, prompt="cancelled")
    assert await store.cancel(cancelled.id, now=NOW)
    await db.finished(store, BOB, prompt="of bob")
    overview = await store.history.overview(ALICE, now=NOW)
    assert prompts(overview.finished) == ["a red fox", "failed", "still"]


@ON_SQLITE
async def test_long_lists_are_cut(store: JobStore) -> None:
    """Each group lists its first jobs; the running and queued ones also count the rest."""
    at = [NOW + number * SECOND for number in range(LISTED + 5)]
    for number in range(LISTED + 1):
        await db.undelivered(store, marked_at=at[number], prompt=f"undelivered {number}")
        await db.finished(store, finished_at=at[number], prompt=f"finished {number}")
    for number in range(LISTED + 3):
        await db.running(store, now=at[number], prompt=f"running {number}")
    for number in range(LISTED + 5):
        await db.queued(store, now=at[number], limits=NO_SLOTS, prompt=f"queued {number}")
    overview = await store.history.overview(ALICE, now=NOW)
    first = range(LISTED)
    assert prompts(overview.undelivered) == [f"undelivered {number}" for number in first]
    assert prompts(overview.running) == [f"running {number}" for number in first]
    assert [(job.request.prompt, place) for job, place in overview.queued] == [(f"queued {n}", n + 1) for n in first]
    assert (overview.more_running, overview.more_queued) == (3, 5)
    assert prompts(overview.finished) == [f"finished {LISTED - number}" for number in first]


async def test_undelivered_jobs_are_listed_and_fetched(store: JobStore) -> None:
    """Undelivered jobs are listed oldest first, up to a limit; only their user can list and fetch them, each once."""
    _, two, _ = [
        await db.undelivered(store, marked_at=NOW + number * SECOND, prompt=prompt)
        for number, prompt in ((3, "one"), (1, "two"), (2, "three"))
    ]
    await db.undelivered(store, BOB)
    assert prompts(await store.history.undelivered(ALICE, 5)) == ["two", "three", "one"]
    assert prompts(await store.history.undelivered(ALICE, 2)) == ["two", "three"]
    assert await store.history.undelivered(CAROL, 5) == []
    assert not await store.history.fetch_undelivered(two.id, db.origin(BOB), 5, now=NOW)
    assert prompts(await store.history.undelivered(ALICE, 1)) == ["two"]
    assert await store.history.fetch_undelivered(two.id, db.origin(ALICE), 5, now=NOW)
    fetched = await db.fresh(store, two)
    assert not await store.history.fetch_undelivered(two.id, db.origin(ALICE, channel_id=22), 6, now=NOW)
    assert await db.fresh(store, two) == fetched
    assert prompts((await store.history.overview(ALICE, now=NOW)).undelivered) == ["three", "one"]


async def test_a_fetched_job_goes_where_its_user_is_now(store: JobStore, rows: Rows) -> None:
    """A fetched job is due at once with the new origin, private, and no longer undelivered."""
    expires_at = LATER + timedelta(minutes=15)
    here = Origin(ALICE, 21, None, "de", "another token", expires_at, upload_limit=1, can_post=False)
    for status in (JobStatus.FINISHED, JobStatus.ABANDONED):
        job = await db.job_with_status(store, rows, status)
        await db.claim_deliveries(store)
        await store.deliveries.mark_undelivered(job, now=LATER)
        assert await store.history.fetch_undelivered(job.id, here, 6, now=LATER)
        assert await store.history.undelivered(ALICE, 5) == []
        privately = replace(job.request, private=True)
        fetched = replace(job, request=privately, origin=here, reply_message_id=6, delivery_attempts=1)
        assert await db.claim_deliveries(store) == [fetched], status


async def test_an_erased_job_is_in_no_list(store: JobStore, rows: Rows) -> None:
    """A user can erase a job with pictures, delivered or not; after that, it is neither found, listed nor delivered."""
    parent = await db.delivered(store)
    child = await db.delivered(store)
    await rows.put(child.id, parent_id=parent.id)
    for job in (child, await db.undelivered(store)):
        await store.history.set_star(job.id, is_starred=True)
        assert not await store.history.erase(job.id, BOB)
        assert await store.history.user_of_erased(job.id) is None
        assert await store.history.can_erase(job.id)
        before = await rows.of(job.id)
        assert await store.history.erase(job.id, ALICE)
        row = await rows.of(job.id)
        changed = {name for name in row if row[name] != before[name]}
        assert changed <= {
            "prompt",
            "image_url",
            "images",
            "interaction_token",
            "result_message_id",
            "result_channel_id",
            "undelivered_at",
            "is_starred",
        }
        assert (row["prompt"], row["images"], row["interaction_token"]) == ("", None, None)
        assert await store.history.job(job.id) is None
        assert await store.history.user_of_erased(job.id) == ALICE
        assert not await store.history.can_erase(job.id)
        assert not await store.history.erase(job.id, ALICE)
        await store.history.set_star(job.id, is_starred=True)
        assert await rows.of(job.id) == row
    await store.deliveries.retry_undelivered(9, now=LATER, before=LATER)
    assert await db.claim_deliveries(store) == []
    assert await store.history.children(parent.id, 5) == []
    assert await store.history.undelivered(ALICE, 5) == []
    assert (await store.history.overview(ALICE, now=NOW)).finished == [parent]
    assert await store.history.search(ALICE, "", 9) == [parent]


async def test_jobs_in_progress_are_not_erased(store: JobStore, rows: Rows) -> None:
    """Only a job with pictures that is not being posted can be erased."""
    async for status, job in db.each_status(store, rows):
        before = await rows.of(job.id)
        can_erase = before["images"] is not None and before["next_delivery_at"] is None
        can_erase = can_erase and status in {JobStatus.FINISHED, JobStatus.DELIVERED}
        assert await store.history.erase(job.id, job.origin.user_id) is can_erase, status
        assert can_erase or await rows.of(job.id) == before, status


async def test_starred_pictures(store: JobStore) -> None:
    """A page of starred pictures omits all others."""
    await pictures(store, "a cat", "a dog")
    cat, _ = reversed(await store.history.search(ALICE, "", 9))
    await store.history.set_star(cat.id, is_starred=True)
    for words, starred, found in (("", True, ["a cat"]), ("dog", True, []), ("", False, ["a dog", "a cat"])):
        page = await store.history.page(ALICE, words, 1, 9, starred=starred)
        assert prompts(page.jobs) == found, (words, starred)
    await store.history.set_star(cat.id, is_starred=False)
    assert (await store.history.page(ALICE, "", 1, 9, starred=True)).jobs == []


async def test_only_undelivered_jobs_are_fetched(store: JobStore, rows: Rows) -> None:
    """A job of any status that is not undelivered can't be fetched."""
    async for status, job in db.each_status(store, rows):
        before = await rows.of(job.id)
        assert not await store.history.fetch_undelivered(job.id, db.origin(), 6, now=LATER), status
        assert await rows.of(job.id) == before, status
        assert await store.history.undelivered(ALICE, 5) == [], status


async def test_history_by_pages(store: JobStore) -> None:
    """The newest jobs come first, each is on one page, and a page number out of range gives the nearest page."""
    await pictures(store, *"abcdefg")
    await db.finished(store, BOB)
    pages = [await store.history.page(ALICE, "", number, 3) for number in (1, 2, 3)]
    assert [prompts(page.jobs) for page in pages] == [["g", "f", "e"], ["d", "c", "b"], ["a"]]
    assert [(page.number, page.pages) for page in pages] == [(1, 3), (2, 3), (3, 3)]
    for requested, shown in ((0, 1), (-5, 1), (4, 3), (999_999, 3)):
        assert await store.history.page(ALICE, "", requested, 3) == pages[shown - 1], requested
    whole = await store.history.page(ALICE, "", 1, 7)
    assert (len(whole.jobs), whole.number, whole.pages) == (7, 1, 1)
    assert await store.history.page(CAROL, "", 3, 6) == Page([], 1, 1)
    assert await store.history.page(ALICE, "dog", 3, 6) == Page([], 1, 1)


async def test_history_contains_only_pictures(store: JobStore) -> None:
    """The history has delivered and undelivered pictures, but no failed, abandoned, cancelled or open jobs."""
    expected = {job.id for job in (await db.delivered(store), await db.finished(store), await db.undelivered(store))}
    failed = await db.running(store)
    assert await store.finish(failed.id, db.failure(failed), now=NOW)
    await db.abandoned(store)
    cancelled = await db.running(store, prompt="cancelled")
    assert await store.cancel(cancelled.id, now=NOW)
    assert not await store.finish(cancelled.id, db.success(cancelled), now=NOW)
    await db.running(store)
    await db.queued(store)
    assert {job.id for job in (await store.history.page(ALICE, "", 1, 20)).jobs} == expected
    assert {job.id for job in await store.history.search(ALICE, "", 20)} == expected


SEARCHES = {
    "a Red fox": ["red", "RED FOX", "fox red", "  fox   a ", "ed fo"],
    "100% wool": ["%", "100%"],
    "100 sheep": ["100 sheep"],
    "snake_case": ["_", "snake_c"],
    "snakes case": ["snakes"],
    "back\\slash": ["\\"],
    "and/or": ["/"],
    "FÜCHSE im Wald": ["füchse", "wALD fÜCHSE"],
    "ЛИСА": ["лиса", "Лис"],
    "it's; -- '": ["'", "--"],
    "two\nlines": ["lines two"],
}
"""Prompts, each with a search that finds only that prompt."""


async def test_searching(store: JobStore) -> None:
    """All words must occur, in any order and case, and no character is a wildcard."""
    await pictures(store, *SEARCHES)
    for prompt, searches in SEARCHES.items():
        for typed in searches:
            assert prompts((await store.history.page(ALICE, typed, 1, 20)).jobs) == [prompt], typed
            assert prompts(await store.history.search(ALICE, typed, 20)) == [prompt], typed
    for typed in ("red wool", "1%l", "/%"):
        assert await store.history.search(ALICE, typed, 20) == [], typed
    assert await store.history.search(BOB, "red", 20) == []
    by_pages = await store.history.page(ALICE, "snake", 2, 1)  # counts only the matches
    assert (prompts(by_pages.jobs), by_pages.number, by_pages.pages) == (["snake_case"], 2, 2)
    assert prompts(await store.history.search(ALICE, "s", 2)) == ["two\nlines", "it's; -- '"]


async def test_long_searches(store: JobStore) -> None:
    """Only the first words of a very long search count, and other users' work is not disturbed."""
    await pictures(store, "a red fox", "a blue fox")
    for typed in ("fox " * 2000, "red " + "fox " * 9 + "bird"):
        found, page, preferences = await asyncio.gather(
            store.history.search(ALICE, typed, 20),
            store.history.page(BOB, typed, 1, 20),
            store.history.preferences(BOB),
        )
        assert prompts(found)[-1] == "a red fox", typed
        assert (page.jobs, preferences) == ([], Preferences()), typed


async def test_one_search_per_user(store: JobStore) -> None:
    """A user's newer search replaces the older one; a cancelled caller or another user replaces no search."""
    await pictures(store, "a red fox")

    def search(user_id: int) -> asyncio.Task[list[Job]]:
        return asyncio.create_task(store.history.search(user_id, "fox", 20))

    *older, newest, other = [search(ALICE), search(ALICE), search(ALICE), search(BOB)]
    for replaced in older:
        with pytest.raises(RequestRejected, match="search-replaced"):
            await replaced
    assert (prompts(await newest), await other) == (["a red fox"], [])
    cancelled = search(ALICE)
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert prompts(await search(ALICE)) == ["a red fox"]


async def test_children(store: JobStore) -> None:
    """Posted jobs that were requested from a card are found, the oldest first."""
    for number, name in ((2, "second"), (1, "first"), (3, "third")):
        await db.delivered(store, parent_id="parent", now=NOW + number * SECOND, prompt=name)
    await db.finished(store, parent_id="parent", prompt="on its way")
    await db.delivered(store, parent_id="another", prompt="a stranger")
    assert prompts(await store.history.children("parent", 5)) == ["first", "second", "third"]
    assert prompts(await store.history.children("parent", 2)) == ["first", "second"]


async def test_a_message_is_forgotten(store: JobStore) -> None:
    """After a result's message is deleted, nothing links to it, but the picture stays in the history."""
    job = await db.delivered(store, parent_id="parent", message_id=101)
    await store.history.forget_message(job.id, 102)
    await store.history.forget_message("unknown", 101)
    assert await db.fresh(store, job) == job
    await store.history.forget_message(job.id, 101)
    assert await db.fresh(store, job) == replace(job, result_message_id=None, result_channel_id=None)
    assert await store.history.children("parent", 5) == []
    assert len((await store.history.page(ALICE, "", 1, 5)).jobs) == 1


EVERYTHING = Preferences("flux-2-max", "flux-kontext-max", "16:9", 4, private=True, ping=False)


async def test_preferences(store: JobStore, other_store: JobStore) -> None:
    """Changing one preference leaves the others and other users' alone."""
    assert await store.history.preferences(ALICE) == Preferences()
    assert await store.history.prefer(ALICE, model="flux-2-max") == Preferences(model="flux-2-max")
    await store.history.prefer(ALICE, edit_model="flux-kontext-max", size="16:9", count=4)
    assert await store.history.prefer(ALICE, private=True, ping=False) == EVERYTHING
    assert await store.history.preferences(BOB) == Preferences()
    assert await other_store.history.preferences(ALICE) == EVERYTHING
    assert await other_store.history.prefer(ALICE, model=None) == replace(EVERYTHING, model=None)
    assert await store.history.prefer(ALICE) == replace(EVERYTHING, model=None)


async def test_preferences_changed_at_the_same_time(store: JobStore, other_store: JobStore) -> None:
    """Two processes can change different preferences at the same time."""
    for count in (2, 3, 4):
        await asyncio.gather(
            store.history.prefer(ALICE, count=count), other_store.history.prefer(ALICE, size=f"{count}:1")
        )
        assert await store.history.preferences(ALICE) == Preferences(count=count, size=f"{count}:1")
