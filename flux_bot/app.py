"""The composition root: builds all parts, runs all loops, and stops them in order."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flux_bot import __version__
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import ConfigurationError, FluxBotError, StartupFailed
from flux_bot.core.fairness import Limits
from flux_bot.core.rules.blocked_words import load_blocked_words
from flux_bot.core.rules.limits import OperatorRules
from flux_bot.core.text import shorten
from flux_bot.flux.advice import check_token
from flux_bot.flux.client import FluxApi
from flux_bot.images.charts import Charts
from flux_bot.images.fetcher import ImageFetcher
from flux_bot.logs import report_error, setup_logging
from flux_bot.metrics import Metrics
from flux_bot.settings import Settings, read_log_format
from flux_bot.store.database.engines import DISPOSE_SECONDS, only_gateway_on
from flux_bot.store.operator.backups import back_up, restore
from flux_bot.store.operator.copying import copy_database
from flux_bot.store.operator.user_commands import erase_user, export_user
from flux_bot.store.store import JobStore
from flux_bot.ui import texts
from flux_bot.ui.bot import FluxBot
from flux_bot.ui.client.discord_clock import DiscordClock
from flux_bot.ui.client.open_replies import ANSWER_SECONDS
from flux_bot.ui.delivery.message_eraser import DiscordMessageEraser
from flux_bot.ui.delivery.messenger import DiscordMessenger
from flux_bot.ui.delivery.operator_messages import OperatorMessages
from flux_bot.ui.interactions.command_tree import CommandTree
from flux_bot.ui.old_pictures import OldPictures
from flux_bot.web.health import HealthServer
from flux_bot.web.listener import SHUTDOWN_SECONDS
from flux_bot.web.reachability import check_callbacks
from flux_bot.web.server import WebServer
from flux_bot.workflow.loops import Parts, Timing
from flux_bot.workflow.workflow import Workflow

log = logging.getLogger(__name__)

T = TypeVar("T")

STOP_SECONDS = 6.0
"""How long the work in progress may take to finish when the bot is stopped."""
LONGEST_STOP_SECONDS = STOP_SECONDS + ANSWER_SECONDS + 2 * 2 * SHUTDOWN_SECONDS + DISPOSE_SECONDS + 3.0
"""How long the bot may take to stop if the database does not answer: it waits for the work in progress, answers open
interactions, ends the requests to both web servers, drops its database connections, and closes everything else."""
SWITCH_SECONDS = 0.0002
"""How long a thread may hold the GIL. SQLite's thread needs it after every statement; at the default of 5 ms it would
wait behind command handlers, which wait for SQLite."""
EXTENSIONS = (
    "cogs.commands.imagine",
    "cogs.commands.edit",
    "cogs.commands.compare",
    "cogs.commands.show",
    "cogs.commands.jobs",
    "cogs.commands.history",
    "cogs.commands.preferences",
    "cogs.management.style",
    "cogs.moderation.block",
    "cogs.moderation.blocked",
    "cogs.moderation.why",
    "cogs.commands.usage",
    "cogs.management.settings",
    "cogs.commands.help",
    "cogs.commands.privacy",
    "cogs.commands.message_menus",
    "cogs.buttons.controls",
    "cogs.forms.submitted",
    "cogs.messages.listener",
    "cogs.undelivered",
    "cogs.membership",
)
"""discord.py extensions, loaded by name: nothing in flux_bot imports a cog."""


@dataclass(frozen=True, slots=True)
class App:
    """All parts of the bot, opened but not yet connected to Discord."""

    workflow: Workflow
    web: WebServer
    health: HealthServer
    bot: FluxBot
    api: FluxApi

    async def run_loops(self) -> None:
        """Run the workflow and the servers' logs until the workflow is stopped; the bot must be logged in."""
        messenger = DiscordMessenger(self.bot, self.bot.clock.now)
        operator, eraser = OperatorMessages(self.bot).send, DiscordMessageEraser(self.bot)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.bot.server_log.run(), name="server logs")
            await self.workflow.run(messenger, operator, eraser)
            self.bot.server_log.stop()

    async def check_setup(self) -> None:
        """Check PUBLIC_URL and the image API's token and address, and log any problems."""
        await asyncio.gather(self._check_token(), check_callbacks(self.bot.settings))

    async def _check_token(self) -> None:
        try:
            await check_token(self.api)
        except StartupFailed as failed:
            log.warning("Pictures can't be made right now. %s", failed)


@asynccontextmanager
async def open_app(settings: Settings, images: ImageFetcher | None = None) -> AsyncIterator[App]:
    """Build and open all parts, and close them in reverse order.

    ``images`` replaces the fetcher of pictures. Raises ConfigurationError or StartupFailed, which say what to do.
    """
    private_hosts = settings.allow_private_image_hosts
    if private_hosts:
        log.warning("ALLOW_PRIVATE_IMAGE_HOSTS is on: the bot also fetches pictures from private addresses")
    async with AsyncExitStack() as opened:
        metrics, clock = Metrics(), DiscordClock()
        settings.check_role()
        database_url = settings.database_url.get_secret_value()
        if settings.role == "all":
            opened.enter_context(only_gateway_on(database_url))
        rules = OperatorRules(
            budget_per_day=settings.budget_per_day,
            budget_per_month=settings.budget_per_month,
            pictures_per_user_per_day=settings.pictures_per_user_per_day or None,
            zone=ZoneInfo(settings.timezone),
            blocked_words=load_blocked_words(settings.blocked_words_file),
        )
        store = await opened.enter_async_context(JobStore(database_url, metrics, rules))
        token = settings.flux_api_token.get_secret_value()
        api = await opened.enter_async_context(FluxApi(settings.flux_api_url, token))
        images = await opened.enter_async_context(images or ImageFetcher(allow_private_hosts=private_hosts))
        charts = await opened.enter_async_context(Charts())
        catalogue = load_catalogue(settings.flux_catalogue)
        texts.use_labels(catalogue.models)
        opened.callback(texts.use_labels, ())
        parts = Parts(
            store=store,
            catalogue=catalogue,
            api=api,
            images=images,
            metrics=metrics,
            limits=Limits(
                max_in_flight=settings.flux_max_in_flight,
                max_running_per_user=settings.max_running_per_user,
                max_queued_per_user=settings.max_queued_per_user,
            ),
            rules=rules,
            timing=Timing(
                callback_grace=timedelta(seconds=settings.callback_grace_seconds),
                poll_interval=timedelta(seconds=settings.poll_interval_seconds),
                deadline=timedelta(seconds=settings.job_deadline_seconds),
                delivery_lease=timedelta(seconds=settings.delivery_lease_seconds),
            ),
            public_url=settings.public_url,
            resubmit_after_500=settings.resubmit_after_500,
            retention=timedelta(days=settings.retention_days) if settings.retention_days else None,
            now=clock.now,
        )
        workflow = Workflow(parts)
        bot = FluxBot(
            settings=settings,
            workflow=workflow,
            store=store,
            old_pictures=OldPictures(images),
            charts=charts,
            metrics=metrics,
            clock=clock,
            tree_cls=CommandTree,
            extensions=EXTENSIONS,
        )

        async def is_ready() -> bool:
            return bot.is_connected and await workflow.is_up()

        web = await opened.enter_async_context(WebServer(workflow, metrics, settings))
        health = HealthServer(is_ready, workflow.count_jobs, metrics, settings)
        yield App(workflow, web, await opened.enter_async_context(health), bot, api)


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Run the bot until ``stop`` is set; then finish the work in progress, and close everything in order.

    Raises ConfigurationError or StartupFailed, which say what to do.
    """
    async with AsyncExitStack() as opened:
        # The database may take long to respond.
        app = await _unless_stopped(opened.enter_async_context(open_app(settings)), stop)
        if app is None:
            return
        await opened.enter_async_context(app.bot)
        results_by = "callbacks" if settings.public_url else "look-ups alone (PUBLIC_URL is empty)"
        log.info("flux-bot %s, role %s, results by %s", __version__, settings.role, results_by)
        log.info("Callbacks on port %d, health and metrics on port %d", app.web.port, app.health.port)
        async with asyncio.TaskGroup() as tasks:
            checking = tasks.create_task(app.check_setup(), name="check the setup")
            token = settings.discord_token.get_secret_value()
            logged_in = tasks.create_task(app.bot.log_in(token, settings.discord_api_url), name="login")
            stopped = tasks.create_task(stop.wait(), name="stop")
            await asyncio.wait({logged_in, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if stopped.done():
                logged_in.cancel()
                checking.cancel()
                return
            loops = tasks.create_task(app.run_loops(), name="loops")
            if settings.role == "worker":
                log.info("Working without a gateway connection")
            connected = app.bot.stay_connected() if settings.role == "all" else stop.wait()
            gateway = tasks.create_task(connected, name="gateway")
            await stopped
            log.info("Stopping")
            checking.cancel()
            app.workflow.stop()
            replies = tasks.create_task(app.bot.open_replies.finish(STOP_SECONDS), name="replies")
            await asyncio.wait({loops}, timeout=STOP_SECONDS)
            loops.cancel()
            await replies
            await app.bot.close()
            gateway.cancel()  # otherwise discord.py keeps trying to reconnect
    log.info("Stopped")


async def _unless_stopped(work: Coroutine[Any, Any, T], stop: asyncio.Event) -> T | None:
    """Wait for work and return its result; if ``stop`` is set first, cancel the work and return None."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not working.done():
        working.cancel()
        await asyncio.wait({working})
        return None
    return working.result()


def main() -> int:
    """Run the bot as a process, and return the exit code: 0 after a stop, 1 after an error, 2 for a wrong setting."""
    return run_process(_run_with_settings)


def copy_into_database(source: str) -> int:
    """Copy all jobs from a database into the database of DATABASE_URL, and return the same exit code as ``main``."""

    async def copy(_: asyncio.Event) -> None:
        copied = await copy_database(source, Settings.load().database_url.get_secret_value())
        sys.stdout.write(f"Copied {copied} requests.\n")

    return _run_command(copy)


def back_up_database(file: Path) -> int:
    """Copy the database into a new SQLite file, and return the same exit code as ``main``."""

    async def work(_: asyncio.Event) -> None:
        copied = await back_up(Settings.load().database_url.get_secret_value(), file)
        if str(file) == "-":
            sys.stderr.write(f"Wrote {copied} requests.\n")
        else:
            sys.stdout.write(f"Wrote {copied} requests to {file}. Only you can read it.\n")

    return _run_command(work)


def restore_database(file: Path, *, replaces: bool, discards_open: bool) -> int:
    """Copy a backup into the database of DATABASE_URL, and return the same exit code as ``main``."""

    async def work(_: asyncio.Event) -> None:
        url = Settings.load().database_url.get_secret_value()
        restored = await restore(file, url, replaces=replaces, discards_open=discards_open)
        sys.stdout.write(f"Restored {restored.jobs} requests.\n")
        if discards_open:
            sys.stdout.write(f"Discarded {restored.discarded} open requests.\n")
        elif restored.continued:
            sys.stdout.write(
                f"{restored.continued} of them were open when the backup was made. When the bot starts, it submits "
                "(and pays for) or posts them again, even if this was already done after the backup. To prevent that, "
                "restore the backup again with --replace --discard-open-jobs.\n"
            )

    return _run_command(work)


def export_user_data(user_id: int, file: Path) -> int:
    """Write all data stored about a user to a ZIP file, and return the same exit code as ``main``."""

    async def export(_: asyncio.Event) -> None:
        await export_user(Settings.load().database_url.get_secret_value(), user_id, file)
        sys.stdout.write(f"Wrote {file}. Only you can read it.\n")

    return _run_command(export)


def erase_user_data(user_id: int, *, deletes_messages: bool) -> int:
    """Erase all data stored about a user, and return the same exit code as ``main``."""

    async def erase(_: asyncio.Event) -> None:
        settings = Settings.load()
        url, zone = settings.database_url.get_secret_value(), ZoneInfo(settings.timezone)
        sys.stdout.write(f"{await erase_user(url, user_id, zone, deletes_messages=deletes_messages)}\n")

    return _run_command(erase)


def _run_command(work: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    """Run an operator's command; SIGTERM or Ctrl-C cancels the command, so that it can clean up."""

    async def unless_stopped(stop: asyncio.Event) -> None:
        async def is_done() -> bool:
            await work(stop)
            return True

        if not await _unless_stopped(is_done(), stop):
            raise StartupFailed("The command was stopped before it finished.")

    setup_logging("WARNING", read_log_format())
    return run_process(unless_stopped)


async def _run_with_settings(stop: asyncio.Event) -> None:
    setup_logging("INFO", read_log_format())  # for errors in the settings
    settings = Settings.load()
    setup_logging(settings.log_level, settings.log_format)
    await run(settings, stop)


def run_process(work: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    """Run ``work`` until SIGTERM or Ctrl-C sets its event; print errors as one line, and return the exit code."""

    async def until_signalled() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await work(stop)

    sys.setswitchinterval(SWITCH_SECONDS)
    code = 0
    try:
        asyncio.run(until_signalled())
    except* FluxBotError as group:
        errors = list(_leaves(group))
        code = 2 if any(isinstance(error, ConfigurationError) for error in errors) else 1
        for error in errors:
            report_error(shorten(str(error), 1000))
    return code


def _leaves(group: BaseExceptionGroup[FluxBotError]) -> Iterator[FluxBotError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
