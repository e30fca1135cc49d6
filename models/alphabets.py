"""What each language's texts are written with, so that a network writes no letters of another."""

import unicodedata
from collections import Counter
from collections.abc import Mapping

MIN_COUNT = 3  # rarer characters are quotations and slips
WHITE_SPACE = "\n "
EAST_ASIAN = ("HIRAGANA", "KATAKANA", "CJK", "IDEOGRAPHIC")  # as the names of kana and kanji begin
LATIN = "LATIN"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # which Japanese texts use for names that stay unsaid


def alphabets(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the alphabet of each language from its text, in code point order; with one language there is no need."""
    return {language: alphabet(text) for language, text in texts.items()} if len(texts) > 1 else {}


def alphabet(text: str) -> str:
    """Return the characters that stand in a text a few times, without letters of a script that is not its own."""
    counts = Counter(text)
    frequent = {each for each, count in counts.items() if count >= MIN_COUNT}
    east_asian = {each for each in frequent if _is_of(each, *EAST_ASIAN)}
    latin = {each for each in frequent if _is_of(each, LATIN)}
    is_east_asian = sum(counts[each] for each in east_asian) > sum(counts[each] for each in latin)
    foreign = latin - set(CAPITALS) if is_east_asian else east_asian
    return "".join(sorted(frequent - foreign | set(WHITE_SPACE)))


def _is_of(character: str, *scripts: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith(scripts)
