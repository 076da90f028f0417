"""Summaries of the settings and of changes to them, for the log."""

from collections.abc import Callable, Iterable
from typing import Any

from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import Argument, TranslatableText, escape
from flux_bot.locales import ENGLISH, language_name, translator_for
from flux_bot.ui import texts

LISTED = 10
"""Maximum number of names in a summary."""


def changes(old: ServerSettings, new: ServerSettings, user_id: int) -> list[TranslatableText]:
    """Return an entry of the log for each setting that a user has changed."""
    return [
        _change(field, old, new, f"<@{user_id}>")
        for field in ServerSettings.model_fields
        if getattr(old, field) != getattr(new, field)
    ]


def _change(field: str, old: ServerSettings, new: ServerSettings, user: str) -> TranslatableText:
    arguments: dict[str, Argument] = {"user": user, "setting": TranslatableText(name_of(field))}
    if field == "blocked_words":
        arguments["added"] = _words(word for word in new.blocked_words if word not in old.blocked_words)
        arguments["removed"] = _words(word for word in old.blocked_words if word not in new.blocked_words)
        return TranslatableText("settings-changed-list", arguments)
    return TranslatableText("settings-changed", arguments | {"old": _summary(field, old), "new": _summary(field, new)})


def _words(words: Iterable[str]) -> Argument:
    """Return blocked words as spoilers, so that nobody reads them by accident."""
    return _list(f"||{escape(word)}||" for word in words) or TranslatableText("settings-none")


def name_of(field: str) -> str:
    """Return the id of the message that names a setting."""
    return f"setting-{field.replace('_', '-')}"


def channel_mention(channel_id: int) -> str:
    """Return the mention of a channel, which Discord shows as its name."""
    return f"<#{channel_id}>"


def role_mention(role_id: int) -> str:
    """Return the mention of a role, which Discord shows as its name."""
    return f"<@&{role_id}>"


def model_name(name: str) -> str:
    """Return a model's short name, the same in all languages, escaped."""
    return escape(texts.short_model_label(translator_for(ENGLISH), name))


def _summary(field: str, settings: ServerSettings) -> Argument:
    value = getattr(settings, field)
    if value is None or value in ((), {}):
        return TranslatableText(_EMPTY.get(field, "settings-none"))
    return _IN_WORDS[field](value) if field in _IN_WORDS else value


_EMPTY = {
    "models": "settings-all-models",
    "default_model": "settings-usual",
    "default_size": "settings-usual",
    "pictures_per_member": "settings-no-limit",
    "credits_per_month": "settings-no-limit",
    "allowed_roles": "settings-everybody",
    "language": "settings-language-of-server",
}


def _list(names: Iterable[str]) -> Argument:
    first = (listed := list(names))[:LISTED]
    more = len(listed) - LISTED
    return (*first, *([TranslatableText("settings-more", {"count": more})] if more > 0 else []))


_IN_WORDS: dict[str, Callable[[Any], Argument]] = {
    "models": lambda names: _list(map(model_name, names)),
    "default_model": model_name,
    "default_size": escape,
    "role_limits": lambda limits: _list(f"{role_mention(role)} {limit}" for role, limit in limits.items()),
    "exempt_roles": lambda ids: _list(map(role_mention, ids)),
    "spoiler_channels": lambda ids: _list(map(channel_mention, ids)),
    "private_channels": lambda ids: _list(map(channel_mention, ids)),
    "allowed_roles": lambda ids: _list(map(role_mention, ids)),
    "log_channel": channel_mention,
    "language": language_name,
}
"""Functions that summarise the settings that are not numbers."""
