"""The sentences on cards, built from the messages of ``locales``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from flux_bot.core.catalogue import SHAPES, Model
from flux_bot.core.costs import CostDisplay, Money, rounded
from flux_bot.core.jobs import SIZE_REJECTED, Action, Failure, ImageRequest, Job
from flux_bot.core.styles import BUILT_IN, Style
from flux_bot.core.text import TranslatableText, escape, isolate, one_line, quote, shorten, timestamp, truncate
from flux_bot.flux.messages import is_about_the_picture, is_plain_sentence
from flux_bot.locales import ENGLISH, Translator, translator_for
from flux_bot.ui.file_names import picture_number

ALT_TEXT_LIMIT = 1024
"""discord-api-docs, components/reference, "media gallery item": description."""
PROMPT_ON_CARD = 300
"""Characters of the escaped prompt on a card; Info shows more of it."""
PROMPT_IN_INFO = 1480
"""The same limit in Info, well below the 4,000 characters that all texts of a message share."""
_DESCRIPTION = re.compile("\\s*[:\N{FULLWIDTH COLON}]")
"""What follows a model's name in its label."""


class Relation(StrEnum):
    """How a request relates to the job whose card it was made from."""

    REROLLED = "rerolled"
    REMIXED = "remixed"
    EDITED = "edited-from"
    VARIED = "varied"


# --- cards ---------------------------------------------------------------------------------------------


def painting(translate: Translator, request: ImageRequest, since: datetime, usual_seconds: float | None) -> str:
    """Say that the picture is being made, since when, and how long that usually takes."""
    return f"{_since(translate, request, since)} {_usual(translate, request, usual_seconds)}"


def slow(translate: Translator, request: ImageRequest, since: datetime) -> str:
    """Say that the picture takes longer than usual."""
    return f"{_since(translate, request, since)} {translate('slow')}"


def _since(translate: Translator, request: ImageRequest, since: datetime) -> str:
    status = "status-painting" if request.action is Action.GENERATE else "status-editing"
    return translate(status, since=timestamp(since))


def _usual(translate: Translator, request: ImageRequest, seconds: float | None) -> str:
    if seconds is None:
        return translate("usual-unknown")
    short = translate("duration-seconds", seconds=max(1, round(seconds)))
    duration = short if seconds < 90 else translate("duration-minutes", minutes=round(seconds / 60))
    return translate("usual", model=model_name(translate, request), duration=duration)


def status_details(translate: Translator, job: Job, costs: CostDisplay) -> str:
    """Return model, size, style, how many pictures if several, and the expected cost if shown, in small print."""
    several = [translate("number-of-pictures", count=job.request.count)] if job.request.count > 1 else []
    expected = [expected_cost(translate, job.expected_cost, costs.credit_price)] if costs.on_status_cards else []
    return _small(*_request_details(translate, job.request), *several, *filter(None, expected))


def result_heading(translate: Translator, job: Job) -> str:
    """Ping the user and say that the pictures are ready; there may be fewer than requested."""
    user = f"<@{job.origin.user_id}>"
    if job.request.action is Action.EDIT:
        return translate("result-edited", user=user)
    return translate("result-ready", user=user, count=len(job.images))


def result_details(translate: Translator, job: Job) -> str:
    """Return model, size, style and the time taken, in small print."""
    return _small(*_request_details(translate, job.request), *time_taken(translate, job))


def _request_details(translate: Translator, request: ImageRequest) -> Iterable[str]:
    return filter(None, (model_name(translate, request), request.size, style_name(translate, request)))


def time_taken(translate: Translator, job: Job) -> list[str]:
    """Return how long the image API took, in a list that is empty if that is unknown."""
    return [translate("duration-seconds", seconds=round(job.seconds_taken))] if job.seconds_taken is not None else []


def relation(translate: Translator, job: Job, parent: Job | None) -> str:
    """Say which picture a result is based on, with a link if it is public here; None if its job was deleted."""
    how = relation_of(job.request, parent) if parent else Relation.REMIXED
    url = parent.result_url_in(job.origin.guild_id, job.origin.channel_id) if parent else None
    link = translate("parent-link", url=url) if url else translate("parent-plain")
    return f"-# {translate(f'result-{how}', parent=link)}"


def relation_of(request: ImageRequest, parent: Job) -> Relation:
    """Return how a request relates to its parent: it edits a result, or it is the same, or a changed, request."""
    if request.action is not parent.request.action or number_in(parent, request.image_url) is not None:
        return Relation.EDITED
    # The privacy is the card's, and the same source can have two addresses.
    same = replace(parent.request, private=request.private, image_url=request.image_url)
    if request == same:
        return Relation.REROLLED
    is_more = request == replace(same, count=request.count) and request.count > same.count
    return Relation.VARIED if is_more else Relation.REMIXED


def number_in(parent: Job, url: str | None) -> int | None:
    """Return the number, from 1, of the job's picture that an address leads to, at the image API or at Discord."""
    if url is None:
        return None
    originals = [image.url for image in parent.images]
    return originals.index(url) + 1 if url in originals else picture_number(url, parent.id)


def originals(translate: Translator, urls: Mapping[int, str]) -> str:
    """Return numbered links to original pictures."""
    return ", ".join(translate("original-link", number=number, url=_linkable(url)) for number, url in urls.items())


def shrunk(translate: Translator, urls: Mapping[int, str]) -> str:
    """Return numbered links to the originals of pictures that had to be shrunk."""
    return f"-# {translate('shrunk', links=originals(translate, urls))}"


def unfetched(translate: Translator, urls: Mapping[int, str]) -> str:
    """Return numbered links to pictures that could not be fetched."""
    links = [translate("picture-link", number=number, url=_linkable(url)) for number, url in urls.items()]
    return "\n".join((translate("unfetched", count=len(urls)), *links))


def failure(translate: Translator, job: Job, reason: Failure) -> str:
    """Say what happened, whether it cost anything and what to do next.

    The image API's own message follows if it is a plain sentence.
    """
    text = f"⚠️ {_failure(translate, job, reason)}"
    if reason.code == "bad_request" and is_plain_sentence(reason.message):
        text += f"\n{translate('failure-said', message=quote(reason.message, 300))}"
    return text


def is_bad_source(job: Job, reason: Failure) -> bool:
    """Return whether the image API rejected the picture to edit."""
    is_edit = job.request.action is Action.EDIT
    return is_edit and reason.code == "bad_request" and is_about_the_picture(reason.message)


def _failure(translate: Translator, job: Job, reason: Failure) -> str:
    if is_bad_source(job, reason):
        return translate("failure-bad_source")
    if reason.code == SIZE_REJECTED:
        if not reason.message:  # the catalogue no longer has the model, so its shapes are unknown
            return translate("failure-bad_request")
        return translate("failure-size_rejected", shapes=quote(reason.message, 300))
    known = f"failure-{reason.code}"
    operator = translate("operator-notified" if reason.operator_notified else "operator-not-notified")
    return translate(known if translate.has(known) else "failure-unexpected", operator=operator)


def refusal(translate: Translator, refused: TranslatableText) -> str:
    """Say why a request was rejected, and name models by their labels."""
    arguments = dict(refused.arguments)
    if isinstance(models := arguments.get("models"), tuple):
        arguments["models"] = tuple(escape(short_model_label(translate, str(name))) for name in models)
    if refused.message_id.startswith("no-such-model-"):
        arguments["typed"] = short_model_label(translate, str(arguments["typed"]))
    return translate(refused.message_id, **arguments)


def prompt(request: ImageRequest, limit: int = PROMPT_ON_CARD) -> str:
    """Return the prompt as a quotation, truncated if it is longer than ``limit`` characters."""
    return f"> {truncate(one_line(request.prompt), limit)}"


def shown_prompt(text: str) -> str | None:
    """Return the prompt in a text made by ``prompt``; None for any other text."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text.removeprefix("> ")) if text.startswith("> ") else None


def is_truncated(request: ImageRequest, limit: int = PROMPT_ON_CARD) -> bool:
    """Return whether ``prompt`` can't show the whole prompt."""
    return len(one_line(request.prompt)) > limit


def may_be_truncated(shown: str) -> bool:
    """Return whether a prompt that was read from a card may be only the beginning of the whole prompt."""
    return shown.endswith("…") and len(escape(shown)) >= PROMPT_ON_CARD // 2


def alt_text(translate: Translator, request: ImageRequest, number: int, count: int) -> str:
    """Return a picture's alt text: its prompt."""
    text = request.prompt
    if count > 1:
        text = translate("alt-one-of", number=number, count=count, prompt=text)
    return truncate(text, ALT_TEXT_LIMIT)


def _small(*parts: str) -> str:
    return f"-# {' · '.join(parts)}"


# --- costs ---------------------------------------------------------------------------------------------


def cost(translate: Translator, credit: Decimal, credit_price: Money | None) -> str:
    """Return the cost of a result with all digits, and as money if the price of one credit is known."""
    return _cost(translate, credit, credit_price and credit_price.times(credit))


def expected_cost(translate: Translator, credit: Decimal | None, credit_price: Money | None) -> str | None:
    """Return the approximate cost of a job; None if it is unknown."""
    if credit is None:
        return None
    about = _cost(translate, rounded(credit), credit_price and credit_price.times(credit))
    return translate("cost-about", cost=about)


def _cost(translate: Translator, credit: Decimal, money: Money | None) -> str:
    text = translate("cost-credits", credits=credit)
    return translate("cost-with-money", cost=text, money=money) if money else text


# --- names ---------------------------------------------------------------------------------------------


def shape_label(translate: Translator, ratio: str, size: str) -> str:
    """Name a shape, e.g. ``16:9 wide (1344x768)``."""
    name = f"shape-{ratio.replace(':', '-')}"
    label = translate(name) if translate.has(name) else ratio
    return label if size == ratio else f"{label} ({size})"


def model_label(translate: Translator, name: str, label: str) -> str:
    """Name a model in the user's language, unless the operator's catalogue has its own name for it."""
    return translate(_model_message(name)) if _is_usual(name, label) else label


def _is_usual(name: str, label: str) -> bool:
    """Return whether a model's label is that of the shipped catalogue."""
    english, message = translator_for(ENGLISH), _model_message(name)
    return english.has(message) and english(message) == label


_own_labels: dict[str, str] = {}
"""The labels in the operator's catalogue that differ from the shipped ones, by model name."""


def use_labels(models: Iterable[Model]) -> None:
    """Use the labels of the operator's catalogue on all cards from now on."""
    _own_labels.clear()
    _own_labels.update({model.name: model.label for model in models if not _is_usual(model.name, model.label)})


def short_model_label(translate: Translator, name: str) -> str:
    """Name a model briefly: the label without its description, or the API's own name."""
    if name in _own_labels:
        return _DESCRIPTION.split(_own_labels[name])[0]
    message = _model_message(name)
    return _DESCRIPTION.split(translate(message))[0] if translate.has(message) else name


def model_name(translate: Translator, request: ImageRequest) -> str:
    """Return the short name of a request's model, escaped."""
    return escape(short_model_label(translate, request.model))


def job_label(translate: Translator, job: Job, limit: int) -> str:
    """Return the prompt in one line for a list of jobs, not escaped; in a group followed by the model."""
    model = truncate(f" · {short_model_label(translate, job.request.model)}", limit // 2) if job.group_id else ""
    return f"{shorten(job.request.prompt, limit - len(model))}{model}"


def style_name(translate: Translator, request: ImageRequest) -> str:
    """Return the name of a request's style, escaped; "" if it has none."""
    return isolate(one_line(plain_style_name(translate, request)))


def plain_style_name(translate: Translator, request: ImageRequest) -> str:
    """Return the name of a request's style as it is shown in a list; "" if it has none."""
    name = request.style or ""
    return BUILT_IN[name].name_in(translate.locale) if name in BUILT_IN else name


def style_label(translate: Translator, style: Style) -> str:
    """Return a style's name and description in the user's language, not escaped."""
    name, description = style.name_in(translate.locale), style.description_in(translate.locale)
    return translate("style-label", name=name, description=description) if description else name


def _model_message(name: str) -> str:
    return f"model-{name.replace('.', '-')}"


def model_labels(translate: Translator, models: Iterable[Model]) -> dict[str, str]:
    """Return the labels of models, by their names."""
    return {model.name: model_label(translate, model.name, model.label) for model in models}


def shape_labels(translate: Translator) -> dict[str, str]:
    """Return the labels of the common shapes, by their ratios."""
    return {shape: shape_label(translate, shape, shape) for shape in SHAPES}


def _linkable(url: str) -> str:
    """Return an address without parentheses, which would end a masked link."""
    return url.replace("(", "%28").replace(")", "%29")
