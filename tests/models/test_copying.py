"""What is copied from a training text: found exactly, also across chunks and with edits, and nothing else."""

import random
import time
from difflib import SequenceMatcher

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempera.models.copying.longest import longest_copy
from tempera.models.copying.near import EDITS, NEAR_CHARACTERS, NearCopy, near_copies
from tempera.models.copying.places import Place, first_place
from tempera.models.copying.report import BETWEEN_TEXTS, WINDOW, copied_share, find_copies
from tempera.models.copying.windows import CHUNK, code_points, occurs
from tempera.models.copying.words import stretches

FEW_LETTERS = st.text("ab\n\u611b\U0001f600", max_size=40)


def prose(characters: int, seed: int = 1) -> str:
    letters = random.Random(seed)
    return "".join(letters.choices("abcdefghijklmnopqrstuvwxyz     \n", k=characters))


def edited(text: str, edits: int, seed: int) -> str:
    """Insert, delete or replace characters, none within 8 of an end."""
    drawn, letters = random.Random(seed), list(text)
    for at in sorted(drawn.sample(range(8, len(text) - 8), edits), reverse=True):
        letters[at : at + 1] = drawn.choice(([], ["#"], ["#", letters[at]]))
    return "".join(letters)


def distance(one: str, other: str) -> int:
    """Return the Levenshtein distance, by the book."""
    row = list(range(len(other) + 1))
    for number, left in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, right in enumerate(other, 1):
            before, row[at] = row[at], min(before + (left != right), row[at] + 1, row[at - 1] + 1)
    return row[-1]


def near(written: str, training: str) -> tuple[NearCopy, ...]:
    return near_copies(written, training, BETWEEN_TEXTS)


@given(FEW_LETTERS, FEW_LETTERS, st.integers(1, 9))
def test_a_window_is_found_where_it_occurs_and_nowhere_else(written: str, training: str, length: int) -> None:
    windows = [written[start : start + length] for start in range(len(written) - length + 1)]
    found = occurs(code_points(written), code_points(training), length)
    assert found.tolist() == [window in training for window in windows]


@pytest.mark.parametrize("offset", [-29, -15, -1, 0])
def test_a_window_across_two_chunks_is_found(offset: int) -> None:
    training = "x" * (CHUNK + offset) + prose(30) + "x" * 100
    assert copied_share([prose(30)], [training]) == 1.0


@given(FEW_LETTERS, FEW_LETTERS)
def test_the_longest_copy_is_the_longest(written: str, training: str) -> None:
    found = longest_copy(written, training)
    expected = SequenceMatcher(None, written, training, autojunk=False).find_longest_match()
    assert len(found.text) == expected.size
    assert written[found.start :].startswith(found.text)
    assert training[found.place :].startswith(found.text)


@settings(max_examples=50, deadline=None)
@given(st.integers(60, 200), st.integers(0, EDITS), st.integers(0, 10_000))
def test_every_stretch_with_few_edits_is_found(length: int, edits: int, seed: int) -> None:
    training = prose(5000, seed)
    copy = edited(training[2000 : 2000 + length + edits], edits, seed)
    (found,) = near("#%$" * 20 + copy + "&@!" * 20, training)
    assert copy in found.text
    assert found.edits <= edits
    assert distance(found.text, found.original) <= found.edits
    assert training[found.place :].startswith(found.original)


def test_edits_are_counted_and_more_of_them_make_no_near_copy() -> None:
    training = prose(5000)
    original = training[1000:1080]
    once = original[:40] + "#" + original[41:]
    assert near(once, training) == (NearCopy(once, 0, original, 1000, 1),)
    often = "".join("#" if at % 12 == 6 else character for at, character in enumerate(original))
    assert near(often, training) == ()
    four = "".join("#" if at in (15, 31, 44, 57) else character for at, character in enumerate(original[:72]))
    assert near(four, training) == ()
    assert near(original[: NEAR_CHARACTERS - 1], training) == ()


def test_chance_agreement_around_a_copy_is_no_part_of_it() -> None:
    training = prose(5000)
    original = training[1000:1080]
    (found,) = near("#" + training[998:999] + "#" + original + "#" + training[1081:1085], training)
    assert (found.text, found.edits) == (original, 0)


def test_nothing_goes_across_two_texts() -> None:
    training = prose(5000)
    whole = training[1000:1080]
    halves = [whole[:40], whole[40:]]
    assert find_copies([whole], [training]).longest.text == whole
    assert len(find_copies(halves, [training]).longest.text) == 40
    assert len(find_copies([whole], halves).longest.text) == 40
    assert len(find_copies(halves, halves).longest.text) == 40
    assert copied_share(halves, [training]) == 1.0
    assert copied_share([whole], halves) == 2 * (40 - WINDOW + 1) / (80 - WINDOW + 1)
    assert near(BETWEEN_TEXTS.join(halves), training) == ()


def test_the_share_counts_windows() -> None:
    training = prose(5000)
    found = find_copies([training[:40] + "#" * 40], [training])
    assert (found.texts, found.characters, found.share) == (1, 80, 11 / 51)
    assert find_copies(["short"], [training]).share == 0.0
    assert find_copies(["", ""], [training]).longest.text == ""


def test_a_text_of_one_character_takes_no_time() -> None:
    started = time.monotonic()
    found = find_copies([" " * 20_000], [" " * 300_000])
    assert (len(found.longest.text), found.share) == (20_000, 1.0)
    assert time.monotonic() - started < 60


def test_a_stretch_has_a_file_a_line_and_a_character() -> None:
    files = [("a.txt", "one\ntwo\n"), ("b.txt", "three\nfour\nfive")]
    assert first_place("four\nfive", files) == Place("b.txt", 2, 7)
    assert first_place("six", files) is None
    assert first_place("", files) is None


def test_what_is_quoted_commands_no_terminal() -> None:
    stretch = "\x1b[31m" + prose(50)
    found = find_copies([stretch], [stretch])
    shown = "".join(stretches({None: found}, {stretch: Place("a.txt", 1, 1)}))
    assert "\x1b" not in shown
    assert "\u00b7[31m" in shown
    assert list(stretches({None: find_copies(["a"], ["b"])}, {})) == ["No character is copied."]
