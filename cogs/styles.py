"""The styles that a user can choose here: finds suggestions, the style for a text, and the preferred style."""

from collections.abc import Sequence

from discord import app_commands

from cogs.presses import within_deadline
from flux_bot.core import styles
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import ImageRequest, Preferences
from flux_bot.core.styles import BUILT_IN, NONE, Style
from flux_bot.core.text import one_line, quote, truncate
from flux_bot.locales import ENGLISH, Translator, translator_for
from flux_bot.ui import texts
from flux_bot.ui.bot import FluxBot, Interaction
from flux_bot.ui.cards import OPTION_LABEL_LIMIT, OPTIONS_LIMIT
from flux_bot.ui.interactions.replies import user_translator

NAMES_LISTED = 5
"""The maximum number of styles to list in a refusal."""


class AvailableStyles:
    """The built-in styles and, once ``read`` has been called, those of a server."""

    def __init__(self, bot: FluxBot, guild_id: int | None, translate: Translator | None = None) -> None:
        """Set the server (None outside of servers) and the user's language."""
        self._bot = bot
        self._guild_id = guild_id
        self._translate = translate or translator_for(ENGLISH)
        self.all: Sequence[Style] = tuple(BUILT_IN.values())

    async def read(self) -> None:
        """Read the server's styles. Raises StoreUnavailable."""
        if self._guild_id is not None:
            self.all = (*await self._bot.store.styles.of_server(self._guild_id), *BUILT_IN.values())

    def chosen(self, typed: str) -> Style | None:
        """Return the style for a typed text; None for no style. Raises RequestRejected."""
        found = styles.candidates(self.all, typed, self._translate.locale)
        if styles.normalized(typed) in (NONE, styles.normalized(self._translate("style-none"))):
            return None
        if not found:
            raise RequestRejected("no-such-style", typed=quote(typed.strip(), styles.NAME_LIMIT))
        if len(found) > 1:
            names = tuple(one_line(style.name_in(self._translate.locale)) for style in found[:NAMES_LISTED])
            raise RequestRejected("several-styles", typed=quote(typed.strip(), styles.NAME_LIMIT), names=names)
        return found[0]

    def named(self, name: str) -> Style | None:
        """Return the style for a name chosen from a list; None for no style. Raises RequestRejected."""
        style = styles.find(self.all, name)
        if style is None and name != NONE:
            raise RequestRejected("no-such-style", typed=quote(name, styles.NAME_LIMIT))
        return style

    def preferred(self, preferences: Preferences) -> Style | None:
        """Return the user's preferred style; None if there is none or it does not exist here."""
        return styles.find(self.all, preferences.style) if preferences.style else None

    def apply(self, request: ImageRequest, typed: str, preferences: Preferences) -> ImageRequest:
        """Return a request with the typed style, otherwise with the preferred style. Raises RequestRejected."""
        style = self.chosen(typed) if typed.strip() else self.preferred(preferences)
        return styles.with_style(request, style)

    def apply_if_possible(self, request: ImageRequest, typed: str, preferences: Preferences) -> ImageRequest:
        """Work like ``apply``, but use the preferred style if the typed style can't be used."""
        try:
            return self.apply(request, typed, preferences)
        except RequestRejected:
            return self.apply(request, "", preferences)


def styles_here(interaction: Interaction) -> AvailableStyles:
    """Return the styles that the user can choose; call ``read`` before using them."""
    return AvailableStyles(interaction.client, interaction.guild_id, user_translator(interaction))


async def style_choices(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest styles, filtered by what was typed: the user's recent ones first, then the server's; "none" is last."""
    translate = user_translator(interaction)
    suggestions = await within_deadline(
        interaction.client.store.styles.suggestions(interaction.guild_id, interaction.user.id)
    )
    offered = [*(suggestions.of_server if suggestions else ()), *BUILT_IN.values()]
    recent = suggestions.recent if suggestions else ()
    offered.sort(key=lambda style: recent.index(style.name) if style.name in recent else len(recent))
    found = styles.matching(offered, typed, translate.locale)[: OPTIONS_LIMIT - 1]
    labels = {style.name: texts.style_label(translate, style) for style in found}
    if not found or styles.normalized(typed) in styles.normalized(translate("style-none")):
        labels[NONE] = translate("style-none")
    return [
        app_commands.Choice(name=truncate(label, OPTION_LABEL_LIMIT), value=value) for value, label in labels.items()
    ]
