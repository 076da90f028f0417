"""Logging to standard error, with the job's id on each line and without secrets.

A function that works on a job enters ``about_job(job)``; every line logged below it carries the id, also
those of libraries. Lines in JSON carry besides what else is known: task_id, trace_id, user_id, guild_id.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from flux_bot.core.jobs import Job

_known: ContextVar[Mapping[str, str] | None] = ContextVar("known", default=None)

_SECRET_PATHS = re.compile(r"((?:/webhooks|/interactions|/callbacks)/[\w-]+)/[\w.~%:-]+")
"""Interaction tokens and callback secrets stand in paths, and libraries log paths."""

_LIBRARY_LEVELS = {
    "sqlalchemy": logging.WARNING,  # at INFO it logs each statement with its values
    "alembic": logging.WARNING,
    "stamina": logging.ERROR,  # each retry, without saying of what
    "discord": logging.INFO,  # at DEBUG these log whole payloads, with prompts and tokens in them
    "aiohttp": logging.INFO,
    "asyncio": logging.INFO,
    "PIL": logging.INFO,
}


@contextmanager
def about(
    *,
    job_id: str | None = None,
    task_id: str | None = None,
    trace_id: str | None = None,
    user_id: int | None = None,
    guild_id: int | None = None,
) -> Iterator[None]:
    """Put what is known (not None) on every line that is logged inside, beside what is known of the same job already.

    Ids are written as text: as numbers, those of Discord are too large for many readers of JSON.
    """
    outer = _known.get() or {}
    if job_id is not None and job_id != outer.get("job_id", job_id):
        outer = {}
    ids = {"job_id": job_id, "task_id": task_id, "trace_id": trace_id, "user_id": user_id, "guild_id": guild_id}
    token = _known.set({**outer, **{name: str(value) for name, value in ids.items() if value is not None}})
    try:
        yield
    finally:
        _known.reset(token)


def about_job(job: Job | str) -> AbstractContextManager[None]:
    """Put a job's ids on every line that is logged inside, or its own alone if no more is at hand."""
    if isinstance(job, str):
        return about(job_id=job)
    trace_id = job.result.trace_id if job.result else None
    origin = job.origin
    return about(
        job_id=job.id, task_id=job.task_id, trace_id=trace_id, user_id=origin.user_id, guild_id=origin.guild_id
    )


def setup_logging(level: str, log_format: Literal["text", "json"]) -> None:
    """Send all logging to standard error in one format, replacing what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_what_is_known)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))


def _add_what_is_known(record: logging.LogRecord) -> bool:
    record.known = _known.get() or {}
    return True


def _without_secrets(text: str) -> str:
    return _SECRET_PATHS.sub(r"\1/***", text)


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s%(job)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        job_id = record.__dict__["known"].get("job_id")
        record.job = f" [{job_id}]" if job_id else ""
        return _without_secrets(super().format(record))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_secrets(record.getMessage()),
            **record.__dict__["known"],
        }
        if record.exc_info:
            line["exception"] = _without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
