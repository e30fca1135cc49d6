"""Which blocked words are in a text, and what of a growing text can be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempera.bot.moderation.words import BlockedWords, fold


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("rose", "A rose.", "rose"),
        ("rose", "A ROSE!", "ROSE"),
        ("Straße", "die STRASSE", "STRASSE"),
        ("rose", "roses", None),
        ("rose", "prose", None),
        ("rose", "rose2", None),
        ("rose", "_rose", None),
        ("rose", "ｒｏｓｅ", "ｒｏｓｅ"),
        ("rose", "r\u200bo\u00adse", "r\u200bo\u00adse"),
        ("rosé", "rose", None),
        ("rosé", "rose\u0301", "rose\u0301"),
        ("rose", "rose\u0301", None),
        ("red rose", "a red\n  rose", "red\n  rose"),
        ("red rose", "a redrose", None),
        ("猫", "吾輩は猫である", "猫"),
        ("バカ", "バカンス", None),
        ("バカ", "このバカだ", "バカ"),
        ("ﾊﾞｶ", "このバカだ", "バカ"),
        ("バカ", "このﾊﾞｶだ", "ﾊﾞｶ"),
        ("rose", "これはroseです", "rose"),
        ("роза", "РОЗА упала", "РОЗА"),
        ("c++", "in C++ now", "C++"),
        ("🌹", "a 🌹 b", "🌹"),
    ],
)
def test_whole_words_are_found_whatever_their_case_and_width(word: str, text: str, found: str | None) -> None:
    match = BlockedWords([word]).first(text)
    assert (match and text[match.start : match.end]) == found


def test_the_first_word_that_reaches_into_the_text_counts() -> None:
    words = BlockedWords(["rose", "lily", "o rose"])
    match = words.first("rose lily rose", 5)
    assert match
    assert (match.start, match.word) == (5, "lily")
    assert words.first("rose", 4) is None
    straddling = words.first("ro" + "se", 2)
    assert straddling
    assert straddling.start == 0


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("a ", 2),
        ("a r", 2),
        ("a ros", 2),
        ("a rose", 2),
        ("a roses", 7),
        ("ar", 2),
        ("a rex", 5),
        ("the red", 4),
        ("the red r", 4),
        ("the red x", 9),
        ("猫", 1),
        ("吾", 0),
    ],
)
def test_what_may_become_a_blocked_word_is_held_back(text: str, settled: int) -> None:
    assert BlockedWords(["rose", "red rose", "吾輩"]).settled(text) == settled


def test_a_word_at_the_end_of_a_text_that_goes_on_is_not_decided() -> None:
    words = BlockedWords(["ass"])
    assert words.first("an ass", is_whole=False) is None
    assert words.first("an ass", is_whole=True)
    assert words.first("an ass ", is_whole=False)
    assert words.first("an assembly", is_whole=True) is None


@given(st.text(max_size=40))
def test_every_place_in_a_folded_text_is_one_of_the_text(text: str) -> None:
    folded, positions = fold(text)
    assert len(folded) == len(positions)
    assert positions == sorted(positions)
    assert all(0 <= place < len(text) for place in positions)


@given(st.lists(st.sampled_from(["rose", " ", "red", "r", "o", "吾輩", "は", "ス", "\n", "."]), max_size=30))
def test_a_text_shown_as_it_settles_never_shows_a_blocked_word(pieces: list[str]) -> None:
    words, shown, text = BlockedWords(["rose", "red rose", "吾輩", "ス"]), "", ""
    for piece in pieces:
        text += piece
        if words.first(text, is_whole=False):
            break
        shown = text[: max(len(shown), words.settled(text))]
    assert words.first(shown) is None or shown == text
