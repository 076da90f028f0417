"""Paint the stand-in's pictures: a landscape for each prompt, or a given picture visibly altered.

The same prompt, model, size and index always give the same picture, and any other a different one.
"""

import io
import math
import unicodedata
import warnings
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SMALLEST_SIDE, LARGEST_SIDE = 64, 2048
ONE_MEGAPIXEL = 1024 * 1024
MAX_SOURCE_PIXELS = 64_000_000
OVERSAMPLING = 2
GLOW_EDGE = 180
"""How dark Pillow's radial gradient is halfway along its sides; past it the corners would show."""
PROMPT_CHARACTERS_SHOWN = 400
PROMPT_LINES_SHOWN = 4
REGULAR = 400
"""The weight of a font."""
INK: Colour = (9, 12, 26)
PAPER: Colour = (255, 252, 245)


class NotAPicture(ValueError):
    """The bytes to be edited are no picture of a sane size."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture; ``suffix`` is ``png`` or ``jpg``."""

    data: bytes
    suffix: str

    @property
    def content_type(self) -> str:
        """Return the media type to serve it with."""
        return "image/jpeg" if self.suffix == "jpg" else "image/png"


class Palette(NamedTuple):
    """The light of a scene, from the top of the sky to the nearest hill."""

    zenith: Colour
    horizon: Colour
    sun: Colour
    near: Colour
    stars: bool = False


PALETTES = (
    Palette((42, 47, 98), (250, 178, 132), (255, 241, 206), (33, 25, 58)),
    Palette((74, 144, 196), (240, 232, 206), (255, 253, 240), (18, 58, 66)),
    Palette((9, 14, 44), (72, 92, 150), (240, 244, 255), (7, 12, 32), stars=True),
    Palette((112, 72, 140), (255, 190, 176), (255, 246, 226), (58, 22, 66)),
    Palette((28, 98, 108), (214, 236, 198), (255, 255, 232), (12, 46, 46)),
    Palette((176, 70, 62), (255, 214, 138), (255, 248, 214), (70, 22, 34)),
    Palette((22, 20, 62), (206, 98, 140), (255, 226, 214), (26, 12, 46), stars=True),
    Palette((92, 124, 172), (248, 214, 214), (255, 255, 255), (44, 54, 92)),
)


@lru_cache(maxsize=64)
def paint(prompt: str, model: str, size: str, index: int = 0) -> Picture:
    """Draw the picture for a prompt."""
    picture = _landscape(_chance(prompt, model, size, index), pixels(size))
    _write(picture, prompt, f"{model} · {size}", at_top=False)
    return _encode(picture, model)


def repaint(original: bytes, prompt: str, model: str, size: str) -> Picture:
    """Alter a picture so that anyone sees it was: two colours, a frame and the instruction."""
    palette = _chance(prompt, model, size).choice(PALETTES)
    source = ImageOps.fit(_decode(original), pixels(size))
    toned = ImageOps.colorize(source.convert("L"), palette.near, palette.horizon, palette.zenith)
    picture = Image.blend(source, toned, 0.78)
    frame = max(2, min(picture.size) // 80)
    ImageDraw.Draw(picture).rectangle((0, 0, picture.width - 1, picture.height - 1), None, palette.sun, frame)
    _write(picture, prompt, f"{model} · {size}", at_top=True)
    return _encode(picture, model)


def pixels(size: str) -> tuple[int, int]:
    """Turn ``WxH``, or a ratio ``x:y`` at about one megapixel, into pixels that are safe to draw."""
    if "x" in size:
        width, height = (int(part) for part in size.split("x"))
    else:
        ratio = math.prod(float(part) ** sign for part, sign in zip(size.split(":"), (1, -1), strict=True))
        width, height = round(math.sqrt(ONE_MEGAPIXEL * ratio)), round(math.sqrt(ONE_MEGAPIXEL / ratio))
    return _clamp(width), _clamp(height)


def _chance(*seeds: object) -> Random:
    return Random(repr(seeds))  # noqa: S311 - it has to repeat itself


def _clamp(side: int) -> int:
    return max(SMALLEST_SIDE, min(LARGEST_SIDE, side))


def _decode(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data))
        if picture.width * picture.height > MAX_SOURCE_PIXELS:
            raise NotAPicture("the picture has too many pixels")
        return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture(str(error)) from error


def _encode(picture: Image.Image, model: str) -> Picture:
    # https://github.com/AceDataCloud/FluxN8N tests/live-validation.json: flux-2-pro gives JPEG, others PNG
    suffix = "jpg" if model.startswith("flux-2") else "png"
    file = io.BytesIO()
    if suffix == "jpg":
        picture.save(file, "JPEG", quality=90)
    else:
        picture.save(file, "PNG", compress_level=3)
    return Picture(file.getvalue(), suffix)


def _landscape(seed: Random, size: tuple[int, int]) -> Image.Image:
    width, height = size
    palette = seed.choice(PALETTES)
    picture = _gradient(size, palette.zenith, palette.horizon)
    if palette.stars:
        _scatter_stars(picture, seed)
    _hang_sun(picture, seed, palette)
    layers = seed.randint(4, 6)
    for layer in range(layers):
        nearness = (layer + 1) / layers
        colour = _blend(palette.horizon, palette.near, nearness**0.8)
        mist = _blend(colour, palette.horizon, 0.5 * (1 - nearness) + 0.12)
        ridge = _ridge(seed, width, height * (0.44 + 0.3 * nearness), height * (0.11 - 0.05 * nearness))
        mask = _hill(ridge, size)
        if layer >= layers - 2:
            _plant(mask, seed, ridge, height * 0.045 * nearness)
        picture.paste(_gradient(size, colour, mist), mask=mask.reduce(OVERSAMPLING))
    return picture


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    column = (1, size[1])
    shares = Image.linear_gradient("L").resize(column)
    blended = Image.composite(Image.new("RGB", column, bottom), Image.new("RGB", column, top), shares)
    return blended.resize(size, Image.Resampling.NEAREST)


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _scatter_stars(picture: Image.Image, seed: Random) -> None:
    draw = ImageDraw.Draw(picture, "RGBA")
    for _ in range(90):
        x, y = seed.uniform(0, picture.width), seed.uniform(0, picture.height * 0.5)
        radius = seed.uniform(0.4, 1.5) * picture.height / 1024
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), (*PAPER, seed.randint(90, 230)))


def _hang_sun(picture: Image.Image, seed: Random, palette: Palette) -> None:
    short = min(picture.size)
    x, y = picture.width * seed.uniform(0.22, 0.78), picture.height * seed.uniform(0.2, 0.42)
    radius = short * seed.uniform(0.06, 0.11)
    glow = Image.radial_gradient("L").resize((round(short * 1.4),) * 2)
    glow = glow.point([round(170 * max(0, 1 - level / GLOW_EDGE) ** 2) for level in range(256)])
    picture.paste(palette.sun, (round(x - glow.width / 2), round(y - glow.height / 2)), glow)
    disc = Image.new("L", (round(radius * 2) * 4,) * 2)
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), 255)
    disc = disc.reduce(4)
    picture.paste(palette.sun, (round(x - disc.width / 2), round(y - disc.height / 2)), disc)


def _ridge(seed: Random, width: int, level: float, swing: float) -> list[tuple[float, float]]:
    waves = [(math.tau * seed.uniform(0.7, 1.4) * 2**n, seed.uniform(0, math.tau), 0.5**n) for n in range(4)]
    step = max(1, width // 256)
    return [
        (x, level - swing * sum(high * math.sin(turns * x / width + start) for turns, start, high in waves))
        for x in range(0, width + step, step)
    ]


def _hill(ridge: list[tuple[float, float]], size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING))
    outline = [*ridge, (ridge[-1][0], size[1]), (0, size[1])]
    ImageDraw.Draw(mask).polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in outline], 255)
    return mask


def _plant(mask: Image.Image, seed: Random, ridge: list[tuple[float, float]], tallest: float) -> None:
    draw = ImageDraw.Draw(mask)
    for x, y in seed.sample(ridge, len(ridge) // 3):
        tall = tallest * seed.uniform(0.45, 1)
        for tier in range(3):
            foot, wide = y + 2 - tall * 0.28 * tier, tall * (0.25 - 0.055 * tier)
            outline = ((x - wide, foot), (x + wide, foot), (x, foot - tall * 0.44))
            draw.polygon([(across * OVERSAMPLING, down * OVERSAMPLING) for across, down in outline], 255)


def _write(picture: Image.Image, prompt: str, footer: str, *, at_top: bool) -> None:
    short, middling = min(picture.size), round(math.sqrt(picture.width * picture.height))
    margin = max(3, short // 36)
    large_size, small_size = max(9, middling // 27), max(8, middling // 44)
    prompt = _drawable(prompt[:PROMPT_CHARACTERS_SHOWN])
    large, small = _font(large_size, plain=prompt.isascii()), _font(small_size, plain=True)
    leading, footer_height = round(large_size * 1.3), round(small_size * 1.4)
    room = int((picture.height / 2 - footer_height - 3 * margin) // leading)
    lines = _wrap(prompt, large, picture.width - 4 * margin)[: max(1, min(PROMPT_LINES_SHOWN, room))]
    height = leading * len(lines) + footer_height + 2 * margin
    top = margin if at_top else picture.height - margin - height
    _frost(picture, (margin, top, picture.width - margin, top + height), margin)
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((2 * margin, top + margin + number * leading), line, PAPER, large)
    draw.text((2 * margin, top + margin + len(lines) * leading), footer, _blend(INK, PAPER, 0.75), small)


@lru_cache(maxsize=64)
def _font(size: int, *, plain: bool) -> Font:
    """Return Pillow's own font or, for what that shows as boxes, the one that SimCord's page has for Japanese."""
    simcord = find_spec("simcord") if not plain else None
    for folder in (simcord and simcord.submodule_search_locations) or ():
        for file in Path(folder, "preview", "static", "fonts").glob("noto-sans-sc-*.ttf"):
            font = ImageFont.truetype(file, size)
            font.set_variation_by_axes([REGULAR])
            return font
    return ImageFont.load_default(size)


def _frost(picture: Image.Image, box: tuple[int, int, int, int], radius: int) -> None:
    glass = picture.crop(box).filter(ImageFilter.BoxBlur(radius * 2))
    glass = Image.blend(glass, Image.new("RGB", glass.size, INK), 0.62)
    width, height = glass.width * OVERSAMPLING, glass.height * OVERSAMPLING
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width - 1, height - 1), radius * OVERSAMPLING, 255)
    picture.paste(glass, box, mask.reduce(OVERSAMPLING))


def _wrap(text: str, font: Font, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _drawable(text: str) -> str:
    """Drop accents from Latin letters: Pillow's own font has ASCII only."""
    composed = unicodedata.normalize("NFC", text.encode(errors="replace").decode())
    bases = (unicodedata.normalize("NFKD", character)[0] for character in composed)
    return "".join(base if base.isascii() else sign for base, sign in zip(bases, composed, strict=True))
