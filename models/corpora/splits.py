"""The parts of a text: gradients see `train`, `validation` selects and calibrates, and only `evaluate` reads `test`.

A rule says where the held-out parts stand: at the end of the text, in blocks from everywhere, or in lines drawn at
random. A text whose end differs from the rest, such as a sorted list, would be measured unfairly by its end.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from random import Random
from typing import Literal

SplitRule = Literal["end", "blocks", "lines"]
LearnedSplit = Literal["train+validation", "all"]
SPLITS = ("test", "train", "validation", "train+validation", "all")
HELD_OUT: Mapping[SplitRule, str] = {
    "end": "last 10 %",
    "blocks": "a tenth of the blocks",
    "lines": "a tenth of the lines",
}

TEST_FRACTION = 0.1  # of the text
VALIDATION_FRACTION = 0.05  # of the rest
MAX_VALIDATION_CHARACTERS = 600_000  # scoring more would take minutes and change nothing

PERIOD = 20  # blocks
TEST_BLOCKS, VALIDATION_BLOCK = (4, 14), 9  # of each period
BLOCK_CHARACTERS = 2000  # if the text is long enough; longer ones if there would be too many
MAX_PERIODS = 25

LIST_LINES = 100  # fewer lines are no list
LIST_LINE_CHARACTERS = 100
SENTENCE_ENDS = ".,;:!?\u2026\u3002\uff0c"


def split_text(text: str, name: str, rule: SplitRule) -> str:
    """Return a part of a text; raises KeyError for an unknown name."""
    if name == "all":
        return text
    parts = {"end": _by_end, "blocks": _by_blocks, "lines": _by_lines}[rule](text)
    return parts["train"] + parts["validation"] if name == "train+validation" and rule == "end" else parts[name]


def is_list(text: str) -> bool:
    """Return whether a text looks like a list: a hundred short lines that differ, none blank, few ending in a mark."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < LIST_LINES or not all(0 < len(line.strip()) <= LIST_LINE_CHARACTERS for line in lines):
        return False
    marked = sum(line.rstrip()[-1] in SENTENCE_ENDS for line in lines)
    return len(set(lines)) > 0.8 * len(lines) and marked < 0.1 * len(lines)


def _by_end(text: str) -> dict[str, str]:
    test = int((1 - TEST_FRACTION) * len(text))
    validation = max(int((1 - VALIDATION_FRACTION) * test), test - MAX_VALIDATION_CHARACTERS)
    return {"train": text[:validation], "validation": text[validation:test], "test": text[test:]}


def _by_blocks(text: str) -> dict[str, str]:
    """Cut a text into blocks, of which two in twenty are the test part and one is the validation part."""
    parts: dict[str, list[str]] = {"train": [], "validation": [], "test": [], "train+validation": []}
    for number, block in enumerate(_blocks(text)):
        place = number % PERIOD
        name = "test" if place in TEST_BLOCKS else "validation" if place == VALIDATION_BLOCK else "train"
        if name == "validation" and sum(map(len, parts[name])) + len(block) > MAX_VALIDATION_CHARACTERS:
            name = "train"
        parts[name].append(block)
        if name != "test":
            parts["train+validation"].append(block)
    return {name: "".join(blocks) for name, blocks in parts.items()}


def _blocks(text: str) -> Iterator[str]:
    count = PERIOD * max(1, min(MAX_PERIODS, len(text) // PERIOD // BLOCK_CHARACTERS))
    places = [len(text) * number // count for number in range(1, count)]
    for start, end in pairwise(
        [0, *(_line_start(text, place, len(text) // count // 4) for place in places), len(text)]
    ):
        yield text[start:end]


def _line_start(text: str, place: int, slack: int) -> int:
    """Return the start of a line, or else of a word, at most `slack` characters before a place; else the place."""
    for mark in ("\n", " "):
        if (found := text.rfind(mark, place - slack, place)) >= 0:
            return found + 1
    return place


def _by_lines(text: str) -> dict[str, str]:
    """Draw lines from everywhere; equal lines go together."""
    lines = text.removesuffix("\n").split("\n")
    distinct = sorted(set(lines))
    Random(0).shuffle(distinct)  # noqa: S311 - nothing secret
    test = max(1, round(TEST_FRACTION * len(distinct)))
    validation = test + max(1, round(VALIDATION_FRACTION * len(distinct)))
    held_out = dict.fromkeys(distinct[:test], "test") | dict.fromkeys(distinct[test:validation], "validation")
    parts: dict[str, list[str]] = {"train": [], "validation": [], "test": [], "train+validation": []}
    for line in lines:
        name = held_out.get(line, "train")
        parts[name].append(line)
        if name != "test":
            parts["train+validation"].append(line)
    return {name: "\n".join([*chosen, ""]) for name, chosen in parts.items()}
