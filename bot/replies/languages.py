"""Languages by their own names."""

from collections.abc import Iterable

NAMES = {"en": "English", "fr": "français", "de": "Deutsch", "es": "español", "ja": "日本語"}


def language_name(code: str) -> str:
    """Return a language's own name, or its code if the name isn't known."""
    return NAMES.get(code, code)


def language_names(codes: Iterable[str]) -> str:
    """Return several languages' names."""
    return ", ".join(map(language_name, codes))


def language_code(typed: str) -> str:
    """Return the code of a language given by code or name; anything else is returned unchanged."""
    wanted = typed.strip().casefold()
    return next((code for code, name in NAMES.items() if name.casefold() == wanted), wanted)
