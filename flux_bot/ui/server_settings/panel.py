"""The frame of the panel: the list of pages, who changed the settings last, and the question before a reset."""

from discord import ButtonStyle, ui

from flux_bot.core.text import timestamp
from flux_bot.locales import Translator
from flux_bot.ui import cards
from flux_bot.ui.server_settings import controls
from flux_bot.ui.server_settings.pages import PAGES, Shown, gone

FIRST_PAGE = next(iter(PAGES))


def panel(shown: Shown, page: str, *, done: str | None = None) -> cards.Card:
    """Return a page of the panel, by default the first one; ``done`` is a message that confirms the latest change."""
    translate, server = shown.translate, shown.server
    page = page if page in PAGES else FIRST_PAGE
    note = f"**{translate(done)}**" if done else translate("settings-saved-at-once")
    labels = {name: translate(f"settings-page-{name}") for name in PAGES}
    items: list[cards.Item] = [
        ui.TextDisplay(f"{translate('settings-title')}\n{note}"),
        controls.choice("page", labels, page),
        *PAGES[page](shown),
        *gone(shown, page),
    ]
    if server.changed_by is not None and server.changed_at is not None:
        who, when = f"<@{server.changed_by}>", timestamp(server.changed_at)
        items.append(ui.TextDisplay(f"-# {translate('settings-last-changed', user=who, when=when)}"))
    items.append(ui.ActionRow(controls.button(translate("preferences-reset"), "ask-reset", page)))
    return cards.Card(cards.layout(*items))


def reset_question(translate: Translator, page: str) -> cards.Card:
    """Return the question that replaces the panel before all settings are reset."""
    return cards.with_buttons(
        cards.text(translate("settings-ask-reset")),
        controls.button(translate("preferences-reset"), "reset", page, ButtonStyle.danger),
        controls.button(translate("settings-back"), "back", page),
    )
