"""The buttons below a rejected request, which change it in the form or send it again."""

import discord

from cogs.forms import compare, edit, remix, settings, style
from flux_bot.core.errors import RequestRejected, SaveUncertain
from flux_bot.core.jobs import Action
from flux_bot.ui import texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.custom_ids import parse_custom_id
from flux_bot.ui.interactions.drafts import DRAFT, PRIVATE, find_draft
from flux_bot.ui.interactions.replies import JOB_ACCEPTED
from flux_bot.ui.old_pictures import components_of
from flux_bot.ui.server_settings.controls import SETTINGS


async def change(interaction: Interaction, about: str) -> None:
    """Open the form with everything that was chosen; after a restart, with the prompt that the message quotes."""
    action, rest = parse_custom_id(about)
    privacy, token = parse_custom_id(rest)
    draft = find_draft(interaction, token)
    if draft is not None and draft.change is not None:
        await draft.change(interaction)
        return
    if action == style.STYLE:
        await style.open_form(interaction, "", style.StyleFields(template=_quoted_prompt(interaction.message)))
        return
    if action.startswith(f"{SETTINGS}-"):
        await settings.open_form(interaction, action.removeprefix(f"{SETTINGS}-"))
        return
    prompt, private = _quoted_prompt(interaction.message), PRIVATE.get(privacy, True)
    if action == compare.COMPARE:
        await compare.open_form(interaction, compare.Comparison(prompt, private=private))
    elif action == Action.EDIT:
        await edit.open_form(interaction, [], edit.EditOptions(prompt, private=private))
    else:
        await remix.open_prompt_form(interaction, remix.PromptOptions(prompt, private=private))


async def send_again(interaction: Interaction, about: str) -> None:
    """Send the same request again, checked like any new one; after a restart, open the form."""
    draft = find_draft(interaction, about.rpartition(":")[2])
    if draft is None or draft.send_again is None:
        await change(interaction, about)
        return
    if draft.sent_by not in (None, interaction.id):  # the event of one click may arrive twice
        raise RequestRejected("sent-already")
    draft.sent_by = interaction.id
    interaction.extras[DRAFT] = draft
    try:
        await draft.send_again(interaction)
    except SaveUncertain:
        raise
    except Exception:
        if JOB_ACCEPTED not in interaction.extras:
            draft.sent_by = None
        raise


def _quoted_prompt(message: discord.Message | None) -> str:
    """Return the prompt that a message quotes, or "". Raises RequestRejected if it quotes only the beginning."""
    if message is None:
        return ""
    if message.attachments:
        raise RequestRejected("expired-draft")
    shown = (part.content for part in components_of(message.components) if isinstance(part, discord.TextDisplay))
    return next(filter(None, map(texts.shown_prompt, shown)), "")
