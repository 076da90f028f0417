"""The shipped models, and how sizes are matched to what a model accepts; the rest is in test_catalogue_files.py."""

import re
import tomllib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.catalogue import SHAPE_WORDS, SHAPES, SHIPPED, Model, folded, load_catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action
from flux_bot.core.text import escape
from flux_bot.ui import texts
from tests.english import EN, rejects, said

CATALOGUE = load_catalogue("")
RATIOS_MARCH = ("1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21")
RATIOS_OCTOBER = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
PIXELS = ("1024x1024", "1024x1792", "1792x1024")
STEPS = range(256, 1441, 32)
CHOICES = 25
"""https://docs.discord.com/developers/components/reference ("string select": max 25 options; label, value: 1-100)"""

MARCH = {
    "flux-dev": "steps",
    "flux-pro": "steps",
    "flux-pro-1.1": "steps",
    "flux-pro-1.1-ultra": "ratio",
    "flux-2-flex": "free",
    "flux-2-pro": "free",
    "flux-2-max": "free",
    "flux-kontext-pro": "ratio",
    "flux-kontext-max": "ratio",
}
"""The models of the guide of March 2026, and the sizes that each accepts; flux-pro is only in its specification."""
OCTOBER = [*(name for name in MARCH if "1.1" not in name), "flux-2-klein"]
"""The models of the guide of autumn 2026; klein is only in the specification."""


def march_allows(name: str, size: str) -> bool:
    """Return whether the API of the guide of March 2026 accepts this size (FluxAPI, integration guide, "size")."""
    if ":" in size:
        return MARCH.get(name) == "ratio" and size in RATIOS_MARCH
    width, height = (int(side) for side in size.split("x"))
    if MARCH.get(name) == "free":
        return min(width, height) >= 64 and width % 32 == height % 32 == 0
    return MARCH.get(name) == "steps" and width in STEPS and height in STEPS


def october_allows(name: str, size: str) -> bool:
    """Return whether the API of autumn 2026 accepts this size (APIs, flux_images.md, "Size")."""
    return name in OCTOBER and size in RATIOS_OCTOBER + (PIXELS if name in {"flux-dev", "flux-pro"} else ())


def a_client_sends(name: str, size: str) -> bool:
    """Return whether the vendor's skill names this size for klein, whose sizes no guide has: 256 to 1440 pixels."""
    return name == "flux-2-klein" and ":" not in size and all(int(side) in STEPS for side in size.split("x"))


APIS = (march_allows, october_allows)


def model_with(label: str, sizes: object) -> Model:
    """Return a model with these sizes, given as in a file."""
    return Model.model_validate({"name": label, "label": label, "actions": ["generate"], "sizes": sizes})


def in_form(form: str, *names: str) -> list[Model]:
    """Return models of the catalogue once the API has shown which form of their sizes it accepts."""
    return [model.in_form(form) for model in CATALOGUE.models if model.name in names]


PIXEL_MODELS = in_form("pixels", "flux-dev", "flux-pro", "flux-pro-1.1", "flux-2-klein")
FREE_MODELS = in_form("pixels", "flux-2-flex", "flux-2-pro", "flux-2-max")
RATIO_MODELS = in_form("ratios", *(model.name for model in CATALOGUE.models if "ratios" in model.forms))
UNKNOWN_MODELS = [model for model in CATALOGUE.models if len(model.sizes) > 1]
"""Models for which it is still unknown which form of their sizes the API accepts."""
BOTH_MODELS = [model_with("flux-dev", {"pixels": PIXELS, "ratios": RATIOS_OCTOBER})]
"""As in the catalogue of autumn 2026: one form with both."""
MODELS = [*CATALOGUE.models, *PIXEL_MODELS, *FREE_MODELS, *RATIO_MODELS, *BOTH_MODELS]


def sent(model: Model, size: str) -> list[str]:
    """Return the value that is sent for a size, for each form of the model."""
    return [model.size_in(form, size) for form in model.forms]


def is_allowed(model: Model, size: str) -> bool:
    """Return whether the vendor's sources allow what is sent for a size, in each of the model's forms."""
    return all(any(allows(model.name, one) for allows in (*APIS, a_client_sends)) for one in sent(model, size))


def ratio_of(size: str) -> float:
    """Return width divided by height."""
    width, height = re.split("[:x]", size)
    return int(width) / int(height)


def size_or_refusal(model: Model, text: str) -> str | None:
    """Return the size chosen by a text; None if it is rejected with a text that names the model and lists its sizes."""
    try:
        return model.size_for(text)
    except RequestRejected as rejected:
        refusal = said(rejected)
    supported = EN("size-not-supported", model="", typed="", supported=model.describe_sizes())
    assert refusal.startswith(escape(model.label.partition(":")[0]))
    assert refusal.endswith(supported.partition("”")[2])
    return None


# --- the shipped catalogue ----------------------------------------------------------------------------------


def test_the_shipped_models() -> None:
    """The catalogue has every model of both guides, the newest first; the newer guide's models edit, except klein."""
    older = ["flux-pro-1.1-ultra", "flux-pro-1.1", "flux-pro", "flux-dev"]
    flux_2, kontext = ["flux-2-flex", "flux-2-pro", "flux-2-max"], ["flux-kontext-pro", "flux-kontext-max"]
    generate = [model.name for model in CATALOGUE.models_for(Action.GENERATE)]
    assert generate == ["flux-2-klein", *flux_2, *kontext, *older] == [model.name for model in CATALOGUE.models]
    assert set(generate) == {*MARCH, *OCTOBER}
    assert [model.name for model in CATALOGUE.models_for(Action.EDIT)] == [*flux_2, *kontext, "flux-pro", "flux-dev"]
    assert {action: CATALOGUE.default(action) for action in Action} == {
        Action.GENERATE: "flux-dev",
        Action.EDIT: "flux-kontext-pro",
    }
    for action in Action:
        assert CATALOGUE.default(action) in MARCH.keys() & set(OCTOBER), "both forms of the API have the defaults"


def test_a_model_is_found_by_name() -> None:
    """A model is found by its name, but only for the actions that it supports; no name means the default."""
    for action in Action:
        default = CATALOGUE.model(None, action)
        assert (default.name, action in default.actions) == (CATALOGUE.default(action), True)
        for model in CATALOGUE.models:
            if action in model.actions:
                assert CATALOGUE.model(model.name, action) is model
                assert CATALOGUE.find(model.name, action) is model
            else:
                assert CATALOGUE.find(model.name, action) is None
                with rejects(f"“{model.name}” that edits pictures.*: FLUX.2 flex, .*, FLUX.1 dev"):
                    CATALOGUE.model(model.name, action)
    for name, shown in {"FLUX-DEV": "FLUX-DEV", " @everyone": r" \@everyone", "x" * 51: f"{'x' * 49}…"}.items():
        with rejects(re.escape(f"“{shown}”")):
            CATALOGUE.model(name, Action.EDIT)


def test_the_preferred_model() -> None:
    """The named model comes first, then the preference if it still supports the action, then the default."""
    assert CATALOGUE.preferred("flux-2-pro", "flux-2-klein", Action.GENERATE).name == "flux-2-pro"
    assert CATALOGUE.preferred(None, "flux-2-klein", Action.GENERATE).name == "flux-2-klein"
    for preference in (None, "flux-2-klein", "removed"):
        assert CATALOGUE.preferred(None, preference, Action.EDIT).name == "flux-kontext-pro", preference
    with rejects("no model “removed”"):
        CATALOGUE.preferred("removed", "flux-2-klein", Action.GENERATE)


def test_the_next_models() -> None:
    """The models to use instead of another one are those after it in the file, then those before it."""
    names = [model.name for model in CATALOGUE.models_for(Action.EDIT)]
    for place, name in enumerate(names):
        following = [model.name for model in CATALOGUE.from_next(name, Action.EDIT)]
        assert following == names[place + 1 :] + names[:place], name
    assert [model.name for model in CATALOGUE.from_next("flux-2-klein", Action.EDIT)] == names, "it can't edit"


# --- the sizes on offer -------------------------------------------------------------------------------------


def test_offered_sizes() -> None:
    """A size on offer is accepted when typed, as are its ratio and its label, and sent as the vendor allows."""
    for model in MODELS:
        shapes = model.shapes()
        assert 1 < len({shape.size for shape in shapes}) == len(shapes) <= CHOICES, model.name
        for shape in shapes:
            label = texts.shape_label(EN, shape.ratio, shape.size)
            assert 1 <= len(label) <= 100
            assert is_allowed(model, shape.size), (model.name, shape)
            assert len(set(sent(model, shape.size))) == len(model.forms)
            for size in sent(model, shape.size):
                assert ratio_of(size) == pytest.approx(ratio_of(shape.ratio), rel=0.035)
            assert model.size_for(shape.size) == shape.size
            assert ratio_of(model.size_for(label)) == ratio_of(shape.size)
            assert model in BOTH_MODELS or model.size_for(label) == shape.size


def test_every_size_can_be_delivered() -> None:
    """Each form of the API accepts every offered shape of the models that it knows, in some form."""
    for allows, names in ((march_allows, MARCH), (october_allows, OCTOBER)):
        for name in names:
            model = CATALOGUE.model(name, Action.GENERATE)
            for shape in model.shapes():
                assert any(allows(name, size) for size in sent(model, shape.size)), (allows.__name__, name, shape)


def test_a_chosen_size_in_another_form() -> None:
    """A size is sent in each form: as it is if the form has it, otherwise as the nearest shape."""
    dev = CATALOGUE.model("flux-dev", Action.GENERATE)
    assert dev.forms == ("ratios", "pixels")
    for size, ratios, pixels in (
        ("16:9", "16:9", "1344x768"),
        ("1344x768", "16:9", "1344x768"),
        ("512x512", "1:1", "512x512"),
        ("1792x1024", "16:9", "1344x768"),  # chosen for another model
        ("5:1", "21:9", "1440x288"),
        ("64x64", "1:1", "1024x1024"),
        ("as it was", "1:1", "1024x1024"),
    ):
        assert (dev.size_in("ratios", size), dev.size_in("pixels", size)) == (ratios, pixels), size


def test_shapes_in_order() -> None:
    """The most common shapes come first, and pixel sizes last; the first one is the default."""
    for model in MODELS:
        sizes = [shape.size for shape in model.shapes()]
        assert {model.size_for(text) for text in (None, "", "  ", "\n")} == {sizes[0]}
        if model not in PIXEL_MODELS + FREE_MODELS:
            ratios = RATIOS_MARCH if model.name == "flux-pro-1.1-ultra" else RATIOS_OCTOBER
            assert sizes == [*sorted(ratios, key=SHAPES.index), *(PIXELS if model in BOTH_MODELS else ())]
        else:
            assert [shape.ratio for shape in model.shapes()] == list(SHAPES)
            for width, height in ((int(side) for side in size.split("x")) for size in sizes):
                assert max(width, height) >= 1440 or 0.9 * 1024 * 1024 < width * height <= 1024 * 1024


def test_shapes_of_another_model() -> None:
    """A shape of one model gives a similar shape with another, or a clear error; ``size_near`` always finds one."""
    for giver in MODELS:
        for shape in giver.shapes():
            for taker in MODELS:
                for text in (shape.size, shape.ratio, texts.shape_label(EN, shape.ratio, shape.size)):
                    size = size_or_refusal(taker, text)
                    assert size is None or is_allowed(taker, size)
                    assert size is None or ratio_of(size) == pytest.approx(ratio_of(shape.ratio), rel=0.07)
                assert is_allowed(taker, taker.size_near(shape.size))
    (dev,) = in_form("pixels", "flux-dev")
    assert dev.size_near("256x1440") == "256x1440"
    nearest = {"1440x256": "21:9", "256x1440": "9:21", "7:5": "4:3"}
    default = dict.fromkeys(("7:0", "7x0", "big", ""), "1:1")
    kontext = CATALOGUE.model("flux-kontext-pro", Action.EDIT)
    assert {text: kontext.size_near(text) for text in nearest | default} == nearest | default


def test_typed_sizes() -> None:
    """A pixel model uses sizes as typed and makes shapes about one megapixel; a ratio model takes the nearest ratio.

    While it is unknown which form the API accepts, a size is kept as it was typed.
    """
    shapes = ("16:9", "32:18", " 16 : 9 ", "16:9 wide (1344x768)", "wide, 16:9.", "wide", "١٦:٩")
    sizes = ("1344X768", "1344×768", "1344*768", "  1344\tx\n768px  ", "(1344x768)", "01344x0768")
    for_pixels = {
        "1344x768": (*shapes, *sizes),
        "768x1344": ("9:16", "  TALL "),
        "1024x1024": ("square",),
        "1248x832": ("landscape", "1.5:1"),
        "832x1248": ("Portrait", "1 : 1,5"),
        "1376x736": ("1.85:1",),
    }
    for_ratios = {
        "16:9": ("32:18", "16 : 9", "wide", "1344x768", "7:4"),
        "9:16": ("tall", "768x1344", "1:1,78"),
        "21:9": ("1536x640", "7:3", "2.39:1"),
        "3:2": ("1.5:1", "1200*800"),
    }
    for_unknown = {
        "1344x768": sizes,
        "1024x1024": ("1024x1024",),
        "1536x640": ("1536x640",),
        "16:9": ("32:18", "16 : 9", "wide", "7:4", *shapes[1:3]),
        "9:16": ("tall", "1:1,78"),
        "21:9": ("7:3", "2.39:1"),
        "3:2": ("1.5:1", "landscape"),
    }
    for_both = {"1792x1024": ("1792 x 1024", "7:4", "1.75:1"), "16:9": ("1344x768", "wide"), "1:1": ("512x512",)}
    for models, table in (
        (PIXEL_MODELS + FREE_MODELS, for_pixels),
        (RATIO_MODELS, for_ratios),
        ([model for model in UNKNOWN_MODELS if MARCH.get(model.name) == "free"], for_unknown),
        (BOTH_MODELS, for_both),
        (PIXEL_MODELS, {"288x1440": ("1:5",)}),  # exactly the largest side
    ):
        for model in models:
            for size, typed in table.items():
                assert {text: model.size_for(text) for text in typed} == dict.fromkeys(typed, size), model.name


def test_words_for_shapes() -> None:
    """A word in any language means one shape, and each model uses its own or nearest size."""
    assert set(SHAPE_WORDS.values()) <= set(SHAPES)
    table = tomllib.loads((SHIPPED.parent / "shape_words.toml").read_text())
    assert len(SHAPE_WORDS) == sum(map(len, table.values())), "a word means two shapes"
    assert all(word == folded(word) for word in SHAPE_WORDS)
    expected = {
        **dict.fromkeys(("phone", "Story", "Handy", "móvil", "téléphone", "スマホ", "手机", "휴대폰"), "9:16"),
        **dict.fromkeys(("hd", "Full-HD", "wallpaper", " TV ", "desktop", "壁紙", "papel  de parede"), "16:9"),
        **dict.fromkeys(("banner", "cinema", "Kino", "영화"), "21:9"),
        **dict.fromkeys(("square", "avatar", "carré"), "1:1"),
        **dict.fromkeys(("portrait", "poster", "Plakat", "海报"), "2:3"),
        **dict.fromkeys(("landscape", "Querformat"), "3:2"),
    }
    for model in MODELS:
        for word, ratio in expected.items():
            assert model.size_for(word) == model.size_near(ratio), (model.name, word)
        assert ratio_of(model.size_for("post")) in (pytest.approx(4 / 5), pytest.approx(3 / 4)), model.name


def test_words_for_models() -> None:
    """A tag means the first model that has it, for that action; names and labels are understood as typed."""
    for typed, action, name in (
        ("Fast", Action.GENERATE, "flux-2-klein"),
        ("fast", Action.EDIT, "flux-dev"),
        ("best", Action.GENERATE, "flux-2-max"),
        ("text", Action.EDIT, "flux-2-flex"),
        ("edit", Action.GENERATE, "flux-kontext-pro"),
        ("FLUX-2-pro", Action.EDIT, "flux-2-pro"),
        (" flux.2  Pro", Action.EDIT, "flux-2-pro"),
        ("FLUX.2 pro: the all-rounder", Action.EDIT, "flux-2-pro"),
        ("flux-pro-1.1", Action.EDIT, "flux-pro-1.1"),
        ("FLUX", Action.GENERATE, "FLUX"),
    ):
        assert CATALOGUE.resolve(typed, action) == name, typed
    with rejects("^There is no model “fast”"):
        CATALOGUE.model("fast", Action.GENERATE)


def test_every_allowed_size() -> None:
    """Every pixel size that the guide allows is used unchanged, and any size if the guide gives no limit."""
    limited = [f"{width}x{height}" for width in STEPS for height in STEPS]
    unlimited = ["64x64", "64x4096", "99968x64", "96x1440"]
    for models, sizes in ((PIXEL_MODELS, limited), (FREE_MODELS, unlimited)):
        for model in models:
            assert [model.size_for(size) for size in sizes] == sizes, model.name


def test_forbidden_sizes() -> None:
    """A size that the guide forbids, or a shape far from those of the model, is rejected with the allowed ones."""
    off_limits = ("256x224", "1472x1024", "1024x1441", "1:6")
    lacking = ("7:5", "1.85:1", "2:1", "1024x512", "1440x256")
    for models, sizes, rule in (
        (PIXEL_MODELS, (*off_limits, "1000x1000", "1024x1025"), "256 to 1440 in steps of 32"),
        (FREE_MODELS, ("32x64", "64x32", "100x1024", "9999:1"), "64 or more in steps of 32"),
        (RATIO_MODELS + UNKNOWN_MODELS + BOTH_MODELS, lacking, "16:9"),
        (UNKNOWN_MODELS, ("1000x1000", "32x32"), r"It supports 1:1, 16:9, .*, 9:21\.$"),
    ):
        for model in models:
            for size in sizes:
                with rejects(f"^{re.escape(model.label.partition(':')[0])} .* {rule}"):
                    model.size_for(size)


def test_invalid_sizes() -> None:
    """A text that is not a size, or contains only part of a number, is rejected instead of guessed."""
    words = ("big", "x", ":", "16:", ":9", "16/9", "1024", "1024x", "x" * 4000)
    zeros = ("0:9", "16:0", "0x1024", "1024x0")
    ratios = ("1.2345:1", "16:9.5.1", "16:9:4", "12345:6", "16:90000")
    pixels = ("1024.5x1024", "1024x1024000", "1001024x1024", "1024x1024x3")
    for model in MODELS:
        for text in (*words, *zeros, *ratios, *pixels):
            assert size_or_refusal(model, text) is None, text[:20]


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789x×*:., "), max_size=15))
@example("٣٢٠x٣٢٠")
def test_any_text(text: str) -> None:
    """Any text gives a size that the vendor allows, or an error."""
    for model in MODELS:
        size = size_or_refusal(model, text)
        assert size is None or is_allowed(model, size)


def test_a_size_like_the_picture() -> None:
    """An edit has the shape of its picture, or the nearest that the model offers."""
    table = {(1000, 1000): "1:1", (64, 63): "1:1", (1080, 1920): "9:16", (4000, 3000): "4:3", (4000, 6000): "2:3"}
    table |= {(5000, 1000): "21:9", (10, 10_000): "9:21"}
    for model in MODELS:
        ratios = {shape.size: shape.ratio for shape in model.shapes()}
        assert {sides: ratios[model.size_like(*sides)] for sides in table} == table, model.name
        for sides, ratio in table.items():
            like_it = [model.in_form(form).size_like(*sides) for form in model.forms]
            assert sent(model, ratio) == like_it, (model.name, sides)
