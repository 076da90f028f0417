"""What a job looks like in each state, in Components V2, and the buttons on its card.

Discord can't turn Components V2 off again for a message, so all messages use them (discord-api-docs,
components/reference, "IS_COMPONENTS_V2"). What the buttons do is in ``cogs/buttons/controls.py``.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import discord
from discord import ButtonStyle, ui

from flux_bot.core.costs import CostDisplay
from flux_bot.core.jobs import CANCELLED_PAID, MODEL_REJECTED, SIZE_REJECTED, CardState, Failure, Job, JobStatus
from flux_bot.core.text import one_line, truncate
from flux_bot.images.decoding import Picture
from flux_bot.locales import Translator
from flux_bot.store.admission import AcceptedJob
from flux_bot.ui import texts
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.file_names import SOURCE, file_name

GALLERY_LIMIT = 10
"""discord-api-docs, components/reference, "media gallery"."""
OPTIONS_LIMIT = 25
"""Options of a list, choices of a command, suggestions (discord-api-docs, components/reference, "string select";
application-commands, "choices")."""
BUTTON_LABEL_LIMIT = 80
"""discord-api-docs, components/reference, "button"."""
OPTION_LABEL_LIMIT = 100
"""Characters of an option's label (as ``OPTIONS_LIMIT``)."""
LINE_LIMIT = 120
"""Characters of a prompt in a list."""
LINKS_LIMIT = 900
"""Characters of links on a card: with a long prompt, all texts must stay below 4,000."""
REWORDABLE = ("forbidden", "bad_request")
"""Failures that another prompt may avoid."""

Item = ui.Item[ui.LayoutView]


class Verb(StrEnum):
    """The buttons on a job's cards; the label is the message ``button-<verb>``, unless the card has a better one."""

    REROLL = "reroll"
    REMIX = "remix"
    EDIT = "edit"
    SAVE = "save"
    INFO = "info"
    DELETE = "delete"
    RETRY = "retry"
    SWITCH = "switch"
    REWORD = "reword"
    CANCEL = "cancel"
    SHOW = "show"
    FETCH = "fetch"


_ON_RESULT = ((Verb.REROLL, Verb.REMIX, Verb.EDIT), (Verb.SAVE, Verb.INFO, Verb.DELETE))
_STYLES = dict.fromkeys((Verb.REROLL, Verb.RETRY, Verb.FETCH), ButtonStyle.primary)
"""Styles of highlighted buttons; never a destructive one."""


@dataclass(frozen=True, slots=True)
class Card:
    """A layout and the files that it shows."""

    view: ui.LayoutView
    files: Sequence[discord.File] = ()


def text(*paragraphs: str, attached: discord.File | None = None) -> Card:
    """Return a card with texts, and perhaps a file."""
    items: list[Item] = [ui.TextDisplay(paragraph) for paragraph in paragraphs]
    if attached is not None:
        items.append(ui.File(attached))
    return Card(layout(*items), (attached,) if attached else ())


def layout(*items: Item) -> ui.LayoutView:
    """Return items in a frame."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*items))
    # Clicks are recognised by their custom_ids alone; otherwise discord.py would keep every card in memory.
    view.stop()
    return view


def button(
    label: str, custom_id: CustomId, *, style: ButtonStyle = ButtonStyle.secondary, disabled: bool = False
) -> ui.Button[ui.LayoutView]:
    """Return a button."""
    return ui.Button(label=label, custom_id=str(custom_id), style=style, disabled=disabled)


def job_button(translate: Translator, verb: Verb, job_id: str, label: str | None = None) -> ui.Button[ui.LayoutView]:
    """Return a button of a job's card."""
    style = _STYLES.get(verb, ButtonStyle.secondary)
    return button(label or translate(f"button-{verb}"), CustomId(verb, job_id), style=style)


def options(labels: Mapping[str, str], chosen: str | None = None) -> list[discord.SelectOption]:
    """Return the options of a list, from their labels by value."""
    return [
        discord.SelectOption(label=truncate(label, OPTION_LABEL_LIMIT), value=value, default=value == chosen)
        for value, label in labels.items()
    ]


def final_custom_id(job: Job) -> CustomId:
    """Return a custom_id that only the job's final card has, so that it is recognised in any language."""
    return CustomId(Verb.REROLL if job.images else _after_failure(job)[0], job.id)


def _rows(translate: Translator, job: Job, *rows: Iterable[Verb]) -> list[Item]:
    return [ui.ActionRow(*(job_button(translate, verb, job.id) for verb in row)) for row in rows]


# --- while it is being made ----------------------------------------------------------------------------


def accepted(translate: Translator, new: AcceptedJob, costs: CostDisplay) -> Card:
    """Return the first status card, the reply to a command."""
    if new.place:
        return _status(translate, new.job, translate("status-queued", place=new.place), costs)
    return status(translate, new.job, new.usual_seconds, costs)


def status(translate: Translator, job: Job, usual_seconds: float | None, costs: CostDisplay) -> Card:
    """Return the status card of a job that is at the API, waits for it, or was cancelled."""
    if job.status is JobStatus.CANCELLED:
        return cancelled(translate, job)
    since = job.submitted_at or job.accepted_at
    if job.card is CardState.PAINTING:
        return _status(translate, job, texts.painting(translate, job.request, since, usual_seconds), costs)
    if job.card is CardState.SLOW:
        return _status(translate, job, texts.slow(translate, job.request, since), costs)
    return _status(translate, job, translate("status-busy"), costs)


def _status(translate: Translator, job: Job, heading: str, costs: CostDisplay) -> Card:
    parts = _texts(heading, job, texts.status_details(translate, job, costs))
    return Card(layout(*parts, *_rows(translate, job, (Verb.CANCEL,))))


def cancelled(translate: Translator, job: Job) -> Card:
    """Return the last card of a job that was cancelled."""
    paid = job.result and job.result.failure and job.result.failure.code == CANCELLED_PAID
    heading = translate("cancelled-paid" if paid else "cancelled")
    parts = _texts(heading, job, texts.status_details(translate, job, CostDisplay()))
    return Card(layout(*parts, *_rows(translate, job, (Verb.RETRY, Verb.REWORD, Verb.DELETE))))


def _texts(heading: str, job: Job, *details: str) -> list[Item]:
    return [ui.TextDisplay(text) for text in (heading, texts.prompt(job.request), *details)]


# --- when it is finished -------------------------------------------------------------------------------


def finished(
    translate: Translator,
    job: Job,
    pictures: Sequence[Picture | None],
    *,
    parent: Job | None = None,
    source: Picture | None = None,
) -> Card:
    """Return the final card: the failure, or all pictures, with links in place of missing ones (None).

    ``source`` is the picture that was edited. The card keeps a copy, as its own address may expire earlier.
    """
    if job.result is None or job.result.failure is not None:
        return _failed(translate, job)
    heading = texts.result_heading(translate, job)
    # Without pictures of the parent this is a retry; a parent that is None was deleted.
    if job.parent_id is not None and (parent is None or parent.images):
        heading += f"\n{texts.relation(translate, job, parent)}"
    urls = {number: image.url for number, image in enumerate(job.images, 1)}
    return _result(translate, job, heading, pictures, urls, source, _ON_RESULT)


def _failed(translate: Translator, job: Job) -> Card:
    heading = f"<@{job.origin.user_id}> {texts.failure(translate, job, _failure_of(job))}"
    switch = translate("button-switch", model=texts.short_model_label(translate, _other_model(job)))
    labels = {Verb.SWITCH: truncate(switch, BUTTON_LABEL_LIMIT), Verb.REMIX: translate("button-reshape")}
    verbs = _after_failure(job)
    buttons = [job_button(translate, verb, job.id, labels.get(verb)) for verb in verbs]
    for button, verb in zip(buttons, verbs, strict=True):
        is_best = verb is verbs[0] and verb is not Verb.DELETE
        button.style = ButtonStyle.primary if is_best else ButtonStyle.secondary
    return Card(layout(*_texts(heading, job), ui.ActionRow(*buttons)))


def _failure_of(job: Job) -> Failure:
    return job.result.failure if job.result and job.result.failure else Failure("api_error")


def _after_failure(job: Job) -> tuple[Verb, ...]:
    """Return what a failure's card offers, the best first; nothing that would fail again."""
    code = _failure_of(job).code
    if code == MODEL_REJECTED:
        return (Verb.SWITCH, Verb.DELETE) if _other_model(job) else (Verb.DELETE,)
    if code == SIZE_REJECTED:
        return (Verb.REMIX, Verb.DELETE)
    if code in REWORDABLE:
        return (Verb.REWORD, Verb.RETRY, Verb.DELETE)
    return (Verb.RETRY, Verb.DELETE)


def _other_model(job: Job) -> str:
    """Return the model to use in place of one that the API rejected, "" if there is none."""
    reason = _failure_of(job)
    return reason.message if reason.code == MODEL_REJECTED and reason.message != job.request.model else ""


def shown(  # noqa: PLR0913  the parts of a card
    translate: Translator,
    job: Job,
    pictures: Sequence[Picture | None],
    urls: Mapping[int, str],
    source: Picture | None,
    *,
    private: bool,
) -> Card:
    """Return the card of a result that is shown again; a private one has a button to show it publicly.

    ``urls`` are the originals' addresses by number, as far as they still work.
    """
    heading = translate(
        "result-shown", user=f"<@{job.origin.user_id}>", when=texts.timestamp(job.finished_at or job.accepted_at)
    )
    return _result(
        translate, job, heading, pictures, urls, source, (*_ON_RESULT, (Verb.SHOW,)) if private else _ON_RESULT
    )


def _result(  # noqa: PLR0913, PLR0917  private
    translate: Translator,
    job: Job,
    heading: str,
    pictures: Sequence[Picture | None],
    urls: Mapping[int, str],
    source: Picture | None,
    rows: Iterable[Iterable[Verb]],
) -> Card:
    request = job.request
    files, gallery = _gallery(translate, job, pictures)
    items: list[Item] = [_heading(translate, job, heading, source, files)]
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    numbered = dict(enumerate(pictures, 1))
    if missing := {number: url for number, url in urls.items() if numbered[number] is None}:
        items += _links(
            translate, texts.unfetched(translate, missing), missing, file_name(job.id, "links", "txt"), files
        )
    items.append(ui.TextDisplay(texts.prompt(request)))
    if texts.is_truncated(request):
        files.append(file(file_name(job.id, "prompt", "txt"), request.prompt.encode()))
        items.append(ui.File(files[-1]))
    if shrunk := {number: url for number, url in urls.items() if (one := numbered[number]) and one.shrunk}:
        items += _links(
            translate, texts.shrunk(translate, shrunk), shrunk, file_name(job.id, "originals", "txt"), files
        )
    if len(pictures) < request.count:
        items.append(ui.TextDisplay(f"-# {translate('fewer-pictures', got=len(pictures), requested=request.count)}"))
    items.append(ui.TextDisplay(texts.result_details(translate, job)))
    return Card(layout(*items, *_rows(translate, job, *rows)), files)


def _gallery(
    translate: Translator, job: Job, pictures: Sequence[Picture | None]
) -> tuple[list[discord.File], list[discord.MediaGalleryItem]]:
    files, gallery = [], []
    for number, picture in enumerate(pictures, 1):
        if picture is not None:
            alt = texts.alt_text(translate, job.request, number, len(pictures))
            files.append(file(file_name(job.id, number, picture.extension), picture.read(), alt))
            gallery.append(media(files[-1], job))
    return files, gallery


def _heading(translate: Translator, job: Job, heading: str, source: Picture | None, files: list[discord.File]) -> Item:
    if source is None:
        return ui.TextDisplay(heading)
    files.append(file(file_name(job.id, SOURCE, source.extension), source.read(), translate("alt-source")))
    alt, spoiler = translate("alt-source"), job.request.spoiler
    return ui.Section(heading, accessory=ui.Thumbnail(files[-1], description=alt, spoiler=spoiler))


def _links(
    translate: Translator, text: str, urls: Mapping[int, str], filename: str, files: list[discord.File]
) -> list[Item]:
    """Show links, in a file if they are too long for a card."""
    if len(text) <= LINKS_LIMIT:
        return [ui.TextDisplay(text)]
    files.append(file(filename, "\n".join(f"{number}: {url}" for number, url in urls.items()).encode()))
    return [ui.TextDisplay(f"-# {translate('links-attached', count=len(urls))}"), ui.File(files[-1])]


def media(uploaded: discord.File, job: Job) -> discord.MediaGalleryItem:
    """Return a picture of a job for a gallery, covered if it is a spoiler."""
    return discord.MediaGalleryItem(uploaded, description=uploaded.description, spoiler=job.request.spoiler)


def file(filename: str, data: bytes, description: str | None = None) -> discord.File:
    """Return a file to upload."""
    return discord.File(io.BytesIO(data), filename=filename, description=description)


# --- the originals -------------------------------------------------------------------------------------


def originals(translate: Translator, job: Job, pictures: Sequence[Picture | None], urls: Mapping[int, str]) -> Card:
    """Return the direct message with a result's originals, and links to those that are too large (None)."""
    prompt = truncate(one_line(job.request.prompt), texts.PROMPT_ON_CARD)
    items: list[Item] = [ui.TextDisplay(translate("saved-message", count=len(pictures), prompt=prompt))]
    files, gallery = _gallery(translate, job, pictures)
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    if linked := {number: url for number, url in urls.items() if pictures[number - 1] is None}:
        items += _links(translate, texts.unfetched(translate, linked), linked, file_name(job.id, "links", "txt"), files)
    return Card(layout(*items), files)


def originals_refused(translate: Translator, job: Job, urls: Mapping[int, str]) -> Card:
    """Return the reply to a user who accepts no direct messages: links to the originals."""
    if not urls:
        return text(translate("save-refused-no-links"))
    refused = translate("save-refused", links=texts.originals(translate, urls))
    files: list[discord.File] = []
    return Card(layout(*_links(translate, refused, urls, file_name(job.id, "originals", "txt"), files)), files)
