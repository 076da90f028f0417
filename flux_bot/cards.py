"""What a job looks like in Discord in each state, in Components V2.

A message that once had components of this kind keeps the kind for life, so every card is one
(discord-api-docs, components/reference, "IS_COMPONENTS_V2").
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import discord
from discord import ui

from flux_bot import wording
from flux_bot.admission import Placed
from flux_bot.images import Picture
from flux_bot.jobs import CardState, Failure, ImageRequest, Job

GALLERY_LIMIT = 10
"""discord-api-docs, components/reference, "media gallery"."""

LINKS_LIMIT = 900
"""Characters of links on a card: with a long prompt they must stay below the 4,000 of all texts together."""


@dataclass(frozen=True, slots=True)
class Card:
    """A layout and the files that it shows."""

    view: ui.LayoutView
    files: Sequence[discord.File] = ()


def text(*paragraphs: str) -> Card:
    """Return a card of words alone."""
    return Card(_layout(*(ui.TextDisplay(paragraph) for paragraph in paragraphs)))


def accepted(placed: Placed) -> Card:
    """Return the status card that answers a command."""
    if placed.place:
        return _status(placed.job, wording.queued(placed.place))
    return status(placed.job, placed.job.card, placed.usual_seconds)


def status(job: Job, card: CardState, usual_seconds: float | None) -> Card:
    """Return the status card of a job that is being painted, or waits for a busy API."""
    if card is CardState.PAINTING:
        since = job.submitted_at or job.accepted_at
        return _status(job, wording.painting(job.request, since, usual_seconds))
    return _status(job, wording.busy())


def _status(job: Job, words: str) -> Card:
    return text(words, wording.prompt(job.request), wording.status_details(job))


def finished(job: Job, pictures: Sequence[Picture | None]) -> Card:
    """Return the final card: the failure, or all pictures, of which those not at hand (None) are linked."""
    if job.result is None or job.result.failure is not None:
        failure = job.result.failure if job.result and job.result.failure else Failure("api_error")
        return text(f"<@{job.origin.user_id}> {wording.failure(job, failure)}", wording.prompt(job.request))
    return _result(job, job.request, [image.url for image in job.result.images], pictures)


def _result(job: Job, request: ImageRequest, urls: Sequence[str], pictures: Sequence[Picture | None]) -> Card:
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(wording.result_heading(job))]
    shown = [(number, picture) for number, picture in enumerate(pictures, 1) if picture is not None]
    files = [
        discord.File(
            io.BytesIO(picture.read()),
            filename=f"flux-{job.id}-{number}.{picture.extension}",
            description=wording.alt_text(request, number, len(urls)),
        )
        for number, picture in shown
    ]
    if files:
        gallery = (discord.MediaGalleryItem(file, description=file.description) for file in files)
        items.append(ui.MediaGallery(*gallery))
    numbered = list(enumerate(zip(urls, pictures, strict=True), 1))
    if missing := {number: url for number, (url, picture) in numbered if picture is None}:
        items += _links(wording.unfetched, missing, f"flux-{job.id}-links.txt", files)
    items.append(ui.TextDisplay(wording.prompt(request)))
    if wording.is_cut(request):
        files.append(_text_file(f"flux-{job.id}-prompt.txt", request.prompt))
        items.append(ui.File(files[-1]))
    if shrunk := {number: url for number, (url, picture) in numbered if picture and picture.shrunk}:
        items += _links(wording.shrunk, shrunk, f"flux-{job.id}-originals.txt", files)
    if len(urls) < request.count:
        items.append(ui.TextDisplay(wording.fewer_pictures(len(urls), request.count)))
    items.append(ui.TextDisplay(wording.result_details(job)))
    return Card(_layout(*items), files)


def _links(
    sentence: Callable[[Mapping[int, str]], str], urls: Mapping[int, str], filename: str, files: list[discord.File]
) -> list["ui.Item[ui.LayoutView]"]:
    """Say where pictures are; links that are too long for a card go into a file."""
    if len(sentence(urls)) <= LINKS_LIMIT:
        return [ui.TextDisplay(sentence(urls))]
    files.append(_text_file(filename, "\n".join(f"{number}: {url}" for number, url in urls.items())))
    return [ui.TextDisplay(wording.links_attached(len(urls))), ui.File(files[-1])]


def _text_file(filename: str, text: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode()), filename=filename)


def _layout(*items: "ui.Item[ui.LayoutView]") -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items))
    return view
