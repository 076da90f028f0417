"""The two forms of the image API that the fake Flux API can imitate.

"2026-03" is the API as described by the vendor's guide of March 2026 (AceDataCloud/FluxAPI, docs), and "2026-10" by
that of autumn 2026 (AceDataCloud/APIs, flux/docs). They differ in their models, sizes and responses.
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
    """What one form of the API accepts and returns."""

    sizes: Mapping[str, Mapping[str, Sizes]]
    """The models for each action, with their sizes."""
    requires_size: bool
    describes_pictures: bool
    """Whether results contain the prompt, seed and timings of each picture; those of FLUX.2 never do."""
    reports_cost: bool
    """Whether results contain their cost."""
    acceptance_has_trace_id: bool
    lists_tasks: bool
    """Whether /flux/tasks can list all tasks of a period."""
    pending_response: Mapping[str, Any] | None = None
    """The ``response`` in the record of a pending task."""


FORMS: Mapping[Api, ApiForm] = {
    "2026-03": ApiForm(
        sizes={
            "generate": {
                "flux-dev": STEPS_OF_32,
                "flux-pro": STEPS_OF_32,  # the guide has no rule for it, so the same as flux-dev
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
    "flux-dev": Decimal("0.216"),  # recorded in AceDataCloud/FluxN8N, as is flux-kontext-pro; the others are made up
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
