"""Discord's gateway on the loopback interface: shards, intents, resumes and dropped connections."""

import asyncio
import copy
import json
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import discord
from aiohttp import WSMessage, WSMsgType, web
from simcord.backend import Backend, serializers
from simcord.backend.models import Guild
from simcord.intents import censor_message, prune_guild_create, required_intent

from tests.discord_server.payloads import Payload

PRIVILEGED_INTENTS = discord.Intents(members=True, presences=True, message_content=True).value
HEARTBEAT_MS = 41_250
REPLAYED_EVENTS = 10_000


def shard_of(guild_id: int | None, count: int) -> int:
    """Return the shard to which a guild or the direct messages belong."""
    return ((guild_id or 0) >> 22) % count


class Socket:
    """One open connection; frames are sent in order."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        assert request.transport
        self.transport = request.transport
        self.session: Session | None = None
        self.dropped = False
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()

    def put(self, op: int, data: object = None) -> None:
        """Queue a message that is not an event."""
        self.put_frame(json.dumps({"op": op, "d": data, "s": None, "t": None}).encode())

    def put_frame(self, frame: bytes) -> None:
        """Queue an encoded frame."""
        self._frames.put_nowait(frame)

    async def pump(self) -> None:
        """Send queued frames until the connection breaks; a session stores them for a resume."""
        while not self.ws.closed:
            frame = await self._frames.get()
            try:
                await self.ws.send_str(frame.decode())
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

    def send(self, event: str, data: Any) -> None:
        """Send an event, and store it for a resume."""
        self.seq += 1
        frame = json.dumps({"op": 0, "t": event, "s": self.seq, "d": data}).encode()
        self.sent.append((self.seq, frame))
        if self.socket:
            self.socket.put_frame(frame)


class Gateway:
    """The server side of the bot's websockets."""

    def __init__(self, backend: Backend, token: str, changed: Callable[[], None]) -> None:
        """Take the function to call whenever a connection has changed."""
        self.url = ""
        self.is_shut = False
        """Whether new connections are refused."""
        self._backend, self._token, self._changed = backend, token, changed
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()

    @property
    def connected(self) -> int:
        """The number of identified shards that are connected."""
        return sum(session.socket is not None for session in self._sessions.values())

    def dispatch(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send an event to the sessions that own its guild and requested such events."""
        guild_id = payload.get("guild_id") or (payload.get("id") if event.startswith("GUILD_") else None)
        intent = required_intent(event, payload)
        for session in self._sessions.values():
            owns = session.shard == shard_of(int(guild_id or 0), session.count)
            if owns and (intent is None or session.intents & getattr(discord.Intents, intent).flag):
                sent = copy.deepcopy(dict(payload))
                if event in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:  # no session has the intent to read all messages
                    censor_message(sent, self._backend.bot_user.id, backend=self._backend)
                session.send(event, sent)

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
        self._changed()

    def _receive(self, socket: Socket, message: WSMessage) -> int | None:
        """Process a message, and return a code to close the connection with, or None."""
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
        guilds = [guild for guild in self._backend.guilds.values() if self._shows(guild, session)]
        ready = {
            "v": 10,
            "user": serializers.user_payload(self._backend.bot_user),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [shard, count],
            "application": {"id": str(self._backend.application_id), "flags": 0},
        }
        session.send("READY", ready)
        if session.intents & discord.Intents.guilds.flag:
            for guild in guilds:
                payload: Any = serializers.guild_create_payload(self._backend, guild)
                prune_guild_create(payload, discord.Intents.none(), self._backend.bot_user.id)
                session.send("GUILD_CREATE", payload)
        self._changed()
        return None

    def _shows(self, guild: Guild, session: Session) -> bool:
        """Return whether the bot is in a guild, and the session's shard owns it."""
        is_member = self._backend.bot_user.id in guild.members
        return is_member and shard_of(guild.id, session.count) == session.shard

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
        session.send("RESUMED", {"_trace": []})
        self._changed()
        return None
