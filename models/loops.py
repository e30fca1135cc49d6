"""Stretches of a text that go round in a loop."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

MIN_CHARACTERS = 24
SHORT_UNIT = 4  # characters; below it stand ellipses, rules of dashes, laughter
MIN_CHARACTERS_OF_SHORT_UNITS = 80
MIN_CHARACTERS_AT_END = 100  # spares a text that ends in "Never, never, never, never, never!"


@dataclass(frozen=True, slots=True)
class Loop:
    """The stretch `text[start:end]`, in which the first `unit` characters come back over and over."""

    start: int
    end: int
    unit: int


def loops(text: str) -> list[Loop]:
    """Return the loops of a text by their start, none inside another.

    A loop is a repetition (Main and Lorentz 1984): a stretch, as long as can be, in which every character equals the
    one `unit` places before it, at least two units long; the last one may be cut off. It has at least 24 characters,
    80 where the unit is shorter than 4: what ordinary prose, verse and tables repeat at once is shorter, and a
    refrain does not follow itself. Takes some n log n comparisons for n characters.
    """
    found = (loop for unit in range(1, len(text) // 2 + 1) for loop in _of_unit(text, unit))
    outermost: list[Loop] = []
    for loop in sorted(found, key=lambda loop: (loop.start, -loop.end)):
        if not outermost or loop.end > outermost[-1].end:
            outermost.append(loop)
    return outermost


def loop_fraction(text: str) -> float:
    """Return the share of a text's characters that stand in a loop; 0 for an empty text."""
    found = loops(text)
    overlaps = sum(max(0, before.end - after.start) for before, after in pairwise(found))
    return (sum(loop.end - loop.start for loop in found) - overlaps) / max(1, len(text))


def ends_in_loop(text: str) -> bool:
    """Say whether a text has been in one loop for its last 100 characters or more."""
    return any(loop.end == len(text) and loop.end - loop.start >= MIN_CHARACTERS_AT_END for loop in loops(text))


def _of_unit(text: str, unit: int) -> Iterator[Loop]:
    """Yield the loops of one unit; looking at every so many places is enough to meet each of them."""
    fewest = max(2 * unit, MIN_CHARACTERS if unit >= SHORT_UNIT else MIN_CHARACTERS_OF_SHORT_UNITS)
    place = 0
    while place < len(text) - unit:
        if text[place] == text[place + unit]:
            loop = _around(text, place, unit)
            if loop.end - loop.start >= fewest and _is_primitive(text[loop.start : loop.start + unit]):
                yield loop
            place = max(place, loop.end - unit)
        place += fewest - unit


def _around(text: str, place: int, unit: int) -> Loop:
    """Return the longest stretch around a place in which every character equals the one a unit before."""
    before = range(1, place + 1)
    after = range(1, len(text) - place - unit + 1)
    start = place - bisect_left(
        before, True, key=lambda size: text[place - size : place] != text[place + unit - size : place + unit]
    )
    end = (
        place
        + unit
        + bisect_left(
            after, True, key=lambda size: text[place : place + size] != text[place + unit : place + unit + size]
        )
    )
    return Loop(start, end, unit)


def _is_primitive(unit: str) -> bool:
    """Say whether a unit is not itself a shorter one repeated."""
    return (unit + unit).find(unit, 1) == len(unit)
