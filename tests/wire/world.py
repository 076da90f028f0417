"""The state of the fake Discord, and its payloads."""

import asyncio
import base64
import json
import math
import mimetypes
import secrets
import time
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import islice
from typing import Any, Self
from urllib.parse import quote

from aiohttp import BodyPartReader, web
from PIL import Image, UnidentifiedImageError

from .openapi import (
    ATTACH,
    DENIED,
    DISCORD_EPOCH,
    DM,
    EMBED,
    EPHEMERAL,
    LOADING,
    MEMBER_MAY,
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    REPLY,
    TEXT,
    THREAD,
    UPDATE,
    Answer,
    DiscordError,
    Payload,
    T,
    Uploads,
    mentioned,
    revised,
)


class Snowflakes:
    """Generates unique ids that contain the current time."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> int:
        """Return the next id."""
        self._last = max(self._last + 1, (time.time_ns() // 1_000_000 - DISCORD_EPOCH) << 22)
        return self._last


snowflake = Snowflakes()


def timestamp() -> str:
    """Return the current time in Discord's format."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def shard_of(guild_id: int | None, count: int) -> int:
    """Return the shard that owns a guild, or the direct messages."""
    return ((guild_id or 0) >> 22) % count


@dataclass(slots=True)
class Guild:
    """A server, which the bot may have joined."""

    id: int
    name: str
    joined: bool


@dataclass(slots=True)
class Channel:
    """A channel and its messages; `order` also has the ids of deleted ones."""

    id: int
    name: str
    type: int
    guild: Guild | None = None
    parent: int | None = None
    recipient: int | None = None
    denied: int | None = None
    messages: dict[int, Payload] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)

    def page(self, *, limit: int = 50, before: int = 1 << 63, after: int | None = None) -> list[Payload]:
        """Return some messages, newest first: those before an id, or the first after an id."""
        low = 0 if after is None else bisect_right(self.order, after)
        ids: Iterable[int] = self.order[low : bisect_left(self.order, before)]
        ids = reversed(list(ids)) if after is None else ids
        found = list(islice((self.messages[i] for i in ids if i in self.messages), limit))
        return found if after is None else found[::-1]


class World:
    """Guilds, channels and users, and their payloads."""

    def __init__(self, shards: int) -> None:
        self.base_url = ""
        self.files: dict[int, tuple[bytes, str]] = {}
        self._change = asyncio.Event()
        self.shards = shards
        self.application_id = self.bot_user_id = snowflake()
        self.application_settings: Payload = {}
        """Settings changed in the Developer Portal."""
        self.users: dict[str, int] = {}
        self.channels: dict[str, int] = {}
        self.guilds: dict[str, int] = {}
        self._messages: dict[int, Payload] = {}
        self._names: dict[int, str] = {self.bot_user_id: "wire-bot"}
        self._blocking: set[int] = set()
        self._places: dict[int, Channel] = {}
        self._guilds: dict[int, Guild] = {}
        self._direct: dict[int, Channel] = {}
        for user in ("alice", "bob"):
            self.add_user(user)
        self.guild_id = self.add_guild("home")
        self.add_guild("away", joined=False)
        self.add_channel("general")
        self.add_channel("forbidden", denied=MISSING_PERMISSIONS)
        self.add_channel("thread", parent="general")
        self.add_channel("elsewhere", guild="away", denied=MISSING_ACCESS)

    def changed(self) -> None:
        """Wake all callers that wait for a condition."""
        self._change.set()
        self._change = asyncio.Event()

    async def wait_for(self, predicate: Callable[[], T | None], timeout: float = 10.0) -> T:  # noqa: ASYNC109
        """Wait until a condition is true, checking it after each request; returns its value."""
        async with asyncio.timeout(timeout):
            while not (result := predicate()):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._change.wait(), 0.05)
        return result

    def add_user(self, name: str) -> int:
        """Add a user, a member of every guild."""
        self.users[name] = snowflake()
        self._names[self.users[name]] = name
        return self.users[name]

    def add_guild(self, name: str, *, shard: int = 0, joined: bool = True) -> int:
        """Add a guild that belongs to a shard; bots see it after their next identify."""
        guild_id = snowflake()
        while shard_of(guild_id, self.shards) != shard:
            guild_id = snowflake()
        self._guilds[guild_id] = Guild(guild_id, name, joined)
        self.guilds[name] = guild_id
        return guild_id

    def add_channel(
        self, name: str, *, guild: str = "home", parent: str | None = None, denied: int | None = None
    ) -> int:
        """Add a text channel, or a thread if it has a parent; bots see it after their next identify."""
        channel = Channel(snowflake(), name, THREAD if parent else TEXT, self._guilds[self.guilds[guild]])
        channel.parent = self.channels[parent] if parent else None
        channel.denied = denied
        self._places[channel.id] = channel
        self.channels[name] = channel.id
        return channel.id

    def block_dms(self, user: str, *, blocked: bool = True) -> None:
        """Block direct messages to a user: 403, 50007."""
        (self._blocking.add if blocked else self._blocking.discard)(self.users[user])

    def direct(self, user_id: int) -> Channel:
        """Return the direct messages with a user; open them if necessary."""
        if user_id not in self._direct:
            name = f"@{self._names[user_id]}"
            channel = Channel(snowflake(), name, DM, recipient=user_id)
            self._direct[user_id] = self._places[channel.id] = channel
            self.channels[name] = channel.id
        return self._direct[user_id]

    def place(self, channel: str | int) -> Channel:
        """Return a channel by its id or name; `@alice` means the direct messages with alice."""
        if isinstance(channel, str) and channel.startswith("@"):
            return self.direct(self.users[channel[1:]])
        return self._places[self.channels[channel] if isinstance(channel, str) else channel]

    def reachable(self, channel_id: int, *, post: bool = False) -> Channel:
        """Return a channel that the bot may read, or post in, or raise Discord's error."""
        channel = self._places.get(channel_id)
        if channel is None:
            raise DiscordError(404, 10003, "Unknown Channel")
        if channel.denied == MISSING_ACCESS:
            raise DiscordError(403, MISSING_ACCESS, "Missing Access")
        if post and channel.denied:
            raise DiscordError(403, channel.denied, "Missing Permissions")
        if post and channel.recipient in self._blocking:
            raise DiscordError(403, 50007, "Cannot send messages to this user")
        return channel

    def app_permissions(self, channel: Channel) -> int:
        """Return the bot's permissions in a channel."""
        if channel.guild and not channel.guild.joined:
            return EMBED | ATTACH
        return MEMBER_MAY & ~DENIED.get(channel.denied or 0, 0)

    def message(self, message_id: int) -> Payload | None:
        """Return the current state of a message, even if it is ephemeral."""
        return self._messages.get(message_id)

    def all_messages(self) -> list[Payload]:
        """Return all messages that are not deleted, including ephemeral ones, oldest first."""
        return list(self._messages.values())

    def create_message(
        self,
        channel: Channel,
        body: Payload,
        uploads: Uploads,
        *,
        flags: int = 0,
        extra: Payload | None = None,
    ) -> Payload:
        """Create a message of the bot, or raise Discord's error; with LOADING it needs no body."""
        message_id = snowflake()
        message: Payload = {
            "id": str(message_id),
            "channel_id": str(channel.id),
            "type": 0,
            "author": self.user_payload(self.bot_user_id),
            "content": "",
            "timestamp": timestamp(),
            "edited_timestamp": None,
            "flags": flags,
            **dict.fromkeys(("tts", "mention_everyone", "pinned"), False),
            **{key: [] for key in ("mentions", "mention_roles", "attachments", "embeds", "components")},
            **(extra or {}),
            "_nonce": body.get("nonce"),
        }
        if not flags & LOADING:
            message = self._filled(message, body, self._uploaded(channel.id, body, uploads))
        self._messages[message_id] = message
        if not flags & EPHEMERAL:
            channel.messages[message_id] = message
            channel.order.append(message_id)
        return message

    def edit_message(self, message: Payload, body: Payload, uploads: Uploads) -> Payload:
        """Edit a message, or raise Discord's error; earlier copies of it do not change."""
        message_id, channel_id = int(message["id"]), int(message["channel_id"])
        remaining = message["attachments"]
        if "attachments" in body:
            named = {str(attachment["id"]) for attachment in body["attachments"] or []}
            remaining = [attachment for attachment in remaining if attachment["id"] in named]
        attachments = remaining + self._uploaded(channel_id, body, uploads)
        new = self._filled({**message, "flags": message["flags"] & ~LOADING}, body, attachments)
        new["edited_timestamp"] = None if message["flags"] & LOADING else timestamp()
        for attachment in message["attachments"]:
            if attachment not in remaining:
                del self.files[int(attachment["id"])]
        self._messages[message_id] = new
        if message_id in self._places[channel_id].messages:
            self._places[channel_id].messages[message_id] = new
        return new

    def remove_message(self, message: Payload) -> None:
        """Delete a message and its files."""
        del self._messages[int(message["id"])]
        self._places[int(message["channel_id"])].messages.pop(int(message["id"]), None)
        for attachment in message["attachments"]:
            del self.files[int(attachment["id"])]

    def _filled(self, message: Payload, body: Payload, attachments: list[Payload]) -> Payload:
        new = revised(message, body, attachments)
        users, new["mention_everyone"] = mentioned(new, body.get("allowed_mentions"))
        new["mentions"] = [self.user_payload(user) for user in sorted(users & self._names.keys())]
        return new

    def _uploaded(self, channel_id: int, body: Payload, uploads: Uploads) -> list[Payload]:
        metadata = {f"files[{entry['id']}]": entry for entry in body.get("attachments") or []}
        attachments = []
        for part, (filename, data) in uploads.items():
            description = metadata.get(part, {}).get("description")
            extra = {"description": description} if description else {}
            attachments.append(self.attachment(channel_id, filename, data, **extra))
        return attachments

    def attachment(self, channel_id: int, filename: str, data: bytes, **extra: Any) -> Payload:
        """Store a file and return its attachment payload, with a URL of this server."""
        attachment_id = snowflake()
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        self.files[attachment_id] = (data, kind)
        now = int(time.time())
        signed = f"?ex={now + 86_400:x}&is={now:x}&hm={secrets.token_hex(32)}"
        url = f"{self.base_url}/attachments/{channel_id}/{attachment_id}/{quote(filename)}{signed}"
        try:
            with Image.open(BytesIO(data)) as picture:
                extra |= {"width": picture.width, "height": picture.height}
        except UnidentifiedImageError:
            pass
        about = {"id": str(attachment_id), "filename": filename, "size": len(data), "content_type": kind}
        return about | {"url": url, "proxy_url": url} | extra

    def user_payload(self, user_id: int) -> Payload:
        """Return the payload of a user."""
        name, bot = self._names[user_id], user_id == self.bot_user_id
        flags = {"bot": bot, "public_flags": 0, "flags": 0}
        unset = {"global_name": None, "avatar": None, "primary_guild": None, "avatar_decoration_data": None}
        return {"id": str(user_id), "username": name, "discriminator": "0", **flags, **unset}

    def own_user_payload(self) -> Payload:
        """Return the payload of the bot's user for the bot itself."""
        more = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
        return self.user_payload(self.bot_user_id) | more

    def application_payload(self) -> Payload:
        """Return the payload of the application for its owner."""
        unset = dict.fromkeys(("icon", "type", "team", "interactions_endpoint_url"))
        contexts: Payload = {"integration_types_config": {"0": {}, "1": {}}, "approximate_guild_count": 1}
        public = {"bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": 0}
        owner = {"owner": self.user_payload(self.users["alice"]), "bot": self.user_payload(self.bot_user_id)}
        return {
            "id": str(self.application_id),
            "name": "wire-bot",
            "description": "",
            **owner,
            **public,
            **unset,
            **contexts,
            **self.application_settings,
        }

    def member_payload(self, user_id: int) -> Payload:
        """Return the payload of a guild member."""
        unset = {"nick": None, "avatar": None, "premium_since": None, "communication_disabled_until": None}
        flags = {"roles": [], "deaf": False, "mute": False, "pending": False, "flags": 0}
        return {"user": self.user_payload(user_id), "joined_at": timestamp(), **unset, **flags}

    def channel_payload(self, channel: Channel) -> Payload:
        """Return the payload of a channel, a thread or direct messages."""
        last = str(channel.order[-1]) if channel.order else None
        payload: Payload = {"id": str(channel.id), "type": channel.type, "flags": 0, "last_message_id": last}
        if channel.guild is None:
            return payload | {"recipients": [self.user_payload(channel.recipient or 0)]}
        payload |= {"guild_id": str(channel.guild.id), "name": channel.name, "rate_limit_per_user": 0}
        if channel.type == THREAD:
            about: Payload = {"parent_id": str(channel.parent), "owner_id": str(self.bot_user_id)}
            about |= dict.fromkeys(("message_count", "total_message_sent"), len(channel.order))
            metadata: Payload = {"archived": False, "locked": False, "auto_archive_duration": 1440}
            metadata["archive_timestamp"] = timestamp()
            return payload | about | {"member_count": 1, "thread_metadata": metadata}
        deny = str(DENIED.get(channel.denied or 0, 0))
        overwrite = {"id": str(self.bot_user_id), "type": 1, "allow": "0", "deny": deny}
        unset = {"parent_id": None, "topic": None, "position": 0, "nsfw": False}
        return payload | unset | {"permission_overwrites": [overwrite] if channel.denied else []}

    def guild_payload(self, guild: Guild) -> Payload:
        """Return the payload of a guild for GUILD_CREATE."""
        inside = [channel for channel in self._places.values() if channel.guild is guild]
        off = dict.fromkeys(("hoist", "managed", "mentionable"), False) | {"color": 0, "position": 0}
        everyone = {
            "id": str(guild.id),
            "name": "@everyone",
            "permissions": str(MEMBER_MAY),
            "flags": 0,
            **off,
        }
        empty = ("emojis", "stickers", "features", "presences", "voice_states", "stage_instances")
        levels = ("verification_level", "default_message_notifications", "explicit_content_filter")
        return {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(self.users["alice"]),
            "roles": [everyone],
            "channels": [self.channel_payload(channel) for channel in inside if channel.type == TEXT],
            "threads": [self.channel_payload(channel) for channel in inside if channel.type == THREAD],
            "members": [self.member_payload(self.bot_user_id)],
            "member_count": len(self.users) + 1,
            "joined_at": timestamp(),
            "preferred_locale": "en-US",
            **dict.fromkeys(("unavailable", "large"), False),
            **dict.fromkeys((*levels, "mfa_level", "premium_tier", "nsfw_level", "afk_timeout"), 0),
            **{key: [] for key in (*empty, "guild_scheduled_events", "soundboard_sounds")},
        }

    def guilds_of_shard(self, shard: int, count: int) -> list[Guild]:
        """Return the bot's guilds that a shard owns."""
        return [g for g in self._guilds.values() if g.joined and shard_of(g.id, count) == shard]


@dataclass(eq=False)
class Interaction:
    """An interaction of a user, and the bot's responses to it."""

    type: int
    user_id: int
    channel: Channel
    user_installed: bool
    find: Callable[[int], Payload | None]
    source: int | None = None
    id: int = field(default_factory=snowflake)
    created_at: float = field(default_factory=time.monotonic)
    acked_at: float | None = None
    ack: Payload | None = None
    message_id: int | None = None
    followups: list[int] = field(default_factory=list)
    expired: bool = False
    token: str = ""
    acknowledgement: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Make the token in Discord's format."""
        raw = f"interaction:{self.id}:{secrets.token_hex(62)}"
        self.token = base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @property
    def ephemeral(self) -> bool:
        """Whether only the user sees the reply."""
        return bool(((self.ack or {}).get("data") or {}).get("flags", 0) & EPHEMERAL)

    @property
    def message(self) -> Payload | None:
        """The current state of the original reply."""
        return self.find(self.message_id) if self.message_id else None

    @property
    def choices(self) -> list[Payload]:
        """The choices that the bot offered for completion."""
        return list(((self.ack or {}).get("data") or {}).get("choices") or [])

    @property
    def owners(self) -> Payload:
        """The owner of the bot's installation: the user or the guild."""
        if self.user_installed:
            return {"1": str(self.user_id)}
        return {"0": str(self.channel.guild.id if self.channel.guild else 0)}

    def metadata_payload(self) -> Payload:
        """Return the interaction metadata of a message, except for the user."""
        about = {"id": str(self.id), "type": self.type, "authorizing_integration_owners": self.owners}
        return about | ({"interacted_message_id": str(self.source)} if self.source else {})

    def callback_payload(self) -> Payload:
        """Return the response to the bot's first answer."""
        about: Payload = {"id": str(self.id), "type": self.type}
        message, kind = self.message, (self.ack or {}).get("type")
        if message:
            about["response_message_id"] = message["id"]
            about["response_message_loading"] = bool(message["flags"] & LOADING)
            about["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
        if message is None or kind not in (REPLY, UPDATE):
            return {"interaction": about}
        return {"interaction": about, "resource": {"type": kind, "message": public(message)}}

    async def acknowledged(self, timeout: float = 3.0) -> Self:  # noqa: ASYNC109
        """Wait for the first answer; TimeoutError if it is not in within `timeout` seconds after the event."""
        async with asyncio.timeout(self.created_at + timeout - time.monotonic()):
            await self.acknowledgement.wait()
        return self


@dataclass
class Request:
    """A REST call; `status` is None until it is answered, or if it was cut."""

    method: str
    path: str
    query: dict[str, str]
    json: Any = None
    files: list[tuple[str, str, int, str]] = field(default_factory=list)
    status: int | None = None
    at: float = field(default_factory=time.monotonic)
    uploads: Uploads = field(default_factory=dict, repr=False)


@dataclass
class Fault:
    """A fault to inject; `hits` counts how often it has occurred."""

    method: str
    path_glob: str
    status: int | None
    json: Any
    headers: dict[str, str]
    times: float
    after_handling: bool
    delay: float
    hits: int = 0


class GlobalLimit:
    """A limit of requests per second."""

    def __init__(self, rate: int) -> None:
        self._rate = self._left = rate
        self._ends_at = 0.0

    def wait_seconds(self) -> float:
        """Count a request and return 0.0, or return how long it must wait."""
        now = time.monotonic()
        if now >= self._ends_at:
            self._left, self._ends_at = self._rate, now + 1
        if self._left:
            self._left -= 1
            return 0.0
        return math.ceil((self._ends_at - now) * 1000) / 1000


def limits(route: str) -> dict[str, str]:
    """Return the rate limit headers of a route, whose limit is never reached."""
    return {
        "Via": "1.1 wire",
        "X-RateLimit-Bucket": f"{zlib.crc32(route.encode()):08x}",
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "999",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
    }


def public(message: Payload) -> Payload:
    """Return a message without the server's internal fields."""
    return {key: value for key, value in message.items() if not key.startswith("_")}


async def read_body(http: web.Request, request: Request) -> None:
    """Read a body, JSON or multipart."""
    if http.content_type != "multipart/form-data":
        text = await http.text()
        request.json = json.loads(text) if text else None
        return
    async for part in await http.multipart():
        if isinstance(part, BodyPartReader) and part.name:
            data = bytes(await part.read())
            if part.filename is None:
                request.json = json.loads(data)
                continue
            kind = part.headers.get("Content-Type", "")
            request.files.append((part.name, part.filename, len(data), kind))
            request.uploads[part.name] = (part.filename, data)


def response(status: int, answer: Answer, headers: dict[str, str]) -> web.Response:
    """Build a response as Discord does."""
    if answer is None:
        return web.Response(status=status, headers=headers)
    if status == 429 and isinstance(answer, dict):
        after, everywhere = answer["retry_after"], answer.get("global")
        scope = "global" if everywhere else "user"
        headers = {"X-RateLimit-Scope": scope} | headers | {"Retry-After": str(math.ceil(after))}
        headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(after)}
        headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
    # discord.py decodes JSON only if the content type is exactly this, without a charset
    body = json.dumps(answer).encode()
    return web.Response(status=status, body=body, headers={"Content-Type": "application/json", **headers})
