"""Helpers for the tests of /settings: opening the panel, choosing from its lists, and submitting its forms."""

from collections.abc import Sequence
from typing import Any

import discord
import simcord

from flux_bot.core.rules.server_settings import ServerSettings
from tests.discord_server.payloads import Payload
from tests.finished_jobs import answer, private_answer, private_text, select_menus
from tests.forms import submit_form
from tests.harness import BotHarness


def let_manage(harness: BotHarness, who: simcord.MemberActor | None = None) -> None:
    """Give a member, by default alice, the permission to manage the server."""
    role = harness.guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    harness.env.backend.add_member_role(harness.guild.id, (who or harness.alice).id, role.id)


def demote(payload: Payload) -> None:
    """Make an interaction look as if it came from a member who can only send messages."""
    payload["member"]["permissions"] = "2048"


def give_role(harness: BotHarness, who: simcord.MemberActor, name: str) -> simcord.RoleHandle:
    """Create a role and give it to a member."""
    role = harness.guild.create_role(name)
    harness.env.backend.add_member_role(harness.guild.id, who.id, role.id)
    return role


async def open_panel(
    harness: BotHarness, page: str = "models", who: simcord.MemberActor | None = None
) -> discord.Message:
    """Run /settings, by default as alice, open a page, and return the private panel."""
    shown = private_answer(await (who or harness.alice).slash(harness.channel, "settings"))
    return await choose(shown, "page", [page], who or harness.alice)


def list_id(shown: discord.Message, name: str) -> str:
    """Return the custom_id of a list."""
    (found,) = [custom_id for custom_id in select_menus(shown) if custom_id.startswith(f"settings:{name}:")]
    return found


def selected(shown: discord.Message, name: str) -> list[Any]:
    """Return the options that a list shows as chosen: values, or the ids of roles and channels."""
    menu = select_menus(shown)[list_id(shown, name)]
    return [*(option.value for option in menu.options if option.default), *(one.id for one in menu.default_values)]


async def choose(shown: discord.Message, name: str, values: Sequence[Any], who: simcord.MemberActor) -> discord.Message:
    """Let a member choose from a list of the panel, and return the updated panel."""
    edited = answer(await who.select(shown, values, custom_id=list_id(shown, name)))
    assert edited.id == shown.id
    return edited


async def submit(
    who: simcord.MemberActor, shown: discord.Message, field: str, value: str, **more: Any
) -> simcord.InteractionResult:
    """Let a member fill in the form of a setting."""
    page = "words" if field == "blocked_words" else "limits"
    opened = await who.click(shown, custom_id=f"settings:edit-{field}:{page}")
    return await submit_form(who, opened, value=value, **more)


async def saved(harness: BotHarness) -> ServerSettings:
    """Return the server's settings."""
    return (await harness.store.servers.get(harness.guild.id)).settings


async def refusal(harness: BotHarness, who: simcord.MemberActor, prompt: str = "a cat", **options: Any) -> str:
    """Return the reason why /imagine is refused, and check that no job was accepted."""
    before = len(harness.sql("SELECT id FROM jobs"))
    text = private_text(await harness.imagine(prompt, who=who, **options))
    assert len(harness.sql("SELECT id FROM jobs")) == before, text
    return text
