"""A connection to PostgreSQL that breaks while a request is being saved."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Self

import pytest
from sqlalchemy.engine import make_url

from flux_bot.core.errors import RequestRejected, SaveUncertain, StoreUnavailable
from flux_bot.store import admission
from flux_bot.store.store import JobStore
from tests.database import DEADLINE, NOW, UNLIMITED, claim_next, image_request, new_job, origin


class UnreliableConnection:
    """A proxy in front of PostgreSQL that can break the connection at the next COMMIT."""

    def __init__(self, socket_path: str) -> None:
        self.port = 0
        self.breaks = False
        self.loses_commit = False
        """Whether the COMMIT is lost; otherwise only its answer is."""
        self.is_dead = False
        """Whether no new connection is possible after the break."""
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
    """A proxy in front of an empty database."""
    folder = make_url(postgres_url).query["host"]
    async with UnreliableConnection(f"{folder}/.s.PGSQL.5432") as opened:
        yield opened


@pytest.fixture
async def store(connection: UnreliableConnection, postgres_url: str) -> AsyncIterator[JobStore]:
    """A store that connects through the proxy."""
    url = make_url(postgres_url).set(host="127.0.0.1", port=connection.port, query={"sslmode": "disable"})
    async with JobStore(url.render_as_string(hide_password=False)) as opened:
        yield opened


async def test_a_commit_whose_answer_is_lost_counts(connection: UnreliableConnection, store: JobStore) -> None:
    """If only the answer to a COMMIT is lost, the requests are accepted and each is saved once."""
    connection.breaks = True
    burst = [store.admission.accept(new_job(image_request(), origin(user), UNLIMITED, NOW)) for user in range(3)]
    results = await asyncio.gather(*burst)
    assert not connection.breaks
    claimed = [await claim_next(store, UNLIMITED, DEADLINE, now=NOW) for _ in range(4)]
    assert [job.id for job in claimed if job] == [accepted.job.id for accepted in results]


async def test_a_lost_commit_saves_nothing(connection: UnreliableConnection, store: JobStore) -> None:
    connection.breaks = connection.loses_commit = True
    with pytest.raises(StoreUnavailable) as failed:
        await store.admission.accept(new_job(image_request(), origin(), UNLIMITED, NOW))
    assert not isinstance(failed.value, SaveUncertain)
    assert await claim_next(store, UNLIMITED, DEADLINE, now=NOW) is None


async def test_an_unreachable_database_leaves_the_outcome_uncertain(
    connection: UnreliableConnection, store: JobStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is unreachable, it is unknown whether the request was saved."""
    monkeypatch.setattr(admission, "UNCERTAIN_SECONDS", 0.2)
    connection.breaks = connection.is_dead = True
    with pytest.raises(SaveUncertain):
        await store.admission.accept(new_job(image_request(), origin(), UNLIMITED, NOW))
    async with JobStore(postgres_url) as direct:
        assert await claim_next(direct, UNLIMITED, DEADLINE, now=NOW)


async def test_a_rejected_request_is_not_searched_for(connection: UnreliableConnection, store: JobStore) -> None:
    """If the COMMIT breaks, a user with too many queued jobs is asked to try again: no job can have been saved."""
    full = replace(UNLIMITED, max_queued_per_user=0)
    connection.breaks = True
    with pytest.raises(StoreUnavailable):
        await store.admission.accept(new_job(image_request(), origin(), full, NOW))
    with pytest.raises(RequestRejected):
        await store.admission.accept(new_job(image_request(), origin(), full, NOW))


async def test_an_unanswerable_request_is_not_saved(store: JobStore) -> None:
    """A request that can no longer get a reply is not saved; others in its batch are."""
    unwanted = new_job(image_request(), origin(1), UNLIMITED, NOW, can_reply=lambda: False)
    results = await asyncio.gather(
        store.admission.accept(unwanted),
        store.admission.accept(new_job(image_request(), origin(2), UNLIMITED, NOW)),
        return_exceptions=True,
    )
    assert isinstance(results[0], StoreUnavailable)
    claimed = [await claim_next(store, UNLIMITED, DEADLINE, now=NOW) for _ in range(2)]
    assert [job.origin.user_id for job in claimed if job] == [2]
