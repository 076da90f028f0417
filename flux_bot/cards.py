"""What a job looks like in Discord in each state, in Components V2.

A message that once had components of this kind keeps the kind for life, so every card is one
(discord-api-docs, components/reference, "IS_COMPONENTS_V2").
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import ui

from flux_bot import wording
from flux_bot.images import Picture
from flux_bot.jobs import Failure, ImageRequest, Job
from flux_bot.store import Placed

GALLERY_LIMIT = 10
"""discord-api-docs, components/reference, "media gallery"."""


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
    request = placed.job.request
    if placed.place:
        status = wording.queued(placed.place)
    else:
        status = wording.painting(request, placed.job.accepted_at, placed.usual_seconds)
    return text(status, wording.prompt(request), wording.status_details(placed.job))


def started(job: Job, usual_seconds: float | None) -> Card:
    """Return the status card of a job whose turn has come."""
    status = wording.painting(job.request, job.submitted_at or job.accepted_at, usual_seconds)
    return text(status, wording.prompt(job.request), wording.status_details(job))


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
            filename=f"{job.id}-{number}.{picture.extension}",
            description=wording.alt_text(request, number, len(urls)),
        )
        for number, picture in shown
    ]
    if files:
        gallery = (discord.MediaGalleryItem(file, description=file.description) for file in files)
        items.append(ui.MediaGallery(*gallery))
    if missing := [url for url, picture in zip(urls, pictures, strict=True) if picture is None]:
        items.append(ui.TextDisplay(wording.unfetched(missing)))
    items.append(ui.TextDisplay(wording.prompt(request)))
    if wording.is_cut(request):
        whole = discord.File(io.BytesIO(request.prompt.encode()), filename=f"{job.id}-prompt.txt")
        files.append(whole)
        items.append(ui.File(whole))
    if shrunk := [urls[number - 1] for number, picture in shown if picture.shrunk]:
        items.append(ui.TextDisplay(wording.shrunk(shrunk)))
    if len(urls) < request.count:
        items.append(ui.TextDisplay(wording.fewer_pictures(len(urls), request.count)))
    items.append(ui.TextDisplay(wording.result_details(job)))
    return Card(_layout(*items), files)


def _layout(*items: "ui.Item[ui.LayoutView]") -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items))
    return view
