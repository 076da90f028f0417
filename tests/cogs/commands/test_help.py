"""/help: a private overview, which includes restrictions in this channel, and buttons to get started."""

from pathlib import Path

import discord

from flux_bot.locales import LOCALES, translator_for
from tests.cogs.moderation.moderators import let_moderate
from tests.finished_jobs import button_labels, latest_job, make_picture, private_answer, private_text, set_locale
from tests.forms import prefilled, submit_form
from tests.harness import BotHarness, text_of

STARTS = ("make", "edit", "history", "jobs", "preferences")


async def test_the_overview(tmp_path: Path) -> None:
    """The overview is private and in the user's language, and lists the commands and restrictions of user and bot."""
    async with BotHarness(tmp_path) as harness:
        for locale in LOCALES:
            set_locale(harness, locale)
            translate = translator_for(locale)
            shown = private_answer(await harness.alice.slash(harness.channel, "help"))
            for command in ("imagine", "compare", "edit", "show", "jobs", "history", "usage", "preferences"):
                assert f"/{translate(f'cmd-{command}')}" in text_of(shown), (locale, command)
            assert button_labels(shown) == [translate(f"help-{name}") for name in STARTS], locale
            assert translate("help-messages") in text_of(shown), locale
            assert "🔒" not in text_of(shown), locale

            assert translate("help-moderation") not in text_of(shown), locale

        set_locale(harness, "en-US")
        forbidden = discord.PermissionOverwrite(send_messages=False)
        news = harness.guild.create_text_channel("news", overwrites={harness.bob: forbidden})
        notice = private_text(await harness.bob.slash(news, "help"))
        assert "only you will see the pictures" in notice
        assert "mention me" not in notice
        assert "🔒" not in private_text(await harness.alice.slash(news, "help"))
        harness.change_interaction = lambda payload: payload.update(app_permissions="0")
        assert "appear in my reply" in private_text(await harness.alice.slash(harness.channel, "help"))
        harness.change_interaction = lambda _: None
        await harness.restart(mentions=False)
        assert "mention me" not in private_text(await harness.alice.slash(harness.channel, "help"))
        let_moderate(harness)
        assert "/why shows which rule" in private_text(await harness.alice.slash(harness.channel, "help"))


async def test_the_buttons(tmp_path: Path) -> None:
    """The buttons open the empty form with the user's defaults and the form of /edit, and show the user's panels."""
    async with BotHarness(tmp_path) as harness:
        await make_picture(harness, "a cat on the roof")
        preferences = private_answer(await harness.alice.slash(harness.channel, "preferences"))
        await harness.alice.select(preferences, ["3"], custom_id="prefer:count")
        shown = private_answer(await harness.alice.slash(harness.channel, "help"))

        opened = await harness.alice.click(shown, custom_id="help:make")
        assert opened.modal is not None
        assert opened.modal["title"] == "Make a picture"
        assert prefilled(opened) == {"model": ["flux-dev"], "size": ["as-it-was"], "count": "3", "style": ["none"]}
        await submit_form(harness.alice, opened, prompt="a fox", count="1")
        job = await latest_job(harness)
        assert (job.request.prompt, job.request.count, job.request.private) == ("a fox", 1, False)

        opened = await harness.alice.click(shown, custom_id="help:edit")
        assert opened.modal is not None
        assert opened.modal["title"] == "Edit a picture"

        for name, part in (("history", "a cat on the roof"), ("jobs", "Just finished"), ("preferences", "defaults")):
            shown = private_answer(await harness.alice.slash(harness.channel, "help"))
            await harness.alice.click(shown, custom_id=f"help:{name}")
            (changed,) = [one for one in harness.messages(viewer=harness.alice) if one.id == shown.id]
            assert part in text_of(changed), name
