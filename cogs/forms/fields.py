"""The fields of the forms (modals), filled in as they open."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from cogs.image_requests import MAX_COUNT, PROMPT_LIMIT
from flux_bot.core.catalogue import Catalogue
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.styles import BUILT_IN, NONE, Style
from flux_bot.core.text import truncate
from flux_bot.core.variations import escaped
from flux_bot.locales import Translator
from flux_bot.ui import texts
from flux_bot.ui.cards import OPTIONS_LIMIT, options
from flux_bot.ui.custom_ids import CustomId

UNCHANGED = "as-it-was"
"""The value of the option that changes nothing. Forms that are open during an update still send it."""
LIKE_THE_PICTURE = "like-the-picture"

MAX_MODELS = 4
"""The maximum number of models to compare."""
SIZE_QUOTED = 50
"""How many characters of a refused size an option quotes."""
MAX_IMAGE_MIB = 25
"""The maximum size of an input picture, in bytes. The vendor's FAQ says 25 MB."""


def form(title: str, custom_id: CustomId, *fields: ui.Label[ui.Modal]) -> ui.Modal:
    """Return a form with these fields."""
    modal = ui.Modal(title=title, custom_id=str(custom_id))
    for field in fields:
        modal.add_item(field)
    modal.stop()  # otherwise discord.py would keep it in memory, and reply instead of SubmittedForms
    return modal


def remix_form(
    translate: Translator,
    catalogue: Catalogue,
    custom_id: CustomId,
    request: ImageRequest | None,
    *,
    styles: Sequence[Style] = tuple(BUILT_IN.values()),
    title: str = "form-remix",
    is_partial: bool = False,
    is_typed: bool = False,
    size_typed: str = "",
) -> ui.Modal:
    """Return the form that changes a request; if the request is unknown (None), empty fields change nothing.

    ``is_partial`` says that only the beginning of the prompt is known, ``is_typed`` that braces in it have a meaning.
    ``size_typed`` is the refused size that the request's size replaces.
    """
    action = request.action if request else Action.GENERATE
    prompt = None if request is None else request.prompt if is_typed else as_typed(request)
    fields = [prompt_field(translate, prompt, is_partial=is_partial)]
    fields.append(model_field(translate, catalogue, action, request.model if request else None))
    fields.append(_size_field(translate, request, size_typed))
    if action is Action.GENERATE:
        fields += [_count_field(translate, request), style_field(translate, styles, request)]
    return form(translate(title), custom_id, *fields)


def as_typed(request: ImageRequest) -> str:
    """Return what to type to get exactly a request's prompt; in edits, braces have no meaning."""
    return request.prompt if request.action is Action.EDIT else escaped(request.prompt)


def prompt_field(translate: Translator, prompt: str | None, *, is_partial: bool = False) -> ui.Label[ui.Modal]:
    """Return the field for the prompt; if the prompt is unknown (None), an empty field changes nothing."""
    hint = "form-prompt-unchanged" if prompt is None else "form-prompt-partial-hint" if is_partial else None
    return ui.Label(
        text=translate("form-prompt"),
        description=translate(hint) if hint else None,
        component=ui.TextInput(
            custom_id="prompt",
            style=discord.TextStyle.paragraph,
            default=prompt[:PROMPT_LIMIT] if prompt else None,
            required=prompt is not None,
            max_length=PROMPT_LIMIT,
        ),
    )


def instruction_field(translate: Translator, instruction: str | None = None) -> ui.Label[ui.Modal]:
    """Return the field for an edit's instruction."""
    return ui.Label(
        text=translate("form-instruction"),
        component=ui.TextInput(
            custom_id="prompt",
            style=discord.TextStyle.paragraph,
            placeholder=translate("form-instruction-hint"),
            default=instruction or None,
            max_length=PROMPT_LIMIT,
        ),
    )


def model_field(translate: Translator, catalogue: Catalogue, action: Action, chosen: str | None) -> ui.Label[ui.Modal]:
    """Return the field for the model; if the model is unknown (None), the default option changes nothing."""
    labels = texts.model_labels(translate, catalogue.models_for(action))
    if chosen is None:
        labels = {UNCHANGED: translate("form-unchanged"), **dict(list(labels.items())[: OPTIONS_LIMIT - 1])}
    return _select(translate("form-model"), "model", labels, chosen or UNCHANGED)


def models_field(translate: Translator, catalogue: Catalogue, chosen: Sequence[str]) -> ui.Label[ui.Modal]:
    """Return the field that chooses several models."""
    labels = texts.model_labels(translate, catalogue.models_for(Action.GENERATE))
    choices = options(labels)
    for choice in choices:
        choice.default = choice.value in chosen
    select: ui.Select[ui.Modal] = ui.Select(
        custom_id="models",
        options=choices,
        min_values=min(2, len(choices)),
        max_values=min(MAX_MODELS, len(choices)),
    )
    return ui.Label(text=translate("form-models"), component=select)


def size_field(translate: Translator, size: str, refused: str = "") -> ui.Label[ui.Modal]:
    """Return the field for a shape. The first option is the previous shape, or the nearest shape to a refused size."""
    label = _preselected(translate, size, refused) if size else translate("form-unchanged")
    return _shapes(translate, size or UNCHANGED, label)


def _size_field(translate: Translator, request: ImageRequest | None, refused: str) -> ui.Label[ui.Modal]:
    label = _preselected(translate, request.size, refused) if request else translate("form-unchanged")
    return _shapes(translate, UNCHANGED, label)


def shape_field(translate: Translator, size: str | None, refused: str = "") -> ui.Label[ui.Modal]:
    """Return the field for an edit's shape, like ``size_field``."""
    label = _preselected(translate, size, refused) if size and refused else size or translate("form-like-the-picture")
    return _shapes(translate, size or LIKE_THE_PICTURE, label)


def _preselected(translate: Translator, size: str, refused: str) -> str:
    """Return the label of a preselected size: the previous size, or the nearest size to a refused size."""
    if refused:
        return translate("form-size-instead", size=size, typed=truncate(refused, SIZE_QUOTED))
    return translate("form-size-unchanged", size=size)


def _shapes(translate: Translator, first: str, label: str) -> ui.Label[ui.Modal]:
    """Return a field with the common shapes after the preselected option."""
    labels = {first: label}
    labels |= {shape: name for shape, name in texts.shape_labels(translate).items() if shape != first}
    return _select(translate("form-size"), "size", labels, first)


def _count_field(translate: Translator, request: ImageRequest | None) -> ui.Label[ui.Modal]:
    counts = [
        discord.RadioGroupOption(
            label=str(count), value=str(count), default=request is not None and count == request.count
        )
        for count in range(1, MAX_COUNT + 1)
    ]
    if request is None:
        counts.insert(0, discord.RadioGroupOption(label=translate("form-unchanged"), value=UNCHANGED, default=True))
    return ui.Label(text=translate("form-count"), component=ui.RadioGroup(custom_id="count", options=counts))


def style_field(translate: Translator, styles: Sequence[Style], request: ImageRequest | None) -> ui.Label[ui.Modal]:
    """Return the field for the style; if the request's style was removed or changed since, one option keeps it."""
    name, labels = request.style if request else None, {NONE: translate("style-none")}
    chosen = UNCHANGED if request is None else NONE
    if request is None:
        labels = {UNCHANGED: translate("form-unchanged"), **labels}
    elif name:
        is_listed = any(style.name == name and style.template == request.template for style in styles)
        chosen = name if is_listed else UNCHANGED
        labels = {chosen: texts.plain_style_name(translate, request), **labels}
    others = (style for style in styles if style.name != name)
    labels |= {style.name: texts.style_label(translate, style) for style in others}
    return _select(translate("form-style"), "style", dict(list(labels.items())[:OPTIONS_LIMIT]), chosen)


def which_field(translate: Translator, count: int) -> ui.Label[ui.Modal]:
    """Return the field that chooses one of several pictures."""
    labels = {str(number): translate("form-which-option", number=number) for number in range(1, count + 1)}
    return _select(translate("form-which"), "which", labels, "1")


def upload_field(translate: Translator) -> ui.Label[ui.Modal]:
    """Return the field that uploads a picture."""
    return ui.Label(
        text=translate("form-upload"),
        description=translate("form-upload-hint", mebibytes=str(MAX_IMAGE_MIB)),
        component=ui.FileUpload(custom_id="image", min_values=1, max_values=1),
    )


def _select(text: str, custom_id: str, labels: Mapping[str, str], chosen: str) -> ui.Label[ui.Modal]:
    return ui.Label(text=text, component=ui.Select(custom_id=custom_id, options=options(labels, chosen)))
