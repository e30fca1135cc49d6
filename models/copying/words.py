"""What was found, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from tempera.models.copying.near import NearCopy
from tempera.models.copying.places import Place
from tempera.models.copying.report import WINDOW, Copies

QUOTED_CHARACTERS = 600
NEAR_COPIES_SHOWN = 3
HEAD = ("   T", "texts", "characters", "longest copy", f"windows of {WINDOW} copied", "near-copies")
Places = Mapping[str, Place | None]  # by stretch


def table(copies: Mapping[Any, Copies]) -> Iterator[str]:
    """Yield a line per temperature, None for a text that was given."""
    yield "  ".join(HEAD)
    for temperature, found in copies.items():
        shown = "-" if temperature is None else f"{temperature:g}"
        counts = (found.texts, found.characters, len(found.longest.text))
        cells = (shown, *(f"{count:,}" for count in counts), f"{found.share:.2%}", f"{len(found.near):,}")
        yield "  ".join(cell.rjust(len(head)) for cell, head in zip(cells, HEAD, strict=True))


def stretches(copies: Mapping[Any, Copies], places: Places) -> Iterator[str]:
    """Yield the longest copied stretch, and the longest near-copies beside what they resemble."""
    longest = max((found.longest.text for found in copies.values()), key=len)
    if not longest:
        yield "No character is copied."
        return
    yield f"Longest copied stretch: {len(longest):,} characters, {_place(places[longest])}:\n{_quoted(longest)}"
    near = sorted((copy for found in copies.values() for copy in found.near), key=lambda copy: -len(copy.text))
    for copy in near[:NEAR_COPIES_SHOWN]:
        yield _near(copy, places[copy.original])


def _near(copy: NearCopy, place: Place | None) -> str:
    edits = "1 edit" if copy.edits == 1 else f"{copy.edits} edits"
    return (
        f"Near-copy: {len(copy.text):,} characters with {edits}:\n{_quoted(copy.text)}\n"
        f"after {_place(place)}:\n{_quoted(copy.original)}"
    )


def _place(place: Place | None) -> str:
    return f"line {place.line:,} of {place.file}" if place else "across a gap in the training text"


def _quoted(text: str) -> str:
    """Return a text indented, without what a terminal would obey, and shortened."""
    harmless = "".join(character if character.isprintable() or character == "\n" else "\u00b7" for character in text)
    cut = harmless[:QUOTED_CHARACTERS] + (" ..." if len(harmless) > QUOTED_CHARACTERS else "")
    return "\n".join(f"    {line}".rstrip() for line in cut.split("\n"))
