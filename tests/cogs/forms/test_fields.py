"""The fields of forms as they open, and Discord's limits for all forms in all languages."""

from dataclasses import replace

from cogs.forms import fields
from flux_bot.core.catalogue import SHAPES, Catalogue, Model, load_catalogue
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.core.styles import BUILT_IN, NONE, Style, with_style
from flux_bot.locales import LOCALES, translator_for
from flux_bot.ui.custom_ids import CustomId
from tests.english import EN
from tests.forms import Form, fields_of, form_of, prefilled

CATALOGUE = load_catalogue("")
REMIX = CustomId("remix", "-" * 16)


def values(form: Form, name: str) -> list[str]:
    """Return the choices of a field."""
    return [option["value"] for option in fields_of(form)[name]["options"]]


def test_remix_form() -> None:
    """The form offers all valid choices; if the request is unknown, every field has a choice to leave it unchanged."""
    request = ImageRequest(Action.GENERATE, "a *cat*\non a roof", "flux-2-flex", "128x64", count=3)
    form = fields.remix_form(EN, CATALOGUE, REMIX, request)
    assert (form.title, form.custom_id) == ("Remix", str(REMIX))
    assert list(fields_of(form)) == ["prompt", "model", "size", "count", "style"]
    assert fields_of(form)["size"]["options"][0]["label"] == "128x64, unchanged"
    assert fields_of(form)["prompt"]["required"]
    assert values(form, "model") == [model.name for model in CATALOGUE.models_for(Action.GENERATE)]
    assert values(form, "size") == ["as-it-was", *SHAPES]
    assert values(form, "count") == ["1", "2", "3", "4"]
    assert values(form, "style") == ["none", *BUILT_IN]
    unknown = fields.remix_form(EN, CATALOGUE, REMIX, None)
    assert values(unknown, "style") == ["as-it-was", "none", *BUILT_IN]
    assert not fields_of(unknown)["prompt"]["required"]
    assert values(unknown, "count") == ["as-it-was", "1", "2", "3", "4"]


def test_remix_form_of_an_edit() -> None:
    """The form of an edit has no count, and only models that can edit; a model that is gone is not selected."""
    for model, selected in (("flux-kontext-max", {"model": ["flux-kontext-max"]}), ("flux-0", {})):
        form = fields.remix_form(EN, CATALOGUE, REMIX, ImageRequest(Action.EDIT, "add a hat", model, "1:1"))
        assert list(fields_of(form)) == ["prompt", "model", "size"]
        assert values(form, "model") == [one.name for one in CATALOGUE.models_for(Action.EDIT)]
        assert prefilled(form) == {"prompt": "add a hat", "size": ["as-it-was"]} | selected


def test_style_of_a_request() -> None:
    """The style is selected; if it was removed or changed since, an option keeps it."""
    ink, other = Style("Ink", "ink of {prompt}", "black"), Style("Ink", "another {prompt}")
    request = ImageRequest(Action.GENERATE, "a cat", "flux-dev", "1:1")
    for styles, chosen in (([ink], "Ink"), ([other], "as-it-was"), ([], "as-it-was")):
        form = fields.remix_form(EN, CATALOGUE, REMIX, with_style(request, ink), styles=styles)
        (first, *others) = fields_of(form)["style"]["options"]
        assert prefilled(form)["style"] == [first["value"]] == [chosen]
        assert first["label"] == "Ink"
        assert [option["value"] for option in others] == ["none"], chosen


def test_shape_and_which_field() -> None:
    """The first choice is the shape typed before, else the picture's own; pictures are numbered, the first selected."""
    for typed, choices in (
        (None, ["like-the-picture", *SHAPES]),
        ("16:9", ["16:9", *(shape for shape in SHAPES if shape != "16:9")]),
        ("768x1024", ["768x1024", *SHAPES]),
    ):
        form = fields.form("Edit", REMIX, fields.shape_field(EN, typed))
        assert values(form, "size") == choices
        assert prefilled(form) == {"size": choices[:1]}
        assert fields_of(form)["size"]["options"][0]["label"] == (typed or "Same as the picture")
    form = fields.form("Edit", REMIX, fields.which_field(EN, 3))
    labels = {option["value"]: option["label"] for option in fields_of(form)["which"]["options"]}
    assert labels == {"1": "Picture 1", "2": "Picture 2", "3": "Picture 3"}
    assert prefilled(form) == {"which": ["1"]}


def test_limits_in_all_languages() -> None:
    """All forms are within Discord's limits in all languages, with the longest texts and the most models."""
    model = CATALOGUE.model("flux-kontext-pro", Action.EDIT)
    models = [Model(**dict(model) | {"name": f"model-{number}", "label": "m" * 100}) for number in range(25)]
    full = Catalogue(defaults=dict.fromkeys(Action, "model-0"), models=tuple(models))
    longest = ImageRequest(Action.GENERATE, "*" * 4000, "model-24", "10016x10016", count=4)
    styles = [Style(f"{number:050}", "{prompt}", "d" * 100) for number in range(25)]
    for locale in LOCALES:
        translate = translator_for(locale)
        for title in ("form-remix", "form-reword"):
            for style in (styles[24], None):
                request = with_style(longest, style)
                form = fields.remix_form(translate, full, REMIX, request, styles=styles, title=title)
                assert values(form, "model")[-1] == "model-24"
                assert prefilled(form)["style"] == [style.name if style else NONE]
        form_of(fields.remix_form(translate, full, REMIX, replace(longest, prompt="{|" * 2000), styles=styles))
        unknown = fields.remix_form(translate, full, REMIX, None, styles=styles)
        assert values(unknown, "model") == ["as-it-was", *(f"model-{number}" for number in range(24))]
        edit = fields.form(
            translate("form-edit"),
            CustomId("change", "as-preferred:" + "-" * 12),
            fields.upload_field(translate),
            fields.which_field(translate, 10),
            fields.instruction_field(translate, "*" * 4000),
            fields.model_field(translate, full, Action.EDIT, "model-24"),
            fields.shape_field(translate, "x" * 100, "y" * 100),
        )
        form_of(edit)
        compared = fields.models_field(translate, full, ["model-0", "model-24"])
        form_of(
            fields.form(translate("form-reword"), REMIX, compared, fields.size_field(translate, "x" * 100, "y" * 100))
        )
        few = Catalogue(defaults=dict.fromkeys(Action, "model-0"), models=tuple(models[:1]))
        form_of(fields.form(translate("form-reword"), REMIX, fields.models_field(translate, few, [])))
        options = [option for field in fields_of(edit).values() for option in field.get("options", ())]
        assert all(option["label"].strip() for option in options), locale
