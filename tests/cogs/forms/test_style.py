"""The form of a server's style: no input is lost, in any language and with a slow database."""

from pathlib import Path

from flux_bot.core.styles import STYLES_PER_SERVER, Style
from flux_bot.locales import LOCALES, translator_for
from tests.cogs.management.test_style import INK, TYPED, change, let_manage, run, styles_of
from tests.finished_jobs import button_labels, private_answer, private_text, set_locale
from tests.forms import form_of, prefilled, submit_form, while_database_hangs
from tests.harness import BotHarness, text_of


async def test_a_refused_style(tmp_path: Path) -> None:
    """No input is lost: the reply quotes the template, and the form opens again with all values."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        await harness.store.styles.add(harness.guild.id, INK)
        for changes, notice in (
            ({"template": "no place"}, "The template needs {prompt} exactly once"),
            ({"name": "INK"}, "There is already a style with this name."),
            ({"name": "Anime"}, "There is already a style with this name."),
            ({"name": "\u200b"}, "The name needs at least one letter"),
        ):
            typed = TYPED | changes
            refused = private_answer(await submit_form(harness.alice, await run(harness, "add"), **typed))
            assert text_of(refused).startswith(notice), changes
            assert text_of(refused).endswith(f"\n> {typed['template']}")
            assert button_labels(refused) == ["Change"]
            opened = await change(harness, refused)
            assert prefilled(opened) == typed
        await submit_form(harness.alice, opened, name="Paint")
        assert [style.name for style in await styles_of(harness)] == ["Ink", "Paint"]

        await harness.restart()
        assert prefilled(await change(harness, refused)) == {"template": INK.template}

        opened = await run(harness, "edit", name="Paint")
        await harness.store.styles.remove(harness.guild.id, "Paint")
        refused = private_answer(await submit_form(harness.alice, opened, template="paint of {prompt}"))
        assert text_of(refused).startswith("This style was removed in the meantime")
        again = await change(harness, refused)
        assert form_of(again)["title"] == "New style"
        await submit_form(harness.alice, again)
        assert Style("Paint", "paint of {prompt}", "black") in await styles_of(harness)

        for number in range(STYLES_PER_SERVER - 2):
            opened = await run(harness, "add")
            await harness.store.styles.add(harness.guild.id, Style(f"style {number}", "{prompt}"))
        notice = "This server already has 25 styles of its own, which is the limit."
        assert private_text(await run(harness, "add")).startswith(notice)
        assert private_text(await submit_form(harness.alice, opened, **TYPED | {"name": "One more"})).startswith(notice)


async def test_forms_in_all_languages(tmp_path: Path) -> None:
    """The forms are within Discord's limits, with the longest texts, and in the user's language."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        await harness.store.styles.add(harness.guild.id, Style("n" * 50, "{prompt}".rjust(1000, "t"), "d" * 100))
        for locale in LOCALES:
            set_locale(harness, locale)
            for command, options in (("add", {}), ("edit", {"name": "nnn"})):
                title = translator_for(locale)(f"form-style-{command}")
                assert form_of(await run(harness, command, **options))["title"] == title, locale


async def test_a_slow_database(tmp_path: Path) -> None:
    """A form that can't be filled in within the deadline is refused; a submitted one is saved once that is possible."""
    async with BotHarness(tmp_path) as harness:
        let_manage(harness)
        opened = await run(harness, "add")
        saved = await while_database_hangs(harness, tmp_path, submit_form(harness.alice, opened, **TYPED))
        assert (saved.deferred, saved.ephemeral) == (True, True)
        await harness.wait_for_message("**Saved**: Ink", viewer=harness.alice)
        assert await styles_of(harness) == [INK]
