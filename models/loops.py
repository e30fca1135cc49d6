"""Find loops: parts of a text in which a unit repeats over and over."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

MIN_CHARACTERS = 24
SHORT_UNIT = 4  # characters; shorter units are ellipses, rulers of dashes, laughter
MIN_CHARACTERS_OF_SHORT_UNITS = 80
MIN_CHARACTERS_AT_END = 100  # tolerates a text that ends with "Never, never, never, never, never!"


@dataclass(frozen=True, slots=True)
class Loop:
    """The part `text[start:end]`, in which the first `unit` characters repeat."""

    start: int
    end: int
    unit: int


def loops(text: str) -> list[Loop]:
    """Return the outermost loops of a text, sorted by start.

    A loop is a maximal repetition (Main and Lorentz 1984): every character equals the one `unit` positions earlier,
    over at least two units; the last one may be incomplete. It has at least 24 characters, or 80 if the unit is shorter
    than 4: immediate repetitions in ordinary prose, verse and tables are shorter, and refrains are not adjacent.
    Takes O(n log n) comparisons for n characters.
    """
    found = (loop for unit in range(1, len(text) // 2 + 1) for loop in _loops_with_unit(text, unit))
    outermost: list[Loop] = []
    for loop in sorted(found, key=lambda loop: (loop.start, -loop.end)):
        if not outermost or loop.end > outermost[-1].end:
            outermost.append(loop)
    return outermost


def loop_fraction(text: str) -> float:
    """Return the fraction of a text's characters that are in loops; 0 for an empty text."""
    found = loops(text)
    overlap = sum(max(0, before.end - after.start) for before, after in pairwise(found))
    return (sum(loop.end - loop.start for loop in found) - overlap) / max(1, len(text))


def ends_in_loop(text: str) -> bool:
    """Return whether a text's last 100 characters or more are in one loop; compares the end alone, for each unit."""
    sizes = ((unit, max(2 * unit, MIN_CHARACTERS_AT_END)) for unit in range(1, len(text) // 2 + 1))
    return any(text[unit - size :] == text[-size:-unit] for unit, size in sizes if size <= len(text))


def is_caught_in_loop(text: str, length: int) -> bool:
    """Return whether a text ends in a loop, or was in one at its length, where it was urged to come to an end."""
    return ends_in_loop(text) or (len(text) > length and ends_in_loop(text[:length]))


def _loops_with_unit(text: str, unit: int) -> Iterator[Loop]:
    """Yield the loops with one unit; checking every `shortest - unit` positions is enough to hit each of them."""
    shortest = max(2 * unit, MIN_CHARACTERS if unit >= SHORT_UNIT else MIN_CHARACTERS_OF_SHORT_UNITS)
    position = 0
    while position < len(text) - unit:
        if text[position] == text[position + unit]:
            loop = _maximal_repetition(text, position, unit)
            if loop.end - loop.start >= shortest and _is_primitive(text[loop.start : loop.start + unit]):
                yield loop
            position = max(position, loop.end - unit)
        position += shortest - unit


def _maximal_repetition(text: str, position: int, unit: int) -> Loop:
    """Return the maximal repetition around a position."""
    before = range(1, position + 1)
    after = range(1, len(text) - position - unit + 1)
    start = position - bisect_left(
        before,
        True,
        key=lambda size: text[position - size : position] != text[position + unit - size : position + unit],
    )
    end = (
        position
        + unit
        + bisect_left(
            after,
            True,
            key=lambda size: text[position : position + size] != text[position + unit : position + unit + size],
        )
    )
    return Loop(start, end, unit)


def _is_primitive(unit: str) -> bool:
    """Return whether a unit is not itself a repetition of a shorter one."""
    return (unit + unit).find(unit, 1) == len(unit)
