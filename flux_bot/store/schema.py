"""The tables, and the conversion between rows and jobs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from flux_bot.core.jobs import OPEN, Action, CardState, Failure, Image, ImageRequest, Job, JobStatus, Origin, TaskResult


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime as Unix seconds: the same in every database, and cheap to compare."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> float | None:  # noqa: ARG002
        """Turn an aware datetime into seconds."""
        return value.timestamp() if value is not None else None

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Turn seconds into an aware datetime."""
        return datetime.fromtimestamp(value, UTC) if value is not None else None


class Credits(TypeDecorator[Decimal]):
    """An amount of credits as an integer of billionths: exact, and databases can add it up."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:  # noqa: ARG002
        """Turn credits into billionths."""
        return int(value.scaleb(9).to_integral_value()) if value is not None else None

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:  # noqa: ARG002
        """Turn billionths into credits, without zeros at the end."""
        return Decimal(f"{Decimal(value).scaleb(-9).normalize():f}") if value is not None else None


metadata = sa.MetaData()

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("callback_secret", sa.String(80), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    # the request
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("prompt", sa.Text, nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("size", sa.String(40), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("image_url", sa.Text),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("spoiler", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("model_chosen", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("style", sa.String(100)),
    sa.Column("template", sa.Text),
    # the origin
    sa.Column("interaction_id", sa.BigInteger),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("locale", sa.String(20), nullable=False),
    sa.Column("interaction_token", sa.Text),
    sa.Column("token_expires_at", UtcTime, nullable=False),
    sa.Column("upload_limit", sa.BigInteger, nullable=False),
    sa.Column("can_post", sa.Boolean, nullable=False),
    sa.Column("guild_locale", sa.String(20)),
    sa.Column("ping", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("message_id", sa.BigInteger),
    # the progress
    sa.Column("parent_id", sa.String(40)),
    sa.Column("group_id", sa.String(40)),
    sa.Column("group_index", sa.Integer, nullable=False, server_default="0"),
    sa.Column("accepted_at", UtcTime, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("card", sa.String(20), nullable=False),
    sa.Column("card_until", UtcTime),  # a lease, while a process edits the card
    sa.Column("reply_message_id", sa.BigInteger),
    sa.Column("place_shown", sa.Integer),  # the place in the queue that its card shows
    sa.Column("place_edits", sa.Integer, nullable=False, server_default="0"),
    sa.Column("place_edited_at", UtcTime),
    sa.Column("failed_submissions", sa.Integer, nullable=False, server_default="0"),
    sa.Column("size_form", sa.String(40)),
    sa.Column("rejected_forms", sa.JSON(none_as_null=True)),
    sa.Column("expected_cost", Credits),
    sa.Column("submitted_at", UtcTime),
    sa.Column("deadline_at", UtcTime),
    sa.Column("task_id", sa.String(200)),
    sa.Column("trace_id", sa.String(200)),
    sa.Column("next_lookup_at", UtcTime),
    sa.Column("slow_at", UtcTime),  # when its card will say that the picture takes longer than usual
    sa.Column("slot_held_until", UtcTime),  # cancelled, but counted as in flight until then
    sa.Column("images", sa.JSON(none_as_null=True)),  # the pictures received so far, while others are missing
    sa.Column("missing", sa.Integer),
    sa.Column("parts_left", sa.Integer),  # how many more submissions may ask for missing pictures
    sa.Column("earlier_tasks", sa.JSON(none_as_null=True)),
    sa.Column("cost", Credits),
    sa.Column(
        "in_doubt", sa.Integer
    ),  # pictures that may have been charged, because the result of their task is unknown
    sa.Column("failure_code", sa.String(200)),
    sa.Column("failure_message", sa.Text),
    sa.Column("finished_at", UtcTime),
    # the delivery
    sa.Column("next_delivery_at", UtcTime),
    sa.Column("delivery_attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("picture_attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("undelivered_at", UtcTime),
    sa.Column("delivered_at", UtcTime),
    sa.Column("result_message_id", sa.BigInteger),
    sa.Column("result_channel_id", sa.BigInteger),
    sa.Column("is_starred", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("next_repair_at", UtcTime),  # when to fetch the pictures again, if links were posted instead
    sa.Column("erased_at", UtcTime),  # when its user erased all data; none of its contents are left
    sa.Index("ix_jobs_queue", "status", "turn", "accepted_at"),
    sa.Index("ix_jobs_user", "status", "user_id", "turn"),
    sa.Index("ix_jobs_of_user", "user_id", "accepted_at"),
    sa.Index("ix_jobs_task_id", "task_id"),
    sa.Index("ix_jobs_usual_time", "model", "finished_at"),
)
for _name, _column in (
    ("lookup", jobs.c.next_lookup_at),
    ("delivery", jobs.c.next_delivery_at),
    ("deadline", jobs.c.deadline_at),
    ("undelivered", jobs.c.undelivered_at),
    ("finished", jobs.c.finished_at),
    ("parent", jobs.c.parent_id),
    ("slow", jobs.c.slow_at),
    ("slot_held", jobs.c.slot_held_until),
    ("repair", jobs.c.next_repair_at),
    ("interaction", jobs.c.interaction_id),
    ("group", jobs.c.group_id),
    ("erased", jobs.c.erased_at),
):
    _present = _column.is_not(None)
    _is_unique = _column is jobs.c.interaction_id
    sa.Index(f"ix_jobs_{_name}", _column, unique=_is_unique, sqlite_where=_present, postgresql_where=_present)

preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("model", sa.String(100)),
    sa.Column("edit_model", sa.String(100)),
    sa.Column("size", sa.String(40)),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("private", sa.Boolean, nullable=False),
    sa.Column("ping", sa.Boolean, nullable=False),
    sa.Column("style", sa.String(100)),
)

styles = sa.Table(
    "styles",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("job_id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.BigInteger),  # None once the user has erased their data
    sa.Column("user_key", sa.String(64)),  # instead of the user_id, for as long as a limit needs it
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("pictures", sa.Integer, nullable=False),
    sa.Column("amount", Credits, nullable=False),
    sa.Column("accepted_at", UtcTime, nullable=False),
    sa.Index("ix_ledger_time", "accepted_at", "amount"),
    sa.Index("ix_ledger_guild", "guild_id", "accepted_at", "amount"),
    sa.Index("ix_ledger_user", "user_id", "accepted_at"),
    sa.Index("ix_ledger_user_key", "user_key", "accepted_at"),
)

servers = sa.Table(
    "servers",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("settings", sa.Text, nullable=False),  # a ``ServerSettings`` as JSON
    sa.Column("changed_by", sa.BigInteger),
    sa.Column("changed_at", UtcTime),
    sa.Column("log_failed_at", UtcTime),  # since when the bot can't write to the log channel
    sa.Column("left_at", UtcTime),  # when the bot left the server
)

blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),  # 0 means everywhere
    sa.Column("user_id", sa.BigInteger),  # None once the user has erased their data
    sa.Column("user_key", sa.String(64)),
    sa.Column("ends_at", UtcTime),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("blocked_by", sa.BigInteger, nullable=False),
    sa.Column("blocked_at", UtcTime, nullable=False),
    sa.Index("ix_blocks_user", "user_id"),
    sa.Index("ix_blocks_user_key", "user_key"),
    sa.Index("ix_blocks_guild", "guild_id"),
)

message_erasures = sa.Table(
    "message_erasures",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("locale", sa.String(20)),  # language of the report; None means no report
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("deleted", sa.Integer, nullable=False, server_default="0"),
    sa.Column("gone", sa.Integer, nullable=False, server_default="0"),
    sa.Column("refused", sa.Integer, nullable=False, server_default="0"),
    sa.Column("report_attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", UtcTime, nullable=False),  # also a lease, while a process deletes a message
    sa.Index("ix_message_erasures_next", "next_at"),
)

messages_to_erase = sa.Table(
    "messages_to_erase",
    metadata,
    sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_messages_to_erase_user", "user_id", "attempts"),
)

capabilities = sa.Table(
    "capabilities",
    metadata,
    sa.Column("model", sa.String(100), primary_key=True),
    sa.Column("action", sa.String(20), primary_key=True),
    sa.Column("form", sa.String(40)),
    sa.Column("is_accepted", sa.Boolean, nullable=False),
    sa.Column("form_noted_at", UtcTime),
    sa.Column("rejected_at", UtcTime),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


def status_in(*statuses: JobStatus) -> sa.ColumnElement[bool]:
    """Return the condition that a job has one of these statuses; SQLAlchemy would expand a list at each execution."""
    return sa.or_(*(jobs.c.status == status for status in statuses))


def is_one_of(found: sa.Select[tuple[str]]) -> sa.ColumnElement[bool]:
    """Return the condition that a job is one of those that a query finds; the query runs once.

    PostgreSQL may run a subquery once for each row. With a LIMIT it would skip the rows that it has locked already, and
    find others each time; a common table expression with FOR UPDATE is never merged into the statement.
    """
    return jobs.c.id.in_(sa.select(found.cte("found").c.id))


def locked(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return a condition for an UPDATE of a group's jobs that first locks their rows in the group's order.

    Otherwise PostgreSQL locks them in any order, and two transactions may deadlock.
    """
    return is_one_of(sa.select(jobs.c.id).where(condition).order_by(jobs.c.group_index).with_for_update())


_other = jobs.alias()
NO_OTHER_JOB_HAS_THE_TASK = ~sa.exists().where(
    _other.c.task_id == sa.bindparam("task"), _other.c.id != sa.bindparam("job")
)
THE_JOB = jobs.c.id == sa.bindparam("job")
OF_GROUP = sa.or_(THE_JOB, jobs.c.group_id == sa.bindparam("job"))
"""The job, or its whole group if it is the group's first job."""
THE_GROUP = jobs.c.group_id == sa.bindparam("group")
_itself = jobs.alias()
IN_ITS_GROUP = sa.or_(
    THE_JOB,
    jobs.c.group_id == sa.select(_itself.c.group_id).where(_itself.c.id == sa.bindparam("job")).scalar_subquery(),
)
"""The job and, if it is in a group, all other jobs of the group."""
_member = jobs.alias()
_IS_BEFORE = _member.c.group_index < jobs.c.group_index
REPRESENTS_GROUP = ~sa.exists().where(_member.c.group_id == jobs.c.group_id, _IS_BEFORE)
"""The job is the first remaining job of its group."""
IS_DELIVERABLE = sa.or_(
    jobs.c.group_id.is_(None),
    ~sa.exists().where(
        _member.c.group_id == jobs.c.group_id,
        sa.or_(_IS_BEFORE, *(_member.c.status == status for status in OPEN)),
    ),
)
"""The job is delivered on its own, or is the first of a group that has no open jobs left."""
CARD_IS_FREE = sa.or_(jobs.c.card_until.is_(None), jobs.c.card_until <= sa.bindparam("now"))
"""No process is editing the status card."""


NO_IMAGES: dict[str, Any] = {
    "images": None,
    "in_doubt": sa.case(
        (jobs.c.images.is_(None) | jobs.c.cost.is_not(None), jobs.c.in_doubt),
        else_=sa.func.coalesce(jobs.c.in_doubt, 0) + sa.func.json_array_length(jobs.c.images, type_=sa.Integer),
    ),
}
"""Values that discard a job's pictures; those whose cost the API has not named stay in doubt."""


def columns_of(job: Job) -> dict[str, Any]:
    """Return the columns of a newly accepted job."""
    return {
        "id": job.id,
        "callback_secret": job.callback_secret,
        "status": job.status,
        "parent_id": job.parent_id,
        "accepted_at": job.accepted_at,
        "group_id": job.group_id,
        "group_index": job.group_index,
        "turn": job.turn,
        "card": job.card,
        "expected_cost": job.expected_cost,
        **{name: getattr(job.request, name) for name in _REQUEST},
        **{name: getattr(job.origin, name) for name in _ORIGIN},
    }


def job_of(row: Mapping[Any, Any]) -> Job:
    """Return the job in a row of ``jobs``."""
    fields = {name: row[name] for name in _SAME_IN_JOB}
    return Job(
        status=JobStatus(row["status"]),
        card=CardState(row["card"]),
        request=ImageRequest(**{name: row[name] for name in _REQUEST} | {"action": Action(row["action"])}),
        origin=Origin(**{name: row[name] for name in _ORIGIN}),
        result=_result_of(row),
        rejected_forms=tuple(row["rejected_forms"] or ()),
        earlier_tasks=tuple(row["earlier_tasks"] or ()),
        **fields,
    )


def _result_of(row: Mapping[Any, Any]) -> TaskResult | None:
    if row["finished_at"] is None:
        return None
    images: Sequence[dict[str, Any]] = row["images"] or ()
    return TaskResult(
        task_id=row["task_id"],
        images=tuple(Image(**image) for image in images),
        failure=None if images else Failure(row["failure_code"], row["failure_message"] or ""),
        trace_id=row["trace_id"],
        cost=row["cost"],
    )


_REQUEST = tuple(ImageRequest.__dataclass_fields__)
_ORIGIN = tuple(Origin.__dataclass_fields__)
_CONVERTED = {"status", "card", "request", "origin", "result", "rejected_forms", "earlier_tasks", "group"}
_SAME_IN_JOB = tuple(set(Job.__dataclass_fields__) - _CONVERTED)
