"""Blocked words: whole words in any language, whatever their case and width. Pure functions of texts."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

KATAKANA = re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]")
# Scripts without spaces between words: a word of these is found anywhere.
UNSEPARATED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u309f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
MAX_WORD_CHARACTERS = 50
HALF_WIDTH_MARKS = "\uff9e\uff9f"  # of voiced kana, which compose with the letter before


@dataclass(frozen=True, slots=True)
class Match:
    """A blocked word in a text, by its characters."""

    start: int
    end: int
    word: str  # folded


class BlockedWords:
    """Finds blocked words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({folded for word in words if (folded := fold(word)[0].strip())})
        self._beginnings = {word[:length] for word in self._words for length in range(1, len(word) + 1)}
        self._longest = max(map(len, self._words), default=0)

    def __bool__(self) -> bool:
        return bool(self._words)

    def first(self, text: str, after: int = 0, *, is_whole: bool = True) -> Match | None:
        """Return the first blocked word that reaches beyond a character.

        after: the number of characters that are known to be fine by themselves.
        is_whole: whether the text ends here; otherwise its last word may go on.
        """
        shown, positions = fold(text)
        beyond = bisect_left(positions, after)
        found = (match for word in self._words if (match := _find(shown, word, beyond, is_whole=is_whole)))
        start, word = min(found, default=(0, ""))
        if not word:
            return None
        end = start + len(word)
        return Match(positions[start], positions[end] if end < len(positions) else len(text), word)

    def settled(self, text: str) -> int:
        """Return how many characters can be shown while a text grows: what may become a blocked word is held back."""
        shown, positions = fold(text)
        for length in range(min(self._longest, len(shown)), 0, -1):
            start = len(shown) - length
            if shown[start:] in self._beginnings and _is_edge(shown, start):
                return positions[start]
        return len(text)


def _find(shown: str, word: str, beyond: int, *, is_whole: bool) -> tuple[int, str] | None:
    start = shown.find(word, max(0, beyond - len(word) + 1))
    while start >= 0:
        end = start + len(word)
        is_open = end == len(shown) and not is_whole and _kind(word[-1]) != "unseparated"
        if _is_edge(shown, start) and _is_edge(shown, end) and not is_open:
            return start, word
        start = shown.find(word, start + 1)
    return None


def _is_edge(text: str, place: int) -> bool:
    """Whether a word may begin or end at this place."""
    if place in (0, len(text)):
        return True
    before, after = _kind(text[place - 1]), _kind(text[place])
    return before != after or before in ("", "unseparated")


def _kind(character: str) -> str:
    """Return in which kind of run a character stands; "" between words."""
    if KATAKANA.match(character):
        return "katakana"
    if UNSEPARATED.match(character):
        return "unseparated"
    is_of_word = character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"
    return "word" if is_of_word else ""


def fold(text: str) -> tuple[str, list[int]]:
    """Return a text without differences of case, width and white space, and the place in it of each character."""
    folded: list[str] = []
    positions: list[int] = []
    for start, end in pairwise(_clusters(text)):
        for character in _folded(text[start:end]):
            if character == " " and folded[-1:] == [" "]:
                continue
            folded.append(character)
            positions.append(start)
    return "".join(folded), positions


def _folded(cluster: str) -> str:
    """Fold a character with its marks; what can't be seen, as a zero-width space, is nothing."""
    if cluster.isspace():
        return " "
    visible = "".join(each for each in cluster if unicodedata.category(each) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())


def _clusters(text: str) -> list[int]:
    """Return where each character with its marks begins, and the text's end."""
    starts = [
        place
        for place, character in enumerate(text)
        if not place or not (unicodedata.combining(character) or character in HALF_WIDTH_MARKS)
    ]
    return [*starts, len(text)]
