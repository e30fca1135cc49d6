"""A task for sequence to sequence: numbers and their names in five languages."""

from collections.abc import Iterator
from random import Random

from tempera.models.errors import MissingExtra

LANGUAGES = ("en", "fr", "de", "es", "ja")
ALWAYS = 200  # numbers below it are all among the pairs: they are the parts of all others


def number_pairs(most: int, per_language: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield pairs such as ("fr 71", "soixante et onze"); raises MissingExtra without the package `num2words`."""
    try:
        from num2words import num2words
    except ImportError:
        raise MissingExtra("tasks") from None
    draw = Random(seed)  # noqa: S311 - nothing secret
    for language in LANGUAGES:
        drawn = draw.sample(range(ALWAYS, most + 1), min(most + 1 - ALWAYS, per_language - ALWAYS))
        for number in sorted([*range(ALWAYS), *drawn]):
            yield f"{language} {number}", num2words(number, lang=language)
