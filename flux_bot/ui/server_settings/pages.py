"""The contents of each page of the panel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from discord import ui

from flux_bot.core.catalogue import SHAPES
from flux_bot.core.jobs import Action
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import one_line, timestamp, truncate
from flux_bot.locales import LOCALES, Translator, language_name
from flux_bot.store.rules.servers import Server
from flux_bot.ui import cards, texts
from flux_bot.ui.server_settings import controls
from flux_bot.ui.server_settings.existing import CHANNEL_TYPES, LOG_CHANNEL_TYPES, Existing
from flux_bot.ui.server_settings.summary import channel_mention, model_name, name_of, role_mention

USUAL = "usual"
"""Value of the option that means the default of the catalogue or the server."""
WORDS_SHOWN = 20
"""Maximum number of blocked words on the panel; the form has all of them."""
WORD_CHARACTERS = 100
NAMES_CHARACTERS = 600
"""Maximum length of the list of names that no longer exist, in characters."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The data that a page shows."""

    translate: Translator
    server: Server
    existing: Existing
    guild_locale: str | None
    """The server's own language."""

    def heading(self, field: str) -> ui.TextDisplay[ui.LayoutView]:
        """Return the label with a setting's name, which is shown above its control."""
        return ui.TextDisplay(f"**{self.translate(name_of(field))}**")


def models(shown: Shown) -> list[cards.Item]:
    """Return the page of the models: the offered models, the default model and the default shape."""
    translate, settings, catalogue = shown.translate, shown.server.settings, shown.existing.catalogue
    labels = texts.model_labels(translate, {model.name: model for model in catalogue.models}.values())
    offered = {model.name for model in catalogue.models_for(Action.GENERATE) if settings.offers(model.name)}
    usual = labels[settings.model_copy(update={"default_model": None}).offered(catalogue).default(Action.GENERATE)]
    can_generate = {name: label for name, label in labels.items() if name in offered}
    shapes = texts.shape_labels(translate)
    return [
        shown.heading("models"),
        controls.choices("models", labels, settings.models, translate("settings-all-models")),
        shown.heading("default_model"),
        _with_usual(translate, "default_model", usual, can_generate, settings.default_model),
        shown.heading("default_size"),
        _with_usual(translate, "default_size", shapes[SHAPES[0]], shapes, settings.default_size),
        ui.TextDisplay(f"-# {translate('settings-models-hint')}"),
    ]


def _with_usual(translate: Translator, name: str, usual: str, labels: dict[str, str], chosen: str | None) -> cards.Item:
    first = {USUAL: translate("preferences-default", value=usual)}
    # In a full list, the default takes the place of the last model, which can still be the only one offered.
    listed = dict(list(labels.items())[: cards.OPTIONS_LIMIT - 1])
    if chosen in labels and chosen not in listed:
        listed.popitem()
        listed[chosen] = labels[chosen]
    return controls.choice(name, first | listed, chosen if chosen in listed else USUAL)


def limits(shown: Shown) -> list[cards.Item]:
    """Return the page of the limits: buttons that open forms, and the roles without a limit on pictures."""
    translate, settings = shown.translate, shown.server.settings
    none = translate("settings-no-limit")
    pictures, credit = settings.pictures_per_member, settings.credits_per_month
    by_role = [
        f"{role_mention(role)} {translate('number-of-pictures', count=settings.role_limits[role])}"
        for role in shown.existing.roles(tuple(settings.role_limits))
    ]
    lines = {
        "pictures_per_member": none if pictures is None else translate("number-of-pictures", count=pictures),
        "role_limits": " · ".join(by_role) or translate("settings-none"),
        "credits_per_month": none if credit is None else translate("cost-credits", credits=credit),
    }
    forms = [controls.button(translate(name_of(field)), f"edit-{field}", "limits") for field in lines]
    parts = [f"**{translate(name_of(field))}**: {value}" for field, value in lines.items()]
    return [
        ui.TextDisplay("\n".join(parts)),
        ui.ActionRow(*forms),
        shown.heading("exempt_roles"),
        controls.roles("exempt_roles", shown.existing.roles(settings.exempt_roles), translate("settings-none")),
        ui.TextDisplay(f"-# {translate('settings-limits-hint')}"),
    ]


def words(shown: Shown) -> list[cards.Item]:
    """Return the page of the blocked words: their number and, as spoilers, the first ones."""
    translate, blocked = shown.translate, shown.server.settings.blocked_words
    parts = [f"**{translate('setting-blocked-words')}**: {translate('settings-entries', count=len(blocked))}"]
    if blocked:
        parts += [f"- ||{truncate(one_line(word), WORD_CHARACTERS)}||" for word in blocked[:WORDS_SHOWN]]
        if (more := len(blocked) - WORDS_SHOWN) > 0:
            parts.append(translate("settings-more", count=more))
    return [
        ui.TextDisplay("\n".join(parts)),
        ui.ActionRow(controls.button(translate("settings-edit-words"), "edit-blocked_words", "words")),
        ui.TextDisplay(f"-# {translate('settings-words-hint')}"),
    ]


def channels(shown: Shown) -> list[cards.Item]:
    """Return the page of the channels with spoilers and the channels with only private results."""
    settings, none = shown.server.settings, shown.translate("settings-none")
    items: list[cards.Item] = []
    for field in ("spoiler_channels", "private_channels"):
        existing = shown.existing.channels(getattr(settings, field))
        items += [shown.heading(field), controls.channels(field, existing, none, CHANNEL_TYPES)]
    return [*items, ui.TextDisplay(f"-# {shown.translate('settings-channels-hint')}")]


def roles(shown: Shown) -> list[cards.Item]:
    """Return the page of the roles that may make pictures."""
    translate, allowed = shown.translate, shown.existing.roles(shown.server.settings.allowed_roles)
    return [
        shown.heading("allowed_roles"),
        controls.roles("allowed_roles", allowed, translate("settings-everybody")),
        ui.TextDisplay(f"-# {translate('settings-roles-hint')}"),
    ]


def log(shown: Shown) -> list[cards.Item]:
    """Return the page of the log channel, and whether the bot can write to it."""
    translate, server, existing = shown.translate, shown.server, shown.existing
    channel, warning = existing.without_missing(server.settings).log_channel, []
    if channel and server.log_failed_at is not None:
        since = timestamp(server.log_failed_at)
        warning = [translate("settings-log-failed", channel=channel_mention(channel), since=since)]
    elif channel and not existing.can_write(channel):
        warning = [translate("settings-log-not-allowed", channel=channel_mention(channel))]
    listed = [channel] if channel else []
    return [
        shown.heading("log_channel"),
        controls.channels("log_channel", listed, translate("settings-none"), LOG_CHANNEL_TYPES, most=1),
        *(ui.TextDisplay(f"⚠️ {text}") for text in warning),
        ui.TextDisplay(f"-# {translate('settings-log-hint')}"),
    ]


def language(shown: Shown) -> list[cards.Item]:
    """Return the page of the language of public cards."""
    translate, chosen = shown.translate, shown.server.settings.language
    own = language_name(shown.guild_locale or "")
    labels = {USUAL: translate("settings-language-own", language=own)}
    labels |= {locale: language_name(locale) for locale in LOCALES}
    return [
        shown.heading("language"),
        controls.choice("language", labels, chosen if chosen in LOCALES else USUAL),
        ui.TextDisplay(f"-# {translate('settings-language-hint')}"),
    ]


PAGES: dict[str, Callable[[Shown], list[cards.Item]]] = {
    "models": models,
    "limits": limits,
    "words": words,
    "channels": channels,
    "roles": roles,
    "log": log,
    "language": language,
}
"""The pages in their order; the label of each is the message ``settings-page-<name>``."""
_FIELDS = {
    "models": ("models", "default_model"),
    "limits": ("role_limits", "exempt_roles"),
    "channels": ("spoiler_channels", "private_channels"),
    "roles": ("allowed_roles",),
    "log": ("log_channel",),
}
"""The settings of each page that refer to models, roles or channels."""


def gone(shown: Shown, page: str) -> list[cards.Item]:
    """Return a warning about missing models, roles and channels, with a button to remove them, or an empty list."""
    settings, current = shown.server.settings, shown.existing.without_missing(shown.server.settings)
    lost = [
        name
        for field in _FIELDS.get(page, ())
        for name in _names(field, getattr(settings, field))
        if name not in _names(field, getattr(current, field))
    ]
    if not lost:
        return []
    text = shown.translate("settings-gone", names=truncate(", ".join(dict.fromkeys(lost)), NAMES_CHARACTERS))
    remove = controls.button(shown.translate("settings-remove-gone"), "remove-gone", page)
    return [ui.TextDisplay(f"⚠️ {text}"), ui.ActionRow(remove)]


def without_gone(settings: ServerSettings, page: str, existing: Existing) -> ServerSettings:
    """Return the settings without the models, roles and channels that the page shows as missing."""
    current = existing.without_missing(settings)
    return settings.model_copy(update={field: getattr(current, field) for field in _FIELDS.get(page, ())})


def _names(field: str, value: object) -> Sequence[str]:
    """Return the names of the models, or the ids of the roles or channels, in a setting; a missing role has no name."""
    if value is None:
        return ()
    ids = value if isinstance(value, tuple | dict) else (value,)
    return [model_name(str(one)) if "model" in field else f"`{one}`" for one in ids]
