"""What a group looks like in each state: jobs that were requested together, with one card.

Each function gets the job that represents the group, with all jobs of it in ``group``. The buttons refer to the
group's id. It may also be a job's id, so an action has a name of its own here if its name in ``cards`` means a job.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import discord
from discord import ButtonStyle, ui

from flux_bot.core.costs import CostDisplay
from flux_bot.core.differences import GAP, differences
from flux_bot.core.jobs import (
    CANCELLED_PAID,
    MODEL_REJECTED,
    OPEN,
    OUR_CODES,
    OUTCOME_UNKNOWN,
    OVERDUE,
    SIZE_REJECTED,
    CardState,
    Failure,
    Image,
    Job,
)
from flux_bot.core.text import isolate, one_line, shorten, timestamp, truncate
from flux_bot.images.decoding import Picture
from flux_bot.locales import Translator
from flux_bot.ui import cards, texts
from flux_bot.ui.cards import Card, Item, Verb
from flux_bot.ui.custom_ids import CustomId
from flux_bot.ui.file_names import file_name

SAVE_ALL, MORE_ALL = "save-all", "more-all"
"""Actions about a group."""
PICK = "pick"
"""The action of a list of jobs: shows the one that is chosen."""
NAME_LIMIT = 60
"""The longest name of a job within its group, in characters."""

_STATES = ("group-ready", "group-to-come", "group-failed")
_REASONS = {
    "bad_request": "group-reason-bad_request",
    "forbidden": "group-reason-forbidden",
    "timeout": "group-reason-timeout",
    OVERDUE: "group-reason-timeout",
    MODEL_REJECTED: "group-reason-model_rejected",
    SIZE_REJECTED: "group-reason-size_rejected",
    OUTCOME_UNKNOWN: "group-reason-outcome_unknown",
}
"""Short reasons by failure code; all other codes share one."""


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A picture of a group."""

    job: Job
    name: str
    number: int
    """The number of the picture among all pictures of the group, from 1."""
    own_number: int
    """The number of the picture within its job, from 1."""
    image: Image


def _about(job: Job) -> str:
    return job.group_id or job.id


def is_refused(job: Job) -> bool:
    """Return whether a job failed because of its prompt, which is then not shown to others."""
    return not job.images and _failure_of(job).code in cards.REWORDABLE


def names(translate: Translator, job: Job, *, reveals: bool) -> list[str]:
    """Return a name for each job of a group: its model, the words unique to its prompt, or both.

    ``reveals`` includes words of prompts that were refused, which only their own user may see.
    """
    prompts = prompts_of(job)
    own = dict(zip(prompts, differences(prompts)[1], strict=True))
    are_models_named = len({one.request.model for one in job.group}) > 1
    found = []
    for number, one in enumerate(job.group, 1):
        words = own[one.request.prompt] if reveals or not is_refused(one) else f"{number}/{len(job.group)}"
        parts = [texts.short_model_label(translate, one.request.model)] if are_models_named else []
        parts += [words] if len(prompts) > 1 or not are_models_named else []
        found.append(isolate(shorten(", ".join(parts), NAME_LIMIT)))
    return found


def common_prompt(job: Job, *, reveals: bool) -> str:
    """Return the words that all prompts of a group share, or all prompts if they share none. See ``names``."""
    prompts = prompts_of(job)
    common, own = differences(prompts)
    if any(character.isalnum() for character in common) and (len(prompts) > 1 or reveals):
        return common
    shown = {one.request.prompt for one in job.group if reveals or not is_refused(one)}
    return " / ".join(part for prompt, part in zip(prompts, own, strict=True) if prompt in shown) or GAP


def prompts_of(job: Job) -> list[str]:
    """Return the different prompts of a group."""
    return list(dict.fromkeys(one.request.prompt for one in job.group))


# --- while it is being made ----------------------------------------------------------------------------


def status(translate: Translator, job: Job, place: int | None, starts_at: datetime | None, costs: CostDisplay) -> Card:
    """Return the status card; ``place`` is that of its first queued job if none has started, else None.

    ``starts_at`` is an estimate of when that job starts, None if there is none.
    """
    started = [one.submitted_at for one in job.group if one.submitted_at is not None]
    if place and not started:
        heading = translate("status-queued", place=place)
        if starts_at is not None:
            heading += f" {translate('queue-starts', when=timestamp(starts_at))}"
    elif job.card is CardState.BUSY and not started:
        heading = translate("status-busy")
    else:
        since = timestamp(min(started, default=job.accepted_at))
        done = sum(one.request.count for one in job.group if one.images)
        heading = translate("group-status", since=since, done=done, total=sum(one.request.count for one in job.group))
    lines = "\n".join(_states(translate, job))
    parts = _texts(heading, job, lines, _details(translate, job, costs), reveals=job.request.private)
    return _with_cancel(translate, job, parts)


def _states(translate: Translator, job: Job) -> Iterator[str]:
    """Yield a line for each state that at least one job is in."""
    named: dict[str, list[str]] = {}
    for one, name in zip(job.group, names(translate, job, reveals=job.request.private), strict=True):
        named.setdefault(_state(one), []).append(one_line(name))
    for state in _STATES:
        if state in named:
            yield translate(state, names=" · ".join(named[state]))


def _state(job: Job) -> str:
    """Return the message for a job's state. The card is not edited when a job starts, so it does not show that."""
    ready, to_come, failed = _STATES
    if job.status in OPEN:
        return to_come
    return ready if job.images else failed


def _with_cancel(translate: Translator, job: Job, parts: Sequence[Item]) -> Card:
    button = cards.job_button(translate, Verb.CANCEL, _about(job))
    return Card(cards.layout(*parts, ui.ActionRow(button)))


def cancelled(translate: Translator, job: Job) -> Card:
    """Return the last card of a cancelled group."""
    failures = [one.result.failure for one in job.group if one.result and one.result.failure]
    is_paid = any(failure.code == CANCELLED_PAID for failure in failures)
    heading, details = translate("cancelled-paid" if is_paid else "cancelled"), _details(translate, job, CostDisplay())
    parts = _texts(heading, job, details, reveals=job.request.private)
    again = cards.job_button(translate, Verb.REROLL_ALL, _about(job), translate("button-retry"))
    others = (cards.job_button(translate, verb, _about(job)) for verb in (Verb.REWORD, Verb.REMOVE))
    return Card(cards.layout(*parts, ui.ActionRow(again, *others)))


def cancel_question(translate: Translator, job: Job, user_id: int) -> Card:
    """Return the private question for a user who cancels a group with pictures that will be charged in any case."""
    question, keep = "group-cancel-question", translate("button-keep")
    if job.request.private:
        question, keep = "group-cancel-question-private", translate("button-keep-waiting")
    elif job.origin.user_id != user_id:
        question = "group-cancel-question-other"
    buttons = (
        cards.job_button(translate, Verb.KEEP, _about(job), keep),
        cards.job_button(translate, Verb.DISCARD, _about(job)),
    )
    heading = translate(question, user=f"<@{job.origin.user_id}>")
    parts = _texts(heading, job, reveals=job.origin.user_id == user_id)
    return Card(cards.layout(*parts, ui.ActionRow(*buttons)))


def made_private(translate: Translator, job: Job) -> Card:
    """Return the private status card of a group that was public before."""
    parts = _texts(translate("cancel-kept"), job, _details(translate, job, CostDisplay()))
    return _with_cancel(translate, job, parts)


def _texts(heading: str, job: Job, *details: str, reveals: bool = True) -> list[Item]:
    return [ui.TextDisplay(text) for text in (heading, _prompt(job, reveals=reveals), *details)]


def _prompt(job: Job, *, reveals: bool) -> str:
    return f"> {truncate(one_line(common_prompt(job, reveals=reveals)), texts.PROMPT_ON_CARD)}"


def _details(translate: Translator, job: Job, costs: CostDisplay) -> str:
    """Return the model, size and style, each if all jobs share it, and the expected cost if it should be shown."""
    models = {texts.model_name(translate, one.request) for one in job.group}
    sizes = {one.request.size for one in job.group}
    parts = [*(models if len(models) == 1 else ()), *(sizes if len(sizes) == 1 else ())]
    if not parts:
        parts = [translate("group-models", count=len(models))]
    parts += filter(None, [style_of(translate, job)])
    expected = [one.expected_cost for one in job.group if one.expected_cost is not None]
    if costs.on_status_cards and len(expected) == len(job.group):
        cost = texts.expected_cost(translate, sum(expected, Decimal()), costs.credit_price)
        parts += [cost] if cost else []
    return f"-# {' · '.join(parts)}"


def style_of(translate: Translator, job: Job) -> str:
    """Return the name of the style that all jobs have, escaped; "" if there is none."""
    styles = {texts.style_name(translate, one.request) for one in job.group}
    return styles.pop() if len(styles) == 1 else ""


# --- when it is finished -------------------------------------------------------------------------------


def finished(translate: Translator, job: Job, pictures: Sequence[Picture | None], *, parent: Job | None) -> Card:
    """Return the final card: all pictures in one gallery, or the failure if there is none.

    ``pictures`` are those of all jobs, in order, with None for those that are linked instead.
    """
    numbered = _numbered(translate, job)
    if not numbered:
        return failed(translate, job)
    heading = translate("result-ready", user=f"<@{job.origin.user_id}>", count=len(numbered))
    # As in ``cards.finished``.
    if job.parent_id is not None and (parent is None or parent.images):
        heading += f"\n{texts.relation(translate, job, parent)}"
    files, gallery = gallery_of(translate, job, pictures)
    items: list[Item] = [ui.TextDisplay(heading)]
    if gallery:
        items.append(ui.MediaGallery(*gallery))
    missing = {one.number: one.image.url for one, picture in zip(numbered, pictures, strict=True) if picture is None}
    if missing:
        note = texts.unfetched(translate, missing)
        items += cards.links(translate, note, missing, file_name(job.id, "links", "txt"), files)
    reveals = job.request.private
    items += [
        ui.TextDisplay(_prompt(job, reveals=reveals)),
        ui.TextDisplay("\n".join(_captions(translate, job, numbered))),
    ]
    shrunk = {
        one.number: one.image.url for one, picture in zip(numbered, pictures, strict=True) if picture and picture.shrunk
    }
    if shrunk:
        note = texts.shrunk(translate, shrunk)
        items += cards.links(translate, note, shrunk, file_name(job.id, "originals", "txt"), files)
    items += [ui.TextDisplay(line) for line in _failed_lines(translate, job, reveals=reveals)]
    requested = sum(one.request.count for one in job.group if one.images)
    if len(numbered) < requested:
        fewer = translate("fewer-pictures", got=len(numbered), requested=requested)
        items.append(ui.TextDisplay(f"-# {fewer}"))
    items.append(ui.TextDisplay(_details(translate, job, CostDisplay())))
    return Card(cards.layout(*items, *_rows(translate, job)), files)


def gallery_of(
    translate: Translator, job: Job, pictures: Sequence[Picture | None]
) -> tuple[list[discord.File], list[discord.MediaGalleryItem]]:
    """Return the files and the items of a gallery with the available pictures of a group."""
    files, gallery = [], []
    numbered = _numbered(translate, job)
    is_comparison = len({one.request.model for one in job.group}) > 1
    for one, picture in zip(numbered, pictures, strict=True):
        if picture is not None:
            request = one.job.request
            alt = texts.alt_text(translate, request, one.own_number, len(one.job.images))
            if is_comparison:
                values = {"name": texts.short_model_label(translate, request.model), "prompt": request.prompt}
                alt = translate("group-alt", number=one.number, count=len(numbered), **values)
            name = file_name(one.job.id, one.own_number, picture.extension)
            files.append(cards.file(name, picture.read(), truncate(alt, texts.ALT_TEXT_LIMIT)))
            gallery.append(cards.media(files[-1], one.job))
    return files, gallery


def _numbered(translate: Translator, job: Job) -> list[_Numbered]:
    found: list[_Numbered] = []
    for one, name in zip(job.group, names(translate, job, reveals=True), strict=True):
        for own_number, image in enumerate(one.images, 1):
            found.append(_Numbered(one, name, len(found) + 1, own_number, image))
    return found


def _captions(translate: Translator, job: Job, numbered: Sequence[_Numbered]) -> Iterator[str]:
    """Yield a line for each job with pictures: their numbers, what they are, and how long they took."""
    for one in job.group:
        own = [picture for picture in numbered if picture.job.id == one.id]
        if own:
            span = f"{own[0].number}–{own[-1].number}" if len(own) > 1 else str(own[0].number)
            yield " · ".join((f"**{span}** {one_line(own[0].name)}", *texts.time_taken(translate, one)))


def _failed_lines(translate: Translator, job: Job, *, reveals: bool) -> Iterator[str]:
    """Yield the text about the jobs that failed, with a short reason for each, and what they cost."""
    named = zip(job.group, names(translate, job, reveals=reveals), strict=True)
    failures = [(one, name) for one, name in named if not one.images]
    if not failures:
        return
    yield "\n".join(
        translate("group-one-failed", name=one_line(name), reason=short_reason(translate, one))
        for one, name in failures
    )
    if all(_failure_of(one).code != OUTCOME_UNKNOWN for one, _ in failures):
        yield f"-# {translate('group-failed-free', count=len(failures))}"


def _failure_of(job: Job) -> Failure:
    return job.result.failure if job.result and job.result.failure else Failure("api_error")


def short_reason(translate: Translator, job: Job) -> str:
    """Return a short reason why a job has no pictures."""
    return translate(_REASONS.get(_failure_of(job).code, "group-reason-other"))


def _rows(translate: Translator, job: Job) -> Iterator[Item]:
    verbs = [Verb.REROLL_ALL]
    if not all(one.images for one in job.group):
        verbs.append(Verb.RETRY)
    labels = {Verb.RETRY: translate("button-retry-failed")}
    buttons = [cards.job_button(translate, verb, _about(job), labels.get(verb)) for verb in verbs]
    for button in buttons[1:]:
        button.style = ButtonStyle.secondary
    yield ui.ActionRow(*buttons, cards.button(translate("button-save"), CustomId(SAVE_ALL, _about(job))))
    yield _list(CustomId(PICK, _about(job)), translate("group-pick"), _options(translate, job))
    more = {str(verb): translate(f"button-{verb}") for verb in (Verb.INFO, cards.star_verb(job), Verb.REMOVE)}
    yield _list(CustomId(MORE_ALL, _about(job)), translate("result-more"), more)


def _options(translate: Translator, job: Job) -> dict[str, str]:
    numbers: dict[str, list[_Numbered]] = {}
    for one in _numbered(translate, job):
        numbers.setdefault(one.job.id, []).append(one)
    return {job_id: f"{found[0].number}. {found[0].name}" for job_id, found in numbers.items()}


def _list(custom_id: CustomId, placeholder: str, labels: dict[str, str]) -> Item:
    return ui.ActionRow(ui.Select(custom_id=str(custom_id), placeholder=placeholder, options=cards.options(labels)))


def failed(translate: Translator, job: Job, *, is_public: bool = False, can_retry: bool = True) -> Card:
    """Return the card of a group without any picture.

    It has no prompt if it is public, and no buttons after a successful retry.
    """
    reasons = [_failure_of(one) for one in job.group]
    codes = {reason.code for reason in reasons}
    heading = f"<@{job.origin.user_id}> ⚠️ {translate('group-all-failed', count=len(job.group))}"
    if len(codes) == 1:
        is_quoted = is_public and reasons[0].code not in OUR_CODES  # the API's message may quote the prompt
        reason = replace(reasons[0], message="") if is_quoted else reasons[0]
        heading += f"\n{texts.failure(translate, job, reason)}"
    parts: list[Item] = [ui.TextDisplay(heading)] if is_public else _texts(heading, job)
    if len(codes) > 1 and is_public:
        said = dict.fromkeys(short_reason(translate, one) for one in job.group)
        parts.append(ui.TextDisplay("\n".join(f"⚠️ {one}" for one in said)))
    elif len(codes) > 1:
        parts += [ui.TextDisplay(line) for line in _failed_lines(translate, job, reveals=True)]
    parts.append(ui.TextDisplay(_details(translate, job, CostDisplay())))
    if not can_retry:
        return Card(cards.layout(*parts))
    again = cards.job_button(translate, Verb.REROLL_ALL, _about(job), translate("button-retry"))
    buttons = [again, cards.job_button(translate, Verb.REMOVE, _about(job))]
    if codes & set(cards.REWORDABLE):
        again.style = ButtonStyle.secondary
        reword = cards.job_button(translate, Verb.REWORD, _about(job))
        reword.style = ButtonStyle.primary
        buttons.insert(0, reword)
    return Card(cards.layout(*parts, ui.ActionRow(*buttons)))
