"""The two forms of the image API that the fake Flux API can play.

"2026-03" is the API of the vendor's guide of March 2026 (AceDataCloud/FluxAPI, docs), "2026-10" that of autumn 2026
(AceDataCloud/APIs, flux/docs). Each has its own models, sizes and answers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Api: TypeAlias = Literal["2026-03", "2026-10"]

DEFAULT_MODEL, DEFAULT_SIZE = "flux-dev", "1024x1024"
_PIXELS = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes that a model accepts: those listed, and those whose width and height are both in ``sides``."""

    listed: tuple[str, ...] = ()
    sides: range = range(0)

    def __contains__(self, size: object) -> bool:
        found = _PIXELS.fullmatch(str(size))
        return size in self.listed or bool(found and all(int(side) in self.sides for side in found.groups()))


NINE_RATIOS = Sizes(("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"))
NINE_RATIOS_OR_PIXELS = Sizes((*NINE_RATIOS.listed, "1024x1024", "1024x1792", "1792x1024"))
ELEVEN_RATIOS = Sizes((*NINE_RATIOS.listed, "4:5", "5:4"))
STEPS_OF_32 = Sizes(sides=range(256, 1441, 32))
ANY_STEPS_OF_32 = Sizes(sides=range(64, 100_000, 32))


@dataclass(frozen=True, slots=True)
class ApiForm:
    """What the API accepts and answers at a time."""

    sizes: Mapping[str, Mapping[str, Sizes]]
    """The models for each action, with their sizes."""
    requires_size: bool
    describes_pictures: bool
    """Whether results have the prompt, seed and timings of each picture, except those of FLUX.2."""
    reports_cost: bool
    """Whether results have their cost."""
    acceptance_has_trace_id: bool
    lists_tasks: bool
    """Whether /flux/tasks lists all tasks of a period."""
    pending_response: Mapping[str, Any] | None = None
    """The ``response`` in the record of a pending task."""


FORMS: Mapping[Api, ApiForm] = {
    "2026-03": ApiForm(
        sizes={
            "generate": {
                "flux-dev": STEPS_OF_32,
                "flux-pro": STEPS_OF_32,  # without a rule in the guide, so like flux-dev
                "flux-pro-1.1": STEPS_OF_32,
                "flux-pro-1.1-ultra": ELEVEN_RATIOS,
                "flux-kontext-pro": ELEVEN_RATIOS,
                "flux-kontext-max": ELEVEN_RATIOS,
                "flux-2-flex": ANY_STEPS_OF_32,
                "flux-2-pro": ANY_STEPS_OF_32,
                "flux-2-max": ANY_STEPS_OF_32,
            },
            "edit": {"flux-kontext-pro": ELEVEN_RATIOS, "flux-kontext-max": ELEVEN_RATIOS},
        },
        requires_size=False,
        describes_pictures=True,
        reports_cost=False,
        acceptance_has_trace_id=False,
        lists_tasks=False,
    ),
    "2026-10": ApiForm(
        sizes={
            "generate": {
                "flux-dev": NINE_RATIOS_OR_PIXELS,
                "flux-pro": NINE_RATIOS_OR_PIXELS,
                "flux-kontext-pro": NINE_RATIOS,
                "flux-kontext-max": NINE_RATIOS,
                "flux-2-flex": NINE_RATIOS,
                "flux-2-pro": NINE_RATIOS,
                "flux-2-max": NINE_RATIOS,
                "flux-2-klein": NINE_RATIOS,
            },
            "edit": {
                "flux-dev": NINE_RATIOS,
                "flux-pro": NINE_RATIOS,
                "flux-kontext-pro": NINE_RATIOS,
                "flux-kontext-max": NINE_RATIOS,
                "flux-2-flex": NINE_RATIOS,
                "flux-2-pro": NINE_RATIOS,
                "flux-2-max": NINE_RATIOS,
            },
        },
        requires_size=True,
        describes_pictures=False,
        reports_cost=True,
        acceptance_has_trace_id=True,
        lists_tasks=True,
        pending_response={"success": True, "data": []},
    ),
}

CREDITS: Mapping[str, Decimal] = {
    "flux-dev": Decimal("0.216"),  # this and flux-kontext-pro: recorded in AceDataCloud/FluxN8N; the others: invented
    "flux-pro": Decimal("0.43"),
    "flux-pro-1.1": Decimal("0.34"),
    "flux-pro-1.1-ultra": Decimal("0.52"),
    "flux-kontext-pro": Decimal("0.423"),
    "flux-kontext-max": Decimal("0.84"),
    "flux-2-klein": Decimal("0.15"),
    "flux-2-flex": Decimal("0.63"),
    "flux-2-pro": Decimal("0.32"),
    "flux-2-max": Decimal("0.74"),
}
"""The price of a picture. It is charged in both forms of the API."""
