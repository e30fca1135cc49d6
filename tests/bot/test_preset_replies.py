"""What is said about presets fits in one message, whatever they hold."""

import re

import pytest

from tempera.bot.presets.built_in import BUILT_IN
from tempera.bot.replies.personal.presets import listing, page, saved, summary
from tempera.storage.presets import Preset, PresetValues

FULL = PresetValues(
    model="m" * 32,
    opening="*\n" * 500,
    params={"temperature": 0.123456, "top_k": 1000, "top_p": 0.95, "length": 4000, "seed": 2**31 - 1},
)


def preset(name: str, values: PresetValues = FULL, guild_id: int | None = None, uses: int = 0) -> Preset:
    settings = {field: getattr(values, field) for field in PresetValues.__slots__}
    return Preset(id=1, name=name, owner_id=2, guild_id=guild_id, uses=uses, **settings)


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (PresetValues(), "empty"),
        (PresetValues(params={"temperature": 0.0, "seed": 0}), "T 0 · seed 0"),
        (PresetValues(params={"top_k": 0, "top_p": 1.0}), "top-k off · top-p off"),
        (PresetValues(model="tiny", language="ja"), "tiny · 日本語"),
        (PresetValues(model="tiny", opening="Once\n upon a time there was a king", params={"length": 9}), None),
    ],
)
def test_a_summary_says_what_is_set_and_nothing_else(values: PresetValues, words: str | None) -> None:
    assert summary(values, "en-US") == (words or "tiny · 9 characters · starts with “Once upon a time there was a …”")


def test_a_page_says_everything() -> None:
    assert page(
        "*noir*", preset("*noir*", PresetValues(model="tiny", params={"temperature": 0.5}), uses=3), ["tiny"], "en-US"
    ) == (
        "**\\*noir\\*** · yours · used 3 times\nDescription: none\n"
        "Model: tiny\nLanguage: not set\nTemperature: 0.5\nLength: not set\nSeed: random\n"
        "Top-k: not set\nTop-p: not set\nMin-p: not set\nFinish: not set\nOpening text: none"
    )


@pytest.mark.parametrize("opening", ["*" * 1000, "😀" * 1000, "-# a\n" * 200])
def test_every_line_and_page_fits_a_message(opening: str) -> None:
    values = PresetValues(opening=opening, model="*" * 100)
    assert utf16_units(page("*" * 32, preset("x", values), [], "en-US")) <= 2000
    assert utf16_units(saved("*" * 32, values, "en-US")) <= 2000


@pytest.mark.parametrize("number", [1, 7, 50, 1000])
def test_a_list_that_does_not_fit_counts_the_rest(number: int) -> None:
    own = [preset(f"{'x' * 27} {index:04}") for index in range(number)]
    shared = [preset(f"{'y' * 27} {index:04}", guild_id=3) for index in range(number)]
    listed = listing(own, shared, BUILT_IN, 1000, "en-US")
    assert utf16_units(listed) <= 2000
    shown = len(re.findall("^- ", listed, re.MULTILINE))
    more = re.search(r"… and (\d+) more", listed)
    assert shown + int(more[1] if more else 0) == 2 * number + 4
    assert bool(more) == (number > 1)


def test_a_list_without_own_presets_says_how_to_make_one() -> None:
    assert listing([], [], BUILT_IN, 50, "en-US").startswith(
        "You have no presets yet. Create one with /preset save.\n**Built in**\n- **safe**"
    )
