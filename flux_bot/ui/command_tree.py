"""What Discord lists of the bot: its commands, with their names in every language there is."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str

from flux_bot.locales import ENGLISH, Translator, translator_for
from flux_bot.ui import texts

Place = TranslationContextLocation


class CommandTranslator(app_commands.Translator):
    """Gives discord.py the names of commands, options and choices; discord.py asks for each of Discord's locales."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContext[Any, Any]
    ) -> str | None:
        """Return what something is called in a language, None where its English name is shown."""
        translate = translator_for(str(locale))
        if translate.locale == ENGLISH:
            return None
        message_id = string.extras.get("message")
        return translate(message_id) if message_id else _translated(translate, string.message, context)


def _translated(translate: Translator, english: str, context: TranslationContext[Any, Any]) -> str | None:
    place, thing = context.location, context.data
    if place is Place.choice_name:
        return texts.model_label(translate, str(thing.value), english)
    command = f"cmd-{thing.name}"
    if place in (Place.command_name, Place.command_description) and translate.has(command):
        return translate(command if place is Place.command_name else f"{command}.description")
    return None


def translatable(message_id: str) -> locale_str:
    """Return a message in English, which is published in all languages."""
    return locale_str(translator_for(ENGLISH)(message_id), message=message_id)


def describe(command: app_commands.Command[Any, ..., Any]) -> None:
    """Give a command and its options their English descriptions, and have the names of all of it translated."""
    translate = translator_for(ENGLISH)
    command.description = translate(f"cmd-{command.name}.description")
    names = [option.name for option in command.parameters]
    app_commands.describe(**{name: translatable(f"cmd-{command.name}.{name}-description") for name in names})(command)
    app_commands.rename(**{name: translatable(f"cmd-{command.name}.{name}") for name in names})(command)
