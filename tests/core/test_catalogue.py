"""The model catalogues, those shipped and an operator's own, and how sizes are matched to what a model accepts."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.catalogue import SHAPES, Model, load_catalogue
from flux_bot.core.errors import ConfigurationError, RequestRejected
from flux_bot.core.jobs import Action
from flux_bot.ui import texts
from tests.english import EN, rejects, said

MARCH, OCTOBER = (load_catalogue(name) for name in ("", "2026-10"))
MODELS = (*MARCH.models, *OCTOBER.models)
PIXEL_MODELS = [model for model in MARCH.models if model.name in {"flux-dev", "flux-pro-1.1"}]
FREE_MODELS = [model for model in MARCH.models if model.name.startswith("flux-2-")]
BOTH_MODELS = [model for model in OCTOBER.models if model.name in {"flux-dev", "flux-pro"}]
RATIO_MODELS = [model for model in MODELS if model not in PIXEL_MODELS + FREE_MODELS + BOTH_MODELS]

RATIOS_MARCH = ("1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21")
RATIOS_OCTOBER = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
PIXELS = ("1024x1024", "1024x1792", "1792x1024")
STEPS = range(256, 1441, 32)
CHOICES = 25
"""https://docs.discord.com/developers/interactions/application-commands ("choices": max 25; name, value: 1-100)"""


def is_allowed(model: Model, size: str) -> bool:
    """Return whether the vendor's guides allow this size (flux_images.md, "Size")."""
    if ":" in size:
        ratios = RATIOS_MARCH if model in MARCH.models else RATIOS_OCTOBER
        return model in RATIO_MODELS + BOTH_MODELS and size in ratios
    width, height = (int(side) for side in size.split("x"))
    if model in FREE_MODELS:
        return min(width, height) >= 64 and width % 32 == height % 32 == 0
    return (model in PIXEL_MODELS and width in STEPS and height in STEPS) or (model in BOTH_MODELS and size in PIXELS)


def ratio_of(size: str) -> float:
    """Return width divided by height."""
    width, height = re.split("[:x]", size)
    return int(width) / int(height)


def size_or_refusal(model: Model, text: str) -> str | None:
    """Return the size sent for a text; None if it is rejected with a text that names the model and lists its sizes."""
    try:
        return model.size_for(text)
    except RequestRejected as rejected:
        refusal = said(rejected)
    supported = EN("size-not-supported", model=model.name, typed="", supported=model.sizes.describe())
    assert model.name in refusal
    assert refusal.endswith(supported.partition("”")[2])
    return None


# --- shipped catalogues -------------------------------------------------------------------------------------


def test_the_shipped_models() -> None:
    """The catalogues follow the vendor's guides; in that of autumn 2026, every model can edit."""
    edit = ["flux-kontext-pro", "flux-kontext-max"]
    generate = ["flux-dev", "flux-pro-1.1", "flux-pro-1.1-ultra", "flux-2-flex", "flux-2-pro", "flux-2-max", *edit]
    assert [model.name for model in MARCH.models_for(Action.GENERATE)] == generate
    assert [model.name for model in MARCH.models_for(Action.EDIT)] == edit
    names = ["flux-dev", "flux-pro", "flux-2-flex", "flux-2-pro", "flux-2-max", *edit]
    for action in Action:
        assert [model.name for model in OCTOBER.models_for(action)] == names


def test_a_model_is_found_by_name() -> None:
    """A model is found by its name, but only for the actions that it supports; no name means the default."""
    for catalogue in (MARCH, OCTOBER):
        for action in Action:
            default = catalogue.model(None, action)
            assert (default.name, action in default.actions) == (catalogue.default(action), True)
            for model in catalogue.models:
                if action in model.actions:
                    assert catalogue.model(model.name, action) is model
                else:
                    with rejects(f"“{model.name}” that edits pictures.*: flux-kontext-pro, flux-kontext-max"):
                        catalogue.model(model.name, action)
    for name, shown in {"FLUX-DEV": "FLUX-DEV", " @everyone": r" \@everyone", "x" * 51: f"{'x' * 49}…"}.items():
        with rejects(re.escape(f"“{shown}”")):
            MARCH.model(name, Action.EDIT)


def test_the_preferred_model() -> None:
    """The named model comes first, then the preference if it still supports the action, then the default."""
    assert MARCH.preferred("flux-2-pro", "flux-2-max", Action.GENERATE).name == "flux-2-pro"
    assert MARCH.preferred(None, "flux-2-max", Action.GENERATE).name == "flux-2-max"
    for preference in (None, "flux-2-max", "removed"):
        assert MARCH.preferred(None, preference, Action.EDIT).name == "flux-kontext-pro", preference
    with rejects("no model “removed”"):
        MARCH.preferred("removed", "flux-2-max", Action.GENERATE)


# --- the sizes on offer -------------------------------------------------------------------------------------


def test_offered_sizes() -> None:
    """The vendor's guide allows every size on offer; it, its ratio and its label are accepted when typed."""
    for model in MODELS:
        shapes = model.sizes.shapes()
        assert 0 < len({shape.size for shape in shapes}) == len(shapes) <= CHOICES, model.name
        for shape in shapes:
            label = texts.shape_label(EN, shape.ratio, shape.size)
            assert 1 <= len(label) <= 100
            assert is_allowed(model, shape.size), (model.name, shape)
            assert ratio_of(shape.size) == pytest.approx(ratio_of(shape.ratio), rel=0.035)
            assert model.size_for(shape.size) == shape.size
            assert ratio_of(model.size_for(label)) == ratio_of(shape.size)
            assert model in BOTH_MODELS or model.size_for(label) == shape.size


def test_shapes_in_order() -> None:
    """The most common shapes come first, and pixel sizes last; the first one is the default."""
    for model in MODELS:
        sizes = [shape.size for shape in model.sizes.shapes()]
        assert {model.size_for(text) for text in (None, "", "  ", "\n")} == {sizes[0]}
        if model in RATIO_MODELS + BOTH_MODELS:
            ratios = RATIOS_MARCH if model in MARCH.models else RATIOS_OCTOBER
            assert sizes == [*sorted(ratios, key=SHAPES.index), *(PIXELS if model in BOTH_MODELS else ())]
        else:
            assert [shape.ratio for shape in model.sizes.shapes()] == list(SHAPES)
            for width, height in ((int(side) for side in size.split("x")) for size in sizes):
                assert max(width, height) >= 1440 or 0.9 * 1024 * 1024 < width * height <= 1024 * 1024


def test_shapes_of_another_model() -> None:
    """A shape of one model gives a similar shape with another, or a clear error; ``size_near`` always finds one."""
    for giver in MODELS:
        for shape in giver.sizes.shapes():
            for taker in MODELS:
                for text in (shape.size, shape.ratio, texts.shape_label(EN, shape.ratio, shape.size)):
                    size = size_or_refusal(taker, text)
                    assert size is None or is_allowed(taker, size)
                    assert size is None or ratio_of(size) == pytest.approx(ratio_of(shape.ratio), rel=0.07)
                assert is_allowed(taker, taker.size_near(shape.size))
    assert MARCH.model("flux-dev", Action.GENERATE).size_near("256x1440") == "256x1440"
    nearest = {"1440x256": "21:9", "256x1440": "9:21", "7:5": "4:3"}
    default = dict.fromkeys(("7:0", "7x0", "big", ""), "1:1")
    kontext = MARCH.model("flux-kontext-pro", Action.EDIT)
    assert {text: kontext.size_near(text) for text in nearest | default} == nearest | default


def test_typed_sizes() -> None:
    """A pixel model uses sizes as typed and makes shapes about one megapixel; a ratio model takes the nearest ratio."""
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
    for_both = {"1792x1024": ("1792 x 1024", "7:4", "1.75:1"), "16:9": ("1344x768", "wide"), "1:1": ("512x512",)}
    for models, table in (
        (PIXEL_MODELS + FREE_MODELS, for_pixels),
        (RATIO_MODELS, for_ratios),
        (BOTH_MODELS, for_both),
        (PIXEL_MODELS, {"288x1440": ("1:5",)}),  # exactly the largest side
    ):
        for model in models:
            for size, typed in table.items():
                assert {text: model.size_for(text) for text in typed} == dict.fromkeys(typed, size), model.name


def test_every_allowed_size() -> None:
    """Every pixel size that the guide allows is used unchanged, however large if the guide names no limit."""
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
        (RATIO_MODELS + BOTH_MODELS, lacking, "16:9"),
    ):
        for model in models:
            for size in sizes:
                with rejects(f"^{model.name} .* {rule}"):
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
        ratios = {shape.size: shape.ratio for shape in model.sizes.shapes()}
        assert {sides: ratios[model.size_like(*sides)] for sides in table} == table, model.name


# --- the operator's catalogue -------------------------------------------------------------------------------


def table(*models: str, generate: str = "one", edit: str = "one", more: str = "") -> str:
    """Return a catalogue file with these models."""
    return "\n".join([f'defaults = {{ generate = "{generate}", edit = "{edit}" }}', more, *models])


def model(**changes: str) -> str:
    """Return one model of a catalogue file, with some fields changed: their values are TOML."""
    plain = {"name": '"one"', "label": '"One"', "actions": '["generate", "edit"]', "sizes": '{ ratios = ["1:1"] }'}
    return "\n".join(("[[models]]", *(f"{field} = {value}" for field, value in (plain | changes).items())))


MOST = [model(name=f'"m{number}"') for number in range(CHOICES)]


def error_of(path: Path) -> str:
    """Return the error for an invalid file: one line that names the setting and the file, without them."""
    with pytest.raises(ConfigurationError) as refused:
        load_catalogue(str(path))
    text = str(refused.value)
    assert text.startswith("FLUX_CATALOGUE: ")
    assert str(path) in text
    assert "\n" not in text
    return text.removeprefix("FLUX_CATALOGUE: ").replace(f"{path}", "").removeprefix(": ")


def test_an_operators_catalogue(tmp_path: Path) -> None:
    """The operator's catalogue is read from its path; it may have as many models as Discord has choices."""
    path = tmp_path / "own.toml"
    path.write_text(
        table(model(price="0.5"), model(name='"two"', sizes="{ pixels = { min = 8, multiple = 8, area = 4096 } }"))
    )
    catalogue = load_catalogue(str(path))
    assert [found.name for found in catalogue.models_for(Action.EDIT)] == ["one", "two"]
    assert catalogue.model("two", Action.GENERATE).size_for("16x8") == "16x8"
    assert catalogue.model("two", Action.GENERATE).size_for("1:1") == "64x64", "the area"
    path.write_text(table(*MOST, generate="m0", edit="m0"))
    assert len(load_catalogue(str(path)).models) == CHOICES


INVALID = {
    "defaults: ": [""],
    "models: ": [table(), table(model(), *MOST)],
    "colour: ": [table(model(), more="colour = 1")],
    "the table: two models have the same name": [table(model(), model())],
    "the table: defaults.generate is not a model that can generate": [table(model(), generate="two")],
    "the table: defaults.edit is not a model that can edit": [table(model(actions='["generate"]'))],
}
INVALID_FIELDS = [
    *((field, ": ", ['""', f'"{"x" * 101}"']) for field in ("name", "label")),
    ("actions", ": ", ["[]"]),
    ("actions", ".0: ", ['["paint"]']),
    ("price", ": ", ["-1"]),
    ("colour", ": ", ["1"]),
    ("sizes", ": sizes needs pixels, ratios or both", ["{}"]),
    ("sizes", ".ratios.0: ", [f'{{ ratios = ["{ratio}"] }}' for ratio in ("16:0", "0:9", "16x9", "1:1\\n")]),
    ("sizes", ".pixels.", [f'{{ pixels = ["{size}"] }}' for size in ("1024", "0x1024", "1024x0", "1024×1024")]),
    *(
        ("sizes", ".pixels.", [f"{{ pixels = {{ min = {rule} }} }}"])
        for rule in (
            "64",
            "0, multiple = 1",
            "1, multiple = 0",
            "1, multiple = 1, max = 0",
            "1, multiple = 1, area = 0",
        )
    ),
    *(
        ("sizes", ": no shape fits within these bounds", [f"{{ pixels = {{ {rule} }} }}"])
        for rule in ("min = 64, max = 32, multiple = 32", "min = 4096, multiple = 32")
    ),
]
"""A field of a model, how the error goes on after its name, and TOML values."""


def test_an_invalid_catalogue(tmp_path: Path) -> None:
    """An invalid catalogue is rejected at the start, and the error names the place."""
    path = tmp_path / "own.toml"
    for beginning, contents in INVALID.items():
        for content in contents:
            path.write_text(content)
            assert error_of(path).startswith(beginning), content
    for field, error, values in INVALID_FIELDS:
        for value in values:
            path.write_text(table(model(**{field: value})))
            assert error_of(path).startswith(f"models.0.{field}{error}"), value


def test_an_unreadable_catalogue(tmp_path: Path) -> None:
    """The error says that the file is not valid TOML, or lists the shipped catalogues if it can't be read."""
    path = tmp_path / "own.toml"
    missing = error_of(path)
    assert "No such file" in missing
    assert "'', '2026-10'" in missing
    assert "can't read" in error_of(tmp_path)
    for data in (b"models", "# \xe9".encode("latin-1")):
        path.write_bytes(data)
        assert "not valid TOML" in error_of(path), data
