"""How costs grow with the jobs that wait, the users they are of and the guilds, drawn as PNG."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from matplotlib.figure import Figure

from benchmarks.figures import JOBS_A_SECOND, WARM_UP, job_cost
from benchmarks.load import ack_seconds, insert, paced, waiting
from benchmarks.processes import BOT, YARDSTICK, scene

AT_THE_API = 10


class Point(NamedTuple):
    """What work costs beside jobs that wait."""

    command_cpu_ms: float
    """CPU time to accept a command and to answer it."""
    ack_ms: float
    """From a command to its answer, median."""
    job_cpu_ms: float
    """CPU time to submit a waiting job, to take its callback and to post its picture."""
    rss_mib: float


Series = dict[str, list[float]]


async def plot(folder: Path, *, quick: bool) -> None:
    """Measure and draw ``waiting.png``, ``users.png`` and ``guilds.png``."""
    jobs, backlogs, shared = (20, [100, 1_000], 1_000) if quick else (100, [100, 1_000, 10_000, 100_000], 10_000)
    guilds = [1, 10] if quick else [1, 10, 100, 1_000]
    waiting_points = [await beside(jobs, count, max(1, count // 10)) for count in backlogs]
    draw(folder / "waiting.png", "jobs waiting, ten of each user", backlogs, _panels(waiting_points))
    users = [count for count in (10, 100, 1_000, 10_000) if count <= shared]
    user_points = [await beside(jobs, shared, count) for count in users]
    draw(folder / "users.png", f"users that {shared:,} waiting jobs are of", users, _panels(user_points))
    both = {
        subject.name: [await job_cost(subject, jobs, guilds=count) for count in guilds] for subject in (BOT, YARDSTICK)
    }
    panels = {
        title: {name: [getattr(cost, field) for cost in costs] for name, costs in both.items()}
        for title, field in (
            ("CPU a finished job, ms", "cpu_ms"),
            ("ack, p50, ms", "ack_ms"),
            ("memory, MiB", "rss_mib"),
        )
    }
    draw(folder / "guilds.png", "guilds", guilds, panels)


async def beside(jobs: int, backlog: int, users: int) -> Point:
    """Run commands, then let waiting jobs be done, in the bot with a backlog."""
    limit = {"FLUX_MAX_IN_FLIGHT": str(AT_THE_API)}
    async with scene(BOT, seconds=None, settings=limit, start=False) as stage:
        await insert(stage.database_url, waiting(stage, backlog, users))
        process = await stage.start()
        await stage.discord.wait_for(lambda: len(stage.flux.tasks) == AT_THE_API)
        await ack_seconds(await paced(stage, WARM_UP, JOBS_A_SECOND))
        before = process.cpu_seconds()
        acks = await ack_seconds(await paced(stage, jobs, JOBS_A_SECOND))
        accepted = process.cpu_seconds()
        stage.flux.seconds = 0.0
        for task in list(stage.flux.tasks.values()):
            task.released.set()
        await stage.until_posted(jobs)
        cpu_a_job = (process.cpu_seconds() - accepted) / len(stage.posts()) * 1000
        return Point((accepted - before) / jobs * 1000, median(acks) * 1000, cpu_a_job, process.rss_mib())


def _panels(points: Sequence[Point]) -> dict[str, Series]:
    return {
        "CPU, ms": {
            "a command": [point.command_cpu_ms for point in points],
            "a waiting job": [point.job_cpu_ms for point in points],
        },
        "ack, p50, ms": {"bot": [point.ack_ms for point in points]},
        "memory, MiB": {"bot": [point.rss_mib for point in points]},
    }


def draw(path: Path, across: str, x: Sequence[int], panels: dict[str, Series]) -> None:
    """Draw one panel beside the other, each from zero up, over a logarithmic axis."""
    figure = Figure(figsize=(4 * len(panels), 3.2), layout="constrained")
    for axes, (title, series) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        for name, values in series.items():
            axes.plot(x, values, marker="o", label=name)
        axes.set(title=title, xlabel=across, xscale="log")
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=100)
