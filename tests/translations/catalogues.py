"""The catalogues, a file for each language, as babel reads and writes them."""

import io
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from tempera.bot.replies.translation.catalog import LOCALES

LANGUAGES = ("de", "fr", "es", "ja")
REGIONS = {"es-419": "es"}  # these hold only what differs from their language
LINE_WIDTH = 120
HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {}\n"

"""


def path_of(code: str) -> Path:
    """Return a language's file."""
    return LOCALES / f"{code}.po"


def read(path: Path) -> Catalog:
    """Return a catalogue, a new one if there is none."""
    locale = path.stem.replace("-", "_")
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def update(path: Path, messages: Catalog) -> None:
    """Bring a file up to date: new messages are added without a translation, and those that are gone are dropped."""
    catalog = read(path)
    catalog.update(messages, no_fuzzy_matching=True)
    if path.stem in REGIONS:
        for message in [each for each in catalog if each.id and not is_translated(each)]:
            catalog.delete(message.id, message.context)
    path.write_text(content(catalog), encoding="utf-8")


def content(catalog: Catalog) -> str:
    """Return a catalogue as a file's content."""
    found = io.BytesIO()
    write_po(found, catalog, width=LINE_WIDTH, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return HEADER.format(catalog.plural_forms) + found.getvalue().decode()


def is_translated(message: Message) -> bool:
    """Whether a message has a translation, in all its plural forms."""
    return all(translations_of(message))


def originals_of(message: Message) -> tuple[str, ...]:
    """Return the English message, singular and plural if it has both."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations_of(message: Message) -> tuple[str, ...]:
    """Return the translation, all its plural forms if it has several."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
