"""Each page of the panel is within Discord's limits in every language, even with the longest contents."""

from decimal import Decimal

from discord import ui

from flux_bot.core.catalogue import Catalogue, load_catalogue
from flux_bot.core.jobs import Action
from flux_bot.core.rules.server_settings import NO_SETTINGS, ServerSettings
from flux_bot.locales import LOCALES, translator_for
from flux_bot.store.rules.servers import Server
from flux_bot.ui.server_settings.existing import Existing
from flux_bot.ui.server_settings.pages import PAGES, Shown
from flux_bot.ui.server_settings.panel import panel, reset_question
from tests.database import NOW
from tests.discord_server.payloads import openapi_checker
from tests.ui.test_cards import check

(SOME_MODEL, *_) = load_catalogue("").models
MODELS = [SOME_MODEL.model_copy(update={"name": f"{n:02}{'m' * 98}", "label": f"{'l' * 98}{n:02}"}) for n in range(25)]
CATALOGUE = Catalogue.model_validate(
    {
        "defaults": dict.fromkeys(Action, MODELS[0].name),
        "models": [model.model_copy(update={"actions": tuple(Action)}) for model in MODELS],
    }
)
NAMES = tuple(model.name for model in MODELS)
IDS = tuple(range(10**18, 10**18 + 50))
FULL = ServerSettings(
    models=(*NAMES, *(f"gone {'g' * 90}{number}" for number in range(25))),
    default_model=NAMES[-1],
    pictures_per_member=1000,
    role_limits=dict.fromkeys(IDS[:25], 1000),
    exempt_roles=IDS,
    credits_per_month=Decimal(1_000_000),
    blocked_words=tuple(f"{'*' * 97}{number:03}" for number in range(40)),
    spoiler_channels=IDS,
    private_channels=IDS,
    allowed_roles=IDS,
    log_channel=IDS[0],
    language="ja",
)


def test_every_page_fits() -> None:
    """Pages fit whether they are empty or full, and whether or not they say who has changed the settings."""
    validate = openapi_checker()
    for locale in LOCALES:
        translate = translator_for(locale)
        for server in (Server(), Server(FULL, IDS[0], NOW, NOW), Server(NO_SETTINGS, 1, NOW)):
            shown = Shown(translate, server, Existing(CATALOGUE, None), "en-US")
            for page in (*PAGES, "no such page"):
                body = check(panel(shown, page, done="preferences-reset-done"))
                if validate is not None and locale == LOCALES[0]:  # the document describes the structure, not the texts
                    reply = {key: body[key] for key in body if key not in {"nonce", "enforce_nonce"}}
                    sent = {"type": 4, "data": reply}
                    assert not validate("POST", "/interactions/1/token/callback", sent), page
        check(reset_question(translate, "language"))


def test_a_full_list_keeps_the_default() -> None:
    """The chosen default model is in its list, which has room for 24 models besides the catalogue's default."""
    for chosen in (NAMES[0], NAMES[-1]):
        settings = ServerSettings(default_model=chosen)
        shown = Shown(translator_for("en-US"), Server(settings), Existing(CATALOGUE, None), None)
        lists = [part for part in panel(shown, "models").view.walk_children() if isinstance(part, ui.Select)]
        (options,) = [part.options for part in lists if part.custom_id.startswith("settings:default_model:")]
        assert len(options) == 25
        assert [option.value for option in options if option.default] == [chosen]


def test_lists_are_new_each_time() -> None:
    """Each list gets a new custom_id each time; with the same one, clients would show the earlier choice."""
    shown = Shown(translator_for("en-US"), Server(), Existing(CATALOGUE, None), None)
    for page in PAGES:
        views = [panel(shown, page).view for _ in range(2)]
        first, second = (
            {
                part.custom_id
                for part in view.walk_children()
                if isinstance(part, ui.Select | ui.RoleSelect | ui.ChannelSelect)
            }
            for view in views
        )
        assert first, page
        assert first.isdisjoint(second), page
