"""Plots of how the costs grow with queued jobs, users and guilds, as PNG files."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from matplotlib.figure import Figure

from benchmarks.figures import JOBS_PER_SECOND, WARM_UP, job_cost
from benchmarks.load import ack_seconds, insert, paced, queued_rows
from benchmarks.processes import BOT, YARDSTICK, open_scene

AT_THE_API = 10


class Point(NamedTuple):
    """The cost of work beside a backlog of queued jobs."""

    command_cpu_ms: float
    """CPU time to accept and answer a command."""
    ack_ms: float
    """Median time from a command to its answer."""
    job_cpu_ms: float
    """CPU time to submit a queued job, process its callback and post its picture."""
    rss_mib: float


Series = dict[str, list[float]]


async def plot(folder: Path, *, quick: bool) -> None:
    """Measure, and draw ``waiting.png``, ``users.png`` and ``guilds.png``."""
    jobs, backlogs, shared = (20, [100, 1_000], 1_000) if quick else (100, [100, 1_000, 10_000, 100_000], 10_000)
    guilds = [1, 10] if quick else [1, 10, 100, 1_000]
    waiting_points = [await measure_with_backlog(jobs, count, max(1, count // 10)) for count in backlogs]
    draw(folder / "waiting.png", "queued jobs, ten per user", backlogs, _panels(waiting_points))
    users = [count for count in (10, 100, 1_000, 10_000) if count <= shared]
    user_points = [await measure_with_backlog(jobs, shared, count) for count in users]
    draw(folder / "users.png", f"users with {shared:,} queued jobs in total", users, _panels(user_points))
    both = {
        subject.name: [await job_cost(subject, jobs, guilds=count) for count in guilds] for subject in (BOT, YARDSTICK)
    }
    panels = {
        title: {name: [getattr(cost, field) for cost in costs] for name, costs in both.items()}
        for title, field in (
            ("CPU per finished job, ms", "cpu_ms"),
            ("ack, p50, ms", "ack_ms"),
            ("memory, MiB", "rss_mib"),
        )
    }
    draw(folder / "guilds.png", "guilds", guilds, panels)


async def measure_with_backlog(jobs: int, backlog: int, users: int) -> Point:
    """Run commands and then queued jobs in a bot with a backlog."""
    limit = {"FLUX_MAX_IN_FLIGHT": str(AT_THE_API)}
    async with open_scene(BOT, seconds=None, settings=limit, start=False) as scene:
        await insert(scene.database_url, queued_rows(scene, backlog, users))
        process = await scene.start()
        await scene.discord.wait_for(lambda: len(scene.flux.tasks) == AT_THE_API)
        await ack_seconds(await paced(scene, WARM_UP, JOBS_PER_SECOND))
        before = process.cpu_seconds()
        acks = await ack_seconds(await paced(scene, jobs, JOBS_PER_SECOND))
        accepted = process.cpu_seconds()
        scene.flux.seconds = 0.0
        for task in list(scene.flux.tasks.values()):
            task.released.set()
        await scene.until_posted(jobs)
        cpu_per_job = (process.cpu_seconds() - accepted) / len(scene.posts()) * 1000
        return Point((accepted - before) / jobs * 1000, median(acks) * 1000, cpu_per_job, process.rss_mib())


def _panels(points: Sequence[Point]) -> dict[str, Series]:
    return {
        "CPU, ms": {
            "per command": [point.command_cpu_ms for point in points],
            "per queued job": [point.job_cpu_ms for point in points],
        },
        "ack, p50, ms": {"bot": [point.ack_ms for point in points]},
        "memory, MiB": {"bot": [point.rss_mib for point in points]},
    }


def draw(path: Path, x_label: str, x: Sequence[int], panels: dict[str, Series]) -> None:
    """Draw panels side by side, with linear y axes from zero and a logarithmic x axis."""
    figure = Figure(figsize=(4 * len(panels), 3.2), layout="constrained")
    for axes, (title, series) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        for name, values in series.items():
            axes.plot(x, values, marker="o", label=name)
        axes.set(title=title, xlabel=x_label, xscale="log")
        axes.set_ylim(bottom=0)
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=100)
