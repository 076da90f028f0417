"""What a job looks like in each state, in Components V2, and the buttons on its card.

Discord can't turn Components V2 off again for a message, so all messages use them (discord-api-docs,
components/reference, "IS_COMPONENTS_V2"). What the buttons do is in ``cogs/buttons/controls.py``.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import discord
from discord import ButtonStyle, ui

from flux_bot.core.costs import CostDisplay
from flux_bot.core.jobs import (
    CANCELLED_PAID,
    MODEL_REJECTED,
    OUR_CODES,
    SIZE_REJECTED,
    CardState,
    Failure,
    Job,
    JobStatus,
)
from flux_bot.core.text import timestamp, truncate
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
    REROLL_ALL = "reroll-all"
    """*Reroll all*: on the final card of a group, about the group's id."""
    REMIX = "remix"
    EDIT = "edit"
    SAVE = "save"
    VARY = "vary"
    INFO = "info"
    STAR = "star"
    UNSTAR = "unstar"
    REMOVE = "delete"  # the word in custom_ids, including those of older messages, which must keep working
    """Takes the card out of its channel."""
    ERASE = "erase"
    """*Delete for good*."""
    RETRY = "retry"
    SWITCH = "switch"
    REWORD = "reword"
    SOURCE = "source"
    CANCEL = "cancel"
    KEEP = "keep"
    DISCARD = "discard"
    SHOW = "show"
    FETCH = "fetch"


MORE = "more"
"""The action of the list below the buttons of a result."""
_ON_RESULT = (Verb.REROLL, Verb.VARY, Verb.EDIT, Verb.REMIX, Verb.SAVE)
_STYLES = dict.fromkeys((Verb.REROLL, Verb.REROLL_ALL, Verb.RETRY, Verb.FETCH, Verb.KEEP), ButtonStyle.primary) | {
    Verb.ERASE: ButtonStyle.danger
}
"""Styles of highlighted buttons; a destructive one is never primary."""


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


def with_buttons(card: Card, *buttons: ui.Button[ui.LayoutView]) -> Card:
    """Return a card with a row of buttons added."""
    frame = card.view.children[0]
    return Card(layout(*getattr(frame, "children", ()), ui.ActionRow(*buttons)), card.files)


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
    if job.group_id and job.group:
        return CustomId(Verb.REROLL_ALL, job.group_id)
    return CustomId(Verb.REROLL if job.images else _after_failure(job)[0], job.id)


def _rows(translate: Translator, job: Job, *rows: Iterable[Verb]) -> list[Item]:
    return [ui.ActionRow(*(job_button(translate, verb, job.id) for verb in row)) for row in rows]


def _more(translate: Translator, job: Job, *verbs: Verb) -> Item:
    """Return the list of actions that have no button of their own on a result."""
    labels = {str(verb): translate(f"button-{verb}") for verb in verbs}
    placeholder = translate("result-more")
    return ui.ActionRow(
        ui.Select(custom_id=str(CustomId(MORE, job.id)), placeholder=placeholder, options=options(labels))
    )


def star_verb(job: Job) -> Verb:
    """Return the verb that stars a job, or that removes its star."""
    return Verb.UNSTAR if job.is_starred else Verb.STAR


# --- while it is being made ----------------------------------------------------------------------------


def accepted(translate: Translator, new: AcceptedJob, costs: CostDisplay) -> Card:
    """Return the first status card, the reply to a command."""
    if new.place:
        return queued(translate, new.job, new.place, new.starts_at, costs)
    return status(translate, new.job, new.usual_seconds, costs)


def queued(translate: Translator, job: Job, place: int, starts_at: datetime | None, costs: CostDisplay) -> Card:
    """Return the status card of a queued job; ``starts_at`` is an estimate, None if there is none."""
    heading = translate("status-queued", place=place)
    if starts_at is not None:
        heading += f" {translate('queue-starts', when=timestamp(starts_at))}"
    return _status(translate, job, heading, costs)


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
    return Card(layout(*parts, *_rows(translate, job, (Verb.RETRY, Verb.REWORD, Verb.REMOVE))))


def cancel_question(translate: Translator, job: Job, user_id: int) -> Card:
    """Return the private question for a user who cancels a job that will be charged in any case."""
    if job.request.private:
        question, keep = "cancel-question-private", translate("button-keep-waiting")
    else:
        question = "cancel-question" if job.origin.user_id == user_id else "cancel-question-other"
        keep = translate("button-keep")
    buttons = (job_button(translate, Verb.KEEP, job.id, keep), job_button(translate, Verb.DISCARD, job.id))
    return Card(layout(*_texts(translate(question, user=f"<@{job.origin.user_id}>"), job), ui.ActionRow(*buttons)))


def made_private(translate: Translator, job: Job) -> Card:
    """Return the private status card of a job that was public before."""
    parts = _texts(translate("cancel-kept"), job, texts.status_details(translate, job, CostDisplay()))
    return Card(layout(*parts, *_rows(translate, job, (Verb.CANCEL,))))


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
    """Return the final card: the failure, or all pictures, with links instead of missing ones (None).

    ``source`` is the picture that was edited. The card keeps a copy, as its own address may expire earlier.
    """
    if job.result is None or job.result.failure is not None:
        return failed(translate, job)
    heading = texts.result_heading(translate, job)
    # Without pictures of the parent this is a retry; a parent that is None was deleted.
    if job.parent_id is not None and (parent is None or parent.images):
        heading += f"\n{texts.relation(translate, job, parent)}"
    urls = {number: image.url for number, image in enumerate(job.images, 1)}
    more = (Verb.INFO, star_verb(job), Verb.REMOVE)
    return _result(translate, job, heading, pictures, urls, source, more)


def failed(translate: Translator, job: Job, *, is_public: bool = False, can_retry: bool = True) -> Card:
    """Return the card of a failure: without the prompt if it is public, without buttons after a successful retry."""
    reason = _failure_of(job)
    if is_public and reason.code not in OUR_CODES:
        reason = Failure(reason.code)  # the API's message may quote the prompt
    heading = f"<@{job.origin.user_id}> {texts.failure(translate, job, reason)}"
    parts: list[Item] = [ui.TextDisplay(heading)] if is_public else _texts(heading, job)
    parts.append(ui.TextDisplay(texts.result_details(translate, job)))
    if not can_retry:
        return Card(layout(*parts))
    switch = translate("button-switch", model=texts.short_model_label(translate, _other_model(job)))
    labels = {Verb.SWITCH: truncate(switch, BUTTON_LABEL_LIMIT), Verb.REMIX: translate("button-reshape")}
    verbs = _after_failure(job)
    buttons = [job_button(translate, verb, job.id, labels.get(verb)) for verb in verbs]
    for button, verb in zip(buttons, verbs, strict=True):
        is_best = verb is verbs[0] and verb is not Verb.REMOVE
        button.style = ButtonStyle.primary if is_best else ButtonStyle.secondary
    return Card(layout(*parts, ui.ActionRow(*buttons)))


def _failure_of(job: Job) -> Failure:
    return job.result.failure if job.result and job.result.failure else Failure("api_error")


def _after_failure(job: Job) -> tuple[Verb, ...]:
    """Return what a failure's card offers, the best first; nothing that would fail again."""
    code = _failure_of(job).code
    if code == MODEL_REJECTED:
        return (Verb.SWITCH, Verb.REMOVE) if _other_model(job) else (Verb.REMOVE,)
    if code == SIZE_REJECTED:
        return (Verb.REMIX, Verb.REMOVE)
    if texts.is_bad_source(job, _failure_of(job)):
        return (Verb.SOURCE, Verb.RETRY, Verb.REMOVE)
    if code in REWORDABLE:
        return (Verb.REWORD, Verb.RETRY, Verb.REMOVE)
    return (Verb.RETRY, Verb.REMOVE)


def _other_model(job: Job) -> str:
    """Return the model to use instead of one that the API rejected, "" if there is none."""
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
    """Return the card of a result that is shown again; a private one can be shown publicly, or deleted for good.

    ``urls`` are the originals' addresses by number, as far as they still work.
    """
    heading = translate(
        "result-shown", user=f"<@{job.origin.user_id}>", when=timestamp(job.finished_at or job.accepted_at)
    )
    more = (Verb.SHOW, Verb.ERASE) if private else (Verb.REMOVE,)
    return _result(translate, job, heading, pictures, urls, source, (Verb.INFO, star_verb(job), *more))


def _result(  # noqa: PLR0913, PLR0917  private
    translate: Translator,
    job: Job,
    heading: str,
    pictures: Sequence[Picture | None],
    urls: Mapping[int, str],
    source: Picture | None,
    more: Iterable[Verb],
) -> Card:
    request = job.request
    files, gallery = gallery_of(translate, job, pictures)
    items: list[Item] = [_heading(translate, job, heading, source, files)]
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    numbered = dict(enumerate(pictures, 1))
    if missing := {number: url for number, url in urls.items() if numbered[number] is None}:
        items += links(
            translate, texts.unfetched(translate, missing), missing, file_name(job.id, "links", "txt"), files
        )
    items.append(ui.TextDisplay(texts.prompt(request)))
    if shrunk := {number: url for number, url in urls.items() if (one := numbered[number]) and one.shrunk}:
        items += links(translate, texts.shrunk(translate, shrunk), shrunk, file_name(job.id, "originals", "txt"), files)
    if len(pictures) < request.count:
        items.append(ui.TextDisplay(f"-# {translate('fewer-pictures', got=len(pictures), requested=request.count)}"))
    items.append(ui.TextDisplay(texts.result_details(translate, job)))
    return Card(layout(*items, *_rows(translate, job, _ON_RESULT), _more(translate, job, *more)), files)


def gallery_of(
    translate: Translator, job: Job, pictures: Sequence[Picture | None]
) -> tuple[list[discord.File], list[discord.MediaGalleryItem]]:
    """Return the files and the items of a gallery with the available pictures."""
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


def links(
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
