"""Info: exactly how a picture was made, and how to make it again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cogs.presses import job_of_press
from flux_bot.core.jobs import Action, ImageRequest, Job
from flux_bot.core.text import truncate
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.replies import Interaction, Reply, translator_of

CHILDREN_LISTED = 5

COMMAND_LIMIT = 1000
"""Characters of a command to paste; a longer one would not fit beside the prompt."""


async def inform(interaction: Interaction, job_id: str) -> None:
    """Tell who pressed."""
    reply = Reply(interaction, private=True)

    async def card() -> cards.Card:
        job = await job_of_press(interaction, job_id)
        history = interaction.client.workflow.history
        parent = await history.job(job.parent_id) if job.parent_id else None
        children = await history.children(job.id, CHILDREN_LISTED)
        # The address is for who gave it: it may lead to more than the picture shows, such as a photo's metadata.
        with_address = job.parent_id is None and job.origin.user_id == interaction.user.id
        return information(translator_of(interaction), job, parent, children, with_address=with_address)

    await reply.send(await reply.wait_for(card()))


def information(
    translate: Translator, job: Job, parent: Job | None, children: Sequence[Job], *, with_address: bool
) -> cards.Card:
    """Return the card with everything that made a picture, perhaps with the address of the one that was changed."""
    request = job.request
    is_whole = not texts.is_cut(request) and len(request.prompt.splitlines()) <= 1
    parts = [translate("info-title"), f"**{translate('info-prompt')}**\n{texts.prompt(request)}"]
    if not is_whole:
        parts.append(f"-# {translate('info-prompt-attached')}")
    parts.append(
        "\n".join(f"**{translate(f'info-{name}', **count)}** {value}" for name, value, count in _facts(translate, job))
    )
    related = [
        *_links(translate, "info-parent", [parent] if parent else []),
        *_links(translate, "info-children", children),
    ]
    if related:
        parts.append("\n".join(related))
    command = command_for(request if with_address else replace(request, image_url=None))
    if len(command) <= COMMAND_LIMIT:
        parts.append(f"{translate('info-command')}\n```\n{command}\n```")
    whole = None if is_whole else cards.file(f"flux-{job.id}-prompt.txt", request.prompt.encode())
    return cards.text(*parts, attached=whole)


def _facts(translate: Translator, job: Job) -> Iterator[tuple[str, str, dict[str, int]]]:
    request, result = job.request, job.result
    yield "model", f"`{request.model}`", {}
    yield "size", request.size, {}
    yield "count", str(request.count), {}
    seeds = [str(image.seed) for image in job.images if image.seed is not None]
    if seeds:
        yield "seed", ", ".join(seeds), {"count": len(seeds)}
    for time in texts.time_taken(translate, job):
        yield "time", time, {}
    asked = translate("info-asked-by", when=texts.timestamp(job.accepted_at), user=f"<@{job.origin.user_id}>")
    yield "asked", asked, {}
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
    """Return the command that asks for the same, as Discord takes it when it is pasted.

    Without the address of the picture to change, the command asks for that in a form.
    """
    options = {"prompt": " ".join(request.prompt.split()), "model": request.model, "size": request.size}
    if request.action is Action.EDIT:
        options["image_url"] = request.image_url or ""
    else:
        options["count"] = str(request.count)
    if request.private:
        options["private"] = "True"
    name = "edit" if request.action is Action.EDIT else "imagine"
    return f"/{name} " + " ".join(f"{option}:{value}" for option, value in options.items() if value).replace("`", "'")
