"""Refusals by rules and limits reach the user, whichever way a picture is requested."""

import sys
from pathlib import Path
from typing import Any

import pytest
import simcord

from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.ui.cards import Verb
from tests.cogs.buttons.test_groups import make_group
from tests.cogs.commands.test_compare import compare
from tests.cogs.commands.test_message_menus import EDIT, REMIX, ROOF, choose, post
from tests.cogs.messages.test_pictures import offered
from tests.cogs.messages.test_reading import mention, refusal
from tests.finished_jobs import (
    button_labels,
    latest_job,
    make_failure,
    make_result,
    press,
    private_answer,
    private_text,
)
from tests.forms import prefilled, submit_form
from tests.harness import BotHarness, text_of
from tests.server_settings import give_role

CHANGE, BOTH = ["Change"], ["Try again", "Change"]


async def set_rules(harness: BotHarness, **rules: Any) -> None:
    """Set the rules of the server."""
    await harness.store.servers.change(
        harness.guild.id, lambda _: ServerSettings(**rules), user_id=1, now=harness.app.bot.clock.now()
    )


async def test_every_way_to_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands, buttons, lists, forms, menus and messages are refused once the limit is used up; nothing is made."""
    async with BotHarness(tmp_path, max_queued_per_user=8) as harness:
        monkeypatch.setattr(sys.modules["cogs.messages.listener"], "REFUSAL_PAUSE_SECONDS", 0.0)
        job, result = await make_result(harness, "a lake", count=3)
        failed, failure = await make_failure(harness, "timeout", "a failed lake")
        group, group_card = await make_group(harness, "red")
        tasks, alice, channel = len(harness.fake.submissions), harness.alice, harness.channel
        await set_rules(harness, pictures_per_member=3)

        async def form(opened: simcord.InteractionResult, **changes: Any) -> simcord.InteractionResult:
            return await submit_form(alice, opened, **changes)

        house, text = await post(harness, ROOF), await post(harness, text="a boat")
        ways = {
            "command": harness.imagine("a cat"),
            "braces": harness.imagine("a {red|blue} cat"),
            "compare": compare(harness),
            "edit": alice.slash(channel, "edit", prompt="add a cat", image=ROOF),
            "reroll": press(alice, result, Verb.REROLL, job),
            "vary": press(alice, result, Verb.VARY, job),
            "remix": form(await press(alice, result, Verb.REMIX, job), prompt="a sea"),
            "edit button": form(await press(alice, result, Verb.EDIT, job), prompt="add a cat"),
            "retry": press(alice, failure, Verb.RETRY, failed),
            "reroll all": press(alice, group_card, Verb.REROLL_ALL, group[0]),
            "retry failed": press(alice, group_card, Verb.RETRY, group[0]),
            "menu for pictures": form(await choose(harness, EDIT, house), prompt="add a cat"),
            "menu for prompts": form(await choose(harness, REMIX, text)),
        }
        for way, requested in ways.items():
            notice = private_text(await requested)
            assert notice.startswith("You can make 3 pictures a day in this server. You have 0 pictures left"), (
                way,
                notice,
            )
            assert "The limit resets <t:" in notice, way
        for way, message in {
            "message": await alice.send(channel, f"{mention(harness)} a secret cat"),
            "reply": await alice.send(channel, "make it night", reply_to=group_card),
        }.items():
            if way == "reply":
                notice = private_text(await alice.select(await offered(harness, message), ["1"]))
            else:
                notice = await refusal(harness, message)
            assert notice.startswith("You can make 3 pictures a day in this server."), way
            assert "secret" not in notice, way
        assert len(harness.fake.submissions) == tasks
        assert len(harness.sql("SELECT id FROM jobs WHERE status = 'queued'")) == 0


async def test_the_draft_is_kept(tmp_path: Path) -> None:
    """The refusal quotes the prompt, which can be changed where that helps, or sent again once the limit allows it."""
    async with BotHarness(tmp_path) as harness:
        role = harness.guild.create_role("painters")
        for rules, text, labels in (
            ({"allowed_roles": (role.id,)}, "Only members with one of these roles can make pictures here", []),
            ({"blocked_words": ("cat",)}, "The rules here don’t allow this prompt", CHANGE),
            ({"models": ("flux-dev", "flux-2-pro")}, "Choose one of these: FLUX.2 pro, FLUX.1 dev.", CHANGE),
            ({"credits_per_month": "0.5"}, "This server can spend 0.5 credits a month.", CHANGE),
            ({"pictures_per_member": 2}, "needs 3 pictures", BOTH),
        ):
            await set_rules(harness, **rules)
            refused = private_answer(await harness.imagine("a *cat*", model="flux-2-flex", count=3))
            assert text in text_of(refused), text
            assert text_of(refused).endswith("\n> a \\*cat\\*"), text
            assert button_labels(refused) == labels, text
        assert harness.fake.submissions == []
        opened = await harness.alice.click(refused, label="Change")
        assert prefilled(opened)["prompt"] == "a *cat*"
        await set_rules(harness, pictures_per_member=2, role_limits={role.id: 3})
        harness.env.backend.add_member_role(harness.guild.id, harness.alice.id, role.id)
        await harness.alice.click(refused, label="Try again")
        assert (await latest_job(harness)).request.count == 3


async def test_blocked_users(tmp_path: Path) -> None:
    """Blocked users read that they are blocked, and until when, without a button to change the request."""
    async with BotHarness(tmp_path) as harness:
        add = (
            "INSERT INTO blocks (guild_id, user_id, ends_at, reason, blocked_by, blocked_at) VALUES (?, ?, ?, '', 1, 0)"
        )
        until = harness.app.bot.clock.now().timestamp() + 1000
        await harness.change(add, harness.guild.id, harness.alice.id, None)
        await harness.change(add, 0, harness.bob.id, until)
        for who, text in (
            (harness.alice, "You have been blocked from making pictures here. If you think that is a mistake"),
            (harness.bob, f"You have been blocked from making pictures here. The block ends <t:{int(until)}:R>."),
        ):
            refused = private_answer(await harness.imagine("a cat", who=who))
            assert text_of(refused).startswith(text), text
            assert button_labels(refused) == [], text
            message = await who.send(harness.channel, f"{mention(harness)} a cat")
            assert (await refusal(harness, message, who)).startswith(text), text
        assert harness.sql("SELECT id FROM jobs") == []


async def test_roles_of_an_unknown_server(tmp_path: Path) -> None:
    """A member's roles count even if Discord has not sent the server yet, as just after a start."""
    async with BotHarness(tmp_path) as harness:
        role = give_role(harness, harness.alice, "painters")
        await set_rules(harness, allowed_roles=(role.id,))
        assert "Only members with one of these roles" in private_text(await harness.imagine("a cat", who=harness.bob))
        harness.app.bot._connection._guilds.clear()  # noqa: SLF001
        await harness.imagine("a cat")
        assert (await latest_job(harness)).request.prompt == "a cat"
