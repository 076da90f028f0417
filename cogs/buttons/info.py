"""Info: show exactly how a picture was made, and how to make it again."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

import discord

from cogs.presses import job_of_press
from flux_bot.core.costs import Money
from flux_bot.core.jobs import Action, ImageRequest, Job
from flux_bot.core.text import truncate
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.bot import Interaction
from flux_bot.ui.file_names import file_name
from flux_bot.ui.replies import Reply, user_translator

CHILDREN_LISTED = 5
CHILDREN_READ = 50
"""How many are read to find those that the user may see."""

COMMAND_LIMIT = 1000
"""Characters of the command to paste; a longer one would not fit next to the prompt."""


async def show_info(interaction: Interaction, job_id: str) -> None:
    """Show it to the user privately."""
    reply = Reply(interaction, private=True)

    async def card() -> cards.Card:
        job = await job_of_press(interaction, job_id)
        history = interaction.client.workflow.history
        parent = await history.job(job.parent_id) if job.parent_id else None
        children = await history.children(job.id, CHILDREN_READ)
        shown = [child for child in children if _is_visible(interaction, child)][:CHILDREN_LISTED]
        parent = parent if parent and _is_visible(interaction, parent) else None
        # Only its own user sees the address: it may reveal more than the picture, such as a photo's metadata.
        with_address = job.parent_id is None and job.origin.user_id == interaction.user.id
        price = interaction.client.settings.credit_price
        return information(user_translator(interaction), job, parent, shown, price, with_address=with_address)

    await reply.send(await reply.wait_for(card()))


def _is_visible(interaction: Interaction, job: Job) -> bool:
    """Return whether the user may see where a result is: their own, and those in channels that they see here."""
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
) -> cards.Card:
    """Return the card with all facts about a picture, with or without the address of the picture that was edited."""
    request = job.request
    is_whole = not texts.is_truncated(request) and len(request.prompt.splitlines()) <= 1
    parts = [translate("info-title"), f"**{translate('info-prompt')}**\n{texts.prompt(request)}"]
    if not is_whole:
        parts.append(f"-# {translate('info-prompt-attached')}")
    facts = _facts(translate, job, credit_price)
    parts.append("\n".join(f"**{translate(f'info-{name}', **count)}** {value}" for name, value, count in facts))
    related = [
        *_links(translate, "info-parent", [parent] if parent else []),
        *_links(translate, "info-children", children),
    ]
    if related:
        parts.append("\n".join(related))
    command = command_for(request if with_address else replace(request, image_url=None))
    if len(command) <= COMMAND_LIMIT:
        parts.append(f"{translate('info-command')}\n```\n{command}\n```")
    whole = None if is_whole else cards.file(file_name(job.id, "prompt", "txt"), request.prompt.encode())
    return cards.text(*parts, attached=whole)


def _facts(translate: Translator, job: Job, credit_price: Money | None) -> Iterator[tuple[str, str, dict[str, int]]]:
    request, result = job.request, job.result
    yield "model", f"`{request.model}`", {}
    yield "size", request.size, {}
    yield "count", str(request.count), {}
    seeds = [str(image.seed) for image in job.images if image.seed is not None]
    if seeds:
        yield "seed", ", ".join(seeds), {"count": len(seeds)}
    for time in texts.time_taken(translate, job):
        yield "time", time, {}
    if result and result.cost is not None:
        yield "cost", texts.cost(translate, result.cost, credit_price), {}
    requested = translate("info-requested-by", when=texts.timestamp(job.accepted_at), user=f"<@{job.origin.user_id}>")
    yield "requested", requested, {}
    yield "job", f"`{job.id}`", {}
    if result and result.task_id:
        yield "task", f"`{_plain(result.task_id)}`", {}
    if result and result.trace_id:
        yield "trace", f"`{_plain(result.trace_id)}`", {}


def _plain(text: str) -> str:
    return truncate(text.replace("`", "'"), 100)


def _links(translate: Translator, heading: str, jobs: Sequence[Job]) -> Iterator[str]:
    urls = [job.result_url for job in jobs if job.result_url]
    links = [translate("info-link", number=number, url=url) for number, url in enumerate(urls, 1)]
    if links:
        yield f"**{translate(heading)}** {', '.join(links)}"


def command_for(request: ImageRequest) -> str:
    """Return the command that requests the same, as Discord accepts it when pasted.

    Without the address of the picture to edit, the command opens a form for it.
    """
    options = asdict(request) | {"prompt": " ".join(request.prompt.split())}
    del options["action"], options["spoiler"], options["model_chosen"]
    if request.image_url and request.spoiler:
        options["image_url"] = f"||{request.image_url}||"  # which /edit takes for a spoiler
    if request.action is Action.EDIT:
        del options["count"]
    name = "edit" if request.action is Action.EDIT else "imagine"
    return f"/{name} " + " ".join(f"{option}:{value}" for option, value in options.items() if value).replace("`", "'")
