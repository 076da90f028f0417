"""Wakes the loops of other processes with PostgreSQL's LISTEN and NOTIFY.

A notification carries no data: a loop that is woken looks into the database as usual. On SQLite there is only one
process, which wakes its own loops.
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
from flux_bot.store.database.engines import Engine, Postgresql

log = logging.getLogger(__name__)

_CHANNEL = "flux_bot"


class Loop(StrEnum):
    """The loops that other processes can wake."""

    DISPATCH = "dispatch"
    DELIVER = "deliver"


class Notifications:
    """Sends and receives notifications for one process."""

    def __init__(self, engine: Engine) -> None:
        """Take the engine of the shared database."""
        self._postgresql = engine if isinstance(engine, Postgresql) else None
        self._process = secrets.token_hex(4)

    def notify(self, connection: sa.Connection, *loops: Loop) -> None:
        """Wake these loops in all other processes once the transaction is committed."""
        if self._postgresql:
            calls = (sa.func.pg_notify(_CHANNEL, f"{loop} {self._process}") for loop in loops)
            connection.execute(sa.select(*calls))

    async def listen(self, wake: Callable[[Loop], object]) -> None:
        """Call ``wake`` for notifications of other processes, until cancelled; reconnect if the connection is lost.

        Return at once on SQLite.
        """
        while self._postgresql:
            errors = (StoreUnavailable, SQLAlchemyError, OSError)
            async for attempt in stamina.retry_context(on=errors, attempts=None, timeout=None, wait_max=10):
                with attempt:
                    await self._listen_on_one_connection(self._postgresql, wake)
            log.warning("Database notifications stopped; reconnecting")

    async def _listen_on_one_connection(self, database: Postgresql, wake: Callable[[Loop], object]) -> None:
        import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415  only installed for PostgreSQL

        def receive(_connection: object, _pid: object, _channel: object, payload: object) -> None:
            loop, process = str(payload).split()
            if process != self._process:
                wake(Loop(loop))

        ended = asyncio.Event()
        async with database.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(lambda _: ended.set())
            try:
                await raw.add_listener(_CHANNEL, receive)
                for loop in Loop:  # for notifications that were missed before
                    wake(loop)
                await ended.wait()
            except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise StoreUnavailable(str(error)) from error
            finally:
                await connection.invalidate()  # otherwise the connection would keep listening in the pool
