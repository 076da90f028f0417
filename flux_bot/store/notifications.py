"""What one process writes wakes the loops of all: PostgreSQL's LISTEN and NOTIFY.

Only a wake-up is sent, never data: a loop that is woken looks into the database as it always does. On SQLite there is
one process, whose own writes wake its loops.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
import stamina
from sqlalchemy.exc import SQLAlchemyError

from flux_bot.core.errors import StoreUnavailable
from flux_bot.store.engines import Engine, Postgresql

log = logging.getLogger(__name__)

_CHANNEL = "flux_bot"


class Loop(StrEnum):
    """The loops of the workflow that others can wake."""

    DISPATCH = "dispatch"
    DELIVER = "deliver"


class Notifications:
    """One process's end of the line."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine of the database that all processes share."""
        self._postgresql = engine if isinstance(engine, Postgresql) else None
        self._process = secrets.token_hex(4)

    def notify(self, connection: sa.Connection, *loops: Loop) -> None:
        """Wake these loops in all other processes once the transaction is committed."""
        if self._postgresql:
            told = (sa.func.pg_notify(_CHANNEL, f"{loop} {self._process}") for loop in loops)
            connection.execute(sa.select(*told))

    async def listen(self, wake: Callable[[Loop], object]) -> None:
        """Call ``wake`` for what other processes tell, until cancelled; a lost connection is made anew.

        Returns at once where there is nothing to listen to.
        """
        while self._postgresql:
            errors = (StoreUnavailable, SQLAlchemyError, OSError)
            async for attempt in stamina.retry_context(on=errors, attempts=None, timeout=None, wait_max=10):
                with attempt:
                    await self._listen_on_one_connection(self._postgresql, wake)
            log.warning("The database's news have stopped; connecting again")

    async def _listen_on_one_connection(self, database: Postgresql, wake: Callable[[Loop], object]) -> None:
        import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415  it is there only where PostgreSQL is used

        def hear(_connection: object, _pid: object, _channel: object, payload: object) -> None:
            loop, process = str(payload).split()
            if process != self._process:
                wake(Loop(loop))

        ended = asyncio.Event()
        async with database.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(lambda _: ended.set())
            try:
                await raw.add_listener(_CHANNEL, hear)
                for loop in Loop:  # what was told while nobody listened
                    wake(loop)
                await ended.wait()
            except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise StoreUnavailable(str(error)) from error
            finally:
                await connection.invalidate()  # it goes back to no pool: it would go on listening there
