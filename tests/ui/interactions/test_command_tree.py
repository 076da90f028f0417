"""The command tree: commands in every language, published when they have changed, and the errors that end a command."""

from pathlib import Path
from typing import Any

from flux_bot.locales import command_translator_for
from flux_bot.ui.interactions.command_tree import PUBLISHED
from tests.finished_jobs import private_text
from tests.flux.caller import eventually
from tests.harness import BotHarness


def names(thing: Any, locale: str) -> tuple[str, str | None]:
    """Return a published name in English and in another language."""
    return thing["name"], (thing["name_localizations"] or {}).get(locale)


async def test_published_languages(tmp_path: Path) -> None:
    """Commands, options and menus are published in each language that differs from English."""
    async with BotHarness(tmp_path) as harness:
        (published,) = harness.requests("publish")
        commands: dict[str, Any] = {command["name"]: command for command in published.json or ()}
        german = command_translator_for("de")
        imagine = commands["imagine"]
        assert imagine["description_localizations"]["de"] == german("cmd-imagine.description")
        assert "en-GB" not in imagine["description_localizations"]
        prompt, model, *_ = imagine["options"]
        assert names(prompt, "de") == ("prompt", german("cmd-imagine.prompt"))
        assert prompt["description_localizations"]["de"] == german("cmd-imagine.prompt-description")
        assert names(model, "de") == ("model", german("cmd-imagine.model"))
        assert model["autocomplete"]
        menus = {name: command for name, command in commands.items() if command.get("type", 1) == 3}
        assert list(menus) == ["Edit image", "Remix prompt"]
        assert all(names(menu, "de")[1] for menu in menus.values())


async def test_published_when_they_change(tmp_path: Path) -> None:
    """A restart publishes the commands only if they differ from those published last, or from those at Discord."""
    async with BotHarness(tmp_path) as harness:
        note = await harness.store.note(PUBLISHED)
        assert note is not None
        await harness.restart()
        assert harness.calls == []
        await harness.store.set_note(PUBLISHED, "another version's commands")
        await harness.restart()
        assert harness.calls == ["publish"]
        assert await harness.store.note(PUBLISHED) == note
        at_discord = harness.env.backend.commands
        before = dict(at_discord[None])
        name, command = next(iter(before.items()))
        for others in (before | {name: {**command, "description": "another program's"}}, {name: command}):
            at_discord[None] = others
            await harness.restart()
            assert harness.calls == ["publish"], others
            assert at_discord[None].keys() == before.keys()


async def test_errors(tmp_path: Path) -> None:
    """An unexpected error is reported privately, with a reference to the log; an accepted job is not affected."""
    async with BotHarness(tmp_path, seconds=None, expects_errors=True) as harness:
        await harness.change("ALTER TABLE jobs RENAME TO lost")
        interaction = await harness.imagine()
        await harness.change("ALTER TABLE lost RENAME TO jobs")
        reference = private_text(interaction).split("`")[1]
        assert any(error.startswith(f"A command failed, reference {reference}\n") for error in harness.errors)
        harness.errors.clear()
        harness.refuse("reply", 500, times=1)
        interaction = await harness.imagine()
        assert (interaction.response, interaction.followups) == (None, [])
        await eventually(lambda: harness.tasks)
        (job_id,) = harness.tasks
        assert any(error.startswith(f"Job {job_id} was accepted, but the reply failed\n") for error in harness.errors)
