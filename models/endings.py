"""Where a text may end: with a sentence or a line, else with a word."""

import re
from collections.abc import Iterator

LEAST_OVERRUN = 80  # characters
OVERRUN_SHARE = 5  # a fifth of the length
BACK_SHARE = 3  # the last third of the length

_CLOSING = "\"'\u2019\u201c\u201d\u00bb)\\]"
_END = re.compile(
    rf"""
    [.!?\u2026][.!?\u2026{_CLOSING}]*(?=\s+\S)          # a sentence, and what closes it
    | [\u3002\uff01\uff1f][\u300d\u300f\uff09]*(?=[^\u300d\u300f\uff09])  # the same in Japanese, which has no spaces
    | (?<=[^\s:])(?=[ ]*\n)                             # a line, unless it says who speaks next
    """,
    re.VERBOSE,
)
_AFTER_SPACE = re.compile(r"\s+(\S)")
_NO_SENTENCE = re.compile(r"(?:\b(?:[^\W\d_]|Mrs?|Ms|Dr|St|Prof|Capt|Mme|Mlle|Sra?|Hr|Frl|Nr|etc|bzw)|\b\d{1,2})\.\Z")
_WORD_END = re.compile(r"(?<=\w)(?=[^\w'\u2019])")
_MARK_OF_END = re.compile(r"[ ]?[.!?\u3002\uff01\uff1f]+")
CALM_SHARE = 4  # a quarter of what it may run on comes before that: verse reaches the end of its line
URGENCIES = 5  # levels, with which a text that has run on comes to its end


def longest(length: int) -> int:
    """Return how far a text may run on to the end of a sentence, in characters."""
    return length + max(LEAST_OVERRUN, length // OVERRUN_SHARE)


def finished_length(text: str, length: int, *, may_run_on: bool) -> int | None:
    """Return how many characters of a text to keep, None if it should run on.

    That is up to its first end at or after `length`; where it can't run on, up to the last end in the last third of
    `length`, or else up to the last end of a word there.
    """
    earliest = length - length // BACK_SHARE
    found = list(ends(text, earliest))
    if later := next((end for end in found if end >= length), None):
        return later
    if may_run_on:
        return None
    words = [match.start() for match in _WORD_END.finditer(text, earliest) if match.start() <= length]
    return found[-1] if found else max(words, default=min(length, len(text)))


def urgency(written: int, length: int) -> int:
    """Return how urgently a text of so many characters should end, from 0 to URGENCIES."""
    overrun = longest(length) - length
    beyond = written - length - overrun // CALM_SHARE
    return min(URGENCIES, 1 + beyond * URGENCIES // overrun) if beyond >= 0 else 0


def is_mark_of_end(token: str) -> bool:
    """Whether a token ends a sentence."""
    return bool(_MARK_OF_END.fullmatch(token))


def ends(text: str, start: int = 0) -> Iterator[int]:
    """Yield where sentences and lines end, from `start` on; what follows an end must be in the text, too."""
    for match in _END.finditer(text, start):
        if not _goes_on(text, match.start(), match.end()):
            yield match.end()


def _goes_on(text: str, mark: int, end: int) -> bool:
    """Whether a sentence goes on after its mark: after an abbreviation, or with a small letter."""
    after = _AFTER_SPACE.match(text, end)
    if text[mark : mark + 1] in {"", " ", "\n"} or after is None or "\n" in after[0]:
        return False
    return after[1].islower() or (text[mark] == "." and bool(_NO_SENTENCE.search(text[: mark + 1][-8:])))
