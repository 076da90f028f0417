"""Draw the pictures of the fake Flux API: a landscape for a prompt, or a visibly altered copy for an edit.

The same prompt, model, size and index always give the same picture; any other combination gives a different one.
"""

import io
import math
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import distribution
from random import Random

from PIL import Image, ImageDraw, ImageFont, ImageOps

SMALLEST_SIDE, LARGEST_SIDE, MAX_SOURCE_PIXELS = 64, 2048, 64_000_000
OVERSAMPLING, STEP, MAX_LINES = 2, 8, 4
FONT = str(distribution("simcord").locate_file("simcord/preview/static/fonts/noto-sans-sc-v2.004.ttf"))
"""The font of SimCord's page; unlike Pillow's default font, it has accented letters and Japanese characters."""
PALETTES = (
    ("#2a2f62", "#fab284", "#fff1ce", "#21193a"),
    ("#4a90c4", "#f0e8ce", "#fffdf0", "#123a42"),
    ("#090e2c", "#485c96", "#f0f4ff", "#070c20"),
    ("#70488c", "#ffbeb0", "#fff6e2", "#3a1642"),
    ("#1c626c", "#d6ecc6", "#ffffe8", "#0c2e2e"),
    ("#b0463e", "#ffd68a", "#fff8d6", "#461622"),
    ("#5c7cac", "#f8d6d6", "#ffffff", "#2c365c"),
)
"""The colours of the sky, the horizon, the sun and the hills."""
SHADE, TEXT = "#090c1a90", "#fffcf5"


class NotAPicture(ValueError):
    """The data to edit is not a picture, or the picture is too large."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture; ``suffix`` is ``png`` or ``jpg``."""

    data: bytes
    suffix: str


@lru_cache(maxsize=64)
def paint(prompt: str, model: str, size: str, index: int = 0, *, scale: float = 1) -> Picture:
    """Draw the picture for a prompt. Its width and height are multiplied by ``scale``."""
    random = Random(repr((prompt, model, size, index)))  # noqa: S311 - reproducible
    sky, horizon, sun, hills = PALETTES[(len(prompt) + index) % len(PALETTES)]
    width, height = (side * OVERSAMPLING for side in pixels(size, scale))
    picture = ImageOps.colorize(Image.linear_gradient("L").resize((width, height)), sky, horizon)
    draw = ImageDraw.Draw(picture, "RGBA")
    centre = (width * random.uniform(0.2, 0.8), height * random.uniform(0.18, 0.32))
    radius = min(width, height) * random.uniform(0.05, 0.08)
    for halo, opacity in ((3.4, "18"), (2.3, "20"), (1.5, "30"), (1, "ff")):
        draw.circle(centre, radius * halo, sun + opacity)
    for level in (0.5, 0.58, 0.67, 0.77, 0.88):
        waves = [(random.uniform(4, 9) * 2**n, random.uniform(0, math.tau), 0.05 / 2**n) for n in range(5)]
        outline = [(0.0, height), (width, height)]
        for x in range(width, -STEP, -STEP):
            y = level + sum(high * math.sin(turns * x / width + phase) for turns, phase, high in waves)
            outline.append((x, height * y))
        draw.polygon(outline, hills + "5c")  # translucent, so hills get darker where they overlap
    return _finish(picture.reduce(OVERSAMPLING), prompt, model, size, at_top=False)


def repaint(original: bytes, prompt: str, model: str, size: str, *, scale: float = 1) -> Picture:
    """Tint and frame a picture and write the instruction on it. Raises NotAPicture."""
    sky, horizon, sun, hills = Random(repr((prompt, model, size))).choice(PALETTES)  # noqa: S311 - reproducible
    try:
        opened = Image.open(io.BytesIO(original))
        if opened.width * opened.height > MAX_SOURCE_PIXELS:
            raise NotAPicture("the picture has too many pixels")
        source = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), pixels(size, scale))
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(str(error)) from error
    picture = Image.blend(source, ImageOps.colorize(source.convert("L"), hills, horizon, sky), 0.78)
    frame = max(2, min(picture.size) // 80)
    picture = ImageOps.expand(ImageOps.crop(picture, frame), frame, sun)
    return _finish(picture, prompt, model, size, at_top=True)


def pixels(size: str, scale: float = 1) -> tuple[int, int]:
    """Convert ``WxH``, or a ratio ``x:y`` at about one megapixel, to a width and height that are safe to draw.

    Both are multiplied by ``scale``.
    """
    x, y = (int(part) for part in size.replace(":", "x").split("x"))
    if ":" in size:
        scale *= math.sqrt(1024 * 1024 / x / y)
    width, height = (max(SMALLEST_SIDE, min(LARGEST_SIDE, round(side * scale))) for side in (x, y))
    return width, height


def _finish(picture: Image.Image, prompt: str, model: str, size: str, *, at_top: bool) -> Picture:
    """Write the prompt, model and size on a picture, and encode it."""
    em = max(10, round(math.sqrt(picture.width * picture.height) / 29))
    large, small = _font(em), _font(max(9, em * 2 // 3))
    text = " ".join(prompt.encode(errors="replace").decode().split()) or "?"
    columns = int((picture.width - 2 * em) / max(1, large.getlength(text)) * len(text))
    rows = max(1, min(MAX_LINES, picture.height // (3 * em) - 1))
    lines = textwrap.wrap(text, max(4, columns), max_lines=rows, placeholder="…")
    height = round(em * (1.4 * len(lines) + 2))
    top = 0 if at_top else picture.height - height
    draw = ImageDraw.Draw(picture, "RGBA")
    draw.rectangle((0, top, picture.width, top + height), SHADE)
    for number, line in enumerate(lines):
        draw.text((em, top + em * (0.4 + 1.4 * number)), line, TEXT, large)
    draw.text((em, top + height - 1.5 * em), f"{model} · {size}", TEXT, small)
    # https://github.com/AceDataCloud/FluxN8N tests/live-validation.json: flux-2-pro gives JPEG, others PNG
    suffix, encoder = ("jpg", "JPEG") if model.startswith("flux-2") else ("png", "PNG")
    file = io.BytesIO()
    picture.save(file, encoder, quality=90, compress_level=3)
    return Picture(file.getvalue(), suffix)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FONT, size)
    font.set_variation_by_axes([400])  # the regular weight
    return font
