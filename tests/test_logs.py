"""The log: job ids on each line, no secrets, and quiet libraries."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flux_bot.core.callbacks import new_secret
from flux_bot.core.jobs import (
    Action,
    Image,
    ImageRequest,
    Job,
    JobStatus,
    Origin,
    TaskResult,
    new_job_id,
)
from flux_bot.logs import about, about_job, setup_logging

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
Format = Literal["text", "json"]
FORMATS: tuple[Format, ...] = ("text", "json")
LIBRARIES = ("sqlalchemy", "discord", "aiohttp", "asyncio", "PIL")
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246MTIz.Abc-DEF_~%3D:tail"
"""Longer tokens have the same characters (docs.discord.com, interactions/receiving-and-responding)."""

SECRET = new_secret()
SECRET_PATHS = [
    (
        f"POST https://discord.com/api/v10/interactions/123/{INTERACTION_TOKEN}/callback",
        "/interactions/123/***/callback",
    ),
    (f"PATCH /webhooks/456/{INTERACTION_TOKEN}/messages/@original with", "/webhooks/456/***/messages/@original with"),
    (f"/webhooks/456/{INTERACTION_TOKEN}?wait=true", "/webhooks/456/***?wait=true"),
    (f"http://bot.example.org/callbacks/Ab_-9/{SECRET}", "http://bot.example.org/callbacks/Ab_-9/***"),
    (f'"POST /callbacks/job_1/{SECRET} HTTP/1.1" 400', '/callbacks/job_1/*** HTTP/1.1" 400'),
    (f"/callbacks/a/{SECRET} and /callbacks/b/{SECRET}", "/callbacks/a/*** and /callbacks/b/***"),
]


@contextmanager
def _restore_loggers() -> Iterator[None]:
    """Restore the loggers afterwards: pytest's own handlers are on the root logger."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    try:
        root.handlers = []
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        for name, was in levels.items():
            logging.getLogger(name).setLevel(was)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    with _restore_loggers():
        yield


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines logged since the last call; nothing may go to standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the objects logged since the last call."""
    return [json.loads(line) for line in lines(capsys)]


def texts(capsys: pytest.CaptureFixture[str], log_format: Format) -> str:
    """Return all texts logged since the last call, in either format."""
    if log_format == "text":
        return "\n".join(lines(capsys))
    return "\n".join(str(text) for line in json_lines(capsys) for text in line.values())


def fail(text: str) -> None:
    """Raise an error with this text from another error with the same text."""
    raise RuntimeError(f"because of {text}") from ValueError(text)


# --- the job's id -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "logger", ["flux_bot.workflow.workflow", "discord.gateway", "sqlalchemy.pool", "aiohttp.server", "x"]
)
def test_text_lines_carry_the_job(capsys: pytest.CaptureFixture[str], logger: str) -> None:
    """A line logged inside about_job has the job's id, whichever logger writes it; a line outside has none."""
    setup_logging("INFO", "text")
    log = logging.getLogger(logger)
    log.warning("before")
    with about_job("job-1"):
        log.warning("inside %d", 1)
        with about_job("job-2"):
            log.error("deeper")
        log.error("inside again")
    log.warning("after")
    before, *inside, after = lines(capsys)
    assert [line.split(" ", 2)[2] for line in inside] == [
        f"WARNING {logger} [job-1] inside 1",
        f"ERROR   {logger} [job-2] deeper",
        f"ERROR   {logger} [job-1] inside again",
    ]
    assert before.endswith(f" WARNING {logger} before")
    assert after.endswith(f" WARNING {logger} after")


@pytest.mark.parametrize("logger", ["flux_bot.workflow.workflow", "discord.gateway", "sqlalchemy.pool", "x"])
def test_json_lines_carry_the_job(capsys: pytest.CaptureFixture[str], logger: str) -> None:
    """Each line is one JSON object, with a job id only inside about_job."""
    setup_logging("INFO", "json")
    log = logging.getLogger(logger)
    log.warning("“before”")
    with about_job("job-1"):
        log.error("inside\nand %s", "on")
    before, inside = json_lines(capsys)
    assert before.pop("time").endswith("+00:00")
    assert before == {"level": "WARNING", "logger": logger, "message": "“before”"}
    assert inside.pop("time") > "2026"
    assert inside == {"level": "ERROR", "logger": logger, "message": "inside\nand on", "job_id": "job-1"}


ORIGIN = Origin(
    user_id=2**62 + 1,
    channel_id=2,
    guild_id=3,
    locale="de",
    interaction_token=None,
    token_expires_at=NOW,
    upload_limit=1,
    can_post=True,
)
JOB = Job("job-1", "secret", JobStatus.QUEUED, ImageRequest(Action.GENERATE, "a cat", "m", "1:1"), ORIGIN, NOW)
OF_ORIGIN = {"user_id": str(2**62 + 1), "guild_id": "3"}


def extra_fields(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Log a line and return its fields besides the message."""
    logging.getLogger("x").warning("here")
    (line,) = json_lines(capsys)
    return {name: value for name, value in line.items() if name not in {"time", "level", "logger", "message"}}


def test_json_lines_carry_job_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """Fields of a job are added to earlier ones; a new job starts without any."""
    setup_logging("INFO", "json")
    with about_job(JOB):
        assert extra_fields(capsys) == {"job_id": "job-1", **OF_ORIGIN}
        with about(task_id="task"), about_job("job-1"):
            assert extra_fields(capsys) == {"job_id": "job-1", "task_id": "task", **OF_ORIGIN}
        finished = replace(JOB, task_id="task", result=TaskResult("task", (Image("https://x"),), trace_id="trace"))
        with about_job(finished):
            assert extra_fields(capsys) == {"job_id": "job-1", "task_id": "task", "trace_id": "trace", **OF_ORIGIN}
        with about_job("job-2"):
            assert extra_fields(capsys) == {"job_id": "job-2"}
        private = replace(JOB, id="job-3", origin=replace(ORIGIN, guild_id=None))
        with about_job(private):
            assert extra_fields(capsys) == {"job_id": "job-3", "user_id": str(2**62 + 1)}
        assert extra_fields(capsys) == {"job_id": "job-1", **OF_ORIGIN}
    assert extra_fields(capsys) == {}


def test_text_lines_carry_only_the_job_id(capsys: pytest.CaptureFixture[str]) -> None:
    """Text lines have the job's id but not its other fields."""
    setup_logging("INFO", "text")
    with about_job(JOB):
        logging.getLogger("x").warning("here")
    with about(user_id=7):
        logging.getLogger("x").warning("there")
    here, there = (line.split(" ", 2)[2] for line in lines(capsys))
    assert (here, there) == ("WARNING x [job-1] here", "WARNING x there")


@pytest.mark.parametrize("log_format", FORMATS)
async def test_jobs_at_the_same_time(capsys: pytest.CaptureFixture[str], log_format: Format) -> None:
    """Each task and thread has its own job id."""
    setup_logging("INFO", log_format)
    log = logging.getLogger("flux_bot.test")
    meeting = asyncio.Barrier(5)

    async def work(number: int) -> None:
        with about_job(f"job-{number}"):
            await meeting.wait()
            await asyncio.to_thread(log.info, "number %d", number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(5):
            tasks.create_task(work(number))
    found = sorted(lines(capsys), key=lambda line: line.partition("number")[2])
    assert all(f"job-{number}" in line for number, line in enumerate(found))
    assert len(found) == 5


def test_an_error_clears_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    """The id is cleared after the block, even if it ends in an error."""
    setup_logging("INFO", "text")
    with pytest.raises(RuntimeError), about_job("job-1"):
        fail("anything")
    logging.getLogger("x").warning("after")
    assert "job-1" not in lines(capsys)[0]


# --- secrets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize(("text", "masked"), SECRET_PATHS, ids=[masked for _, masked in SECRET_PATHS])
def test_secrets_in_paths_are_masked(
    capsys: pytest.CaptureFixture[str], log_format: Format, text: str, masked: str
) -> None:
    """Tokens and secrets in paths are masked in messages, arguments and tracebacks."""
    setup_logging("INFO", log_format)
    log = logging.getLogger("discord.http")
    log.warning(text)
    log.warning("Asked for %s", text)
    try:
        fail(text)
    except RuntimeError:
        log.exception("Broke at %s", text)
    output = texts(capsys, log_format)
    assert output.count(masked) == 5
    assert INTERACTION_TOKEN not in output
    assert SECRET not in output
    assert "tail" not in output


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(job_id=st.builds(new_job_id), secret=st.builds(new_secret))
def test_every_callback_secret_is_masked(capsys: pytest.CaptureFixture[str], job_id: str, secret: str) -> None:
    """Whatever characters an id and a secret consist of, the id is shown and the secret is masked."""
    for log_format in FORMATS:
        setup_logging("INFO", log_format)
        logging.getLogger("x").warning("https://bot.example.org/callbacks/%s/%s", job_id, secret)
        (line,) = lines(capsys)
        assert f"/callbacks/{job_id}/***" in line
        assert secret not in line


def test_other_paths_are_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    """Paths without secrets are logged unchanged."""
    setup_logging("INFO", "text")
    paths = "/channels/1/messages/2 /flux/images /callbacks /callbacks/job https://cdn.acedata.cloud/a/b.png"
    logging.getLogger("x").warning(paths)
    assert lines(capsys)[0].endswith(paths)


# --- levels -------------------------------------------------------------------------------------------------

QUIET = [
    ("sqlalchemy.engine.Engine", logging.INFO),
    ("sqlalchemy.pool", logging.DEBUG),
    ("discord.http", logging.DEBUG),
    ("discord.gateway", logging.DEBUG),
    ("discord.webhook.async_", logging.DEBUG),
    ("aiohttp.client", logging.DEBUG),
    ("asyncio", logging.DEBUG),
    ("PIL.PngImagePlugin", logging.DEBUG),
]


@pytest.mark.parametrize(("logger", "level"), QUIET, ids=[name for name, _ in QUIET])
def test_libraries_are_quiet(capsys: pytest.CaptureFixture[str], logger: str, level: int) -> None:
    """Even at DEBUG, libraries log warnings but no statements or payloads, which contain prompts and tokens."""
    setup_logging("DEBUG", "text")
    logging.getLogger(logger).log(level, "the payload")
    assert lines(capsys) == []
    logging.getLogger(logger).warning("trouble")
    assert len(lines(capsys)) == 1


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("logger", ["flux_bot.app", "cogs.commands.imagine", "discord.client", "sqlalchemy.pool"])
def test_log_level(capsys: pytest.CaptureFixture[str], level: str, logger: str) -> None:
    """LOG_LEVEL applies to the bot and to libraries, which also have their own minimum."""
    setup_logging(level, "text")
    for each in LEVELS:
        logging.getLogger(logger).log(logging.getLevelNamesMapping()[each], each)
    least = {"discord.client": "INFO", "sqlalchemy.pool": "WARNING"}.get(logger, "DEBUG")
    first = max(LEVELS.index(level), LEVELS.index(least))
    assert [line.rpartition(" ")[2] for line in lines(capsys)] == list(LEVELS[first:])


def test_set_up_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """A second set-up replaces the first: lines are not duplicated, and the level can go up or down."""
    setup_logging("ERROR", "json")
    setup_logging("INFO", "text")
    logging.getLogger("discord").info("once")
    assert len(lines(capsys)) == 1
