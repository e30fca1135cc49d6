"""What all pictures share: colors that are legible on light and dark pages, and a font with Japanese letters."""

import importlib.util
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Color = tuple[int, int, int]

CARD, TEXT, FAINT, ACCENT = (30, 31, 34), (242, 243, 245), (148, 155, 164), (88, 166, 255)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)  # one of them has a contrast of at least 4.5 with any color
MARGIN = 24  # pixels
VISIBLE = {" ": "␣", "\n": "⏎", "\t": "⇥"}  # of characters that can't be seen
RAMP: tuple[Color, ...] = ((43, 45, 49), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))  # dark to light


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font that matplotlib-fontja brings; raises FileNotFoundError without the package."""
    found = importlib.util.find_spec("matplotlib_fontja")
    if found is None or found.origin is None:
        raise FileNotFoundError("matplotlib-fontja")
    return ImageFont.truetype(Path(found.origin).parent / "fonts" / "ipaexg.ttf", size)


def new_card(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Return an empty picture, and what draws on it."""
    image = Image.new("RGB", (width, height), CARD)
    return image, ImageDraw.Draw(image)


def width_of(text: str, size: int) -> int:
    """Return the width of a text in pixels; line breaks have none."""
    return round(font(size).getlength(text.replace("\n", "")))


def on_ramp(share: float) -> Color:
    """Return a color: 0 = dark, 1 = light."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    part = place - low
    red, green, blue = (
        round(first + part * (second - first)) for first, second in zip(RAMP[low], RAMP[low + 1], strict=True)
    )
    return red, green, blue


def ink_on(color: Color) -> Color:
    """Return the color of text that is legible on this one."""
    return max(WHITE, BLACK, key=lambda ink: contrast(ink, color))


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colors (w3.org/TR/WCAG21/#dfn-contrast-ratio)."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    linear = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def visible(text: str) -> str:
    """Return a text whose white space can be seen."""
    return "".join(VISIBLE.get(character, character) for character in text)
