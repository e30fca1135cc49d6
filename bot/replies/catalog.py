"""The messages of one language: a gettext catalog, or English if there is none.

A language is one file, `locales/CODE.po`, with the English messages as its keys (GNU gettext's PO format).
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"


class Catalog:
    """Looks messages up in one language."""

    def __init__(self, translations: NullTranslations) -> None:
        self._translations = translations

    def text(self, message: str, /, **values: object) -> str:
        """Return a message with its values, as in `text("{name} is gone", name="x")`."""
        return self._translations.gettext(message).format(**values)

    def count(self, number: int, one: str, many: str, /, **values: object) -> str:
        """Return the singular or plural message for a number; `{number}` is replaced by it."""
        return self._translations.ngettext(one, many, number).format(number=number, **values)


@cache
def catalog(locale: str, folder: Path = LOCALES) -> Catalog:
    """Return the messages for a Discord locale such as `fr` or `es-419`."""
    for code in (locale, locale.partition("-")[0]):
        path = folder / f"{code}.po"
        if path.is_file():
            return Catalog(_compiled(path))
    return Catalog(NullTranslations())


def _compiled(path: Path) -> GNUTranslations:
    from babel.messages import mofile, pofile  # takes a megabyte, which English doesn't need

    compiled = io.BytesIO()
    with path.open("rb") as file:
        mofile.write_mo(compiled, pofile.read_po(file, locale=path.stem.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)
