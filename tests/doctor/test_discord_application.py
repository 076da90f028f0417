"""The application's settings: problems that keep the bot from working, harmless notes, and the invite link."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from flux_bot.core.errors import StartupFailed
from flux_bot.core.rules.places import Places
from flux_bot.doctor import discord_application
from flux_bot.doctor.discord_application import (
    PERMISSIONS,
    describe_access,
    find_notes,
    find_problems,
    invite_link,
    read_application,
)
from tests.discord_server.server import DiscordServer
from tests.flux.caller import TOKEN, UNREACHABLE

README = Path(__file__).parents[2] / "README.md"
BOTH = ["bot", "applications.commands"]
USER_INSTALL_IS_OFF = "User Install is off, so the bot works only in servers that it has joined."


@pytest.fixture(autouse=True)
def _restore_discord_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the address of Discord, which is global to the process."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """A Discord server."""
    async with DiscordServer(token=TOKEN) as server:
        yield server


def install(scopes: list[str], permissions: int) -> dict[str, Any]:
    """Return the application's installation settings, as in the Developer Portal."""
    params = {"scopes": scopes, "permissions": str(permissions)}
    return {"integration_types_config": {"0": {"oauth2_install_params": params}, "1": {}}}


async def test_problems(server: DiscordServer) -> None:
    """Each problem says where in the Developer Portal to fix the application."""
    endpoint = {"interactions_endpoint_url": "https://x.example/"}
    cleared = (
        "Discord sends commands to https://x.example/ instead of this bot: "
        'clear "Interactions Endpoint URL" on the General Information page.'
    )
    code_grant = {"bot_require_code_grant": True}
    turned_off = 'Nobody can install the bot: turn off "Requires OAuth2 Code Grant" on the Bot page.'
    turned_on = 'The bot can\'t be installed in servers: turn on "Guild Install" on the Installation page.'
    added = "Adding the bot from its profile grants too little access: on the Installation page, add"
    three = "the permission Send Messages, the permission Attach Files, the permission Send Messages In Threads"
    needed = PERMISSIONS.value
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, []),
        (endpoint, [cleared]),
        (code_grant, [turned_off]),
        (endpoint | code_grant, [cleared, turned_off]),
        ({"integration_types_config": {"1": {}}}, [turned_on]),
        ({"integration_types_config": {}}, []),
        ({"integration_types_config": {"0": {}}}, []),
        (install(["bot"], needed), [f"{added} the scope applications.commands."]),
        (install(["applications.commands"], needed), [f"{added} the scope bot."]),
        (install(BOTH, needed & ~(1 << 15)), [f"{added} the permission Attach Files."]),
        (install(BOTH, 1 << 10 | 1 << 16), [f"{added} {three}."]),
        (install(BOTH, needed), []),
        (install(BOTH, 1 << 3), []),
    ]
    for changes, problems in cases:
        server.application_settings = changes
        assert list(find_problems(await read_application(TOKEN, server.api_url))) == problems, changes


async def test_notes(server: DiscordServer) -> None:
    """Harmless settings that may be unintended are mentioned."""
    intents = "Privileged intents are on, but the bot does not need them."
    cases: list[tuple[dict[str, Any], list[str]]] = [
        (install(BOTH, PERMISSIONS.value), []),
        ({"integration_types_config": {}}, [USER_INSTALL_IS_OFF]),
        ({"integration_types_config": {"0": {}}}, [USER_INSTALL_IS_OFF]),
        *(({"flags": 1 << bit}, [intents]) for bit in range(12, 20) if bit not in {16, 17}),
        ({"flags": 1 << 23}, []),
    ]
    for changes, notes in cases:
        server.application_settings = changes
        assert list(find_notes(await read_application(TOKEN, server.api_url))) == notes, changes


async def test_access(server: DiscordServer) -> None:
    """The description says where the bot may be used, and which settings in the Developer Portal conflict with that."""
    two = Places(frozenset({222, 111}), user_installs=False)
    everywhere = "the bot may be used in every server that has added it, and people can install it for themselves."
    only_two = (
        "the bot may be used in the servers 111, 222 and by their members in direct messages, "
        "and nobody can install it for themselves."
    )
    paid = (
        "Public Bot is on: anyone can add it, and you pay for their pictures. "
        "If that is not intended, turn it off on the Bot page, or set ALLOWED_GUILDS."
    )
    declines = "Public Bot is on: others can add it to their servers, where it declines."
    own = "Public Bot is off: only you can add it."
    turn_off = 'Turn off "User Install" on the Installation page, too.'
    no_user_install: dict[str, Any] = {"integration_types_config": {"0": {}}}
    cases: list[tuple[Places, dict[str, Any], list[str]]] = [
        (Places(), {"bot_public": True}, [everywhere, paid]),
        (Places(), {"bot_public": False}, [everywhere, own]),
        (two, {"bot_public": True, **no_user_install}, [only_two, declines]),
        (two, {"bot_public": False, **install(BOTH, 0)}, [only_two, own, turn_off]),
    ]
    for places, changes, sentences in cases:
        server.application_settings = changes
        described = describe_access(await read_application(TOKEN, server.api_url), places)
        assert described == " ".join(sentences), changes


async def test_the_invitation_link(server: DiscordServer) -> None:
    """The invite link is the same as in the README, with the application's id."""
    (in_readme,) = re.findall(r"`(https://discord\.com/oauth2/authorize\S+)`", README.read_text())
    link = invite_link(await read_application(TOKEN, server.api_url))
    assert link == in_readme.replace("APPLICATION_ID", str(server.backend.application_id))


async def test_no_application(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """If Discord refuses the token, can't be reached or does not respond, a message says what to do."""
    with pytest.raises(StartupFailed, match=r"^DISCORD_TOKEN: Discord refuses the token\. Copy it again:"):
        await read_application("wrong", server.api_url)
    with pytest.raises(StartupFailed, match=f"^DISCORD_API_URL: Discord can't be reached at {UNREACHABLE}: "):
        await read_application(TOKEN, UNREACHABLE)
    monkeypatch.setattr(discord_application, "TIMEOUT_SECONDS", 0.2)
    server.hold("own user", 20)
    with pytest.raises(
        StartupFailed, match=rf"^DISCORD_API_URL: .* at {server.api_url}: TimeoutError\. Check this machine"
    ):
        await read_application(TOKEN, server.api_url)
