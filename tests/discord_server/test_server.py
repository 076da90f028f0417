"""The rules that the server adds to SimCord's; the end-to-end tests prove that discord.py understands the server."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.discord_server.faults import CUT
from tests.discord_server.payloads import DEFER, EPHEMERAL, LOADING, MODAL, REPLY, Payload, openapi_checker
from tests.discord_server.server import DiscordServer, Interaction

TOKEN = "wire.test.token"
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
IDENTIFY = {"token": TOKEN, "intents": GUILDS, "shard": [0, 1]}


class Client:
    """A bare HTTP client with the bot's token."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self.server, self.session = server, session

    async def call(self, method: str, path: str, body: Any = None, *, token: str = TOKEN) -> tuple[int, Any]:
        """Return the response's status and body; for an error, the body is its code."""
        headers = {"Authorization": f"Bot {token}"}
        async with self.session.request(method, self.server.api_url + path, json=body, headers=headers) as answer:
            read: Any = await answer.json(content_type=None) if answer.status != 204 else None
            return answer.status, read["code"] if answer.status >= 400 and "code" in read else read

    async def post(self, channel: str = "general", **body: Any) -> tuple[int, Any]:
        """Post in a channel."""
        return await self.call("POST", f"/channels/{self.server.channels[channel]}/messages", body)

    def draw(self, channel: str = "general") -> tuple[Interaction, str, str]:
        """Issue a command, and return it with the paths of its answer and its reply."""
        self.server.backend.register_commands(None, [{"name": "draw"}])
        command = self.server.slash("alice", channel, "draw")
        webhook = f"/webhooks/{self.server.backend.application_id}/{command.token}"
        return command, f"/interactions/{command.record.id}/{command.token}/callback", f"{webhook}/messages/@original"


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with DiscordServer(validate=False) as server, aiohttp.ClientSession() as session:
        yield Client(server, session)


def texts(server: DiscordServer, channel: str = "general") -> list[str]:
    return [message["content"] for message in server.messages(channel)]


async def test_replies(client: Client) -> None:
    """A reply can be deferred, edited and, once it exists, deleted; a private reply is not in the channel."""
    command, answer, reply = client.draw()
    assert await client.call("PATCH", reply, {"content": "early"}) == (404, 10008)
    assert (await client.call("POST", answer, {"type": DEFER}))[0] == 204
    assert (await command.acknowledged()).message is not None
    assert command.message
    assert command.message["flags"] == LOADING
    assert await client.call("POST", answer, {"type": DEFER}) == (400, 40060)
    await client.call("PATCH", reply, {"content": "done"})
    assert texts(client.server) == ["done"]
    await client.call("DELETE", reply)
    assert texts(client.server) == []
    private, answer, _ = client.draw()
    body = {"type": REPLY, "data": {"content": "psst", "flags": EPHEMERAL}}
    status, notice = await client.call("POST", f"{answer}?with_response=1", body)
    assert (status, notice["interaction"]["response_message_id"]) == (200, str(private.message_id))
    assert private.ephemeral
    assert texts(client.server) == []
    assert [message["content"] for message in client.server.all_messages()] == ["psst"]


async def test_tokens(client: Client) -> None:
    """An unknown, late or expired token fails as it does at Discord."""
    command, answer, reply = client.draw()
    assert await client.call("POST", answer.replace(command.token, "nonsense"), {"type": DEFER}) == (404, 10062)
    assert await client.call("POST", "/webhooks/1/nonsense", {"content": "hi"}) == (404, 10015)
    await client.call("POST", answer, {"type": DEFER})
    client.server.expire(command)
    assert await client.call("PATCH", reply, {"content": "late"}) == (401, 50027)
    late, answer, _ = client.draw()
    late.record.initial_response_deadline = client.server.backend.now_iso()
    assert await client.call("POST", answer, {"type": DEFER}) == (404, 10062)
    with pytest.raises(TimeoutError):
        await late.acknowledged(0)


async def test_nonces(client: Client) -> None:
    """An enforced nonce creates one message per channel while the nonce is known and its message exists."""
    _, first = await client.post(content="one", nonce="job", enforce_nonce=True)
    _, again = await client.post(content="one", nonce="job", enforce_nonce=True)
    assert (again["id"], again["nonce"]) == (first["id"], "job")
    await client.post("thread", content="two", nonce="job", enforce_nonce=True)
    await client.call("DELETE", f"/channels/{first['channel_id']}/messages/{first['id']}")
    assert (await client.post(content="three", nonce="job", enforce_nonce=True))[1]["id"] != first["id"]
    assert (texts(client.server), texts(client.server, "thread")) == (["three"], ["two"])
    assert await client.post(content="long", nonce="x" * 26) == (400, 50035)
    client.server._nonce_seconds = -1  # noqa: SLF001 - as if minutes had passed
    await client.post(content="three", nonce="job", enforce_nonce=True)
    assert texts(client.server) == ["three", "three"]


async def test_places(client: Client) -> None:
    """Discord's errors say why the bot can't post in a place; it can reply even in a guild that it has not joined."""
    server = client.server
    assert await client.post("forbidden", content="hi") == (403, 50013)
    assert await client.post("elsewhere", content="hi") == (403, 50001)
    server.forbid("forbidden", None)
    assert (await client.post("forbidden", content="hi"))[0] == 200
    server.forbid("forbidden", 50001)
    assert await client.call("GET", f"/channels/{server.channels['forbidden']}") == (403, 50001)
    await client.call("POST", client.draw("elsewhere")[1], {"type": REPLY, "data": {"content": "here"}})
    assert texts(server, "elsewhere") == ["here"]
    server.delete_channel("thread")
    assert await client.post("thread", content="hi") == (404, 10003)
    assert server.messages("thread") == []
    _, direct = await client.call("POST", "/users/@me/channels", {"recipient_id": str(server.users["alice"])})
    path = f"/channels/{direct['id']}/messages"
    assert (await client.call("POST", path, {"content": "hi"}))[0] == 200
    server.block_dms("alice")
    assert await client.call("POST", path, {"content": "again"}) == (403, 50007)
    assert texts(server, "@alice") == ["hi"]


async def test_channel_limits(client: Client) -> None:
    """A channel's limit affects only its posts, not interactions or other channels, and says when it ends."""
    client.server.limit_channel("general", 0, 600)
    status, body = await client.post(content="hi")
    assert status == 429
    assert 0 < body["retry_after"] <= 600
    assert (await client.post("thread", content="hi"))[0] == 200
    command, answer, _ = client.draw()
    await client.call("POST", answer, {"type": REPLY, "data": {"content": "hi"}})
    assert command.message
    client.server.limit_channel("general", 2, 600)
    assert [(await client.post(content="hi"))[0] for _ in range(3)] == [200, 200, 429]
    client.server.limit_channel("general", 0, 0)
    assert (await client.post(content="hi"))[0] == 200


async def test_files(client: Client) -> None:
    """An uploaded file can be downloaded from the address in its message; a file over the limit is refused."""

    def form(data: bytes) -> aiohttp.FormData:
        body = aiohttp.FormData()
        body.add_field("payload_json", '{"attachments": [{"id": 0, "description": "a picture"}]}')
        body.add_field("files[0]", data, filename="a.png", content_type="image/png")
        return body

    url, headers = f"{client.server.api_url}/channels/{client.server.channels['general']}/messages", {"X": "y"}
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with client.session.post(url, data=form(b"pixels"), headers=headers) as answer:
        (attachment,) = (await answer.json())["attachments"]
    assert (attachment["description"], attachment["size"]) == ("a picture", 6)
    async with client.session.get(attachment["url"]) as answer:
        assert (await answer.read(), answer.content_type) == (b"pixels", "image/png")
    client.server.upload_limit = 5
    async with client.session.post(url, data=form(b"pixels"), headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (413, 40005)


async def test_rate_limits() -> None:
    """Calls over the global limit are refused; replies to interactions do not count."""
    async with DiscordServer(validate=False, global_rate=3) as server, aiohttp.ClientSession() as session:
        client = Client(server, session)
        for _ in range(4):
            assert (await client.call("POST", client.draw()[1], {"type": DEFER}))[0] == 204
        statuses = Counter([(await client.post(content="hi"))[0] for _ in range(8)])
        assert statuses[200] >= 3
        assert statuses[429] >= 1
        assert [request.status for request in server.requests].count(429) == statuses[429]


async def test_faults(client: Client) -> None:
    """A fault affects a number of calls: it replaces their handling, follows it, or only delays it."""
    server = client.server
    fault = server.refuse("post", 503, times=1)
    assert (await client.post(content="one"))[0] == 503
    assert (fault.hits, texts(server)) == (1, [])
    server.refuse("post", CUT, times=1, after_handling=True)
    with pytest.raises(aiohttp.ClientError):
        await client.post(content="two")
    assert (texts(server), server.requests[-1].status) == (["two"], None)
    server.refuse("DM", 403, 50007)
    server.refuse("post", 429, times=1, scope="shared")
    assert (await client.post(content="three"))[1]["retry_after"] == 0.2
    held = server.hold("post", 3600)
    sending = asyncio.create_task(client.post(content="four"))
    await server.wait_for(lambda: held.hits)
    sending.cancel()
    server.stop_refusing()
    assert (await client.post(content="five"))[0] == 200
    assert texts(server) == ["two", "five"]


async def test_violations(client: Client) -> None:
    """Invalid bodies, unknown routes and unknown fields are recorded; a wrong token is merely refused."""
    server = client.server
    assert (await client.call("GET", "/users/@me", token="other"))[0] == 401
    assert server.violations == []
    assert await client.post(content="x" * 4001, flags=1 << 15) == (400, 50035)
    assert (await client.call("GET", "/guilds/1/nonsense"))[0] == 404
    assert (await client.post(nonsense=1))[0] == 404
    assert (await client.call("POST", client.draw()[1], {"type": MODAL, "data": {}}))[0] == 400
    assert len(server.violations) == 4


@pytest.mark.skipif(openapi_checker() is None, reason="Discord's OpenAPI document is not available")
async def test_bodies_are_checked_against_discords_document() -> None:
    """A field that Discord's document does not know is a violation."""
    async with DiscordServer() as server, aiohttp.ClientSession() as session:
        client = Client(server, session)
        await client.post(content="hi")
        assert server.violations == []
        await client.post(content="hi", contnet="hi")
        assert "contnet" in server.violations[0]


# --- the gateway ------------------------------------------------------------------------------------------


async def test_close_codes(client: Client) -> None:
    """The gateway closes invalid connections with Discord's codes."""
    cases: list[tuple[int, list[Any]]] = [
        (4002, ["nonsense"]),
        (4001, [{"op": 99, "d": None}]),
        (4004, [{"op": 2, "d": IDENTIFY | {"token": "other"}}]),
        (4005, [{"op": 2, "d": IDENTIFY}, {"op": 2, "d": IDENTIFY}]),
        (4010, [{"op": 2, "d": IDENTIFY | {"shard": [1, 1]}}]),
        (4014, [{"op": 2, "d": IDENTIFY | {"intents": MESSAGE_CONTENT}}]),
        (4004, [{"op": 6, "d": {"token": "other", "session_id": "x", "seq": 1}}]),
    ]
    for code, frames in cases:
        async with client.session.ws_connect(client.server.gateway.url) as ws:
            for frame in frames:
                await ws.send_json(frame)
            async for _ in ws:
                pass
            assert ws.close_code == code, frames


async def identify(ws: aiohttp.ClientWebSocketResponse, **changes: Any) -> Payload:
    """Identify and return the data of READY."""
    assert (await ws.receive_json())["op"] == 10
    await ws.send_json({"op": 2, "d": IDENTIFY | changes})
    ready: Payload = await ws.receive_json()
    assert ready["t"] == "READY"
    return dict(ready["d"])


async def test_events() -> None:
    """A shard receives the events that it requested, of those of its guilds that the bot is in."""
    async with DiscordServer(validate=False, shards=2) as server, aiohttp.ClientSession() as session:
        other = server.add_guild("other", shard=1)
        server.add_channel("there", guild="other")
        client = Client(server, session)
        async with session.ws_connect(server.gateway.url) as zero, session.ws_connect(server.gateway.url) as one:
            assert [guild["id"] for guild in (await identify(zero, shard=[0, 2]))["guilds"]] == [str(server.guild_id)]
            assert [guild["id"] for guild in (await identify(one, shard=[1, 2], intents=0))["guilds"]] == [str(other)]
            await server.wait_ready()
            created = (await zero.receive_json())["d"]
            assert {channel["name"] for channel in created["channels"]} == {"general", "forbidden"}
            assert len(created["members"]) == 1
            await client.post(content="messages need an intent")
            server.delete_channel("general")
            assert (await zero.receive_json())["t"] == "CHANNEL_DELETE"
            server.delete_channel("there")  # not requested by shard 1
            server.add_channel("again", guild="other")
            client.draw("again")
            interaction = (await one.receive_json())["d"]
            assert interaction["guild_id"] == str(other)
            assert interaction["authorizing_integration_owners"] == {"0": str(other)}
            client.draw("elsewhere")
            assert (await zero.receive_json())["d"]["authorizing_integration_owners"] == {
                "1": str(server.users["alice"])
            }


async def test_message_contents(client: Client) -> None:
    """Without the privileged intent, only mentions, direct messages and the bot's own messages have their content."""
    server, messages = client.server, GUILD_MESSAGES | DIRECT_MESSAGES
    async with client.session.ws_connect(server.gateway.url) as ws:
        await identify(ws, intents=messages)
        mention = f"<@{server.backend.bot_user.id}> a fox"
        server.say("alice", "general", "a fox")
        server.say("alice", "general", mention)
        server.say("alice", "@alice", "a fox")
        await client.post(content="a result")
        server.say("alice", "general", "at night", reply_to=server.messages("general")[-1])
        received = [(await ws.receive_json())["d"] for _ in range(5)]
        assert [message["content"] for message in received] == ["", mention, "a fox", "a result", "at night"]
        assert received[-1]["referenced_message"]["content"] == "a result"


async def test_resume(client: Client) -> None:
    """A dropped connection resumes and receives the missed events; an unknown session has to identify again."""
    gateway = client.server.gateway
    async with client.session.ws_connect(gateway.url) as ws:
        session_id = (await identify(ws, intents=0))["session_id"]
        await gateway.drop(4000)
        await client.server.wait_for(lambda: gateway.connected == 0)
    client.draw()
    resume = {"op": 6, "d": {"token": TOKEN, "session_id": session_id, "seq": 1}}
    async with client.session.ws_connect(gateway.url) as ws:
        assert (await ws.receive_json())["op"] == 10
        await ws.send_json(resume)
        assert [(await ws.receive_json())["t"] for _ in range(2)] == ["INTERACTION_CREATE", "RESUMED"]
        gateway.invalidate()
        assert (await ws.receive_json())["op"] == 9
        await ws.send_json(resume)
        assert (await ws.receive_json())["op"] == 9
    await client.server.shut_gateway(shut=True)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.session.ws_connect(gateway.url)
