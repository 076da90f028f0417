"""The values of each metric on the page that the running bot serves."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import ApiBusy, ApiError, ApiRefused, ApiUnknown
from flux_bot.core.fairness import Limits
from flux_bot.core.jobs import Failure, TaskResult
from flux_bot.flux.client import FluxApi
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.metrics import Metrics
from flux_bot.sandbox.api_forms import CREDITS
from flux_bot.sandbox.faults import ANSWERS
from flux_bot.web.listener import Listener
from flux_bot.workflow.loops import Parts, Timing
from flux_bot.workflow.results import Results
from tests.flux.caller import eventually
from tests.harness import LOOPBACK, BotHarness, job_id_of
from tests.test_app import running_app

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


async def page_of(http: ClientSession, url: str) -> str:
    """Fetch the page as Prometheus does."""
    async with http.get(f"{url}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        return await answer.text()


async def scrape(http: ClientSession, harness: BotHarness) -> Samples:
    """Fetch the metrics of a bot."""
    return parse_metrics(await page_of(http, url_of(harness.app.health)))


def url_of(server: Listener) -> str:
    """Return the address of a server of the bot."""
    return f"http://{LOOPBACK}:{server.port}"


def changes(before: Samples, after: Samples) -> Samples:
    """Return the changed values and their differences, without times, costs and database transactions."""
    return {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if value != before.get(name, 0) and not re.search("_sum|credits|transaction", name)
    }


async def test_a_picture(tmp_path: Path, http: ClientSession) -> None:
    """One request is counted by every metric that it affects; nothing on the page identifies it."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        start = await scrape(http, harness)
        job, task = await harness.start_job("a secret garden")
        before = await scrape(http, harness)
        assert changes(start, before) == {
            "jobs{running}": 1,
            "jobs_accepted_total": 1,
            "submissions_total{accepted}": 1,
            "reply_seconds_count": 1,
        }
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(job.id)
        await harness.fake.send_callback(task.id)
        await harness.fake.send_callback(task.id, url=f"{url_of(harness.app.web)}/callbacks/{job.id}/wrong")
        page = await page_of(http, url_of(harness.app.health))
        after = parse_metrics(page)
        size = len(next(iter(harness.fake.files.values())).data)
        assert changes(before, after) == {
            "jobs{running}": -1,
            "callbacks_total{taken}": 1,
            "callbacks_total{repeated}": 1,
            "callbacks_total{refused}": 1,
            "jobs_finished_total{pictures}": 1,
            "result_seconds_count{callback}": 1,
            "deliveries_total{channel}": 1,
            "delivery_seconds_count": 1,
            "picture_bytes_total{fetched}": size,
            "picture_bytes_total{posted}": size,
        }
        assert after["result_seconds_sum{callback}"] == pytest.approx((await harness.job(job.id)).seconds_taken)
        assert after["database_transaction_seconds_count"] > before["database_transaction_seconds_count"]
        for hidden in ("garden", job.id, task.id, harness.alice.id, harness.channel.id, harness.guild.id):
            assert str(hidden) not in page


async def test_credits(tmp_path: Path) -> None:
    """The costs of results are added up by model; results of unknown cost add nothing."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        minute, metrics = timedelta(minutes=1), Metrics()
        parts = Parts(
            store=harness.store,
            catalogue=load_catalogue(""),
            api=FluxApi("", ""),
            images=ImageFetcher(),
            metrics=metrics,
            limits=Limits(1, 1, 1),
            timing=Timing(callback_grace=minute, poll_interval=minute, deadline=minute, delivery_lease=minute),
            public_url="",
        )
        for model, credit in (("flux-dev", "0.216"), ("flux-dev", "0.2"), ("flux-2-pro", "0.84"), ("flux-2-max", None)):
            job, task = await harness.start_job(f"a cat for {credit}", model=model, size="1:1")
            result = TaskResult(task.id, failure=FAILURE, cost=Decimal(credit) if credit else None)
            assert await Results(parts).finish(job.id, result, "callback"), model
        found = parse_metrics(generate_latest(metrics.registry).decode())
        credit_counts = {name: value for name, value in found.items() if name.startswith("credits")}
        assert credit_counts == pytest.approx({"credits_total{flux-dev}": 0.416, "credits_total{flux-2-pro}": 0.84})


async def test_limits(tmp_path: Path, http: ClientSession) -> None:
    """The spent and reserved credits are shown with the budgets; each refusal is counted by its rule."""
    settings: dict[str, Any] = {"budget_per_day": "1", "budget_per_month": "10", "pictures_per_user_per_day": 3}
    async with BotHarness(tmp_path, seconds=None, **settings) as harness:
        options: dict[str, Any] = {"model": "flux-dev", "size": "1:1"}
        done, task = await harness.start_job("a cat", **options)
        await harness.fake.finish(task.id)
        await harness.wait_until_closed(done.id)
        await harness.start_job("two cats", count=2, **options)
        await harness.imagine("three cats", count=3, **options)
        await harness.imagine("four cats", who=harness.bob, count=2, **options)
        samples = await scrape(http, harness)
        price = CREDITS["flux-dev"]
        for period, budget in (("day", 1), ("month", 10)):
            assert samples[f"spent_credits{{{period}}}"] == pytest.approx(float(price)), period
            assert samples[f"reserved_credits{{{period}}}"] == pytest.approx(float(2 * price)), period
            assert samples[f"budget_credits{{{period}}}"] == budget
        refused = {name: value for name, value in samples.items() if name.startswith("refusals") and value}
        assert refused == {"refusals_total{limit-user-day}": 1, "refusals_total{limit-budget-day}": 1}
        await harness.restart(budget_per_day=None, budget_per_month=None)
        samples = await scrape(http, harness)
        assert not any(name.startswith("budget") for name in samples)


async def test_delivery_methods(tmp_path: Path, http: ClientSession) -> None:
    """If the bot may not post, the delivery method that succeeded is counted."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        for refused, method in (
            (None, "channel"),
            (("post", 403, 50013), "reply"),
            (("edit reply", 404, 10015), "direct_message"),
            (("DM", 403, 50007), "undelivered"),
        ):
            job, task = await harness.start_job(f"a picture by {method}")
            if refused is not None:
                harness.refuse(*refused)
            before = await scrape(http, harness)
            await harness.fake.finish(task.id)
            await harness.wait_until_closed(job.id)
            counted = changes(before, await scrape(http, harness))
            assert counted[f"deliveries_total{{{method}}}"] == 1, method
            assert sum(name.startswith("deliveries_total") for name in counted) == 1, method
            assert counted.get("jobs{undelivered}", 0) == (method == "undelivered"), method
            assert counted.get("delivery_seconds_count", 0) == (method != "undelivered"), method


async def test_lookups(tmp_path: Path, http: ClientSession) -> None:
    """Look-ups are counted, both failed ones and those that return a result."""
    async with BotHarness(tmp_path, public_url="", poll_interval_seconds=0.01) as harness:
        harness.fake.faults.lookup = [ANSWERS["disabled"], None]
        interaction = await harness.imagine()
        assert interaction.response is not None
        await harness.wait_until_closed(job_id_of(interaction.response.message))
        samples = await scrape(http, harness)
        assert samples["lookups_total{failed}"] == 1
        assert samples["lookups_total{answered}"] >= 1
        assert samples["lookup_results_total"] == samples["result_seconds_count{look-up}"] == 1


async def test_failures(tmp_path: Path, http: ClientSession) -> None:
    """Failures, refusals and abandoned jobs are counted, and the replies to refused requests are also timed."""
    async with BotHarness(tmp_path, job_deadline_seconds=2) as harness:  # for the lost task; the others finish quickly
        harness.fake.faults.failure = [FAILURE, None]
        await harness.imagine()
        await eventually(lambda: len(harness.fake.submissions) == 1)
        harness.fake.faults.submit = ANSWERS["moderation"]
        await harness.imagine()
        await eventually(lambda: len(harness.fake.submissions) == 2)
        harness.fake.faults.submit = ANSWERS["cut"]
        await harness.imagine()
        rejected = await harness.imagine(size="17x1")
        for row in harness.sql("SELECT id FROM jobs"):
            await harness.wait_until_closed(row["id"])
        assert rejected.response is not None
        samples = await scrape(http, harness)
        assert samples["jobs_accepted_total"] == 3
        assert samples["reply_seconds_count"] == 4
        assert samples["jobs_finished_total{failure}"] == 2
        assert samples["jobs_abandoned_total"] == 1
        assert samples["submissions_total{refused}"] == samples["submissions_total{unknown}"] == 1
        assert samples["result_seconds_count{refusal}"] == 1


def test_submissions() -> None:
    """Each outcome of a submission has its own count, and the error is raised unchanged."""
    metrics = Metrics()
    outcomes: dict[str, ApiError | None] = {
        "accepted": None,
        "busy": ApiBusy(FAILURE),
        "refused": ApiRefused(FAILURE),
        "unknown": ApiUnknown("cut"),
    }

    def counts() -> dict[str, float | None]:
        name = "flux_bot_submissions_total"
        return {what: metrics.registry.get_sample_value(name, {"outcome": what}) for what in outcomes}

    expected = dict.fromkeys(outcomes, 0)
    for outcome, error in outcomes.items():
        if error is None:
            with metrics.submission():
                pass
        else:
            with pytest.raises(type(error)) as raised, metrics.submission():
                raise error
            assert raised.value is error
        expected[outcome] = 1
        assert counts() == expected


async def test_the_queue(tmp_path: Path, http: ClientSession) -> None:
    """The age is that of the longest-waiting job, or 0 if none waits; cancelled jobs count as paid once submitted."""
    async with BotHarness(tmp_path, seconds=None, flux_max_in_flight=1) as harness:
        assert (await scrape(http, harness))["queue_age_seconds"] == 0
        running, _ = await harness.start_job()
        for prompt in ("second", "third"):
            await harness.imagine(prompt)
        await harness.change("UPDATE jobs SET accepted_at = accepted_at - 600 WHERE prompt = 'third'")
        before = await scrape(http, harness)
        assert before["jobs{queued}"] == 2
        assert 600 <= before["queue_age_seconds"] < 700

        ((queued_id,),) = harness.sql("SELECT id FROM jobs WHERE prompt = 'third'")
        for job_id, paid in ((queued_id, "no"), (running.id, "yes")):
            await harness.app.workflow.cancel(job_id, caller_edits_card=False)
            after = await scrape(http, harness)
            assert changes(before, after)[f"jobs_cancelled_total{{{paid}}}"] == 1
        assert after["queue_age_seconds"] < 600


async def test_without_the_database(tmp_path: Path, http: ClientSession) -> None:
    """While the database does not respond, the page has everything except job counts."""
    async with BotHarness(tmp_path, expects_errors=True) as harness:
        assert "jobs{queued}" in await scrape(http, harness)
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        samples = await scrape(http, harness)
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        assert not any(name.startswith("jobs{") for name in samples)
        assert samples["queue_age_seconds"] != samples["queue_age_seconds"]
        assert samples["submissions_total{accepted}"] == 0
        assert (await scrape(http, harness))["jobs{queued}"] == 0


async def test_rate_limits(tmp_path: Path, http: ClientSession) -> None:
    """Every 429 from Discord is counted by its limit; the wait for another limit does not delay the reply."""
    async with running_app(tmp_path) as app:
        await app.start()
        app.discord.refuse("post", 429, times=1)
        app.discord.refuse("remove card", 429, times=1, scope="shared")
        await app.discord.slash("alice", "general", "imagine", prompt="a red fox").acknowledged()
        await app.finish_task()
        await eventually(lambda: [request.status for request in app.calls("DELETE", "/webhooks/")] == [429, 204])
        samples = parse_metrics(await page_of(http, app.health_url))
        assert samples["discord_rate_limits_total{user}"] == 1
        assert samples["discord_rate_limits_total{shared}"] == 1
        assert samples["discord_rate_limits_total{unknown}"] == 0
        assert samples["reply_seconds_count"] == 1
