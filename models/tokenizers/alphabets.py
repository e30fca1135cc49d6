"""The characters of each language, so that a multilingual model doesn't mix scripts."""

import unicodedata
from collections import Counter
from collections.abc import Mapping

MIN_COUNT = 3  # rarer characters come from quotations and typos
WHITE_SPACE = "\n "
EAST_ASIAN = ("HIRAGANA", "KATAKANA", "CJK", "IDEOGRAPHIC")  # prefixes of the Unicode names of kana and kanji
LATIN = "LATIN"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # Japanese texts use them for anonymized names


def alphabets(texts: Mapping[str, str]) -> dict[str, str]:
    """Return each language's alphabet in code point order; empty for a single language, which needs none."""
    return {language: alphabet(text) for language, text in texts.items()} if len(texts) > 1 else {}


def alphabet(text: str) -> str:
    """Return the characters that occur at least MIN_COUNT times, without letters of a foreign script."""
    counts = Counter(text)
    frequent = {each for each, count in counts.items() if count >= MIN_COUNT}
    east_asian = {each for each in frequent if _has_script(each, *EAST_ASIAN)}
    latin = {each for each in frequent if _has_script(each, LATIN)}
    is_east_asian = sum(counts[each] for each in east_asian) > sum(counts[each] for each in latin)
    foreign = latin - set(CAPITALS) if is_east_asian else east_asian
    return "".join(sorted(frequent - foreign | set(WHITE_SPACE)))


def has_initials_only(alphabet: str) -> bool:
    """Return whether an alphabet is East Asian, with Latin letters for anonymized names alone."""
    return not any(each.islower() for each in alphabet) and any(_has_script(each, *EAST_ASIAN) for each in alphabet)


def _has_script(character: str, *scripts: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith(scripts)
