"""A line to the database that breaks while a request is being saved: nobody is told "try again" of what was saved."""

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
from tests.database import DEADLINE, NOW, ROOMY, claim_next, image_request, new_job, origin


class Line:
    """A line to PostgreSQL that can be told to break at the next COMMIT."""

    def __init__(self, socket_path: str) -> None:
        self.port = 0
        self.breaks = False
        self.loses_commit = False
        """Whether the COMMIT does not get there either, rather than only its answer not back."""
        self.is_dead = False
        """Whether nothing connects any more once it has broken."""
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
async def line(postgres_url: str) -> AsyncIterator[Line]:
    """The line to an empty database."""
    folder = make_url(postgres_url).query["host"]
    async with Line(f"{folder}/.s.PGSQL.5432") as opened:
        yield opened


@pytest.fixture
async def store(line: Line, postgres_url: str) -> AsyncIterator[JobStore]:
    """A store at the other end of the line."""
    url = make_url(postgres_url).set(host="127.0.0.1", port=line.port, query={"sslmode": "disable"})
    async with JobStore(url.render_as_string(hide_password=False)) as opened:
        yield opened


async def test_a_commit_whose_answer_is_lost_counts(line: Line, store: JobStore) -> None:
    """The requests were saved, so their users read what they would have read, and each is there once."""
    line.breaks = True
    burst = [store.admission.accept(new_job(image_request(), origin(user), ROOMY, NOW)) for user in range(3)]
    placed = await asyncio.gather(*burst)
    assert not line.breaks
    claimed = [await claim_next(store, ROOMY, DEADLINE, now=NOW) for _ in range(4)]
    assert [job.id for job in claimed if job] == [one.job.id for one in placed]


async def test_a_commit_that_is_lost_itself_saves_nothing(line: Line, store: JobStore) -> None:
    line.breaks = line.loses_commit = True
    with pytest.raises(StoreUnavailable) as failed:
        await store.admission.accept(new_job(image_request(), origin(), ROOMY, NOW))
    assert not isinstance(failed.value, SaveUncertain)
    assert await claim_next(store, ROOMY, DEADLINE, now=NOW) is None


async def test_nobody_can_tell_when_the_line_stays_dead(
    line: Line, store: JobStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While there is no looking, the user is told neither that it was saved nor that it was not."""
    monkeypatch.setattr(admission, "UNCERTAIN_SECONDS", 0.2)
    line.breaks = line.is_dead = True
    with pytest.raises(SaveUncertain):
        await store.admission.accept(new_job(image_request(), origin(), ROOMY, NOW))
    async with JobStore(postgres_url) as near:
        assert await claim_next(near, ROOMY, DEADLINE, now=NOW)


async def test_a_line_that_breaks_when_nothing_is_saved(line: Line, store: JobStore) -> None:
    """A user with too many queued jobs is told so: nothing is committed, so nothing can break."""
    full = replace(ROOMY, max_queued_per_user=0)
    line.breaks = True
    with pytest.raises(RequestRejected):
        await store.admission.accept(new_job(image_request(), origin(), full, NOW))


async def test_what_can_not_be_answered_any_more_is_not_saved(store: JobStore) -> None:
    """Whoever got no answer asks again: their first request must not be painted too. Others are not kept from it."""
    unwanted = new_job(image_request(), origin(1), ROOMY, NOW, is_wanted=lambda: False)
    placed = await asyncio.gather(
        store.admission.accept(unwanted),
        store.admission.accept(new_job(image_request(), origin(2), ROOMY, NOW)),
        return_exceptions=True,
    )
    assert isinstance(placed[0], StoreUnavailable)
    claimed = [await claim_next(store, ROOMY, DEADLINE, now=NOW) for _ in range(2)]
    assert [job.origin.user_id for job in claimed if job] == [2]
