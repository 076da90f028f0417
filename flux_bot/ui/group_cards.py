"""What a group looks like in each state: the cards of several jobs that were requested together.

Each function gets the job that stands for the group, with all jobs of it in ``group``. The buttons are about the
group's id, which is that of its first job.
"""

from collections.abc import Sequence
from datetime import datetime

import discord
from discord import ui

from flux_bot.core.costs import CostDisplay
from flux_bot.core.jobs import OUR_CODES, Failure, Job
from flux_bot.images.decoding import Picture
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.cards import Card, Item, Verb
from flux_bot.ui.file_names import file_name


def status(
    translate: Translator,
    job: Job,
    place: int | None,
    starts_at: datetime | None,
    costs: CostDisplay,  # noqa: ARG001
) -> Card:
    """Return the status card of an open group; ``place`` is its place in the queue while none has started."""
    if place:
        heading = translate("status-queued", place=place)
        if starts_at is not None:
            heading += f" {translate('queue-starts', when=texts.timestamp(starts_at))}"
    else:
        since = min(one.submitted_at or one.accepted_at for one in job.jobs)
        heading = translate("status-painting", since=texts.timestamp(since))
    ready = sum(1 for one in job.group if one.images)
    lines = [texts.prompt(one.request) for one in job.group]
    items = [ui.TextDisplay[ui.LayoutView](f"{heading} {ready}/{len(job.group)}"), ui.TextDisplay("\n".join(lines))]
    return Card(cards.layout(*items, _row(translate, job, Verb.CANCEL)))


def finished(translate: Translator, job: Job, pictures: Sequence[Picture | None], *, parent: Job | None) -> Card:
    """Return the final card; ``pictures`` are those of all jobs in order, None for one that is linked instead."""
    files: list[discord.File] = []
    gallery: list[discord.MediaGalleryItem] = []
    urls: dict[int, str] = {}
    left = list(pictures)
    for one in job.group:
        for number, image in enumerate(one.images, 1):
            picture = left.pop(0)
            if picture is None:
                urls[len(urls) + 1] = image.url
                continue
            alt = texts.alt_text(translate, one.request, number, len(one.images))
            files.append(cards.file(file_name(one.id, number, picture.extension), picture.read(), alt))
            gallery.append(cards.media(files[-1], one))
    heading = translate("result-ready", user=f"<@{job.origin.user_id}>", count=len(job.images))
    items: list[Item] = [ui.TextDisplay(heading)]
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    if urls:
        name = file_name(job.id, "links", "txt")
        items += cards.links(translate, texts.unfetched(translate, urls), urls, name, files)
    items += [ui.TextDisplay(texts.prompt(one.request)) for one in job.group]
    if parent is not None:
        items.append(ui.TextDisplay(texts.relation(translate, job, parent)))
    reasons = [texts.failure(translate, one, _failure_of(one)) for one in job.group if not one.images]
    items += [ui.TextDisplay(reason) for reason in dict.fromkeys(reasons)]
    return Card(cards.layout(*items, _row(translate, job, Verb.REROLL_ALL, Verb.REMOVE)), files)


def failed(translate: Translator, job: Job, *, is_public: bool = False, can_retry: bool = True) -> Card:
    """Return the card of a group without pictures, as ``cards.failed`` does for a job."""
    reasons = [_failure_of(one) for one in job.group]
    if is_public:
        reasons = [reason if reason.code in OUR_CODES else Failure(reason.code) for reason in reasons]
    said = [texts.failure(translate, one, reason) for one, reason in zip(job.group, reasons, strict=True)]
    items: list[Item] = [ui.TextDisplay(f"<@{job.origin.user_id}> " + "\n".join(dict.fromkeys(said)))]
    if not is_public:
        items += [ui.TextDisplay(texts.prompt(one.request)) for one in job.group]
    if can_retry:
        items.append(_row(translate, job, Verb.REROLL_ALL, Verb.REMOVE))
    return Card(cards.layout(*items))


def cancelled(translate: Translator, job: Job) -> Card:
    """Return the last card of a group that was cancelled."""
    return cards.cancelled(translate, job)


def cancel_question(translate: Translator, job: Job, user_id: int) -> Card:
    """Return the private question to a user who cancels a group that will be charged in any case."""
    return cards.cancel_question(translate, job, user_id)


def kept(translate: Translator, job: Job) -> Card:
    """Return the private status card of a group that was public before."""
    return cards.kept(translate, job)


def _failure_of(job: Job) -> Failure:
    return job.result.failure if job.result and job.result.failure else Failure("api_error")


def _row(translate: Translator, job: Job, *verbs: Verb) -> Item:
    about = job.group_id or job.id
    labels = {Verb.REROLL_ALL: translate("button-reroll")}
    return ui.ActionRow(*(cards.job_button(translate, verb, about, labels.get(verb)) for verb in verbs))
