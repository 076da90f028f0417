"""The fake Discord server, tested with the real discord.py and against Discord's rules."""

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image

from tests.wire.discord_server import PASS, WireDiscord
from tests.wire.openapi import Payload, openapi_checker
from tests.wire.world import Request

V2 = 1 << 15
TOKEN = "wire.test.token"


def picture(width: int = 4, height: int = 3) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def file(name: str = "a.png") -> discord.File:
    return discord.File(io.BytesIO(picture()), name, description="a picture")


def card(text: str, *, image: str | None = None, custom_id: str | None = None) -> ui.LayoutView:
    container: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay(text))
    if image:
        container.add_item(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{image}")))
    if custom_id:
        container.add_item(ui.ActionRow(ui.Button(label="Again", custom_id=custom_id)))
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


async def defer(interaction: discord.Interaction) -> None:
    await interaction.response.defer()


class Bot(commands.AutoShardedBot):
    """A bot of discord.py; each test sets what its command and its buttons do."""

    def __init__(self) -> None:
        super().__init__((), intents=discord.Intents(guilds=True), guild_ready_timeout=0.0)
        self.draw: Callable[[discord.Interaction], Awaitable[Any]] = defer
        self.click: Callable[[discord.Interaction], Awaitable[Any]] = defer
        self.received: list[dict[str, Any]] = []
        self.seen: Counter[str] = Counter()
        self.tree.add_command(draw)
        self.tree.add_command(image)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once, as there is no limit here."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_socket_event_type(self, event: str) -> None:
        self.seen[event] += 1

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await self.click(interaction)

    def channel(self, channel_id: int) -> discord.PartialMessageable:
        return self.get_partial_messageable(channel_id)


@app_commands.command(description="Draw")
@app_commands.choices(size=[app_commands.Choice(name="Big", value="big")])
@app_commands.allowed_installs(guilds=True, users=True)
async def draw(
    interaction: discord.Interaction[Bot],
    prompt: str,
    image: discord.Attachment | None = None,
    style: str | None = None,
    size: str | None = None,
) -> None:
    interaction.client.received.append({"prompt": prompt, "image": image, "style": style, "size": size})
    await interaction.client.draw(interaction)


@draw.autocomplete("style")
async def styles(_: discord.Interaction[Bot], current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{current}{end}", value=f"{current}{end}") for end in ("ish", "esque")]


image = app_commands.Group(
    name="image", description="Pictures", allowed_contexts=app_commands.AppCommandContext(guild=True)
)


@image.command(description="Edit")
async def edit(interaction: discord.Interaction[Bot], prompt: str) -> None:
    interaction.client.received.append({"prompt": prompt})
    await interaction.client.draw(interaction)


@asynccontextmanager
async def running(server: WireDiscord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr(Route, "BASE", server.api_url)
    # discord.py connects to this address, not to the given one, whenever it can't resume
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))
    bot = Bot()
    task = asyncio.create_task(bot.start(TOKEN))
    try:
        await server.wait_ready()
        await server.wait_for(bot.is_ready)
        yield bot
    finally:
        await bot.close()
        await task


@pytest.fixture
async def server() -> AsyncIterator[WireDiscord]:
    async with WireDiscord(validate=False) as wire:
        yield wire


@pytest.fixture
async def bot(server: WireDiscord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    async with running(server, monkeypatch) as real:
        yield real


async def call(server: WireDiscord, method: str, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, server.api_url + path, json=body) as answer,
    ):
        return answer.status, await answer.json()


async def test_login(server: WireDiscord, bot: Bot) -> None:
    """The bot receives its user, guild, channels and permissions, and publishes its commands."""
    assert bot.user
    assert (bot.user.id, bot.application_id) == (server.bot_user_id, server.application_id)
    guild = bot.get_guild(server.guild_id)
    assert guild
    assert guild.get_thread(server.channels["thread"])
    permissions = {channel.name: channel.permissions_for(guild.me).send_messages for channel in guild.text_channels}
    assert permissions == {"general": True, "forbidden": False}
    assert set(server.commands) == {"draw", "image"}
    assert [command.name for command in await bot.tree.fetch_commands()] == ["draw", "image"]
    first = {name: command["id"] for name, command in server.commands.items()}
    await bot.tree.sync()
    assert {name: command["id"] for name, command in server.commands.items()} == first
    assert (await bot.application_info()).owner.name == "alice"
    assert server.violations == []


async def test_immediate_reply(server: WireDiscord, bot: Bot) -> None:
    """A reply with a card and a file is in the channel, mentions as requested, and its picture can be downloaded."""

    async def reply(interaction: discord.Interaction) -> None:
        view = card(f"<@{interaction.user.id}> and <@{server.users['bob']}> @everyone", image="a.png")
        only = discord.AllowedMentions(users=[interaction.user], everyone=False)
        await interaction.response.send_message(view=view, file=file(), allowed_mentions=only)

    bot.draw = reply
    interaction = await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    assert bot.received == [{"prompt": "a cat", "image": None, "style": None, "size": None}]
    assert interaction.ack
    assert interaction.ack["type"] == 4
    assert not interaction.ephemeral
    [message] = server.messages("general")
    assert interaction.message == message
    assert [user["username"] for user in message["mentions"]] == ["alice"]
    assert not message["mention_everyone"]
    assert message["flags"] == V2
    [attachment] = message["attachments"]
    assert (attachment["width"], attachment["height"]) == (4, 3)
    assert (attachment["description"], attachment["content_type"]) == ("a picture", "image/png")
    gallery = message["components"][0]["components"][1]
    assert gallery["items"][0]["media"]["url"] == attachment["url"]
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as answer:
        assert (await answer.read(), answer.content_type) == (picture(), "image/png")
    [sent] = [request for request in server.requests if request.path.endswith("/callback")]
    assert sent.files == [("files[0]", "a.png", len(picture()), "application/octet-stream")]
    assert (sent.status, sent.json["type"]) == (200, 4)


async def test_deferred_reply(server: WireDiscord, bot: Bot) -> None:
    """A deferred reply loads until it is edited; then it can be edited again, read and deleted."""
    came: asyncio.Queue[discord.Interaction] = asyncio.Queue()

    async def wait(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        came.put_nowait(interaction)

    bot.draw = wait
    handle = await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    assert handle.message
    assert handle.message["flags"] == 1 << 7
    interaction = await came.get()
    await interaction.edit_original_response(view=card("done", image="a.png"), attachments=[file()])
    loaded = handle.message
    assert (loaded["flags"], loaded["edited_timestamp"]) == (V2, None)
    await interaction.edit_original_response(view=card("better", image="b.png"), attachments=[file("b.png")])
    assert loaded["attachments"][0]["filename"] == "a.png"
    assert [attachment["filename"] for attachment in handle.message["attachments"]] == ["b.png"]
    assert handle.message["edited_timestamp"]
    async with aiohttp.ClientSession() as session, session.get(loaded["attachments"][0]["url"]) as answer:
        assert answer.status == 404
    read = await interaction.original_response()
    assert [a.filename for a in read.attachments] == ["b.png"]
    edited = await interaction.edit_original_response(view=card("same", image="b.png"), attachments=read.attachments)
    assert edited.attachments[0].id == read.attachments[0].id
    assert read.interaction_metadata
    assert read.interaction_metadata.user.name == "alice"
    await interaction.delete_original_response()
    assert server.messages("general") == []
    assert server.message(read.id) is None
    with pytest.raises(discord.NotFound) as gone:
        await interaction.edit_original_response(content="late")
    assert gone.value.code == 10008


async def test_follow_ups(server: WireDiscord, bot: Bot) -> None:
    """The first follow-up of a deferred reply replaces it, the second is a new message."""
    made: list[discord.WebhookMessage] = []
    hooks: list[discord.Webhook] = []

    async def follow(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        hooks.append(interaction.followup)
        made.append(await interaction.followup.send("first", wait=True))
        made.append(await interaction.followup.send("second", wait=True, ephemeral=True))

    bot.draw = follow
    handle = await server.slash("alice", "general", "draw", options={"prompt": "a cat"})
    await server.wait_for(lambda: len(handle.followups) == 1 and len(made) == 2)
    assert [message["content"] for message in server.messages("general")] == ["first"]
    second = made[1]
    assert (await second.edit(content="changed")).content == "changed"
    assert (await hooks[0].fetch_message(second.id)).content == "changed"
    await second.delete()
    assert server.message(second.id) is None


async def test_private_reply(server: WireDiscord, bot: Bot) -> None:
    """An ephemeral reply is not in the channel, and can be read through the interaction."""
    bot.draw = lambda interaction: interaction.response.send_message("psst", ephemeral=True)
    handle = await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    assert handle.ephemeral
    assert handle.message
    assert handle.message["content"] == "psst"
    assert server.messages("general") == []


async def test_nonce(server: WireDiscord, bot: Bot) -> None:
    """An enforced nonce creates one message per channel, however often it is sent."""
    general = bot.channel(server.channels["general"])
    first = await general.send(view=card("done", image="a.png"), file=file(), nonce="job-1")
    again = await general.send(view=card("done", image="a.png"), file=file(), nonce="job-1")
    assert first.id == again.id
    assert again.nonce == "job-1"
    await general.send("more", nonce="job-2")
    await bot.channel(server.channels["thread"]).send("there", nonce="job-1")
    assert [message["_nonce"] for message in server.messages("general")] == ["job-1", "job-2"]
    server.remove_message(server.messages("general")[0])
    assert (await general.send("once more", nonce="job-1")).id != first.id
    with pytest.raises(discord.HTTPException) as refused:
        await general.send("too long", nonce="x" * 26)
    assert refused.value.code == 50035


async def test_nonce_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """A nonce expires after some minutes."""
    async with WireDiscord(validate=False, nonce_seconds=0) as server, running(server, monkeypatch) as bot:
        for _ in range(2):
            await bot.channel(server.channels["general"]).send("done", nonce="job-1")
        assert len(server.messages("general")) == 2


async def test_direct_messages(server: WireDiscord, bot: Bot) -> None:
    """Direct messages work with nonces, fail with 50007 if blocked, and allow the commands offered there."""
    assert server.messages("@alice") == []
    channel = await bot.create_dm(discord.Object(server.users["alice"]))
    assert (await channel.send("hi", nonce="job-1")).id == (await channel.send("hi", nonce="job-1")).id
    assert [message["content"] for message in server.messages("@alice")] == ["hi"]
    server.block_dms("alice")
    with pytest.raises(discord.Forbidden) as refused:
        await channel.send("hi again")
    assert refused.value.code == 50007
    server.block_dms("alice", blocked=False)
    await channel.send("hi again")
    with pytest.raises(discord.HTTPException) as unknown_user:
        await bot.create_dm(discord.Object(1))
    assert unknown_user.value.code == 50033
    await (await server.slash("bob", "@bob", "draw", options={"prompt": "a cat"}, locale="de")).acknowledged()
    assert server.messages("@bob")
    with pytest.raises(LookupError, match="not offered"):
        await server.slash("bob", "@bob", "image edit", options={"prompt": "a cat"})


async def test_permissions(server: WireDiscord, bot: Bot) -> None:
    """A post without permission fails with 50013, and the gateway reports changed permissions."""
    forbidden = bot.channel(server.channels["forbidden"])
    with pytest.raises(discord.Forbidden) as refused:
        await forbidden.send("hi")
    assert refused.value.code == 50013
    permissions: list[bool] = []

    async def record(interaction: discord.Interaction) -> None:
        permissions.append(interaction.app_permissions.send_messages)
        await interaction.response.send_message("a reply is always allowed")

    bot.draw = record
    await (await server.slash("alice", "forbidden", "draw", options={"prompt": "a cat"})).acknowledged()
    server.forbid("forbidden", None)
    await server.wait_for(lambda: bot.seen["GUILD_CHANNEL_UPDATE"] or bot.seen["CHANNEL_UPDATE"])
    await forbidden.send("hi")
    await (await server.slash("alice", "forbidden", "draw", options={"prompt": "a cat"})).acknowledged()
    assert permissions == [False, True]
    server.forbid("general", 50001)
    with pytest.raises(discord.Forbidden) as unseen:
        await bot.fetch_channel(server.channels["general"])
    assert unseen.value.code == 50001


async def test_user_install(server: WireDiscord, bot: Bot) -> None:
    """In a guild it has not joined, the bot can reply but not post, and the event names its installation."""
    owners: list[bool] = []

    async def record(interaction: discord.Interaction) -> None:
        owners.extend((interaction.is_user_integration(), interaction.is_guild_integration()))
        await interaction.response.send_message("here")

    bot.draw = record
    await (await server.slash("alice", "elsewhere", "draw", options={"prompt": "a cat"})).acknowledged()
    assert owners == [True, False]
    assert len(server.messages("elsewhere")) == 1
    with pytest.raises(discord.Forbidden) as refused:
        await bot.channel(server.channels["elsewhere"]).send("hi")
    assert refused.value.code == 50001


async def test_deleted_channel(server: WireDiscord, bot: Bot) -> None:
    """A deleted channel and its messages are unknown from then on, and the bot is notified."""
    handle = await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    late = await server.slash("alice", "general", "draw", options={"prompt": "a cat"})
    server.delete_channel("general")
    with pytest.raises(TimeoutError):
        await late.acknowledged(0.2)
    assert (handle.message, server.messages("general")) == (None, [])
    await server.wait_for(lambda: bot.get_channel(server.channels["general"]) is None)
    with pytest.raises(discord.NotFound) as gone:
        await bot.channel(server.channels["general"]).send("hi")
    assert gone.value.code == 10003


async def test_autocomplete(server: WireDiscord, bot: Bot) -> None:
    """Typing into an option returns the bot's suggestions."""
    typed = await server.autocomplete("alice", "general", "draw", "style", "goth", {"prompt": "a cat"})
    await typed.acknowledged()
    assert [choice["value"] for choice in typed.choices] == ["gothish", "gothesque"]
    assert (bot.received, typed.message) == ([], None)


async def test_options(server: WireDiscord, bot: Bot) -> None:
    """Options arrive as typed, including pictures; options that Discord's client would not send raise an error."""
    options = {"prompt": "a cat", "image": ("cat.png", picture()), "size": "big"}
    await (await server.slash("alice", "general", "draw", options=options)).acknowledged()
    sent = bot.received[0]["image"]
    assert (await sent.read(), sent.width, sent.content_type) == (picture(), 4, "image/png")
    options["image"] = ("notes.txt", b"words")
    await (await server.slash("alice", "general", "draw", options=options)).acknowledged()
    assert (bot.received.pop()["image"].width, bot.received[0]["size"]) == (None, "big")
    await (await server.slash("alice", "general", "image edit", options={"prompt": "hat"})).acknowledged()
    assert bot.received[1] == {"prompt": "hat"}
    with pytest.raises(ValueError, match="takes"):
        await server.slash("alice", "general", "draw")
    with pytest.raises(ValueError, match="takes"):
        await server.slash("alice", "general", "draw", options={"prompt": "a cat", "nonsense": 1})
    with pytest.raises(ValueError, match="no choice"):
        await server.slash("alice", "general", "draw", options={"prompt": "a cat", "size": "small"})
    with pytest.raises(KeyError):
        await server.slash("alice", "general", "never_published")


async def test_buttons(server: WireDiscord, bot: Bot) -> None:
    """An existing button can be pressed; its message can be edited or answered."""
    message = await bot.channel(server.channels["general"]).send(view=card("once", custom_id="again:1"))
    bot.click = lambda interaction: interaction.response.edit_message(view=card("twice", custom_id="again:2"))
    pressed = await (await server.click("bob", message.id, "again:1")).acknowledged()
    assert pressed.message == server.messages("general")[0]
    assert pressed.message
    assert pressed.message["components"][0]["components"][0]["content"] == "twice"
    with pytest.raises(ValueError, match="cannot be pressed"):
        await server.click("bob", message.id, "again:1")
    bot.click = defer
    deferred = await (await server.click("bob", pressed.message, "again:2", values=["x"])).acknowledged()
    assert deferred.message == pressed.message
    bot.click = lambda interaction: interaction.response.send_message("fine", ephemeral=True)
    answered = await (await server.click("bob", pressed.message, "again:2")).acknowledged()
    assert answered.message
    assert answered.message["interaction_metadata"]["interacted_message_id"] == str(message.id)
    await message.delete()
    with pytest.raises(ValueError, match="gone"):
        await server.click("bob", message.id, "again:2")


async def test_the_message_of_a_button_is_deleted(server: WireDiscord, bot: Bot) -> None:
    """A message deleted while its button is pressed can't be edited."""
    message = await bot.channel(server.channels["general"]).send(view=card("once", custom_id="again:1"))
    errors: list[int] = []

    async def change(interaction: discord.Interaction) -> None:
        server.remove_message(server.messages("general")[0])
        with pytest.raises(discord.NotFound) as gone:
            await interaction.response.edit_message(view=card("twice"))
        errors.append(gone.value.code)

    bot.click = change
    await server.click("bob", message.id, "again:1")
    assert await server.wait_for(lambda: errors) == [10008]


async def test_messages_of_a_channel(server: WireDiscord, bot: Bot) -> None:
    """Messages can be read, listed in pages in both directions, edited and deleted."""
    general = bot.channel(server.channels["general"])
    sent = [await general.send(str(number)) for number in range(5)]
    await sent[2].delete()
    assert [m.content async for m in general.history(limit=2)] == ["4", "3"]
    assert [m.content async for m in general.history(limit=2, before=sent[4])] == ["3", "1"]
    assert [m.content async for m in general.history(limit=2, after=sent[0], oldest_first=True)] == ["1", "3"]
    await sent[0].edit(content="new")
    assert (await general.fetch_message(sent[0].id)).content == "new"
    with pytest.raises(discord.NotFound) as gone:
        await general.fetch_message(sent[2].id)
    assert gone.value.code == 10008
    channel = await bot.fetch_channel(general.id)
    assert channel.id == general.id


@pytest.mark.parametrize("code", [4000, None])
async def test_resume(server: WireDiscord, bot: Bot, code: int | None) -> None:
    """After a dropped or cut connection the bot resumes and receives missed events once."""
    await server.drop_gateways(code)
    handle = await server.slash("alice", "general", "draw", options={"prompt": "missed"})
    await handle.acknowledged()
    assert bot.seen == Counter(READY=1, GUILD_CREATE=1, RESUMED=1, INTERACTION_CREATE=1)
    assert server.gateway_connected == 1


async def test_invalid_session(server: WireDiscord, bot: Bot) -> None:
    """A bot with an invalid session identifies again, and works."""
    server.invalidate_sessions()
    assert server.gateway_connected == 0
    await server.wait_ready()
    await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    assert bot.seen == Counter(READY=2, GUILD_CREATE=2, INTERACTION_CREATE=1)


async def test_resume_of_an_unknown_session(server: WireDiscord, bot: Bot) -> None:
    """A bot that resumes an unknown session has to identify."""
    server.gateway._sessions.clear()  # noqa: SLF001 - as a restart of Discord's gateway does
    await server.drop_gateways()
    await server.wait_ready()
    await server.wait_for(lambda: bot.seen["READY"] == 2)


async def test_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shard receives the events of its own guilds, shard 0 also those of direct messages."""
    async with WireDiscord(validate=False, shards=2) as server:
        server.add_guild("second", shard=1)
        server.add_channel("there", guild="second")
        server.add_user("carol")
        async with running(server, monkeypatch) as bot:
            shards: list[int | None] = []

            async def record(interaction: discord.Interaction) -> None:
                shards.append(interaction.guild.shard_id if interaction.guild else None)
                await defer(interaction)

            bot.draw = record
            for channel in ("general", "there", "@carol"):
                handle = await server.slash("carol", channel, "draw", options={"prompt": "a cat"})
                await handle.acknowledged()
            assert shards == [0, 1, None]
            assert server.gateway_connected == 2


async def test_rate_limit_of_a_route(server: WireDiscord, bot: Bot) -> None:
    """Both HTTP clients of discord.py wait after a 429."""
    channel = server.inject("POST", "/channels/*/messages", status=429)
    await bot.channel(server.channels["general"]).send("hi")
    first, second = [request for request in server.requests if request.path.endswith("/messages")]
    assert (first.status, second.status, channel.hits) == (429, 200, 1)
    assert second.at - first.at >= 0.2
    server.inject("POST", "*/callback", status=429)
    await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    statuses = [request.status for request in server.requests if request.path.endswith("/callback")]
    assert statuses == [429, 200]


async def test_global_rate_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls over the global rate get a 429 and succeed later; replies to interactions do not count."""
    async with WireDiscord(validate=False, global_rate=8) as server, running(server, monkeypatch) as bot:
        for name in range(12):
            server.add_channel(str(name))
        await asyncio.gather(*(bot.channel(server.channels[str(name)]).send("hi") for name in range(12)))
        statuses = Counter(request.status for request in server.requests if request.method == "POST")
        assert statuses[200] == 12
        assert statuses[429] >= 1
        for _ in range(9):
            await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
        assert [r.status for r in server.requests if r.path.endswith("/callback")] == [200] * 9


async def test_expired_token(server: WireDiscord, bot: Bot) -> None:
    """Every use of an expired token fails with 401 and 50027."""
    came: asyncio.Queue[discord.Interaction] = asyncio.Queue()

    async def defer_reply(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        came.put_nowait(interaction)

    bot.draw = defer_reply
    handle = await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
    interaction = await came.get()
    server.expire(handle)
    for attempt in (interaction.edit_original_response(content="hi"), interaction.followup.send("hi")):
        with pytest.raises(discord.HTTPException) as expired:
            await attempt
        assert (expired.value.status, expired.value.code) == (401, 50027)


async def test_tokens_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token expires after its lifetime."""
    async with WireDiscord(validate=False, token_seconds=0) as server, running(server, monkeypatch):
        await server.slash("alice", "general", "draw", options={"prompt": "a cat"})
        answered = await server.wait_for(lambda: [r for r in server.requests if r.path.endswith("/callback")])
        await server.wait_for(lambda: answered[0].status)
        assert answered[0].status == 401


async def test_invalid_responses(server: WireDiscord) -> None:
    """An unknown token and a late, second or invalid response fail as they do at Discord."""
    commands_path = f"/applications/{server.application_id}/commands"
    await call(server, "PUT", commands_path, [{"name": "draw", "description": "Draw"}])
    handle = await server.slash("alice", "general", "draw")
    webhook = f"/webhooks/{server.application_id}/{handle.token}"
    answer = f"/interactions/{handle.id}/{handle.token}/callback"

    async def refused(method: str, path: str, body: Payload | None = None) -> tuple[int, int]:
        status, error = await call(server, method, path, body)
        return status, error["code"]

    assert await refused("POST", f"/interactions/{handle.id}/nonsense/callback", {"type": 5}) == (404, 10062)
    assert await refused("POST", f"/webhooks/{server.application_id}/nonsense", {"content": "hi"}) == (
        404,
        10015,
    )
    assert await refused("PATCH", f"{webhook}/messages/@original", {"content": "hi"}) == (404, 10015)
    assert await refused("POST", answer, {"type": 7}) == (400, 50035)
    assert await call(server, "POST", f"{answer}?with_response=1", {"type": 9, "data": {}}) == (
        200,
        {"interaction": {"id": str(handle.id), "type": 2}},
    )
    assert await refused("POST", answer, {"type": 5}) == (400, 40060)
    assert await refused("GET", f"{webhook}/messages/{handle.id}") == (404, 10008)
    assert len(server.violations) == 2
    late = await server.slash("alice", "general", "draw")
    late.created_at -= 4
    assert await refused("POST", f"/interactions/{late.id}/{late.token}/callback", {"type": 5}) == (
        404,
        10062,
    )
    with pytest.raises(TimeoutError):
        await late.acknowledged()


async def test_fault_instead_of_handling(server: WireDiscord, bot: Bot) -> None:
    """A fault replaces a number of calls; discord.py retries after a 500."""
    fault = server.inject("POST", "/channels/*/messages", status=503, json={"message": "down", "code": 0}, times=2)
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError):
            await bot.channel(server.channels["general"]).send("hi")
    assert (fault.hits, server.messages("general")) == (2, [])
    server.inject("POST", "/channels/*/messages", status=500, json="<html>", headers={"X-Test": "yes"})
    await bot.channel(server.channels["general"]).send("hi")
    assert len(server.messages("general")) == 1


async def test_answer_lost_after_handling(server: WireDiscord, bot: Bot) -> None:
    """If only the answer is lost, the message is posted, and the nonce prevents a second one."""
    server.inject("POST", "/channels/*/messages", status=None, after_handling=True)
    general = bot.channel(server.channels["general"])
    with pytest.raises(aiohttp.ClientError):
        await general.send("hi", nonce="job-1")
    [posted] = server.messages("general")
    assert [r.status for r in server.requests if r.path.endswith("/messages")] == [None]
    assert str((await general.send("hi", nonce="job-1")).id) == posted["id"]
    server.inject("POST", "/channels/*/messages", status=500, json={}, after_handling=True)
    await general.send("ho", nonce="job-2")
    assert [message["content"] for message in server.messages("general")] == ["hi", "ho"]


async def test_delay(server: WireDiscord, bot: Bot) -> None:
    """A fault may only delay the call, before or after it is handled."""
    server.inject("*", "/channels/*/messages", status=PASS, delay=0.2)
    sending = asyncio.create_task(bot.channel(server.channels["general"]).send("hi"))
    request: Request = await server.wait_for(
        lambda: server.requests[-1] if server.requests[-1].method == "POST" else None
    )
    assert (request.status, server.messages("general")) == (None, [])
    await sending
    server.inject("POST", "/channels/*/messages", status=PASS, delay=0.2, after_handling=True)
    sending = asyncio.create_task(bot.channel(server.channels["general"]).send("ho"))
    await server.wait_for(lambda: len(server.messages("general")) == 2)
    assert not sending.done()
    await sending


async def test_upload_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each interaction has the limit, and a file over it fails with 413 and 40005."""
    limit = len(picture()) - 1
    async with WireDiscord(validate=False, upload_limit=limit) as server, running(server, monkeypatch) as bot:
        limits: list[int] = []

        async def record(interaction: discord.Interaction) -> None:
            limits.append(interaction.filesize_limit)
            await defer(interaction)

        bot.draw = record
        await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
        assert limits == [limit]
        with pytest.raises(discord.HTTPException) as refused:
            await bot.channel(server.channels["general"]).send(file=file())
        assert (refused.value.status, refused.value.code) == (413, 40005)


TEXT = {"type": 10, "content": "words"}


def button(custom_id: str) -> Payload:
    return {"type": 1, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": custom_id}]}


ROWS = [button(str(number)) for number in range(6)]
MISSING = {"media": {"url": "attachment://a.png"}}
INVALID_BODIES: dict[str, Payload] = {
    "empty": {},
    "too long": {"content": "x" * 2001},
    "a layout without the flag": {"components": [TEXT]},
    "too many rows": {"content": "x", "components": ROWS},
    "a custom_id twice": {"content": "x", "components": [ROWS[0], ROWS[0]]},
    "content beside a layout": {"flags": V2, "content": "x", "components": [TEXT]},
    "embeds beside a layout": {"flags": V2, "embeds": [{"title": "x"}], "components": [TEXT]},
    "too many components": {"flags": V2, "components": [TEXT] * 41},
    "too many nested components": {"flags": V2, "components": [{"type": 17, "components": [TEXT] * 40}]},
    "too much text": {"flags": V2, "components": [{"type": 10, "content": "x" * 4001}]},
    "an empty gallery": {"flags": V2, "components": [{"type": 12, "items": []}]},
    "a gallery of what was not uploaded": {"flags": V2, "components": [{"type": 12, "items": [MISSING]}]},
    "a file that was not uploaded": {"flags": V2, "components": [{"type": 13, "file": MISSING["media"]}]},
}


@pytest.mark.parametrize("body", INVALID_BODIES.values(), ids=INVALID_BODIES.keys())
async def test_rules_of_messages(server: WireDiscord, body: Payload) -> None:
    """A message that breaks Discord's rules is rejected and recorded as a violation."""
    status, answer = await call(server, "POST", f"/channels/{server.channels['general']}/messages", body)
    assert (status, answer["code"]) == (400, 50035 if body else 50006)
    assert server.messages("general") == []
    assert len(server.violations) == 1


async def test_layouts_are_completed(server: WireDiscord) -> None:
    """A layout is returned numbered and with defaults; its flag can't be removed."""
    thumbnail = {"type": 11, "media": {"url": "https://example.com/a.png"}}
    section = {"type": 9, "components": [TEXT], "accessory": thumbnail}
    messages = f"/channels/{server.channels['general']}/messages"
    _, message = await call(server, "POST", messages, {"flags": V2, "components": [section]})
    assert [message["components"][0][key] for key in ("id", "type")] == [1, 9]
    assert message["components"][0]["accessory"]["spoiler"] is False
    path = f"{messages}/{message['id']}"
    _, message = await call(server, "PATCH", path, {"flags": 0, "components": [TEXT]})
    assert message["flags"] == V2
    assert (await call(server, "PATCH", path, {"content": "hi"}))[0] == 400


async def test_everyone_is_mentioned_by_default(server: WireDiscord) -> None:
    """Without allowed_mentions, all mentions in the text are effective."""
    content = f"<@{server.users['bob']}> @everyone"
    await call(server, "POST", f"/channels/{server.channels['general']}/messages", {"content": content})
    [message] = server.messages("general")
    assert (message["mentions"][0]["username"], message["mention_everyone"]) == ("bob", True)


async def test_wrong_tokens_and_unknown_routes(server: WireDiscord) -> None:
    """A wrong token is rejected; an unknown route too, and recorded as a violation."""
    assert (await call(server, "GET", "/users/@me", token="other"))[0] == 401
    assert await call(server, "GET", "/guilds/1/bans") == (404, {"message": "404: Not Found", "code": 0})
    assert server.violations == ["GET /guilds/1/bans: unknown route"]
    bot = Bot()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", server.api_url)
        async with bot:
            with pytest.raises(discord.LoginFailure):
                await bot.login("other")


IDENTIFY = {"token": TOKEN, "intents": 1, "shard": [0, 1]}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["nonsense"], 4002),
        ([{"op": 99, "d": None}], 4001),
        ([{"op": 2, "d": IDENTIFY | {"token": "other"}}], 4004),
        ([{"op": 2, "d": IDENTIFY}, {"op": 2, "d": IDENTIFY}], 4005),
        ([{"op": 2, "d": IDENTIFY | {"shard": [1, 1]}}], 4010),
        ([{"op": 2, "d": IDENTIFY | {"intents": 1 << 15}}], 4014),
        ([{"op": 6, "d": {"token": "other", "session_id": "x", "seq": 1}}], 4004),
    ],
)
async def test_gateway_close_codes(server: WireDiscord, frames: list[Any], code: int) -> None:
    """The gateway closes invalid connections with Discord's codes."""
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway_url) as ws:
        for frame in frames:
            await ws.send_json(frame) if isinstance(frame, dict) else await ws.send_str(frame)
        async for _ in ws:
            pass
        assert ws.close_code == code


async def test_gateway_in_plain_text(server: WireDiscord) -> None:
    """Without compression frames are text; events need their intent; closing with 1000 ends the session."""
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(server.gateway_url) as ws:
            assert (await ws.receive_json())["op"] == 10
            await ws.send_json({"op": 1, "d": None})
            assert (await ws.receive_json())["op"] == 11
            await ws.send_json({"op": 2, "d": {"token": TOKEN, "intents": 0}})
            ready = await ws.receive_json()
            assert (ready["t"], ready["d"]["shard"]) == ("READY", [0, 1])
            await ws.send_json({"op": 3, "d": {}})
            server.delete_channel("general")
            await ws.close(code=1000)
        await server.wait_for(lambda: server.gateway_connected == 0)
        async with session.ws_connect(server.gateway_url) as ws:
            await ws.receive_json()
            await ws.send_json({"op": 6, "d": {"token": TOKEN, "session_id": ready["d"]["session_id"], "seq": 1}})
            assert await ws.receive_json() == {"op": 9, "d": False, "s": None, "t": None}


async def test_wait_for_times_out(server: WireDiscord) -> None:
    """Waiting for a condition that stays false ends with a TimeoutError."""
    with pytest.raises(TimeoutError):
        await server.wait_for(lambda: False, 0.1)


async def test_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred commands at once are all answered and finished, however slow the machine."""
    answered = asyncio.Event()

    async def work(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=card("wait"))
        await answered.wait()
        await interaction.edit_original_response(view=card("done", image="a.png"), attachments=[file()])
        await interaction.delete_original_response()

    async with WireDiscord(validate=False, ack_seconds=30) as server, running(server, monkeypatch) as bot:
        bot.draw = work
        options = {"prompt": "a cat"}
        handles = [await server.slash("alice", "general", "draw", options=options) for _ in range(500)]
        await asyncio.gather(*(handle.acknowledged(30) for handle in handles))
        assert len(server.messages("general")) == len({handle.id for handle in handles}) == 500
        answered.set()
        await server.wait_for(lambda: not server.messages("general"), 30)
        assert Counter(request.status for request in server.requests[-1500:]) == Counter({200: 1000, 204: 500})


needs_openapi = pytest.mark.skipif(openapi_checker() is None, reason="Discord's OpenAPI document is not available")


@needs_openapi
async def test_openapi_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are checked against Discord's OpenAPI document: discord.py's pass, a misspelt field is reported."""
    async with WireDiscord() as server, running(server, monkeypatch) as bot:
        bot.draw = lambda interaction: interaction.response.send_message(view=card("wait", custom_id="a"))
        await (await server.slash("alice", "general", "draw", options={"prompt": "a cat"})).acknowledged()
        view = card("done", image="a.png")
        await bot.channel(server.channels["general"]).send(view=view, file=file(), nonce="job-1")
        assert server.violations == []
        await call(
            server,
            "POST",
            f"/channels/{server.channels['general']}/messages",
            {"contnet": "hi", "content": "x"},
        )
        assert len(server.violations) == 1
        assert "contnet" in server.violations[0]
