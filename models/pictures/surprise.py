"""A text in which each piece has a color by how unlikely it was, with the scale below."""

from collections.abc import Iterable, Iterator, Sequence

from PIL.Image import Image
from PIL.ImageDraw import ImageDraw

from tempera.models.pictures.canvas import FAINT, MARGIN, TEXT, font, ink_on, new_card, on_ramp, width_of

WIDTH, LINE_PIXELS, SIZE, SMALL_SIZE = 900, 36, 24, 18
MOST_NATS = 8.0  # the light end of the scale: one in 3,000
SCALE_PIXELS, FOOT_PIXELS = 240, 84
MOST_LINES = 90
FIRST_UNSPACED = "\u2e80"  # of the characters of scripts without spaces

Place = tuple[int, int, str, float]  # x, line, characters, nats


def draw_surprise(pieces: Sequence[tuple[str, float]], caption: str, unit: str) -> Image:
    """pieces: of the text, with their surprise in nats; caption: beside the scale; unit: the name of nats."""
    places = list(_laid_out(pieces))
    lines = min(MOST_LINES, 1 + max((line for _, line, _, _ in places), default=0))
    image, draw = new_card(WIDTH, MARGIN + lines * LINE_PIXELS + FOOT_PIXELS)
    for x, line, characters, nats in places:
        if line < lines:
            _draw_piece(draw, x, MARGIN + line * LINE_PIXELS, characters, nats)
    _draw_scale(draw, MARGIN + lines * LINE_PIXELS + 24, caption, unit)
    return image


def _laid_out(pieces: Iterable[tuple[str, float]]) -> Iterator[Place]:
    """Yield where the parts of each piece go; lines are broken before words, except in scripts without spaces."""
    x, line = MARGIN, 0
    for word in _words(pieces):
        if x + sum(width_of(part, SIZE) for part, _ in word) > WIDTH - MARGIN and _is_spaced(word):
            x, line = MARGIN, line + 1
        for part, nats in word:
            shown = part.rstrip("\n")
            width = width_of(shown, SIZE)
            if x + width > WIDTH - MARGIN:
                x, line = MARGIN, line + 1
            yield x, line, shown or " ", nats
            x += width
            if part.endswith("\n"):
                x, line = MARGIN, line + 1


def _words(pieces: Iterable[tuple[str, float]]) -> Iterator[list[tuple[str, float]]]:
    """Yield the pieces, in lines of their own, up to each white space."""
    word: list[tuple[str, float]] = []
    for piece, nats in pieces:
        for part in piece.splitlines(keepends=True):
            word.append((part, nats))
            if part[-1:].isspace():
                yield word
                word = []
    yield word


def _is_spaced(word: Iterable[tuple[str, float]]) -> bool:
    return all(part < FIRST_UNSPACED for part, _ in word)


def _draw_piece(draw: ImageDraw, x: int, y: int, characters: str, nats: float) -> None:
    color = on_ramp(nats / MOST_NATS)
    draw.rectangle((x, y, x + width_of(characters, SIZE), y + LINE_PIXELS - 4), color)
    draw.text((x, y + 2), characters, ink_on(color), font(SIZE))


def _draw_scale(draw: ImageDraw, y: int, caption: str, unit: str) -> None:
    for x in range(SCALE_PIXELS):
        draw.line((MARGIN + x, y, MARGIN + x, y + 14), on_ramp(x / SCALE_PIXELS))
    for nats in range(0, int(MOST_NATS) + 1, 4):
        label = f"{nats}+ {unit}" if nats == MOST_NATS else str(nats)
        draw.text((MARGIN + round(SCALE_PIXELS * nats / MOST_NATS), y + 20), label, FAINT, font(SMALL_SIZE))
    draw.text((MARGIN + SCALE_PIXELS + 110, y), caption, TEXT, font(SMALL_SIZE))
