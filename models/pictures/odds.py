"""The odds of the next token at several temperatures, as bars: a row for each token, a column for each temperature."""

from collections.abc import Sequence

from PIL.Image import Image
from PIL.ImageDraw import ImageDraw

from tempera.models.pictures.canvas import ACCENT, FAINT, MARGIN, TEXT, font, new_card, on_ramp, visible, width_of

ROW_PIXELS, BAR_PIXELS, COLUMN_PIXELS, LABEL_PIXELS = 44, 26, 210, 130
TITLE_SIZE, LABEL_SIZE, SMALL_SIZE = 26, 24, 18
HEAD_PIXELS = 110
PERCENT_PIXELS = 70  # beside the longest bar
CURSOR = "▏"


def draw_odds(heading: str, labels: Sequence[str], columns: Sequence[tuple[str, Sequence[float], bool]]) -> Image:
    """heading: the end of the prompt; labels: tokens; columns: title, shares of the tokens, whether it is chosen."""
    width = 2 * MARGIN + LABEL_PIXELS + len(columns) * COLUMN_PIXELS
    image, draw = new_card(width, HEAD_PIXELS + len(labels) * ROW_PIXELS + MARGIN)
    _draw_heading(draw, heading[:-1].replace("\n", " ") + visible(heading[-1:]), width - 2 * MARGIN)
    for row, label in enumerate(labels):
        draw.text((MARGIN, HEAD_PIXELS + row * ROW_PIXELS), visible(label), TEXT, font(LABEL_SIZE))
    for number, (title, shares, chosen) in enumerate(columns):
        left = MARGIN + LABEL_PIXELS + number * COLUMN_PIXELS
        draw.text((left, 72), title, ACCENT if chosen else FAINT, font(LABEL_SIZE if chosen else SMALL_SIZE))
        for row, share in enumerate(shares):
            _draw_bar(draw, left, HEAD_PIXELS + row * ROW_PIXELS, share)
    return image


def _draw_heading(draw: ImageDraw, heading: str, room: int) -> None:
    """Draw the end of the prompt, as much of it as fits."""
    shown = heading
    while shown and width_of(f"…{shown}{CURSOR}", TITLE_SIZE) > room:
        shown = shown[1:]
    cut = "…" if shown != heading else ""
    draw.text((MARGIN, MARGIN), f"{cut}{shown}", TEXT, font(TITLE_SIZE))
    end = MARGIN + width_of(f"{cut}{shown}", TITLE_SIZE) + 4
    draw.rectangle((end, MARGIN, end + 3, MARGIN + TITLE_SIZE + 4), ACCENT)


def _draw_bar(draw: ImageDraw, left: int, top: int, share: float) -> None:
    length = round(share * (COLUMN_PIXELS - PERCENT_PIXELS - 10))
    if length:
        draw.rounded_rectangle((left, top, left + length, top + BAR_PIXELS), 4, on_ramp(0.3 + 0.6 * share))
    percent = f"{share:.0%}" if 0.01 <= share <= 0.995 or share in {0, 1} else "<1%" if share < 0.01 else ">99%"
    draw.text((left + length + 8, top + 3), percent, TEXT if share >= 0.01 else FAINT, font(SMALL_SIZE))
