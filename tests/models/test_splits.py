"""Which parts of a text are held out: drawn from everywhere, none twice, nothing lost."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempera.models.corpora.splits import MAX_VALIDATION_CHARACTERS, SplitRule, is_list, split_text
from tempera.models.corpora.text import Text

PARTS = ("train", "validation", "test")
SORTED_NAMES = "".join(
    f"{letter}{end}\n" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for end in map(str, range(100, 200))
)


def prose(characters: int) -> str:
    sentences = (f"Sentence {number} ends here.{chr(10) if number % 7 == 0 else ' '}" for number in range(characters))
    text = ""
    while len(text) < characters:
        text += next(sentences)
    return text


@given(text=st.text(alphabet="ab \n", min_size=1000, max_size=3000), rule=st.sampled_from(["end", "blocks", "lines"]))
def test_the_parts_are_the_text(text: str, rule: SplitRule) -> None:
    parts = [split_text(text, name, rule) for name in PARTS]
    ended = text if rule != "lines" or text.endswith("\n") else text + "\n"
    assert Counter("".join(parts)) == Counter(ended)
    assert Counter(split_text(text, "train+validation", rule)) == Counter(parts[0] + parts[1])
    assert split_text(text, "all", rule) == text


@pytest.mark.parametrize("characters", [1000, 6000, 100_000, 1_000_000])
def test_blocks_come_from_everywhere_in_the_right_shares(characters: int) -> None:
    text = prose(characters)
    validation, test = (split_text(text, name, "blocks") for name in ("validation", "test"))
    assert 0.03 < len(validation) / len(text) < 0.07
    assert 0.07 < len(test) / len(text) < 0.13
    halves = [text.find(test[:30]) < len(text) / 2, text.find(test[-30:]) > len(text) / 2]
    assert halves == [True, True]


def test_blocks_start_with_a_line_where_there_is_one() -> None:
    text = prose(100_000)
    test = split_text(text, "test", "blocks")
    assert text[text.find(test[:40]) - 1] == "\n"


def test_of_a_huge_text_no_more_is_validated_than_changes_anything() -> None:
    text = "line of a huge text\n" * 1_000_000
    assert len(split_text(text, "validation", "blocks")) <= MAX_VALIDATION_CHARACTERS
    assert sum(len(split_text(text, name, "blocks")) for name in PARTS) == len(text)


def test_lines_are_drawn_at_random_and_equal_ones_go_together() -> None:
    text = SORTED_NAMES * 2
    parts = {name: set(split_text(text, name, "lines").splitlines()) for name in PARTS}
    assert not parts["train"] & parts["test"]
    assert not parts["train"] & parts["validation"]
    assert len({line[0] for line in parts["test"]}) > 20, "all letters begin some of them"
    assert len(parts["test"]) == 260


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (SORTED_NAMES, "lines"),
        ("To be, or not to be,\nThat is the question:\n" * 100, "blocks"),
        ("".join(f"Verse {number} ends with a mark,\n" for number in range(200)), "blocks"),
        ("name\n\n" * 200, "blocks"),
        (prose(5000), "blocks"),
        ("\n".join(map(str, range(50))), "blocks"),
    ],
)
def test_a_list_is_told_from_other_texts(text: str, rule: SplitRule) -> None:
    assert is_list(text) == (rule == "lines")
    assert Text(Path("x"), text, "").fair_rule == rule
