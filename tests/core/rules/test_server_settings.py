"""The effects of a server's settings: models and defaults, channels, roles and limits."""

from dataclasses import replace

import pytest

from flux_bot.core.catalogue import load_catalogue
from flux_bot.core.errors import RequestRejected
from flux_bot.core.jobs import Action, ImageRequest, Preferences
from flux_bot.core.rules.requester import Requester
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings

CATALOGUE = load_catalogue("")
EVERY_MODEL = tuple(model.name for model in CATALOGUE.models)


def test_models_used_without_a_choice() -> None:
    """The user's preference comes first, then the server's default, then the catalogue's or the first one on offer."""
    cases: tuple[tuple[ServerSettings, Preferences, tuple[str | None, str | None, str | None]], ...] = (
        (NO_SETTINGS, Preferences(), (None, None, None)),
        (NO_SETTINGS, Preferences("flux-pro", "flux-2-pro", "3:2"), ("flux-pro", "flux-2-pro", "3:2")),
        (NO_SETTINGS, Preferences("flux-0", "flux-0"), (None, None, None)),
        (ServerSettings(default_model="flux-pro", default_size="16:9"), Preferences(), ("flux-pro", None, "16:9")),
        (ServerSettings(default_model="flux-pro"), Preferences("flux-0"), ("flux-pro", None, None)),
        (ServerSettings(default_model="flux-pro"), Preferences("flux-dev", size="1:1"), ("flux-dev", None, "1:1")),
        (ServerSettings(default_model="flux-0"), Preferences(), (None, None, None)),
        (ServerSettings(models=("flux-2-max",)), Preferences(), ("flux-2-max", "flux-2-max", None)),
        (ServerSettings(models=("flux-dev", "flux-pro")), Preferences("flux-2-pro"), (None, "flux-pro", None)),
        (ServerSettings(models=("flux-2-klein",)), Preferences("flux-pro", "flux-pro"), ("flux-2-klein", None, None)),
        (
            ServerSettings(models=("flux-pro",), default_model="flux-dev"),
            Preferences("flux-2-max", "flux-2-max"),
            ("flux-pro", "flux-pro", None),
        ),
    )
    for settings, preferences, expected in cases:
        used = settings.with_defaults(preferences, CATALOGUE)
        assert (used.model, used.edit_model, used.size) == expected, (settings, preferences)


def test_the_offered_catalogue() -> None:
    """The catalogue has the models on offer and the server's default, without models that no longer exist."""
    assert NO_SETTINGS.offered(CATALOGUE) == CATALOGUE
    offered = ServerSettings(models=("flux-2-klein", "flux-2-max", "flux-0")).offered(CATALOGUE)
    assert [model.name for model in offered.models] == ["flux-2-klein", "flux-2-max"]
    assert offered.defaults == {Action.GENERATE: "flux-2-klein", Action.EDIT: "flux-2-max"}
    assert ServerSettings(default_model="flux-pro").offered(CATALOGUE).default(Action.GENERATE) == "flux-pro"
    without_edits = ServerSettings(models=("flux-2-klein",)).offered(CATALOGUE)
    assert without_edits.models_for(Action.EDIT) == ()


def test_requests_in_channels() -> None:
    """Threads follow their channel; a model that is not on offer is refused, and never replaced by another one."""
    request = ImageRequest(Action.GENERATE, "a cat", "flux-pro", "1:1", model_chosen=False)
    settings = ServerSettings(spoiler_channels=(1,), private_channels=(2,))
    for channel, parent, private, spoiler in (
        (3, None, 0, 0),
        (1, None, 0, 1),
        (2, None, 1, 0),
        (9, 1, 0, 1),
        (9, 2, 1, 0),
    ):
        applied = settings.applied_to(request, Requester(7, channel, 8, (), parent).channels, CATALOGUE)
        assert (applied.private, applied.spoiler) == (bool(private), bool(spoiler)), (channel, parent)
        assert not applied.model_chosen
    assert ServerSettings(models=("flux-pro",)).applied_to(request, (), CATALOGUE).model_chosen
    settings = ServerSettings(models=("flux-dev", "flux-2-max"))
    assert settings.applied_to(request, (), CATALOGUE).model == "flux-2-max"
    with pytest.raises(RequestRejected) as rejected:
        settings.applied_to(replace(request, model_chosen=True), (), CATALOGUE)
    assert rejected.value.text.arguments == {"models": ("flux-2-max", "flux-dev")}


def test_limits_of_roles() -> None:
    """The highest limit of a member's roles applies, but only if there is a limit for members."""
    settings = ServerSettings(pictures_per_member=5, role_limits={1: 10, 2: 20, 3: 1}, exempt_roles=(4,))
    for roles, limit in (((), 5), ((1,), 10), ((1, 2), 20), ((3,), 5), ((9,), 5), ((2, 4), None)):
        assert settings.pictures_per_day(roles) == limit, roles
    assert ServerSettings(role_limits={1: 10}).pictures_per_day((1,)) is None
