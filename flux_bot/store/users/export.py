"""Everything that is stored about a user, as plain values for an export, in pages of limited size."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from flux_bot.core.jobs import Job
from flux_bot.store.database.database import Database
from flux_bot.store.rules.user_keys import UserKeys
from flux_bot.store.schema import (
    blocks,
    job_of,
    jobs,
    ledger,
    message_erasures,
    messages_to_erase,
    preferences,
    servers,
)

ROWS_AT_ONCE = 100
"""Number of rows in a page; a job's row has at most about 20 KB."""
WITHHELD = frozenset({"callback_secret", "interaction_token"})
"""Columns of jobs that are not exported: they are secrets with which others could impersonate the bot."""

Row = dict[str, Any]
Page = tuple[str, list[Row]]
"""The name of a part of the export, and some of its rows."""

_USER: sa.BindParameter[int] = sa.bindparam("user")
_KEY: sa.BindParameter[str] = sa.bindparam("key")
_PARTS: Mapping[str, tuple[sa.Select[Any], tuple[sa.Column[Any], ...]]] = {
    "jobs": (sa.select(jobs).where(jobs.c.user_id == _USER), (jobs.c.accepted_at, jobs.c.id)),
    "preferences": (sa.select(preferences).where(preferences.c.user_id == _USER), (preferences.c.user_id,)),
    "costs": (sa.select(ledger).where(ledger.c.user_id == _USER), (ledger.c.accepted_at, ledger.c.job_id)),
    # Omits the moderator who blocked the user, as that is another person's data.
    "blocks": (
        sa.select(*(column for column in blocks.c if column is not blocks.c.blocked_by)).where(
            sa.or_(blocks.c.user_id == _USER, blocks.c.user_key == _KEY)
        ),
        (blocks.c.id,),
    ),
    # Omits the users whom this user has blocked and the reasons, as those are other people's data.
    "blocks-of-others": (
        sa.select(blocks.c.id, blocks.c.guild_id, blocks.c.blocked_at).where(blocks.c.blocked_by == _USER),
        (blocks.c.id,),
    ),
    "changed-servers": (
        sa.select(servers.c.guild_id, servers.c.changed_at).where(servers.c.changed_by == _USER),
        (servers.c.guild_id,),
    ),
    "messages-being-deleted": (
        sa.select(messages_to_erase).where(messages_to_erase.c.user_id == _USER),
        (messages_to_erase.c.message_id,),
    ),
    "deletion-of-messages": (
        sa.select(message_erasures).where(message_erasures.c.user_id == _USER),
        (message_erasures.c.user_id,),
    ),
}
"""The parts of an export by name, each with its query and the columns to sort by, which are unique together.

Blocks include those that have a hash instead of the id because the user has erased their data.
"""


class Export:
    """Access to a user's rows."""

    def __init__(self, database: Database, keys: UserKeys) -> None:
        self._database = database
        self._keys = keys

    async def pages(self, user_id: int) -> AsyncIterator[Page]:
        """Yield all parts, page by page, each read in a transaction of its own. Raises StoreUnavailable."""
        for name, (query, order) in _PARTS.items():
            page = query.order_by(*order).limit(ROWS_AT_ONCE)
            rows = await self._read(page, user_id, order, None)
            while rows:
                yield name, [_plain(row, is_job=name == "jobs") for row in rows]
                rows = await self._read(page, user_id, order, rows[-1])

    async def _read(
        self, page: sa.Select[Any], user_id: int, order: tuple[sa.Column[Any], ...], last: Row | None
    ) -> list[Row]:
        if last is not None:
            values = (sa.literal(last[column.name], column.type) for column in order)
            page = page.where(sa.tuple_(*order) > sa.tuple_(*values))
        parameters = {"user": user_id, "key": self._keys.of(user_id)}
        return await self._database.read(
            lambda connection: [{**row} for row in connection.execute(page, parameters).mappings()]
        )


def _plain(row: Row, *, is_job: bool) -> Row:
    """Return a row without secrets, with values that fit JSON; a job also gets the link to its message."""
    plain = {name: _text_of(value) for name, value in row.items() if name not in WITHHELD}
    if is_job:
        plain["link"] = link_of(job_of(row))
    return plain


def link_of(job: Job) -> str | None:
    """Return the address of the message with a job's result, for the user who requested it."""
    if job.result_message_id is None or job.result_channel_id is None:
        return None
    is_there = job.result_channel_id == job.origin.channel_id
    place = (job.origin.guild_id if is_there else None) or "@me"
    return f"https://discord.com/channels/{place}/{job.result_channel_id}/{job.result_message_id}"


def _text_of(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # Many programs lose digits of integers longer than 53 bits, such as Discord's ids.
    return str(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
