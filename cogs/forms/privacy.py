"""The form that erases everything stored about the user, who has to type a word to confirm."""

import unicodedata
from functools import cache

import discord
from discord import ui

from cogs.forms import fields
from cogs.forms.values import SubmittedForm
from flux_bot.core.errors import RequestRejected
from flux_bot.locales import LOCALES, Translator, translator_for
from flux_bot.store.users.erasure import Erased
from flux_bot.ui import cards
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.interactions.replies import Reply, user_translator

ERASE_DATA = "erase-data"
"""The action of the form. Its custom_id names no user: the form is always about the user who submits it."""
KEEP, DELETE = "keep", "delete"
"""The choices of the form: whether to keep or delete the bot's messages with the user's results."""


async def open_form(interaction: Interaction) -> None:
    """Open the form."""
    translate = user_translator(interaction)
    await interaction.response.send_modal(
        fields.form(translate("form-privacy"), CustomId(ERASE_DATA, ""), _word(translate), _messages(translate))
    )


def _word(translate: Translator) -> ui.Label[ui.Modal]:
    return ui.Label(
        text=translate("form-privacy-word"),
        description=translate("form-privacy-word-hint"),
        component=ui.TextInput(custom_id="word", max_length=20),
    )


def _messages(translate: Translator) -> ui.Label[ui.Modal]:
    choices = [
        discord.RadioGroupOption(label=translate(f"form-privacy-{choice}"), value=choice, default=choice == KEEP)
        for choice in (KEEP, DELETE)
    ]
    return ui.Label(
        text=translate("form-privacy-messages"), component=ui.RadioGroup(custom_id="messages", options=choices)
    )


async def submit(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Erase the data of the user who has submitted the form. Raises RequestRejected if the word is wrong."""
    reply.private = True
    if form.custom_id.about:
        raise RequestRejected("other-version")
    if _plain(form.text("word")) not in _words():
        raise RequestRejected("privacy-wrong-word")
    await reply.defer()
    erased = await interaction.client.workflow.erase_user(
        interaction.user.id, deletes_messages=form.text("messages") == DELETE, locale=str(interaction.locale)
    )
    await reply.send(_done(user_translator(interaction), erased))


def _done(translate: Translator, erased: Erased) -> cards.Card:
    parts = [translate("privacy-erased"), translate("privacy-erased-rest")]
    if erased.messages:
        parts.insert(1, translate("privacy-erased-messages", count=erased.messages))
    return cards.text(*parts)


@cache
def _words() -> frozenset[str]:
    """Return the word in all languages: users may change theirs while the form is open."""
    return frozenset(_plain(translator_for(locale)("privacy-word")) for locale in LOCALES)


def _plain(word: str) -> str:
    """Return the letters of a word, without quotation marks and the like."""
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", word).casefold()))
