"""/settings: each page and what it changes; who may use it; changes by several managers; deleted roles and channels."""

import logging
from pathlib import Path
from typing import Any

import discord
import pytest

from cogs.forms.settings import FIELDS
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.locales import LOCALES
from flux_bot.ui.cards import Verb
from flux_bot.ui.server_settings.pages import PAGES
from tests.discord_server.payloads import Payload
from tests.finished_jobs import (
    answer,
    button_labels,
    buttons,
    forge,
    latest_job,
    make_result,
    press,
    private_answer,
    private_text,
    reset_interactions,
    select_menus,
)
from tests.forms import fields_of, prefilled, submit_form
from tests.harness import BotHarness, gallery, text_of
from tests.server_settings import (
    choose,
    demote,
    give_role,
    let_manage,
    list_id,
    open_panel,
    refusal,
    saved,
    selected,
    submit,
)

NOT_ALLOWED = "Only members with the *Manage Server* permission can see or change this server’s settings."
NOTHING_SAVED = "Nothing was saved."


# --- the pages and what they change --------------------------------------------------------------------


async def test_models(tmp_path: Path) -> None:
    """Only the models on offer are suggested and accepted; the server's defaults replace the catalogue's."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await open_panel(harness)
        assert selected(shown, "models") == []
        shown = await choose(shown, "models", ["flux-2-flex", "flux-2-max"], harness.alice)
        assert selected(shown, "models") == ["flux-2-flex", "flux-2-max"]
        menu = select_menus(shown)[list_id(shown, "default_model")]
        assert [option.value for option in menu.options] == ["usual", "flux-2-flex", "flux-2-max"]
        assert menu.options[0].label == "Default: FLUX.2 flex: good with text in pictures"

        await harness.bob.slash(harness.channel, "imagine", prompt="a cat")  # the catalogue's default is not offered
        assert (await latest_job(harness)).request.model == "flux-2-flex"
        shown = await choose(shown, "default_model", ["flux-2-max"], harness.alice)
        shown = await choose(shown, "default_size", ["16:9"], harness.alice)
        assert await saved(harness) == ServerSettings(
            models=("flux-2-flex", "flux-2-max"), default_model="flux-2-max", default_size="16:9"
        )
        await harness.bob.slash(harness.channel, "imagine", prompt="a cat")
        job, card = await make_result(harness, "a dog", who=harness.bob, size="1:1")
        default = harness.sql("SELECT model, size FROM jobs ORDER BY accepted_at")[1]
        assert tuple(default) == ("flux-2-max", "16:9")

        for command in ("imagine", "edit"):
            choices = await harness.bob.autocomplete(harness.channel, command, "model", "")
            assert [choice["value"] for choice in choices] == ["flux-2-flex", "flux-2-max"], command
        opened = await press(harness.bob, card, Verb.REMIX, job)
        assert [option["value"] for option in fields_of(opened)["model"]["options"]] == ["flux-2-flex", "flux-2-max"]
        opened = await press(harness.bob, card, Verb.EDIT, job)
        assert [option["value"] for option in fields_of(opened)["model"]["options"]] == ["flux-2-flex", "flux-2-max"]
        preferences = private_answer(await harness.bob.slash(harness.channel, "preferences"))
        first = {name: menu.options[0].label for name, menu in select_menus(preferences).items()}
        assert first["prefer:model"] == "Default: FLUX.2 max: the finest"
        assert first["prefer:size"] == "Default: 16:9 wide"
        assert first["prefer:edit_model"] == "Default: FLUX.2 flex: good with text in pictures"

        assert "doesn’t offer that model" in await refusal(harness, harness.bob, model="flux-dev", size="1:1")
        await harness.store.history.prefer(harness.bob.id, model="flux-dev")  # a preference never causes a refusal
        await harness.bob.slash(harness.channel, "imagine", prompt="a cat", size="1:1")
        assert (await latest_job(harness)).request.model == "flux-2-max"

        await choose(shown, "models", ["flux-2-klein"], harness.alice)  # this model can't edit
        opened = await press(harness.bob, card, Verb.EDIT, job)
        assert "offer" in private_text(opened)


async def test_limits(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Limits are set in forms, which say what is wrong. They apply at once; some roles can have higher ones."""
    caplog.set_level(logging.INFO)
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await open_panel(harness, "limits")
        assert "**Pictures per member and day**: No limit" in text_of(shown)
        for typed in ("-1", "1.5", "1001", "many"):
            refused = await submit(harness.alice, shown, "pictures_per_member", typed)
            text = private_text(refused)
            assert text.startswith("Please enter a whole number from 0 to 1000"), typed
            opened = await harness.alice.click(answer(refused), label="Change")
            assert prefilled(opened) == {"value": typed}
        shown = answer(await submit_form(harness.alice, opened, value="1"))
        assert "**Pictures per member and day**: one picture" in text_of(shown)
        assert f"<@{harness.alice.id}>" in text_of(shown).splitlines()[-1]
        changed = f"Settings: ⚙️ <@{harness.alice.id}> changed *Pictures per member and day*: No limit → 1"
        assert changed in caplog.messages
        await harness.imagine(who=harness.bob)
        assert await refusal(harness, harness.bob)

        role = give_role(harness, harness.bob, "painters")
        shown = answer(await submit(harness.alice, shown, "role_limits", "2", roles=[role]))
        assert f"<@&{role.id}> 2 pictures" in text_of(shown)
        await harness.imagine(who=harness.bob)
        assert await refusal(harness, harness.bob)
        shown = await choose(shown, "exempt_roles", [role], harness.alice)
        await harness.imagine(who=harness.bob)
        shown = answer(await submit(harness.alice, shown, "role_limits", "", roles=[role]))
        shown = answer(await submit(harness.alice, shown, "credits_per_month", "0"))
        assert await refusal(harness, harness.bob)
        assert (await saved(harness)).model_dump(exclude_defaults=True) == {
            "pictures_per_member": 1,
            "exempt_roles": (role.id,),
            "credits_per_month": 0,
        }
        for field in ("pictures_per_member", "credits_per_month"):
            shown = answer(await submit(harness.alice, shown, field, ""))
        await choose(shown, "exempt_roles", [], harness.alice)
        await harness.imagine(who=harness.bob)
        assert await saved(harness) == NO_SETTINGS
        assert len(harness.sql("SELECT id FROM jobs")) == 4


async def test_blocked_words(tmp_path: Path) -> None:
    """The form holds the whole list, and says why it can't be saved; prompts with a blocked word are refused."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await open_panel(harness, "words")
        refused = await submit(harness.alice, shown, "blocked_words", "dog\n***")
        assert private_text(refused).startswith("This entry contains no word or symbol")
        opened = await harness.alice.click(answer(refused), label="Change")
        assert prefilled(opened) == {"value": "dog\n***"}
        shown = answer(await submit_form(harness.alice, opened, value="dog\n**b** @everyone\nred cat*"))
        assert "**Blocked words**: 3 entries" in text_of(shown)
        assert "- ||dog||\n- ||\\*\\*b\\*\\* \\@everyone||\n- ||red cat\\*||\n" in text_of(shown)
        assert "dog" not in await refusal(harness, harness.bob, "a big DOG")
        assert await refusal(harness, harness.bob, "a {blue|red} cats' home")
        await harness.imagine("a dogma", who=harness.bob)
        assert [row["prompt"] for row in harness.sql("SELECT prompt FROM jobs")] == ["a dogma"]

        let_manage(harness, harness.bob)
        stale = await harness.alice.click(shown, custom_id="settings:edit-blocked_words:words")
        await submit(harness.bob, await open_panel(harness, "words", harness.bob), "blocked_words", "dog\nfox")
        refused = await submit_form(harness.alice, stale, value="dog\nbee")
        assert private_text(refused).startswith("Another manager has changed the list")
        assert (await saved(harness)).blocked_words == ("dog", "fox")
        opened = await harness.alice.click(answer(refused), label="Change")
        assert prefilled(opened) == {"value": "dog\nbee\nfox"}
        await submit_form(harness.alice, opened)
        assert (await saved(harness)).blocked_words == ("dog", "bee", "fox")

        stale = await harness.alice.click(shown, custom_id="settings:edit-blocked_words:words")
        others = [f"other {number:<90}|" for number in range(20)]
        await submit(harness.bob, await open_panel(harness, "words", harness.bob), "blocked_words", "\n".join(others))
        own = [f"own {number:<80}|" for number in range(30)]
        refused = await submit_form(harness.alice, stale, value="\n".join(own))
        entries = str(prefilled(await harness.alice.click(answer(refused), label="Change"))["value"]).split("\n")
        assert entries == [*own, *others][: len(entries)], "no part of an entry, which would block other prompts"
        assert len(entries) > len(own)


async def test_channels(tmp_path: Path) -> None:
    """Results are spoilers or private in the chosen channels and their threads, however they were requested."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await open_panel(harness, "channels")
        shown = await choose(shown, "spoiler_channels", [harness.channel], harness.alice)
        job, card = await make_result(harness, who=harness.bob)
        assert [item.spoiler for item in gallery(card)] == [True]
        harness.env.backend.create_thread(harness.channel.id, "more", harness.alice.id)
        (thread,) = harness.channel.threads
        await harness.imagine("a dog", who=harness.bob, where=thread)
        assert (await latest_job(harness)).request.spoiler

        shown = await choose(shown, "private_channels", [harness.channel], harness.alice)
        assert selected(shown, "private_channels") == [harness.channel.id]
        await harness.imagine("a fox", who=harness.bob, private=False)
        assert (await latest_job(harness)).request.private
        private_answer(await press(harness.bob, card, Verb.REROLL, job))
        assert (await latest_job(harness)).request.private
        shown_again = private_answer(await harness.bob.slash(harness.channel, "show", job=job.id))
        refused = await press(harness.bob, shown_again, Verb.SHOW, job)
        assert private_text(refused).startswith("Results are private in this channel")


async def test_roles(tmp_path: Path) -> None:
    """Members without the role are refused, from commands, buttons and forms."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        job, card = await make_result(harness, who=harness.bob)
        opened = await press(harness.bob, card, Verb.REMIX, job)
        role = harness.guild.create_role("painters")
        shown = await choose(await open_panel(harness, "roles"), "allowed_roles", [role], harness.alice)
        assert selected(shown, "allowed_roles") == [role.id]
        for number, result in enumerate(
            (
                await harness.imagine(who=harness.bob),
                await press(harness.bob, card, Verb.REROLL, job),
                await submit_form(harness.bob, opened, prompt="a dog"),
            )
        ):
            assert f"<@&{role.id}>" in private_text(result), number
        assert len(harness.sql("SELECT id FROM jobs")) == 1
        harness.env.backend.add_member_role(harness.guild.id, harness.bob.id, role.id)
        await harness.imagine(who=harness.bob)
        assert len(harness.sql("SELECT id FROM jobs")) == 2


async def test_language(tmp_path: Path) -> None:
    """Public cards are in the chosen language, private ones in the user's."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await open_panel(harness, "language")
        labels = {option.value: option.label for option in select_menus(shown)[list_id(shown, "language")].options}
        assert labels.keys() == {"usual", *LOCALES}
        assert (labels["usual"], labels["ja"]) == ("The server’s own language (English)", "日本語")
        shown = await choose(shown, "language", ["de"], harness.alice)
        _, card = await make_result(harness, who=harness.bob)
        assert "dein Bild ist fertig" in text_of(card)
        _, card = await make_result(harness, who=harness.bob, private=True)
        assert "your picture is ready" in text_of(card)
        await choose(shown, "language", ["usual"], harness.alice)
        _, card = await make_result(harness, who=harness.bob)
        assert "your picture is ready" in text_of(card)


async def test_log_channel(tmp_path: Path) -> None:
    """The panel says when the bot first failed to write to the channel, until the channel is chosen again.

    Only channels of this server can be chosen.
    """
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        channel = harness.guild.create_text_channel("log")
        elsewhere = harness.env.create_guild("another").create_text_channel("log")
        shown = await choose(await open_panel(harness, "log"), "log_channel", [channel], harness.alice)
        assert "⚠️" not in text_of(shown)
        await harness.wait_for_message(f"<@{harness.alice.id}> changed *Log channel*: None", where=channel)
        await harness.change("UPDATE servers SET log_failed_at = 1700000000")
        shown = await open_panel(harness, "log")
        assert f"can’t post in <#{channel.id}>; the first attempt that failed was <t:1700000000:R>" in text_of(shown)
        shown = await choose(shown, "log_channel", [channel], harness.alice)
        assert "⚠️" not in text_of(shown)
        forge(harness, f'["{channel.id}"]', f'["{elsewhere.id}"]', "data")
        refused = await harness.alice.select(shown, [channel], custom_id=list_id(shown, "log_channel"))
        assert private_text(refused).startswith("I can’t use that channel as the log channel")
        reset_interactions(harness)
        assert (await saved(harness)).log_channel == channel.id
        shown = await choose(shown, "log_channel", [], harness.alice)
        assert await saved(harness) == NO_SETTINGS


async def test_reset(tmp_path: Path) -> None:
    """A reset is confirmed first, and its result is shown."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await choose(await open_panel(harness, "language"), "language", ["de"], harness.alice)
        question = answer(await harness.alice.click(shown, label="Reset to defaults"))
        assert text_of(question).startswith("Reset all settings of this server")
        shown = answer(await harness.alice.click(question, label="Back"))
        assert selected(shown, "language") == ["de"]
        question = answer(await harness.alice.click(shown, label="Reset to defaults"))
        shown = answer(await harness.alice.click(question, label="Reset to defaults"))
        assert "**All settings are back to their defaults.**" in text_of(shown)
        assert selected(shown, "language") == ["usual"]
        assert await saved(harness) == NO_SETTINGS


# --- several managers, and what no longer exists -------------------------------------------------------


async def test_two_managers(tmp_path: Path) -> None:
    """Two managers who have the panel open at the same time lose nothing of each other's changes."""
    async with BotHarness(tmp_path) as harness:
        for who in (harness.alice, harness.bob):
            let_manage(harness, who)
        one, two, three = (harness.guild.create_role(name) for name in ("one", "two", "three"))
        of_alice = await choose(await open_panel(harness, "roles"), "allowed_roles", [one], harness.alice)
        of_bob = await open_panel(harness, "roles", harness.bob)
        of_alice = await choose(of_alice, "allowed_roles", [one, two], harness.alice)
        of_bob = await choose(of_bob, "allowed_roles", [one, three], harness.bob)
        assert selected(of_bob, "allowed_roles") == [one.id, two.id, three.id]
        assert list_id(of_alice, "allowed_roles") != list_id(of_bob, "allowed_roles")
        of_alice = await choose(of_alice, "allowed_roles", [two], harness.alice)
        assert (await saved(harness)).allowed_roles == (two.id, three.id)
        assert f"by <@{harness.alice.id}>" in text_of(of_alice)


async def test_what_no_longer_exists(tmp_path: Path) -> None:
    """Deleted roles and channels, and models that are gone, are shown as such and can be removed."""
    gone = ServerSettings(
        models=("flux-0", "flux-dev"),
        default_model="flux-00",
        role_limits={11: 5},
        exempt_roles=(12,),
        spoiler_channels=(13,),
        private_channels=(14,),
        allowed_roles=(15,),
        log_channel=16,
    )
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        await harness.store.servers.change(
            harness.guild.id, lambda _: gone, user_id=harness.bob.id, now=harness.app.bot.clock.now()
        )
        for page, names in (
            ("models", "flux-0, flux-00"),
            ("limits", "`11`, `12`"),
            ("channels", "`13`, `14`"),
            ("roles", "`15`"),
            ("log", "`16`"),
        ):
            shown = await open_panel(harness, page)
            assert f"⚠️ These no longer exist: {names}\n" in text_of(shown), page
            shown = answer(await harness.alice.click(shown, label="Remove them"))
            assert "no longer exist" not in text_of(shown), page
        assert await saved(harness) == ServerSettings(models=("flux-dev",))


# --- permissions and forged presses --------------------------------------------------------------------


async def test_who_may_use_it(tmp_path: Path) -> None:
    """Discord offers the command to managers of the server; all others are refused at each press, list and form."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: Any = published.json
        (command,) = [command for command in commands if command["name"] == "settings"]
        assert command["default_member_permissions"] == discord.Permissions(manage_guild=True).value
        assert (command["contexts"], command["integration_types"]) == ([0], [0])
        assert "settings" not in " ".join(harness.bob.available_commands(harness.channel))
        assert "/settings" not in private_text(await harness.bob.slash(harness.channel, "help"))
        let_manage(harness)
        assert "/settings" in private_text(await harness.alice.slash(harness.channel, "help"))
        panels = {page: await open_panel(harness, page) for page in PAGES}
        opened = {
            field: await harness.alice.click(panels[page], custom_id=f"settings:edit-{field}:{page}")
            for field, page in FIELDS.items()
        }
        another = await harness.alice.click(panels["words"], custom_id="settings:edit-blocked_words:words")
        question = answer(await harness.alice.click(await open_panel(harness), label="Reset to defaults"))
        role, channel = harness.guild.create_role("any"), harness.guild.create_text_channel("any")
        harness.change_interaction = demote
        for page, shown in panels.items():
            for custom_id in buttons(shown):
                assert private_text(await harness.alice.click(shown, custom_id=custom_id)) == NOT_ALLOWED, custom_id
            for custom_id, menu in select_menus(shown).items():
                values: list[Any] = [option.value for option in menu.options[:1]]
                values = values or [role if menu.type is discord.ComponentType.role_select else channel]
                result = await harness.alice.select(shown, values, custom_id=custom_id)
                assert private_text(result) == NOT_ALLOWED, (page, custom_id)
        for custom_id in buttons(question):
            assert private_text(await harness.alice.click(question, custom_id=custom_id)) == NOT_ALLOWED, custom_id
        for field, form in opened.items():
            more = {"roles": [role]} if field == "role_limits" else {}
            result = await submit_form(harness.alice, form, value="1", **more)
            assert private_text(result).startswith(NOT_ALLOWED), field
            assert button_labels(answer(result)) == [], field
        assert private_text(await harness.alice.slash(harness.channel, "settings")) == NOT_ALLOWED

        def move_to_direct_messages(payload: Payload) -> None:
            del payload["guild_id"]
            payload["user"] = payload.pop("member")["user"]

        harness.change_interaction = move_to_direct_messages
        for result in (
            await harness.alice.slash(harness.channel, "settings"),
            await harness.alice.click(question, label="Reset to defaults"),
            await submit_form(harness.alice, another, value="dog"),
        ):
            assert private_text(result).startswith("Settings belong to a server")
        assert harness.sql("SELECT * FROM servers") == []


async def test_forged_presses(tmp_path: Path) -> None:
    """Even managers can't do what the panel doesn't offer: unknown controls, options that don't exist, other forms."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        shown = await open_panel(harness, "models")
        model, size = (list_id(shown, name) for name in ("default_model", "default_size"))
        for value in ("flux-0", "", "usual ", "__class__", "flux-dev; DROP"):
            forge(harness, '"values": ["flux-dev"]', f'"values": ["{value}"]', "data")
            refused = await harness.alice.select(shown, ["flux-dev"], custom_id=model)
            assert private_text(refused).endswith(NOTHING_SAVED), value
            refused = await harness.alice.select(shown, ["flux-dev"], custom_id=list_id(shown, "models"))
            assert private_text(refused).endswith(NOTHING_SAVED), value
        for value in ("17:3", "flux-dev"):
            forge(harness, '"values": ["16:9"]', f'"values": ["{value}"]', "data")
            refused = await harness.alice.select(shown, ["16:9"], custom_id=size)
            assert private_text(refused).endswith(NOTHING_SAVED), value
        for name in ("", "blocked_words", "changed_by", "__class__", "reset-", "edit-", "edit-models", "edit-__init__"):
            forge(harness, size, f"settings:{name}:1")
            text = private_text(await harness.alice.select(shown, ["16:9"], custom_id=size))
            assert text.startswith("This comes from another version"), name
        reset_interactions(harness)
        shown = await open_panel(harness, "limits")
        for name in ("", "models", "language", "log_channel"):
            reset_interactions(harness)
            opened = await harness.alice.click(shown, custom_id="settings:edit-pictures_per_member:limits")
            forge(harness, "settings:pictures_per_member", f"settings:{name}", "data")
            text = private_text(await submit_form(harness.alice, opened, value="5"))
            assert text.startswith("This comes from another version"), name
        role = harness.guild.create_role("any")
        for value in ("5", "x", "9" * 30):
            reset_interactions(harness)
            opened = await harness.alice.click(shown, custom_id="settings:edit-role_limits:limits")
            forge(harness, f'"values": ["{role.id}"]', f'"values": ["{value}"]', "data")
            text = private_text(await submit_form(harness.alice, opened, value="5", roles=[role]))
            assert text.startswith("Please choose at least one role that exists"), value
        reset_interactions(harness)
        assert harness.sql("SELECT * FROM servers") == []
