"""Near-copies: stretches of a text that differ from a stretch of another one by few edits.

A near-copy has at least 60 characters and at most 3 edits (a character inserted, deleted or replaced: Levenshtein), and
begins and ends with at least 8 verbatim characters, so that chance agreement around a copy doesn't count. A verbatim
copy of 60 characters is one with 0 edits.

3 edits cut 60 characters into four verbatim pieces, of which one has at least 15 characters. So every near-copy has a
seed: 15 verbatim characters. Only seeds at more than 100 places of the training text are skipped, as they are idioms,
rulings and the like; a near-copy is missed if it has no rarer ones. Each run of seeds is extended to both sides by the
furthest-reaching paths of Ukkonen (1985).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tempera.models.copying.windows import Codes, code_points, occurrences, window_hashes

NEAR_CHARACTERS = 60  # at least
EDITS = 3  # at most
END_CHARACTERS = 8  # verbatim at each end, at least
SEED = 15  # characters: of 60 with 3 edits, 57 are verbatim, in four pieces
MOST_PLACES = 100
STRIDE = 32  # characters that are compared at once
REACH = 4096  # characters to each side of a seed that are looked at


@dataclass(frozen=True, slots=True)
class NearCopy:
    """A stretch, what it resembles in the training text, and where both begin, in characters."""

    text: str
    start: int
    original: str
    place: int
    edits: int


def near_copies(written: str, training: str, boundary: str) -> tuple[NearCopy, ...]:
    """Return the near-copies in a text, in its order: longer ones first, none that overlaps one already taken.

    None goes across the character `boundary`, which separates texts.
    """
    found = {
        copy
        for start, place in _runs(written, training)
        if (copy := _extended(written, training, start, place, boundary))
    }
    taken: list[NearCopy] = []
    is_free = np.ones(len(written), bool)
    for copy in sorted(found, key=lambda copy: (-len(copy.text), copy.edits, copy.start, copy.place)):
        stretch = slice(copy.start, copy.start + len(copy.text))
        if is_free[stretch].all():
            is_free[stretch] = False
            taken.append(copy)
    return tuple(sorted(taken, key=lambda copy: copy.start))


def _runs(written: str, training: str) -> Iterator[tuple[int, int]]:
    """Yield where runs of seeds begin: in the text, and in the training text."""
    pairs = _seeds(code_points(written), code_points(training))
    known = set(pairs)
    return ((start, place) for start, place in pairs if (start - 1, place - 1) not in known)


def _seeds(written: Codes, training: Codes) -> list[tuple[int, int]]:
    """Return the pairs of places with the same 15 characters, except those at too many places."""
    hashes = window_hashes(written, SEED)
    chunks = list(occurrences(hashes, training, SEED))
    if not chunks:
        return []
    places, found = (np.concatenate(each) for each in zip(*chunks, strict=True))
    order = np.argsort(found, kind="stable")
    places, found = places[order], found[order]
    first, last = np.searchsorted(found, hashes), np.searchsorted(found, hashes, "right")
    rare = np.flatnonzero(last - first <= MOST_PLACES)
    return [(int(start), int(place)) for start in rare for place in places[first[start] : last[start]]]


def _extended(written: str, training: str, start: int, place: int, boundary: str) -> NearCopy | None:
    """Return the longest near-copy around a seed, None if it is too short."""
    before, after = written[max(0, start - REACH) : start], written[start : start + REACH]
    left = _reaches(before.rpartition(boundary)[2][::-1], training[max(0, place - REACH - EDITS) : place][::-1])
    right = _reaches(after.partition(boundary)[0], training[place : place + REACH + EDITS])
    options = [(*left[edits], *right[more], edits + more) for edits in left for more in right if edits + more <= EDITS]
    back, original_back, ahead, original_ahead, edits = max(options, key=lambda each: (each[0] + each[2], -each[4]))
    if back + ahead < NEAR_CHARACTERS:
        return None
    text, original = written[start - back : start + ahead], training[place - original_back : place + original_ahead]
    return NearCopy(text, start - back, original, place - original_back, edits)


def _reaches(written: str, original: str) -> dict[int, tuple[int, int]]:
    """Return how far the beginnings of two texts agree, by number of edits: characters of each.

    A number is left out if no path with so many edits ends with enough verbatim characters.
    """
    reaches = {0: (0, 0)}
    frontier = {0: 0}  # by diagonal (place in the original less place in the text): the furthest place in the text
    for edits in range(EDITS + 1):
        ends = {shift: at + _agreement(written, at, original, at + shift) for shift, at in frontier.items()}
        firm = [shift for shift, end in ends.items() if end - frontier[shift] >= END_CHARACTERS or not edits]
        if firm:
            shift = max(firm, key=lambda shift: ends[shift])
            reaches[edits] = ends[shift], ends[shift] + shift
        frontier = _one_edit_further(ends, len(written), len(original))
    return reaches


def _one_edit_further(ends: dict[int, int], written: int, original: int) -> dict[int, int]:
    further: dict[int, int] = {}
    for shift, end in ends.items():
        for new_shift, at in ((shift, end + 1), (shift + 1, end), (shift - 1, end + 1)):
            if at <= written and 0 <= at + new_shift <= original:
                further[new_shift] = max(at, further.get(new_shift, 0))
    return further


def _agreement(text: str, start: int, other: str, place: int) -> int:
    """Return how many characters agree from two places on."""
    length = 0
    while True:
        one, another = (each[at + length : at + length + STRIDE] for each, at in ((text, start), (other, place)))
        if one != another or not one:
            pairs = zip(one, another, strict=False)
            return length + next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(another)))
        length += len(one)
