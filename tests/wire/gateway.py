"""The actions of users, and the gateway that sends them to the bot: shards, resumes, drops."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from .openapi import AUTOCOMPLETE, COMMAND, COMPONENT, MEMBER_MAY, Payload, walk
from .world import Interaction, World, public, shard_of

GUILDS_INTENT = 1 << 0
PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15
HEARTBEAT_MS = 41_250
REPLAYED_EVENTS = 10_000
ATTACHMENT_OPTION = 11


class Socket:
    """One open connection; frames are sent in order."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        assert request.transport
        self.transport = request.transport
        self.session: Session | None = None
        self.dropped = False
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()

    def put(self, op: int, data: object = None) -> None:
        """Queue a message that is no event."""
        self.put_frame(json.dumps({"op": op, "d": data, "s": None, "t": None}).encode())

    def put_frame(self, frame: bytes) -> None:
        """Queue an encoded frame."""
        self._frames.put_nowait(frame)

    async def pump(self) -> None:
        """Send queued frames until the connection breaks; a session stores them for a resume."""
        while not self.ws.closed:
            frame = await self._frames.get()
            try:
                if self._zlib is None:
                    await self.ws.send_str(frame.decode())
                else:
                    await self.ws.send_bytes(self._zlib.compress(frame) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                return


class Session:
    """The events sent to one identified shard, so that it can resume."""

    def __init__(self, shard: int, count: int, intents: int, socket: Socket) -> None:
        self.id = secrets.token_hex(16)
        self.shard, self.count, self.intents = shard, count, intents
        self.socket: Socket | None = socket
        self.seq = 0
        self.sent: deque[tuple[int, bytes]] = deque(maxlen=REPLAYED_EVENTS)

    def send(self, event: str, data: bytes) -> None:
        """Send an event, and store it for a resume."""
        self.seq += 1
        frame = b'{"op":0,"t":"%s","s":%d,"d":%s}' % (event.encode(), self.seq, data)
        self.sent.append((self.seq, frame))
        if self.socket:
            self.socket.put_frame(frame)


class Gateway:
    """The server side of the bot's websockets."""

    def __init__(self, world: World, token: str) -> None:
        self.url = ""
        self.is_shut = False
        """Whether new connections are refused."""
        self._world, self._token = world, token
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()

    @property
    def connected(self) -> int:
        """The number of identified shards that are connected."""
        return sum(session.socket is not None for session in self._sessions.values())

    def dispatch(self, event: str, data: Payload, guild_id: int | None, intent: int = 0) -> None:
        """Send an event to the sessions of the shard that owns the guild."""
        encoded = json.dumps(data).encode()
        for session in self._sessions.values():
            owns = session.shard == shard_of(guild_id, session.count)
            if owns and (not intent or session.intents & intent):
                session.send(event, encoded)

    async def drop(self, code: int | None) -> None:
        """Close all connections with a code, or cut them (None); their sessions can be resumed."""
        sockets = list(self._sockets)
        for socket in sockets:
            socket.dropped = True
            if code is None:
                socket.transport.abort()
        if code is not None:
            await asyncio.gather(*(socket.ws.close(code=code) for socket in sockets))

    def invalidate(self) -> None:
        """Delete all sessions and notify their clients."""
        self._sessions.clear()
        for socket in self._sockets:
            socket.session = None
            socket.put(9, data=False)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        if self.is_shut:
            return web.Response(status=503)
        ws = web.WebSocketResponse(max_msg_size=4096, compress=False, timeout=2.0)
        await ws.prepare(request)
        socket = Socket(ws, request)
        socket.put(10, {"heartbeat_interval": HEARTBEAT_MS})
        self._sockets.add(socket)
        pump = asyncio.create_task(socket.pump())
        try:
            async for message in ws:
                code = self._receive(socket, message)
                if code:
                    await ws.close(code=code)
        finally:
            pump.cancel()
            await asyncio.wait([pump])
            self._detach(socket)
        return ws

    def _detach(self, socket: Socket) -> None:
        self._sockets.discard(socket)
        session = socket.session
        if session and session.socket is socket:
            session.socket = None
            if socket.ws.close_code in (1000, 1001) and not socket.dropped:
                self._sessions.pop(session.id, None)
        self._world.changed()

    def _receive(self, socket: Socket, message: WSMessage) -> int | None:
        """Process a message; returns a code to close the connection with, or None."""
        try:
            body = json.loads(message.data) if message.type is WSMsgType.TEXT else {}
            op, data = body["op"], body["d"]
        except (ValueError, KeyError, TypeError):
            return 4002
        if op == 1:
            socket.put(11)
        elif op == 2:
            return self._identify(socket, data)
        elif op == 6:
            return self._resume(socket, data)
        elif op not in (3, 4, 8):
            return 4001
        return None

    def _identify(self, socket: Socket, data: Payload) -> int | None:
        shard, count = data.get("shard", (0, 1))
        if data["token"] != self._token:
            return 4004
        if socket.session:
            return 4005
        if not 0 <= shard < count:
            return 4010
        if data["intents"] & PRIVILEGED_INTENTS:
            return 4014
        session = socket.session = Session(shard, count, data["intents"], socket)
        self._sessions[session.id] = session
        guilds = self._world.guilds_of_shard(shard, count)
        ready = {
            "v": 10,
            "user": self._world.user_payload(self._world.bot_user_id),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [shard, count],
            "application": {"id": str(self._world.application_id), "flags": 0},
        }
        session.send("READY", json.dumps(ready).encode())
        if session.intents & GUILDS_INTENT:
            for guild in guilds:
                session.send("GUILD_CREATE", json.dumps(self._world.guild_payload(guild)).encode())
        self._world.changed()
        return None

    def _resume(self, socket: Socket, data: Payload) -> int | None:
        session = self._sessions.get(data["session_id"])
        if data["token"] != self._token:
            return 4004
        missed = [frame for seq, frame in session.sent if seq > data["seq"]] if session else []
        if session is None or len(missed) != session.seq - data["seq"]:
            socket.put(9, data=False)
            return None
        session.socket, socket.session = socket, session
        for frame in missed:
            socket.put_frame(frame)
        session.send("RESUMED", b'{"_trace":[]}')
        self._world.changed()
        return None


class Users(World):
    """The world, and the actions of its users."""

    def __init__(self, *, token: str, upload_limit: int, shards: int) -> None:
        super().__init__(shards)
        self.upload_limit = upload_limit
        self.commands: dict[str, Payload] = {}
        self.interactions: dict[str, Interaction] = {}
        self.gateway = Gateway(self, token)

    async def slash(
        self,
        user: str,
        channel: str | int,
        name: str,
        *,
        options: Payload | None = None,
        locale: str = "en-US",
        user_installed: bool = False,
    ) -> Interaction:
        """Issue a published command ("draw", or "group draw"); a picture is given as (filename, bytes)."""
        interaction = self._interaction(COMMAND, user, channel, user_installed=user_installed)
        return self._send(interaction, self._command(interaction, name, options or {}), locale)

    async def autocomplete(
        self,
        user: str,
        channel: str | int,
        name: str,
        focused: str,
        value: Any,
        options: Payload | None = None,
    ) -> Interaction:
        """Type a value into an option; the interaction's `choices` are available once it is acknowledged."""
        interaction = self._interaction(AUTOCOMPLETE, user, channel, user_installed=False)
        typed = {**(options or {}), focused: value}
        return self._send(interaction, self._command(interaction, name, typed, focused), "en-US")

    async def click(
        self, user: str, message: Payload | int, custom_id: str, *, values: list[str] | None = None
    ) -> Interaction:
        """Press a button of a message, or choose values in a select."""
        current = self.message(message if isinstance(message, int) else int(message["id"]))
        if current is None:
            raise ValueError("the message is gone")
        found = [part for part in walk(current["components"]) if part.get("custom_id") == custom_id]
        if not found or found[0].get("disabled"):
            raise ValueError(f"{custom_id} cannot be pressed")
        owners = current.get("interaction_metadata", {}).get("authorizing_integration_owners", {})
        channel, installed = int(current["channel_id"]), "1" in owners
        interaction = self._interaction(COMPONENT, user, channel, user_installed=installed)
        interaction.source = int(current["id"])
        data = {"component_type": found[0]["type"], "custom_id": custom_id, "id": found[0]["id"]}
        data |= {"values": values} if values is not None else {}
        return self._send(interaction, data, "en-US", message=public(current))

    def _interaction(self, kind: int, user: str, channel: str | int, *, user_installed: bool) -> Interaction:
        place = self.place(channel)
        installed = user_installed or bool(place.guild and not place.guild.joined)
        return Interaction(kind, self.users[user], place, installed, self.message)

    def _command(self, interaction: Interaction, name: str, given: Payload, focused: str | None = None) -> Payload:
        """Return the data of a command, or raise an error if Discord would not let the user send it."""
        first, *path = name.split()
        command = leaf = self.commands[first]
        contexts, installs = command.get("contexts"), command["integration_types"]
        context = 0 if interaction.channel.guild else 1
        if (contexts is not None and context not in contexts) or int(interaction.user_installed) not in installs:
            raise LookupError(f"/{first} is not offered there")
        nodes = []
        for part in path:
            leaf = next(option for option in leaf["options"] if option["name"] == part)
            nodes.append({"name": part, "type": leaf["type"]})
        specs = {option["name"]: option for option in leaf.get("options") or []}
        required = {key for key, spec in specs.items() if spec.get("required") and not focused}
        if not required <= given.keys() <= specs.keys():
            raise ValueError(f"/{name} takes {sorted(specs)} and needs {sorted(required)}, not {sorted(given)}")
        resolved: Payload = {}
        options = [self._option(specs[key], value, interaction, resolved) for key, value in given.items()]
        options = [{**option, "focused": True} if option["name"] == focused else option for option in options]
        for node in reversed(nodes):
            options = [{**node, "options": options}]
        data = {"id": command["id"], "name": first, "type": 1, "options": options}
        return data | ({"resolved": resolved} if resolved else {})

    def _option(self, spec: Payload, value: Any, interaction: Interaction, resolved: Payload) -> Payload:
        choices = [choice["value"] for choice in spec.get("choices") or []]
        if choices and value not in choices:
            raise ValueError(f"{spec['name']} has no choice {value!r}")
        if spec["type"] == ATTACHMENT_OPTION:
            file = self.attachment(interaction.channel.id, *value, ephemeral=True)
            resolved.setdefault("attachments", {})[file["id"]] = file
            value = file["id"]
        return {"name": spec["name"], "type": spec["type"], "value": value}

    def _send(self, interaction: Interaction, data: Payload, locale: str, **extra: Payload) -> Interaction:
        channel = interaction.channel
        self.interactions[interaction.token] = interaction
        payload: Payload = {
            "id": str(interaction.id),
            "application_id": str(self.application_id),
            "version": 1,
            "type": interaction.type,
            "token": interaction.token,
            "data": data,
            **extra,
            "channel_id": str(channel.id),
            "channel": self.channel_payload(channel),
            "app_permissions": str(self.app_permissions(channel)),
            "locale": locale,
            "entitlements": [],
            "authorizing_integration_owners": interaction.owners,
            "context": 0 if channel.guild else 1,
            "attachment_size_limit": self.upload_limit,
        }
        if channel.guild:
            guild = {"id": str(channel.guild.id), "locale": "en-US", "features": []}
            member = self.member_payload(interaction.user_id) | {"permissions": str(MEMBER_MAY)}
            payload |= {"guild_id": guild["id"], "guild": guild, "guild_locale": "en-US", "member": member}
        else:
            payload["user"] = self.user_payload(interaction.user_id)
        self.gateway.dispatch("INTERACTION_CREATE", payload, channel.guild.id if channel.guild else None)
        return interaction
