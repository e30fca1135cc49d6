"""Pictures are drawn in a process of their own: legible, with Japanese letters, and within bounds."""

import io
from itertools import pairwise

import pytest
from PIL import Image

from tempera.models.errors import PictureFailed
from tempera.models.pictures.canvas import CARD, contrast, font, ink_on, on_ramp, visible
from tempera.models.pictures.drawing import drawn
from tempera.models.pictures.odds import draw_odds
from tempera.models.pictures.surprise import WIDTH, _laid_out, draw_surprise


def test_every_letter_is_legible_on_its_color() -> None:
    for percent in range(101):
        color = on_ramp(percent / 100)
        assert contrast(color, ink_on(color)) >= 4.5, percent
    assert on_ramp(-1) == on_ramp(0)
    assert on_ramp(9) == on_ramp(1)


def test_the_font_has_japanese_letters_and_accents() -> None:
    missing = font(24).getmask("\uffff").getbbox()
    for letter in "猫あァéßñ—「":
        assert font(24).getmask(letter).getbbox() not in {None, missing}


def test_the_odds_have_a_column_for_each_temperature_and_what_cannot_be_seen_a_sign() -> None:
    labels = ["e", " ", "\n", "others"]
    one = draw_odds("To b", labels, [("T 1", [0.5, 0.3, 0.1, 0.1], True)])
    four = draw_odds("To b" * 100, labels, [(f"T {n}", [1.0, 0.0, 0.0, 0.0], False) for n in range(4)])
    assert one.height == four.height
    assert one.width < four.width < 1200
    assert visible("a \n") == "a␣⏎"


def test_lines_are_broken_before_words_and_within_japanese() -> None:
    words = [(each, 1.0) for each in "so it goes on and on " * 20]
    places = list(_laid_out(words))
    for (_, line, before, _), (x, further, _, _) in pairwise(places):
        assert further == line or (before == " " and x < 30)
    japanese = list(_laid_out([("猫", 1.0)] * 200))
    assert max(line for _, line, _, _ in japanese) >= 5
    assert all(x < WIDTH - 24 for x, *_ in japanese)


@pytest.mark.parametrize("text", ["", "\n\n", "x" * 5000, "a\nb\n" * 500])
def test_any_text_gives_a_picture_of_bounded_height(text: str) -> None:
    picture = draw_surprise([(each, 99.0) for each in text], "Mean", "nats")
    assert picture.height < 3500
    assert picture.getpixel((1, 1)) == CARD


@pytest.mark.slow
async def test_a_process_draws_and_says_why_it_cannot() -> None:
    png = await drawn({"kind": "surprise", "pieces": [["a", 1.0]], "caption": "Mean", "unit": "nats"})
    assert Image.open(io.BytesIO(png)).format == "PNG"
    with pytest.raises(PictureFailed, match="KeyError"):
        await drawn({"kind": "nothing"})
