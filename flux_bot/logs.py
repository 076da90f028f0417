"""Logging to standard error, with the job's id on each line and without secrets.

Code that works on a job enters ``about_job(job)``. Every line logged inside, even by a library, then carries the
job's id. JSON lines also carry the task_id, trace_id, user_id and guild_id where known.
"""

import asyncio
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Any, Literal, TextIO

from flux_bot.core.callbacks import PREFIX
from flux_bot.core.jobs import Job
from flux_bot.core.text import plain_line

log = logging.getLogger("flux_bot")

_context: ContextVar[Mapping[str, str]] = ContextVar("log_context", default=MappingProxyType({}))

_SECRET_PATHS = re.compile(rf"((?:/webhooks|/interactions|{PREFIX})/[\w-]+)/[\w.~%:-]+")
"""Paths contain interaction tokens and callback secrets, and libraries log paths."""
_USER_INFO = re.compile(r"""://(?!user:password@host)[^/\s"'<>]*@""")
"""The user name and password in an address, such as PUBLIC_URL or DATABASE_URL, but not in the examples of messages."""
_PAGE = re.compile(r"<(?:!doctype html|html)\b.*?(?:</html>|\Z)", re.IGNORECASE | re.DOTALL)
_LIBRARY_LEVELS = {
    "sqlalchemy": logging.WARNING,  # logs every statement with its values at INFO
    "alembic": logging.WARNING,
    "stamina": logging.ERROR,  # logs every retry without its context
    "discord": logging.INFO,  # The following loggers log whole payloads at DEBUG, including prompts and tokens.
    "aiohttp": logging.INFO,
    "asyncio": logging.INFO,
    "PIL": logging.INFO,
}


@contextmanager
def about(**ids: str | int | None) -> Iterator[None]:
    """Add ids to every line logged inside: job_id, task_id, trace_id, user_id, guild_id.

    Ids that are None are omitted; ids added earlier for the same job remain. All ids are logged as strings because many
    JSON parsers can't represent numbers as large as Discord's ids.
    """
    known = {name: str(value) for name, value in ids.items() if value is not None}
    outer = _context.get()
    merged = {**outer, **known}
    is_same_job = outer.get("job_id") in (None, merged.get("job_id"))
    token = _context.set(merged if is_same_job else known)
    try:
        yield
    finally:
        _context.reset(token)


def about_job(job: Job | str) -> AbstractContextManager[None]:
    """Add a job's ids to every line logged inside, or only its own id if no job is given."""
    if isinstance(job, str):
        return about(job_id=job)
    trace_id = job.result.trace_id if job.result else None
    origin = job.origin
    return about(
        job_id=job.id, task_id=job.task_id, trace_id=trace_id, user_id=origin.user_id, guild_id=origin.guild_id
    )


class Throttle:
    """Rate-limited logging of errors that strangers can cause: at most one line per interval, with a count."""

    def __init__(self, log: Callable[[int, Exception], object], seconds: float = 1.0) -> None:
        """Take a function that logs the number of errors since the last log line, and the last error."""
        self._log = log
        self._seconds = seconds
        self._count = 0
        self.is_waiting = False
        """Whether the next error will be counted instead of logged immediately."""

    def note(self, error: Exception) -> None:
        """Log an error: the first error immediately, later errors together at the end of the interval."""
        self._count += 1
        self._last = error
        if not self.is_waiting:
            self._flush()

    def _flush(self) -> None:
        self.is_waiting = self._count > 0
        if self.is_waiting:
            count, self._count = self._count, 0
            asyncio.get_running_loop().call_later(self._seconds, self._flush)
            self._log(count, self._last)


def setup_logging(level: str, log_format: Literal["text", "json"]) -> None:
    """Log everything to standard error in one format, replacing any earlier configuration."""
    handler = _Handler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, minimum in _LIBRARY_LEVELS.items():
        logging.getLogger(name).setLevel(max(minimum, logging.getLevelNamesMapping()[level]))
    sys.excepthook = _log_crash if log_format == "json" else sys.__excepthook__


def report_error(text: str) -> None:
    """Write the error that ends this process as one line: a JSON object if the log is JSON, otherwise plain text."""
    if any(isinstance(handler.formatter, _JsonFormatter) for handler in logging.getLogger().handlers):
        log.critical("%s", text)
    else:
        sys.stderr.write(f"flux-bot: {_mask(text)}\n")


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("Unexpected error; the process is stopping", exc_info=(kind, error, trace))


class _Handler(logging.StreamHandler[TextIO]):
    """Masks secrets in every line."""

    def format(self, record: logging.LogRecord) -> str:
        return _mask(super().format(record))


def _mask(text: str) -> str:
    return _USER_INFO.sub("://***@", _SECRET_PATHS.sub(r"\1/***", text))


class _Formatter(logging.Formatter):
    """Shortens HTML pages in errors, such as the pages of Discord's proxy."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  logging's name
        return _PAGE.sub(lambda page: plain_line(page[0]), super().formatException(ei))


class _TextFormatter(_Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s%(job)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        job_id = _context.get().get("job_id")
        record.job = f" [{job_id}]" if job_id else ""
        return super().format(record)


class _JsonFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
