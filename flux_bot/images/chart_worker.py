"""Draws a chart in a worker process. The bot imports this module, but never matplotlib, which takes 70 MiB."""

import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 1100, 600
"""Size of a chart in pixels: twice the size at which Discord shows it."""
_DOTS_PER_INCH = 100
_FONT_SIZE = 17
_DAYS_PER_LABEL = 7
_LEGEND_COLUMNS = 3
# Like Discord's dark theme; the bars have colours that colour-blind people can tell apart (Okabe and Ito, 2008).
_BACKGROUND, _TEXT, _GRID = "#2b2d31", "#dbdee1", "#44474e"
COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#9aa0a8")
"""Colours of the bars, one for each series; a chart can't show more series than that."""


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one colour: a number for each day."""

    label: str
    plain_label: str
    """Label to show instead if the font lacks a letter of ``label``."""
    numbers: Sequence[int]


def draw(days: Sequence[str], series: Sequence[Series], folder: str) -> bytes:
    """Return a PNG of stacked bars for these days; ``folder`` is for matplotlib's cache.

    The labels are plain text and the only words in the chart, so matplotlib's own font is sufficient.
    """
    os.environ |= {"MPLCONFIGDIR": folder, "OPENBLAS_NUM_THREADS": "1"}  # each thread reserves memory
    import matplotlib as mpl  # noqa: PLC0415  only here, in the worker
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    font = os.path.join(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")  # noqa: PTH118  a string is needed
    style: dict[Any, Any] = {
        "font.size": _FONT_SIZE,
        "text.color": _TEXT,
        "text.parse_math": False,
        "xtick.color": _TEXT,
        "ytick.color": _TEXT,
    }
    with mpl.rc_context(style):
        figure = Figure(
            figsize=(WIDTH / _DOTS_PER_INCH, HEIGHT / _DOTS_PER_INCH),
            dpi=_DOTS_PER_INCH,
            facecolor=_BACKGROUND,
            layout="constrained",
        )
        FigureCanvasAgg(figure)
        _plot(figure, days, series, font)
        png = io.BytesIO()
        figure.savefig(png, format="png")
    return png.getvalue()


def _plot(figure: "Figure", days: Sequence[str], series: Sequence[Series], font: str) -> None:
    from matplotlib.font_manager import FontProperties, get_font  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    letters = get_font(font).get_charmap()
    axes = figure.add_subplot(facecolor=_BACKGROUND)
    bottom = [0] * len(days)
    bars = []
    for one, colour in zip(series, COLOURS, strict=False):
        bars.append(axes.bar(range(len(days)), one.numbers, 0.8, bottom, color=colour)[0])
        bottom = [low + number for low, number in zip(bottom, one.numbers, strict=True)]
    shown = range(len(days) - 1, -1, -_DAYS_PER_LABEL)
    axes.set_xticks(shown, [days[day] for day in shown])
    axes.set_xlim(-0.7, len(days) - 0.3)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.grid(axis="y", color=_GRID)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    labels = [one.label if all(ord(letter) in letters for letter in one.label) else one.plain_label for one in series]
    figure.legend(
        bars,
        labels,
        loc="outside upper left",
        ncols=_LEGEND_COLUMNS,
        frameon=False,
        handlelength=1,
        prop=FontProperties(fname=font, size=_FONT_SIZE),
    )
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(FontProperties(fname=font, size=_FONT_SIZE))
