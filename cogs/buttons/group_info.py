"""*Info* about a group shows how each of its pictures was made, and how to make all of them again."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from cogs.buttons import info
from cogs.forms import compare
from cogs.presses import group_of_press, visible_group
from flux_bot.core.costs import Money
from flux_bot.core.jobs import Job, Preferences
from flux_bot.core.text import one_line, timestamp
from flux_bot.core.variations import joined
from flux_bot.locales import Translator
from flux_bot.ui import cards, group_cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.cards import Verb
from flux_bot.ui.file_names import file_name
from flux_bot.ui.interactions.replies import Reply, user_translator

PROMPT_LIMIT = 600
FINAL_PROMPT_LIMIT = 400
COMMAND_LIMIT = 600
"""Limits in characters for the prompt, the prompt with the style, and the command to paste: the facts about eight
pictures are on the same card."""


async def show_info(interaction: Interaction, job_id: str) -> None:
    """Show the user privately how a group was made."""
    reply, translate = Reply(interaction, private=True), user_translator(interaction)
    job = await reply.wait_for(group_of_press(interaction, job_id))
    preferences = await reply.wait_for(interaction.client.workflow.history.preferences(interaction.user.id))
    visible, price = visible_group(interaction, job), interaction.client.settings.credit_price
    card = information(translate, visible, price, preferences)
    if job.origin.user_id == interaction.user.id:
        verbs = (cards.star_verb(job), Verb.ERASE) if job.images else ()
        card = cards.with_buttons(card, *(cards.job_button(translate, verb, job.id) for verb in verbs))
    await reply.send(card)


def information(
    translate: Translator, job: Job, credit_price: Money | None, preferences: Preferences | None = None
) -> cards.Card:
    """Return the card with the facts about each job of a group, and the command that requests all of them again.

    ``preferences`` as in ``info.information``.
    """
    prompts = group_cards.prompts_of(job)
    common = replace(job.request, prompt=group_cards.common_prompt(job, reveals=True))
    parts = [translate("info-title"), f"**{translate('info-prompt')}**\n{texts.prompt(common, PROMPT_LIMIT)}"]
    is_whole = all(len(prompt) <= texts.PROMPT_ON_CARD and len(prompt.splitlines()) <= 1 for prompt in prompts)
    if not is_whole:
        parts.append(f"-# {translate('group-prompts-attached', count=len(prompts))}")
    if common.style:
        final = replace(common, prompt=common.submitted_prompt)
        parts.append(f"**{translate('info-final-prompt')}**\n{texts.prompt(final, FINAL_PROMPT_LIMIT)}")
    named = zip(job.group, group_cards.names(translate, job, reveals=True), strict=True)
    parts.append("\n".join(_line(translate, one, name, credit_price) for one, name in named))
    parts.append("\n".join(_facts(translate, job, credit_price)))
    command = _command_for(replace(job, request=info.to_paste(job.request, preferences)))
    if command is not None and len(command) <= COMMAND_LIMIT:
        parts.append(f"{translate('info-command')}\n```\n{command}\n```")
    ids = f"{translate('info-job')} {' '.join(f'`{one.id}`' for one in job.group)}"
    parts.append(f"-# {translate('info-operator', details=ids)}")
    whole = None if is_whole else cards.file(file_name(job.id, "prompts", "txt"), "\n\n".join(prompts).encode())
    return cards.text(*parts, attached=whole)


def _line(translate: Translator, job: Job, name: str, credit_price: Money | None) -> str:
    """Return the facts about one job: name, size, seeds, time and cost, or why it failed."""
    seeds = [str(image.seed) for image in job.images if image.seed is not None]
    facts = [f"**{one_line(name)}**", job.request.size]
    if seeds:
        facts.append(f"{translate('info-seed', count=len(seeds))} {', '.join(seeds)}")
    facts += texts.time_taken(translate, job)
    if not job.images:
        facts.append(f"⚠️ {group_cards.short_reason(translate, job)}")
    if job.result and job.result.cost is not None:
        facts.append(texts.cost(translate, job.result.cost, credit_price))
    return " · ".join(facts)


def _facts(translate: Translator, job: Job, credit_price: Money | None) -> Iterator[str]:
    """Yield the facts that are the same for all jobs, and their total cost."""
    models = {texts.model_name(translate, one.request) for one in job.group}
    if len(models) == 1:
        yield f"**{translate('info-model')}** {models.pop()}"
    if style := group_cards.style_of(translate, job):
        yield f"**{translate('info-style')}** {style}"
    costs = [one.result.cost for one in job.group if one.result and one.result.cost is not None]
    if costs:
        yield f"**{translate('info-cost')}** {texts.cost(translate, sum(costs, Decimal()), credit_price)}"
    requested = translate("info-requested-by", when=timestamp(job.accepted_at), user=f"<@{job.origin.user_id}>")
    yield f"**{translate('info-requested')}** {requested}"


def _command_for(job: Job) -> str | None:
    """Return the command that requests the whole group again, or None if no single command does."""
    if len({one.request.model for one in job.group}) > 1:
        return compare.command_for(job)
    typed = joined(group_cards.prompts_of(job))
    return info.command_with(replace(job.request, image_url=None), typed)
