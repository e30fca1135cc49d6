"""Where a stretch stands in the files of the training texts."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The first place of a stretch; the line and the character in the file are counted from 1."""

    file: str
    line: int
    character: int


def first_place(stretch: str, texts: Iterable[tuple[str, str]]) -> Place | None:
    """Return where a stretch stands first in texts, each given as (name of the file, content); None if nowhere."""
    for name, content in texts:
        if stretch and (found := content.find(stretch)) >= 0:
            return Place(name, content.count("\n", 0, found) + 1, found + 1)
    return None
