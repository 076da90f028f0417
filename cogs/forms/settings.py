"""The forms of /settings, for numbers, the limit of some roles, and the blocked words."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import partial

import discord
from discord import ui

from cogs.forms import fields
from cogs.forms.values import SubmittedForm
from cogs.presses import within_deadline
from cogs.server_settings import Change, existing_in, managed_server, save
from flux_bot.core.errors import RequestRejected, StoreUnavailable
from flux_bot.core.rules.blocked_words import can_match
from flux_bot.core.rules.server_settings import ServerSettings
from flux_bot.core.text import quote
from flux_bot.locales import Translator
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId, parse_custom_id
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.replies import Reply, user_translator
from flux_bot.ui.server_settings.controls import ROLES_LISTED, SETTINGS
from flux_bot.ui.server_settings.summary import name_of

MOST_PICTURES = 1_000
MOST_CREDITS = 1_000_000
MOST_WORDS = 200
LONGEST_WORD = 100
WORDS_CHARACTERS = 4_000
"""Maximum length of the list of blocked words, one per line, in characters.

See discord-api-docs, components/reference, "text input": max_length.
"""

_MOST = {"pictures_per_member": MOST_PICTURES, "role_limits": MOST_PICTURES, "credits_per_month": MOST_CREDITS}
"""The largest number that each form accepts."""
_SEPARATORS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029,;\uff0c\uff1b\u3001\u060c]")
"""The separators of blocked words: line breaks, and the commas and semicolons of all scripts."""
FIELDS = dict.fromkeys(_MOST, "limits") | {"blocked_words": "words"}
"""The settings that have a form, each with the page to show after it."""


async def open_form(
    interaction: Interaction, field: str, typed: str | None = None, fingerprint: str | None = None
) -> None:
    """Open the form of a setting, filled with ``typed``, or with the saved value if that is None.

    If the list of blocked words has changed since the ``fingerprint``, its entries are added to what was typed. Raises
    RequestRejected if the user may not change the setting, and StoreUnavailable if the database is slow.
    """
    guild_id, translate = managed_server(interaction), user_translator(interaction)
    server = await within_deadline(interaction.client.store.servers.get(guild_id))
    if server is None:
        raise StoreUnavailable("a form can't wait for a slow database")
    if field == "blocked_words":
        now = _fingerprint(server.settings)
        others = () if now == fingerprint else server.settings.blocked_words
        about, parts = f"{field}:{now}", [_words_field(translate, server.settings, typed, others)]
    elif field in _MOST:
        about, parts = field, [_number_field(translate, server.settings, field, typed)]
        if field == "role_limits":
            parts.insert(0, _roles_field(translate))
    else:
        raise RequestRejected("other-version")
    await interaction.response.send_modal(fields.form(translate(name_of(field)), CustomId(SETTINGS, about), *parts))


def _number_field(translate: Translator, settings: ServerSettings, field: str, typed: str | None) -> ui.Label[ui.Modal]:
    saved = None if field == "role_limits" else getattr(settings, field)
    text = typed if typed is not None else "" if saved is None else str(saved)
    return ui.Label(
        text=translate("settings-number"),
        description=translate("settings-number-hint", most=str(_MOST[field])),
        component=ui.TextInput(custom_id="value", default=text[:20] or None, required=False, max_length=20),
    )


def _roles_field(translate: Translator) -> ui.Label[ui.Modal]:
    return ui.Label(
        text=translate("settings-for-roles"),
        component=ui.RoleSelect[ui.Modal](custom_id="roles", min_values=1, max_values=ROLES_LISTED),
    )


def _words_field(
    translate: Translator, settings: ServerSettings, typed: str | None, others: Sequence[str]
) -> ui.Label[ui.Modal]:
    text = "\n".join(settings.blocked_words)
    if typed is not None:  # the form was already refused
        text = _fitting(dict.fromkeys([*typed.splitlines(), *others]))
    return ui.Label(
        text=translate("setting-blocked-words"),
        description=translate("settings-words-form-hint"),
        component=ui.TextInput(
            custom_id="value",
            style=discord.TextStyle.paragraph,
            default=text[:WORDS_CHARACTERS] or None,
            required=False,
            max_length=WORDS_CHARACTERS,
        ),
    )


def _fitting(lines: Iterable[str]) -> str:
    """Return the first lines that fit in the form; an entry that is cut off would block other prompts."""
    text = "\n".join(lines)
    return text if len(text) <= WORDS_CHARACTERS else text[: WORDS_CHARACTERS + 1].rpartition("\n")[0]


async def submit(interaction: Interaction, form: SubmittedForm, _: Reply) -> None:
    """Save the values of a form. Raises RequestRejected if they are not valid; the user can then correct them."""
    field, fingerprint = parse_custom_id(form.custom_id.about)
    managed_server(interaction)
    if field not in FIELDS:
        raise RequestRejected("other-version")
    typed, draft = form.text("value"), draft_of(interaction)
    draft.action, draft.prompt, draft.private = f"{SETTINGS}-{field}", typed, True
    draft.change = partial(open_form, field=field, typed=typed, fingerprint=fingerprint)
    if field == "blocked_words":
        change = _words_change(blocked_words(typed), fingerprint)
    elif field == "role_limits":
        ids = [int(one) for one in form.texts("roles") if one.isdecimal()]
        change = _role_limits_change(existing_in(interaction).roles(ids), limit_in(typed, MOST_PICTURES))
    else:
        number = limit_in(typed, _MOST[field])
        value = Decimal(number) if field == "credits_per_month" and number is not None else number
        change = partial(_with_value, field, value)
    reply = Reply(interaction, private=True, updates=interaction.message is not None)
    await save(interaction, reply, change, FIELDS[field])


def _with_value(field: str, value: object, settings: ServerSettings) -> ServerSettings:
    return settings.model_copy(update={field: value})


def limit_in(typed: str, most: int) -> int | None:
    """Return the typed number, or None if nothing was typed.

    Raises RequestRejected unless it is a whole number from 0 to ``most``.
    """
    text = typed.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > len(str(most)) or int(text) > most:
        raise RequestRejected("settings-not-a-number", most=str(most))
    return int(text)


def _role_limits_change(roles: Sequence[int], limit: int | None) -> Change:
    if not roles:
        raise RequestRejected("settings-no-roles")

    def change(settings: ServerSettings) -> ServerSettings:
        others = {role: most for role, most in settings.role_limits.items() if role not in roles}
        limits = others if limit is None else others | dict.fromkeys(roles, limit)
        if len(limits) > max(ROLES_LISTED, len(settings.role_limits)):
            raise RequestRejected("settings-too-many-roles", limit=str(ROLES_LISTED))
        return settings.model_copy(update={"role_limits": limits})

    return change


def blocked_words(typed: str) -> tuple[str, ...]:
    """Return the entries in a text, separated by line breaks, commas or semicolons.

    NUL and lone surrogates are removed, as PostgreSQL can't store them. Raises RequestRejected, which says what is
    wrong.
    """
    parts = _SEPARATORS.split(typed.replace("\0", "").encode(errors="ignore").decode())
    words = tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))
    for word in words:
        if len(word) > LONGEST_WORD:
            raise RequestRejected("settings-word-too-long", limit=str(LONGEST_WORD), word=quote(word, LONGEST_WORD))
        if not can_match(word):
            raise RequestRejected("settings-word-never-matches", word=quote(word, LONGEST_WORD))
    if len(words) > MOST_WORDS:
        raise RequestRejected("settings-too-many-words", limit=str(MOST_WORDS), count=len(words))
    if len("\n".join(words)) > WORDS_CHARACTERS:
        raise RequestRejected("settings-words-too-long", limit=str(WORDS_CHARACTERS))
    return words


def _words_change(words: tuple[str, ...], fingerprint: str) -> Change:
    """Return the change to a new list. It raises RequestRejected if another user has changed the list since."""

    def change(settings: ServerSettings) -> ServerSettings:
        if settings.blocked_words != words and _fingerprint(settings) != fingerprint:
            raise RequestRejected("settings-words-changed")
        return settings.model_copy(update={"blocked_words": words})

    return change


def _fingerprint(settings: ServerSettings) -> str:
    """Return a hash of the blocked words, which shows whether they have changed while a form was open."""
    return hashlib.sha256("\n".join(settings.blocked_words).encode()).hexdigest()[:16]
