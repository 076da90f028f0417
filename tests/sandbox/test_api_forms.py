"""Each form of the fake API accepts the models and sizes that the vendor's pages list for it."""

from flux_bot.sandbox.api_forms import CREDITS, FORMS, Api
from flux_bot.sandbox.faults import check_submission
from tests.flux.caller import CAT

RATIOS = {"21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"}
MORE_RATIOS = RATIOS | {"4:5", "5:4"}
PIXELS = {"1024x1024", "1024x1792", "1792x1024"}
STEPS = {"1024x1024", "1344x768", "256x1440"}
ANY_STEPS = STEPS | {"1024x1792", "1792x1024", "64x64", "2048x96"}
SIZES = MORE_RATIOS | PIXELS | ANY_STEPS | {"1:2", "1000x1000", "32x64", "1024 x 1024"}

FLUX_2, KONTEXT = ("flux-2-flex", "flux-2-pro", "flux-2-max"), ("flux-kontext-pro", "flux-kontext-max")
MARCH = {
    "generate": dict.fromkeys(("flux-dev", "flux-pro", "flux-pro-1.1"), STEPS)
    | dict.fromkeys(("flux-pro-1.1-ultra", *KONTEXT), MORE_RATIOS)
    | dict.fromkeys(FLUX_2, ANY_STEPS),
    "edit": dict.fromkeys(KONTEXT, MORE_RATIOS),
}
OCTOBER = {
    "generate": dict.fromkeys(("flux-dev", "flux-pro"), RATIOS | PIXELS)
    | dict.fromkeys((*KONTEXT, *FLUX_2, "flux-2-klein"), RATIOS),
    "edit": dict.fromkeys(("flux-dev", "flux-pro", *KONTEXT, *FLUX_2), RATIOS),
}


def test_models_and_sizes() -> None:
    """A model accepts exactly its sizes, for each action; an unknown one is rejected whatever the size."""
    expected: dict[Api, dict[str, dict[str, set[str]]]] = {"2026-03": MARCH, "2026-10": OCTOBER}
    models = {model for actions in expected.values() for accepted in actions.values() for model in accepted}
    assert models == CREDITS.keys()
    for api, actions in expected.items():
        for action, accepted in actions.items():
            for model in (*models, "flux"):
                body = CAT | {"action": action, "model": model, "image_url": "http://x"}
                refusals = {size: check_submission(body | {"size": size}, FORMS[api]) for size in SIZES}
                complaints = {refusal.message for refusal in refusals.values() if refusal}
                where = (api, action, model)
                assert {size for size in SIZES if not refusals[size]} == accepted.get(model, set()), where
                assert complaints == {"size is invalid." if model in accepted else "model is invalid."}, where
