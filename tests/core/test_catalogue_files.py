"""The operator's own catalogue: what its file may contain, and the error for one that is invalid."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from flux_bot.core.catalogue import SHAPES, load_catalogue
from flux_bot.core.errors import ConfigurationError
from flux_bot.core.jobs import Action

CHOICES = 25
"""https://docs.discord.com/developers/components/reference ("string select": max 25 options)"""


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
    assert not re.search("Input|Field|String|should|valid (string|integer)|Extra", text), text
    return text.removeprefix("FLUX_CATALOGUE: ").replace(f"{path}", "").removeprefix(": ")


def test_an_operators_catalogue(tmp_path: Path) -> None:
    """The operator's catalogue is read from its path; it may have as many models as Discord has choices."""
    path = tmp_path / "own.toml"
    path.write_text(
        table(model(credits="0.5"), model(name='"two"', sizes="{ pixels = { min = 8, multiple = 8, area = 4096 } }"))
    )
    catalogue = load_catalogue(str(path))
    assert [found.credits for found in catalogue.models] == [Decimal("0.5"), None]
    assert [found.name for found in catalogue.models_for(Action.EDIT)] == ["one", "two"]
    assert catalogue.model("two", Action.GENERATE).size_for("16x8") == "16x8"
    assert catalogue.model("two", Action.GENERATE).size_for("1:1") == "64x64", "the area"
    path.write_text(table(*MOST, generate="m0", edit="m0"))
    assert len(load_catalogue(str(path)).models) == CHOICES


def test_sizes_of_a_file(tmp_path: Path) -> None:
    """A file lists the forms of the sizes in order of preference; a single one, as before, may have both."""
    pixels, ratios = "pixels = { min = 256, max = 1440, multiple = 32 }", 'ratios = ["1:1", "16:9"]'
    both = 'pixels = ["1024x1024", "1792x1024"], ratios = ["16:9", "1:1"]'
    path = tmp_path / "own.toml"
    for sizes, forms, offered in (
        (f"{{ {pixels} }}", ("pixels",), list(SHAPES)),
        (f"{{ {ratios} }}", ("ratios",), ["1:1", "16:9"]),
        (f"{{ {both} }}", ("pixels and ratios",), ["1:1", "16:9", "1:1", "7:4"]),
        (f"[{{ {pixels} }}, {{ {ratios} }}]", ("pixels", "ratios"), ["1:1", "16:9"]),
        (f"[{{ {ratios} }}, {{ {both} }}, {{ {pixels} }}]", ("ratios", "pixels and ratios", "pixels"), ["1:1", "16:9"]),
    ):
        path.write_text(table(model(sizes=sizes)))
        (found,) = load_catalogue(str(path)).models
        assert found.forms == forms, sizes
        assert [shape.ratio for shape in found.shapes()] == offered, sizes
        assert found.size_for("wide") == found.in_form(forms[0]).size_for("wide"), sizes


def test_a_file_of_an_earlier_version(tmp_path: Path) -> None:
    """The name of the second catalogue, and prices in dollars, are rejected with advice on what to change."""
    with pytest.raises(ConfigurationError, match=r"^FLUX_CATALOGUE: 2026-10 is now part of .* remove the setting$"):
        load_catalogue("2026-10")
    path = tmp_path / "own.toml"
    path.write_text(table(model(price="0.0095")))
    assert re.fullmatch(r"models\.0: prices are in credits now: replace `price` by `credits`, .*", error_of(path))


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
    ("credits", ": ", ["-1"]),
    ("colour", ": ", ["1"]),
    ("sizes", ": ", ["[]"]),
    ("sizes", ": the same form is listed twice", ['[{ ratios = ["1:1"] }, { ratios = ["16:9"] }]']),
    ("sizes", ": the forms have no shape in common", ['[{ ratios = ["1:1"] }, { pixels = ["1792x1024"] }]']),
    ("sizes", ".0: sizes needs pixels, ratios or both", ["{}", "[{}]"]),
    ("sizes", ".0.ratios.0: ", [f'{{ ratios = ["{ratio}"] }}' for ratio in ("16:0", "0:9", "16x9", "1:1\\n")]),
    ("sizes", ".0.pixels.", [f'{{ pixels = ["{size}"] }}' for size in ("1024", "0x1024", "1024x0", "1024×1024")]),
    *(
        ("sizes", ".0.pixels.", [f"{{ pixels = {{ min = {rule} }} }}"])
        for rule in (
            "64",
            "0, multiple = 1",
            "1, multiple = 0",
            "1, multiple = 1, max = 0",
            "1, multiple = 1, area = 0",
        )
    ),
    *(
        ("sizes", ".0: no shape fits within these bounds", [f"{{ pixels = {{ {rule} }} }}"])
        for rule in ("min = 64, max = 32, multiple = 32", "min = 4096, multiple = 32")
    ),
]
"""Fields of a model, each with the error after its name, and with TOML values."""


def test_an_invalid_catalogue(tmp_path: Path) -> None:
    """An invalid catalogue is rejected at startup, and the error names the field."""
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
    """The error says that the file can't be read, or is not valid TOML."""
    path = tmp_path / "own.toml"
    missing = error_of(path)
    assert "No such file" in missing
    assert "the path of a TOML file, or leave it empty" in missing
    assert "can't read" in error_of(tmp_path)
    for data in (b"models", "# \xe9".encode("latin-1")):
        path.write_bytes(data)
        assert "not valid TOML" in error_of(path), data
