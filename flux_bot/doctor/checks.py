"""The doctor: checks everything that the bot needs, and explains how to fix each problem."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import cast

from yarl import URL

from flux_bot import __version__
from flux_bot.app import run_process
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import ApiError, ApiRefused, FluxBotError, StartupFailed, StoreUnavailable
from flux_bot.core.text import plain_line
from flux_bot.doctor.discord_application import (
    describe_access,
    find_notes,
    find_problems,
    invite_link,
    read_application,
)
from flux_bot.flux.advice import check_token
from flux_bot.flux.client import FluxApi
from flux_bot.flux.platform import APPLICATIONS, CATALOGUE, read_balance, read_page, read_prices
from flux_bot.flux.protocol import IMAGES_PATH, TASKS_PATH
from flux_bot.logs import setup_logging
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from flux_bot.web.health_check import is_alive
from flux_bot.web.listener import check_address, is_in_use, local_host
from flux_bot.web.reachability import find_host_problem, probe, serve_proof

INVITATION = "Invitation"
"""The name of the result with the invitation link, which is not a check and is printed last."""
_NOT_UNDERSTOOD = "the vendor's page could not be understood"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    name: str
    message: str
    """The finding, or the problem and how to fix it."""
    ok: bool = True

    def __str__(self) -> str:
        """Return one line that begins with a tick or a cross."""
        return f"{'✓' if self.ok else '✗'} {self.name}: {self.message}"


async def run_checks(settings: Settings) -> AsyncIterator[CheckResult]:
    """Run all checks one after another, even if some fail."""
    yield await _run_check("Settings", _check_settings(settings))
    database = await _run_check("Database", _check_database(settings))
    yield database
    async for result in _check_discord(settings):
        yield result
    yield await _run_check("Image API", _check_image_api(settings))
    if database.ok:
        yield await _run_check("Models", _check_models(settings))
    if (token := settings.acedatacloud_platform_token) is not None:
        yield await _run_check("Balance", _check_balance(settings, token.get_secret_value()))
        yield await _run_check("Prices", _check_prices(settings))
    yield await _run_check("Web server", _check_web_server(settings))
    yield await _run_check("Health checks", _check_health_server(settings))


async def _run_check(name: str, check: Awaitable[str]) -> CheckResult:
    try:
        return CheckResult(name, await check)
    except FluxBotError as error:
        return CheckResult(name, str(error), ok=False)


async def _check_settings(settings: Settings) -> str:
    settings.check_role()
    load_catalogue(settings.flux_catalogue)
    if settings.allow_private_image_hosts:
        return "valid, but ALLOW_PRIVATE_IMAGE_HOSTS is on, which is for tests only"
    return "valid"


async def _check_database(settings: Settings) -> str:
    written = secrets.token_hex(8)
    async with JobStore(settings.database_url.get_secret_value()) as store:
        try:
            await store.set_note("doctor", written)
            read = await store.note("doctor")
        except StoreUnavailable as error:
            raise StartupFailed(f"DATABASE_URL: writing to the database failed: {error}") from error
    if read != written:
        raise StartupFailed(
            "DATABASE_URL: the database returned a different value than the one written; is another doctor running?"
        )
    return "reading and writing work"


async def _check_discord(settings: Settings) -> AsyncIterator[CheckResult]:
    try:
        app = await read_application(settings.discord_token.get_secret_value(), settings.discord_api_url)
    except FluxBotError as error:
        yield CheckResult("Discord", str(error), ok=False)
        return
    yield CheckResult("Discord", f"logged in as {plain_line(app.name)}, servers: about {app.approximate_guild_count}")
    problems = list(find_problems(app))
    yield CheckResult("Installation", " ".join(problems or ["set up correctly.", *find_notes(app)]), ok=not problems)
    yield CheckResult("Access", describe_access(app, settings.places))
    yield CheckResult(INVITATION, invite_link(app))


async def _check_image_api(settings: Settings) -> str:
    async with FluxApi(settings.flux_api_url, settings.flux_api_token.get_secret_value()) as api:
        await check_token(api)
    return (
        "the token is accepted for look-ups, which are free. This does not prove that it may submit jobs: if the key "
        f"is restricted, it must allow both {IMAGES_PATH} and {TASKS_PATH}"
    )


async def _check_models(settings: Settings) -> str:
    """List the models that the image API has rejected recently, which the bot does not offer until it tries again."""
    async with JobStore(settings.database_url.get_secret_value()) as store:
        rejected = await store.submissions.rejected_models(datetime.now(UTC))
    if not rejected:
        return "the image API has rejected no model in the last 24 hours"
    models = ", ".join(f"{one.model} ({one.action}, {one.rejected_at:%Y-%m-%d %H:%M} UTC)" for one in rejected)
    return f"the image API has rejected {models}. A rejected model is not offered for 24 hours"


async def _check_balance(settings: Settings, token: str) -> str:
    try:
        balance = read_balance(await read_page(settings.flux_platform_url, APPLICATIONS, token))
    except ApiRefused as refused:
        raise StartupFailed(
            f"ACEDATACLOUD_PLATFORM_TOKEN: {settings.flux_platform_url} rejects this token ({refused}). Copy it again, "
            "or leave the setting empty"
        ) from refused
    except ApiError as error:
        return f"unknown, because {settings.flux_platform_url}{APPLICATIONS} can't be read ({error})"
    return f"unknown: {_NOT_UNDERSTOOD}" if balance is None else f"{balance.normalize():f} credits remain"


async def _check_prices(settings: Settings) -> str:
    """Show the vendor's current prices of the catalogue's models."""
    names = list(dict.fromkeys(model.name for model in load_catalogue(settings.flux_catalogue).models))
    try:
        prices = read_prices(await read_page(settings.flux_platform_url, CATALOGUE), names)
    except ApiError as error:
        return f"unknown, because {settings.flux_platform_url}{CATALOGUE} can't be read ({error})"
    if not prices:
        return f"unknown: {_NOT_UNDERSTOOD}"
    listed = "; ".join(f"{name} {prices[name]}" for name in names if name in prices)
    missing = ", ".join(name for name in names if name not in prices)
    return f"in credits: {listed}" + (f". Not listed: {missing}" if missing else "")


async def _check_web_server(settings: Settings) -> str:
    """Check that callbacks reach the running bot or, if it is not running, the doctor in its place."""
    host, port, public_url = settings.webhook_host, settings.webhook_port, settings.public_url
    async with AsyncExitStack() as stack:
        listener = "the doctor"
        try:
            await stack.enter_async_context(serve_proof(settings))
        except StartupFailed as error:
            if not is_in_use(error):
                raise
            listener = "the running bot"
            if reason := await probe(_local_url(host, port), settings):
                raise StartupFailed(
                    f"WEBHOOK_PORT: another program uses port {port} ({reason}). Stop it or choose another port."
                ) from error
        if not public_url:
            return f"{listener} listens on port {port}; PUBLIC_URL is empty, so results are looked up"
        if reason := await probe(public_url, settings):
            problem = find_host_problem(settings)
            raise StartupFailed(
                f"PUBLIC_URL: callbacks to {public_url} do not reach port {port}: {reason}"
                + (f". {problem}" if problem else "")
            )
        secure = public_url.startswith("https://")
        note = "" if secure else ", but anyone on the network path can read and forge them: use https:// in PUBLIC_URL"
        return f"callbacks to {public_url} arrive on port {port}{note}"


async def _check_health_server(settings: Settings) -> str:
    """Check that the running bot responds to health checks or, if it is not running, that their address is free."""
    host, port = settings.health_host, settings.health_port
    try:
        await check_address("HEALTH", host, port)
    except StartupFailed as error:
        if not is_in_use(error) or not await asyncio.to_thread(is_alive, local_host(host), port):
            raise
        return f"the running bot answers on port {port}"
    return f"port {port} is free"


def _local_url(host: str, port: int) -> str:
    """Return the URL of the web server as seen from this machine."""
    return str(URL.build(scheme="http", host=local_host(host), port=port)).rstrip("/")


def main() -> int:
    """Print the results, and return 0 if all checks passed, 1 if any failed, 2 if a setting is missing or invalid."""
    code = 1

    async def report() -> None:
        nonlocal code
        settings, failed = Settings.load(), 0
        setup_logging("ERROR", "text")
        invitation = None
        async for result in run_checks(settings):
            if result.name == INVITATION:
                invitation = result.message
                continue
            print(result, flush=True)
            failed += not result.ok
        print(f"\nflux-bot {__version__}: {'fix the failed checks' if failed else 'all checks passed'}")
        if invitation is not None:
            print(f"Invite the bot to your server: {invitation}")
        code = 1 if failed else 0

    async def work(stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            reporting = tasks.create_task(report())
            reporting.add_done_callback(lambda _: stop.set())
            await stop.wait()
            reporting.cancel()

    # A terminal that can't display a tick shows its name instead of causing an error.
    cast("TextIOWrapper", sys.stdout).reconfigure(errors="namereplace")
    return run_process(work) or code
