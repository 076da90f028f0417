"""The places on status cards: when, how often and by which process they are updated."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flux_bot.core.jobs import CardState, JobStatus
from flux_bot.store.places import EDIT_INTERVAL, EDITS_PER_JOB, TOKEN_MARGIN
from flux_bot.store.queue import SOONEST_START, expected_start
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import LEASE, MICROSECOND, NO_SLOTS, NOW, SECOND, UNLIMITED, Rows

SHOWN: dict[str, Any] = {
    "place_shown": 4,
    "card": CardState.QUEUED,
    "reply_message_id": 1,
    "interaction_token": "token",
    "token_expires_at": NOW + TOKEN_MARGIN + MICROSECOND,
}


async def waiting(store: JobStore, rows: Rows, count: int) -> list[str]:
    """Return the ids of queued jobs in queue order; their cards show their places."""
    ids = []
    for number in range(count):
        accepted = await db.accept(store, number, now=NOW - (count - number) * SECOND, limits=NO_SLOTS)
        ids.append(accepted.job.id)
        place = (await rows.of(accepted.job.id))["place_shown"]
        assert place == accepted.place == number + 1
        await rows.put(accepted.job.id, **SHOWN | {"place_shown": place})
    return ids


async def test_noticeable_improvements(store: JobStore, rows: Rows) -> None:
    """A place is updated if it has improved by a quarter, starting at the head of the queue and up to a limit."""
    ids = await waiting(store, rows, 6)
    assert await store.places.improved(10, now=NOW) == []
    for shown, is_noticeable in ((3, False), (4, False), (5, False), (6, True)):
        await rows.put(ids[3], place_shown=shown)
        assert await store.places.improved(10, now=NOW) == [(ids[3], 4)] * is_noticeable, shown
    await rows.put(ids[3], place_shown=4)
    await rows.put(ids[2], place_shown=4)
    assert await store.places.improved(10, now=NOW) == [(ids[2], 3)], "exactly a quarter"
    for job_id in ids:
        await rows.put(job_id, place_shown=50)
    assert await store.places.improved(2, now=NOW) == [(ids[0], 1), (ids[1], 2)]


async def test_cards_that_are_left_alone(store: JobStore, rows: Rows) -> None:
    """A card must show a place and be editable; edits are limited in number and rate. A claim checks this again."""
    _, job_id = await waiting(store, rows, 2)
    for values, is_left in (
        ({}, False),
        ({"place_shown": None}, True),
        ({"place_shown": 2}, True),
        ({"card": CardState.BUSY}, True),
        ({"status": JobStatus.RUNNING}, True),
        ({"reply_message_id": None}, True),
        ({"interaction_token": None}, True),
        ({"token_expires_at": NOW + TOKEN_MARGIN}, True),
        ({"place_edits": EDITS_PER_JOB - 1}, False),
        ({"place_edits": EDITS_PER_JOB}, True),
        ({"place_edited_at": NOW - EDIT_INTERVAL}, False),
        ({"place_edited_at": NOW - EDIT_INTERVAL + timedelta(seconds=1)}, True),
        ({"card_until": NOW}, False),
        ({"card_until": NOW + LEASE}, True),
    ):
        fresh = {"status": JobStatus.QUEUED, "place_edits": 0, "place_edited_at": None, "card_until": None}
        await rows.put(job_id, **fresh | SHOWN | values)
        assert await store.places.improved(10, now=NOW) == [(job_id, 2)] * (not is_left), values
        claimed = await store.places.claim(job_id, 2, UNLIMITED, now=NOW, lease=LEASE)
        assert (claimed is None) is is_left, values


async def test_a_claim(store: JobStore, rows: Rows) -> None:
    """A claim leases the card, saves the place, and counts the edit; only one process gets it; other edits wait."""
    _, job_id = await waiting(store, rows, 2)
    await rows.put(job_id, place_shown=4)
    claimed = await store.places.claim(job_id, 2, UNLIMITED, now=NOW, lease=LEASE)
    assert claimed is not None
    assert (claimed.job.id, claimed.place, claimed.starts_at) == (job_id, 2, None)
    row = await rows.of(job_id)
    assert (row["place_shown"], row["place_edits"]) == (2, 1)
    assert (row["place_edited_at"], row["card_until"]) == (NOW, NOW + LEASE)
    assert await store.places.claim(job_id, 1, UNLIMITED, now=NOW, lease=LEASE) is None
    assert not await store.claim_card(claimed.job, CardState.PAINTING, now=NOW, lease=LEASE)


def test_the_expected_start() -> None:
    """The wait is the place times the usual time, divided by the number of slots; None without a usual time."""
    limits = replace(UNLIMITED, max_in_flight=4)
    assert expected_start(3, None, limits, NOW) is None
    assert expected_start(8, 20.0, limits, NOW) == NOW + timedelta(seconds=40)
    assert expected_start(1, 2.0, limits, NOW) == NOW + SOONEST_START
