"""Monitoring: /metrics, /readyz, and the page that documents the metrics."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from flux_bot.core.errors import ApiBusy, ApiError, ApiRefused, ApiUnknown
from flux_bot.core.jobs import Failure, JobStatus
from flux_bot.metrics import Metrics
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.store.store import JobStore
from tests.database import NOW, Rows, delivered, finished, job_with_status, queued
from tests.end_to_end.bot_process import wire
from tests.flux.caller import eventually
from tests.harness import LOOPBACK, BotHarness, job_id_of

ROOT = Path(__file__).parents[1]
FAILURE = Failure("api_error", "It broke.")
Samples = dict[str, float]
"""Values by name without ``flux_bot_``, with the labels' values: ``jobs{queued}``."""


def parse_metrics(page: str) -> Samples:
    """Return the samples of a metrics page, without histogram buckets and creation times."""
    found = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            labels = "{" + ",".join(sample.labels.values()) + "}" if sample.labels else ""
            if not sample.name.endswith(("_bucket", "_created")):
                found[sample.name.removeprefix("flux_bot_") + labels] = sample.value
    return found


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """An HTTP client that monitors the bot."""
    async with ClientSession() as session:
        yield session


async def scrape(http: ClientSession, url: str) -> Samples:
    """Fetch the metrics as Prometheus does."""
    async with http.get(f"{url}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return parse_metrics(await answer.text())


def url_of(harness: BotHarness) -> str:
    """Return the address of a harness's web server."""
    return f"http://{LOOPBACK}:{harness.app.web.port}"


# --- the documentation --------------------------------------------------------------------------


def test_every_metric_is_documented() -> None:
    """The table in the documentation has exactly the existing metrics, with their types, labels and label values."""
    page = (ROOT / "docs" / "metrics.md").read_text()
    rows = re.findall(r"^\| `(flux_bot_\w+)` \| (\w+) \|(?: `(\w+)`)? \| (.*) \|$", page, re.MULTILINE)
    explained = {name: (kind, label) for name, kind, label, _ in rows}
    families = list(Metrics().registry.collect())
    labels = {
        family.name: next((label for sample in family.samples for label in sample.labels if label != "le"), "")
        for family in families
    }
    without_values = {"flux_bot_jobs": "state", "flux_bot_result_seconds": "source"}
    assert explained == {
        family.name: (family.type, labels[family.name] or without_values.get(family.name, "")) for family in families
    }
    meanings = {name: meaning for name, _, _, meaning in rows}
    for family in families:
        values = {value for sample in family.samples for label, value in sample.labels.items() if label != "le"}
        assert values <= set(re.findall(r"`([\w-]+)`", meanings[family.name])), family.name


def test_suggested_alerts_use_existing_metrics() -> None:
    """The alerts suggested in the documentation use only metrics that exist."""
    page = (ROOT / "docs" / "metrics.md").read_text()
    named = set(re.findall(r"flux_bot_\w+", page.rpartition("```\n")[0].rpartition("```\n")[2]))
    samples = {sample.name for family in Metrics().registry.collect() for sample in family.samples}
    assert len(named) == 4
    assert named <= samples | {"flux_bot_reply_seconds_bucket"}


# --- the jobs in the database ---------------------------------------------------------------------------


async def test_job_counts(store: JobStore, rows: Rows) -> None:
    """Open jobs are counted by their next step; finished ones are not counted."""
    assert (await store.count_open()).by_state == dict.fromkeys(
        ("queued", "submitting", "running", "finished", "undelivered"), 0
    )
    assert (await store.count_open()).longest_waiting_since is None
    await delivered(store)
    undelivered = await finished(store)
    await store.deliveries.mark_undelivered(undelivered, now=NOW)
    for status in (JobStatus.ABANDONED, JobStatus.FINISHED, JobStatus.RUNNING, JobStatus.SUBMITTING):
        await job_with_status(store, rows, status)
    for minutes in (3, 5, 4):
        await queued(store, now=NOW - timedelta(minutes=minutes))
    count_open = await store.count_open()
    assert count_open.by_state == {"queued": 3, "submitting": 1, "running": 1, "finished": 2, "undelivered": 1}
    assert count_open.longest_waiting_since == NOW - timedelta(minutes=5)


# --- the running bot ----------------------------------------------------------------------------------


async def test_a_picture(tmp_path: Path, http: ClientSession) -> None:
    """One request is counted by every metric on its way."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        before = await scrape(http, url_of(harness))
        assert before["jobs{running}"] == 1
        assert before["jobs_accepted_total"] == before["submissions_total{accepted}"] == 1
        assert before["reply_seconds_count"] == 1
        assert before["callbacks_total{taken}"] == before["jobs_finished_total{pictures}"] == 0
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        await harness.fake.send_callback(task.id)
        await harness.fake.send_callback(task.id, url=f"{url_of(harness)}/callbacks/{job.id}/wrong")
        after = await scrape(http, url_of(harness))
        assert after["jobs{running}"] == after["jobs{finished}"] == after["jobs{undelivered}"] == 0
        assert after["callbacks_total{taken}"] == 1
        assert after["callbacks_total{repeated}"] == 1
        assert after["callbacks_total{refused}"] == 1
        assert after["jobs_finished_total{pictures}"] == 1
        assert after["result_seconds_count{callback}"] == 1
        assert after["result_seconds_sum{callback}"] == pytest.approx((await harness.job(job.id)).seconds_taken)
        assert after["deliveries_total{channel}"] == after["delivery_seconds_count"] == 1
        size = len(next(iter(harness.fake.files.values())).data)
        assert after["picture_bytes_total{fetched}"] == after["picture_bytes_total{posted}"] == size
        assert after["database_transaction_seconds_count"] > before["database_transaction_seconds_count"]


async def test_no_label_identifies_a_request(tmp_path: Path, http: ClientSession) -> None:
    """Neither the prompt nor any id is on the page."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job("a secret garden")
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        async with http.get(f"{url_of(harness)}/metrics") as answer:
            page = await answer.text()
        for hidden in ("garden", job.id, task.id, harness.alice.id, harness.channel.id, harness.guild.id):
            assert str(hidden) not in page


@pytest.mark.parametrize(
    ("refusals", "method"),
    [
        ({}, "channel"),
        ({"post": (403, 50013)}, "reply"),
        ({"post": (403, 50013), "edit reply": (404, 10015)}, "direct_message"),
        ({"post": (403, 50013), "edit reply": (404, 10015), "DM": (403, 50007)}, "undelivered"),
    ],
    ids=str,
)
async def test_delivery_methods(
    tmp_path: Path, http: ClientSession, refusals: dict[str, tuple[int, int]], method: str
) -> None:
    """If the bot may not post, the delivery method that succeeded is counted."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        job, task = await harness.start_job()
        for name, (status, code) in refusals.items():
            harness.refuse(name, status, code)
        await harness.fake.finish(task.id)
        await eventually(lambda: harness.row(job.id)["next_delivery_at"] is None)
        samples = await scrape(http, url_of(harness))
        counted = {name: value for name, value in samples.items() if name.startswith("deliveries_total") and value}
        assert counted == {f"deliveries_total{{{method}}}": 1}
        assert samples["jobs{undelivered}"] == samples["deliveries_total{undelivered}"]
        assert samples["delivery_seconds_count"] == 1 - samples["deliveries_total{undelivered}"]


async def test_lookups(tmp_path: Path, http: ClientSession) -> None:
    """Look-ups are counted, both failed ones and those that return a result."""
    async with BotHarness(tmp_path, public_url="", poll_interval_seconds=0.01) as harness:
        harness.fake.faults.lookup = [ANSWERS["disabled"], None]
        interaction = await harness.imagine()
        assert interaction.response is not None
        await harness.wait_until_closed(job_id_of(interaction.response.message))
        samples = await scrape(http, url_of(harness))
        assert samples["lookups_total{failed}"] == 1
        assert samples["lookups_total{answered}"] >= 1
        assert samples["lookup_results_total"] == samples["result_seconds_count{look-up}"] == 1


async def test_failures(tmp_path: Path, http: ClientSession) -> None:
    """Failures, refusals and abandoned jobs are counted, and the replies to refused requests are timed too."""
    async with BotHarness(tmp_path, job_deadline_seconds=2) as harness:  # for the lost task; the others finish quickly
        harness.fake.faults.failure = [FAILURE, None]
        failed = await harness.imagine()
        await eventually(lambda: len(harness.fake.submissions) == 1)
        harness.fake.faults.submit = ANSWERS["moderation"]
        refused = await harness.imagine()
        await eventually(lambda: len(harness.fake.submissions) == 2)
        harness.fake.faults.submit = ANSWERS["cut"]
        lost = await harness.imagine()
        rejected = await harness.imagine(size="17x1")
        for interaction in (failed, refused, lost):
            assert interaction.response is not None
            await harness.wait_until_closed(job_id_of(interaction.response.message))
        assert rejected.response is not None
        samples = await scrape(http, url_of(harness))
        assert samples["jobs_accepted_total"] == 3
        assert samples["reply_seconds_count"] == 4
        assert samples["jobs_finished_total{failure}"] == 2
        assert samples["jobs_abandoned_total"] == 1
        assert samples["submissions_total{refused}"] == samples["submissions_total{unknown}"] == 1
        assert samples["result_seconds_count{refusal}"] == 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ApiBusy(FAILURE), "busy"), (ApiRefused(FAILURE), "refused"), (ApiUnknown("cut"), "unknown")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_submissions(error: ApiError, outcome: str) -> None:
    """Each outcome of a submission has its own count, and the error is raised unchanged."""
    metrics = Metrics()
    with pytest.raises(type(error)), metrics.submission():
        raise error
    name = "flux_bot_submissions_total"
    counts = {
        what: metrics.registry.get_sample_value(name, {"outcome": what})
        for what in ("accepted", "busy", "refused", "unknown")
    }
    assert counts == dict.fromkeys(counts, 0) | {outcome: 1}


async def test_queue_age(tmp_path: Path, http: ClientSession) -> None:
    """The age is that of the longest-waiting job, or 0 if no job waits."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        assert (await scrape(http, url_of(harness)))["queue_age_seconds"] == 0
        await harness.start_job()
        for prompt in ("second", "third"):
            await harness.imagine(prompt)
        await harness.change("UPDATE jobs SET accepted_at = accepted_at - 600 WHERE prompt = 'third'")
        samples = await scrape(http, url_of(harness))
        assert samples["jobs{queued}"] == 2
        assert 600 <= samples["queue_age_seconds"] < 700


async def test_without_the_database(tmp_path: Path, http: ClientSession) -> None:
    """While the database does not answer, the page has everything except job counts, and the bot is not ready."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        assert "jobs{queued}" in await scrape(http, url_of(harness))
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        samples = await scrape(http, url_of(harness))
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        assert not any(name.startswith("jobs{") for name in samples)
        assert samples["queue_age_seconds"] != samples["queue_age_seconds"]
        assert samples["submissions_total{accepted}"] == 0
        assert (await scrape(http, url_of(harness)))["jobs{queued}"] == 0


# --- readiness ------------------------------------------------------------------------------------------


async def readyz(http: ClientSession, url: str) -> tuple[int, str]:
    """Request /readyz."""
    async with http.get(f"{url}/readyz") as answer:
        return answer.status, await answer.text()


READY, NOT_READY = (200, "ready"), (503, "not ready")


async def test_ready(tmp_path: Path, http: ClientSession) -> None:
    """The bot is ready while it runs, but not while its database is locked or after it has stopped."""
    async with BotHarness(tmp_path) as harness:
        assert await readyz(http, url_of(harness)) == READY
        async with Rows(f"sqlite:///{tmp_path / 'flux_bot.db'}") as rows, rows.held("none", card="painting"):
            assert await readyz(http, url_of(harness)) == NOT_READY
        assert await readyz(http, url_of(harness)) == READY
        harness.app.workflow.stop()
        assert await readyz(http, url_of(harness)) == NOT_READY


async def test_readiness_of_a_process(tmp_path: Path, http: ClientSession) -> None:
    """The bot is ready while its gateway is connected, and not while it is stopping."""
    async with wire(tmp_path, start=False, seconds=None) as world:
        login = world.discord.inject("GET", "/users/@me", status=0, delay=1)
        await world.bot.launch()
        await eventually(lambda: login.hits)
        assert await readyz(http, world.bot.url) == NOT_READY
        async with http.get(f"{world.bot.url}/healthz") as answer:
            assert answer.status == 200
        await wait_for_readiness(http, world.bot.url, READY)
        world.discord.inject("POST", "/channels/*/messages", status=0, delay=2)
        await world.imagine("in hand")
        await world.flux.finish((await world.task("in hand")).id)
        await eventually(lambda: world.discord.requests[-1].path.endswith("/messages"))
        stopping = asyncio.create_task(world.bot.stop(signal.SIGTERM))
        await eventually(lambda: "Stopping" in world.bot.log)
        assert await readyz(http, world.bot.url) == NOT_READY
        assert await stopping == 0


async def wait_for_readiness(http: ClientSession, url: str, answer: tuple[int, str]) -> None:
    """Wait until /readyz gives this answer."""
    async with asyncio.timeout(30):
        while await readyz(http, url) != answer:
            pass


async def test_ready_worker(tmp_path: Path, http: ClientSession) -> None:
    """A worker, which has no gateway, is ready once it is logged in."""
    async with wire(tmp_path, start=False, settings={"ROLE": "worker"}) as world:
        login = world.discord.inject("GET", "/users/@me", status=0, delay=1)
        await world.bot.launch()
        await eventually(lambda: login.hits)
        assert await readyz(http, world.bot.url) == NOT_READY
        await wait_for_readiness(http, world.bot.url, READY)
        assert world.discord.gateway_connected == 0


async def test_not_ready_without_gateway(tmp_path: Path, http: ClientSession) -> None:
    """The bot is not ready while the gateway is disconnected, and ready again once it is back."""
    async with wire(tmp_path) as world:
        await wait_for_readiness(http, world.bot.url, READY)
        await world.discord.shut_gateway(shut=True)
        await wait_for_readiness(http, world.bot.url, NOT_READY)
        await world.discord.shut_gateway(shut=False)
        await wait_for_readiness(http, world.bot.url, READY)


async def test_rate_limits(tmp_path: Path, http: ClientSession) -> None:
    """Every 429 from Discord is counted by its limit: for the bot's calls, its replies and its webhooks."""
    async with wire(tmp_path) as world:
        world.discord.inject("POST", "/channels/*/messages", status=429)
        world.discord.inject("DELETE", "/webhooks/*", status=429, headers={"X-RateLimit-Scope": "shared"})
        await world.imagine("a red fox")
        await world.result("a red fox")
        await eventually(lambda: len(world.discord.messages("general")) == 1)
        samples = await scrape(http, world.bot.url)
        assert samples["discord_rate_limits_total{user}"] == 1
        assert samples["discord_rate_limits_total{shared}"] == 1
        assert samples["reply_seconds_count"] == 1
        assert samples["reply_seconds_sum"] < 3
