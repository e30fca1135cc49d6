"""The messages of one language: a gettext catalog, or English if there is none.

A language is one file, `locales/CODE.po`, with the English messages as its keys (GNU gettext's PO format).
"""

import io
import logging
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from tempera.bot.replies.translation.numbers import LocalizedFormatter

LOCALES = Path(__file__).parent / "locales"

log = logging.getLogger(__name__)


def N_(message: str) -> str:  # noqa: N802 - gettext's name for it
    """Mark a message for translation where it is defined and not yet said; return it unchanged."""
    return message


# Messages, too: a language's translation of them is how it writes numbers.
NUMBER, PERCENTAGE = N_("1,234.5"), N_("12%")


class Catalog:
    """Looks messages up in one language."""

    def __init__(self, translations: NullTranslations) -> None:
        self._translations = translations
        self._formatter = LocalizedFormatter(*map(translations.gettext, (NUMBER, PERCENTAGE)))

    def text(self, message: str, /, **values: object) -> str:
        """Return a message with its values, as in `text("{name} is gone", name="x")`."""
        return self._filled(self._translations.gettext(message), message, values)

    def count(self, number: int, one: str, many: str, /, **values: object) -> str:
        """Return the singular or plural message for a number; `{number}` is replaced by it."""
        english = one if number == 1 else many
        return self._filled(self._translations.ngettext(one, many, number), english, {"number": number, **values})

    def name(self, kind: str, name: str) -> str:
        """Return the name of a `command`, an `option` or a `choice`, or the name itself if it has none here."""
        return self._translations.pgettext(kind, name)

    def _filled(self, translated: str, english: str, values: Mapping[str, object]) -> str:
        """Put the values in; where a translation has no place for them, its language goes without it."""
        try:
            return self._formatter.vformat(translated, (), values)
        except (LookupError, ValueError, AttributeError, TypeError) as error:
            if translated == english:
                raise
            log.error("The translation %r of %r can't be used: %r", translated, english, error)
            return english.format(**values)


@cache
def catalog(locale: str, folder: Path = LOCALES) -> Catalog:
    """Return the messages for a Discord locale such as `fr` or `es-419`; a region adds to its language."""
    translations = NullTranslations()
    for code in dict.fromkeys((locale.partition("-")[0], locale)):
        path = folder / f"{code}.po"
        if path.is_file():
            nearer = _compiled(path)
            nearer.add_fallback(translations)
            translations = nearer
    return Catalog(translations)


def _compiled(path: Path) -> NullTranslations:
    """Read a catalogue; if it can't be read, its language has English messages."""
    try:
        return _read(path)
    except (OSError, ValueError, LookupError, SyntaxError) as error:
        log.error("%s can't be read, so this language has English messages: %s", path, error)
        return NullTranslations()


def _read(path: Path) -> GNUTranslations:
    from babel.messages import mofile, pofile  # takes a megabyte, which English doesn't need

    compiled = io.BytesIO()
    with path.open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
