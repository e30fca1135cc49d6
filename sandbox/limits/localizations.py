"""Discord's limits on the names and descriptions of commands, options and choices, in every language."""

import re
from collections.abc import Iterator
from typing import Any

from tempera.sandbox.limits.bounds import COMMAND_NAME, Bounds
from tempera.sandbox.limits.field_errors import NOT_A_DICTIONARY, REQUIRED, Errors, length_errors
from tempera.sandbox.state.errors import FieldError, FieldPath
from tempera.sandbox.state.json_object import Json
from tempera.sandbox.state.locales import LOCALES

# Letters and digits of all scripts, and the vowel signs of Devanagari and Thai, which aren't among \w.
NAME_CHARACTERS = re.compile(r"[-_'\w\u0900-\u0963\u0966-\u097f\u0e01-\u0e3a\u0e40-\u0e5b]*")
BAD_NAME: FieldError = ("STRING_TYPE_REGEX", "String value did not match validation regex.")
NAME_TAKEN: FieldError = ("APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
UNKNOWN_LOCALE: FieldError = ("BASE_TYPE_CHOICES", f"Value must be one of {LOCALES}.")


def name_errors(path: FieldPath, item: Json) -> Errors:
    """Yield the errors of a slash command's or option's name: its length, its characters, and capitals."""
    yield from text_errors(path, item, "name", COMMAND_NAME)
    for field, name in _texts(item, "name"):
        if isinstance(name, str) and (name != name.lower() or not NAME_CHARACTERS.fullmatch(name)):
            yield (*path, *field), BAD_NAME


def text_errors(path: FieldPath, item: Json, key: str, limit: Bounds) -> Errors:
    """Yield the errors of a text and of its translations: their lengths, and languages that don't exist."""
    if not isinstance(item.get(f"{key}_localizations") or {}, dict):
        yield (*path, f"{key}_localizations"), NOT_A_DICTIONARY
    for field, text in _texts(item, key):
        if text is None:
            yield (*path, *field), REQUIRED
        elif not isinstance(text, str):
            yield (*path, *field), ("STRING_TYPE_CONVERT", f'Could not interpret "{text}" as string.')
        else:
            yield from length_errors({field[-1]: text}, field[-1], limit, (*path, *field[:-1]))
    unknown = [locale for locale in translations(item, key) if locale not in LOCALES]
    yield from (((*path, f"{key}_localizations", locale), UNKNOWN_LOCALE) for locale in unknown)


def duplicate_errors(path: FieldPath, options: list[Json]) -> Errors:
    """Yield an error for each translated name that another option has, by itself or in the same language."""
    for index, option in enumerate(options):
        others = options[:index] + options[index + 1 :]
        for locale, name in translations(option, "name").items():
            if any(name in (other.get("name"), translations(other, "name").get(locale)) for other in others):
                yield (*path, "options", str(index), "name_localizations", locale), NAME_TAKEN


def longest(item: Json, key: str) -> int:
    """Return the length of a text or of its longest translation, in characters."""
    return max(len(text) if isinstance(text, str) else 0 for _, text in _texts(item, key))


def translations(item: Json, key: str) -> dict[str, Any]:
    """Return a text's translations by locale; they may be anything but valid."""
    given = item.get(f"{key}_localizations")
    return given if isinstance(given, dict) else {}


def _texts(item: Json, key: str) -> Iterator[tuple[FieldPath, Any]]:
    """Yield the text and its translations, by field."""
    yield (key,), item.get(key)
    yield from (((f"{key}_localizations", locale), text) for locale, text in translations(item, key).items())
