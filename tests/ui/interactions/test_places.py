"""The places where the bot may be used; elsewhere, every use is refused privately, and nothing is started."""

from pathlib import Path
from typing import Any

import pytest
import simcord

from flux_bot.ui.cards import Verb
from flux_bot.ui.interactions import replies
from tests.cogs.messages.test_reading import mention
from tests.discord_server.payloads import Payload
from tests.finished_jobs import answer, make_result, press, private_answer, private_text
from tests.forms import submit_form
from tests.harness import SMALL, BotHarness, text_of

OTHER_GUILD = 111_111_111_111_111_111
NOT_HERE = "I’m not available in this server."
ONLY_MEMBERS = "Outside of servers, I’m only available to members of certain servers"
NO_USER_INSTALL = "I’m not available as an app that people install for themselves."
UNKNOWN = "I couldn’t check in time"


def owned_by(user: simcord.MemberActor, **changes: Any) -> dict[str, Any]:
    """Return the fields of an interaction if only this user has installed the app."""
    return {"authorizing_integration_owners": {"1": str(user.id)}, **changes}


async def test_every_way_to_use_it_elsewhere(tmp_path: Path) -> None:
    """Commands, suggestions, menus, buttons, lists, forms and messages are refused; a form's refusal has the prompt."""
    async with BotHarness(tmp_path) as harness:
        job, result = await make_result(harness)
        form, picked = [await press(harness.alice, result, Verb.REMIX, job) for _ in range(2)]
        await harness.restart(allowed_guilds=(OTHER_GUILD,))
        accepted = len(harness.sql("SELECT id FROM jobs"))
        declined = {
            "command": await harness.imagine(),
            "subcommand": await harness.bob.slash(harness.channel, "help"),
            "menu": await harness.alice.context_menu(harness.channel, "Edit image", result),
            "button": await press(harness.alice, result, Verb.REROLL, job),
            "form button": await press(harness.alice, result, Verb.EDIT, job),
            "list": await press(harness.bob, result, Verb.INFO, job),
            "form": await submit_form(harness.alice, form, prompt="a dog"),
        }
        for kind, interaction in declined.items():
            assert private_text(interaction).startswith(NOT_HERE), kind
            assert interaction.modal is None, kind
        assert private_text(declined["form"]).endswith("\n> a dog")
        assert await harness.alice.autocomplete(harness.channel, "imagine", "model", "") == []

        for _ in range(2):
            await harness.bob.send(harness.channel, f"{mention(harness)} a fox")
        notices = [text_of(message) for message in harness.messages(harness.bob.user.dm_channel)]
        assert len(notices) == 1, "no flood"
        assert notices[0].startswith(NOT_HERE)
        harness.refuse("DM", 403, 50007)
        posted = len(harness.messages())
        await harness.alice.send(harness.channel, f"{mention(harness)} a fox")
        assert len(harness.messages()) == posted + 1, "nothing is posted where the bot may not be used"
        assert len(harness.sql("SELECT id FROM jobs")) == accepted

        await harness.restart(allowed_guilds=(OTHER_GUILD, harness.guild.id))
        assert (await submit_form(harness.alice, picked, prompt="a bird")).response is not None
        await harness.wait_for_message("is ready", "a bird")


async def test_own_data(tmp_path: Path) -> None:
    """/privacy, its export and its form work everywhere, even for users who may not make pictures."""
    async with BotHarness(tmp_path) as harness:
        await make_result(harness)
        await harness.restart(allowed_guilds=(OTHER_GUILD,), allow_user_installs=False)
        harness.change_interaction = lambda payload: payload.update(owned_by(harness.alice))
        panel = private_answer(await harness.alice.slash(harness.channel, "privacy"))
        export = await harness.alice.click(panel, custom_id="privacy:export")
        assert private_answer(export).attachments
        form = await harness.alice.click(panel, custom_id="privacy:erase")
        erased = private_text(await submit_form(harness.alice, form, word="ERASE", messages="keep"))
        assert "erased" in erased.lower()
        assert harness.sql("SELECT id FROM jobs WHERE prompt <> ''") == []


async def test_direct_messages(tmp_path: Path) -> None:
    """Members of an allowed server may use the bot there, others may not; Discord is asked once about each user."""
    async with BotHarness(tmp_path, seconds=None) as harness:
        stranger = harness.env.create_user("mallory")
        harness.env.create_guild("elsewhere").add_member(stranger)
        await harness.restart(allowed_guilds=(harness.guild.id,))
        asked = len(harness.requests("get member"))
        for _ in range(2):
            assert private_text(await stranger.slash("imagine", prompt="a cat")).startswith(ONLY_MEMBERS)
            assert "Painting" in text_of(answer(await harness.alice.user.slash("imagine", prompt="a cat", **SMALL)))
        assert await stranger.autocomplete("imagine", "model", "") == []
        assert await harness.alice.user.autocomplete("imagine", "model", "") != []
        await stranger.send_dm("a fox")
        assert text_of(harness.messages(stranger.dm_channel)[-1]).startswith(ONLY_MEMBERS)
        harness.fake.seconds = 0
        await harness.alice.user.send_dm("a fox")
        await harness.wait_for_message("is ready", "a fox", where=harness.alice.user.dm_channel)
        assert len(harness.requests("get member")) == asked + 2


async def test_discord_can_not_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user reads that the check was not possible. If Discord is only slow, the next attempt knows the answer."""
    async with BotHarness(tmp_path) as harness:
        await harness.restart(allowed_guilds=(harness.guild.id,))
        direct = harness.alice.user.dm_channel
        harness.refuse("get member", 403, times=2)
        assert private_text(await harness.alice.user.slash("help")).startswith(UNKNOWN)
        await harness.alice.user.send_dm("a fox")
        assert text_of(harness.messages(direct)[-1]).startswith(UNKNOWN)

        with monkeypatch.context() as patch:
            patch.setattr(replies, "ACK_SECONDS", 0)
            assert private_text(await harness.alice.user.slash("help")).startswith(UNKNOWN)
        harness.refuse("get member", 403)
        assert not private_text(await harness.alice.user.slash("help")).startswith(UNKNOWN)


async def test_user_installs(tmp_path: Path) -> None:
    """If user installs are off, commands are published only for server installs, and user installs are refused."""
    async with BotHarness(tmp_path) as harness:

        def change(payload: Payload) -> None:
            payload.update(owners)

        job, result = await make_result(harness)
        harness.change_interaction = change
        for user_installs, types, contexts in ((True, [0, 1], [0, 1, 2]), (False, [0], [0, 1])):
            await harness.restart(allow_user_installs=user_installs)
            published: Any = harness.requests("publish")[-1].json
            of_servers = [command["name"] for command in published if command["contexts"] == [0]]
            assert of_servers == ["style", "block", "unblock", "blocked", "why", "settings"]
            shown = {tuple(one["integration_types"]) for one in published if one["name"] not in of_servers}
            assert shown == {tuple(types)}
            (imagine,) = [command for command in published if command["name"] == "imagine"]
            assert imagine["contexts"] == contexts
            for owners, is_served in (
                ({"authorizing_integration_owners": {"0": str(harness.guild.id)}}, True),
                (owned_by(harness.alice), user_installs),
                (owned_by(harness.bob), user_installs),  # alice clicks on a card that bob has made
            ):
                command = await harness.alice.slash(harness.channel, "help")
                for one in (command, await press(harness.alice, result, Verb.INFO, job)):
                    assert private_text(one).startswith(NO_USER_INSTALL) is not is_served, owners
        harness.change_interaction = lambda payload: payload.update({"authorizing_integration_owners": {"0": "0"}})
        assert not private_text(await harness.alice.user.slash("help")).startswith(NO_USER_INSTALL)
