"""Knowledge about the models from the image API's answers: how long it counts, and its effects."""

from datetime import UTC, datetime, timedelta

from flux_bot.core.capabilities import FORM_LASTS, REJECTION_LASTS, Capabilities, Capability
from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.jobs import Action

CATALOGUE = load_catalogue("")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
GENERATE, EDIT = Action.GENERATE, Action.EDIT


def known(*capabilities: Capability) -> Capabilities:
    """Return the current knowledge."""
    return Capabilities(CATALOGUE, capabilities, NOW)


def rejected(*names: str, action: Action = GENERATE, ago: timedelta = timedelta(0)) -> list[Capability]:
    """Return knowledge that models were rejected."""
    return [Capability(name, action, rejected_at=NOW - ago) for name in names]


def accepted(name: str, form: str | None, action: Action = GENERATE, ago: timedelta = timedelta(0)) -> Capability:
    """Return knowledge that the API has accepted a model with this form of its sizes."""
    return Capability(name, action, form, is_accepted=True, form_noted_at=NOW - ago)


def offered(capabilities: Capabilities, action: Action) -> list[str]:
    """Return the names of the models on offer."""
    return [model.name for model in capabilities.available().models_for(action)]


ALL = {action: [model.name for model in CATALOGUE.models_for(action)] for action in Action}


def test_nothing_is_known() -> None:
    """Everything is on offer, and each model is tried in the form that it prefers."""
    nothing = known()
    available = nothing.available()
    for action in Action:
        assert offered(nothing, action) == ALL[action]
        assert available.default(action) == CATALOGUE.default(action)
        for model in CATALOGUE.models_for(action):
            assert not nothing.is_rejected(model.name, action)
            assert not nothing.is_accepted(model.name, action)
            assert nothing.form(model, action) == model.forms[0]
            assert available.model(model.name, action).sizes == model.sizes


def test_a_rejected_model() -> None:
    """A rejected model is not offered for a day, for the action for which it was rejected."""
    recently, earlier = REJECTION_LASTS - A_SECOND, REJECTION_LASTS
    for action, other in ((GENERATE, EDIT), (EDIT, GENERATE)):
        rejection = known(*rejected("flux-2-pro", action=action, ago=recently))
        assert rejection.is_rejected("flux-2-pro", action)
        assert not rejection.is_rejected("flux-2-pro", other)
        assert offered(rejection, action) == [name for name in ALL[action] if name != "flux-2-pro"]
        assert offered(rejection, other) == ALL[other]
        expired = known(*rejected("flux-2-pro", action=action, ago=earlier))
        assert not expired.is_rejected("flux-2-pro", action)
        assert offered(expired, action) == ALL[action]


def test_the_default_is_rejected() -> None:
    """The next model in the catalogue that was not rejected becomes the default, only for that action."""
    for names, default in (
        (["flux-dev"], "flux-2-klein"),  # the first one follows the last one
        (["flux-dev", "flux-2-klein"], "flux-2-flex"),
        (["flux-2-klein"], "flux-dev"),
        (ALL[GENERATE], "flux-dev"),
    ):
        available = known(*rejected(*names)).available()
        assert available.default(GENERATE) == default, names
        assert available.default(EDIT) == CATALOGUE.default(EDIT)
        assert available.model(None, GENERATE).name == default
    available = known(*rejected("flux-kontext-pro", action=EDIT)).available()
    assert (available.default(EDIT), available.default(GENERATE)) == ("flux-kontext-max", "flux-dev")


def test_all_models_are_rejected() -> None:
    """If no model would be left, all are offered, as the API may have been wrong."""
    nothing_left = known(*rejected(*ALL[EDIT], action=EDIT))
    assert offered(nothing_left, EDIT) == ALL[EDIT]
    assert nothing_left.alternative("flux-kontext-pro", EDIT) is None


def test_an_alternative() -> None:
    """The alternative to a model is the next one in the catalogue that was not rejected, and never itself."""
    rejection = known(*rejected("flux-2-pro", "flux-2-max"), *rejected("flux-kontext-pro", action=EDIT))
    for model, action, expected in (
        ("flux-2-flex", GENERATE, "flux-kontext-pro"),
        ("flux-2-pro", GENERATE, "flux-kontext-pro"),
        ("flux-2-flex", EDIT, "flux-2-pro"),
        ("flux-2-max", EDIT, "flux-kontext-max"),
        ("flux-dev", GENERATE, "flux-2-klein"),
        ("removed", GENERATE, "flux-2-klein"),
    ):
        found = rejection.alternative(model, action)
        assert found is not None
        assert found.name == expected, (model, action)
    assert known(*rejected(*ALL[GENERATE][:-1])).alternative("flux-dev", GENERATE) is None


def test_the_form_of_sizes() -> None:
    """The form that the API has accepted is used and offered for a week, for the action for which it was accepted."""
    model = CATALOGUE.model("flux-dev", GENERATE)
    assert model.forms == ("ratios", "pixels")
    recently, earlier = FORM_LASTS - A_SECOND, FORM_LASTS
    for form in model.forms:
        fresh = known(accepted("flux-dev", form, ago=recently))
        assert (fresh.is_accepted("flux-dev", GENERATE), fresh.form(model, GENERATE)) == (True, form)
        assert (fresh.is_accepted("flux-dev", EDIT), fresh.form(model, EDIT)) == (False, "ratios")
        available = fresh.available()
        assert available.model("flux-dev", GENERATE) == model.in_form(form).model_copy(update={"actions": (GENERATE,)})
        assert available.model("flux-dev", EDIT).sizes == model.sizes
        expired = known(accepted("flux-dev", form, ago=earlier))
        assert (expired.is_accepted("flux-dev", GENERATE), expired.form(model, GENERATE)) == (False, "ratios")
        assert expired.available().model("flux-dev", GENERATE).sizes == model.sizes


def test_sizes_on_offer() -> None:
    """Once the form is known, all sizes of that form are on offer; before, only those that every form has."""
    for form, size, chosen in (
        (None, "1024x512", None),
        (None, "4:5", None),
        (None, "1024x1024", "1024x1024"),
        ("pixels", "1024x512", "1024x512"),
        ("pixels", "4:5", "896x1120"),
        ("ratios", "4:5", None),
        ("ratios", "1024x1024", "1:1"),
    ):
        model = known(*([accepted("flux-dev", form)] if form else [])).available().model("flux-dev", GENERATE)
        found = [rule.size_for(size) for rule in model.sizes]
        assert (model.size_for(size) if all(found) else None) == chosen, (form, size)


def test_rejected_forms() -> None:
    """A job tries the other forms, the known one first, until it has tried them all."""
    model = CATALOGUE.model("flux-dev", GENERATE)
    not_yet = Capability("flux-dev", GENERATE, "pixels", form_noted_at=NOW)
    for capability, tried, form in (
        (not_yet, (), "pixels"),
        (not_yet, ("ratios",), "pixels"),
        (not_yet, ("pixels",), "ratios"),
        (not_yet, ("ratios", "pixels"), None),
        (accepted("flux-dev", "pixels and ratios"), (), "ratios"),
        (accepted("flux-dev", None), ("ratios",), "pixels"),
    ):
        assert known(capability).form(model, GENERATE, tried) == form, (capability, tried)
    assert not known(not_yet).is_accepted("flux-dev", GENERATE), "only the form before it was rejected"
    assert known(not_yet).available().model("flux-dev", GENERATE).sizes == model.sizes
