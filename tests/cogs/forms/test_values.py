"""The values of a submitted form: whatever a client sends, they are read without an error and checked."""

from dataclasses import replace
from typing import Any

import pytest

from cogs.forms.values import Source, SubmittedForm, checked_source, is_image
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest
from flux_bot.ui.custom_ids import CustomId
from tests.discord_server.payloads import Payload
from tests.english import rejects

CATALOGUE = load_catalogue("")
BASE = ImageRequest(Action.GENERATE, "a cat", "flux-2-flex", "448x192", count=3, private=True)
EDIT = ImageRequest(Action.EDIT, "add a hat", "flux-kontext-pro", "1:1", image_url="https://example.org/roof.png")
MIB = 1024 * 1024
PNG: Payload = {"url": "https://cdn/roof.png", "filename": "roof.png", "content_type": "image/png", "size": 25 * MIB}


def form(**values: Any) -> SubmittedForm:
    """Return a form with these values; None means that the field is empty."""
    return SubmittedForm(CustomId("remix", "a-job"), values, {})


def test_read() -> None:
    """Texts, choices, attachments and the custom_id are read; whatever is missing is empty."""
    components: list[Payload] = [
        {"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": "a dog"}},
        {"type": 18, "component": {"type": 3, "custom_id": "model", "values": ["flux-dev", "flux-pro"]}},
        {"type": 18, "component": {"type": 3, "custom_id": "size", "values": []}},
        {"type": 18, "component": {"type": 21, "custom_id": "count", "value": None}},
        {"type": 18, "component": None},
        {"type": 18},
    ]
    data: Payload = {"custom_id": "change:private:x", "components": components}
    read = SubmittedForm.read(data | {"resolved": {"attachments": {"9": PNG}}})
    assert read.custom_id == CustomId("change", "private:x")
    names = ("prompt", "model", "size", "count", "none")
    assert [read.text(name) for name in names] == ["a dog", "flux-dev", "", "", ""]
    assert read.files == {"9": PNG}
    empty: list[Payload] = [{}, {"custom_id": None, "components": [], "resolved": None}, data | {"resolved": {}}]
    assert [SubmittedForm.read(nothing).files for nothing in empty] == [{}, {}, {}]


def test_choice() -> None:
    """Choices that change nothing count as empty; the same values typed as text are used unchanged."""
    for value in ("as-it-was", "like-the-picture"):
        assert (form(size=[value]).choice("size"), form(prompt=value).text("prompt")) == ("", value)
    assert form(size=["16:9"]).choice("size") == "16:9"


def test_number() -> None:
    """A number that can't be chosen counts as the default."""
    expected = {"1": 1, "4": 4, "5": 2, "0": 2, "-1": 2, "1e1": 2, "": 2, "３": 3, "²": 2, "as-it-was": 2, "004": 4}
    assert {text: form(count=text).number("count", 2, 4) for text in expected} == expected
    assert form(count=["3"]).number("count", 2, 4) == 3
    assert form(count="9" * 5000).number("count", 2, 4) == 2
    assert [form(count=text).number("count", 2, 5000) for text in ("999", "1000")] == [999, 2]


def test_is_image() -> None:
    """A file is a picture by its type, or by its name if Discord gives no type."""
    for kind in ("image/png", "image/jpeg", "image/gif", "IMAGE/WebP ; charset=utf-8"):
        assert is_image({"filename": "roof", "content_type": kind}), kind
    for name in ("roof.PNG", "roof.jpg", "roof.jpeg", "roof.webp", "roof.gif"):
        assert is_image({"filename": name, "content_type": None}), name
        assert is_image({"filename": name, "content_type": ""}), name
    for name, other in (("roof.png", "image/svg+xml"), ("roof.png", "video/mp4"), ("roof.svg", None), ("png", None)):
        assert not is_image({"filename": name, "content_type": other}), (name, other)
    assert is_image({"filename": "roof.png"})


def test_source() -> None:
    """The uploaded picture is found by its id, and keeps its dimensions if Discord sends them."""
    uploaded = SubmittedForm(CustomId("change", ""), {"image": ["9"]}, {"8": {}, "9": PNG | {"width": 8, "height": 6}})
    assert uploaded.source() == Source(PNG["url"], 8, 6)
    assert checked_source(PNG) == Source(PNG["url"], None, None)
    for mark in ({"filename": "SPOILER_roof.png"}, {"flags": 0b1001}, {"is_spoiler": True}, {"spoiler": True}):
        assert checked_source(PNG | mark).spoiler, mark
    for mark in ({"filename": "spoiler.png"}, {"flags": 0b10111}, {"is_spoiler": False}):
        assert not checked_source(PNG | mark).spoiler, mark
    for missing in (form(), form(image=[]), form(image=["9"])):
        with pytest.raises(RequestRejected, match="one-image-needed"):
            missing.source()
    with rejects(r"“\\<\\@1\\>\.svg” is not a picture I can edit"):
        checked_source(PNG | {"filename": "<@1>.svg", "content_type": "image/svg+xml"})
    with rejects("too large to edit. Please attach one of at most 25 MiB"):
        checked_source(PNG | {"size": 25 * MIB + 1})


def test_size_of_a_source() -> None:
    """The size has the shape nearest to the picture's, or is the model's default if that is unknown."""
    model = CATALOGUE.model("flux-kontext-pro", Action.EDIT)
    sizes = {(160, 90): "16:9", (90, 160): "9:16", (None, None): "1:1", (160, None): "1:1", (None, 90): "1:1"}
    assert {sides: Source("", *sides).size_for(model) for sides in sizes} == sizes


def test_changed() -> None:
    """Each field changes only its own value; a size becomes the nearest one of the model."""
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {}),
        ({"prompt": "", "model": [], "size": [], "count": None}, {}),
        ({"prompt": " a dog\n"}, {"prompt": "a dog"}),
        ({"prompt": "as-it-was"}, {"prompt": "as-it-was"}),
        ({"model": ["as-it-was"], "size": ["as-it-was"], "count": "as-it-was"}, {}),
        ({"model": ["flux-2-pro"]}, {"model": "flux-2-pro"}),
        ({"model": ["flux-dev"]}, {"model": "flux-dev", "size": "21:9"}),
        ({"model": ["flux-pro-1.1"]}, {"model": "flux-pro-1.1", "size": "1440x608"}),
        ({"model": ["flux-pro-1.1-ultra"]}, {"model": "flux-pro-1.1-ultra", "size": "21:9"}),
        ({"model": ["flux-kontext-max"], "size": ["9:16"]}, {"model": "flux-kontext-max", "size": "9:16"}),
        ({"size": ["16:9"]}, {"size": "16:9"}),
        ({"size": ["99999x1"]}, {"size": "21:9"}),
        *(({"size": [size]}, {"size": "1:1"}) for size in ("nothing", "0x0")),
        ({"count": "4"}, {"count": 4}),
        ({"count": "5"}, {}),
        ({"prompt": "*" * 4000}, {"prompt": "*" * 4000}),
    ]
    for values, different in changes:
        assert form(**values).changed(BASE, CATALOGUE) == replace(BASE, **different), values
    edit = form(prompt="add a cat", model=["flux-kontext-max"], size=["16:9"], count="4").changed(EDIT, CATALOGUE)
    assert edit == replace(EDIT, prompt="add a cat", model="flux-kontext-max", size="16:9"), "an edit has no count"


def test_whether_the_model_was_chosen() -> None:
    """A model other than the preselected one counts as the user's choice; otherwise, this does not change."""
    for was_chosen in (True, False):
        base = replace(BASE, model_chosen=was_chosen)
        for values in ({}, {"model": [BASE.model]}, {"size": ["1:1"], "prompt": "a dog"}):
            assert form(**values).changed(base, CATALOGUE).model_chosen is was_chosen, values
        assert form(model=["flux-2-pro"]).changed(base, CATALOGUE).model_chosen


def test_the_size_is_kept() -> None:
    """An unchanged size is kept as it was chosen, even if the model now has another form of it; a new one is not."""
    known = CATALOGUE.model_copy(update={"models": tuple(model.in_form("ratios") for model in CATALOGUE.models[:4])})
    base = replace(BASE, size="64x64")
    for values, size in (({}, "64x64"), ({"size": ["96x64"]}, "3:2"), ({"model": ["flux-2-pro"]}, "1:1")):
        assert form(**values).changed(base, known).size == size, values


def test_changes_that_are_rejected() -> None:
    """A model that can't be chosen and a prompt that is empty or too long are rejected."""
    for values, base, reason in (
        ({"model": ["nothing"]}, BASE, "no-such-model-generate.*nothing"),
        ({"model": ["flux-2-klein"]}, EDIT, "no-such-model-edit.*flux-2-klein"),
        ({"prompt": " \n\t\u3000 "}, BASE, "empty-prompt"),
        ({}, replace(BASE, prompt=""), "empty-prompt"),
        ({"prompt": "*" * 4001}, BASE, "prompt-too-long"),
    ):
        with pytest.raises(RequestRejected, match=reason):
            form(**values).changed(base, CATALOGUE)
