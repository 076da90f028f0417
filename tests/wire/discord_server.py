"""Discord's REST API on the loopback, with its rules, its limits and, on request, faults."""

import asyncio
import math
import re
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from .gateway import GUILDS_INTENT, Users
from .openapi import (
    CALLBACKS,
    COMMAND,
    DEFER,
    DEFER_UPDATE,
    EPHEMERAL,
    LOADING,
    RATE_LIMITED,
    REPLY,
    UPDATE,
    Answer,
    DiscordError,
    Payload,
    form_error,
    openapi_checker,
)
from .world import Channel, Fault, GlobalLimit, Interaction, Request, limits, public, read_body, response, snowflake

Handler = Callable[..., Answer]

MAX_NONCE = 25
PASS = 0
"""The status of a fault that only delays the answer."""


class WireDiscord(Users):
    """The server. Start it, set `discord.http.Route.BASE` to `api_url`, and act as the users."""

    def __init__(
        self,
        *,
        token: str = "wire.test.token",
        port: int = 0,
        upload_limit: int = 10 * 1024 * 1024,
        global_rate: int | None = None,
        ack_seconds: float = 3.0,
        nonce_seconds: float = 180.0,
        token_seconds: float = 900.0,
        shards: int = 1,
        validate: bool = True,
    ) -> None:
        super().__init__(token=token, upload_limit=upload_limit, shards=shards)
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self._authorization = f"Bot {token}"
        self._port = port
        self._ack_seconds, self._token_seconds, self._nonce_seconds = ack_seconds, token_seconds, nonce_seconds
        self._global_limit = GlobalLimit(global_rate) if global_rate else None
        self._checker = openapi_checker() if validate else None
        self._faults: list[Fault] = []
        self._nonces: dict[tuple[int, str], tuple[int, float]] = {}
        self._routes: dict[tuple[str, int], list[tuple[re.Pattern[str], str, Handler]]] = {}
        for method, template, handler in self._route_table():
            pattern = template.replace("{id}", r"(\d+)").replace("{token}", "([^/]+)")
            routes = self._routes.setdefault((method, template.count("/")), [])
            routes.append((re.compile(pattern), template, handler))

    async def start(self) -> None:
        """Listen on 127.0.0.1."""
        app = web.Application(client_max_size=2**28)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{id}/{name}", self._file)
        app.router.add_route("*", "/api/v10/{tail:.*}", self._rest)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{self._port}"
        self.gateway.url = f"ws://127.0.0.1:{self._port}/gateway"

    async def stop(self) -> None:
        """Close the gateway's connections and the port."""
        await self.gateway.drop(1001)
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def api_url(self) -> str:
        """The value for `discord.http.Route.BASE`."""
        return f"{self.base_url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, also the value for discord.py's DEFAULT_GATEWAY."""
        return self.gateway.url

    @property
    def gateway_connected(self) -> int:
        """The number of identified shards that are connected."""
        return self.gateway.connected

    async def wait_ready(self, timeout: float = 10.0) -> None:  # noqa: ASYNC109
        """Wait until every shard has identified."""
        await self.wait_for(lambda: self.gateway_connected >= self.shards, timeout)

    def messages(self, channel: str | int) -> list[Payload]:
        """Return the public messages of a channel, oldest first; `_nonce` is the nonce."""
        if isinstance(channel, str):
            channel = self.place(channel).id if channel.startswith("@") else self.channels[channel]
        place = self._places.get(channel)
        return list(place.messages.values()) if place else []

    def inject(
        self,
        method: str,
        path_glob: str,
        *,
        status: int | None,
        json: Any = None,
        headers: dict[str, str] | None = None,
        times: float = 1,
        after_handling: bool = False,
        delay: float = 0.0,
    ) -> Fault:
        """Answer the next matching calls with a fault.

        A status of None cuts the connection, PASS only delays the answer, and 429 needs no body.
        """
        if status == 429 and json is None:
            json = RATE_LIMITED
        fault = Fault(method, path_glob, status, json, headers or {}, times, after_handling, delay)
        self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def expire(self, interaction: Interaction) -> None:
        """Expire an interaction's token early."""
        interaction.expired = True

    def forbid(self, channel: str, code: int | None = 50013) -> None:
        """Deny the bot to post in a channel (50013) or to see it (50001), or allow it again (None)."""
        place = self.place(channel)
        place.denied = code
        self._announce("CHANNEL_UPDATE", place)

    def delete_channel(self, name: str) -> None:
        """Delete a channel and its messages."""
        place = self._places.pop(self.channels[name])
        self._messages = {
            key: message for key, message in self._messages.items() if message["channel_id"] != str(place.id)
        }
        self._announce("CHANNEL_DELETE", place)

    def _announce(self, event: str, channel: Channel) -> None:
        if channel.guild and channel.guild.joined:
            self.gateway.dispatch(event, self.channel_payload(channel), channel.guild.id, GUILDS_INTENT)

    async def drop_gateways(self, code: int | None = 4000) -> None:
        """Close all gateway connections with a code, or cut them (None); the bot may resume."""
        await self.gateway.drop(code)

    async def shut_gateway(self, *, shut: bool) -> None:
        """Close all gateway connections and refuse new ones, or accept them again."""
        self.gateway.is_shut = shut
        if shut:
            await self.gateway.drop(4000)

    def invalidate_sessions(self) -> None:
        """Tell the bot that its gateway sessions are invalid."""
        self.gateway.invalidate()

    def _route_table(self) -> list[tuple[str, str, Handler]]:
        reply, message = "/webhooks/{id}/{token}/messages/", "/channels/{id}/messages/{id}"
        found, posted = self._reply, self._posted
        return [
            ("GET", "/gateway/bot", self._gateway_bot),
            ("GET", "/users/@me", lambda _: self.own_user_payload()),
            ("GET", "/oauth2/applications/@me", lambda _: self.application_payload()),
            ("GET", "/applications/@me", lambda _: self.application_payload()),
            ("GET", "/applications/{id}/commands", lambda *_: list(self.commands.values())),
            ("PUT", "/applications/{id}/commands", self._publish),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", "/webhooks/{id}/{token}", self._follow_up),
            ("GET", reply + "@original", lambda _, *which: public(found(*which))),
            ("GET", reply + "{id}", lambda _, *which: public(found(*which))),
            ("PATCH", reply + "@original", lambda r, *which: self._edit(r, found(*which))),
            ("PATCH", reply + "{id}", lambda r, *which: self._edit(r, found(*which))),
            ("DELETE", reply + "@original", lambda _, *which: self.remove_message(found(*which))),
            ("DELETE", reply + "{id}", lambda _, *which: self.remove_message(found(*which))),
            ("GET", "/channels/{id}", lambda _, channel: self.channel_payload(self.reachable(channel))),
            ("GET", "/channels/{id}/messages", self._history),
            ("POST", "/channels/{id}/messages", self._post),
            ("GET", message, lambda _, *which: public(posted(*which))),
            ("PATCH", message, lambda r, *which: self._edit(r, posted(*which))),
            ("DELETE", message, lambda _, *which: self.remove_message(posted(*which))),
            ("POST", "/users/@me/channels", self._open_direct),
        ]

    async def _rest(self, http: web.Request) -> web.StreamResponse:
        request = Request(http.method, "/" + http.match_info["tail"], dict(http.query))
        await read_body(http, request)
        self.requests.append(request)
        self.changed()
        fault = self._next_fault(request)
        if fault and not fault.after_handling:
            await asyncio.sleep(fault.delay)
        status, answer, headers = PASS, None, limits("")
        if fault is None or fault.after_handling or fault.status == PASS:
            status, answer, headers = self._answer(request, http.headers.get("Authorization"))
        if fault and fault.after_handling:
            await asyncio.sleep(fault.delay)
        if fault and fault.status is None:
            if http.transport:
                http.transport.abort()
            return web.Response()
        if fault and fault.status:
            status, answer, headers = fault.status, fault.json, headers | fault.headers
        request.status = status
        self.changed()
        return response(status, answer, headers)

    def _next_fault(self, request: Request) -> Fault | None:
        for fault in self._faults:
            is_match = fault.method in (request.method, "*") and fnmatchcase(request.path, fault.path_glob)
            if is_match and fault.hits < fault.times:
                fault.hits += 1
                return fault
        return None

    def _route(self, request: Request) -> tuple[re.Match[str] | None, str, Handler]:
        for pattern, template, handler in self._routes.get((request.method, request.path.count("/")), ()):
            if found := pattern.fullmatch(request.path):
                return found, template, handler
        return None, "", list

    def _answer(self, request: Request, authorization: str | None) -> tuple[int, Answer, dict[str, str]]:
        found, template, handler = self._route(request)
        if found is None:
            self.violations.append(f"{request.method} {request.path}: unknown route")
            return 404, {"message": "404: Not Found", "code": 0}, limits("")
        headers = limits(f"{request.method} {template}")
        if self._checker:
            parts = list(request.uploads) or None
            findings = self._checker(request.method, request.path, request.json, files=parts, query=request.query)
            self.violations += [f"{request.method} {request.path}: {finding}" for finding in findings]
        if not template.startswith(("/interactions/", "/webhooks/")):
            if authorization != self._authorization:
                return 401, {"message": "401: Unauthorized", "code": 0}, headers
            if self._global_limit and (wait := self._global_limit.wait_seconds()):
                return 429, RATE_LIMITED | {"retry_after": wait, "global": True}, headers
        if any(len(data) > self.upload_limit for _, data in request.uploads.values()):
            return 413, {"message": "Request entity too large", "code": 40005}, headers
        try:
            answer = handler(request, *(int(part) if part.isdigit() else part for part in found.groups()))
        except DiscordError as error:
            if error.status == 400:
                self.violations.append(f"{request.method} {request.path}: {error.body}")
            return error.status, error.body, headers
        return 204 if answer is None else 200, answer, headers

    def _gateway_bot(self, _: Request) -> Payload:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    def _publish(self, request: Request, application_id: int) -> list[Payload]:
        ids = {name: command["id"] for name, command in self.commands.items()}
        defaults = {"type": 1, "description": "", "default_member_permissions": None}
        owner = {"application_id": str(application_id), "version": str(snowflake())}
        self.commands = {
            command["name"]: {
                **(defaults | command | owner),
                "id": ids.get(command["name"]) or str(snowflake()),
                "integration_types": command.get("integration_types") or [0],
            }
            for command in request.json
        }
        return list(self.commands.values())

    def _callback(self, request: Request, interaction_id: int, token: str) -> Payload | None:
        interaction = self.interactions.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise DiscordError(404, 10062, "Unknown interaction")
        self._live(token)
        if interaction.acked_at is not None:
            raise DiscordError(400, 40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.created_at > self._ack_seconds:
            raise DiscordError(404, 10062, "Unknown interaction")
        kind, data = request.json.get("type"), request.json.get("data") or {}
        if kind not in CALLBACKS[interaction.type]:
            raise form_error("type", "BASE_TYPE_CHOICES", f"{kind} is no valid response to this type of interaction")
        message = None
        if kind in (REPLY, DEFER):
            message = self._respond(interaction, request, data, LOADING if kind == DEFER else 0)
        elif kind in (DEFER_UPDATE, UPDATE):
            message = self.message(interaction.source or 0)
            if message is None:
                raise DiscordError(404, 10008, "Unknown Message")
            if kind == UPDATE:
                self.edit_message(message, data, request.uploads)
        interaction.message_id = int(message["id"]) if message else None
        interaction.acked_at, interaction.ack = time.monotonic(), request.json
        interaction.acknowledgement.set()
        return interaction.callback_payload() if request.query.get("with_response") else None

    def _respond(self, interaction: Interaction, request: Request, body: Payload, flags: int = 0) -> Payload:
        channel = interaction.channel
        if channel.id not in self._places:
            raise DiscordError(404, 10003, "Unknown Channel")
        app = str(self.application_id)
        metadata = interaction.metadata_payload() | {"user": self.user_payload(interaction.user_id)}
        extra: Payload = {"application_id": app, "webhook_id": app, "interaction_metadata": metadata}
        extra |= {"type": 20} if interaction.type == COMMAND else {}
        flags |= int(body.get("flags") or 0) & EPHEMERAL
        return self.create_message(channel, body, request.uploads, flags=flags, extra=extra)

    def _live(self, token: str) -> Interaction:
        interaction = self.interactions.get(token)
        if interaction is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        if interaction.expired or time.monotonic() - interaction.created_at > self._token_seconds:
            raise DiscordError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _answered(self, token: str) -> Interaction:
        if self._live(token).acked_at is None:
            raise DiscordError(404, 10015, "Unknown Webhook")
        return self._live(token)

    def _reply(self, _: int, token: str, message_id: int | None = None) -> Payload:
        interaction = self._answered(token)
        known = [interaction.message_id, *interaction.followups]
        wanted = message_id or interaction.message_id
        message = self.message(wanted) if wanted and wanted in known else None
        if message is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    def _follow_up(self, request: Request, _: int, token: str) -> Payload:
        interaction = self._answered(token)
        if interaction.message and interaction.message["flags"] & LOADING:
            return self._edit(request, interaction.message)
        message = self._respond(interaction, request, request.json)
        interaction.followups.append(int(message["id"]))
        return public(message)

    def _posted(self, channel_id: int, message_id: int) -> Payload:
        message = self.reachable(channel_id).messages.get(message_id)
        if message is None:
            raise DiscordError(404, 10008, "Unknown Message")
        return message

    def _post(self, request: Request, channel_id: int) -> Payload:
        channel = self.reachable(channel_id, post=True)
        nonce = request.json.get("nonce")
        if nonce is None:
            return public(self.create_message(channel, request.json, request.uploads))
        if len(str(nonce)) > MAX_NONCE:
            raise form_error("nonce", "BASE_TYPE_MAX_LENGTH", f"Must be {MAX_NONCE} or fewer in length.")
        first_id, at = self._nonces.get((channel_id, str(nonce)), (0, -math.inf))
        message = self.message(first_id)
        is_nonce_valid = request.json.get("enforce_nonce") and time.monotonic() - at <= self._nonce_seconds
        if message is None or not is_nonce_valid:
            message = self.create_message(channel, request.json, request.uploads)
            self._nonces[channel_id, str(nonce)] = int(message["id"]), time.monotonic()
        return public(message) | {"nonce": nonce}

    def _edit(self, request: Request, message: Payload) -> Payload:
        return public(self.edit_message(message, request.json, request.uploads))

    def _history(self, request: Request, channel_id: int) -> list[Payload]:
        page = {key: int(value) for key, value in request.query.items()}
        return [public(message) for message in self.reachable(channel_id).page(**page)]

    def _open_direct(self, request: Request) -> Payload:
        user_id = int(request.json["recipient_id"])
        if user_id not in self._names:
            raise DiscordError(400, 50033, "Invalid Recipient(s)")
        return self.channel_payload(self.direct(user_id))

    async def _file(self, http: web.Request) -> web.Response:
        data, kind = self.files.get(int(http.match_info["id"]), (None, ""))
        if data is None:
            return web.Response(status=404)
        return web.Response(body=data, content_type=kind)
