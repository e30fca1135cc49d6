"""`make translations`: collect all messages, bring every catalogue up to date, and say what is wrong with it.

Exit code 1 and a last line with what to do if a catalogue isn't complete.
"""

import asyncio
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import discord
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from discord import app_commands

from tempera.bot.registration.command_translator import KINDS
from tempera.bot.replies.catalog import LOCALES
from tempera.models.sampling_params import SPECS
from tests.reference import ADMIN_GUILD, CONFIG, command_tree

ROOT = Path(__file__).parent.parent
REPLIES = ROOT / "bot" / "replies"
KEYWORDS = {"t": None, "text": None, "N_": None, "count": (2, 3)}
LANGUAGES = ("de", "fr", "es", "ja")
REGIONS = {"es-419": "es"}  # only what differs from the language
LINE_WIDTH = 120
HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {}\n"

"""
COMMAND = re.compile(r"(?<![\w/}])/([a-z][\w-]*)(?: ([a-z][\w-]*))?")


class Recorder(app_commands.Translator):
    """Remembers everything that discord.py wants to have translated, by its context."""

    def __init__(self) -> None:
        self.found: dict[tuple[str | None, str], None] = {}

    async def translate(
        self,
        string: app_commands.locale_str,
        _locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Remember a text."""
        self.found[KINDS.get(context.location), string.message] = None
        return None


def template() -> Catalog:
    """Return all messages, without translations."""
    found = Catalog(project="Tempera", charset="utf-8", copyright_holder="Tempera", fuzzy=False)
    for path in sorted(REPLIES.rglob("*.py")):
        place = str(path.relative_to(ROOT))
        for _line, message, comments, context in extract_from_file(
            "python", path, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        ):
            found.add(message, locations=[(place, None)], auto_comments=comments, context=context)
    for context, text in [*asyncio.run(_of_commands()), *_of_params(), *_of_cards()]:
        found.add(text, context=context)
    return found


async def _of_commands() -> list[tuple[str | None, str]]:
    tree, recorder = command_tree(), Recorder()
    await tree.set_translator(recorder)
    for guild in (None, ADMIN_GUILD):
        for command in tree.get_commands(guild=guild):
            await command.get_translated_payload(tree, recorder)
    return list(recorder.found)


def _of_params() -> Iterator[tuple[str | None, str]]:
    for spec in SPECS.values():
        yield from ((None, each) for each in (spec.name.replace("_", "-"), spec.label, spec.description) if each)
        yield from (("choice", each) for each in spec.choices)


def _of_cards() -> Iterator[tuple[str | None, str]]:
    from tempera.bot.app import open_library
    from tempera.bot.config.loader import load_settings

    library = open_library(load_settings(CONFIG))
    for name in library.names():
        card = library.card(name)
        yield from (("card", each) for each in (card.title, card.description))


def read(path: Path) -> Catalog:
    """Return a catalogue; a new one if there is none."""
    locale = path.stem.replace("-", "_")
    if not path.exists():
        return Catalog(locale=locale, project="Tempera", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def update(path: Path, messages: Catalog) -> Catalog:
    """Bring a catalogue up to date: new messages are added without a translation, and gone ones dropped."""
    catalog = read(path)
    catalog.update(messages, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    if path.stem in REGIONS:
        for message in [each for each in catalog if each.id and not _is_translated(each)]:
            catalog.delete(message.id, message.context)
    content = io.BytesIO()
    write_po(content, catalog, width=LINE_WIDTH, omit_header=True, ignore_obsolete=True, include_lineno=False)
    path.write_text(HEADER.format(catalog.plural_forms) + content.getvalue().decode(), encoding="utf-8")
    return catalog


def problems(path: Path, messages: Catalog) -> list[str]:
    """Return what is wrong with a catalogue, a line each."""
    catalog = read(path)
    found = []
    for wanted in messages:
        if not wanted.id:
            continue
        message = catalog.get(wanted.id, wanted.context)
        if message is None or not _is_translated(message):
            if path.stem not in REGIONS:
                found.append(f"{path.name}: not translated: {wanted.id!r}")
            continue
        found += [f"{path.name}: {problem}: {wanted.id!r}" for problem in _problems_of(message, catalog)]
    found += [
        f"{path.name}: no longer in use: {each.id!r}"
        for each in catalog
        if each.id and messages.get(each.id, each.context) is None
    ]
    return found


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def _problems_of(message: Message, catalog: Catalog) -> Iterator[str]:
    originals = message.id if isinstance(message.id, tuple) else (message.id,)
    translations = message.string if isinstance(message.string, tuple) else (message.string,)
    if message.fuzzy:
        yield "marked as fuzzy"
    allowed = [places(original) for original in originals]
    if not all(places(each) in allowed for each in translations):
        yield "other {places} than in English"
    if any(each.strip() != each for each in translations) and not any(each.strip() != each for each in originals):
        yield "white space at an end"
    if message.context is None:
        commands = {own for each in originals for own in in_language(each, catalog)}
        if not all(commands <= set(_mentioned(each)) for each in translations):
            yield f"doesn't name {', '.join(sorted(commands))}"


def places(text: str) -> set[str | None]:
    """Return the places for values in a message."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def in_language(text: str, catalog: Catalog) -> Iterator[str]:
    """Yield the commands that a message names, by their names in a language."""
    for name, inner in COMMAND.findall(text):
        own = catalog.get(name, "command")
        if own is None:
            continue
        inside = catalog.get(inner, "command") if inner else None
        yield f"/{own.string or name}{f' {inside.string}' if inside and inside.string else ''}"


def _mentioned(text: str) -> Iterator[str]:
    for name, inner in re.findall(r"/([^\W_][\w-]*)(?: ([^\W_][\w-]*))?", text):
        yield f"/{name}"
        yield f"/{name} {inner}"


def main() -> int:
    """Update and check all catalogues; return the exit code."""
    messages = template()
    found = []
    for code in (*LANGUAGES, *REGIONS):
        path = LOCALES / f"{code}.po"
        update(path, messages)
        found += problems(path, messages)
    print(*found, sep="\n")
    print(f"{len(messages)} messages in {len(LANGUAGES) + 1} languages. ", end="")
    print(
        f"Complete {LOCALES.relative_to(ROOT)}/*.po ({len(found)} problems)." if found else "Everything is translated."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
