"""The command tree: publishing commands in every language, and the errors that end a command."""

import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str

from flux_bot.core.rules.places import PlaceRefused
from flux_bot.locales import ENGLISH, Translator, command_translator_for, fingerprint, translator_for
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.interactions.places import check_place
from flux_bot.ui.interactions.replies import JOB_ACCEPTED, ignore_unreachable_user, reply_with_error

log = logging.getLogger(__name__)

PUBLISHED = "published_commands"
"""The name of the note with the hash of the commands that were published last."""

Place = TranslationContextLocation
Command = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | app_commands.Group


class CommandTree(app_commands.CommandTree[FluxBot]):
    """The commands; ``on_error`` handles all errors of commands."""

    def add_command(self, command: Command, /, **options: Any) -> None:
        """Add a command, described by the messages of the locales."""
        _describe(command)
        super().add_command(command, **options)

    async def sync(self, *, guild: discord.abc.Snowflake | None = None) -> list[app_commands.AppCommand]:
        """Publish the commands unless Discord already has them, because Discord allows only 200 creations a day."""
        commands = [command.to_dict(self) for command in self.get_commands()]
        facts = [discord.http.Route.BASE, self.client.application_id, fingerprint(), commands]
        if await self.client.store.note(PUBLISHED) == await self._digest(facts):
            return []
        await self.set_translator(CommandTranslator())
        published = await super().sync(guild=guild)
        await self.set_translator(None)
        await self.client.store.set_note(PUBLISHED, await self._digest(facts))
        log.info("Published %d commands", len(published))
        return published

    async def _digest(self, facts: list[Any]) -> str:
        """Return a hash of facts and of the commands that Discord has.

        Discord's commands differ from those last published if a backup was restored or another program replaced them.
        """
        if self.client.application_id is None:
            raise discord.app_commands.MissingApplicationID
        present = await self._http.get_global_commands(self.client.application_id)
        present.sort(key=lambda command: int(command["id"]))
        return hashlib.sha256(json.dumps([facts, present], sort_keys=True).encode()).hexdigest()

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Return whether a command or its suggestions may be used here; otherwise say why not, or suggest nothing."""
        try:
            await check_place(interaction)
        except PlaceRefused as refused:
            if interaction.type is not discord.InteractionType.autocomplete:
                await reply_with_error(interaction, refused)
            else:
                with ignore_unreachable_user():
                    await interaction.response.autocomplete([])
            return False
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Report an error to the user privately, in plain words."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await reply_with_error(interaction, cause)
        if JOB_ACCEPTED not in interaction.extras:
            self.client.dispatch("command_failed", interaction)


class CommandTranslator(app_commands.Translator):
    """Translates names and descriptions; discord.py asks for each of Discord's locales."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContext[Any, Any]
    ) -> str | None:
        """Return the translation, None where the English text is shown."""
        translate = command_translator_for(str(locale))
        if translate.locale == ENGLISH:
            return None
        message_id = string.extras.get("message")
        return translate(message_id) if message_id else _translated(translate, context)


_NAMES = (Place.command_name, Place.group_name)
_NAMES_AND_DESCRIPTIONS = (*_NAMES, Place.command_description, Place.group_description)


def _translated(translate: Translator, context: TranslationContext[Any, Any]) -> str | None:
    place, thing = context.location, context.data
    command = _message_of(thing)
    if place in _NAMES_AND_DESCRIPTIONS and translate.has(command):
        return translate(command if place in _NAMES else f"{command}.description")
    return None


def translatable(message_id: str) -> locale_str:
    """Return a message in English, to be published in all languages."""
    return locale_str(translator_for(ENGLISH)(message_id), message=message_id)


def _message_of(thing: Any) -> str:
    """Return the message that names a command, a group or a command of a group."""
    return f"cmd-{getattr(thing, 'qualified_name', thing.name).replace(' ', '-')}"


def _describe(command: Command) -> None:
    """Set the names and descriptions of a command and its options, or of a group and its commands, from the locales."""
    name, english = _message_of(command), translator_for(ENGLISH)
    if isinstance(command, app_commands.ContextMenu) or not english.has(name):  # a command of the sandbox
        return
    command.description = english(f"{name}.description")
    if isinstance(command, app_commands.Group):
        for part in command.commands:
            _describe(part)
        return
    options = [option.name for option in command.parameters]
    app_commands.describe(**{option: translatable(f"{name}.{option}-description") for option in options})(command)
    app_commands.rename(**{option: translatable(f"{name}.{option}") for option in options})(command)
