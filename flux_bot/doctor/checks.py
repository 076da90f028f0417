"""The doctor: tries each thing that the bot needs, and says of what fails what to do."""

import asyncio
import errno
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import TextIOWrapper
from typing import cast

from yarl import URL

from flux_bot import __version__
from flux_bot.app import run_process
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import ApiError, ApiRefused, FluxBotError, StartupFailed, StoreUnavailable
from flux_bot.doctor.discord_application import look_at_application
from flux_bot.flux.client import FluxApi
from flux_bot.flux.protocol import TASKS_PATH
from flux_bot.logs import setup_logging
from flux_bot.settings import Settings
from flux_bot.store.store import JobStore
from flux_bot.web.reachability import probe, serve_proof

API_PATIENCE_SECONDS = 30.0

_NOT_THE_TOKEN = {
    "used_up": "The balance of FLUX_API_TOKEN is used up: buy more in the Ace Data Cloud console.",
    "no_api": "FLUX_API_URL: there is no Flux Images API at this address.",
    "api_not_implemented": "FLUX_API_URL: there is no Flux Images API at this address.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one check."""

    subject: str
    words: str
    """What was found, or what is wrong and what to do."""
    is_well: bool = True

    def __str__(self) -> str:
        """Return one line with a tick or a cross."""
        return f"{'✓' if self.is_well else '✗'} {self.subject}: {self.words}"


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Try one thing after the other; what fails does not keep the next from being tried."""
    yield await _find("Settings", _check_settings(settings))
    yield await _find("Database", _check_database(settings))
    for finding in await _look_at_discord(settings):
        yield finding
    yield await _find("Image API", _check_image_api(settings))
    yield await _find("Web server", _check_web_server(settings))


async def _find(subject: str, check: Awaitable[str]) -> Finding:
    try:
        return Finding(subject, await check)
    except FluxBotError as error:
        return Finding(subject, str(error), is_well=False)


async def _check_settings(settings: Settings) -> str:
    load_catalogue(settings.flux_catalogue)
    if settings.allow_private_image_hosts:
        return "complete; but ALLOW_PRIVATE_IMAGE_HOSTS is on, which is for tests only"
    return "complete"


async def _check_database(settings: Settings) -> str:
    mark = secrets.token_hex(8)
    async with JobStore(settings.database_url.get_secret_value()) as store:
        try:
            await store.set_note("doctor", mark)
            read = await store.note("doctor")
        except StoreUnavailable as error:
            raise StartupFailed(f"DATABASE_URL: the database does not take what is written: {error}") from error
    if read != mark:
        raise StartupFailed("DATABASE_URL: the database does not keep what is written; is another doctor at work?")
    return "can be written and read"


async def _look_at_discord(settings: Settings) -> list[Finding]:
    try:
        found = await look_at_application(settings.discord_token.get_secret_value(), settings.discord_api_url)
    except FluxBotError as error:
        return [Finding("Discord", str(error), is_well=False)]
    return [
        Finding("Discord", f"logged in as {found.name}, in about {found.servers} servers"),
        Finding(
            "Installation",
            " ".join(found.faults or ("as it should be.", *found.remarks)),
            is_well=not found.faults,
        ),
        Finding("Invitation", found.invite_link),
    ]


async def _check_image_api(settings: Settings) -> str:
    url, token = settings.flux_api_url, settings.flux_api_token.get_secret_value()
    async with FluxApi(url, token) as api:
        try:
            async with asyncio.timeout(API_PATIENCE_SECONDS):
                await api.look_up([])
        except ApiRefused as refused:
            mend = _NOT_THE_TOKEN.get(
                refused.failure.code,
                "FLUX_API_TOKEN: the image API refuses it. Copy anew an API key that may use Flux.",
            )
            raise StartupFailed(f"{mend} It said: {refused}") from refused
        except (ApiError, TimeoutError) as error:
            reason = str(error) or f"within {API_PATIENCE_SECONDS:g} s"
            raise StartupFailed(f"FLUX_API_URL: no answer to a look-up from {url}{TASKS_PATH} ({reason})") from error
    return "takes the token; nothing was charged, and the balance was not looked at"


async def _check_web_server(settings: Settings) -> str:
    """Try whether callbacks would come through, to the running bot or to a server that answers in its place."""
    host, port, public_url = settings.webhook_host, settings.webhook_port, settings.public_url
    async with AsyncExitStack() as stack:
        who = "this program"
        try:
            await stack.enter_async_context(serve_proof(settings))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise StartupFailed(f"WEBHOOK_HOST, WEBHOOK_PORT: can't listen on {host}:{port} ({error})") from error
            who = "the running bot"
            if seen := await probe(_local_url(host, port), settings):
                raise StartupFailed(
                    f"WEBHOOK_PORT: another program has port {port} ({seen}). Stop it or choose another port."
                ) from error
        if not public_url:
            return f"{who} listens on port {port}; PUBLIC_URL is empty, so results come by look-ups alone"
        if seen := await probe(public_url, settings):
            raise StartupFailed(f"PUBLIC_URL: callbacks don't come from {public_url} to port {port}: {seen}")
        return f"callbacks come from {public_url} to port {port}, where {who} listens"


def _local_url(host: str, port: int) -> str:
    """Return the address at which this machine reaches its own web server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  all addresses
    return str(URL.build(scheme="http", host=host, port=port)).rstrip("/")


def main() -> int:
    """Examine and print; returns the exit code: 0 all is well, 1 something is not, 2 a setting is missing or wrong."""
    code = 1

    async def report() -> None:
        nonlocal code
        settings, crosses = Settings.load(), 0
        setup_logging("ERROR", "text")
        async for finding in examine(settings):
            print(finding, flush=True)
            crosses += not finding.is_well
        print(f"\nflux-bot {__version__}: {'mend what has a cross' if crosses else 'all is well'}")
        code = 1 if crosses else 0

    async def work(stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            reporting = tasks.create_task(report())
            reporting.add_done_callback(lambda _: stop.set())
            await stop.wait()
            reporting.cancel()

    # Where the terminal has no tick, its name is better than an error.
    cast("TextIOWrapper", sys.stdout).reconfigure(errors="namereplace")
    return run_process(work) or code
