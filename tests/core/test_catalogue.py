"""The model catalogues: those shipped, and an operator's own."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flux_bot.core.catalogue import SHIPPED, Model, load_catalogue
from flux_bot.core.errors import ConfigurationError
from flux_bot.core.jobs import Action
from flux_bot.ui import texts
from tests.english import EN, rejects

MARCH, OCTOBER = (load_catalogue(name) for name in ("", "2026-10"))
MODELS = [pytest.param(model, id=f"march {model.name}") for model in MARCH.models]
MODELS += [pytest.param(model, id=f"october {model.name}") for model in OCTOBER.models]
CHOICES = 25
"""https://docs.discord.com/developers/interactions/application-commands ("choices": max 25; name, value: 1-100)"""

SQUARE = '{ ratios = ["1:1"] }'


def table(*models: str, generate: str = "one", edit: str = "one", more: str = "") -> str:
    """Return a catalogue file with these models."""
    return "\n".join([f'defaults = {{ generate = "{generate}", edit = "{edit}" }}', more, *models])


def model(
    name: str = "one", *, label: str = "One", actions: str = '["generate", "edit"]', sizes: str = SQUARE, more: str = ""
) -> str:
    """Return one model of a catalogue file."""
    return f'[[models]]\nname = "{name}"\nlabel = "{label}"\nactions = {actions}\nsizes = {sizes}\n{more}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of the operator's own catalogue."""
    return tmp_path / "own.toml"


def error_of(path: Path) -> str:
    """Return the error for an invalid file: one line that names the setting and the file."""
    with pytest.raises(ConfigurationError) as refused:
        load_catalogue(str(path))
    text = str(refused.value)
    assert text.startswith("FLUX_CATALOGUE: ")
    assert str(path) in text
    assert "\n" not in text
    return text


# --- shipped catalogues -------------------------------------------------------------------------------------


def test_the_default_catalogue() -> None:
    """The default catalogue follows the vendor's guide of March 2026."""
    edit = ["flux-kontext-pro", "flux-kontext-max"]
    generate = ["flux-dev", "flux-pro-1.1", "flux-pro-1.1-ultra", "flux-2-flex", "flux-2-pro", "flux-2-max", *edit]
    assert [model.name for model in MARCH.models_for(Action.GENERATE)] == generate
    assert [model.name for model in MARCH.models_for(Action.EDIT)] == edit


def test_the_newer_catalogue() -> None:
    """The second catalogue follows the vendor's guide of autumn 2026, where every model can edit."""
    names = ["flux-dev", "flux-pro", "flux-2-flex", "flux-2-pro", "flux-2-max", "flux-kontext-pro", "flux-kontext-max"]
    for action in Action:
        assert [model.name for model in OCTOBER.models_for(action)] == names


@pytest.mark.parametrize("name", SHIPPED)
def test_catalogues_fit_into_discord(name: str) -> None:
    """All models and all shapes fit into a list of choices."""
    catalogue = load_catalogue(name)
    assert len(catalogue.models) <= CHOICES
    for model in catalogue.models:
        shapes = model.sizes.shapes()
        assert 0 < len(shapes) <= CHOICES
        assert all(1 <= len(texts.shape_label(EN, shape.ratio, shape.size)) <= 100 for shape in shapes)
        assert len({shape.size for shape in shapes}) == len(shapes)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("action", list(Action))
def test_the_default_model(name: str, action: Action) -> None:
    """The default model is used if none is named, and supports the action."""
    catalogue = load_catalogue(name)
    assert catalogue.model(None, action).name == catalogue.default(action)
    assert action in catalogue.model(None, action).actions


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_found_by_name(model: Model) -> None:
    """A model is found by its name, but only for the actions that it supports."""
    catalogue = MARCH if model in MARCH.models else OCTOBER
    for action in Action:
        if action in model.actions:
            assert catalogue.model(model.name, action) is model
        else:
            with rejects("flux-kontext-pro, flux-kontext-max"):
                catalogue.model(model.name, action)


@pytest.mark.parametrize("name", ["flux", "FLUX-DEV", " flux-dev", "@everyone", "x" * 4000])
def test_an_unknown_model(name: str) -> None:
    """The error lists the known models and shows the unknown name escaped and cut."""
    with rejects("flux-kontext-pro") as rejected:
        MARCH.model(name, Action.EDIT)
    assert len(str(rejected.value)) < 300
    assert " @" not in str(rejected.value)


# --- the operator's catalogue -------------------------------------------------------------------------------


def test_an_operators_catalogue(path: Path) -> None:
    """The operator's catalogue is read from its path."""
    path.write_text(table(model(), model("two", sizes="{ pixels = { min = 8, multiple = 8 } }", more="price = 0.5")))
    catalogue = load_catalogue(str(path))
    assert [found.name for found in catalogue.models_for(Action.EDIT)] == ["one", "two"]
    assert catalogue.model("two", Action.GENERATE).size_for("16x8") == "16x8"


@pytest.mark.parametrize("count", [1, CHOICES])
def test_as_many_models_as_discord_shows(path: Path, count: int) -> None:
    """A catalogue may have as many models as Discord has choices."""
    path.write_text(table(*(model(f"m{number}") for number in range(count)), generate="m0", edit="m0"))
    assert len(load_catalogue(str(path)).models) == count


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "defaults"),
        (table(more="models = 1"), "models"),
        (table(), "models"),
        (table(model(), more="colour = 1"), "colour"),
        (table(*(model(f"m{number}") for number in range(CHOICES + 1)), generate="m0", edit="m0"), "models"),
        (table(model(), model()), "same name"),
        (table(model(), generate="two"), "defaults.generate"),
        (table(model(), edit="two"), "defaults.edit"),
        (table(model(), model("two", actions='["generate"]'), edit="two"), "defaults.edit"),
        (table(model(name="")), "models.0.name"),
        (table(model(name="x" * 101)), "models.0.name"),
        (table(model(label="")), "models.0.label"),
        (table(model(label="x" * 101)), "models.0.label"),
        (table(model(actions="[]")), "models.0.actions"),
        (table(model(actions='["paint"]')), "models.0.actions"),
        (table(model(more="price = -1")), "models.0.price"),
        (table(model(more="colour = 1")), "models.0.colour"),
        (table(model(sizes="{}")), "models.0.sizes"),
        (table(model(sizes="7")), "models.0.sizes"),
        (table(model(sizes="{ ratios = [] }")), "models.0.sizes"),
        (table(model(sizes='{ ratios = ["16:0"] }')), "models.0.sizes.ratios"),
        (table(model(sizes='{ ratios = ["0:9"] }')), "models.0.sizes.ratios"),
        (table(model(sizes='{ ratios = ["16x9"] }')), "models.0.sizes.ratios"),
        (table(model(sizes='{ ratios = ["1:1\\n"] }')), "models.0.sizes.ratios"),
        (table(model(sizes='{ pixels = ["1024"] }')), "models.0.sizes.pixels"),
        (table(model(sizes='{ pixels = ["0x1024"] }')), "models.0.sizes.pixels"),
        (table(model(sizes='{ pixels = ["1024×1024"] }')), "models.0.sizes.pixels"),
        (table(model(sizes="{ pixels = { min = 64 } }")), "models.0.sizes.pixels"),
        (table(model(sizes="{ pixels = { min = 0, multiple = 32 } }")), "models.0.sizes.pixels"),
        (table(model(sizes="{ pixels = { min = 64, multiple = 0 } }")), "models.0.sizes.pixels"),
        (table(model(sizes="{ pixels = { min = 64, max = 32, multiple = 32 } }")), "models.0.sizes"),
        (table(model(sizes="{ pixels = { min = 64, max = 90, multiple = 100 } }")), "models.0.sizes"),
        (table(model(sizes="{ pixels = { min = 4096, multiple = 32 } }")), "models.0.sizes"),
    ],
)
def test_an_invalid_catalogue(path: Path, content: str, named: str) -> None:
    """An invalid catalogue is rejected at the start, and the error names the place."""
    path.write_text(content)
    text = error_of(path).replace(str(path), "own.toml")  # its folder is named after this test case
    assert named in text
    assert "Value error" not in text
    assert ": :" not in text


@pytest.mark.parametrize(
    "data", [b"models", b"[[models", b"\xff\xfe", "# \xe9".encode("latin-1"), b"\0", b"a = 1\na = 2"]
)
def test_invalid_toml(path: Path, data: bytes) -> None:
    """The error says that the file is not valid TOML."""
    path.write_bytes(data)
    assert "not valid TOML" in error_of(path)


def test_a_missing_file(path: Path) -> None:
    """The error names the missing file and the shipped catalogues."""
    text = error_of(path)
    assert "No such file" in text
    assert "'2026-10'" in text


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    """A folder is rejected too."""
    assert "can't read" in error_of(tmp_path)


TOML_VALUES = st.recursive(
    st.sampled_from(["1", "0", "-1", "1.5", "true", '"one"', '"1:1"', '"1024x1024"', '"generate"', '"edit"', "nan"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(
                ["name", "label", "actions", "sizes", "ratios", "pixels", "min", "max", "multiple", "area"]
            ),
            inner,
            max_size=4,
        ).map(lambda items: "{ " + ", ".join(f"{key} = {text}" for key, text in items.items()) + " }")
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(values=st.lists(TOML_VALUES, max_size=3), garbage=st.text(max_size=5))
def test_any_catalogue(tmp_path_factory: pytest.TempPathFactory, values: list[str], garbage: str) -> None:
    """Any file gives either a working catalogue or a ConfigurationError."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(table(more=f"models = [{', '.join(values)}]\n{garbage}"), encoding="utf-8", errors="replace")
    with suppress(ConfigurationError):
        assert load_catalogue(str(path)).model(None, Action.EDIT).size_for(None)


@settings(deadline=None)
@given(
    smallest=st.integers(-1, 3000),
    largest=st.none() | st.integers(-1, 3000),
    multiple=st.integers(-1, 3000),
    area=st.none() | st.integers(-1, 3000**2),
)
def test_any_range(tmp_path_factory: pytest.TempPathFactory, **numbers: Any) -> None:
    """Every accepted range of pixels offers at least one shape, and allows every size it offers."""
    path = tmp_path_factory.getbasetemp() / "range.toml"
    names = {"smallest": "min", "largest": "max"}
    rule = ", ".join(f"{names.get(key, key)} = {number}" for key, number in numbers.items() if number is not None)
    path.write_text(table(model(sizes=f"{{ pixels = {{ {rule} }} }}")))
    try:
        taken = load_catalogue(str(path)).model(None, Action.GENERATE)
    except ConfigurationError:
        return
    assert {taken.size_for(shape.size) for shape in taken.sizes.shapes()} == {s.size for s in taken.sizes.shapes()}
    assert taken.size_for(None)
