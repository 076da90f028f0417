"""The form of a server's style, and the preview shown after it."""

from dataclasses import dataclass
from functools import partial

import discord
from discord import ui

from cogs.forms import fields
from cogs.forms.values import SubmittedForm
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.styles import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    PLACEHOLDER,
    TEMPLATE_LIMIT,
    Style,
    checked_style,
    with_style,
)
from flux_bot.core.text import one_line
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.interactions.drafts import draft_of
from flux_bot.ui.interactions.replies import Reply, user_translator

STYLE = "style"
"""The form's action, about the name of the style that it changes, "" for a new one."""
CHANGE = "style-change"
"""The action of the button that opens the form again, about the style's name."""


@dataclass(frozen=True, slots=True)
class StyleFields:
    """The contents of the form."""

    name: str = ""
    description: str = ""
    template: str = ""


def managed_server(interaction: Interaction) -> int:
    """Return the server whose styles the user may change. Raises RequestRejected if there is none."""
    if interaction.guild_id is None:
        raise RequestRejected("styles-of-servers")
    if not interaction.permissions.manage_guild:
        raise RequestRejected("styles-not-allowed")
    return interaction.guild_id


async def open_form(interaction: Interaction, old_name: str = "", typed: StyleFields | None = None) -> None:
    """Open the form, filled in; ``old_name`` is the style to change, "" for a new one. Raises RequestRejected."""
    managed_server(interaction)
    translate, typed = user_translator(interaction), typed or StyleFields()
    form = fields.form(
        translate("form-style-edit" if old_name else "form-style-add"),
        CustomId(STYLE, old_name),
        _field(translate, "name", typed.name, NAME_LIMIT),
        _field(translate, "description", typed.description, DESCRIPTION_LIMIT, is_required=False),
        _field(translate, "template", typed.template, TEMPLATE_LIMIT, style=discord.TextStyle.paragraph),
    )
    await interaction.response.send_modal(form)


def _field(
    translate: Translator,
    name: str,
    value: str,
    limit: int,
    *,
    is_required: bool = True,
    style: discord.TextStyle = discord.TextStyle.short,
) -> ui.Label[ui.Modal]:
    hint = translate("form-style-template-hint", placeholder=PLACEHOLDER) if name == "template" else None
    return ui.Label(
        text=translate(f"form-style-{name}"),
        description=hint,
        component=ui.TextInput(
            custom_id=name, style=style, default=value[:limit] or None, required=is_required, max_length=limit
        ),
    )


async def submit(interaction: Interaction, form: SubmittedForm, reply: Reply) -> None:
    """Save the style, and show a preview with an example."""
    old_name, typed = form.custom_id.about, StyleFields(*(form.text(name) for name in StyleFields.__slots__))
    draft, reply.private = draft_of(interaction), True
    draft.action, draft.prompt, draft.private = STYLE, typed.template, True
    draft.change = partial(open_form, old_name=old_name, typed=typed)
    guild_id, styles = managed_server(interaction), interaction.client.store.styles
    style = checked_style(typed.name, typed.description, typed.template)
    saving = styles.replace(guild_id, old_name, style) if old_name else styles.add(guild_id, style)
    try:
        await reply.wait_for(saving)
    except RequestRejected as rejected:
        if rejected.text.message_id == "style-gone":
            draft.change = partial(open_form, typed=typed)
        raise
    await reply.send(_preview(user_translator(interaction), style))


def _preview(translate: Translator, style: Style) -> cards.Card:
    example = with_style(ImageRequest(Action.GENERATE, translate("style-example"), "", ""), style)
    final = ImageRequest(Action.GENERATE, example.submitted_prompt, "", "")
    parts = [
        translate("style-saved", name=one_line(style.name)),
        *filter(None, [one_line(style.description)]),
        f"{translate('style-preview', example=example.prompt)}\n{texts.prompt(final, texts.PROMPT_IN_INFO)}",
    ]
    return cards.with_buttons(
        cards.text(*parts), cards.button(translate("button-revise"), CustomId(CHANGE, style.name))
    )
