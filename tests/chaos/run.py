"""One run: bot processes between the doubles, with commands and disruptions as planned, until all jobs are settled."""

import asyncio
import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, assert_never

from flux_bot.sandbox.drawing import paint
from flux_bot.sandbox.fake_flux import FakeFlux, FakeTask
from flux_bot.sandbox.faults import Faults
from tests.chaos.callbacks import CallbackProxy
from tests.chaos.charges import priced_catalogue, wrong_charges
from tests.chaos.database import Database
from tests.chaos.ledger import Answer, Ledger
from tests.chaos.observer import IssuedCommand, Observer, answer_of, is_answered, is_list_for
from tests.chaos.plan import (
    DELETABLE_CHANNELS,
    LIMITABLE_CHANNELS,
    PRIVATE_USER,
    USERS_WITHOUT_DMS,
    ChannelDeletion,
    ChannelLimit,
    Command,
    ConnectionLoss,
    DatabaseLock,
    DiscordFault,
    Disruption,
    ForgedCallback,
    ForgedPart,
    GatewayDrop,
    Kill,
    Message,
    Plan,
    RepeatedCallback,
    SessionInvalidation,
)
from tests.discord_server.payloads import GALLERY, Payload, walk
from tests.discord_server.server import DiscordServer, Request
from tests.end_to_end.bot_process import DISCORD_TOKEN, BotProcess, settings_between
from tests.flux.caller import TOKEN, free_port

DEADLINE_SECONDS = 8.0
SETTLE_SECONDS = 240.0
"""How long the bot may take to settle all jobs; its longest backoff is five minutes, after eight failures in a row."""
GATEWAYS = 2
"""The number of processes that receive every command, as during an update; the others are workers."""
AWAY_SECONDS = 120.0
"""How long the gateway may be disconnected: its process may be killed while starting, or wait for the database."""
ANSWER_SECONDS = 8.0
"""How long to wait for the answer to a message, which may be late; it matters only for counting status cards."""
UNANSWERED_AT_ONCE = 8
"""The maximum number of unanswered commands; on a slow machine, the next one comes later, so that it can catch up."""
LATE_SECONDS = 10.0
"""How long other users' jobs may delay a result."""
ACKNOWLEDGED_TWICE = "40060"
"""Discord's error code if another process has replied, or if an answer was lost and discord.py repeats the call."""

_SETTINGS = {
    "FLUX_MAX_IN_FLIGHT": "1000",
    "MAX_RUNNING_PER_USER": "1000",
    "MAX_QUEUED_PER_USER": "1000",
    "CALLBACK_GRACE_SECONDS": "1.5",
    "JOB_DEADLINE_SECONDS": str(DEADLINE_SECONDS),
}
SCALE = 1 / 16
"""The scale of all pictures; small pictures are drawn faster."""


class Supervised:
    """A bot process that is restarted whenever it ends, as in production."""

    def __init__(self, bot: BotProcess) -> None:
        self.bot = bot
        self.starts = 0
        self._down_seconds = 0.5

    async def run(self) -> None:
        """Restart the process until cancelled."""
        try:
            while True:
                await self.bot.launch()
                self.starts += 1
                await self.bot.exit_code()
                await asyncio.sleep(self._down_seconds)
        finally:
            await self.bot.kill()

    async def crash(self, down_seconds: float) -> None:
        """Kill the process with SIGKILL; it restarts after ``down_seconds``."""
        self._down_seconds = down_seconds
        await self.bot.kill()


class Chaos:
    """The doubles, the processes and the plan; ``run`` returns the ledger."""

    def __init__(self, plan: Plan, folder: Path, database_url: str, *, processes: int = 1) -> None:
        self._plan = plan
        self._folder = folder
        self._database_url = database_url
        self._ports = [free_port() for _ in range(processes)]
        self._open = AsyncExitStack()
        self._issued: list[IssuedCommand] = []
        self._card_count = 0
        self._free = asyncio.Semaphore(UNANSWERED_AT_ONCE)
        self._all_issued = asyncio.Event()
        self._deleted: list[Payload] = []
        self._deleted_channels: set[str] = set()
        self._violations: list[str] = []

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            discord = DiscordServer(token=DISCORD_TOKEN, validate=False, clock_ahead=self._plan.clock_ahead())
            self._discord = await stack.enter_async_context(discord)
            flux = FakeFlux(token=TOKEN, seconds=self._plan.drawing_seconds(), api=self._plan.api())
            flux.scale = SCALE
            self._flux = await stack.enter_async_context(flux)
            proxy = CallbackProxy(self._plan.callback_deliveries(), self._plan.process_choices(), self._ports)
            self._proxy = await stack.enter_async_context(proxy)
            self._database = await stack.enter_async_context(Database(self._database_url))
            self._open = stack.pop_all()
        for user in USERS_WITHOUT_DMS:
            self._discord.add_user(user)
            self._discord.block_dms(user)
        self._discord.add_user(PRIVATE_USER)
        for channel in DELETABLE_CHANNELS:
            self._discord.add_channel(channel)
        self._flux.files["forged.png"] = paint("forged", "flux-dev", "64x64", 0)
        self._processes = [self._process(number, port) for number, port in enumerate(self._ports)]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def _process(self, number: int, port: int) -> Supervised:
        folder = self._folder / f"process-{number}"
        folder.mkdir()
        catalogue = folder / "catalogue.toml"
        catalogue.write_text(priced_catalogue(), encoding="utf-8")
        settings = settings_between(self._discord, self._flux, port, self._proxy.url) | _SETTINGS
        settings |= {"FLUX_CATALOGUE": str(catalogue)}
        role = {"DATABASE_URL": self._database_url, "ROLE": "all" if number < GATEWAYS else "worker"}
        return Supervised(BotProcess(folder, settings | role))

    async def run(self) -> Ledger:
        """Issue the commands, cause the disruptions, wait until all jobs are settled, and fill the ledger."""
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(process.run()) for process in self._processes]
            await self._discord.wait_ready(AWAY_SECONDS)
            await self._discord.wait_for(lambda: self._discord.commands)
            await self._database.prefer_private(self._discord.users[PRIVATE_USER])
            self._flux.faults = self._plan.api_faults(DEADLINE_SECONDS)
            async with asyncio.TaskGroup() as disruptions:
                disruptions.create_task(self._cause_all_disruptions(disruptions))
                await self._issue_all()
                self._all_issued.set()
            self._flux.faults = Faults()
            self._discord.stop_refusing()
            self._proxy.is_transparent = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settle(), SETTLE_SECONDS)
            for task in running:
                task.cancel()
        return await self._ledger()

    @property
    def summary(self) -> str:
        """Counts of what happened during the run."""
        starts = sum(process.starts for process in self._processes)
        posts = sum(len(task.posts) for task in self._flux.tasks.values())
        return (
            f"API of {self._plan.api()}, {len(self._issued)} commands, "
            f"{len(self._flux.submissions)} submissions, {len(self._flux.tasks)} tasks, "
            f"{posts} callbacks, {len(self._flux.lookups)} look-ups, {len(self._discord.requests)} calls to Discord, "
            f"{starts} starts of {len(self._processes)} processes"
        )

    # --- commands ----------------------------------------------------------------------------------

    async def _issue_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for command in self._plan.commands():
                if self._card_count >= self._plan.jobs:
                    return
                await asyncio.sleep(command.pause_seconds)
                await self._discord.wait_for(lambda: self._discord.gateway.connected, AWAY_SECONDS)
                await self._free.acquire()
                group.create_task(self._issue(command))

    async def _issue(self, command: Command) -> None:
        """Issue a command, wait for its answer, and release the semaphore."""
        try:
            await self._issue_and_wait(command)
        finally:
            self._free.release()
        if command.message:
            await asyncio.sleep(max(command.message.delays))  # until all its events have arrived

    async def _issue_and_wait(self, command: Command) -> None:
        channel = "general" if command.channel in self._deleted_channels else command.channel
        if command.message:
            await self._write(command, command.message, channel)
            return
        options = {"prompt": command.typed, "private": command.private, "count": command.count}
        if command.model:
            options["model"] = command.model
        self._discord.interaction_copies = command.copies
        self._discord.interaction_delay = command.delay_seconds
        interaction = self._discord.slash(command.user, channel, "imagine", **options)
        issued = IssuedCommand(command, interaction)
        self._issued.append(issued)
        with suppress(TimeoutError):
            await interaction.acknowledged()
        self._card_count += answer_of(issued, self._discord.requests) is Answer.CARD

    async def _write(self, command: Command, message: Message, channel: str) -> None:
        """Send a message to the bot, and pick a picture if the bot asks which one to edit."""
        results = [one for one in self._discord.messages(channel) if _gallery(one)]
        replied = _pick(results, message.result) if results and message.result is not None else None
        if replied:  # an edit has one prompt
            command = replace(command, alternatives=((), ()))
        words = command.typed
        if replied and message.has_number and len(_gallery(replied)) > 1:
            words = f"1: {words}"
        elif not replied and not channel.startswith("@"):
            words = f"<@{self._discord.backend.bot_user.id}> {words}"
        self._discord.message_delays = message.delays
        first_call = len(self._discord.requests)
        request = self._discord.say(command.user, channel, words, reply_to=replied)
        issued = IssuedCommand(command, message_id=request)
        self._issued.append(issued)

        with suppress(TimeoutError):
            await self._discord.wait_for(lambda: is_answered(issued, self._calls_since(first_call)), ANSWER_SECONDS)
            places = (channel, f"@{command.user}")
            for offered in [
                one for place in places for one in self._discord.messages(place) if is_list_for(one, request)
            ]:
                (custom_id,) = [part["custom_id"] for part in walk(offered["components"]) if part.get("custom_id")]
                await self._discord.click(command.user, offered, custom_id, "1").acknowledged()
        self._card_count += answer_of(issued, self._calls_since(first_call)) is Answer.CARD

    def _calls_since(self, first: int) -> list[Request]:
        return self._discord.requests[first:]

    # --- disruptions ----------------------------------------------------------------------------------

    async def _cause_all_disruptions(self, group: asyncio.TaskGroup) -> None:
        for number, (pause_seconds, disruption) in enumerate(self._plan.disruptions()):
            await asyncio.sleep(pause_seconds)
            # A slow machine must recover from one disruption before the next, or it would never answer anything.
            while not self._all_issued.is_set() and self._card_count < number / self._plan.disruptions_per_command:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            if self._all_issued.is_set():
                return
            group.create_task(self._cause(disruption))

    async def _cause(self, disruption: Disruption) -> None:  # noqa: C901  one case for each kind
        match disruption:
            case Kill(which, down_seconds):
                await self._kill(which, down_seconds)
            case DiscordFault(call, status, code, times, after_handling, scope):
                self._discord.refuse(call, status, code, times=times, after_handling=after_handling, scope=scope)
            case GatewayDrop(code):
                await self._discord.gateway.drop(code)
            case SessionInvalidation():
                self._discord.gateway.invalidate()
            case ChannelDeletion(name):
                self._delete(name)
            case ChannelLimit(name, seconds):
                self._discord.limit_channel(name, 0, seconds)
            case DatabaseLock(seconds):
                await self._database.lock(seconds)
            case ConnectionLoss(share):
                await self._database.cut_connections(share)
            case ForgedCallback(kind, which):
                await self._forge(kind, which)
            case RepeatedCallback(which):
                if ended := [task for task in self._flux.tasks.values() if task.response]:
                    await self._flux.send_callback(_pick(ended, which).id)
            case _:
                assert_never(disruption)

    async def _kill(self, which: float, down_seconds: float) -> None:
        """Kill a process unless all are still starting, as none would ever finish starting on a slow machine."""
        if self._discord.gateway.connected:
            await _pick(self._processes, which).crash(down_seconds)

    def _delete(self, name: str) -> None:
        """Delete a channel and expire the tokens of its interactions, as if they were older than 15 minutes."""
        if name in self._deleted_channels:
            return
        self._deleted_channels.add(name)
        channel_id = str(self._discord.channels[name])
        self._deleted += [one for one in self._discord.all_messages() if one["channel_id"] == channel_id]
        for issued in self._issued:
            if issued.interaction and issued.interaction.channel.name == name:
                self._discord.expire(issued.interaction)
        self._discord.delete_channel(name)

    async def _forge(self, kind: ForgedPart, which: float) -> None:
        tasks = list(self._flux.tasks.values())
        if not tasks:
            return
        task = _pick(tasks, which)
        job_id, secret = str(task.request["callback_url"]).rsplit("/", 2)[-2:]
        task_id = task.id
        if kind is ForgedPart.SECRET:
            secret = secrets.token_urlsafe(32)
        elif kind is ForgedPart.JOB:
            job_id = secrets.token_urlsafe(12)
        elif await self._database.task_of(job_id) == task.id:
            task_id = "another"
        else:
            return  # while the task is unknown, a callback with the right secret is accepted
        status = await self._proxy.post(f"/callbacks/{job_id}/{secret}", self._forged(task, task_id))
        if status is not None and status < 300:
            self._violations.append(f"a forged callback ({kind.name}) for job {job_id} was accepted")

    def _forged(self, task: FakeTask, task_id: str) -> bytes:
        picture = {"image_url": f"{self._flux.url}/files/forged.png"}
        body = {"success": True, "task_id": task_id, "trace_id": task.trace_id, "data": [picture]}
        return json.dumps(body).encode()

    # --- the end -----------------------------------------------------------------------------------

    async def _settle(self) -> None:
        while True:
            tasks = self._flux.tasks.values()
            is_quiet = all(task.ended.is_set() for task in tasks) and not self._proxy.pending
            if is_quiet and not await self._database.count_unsettled() and not await self._is_any_to_be_found():
                return
            await asyncio.sleep(0.25)

    async def _is_any_to_be_found(self) -> bool:
        """Return whether an abandoned job has a picture at the API, among the tasks that the bot still searches."""
        if not self._flux.form.lists_tasks:
            return False
        paid = {str(task.request["callback_url"]).split("/")[-2] for task in self._flux.paid}
        return bool(paid & await self._database.searched_jobs())

    async def _ledger(self) -> Ledger:
        logs = [process.bot.log for process in self._processes]
        rows = await self._database.rows()
        observer = Observer(self._discord, self._flux, rows, self._deleted, logs)
        if self._plan.crowd:
            self._violations += late_results(rows, {self._discord.channels[name] for name in LIMITABLE_CHANNELS})
        self._violations += wrong_charges(self._flux, rows, await self._database.ledger())
        violations = [violation for violation in self._discord.violations if ACKNOWLEDGED_TWICE not in violation]
        entries = [entry for issued in self._issued for entry in observer.entries(issued)]
        return Ledger(entries, [*self._violations, *violations])


def late_results(rows: Iterable[dict[str, Any]], limited_channels: Collection[int]) -> list[str]:
    """Return the results that were posted late, although their own channels had no limit."""
    delays = {
        row["prompt"]: (row["delivered_at"] - row["finished_at"]).total_seconds()
        for row in rows
        if row["delivered_at"] and row["channel_id"] not in limited_channels
    }
    return [f"{prompt}: posted {delay:.1f} s late" for prompt, delay in delays.items() if delay > LATE_SECONDS]


def _gallery(message: Payload) -> list[Payload]:
    return [item for part in walk(message["components"]) if part["type"] == GALLERY for item in part["items"]]


def _pick(things: Sequence[Any], which: float) -> Any:
    return things[int(which * len(things))]
