"""Groups: delivered and cancelled as a whole, whatever happens to their jobs, and whenever the bot is killed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from flux_bot.core.jobs import CANCELLED, CANCELLED_PAID, CardState, Image, Job, JobStatus, TaskResult
from flux_bot.store.admission import NewJob
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LATER, LEASE, NOW, ON_POSTGRESQL, SECOND, Rows

MESSAGE = 99


async def finish(store: JobStore, *jobs: Job) -> None:
    for job in jobs:
        assert await store.finish(job.id, db.success(job), now=NOW)


async def abandoned_group(store: JobStore, rows: Rows, count: int = 3, late: int = 1) -> list[Job]:
    """Return a group that has ended: one job is abandoned, the others have pictures."""
    jobs = await db.group(store, count)
    await db.start(store, jobs)
    await rows.put(jobs[late].id, deadline_at=NOW)
    assert await store.overdue.abandon_overdue(now=NOW) == [jobs[late].id]
    await finish(store, *(job for job in jobs if job is not jobs[late]))
    return jobs


async def test_a_group_is_due_when_its_last_job_has_ended(store: JobStore, rows: Rows) -> None:
    """Once all jobs have ended in any way, the first is claimed with all others; until then, nothing is due."""
    jobs = await db.group(store)
    await db.start(store, jobs)
    await finish(store, jobs[0])
    assert await store.finish(jobs[2].id, db.failure(jobs[2]), now=NOW)
    assert await db.claim_deliveries(store) == []
    assert await db.next_delivery_at(store) is None, "the loop would not sleep"
    await rows.put(jobs[1].id, deadline_at=NOW)
    await store.overdue.abandon_overdue(now=NOW)
    assert await db.next_delivery_at(store) == NOW
    (claimed,) = await db.claim_deliveries(store)
    assert [job.id for job in claimed.group] == [job.id for job in jobs]
    statuses = [JobStatus.FINISHED, JobStatus.ABANDONED, JobStatus.FINISHED]
    assert (claimed.id, [job.status for job in claimed.group]) == (jobs[0].id, statuses)
    assert [image.url for image in claimed.images] == [f"https://pictures.example/{jobs[0].id}.png"]
    assert await db.claim_deliveries(store) == []
    assert await store.deliveries.set_next(claimed, LATER + 3 * LEASE)
    assert await db.claim_deliveries(store, now=LATER + 2 * LEASE) == []
    await store.deliveries.postpone(claimed, LATER)
    assert [job.delivery_attempts for job in await db.claim_deliveries(store)] == [2]


@pytest.mark.parametrize("closes", [True, False])
async def test_all_jobs_of_a_group_are_marked(store: JobStore, rows: Rows, *, closes: bool) -> None:
    """One message delivers all jobs; then nothing is left to do, and the token is deleted."""
    for repair_at in (None, LATER):
        jobs = await abandoned_group(store, rows)
        (claimed,) = await db.claim_deliveries(store)
        await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=LATER, closes=closes, repair_at=repair_at)
        if not closes:
            (claimed,) = await db.claim_deliveries(store, now=LATER + LEASE)
            assert claimed.delivered_at == LATER
            await store.deliveries.close(claimed)
        for number, (job, status) in enumerate(zip(jobs, ("delivered", "abandoned", "delivered"), strict=True)):
            row = await rows.of(job.id)
            is_repaired = repair_at is not None and number == 0
            assert (row["status"], row["result_message_id"], row["result_channel_id"]) == (status, MESSAGE, 20)
            assert (row["delivered_at"], row["next_delivery_at"]) == (LATER, None)
            assert row["interaction_token"] == ("the token" if is_repaired else None), repair_at
            assert row["next_repair_at"] == (LATER if is_repaired else None)
        assert await db.claim_deliveries(store, now=LATER + 9 * LEASE) == []
        repairs = (await store.deliveries.claim_repairs(2, now=LATER, lease=LEASE)).jobs
        assert [len(job.group) for job in repairs] == [3] * bool(repair_at)
        await rows.clear()


async def test_a_failed_group_keeps_its_token(store: JobStore, rows: Rows) -> None:
    """The token is needed to remove the failure message's buttons after a successful retry."""
    jobs = await db.group(store, 2)
    await db.start(store, jobs)
    for job in jobs:
        assert await store.finish(job.id, db.failure(job), now=NOW)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=LATER)
    await store.deliveries.close(claimed)
    assert [(await rows.of(job.id))["interaction_token"] for job in jobs] == ["the token", None]


async def test_late_pictures_before_the_delivery(store: JobStore, rows: Rows) -> None:
    """Late pictures are posted with the others, even if a rate limit has delayed the delivery."""
    jobs = await abandoned_group(store, rows, late=0)
    (claimed,) = await db.claim_deliveries(store)
    await rows.put(claimed.id, delivery_attempts=0, next_delivery_at=NOW)
    await finish(store, jobs[0])
    (claimed,) = await db.claim_deliveries(store)
    assert [len(job.images) for job in claimed.group] == [1, 1, 1]


async def test_late_pictures_after_the_delivery(store: JobStore, rows: Rows) -> None:
    """Late pictures are delivered alone; the message and the repair of the group stay as they are."""
    for late in (0, 1):
        jobs = await abandoned_group(store, rows, late=late)
        (claimed,) = await db.claim_deliveries(store)
        await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=LATER, closes=True, repair_at=LATER)
        await finish(store, jobs[late])
        (alone,) = await db.claim_deliveries(store)
        assert (alone.id, alone.group_id, alone.group) == (jobs[late].id, None, ())
        assert (alone.result_message_id, alone.reply_message_id) == (None, None), "the group's messages are not touched"
        assert alone.origin.interaction_token is None, "it belongs to the group's card"
        (repair,) = (await store.deliveries.claim_repairs(2, now=LATER, lease=LEASE)).jobs
        assert [job.id for job in repair.group] == [job.id for job in jobs if job is not jobs[late]], late
        assert repair.origin.interaction_token == "the token"
        found = await store.history.with_group(jobs[0].id)
        assert found is not None
        assert found.group == repair.group, "the buttons of the group's card still work"
        await rows.clear()


async def test_all_pictures_are_late(store: JobStore, rows: Rows) -> None:
    """The last job to leave the group keeps the card and the failure message: nothing else would remove them."""
    jobs = await db.group(store, 2)
    await db.start(store, jobs)
    for job in jobs:
        await rows.put(job.id, deadline_at=NOW)
    await store.overdue.abandon_overdue(now=NOW)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=LATER)
    await finish(store, *jobs)
    left = [await db.fresh(store, job) for job in jobs]
    assert [job.group_id for job in left] == [None, None]
    assert [job.result_message_id for job in left] == [None, MESSAGE]
    assert [job.reply_message_id is None for job in left] == [True, False]
    assert [job.origin.interaction_token is None for job in left] == [True, False]


async def test_late_pictures_during_the_delivery(store: JobStore, rows: Rows) -> None:
    """If the first job leaves the group, the next one takes over the lease, or is offered to the user."""
    jobs = await abandoned_group(store, rows, late=0)
    await db.claim_deliveries(store)
    await finish(store, jobs[0])
    assert [job.id for job in await db.claim_deliveries(store)] == [jobs[0].id], "the others are being posted"
    await rows.clear()
    jobs = await abandoned_group(store, rows, late=0)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_undelivered(claimed, now=NOW)
    await finish(store, jobs[0])
    assert [job.id for job in await store.history.undelivered(1, 5)] == [jobs[1].id]


async def test_late_pictures_of_an_erased_group(store: JobStore, rows: Rows) -> None:
    """Late pictures are not posted if the group was deleted for good; only their cost is counted."""
    jobs = await abandoned_group(store, rows)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=LATER, closes=True)
    assert await store.history.erase(jobs[0].id, 1)
    assert await store.finish(jobs[1].id, replace(db.success(jobs[1]), cost=Decimal(2)), now=LATER) is None
    assert await db.claim_deliveries(store, now=LATER + LEASE) == []
    row = await rows.of(jobs[1].id)
    assert (row["images"], row["cost"], row["next_lookup_at"]) == (None, Decimal(2), None)


@ON_POSTGRESQL
async def test_rows_are_locked_in_order(store: JobStore, rows: Rows) -> None:
    """A write to a whole group waits for its first row before it locks another one; otherwise two could deadlock."""
    jobs = await db.group(store)
    first, second = jobs[0].id, jobs[1].id
    await db.start(store, jobs)
    for job in jobs:
        await rows.put(job.id, result_message_id=MESSAGE)
    for name, write in (
        ("star", lambda: store.history.set_star(second, is_starred=True)),
        ("message", lambda: store.history.forget_message(second, MESSAGE)),
        ("token", lambda: store.forget_token(second)),
        ("reply", lambda: store.admission.set_reply(first, 78)),
        ("finish", lambda: store.finish(second, db.success(jobs[1]), now=NOW)),
    ):
        async with rows.held(first, turn=1):  # this also moves the row behind the others
            pass
        async with rows.held(first, turn=2):
            task = asyncio.ensure_future(write())
            await rows.until_blocked(task)
            assert await rows.is_free(second), name
        await task


class Killed(Exception):
    """An exception that simulates the end of a killed bot."""


class Simulation:
    """Discord, the image API and a bot that is killed after some steps of its deliveries."""

    def __init__(self, store: JobStore, late: Job, *, late_after: int, killed_after: int) -> None:
        self.posted: dict[str, list[str]] = {}
        """The pictures of each message, by its nonce."""
        self._store = store
        self._late = late
        self._late_after = late_after
        self._killed_after = killed_after
        self._steps = 0

    async def step(self) -> None:
        self._steps += 1
        if self._steps == self._late_after:
            await self._store.finish(self._late.id, db.success(self._late), now=NOW)
        if self._steps == self._killed_after:
            raise Killed

    async def deliver(self, now: int) -> None:
        """Deliver everything that is due, as the delivery loop does."""
        at = LATER + now * LEASE
        await self.step()
        for job in await db.claim_deliveries(self._store, now=at):
            await self.step()
            if job.delivered_at is None:
                nonce = f"{job.group_id}-g" if job.group else job.id
                if job.delivery_attempts == 1 or nonce not in self.posted:
                    assert nonce not in self.posted, "posted twice"
                    self.posted[nonce] = [image.url for image in job.images]
                await self.step()
                await self._store.deliveries.mark_delivered(job, (20, MESSAGE), now=at)
                await self.step()
            await self._store.deliveries.close(job)
            await self.step()


async def test_killed_at_any_point(store: JobStore, rows: Rows) -> None:
    """Every picture is posted once, whenever the bot is killed and whenever the late picture arrives."""
    for late, late_after, killed_after in product((0, 1), range(1, 6), range(1, 7)):
        case = f"late {late} after {late_after}, killed after {killed_after}"
        jobs = await abandoned_group(store, rows, late=late)
        simulation = Simulation(store, jobs[late], late_after=late_after, killed_after=killed_after)
        for now in range(4):
            with suppress(Killed):
                await simulation.deliver(2 * now)
        pictures = Counter(url for urls in simulation.posted.values() for url in urls)
        assert pictures == {f"https://pictures.example/{job.id}.png": 1 for job in jobs}, case
        assert {(await rows.of(job.id))["status"] for job in jobs} == {"delivered"}, case
        await rows.clear()


async def test_late_pictures_and_claims_at_the_same_time(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """Either the picture is part of the claimed group, or its job has left the group."""
    for number in range(6):
        jobs = await abandoned_group(store, rows, late=number % 2)
        late = jobs[number % 2]
        claim, _ = await asyncio.gather(
            other_store.deliveries.claim(8, now=LATER, lease=LEASE),
            store.finish(late.id, db.success(late), now=NOW),
        )
        has_left = (await db.fresh(store, late)).group_id is None
        claimed = [image for job in claim.jobs if job.group for image in job.images]
        if not has_left and not claimed:  # the rows were locked
            claimed = [image for job in await db.claim_deliveries(store) for image in job.images]
        assert len(claimed) == 3 - has_left
        await rows.clear()


async def test_undelivered_groups(store: JobStore, rows: Rows) -> None:
    """A group is marked as undelivered, offered, and fetched as one job; a late picture is no longer part of it."""
    jobs = await abandoned_group(store, rows)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_undelivered(claimed, now=NOW)
    assert [job.id for job in await store.history.undelivered(1, 5)] == [jobs[0].id]
    assert await db.claim_deliveries(store) == []
    assert await store.history.can_erase(jobs[2].id)
    assert await store.deliveries.retry_undelivered(5, now=NOW + SECOND, before=LATER) == 1
    assert not await store.history.can_erase(jobs[2].id), "it is about to be posted with the others"
    (claimed,) = await db.claim_deliveries(store)
    assert (claimed.delivery_attempts, len(claimed.group)) == (2, 3)
    await store.deliveries.mark_undelivered(claimed, now=NOW)
    new_place = db.origin(1, channel_id=21, interaction_token="new")
    assert not await store.history.fetch_undelivered(jobs[1].id, new_place, 78, now=NOW)
    assert await store.history.fetch_undelivered(jobs[0].id, new_place, 78, now=NOW)
    (claimed,) = await db.claim_deliveries(store)
    for job in claimed.group:
        assert (job.origin.channel_id, job.reply_message_id, job.request.private) == (21, 78, True)
        assert job.origin.interaction_token == "new"
    await finish(store, jobs[1])
    assert (await db.fresh(store, jobs[1])).group_id is None


# --- cancel ------------------------------------------------------------------------------------------


async def groups_to_cancel(store: JobStore, rows: Rows) -> AsyncIterator[tuple[str, list[Job]]]:
    """Yield open groups in several states."""
    yield "queued", await db.group(store)
    await rows.clear()
    jobs = await db.group(store)
    await db.start(store, jobs[:1])
    yield "running", jobs
    await rows.clear()
    jobs = await db.group(store)
    await db.start(store, jobs[:1])
    await finish(store, jobs[0])
    yield "finished", jobs
    await rows.clear()
    jobs = await db.group(store)
    await db.start(store, jobs[:1], deadline=0 * SECOND)
    await store.overdue.abandon_overdue(now=NOW)
    yield "abandoned", jobs
    await rows.clear()
    jobs = await db.group(store)
    await db.start(store, jobs[:1])
    assert await store.finish(jobs[0].id, db.failure(jobs[0]), now=NOW)
    yield "failed", jobs


async def test_cancel(store: JobStore, rows: Rows) -> None:
    """All jobs are cancelled together, by any of their ids; if one is charged, only if results may be discarded."""
    charged = {"running", "finished", "abandoned"}
    async for state, jobs in groups_to_cancel(store, rows):
        cancelled = await store.cancel(jobs[1].id, now=NOW, discards=False)
        assert (cancelled is None) == (state in charged), state
        if cancelled is None:
            found = await store.history.with_group(jobs[1].id)
            assert found is not None
            assert found.is_charged, state
            cancelled = await store.cancel(jobs[1].id, now=NOW)
        assert cancelled is not None, state
        assert (cancelled.id, [job.id for job in cancelled.group]) == (jobs[0].id, [job.id for job in jobs])
        assert {job.status for job in cancelled.group} == {JobStatus.CANCELLED}, state
        codes = [job.result.failure.code for job in cancelled.group if job.result and job.result.failure]
        first = "api_error" if state == "failed" else CANCELLED_PAID if state in charged else CANCELLED
        assert codes == [first, CANCELLED, CANCELLED], state
        assert bool((await rows.of(jobs[0].id))["slot_held_until"]) == (state == "running"), state
        assert await db.claim_next(store) is None, state
        late = TaskResult(f"task of {jobs[0].id}", (Image("late"),))
        assert await store.finish(jobs[0].id, late, now=NOW) is None, state
        assert await db.claim_deliveries(store) == [], state
        assert await store.cancel(jobs[0].id, now=NOW) is None, state
        await store.forget_token(jobs[1].id)
        assert {(await rows.of(job.id))["interaction_token"] for job in jobs} == {None}, state


async def test_groups_that_are_not_cancelled(store: JobStore, rows: Rows) -> None:
    """A group is not cancelled if it has ended, or while its card is being edited."""
    jobs = await db.group(store)
    assert await store.groups.claim_card(jobs[0].id, CardState.BUSY, now=NOW, lease=LEASE)
    assert await store.cancel(jobs[1].id, now=NOW) is None
    assert await store.cancel(jobs[1].id, now=NOW + LEASE)
    await rows.clear()
    jobs = await abandoned_group(store, rows)
    before = [await rows.of(job.id) for job in jobs]
    assert await store.cancel(jobs[0].id, now=NOW) is None
    assert [await rows.of(job.id) for job in jobs] == before


async def test_cancel_and_the_last_picture_at_the_same_time(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """Either the group is cancelled as a whole, or it is delivered."""
    for _ in range(5):
        jobs = await db.group(store)
        await db.start(store, jobs)
        await finish(store, *jobs[:2])
        cancelled, *_ = await asyncio.gather(
            other_store.cancel(jobs[0].id, now=NOW),
            store.finish(jobs[2].id, db.success(jobs[2]), now=NOW),
            store.deliveries.claim(8, now=NOW, lease=LEASE),
        )
        statuses = {(await rows.of(job.id))["status"] for job in jobs}
        assert statuses == {"cancelled" if cancelled else "finished"}
        assert bool(await db.claim_deliveries(store)) is not bool(cancelled)
        await rows.clear()


# --- the card, and what users change ------------------------------------------------------------------


async def test_the_status_card(store: JobStore) -> None:
    """The card is leased with the current counts while the group is open; the delivery waits for the lease."""
    jobs = await db.group(store, 2)
    await db.start(store, jobs)
    await finish(store, jobs[1])
    job = await store.groups.claim_card(jobs[0].id, CardState.SLOW, now=NOW, lease=LEASE)
    assert job is not None
    assert [bool(one.images) for one in job.group] == [False, True]
    assert {(one.card, (await db.fresh(store, one)).card) for one in job.group} == {(CardState.SLOW, CardState.SLOW)}
    assert await store.groups.claim_card(jobs[0].id, CardState.SLOW, now=NOW, lease=LEASE) is None
    await finish(store, jobs[0])
    assert await db.claim_deliveries(store, now=NOW) == []
    await store.release_card(job.id)
    assert await db.claim_deliveries(store, now=NOW)
    assert await store.groups.claim_card(jobs[0].id, CardState.SLOW, now=NOW, lease=LEASE) is None


async def test_one_place_is_shown(store: JobStore, rows: Rows) -> None:
    """The card shows the place of the group's first job."""
    jobs = await db.group(store, 2)
    for job in jobs:
        await rows.put(job.id, card=CardState.QUEUED, place_shown=9)
    assert await store.places.improved(5, now=NOW) == [(jobs[0].id, 1)]
    claimed = await store.places.claim(jobs[0].id, 1, db.UNLIMITED, now=NOW, lease=LEASE)
    assert claimed is not None
    assert len(claimed.job.group) == 2


async def test_all_jobs_have_the_same_card(store: JobStore) -> None:
    """If the first job starts at once, the card does not show that the others wait."""
    requests = [db.image_request(prompt=prompt) for prompt in ("one", "two")]
    limits = replace(db.UNLIMITED, max_in_flight=1)
    new = NewJob(lambda _: requests, db.origin(), limits, db.CATALOGUE, NOW)
    accepted = await store.admission.accept(new)
    assert accepted.place == 0
    assert [job.card for job in accepted.job.group] == [CardState.PAINTING] * 2


async def test_groups_made_from_a_card(store: JobStore, rows: Rows) -> None:
    """Each group is listed once."""
    parent = await db.delivered(store)
    jobs = await abandoned_group(store, rows)
    for job in jobs:
        await rows.put(job.id, parent_id=parent.id)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=NOW, closes=True)
    assert [job.id for job in await store.history.children(parent.id, 5)] == [jobs[0].id]


async def test_make_private(store: JobStore, rows: Rows) -> None:
    """While one job is open, all jobs become private, including those with pictures."""
    jobs = await db.group(store, 2)
    await db.start(store, jobs)
    await finish(store, jobs[0])
    assert await store.make_private(jobs[0].id, db.origin(1, channel_id=21), 78)
    for job in jobs:
        row = await rows.of(job.id)
        assert (row["private"], row["channel_id"], row["reply_message_id"]) == (True, 21, 78)
    assert not await store.make_private(jobs[0].id, None, None)
    await rows.clear()
    jobs = await abandoned_group(store, rows)
    assert not await store.make_private(jobs[0].id, None, None)


async def test_stars_removal_and_deletion(store: JobStore, rows: Rows) -> None:
    """Starring, removing and deleting apply to the message, so they affect all jobs of the group."""
    jobs = await abandoned_group(store, rows)
    for job in jobs:
        assert not await store.history.can_erase(job.id), "it is just being posted"
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=LATER, closes=True)
    await store.history.set_star(jobs[1].id, is_starred=True)
    assert {(await rows.of(job.id))["is_starred"] for job in jobs} == {True}
    await store.history.forget_message(jobs[1].id, MESSAGE)
    assert {(await rows.of(job.id))["result_message_id"] for job in jobs} == {None}
    assert await store.history.can_erase(jobs[1].id), "the others have pictures"
    assert not await store.history.erase(jobs[1].id, 2)
    assert await store.history.erase(jobs[1].id, 1)
    for job in jobs:
        row = await rows.of(job.id)
        assert (row["prompt"], row["images"], row["is_starred"]) == ("", None, False)
    assert await store.history.with_group(jobs[0].id) is None


async def test_open_groups_are_not_erased(store: JobStore, rows: Rows) -> None:
    """A job with a picture is not deleted while the others are being made."""
    jobs = await db.group(store, 2)
    await db.start(store, jobs)
    await finish(store, jobs[1])
    await rows.put(jobs[1].id, next_delivery_at=None)
    assert not await store.history.can_erase(jobs[1].id)
    assert not await store.history.erase(jobs[1].id, 1)


async def test_a_first_job_that_was_deleted(store: JobStore, rows: Rows) -> None:
    """The other jobs are still a group, found by the id of the first."""
    jobs = await abandoned_group(store, rows)
    (claimed,) = await db.claim_deliveries(store)
    await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=NOW, closes=True)
    await store.history.set_star(jobs[0].id, is_starred=True)
    await rows.put(jobs[0].id, is_starred=False)
    assert await store.overdue.prune(9, before=LATER) == 1
    found = await store.history.with_group(jobs[0].id)
    assert found is not None
    assert [job.id for job in found.group] == [job.id for job in jobs[1:]]
    await finish(store, jobs[1])
    (alone,) = await db.claim_deliveries(store)
    assert (alone.id, alone.group_id) == (jobs[1].id, None)


async def test_a_group_gets_no_more_pictures_than_requested(store: JobStore) -> None:
    """All pictures of a group fit into one message."""
    jobs = await db.group(store, 2)
    await db.start(store, jobs)
    many = TaskResult(f"task of {jobs[0].id}", tuple(Image(str(number)) for number in range(8)))
    done = await store.finish(jobs[0].id, many, now=NOW)
    assert done is not None
    assert [image.url for image in done.images] == ["0"]


async def test_single_jobs_need_no_extra_queries(store: JobStore) -> None:
    """No query about groups is made for a job without a group."""
    with db.statements() as seen:
        job = await db.running(store)
        await store.finish(job.id, db.success(job), now=NOW)
        (claimed,) = await db.claim_deliveries(store)
        await store.deliveries.mark_delivered(claimed, (20, MESSAGE), now=NOW)
        await store.deliveries.close(claimed)
    about_groups = [statement for statement in seen if "WHERE jobs.group_id =" in statement.replace("\n", "")]
    assert about_groups == []


@ON_POSTGRESQL
async def test_locks_are_taken_in_one_order(store: JobStore, other_store: JobStore, rows: Rows) -> None:
    """Writers of a group wait for each other; none is refused because of a deadlock."""
    for _ in range(10):
        jobs = await db.group(store, 4)
        await db.start(store, jobs)
        await asyncio.gather(
            *(store.finish(job.id, db.success(job), now=NOW) for job in reversed(jobs)),
            *(other_store.groups.claim_card(jobs[0].id, CardState.SLOW, now=LATER, lease=LEASE) for _ in range(3)),
            other_store.cancel(jobs[0].id, now=LATER + LEASE),
            other_store.make_private(jobs[3].id, None, None),
            other_store.deliveries.claim(8, now=LATER + LEASE, lease=LEASE),
        )
        assert len({(await rows.of(job.id))["status"] for job in jobs}) == 1
        await rows.clear()
