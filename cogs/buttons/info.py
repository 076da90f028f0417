"""*Info* shows exactly how a picture was made, and how to make it again."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime

import discord
from discord import ui

from cogs.forms.fields import as_typed
from cogs.presses import job_of_press
from flux_bot.core.costs import Money
from flux_bot.core.jobs import ORIGINALS_LAST, Action, ImageRequest, Job, Preferences
from flux_bot.core.styles import NONE
from flux_bot.core.text import timestamp, truncate
from flux_bot.images import addresses
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.cards import Verb
from flux_bot.ui.file_names import file_name
from flux_bot.ui.interactions.replies import Reply, user_translator

CHILDREN_LISTED = 5
CHILDREN_READ = 50
"""How many jobs are read to find those that the user may see."""

COMMAND_LIMIT = 850
"""Maximum length of the command to paste, in characters; a longer command would not fit next to the prompt."""


FINAL_PROMPT_LIMIT = 650
"""Maximum length of the prompt with the style, in characters; the typed prompt gets the rest of the space."""


async def show_info(interaction: Interaction, job_id: str) -> None:
    """Show the information to the user privately."""
    reply = Reply(interaction, private=True)

    async def card() -> cards.Card:
        job = await job_of_press(interaction, job_id)
        history = interaction.client.workflow.history
        parent = await history.job(job.parent_id) if job.parent_id else None
        children = await history.children(job.id, CHILDREN_READ)
        shown = [child for child in children if _is_visible(interaction, child)][:CHILDREN_LISTED]
        with_address = job.origin.user_id == interaction.user.id and _is_address_known(
            job, parent, interaction.client.clock.now()
        )
        parent = parent if parent and _is_visible(interaction, parent) else None
        price = interaction.client.settings.credit_price
        translate, is_own = user_translator(interaction), job.origin.user_id == interaction.user.id
        preferences = await history.preferences(interaction.user.id)
        card = information(translate, job, parent, shown, price, with_address=with_address, preferences=preferences)
        return cards.with_buttons(card, *_own_buttons(translate, job)) if is_own and job.images else card

    await reply.send(await reply.wait_for(card()))


def _own_buttons(translate: Translator, job: Job) -> Iterator[ui.Button[ui.LayoutView]]:
    """Yield the buttons that are only for the job's own user."""
    yield cards.job_button(translate, cards.star_verb(job), job.id)
    yield cards.job_button(translate, Verb.ERASE, job.id)


def _is_address_known(job: Job, parent: Job | None, now: datetime) -> bool:
    """Return whether the address of an edit's original still works and is known to the job's user.

    That picture may reveal more than the result, such as a photo's metadata, and in a reroll it may be another user's.
    """
    url = job.request.image_url
    if url is None or addresses.is_expired(url, now=now):
        return False
    if job.parent_id is None:
        return True
    is_own = parent is not None and parent.parent_id is None and parent.origin.user_id == job.origin.user_id
    is_result = parent is not None and texts.number_in(parent, url) is not None
    return is_own or (is_result and now - job.accepted_at < ORIGINALS_LAST)


def _is_visible(interaction: Interaction, job: Job) -> bool:
    """Return whether the user may see the place of a result: it is their own, or in a channel that they can see."""
    if job.origin.user_id == interaction.user.id:
        return True
    if job.result_url_in(interaction.guild_id, interaction.channel_id) is None:
        return False
    guild, channel_id = interaction.guild, job.origin.channel_id
    channel = guild.get_channel_or_thread(channel_id) if guild else None
    if channel is None or not isinstance(interaction.user, discord.Member):
        return channel_id == interaction.channel_id
    return channel.permissions_for(interaction.user).view_channel


def information(
    translate: Translator,
    job: Job,
    parent: Job | None,
    children: Sequence[Job],
    credit_price: Money | None,
    *,
    with_address: bool,
    preferences: Preferences | None = None,
) -> cards.Card:
    """Return the card with all facts about a picture, with or without the address of an edit's original.

    ``preferences`` are those of the user who sees the card and may paste the command.
    """
    request = job.request
    limit = texts.PROMPT_IN_INFO - (FINAL_PROMPT_LIMIT if request.style else 0)
    is_whole = not texts.is_truncated(request, limit) and len(request.prompt.splitlines()) <= 1
    shown_prompt = texts.prompt(request, limit)
    parts = [translate("info-title"), f"**{translate('info-prompt')}**\n{shown_prompt}"]
    if not is_whole:
        parts.append(f"-# {translate('info-prompt-attached')}")
    files = [] if is_whole else [cards.file(file_name(job.id, "prompt", "txt"), request.prompt.encode())]
    if request.style:
        final = replace(request, prompt=request.submitted_prompt)
        parts.append(f"**{translate('info-final-prompt')}**\n{texts.prompt(final, FINAL_PROMPT_LIMIT)}")
        if texts.is_truncated(final, FINAL_PROMPT_LIMIT):
            files.append(cards.file(file_name(job.id, "final-prompt", "txt"), final.prompt.encode()))
    facts = _facts(translate, job, credit_price)
    lines = [f"**{translate(f'info-{name}', **count)}** {value}" for name, value, count in facts]
    parts.append("\n".join([*_provenance(translate, job), *lines]))
    related = [*_parent(translate, job, parent), *_children(translate, children)]
    if related:
        parts.append("\n".join(related))
    pasted = to_paste(request, preferences)
    command = command_for(pasted if with_address else replace(pasted, image_url=None))
    if len(command) <= COMMAND_LIMIT:
        parts.append(f"{translate('info-command')}\n```\n{command}\n```")
    parts.append(_for_the_operator(translate, job))
    return cards.Card(cards.layout(*map(ui.TextDisplay, parts), *map(ui.File, files)), files)


def _provenance(translate: Translator, job: Job) -> Iterator[str]:
    """Yield the line that says that AI made or edited the picture, and with which model; none without a picture."""
    if job.images:
        message = "info-edited-by-ai" if job.request.action is Action.EDIT else "info-made-by-ai"
        yield translate(message, model=texts.model_name(translate, job.request))


def _facts(translate: Translator, job: Job, credit_price: Money | None) -> Iterator[tuple[str, str, dict[str, int]]]:
    request, result = job.request, job.result
    if not job.images:  # otherwise the line about AI names the model
        yield "model", texts.model_name(translate, request), {}
    yield "size", request.size, {}
    if request.style:
        yield "style", texts.style_name(translate, request), {}
    yield "count", str(request.count), {}
    seeds = [str(image.seed) for image in job.images if image.seed is not None]
    if seeds:
        yield "seed", ", ".join(seeds), {"count": len(seeds)}
    for time in texts.time_taken(translate, job):
        yield "time", time, {}
    if result and result.cost is not None:
        yield "cost", texts.cost(translate, result.cost, credit_price), {}
    requested = translate("info-requested-by", when=timestamp(job.accepted_at), user=f"<@{job.origin.user_id}>")
    yield "requested", requested, {}


def _for_the_operator(translate: Translator, job: Job) -> str:
    """Return the ids that only the operator needs, in small print."""
    ids = {
        "info-job": job.id,
        "info-task": job.result.task_id if job.result else None,
        "info-trace": job.result.trace_id if job.result else None,
    }
    named = [f"{translate(name)} `{_plain(value)}`" for name, value in ids.items() if value]
    return f"-# {translate('info-operator', details=' · '.join(named))}"


def _plain(text: str) -> str:
    return truncate(text.replace("`", "'"), 100)


def _parent(translate: Translator, job: Job, parent: Job | None) -> Iterator[str]:
    """Yield the line about the job that this job is based on, with the picture's number if there are several."""
    if parent is None or parent.result_url is None:
        return
    number = texts.number_in(parent, job.request.image_url) if len(parent.images) > 1 else None
    if number is None:
        link = translate("parent-link", url=parent.result_url)
    else:
        link = translate("info-link", number=number, url=parent.result_url)
    yield f"**{translate('info-parent')}** {link}"


def _children(translate: Translator, children: Sequence[Job]) -> Iterator[str]:
    links = [f"[{number}]({url})" for number, url in enumerate(filter(None, (job.result_url for job in children)), 1)]
    if links:
        yield f"**{translate('info-children')}** {', '.join(links)}"


def to_paste(request: ImageRequest, preferences: Preferences | None) -> ImageRequest:
    """Return the request, with the style ``none`` if it has no style but the user's preferred one would be used."""
    has_other = request.style is None and preferences is not None and preferences.style is not None
    return replace(request, style=NONE) if has_other and request.action is Action.GENERATE else request


def command_for(request: ImageRequest) -> str:
    """Return the command that repeats the request, in the form that Discord accepts when pasted.

    Without the address of the picture to edit, the command opens a form for it.
    """
    return command_with(request, as_typed(request))


def command_with(request: ImageRequest, typed: str) -> str:
    """Return a command like ``command_for``, for a prompt as it is typed: braces in it are alternatives."""
    options = asdict(request) | {"prompt": " ".join(typed.split())}
    del options["action"], options["spoiler"], options["model_chosen"], options["template"]
    if request.image_url and request.spoiler:
        options["image_url"] = f"||{request.image_url}||"  # which /edit takes for a spoiler
    if request.action is Action.EDIT:
        del options["count"]
    name = "edit" if request.action is Action.EDIT else "imagine"
    return f"/{name} " + " ".join(f"{option}:{value}" for option, value in options.items() if value).replace("`", "'")
