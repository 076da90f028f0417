"""What Discord lists of the bot: its commands, with their names in every language there is."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import TranslationContext, TranslationContextLocation, locale_str

from flux_bot import wording
from flux_bot.locales import ENGLISH, Words, words_in

Place = TranslationContextLocation


class Translator(app_commands.Translator):
    """Gives discord.py the names of commands, options and choices; discord.py asks for each of Discord's locales."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContext[Any, Any]
    ) -> str | None:
        """Return what something is called in a language, None where its English name is shown."""
        words = words_in(str(locale))
        return None if words.locale == ENGLISH else _translated(words, string.message, context)


def _translated(words: Words, english: str, context: TranslationContext[Any, Any]) -> str | None:
    place, thing = context.location, context.data
    if place is Place.choice_name:
        return wording.model_label(words, str(thing.value), english)
    if isinstance(thing, app_commands.ContextMenu):
        return words(menu_message(english))
    command = f"cmd-{thing.command.name if isinstance(thing, app_commands.Parameter) else thing.name}"
    if not words.has(command):
        return None
    attribute = {
        Place.command_name: "",
        Place.command_description: ".description",
        Place.parameter_name: f".{thing.name}",
        Place.parameter_description: f".{thing.name}-description",
    }[place]
    return words(command + attribute)


def menu_message(english: str) -> str:
    """Return the message with a menu entry's name."""
    return f"menu-{english.lower().replace(' ', '-')}"


def describe(command: app_commands.Command[Any, ..., Any]) -> None:
    """Give a command and its options their English descriptions, and have the names of all of it translated."""
    words = words_in(ENGLISH)
    command.description = words(f"cmd-{command.name}.description")
    names = [option.name for option in command.parameters]
    descriptions = {name: locale_str(words(f"cmd-{command.name}.{name}-description")) for name in names}
    app_commands.describe(**descriptions)(command)
    app_commands.rename(**{name: locale_str(name) for name in names})(command)
