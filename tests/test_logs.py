"""The log: job ids on each line, no secrets, and quiet libraries."""

import asyncio
import json
import logging
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from flux_bot.core.callbacks import new_secret
from flux_bot.core.jobs import Image, Job, JobStatus, TaskResult
from flux_bot.logs import Throttle, about, about_job, report_error, setup_logging
from tests.database import NOW, image_request, origin
from tests.discord_server.faults import CLOUDFLARE_PAGE
from tests.flux.caller import eventually

TOKEN = "aW50ZXJhY3Rpb246MTIz.Abc-DEF_~%3D:tail"
"""A sample token; longer ones have the same characters (docs.discord.com, interactions/receiving-and-responding)."""
SECRET = f"-_{new_secret()}_-"
SECRET_PATHS = {
    f"POST https://discord.com/api/v10/interactions/123/{TOKEN}/callback": "/interactions/123/***/callback",
    f"/webhooks/456/{TOKEN}?wait=true": "/webhooks/456/***?wait=true",
    f"/callbacks/Ab_-9/{SECRET} and /callbacks/b/{SECRET}": "/callbacks/Ab_-9/*** and /callbacks/b/***",
    f"postgresql://bot:p@ss{SECRET}@db:5432/name": "postgresql://***@db:5432/name",
    f"https://{SECRET}@bot.example.org arrive": "https://***@bot.example.org arrive",
    "must look like postgresql://user:password@host:5432/name": "postgresql://user:password@host:5432/name",
}
"""The logged texts, each with a part of the text after masking."""


pytestmark = pytest.mark.usefixtures("own_logging")


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines logged since the last call, and check that nothing was printed to standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the objects logged since the last call."""
    return [json.loads(line) for line in lines(capsys)]


def fail(text: str) -> None:
    """Raise an error with this text from another error with the same text."""
    raise RuntimeError(f"because of {text}") from ValueError(text)


def test_text_lines_carry_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    """A line logged inside about_job has the job's id but no other ids, whichever logger writes it."""
    setup_logging("INFO", "text")
    for name in ("flux_bot.workflow.workflow", "sqlalchemy.pool", "x"):
        log = logging.getLogger(name)
        log.warning("before")
        with about_job("job-1"):
            log.warning("inside %d", 1)
            with about_job("job-2"), about(task_id="task", user_id=7):
                log.error("deeper")
            log.error("inside again")
        with pytest.raises(RuntimeError), about_job("job-3"):
            fail("anything")
        with about(user_id=7):
            log.warning("after")
        assert [line.split(" ", 2)[2] for line in lines(capsys)] == [
            f"WARNING {name} before",
            f"WARNING {name} [job-1] inside 1",
            f"ERROR   {name} [job-2] deeper",
            f"ERROR   {name} [job-1] inside again",
            f"WARNING {name} after",
        ]


def test_json_lines_carry_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is one JSON object, with a job id only inside about_job."""
    setup_logging("INFO", "json")
    log = logging.getLogger("sqlalchemy.pool")
    log.warning("“before”")
    with about_job("job-1"):
        log.error("inside\nand %s", "on")
    before, inside = json_lines(capsys)
    assert datetime.fromisoformat(before.pop("time")).utcoffset() == timedelta(0)
    assert before == {"level": "WARNING", "logger": "sqlalchemy.pool", "message": "“before”"}
    del inside["time"]
    assert inside == {"level": "ERROR", "logger": "sqlalchemy.pool", "message": "inside\nand on", "job_id": "job-1"}


def test_errors_that_end_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    """Errors that end the process are one line of text, or a JSON object, even if no code caught them."""
    report_error("no log yet: https://user:password@example.org")
    setup_logging("ERROR", "text")
    report_error("wrong")
    assert lines(capsys) == ["flux-bot: no log yet: https://***@example.org", "flux-bot: wrong"]
    assert sys.excepthook is sys.__excepthook__
    setup_logging("ERROR", "json")
    report_error("100% wrong")
    try:
        fail("a surprise")
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    reported, crashed = json_lines(capsys)
    assert (reported["level"], reported["message"]) == ("CRITICAL", "100% wrong")
    assert (crashed["level"], crashed["message"]) == ("CRITICAL", "Unexpected error; the process is stopping")
    assert "RuntimeError: because of a surprise" in crashed["exception"]


def extra_fields(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Log a line and return its fields besides the message."""
    logging.getLogger("x").warning("here")
    (line,) = json_lines(capsys)
    return {name: value for name, value in line.items() if name not in {"time", "level", "logger", "message"}}


def test_json_lines_carry_job_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """Fields of a job are added to earlier ones; a new job starts without any."""
    setup_logging("INFO", "json")
    user_id = 2**62 + 1
    job = Job("job-1", "secret", JobStatus.QUEUED, image_request(), origin(user_id, guild_id=3), NOW)
    of_job = {"job_id": "job-1", "user_id": str(user_id), "guild_id": "3"}
    with about_job(job):
        assert extra_fields(capsys) == of_job
        with about(task_id="task"), about_job("job-1"):
            assert extra_fields(capsys) == {**of_job, "task_id": "task"}
        with about_job(
            replace(job, task_id="task", result=TaskResult("task", (Image("https://x"),), trace_id="trace"))
        ):
            assert extra_fields(capsys) == {**of_job, "task_id": "task", "trace_id": "trace"}
        with about_job("job-2"):
            assert extra_fields(capsys) == {"job_id": "job-2"}
        with about_job(replace(job, id="job-3", origin=origin(user_id, guild_id=None))):
            assert extra_fields(capsys) == {"job_id": "job-3", "user_id": str(user_id)}
        assert extra_fields(capsys) == of_job
    assert extra_fields(capsys) == {}


async def test_jobs_at_the_same_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Each task and thread has its own job id."""
    setup_logging("INFO", "text")
    log = logging.getLogger("flux_bot.test")
    meeting = asyncio.Barrier(5)

    async def work(number: int) -> None:
        with about_job(f"job-{number}"):
            await meeting.wait()
            await asyncio.to_thread(log.info, "number %d", number)

    await asyncio.gather(*(work(number) for number in range(5)))
    found = sorted(line.partition("flux_bot.test")[2] for line in lines(capsys))
    assert found == [f" [job-{number}] number {number}" for number in range(5)]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_secrets_in_paths_are_masked(capsys: pytest.CaptureFixture[str], log_format: Literal["text", "json"]) -> None:
    """Tokens and secrets in paths are masked in messages, arguments and tracebacks."""
    log = logging.getLogger("discord.http")
    setup_logging("INFO", log_format)
    for text, masked in SECRET_PATHS.items():
        log.warning(text)
        try:
            fail(text)
        except RuntimeError:
            log.exception("Broke at %s", text)
        output = "\n".join(lines(capsys))
        assert output.count(masked) == 4, masked
        for secret in (TOKEN, SECRET, "tail"):
            assert secret not in output, masked
    harmless = "/channels/1/messages/2 /callbacks /callbacks/job https://cdn.acedata.cloud/a/b@c.png me@example.org"
    log.warning(harmless)
    assert harmless in lines(capsys)[0]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_pages_in_errors(capsys: pytest.CaptureFixture[str], log_format: Literal["text", "json"]) -> None:
    """A page that is part of an error is reduced to its text; the traceback stays."""
    setup_logging("INFO", log_format)
    try:
        fail(f"429: {CLOUDFLARE_PAGE}")
    except RuntimeError:
        logging.getLogger("x").exception("Broke")
    output = "\n".join(lines(capsys))
    assert output.count("429: Access denied") == 2
    assert "direct cause" in output
    assert "in fail" in output
    assert "html" not in output
    assert len(output) < 2000


async def test_throttle() -> None:
    """The first error is logged at once, those in the next second are logged together, and a later one at once."""
    logged: list[tuple[int, str]] = []
    throttle = Throttle(lambda count, error: logged.append((count, str(error))), seconds=0.05)
    for number in range(1000):
        throttle.note(ValueError(number))
    assert logged == [(1, "0")]
    await eventually(lambda: len(logged) == 2)
    assert logged[1] == (999, "999")
    await eventually(lambda: not throttle.is_waiting)
    throttle.note(ValueError("again"))
    assert logged[2:] == [(1, "again")]


def test_libraries_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Even at DEBUG, libraries log warnings but no statements or payloads, which contain prompts and tokens."""
    setup_logging("DEBUG", "text")
    quiet = {
        logging.INFO: ("sqlalchemy.engine.Engine", "alembic.runtime.migration"),
        logging.WARNING: ("stamina",),
        logging.DEBUG: ("discord.http", "aiohttp.client", "asyncio", "PIL.PngImagePlugin"),
    }
    for level, names in quiet.items():
        for name in names:
            logging.getLogger(name).log(level, "the payload")
            assert lines(capsys) == [], name
            logging.getLogger(name).log(max(level + 10, logging.WARNING), "trouble")
            assert len(lines(capsys)) == 1, name


def test_log_level(capsys: pytest.CaptureFixture[str]) -> None:
    """LOG_LEVEL applies to the bot and to libraries, which also have their own minimum."""
    levels = ("DEBUG", "INFO", "WARNING", "ERROR")
    own_minimum = {"discord.client": "INFO", "sqlalchemy.pool": "WARNING"}
    for level in ("ERROR", "DEBUG", "WARNING", "INFO"):  # each setup replaces the previous one
        setup_logging(level, "text")
        for name in ("flux_bot.app", *own_minimum):
            for each in levels:
                logging.getLogger(name).log(logging.getLevelNamesMapping()[each], each)
            first = max(levels.index(level), levels.index(own_minimum.get(name, "DEBUG")))
            assert [line.rpartition(" ")[2] for line in lines(capsys)] == list(levels[first:]), (level, name)
