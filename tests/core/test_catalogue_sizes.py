"""The sizes that the shipped models offer, and how typed sizes and pictures' sizes are matched to them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flux_bot.core.catalogue import SHAPE_WORDS, SHAPES, Model, load_catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.ui import texts
from tests.english import EN, rejects, said

MARCH, OCTOBER = (load_catalogue(name) for name in ("", "2026-10"))
RATIOS_MARCH = ("1:1", "16:9", "21:9", "3:2", "2:3", "4:5", "5:4", "3:4", "4:3", "9:16", "9:21")
RATIOS_OCTOBER = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
STEPS = range(256, 1441, 32)

MODELS = [pytest.param(model, id=f"march {model.name}") for model in MARCH.models]
MODELS += [pytest.param(model, id=f"october {model.name}") for model in OCTOBER.models]
PIXEL_MODELS = [model for model in MODELS if model.id in {"march flux-dev", "march flux-pro-1.1"}]
FREE_MODELS = [model for model in MODELS if str(model.id).startswith("march flux-2-")]
BOTH_MODELS = [model for model in MODELS if model.id in {"october flux-dev", "october flux-pro"}]
RATIO_MODELS = [model for model in MODELS if model not in PIXEL_MODELS + FREE_MODELS + BOTH_MODELS]


def is_allowed(model: Model, size: str) -> bool:
    """Return whether the vendor's guides allow this size (flux_images.md, "Size")."""
    if ":" in size:
        in_march = model in MARCH.models and model.name in {
            "flux-pro-1.1-ultra",
            "flux-kontext-pro",
            "flux-kontext-max",
        }
        return (in_march and size in RATIOS_MARCH) or (model in OCTOBER.models and size in RATIOS_OCTOBER)
    if model in OCTOBER.models:
        return model.name in {"flux-dev", "flux-pro"} and size in {"1024x1024", "1024x1792", "1792x1024"}
    width, height = (int(side) for side in size.split("x"))
    if model.name.startswith("flux-2-"):
        return min(width, height) >= 64 and width % 32 == height % 32 == 0
    return model.name in {"flux-dev", "flux-pro-1.1"} and width in STEPS and height in STEPS


def ratio_of(size: str) -> float:
    """Return width divided by height."""
    width, height = re.split("[:x]", size)
    return int(width) / int(height)


def size_or_refusal(model: Model, text: str) -> str | None:
    """Return the size sent for a text; None if it is rejected with a helpful message."""
    try:
        return model.size_for(text)
    except RequestRejected as rejected:
        refusal = said(rejected)
    assert model.name in refusal
    assert (
        EN("size-not-supported", model=model.name, typed="", supported=model.sizes.describe()).partition("”")[2]
        in refusal
    )
    return None


# --- offered sizes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
def test_offered_sizes_are_allowed(model: Model) -> None:
    """The vendor's guide allows the size of every shape on offer."""
    for shape in model.sizes.shapes():
        assert is_allowed(model, shape.size)
        assert ratio_of(shape.size) == pytest.approx(ratio_of(shape.ratio), rel=0.035)


@pytest.mark.parametrize("model", MODELS)
def test_offered_sizes_are_accepted(model: Model) -> None:
    """The size of every shape on offer, and its label when typed, is accepted."""
    for shape in model.sizes.shapes():
        assert model.size_for(shape.size) == shape.size
        assert ratio_of(model.size_for(texts.shape_label(EN, shape.ratio, shape.size))) == ratio_of(shape.size)


@pytest.mark.parametrize("model", [*PIXEL_MODELS, *FREE_MODELS, *RATIO_MODELS])
def test_a_label_gives_its_own_size(model: Model) -> None:
    """If a model offers each shape in one form only, a typed label gives exactly that size."""
    for shape in model.sizes.shapes():
        assert model.size_for(texts.shape_label(EN, shape.ratio, shape.size)) == shape.size


@pytest.mark.parametrize("model", PIXEL_MODELS + FREE_MODELS)
def test_pixel_models_offer_all_shapes(model: Model) -> None:
    """A pixel model offers every shape, at about one megapixel where its limits allow."""
    shapes = model.sizes.shapes()
    assert [shape.ratio for shape in shapes] == list(SHAPES)
    for shape in shapes:
        width, height = (int(side) for side in shape.size.split("x"))
        if max(width, height) < 1440:
            assert 0.9 * 1024 * 1024 < width * height <= 1024 * 1024


@pytest.mark.parametrize("model", MODELS)
def test_the_square_comes_first(model: Model) -> None:
    """The first shape is the square, which is also the default."""
    assert {model.size_for(text) for text in (None, "", "  ", "\n")} == {model.sizes.shapes()[0].size}
    assert ratio_of(model.size_for(None)) == 1


@pytest.mark.parametrize("giver", MODELS)
@pytest.mark.parametrize("taker", MODELS)
def test_shapes_of_another_model(giver: Model, taker: Model) -> None:
    """A shape offered by one model gives a similar shape with another, or a clear error."""
    for shape in giver.sizes.shapes():
        for text in (shape.size, shape.ratio, texts.shape_label(EN, shape.ratio, shape.size)):
            size = size_or_refusal(taker, text)
            assert size is None or is_allowed(taker, size)
            assert size is None or ratio_of(size) == pytest.approx(ratio_of(shape.ratio), rel=0.07)


# --- typed sizes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", PIXEL_MODELS + FREE_MODELS)
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("16:9", "1344x768"),
        ("9:16", "768x1344"),
        ("1:1", "1024x1024"),
        ("3:2", "1248x832"),
        ("2:3", "832x1248"),
        ("32:18", "1344x768"),
        ("1920:1080", "1344x768"),
        (" 16 : 9 ", "1344x768"),
        ("16:9 wide (1344x768)", "1344x768"),
        ("wide, 16:9.", "1344x768"),
        ("wide", "1344x768"),
        ("  TALL ", "768x1344"),
        ("square", "1024x1024"),
        ("landscape", "1248x832"),
        ("Portrait", "832x1248"),
        ("1344x768", "1344x768"),
        ("1344X768", "1344x768"),
        ("1344×768", "1344x768"),
        ("1344*768", "1344x768"),
        ("1344 x 768", "1344x768"),
        ("  1344\tx\n768px  ", "1344x768"),
        ("size 1344x768, please", "1344x768"),
        ("(1344x768)", "1344x768"),
        ("01344x0768", "1344x768"),
        ("1.5:1", "1248x832"),
        ("1 : 1,5", "832x1248"),
        ("1.85:1", "1376x736"),
        ("١٦:٩", "1344x768"),
        ("256x1440", "256x1440"),
    ],
)
def test_typed_for_a_pixel_model(model: Model, text: str, size: str) -> None:
    """Shapes become the nearest size of about one megapixel; sizes are used as typed."""
    assert model.size_for(text) == size


@pytest.mark.parametrize("model", RATIO_MODELS)
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("16:9", "16:9"),
        ("32:18", "16:9"),
        ("16 : 9", "16:9"),
        ("wide", "16:9"),
        ("tall", "9:16"),
        ("1024x1024", "1:1"),
        ("64×64", "1:1"),
        ("1344x768", "16:9"),
        ("1920x1080", "16:9"),
        ("768x1344", "9:16"),
        ("1024x1792", "9:16"),
        ("1536x640", "21:9"),
        ("7:3", "21:9"),
        ("7:4", "16:9"),
        ("1.5:1", "3:2"),
        ("2.39:1", "21:9"),
        ("1:1,78", "9:16"),
        ("1200*800", "3:2"),
        ("640x480", "4:3"),
    ],
)
def test_typed_for_a_ratio_model(model: Model, text: str, size: str) -> None:
    """Sizes become their ratio if the model has it."""
    assert model.size_for(text) == size


@pytest.mark.parametrize("model", BOTH_MODELS)
@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1024x1024", "1024x1024"),
        ("1792 x 1024", "1792x1024"),
        ("1:1", "1:1"),
        ("16:9", "16:9"),
        ("7:4", "1792x1024"),
        ("1.75:1", "1792x1024"),
        ("512x512", "1:1"),
        ("1344x768", "16:9"),
        ("wide", "16:9"),
    ],
)
def test_typed_for_a_model_of_both_kinds(model: Model, text: str, size: str) -> None:
    """A model that accepts sizes and ratios uses what was typed, or the nearest ratio."""
    assert model.size_for(text) == size


@pytest.mark.parametrize("model", PIXEL_MODELS)
@pytest.mark.parametrize("width", STEPS)
def test_every_allowed_size(model: Model, width: int) -> None:
    """Every size that the guide allows is used unchanged."""
    for height in STEPS:
        assert model.size_for(f"{width}x{height}") == f"{width}x{height}"


@pytest.mark.parametrize("model", FREE_MODELS)
@pytest.mark.parametrize("size", ["64x64", "64x4096", "4096x64", "2048x2048", "99968x64", "96x1440"])
def test_sizes_without_an_upper_limit(model: Model, size: str) -> None:
    """If the guide names no largest size, large sizes are accepted."""
    assert model.size_for(size) == size


@pytest.mark.parametrize("model", PIXEL_MODELS)
@pytest.mark.parametrize(
    "text",
    ["255x256", "256x224", "1472x1024", "1024x1441", "1000x1000", "1024x1025", "64x64", "4096x4096", "1:6", "100:1"],
)
def test_sizes_that_a_pixel_model_forbids(model: Model, text: str) -> None:
    """A size that the guide forbids is rejected, and the error lists the allowed sizes."""
    with rejects("256 to 1440 in steps of 32"):
        model.size_for(text)


@pytest.mark.parametrize("model", FREE_MODELS)
@pytest.mark.parametrize("text", ["32x64", "63x64", "100x100", "1024x1000", "9999:1"])
def test_sizes_that_flux_2_forbids(model: Model, text: str) -> None:
    """A size that the guide forbids is rejected, and the error lists the allowed sizes."""
    with rejects("64 or more in steps of 32"):
        model.size_for(text)


@pytest.mark.parametrize("model", [*RATIO_MODELS, *BOTH_MODELS])
@pytest.mark.parametrize("text", ["7:5", "1.85:1", "1:2", "2:1", "100:1", "1024x512", "1440x256", "1400x900"])
def test_shapes_that_a_ratio_model_lacks(model: Model, text: str) -> None:
    """A shape far from those of the model is rejected, and the error lists them."""
    with rejects("16:9"):
        model.size_for(text)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "text",
    [
        "big",
        "x",
        ":",
        "16:",
        ":9",
        "16/9",
        "1024",
        "1024x",
        "0:0",
        "0:9",
        "16:0",
        "0x0",
        "0x1024",
        "1024x0",
        "1.2345:1",
        "16:9.5.1",
        "16:9:4",
        "12345:6",
        "100016:9",
        "16:90000",
        "1024.5x1024",
        "1024x1024000",
        "1001024x1024",
        "1024x1024x3",
        "@everyone",
        "x" * 4000,
    ],
    ids=lambda text: repr(text)[:20] if isinstance(text, str) else None,
)
def test_invalid_sizes(model: Model, text: str) -> None:
    """A text that is not a size, or contains only part of a number, is rejected instead of guessed."""
    assert size_or_refusal(model, text) is None


@pytest.mark.parametrize("word", SHAPE_WORDS)
@pytest.mark.parametrize("model", MODELS)
def test_words_for_shapes(model: Model, word: str) -> None:
    """Every model understands the words for shapes."""
    assert model.size_for(word) == model.size_for(SHAPE_WORDS[word])


@pytest.mark.parametrize("model", MODELS)
@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=30),
        st.text(st.sampled_from("0123456789x×*:., "), max_size=15),
        st.builds("{}{}{}".format, st.integers(0, 99_999), st.sampled_from(["x", ":", " × "]), st.integers(0, 99_999)),
    )
)
@example("٣٢٠x٣٢٠")
@example("１６：９")
def test_any_text(model: Model, text: str) -> None:
    """Any text gives a size that the vendor allows, or an error."""
    size = size_or_refusal(model, text)
    assert size is None or is_allowed(model, size)


# --- edits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [
        (1000, 1000, "1:1"),
        (64, 63, "1:1"),
        (1920, 1080, "16:9"),
        (1080, 1920, "9:16"),
        (4000, 3000, "4:3"),
        (3024, 4032, "3:4"),
        (6000, 4000, "3:2"),
        (4000, 6000, "2:3"),
        (5000, 1000, "21:9"),
        (10, 10_000, "9:21"),
    ],
)
def test_a_size_like_the_picture(model: Model, width: int, height: int, ratio: str) -> None:
    """An edit has the shape of its picture, or the nearest that the model offers."""
    size = model.size_like(width, height)
    assert [shape.ratio for shape in model.sizes.shapes() if shape.size == size] == [ratio]


@pytest.mark.parametrize("model", MODELS)
@settings(deadline=None)
@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_a_size_like_any_picture(model: Model, width: int, height: int) -> None:
    """A picture of any size gives a size on offer."""
    assert model.size_like(width, height) in {shape.size for shape in model.sizes.shapes()}
