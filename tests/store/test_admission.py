"""How requests become jobs: double-clicks, bursts, and a connection that breaks while a request is being saved."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self

import pytest
from sqlalchemy.engine import make_url

from flux_bot.core.errors import RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.core.jobs import CardState
from flux_bot.store import admission
from flux_bot.store.admission import DOUBLE_CLICK, AcceptedJob, NewJob
from flux_bot.store.store import JobStore
from tests import database as db
from tests.database import MICROSECOND, NO_SLOTS, NOW, ON_SQLITE, SECOND, UNLIMITED


@ON_SQLITE
async def test_the_card_of_a_new_job_says_what_it_waits_for(store: JobStore) -> None:
    """The first of these applies: queued, API busy, painting."""
    cases = (
        (UNLIMITED, False, CardState.PAINTING),
        (UNLIMITED, True, CardState.BUSY),
        (NO_SLOTS, True, CardState.QUEUED),
    )
    for limits, paused, card in cases:
        new = db.new_job(db.image_request(), db.origin(), limits, NOW, paused=paused)
        job = (await store.admission.accept(new)).job
        assert job.card is card, (limits, paused)
        assert await db.fresh(store, job) == job


@ON_SQLITE
async def test_a_request_is_built_from_its_users_preferences(store: JobStore) -> None:
    """A result pings its user only if both the interaction and the user want that."""
    await store.history.prefer(1, model="priced", ping=False)
    found = []
    for user_id, ping in ((1, True), (2, True), (2, False)):
        new = NewJob(
            lambda preferences: [db.image_request(model=preferences.model or "default")],
            db.origin(user_id, ping=ping),
            UNLIMITED,
            db.CATALOGUE,
            NOW,
        )
        job = (await store.admission.accept(new)).job
        found.append((job.request.model, job.origin.ping))
    assert found == [("priced", False), ("default", True), ("default", False)]


async def test_the_queue_limit_holds_for_all_processes(store: JobStore, other_store: JobStore) -> None:
    """Concurrent requests of one user to two stores do not exceed the user's queue limit."""
    limits = replace(UNLIMITED, max_queued_per_user=5)
    requests = (db.accept(side, limits=limits) for side in (store, other_store) * 10)
    outcomes = await asyncio.gather(*requests, return_exceptions=True)
    assert [outcome.place for outcome in outcomes if isinstance(outcome, AcceptedJob)] == [0] * 5
    assert sum(isinstance(outcome, RequestRejected) for outcome in outcomes) == 15


@ON_SQLITE
async def test_an_unanswerable_request_is_not_saved(store: JobStore) -> None:
    """A request that can no longer get a reply is not saved, but others in its batch are."""
    unwanted = db.new_job(db.image_request(), db.origin(1), UNLIMITED, NOW, can_reply=lambda: False)
    refused, _ = await asyncio.gather(store.admission.accept(unwanted), db.queued(store, 2), return_exceptions=True)
    assert isinstance(refused, StoreUnavailable)
    claimed = [await db.claim_next(store) for _ in range(2)]
    assert [job.origin.user_id for job in claimed if job] == [2]


async def test_a_double_click_is_one_job(store: JobStore) -> None:
    """A second press returns the first one's job and takes no place in the queue, even with a newly signed address."""
    address = "https://cdn.example/1.png?signature="
    first = await db.accept(store, parent_id="parent", image_url=address + "one")
    late = NOW + DOUBLE_CLICK - MICROSECOND
    second = await db.accept(store, parent_id="parent", image_url=address + "two", now=late)
    assert (first.is_duplicate, second.is_duplicate) == (False, True)
    assert second.job == first.job
    assert (await store.count_open()).by_state["queued"] == 1


async def test_concurrent_presses_are_one_job(store: JobStore, other_store: JobStore) -> None:
    """Concurrent presses make one job, whether they share a transaction or not."""
    presses = (db.accept(side, parent_id="parent") for side in (store, other_store) * 3)
    results = await asyncio.gather(*presses)
    assert len({accepted.job.id for accepted in results}) == 1
    assert [accepted.is_duplicate for accepted in results].count(False) == 1
    assert (await store.count_open()).by_state["queued"] == 1


@ON_SQLITE
async def test_different_presses_are_different_jobs(store: JobStore) -> None:
    """Another user, card, picture or prompt, a later press, a repeated command, or a cancellation makes a new job."""
    presses: list[dict[str, Any]] = [{}, {"user_id": 2}, {"prompt": "another fox"}, {"now": NOW + DOUBLE_CLICK}]
    presses += [{"image_url": f"https://cdn.example/{number}.png"} for number in (1, 2)]
    presses += [{"parent_id": parent_id} for parent_id in ("another", None, None)]
    accepted = [await db.accept(store, **{"parent_id": "parent"} | press) for press in presses]
    assert [press for press, new in zip(presses, accepted, strict=True) if new.is_duplicate] == []
    assert len({new.job.id for new in accepted}) == len(presses)
    cancelled = await db.accept(store, parent_id="a card")
    await store.cancel(cancelled.job.id, now=NOW)
    assert not (await db.accept(store, parent_id="a card", now=NOW + SECOND)).is_duplicate


class UnreliableConnection:
    """A proxy in front of PostgreSQL that can break the connection at the next COMMIT."""

    store: JobStore

    def __init__(self, socket_path: str) -> None:
        self.breaks = False
        self.loses_commit = False  # otherwise only the answer is lost
        self.is_dead = False  # after the break
        self._socket_path = socket_path
        self._ends: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1")
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for end in self._ends:
            end.close()

    async def _serve(self, bot: asyncio.StreamReader, to_bot: asyncio.StreamWriter) -> None:
        database, to_database = await asyncio.open_unix_connection(self._socket_path)
        self._ends += [to_bot, to_database]
        back = asyncio.create_task(self._pass_back(database, to_bot))
        with suppress(ConnectionError):
            while data := await bot.read(65536):
                if self.breaks and b"COMMIT" in data:
                    self.breaks = False
                    back.cancel()
                    await asyncio.wait([back])
                    if self.is_dead:
                        self._server.close()
                    if not self.loses_commit:
                        to_database.write(data)
                        await database.read(65536)
                    break
                to_database.write(data)
        to_bot.close()
        to_database.close()

    async def _pass_back(self, database: asyncio.StreamReader, to_bot: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await database.read(65536):
                to_bot.write(data)
            to_bot.close()


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[UnreliableConnection]:
    """A proxy in front of an empty database, with a store that connects through it."""
    url = make_url(postgres_url)
    async with UnreliableConnection(f"{url.query['host']}/.s.PGSQL.5432") as opened:
        proxied = url.set(host="127.0.0.1", port=opened.port, query={"sslmode": "disable"})
        async with JobStore(proxied.render_as_string(hide_password=False)) as opened.store:
            yield opened


async def test_a_commit_whose_answer_is_lost_counts(connection: UnreliableConnection) -> None:
    """If only the answer to a COMMIT is lost, the requests are accepted and each is saved once."""
    connection.breaks = True
    saved = await asyncio.gather(*(db.queued(connection.store, user_id) for user_id in range(3)))
    assert not connection.breaks
    claimed = [await db.claim_next(connection.store) for _ in range(4)]
    assert [job.id for job in claimed if job] == [job.id for job in saved]


async def test_a_lost_commit_saves_nothing(connection: UnreliableConnection) -> None:
    connection.breaks = connection.loses_commit = True
    with pytest.raises(StoreUnavailable) as failed:
        await db.queued(connection.store)
    assert not isinstance(failed.value, SaveUncertain)
    assert await db.claim_next(connection.store) is None


async def test_an_unreachable_database_leaves_the_outcome_uncertain(
    connection: UnreliableConnection, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is unreachable, it is unknown whether the request was saved."""
    monkeypatch.setattr(admission, "UNCERTAIN_SECONDS", 0.2)
    connection.breaks = connection.is_dead = True
    with pytest.raises(SaveUncertain):
        await db.queued(connection.store)
    async with JobStore(postgres_url) as direct:
        assert await db.claim_next(direct)


async def test_a_rejected_request_is_not_searched_for(connection: UnreliableConnection) -> None:
    """If the COMMIT breaks, a user over the queue limit is asked to try again, as no job can have been saved."""
    full = replace(UNLIMITED, max_queued_per_user=0)
    connection.breaks = True
    with pytest.raises(StoreUnavailable):
        await db.queued(connection.store, limits=full)
    with pytest.raises(RequestRejected):
        await db.queued(connection.store, limits=full)


async def test_one_job_per_interaction(store: JobStore, other_store: JobStore) -> None:
    """An interaction makes one job, however often its event arrives, and in however many processes."""
    request, origin = db.image_request(), db.origin(interaction_id=7)
    sides = (store, other_store) * 3
    new_jobs = [db.new_job(request, origin, UNLIMITED, NOW + number * MICROSECOND) for number in range(len(sides))]
    accepted = await asyncio.gather(*(side.admission.accept(new) for side, new in zip(sides, new_jobs, strict=True)))
    assert len({one.job.id for one in accepted}) == 1
    assert sum(not one.is_repeated_event for one in accepted) == 1
    assert (await store.count_open()).by_state["queued"] == 1
    for other in (db.origin(interaction_id=8), db.origin(interaction_id=None), db.origin(interaction_id=None)):
        assert not (await store.admission.accept(db.new_job(request, other, UNLIMITED, NOW))).is_repeated_event


async def test_withdrawing_a_job(store: JobStore) -> None:
    """A job is deleted, unless it was submitted, has a reply, or was accepted by another process as well."""
    request, origin = db.image_request(), db.origin(interaction_id=7)
    alone = (await store.admission.accept(db.new_job(request, origin, UNLIMITED, NOW))).job
    assert await store.admission.withdraw(alone)
    assert await store.history.job(alone.id) is None
    assert not await store.admission.withdraw(alone)

    first = (await store.admission.accept(db.new_job(request, origin, UNLIMITED, NOW))).job
    second = (await store.admission.accept(db.new_job(request, origin, UNLIMITED, NOW + SECOND))).job
    assert not await store.admission.withdraw(first)
    assert await store.admission.withdraw(second)

    replied = await db.queued(store)
    await store.admission.set_reply(replied.id, 5)
    assert not await store.admission.withdraw(replied)
    await store.cancel(replied.id, now=NOW)
    submitted = await db.submitting(store)
    requeued = await store.submissions.requeue(submitted, db.BUSY, failed=False)
    assert requeued is not None
    for job in (submitted, requeued):
        assert not await store.admission.withdraw(job)
