"""Discord over real sockets: SimCord's backend behind an HTTP API and a gateway on the loopback interface.

SimCord handles calls as Discord does. This module adds what SimCord lacks: nonces, rate limits, expiring tokens,
blocked direct messages, guilds without the bot, upload limits, faults, and a record of all calls.
"""

import asyncio
import io
import json
import math
import mimetypes
import re
import secrets
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Self, TypeVar
from urllib.parse import quote

import discord
from aiohttp import BodyPartReader, web
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel, Message, Overwrite
from simcord.backend.models import Interaction as Record
from simcord.enums import OverwriteType
from simcord.http import client as _registers_the_routes  # noqa: F401
from simcord.http.router import RouteNotImplemented, UnsupportedField, dispatch
from simcord.interactions import base_payload

from flux_bot.sandbox.virtual_discord import add_image_dimensions
from tests.discord_server.faults import CLOUDFLARE_PAGE, CUT, PASS, Fault, Faults
from tests.discord_server.gateway import Gateway
from tests.discord_server.payloads import COMMAND, COMPONENT, Payload, openapi_checker, walk

T = TypeVar("T")

MAX_NONCE = 25
ALREADY_ACKNOWLEDGED = 40060
MISSING_ACCESS, MISSING_PERMISSIONS = 50001, 50013
DENIED = {
    MISSING_ACCESS: discord.Permissions(view_channel=True),
    MISSING_PERMISSIONS: discord.Permissions(send_messages=True, send_messages_in_threads=True),
}
"""The missing permission for each error code."""
USER_INSTALL_PERMISSIONS = discord.Permissions(embed_links=True, attach_files=True)
"""The bot's permissions in a guild that it has not joined."""


@dataclass(eq=False)
class Interaction:
    """A user's interaction, and the bot's responses to it."""

    record: Record
    channel: Channel
    find: Callable[[int], Payload | None]
    created_at: float = field(default_factory=time.monotonic)
    acked_at: float | None = None
    ack: Payload | None = None
    acknowledgement: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def token(self) -> str:
        return self.record.token

    @property
    def message_id(self) -> int | None:
        return self.record.message_id

    @property
    def message(self) -> Payload | None:
        """The current state of the original reply."""
        return self.find(self.message_id) if self.message_id else None

    @property
    def followups(self) -> list[int]:
        return self.record.followup_ids

    @property
    def ephemeral(self) -> bool:
        """Whether only the user sees the reply."""
        return self.record.ephemeral

    async def acknowledged(self, timeout: float = 3.0) -> Self:  # noqa: ASYNC109
        """Wait for the first answer. Raises TimeoutError if it takes more than `timeout` seconds after the event."""
        async with asyncio.timeout(self.created_at + timeout - time.monotonic()):
            await self.acknowledgement.wait()
        return self


@dataclass
class Request:
    """A REST call; `status` is None until it is answered, or if its connection was cut."""

    method: str
    path: str
    query: dict[str, str]
    json: Any = None
    files: list[tuple[str, bytes]] = field(default_factory=list, repr=False)
    """The uploaded files: names and contents."""
    status: int | None = None
    at: float = field(default_factory=time.monotonic)


class Limit:
    """A limit on requests in a number of seconds; a rate of 0 refuses all requests until the limit ends."""

    def __init__(self, rate: int, seconds: float = 1.0) -> None:
        self._rate = self._left = rate
        self._seconds = seconds
        self._ends_at = time.monotonic() + seconds

    def wait_seconds(self) -> float:
        """Count a request and return 0.0, or return the seconds that it must wait."""
        now = time.monotonic()
        if now >= self._ends_at:
            self._left, self._ends_at = self._rate or sys.maxsize, now + self._seconds
        if self._left:
            self._left -= 1
            return 0.0
        return math.ceil((self._ends_at - now) * 1000) / 1000


class DiscordServer:
    """The server. Start it, set `discord.http.Route.BASE` to `api_url`, and act as the users.

    It has the guilds "home", where the bot is, and "away", where it is not, with a few channels.
    """

    def __init__(
        self,
        *,
        token: str = "wire.test.token",
        host: str = "127.0.0.1",
        upload_limit: int = 10 * 1024 * 1024,
        global_rate: int | None = None,
        ack_seconds: float = 3.0,
        nonce_seconds: float = 180.0,
        shards: int = 1,
        validate: bool = True,
        clock_ahead: timedelta = timedelta(),
    ) -> None:
        self.requests: list[Request] = []
        self.violations: list[str] = []
        """The requests that Discord would reject as invalid."""
        self.files: dict[int, tuple[bytes, str]] = {}
        """The content and content type of the attachments, by id."""
        self.application_settings: Payload = {}
        """The settings that were changed in the Developer Portal."""
        self.names_reply = True
        """Whether an answer to an interaction contains the reply's id separately from its message."""
        self.base_url, self.upload_limit, self.shards = "", upload_limit, shards
        self._host = host
        self._authorization = f"Bot {token}"
        self._ack_seconds, self._nonce_seconds = ack_seconds, nonce_seconds
        self._global_limit = Limit(global_rate) if global_rate else None
        self._checker = openapi_checker() if validate else None
        self._nonces: dict[tuple[str, str], tuple[int, float]] = {}
        self._changed = asyncio.Event()
        self.users: dict[str, int] = {}
        self.guilds: dict[str, int] = {}
        self.channels: dict[str, int] = {}
        self.interactions: dict[str, Interaction] = {}
        """The interactions by token."""
        self._blocking: set[int] = set()
        self.interaction_copies = 1
        """How often the event of each interaction is sent."""
        self.message_delays: Sequence[float] = (0.0,)
        """The delays before each user message's event is sent, in seconds; several values send it several times."""
        self.interaction_delay = 0.0
        """The delay before the event of each interaction is sent, in seconds."""
        self._channel_limits: dict[str, Limit] = {}
        """The limits by the path of the posts."""
        backend = self.backend = Backend()
        backend.clock.now = lambda: datetime.now(UTC) + clock_ahead  # type: ignore[method-assign]
        backend.bot_user.name = "wire-bot"
        self._store_attachment = backend.cdn.store_attachment
        backend.cdn.store_attachment = self._store  # type: ignore[assignment]
        add_image_dimensions(backend.cdn)
        self.faults = Faults(lambda channel_id: channel_id in backend.dm_channels.values())
        self.gateway = Gateway(backend, token, self.changed)
        for user in ("alice", "bob"):
            self.add_user(user)
        self.guild_id = self.add_guild("home")
        self.add_guild("away", joined=False)
        self.add_channel("general")
        self.add_channel("forbidden", denied=MISSING_PERMISSIONS)
        self.add_channel("thread", parent="general")
        self.add_channel("elsewhere", guild="away")
        backend.subscribers.append(self._dispatch_event)

    # --- the server --------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**28)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self._file)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._rest)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, 0).start()
        port = self._runner.addresses[0][1]
        self.base_url, self.gateway.url = f"http://{self._host}:{port}", f"ws://{self._host}:{port}/gateway"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.drop(1001)
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The value for `discord.http.Route.BASE`."""
        return f"{self.base_url}/api/v10"

    def changed(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(self, predicate: Callable[[], T | None], timeout: float = 10.0) -> T:  # noqa: ASYNC109
        """Wait until a condition is true, checking it after each request, and return its value."""
        async with asyncio.timeout(timeout):
            while not (result := predicate()):
                with suppress(TimeoutError):
                    # Not wait_for: in Python 3.11 it loses a cancellation (here the outer timeout) that arrives
                    # together with the event (cpython#86296), so this loop would never end.
                    async with asyncio.timeout(0.05):
                        await self._changed.wait()
        return result

    async def wait_ready(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        await self.wait_for(lambda: self.gateway.connected >= self.shards, timeout)

    # --- the world ---------------------------------------------------------------------------------

    def add_user(self, name: str) -> int:
        """Add a user who is a member of every guild."""
        user_id = self.users[name] = self.backend.make_user(name).id
        for guild_id in self.guilds.values():
            self.backend.add_member(guild_id, user_id)
        return user_id

    def add_guild(self, name: str, *, shard: int = 0, joined: bool = True) -> int:
        """Add a guild that belongs to a shard."""
        owner = self.users["alice"]
        guild = self.backend.create_guild(name, owner_id=owner, shard_id=shard, shard_count=self.shards)
        for user_id in self.users.values():
            self.backend.add_member(guild.id, user_id)
        if not joined:
            del guild.members[self.backend.bot_user.id]
        self.guilds[name] = guild.id
        return guild.id

    def add_channel(
        self, name: str, *, guild: str = "home", parent: str | None = None, denied: int | None = None
    ) -> int:
        """Add a text channel, or a thread if it has a parent."""
        if parent:
            owner = self.users["alice"]
            channel = self.backend.create_thread(self.channels[parent], name, owner, broadcast=False)
        else:
            channel = self.backend.create_channel(self.guilds[guild], name)
        self.channels[name] = channel.id
        if denied:
            self.forbid(name, denied)
        return channel.id

    def forbid(self, channel: str, code: int | None = MISSING_PERMISSIONS) -> None:
        """Forbid the bot to post in a channel (50013) or to see it (50001), or allow it again (None)."""
        deny = DENIED[code].value if code else 0
        self.backend.set_overwrite(
            self.channels[channel], Overwrite(self.backend.bot_user.id, OverwriteType.MEMBER, deny=deny)
        )

    def delete_channel(self, name: str) -> None:
        self.backend.delete_channel(self.channels[name])

    def block_dms(self, user: str) -> None:
        """Block direct messages to a user (status 403, code 50007)."""
        self._blocking.add(self.users[user])

    def limit_channel(self, name: str, rate: int, seconds: float) -> None:
        """Limit the bot's posts in a channel, but not interactions. A rate of 0 refuses all posts once."""
        self._channel_limits[f"/channels/{self.channels[name]}/messages"] = Limit(rate, seconds)

    def expire(self, interaction: Interaction) -> None:
        """Expire an interaction's token early."""
        interaction.record.expires_at = self.backend.now_iso()

    def place(self, channel: str | int) -> Channel | None:
        """Return a channel by its id or name (`@alice` for the direct messages with alice); None if it is deleted."""
        if isinstance(channel, str):
            if channel.startswith("@"):
                return self.backend.get_dm_channel(self.users[channel[1:]])
            channel = self.channels[channel]
        return self.backend.channels.get(channel)

    def messages(self, channel: str | int) -> list[Payload]:
        """Return the public messages of a channel, oldest first."""
        place = self.place(channel)
        found = self.backend.messages[place.id].values() if place else ()
        return [self._payload(message) for message in found if not message.is_ephemeral]

    def all_messages(self) -> list[Payload]:
        """Return all messages that are not deleted, including ephemeral ones."""
        return [self._payload(one) for channel in self.backend.messages.values() for one in channel.values()]

    def message(self, message_id: int) -> Payload | None:
        """Return the current state of a message, even if it is ephemeral."""
        found = (channel[message_id] for channel in self.backend.messages.values() if message_id in channel)
        return next((self._payload(message) for message in found), None)

    def _payload(self, message: Message) -> Payload:
        return dict(serializers.message_payload(self.backend, message))

    # --- faults ------------------------------------------------------------------------------------

    def refuse(self, call: str, status: int | None, code: int = 0, **more: Any) -> Fault:
        """Respond to calls with an error, or cut their connection (CUT); see ``Fault``."""
        return self.faults.refuse(call, status, code, **more)

    def hold(self, call: str, seconds: float, *, times: float | None = 1, after_handling: bool = False) -> Fault:
        """Delay calls, before or after Discord carries them out."""
        return self.faults.refuse(call, PASS, times=times, delay=seconds, after_handling=after_handling)

    def stop_refusing(self) -> None:
        self.faults.clear()

    async def shut_gateway(self, *, shut: bool) -> None:
        """Close all gateway connections and refuse new ones, or accept them again."""
        self.gateway.is_shut = shut
        if shut:
            await self.gateway.drop(4000)

    # --- users' actions ----------------------------------------------------------------------------

    @property
    def commands(self) -> dict[str, Payload]:
        """The published slash commands, by name."""
        return {name: command for (name, kind), command in self.backend.commands.get(None, {}).items() if kind == 1}

    def slash(self, user: str, channel: str | int, name: str, **given: Any) -> Interaction:
        """Issue a published command."""
        place, command = self.place(channel), self.commands[name]
        assert place is not None
        specs = {option["name"]: option for option in command.get("options") or []}
        required = {key for key, spec in specs.items() if spec.get("required")}
        assert required <= given.keys() <= specs.keys(), f"/{name} takes {sorted(specs)}, not {sorted(given)}"
        for key, value in given.items():
            choices = [choice["value"] for choice in specs[key].get("choices") or []]
            assert not choices or value in choices, f"{key} has no choice {value!r}"
        options = [{"name": key, "type": specs[key]["type"], "value": value} for key, value in given.items()]
        data = {"id": command["id"], "name": name, "type": 1, "options": options}
        interaction, payload = self._interaction(COMMAND, user, place.id, data)
        self.backend.emit("INTERACTION_CREATE", payload)
        return interaction

    def say(self, user: str, channel: str | int, content: str, *, reply_to: Payload | None = None) -> int:
        """Send a message as a user, optionally as a reply with a ping; return its id."""
        place = self.place(channel)
        assert place is not None
        reference = None
        if reply_to is not None:
            replied = {"channel_id": reply_to["channel_id"], "message_id": reply_to["id"]}
            reference = self.backend.normalize_message_reference(place.id, replied)
        return self.backend.create_message(place.id, self.users[user], content, reference=reference).id

    def click(self, user: str, message: Payload, custom_id: str, *values: str) -> Interaction:
        """Press a button of a message, or choose values from a list."""
        current = self.message(int(message["id"]))
        assert current is not None
        (button,) = [part for part in walk(current["components"]) if part.get("custom_id") == custom_id]
        assert not button.get("disabled")
        data = {"component_type": button["type"], "custom_id": custom_id, "id": button["id"]}
        if values:
            data["values"] = list(values)
        interaction, payload = self._interaction(COMPONENT, user, int(current["channel_id"]), data)
        interaction.record.source_message_id = int(current["id"])
        self.backend.emit("INTERACTION_CREATE", payload | {"message": current})
        return interaction

    def _interaction(self, kind: int, user: str, channel_id: int, data: Payload) -> tuple[Interaction, Payload]:
        place, user_id = self.backend.get_channel(channel_id), self.users[user]
        record, payload = base_payload(
            self.backend, type=kind, data=data, channel_id=place.id, guild_id=place.guild_id, user_id=user_id
        )
        record.token += secrets.token_hex(40)
        self.backend.interaction_tokens[record.token] = record.id
        record.initial_response_deadline = self.backend.iso_after(self._ack_seconds)
        guild = self.backend.guilds[place.guild_id] if place.guild_id else None
        user_installed = bool(guild and self.backend.bot_user.id not in guild.members)
        owners = {"1": str(user_id)} if user_installed else {"0": str(place.guild_id or 0)}
        payload |= {"token": record.token, "authorizing_integration_owners": owners}
        payload["attachment_size_limit"] = self.upload_limit
        if user_installed:
            payload["app_permissions"] = str(USER_INSTALL_PERMISSIONS.value)
        interaction = self.interactions[record.token] = Interaction(record, place, self.message)
        return interaction, payload

    def _dispatch_event(self, event: str, payload: Any) -> None:
        if event == "MESSAGE_CREATE" and int(payload["author"]["id"]) in self.users.values():
            for seconds in self.message_delays:
                self._dispatch_later(seconds, event, payload)
            return
        if event != "INTERACTION_CREATE":
            self.gateway.dispatch(event, payload)
            return
        for _ in range(self.interaction_copies):
            self._dispatch_later(self.interaction_delay, event, payload)

    def _dispatch_later(self, seconds: float, event: str, payload: Any) -> None:
        if seconds:
            asyncio.get_running_loop().call_later(seconds, self.gateway.dispatch, event, payload)
        else:
            self.gateway.dispatch(event, payload)

    # --- the REST API ------------------------------------------------------------------------------

    async def _rest(self, http: web.Request) -> web.StreamResponse:
        request = Request(http.method, "/" + http.match_info["tail"], dict(http.query))
        await _read_body(http, request)
        self.requests.append(request)
        self.changed()
        fault = self.faults.take(request.method, request.path)
        if fault and not fault.after_handling:
            await asyncio.sleep(fault.delay)
            if http.transport is None or http.transport.is_closing():
                return web.Response()  # the call never arrived at Discord
        status: int | None = None
        answer: Any = None
        headers: dict[str, str] = {}
        if fault is None or fault.after_handling or fault.status == PASS:
            status, answer, headers = self._answer(request, http.headers.get("Authorization"))
        if fault and fault.after_handling:
            await asyncio.sleep(fault.delay)
        if fault and fault.status is CUT:
            if http.transport:
                http.transport.abort()
            return web.Response()
        if fault and fault.status != PASS:
            if fault.status == 429 and fault.scope == "cloudflare":
                request.status = 429
                headers = {"Retry-After": f"{fault.retry_after:.0f}"}
                return web.Response(status=429, text=CLOUDFLARE_PAGE, content_type="text/html", headers=headers)
            status, answer = fault.status, fault.body
            headers = {"X-RateLimit-Scope": fault.scope} if status == 429 else {}
        request.status = status
        self.changed()
        date = format_datetime(self.backend.clock.now(), usegmt=True)
        return _response(status, answer, _limits(request) | {"Date": date} | headers)

    def _answer(self, request: Request, authorization: str | None) -> tuple[int, Any, dict[str, str]]:
        call = f"{request.method} {request.path}"
        if self._checker:
            files = [f"files[{number}]" for number in range(len(request.files))] or None
            findings = self._checker(request.method, request.path, request.json, files=files, query=request.query)
            self.violations += [f"{call}: {finding}" for finding in findings]
        if not request.path.startswith(("/interactions/", "/webhooks/")):
            if authorization != self._authorization:
                return 401, {"message": "401: Unauthorized", "code": 0}, {}
            if self._global_limit and (wait := self._global_limit.wait_seconds()):
                body = {"message": "You are being rate limited.", "retry_after": wait, "global": True}
                return 429, body, {"X-RateLimit-Scope": "global"}
            limit = self._channel_limits.get(request.path) if request.method == "POST" else None
            if limit and (wait := limit.wait_seconds()):
                body = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
                return 429, body, {"X-RateLimit-Scope": "user"}
        try:
            answer = self._handle(request)
        except (RouteNotImplemented, UnsupportedField) as error:
            self.violations.append(f"{call}: {error}")
            return 404, {"message": "404: Not Found", "code": 0}, {}
        except BackendError as error:
            if error.status == 400 and error.code != ALREADY_ACKNOWLEDGED:
                self.violations.append(f"{call}: {error}")
            return error.status, error.to_json(), {}
        return 204 if answer is None else 200, answer, {}

    def _handle(self, request: Request) -> Any:
        """Carry out a call and return the response's body. Raises BackendError."""
        if request.path == "/gateway/bot":
            limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
            return {"url": self.gateway.url, "shards": self.shards, "session_start_limit": limit}
        if any(len(data) > self.upload_limit for _, data in request.files):
            raise BackendError(413, 40005, "Request entity too large")
        match request.path.split("/")[1:]:
            case ["applications" | "oauth2", *_, "@me"]:
                return self._application()
            case ["interactions", _, token, "callback"]:
                return self._callback(request, token)
            case ["webhooks", _, token, *_]:
                self._check_token(token)
            case ["channels", channel_id, "messages"] if request.method == "POST":
                return self._post(request, channel_id)
        return self._dispatch(request)

    def _dispatch(self, request: Request) -> Any:
        attachments = request.json.get("attachments") if isinstance(request.json, dict) else None
        described = {str(one["id"]): one.get("description") for one in attachments or []}
        files = [
            discord.File(io.BytesIO(data), name, description=described.get(str(number)))
            for number, (name, data) in enumerate(request.files)
        ]
        return dispatch(
            self.backend, request.method, request.path, json=request.json, params=request.query, files=files
        )

    def _application(self) -> Payload:
        request = Request("GET", "/oauth2/applications/@me", {})
        contexts: Payload = {"integration_types_config": {"0": {}, "1": {}}, "approximate_guild_count": 1}
        owner = serializers.user_payload(self.backend.users[self.users["alice"]])
        return {**self._dispatch(request), **contexts, "interactions_endpoint_url": None, "owner": owner} | (
            self.application_settings
        )

    def _check_token(self, token: str) -> None:
        interaction = self.interactions.get(token)
        if interaction and (interaction.record.expires_at or "") <= self.backend.now_iso():
            raise BackendError(401, 50027, "Invalid Webhook Token")

    def _callback(self, request: Request, token: str) -> Payload | None:
        self._check_token(token)
        answer: Payload = self._dispatch(request)
        interaction = self.interactions[token]
        interaction.acked_at, interaction.ack = time.monotonic(), request.json
        interaction.acknowledgement.set()
        if not self.names_reply:
            del answer["interaction"]["response_message_id"]
        return answer if request.query.get("with_response") else None

    def _post(self, request: Request, channel_id: str) -> Payload:
        channel = self.backend.channels.get(int(channel_id))
        if channel and self._blocking.intersection(channel.recipient_ids):
            raise BackendError(403, 50007, "Cannot send messages to this user")
        nonce = request.json.get("nonce")
        if nonce is None:
            return dict(self._dispatch(request))
        if len(str(nonce)) > MAX_NONCE:
            raise BackendError(400, 50035, f"Invalid Form Body: nonce: Must be {MAX_NONCE} or fewer in length.")
        first_id, at = self._nonces.get((channel_id, str(nonce)), (0, -math.inf))
        first = self.message(first_id)
        if first and request.json.get("enforce_nonce") and time.monotonic() - at <= self._nonce_seconds:
            return first | {"nonce": nonce}
        posted = self._dispatch(request)
        self._nonces[channel_id, str(nonce)] = int(posted["id"]), time.monotonic()
        return {**posted, "nonce": nonce}

    def _store(self, attachment_id: int, channel_id: int, name: str, data: bytes, description: str | None) -> Payload:
        """Store a file and return its attachment payload, with a URL of this server."""
        stored = self._store_attachment(attachment_id, channel_id, name, data, description)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.files[attachment_id] = (data, kind)
        now = int(time.time())
        signed = f"?ex={now + 86_400:x}&is={now:x}&hm={secrets.token_hex(32)}"
        url = f"{self.base_url}/attachments/{channel_id}/{attachment_id}/{quote(name)}{signed}"
        return stored | {"url": url, "proxy_url": url}

    async def _file(self, http: web.Request) -> web.Response:
        data, kind = self.files.get(int(http.match_info["id"]), (None, ""))
        return web.Response(status=404) if data is None else web.Response(body=data, content_type=kind)


async def _read_body(http: web.Request, request: Request) -> None:
    """Read a JSON or multipart body."""
    if http.content_type != "multipart/form-data":
        text = await http.text()
        request.json = json.loads(text) if text else None
        return
    async for part in await http.multipart():
        if isinstance(part, BodyPartReader) and part.name:
            data = bytes(await part.read())
            if part.filename is None:
                request.json = json.loads(data)
            else:
                request.files.append((part.filename, data))


def _limits(request: Request) -> dict[str, str]:
    """Return the rate limit headers of a route, with a limit that is never reached."""
    route = re.sub(r"[\w-]*\d[\w-]*", "#", f"{request.method} {request.path}")
    return {
        "Via": "1.1 wire",
        "X-RateLimit-Bucket": f"{zlib.crc32(route.encode()):08x}",
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "999",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
    }


def _response(status: int | None, answer: Any, headers: dict[str, str]) -> web.Response:
    """Build a response like Discord's."""
    assert status
    if answer is None:
        return web.Response(status=status, headers=headers)
    if status == 429:
        after, everywhere = answer["retry_after"], answer["global"]
        headers |= {"Retry-After": str(math.ceil(after)), "X-RateLimit-Remaining": "0"}
        headers |= {"X-RateLimit-Reset-After": str(after)} | ({"X-RateLimit-Global": "true"} if everywhere else {})
    # discord.py decodes JSON only if the content type is exactly this one, without a charset
    body = json.dumps(answer).encode()
    return web.Response(status=status, body=body, headers={**headers, "Content-Type": "application/json"})
