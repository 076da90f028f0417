"""Logging to standard error, with the job's id on each line and without secrets.

A function that works on a job enters ``about_job(id)``; every line logged below it carries the id, also
those of libraries.
"""

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

_job_id: ContextVar[str | None] = ContextVar("job_id", default=None)

_SECRET_PATHS = re.compile(r"((?:/webhooks|/interactions|/callbacks)/[\w-]+)/[\w.~%:-]+")
"""Interaction tokens and callback secrets stand in paths, and libraries log paths."""

_LIBRARY_LEVELS = {
    "sqlalchemy": logging.WARNING,  # at INFO it logs each statement with its values
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "stamina": logging.ERROR,  # each retry, without saying of what
    "discord": logging.INFO,  # at DEBUG these log whole payloads, with prompts and tokens in them
    "aiohttp": logging.INFO,
    "asyncio": logging.INFO,
    "PIL": logging.INFO,
}


@contextmanager
def about_job(job_id: str) -> Iterator[None]:
    """Put the job's id on every line that is logged inside."""
    token = _job_id.set(job_id)
    try:
        yield
    finally:
        _job_id.reset(token)


def setup_logging(level: str, log_format: Literal["text", "json"]) -> None:
    """Send all logging to standard error in one format, replacing what was set up before."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_job_id)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[level]))


def _add_job_id(record: logging.LogRecord) -> bool:
    record.job_id = _job_id.get()
    return True


def _without_secrets(text: str) -> str:
    return _SECRET_PATHS.sub(r"\1/***", text)


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s%(job)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        job_id = getattr(record, "job_id", None)
        record.job = f" [{job_id}]" if job_id else ""
        return _without_secrets(super().format(record))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_secrets(record.getMessage()),
        }
        if job_id := getattr(record, "job_id", None):
            line["job_id"] = job_id
        if record.exc_info:
            line["exception"] = _without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
