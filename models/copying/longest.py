"""The longest stretch of a text that occurs verbatim in another one."""

from bisect import bisect_left
from dataclasses import dataclass

from tempera.models.copying.windows import code_points, occurs


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one text, and where it begins in both."""

    text: str
    start: int  # in the text that was written, in characters
    place: int  # its first one in the training text, in characters


def longest_copy(written: str, training: str) -> Stretch:
    """Return the longest common stretch, the first of several; it is empty if the texts have no character in common.

    Every part of a common stretch is one, too, so that its length can be found by bisection.
    """
    codes, training_codes = code_points(written), code_points(training)
    lengths = range(1, len(written) + 1)
    length = bisect_left(lengths, True, key=lambda length: not occurs(codes, training_codes, length).any())
    start = int(occurs(codes, training_codes, length).argmax()) if length else 0
    stretch = written[start : start + length]
    return Stretch(stretch, start, training.find(stretch))
